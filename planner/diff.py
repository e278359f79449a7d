"""What changed between two plans of a week, as a leader tells it: who, what, from when to when, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from geo.text import Text
from planner.event import (
    Event,
    Incident,
    NewViolation,
    OfficerIll,
    PartnerMoved,
    PhaseChanged,
    ReportTakesCrew,
    RoadClosed,
    VehicleBroken,
    VisitAsked,
    VisitNotCompleted,
    VisitOverran,
)
from planner.event_words import stop_name, tell
from planner.policy import MOVED
from planner.rulebook import overlap
from planner.week import Route, Stop, WeeklyPlan, WeeklyProblem
from planner.words import clock, listed, moment


class ChangeKind(StrEnum):
    """What about a visit is different."""

    ADDED = "added"
    TAKEN_OFF = "taken_off"
    DAY = "day"
    BAND = "band"
    LEAD = "lead"
    SECOND = "second"
    BEGIN = "begin"
    END = "end"


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a plan has a visit: seconds of the week, and who makes it, the lead first."""

    route_id: str
    day: int
    band_id: str
    officers: tuple[str, ...]
    vehicle_id: str
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Change:
    """One visit that is made otherwise than before.

    Attributes
    ----------
    before, after
        None where the plan does not have it.
    kinds
        What is different.
    direct
        The event itself hit the visit; otherwise it made room.
    name, why
        In words.
    """

    visit_id: str
    before: Placed | None
    after: Placed | None
    kinds: tuple[ChangeKind, ...]
    direct: bool
    name: Text
    why: Text


@dataclass(frozen=True, slots=True)
class Diff:
    """All that changed.

    Attributes
    ----------
    event
        What happened, in words.
    published
        Stops of the earlier plan.
    """

    event: Text
    changes: tuple[Change, ...]
    published: int

    @property
    def share(self) -> float:
        """Changed published visits over all published ones; what is new does not count."""
        changed = sum(change.before is not None for change in self.changes)
        return changed / self.published if self.published else 0.0

    def undone(self) -> Diff:
        """Return the changes that lead back."""
        event = Text(f"撤销:{self.event.zh}", f"Undo: {self.event.en}")
        back = tuple(_reversed(change, event) for change in self.changes)
        published = self.published + sum((c.before is None) - (c.after is None) for c in self.changes)
        return Diff(event, back, published)


OPPOSITE = {ChangeKind.ADDED: ChangeKind.TAKEN_OFF, ChangeKind.TAKEN_OFF: ChangeKind.ADDED}


def _reversed(change: Change, why: Text) -> Change:
    kinds = tuple(OPPOSITE.get(kind, kind) for kind in change.kinds)
    return replace(change, before=change.after, after=change.before, kinds=kinds, why=why)


def compare(
    problem: WeeklyProblem, plan: WeeklyPlan, after: WeeklyProblem, fresh: WeeklyPlan, incident: Incident
) -> Diff:
    """Return what differs between the published plan and the one made after the incident.

    Begins within a quarter of an hour of what was published are no change.
    """
    event = tell(after, incident.event)
    old, new = placements(plan), placements(fresh)
    names = {visit.id: stop_name(after, visit) for visit in (*problem.visits, *after.visits)}
    changes: list[Change] = []
    for visit_id, kinds in differing(old, new).items():
        before, now = old.get(visit_id), new.get(visit_id)
        direct = before is None or _hit(after, incident.event, visit_id, before)
        why = event if direct else Text(f"为此让路:{event.zh}", f"To make room: {event.en}")
        changes.append(Change(visit_id, before, now, kinds, direct, names.get(visit_id, Text(visit_id, visit_id)), why))
    return Diff(event, tuple(changes), len(old))


def differing(old: Mapping[str, Placed], new: Mapping[str, Placed]) -> dict[str, tuple[ChangeKind, ...]]:
    """Return what is different about each visit that is made otherwise, in the order of the new times."""
    names = sorted(old.keys() | new.keys(), key=lambda name: ((new.get(name) or old[name]).begin, name))
    found = {name: tuple(_kinds(old.get(name), new.get(name))) for name in names}
    return {name: kinds for name, kinds in found.items() if kinds}


def placements(plan: WeeklyPlan) -> dict[str, Placed]:
    """Return where a plan has each visit."""
    return {stop.visit_id: _placed(route, stop) for route in plan.routes for stop in route.stops}


def _placed(route: Route, stop: Stop) -> Placed:
    return Placed(route.id, route.day, route.band_id, stop.officers, route.vehicle_id, stop.begin, stop.end)


