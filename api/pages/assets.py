"""Styles and scripts of ours, as browsers fetch them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from fastapi import APIRouter, Request, Response

from api.errors import UnknownPageError
from api.packed import packed
from geo.text import Text

KINDS: Mapping[str, str] = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}

router = APIRouter(include_in_schema=False)


@router.get("/static/{name}")
def asset(name: str, request: Request) -> Response:
    """Return a style, script or picture; a browser that has it is told so."""
    found = carried().get(name)
    if found is None:
        raise UnknownPageError(Text("没有这个文件", "There is no such file"))
    tag = f'"{hashlib.sha256(found).hexdigest()[:16]}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return packed(request, found, KINDS["." + name.rpartition(".")[2]], headers)


@cache
def carried() -> Mapping[str, bytes]:
    """Return what the folder ``static`` holds, by name."""
    folder = files("api").joinpath("pages", "static")
    return {one.name: one.read_bytes() for one in folder.iterdir() if one.name.endswith(tuple(KINDS))}
