"""Column types: times with their zone, JSON that a person can read in the file, and long JSON packed."""

from __future__ import annotations

import json
import zlib
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Dialect, LargeBinary, String, Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

from casework.calendar import SHANGHAI


class Instant(TypeDecorator[datetime]):
    """An aware time, kept as ISO 8601 in UTC to the microsecond: text that sorts as the times do."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Write a time; one without a zone is a mistake of the program."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = "times carry their zone"
            raise ValueError(msg)
        return value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - as above
        """Read a time, as the clocks in Shanghai show it."""
        return None if value is None else datetime.fromisoformat(value).astimezone(SHANGHAI)


class Json(TypeDecorator[Any]):
    """Lists and objects as JSON text, Chinese as Chinese; NaN is refused."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ANN401, ARG002 - any JSON; SQLAlchemy's signature
        """Write a value."""
        return None if value is None else json.dumps(value, ensure_ascii=False, allow_nan=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ANN401, ARG002 - as above
        """Read a value."""
        return None if value is None else json.loads(value)


class Member(FunctionElement[str]):
    """A member, by its name, of an object in a `Json` column, as text."""

    type = String()
    inherit_cache = True


@compiles(Member)
def _member(member: Member, compiler: SQLCompiler, **more: Any) -> str:  # noqa: ANN401 - what SQLAlchemy hands on
    column, name = (compiler.process(part, **more) for part in member.clauses)
    return f"json_extract({column}, '$.' || {name})"


@compiles(Member, "postgresql")
def _member_in_postgres(member: Member, compiler: SQLCompiler, **more: Any) -> str:  # noqa: ANN401 - what SQLAlchemy hands on
    column, name = (compiler.process(part, **more) for part in member.clauses)
    return f"(CAST({column} AS json) ->> {name})"


class Pack:
    """JSON packed once, to be written more than once."""

    def __init__(self, value: Any) -> None:  # noqa: ANN401 - any JSON
        self.data = zlib.compress(json.dumps(value, ensure_ascii=False, allow_nan=False).encode(), 6)


class Packed(TypeDecorator[Any]):
    """JSON of a plan's length, compressed to about a tenth: a squad keeps every plan that it ever had."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:  # noqa: ANN401, ARG002 - as above
        """Write a value."""
        if value is None:
            return None
        return (value if isinstance(value, Pack) else Pack(value)).data

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:  # noqa: ANN401, ARG002 - as above
        """Read a value."""
        return None if value is None else json.loads(zlib.decompress(value))
