"""What an officer's period is worth, measured by what the squad's own communities bring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.appraisal import UNKNOWN, appraise, ranked
from casework.appraisal_sheet import (
    FACTOR_NAMES,
    STATEMENTS,
    Appraisal,
    AppraisalRules,
    Factor,
    FactorScore,
    Feedback,
    OfficerAppraisal,
)
from casework.calendar import SHANGHAI
from casework.case import Case, Channel
from casework.contest import Contest, ContestState, decided
from casework.figures import Count, Interval, Share, quarter, whole_year
from casework.posts import POST_NAMES, Post, Tenure, tenures_of
from geo.community import Phase
from tests.casework.cases import DAY, TOLD, closed, merged, unfounded
from tests.casework.communities import community

PERIOD = quarter(2026, 4)
NOW = datetime(2027, 1, 4, 9, 0, tzinfo=SHANGHAI)
RULES = AppraisalRules()


def _tenure(officer: str, place: str, post: Post = Post.A, phase: Phase = Phase.PEAK, **changes: Any) -> Tenure:
    return replace(Tenure(officer, place, post, phase, 600, PERIOD.first, PERIOD.last), **changes)


PAIR = (_tenure("o1", "C1"), _tenure("o2", "C1", Post.B), _tenure("o2", "C2"), _tenure("o1", "C2", Post.B))
"""Two officers, each the other's B."""


def _complained(place: str, count: int) -> list[Case]:
    return [closed(f"{place}-{n}", Channel.PUBLIC, TOLD + n * DAY / 20, community_id=place) for n in range(count)]


def _appraise(
    tenures: Sequence[Tenure],
    cases: Sequence[Case],
    feedback: Sequence[Feedback] = (),
    contests: Sequence[Contest] = (),
    rules: AppraisalRules = RULES,
) -> Appraisal:
    return appraise(tenures, cases, feedback, PERIOD, NOW, rules, contests)


def _factor(made: Appraisal, officer: str, factor: Factor = Factor.VIOLATIONS) -> FactorScore:
    return next(f for one in made.officers if one.officer_id == officer for f in one.factors if f.factor is factor)


def _points(made: Appraisal, officer: str, factor: Factor = Factor.VIOLATIONS) -> float | None:
    return _factor(made, officer, factor).points


def test_a_counts_in_full_and_b_by_half_in_figures_worked_by_hand() -> None:
    """Three in C1, one in C2, alike else: o1 has 3 + 1/2 of an expected (1 + 1/2) × 4/2 = 3, o2 has 1 + 3/2 of 3."""
    made = _appraise(PAIR, _complained("C1", 3) + _complained("C2", 1))
    first, second = _factor(made, "o1"), _factor(made, "o2")
    assert (first.observed, second.observed) == (3.5, 2.5)
    assert (first.expected, second.expected) == pytest.approx((3, 3))
    assert first.points == pytest.approx(100 * (1 - 3.5 / 6))
    assert second.points == pytest.approx(100 * (1 - 2.5 / 6))
    assert first.ids == ("C1-0", "C2-0", "C1-1", "C1-2")


def test_the_limits_of_a_weighted_count_are_those_worked_by_hand() -> None:
    """Weights 1, 1, 1, 1/2: √(3.25/4) = 0.9014; Garwood of 4 is 1.0899 to 10.2416; so 0.877 to 9.126 of twice 3."""
    interval = _factor(_appraise(PAIR, _complained("C1", 3) + _complained("C2", 1)), "o1").interval
    assert interval.low == 0
    assert interval.high == pytest.approx(100 * (1 - 0.877 / 6), abs=0.01)


