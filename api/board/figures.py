"""The figures on top of the week board: what is placed of what is owed, the slowest arrival, people's hours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from api.faults import text_to_dict
from api.planned import Planned
from casework.obligation import KIND_NAMES, VisitKind
from geo.text import Text, same
from maps.speak import span
from planner.phases import NEVER
from planner.words import listed, moment
from planner.workload import outings_by_shift, seconds_of

SHOWN = (VisitKind.JOINT, VisitKind.RECHECK, VisitKind.STATIONING, VisitKind.ROUTINE, VisitKind.PRE_DELIVERY)
"""Kinds that are owed, in the order in which a leader asks for them."""

ALWAYS = frozenset({VisitKind.JOINT, VisitKind.RECHECK})
"""Told even of a week that owes none."""

PLACES = 3
"""So many communities are named beside a figure."""


@dataclass(frozen=True, slots=True)
class BoardFigure:
    """One figure: its name, what it is, and what to know of it."""

    key: str
    name: Text
    value: Text
    note: Text
    bad: bool = False

    @property
    def shown(self) -> dict[str, Any]:
        """The figure ready for JSON."""
        return {
            "key": self.key,
            "name": text_to_dict(self.name),
            "value": text_to_dict(self.value),
            "note": text_to_dict(self.note),
            "bad": self.bad,
        }


def figures(planned: Planned) -> tuple[BoardFigure, ...]:
    """Return the figures of a judged plan, in the order in which they are shown."""
    return (*_owed(planned), _slowest(planned), _hours(planned))


def _owed(planned: Planned) -> Iterator[BoardFigure]:
    """Yield of each kind how many mandatory visits are placed, and where the others are missing."""
    problem, plan = planned.prepared.problem, planned.plan
    placed = {stop.visit_id for route in plan.routes for stop in route.stops}
    for kind in SHOWN:
        owed = [visit for visit in problem.visits if visit.kind is kind and visit.mandatory]
        if not owed and kind not in ALWAYS:
            continue
        missing = [visit for visit in owed if visit.id not in placed]
        where = list(dict.fromkeys(problem.communities[visit.community_id].name for visit in missing))
        named = listed([same(name) for name in where[:PLACES]])
        more = Text(" 等", " and more") if len(where) > PLACES else same("")
        count = len({visit.community_id for visit in owed})
        note = (
            Text(f"未排上:{named.zh}{more.zh}", f"Left out: {named.en}{more.en}")
            if missing
            else Text(f"{count} 个小区", f"{count} {'community' if count == 1 else 'communities'}")
        )
        value = same(f"{len(owed) - len(missing)} / {len(owed)}")
        yield BoardFigure(kind.value, KIND_NAMES[kind], value, note, bool(missing))


def _slowest(planned: Planned) -> BoardFigure:
    name, worst = Text("两小时到场 · 最慢", "Slowest arrival"), planned.report.worst
    if worst is None:
        return BoardFigure("response", name, same("–"), Text("本周没有人值班", "Nobody is on duty this week"), bad=True)
    place, when = planned.prepared.problem.communities[worst.community_id].name, moment(worst.instant // 60 * 60)
    late = worst.seconds > planned.report.limit
    value = Text("无人可到", "nobody") if worst.seconds >= NEVER else span(worst.seconds)
    gaps = len({gap.community_id for gap in planned.report.gaps})
    note = Text(f"{when.zh} {place}", f"{when.en} {place}")
    if gaps > 1:
        note = Text(f"{note.zh};超时共 {gaps} 个小区", f"{note.en}; late at {gaps} communities")
    return BoardFigure("response", name, value, note, late)


def _hours(planned: Planned) -> BoardFigure:
    """Return from how many to how many hours the certified officers are out on patrol."""
    problem = planned.prepared.problem
    been = outings_by_shift(problem, planned.plan.routes)
    on = {shift.officer_id for shift in problem.shifts}
    seconds = [
        seconds_of(been.get(officer.id, ()))
        for officer in problem.officers.values()
        if officer.certified and officer.id in on
    ]
    low, high = min(seconds, default=0) / 3600, max(seconds, default=0) / 3600
    most = problem.policy.max_patrol_hours_per_week / 3600
    return BoardFigure(
        "hours",
        Text("外出工时", "Hours out"),
        Text(f"{low:.1f} – {high:.1f} 小时", f"{low:.1f} – {high:.1f} h"),
        Text(f"每周上限 {most:g} 小时", f"at most {most:g} h a week"),
        high > most,
    )
