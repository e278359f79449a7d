"""Response times that rise: U-turns, traffic by the hour, crews of two and cases under way, solved by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.coverage import Coverage, Scenes, Watch, exact_worst
from planner.curves import Terms, response_curve
from planner.phases import NEVER, Duty, Idle, OnCase, Phase, Profile, Seconds, Service, Timeline, Travel, Turning
from planner.profile import stacked

ROAD_BACK = 100


def _at(*seconds: int) -> Seconds:
    return np.array(seconds, dtype=np.int64)


def _line(*phases: Phase, duty: tuple[int, int] | None = None) -> Timeline:
    return Timeline("o", phases, (Duty(*(duty or (phases[0].start, phases[-1].end))),))


def _leg(back: int = ROAD_BACK) -> Travel:
    """A stretch of 100 s away from a place 150 s from the scene, to one 200 s from it; 10 s to turn round."""
    onward = np.array([[150], [200]], dtype=np.int64)
    return Travel(0, 100, _at(0, 100), onward, turning=Turning(10, _at(back), (onward[0],)))


def _cover(*lines: Timeline, limit: int, company: tuple[int, ...] = (), until: int = 0) -> Coverage:
    watch = Watch(0, until or max(line.phases[-1].end for line in lines), tuple(range(len(lines))), company)
    return exact_worst(lines, [Scenes((0,), (watch,))], Terms(limit, overtime=10_000), 1)[0]


def test_with_u_turns_the_peak_lies_between_breakpoints_where_going_on_and_turning_back_take_alike() -> None:
    line = _line(_leg(), Idle(100, 200, _at(200), 0))
    cover = _cover(line, limit=220)
    assert cover.peak is not None
    assert (cover.peak.seconds, cover.peak.instant) == (230, 70)
    assert [(breach.start, breach.end) for breach in cover.breaches] == [(61, 80)]
    curve = response_curve(line, Terms(220, overtime=600), 1)
    breakpoints = np.unique(curve.breakpoints(_at(0)))
    assert curve.seconds(breakpoints[breakpoints < 200], _at(0)).max() == 200


def test_where_the_road_is_one_way_nobody_turns_back() -> None:
    one_way = _cover(_line(_leg(NEVER), Idle(100, 200, _at(200), 0)), limit=220)
    assert one_way.peak is not None
    assert (one_way.peak.seconds, one_way.peak.instant) == (300, 0)
    assert [(breach.start, breach.end) for breach in one_way.breaches] == [(0, 80)]


def test_a_way_back_that_takes_twice_as_long_is_turned_into_less_long() -> None:
    slow = _cover(_line(_leg(200), Idle(100, 200, _at(200), 0)), limit=1000)
    # 300 - t = 10 + 2 t + 150 at t = 46 2/3; in whole seconds 46 s take 252 s back, 47 s take 253 s on
    assert slow.peak is not None
    assert (slow.peak.seconds, slow.peak.instant) == (253, 47)


def test_a_u_turn_that_would_end_after_the_shift_is_none() -> None:
    terms = Terms(limit=1000, handling=0, overtime=0)
    curve = response_curve(_line(_leg(), duty=(0, 200)), terms, 1)
    # on: there at 300, after the shift; back: t + 10 + t + 150 <= 200 up to t = 20
    assert curve.seconds(_at(0, 20, 21, 99), _at(0))[:, 0].tolist() == [160, 180, NEVER, NEVER]


def test_a_crew_of_two_is_there_when_the_second_of_them_is() -> None:
    near, far = _line(Idle(0, 1000, _at(100), 0)), _line(Service(0, 1000, _at(300), False, 0, 1000))
    alone = _cover(near, far, limit=600)
    both = _cover(near, far, limit=600, company=(0, 1))
    assert alone.peak is not None
    assert both.peak is not None
    assert (alone.peak.seconds, alone.peak.responder) == (100, 0)
    assert (both.peak.seconds, both.peak.instant, both.peak.responder) == (1300, 0, 1)
    assert [(breach.start, breach.end) for breach in both.breaches] == [(0, 700)]


def test_a_single_officer_is_no_crew_of_two() -> None:
    cover = _cover(_line(Idle(0, 1000, _at(100), 0)), limit=600, company=(0,))
    assert [(breach.start, breach.end, breach.peak.seconds) for breach in cover.breaches] == [(0, 1000, NEVER)]


def test_the_second_of_a_crew_may_be_somebody_who_could_not_lead() -> None:
    lead, second = _line(Idle(0, 1000, _at(500), 0)), _line(Idle(0, 1000, _at(100), 0))
    scenes = Scenes((0,), (Watch(0, 1000, (0,), (0, 1)),))
    (cover,) = exact_worst([lead, second], [scenes], Terms(600, overtime=600), 1)
    assert cover.peak is not None
    assert (cover.peak.seconds, cover.peak.responder) == (500, 0)
    assert not cover.breaches


def test_whoever_is_at_another_report_does_not_come_before_it_is_dealt_with() -> None:
    line = _line(Idle(0, 100, _at(50), 0), OnCase(100, 400, "c/g"), Idle(400, 500, _at(50), 0))
    cover = _cover(line, limit=60)
    assert [(breach.start, breach.end, breach.peak.seconds) for breach in cover.breaches] == [(100, 400, NEVER)]


def _bends(way: Profile, start: int, end: int) -> list[int]:
    _, departures = stacked([way]).breakpoints(_at(0), _at(start), _at(end), _at(0))
    return [int(second) for second in departures]


def test_what_is_left_of_a_way_when_the_hour_ends_is_driven_at_the_next_hours_pace() -> None:
    way = Profile(0, np.array([[1000], [2000], [500]], dtype=np.int64), _at(30))
    # from 3,100 on half of the way is left at 3,600 and takes 1,000 s then; from 6,700 three quarters, 375 s
    assert way.at(_at(0, 2600, 3100, 3600, 6700))[:, 0].tolist() == [1030, 1030, 1530, 2030, 905]
    assert {2600, 3600} <= set(_bends(way, 0, 7200))


def test_traffic_that_eases_at_the_hour_is_worth_waiting_for_in_the_check() -> None:
    way = Profile(0, np.array([[3000], [600]], dtype=np.int64), _at(0))
    line = _line(Idle(0, 3600, way, 0))
    cover = _cover(line, limit=2000)
    assert cover.peak is not None
    # level until 600, then falling as more of the way lies in the easier hour: 3,600 - t + (3,000 - 3,600 + t) / 5
    assert (cover.peak.seconds, cover.peak.instant) == (3000, 0)
    assert [(breach.start, breach.end) for breach in cover.breaches] == [(0, 1850)]


@given(
    levels=st.lists(st.integers(1, 9000), min_size=1, max_size=5),
    first=st.integers(0, 3),
    start=st.integers(0, 20_000),
    length=st.integers(1, 3000),
)
def test_whoever_sets_off_later_never_arrives_earlier_and_between_breakpoints_a_way_only_rises_or_only_falls(
    levels: list[int], first: int, start: int, length: int
) -> None:
    way = Profile(first, np.array(levels, dtype=np.int64)[:, None], _at(0))
    leaves = np.arange(start, start + length)
    seconds = way.at(leaves)[:, 0]
    assert (np.diff(leaves + seconds) >= 0).all()
    marks = np.unique([start, *_bends(way, start, start + length), start + length])
    for low, high in zip(marks[:-1] - start, marks[1:] - start, strict=True):
        steps = np.diff(seconds[low:high])
        assert (steps >= 0).all() or (steps <= 0).all()


@pytest.mark.parametrize("limit", [150, 229, 230])
def test_the_gap_a_u_turn_leaves_is_exactly_where_every_second_says_it_is(limit: int) -> None:
    line = _line(_leg(), Idle(100, 200, _at(200), 0))
    seconds = response_curve(line, Terms(limit, overtime=10_000), 1).seconds(np.arange(200), _at(0))[:, 0]
    late = [second for breach in _cover(line, limit=limit).breaches for second in range(breach.start, breach.end)]
    assert late == np.flatnonzero(seconds > limit).tolist()
