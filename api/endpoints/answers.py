"""Answers that endpoints have in common, as the OpenAPI document tells of them, and versions as ETags."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias

from fastapi import Depends, Header

from api import schemas
from api.errors import StaleError
from api.problems import MEDIA_TYPE
from geo.text import Text

Answers: TypeAlias = dict[int | str, dict[str, Any]]

PROBLEM: dict[str, Any] = {"model": schemas.Problem, "content": {MEDIA_TYPE: {}}}

REFUSED: Answers = {
    401: {**PROBLEM, "description": "not signed in"},
    403: {**PROBLEM, "description": "not allowed to, not in that squad, or not from a page of ours"},
    404: {**PROBLEM, "description": "no such record"},
    413: {**PROBLEM, "description": "the request is longer than it may be"},
}
GUARDED: Answers = {
    409: {**PROBLEM, "description": "not possible as things stand"},
    412: {**PROBLEM, "description": "somebody else changed it since it was read"},
}
FAULTS: Answers = {
    400: {**PROBLEM, "description": "not JSON"},
    422: {**PROBLEM, "description": "the request has faults; they are listed"},
}

UNTAKEN: Answers = {415: {**PROBLEM, "description": "none of the kinds of file that are taken"}}


def etag(version: int) -> str:
    """Return a version as an entity tag."""
    return f'"{version}"'


def version_of(if_match: str | None) -> int | None:
    """Return the version that a change was made to; None where the sender does not say.

    Raises
    ------
    StaleError
        Where it is no version of ours.
    """
    if if_match is None or if_match.strip() == "*":
        return None
    text = if_match.strip().removeprefix("W/").strip('"')
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise StaleError(Text("版本号不对,请刷新后再试", "That is no version of this record: load it again"))
    return int(text)


KEY = r"^[!-~]{8,100}$"


@dataclass(frozen=True, slots=True)
class Marks:
    """What a change says of itself: the key under which it counts once, and the version that it was made to."""

    key: str | None
    version: int | None

    def key_of(self, user_id: str) -> str | None:
        """Return the key as kept: two people who choose the same one do not meet."""
        return None if self.key is None else f"{user_id}:{self.key}"


def marks_of(
    key: Annotated[
        str | None,
        Header(alias="Idempotency-Key", pattern=KEY, description="the same key counts once"),
    ] = None,
    if_match: Annotated[str | None, Header(max_length=40, description='the version last seen, such as "3"')] = None,
) -> Marks:
    """Return the marks of a request; raises as `version_of` does."""
    return Marks(key, version_of(if_match))


MarksGiven = Annotated[Marks, Depends(marks_of)]
