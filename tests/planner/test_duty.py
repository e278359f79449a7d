"""From plans to timelines: where each officer is, second by second."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from geo.community import Phase
from geo.errors import RoadNetworkError
from geo.travel import UNREACHABLE, Drive, TravelTimes
from planner.duty import HORIZON, scene_points, timelines
from planner.officer import Crew, Leave, VehicleKind
from planner.phases import NEVER, BreakTime, Duty, Idle, Off, OnLeave, Seconds, Service, Timeline, Travel
from planner.reach import gate_place
from planner.week import DAY, STATION, Rest, Route, WeeklyPlan, WeeklyProblem
from tests.planner.response_town import (
    HOURS,
    MONDAY,
    GridTravel,
    Patrol,
    community,
    plan_of,
    random_week,
    shift,
    town,
    visit,
)

SPOTS = {STATION: (0, 0), "a": (4, 0), "b": (4, 3)}
BUFFER = 180


def _town() -> tuple[WeeklyProblem, dict[VehicleKind, TravelTimes]]:
    places = [community("a", 2, "o1", "o2"), community("b", 1, "o1", "o2")]
    visits = [visit("free", "a", breakable=True, wrap_up=240), visit("fixed", "b", breakable=False)]
    shifts = [shift("o1", 0, "early"), shift("o2", 0, "early"), shift("o1", 0, "middle"), shift("x1", 0, "early")]
    return town(places, shifts, SPOTS, visits)


def _route(travel: dict[VehicleKind, TravelTimes], vehicle: str = "car", rest: Rest | None = None) -> Route:
    kind = VehicleKind.CAR if vehicle == "car" else VehicleKind.EBIKE
    patrol = Patrol(travel[kind], HOURS["early"], BUFFER, STATION, 28_000)
    patrol.drive("a")
    patrol.work("free", 100, 3000, 0, ("o1", "o2"))
    patrol.drive("b")
    patrol.work("fixed", 0, 2000, 50, ("o1", "o2"))
    patrol.drive(STATION)
    return Route("r", 0, "early", Crew(("o1", "o2"), ("x1",)), vehicle, tuple(patrol.stops), tuple(patrol.legs), rest)


def _lines(problem: WeeklyProblem, plan: WeeklyPlan, travel: dict[VehicleKind, TravelTimes]) -> dict[str, Timeline]:
    return {line.officer_id: line for line in timelines(problem, plan, travel, HOURS)}


def _outline(line: Timeline) -> list[tuple[str, int, int]]:
    return [(type(phase).__name__, phase.start, phase.end) for phase in line.phases]


def _row(phase: Idle | Service) -> Seconds:
    assert isinstance(phase.onward, np.ndarray)
    return phase.onward


def test_a_shift_without_a_route_is_stand_by_at_the_station() -> None:
    problem, travel = _town()
    line = _lines(problem, plan_of(), travel)["o2"]
    assert _outline(line) == [("Off", 0, 27_000), ("Idle", 27_000, 41_400), ("Off", 41_400, HORIZON)]
    idle = line.phases[1]
    assert isinstance(idle, Idle)
    assert (idle.setup, idle.place) == (problem.policy.response.setup, STATION)
    assert _row(idle).tolist() == [4 * 77 + BUFFER, 5 * 77 + BUFFER, 7 * 77 + 15 + BUFFER]


def test_two_bands_that_touch_are_one_duty_with_the_traffic_of_each() -> None:
    problem, travel = _town()
    rush = {"early": 10, "middle": 17, "late": 20}
    line = next(one for one in timelines(problem, plan_of(), travel, rush) if one.officer_id == "o1")
    assert line.duties == (Duty(27_000, 57_600),)
    calm, busy = (phase for phase in line.phases if isinstance(phase, Idle))
    assert (_row(calm)[0], _row(busy)[0]) == (4 * 60 + BUFFER, 4 * 77 + BUFFER)


def test_officers_without_a_certificate_do_not_answer() -> None:
    problem, travel = _town()
    assert set(_lines(problem, plan_of(_route(travel)), travel)) == {"o1", "o2"}


def test_a_route_becomes_drives_waits_and_visits_between_two_spells_of_stand_by() -> None:
    problem, travel = _town()
    route = _route(travel)
    line = _lines(problem, plan_of(route), travel)["o2"]
    first, second = route.stops
    assert _outline(line) == [
        ("Off", 0, 27_000),
        ("Idle", 27_000, 28_000),
        ("Travel", 28_000, first.arrival),
        ("Idle", first.arrival, first.begin),
        ("Service", first.begin, first.end),
        ("Travel", first.end, second.arrival),
        ("Service", second.begin, second.end),
        ("Idle", second.end, route.legs[2].depart),
        ("Travel", route.legs[2].depart, route.back),
        ("Idle", route.back, 41_400),
        ("Off", 41_400, HORIZON),
    ]
    free, fixed = (phase for phase in line.phases if isinstance(phase, Service))
    assert (free.breakable, free.wrap_up, free.finish, free.place) == (True, 240, first.end, "a/g0")
    assert (fixed.breakable, fixed.visit_id) == (False, "fixed")
    assert _row(free).tolist() == [0, 77 + BUFFER, 3 * 77 + 15 + BUFFER]


def test_everybody_in_a_crew_shares_its_timeline() -> None:
    problem, travel = _town()
    lines = _lines(problem, plan_of(_route(travel)), travel)
    assert _outline(lines["o1"])[:9] == _outline(lines["o2"])[:9]


def test_a_leg_longer_than_its_drive_spends_the_rest_within_its_last_stretch() -> None:
    problem, travel = _town()
    leg = next(p for p in _lines(problem, plan_of(_route(travel)), travel)["o1"].phases if isinstance(p, Travel))
    assert leg.nodes.tolist() == [28_000, 28_077, 28_154, 28_231, 28_308 + BUFFER]
    assert leg.onward[-1].tolist() == [0, 77 + BUFFER, 3 * 77 + 15 + BUFFER]
    assert leg.onward[1, 0] >= 3 * 77 + BUFFER


def test_a_leg_shorter_than_its_drive_still_ends_when_the_plan_says() -> None:
    problem, travel = _town()
    route = _route(travel)
    hasty = replace(route, legs=(replace(route.legs[0], arrive=28_100), *route.legs[1:]))
    leg = next(p for p in _lines(problem, plan_of(hasty), travel)["o1"].phases if isinstance(p, Travel))
    assert leg.nodes.tolist() == [28_000, 28_077, 28_100, 28_100, 28_100]
    assert [(a, b) for a, b in zip(leg.lines().starts.tolist(), leg.lines().ends.tolist(), strict=True)] == [
        (28_000, 28_077),
        (28_077, 28_100),
    ]


def test_where_the_way_is_unknown_the_crew_finishes_the_leg_first() -> None:
    problem, travel = _town()

    class Roadless(GridTravel):
        def drive(self, origin: str, destination: str, hour: int) -> Drive:
            raise RoadNetworkError(f"{origin} {destination} {hour}")

    grid = travel[VehicleKind.CAR]
    assert isinstance(grid, GridTravel)
    roadless: dict[VehicleKind, TravelTimes] = {**travel, VehicleKind.CAR: Roadless(grid.spots, grid.block)}
    leg = next(p for p in _lines(problem, plan_of(_route(travel)), roadless)["o1"].phases if isinstance(p, Travel))
    assert leg.nodes.tolist() == [28_000, 28_308 + BUFFER]
    assert leg.onward[1].tolist() == [0, 77 + BUFFER, 3 * 77 + 15 + BUFFER]


def test_a_crew_on_e_bikes_answers_on_e_bikes_and_stands_by_with_the_car() -> None:
    problem, travel = _town()
    phases = _lines(problem, plan_of(_route(travel, "bike")), travel)["o2"].phases
    standby, service = phases[1], phases[4]
    assert isinstance(standby, Idle)
    assert isinstance(service, Service)
    assert _row(standby)[2] == 7 * 77 + 15 + BUFFER
    assert _row(service)[2] == 3 * 107 + 15 + BUFFER


@pytest.mark.parametrize(("drives", "pace"), [({VehicleKind.EBIKE}, 107), ({VehicleKind.CAR}, 77), (set(), 77)])
def test_whoever_may_not_drive_the_car_stands_by_with_an_e_bike_or_is_driven(
    drives: set[VehicleKind], pace: int
) -> None:
    problem, travel = _town()
    some = {**problem.officers, "o1": replace(problem.officers["o1"], drives=frozenset(drives))}
    line = _lines(replace(problem, officers=some), plan_of(), travel)["o1"]
    standby = next(phase for phase in line.phases if isinstance(phase, Idle))
    assert _row(standby)[2] == 7 * pace + 15 + BUFFER


def test_a_rest_within_a_visit_splits_it_without_ending_it() -> None:
    problem, travel = _town()
    stop = _route(travel).stops[0]
    rest = Rest(stop.begin + 500, stop.begin + 1700)
    phases = _lines(problem, plan_of(_route(travel, rest=rest)), travel)["o2"].phases[4:7]
    assert [type(phase) for phase in phases] == [Service, BreakTime, Service]
    before, pause, after = phases
    assert isinstance(before, Service)
    assert isinstance(pause, BreakTime)
    assert (before.end, before.finish) == (rest.begin, stop.end)
    assert (pause.start, pause.end, pause.finish) == (rest.begin, rest.end, rest.end)
    assert (pause.breakable, pause.place) == (True, "a/g0")
    assert (after.start, after.end) == (rest.end, stop.end)


def test_a_rest_within_a_must_finish_visit_frees_nobody() -> None:
    problem, travel = _town()
    stop = _route(travel).stops[1]
    rest = Rest(stop.begin + 500, stop.begin + 1700)
    phases = _lines(problem, plan_of(_route(travel, rest=rest)), travel)["o2"].phases
    pause = next(phase for phase in phases if isinstance(phase, BreakTime))
    assert (pause.breakable, pause.finish) == (False, stop.end)


def test_a_rest_at_the_station_is_taken_out_of_stand_by() -> None:
    problem, travel = _town()
    rest = Rest(39_000, 40_200)
    phases = _lines(problem, plan_of(_route(travel, rest=rest)), travel)["o2"].phases
    pause = next(phase for phase in phases if isinstance(phase, BreakTime))
    assert (pause.start, pause.end, pause.place, pause.wrap_up) == (39_000, 40_200, STATION, 300)


def test_a_visit_nobody_knows_must_be_finished() -> None:
    problem, travel = _town()
    stranger = replace(problem, visits=())
    services = [p for p in _lines(stranger, plan_of(_route(travel)), travel)["o1"].phases if isinstance(p, Service)]
    assert [service.breakable for service in services] == [False, False]


def test_a_day_of_leave_lies_between_two_spells_off_duty() -> None:
    problem, travel = _town()
    away = replace(problem, leave=(Leave("o2", MONDAY.replace(day=24)),))
    assert _outline(_lines(away, plan_of(), travel)["o2"])[2:] == [
        ("Off", 41_400, DAY),
        ("OnLeave", DAY, 2 * DAY),
        ("Off", 2 * DAY, HORIZON),
    ]


def test_an_officer_named_in_a_route_without_being_on_shift_stays_off_duty() -> None:
    problem, travel = _town()
    unrostered = replace(problem, shifts=tuple(s for s in problem.shifts if s.officer_id != "o2"))
    line = _lines(unrostered, plan_of(_route(travel)), travel)["o2"]
    assert [type(phase) for phase in line.phases] == [Off]


def test_a_route_that_outlasts_the_shift_is_seen_up_to_the_end_of_the_shift() -> None:
    problem, travel = _town()
    short = replace(problem, shifts=(shift("o1", 0, "early", end=30_000), shift("o2", 0, "early", start=29_000)))
    lines = _lines(short, plan_of(_route(travel)), travel)
    assert _outline(lines["o1"])[-2:] == [("Service", 28_588, 30_000), ("Off", 30_000, HORIZON)]
    assert _outline(lines["o2"])[:2] == [("Off", 0, 29_000), ("Service", 29_000, 31_588)]


def test_scenes_are_all_gates_of_all_communities_that_are_not_closed() -> None:
    problem, _ = _town()
    closed = {**problem.communities, "b": replace(problem.communities["b"], phase=Phase.CLOSED)}
    assert scene_points(replace(problem, communities=closed)) == (("a", "g0"), ("a", "g1"))
    assert gate_place("a", "g1") == "a/g1"


def test_never_and_unreachable_are_one_number() -> None:
    assert NEVER == UNREACHABLE


@pytest.mark.parametrize("seed", range(40))
def test_timelines_have_no_holes_and_every_duty_begins_with_a_phase_of_its_own(seed: int) -> None:
    week = random_week(seed)
    for line in timelines(week.problem, week.plan, week.travel, HOURS):
        edges = [edge for phase in line.phases for edge in (phase.start, phase.end)]
        assert (edges[0], edges[-1]) == (0, HORIZON)
        assert edges[1:-1:2] == edges[2:-1:2]
        assert {duty.start for duty in line.duties} <= {phase.start for phase in line.phases}
        for phase in line.phases:
            on_duty = any(duty.start <= phase.start and phase.end <= duty.end for duty in line.duties)
            assert on_duty is not isinstance(phase, Off | OnLeave)
            if isinstance(phase, Travel):
                lines = phase.lines()
                assert np.array_equal(lines.starts[1:], lines.ends[:-1])
                assert (int(lines.starts[0]), int(lines.ends[-1])) == (phase.start, phase.end)
