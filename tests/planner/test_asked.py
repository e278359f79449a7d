"""One more visit asked for: the hours it may begin in, the ways to make it, and the plan that takes one of them."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from casework.obligation import VisitKind
from planner.aftermath import aftermath
from planner.asked import ask, asked_visit
from planner.document import plan_from_dict, plan_to_dict, problem_from_dict
from planner.event import Incident, OfficerIll
from planner.objective import price
from planner.planning import plan_week
from planner.policy import HOUR, MINUTE
from planner.replan import replan
from planner.rules import judge
from planner.slot_words import GAINED, costs, offer, slot_to_dict
from planner.slots import Slot, open_slots, take
from planner.week import DAY, OutOfService, WeeklyPlan, WeeklyProblem
from tests.planner.build import at, small_plan, small_problem, small_squad
from tests.planner.happenings import squad_of
from tests.planner.seeded import Size, seeded_week

SQUAD = small_squad()
PROBLEM = small_problem(SQUAD)
PLAN = small_plan(PROBLEM)


def ways(
    problem: WeeklyProblem, plan: WeeklyPlan, place: str, kind: VisitKind, days: tuple[int, ...] = ()
) -> tuple[WeeklyProblem, tuple[Slot, ...]]:
    asked = ask(problem, place, kind, days=days)
    after, _ = aftermath(problem, squad_of(problem), Incident(asked))
    visit = next(visit for visit in after.visits if visit.id == asked.visit_id)
    return after, open_slots(after, plan, visit)


def test_what_is_left_open_comes_from_the_policy() -> None:
    asked = ask(PROBLEM, "lake", VisitKind.JOINT)
    policy = PROBLEM.policy.visits[VisitKind.JOINT]
    assert asked.duration == policy.duration
    assert asked.days == tuple(range(7))
    assert [PROBLEM.partners[p].kind for p in asked.partner_ids] == list(policy.partners)


def test_a_second_visit_of_the_kind_has_a_name_of_its_own() -> None:
    first = ask(PROBLEM, "mill", VisitKind.ROUTINE)
    after, _ = aftermath(PROBLEM, SQUAD, Incident(first))
    assert ask(after, "mill", VisitKind.ROUTINE).visit_id != first.visit_id


def test_a_visit_with_partners_begins_within_their_hours_and_any_other_while_one_may_knock() -> None:
    joint = asked_visit(PROBLEM, ask(PROBLEM, "lake", VisitKind.JOINT, days=[2]))
    for window in joint.windows:
        for partner in joint.partner_ids:
            hours = [h for h in PROBLEM.partners[partner].hours if h.weekday == 2]
            assert any(
                2 * DAY + h.start <= window.earliest and window.latest + joint.duration <= 2 * DAY + h.end
                for h in hours
            )
    door = asked_visit(PROBLEM, ask(PROBLEM, "mill", VisitKind.ROUTINE, days=[2], duration=HOUR))
    assert [(w.earliest, w.latest) for w in door.windows] == [(2 * DAY + 8 * HOUR, 2 * DAY + 20 * HOUR)]


def test_only_days_asked_for_are_offered() -> None:
    problem = seeded_week(2, Size())
    _, slots = ways(problem, plan_week(problem, time_limit=5, explained=False), "c7", VisitKind.ROUTINE, days=(1, 3))
    assert slots
    assert {slot.begin // DAY for slot in slots} <= {1, 3}


@pytest.mark.parametrize("kind", [VisitKind.ROUTINE, VisitKind.JOINT])
def test_a_slot_taken_is_a_plan_of_the_week_with_the_visit_and_is_read_back_as_such(kind: VisitKind) -> None:
    problem = seeded_week(4, Size())
    squad, plan = squad_of(problem), plan_week(problem, time_limit=5, explained=False)
    asked = ask(problem, "c1", kind)
    after, _ = aftermath(problem, squad, Incident(asked))
    visit = next(visit for visit in after.visits if visit.id == asked.visit_id)
    slot = open_slots(after, plan, visit)[0]
    week, taken, diff = take(problem, squad, plan, asked, slot)
    assert not [rule for rule in judge(week, taken) if rule.hard]
    assert taken.objective.total == sum(price(week, taken).values())
    assert [change.visit_id for change in diff.changes] == [asked.visit_id]
    written = plan_to_dict(week, taken, squad)
    again, _ = problem_from_dict(written, problem, squad)
    assert again.visits == week.visits
    assert plan_from_dict(written, again).routes == taken.routes


def test_what_a_slot_costs_is_told_in_words_and_by_term() -> None:
    problem = seeded_week(2, Size())
    plan = plan_week(problem, time_limit=5, explained=False)
    after, slots = ways(problem, plan, "c7", VisitKind.ROUTINE)
    for slot in slots:
        changed = costs(after, plan, slot)
        assert sum(changed.values()) == slot.cost
        told = slot_to_dict(after, plan, slot)
        assert told["cost"] == slot.cost - sum(changed.get(term, 0) for term in GAINED)
        assert ("one more crew goes out" in offer(after, plan, slot).en) == slot.new_outing
        assert after.officers[told["lead"]].name in offer(after, plan, slot).zh
        assert told["post"] in "AB"


def test_after_an_event_nothing_is_offered_in_the_past_or_between_stops_a_crew_is_driving_between() -> None:
    incident = Incident(OfficerIll(at(1, "15:00"), "o3", at(1, "15:00"), at(2, "00:00")))
    done = replan(PROBLEM, SQUAD, PLAN, incident, time_limit=5)
    read = replace(done.problem, kept=())  # as a plan file is read back
    after, slots = ways(read, done.plan, "mill", VisitKind.ROUTINE)
    assert slots
    for slot in slots:
        assert slot.begin >= after.now
        assert not any(rule.hard for rule in slot.broken)


def test_a_vehicle_out_of_service_is_not_offered() -> None:
    problem = seeded_week(2, Size())
    plan = plan_week(problem, time_limit=5, explained=False)
    broken = tuple(OutOfService(vehicle.id, 0, 7 * DAY) for vehicle in problem.vehicles)
    _, slots = ways(replace(problem, out_of_service=broken), plan, "c7", VisitKind.ROUTINE)
    assert not any(slot.new_outing for slot in slots)


def test_sixty_communities_are_answered_within_a_second() -> None:
    problem = seeded_week(0, Size(communities=60, pairs=12, peak=24, cars=9, ebikes=2))
    told: list[object] = []
    plan = plan_week(problem, time_limit=40, progress=told.append, stop=lambda: bool(told))
    for kind in (VisitKind.JOINT, VisitKind.ROUTINE):
        began = time.process_time()
        after, slots = ways(problem, plan, "c30", kind)
        words = [offer(after, plan, slot) for slot in slots]
        assert time.process_time() - began < 1.0
        assert words
        assert all(slot.latest - slot.begin < 24 * 60 * MINUTE for slot in slots)