def _kinds(before: Placed | None, after: Placed | None) -> Iterator[ChangeKind]:
    if before is None or after is None:
        yield ChangeKind.ADDED if before is None else ChangeKind.TAKEN_OFF
        return
    if before.day != after.day:
        yield ChangeKind.DAY
    elif before.band_id != after.band_id:
        yield ChangeKind.BAND
    elif abs(before.begin - after.begin) > MOVED:
        yield ChangeKind.BEGIN
    elif abs((before.end - before.begin) - (after.end - after.begin)) > MOVED:
        yield ChangeKind.END
    if before.officers[:1] != after.officers[:1]:
        yield ChangeKind.LEAD
    if before.officers[1:2] != after.officers[1:2] and before.officers[:1] == after.officers[:1]:
        yield ChangeKind.SECOND


def _hit(  # noqa: PLR0911 - one return a kind of event
    problem: WeeklyProblem, event: Event, visit_id: str, before: Placed
) -> bool:
    """Return whether the event itself keeps a visit from being made as it was published."""
    visit = next((visit for visit in problem.visits if visit.id == visit_id), None)
    span = before.begin, before.end
    match event:
        case OfficerIll() | ReportTakesCrew():
            # Whoever is called away in mid-shift takes the rest of the patrol along.
            return event.officer_id in before.officers and before.end > event.start and before.begin < event.end
        case VehicleBroken():
            return event.vehicle_id == before.vehicle_id and overlap(span, (event.start, event.end)) > 0
        case PartnerMoved():
            return visit is not None and event.partner_id in visit.partner_ids and before.day == event.day
        case VisitOverran() | VisitNotCompleted():
            return event.visit_id == visit_id
        case VisitAsked():
            return False  # it is new, and moves others only to make room
        case PhaseChanged():
            return visit is not None and visit.community_id == event.community_id
        case RoadClosed():
            return visit is not None and visit.community_id in (event.origin, event.destination)
        case NewViolation():
            return visit is not None and visit.community_id == event.violation.community_id


def sentence(problem: WeeklyProblem, change: Change) -> Text:
    """Return a change in one line: what, from when and whom, to when and whom."""
    before, after = (_where(problem, placed) for placed in (change.before, change.after))
    if change.before is None:
        return Text(f"新增 {change.name.zh}:{after.zh}", f"New: {change.name.en}, {after.en}")
    if change.after is None:
        return Text(f"取消 {change.name.zh}:原定 {before.zh}", f"Taken off: {change.name.en}, was {before.en}")
    return Text(f"{change.name.zh}:{before.zh} → {after.zh}", f"{change.name.en}: {before.en} → {after.en}")


def _where(problem: WeeklyProblem, placed: Placed | None) -> Text:
    if placed is None:
        return Text("", "")
    begin, end = moment(placed.begin), clock(placed.end)
    who = listed([Text(problem.officers[o].name, problem.officers[o].name) for o in placed.officers])
    return Text(f"{begin.zh}–{end}({who.zh})", f"{begin.en}–{end} ({who.en})")


def diff_to_dict(problem: WeeklyProblem, diff: Diff) -> dict[str, Any]:
    """Return a diff ready for JSON, with the changes that lead back."""
    return {
        "schema": "wuzao-changes/1",
        "event": _text(diff.event),
        "published": diff.published,
        "changed": sum(change.before is not None for change in diff.changes),
        "share": round(diff.share, 4),
        "changes": [_change(problem, change) for change in diff.changes],
        "undo": [_change(problem, change) for change in diff.undone().changes],
    }


def _change(problem: WeeklyProblem, change: Change) -> dict[str, Any]:
    return {
        "visit": change.visit_id,
        "what": [str(kind) for kind in change.kinds],
        "direct": change.direct,
        "before": _place(problem, change.before),
        "after": _place(problem, change.after),
        "sentence": _text(sentence(problem, change)),
        "why": _text(change.why),
    }


def _place(problem: WeeklyProblem, placed: Placed | None) -> dict[str, Any] | None:
    if placed is None:
        return None
    return {
        "route": placed.route_id,
        "date": problem.week.days[placed.day].isoformat(),
        "band": placed.band_id,
        "officers": list(placed.officers),
        "vehicle": placed.vehicle_id,
        "begin": problem.week.instant(placed.begin).isoformat(),
        "end": problem.week.instant(placed.end).isoformat(),
    }


def _text(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
