from __future__ import annotations

import itertools
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.squads import compare, runs
from benchmarks.squads.days import DayTask, route_week, spread_visits, windows_in_day
from benchmarks.squads.finish import Draft, finish, hard_rules
from benchmarks.squads.greedy import greedy_drafts
from benchmarks.squads.made import BINDING, OVER_FULL, Density, seeded_squad, seeded_week
from benchmarks.squads.monolith import solve_whole
from benchmarks.squads.runs import Order, Row, measure
from benchmarks.squads.vroom import priority
from casework.obligation import VisitKind
from geo.community import Phase
from planner.objective import price
from planner.officer import VehicleKind
from planner.planning import plan_week
from planner.rules import judge
from planner.solver.columns import Frame, frames, posts, tasks_by_day
from planner.unplaceable import why_unplaceable
from planner.week import DAY, Objective, WeeklyPlan, WeeklyProblem
from tests.planner.test_monolith import crowded_week

FAMILIES = [*BINDING.items(), *OVER_FULL.items()]
SMALL = "6x6", Density(peak=3, stationed=1, due=0.3, cars=1, ebikes=1, side=2500, seed=1)


def small_week() -> WeeklyProblem:
    return seeded_week(*SMALL).problem


def one_by_one(day: DayTask, seed: int, seconds: float) -> list[tuple[Frame, tuple[str, ...]]]:
    """Route a day by giving each visit to the first lead with a post there, two a crew."""
    del seed, seconds
    routes: dict[Frame, tuple[str, ...]] = {}
    for task in day.tasks:
        able = [f for f in day.frames if f.lead in posts(day.problem, task.visit) and len(routes.get(f, ())) < 2]
        if able:
            routes[able[0]] = (*routes.get(able[0], ()), task.key[0])
    return list(routes.items())


def row(**changes: object) -> Row:
    plain = Row("12x6", False, runs.OURS, 0, 31, 30, 28, 0, 40_000, 40_000, 39_000, 1.0, 2.0, 180.0, 0, 0)
    return replace(plain, **changes)  # type: ignore[arg-type]  # fields by name


def test_one_seed_makes_one_squad_and_another_seed_another() -> None:
    density = BINDING["24x14"]
    assert seeded_squad("24x14", density) == seeded_squad("24x14", density)
    assert seeded_squad("24x14", density) != seeded_squad("24x14", replace(density, seed=density.seed + 1))


@pytest.mark.parametrize(("size", "density"), FAMILIES)
def test_a_squad_has_the_size_and_the_work_it_is_asked_for(size: str, density: Density) -> None:
    squad = seeded_squad(size, density)
    problem = seeded_week(size, density).problem
    joints = Counter(visit.community_id for visit in problem.visits if visit.kind is VisitKind.JOINT)
    assert f"{len(squad.communities)}x{len(squad.officers)}" == size
    assert list(joints.values()) == [2] * density.peak
    assert all(visit.min_days_apart >= 2 for visit in problem.visits if visit.kind is VisitKind.JOINT)
    assert sum(visit.whole_shift for visit in problem.visits) == density.stationed
    assert {visit.kind for visit in problem.visits} >= {VisitKind.RECHECK, VisitKind.EXTRA}
    assert Counter(vehicle.kind for vehicle in squad.vehicles) == Counter(car=density.cars, ebike=density.ebikes)
    assert all(community.phase in {Phase.PEAK, Phase.ROUTINE} for community in squad.communities)


@pytest.mark.parametrize(("size", "density"), FAMILIES)
def test_every_visit_could_be_made_and_every_community_has_somebody_on_duty(size: str, density: Density) -> None:
    problem = seeded_week(size, density).problem
    nothing = WeeklyPlan(problem.week, (), (), Objective({}, 0), 0, 0.0)
    assert [visit.id for visit in problem.visits if why_unplaceable(visit, problem)] == []
    assert {rule.rule for rule in judge(problem, nothing) if rule.hard} == {
        "mandatory_work_is_placed",
        "missed_list_is_true",
    }


