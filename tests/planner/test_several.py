"""Several reports at once: towns solved by hand, and every second of random weeks by brute force."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
from numpy.typing import NDArray

from planner.answers import short_of_people
from planner.response import Checked, checked
from planner.several import TwoAtOnce, members, several_at_once, two_at_once
from planner.team import Team
from planner.ways import Ways, ways_of
from planner.week import DAY, STATION
from tests.planner.response_town import HOURS, Options, RandomWeek, community, plan_of, random_week, shift, town

SPOTS = {STATION: (0, 0), "a": (2, 0), "b": (4, 0), "c": (0, 3)}


def _checked(week: RandomWeek) -> tuple[Checked, Ways]:
    check = checked(week.problem, week.plan, week.travel, HOURS, week.known)
    return check, ways_of(week.problem, check, week.travel, HOURS)


def _town(officers: int, communities: str, **policy: int) -> RandomWeek:
    """So many officers on the early band of Monday at the station; everybody answers where the band is 'late' only."""
    places = [community(name, 1, "o1", "o2") for name in communities]
    shifts = [shift(f"o{n}", 0, "early") for n in range(1, officers + 1)]
    rules: dict[str, int | bool | tuple[str, ...]] = {"setup": 0, "overtime": 7200, "handling": 600, **policy}
    problem, travel = town(places, shifts, {name: SPOTS[name] for name in [STATION, *communities]}, **rules)  # type: ignore[arg-type]  # all of them settings
    return RandomWeek(problem, plan_of(), travel)


def _found(week: RandomWeek) -> TwoAtOnce:
    return two_at_once(*_checked(week))


def test_two_officers_in_time_answer_two_reports() -> None:
    found = _found(_town(2, "ab", limit=700))
    assert (found.gaps, found.share, found.every_pair) == ((), 1.0, 1.0)


def test_one_officer_serves_two_in_turn_as_long_as_the_second_is_reached_in_time() -> None:
    # to a 334 s, 600 s of handling, on to b 334 s more; the other way round 488 + 600 + 334
    first, second = 2 * 77 + 180, 2 * 77 + 180
    enough, too_tight = first + 600 + second, first + 600 + second - 1
    assert _found(_town(1, "ab", limit=enough)).gaps == ()
    (gap,) = _found(_town(1, "ab", limit=too_tight)).gaps
    assert (gap.communities, gap.officers, gap.alone) == (("a", "b"), ("o1",), False)
    assert (gap.start, gap.end) == (27_000, 41_400)
    assert _found(_town(1, "ab", limit=too_tight)).share == 0.0


def test_the_second_in_turn_must_still_be_dealt_with_before_the_shift_ends() -> None:
    in_turn = 2 * (2 * 77 + 180) + 600
    (gap,) = _found(_town(1, "ab", limit=3600, overtime=0)).gaps[:1]
    assert gap.communities == ("a", "b")
    # the second is reached `in_turn` later and takes 600 s
    assert gap.start == 41_400 - 600 - in_turn + 1


def test_what_one_report_alone_is_late_for_is_told_apart() -> None:
    found = _found(_town(1, "ab", limit=2 * 77 + 180))
    assert {(gap.communities, gap.alone) for gap in found.gaps} == {(("a", "b"), True)}


def test_three_reports_are_too_many_for_two_people() -> None:
    check, _ = _checked(_town(2, "abc", limit=3600))
    assert several_at_once(check, ["a", "b"]) == []
    assert several_at_once(check, ["a", "b", "c"]) == [(27_000, 41_400)]
    with pytest.raises(ValueError, match="each community once"):
        several_at_once(check, ["a", "a"])


def test_halls_condition_looks_at_every_subset() -> None:
    one, two = np.array([[0b001]], dtype=np.uint64), np.array([[0b011]], dtype=np.uint64)
    three = np.array([[0b111]], dtype=np.uint64)
    assert not short_of_people([one, two, three])[0]
    assert short_of_people([one, two, two])[0]
    assert short_of_people([one, one])[0]
    assert members(three[0]) == (0, 1, 2)


def _matched(slots: list[set[int]]) -> bool:
    """Whether the slots can go to different officers, by trying."""
    return not slots or any(_matched([s - {officer} for s in slots[1:]]) for officer in slots[0])


def _in_time(check: Checked, point: int, team: Team, second: int) -> tuple[set[int], set[int]]:
    now, there = np.array([second]), np.array([point])
    fast = {o for o in team.everybody if check.curves[o].seconds(now, there)[0, 0] <= check.terms.limit}
    return fast & set(team.responders), fast & set(team.company)


def _brute(check: Checked, ways: Ways, one: str, other: str, seconds: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether reports at both communities cannot both be answered, second by second."""
    late = np.zeros(len(seconds), dtype=bool)
    for number, second in enumerate(seconds.tolist()):
        teams = [
            next((w.team for w in check.scenes[name].watches if w.start <= second < w.end), None)
            for name in (one, other)
        ]
        if teams[0] is None or teams[1] is None:
            continue
        late[number] = any(
            not _answered(check, ways, (p, q), (teams[0], teams[1]), second)
            for p, q in product(check.scenes[one].points, check.scenes[other].points)
        )
    return late


