"""Read ``plan.json`` back, hand-edited ones too, and name every fault of the file at once.

Whether the plan keeps the rules is `planner.rules`' business; here it must only be a plan: the right fields of the
right types, ids that exist, and times within its week.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeAlias, TypeVar

from geo.errors import Fault
from geo.text import Text
from planner.errors import PlanFileError
from planner.officer import Crew
from planner.week import DAY, Leg, MissedVisit, Objective, Rest, Route, Stop, Week, WeeklyPlan, WeeklyProblem

SCHEMA = "wuzao-plan/1"
"""Name and version of the document's layout."""

LARGEST = 2**53
"""Largest whole number that every JSON reader keeps exactly."""

T = TypeVar("T")
Object: TypeAlias = Mapping[str, Any]
Point: TypeAlias = tuple[float, float]

_AS_WRITTEN = Text("照 wuzao plan 写出的样子改", "edit it the way wuzao plan writes it")


def plan_from_dict(data: object, problem: WeeklyProblem, file: str = "plan.json") -> WeeklyPlan:
    """Return the plan that a parsed ``plan.json`` describes.

    Parameters
    ----------
    data
        What `json.loads` returned.
    problem
        The problem the plan is to be judged for; ids are looked up in it.
    file
        Name to report faults under.

    Raises
    ------
    PlanFileError
        With every fault, each at its JSON path.
    """
    reader = _Reader(problem, file)
    plan = reader.plan(data)
    if reader.faults:
        raise PlanFileError(reader.faults)
    return plan