@pytest.mark.parametrize("size", BINDING)
def test_partners_and_in_larger_squads_vehicles_are_shared(size: str) -> None:
    problem = seeded_week(size, BINDING[size]).problem
    serving = [len(partner.community_ids) for partner in problem.partners.values()]
    on_duty = Counter((s.day, s.band_id) for s in problem.shifts if problem.officers[s.officer_id].certified)
    assert sum(count > 1 for count in serving) > len(serving) / 2
    assert size in {"12x6", "24x14"} or max(on_duty.values()) // 2 > len(problem.crew_vehicles)


def test_the_plan_drives_as_long_as_the_two_hour_check_does_parking_added() -> None:
    prepared = seeded_week(*SMALL)
    problem, buffer = prepared.problem, prepared.problem.policy.travel_buffer
    for kind, bands in problem.travel.items():
        for band, matrix in bands.items():
            full = prepared.travel[kind].matrix(prepared.hours[band])
            rows = [full.places.index(place) for place in matrix.places]
            drives = ~np.eye(len(rows), dtype=bool)
            assert (matrix.seconds[drives] == full.seconds[np.ix_(rows, rows)][drives] + buffer).all()


def test_what_clashes_is_left_out_until_no_hard_rule_is_broken() -> None:
    problem = small_week()
    keys = tuple(dict.fromkeys(visit.obligation_id for visit in problem.visits))
    drafts = [Draft(f.day, f.band_id, f.lead, keys, f.kind) for f in frames(problem)]  # everybody everywhere
    plan = finish(problem, drafts)
    assert hard_rules(problem, plan) == []
    assert plan.objective.terms == price(problem, plan)
    assert len(plan.routes) > 5
    assert {item.visit_id for item in plan.missed}.isdisjoint(s.visit_id for r in plan.routes for s in r.stops)


def test_a_second_officer_who_is_out_already_is_replaced() -> None:
    problem = small_week()
    drafts = [Draft(d.day, d.band_id, d.lead, d.keys, d.kind, "nobody") for d in greedy_drafts(problem)]
    plan = finish(problem, drafts)
    assert hard_rules(problem, plan) == []
    assert len(plan.routes) == len(drafts)


def test_a_crew_whose_lead_holds_no_post_there_makes_no_visit() -> None:
    problem = small_week()
    visit = next(visit for visit in problem.visits if visit.kind is VisitKind.ROUTINE)
    strangers = [f for f in frames(problem) if f.lead not in posts(problem, visit) and f.day in visit.days]
    assert finish(problem, [Draft(f.day, f.band_id, f.lead, (visit.id,)) for f in strangers]).routes == ()


@pytest.mark.parametrize("size", BINDING)
def test_visits_are_spread_over_allowed_days_that_keep_their_distance(size: str) -> None:
    problem = seeded_week(size, BINDING[size]).problem
    spread = spread_visits(problem)
    owed = Counter(visit.obligation_id for visit in problem.visits)
    partners: Counter[tuple[str, int]] = Counter()
    for visit in {visit.obligation_id: visit for visit in problem.visits}.values():
        days = spread[visit.obligation_id]
        assert len(days) == owed[visit.obligation_id]
        assert set(days) <= set(visit.days)
        assert all(b - a >= visit.min_days_apart for a, b in itertools.pairwise(days))
        partners.update((partner, day) for partner in visit.partner_ids for day in days)
    assert max(partners.values()) <= 4


def test_what_a_day_has_no_room_for_is_offered_again_later() -> None:
    problem = small_week()
    offered: list[tuple[int, str]] = []

    def lazy(day: DayTask, seed: int, seconds: float) -> list[tuple[Frame, tuple[str, ...]]]:
        del seed, seconds
        offered.extend((task.day, task.key[0]) for task in day.tasks)
        return []

    assert all(draft.keys[0].startswith("stationing") for draft in route_week(problem, lazy, seed=0, seconds=1))
    again = Counter(key for _, key in dict.fromkeys(offered))
    assert max(again.values()) > 2
    assert all(day in v.days for day, key in offered for v in problem.visits if v.obligation_id == key)


def test_no_more_crews_are_sent_than_there_are_people_and_vehicles_for() -> None:
    problem = seeded_week("24x14", BINDING["24x14"]).problem
    drafts = route_week(problem, one_by_one, seed=0, seconds=1)
    plan = finish(problem, drafts)
    assert max(Counter((d.day, d.band_id) for d in drafts).values()) <= 2
    assert hard_rules(problem, plan) == []
    assert len(plan.routes) > 10


