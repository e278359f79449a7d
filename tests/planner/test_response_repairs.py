"""Towns small enough to mend by hand: each kind of repair offered, proven and priced, and a gap that nothing mends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from api.prepare import planning_matrix
from casework.obligation import VisitKind
from geo.travel import TravelTimes
from planner.officer import Crew, Leave, Shift, VehicleKind
from planner.policy import HOUR, MINUTE, RepairPolicy
from planner.repair_words import mending_in_words, repairs_to_dict
from planner.repairs.case import Case
from planner.repairs.repair import Kind, Mending, Repair
from planner.repairs.standing_by import proposed
from planner.response import check_response
from planner.response_repairs import repairs
from planner.rules import judge
from planner.visit import ArrivalWindow, Visit
from planner.week import DAY, STATION, Rest, Route, WeeklyPlan, WeeklyProblem
from tests.planner.build import plan_of, route
from tests.planner.response_town import HOURS, MONDAY, Spot, community, grid_travel, shift, town, visit

NINE = 9 * HOUR
LIMIT = 40 * MINUTE
LENGTH = 50 * MINUTE
PRICES = RepairPolicy()
SPOTS: dict[str, Spot] = {STATION: (0, 0), "c0": (2, 0), "c1": (0, 2)}
ALL = ("o1", "o2", "o3", "o4")


@dataclass(frozen=True)
class Town:
    """Two communities whose posts o1 and o2 hold, and two inspections of fifty minutes that must be finished."""

    problem: WeeklyProblem
    travel: dict[VehicleKind, TravelTimes]

    def mend(self, *routes: Route, place: str = "c0") -> tuple[WeeklyPlan, Mending]:
        """Return a plan and what mends its one gap at a place, every way proven anew."""
        plan = plan_of(self.problem, *routes)
        report = check_response(self.problem, plan, self.travel, HOURS)
        (gap,) = (gap for gap in report.gaps if gap.community_id == place)
        (found,) = repairs(self.problem, plan, self.travel, HOURS, gaps=[gap])
        for way in found.ways:
            prove(self, plan, found, way)
        return plan, found


def prove(where: Town, plan: WeeklyPlan, found: Mending, way: Repair) -> None:
    """Assert what a repair says of itself, by the check and the rules."""
    gap = found.gap
    after = check_response(way.problem, way.plan, where.travel, HOURS)
    left = [(max(g.start, gap.start), min(g.end, gap.end)) for g in after.gaps if g.community_id == gap.community_id]
    assert sum(end - start for start, end in left if start < end) == way.left
    old = {(rule.rule, rule.where) for rule in judge(where.problem, plan) if rule.hard}
    assert {(rule.rule, rule.where) for rule in judge(way.problem, way.plan) if rule.hard} <= old
    assert (gap in way.mends) is way.whole
    assert way.late[1] == after.late < way.late[0]


def inspected(
    shifts: Sequence[Shift],
    *,
    windows: Sequence[tuple[int, int]] = ((NINE, NINE),),
    spots: dict[str, Spot] | None = None,
    limit: int = LIMIT,
    leave: Sequence[Leave] = (),
    walled: frozenset[str] = frozenset(),
) -> Town:
    """Return the town with these shifts; inspections may begin within `windows`."""
    communities = community("c0", 1, "o1", "o2"), community("c1", 1, "o2", "o1")
    known = SPOTS if spots is None else spots
    visits = [inspection(name, place, windows) for name, place in (("v0", "c0"), ("v1", "c1"))]
    problem, travel = town(communities, shifts, known, visits, leave, limit=limit, guaranteed=False)
    if walled:
        travel = grid_travel(problem, known, walled)
    matrices = {
        kind: {band: planning_matrix(times.matrix(hour), list(known), 180) for band, hour in HOURS.items()}
        for kind, times in travel.items()
    }
    policy = replace(problem.policy, breaks={})
    places = {place: number for number, place in enumerate(known)}
    return Town(replace(problem, travel=matrices, places=places, policy=policy), travel)


def inspection(name: str, place: str, windows: Sequence[tuple[int, int]]) -> Visit:
    return replace(
        visit(name, place, breakable=False, wrap_up=0),
        kind=VisitKind.ROUTINE,
        days=tuple(sorted({start // DAY for start, _ in windows})),
        windows=tuple(ArrivalWindow(start, end) for start, end in windows),
        duration=LENGTH,
        missed=40 * HOUR,
    )


def out(where: Town, name: str, crew: tuple[str, str], begin: int = NINE, vehicle: str = "car") -> Route:
    return route(where.problem, begin // DAY, "early", Crew(crew), [(name, begin)], vehicle=vehicle)


def early(*officers: str, day: int = 0) -> list[Shift]:
    return [shift(officer, day, "early") for officer in officers]


def the(found: Mending, kind: Kind) -> Repair:
    (way,) = (way for way in found.ways if way.kind is kind)
    return way


def both_out(where: Town) -> tuple[Route, Route]:
    return out(where, "v0", ("o1", "o3")), out(where, "v1", ("o2", "o4"), vehicle="bike")


def test_an_inspection_that_may_be_broken_off_mends_the_gap_at_no_driving() -> None:
    where = inspected(early(*ALL))
    _, found = where.mend(*both_out(where))
    way = the(found, Kind.BREAKABLE)
    assert way.whole
    assert [visit.id for visit in way.problem.visits if visit.breakable] in (["v0"], ["v1"])
    assert (way.price.metres, way.price.overtime, way.price.assignments, way.price.objective) == (0, 0, 1, 0)
    assert way.price.total == PRICES.breakable
    assert not way.worse


def test_an_inspection_moves_by_what_the_gap_asks_and_no_more() -> None:
    where = inspected(early(*ALL), windows=((NINE - HOUR // 2, NINE + HOUR),))
    plan, found = where.mend(*both_out(where))
    way = the(found, Kind.MOVE)
    assert way.whole
    begins = {stop.visit_id: stop.begin for each in way.plan.routes for stop in each.stops}
    moved = [name for name, begin in begins.items() if begin != NINE]
    assert [begins[name] for name in moved] == [found.gap.end], "as soon as the other crew can come in time"
    assert way.price.assignments == 1
    assert way.price.total == 0, "nobody need be told of ten minutes"
    assert {stop.visit_id for each in plan.routes for stop in each.stops} == set(begins)


def test_two_breaks_at_once_are_staggered() -> None:
    where = inspected([shift(officer, 0, "middle") for officer in ALL], windows=((12 * HOUR, 15 * HOUR),), limit=900)
    rule = replace(town((), (), {})[0].policy.breaks["middle"], earliest=12 * HOUR, latest=15 * HOUR)
    visits = tuple(replace(each, breakable=True, wrap_up=60) for each in where.problem.visits)
    policy = replace(where.problem.policy, breaks={"middle": rule})
    where = replace(where, problem=replace(where.problem, policy=policy, visits=visits))
    made = [
        route(where.problem, 0, "middle", Crew(crew), [(name, 12 * HOUR + 1800)], vehicle=vehicle)
        for name, crew, vehicle in (("v0", ("o1", "o3"), "car"), ("v1", ("o2", "o4"), "bike"))
    ]
    # Both crews eat where they stand, twenty minutes from the end of their visits on, and nobody may be called away.
    ends = [each.stops[0].end for each in made]
    resting = []
    for each, end in zip(made, ends, strict=True):
        home = replace(each.legs[1], depart=end + 1200, arrive=each.legs[1].arrive + 1200)
        resting.append(replace(each, legs=(each.legs[0], home), rest=Rest(end, end + 1200)))
    plan, found = where.mend(*resting)
    way = the(found, Kind.BREAK)
    assert way.whole
    old, new = ({each.id: each.rest for each in p.routes} for p in (plan, way.plan))
    assert sum(old[name] != new[name] for name in old) == 1
    assert way.price.total == PRICES.rest
    assert way.price.assignments == 1


def test_where_both_posts_ride_together_somebody_else_rides_second() -> None:
    where = inspected(early(*ALL))
    _, found = where.mend(out(where, "v0", ("o1", "o2")))
    way = the(found, Kind.OFFICER)
    assert way.whole
    (crew,) = (each.crew.officers for each in way.plan.routes)
    assert crew in {("o1", "o3"), ("o1", "o4")}
    assert way.price.terms == {}, "one outing is as good as another, and both have had none"
    assert way.price.total == where.problem.policy.prices.new_second


def test_an_inspection_goes_to_a_day_on_which_nobody_else_is_out() -> None:
    where = inspected(early(*ALL) + early(*ALL, day=1), windows=((NINE, NINE), (DAY + NINE, DAY + NINE)))
    _, found = where.mend(*both_out(where))
    way = the(found, Kind.VISIT)
    assert way.whole
    assert sorted(each.day for each in way.plan.routes) == [0, 1]
    asked = where.problem.policy.prices.moved_day
    assert way.price.total == asked + sum(way.price.terms.values())
    assert way.price.assignments == 1


def test_somebody_with_a_slow_vehicle_stands_by_where_it_is_late() -> None:
    where = inspected(early(*ALL), spots={STATION: (0, 0), "c0": (12, 0), "c1": (0, 1)}, limit=1450)
    slow = {
        **where.problem.officers,
        "o2": replace(where.problem.officers["o2"], drives=frozenset({VehicleKind.EBIKE})),
    }
    where = replace(where, problem=replace(where.problem, officers=slow))
    _, found = where.mend(out(where, "v1", ("o1", "o3")))
    way = the(found, Kind.STAND_BY)
    assert way.whole
    (item,) = way.plan.standby
    assert (item.officer_id, item.vehicle_id) == ("o2", "bike")
    assert (item.start, item.end) == (found.gap.start, found.gap.end)
    drive = sum(leg.arrive - leg.depart for leg in item.legs)
    assert way.price.terms == {"drive": drive}
    assert way.price.total == drive + PRICES.stand_by
    assert way.price.metres == sum(leg.metres for leg in item.legs) > 0


def test_a_place_too_far_for_a_whole_shift_is_waited_at_for_most_of_it() -> None:
    """A shift of four hours, of which the drives there and back stay late: most of the gap, and said to be most."""
    where = inspected(early(*ALL), spots={STATION: (0, 0), "c0": (12, 0), "c1": (0, 1)}, limit=1200)
    _, found = where.mend()
    way = the(found, Kind.STAND_BY)
    assert not way.whole
    (item,) = way.plan.standby
    drives = sum(leg.arrive - leg.depart for leg in item.legs)
    assert item.out == (found.gap.start, found.gap.end)
    assert 0 < way.left < drives
    assert found.ways[-1].whole is False
    assert any("Mends most of it" in line.en for line in mending_in_words(where.problem, found))


def test_stand_bys_of_a_day_share_neither_officer_nor_vehicle() -> None:
    """Both places are too far for a slow vehicle while the car is out; of two officers each takes one of the bikes."""
    where = inspected(early(*ALL), spots={STATION: (0, 0), "c0": (12, 0), "c1": (0, 12)}, limit=1500)
    bikes = frozenset({VehicleKind.EBIKE})
    officers = {key: replace(each, drives=bikes) for key, each in where.problem.officers.items()}
    second = replace(where.problem.vehicles[0], id="bike2")
    where = replace(
        where, problem=replace(where.problem, officers=officers, vehicles=(*where.problem.vehicles, second))
    )
    case = Case(where.problem, plan_of(where.problem), where.travel, HOURS)
    assert [gap.community_id for gap in case.gaps] == ["c0", "c1"]
    chosen = proposed(case, case.gaps)
    assert {item.community_id for item in chosen} == {"c0", "c1"}
    assert {item.officer_id for item in chosen} == {"o1", "o2"}
    assert len({item.vehicle_id for item in chosen}) == 2


def test_somebody_off_duty_exchanges_shifts_with_somebody_who_stands_by() -> None:
    where = inspected([*early("o1", "o3", "o4"), shift("o2", 0, "middle"), shift("o1", 0, "middle")])
    _, found = where.mend(out(where, "v0", ("o1", "o3")))
    way = the(found, Kind.DUTY)
    assert way.whole
    duties = {(each.officer_id, each.band_id) for each in way.problem.shifts}
    assert {("o2", "early"), ("o4", "middle")} <= duties
    assert ("o2", "middle") not in duties
    assert (way.price.overtime, way.price.assignments) == (0, 2)
    assert way.price.total == 2 * PRICES.duty


def test_a_shift_that_ends_too_soon_is_lengthened_by_what_the_gap_asks() -> None:
    off = NINE + 5 * MINUTE
    where = inspected([*early("o1", "o3"), shift("o2", 0, "early", end=off)])
    _, found = where.mend(out(where, "v0", ("o1", "o3")))
    way = the(found, Kind.DUTY)
    assert way.whole
    (longer,) = set(way.problem.shifts) - set(where.problem.shifts)
    assert longer.end - off == way.price.overtime == found.gap.end - found.gap.start
    assert way.price.total == PRICES.duty + way.price.overtime


def test_leave_is_taken_on_a_day_without_outings() -> None:
    leave = Leave("o2", MONDAY)
    where = inspected([*early("o1", "o3"), *early(*ALL, day=1)], leave=[leave])
    _, found = where.mend(out(where, "v0", ("o1", "o3")))
    way = the(found, Kind.LEAVE)
    assert way.whole
    assert [(each.officer_id, (each.day - MONDAY).days) for each in way.problem.leave] == [("o2", 1)]
    assert way.price.total == PRICES.leave + 2 * PRICES.duty
    assert way.price.overtime == 0


def test_somebody_on_duty_anyway_answers_too_at_the_price_of_a_post() -> None:
    where = inspected(early(*ALL))
    _, found = where.mend(out(where, "v0", ("o1", "o2")))
    way = the(found, Kind.B_POST)
    assert way.whole
    assert way.problem.communities["c0"].more_b in {("o3",), ("o4",)}
    assert way.price.total == PRICES.b_post
    assert way.price.assignments == 1


def test_ways_come_cheapest_first_and_are_said_in_both_languages() -> None:
    where = inspected(early(*ALL))
    _, found = where.mend(out(where, "v0", ("o1", "o2")))
    assert len(found.ways) > 2
    assert [way.price.total for way in found.ways] == sorted(way.price.total for way in found.ways)
    lines = list(mending_in_words(where.problem, found))
    assert lines[0].zh.startswith("→ 任务改为可中断:周一 09:00")
    assert lines[0].en.startswith("→ make an inspection breakable: the routine visit at")
    assert "no community gets slower" in lines[0].en.lower()
    (told,) = repairs_to_dict(where.problem, [found])
    assert [way["kind"] for way in told["ways"]] == [str(way.kind) for way in found.ways]
    assert told["ways"][0]["price"]["total"] == PRICES.breakable


def test_what_nothing_mends_is_said_with_what_was_tried() -> None:
    where = inspected(early(*ALL), walled=frozenset({"c0/g0"}))
    _, found = where.mend(out(where, "v1", ("o1", "o3")))
    assert found.ways == ()
    assert not found.stopped
    assert found.tried[Kind.B_POST] == 2
    (line,) = mending_in_words(where.problem, found)
    assert line.zh.startswith(f"→ 试了 {sum(found.tried.values())} 种改动")
    assert "none of them mends it" in line.en


def test_without_work_left_it_says_that_not_everything_was_tried() -> None:
    where = inspected(early(*ALL))
    plan = plan_of(where.problem, *both_out(where))
    one, other = repairs(where.problem, plan, where.travel, HOURS, time_limit=1e-6)
    assert one.stopped
    assert other.stopped
    assert len(one.ways + other.ways) == 1, "the first change looked at was one that mends it"
    assert "out of time" in [line.en for line in mending_in_words(where.problem, other)][-1]


def test_the_same_plan_and_seed_give_the_same_repairs() -> None:
    where = inspected(early(*ALL), windows=((NINE - HOUR // 2, NINE + HOUR),))
    plan = plan_of(where.problem, *both_out(where))
    once, again = (repairs(where.problem, plan, where.travel, HOURS, seed=3) for _ in range(2))
    assert [[way.plan for way in each.ways] for each in once] == [[way.plan for way in each.ways] for each in again]
