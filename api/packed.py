"""Answers packed for a weak network, where whoever asks can unpack them."""

from __future__ import annotations

import gzip
from collections.abc import Mapping

from fastapi import Request, Response

LEAST = 600
"""Bytes below which packing is not worth it."""


def packed(request: Request, body: bytes, media_type: str, headers: Mapping[str, str] | None = None) -> Response:
    """Return an answer, packed where the request says that it may be; nothing secret may be in it.

    What lies beside a secret must not be packed: its length would tell of it (BREACH).
    """
    more = {**(headers or {}), "Vary": "Accept-Encoding"}
    if len(body) > LEAST and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(
            gzip.compress(body, 6, mtime=0), media_type=media_type, headers={**more, "Content-Encoding": "gzip"}
        )
    return Response(body, media_type=media_type, headers=more)