def test_a_router_is_told_posts_prices_and_hours() -> None:
    problem = small_week()
    tasks = tuple(task for task in tasks_by_day(problem)[0] if not task.visit.whole_shift)
    frame = next(f for f in frames(problem) if f.day == 0 and any(f.lead in posts(problem, t.visit) for t in tasks))
    day = DayTask(problem, (frame,), tasks)
    by_b = next(c for c in problem.communities.values() if c.b_officer == frame.lead)
    elsewhere = next(c for c in problem.communities.values() if frame.lead not in (c.a_officer, c.b_officer))
    drive = problem.drive(frame.kind, frame.band_id, "station", by_b.id)
    assert day.may_lead(frame, by_b.id)
    assert day.may_lead(frame, "station")
    assert not day.may_lead(frame, elsewhere.id)
    assert day.cost(frame, "station", by_b.id) == drive + problem.policy.prices.b_leads
    assert day.places[0] == "station"
    assert all(0 <= first <= last < DAY for task in tasks for first, last in windows_in_day(task))
    assert [priority(day, missed) for missed in (0, max(task.visit.missed for task in tasks))] == [0, 100]


@pytest.mark.parametrize("seed", range(4))
def test_the_whole_model_finds_and_proves_what_we_do(seed: int) -> None:
    problem = crowded_week(seed)
    start = finish(problem, greedy_drafts(problem))
    found = solve_whole(problem, start, seed=0, seconds=20)
    best = plan_week(problem, time_limit=20).objective.total
    assert finish(problem, found.drafts).objective.total == found.bound == best


def test_ours_the_greedy_week_and_the_whole_model_run_from_end_to_end(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    size, density = SMALL
    monkeypatch.setitem(BINDING, size, density)
    monkeypatch.setitem(compare.WORK, size, 2.0)
    monkeypatch.setattr(compare, "in_its_own_process", measure)
    monkeypatch.setattr(compare, "at_hand", lambda engine: engine not in runs.NEEDS)
    assert compare.main(["--sizes", size, "--seeds", "0", "--out", str(tmp_path / "rows.json")]) == 0
    rows = json.loads((tmp_path / "rows.json").read_text())
    ours, greedy, whole = rows
    assert [each["engine"] for each in rows] == ["ours", "greedy", "monolith"]
    assert all(each["broken"] == 0 for each in rows)
    assert ours["bound"] <= ours["objective"] <= whole["objective"] <= greedy["objective"]
    assert ours["first"] <= ours["seconds"]
    assert "pyvrp is not installed" in capsys.readouterr().out


def test_a_size_nobody_knows_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        compare.main(["--sizes", "12x6,13x7"])
    assert "no squad has the size 13x7" in capsys.readouterr().err


def test_the_run_of_the_median_objective_stands_for_its_size() -> None:
    rows = [row(seed=n, objective=cost) for n, cost in enumerate((50_000, 41_000, 42_000))]
    assert compare.typical([*rows, row(engine="greedy", objective=1)], "12x6").seed == 2


def test_peers_get_as_long_as_we_took_and_are_compared_with_us() -> None:
    ours, peer = row(seconds=7.0), row(engine="greedy", objective=60_000, operating=44_000, bound=None, first=None)
    assert list(compare.orders_of_peers(ours, ["greedy"])) == [Order("12x6", False, "greedy", 0, 7.0)]
    assert compare.cells_of_peer(peer, ours)[-2:] == ("1.50", "1.10")
    assert compare.cells_of_ours(ours)[2:7] == ("28/28", "40,000", "40,000", "39,000", "2.50%")


def test_stationing_is_dealt_out_before_anything_is_routed() -> None:
    problem = small_week()
    kinds = {draft.kind for draft in route_week(problem, one_by_one, seed=0, seconds=1)}
    stationed = [d for d in route_week(problem, one_by_one, seed=0, seconds=1) if d.keys[0].startswith("stationing")]
    assert kinds <= set(VehicleKind)
    assert len(stationed) == 1
