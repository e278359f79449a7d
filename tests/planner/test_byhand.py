"""A plan changed by hand: what is asked is made, what is not touched stays, what cannot be made is refused."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import count, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.travel import UNREACHABLE
from planner.byhand.acts import Act, SetPin, done
from planner.byhand.again import planned_again
from planner.byhand.moving import BY_HAND, Move, TakeOut, moved, taken_out
from planner.byhand.places import Spot, places
from planner.errors import ImpossibleMoveError
from planner.planning import plan_week
from planner.recheck import rechecked
from planner.response import Checked, checked
from planner.rules import judge
from planner.week import DAY, Route, Stop, WeeklyPlan, WeeklyProblem
from tests.planner.build import CAR, at, small_plan, small_problem
from tests.planner.seeded import Size
from tests.planner.tight import HOURS, tight_week

PROBLEM = small_problem()
PLAN = small_plan(PROBLEM)


def made(plan: WeeklyPlan, visit_id: str) -> tuple[Route, Stop]:
    return next((route, stop) for route in plan.routes for stop in route.stops if stop.visit_id == visit_id)


def broken(plan: WeeklyPlan, problem: WeeklyProblem = PROBLEM) -> set[str]:
    return {rule.rule for rule in judge(problem, plan) if rule.rule != "stated_cost_is_true"}


def test_a_visit_goes_to_a_free_officer_s_shift_and_everything_else_stays() -> None:
    after = moved(PROBLEM, PLAN, Move("routine-mill", 4, "middle", "o3"))
    route, _ = made(after, "routine-mill")
    assert (route.day, route.band_id, route.crew.officers) == (4, "middle", ("o3", "o4"))
    assert broken(after) == set()
    left, meeting = made(after, "pre_delivery-park")
    assert (meeting.begin, [leg.destination for leg in left.legs]) == (at(1, "14:10"), ["park", "station"])
    touched = {route.id, left.id}
    assert all(a is b for a, b in zip(PLAN.routes, after.routes, strict=False) if b.id not in touched)
    assert moved(PROBLEM, after, Move("routine-mill", 1, "middle", "o3")).routes[1].stops[0] == meeting


def test_whoever_rides_second_or_without_a_certificate_brings_the_visit_to_that_crew() -> None:
    for officer in ("o3", "o4"):
        after = moved(PROBLEM, PLAN, Move("recheck-mill-v1", 1, "middle", officer))
        route, stop = made(after, "recheck-mill-v1")
        assert (route.id, stop.officers) == (PLAN.routes[1].id, ("o3", "o4"))
        assert [made(after, visit)[1].begin for visit in ("pre_delivery-park", "routine-mill")] == [
            at(1, "14:10"),
            at(1, "15:25"),
        ]
        assert broken(after) == set()
    assert made(moved(PROBLEM, PLAN, Move("extra-lake", 0, "early", "x5")), "extra-lake")[0].id == PLAN.routes[0].id


def test_what_breaks_a_rule_is_made_and_told() -> None:
    after = moved(PROBLEM, PLAN, Move("joint-lake#1", 1, "early", "o1"))
    assert made(after, "joint-lake#1")[0].day == 1
    assert {"service_begins_in_its_window", "partners_can_be_there"} <= broken(after)
    alone = moved(PROBLEM, PLAN, Move("recheck-mill-v1", 6, "early", "o3"))
    assert {"crew_is_on_shift", "service_is_on_an_allowed_day"} <= broken(alone)


@pytest.mark.parametrize(
    ("act", "why"),
    [
        (Move("nothing", 0, "early", "o1"), "没有任务"),
        (Move("routine-mill", 0, "late", "o1"), "没有班次"),
        (Move("routine-mill", 0, "early", "o9"), "没有队员"),
        (Move("routine-mill", 0, "middle", "x5"), "没有执法证"),
        (TakeOut("extra-lake"), "本来就没有排上"),
        (SetPin("extra-lake", pinned=True), "钉不住"),
    ],
)
def test_what_cannot_be_made_at_all_is_refused_with_its_reason(act: Act, why: str) -> None:
    with pytest.raises(ImpossibleMoveError) as refused:
        done(PROBLEM, PLAN, act)
    assert why in refused.value.message.zh


def test_nobody_goes_where_no_way_leads_and_nobody_goes_alone() -> None:
    index = PROBLEM.places["mill"]
    table = {kind: dict(bands) for kind, bands in PROBLEM.travel.items()}
    for bands in table.values():
        for band, matrix in bands.items():
            seconds = matrix.seconds.copy()
            seconds[index], seconds[:, index] = UNREACHABLE, UNREACHABLE
            bands[band] = replace(matrix, seconds=seconds)
    with pytest.raises(ImpossibleMoveError, match="没有路"):
        moved(replace(PROBLEM, travel=table), PLAN, Move("recheck-mill-v1", 4, "early", "o1"))
    single = {key: replace(officer, certified=key == "o1") for key, officer in PROBLEM.officers.items()}
    with pytest.raises(ImpossibleMoveError, match="第二名"):
        moved(replace(PROBLEM, officers=single), PLAN, Move("extra-lake", 4, "early", "o1"))


def test_the_time_that_a_leader_names_is_kept_and_others_give_way() -> None:
    begin = at(1, "15:30")
    after = moved(PROBLEM, PLAN, Move("recheck-mill-v1", 1, "middle", "o3", begin))
    assert made(after, "recheck-mill-v1")[1].begin == begin
    route, later = made(after, "routine-mill")
    assert later.begin >= made(after, "recheck-mill-v1")[1].end or later.end <= begin
    assert route.rest is not None
    assert broken(after) == set()


def test_stationing_fills_the_shift_wherever_it_goes() -> None:
    after = moved(PROBLEM, PLAN, Move("stationing-lake", 4, "early", "o1"))
    route, stop = made(after, "stationing-lake")
    assert (stop.begin, route.back) == (at(4, "07:40"), at(4, "13:30"))
    assert broken(after) == set()


def test_what_is_taken_out_is_missed_by_hand_and_comes_back() -> None:
    out = taken_out(PROBLEM, PLAN, TakeOut("joint-lake#1"))
    assert [(miss.visit_id, miss.reasons) for miss in out.missed] == [("joint-lake#1", (BY_HAND,))]
    assert len(out.routes) == len(PLAN.routes) - 1
    assert broken(out) == {"mandatory_work_is_placed"}
    back = moved(PROBLEM, out, Move("joint-lake#1", 0, "early", "o1"))
    assert back.missed == ()
    assert broken(back) == set()


def test_a_pin_goes_where_its_visit_goes_and_ends_with_it() -> None:
    problem, plan = done(PROBLEM, PLAN, SetPin("routine-mill", pinned=True))
    (pin,) = problem.pins
    assert (pin.day, pin.band_id, pin.lead) == (1, "middle", "o3")
    problem, plan = done(problem, plan, Move("routine-mill", 4, "middle", "o3"))
    assert [pin.day for pin in problem.pins] == [4]
    assert "pins_are_kept" not in broken(plan, problem)
    assert done(problem, plan, SetPin("routine-mill", pinned=False))[0].pins == ()
    assert done(problem, plan, TakeOut("routine-mill"))[0].pins == ()


def test_what_is_under_way_is_not_moved_by_hand() -> None:
    late = replace(PROBLEM, now=at(1, "14:00"))
    for act in (TakeOut("routine-mill"), Move("extra-lake", 1, "middle", "o3"), Move("extra-lake", 0, "early", "o1")):
        with pytest.raises(ImpossibleMoveError):
            done(late, PLAN, act)


def test_places_are_tried_as_a_leader_would_try_them_the_best_first() -> None:
    found = places(PROBLEM, PLAN, "recheck-mill-v1", most=40)
    assert [place.key for place in found] == sorted(place.key for place in found)
    assert found[0].broken == ()
    for place in found:
        again = moved(PROBLEM, PLAN, Move("recheck-mill-v1", place.day, place.band_id, place.officers[0]))
        assert again == place.plan
        route, stop = made(place.plan, "recheck-mill-v1")
        assert (route.day, route.band_id, stop.begin) == (place.day, place.band_id, place.begin)
        assert set(place.officers) <= {*route.crew.officers, *route.crew.auxiliaries}
    assert len(places(PROBLEM, PLAN, "recheck-mill-v1", most=3)) == 3


def test_the_place_under_a_card_is_the_one_of_the_whole_list() -> None:
    found = places(PROBLEM, PLAN, "recheck-mill-v1", most=40)
    for place in found:
        for officer in place.officers:
            assert places(PROBLEM, PLAN, "recheck-mill-v1", most=40, spot=Spot(place.day, place.band_id, officer)) == (
                place,
            )
    early = places(PROBLEM, PLAN, "recheck-mill-v1", most=40, spot=Spot(band_id="early"))
    assert early == tuple(place for place in found if place.band_id == "early")
    assert places(PROBLEM, PLAN, "recheck-mill-v1", most=40, spot=Spot(officer="nobody")) == ()


def test_whoever_looks_for_places_may_be_told_to_stop() -> None:
    every, asked = places(PROBLEM, PLAN, "recheck-mill-v1", most=40), count()
    found = places(PROBLEM, PLAN, "recheck-mill-v1", most=40, further=lambda: next(asked) < 20)
    assert 0 < len(found) < len(every)


@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_a_place_taken_at_the_minute_that_it_was_shown_with_is_the_same_place(seed: int) -> None:
    problem, plan, _ = week(seed)
    for visit in problem.visits[::2]:
        for place in places(problem, plan, visit.id, most=12):
            minute = place.begin // 60 * 60
            again = moved(problem, plan, Move(visit.id, place.day, place.band_id, place.officers[0], minute))
            assert made(again, visit.id)[1].begin // 60 == place.begin // 60
            assert len(broken(again, problem)) <= len(broken(place.plan, problem))


TIGHT = Size(communities=6, pairs=3, peak=3, cars=2, ebikes=1, days=3)


@cache
def week(seed: int) -> tuple[WeeklyProblem, WeeklyPlan, Checked]:
    problem, travel = tight_week(seed, TIGHT)
    plan = plan_week(problem, time_limit=0.05, explained=False)
    return problem, plan, checked(problem, plan, travel, HOURS)


PHYSICAL = {
    "names_are_known",
    "crew_stays_together",
    "each_visit_once",
    "stop_is_at_its_community",
    "missed_list_is_true",
    "legs_follow_the_stops",
    "drives_take_their_time",
    "times_run_forward",
    "break_is_undisturbed",
}
"""Rules that no act may break: a plan that breaks them could not be made at all."""


@settings(max_examples=60, deadline=None, derandomize=True)
@given(data=st.data(), seed=st.integers(0, 3))
def test_after_any_acts_the_plan_can_be_made_what_is_untouched_stays_and_the_check_is_exact(
    data: st.DataObject, seed: int
) -> None:
    problem, plan, check = week(seed)
    travel = tight_week(seed, TIGHT)[1]
    visits = [visit.id for visit in problem.visits]
    for _ in range(data.draw(st.integers(1, 4))):
        visit = data.draw(st.sampled_from(visits))
        day, second = data.draw(st.integers(0, 4)), data.draw(st.none() | st.integers(0, DAY - 1))
        band, officer = (data.draw(st.sampled_from(sorted(names))) for names in (problem.bands, problem.officers))
        move = Move(visit, day, band, officer, None if second is None else day * DAY + second)
        act: Act = move if data.draw(st.integers(0, 3)) else TakeOut(visit)
        try:
            _, after = done(problem, plan, act)
        except ImpossibleMoveError:
            continue
        assert not {rule.rule for rule in judge(problem, after)} & PHYSICAL
        hold = [route for route in plan.routes if all(stop.visit_id != visit for stop in route.stops)]
        mine = {route.id for route in after.routes if any(stop.visit_id == visit for stop in route.stops)}
        assert [route for route in hold if route.id not in mine] == [
            route for route in after.routes if route.id not in mine and route in hold
        ]
        found, whole = rechecked(problem, after, travel, HOURS, check, plan), checked(problem, after, travel, HOURS)
        for one, other in zip(found.covers, whole.covers, strict=True):
            assert (one.peak, one.breaches, one.late, one.watched) == (
                other.peak,
                other.breaches,
                other.late,
                other.watched,
            )
            assert np.array_equal(one.hourly, other.hourly)
            assert np.array_equal(one.first, other.first)
        plan, check = after, found


@pytest.mark.parametrize("seed", [0, 1])
def test_a_week_planned_again_keeps_every_pinned_visit_to_the_second_lawful_or_not(seed: int) -> None:
    problem, plan, _ = week(seed)
    visits = [stop.visit_id for route in plan.routes for stop in route.stops][::3]
    for visit in visits:
        problem, plan = done(problem, plan, SetPin(visit, pinned=True))
    strange = next(visit for visit in problem.visits if visit.id not in visits)
    problem, plan = done(problem, plan, Move(strange.id, 4, "early", "o0"))
    problem, plan = done(problem, plan, SetPin(strange.id, pinned=True))
    again = planned_again(problem, plan, time_limit=0.1)
    for visit in (*visits, strange.id):
        (route, stop), (before, was) = made(again, visit), made(plan, visit)
        assert (route.day, route.band_id, stop.begin, stop.end) == (before.day, before.band_id, was.begin, was.end)
        assert route.crew.officers == before.crew.officers
    for one, other in pairwise(sorted(again.routes, key=lambda route: route.id)):
        assert one.id != other.id
    assert CAR in problem.travel