def test_a_peak_is_measured_by_peaks_and_a_quiet_estate_by_quiet_ones() -> None:
    counts = {"C1": 6, "C2": 6, "C3": 1, "C4": 1}
    cases = [case for place, count in counts.items() for case in _complained(place, count)]
    phases = dict.fromkeys(("C1", "C2"), Phase.PEAK) | dict.fromkeys(("C3", "C4"), Phase.ROUTINE)
    held = [_tenure(f"o{place[1]}", place, phase=phase) for place, phase in phases.items()]
    fair = _appraise(held, cases)
    assert [_points(fair, f"o{n}") for n in (1, 2, 3, 4)] == pytest.approx([50] * 4)
    alike = _appraise([replace(each, phase=Phase.PEAK) for each in held], cases)
    assert _points(alike, "o1") == pytest.approx(100 * (1 - 6 / 7))
    assert _points(alike, "o3") == pytest.approx(100 * (1 - 1 / 7))


def test_twice_the_households_may_bring_twice_the_complaints() -> None:
    cases = _complained("C1", 4) + _complained("C2", 2)
    made = _appraise([_tenure("o1", "C1", households=1200), _tenure("o2", "C2")], cases)
    assert [_points(made, key) for key in ("o1", "o2")] == pytest.approx([50, 50])
    unknown = _appraise([_tenure("o1", "C1"), _tenure("o2", "C2", households=0)], cases)
    assert _points(unknown, "o1") == pytest.approx(100 * (1 - 4 / 6))


def test_a_record_counts_for_whoever_held_the_post_on_its_day() -> None:
    before, after = TOLD.date(), date(2026, 11, 4)
    held = [_tenure("o1", "C1", last=before), _tenure("o2", "C1", first=after)]
    made = _appraise(held, [closed("a", Channel.PUBLIC), closed("b", Channel.PUBLIC, TOLD + DAY)])
    assert (_factor(made, "o1").ids, _factor(made, "o2").ids) == (("a",), ("b",))
    assert _factor(made, "o1").expected == pytest.approx(2 * 34 / 92)


def test_a_record_of_a_place_without_an_a_officer_counts_against_nobody() -> None:
    held = [_tenure("o1", "C1"), _tenure("o2", "C2", Post.B)]
    made = _appraise(held, [*_complained("C2", 1), closed("outside", Channel.PUBLIC, community_id=None)])
    assert made.nobodys == ("C2-0", "outside")
    assert _factor(made, "o2").ids == ()


def test_what_was_unfounded_counts_against_nobody() -> None:
    made = _appraise(PAIR, [unfounded("u", Channel.PUBLIC), *_complained("C2", 1)])
    assert _factor(made, "o1").ids == ("C2-0",)


def test_a_matter_that_the_squad_knew_first_is_no_violation_that_residents_had_to_find() -> None:
    cases = [closed("k", Channel.OFFICER), merged("m", "k", Channel.PUBLIC, TOLD + 3 * DAY), *_complained("C2", 1)]
    made = _appraise(PAIR, cases)
    (first, _) = made.officers
    assert "k" not in _factor(made, "o1").ids
    assert (first.on_patrol.ids, first.repeats.whole) == (("k",), ("C2-0", "m"))


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["C1", "C2"]), st.sampled_from(Channel), st.integers(0, 50)), max_size=8),
    st.lists(st.tuples(st.sampled_from(["C1", "C2"]), st.booleans()), max_size=8),
)
def test_finding_more_on_patrol_never_costs_a_point(
    told: list[tuple[str, Channel, int]], patrols: list[tuple[str, bool]]
) -> None:
    cases = [
        closed(f"k{n}", channel, TOLD + day * DAY, community_id=place) for n, (place, channel, day) in enumerate(told)
    ]
    found = [
        closed(f"p{n}", Channel.LEADER if leader else Channel.OFFICER, community_id=place)
        for n, (place, leader) in enumerate(patrols)
    ]
    before, after = _appraise(PAIR, cases), _appraise(PAIR, [*cases, *found])
    assert [(one.score, one.interval, one.rank) for one in before.officers] == [
        (one.score, one.interval, one.rank) for one in after.officers
    ]
    assert all({case.id for case in found} <= set(one.on_patrol.ids) for one in after.officers)


