"""Event files out and back, and every fault of one at once."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from planner.errors import PlanFileError
from planner.event import Incident, OfficerIll, ReportTakesCrew, VisitOverran
from planner.event_reader import READERS, incident_from_dict, incident_to_dict
from planner.event_words import tell
from planner.visit import Pin
from tests.planner.build import at, small_plan, small_problem
from tests.planner.happenings import KINDS, happening
from tests.planner.seeded import Size, seeded_week
from tests.planner.test_replan import published

PROBLEM = small_problem()
PLAN = small_plan(PROBLEM)
ILL: dict[str, Any] = {
    "schema": "wuzao-event/1",
    "event": "officer_ill",
    "known": "2026-11-25T07:00:00+08:00",
    "officer": "o1",
    "from": "2026-11-25T07:00:00+08:00",
    "to": "2026-11-26T00:00:00+08:00",
}


def faults(data: object) -> list[tuple[str, str | None]]:
    with pytest.raises(PlanFileError) as caught:
        incident_from_dict(data, PROBLEM, PLAN)
    assert all(fault.problem.zh and fault.problem.en and fault.mend.zh for fault in caught.value.faults)
    return [(fault.code, fault.field) for fault in caught.value.faults]


@pytest.mark.parametrize("kind", KINDS)
def test_an_event_written_and_read_back_is_the_same_event(kind: str) -> None:
    problem, plan = published(1)
    event = happening(kind, plan, problem, random.Random(kind))
    incident = Incident(event, at(3, "12:00"), (Pin("routine-c7", 3, "early"),), ("routine-c7",))
    text = json.dumps(incident_to_dict(problem, incident), ensure_ascii=False)
    assert incident_from_dict(json.loads(text), problem) == incident


@pytest.mark.parametrize("kind", KINDS)
def test_an_event_is_told_in_both_languages(kind: str) -> None:
    problem, plan = published(1)
    said = tell(problem, happening(kind, plan, problem, random.Random(kind)))
    assert said.zh
    assert said.en
    assert said.zh != said.en


def test_there_is_a_reader_for_every_kind_and_a_test_of_it() -> None:
    assert len(READERS) == len(KINDS)


def test_what_is_frozen_and_pinned_is_read() -> None:
    pins = [{"visit": "routine-mill", "date": "2026-11-27", "band": "middle", "lead": "o3"}]
    read = incident_from_dict({**ILL, "frozen_until": "2026-11-25T14:00:00+08:00", "pins": pins}, PROBLEM, PLAN)
    assert read == Incident(
        OfficerIll(at(2, "07:00"), "o1", at(2, "07:00"), at(3, "00:00")),
        at(2, "14:00"),
        (Pin("routine-mill", 4, "middle", "o3"),),
    )


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"schema": "wuzao-event/9"}, ("wrong_schema", "schema")),
        ({"event": "earthquake"}, ("unknown_event", "event")),
        ({"event": None}, ("not_text", "event")),
        ({"officer": "o9"}, ("unknown_id", "officer")),
        ({"known": "yesterday"}, ("not_a_time", "known")),
        ({"known": "2026-11-25T07:00:00"}, ("time_without_zone", "known")),
        ({"known": "2026-12-25T07:00:00+08:00"}, ("outside_the_week", "known")),
        ({"to": "2026-11-25T06:00:00+08:00"}, ("ends_before_it_begins", "to")),
        ({"pins": [{"visit": "x", "date": "2026-11-27", "band": "middle"}]}, ("unknown_id", "pins[0].visit")),
        ({"pins": "all"}, ("not_a_list", "pins")),
    ],
)
def test_a_fault_is_named_at_its_place(change: dict[str, Any], found: tuple[str, str]) -> None:
    assert found in faults({**ILL, **change})


def test_all_faults_come_at_once() -> None:
    wrong = {**ILL, "officer": "o9", "known": "yesterday", "to": 7}
    assert {field for _, field in faults(wrong)} >= {"officer", "known", "to"}


@pytest.mark.parametrize(
    ("event", "found"),
    [
        ({"event": "visit_overran", "visit": "joint-lake#2"}, ("visit_not_begun", "visit")),
        ({"event": "visit_not_completed", "visit": "recheck-mill-v1"}, ("visit_not_begun", "visit")),
        ({"event": "report", "officer": "o3", "community": "mill"}, ("not_in_a_crew", "officer")),
        ({"event": "road_closed", "origin": "lake", "destination": "lake"}, ("same_place", "destination")),
        ({"event": "road_closed", "origin": "lake", "destination": "moon"}, ("unknown_id", "destination")),
        ({"event": "phase_changed", "community": "lake", "phase": "ripe"}, ("unknown_id", "phase")),
        ({"event": "vehicle_broken", "vehicle": "tank"}, ("unknown_id", "vehicle")),
        (
            {"event": "partner_moved", "partner": "p1", "date": "2026-11-25", "hours": [{"from": "25:00", "to": "9"}]},
            ("not_a_time", "hours[0].from"),
        ),
        (
            {"event": "new_violation", "violation": {"id": "v", "type": "noise", "lon": "x", "found_on": "soon"}},
            ("unknown_id", "violation.type"),
        ),
        ({"event": "new_violation"}, ("not_an_object", "violation")),
    ],
)
def test_what_the_plan_or_the_squad_contradicts_is_named(event: dict[str, Any], found: tuple[str, str]) -> None:
    span = {"from": "2026-11-25T07:00:00+08:00", "to": "2026-11-25T09:00:00+08:00"}
    until = {"until": "2026-11-25T08:00:00+08:00"}
    assert found in faults({**ILL, **span, **until, **event})


@pytest.mark.parametrize("data", [None, [], "ill", 7])
def test_what_is_no_object_is_no_event(data: object) -> None:
    assert ("not_an_object", None) in faults(data)


def test_an_event_before_one_the_plan_knows_is_refused() -> None:
    later = seeded_week(1, Size())
    _, plan = published(1)
    stop = next(stop for route in plan.routes if route.day == 2 for stop in route.stops)
    event = VisitOverran(stop.begin + 60, stop.visit_id, stop.end + 600)
    moved = type(later)(**{name: getattr(later, name) for name in later.__slots__} | {"now": 5 * 86_400})
    with pytest.raises(PlanFileError) as caught:
        incident_from_dict(incident_to_dict(later, Incident(event)), moved)
    assert [fault.code for fault in caught.value.faults] == ["known_too_early"]


def test_a_crew_ordered_out_later_than_known_is_gone_from_the_order_on() -> None:
    event = ReportTakesCrew(100, "o1", "mill", 500, 900)
    assert Incident(event).now == 501
