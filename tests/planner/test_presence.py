from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from planner.presence import AT_WORK, Doing, at, duty_end, following, lonlat, next_duty, spells, spot
from planner.week import DAY
from tests.maps import sample

SQUAD = sample.squad()
PROBLEM = sample.problem(SQUAD)
PLAN = sample.plan(PROBLEM)
TRAVEL, HOURS = sample.travel(PROBLEM), sample.HOURS
FOUND = spells(PROBLEM, PLAN, TRAVEL, HOURS)
ROUTE = PLAN.routes[0]
LEAD = ROUTE.crew.lead


def test_everybody_is_told_of_auxiliaries_too_without_a_hole_in_the_week() -> None:
    assert set(FOUND) == set(PROBLEM.officers)
    for mine in FOUND.values():
        assert mine[0].start == 0
        assert mine[-1].end >= 7 * DAY
        assert all(one.end == after.start for one, after in pairwise(mine))


def test_at_a_stop_its_crew_visits_at_its_gate() -> None:
    stop = ROUTE.stops[0]
    spell = at(FOUND[LEAD], stop.begin)
    assert (spell.doing, spell.visit_id, spell.finish) == (Doing.VISIT, stop.visit_id, stop.end)
    assert spot(PROBLEM, spell, stop.begin) == lonlat(PROBLEM, f"{stop.community_id}/{stop.gate_id}")


def test_half_way_of_a_drive_somebody_is_on_its_way() -> None:
    leg = ROUTE.legs[0]
    spell = at(FOUND[LEAD], leg.depart + 1)
    assert spell.doing is Doing.DRIVING
    start, end = spell.path[0], spell.path[-1]
    middle = spot(PROBLEM, spell, (leg.depart + leg.arrive) // 2)
    assert middle is not None
    assert middle not in {start, end}
    assert spot(PROBLEM, spell, leg.depart) == pytest.approx(start)
    assert spot(PROBLEM, spell, leg.arrive) == pytest.approx(end)


def test_what_follows_is_the_next_visit_of_the_same_duty_and_not_the_rest_of_this_one() -> None:
    route = next(route for route in PLAN.routes if len(route.stops) > 1)
    first, second = route.stops[:2]
    coming = following(FOUND[route.crew.lead], first.begin + 60)
    assert coming is not None
    assert coming.visit_id == second.visit_id
    last = route.stops[-1]
    after = following(FOUND[route.crew.lead], last.begin + 60)
    assert after is None or after.visit_id != last.visit_id


def test_off_duty_somebody_is_nowhere_and_comes_on_at_his_next_shift() -> None:
    mine = FOUND[LEAD]
    spell = at(mine, 3600)
    assert spell.doing not in AT_WORK
    assert spot(PROBLEM, spell, 3600) is None
    on = next_duty(mine, 3600)
    assert on == next(one.start for one in mine if one.doing in AT_WORK)
    assert duty_end(mine, on) > on


def test_leave_is_leave() -> None:
    away = PROBLEM.leave[0]
    midnight = (away.day - PROBLEM.week.monday).days * DAY
    assert at(FOUND[away.officer_id], midnight + DAY // 2).doing in {Doing.LEAVE, *AT_WORK}


def test_a_way_unknown_is_straight() -> None:
    bare = replace(
        PLAN, routes=tuple(replace(r, legs=tuple(replace(leg, path=()) for leg in r.legs)) for r in PLAN.routes)
    )
    spell = at(spells(PROBLEM, bare, TRAVEL, HOURS)[LEAD], ROUTE.legs[0].depart + 1)
    assert len(spell.path) == 2