def test_a_repeated_complaint_counts_and_a_wave_of_neighbours_does_not() -> None:
    cases = [
        *_complained("C1", 2),
        merged("again", "C1-0", Channel.PLATFORM, TOLD + 5 * DAY, community_id="C1"),
        merged("wave", "C1-1", Channel.PUBLIC, TOLD + DAY / 4, community_id="C1"),
    ]
    made = _appraise(PAIR, cases)
    assert _factor(made, "o1", Factor.REPEATS).ids == ("again",)
    (first, _) = made.officers
    assert first.repeats.part == ("again",)
    assert first.repeats.text.zh == "1/4(25.0%)"
    assert first.repeats.range.zh == "95% 区间 4.6%–69.9%"


def test_feedback_is_the_mean_by_weight_of_the_post_held_on_its_day() -> None:
    """90 from C1, where o1 is A, and 60 from C2, where o1 is B: (90 + 60/2) / 1.5 = 80."""
    day = TOLD.date()
    given = [
        Feedback("f1", "o1", "C1", day, 90),
        Feedback("f2", "o1", "C2", day, 60),
        Feedback("f3", "o1", "C9", day, 0),
        Feedback("f4", "o1", "C1", date(2026, 9, 30), 0),
        Feedback("f5", "o2", "C1", day, 10),
    ]
    score = _factor(_appraise(PAIR, [], given), "o1", Factor.FEEDBACK)
    assert (score.points, score.interval, score.ids) == (80, Interval(60, 90), ("f1", "f2"))
    assert score.text.zh == "2 次评分,80(60–90) 分"


def test_the_score_is_the_weighted_mean_of_the_factors_that_there_are() -> None:
    """Feedback 80 weighs 0.4, violations 41.67 weigh 0.3; nobody complained twice, so repeats compare with nothing."""
    given = [Feedback("f1", "o1", "C1", TOLD.date(), 80)]
    made = _appraise(PAIR, _complained("C1", 3) + _complained("C2", 1), given)
    one = next(each for each in made.officers if each.officer_id == "o1")
    assert one.score == pytest.approx((0.4 * 80 + 0.3 * 100 * (1 - 3.5 / 6)) / 0.7)
    assert _factor(made, "o1", Factor.REPEATS).text.zh == "无可比记录,不计分"
    assert one.interval.low == pytest.approx(0.4 * 80)
    assert one.interval.high == pytest.approx(0.4 * 80 + 0.3 * 85.38 + 0.3 * 100, abs=0.01)


def test_without_any_record_nobody_is_scored_or_ranked() -> None:
    made = _appraise(PAIR, [])
    assert [(one.score, one.rank, one.interval) for one in made.officers] == [(None, None, UNKNOWN)] * 2


def test_few_complaints_set_nobody_apart_and_many_do() -> None:
    held = [_tenure("o1", "C1"), _tenure("o2", "C2")]
    given = [Feedback(f"f{n}", f"o{n}", f"C{n}", TOLD.date(), 80) for n in (1, 2)]
    rules = replace(RULES, factors={Factor.FEEDBACK: 0.4, Factor.REPEATS: 0.0, Factor.VIOLATIONS: 0.6})
    few = _appraise(held, _complained("C1", 3), given, rules=rules)
    many = _appraise(held, _complained("C1", 30), given, rules=rules)
    assert [(one.officer_id, one.rank) for one in few.officers] == [("o1", 1), ("o2", 1)]
    assert [(one.officer_id, one.rank) for one in many.officers] == [("o2", 1), ("o1", 2)]


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 12)), max_size=10))
def test_whoever_overlaps_shares_a_rank_and_whoever_is_apart_is_ranked_by_where_they_lie(
    made: list[tuple[int, int]],
) -> None:
    officers = [
        OfficerAppraisal(
            officer_id=f"o{n}",
            tenures=(),
            factors=(),
            repeats=Share((), ()),
            on_patrol=Count(),
            excluded=(),
            contests=(),
            score=low + width / 2,
            interval=Interval(low, low + width),
        )
        for n, (low, width) in enumerate(made)
    ]
    placed = ranked(officers)
    assert sorted(one.officer_id for one in placed) == sorted(one.officer_id for one in officers)
    for one in placed:
        assert one.rank == 1 + sum(1 for other in placed if (other.rank or 0) < (one.rank or 0))
        for other in placed:
            if one.interval.overlaps(other.interval):
                assert one.rank == other.rank
            elif one.interval.low > other.interval.high:
                assert (one.rank or 0) <= (other.rank or 0)
    unscored = ranked([*officers, replace(officers[0], officer_id="x", score=None)]) if officers else ()
    assert not unscored or (unscored[-1].officer_id, unscored[-1].rank) == ("x", None)


