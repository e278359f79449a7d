"""A row under its columns' names: asked for typed values, it writes down what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeAlias, TypeVar

from api.exchange.columns import TableKind, match_headers
from casework.calendar import SHANGHAI
from geo.cells import (
    EXCEL_EPOCH,
    Cell,
    as_clock,
    as_day,
    as_flag,
    as_moment,
    as_number,
    as_text,
    as_whole,
    is_blank,
)
from geo.decoding import normalise
from geo.errors import Fault, FaultLevel, RefusedError
from geo.tables import Table
from geo.text import Text

T = TypeVar("T")
Value: TypeAlias = Cell | Sequence[Cell]
"""A cell, or a list of them where a TOML file has one."""

SEPARATORS = re.compile(r"[;；、,，\n]+")


class Record:
    """One row (or all settings) by column name, and the list its faults go to.

    Parameters
    ----------
    headers
        Header as written by column name: faults speak of the columns as their reader sees them.
    rows
        Row by column name, where every value has a row of its own (the settings sheet).
    epoch
        Day 0 of Excel serials.
    """

    def __init__(
        self,
        file: str,
        row: int | None,
        values: Mapping[str, Value],
        faults: list[Fault],
        *,
        headers: Mapping[str, str] | None = None,
        rows: Mapping[str, int] | None = None,
        epoch: date = EXCEL_EPOCH,
    ) -> None:
        self.file = file
        self.row = row
        self.values = values
        self.faults = faults
        self.headers = headers
        self.rows = rows or {}
        self.epoch = epoch
        self.ok = True
        self.taken: set[str] = set()

    def has(self, name: str) -> bool:
        """Return whether there is something under `name`."""
        value = self.values.get(name)
        return bool(value) if isinstance(value, list) else not is_blank(value)  # type: ignore[arg-type]  # a Cell then

    def fault(self, code: str, name: str | None, problem: Text, mend: Text, level: FaultLevel = "error") -> None:
        """Write down what is wrong under `name`."""
        if level == "error":
            self.ok = False
        field = self.headers.get(name, name) if self.headers and name else name
        row = self.rows.get(name, self.row) if name else self.row
        self.faults.append(Fault(code, self.file, row, field, problem, mend, level))

    def text(self, name: str, default: str | None = None) -> str:
        """Return text; without a `default` it must be there."""
        return self._take(name, as_text, "", default)

    def ident(self, name: str) -> str:
        """Return an id or a reference to one: normalised, see `geo.decoding.normalise`."""
        return normalise(self._take(name, as_text, "", None))

    def number(self, name: str) -> float:
        """Return a finite number that must be there."""
        return self._take(name, as_number, 0.0, None)

    def whole(self, name: str, default: int | None = None, *, least: int = 0) -> int:
        """Return a whole number of at least `least`."""
        value = self._take(name, as_whole, least, default)
        if value < least:
            problem = Text(f"{value} 太小,至少为 {least}", f"{value} is too small: at least {least}")
            self.fault("too_small", name, problem, Text("核对数字", "Check the number"))
        return max(value, least)

    def day(self, name: str) -> date:
        """Return a day that must be there."""
        return self._take(name, lambda cell: as_day(cell, self.epoch), date.min, None)

    def maybe_day(self, name: str) -> date | None:
        """Return a day, or None where the cell is blank."""
        return self.day(name) if self.has(name) else None

    def clock(self, name: str, default: int | None = None) -> int:
        """Return seconds after midnight."""
        return self._take(name, as_clock, 0, default)

    def moment(self, name: str) -> datetime:
        """Return a moment that must be there; without a zone it is Shanghai's."""
        stand_in = datetime(1900, 1, 1, tzinfo=SHANGHAI)
        moment = self._take(name, lambda cell: as_moment(cell, self.epoch), stand_in, None)
        return moment if moment.tzinfo is not None else moment.replace(tzinfo=SHANGHAI)

    def flag(self, name: str, *, default: bool | None = None) -> bool:
        """Return yes or no."""
        return self._take(name, as_flag, False, default)  # noqa: FBT003  # what stands in for a faulty cell

    def choice(self, name: str, choices: Mapping[str, T], fallback: T) -> T:
        """Return what the word stands for; `choices` are by normalised lower-case word."""
        word = self.text(name)
        if not word:
            return fallback
        found = choices.get(normalise(word).casefold())
        if found is None:
            self._unknown_word(name, word, choices)
            return fallback
        return found

    def choices(self, name: str, choices: Mapping[str, T]) -> tuple[T, ...]:
        """Return what each word of a list stands for, as in `choice`."""
        found = []
        for word in self.words(name):
            meaning = choices.get(word.casefold())
            if meaning is None:
                self._unknown_word(name, word, choices)
            else:
                found.append(meaning)
        return tuple(found)

    def words(self, name: str) -> tuple[str, ...]:
        """Return the normalised parts of a list, or of text separated by ``; 、 ,`` or line breaks."""
        parts: Iterable[str] = ()
        if self.has(name):
            value = self.values[name]
            parts = (as_text(part) for part in value) if isinstance(value, list) else SEPARATORS.split(self.text(name))
        self.taken.add(name)
        return tuple(word for word in (normalise(part) for part in parts) if word)

    def days(self, name: str) -> tuple[date, ...]:
        """Return the days of a list, or of text separated as in `words`."""
        self.taken.add(name)
        value = self.values.get(name)
        parts: Sequence[Any] = value if isinstance(value, list) else [value]
        if isinstance(value, str):
            parts = [part for part in SEPARATORS.split(value) if part.strip()]
        found = []
        for part in parts:
            if is_blank(part):
                continue
            try:
                found.append(as_day(part, self.epoch))
            except RefusedError as error:
                self.fault(error.code, name, error.problem, error.mend)
        return tuple(found)

    def _take(self, name: str, parse: Callable[[Cell], T], stand_in: T, default: T | None) -> T:
        self.taken.add(name)
        if not self.has(name):
            if default is not None:
                return default
            self._missing(name)
            return stand_in
        value = self.values[name]
        if isinstance(value, list | dict):
            problem = Text("这里只能有一个值", "This takes one value")
            self.fault("not_one_value", name, problem, Text("只写一个", "Write one only"))
            return stand_in
        try:
            return parse(value)  # type: ignore[arg-type]  # a Cell: lists were refused above
        except RefusedError as error:
            self.fault(error.code, name, error.problem, error.mend)
            return stand_in

    def _missing(self, name: str) -> None:
        if self.headers is not None and name not in self.headers:
            self.ok = False  # the missing column is one fault of the table, not one of each row
            return
        self.fault("missing_value", name, Text("没有填写", "Is not filled in"), Text("补填", "Fill it in"))

    def _unknown_word(self, name: str, word: str, choices: Mapping[str, T]) -> None:
        firsts = {value: key for key, value in reversed(list(choices.items()))}
        listed = "、".join(firsts.values())
        problem = Text(f"不认识“{word}”", f"'{word}' is not known here")
        self.fault("unknown_word", name, problem, Text(f"可填:{listed}", f"One of: {listed}"))