def _answered(check: Checked, ways: Ways, points: tuple[int, int], teams: tuple[Team, Team], second: int) -> bool:
    slots = []
    for point, team in zip(points, teams, strict=True):
        lead, company = _in_time(check, point, team, second)
        slots += [lead, company] if team.company else [lead]
    if _matched(slots):
        return True
    if teams[0].company or teams[1].company or not all(slots):
        return False
    terms = check.terms
    for officer in slots[0] & slots[1]:
        ends = [duty.end for duty in check.lines[officer].duties if duty.end > second + terms.delay]
        for p, q in (points, points[::-1]):
            arrival = int(check.curves[officer].seconds(np.array([second]), np.array([p]))[0, 0])
            then = arrival + terms.handling + int(ways.between[officer][p, q])
            if then <= terms.limit and ends and second + then + terms.handling <= ends[0] + terms.overtime:
                return True
    return False


@pytest.mark.parametrize("batch", range(4))
def test_pairs_fail_in_exactly_the_seconds_that_trying_every_way_says(batch: int) -> None:
    rng = np.random.default_rng(batch)
    for number in range(batch * 12, batch * 12 + 12):
        week = random_week(number, Options.numbered(int(rng.integers(1024))), days=(0,))
        check, ways = _checked(week)
        gaps = two_at_once(check, ways).gaps
        for pair in combinations(check.scenes, 2):
            mine = [(gap.start, gap.end) for gap in gaps if gap.communities == pair]
            edges = sorted({second + d for span in mine for second in span for d in (-1, 0) if 0 <= second + d < DAY})
            seconds = np.unique(np.concatenate([rng.integers(25_000, 70_000, 60), edges]).astype(np.int64))
            claimed = np.array([any(a <= second < b for a, b in mine) for second in seconds.tolist()])
            assert claimed.tolist() == _brute(check, ways, *pair, seconds).tolist()


@pytest.mark.parametrize("seed", range(6))
def test_several_fail_in_exactly_the_seconds_in_which_there_is_no_matching(seed: int) -> None:
    week = random_week(seed, Options(anybody=True, two_must_come=seed % 2 == 1), days=(0,))
    check, _ = _checked(week)
    names = list(check.scenes)
    spans = several_at_once(check, names)
    seconds = np.unique(
        np.concatenate(
            [np.arange(26_000, 70_000, 997), [s + d for span in spans for s in span for d in (-1, 0)]]
        ).astype(np.int64)
    )
    for second in seconds.tolist():
        teams = [next((w.team for w in check.scenes[n].watches if w.start <= second < w.end), None) for n in names]
        failing = False
        if all(team is not None for team in teams):
            for points in product(*(check.scenes[n].points for n in names)):
                slots = []
                for point, team in zip(points, teams, strict=True):
                    assert team is not None
                    lead, company = _in_time(check, point, team, second)
                    slots += [lead, company] if team.company else [lead]
                failing |= not _matched(slots)
        assert failing == any(a <= second < b for a, b in spans)


def test_a_pair_that_is_late_is_late_for_as_long_as_its_gaps() -> None:
    week = random_week(7, Options(cases=True), days=(0,))
    found = _found(week)
    assert sum(found.late().values()) == sum(gap.end - gap.start for gap in found.gaps)
