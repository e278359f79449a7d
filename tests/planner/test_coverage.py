"""The exact check against the one-second sampler on random timelines, and against cases solved by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from planner.coverage import Breach, Coverage, Scenes, Watch, exact_worst
from planner.curves import Terms
from planner.phases import (
    NEVER,
    BreakTime,
    Duty,
    DutyPhase,
    Idle,
    Off,
    OnLeave,
    Phase,
    Seconds,
    Service,
    Timeline,
    Travel,
)
from tests.planner.sampling import (
    Sample,
    asked_in,
    sampled_community,
    sampled_timeline,
)

TWO_HOURS = 2 * 3600


def _row(rng: np.random.Generator, points: int) -> Seconds:
    row = rng.integers(0, 3000, points)
    row[rng.random(points) < 0.04] = NEVER
    return row.astype(np.int64)


def _random_phase(rng: np.random.Generator, start: int, end: int, points: int) -> DutyPhase:
    match int(rng.integers(4)):
        case 0:
            return Idle(start, end, _row(rng, points), int(rng.integers(0, 400)))
        case 1:
            finish = end + int(rng.choice([0, 0, 500]))
            return Service(start, end, _row(rng, points), bool(rng.random() < 0.5), int(rng.integers(0, 900)), finish)
        case 2:
            return BreakTime(start, end, _row(rng, points), bool(rng.random() < 0.5), int(rng.integers(0, 900)), end)
        case _:
            inner = np.sort(rng.integers(start, end + 1, int(rng.integers(0, 8))))
            nodes = np.array([start, *inner.tolist(), end], dtype=np.int64)
            return Travel(start, end, nodes, np.stack([_row(rng, points) for _ in nodes]))


def _random_timeline(rng: np.random.Generator, points: int, horizon: int) -> Timeline:
    cuts = np.sort(rng.choice(np.arange(1, horizon), int(rng.integers(3, 14)), replace=False)).tolist()
    edges = [0, *cuts, horizon]
    phases: list[Phase] = []
    duties: list[Duty] = []
    for start, end in pairwise(edges):
        if rng.random() < 0.35:
            phases.append(OnLeave(start, end) if rng.random() < 0.2 else Off(start, end))
            continue
        if duties and duties[-1].end == start and rng.random() < 0.8:
            duties[-1] = Duty(duties[-1].start, end)
        elif duties and duties[-1].end == start:
            phases.append(Off(start, end))
            continue
        else:
            duties.append(Duty(start, end))
        phases.append(_random_phase(rng, start, end, points))
    return Timeline("o", tuple(phases), tuple(duties))


def _random_scenes(rng: np.random.Generator, points: Sequence[int], officers: int, horizon: int) -> Scenes:
    cuts = np.sort(rng.choice(np.arange(1, horizon), int(rng.integers(2, 7)), replace=False)).tolist()
    watches = []
    for start, end in pairwise(cuts):
        if rng.random() < 0.85:
            team = rng.permutation(officers)[: int(rng.integers(0, officers + 1))]
            watches.append(Watch(start, end, tuple(team.tolist())))
    return Scenes(tuple(points), tuple(watches))


def _assert_same(cover: Coverage, sample: Sample) -> None:
    assert [(b.start, b.end) for b in cover.breaches] == sample.intervals
    worst = int(sample.slowest.max(initial=-1))
    assert (cover.peak.seconds if cover.peak else -1) == worst
    if cover.peak is not None:
        assert cover.peak.instant == int(sample.slowest.argmax())
    for breach in cover.breaches:
        within = sample.slowest[breach.start : breach.end]
        assert (breach.peak.seconds, breach.peak.instant - breach.start) == (int(within.max()), int(within.argmax()))
    by_hour = [
        int(sample.slowest[hour * 3600 : (hour + 1) * 3600].max(initial=-1)) for hour in range(len(cover.hourly))
    ]
    assert cover.hourly.tolist() == by_hour
    assert cover.watched == int((sample.slowest >= 0).sum())
    assert cover.late == sum(end - start for start, end in sample.intervals)
    for officer, seconds in enumerate(cover.first.tolist()):
        assert sample.wins[officer] <= seconds <= sample.ties[officer]


@pytest.mark.parametrize("batch", range(10))
def test_the_check_equals_one_second_sampling_on_three_hundred_random_sets_of_timelines(batch: int) -> None:
    breached = 0
    for seed in range(30):
        rng = np.random.default_rng(1000 * batch + seed)
        horizon, points, officers = TWO_HOURS, int(rng.integers(1, 5)), int(rng.integers(1, 5))
        terms = Terms(
            limit=int(rng.integers(300, 4000)),
            delay=int(rng.choice([0, 0, 1, 500])),
            handling=int(rng.integers(0, 1500)),
            overtime=int(rng.choice([0, 600, 7200])),
        )
        lines = [_random_timeline(rng, points, horizon + terms.delay) for _ in range(officers)]
        split = int(rng.integers(0, points))
        groups = [list(range(split)), list(range(split, points))] if split else [list(range(points))]
        communities = [_random_scenes(rng, group, officers, horizon) for group in groups]
        covers = exact_worst(lines, communities, terms, points, hours=4)
        for scenes, cover in zip(communities, covers, strict=True):
            answers = [
                np.stack([sampled_timeline(line, p, terms, horizon + terms.delay) for p in scenes.points])
                for line in lines
            ]
            _assert_same(cover, sampled_community(answers, asked_in(scenes, horizon), terms))
            breached += len(cover.breaches)
    assert breached > 30


# Cases solved by hand. One officer, one point, one watch of the whole timeline unless said otherwise.


def _at(*seconds: int) -> Seconds:
    return np.array(seconds, dtype=np.int64)


def _line(*phases: Phase, duties: tuple[tuple[int, int], ...]) -> Timeline:
    return Timeline("o", phases, tuple(Duty(*duty) for duty in duties))


def _cover(
    *lines: Timeline, limit: int, points: int = 1, delay: int = 0, handling: int = 0, overtime: int = 10_000
) -> Coverage:
    team, end = tuple(range(len(lines))), lines[0].phases[-1].end - delay
    scenes = Scenes(tuple(range(points)), (Watch(0, end, team),))
    (cover,) = exact_worst(lines, [scenes], Terms(limit, delay, handling, overtime), points, hours=3)
    return cover


def _worst(cover: Coverage) -> tuple[int, int]:
    assert cover.peak is not None
    return cover.peak.seconds, cover.peak.instant


def _intervals(cover: Coverage) -> list[tuple[int, int]]:
    return [(breach.start, breach.end) for breach in cover.breaches]


def test_somebody_on_stand_by_comes_after_the_setup_and_the_drive() -> None:
    cover = _cover(_line(Idle(0, 1000, _at(400), 50), duties=((0, 1000),)), limit=450)
    assert _worst(cover) == (450, 0)
    assert not cover.breaches


def test_a_must_finish_visit_is_late_for_its_first_seconds_only() -> None:
    cover = _cover(_line(Service(0, 1000, _at(300), False, 0, 1000), duties=((0, 1000),)), limit=900)
    assert _worst(cover) == (1300, 0)
    assert _intervals(cover) == [(0, 400)]
    assert (cover.watched, cover.late) == (1000, 400)


def test_a_visit_that_may_be_broken_off_costs_its_wrap_up_until_its_own_end_comes_sooner() -> None:
    service = Service(0, 1000, _at(300), True, 200, 1000)
    cover = _cover(_line(service, Idle(1000, 1100, _at(300), 0), duties=((0, 1100),)), limit=450)
    assert _worst(cover) == (500, 0)
    assert _intervals(cover) == [(0, 850)]


def test_a_break_that_may_not_be_cut_short_is_waited_for() -> None:
    rest = BreakTime(0, 600, _at(100), False, 0, 600)
    assert _worst(_cover(_line(rest, duties=((0, 600),)), limit=9999)) == (700, 0)
    assert _worst(_cover(_line(replace(rest, breakable=True, wrap_up=60), duties=((0, 600),)), limit=9999)) == (160, 0)


def test_work_split_by_a_break_is_not_over_when_the_break_begins() -> None:
    before, rest = Service(0, 500, _at(100), True, 300, 1500), BreakTime(500, 800, _at(100), True, 300, 800)
    after = Service(800, 1500, _at(100), True, 300, 1500)
    cover = _cover(_line(before, rest, after, duties=((0, 1500),)), limit=399)
    assert _intervals(cover) == [(0, 501), (800, 1201)]


def test_the_worst_moment_can_lie_in_the_middle_of_a_leg() -> None:
    leg = Travel(100, 1500, _at(100, 200, 1400, 1500), np.array([[50], [60], [1000], [900]]))
    cover = _cover(_line(Idle(0, 100, _at(50), 0), leg, Idle(1500, 2000, _at(900), 0), duties=((0, 2000),)), limit=2000)
    assert _worst(cover) == (1200 + 1000, 200)
    assert _intervals(cover) == [(200, 400)]
    assert max(50, 100 + 60, 900) < 2000  # nothing at either end of the leg comes near the limit


def test_off_duty_waits_for_the_next_duty_and_then_drives_from_where_it_starts() -> None:
    line = _line(Off(0, 1000), Idle(1000, 1500, _at(200), 40), Off(1500, 2000), duties=((1000, 1500),))
    cover = _cover(line, limit=1000)
    assert _worst(cover) == (NEVER, 1500)
    assert _intervals(cover) == [(0, 240), (1500, 2000)]
    assert cover.hourly.tolist() == [NEVER, -1, -1]


def test_somebody_on_leave_does_not_come_even_when_on_duty_soon() -> None:
    line = _line(OnLeave(0, 900), Off(900, 1000), Idle(1000, 1500, _at(0), 0), duties=((1000, 1500),))
    assert _intervals(_cover(line, limit=3600)) == [(0, 900)]


def test_a_report_too_late_in_the_shift_to_be_dealt_with_is_late_from_that_very_second() -> None:
    line = _line(Idle(0, 1000, _at(100), 0), duties=((0, 1000),))
    cover = _cover(line, limit=500, handling=300, overtime=50)
    assert _intervals(cover) == [(651, 1000)]
    assert _worst(cover) == (NEVER, 651)


def test_a_must_finish_visit_near_the_end_of_duty_is_lost_as_a_whole() -> None:
    line = _line(Idle(0, 500, _at(10), 0), Service(500, 900, _at(200), False, 0, 900), duties=((0, 1000),))
    assert _intervals(_cover(line, limit=700, handling=100, overtime=0)) == [(500, 900)]
    assert _intervals(_cover(line, limit=700, handling=100, overtime=200)) == []


def test_shifts_that_touch_are_one_duty() -> None:
    two = (Idle(0, 500, _at(100), 0), Idle(500, 1000, _at(100), 0))
    joined = _cover(_line(*two, duties=((0, 1000),)), limit=200, handling=300, overtime=0)
    assert _intervals(joined) == [(601, 1000)]


def test_where_there_is_no_way_nobody_comes() -> None:
    cover = _cover(_line(Idle(0, 100, _at(NEVER), 0), duties=((0, 100),)), limit=200)
    assert cover.peak is not None
    assert (cover.peak.seconds, cover.peak.responder) == (NEVER, -1)
    assert cover.first.tolist() == [0]


def test_a_colleague_who_becomes_free_ends_the_gap() -> None:
    waits = _line(Idle(0, 1000, _at(800), 0), duties=((0, 1000),))
    works = _line(Service(0, 1000, _at(100), False, 0, 1000), duties=((0, 1000),))
    cover = _cover(waits, works, limit=600)
    assert _intervals(cover) == [(0, 500)]
    assert cover.first.tolist() == [301, 699]


def test_every_gate_must_be_reached_so_gaps_are_the_union_over_gates() -> None:
    east = Service(0, 500, _at(600, 0), False, 0, 500)
    west = Idle(500, 1000, _at(0, 900), 0)
    cover = _cover(_line(east, west, duties=((0, 1000),)), limit=850, points=2)
    assert _intervals(cover) == [(0, 250), (500, 1000)]
    assert cover.peak is not None
    assert (cover.peak.seconds, cover.peak.instant, cover.peak.point) == (1100, 0, 0)


def test_a_dispatch_delay_is_waited_for_and_the_officer_goes_on_meanwhile() -> None:
    line = _line(Service(0, 1000, _at(300), False, 0, 1000), Idle(1000, 1200, _at(300), 0), duties=((0, 1200),))
    cover = _cover(line, limit=400, delay=100)
    assert _worst(cover) == (1300, 0)
    assert _intervals(cover) == [(0, 900)]


def test_a_watch_without_anybody_is_a_gap_from_end_to_end() -> None:
    line = _line(Idle(0, 100, _at(0), 0), duties=((0, 100),))
    (cover,) = exact_worst([line], [Scenes((0,), (Watch(10, 60, ()), Watch(60, 100, (0,))))], Terms(5), 1)
    assert [(b.start, b.end, b.peak.seconds) for b in cover.breaches] == [(10, 60, NEVER)]
    assert isinstance(cover.breaches[0], Breach)
