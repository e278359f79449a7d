"""The quarterly and yearly appraisal of officers (绩效考核), from three factors, each with the records behind it.

Counts are set against what the officer's households and phases would have brought at the squad's own rates (indirect
standardisation: Breslow & Day (1987), "Statistical methods in cancer research", vol. II, chapter 2), so that somebody
who answers for three estates in their peak is not measured by the yardstick of a quiet one. What the squad or a
property company finds counts against nobody: only what residents had to complain of does.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import chain

from casework.appraisal_sheet import (
    FULL,
    Appraisal,
    AppraisalRules,
    Factor,
    FactorScore,
    Feedback,
    OfficerAppraisal,
)
from casework.case import Case
from casework.contest import Contest, ContestState
from casework.figures import Count, Interval, Period, Share, day_of, weighted_garwood
from casework.matters import COMPLAINTS, OURS, Matter, matters, repeated_complaints
from casework.posts import Post, Tenure
from geo.community import Phase

UNKNOWN = Interval(0.0, FULL)


@dataclass(frozen=True, slots=True)
class _Record:
    """Something that counts, for whoever answered for its community on its day."""

    id: str
    community_id: str
    day: date


@dataclass(frozen=True, slots=True)
class _Squad:
    """What every officer's appraisal draws on; `exposure` is in households × days, by tenure."""

    rules: AppraisalRules
    exposure: Mapping[Tenure, float]
    counted: Mapping[Factor, tuple[_Record, ...]]
    rates: Mapping[Factor, Mapping[Phase, float]]
    complaints: tuple[_Record, ...]
    on_patrol: tuple[_Record, ...]


def appraise(
    tenures: Iterable[Tenure],
    cases: Iterable[Case],
    feedback: Iterable[Feedback],
    period: Period,
    now: datetime,
    rules: AppraisalRules,
    contests: Iterable[Contest] = (),
) -> Appraisal:
    """Return the appraisal of everybody who held a post in the period.

    Parameters
    ----------
    tenures
        Of the whole squad: what each officer is measured by is what the squad's communities brought.
    cases
        All there are: a complaint may repeat one of the period before.
    contests
        A record whose contest was upheld does not count for the officer who raised it.
    """
    held = tuple(each for each in tenures if each.days_in(period))
    found = [matter for matter in matters(cases) if matter.founded]
    counted, nobodys = _counted(found, held, period, rules)
    exposure = _exposure(held, period)
    squad = _Squad(
        rules=rules,
        exposure=exposure,
        counted=counted,
        rates={factor: _rates(records, exposure) for factor, records in counted.items()},
        complaints=_within(period, (_record(case) for matter in found for case in matter.complaints)),
        on_patrol=_within(period, (_first_told(matter) for matter in found if matter.first_from in OURS)),
    )
    given = tuple(each for each in feedback if period.first <= each.day <= period.last)
    raised = tuple(contests)
    officers = [_officer(key, squad, given, raised) for key in sorted({each.officer_id for each in held})]
    return Appraisal(period, now, rules, ranked(officers), squad.rates, nobodys)


def ranked(officers: Iterable[OfficerAppraisal]) -> tuple[OfficerAppraisal, ...]:
    """Return officers with their ranks, the best first; whoever is linked by overlapping intervals shares one.

    Overlap is handed on: where one overlaps two who do not overlap each other, all three share a rank.
    """
    every = sorted(officers, key=lambda one: (-one.interval.high, one.officer_id))
    rank, lowest, placed = 0, math.inf, []
    for n, one in enumerate([each for each in every if each.score is not None], 1):
        if one.interval.high < lowest or rank == 0:
            rank = n
        lowest = min(lowest, one.interval.low)
        placed.append(replace(one, rank=rank))
    placed += [replace(each, rank=None) for each in every if each.score is None]
    return tuple(sorted(placed, key=lambda one: (one.rank or len(every) + 1, one.officer_id)))


def _counted(
    found: Sequence[Matter], held: Sequence[Tenure], period: Period, rules: AppraisalRules
) -> tuple[dict[Factor, tuple[_Record, ...]], tuple[str, ...]]:
    """Return the period's records by factor, and the ids of those for which nobody held the A post."""
    again = repeated_complaints(found, timedelta(hours=rules.wave_hours), timedelta(days=rules.repeat_days))
    complaints = (_record(case) for matter in found for case in matter.complaints if case.id in again)
    complained_of = (_first_told(matter) for matter in found if matter.first_from in COMPLAINTS)
    every = {Factor.REPEATS: _within(period, complaints), Factor.VIOLATIONS: _within(period, complained_of)}
    held_by_a = [each for each in held if each.post is Post.A]
    counted = {
        factor: tuple(one for one in records if _tenure(one, held_by_a) is not None)
        for factor, records in every.items()
    }
    nobodys = {one.id for one in chain(*every.values())} - {one.id for one in chain(*counted.values())}
    return counted, tuple(sorted(nobodys))


def _exposure(held: Sequence[Tenure], period: Period) -> dict[Tenure, float]:
    """Return households × days by tenure; where the households are not known, the mean of those that are."""
    known = {each.community_id: each.households for each in held if each.households > 0}
    usual = sum(known.values()) / len(known) if known else 1.0
    return {each: (each.households or usual) * each.days_in(period) for each in held}


