"""Read JSON that people edit: typed values, ids that are looked up, times of the week, and every fault at once."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeAlias, TypeVar

from geo.errors import Fault
from geo.text import Text
from planner.visit import Pin
from planner.week import DAY, Week, WeeklyProblem

LARGEST = 2**53
"""Largest whole number that every JSON reader keeps exactly."""

T = TypeVar("T")
Object: TypeAlias = Mapping[str, Any]

AS_WRITTEN = Text("照 wuzao plan 写出的样子改", "edit it the way wuzao plan writes it")


@dataclass
class JsonReader:
    """Collects faults and reads on with something harmless in their place."""

    problem: WeeklyProblem
    file: str
    faults: list[Fault] = field(default_factory=list)
    week: Week = field(init=False)
    mend: Text = AS_WRITTEN

    def __post_init__(self) -> None:
        self.week = self.problem.week

    def day(self, value: Object, path: str) -> int:
        """Read a date of the week; Monday is 0."""
        written, where = self.text(value, "date", path), _join(path, "date")
        if not written:
            return 0
        try:
            day = (date.fromisoformat(written) - self.week.monday).days
        except ValueError:
            self.fault("not_a_date", where, Text("不是 2026-11-23 这样的日期", "is not a date such as 2026-11-23"))
            return 0
        if not 0 <= day < len(self.week.days):
            self.fault("outside_the_week", where, Text(f"不在 {self.week} 之内", f"is not in {self.week}"))
            return 0
        return day

    def instant(self, value: Object, key: str, path: str) -> int:
        """Read a moment of the week with its time zone."""
        written, where = self.text(value, key, path), _join(path, key)
        if not written:
            return 0
        try:
            moment = datetime.fromisoformat(written)
        except ValueError:
            problem = Text(
                "不是 2026-11-23T09:00:00+08:00 这样的时刻", "is not a time such as 2026-11-23T09:00:00+08:00"
            )
            self.fault("not_a_time", where, problem)
            return 0
        if moment.tzinfo is None:
            self.fault(
                "time_without_zone",
                where,
                Text("没有写时区", "names no time zone"),
                Text("末尾加 +08:00", "add +08:00"),
            )
            return 0
        if moment.microsecond:
            self.fault("not_a_whole_second", where, Text("不是整秒", "is not a whole second"))
        second = self.week.second(moment)
        if not 0 <= second <= len(self.week.days) * DAY:
            self.fault("outside_the_week", where, Text(f"不在 {self.week} 之内", f"is not in {self.week}"))
            return 0
        return second

    def known(self, value: Object, key: str, path: str, among: Collection[str]) -> str:
        """Read ``{"id": …}`` and look the id up."""
        return self.name(self.child(value, key, path), "id", _join(path, key), among)

    def name(self, value: Object, key: str, path: str, among: Collection[str]) -> str:
        """Read an id and look it up."""
        written = self.text(value, key, path)
        if written and written not in among:
            problem = Text(f"没有“{written}”", f"there is no “{written}”")
            mend = Text("核对编号;中队资料改过的话请重排", "check the id; plan again if the squad's files changed")
            self.fault("unknown_id", _join(path, key), problem, mend)
        return written

    def pin(self, data: object, path: str) -> Pin:
        """Read a visit that is held to a day and a band, and to a lead where one is named."""
        value = self.record(data, path)
        return Pin(
            self.name(value, "visit", path, {visit.id for visit in self.problem.visits}),
            self.day(value, path),
            self.name(value, "band", path, self.problem.bands),
            self.name(value, "lead", path, self.problem.officers) if value.get("lead") is not None else None,
        )

    def record(self, value: object, path: str) -> Object:
        """Read an object."""
        if isinstance(value, Mapping):
            return value
        self.fault("not_an_object", path, Text("应为一个对象 {…}", "should be an object {…}"))
        return Nothing()

    def child(self, value: Object, key: str, path: str) -> Object:
        """Read an object within an object."""
        return value if isinstance(value, Nothing) else self.record(value.get(key), _join(path, key))

    def each(self, value: Object, key: str, path: str, read: Callable[[object, str], T]) -> tuple[T, ...]:
        """Read a list, entry by entry."""
        if isinstance(value, Nothing):
            return ()
        items, where = value.get(key), _join(path, key)
        if not isinstance(items, list | tuple):
            self.fault("not_a_list", where, Text("应为一个列表 […]", "should be a list […]"))
            return ()
        return tuple(read(item, f"{where}[{n}]") for n, item in enumerate(items))

    def at_least_one(self, value: Object, key: str, path: str, read: Callable[[object, str], T]) -> tuple[T, ...]:
        """Read a list that must not be empty."""
        found = self.each(value, key, path, read)
        if not found and isinstance(value.get(key), list | tuple):
            self.fault("empty_list", _join(path, key), Text("至少要有一项", "needs one entry at least"))
        return found

    def text(self, value: Object, key: str, path: str, *, empty: bool = False) -> str:
        """Read text; "" stands for a fault already named, unless `empty` text is welcome."""
        if isinstance(value, Nothing):
            return ""
        written, where = value.get(key), _join(path, key)
        if not isinstance(written, str) or not (written or empty):
            self.fault("not_text", where, Text("应为文字,不能空着", "should be text and not be empty"))
            return ""
        if any("\ud800" <= letter <= "\udfff" for letter in written):
            self.fault("not_text", where, Text("含有残缺字符", "holds half a character"))
            return ""
        return written

    def whole(self, value: Object, key: str, path: str) -> int:
        """Read a whole number, zero or more."""
        if isinstance(value, Nothing):
            return 0
        written = value.get(key)
        if isinstance(written, bool) or not isinstance(written, int) or not 0 <= written <= LARGEST:
            problem = Text("应为不小于零的整数", "should be a whole number, zero or more")
            self.fault("not_a_whole_number", _join(path, key), problem)
            return 0
        return written

    def number(self, written: object, path: str) -> float:
        """Read a finite number."""
        if isinstance(written, bool) or not isinstance(written, int | float) or not _finite(written):
            self.fault("not_a_number", path, Text("应为有限的数", "should be a finite number"))
            return 0.0
        return float(written)

    def fault(self, code: str, path: str, problem: Text, mend: Text | None = None) -> None:
        """Note what is wrong with the value at a path."""
        self.faults.append(Fault(code, self.file, None, path or None, problem, mend or self.mend))


class Nothing(dict[str, Any]):
    """Stands for an object that is not there: its own absence is reported, its fields are not."""


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _finite(number: float) -> bool:
    try:
        return math.isfinite(number)
    except OverflowError:  # an int beyond any float
        return False