@dataclass
class _Reader:
    """Collects faults and reads on with something harmless in their place."""

    problem: WeeklyProblem
    file: str
    faults: list[Fault] = field(default_factory=list)
    week: Week = field(init=False)

    def __post_init__(self) -> None:
        self.week = self.problem.week

    def plan(self, data: object) -> WeeklyPlan:
        whole = self.record(data, "")
        if self.text(whole, "schema", "") not in ("", SCHEMA):
            self.fault("wrong_schema", "schema", Text(f"不是 {SCHEMA}", f"is not {SCHEMA}"))
        self._read_week(whole)
        objective = self.child(whole, "objective", "")
        return WeeklyPlan(
            week=self.week,
            routes=self.each(whole, "routes", "", self.route),
            missed=self.each(whole, "missed", "", self.missed),
            objective=self.objective(objective, "objective"),
            seed=self.whole(whole, "seed", ""),
            work_limit=0.0 if isinstance(whole, _Nothing) else self.number(whole.get("work_limit"), "work_limit"),
            notes=self.each(whole, "notes", "", self.words),
        )

    def _read_week(self, whole: Object) -> None:
        name = self.text(whole, "week", "")
        if not name:
            return
        try:
            self.week = Week.parse(name)
        except ValueError:
            self.fault("not_a_week", "week", Text("不是 2026-W48 这样的周", "is not an ISO week such as 2026-W48"))

    def objective(self, value: Object, path: str) -> Objective:
        terms = self.child(value, "terms", path)
        return Objective(
            {term: self.whole(terms, term, f"{path}.terms") for term in terms}, self.whole(value, "bound", path)
        )

    def route(self, data: object, path: str) -> Route:
        value = self.record(data, path)
        crew = self.child(value, "crew", path)
        rest = value.get("rest")
        vehicles = {vehicle.id for vehicle in self.problem.vehicles}
        return Route(
            id=self.text(value, "id", path),
            day=self.day(value, path),
            band_id=self.known(value, "band", path, self.problem.bands),
            crew=Crew(
                self.at_least_one(crew, "officers", f"{path}.crew", self.officer),
                self.each(crew, "auxiliaries", f"{path}.crew", self.officer),
            ),
            vehicle_id=self.known(value, "vehicle", path, vehicles),
            stops=self.each(value, "stops", path, self.stop),
            legs=self.at_least_one(value, "legs", path, self.leg),
            rest=None if rest is None else self.rest(rest, f"{path}.rest"),
        )

    def stop(self, data: object, path: str) -> Stop:
        value = self.record(data, path)
        community = self.known(value, "community", path, self.problem.communities)
        gates = self.problem.communities[community].gates if community in self.problem.communities else ()
        return Stop(
            visit_id=self.name(value, "visit", path, {visit.id for visit in self.problem.visits}),
            community_id=community,
            gate_id=self.known(value, "gate", path, {gate.id for gate in gates}) if gates else "",
            arrival=self.instant(value, "arrival", path),
            begin=self.instant(value, "begin", path),
            end=self.instant(value, "end", path),
            officers=self.at_least_one(value, "officers", path, self.officer),
            partner_ids=self.each(value, "partners", path, self.partner),
        )

    def leg(self, data: object, path: str) -> Leg:
        value = self.record(data, path)
        return Leg(
            origin=self.name(value, "origin", path, self.problem.places),
            destination=self.name(value, "destination", path, self.problem.places),
            depart=self.instant(value, "depart", path),
            arrive=self.instant(value, "arrive", path),
            metres=self.whole(value, "metres", path),
            path=self.each(value, "geometry", path, self.point),
        )

    def rest(self, data: object, path: str) -> Rest:
        value = self.record(data, path)
        return Rest(self.instant(value, "begin", path), self.instant(value, "end", path))

    def missed(self, data: object, path: str) -> MissedVisit:
        value = self.record(data, path)
        visits = {visit.id for visit in self.problem.visits}
        return MissedVisit(self.name(value, "visit", path, visits), self.each(value, "reasons", path, self.words))

    def officer(self, data: object, path: str) -> str:
        return self.name(self.record(data, path), "id", path, self.problem.officers)

    def partner(self, data: object, path: str) -> str:
        return self.name(self.record(data, path), "id", path, self.problem.partners)

    def words(self, data: object, path: str) -> Text:
        value = self.record(data, path)
        return Text(self.text(value, "zh", path, empty=True), self.text(value, "en", path, empty=True))

    def point(self, data: object, path: str) -> Point:
        if not isinstance(data, Sequence) or isinstance(data, str) or len(data) != 2:
            self.fault("not_a_point", path, Text("应为 [经度, 纬度]", "should be [longitude, latitude]"))
            return (0.0, 0.0)
        lon, lat = (self.number(each, f"{path}[{n}]") for n, each in enumerate(data))
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            self.fault("not_a_point", path, Text("不是经纬度", "is not a longitude and a latitude"))
        return lon, lat

    def day(self, value: Object, path: str) -> int:
        written, where = self.text(value, "date", path), f"{path}.date"
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
        written, where = self.text(value, key, path), f"{path}.{key}"
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
        written = self.text(value, key, path)
        if written and written not in among:
            problem = Text(f"没有“{written}”", f"there is no “{written}”")
            mend = Text("核对编号;中队资料改过的话请重排", "check the id; plan again if the squad's files changed")
            self.fault("unknown_id", _join(path, key), problem, mend)
        return written

    def record(self, value: object, path: str) -> Object:
        if isinstance(value, Mapping):
            return value
        self.fault("not_an_object", path, Text("应为一个对象 {…}", "should be an object {…}"))
        return _Nothing()

    def child(self, value: Object, key: str, path: str) -> Object:
        return value if isinstance(value, _Nothing) else self.record(value.get(key), _join(path, key))

    def each(self, value: Object, key: str, path: str, read: Callable[[object, str], T]) -> tuple[T, ...]:
        if isinstance(value, _Nothing):
            return ()
        items, where = value.get(key), _join(path, key)
        if not isinstance(items, list | tuple):
            self.fault("not_a_list", where, Text("应为一个列表 […]", "should be a list […]"))
            return ()
        return tuple(read(item, f"{where}[{n}]") for n, item in enumerate(items))

    def at_least_one(self, value: Object, key: str, path: str, read: Callable[[object, str], T]) -> tuple[T, ...]:
        found = self.each(value, key, path, read)
        if not found and isinstance(value.get(key), list | tuple):
            self.fault("empty_list", _join(path, key), Text("至少要有一项", "needs one entry at least"))
        return found

    def text(self, value: Object, key: str, path: str, *, empty: bool = False) -> str:
        """Read text; "" stands for a fault already named, unless `empty` text is welcome."""
        if isinstance(value, _Nothing):
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
        if isinstance(value, _Nothing):
            return 0
        written = value.get(key)
        if isinstance(written, bool) or not isinstance(written, int) or not 0 <= written <= LARGEST:
            problem = Text("应为不小于零的整数", "should be a whole number, zero or more")
            self.fault("not_a_whole_number", _join(path, key), problem)
            return 0
        return written

    def number(self, written: object, path: str) -> float:
        if isinstance(written, bool) or not isinstance(written, int | float) or not _finite(written):
            self.fault("not_a_number", path, Text("应为有限的数", "should be a finite number"))
            return 0.0
        return float(written)

    def fault(self, code: str, path: str, problem: Text, mend: Text = _AS_WRITTEN) -> None:
        self.faults.append(Fault(code, self.file, None, path or None, problem, mend))


class _Nothing(dict[str, Any]):
    """Stands for an object that is not there: its own absence is reported, its fields are not."""


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _finite(number: float) -> bool:
    try:
        return math.isfinite(number)
    except OverflowError:  # an int beyond any float
        return False
