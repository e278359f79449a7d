"""Risk by empirical Bayes, and what it decides."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.obligation import Obligation, VisitKind
from casework.risk import (
    HALF_LIFE_WEEKS,
    HISTORY_WEEKS,
    Risk,
    building_line,
    buildings_to_see,
    community_risks,
    extra_visits,
    visit_seconds,
    with_risk,
)
from casework.violation import Violation, ViolationType
from geo.community import Community, Phase
from geo.text import same
from tests.casework.communities import MONDAY, community, violation


def history(counts: dict[str, list[int]]) -> list[Violation]:
    """Return violations, `counts[place][k]` of them found k weeks ago."""
    return [
        violation(f"{place}-{week}-{n}", place, MONDAY - timedelta(days=7 * week + 1 + n % 7))
        for place, weekly in counts.items()
        for week, count in enumerate(weekly)
        for n in range(count)
    ]


def test_rates_agree_with_the_gamma_poisson_posterior_worked_by_hand() -> None:
    """All findings lie in the last week, whose discount is 1, so plain counts can be checked by hand."""
    communities = [community(key) for key in "abcd"]
    counts = {"a": 9, "b": 4, "c": 2, "d": 1}
    risks = community_risks(communities, history({key: [n] for key, n in counts.items()}), MONDAY)
    exposure = 6 * sum(0.5 ** (week / HALF_LIFE_WEEKS) for week in range(HISTORY_WEEKS))
    rates = {key: n / exposure for key, n in counts.items()}
    mean = sum(rates.values()) / 4
    spread = sum((rate - mean) ** 2 for rate in rates.values()) / 4
    between = spread - mean / exposure
    alpha, beta = mean**2 / between, mean / between
    for key, n in counts.items():
        assert risks[key].rate == pytest.approx((alpha + n) / (beta + exposure))
        assert risks[key].expected == pytest.approx(6 * risks[key].rate)


def test_communities_no_more_different_than_chance_share_one_rate() -> None:
    risks = community_risks([community("a"), community("b")], history({"a": [3], "b": [2]}), MONDAY)
    assert risks["a"].rate == pytest.approx(risks["b"].rate)
    assert risks["a"].credibility == 0
    assert risks["a"].ratio == pytest.approx(1)


def test_little_exposure_is_drawn_further_towards_the_mean() -> None:
    communities = [
        community("big", households=2000),
        community("small", households=200),
        community("calm", households=2000),
    ]
    risks = community_risks(communities, history({"big": [20], "small": [2], "calm": [0]}), MONDAY)
    assert risks["small"].credibility < risks["big"].credibility
    assert risks["small"].rate < risks["big"].rate


def test_recent_weeks_weigh_more_by_the_half_life() -> None:
    communities = [community("now"), community("then")]
    risks = community_risks(communities, history({"now": [8], "then": [0] * 6 + [8]}), MONDAY)
    assert risks["now"].findings == pytest.approx(8)
    assert risks["then"].findings == pytest.approx(4)
    assert risks["now"].expected >= risks["then"].expected


def test_what_is_too_old_or_lies_ahead_or_elsewhere_does_not_count() -> None:
    old = violation("o", "a", MONDAY - timedelta(days=7 * HISTORY_WEEKS + 1))
    ahead = violation("h", "a", MONDAY)
    outside = violation("x", None, MONDAY - timedelta(days=1))
    assert community_risks([community("a")], [old, ahead, outside], MONDAY)["a"].findings == 0


def test_nothing_found_anywhere_expects_nothing_and_changes_no_length() -> None:
    risk = community_risks([community("a")], [], MONDAY)["a"]
    assert (risk.rate, risk.expected) == (0, 0)
    assert visit_seconds(4800, risk) == 4800


def test_communities_not_lived_in_expect_nothing_and_pull_no_mean_down() -> None:
    alone = community_risks([community("a")], history({"a": [3]}), MONDAY)["a"]
    others = [community("b", Phase.PRE_DELIVERY), community("c", Phase.CLOSED)]
    risks = community_risks([community("a"), *others], history({"a": [3], "c": [9]}), MONDAY)
    assert risks["a"] == alone
    assert [(risks[key].expected, risks[key].ratio) for key in "bc"] == [(0, 1), (0, 1)]


def test_no_community_has_no_risk() -> None:
    assert community_risks([], [], MONDAY) == {}


def test_severity_may_count_instead_of_heads() -> None:
    severe = violation("s", "a", MONDAY - timedelta(days=1), type=ViolationType.LOAD_BEARING)
    slight = violation("r", "b", MONDAY - timedelta(days=1), type=ViolationType.DRYING_RACK)
    risks = community_risks([community("a"), community("b")], [severe, slight], MONDAY, severity_weighted=True)
    assert (risks["a"].findings, risks["b"].findings) == (5, 1)


def test_unknown_households_count_as_the_mean_of_the_known() -> None:
    risks = community_risks([community("a", households=400), community("b", households=0)], [], MONDAY)
    assert risks["b"].exposure == risks["a"].exposure


@given(st.lists(st.lists(st.integers(0, 4), max_size=8), min_size=1, max_size=6), st.booleans())
def test_a_posterior_rate_lies_between_the_communitys_own_and_the_mean(
    weekly: list[list[int]], severity_weighted: bool
) -> None:
    communities = [community(str(n), households=100 * (n + 1)) for n in range(len(weekly))]
    found = history({str(n): counts for n, counts in enumerate(weekly)})
    risks = community_risks(communities, found, MONDAY, severity_weighted=severity_weighted)
    mean = sum(r.findings for r in risks.values()) / sum(r.exposure for r in risks.values())
    for risk in risks.values():
        low, high = sorted((risk.findings / risk.exposure, mean))
        assert low - 1e-12 <= risk.rate <= high + 1e-12
        assert 0 <= risk.credibility <= 1


def test_shrinking_predicts_the_next_week_better_than_raw_rates_do() -> None:
    draw = np.random.default_rng(7)
    raw_error = shrunk_error = 0.0
    for _ in range(40):
        truth = draw.gamma(3.0, 0.2, size=12)
        communities = [community(str(n), households=100) for n in range(12)]
        found = history({str(n): draw.poisson(rate, size=HISTORY_WEEKS).tolist() for n, rate in enumerate(truth)})
        risks = community_risks(communities, found, MONDAY)
        estimates = np.array([risks[str(n)].expected for n in range(12)])
        raw = np.array([risks[str(n)].findings / risks[str(n)].exposure for n in range(12)])
        raw_error += float(((raw - truth) ** 2).sum())
        shrunk_error += float(((estimates - truth) ** 2).sum())
    assert shrunk_error < 0.9 * raw_error


def of_ratio(ratio: float) -> Risk:
    return Risk("a", 1, 1, 1, 1, 1, ratio)


@pytest.mark.parametrize(
    ("base", "ratio", "seconds"),
    [
        (4800, 0, 4200),
        (4800, 1, 4800),
        (4800, 2, 5400),
        (4800, 9, 6000),
        (2400, 0, 2100),
        (2400, 9, 3000),
        (60, 1, 300),
    ],
)
def test_a_visits_length_follows_risk_in_steps_of_five_minutes(base: int, ratio: float, seconds: int) -> None:
    assert visit_seconds(base, of_ratio(ratio)) == seconds


def test_the_checklist_puts_open_before_handled_before_old_and_severe_before_slight() -> None:
    ago = [MONDAY - timedelta(days=n) for n in range(60)]
    rows = [
        violation("old", "a", ago[30], handled_on=ago[28], rechecked_on=ago[20], type=ViolationType.LOAD_BEARING),
        violation("slight", "a", ago[5], type=ViolationType.DRYING_RACK),
        violation("handled", "a", ago[9], handled_on=ago[4], type=ViolationType.LOAD_BEARING),
        violation("severe", "a", ago[20], type=ViolationType.LOAD_BEARING),
        violation("forgotten", "a", ago[59], handled_on=ago[58], rechecked_on=ago[50]),
        violation("ahead", "a", MONDAY),
    ]
    lines = buildings_to_see(rows, MONDAY)
    assert lines == tuple(building_line(rows[n]) for n in (3, 1, 2, 0))


def test_a_checklist_line_says_where_what_and_what_to_look_for() -> None:
    handled = violation(
        "v", "a", MONDAY - timedelta(days=9), building="6 幢 1202", handled_on=MONDAY - timedelta(days=7)
    )
    assert building_line(handled).zh == "6 幢 1202 违规排烟道(11-16 已处置,看是否恢复)"
    assert building_line(handled).en == "6 幢 1202 Flue (handled 11-16: see whether it was restored)"
    assert building_line(replace(handled, building="", handled_on=None)).zh == "违规排烟道(11-14 发现,尚未处置)"
    assert "复查合格" in building_line(replace(handled, rechecked_on=MONDAY)).zh


def test_a_long_list_is_cut_to_its_most_urgent_lines() -> None:
    rows = [violation(str(n), "a", MONDAY - timedelta(days=n + 1)) for n in range(20)]
    assert len(buildings_to_see(rows, MONDAY)) == 8


def town() -> tuple[list[Community], list[Violation]]:
    communities = [community(key) for key in "abcdef"]
    communities += [community("meeting", Phase.PRE_DELIVERY), community("closed", Phase.CLOSED)]
    counts = {key: [5 * n] for n, key in enumerate("abcdef", 1)}
    return communities, history({**counts, "meeting": [20], "closed": [20]})


def test_extra_visits_go_to_the_top_quarter_of_peak_and_everyday_communities() -> None:
    communities, found = town()
    risks = community_risks(communities, found, MONDAY)
    extras = extra_visits(communities, risks, MONDAY, 1800)
    assert [each.community_id for each in extras] == ["f", "e"]
    assert all(each.kind is VisitKind.EXTRA and not each.mandatory and each.count == 1 for each in extras)
    assert [each.weight for each in extras] == [risks["f"].expected, risks["e"].expected]


def test_nobody_gets_an_extra_visit_where_nothing_is_expected() -> None:
    communities, _ = town()
    assert extra_visits(communities, community_risks(communities, [], MONDAY), MONDAY, 1800) == ()


def obligation(kind: VisitKind, place: str, **changes: object) -> Obligation:
    owed = Obligation(f"{kind}-{place}", place, kind, 1, (MONDAY,), 2400, same("rule"))
    return replace(owed, **changes)  # type: ignore[arg-type]  # fields by name


def test_risk_sets_lengths_and_checklists_but_not_those_of_rechecks_stationing_and_meetings() -> None:
    communities, found = town()
    risks = community_risks(communities, found, MONDAY)
    owed = [obligation(kind, "f", violation_ids=("f-0-0",)) for kind in VisitKind if kind is not VisitKind.EXTRA]
    by_kind = {each.kind: each for each in with_risk(owed, communities, found, risks, MONDAY, extra_duration=1800)}
    longer = {kind for kind, each in by_kind.items() if each.community_id == "f" and each.duration > 2400}
    assert longer == {VisitKind.JOINT, VisitKind.ROUTINE}
    assert by_kind[VisitKind.JOINT].checklist == buildings_to_see([v for v in found if v.community_id == "f"], MONDAY)
    assert len(by_kind[VisitKind.RECHECK].checklist) == 1
    assert by_kind[VisitKind.PRE_DELIVERY].checklist == ()
    assert by_kind[VisitKind.EXTRA].weight > 0
