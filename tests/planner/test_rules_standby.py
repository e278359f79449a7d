"""Each rule about stand-by away from the station kept at its edge, and broken; the document carries it."""

from __future__ import annotations

import copy
import json
from dataclasses import replace

import pytest
from jsonschema import Draft202012Validator

from planner.document import plan_from_dict, plan_to_dict
from planner.errors import PlanFileError
from planner.objective import price
from planner.officer import Leave, VehicleKind
from planner.standby import stand_by
from planner.week import OutOfService, StandBy, WeeklyPlan, WeeklyProblem
from tests.planner.build import HOP, MONDAY, at, plan_of, small_squad
from tests.planner.edits import PLAN, PROBLEM, broken, keeps_every_hard_rule
from tests.planner.test_document import SCHEMA

KEPT = stand_by(PROBLEM, "o1", "car2", "lake", (1, "early"), at(1, "07:40"), at(1, "13:20"))
"""Out and back on Tuesday morning, as long as the shift allows: ten minutes there, ten minutes back."""


def waiting(*items: StandBy, plan: WeeklyPlan = PLAN) -> WeeklyPlan:
    return replace(plan, standby=items)


def found(rule: str, item: StandBy, problem: WeeklyProblem = PROBLEM) -> int:
    return len(broken(rule, waiting(item), problem))


def at_times(start: str, end: str, day: int = 1, officer: str = "o1", vehicle: str = "car2") -> StandBy:
    return stand_by(PROBLEM, officer, vehicle, "lake", (day, "early"), at(day, start), at(day, end))


def test_a_stand_by_that_fills_a_free_shift_breaks_nothing() -> None:
    assert keeps_every_hard_rule(waiting(KEPT))


@pytest.mark.parametrize("changes", [{"officer_id": "o9"}, {"band_id": "dawn"}, {"vehicle_id": "tank"}])
def test_names_that_nobody_knows_are_named(changes: dict[str, str]) -> None:
    assert found("standby_names_are_known", replace(KEPT, **changes)) == 1  # type: ignore[arg-type]  # names of fields
    assert found("standby_names_are_known", KEPT) == 0


def test_a_stand_by_at_a_place_that_nobody_knows_is_named() -> None:
    there, back = KEPT.legs
    moon = replace(KEPT, community_id="moon", legs=(replace(there, destination="moon"), replace(back, origin="moon")))
    assert found("standby_names_are_known", moon) == 1


def test_whoever_leaves_before_the_shift_or_is_back_after_it_is_named() -> None:
    assert found("standby_is_on_duty", at_times("07:39", "13:20")) == 1
    assert found("standby_is_on_duty", at_times("07:40", "13:21")) == 1
    assert found("standby_is_on_duty", KEPT) == 0


def test_whoever_has_no_certificate_or_is_on_leave_is_named() -> None:
    assert found("standby_is_on_duty", replace(KEPT, officer_id="x5")) == 1
    on_leave = replace(PROBLEM, leave=(Leave("o1", MONDAY.replace(day=24)),))
    assert found("standby_is_on_duty", KEPT, on_leave) == 1


def test_an_officer_or_a_vehicle_out_with_a_crew_at_the_time_is_named() -> None:
    resting = PLAN.routes[0].rest
    after = at_times("11:40", "12:00", day=0, vehicle="car1")
    assert resting is not None
    assert resting.end == after.out[0]
    assert found("standby_is_free", after) == 0
    assert found("standby_is_free", at_times("11:10", "12:00", day=0)) == 1, "the break is the crew's too"
    assert found("standby_is_free", at_times("10:00", "10:05", day=0, officer="x5", vehicle="car1")) == 2


def test_two_stand_bys_of_one_officer_or_one_vehicle_at_once_are_named() -> None:
    early, late = at_times("08:00", "09:00"), at_times("09:20", "10:00")
    assert not broken("standby_is_free", waiting(early, late))
    assert len(broken("standby_is_free", waiting(early, at_times("09:19", "10:00")))) == 1
    assert len(broken("standby_is_free", waiting(early, replace(early, officer_id="o2")))) == 1


def test_a_vehicle_out_of_service_is_named() -> None:
    for start, end, times in (("13:30", "14:00", 0), ("13:29", "14:00", 1)):
        off = replace(PROBLEM, out_of_service=(OutOfService("car2", at(1, start), at(1, end)),))
        assert found("standby_is_free", KEPT, off) == times


def test_a_drive_too_short_or_elsewhere_is_named() -> None:
    there, back = KEPT.legs
    assert found("standby_drives_fit", KEPT) == 0
    assert found("standby_drives_fit", replace(KEPT, legs=(replace(there, arrive=there.arrive - 1), back))) == 1
    assert found("standby_drives_fit", replace(KEPT, legs=(back, there))) == 1


def test_whoever_may_not_drive_the_vehicle_is_named() -> None:
    officers = {**PROBLEM.officers, "o1": replace(PROBLEM.officers["o1"], drives=frozenset({VehicleKind.EBIKE}))}
    assert found("standby_drives_fit", KEPT, replace(PROBLEM, officers=officers)) == 1


def test_a_stand_by_costs_its_driving() -> None:
    assert price(PROBLEM, waiting(KEPT))["drive"] - price(PROBLEM, PLAN)["drive"] == 2 * HOP


def test_a_plan_with_a_stand_by_is_written_and_read_back() -> None:
    plan = replace(plan_of(PROBLEM), standby=(KEPT,))
    document = plan_to_dict(PROBLEM, plan, small_squad())
    Draft202012Validator(SCHEMA).validate(document)
    assert plan_from_dict(json.loads(json.dumps(document)), PROBLEM) == plan
    assert document["standby"][0]["start"] == "2026-11-24T07:40:00+08:00"
    assert "standby" not in plan_to_dict(PROBLEM, PLAN, small_squad())


@pytest.mark.parametrize(
    ("field", "value", "fault"),
    [
        ("officer", {"id": "o9"}, ("unknown_id", "standby[0].officer.id")),
        ("vehicle", {"id": "tank"}, ("unknown_id", "standby[0].vehicle.id")),
        ("community", {"id": "moon"}, ("unknown_id", "standby[0].community.id")),
        ("legs", [], ("not_two_legs", "standby[0].legs")),
    ],
)
def test_every_fault_of_a_stand_by_in_a_file_is_named(field: str, value: object, fault: tuple[str, str]) -> None:
    document = plan_to_dict(PROBLEM, replace(plan_of(PROBLEM), standby=(KEPT,)), small_squad())
    wrong = copy.deepcopy(document)
    wrong["standby"][0][field] = value
    with pytest.raises(PlanFileError) as caught:
        plan_from_dict(wrong, PROBLEM)
    assert [(each.code, each.field) for each in caught.value.faults] == [fault]
