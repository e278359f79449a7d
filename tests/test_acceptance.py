"""What is promised of a whole week: on the shipped example, the report's communities and real Shanghai roads."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from time import perf_counter

import pytest

from api.commands import plan_squad
from api.files import json_text
from api.planned import Planned
from benchmarks.real_squad import build_four, build_shanghai
from casework.obligation import VisitKind
from geo.community import Phase
from planner.document import plan_to_dict
from planner.partner import PartnerKind
from planner.response import check_response
from planner.week import DAY, Route, Stop, Week
from tests.real import need_real_data

WEEK = Week.parse("2026-W48")
JIADING = Path(__file__).resolve().parents[1] / "examples" / "jiading"


@pytest.fixture(scope="module")
def jiading() -> Planned:
    """The shipped example, planned once."""
    return plan_squad(JIADING, WEEK, seed=0, time_limit=60, cache=None)


@pytest.fixture(scope="module")
def shanghai(tmp_path_factory: pytest.TempPathFactory) -> Planned:
    """The same kind of squad on real roads with real communities, planned once."""
    source = need_real_data("shanghai_center")
    folder = build_shanghai(source, tmp_path_factory.mktemp("shanghai") / "squad")
    return plan_squad(folder, WEEK, seed=0, time_limit=60, cache=None)


@pytest.fixture(params=["jiading", pytest.param("shanghai", marks=pytest.mark.real)])
def planned(request: pytest.FixtureRequest) -> Planned:
    """Each of the two squads."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Planned)
    return found


def test_every_mandatory_visit_is_placed_and_no_hard_rule_broken(planned: Planned) -> None:
    assert not planned.plan.missed
    assert not [rule for rule in planned.broken if rule.hard]


def test_the_gap_to_the_proven_bound_is_two_percent_at_most(planned: Planned) -> None:
    assert planned.plan.objective.gap <= 0.02


def test_every_peak_community_has_two_joint_inspections_two_days_apart(planned: Planned) -> None:
    problem = planned.prepared.problem
    peak = [c for c in problem.communities.values() if c.phase is Phase.PEAK]
    assert len(peak) == 10
    for community in peak:
        days = sorted(
            route.day
            for route, stop, kind in _stops(planned)
            if (kind, stop.community_id) == (VisitKind.JOINT, community.id)
        )
        assert len(days) >= 2
        assert all(later - earlier >= 2 for earlier, later in pairwise(days))


def test_every_joint_inspection_has_two_certified_officers_led_by_a_or_b_and_both_partners_in_their_hours(
    planned: Planned,
) -> None:
    problem = planned.prepared.problem
    for route, stop, kind in _stops(planned):
        if kind is not VisitKind.JOINT:
            continue
        community = problem.communities[stop.community_id]
        assert sum(problem.officers[officer].certified for officer in stop.officers) >= 2
        assert stop.officers[0] in (community.a_officer, community.b_officer)
        partners = [problem.partners[partner] for partner in stop.partner_ids]
        assert {partner.kind for partner in partners} >= {PartnerKind.COMMITTEE, PartnerKind.PROPERTY}
        for partner in partners:
            assert any(
                h.weekday == route.day
                and h.start <= stop.begin - route.day * DAY
                and stop.end - route.day * DAY <= h.end
                for h in partner.hours
            )


def test_every_re_check_due_is_placed_within_one_working_day_of_its_day(planned: Planned) -> None:
    problem = planned.prepared.problem
    handled = {v.id: v.handled_on for v in planned.prepared.squad.violations}
    working = [day for day, works in enumerate(problem.working_days) if works]
    checked = 0
    for visit in problem.visits:
        if visit.kind is not VisitKind.RECHECK:
            continue
        route = next(route for route, stop, _ in _stops(planned) if stop.visit_id == visit.id)
        for violation in visit.violation_ids:
            before = handled[violation]
            assert before is not None
            due = (before - WEEK.monday).days + 7
            between = [day for day in working if min(route.day, due) < day < max(route.day, due)]
            assert not between
            checked += 1
    assert checked >= 8


def test_two_stationing_days_at_least(planned: Planned) -> None:
    assert sum(kind is VisitKind.STATIONING for _, _, kind in _stops(planned)) >= 2


def test_the_two_hour_promise_is_kept_at_every_second_and_checked_in_less_than_two(planned: Planned) -> None:
    prepared = planned.prepared
    begun = perf_counter()
    report = check_response(prepared.problem, planned.plan, prepared.travel, prepared.hours)
    assert perf_counter() - begun < 2.0
    assert not report.gaps
    assert report == planned.report


def test_the_reports_four_communities_alone_are_proven_optimal_within_five_seconds(tmp_path: Path) -> None:
    folder = build_four(tmp_path / "four")
    begun = perf_counter()
    planned = plan_squad(folder, WEEK, seed=0, time_limit=20, cache=None)
    assert perf_counter() - begun < 5.0
    assert planned.plan.objective.gap == 0.0
    assert sum(kind is VisitKind.JOINT for _, _, kind in _stops(planned)) >= 8
    assert sum(c.households for c in planned.prepared.squad.communities) == 2486


def test_the_same_seed_and_work_limit_give_the_same_plan_to_the_byte(jiading: Planned) -> None:
    again = plan_squad(JIADING, WEEK, seed=0, time_limit=60, cache=None)
    assert _plan_json(jiading) == _plan_json(again)


def _plan_json(planned: Planned) -> str:
    return json_text(plan_to_dict(planned.prepared.problem, planned.plan, planned.prepared.squad))


def _stops(planned: Planned) -> list[tuple[Route, Stop, VisitKind]]:
    kinds = {visit.id: visit.kind for visit in planned.prepared.problem.visits}
    return [(route, stop, kinds[stop.visit_id]) for route in planned.plan.routes for stop in route.stops]