def _rates(records: Iterable[_Record], exposure: Mapping[Tenure, float]) -> dict[Phase, float]:
    """Return records for each household and day by phase; the A posts stand for the communities, each of them once."""
    held_by_a = [each for each in exposure if each.post is Post.A]
    seen = dict.fromkeys((each.phase for each in held_by_a), 0.0)
    for each in held_by_a:
        seen[each.phase] += exposure[each]
    counts = dict.fromkeys(seen, 0)
    for one in records:
        tenure = _tenure(one, held_by_a)
        if tenure is not None:
            counts[tenure.phase] += 1
    return {phase: counts[phase] / seen[phase] for phase in seen}


def _officer(
    officer_id: str, squad: _Squad, feedback: Iterable[Feedback], contests: Iterable[Contest]
) -> OfficerAppraisal:
    mine = tuple(each for each in squad.exposure if each.officer_id == officer_id)
    raised = tuple(each for each in contests if each.officer_id == officer_id)
    upheld = {each.record_id for each in raised if each.state is ContestState.UPHELD}
    factors = (
        _feedback([each for each in feedback if each.officer_id == officer_id], mine, squad.rules, upheld),
        _count(Factor.REPEATS, mine, squad, upheld),
        _count(Factor.VIOLATIONS, mine, squad, upheld),
    )
    score, interval = _score(factors, squad.rules)
    again = {one.id for one in squad.counted[Factor.REPEATS]}
    complaints = _mine(squad.complaints, mine, upheld)
    return OfficerAppraisal(
        officer_id=officer_id,
        tenures=mine,
        factors=factors,
        repeats=Share(tuple(key for key in complaints if key in again), complaints),
        on_patrol=Count(_mine(squad.on_patrol, mine, ())),
        excluded=tuple(sorted(upheld)),
        contests=raised,
        score=score,
        interval=interval,
    )


def _feedback(
    given: Iterable[Feedback], mine: Sequence[Tenure], rules: AppraisalRules, upheld: Collection[str]
) -> FactorScore:
    """Return the mean feedback, by weight of the post, from communities that the officer then answered for."""
    weighted = [
        (each, rules.posts[tenure.post])
        for each in given
        if each.id not in upheld
        and (tenure := _tenure(_Record(each.id, each.community_id, each.day), mine)) is not None
    ]
    if not weighted:
        return FactorScore(Factor.FEEDBACK, (), None, UNKNOWN)
    points = [each.points for each, _ in weighted]
    mean = math.fsum(each.points * weight for each, weight in weighted) / math.fsum(weight for _, weight in weighted)
    ids = tuple(each.id for each, _ in weighted)
    return FactorScore(Factor.FEEDBACK, ids, mean, Interval(min(points), max(points)))


def _count(factor: Factor, mine: Sequence[Tenure], squad: _Squad, upheld: Collection[str]) -> FactorScore:
    """Return the points of a count: all of them for none, none for `no_points_at` times the expected count."""
    rules, rates = squad.rules, squad.rates[factor]
    weights = {
        one.id: rules.posts[tenure.post]
        for one in squad.counted[factor]
        if one.id not in upheld and (tenure := _tenure(one, mine)) is not None
    }
    observed = math.fsum(weights.values())
    expected = math.fsum(rules.posts[each.post] * squad.exposure[each] * rates.get(each.phase, 0.0) for each in mine)
    if expected <= 0:
        return FactorScore(factor, tuple(weights), None, UNKNOWN, observed, expected)

    def points(count: float) -> float:
        return FULL * max(0.0, 1 - count / expected / rules.no_points_at)

    limits = weighted_garwood(list(weights.values()), max(rules.posts[each.post] for each in mine))
    interval = Interval(points(limits.high), points(limits.low))
    return FactorScore(factor, tuple(weights), points(observed), interval, observed, expected)


def _score(factors: Sequence[FactorScore], rules: AppraisalRules) -> tuple[float | None, Interval]:
    """Return the mean of the factors that there are; what is missing might have been anything, so the interval says."""
    given = [(each.points, rules.factors[each.factor]) for each in factors if each.points is not None]
    weight = math.fsum(weight for _, weight in given)
    low = math.fsum(each.interval.low * rules.factors[each.factor] for each in factors)
    high = math.fsum(each.interval.high * rules.factors[each.factor] for each in factors)
    score = math.fsum(points * weight for points, weight in given) / weight if weight > 0 else None
    return score, Interval(low, high)


def _mine(records: Iterable[_Record], mine: Sequence[Tenure], upheld: Collection[str]) -> tuple[str, ...]:
    return tuple(one.id for one in records if one.id not in upheld and _tenure(one, mine) is not None)


def _tenure(record: _Record, held: Iterable[Tenure]) -> Tenure | None:
    """Return under which post a record falls."""
    return next((each for each in held if each.community_id == record.community_id and each.holds(record.day)), None)


def _within(period: Period, records: Iterable[_Record]) -> tuple[_Record, ...]:
    return tuple(one for one in records if period.first <= one.day <= period.last)


def _record(case: Case) -> _Record:
    return _Record(case.id, case.report.community_id or "", day_of(case.report.reported_at))


def _first_told(matter: Matter) -> _Record:
    """Return a matter as one record of the day on which it was first told."""
    return replace(_record(matter.case), day=day_of(matter.told[0].report.reported_at))