def test_a_record_whose_contest_was_upheld_no_longer_counts_for_the_officer_who_raised_it() -> None:
    cases = _complained("C1", 3) + _complained("C2", 1)
    contest = Contest("c1", "o1", "C1-0", "不在本人值守期间", NOW)
    upheld = decided(contest, NOW + DAY, "属实", upheld=True)
    rejected = decided(contest, NOW + DAY, "不属实", upheld=False)
    assert [_factor(_appraise(PAIR, cases, (), [each]), "o1").observed for each in (contest, rejected, upheld)] == [
        3.5,
        3.5,
        2.5,
    ]
    made = _appraise(PAIR, cases, (), [upheld])
    assert _factor(made, "o2").observed == 2.5
    one = next(each for each in made.officers if each.officer_id == "o1")
    assert (one.excluded, one.contests[0].state) == (("C1-0",), ContestState.UPHELD)
    assert "C1-0" not in one.repeats.whole


def test_a_year_is_appraised_as_a_quarter_is() -> None:
    made = appraise(PAIR, _complained("C1", 2), [], whole_year(2026), NOW, RULES)
    assert made.period.name.zh == "2026 年度"
    assert _factor(made, "o1").ids == ("C1-0", "C1-1")


def test_posts_as_they_stand_are_taken_for_the_whole_period_for_want_of_a_history() -> None:
    held = tenures_of([community("C1", more_b=("o3",))], PERIOD)
    assert [(each.officer_id, each.post, each.days_in(PERIOD)) for each in held] == [
        ("o1", Post.A, 92),
        ("o2", Post.B, 92),
        ("o3", Post.B, 92),
    ]
    assert set(POST_NAMES) == set(Post)


def test_how_it_is_counted_is_said_in_both_languages() -> None:
    assert any("自行发现" in text.zh for text in STATEMENTS)
    assert all(text.zh and text.en for text in (*STATEMENTS, *FACTOR_NAMES.values()))
    assert set(FACTOR_NAMES) == set(Factor)


def test_a_count_reads_as_what_it_was_and_what_was_to_be_expected() -> None:
    text = _factor(_appraise(PAIR, _complained("C1", 3) + _complained("C2", 1)), "o1").text
    assert text.zh == "4 起,按岗位折算 3.5,按户数和阶段预计 3.0,42(0–85) 分"
    assert text.en == "4, by post 3.5; expected by households and phase 3.0: 42(0–85) points"


@pytest.mark.parametrize(
    "changes",
    [
        {"posts": {Post.A: 1.0}},
        {"posts": {Post.A: 1.0, Post.B: 0.0}},
        {"no_points_at": 0.0},
        {"factors": dict.fromkeys(Factor, 0.5)},
    ],
)
def test_weights_that_do_not_add_up_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="weigh"):
        replace(RULES, **changes)


def test_feedback_beyond_the_scale_and_a_post_left_before_it_was_taken_are_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 100"):
        Feedback("f1", "o1", "C1", TOLD.date(), 101)
    with pytest.raises(ValueError, match="before coming"):
        _tenure("o1", "C1", last=date(2026, 9, 1))