def records_of(kind: TableKind, table: Table, faults: list[Fault], *, cut_at: int | None = None) -> list[Record]:
    """Return a table's rows under the names of `kind`; what is wrong with its headers goes to `faults`."""
    faults.extend(table.faults)
    if not table.headers:
        return []
    headers, unknown = match_headers(kind, table.headers, cut_at=cut_at)
    for column in kind.columns:
        if column.required and column.name not in headers:
            problem = Text(f"缺少“{column.zh[0]}”列", f"The column '{column.name}' is missing")
            mend = Text(f"加一列,表头写“{column.zh[0]}”或 {column.name}", f"Add a column with the header {column.name}")
            faults.append(Fault("missing_column", table.file, 1, column.zh[0], problem, mend))
    for header in unknown:
        problem = Text("这一列不认识,内容没有读入", "This column is not known; it was not read")
        mend = Text("核对表头;不需要的列可以留着", "Check the header; a spare column may stay")
        faults.append(Fault("unknown_column", table.file, 1, header, problem, mend, "warning"))
    if not table.rows and not kind.may_be_empty:
        problem = Text("只有表头,没有内容", "There is a header and nothing below it")
        faults.append(Fault("no_rows", table.file, None, None, problem, Text("至少填一行", "Fill in one row at least")))
    return [
        Record(
            table.file,
            row.number,
            {name: row.cells.get(header) for name, header in headers.items()},
            faults,
            headers=headers,
            epoch=table.epoch,
        )
        for row in table.rows
    ]
