"""Risk: what a community's violation history says about what will be found there next.

Findings per exposure are estimated by empirical Bayes: each community's own rate is drawn towards the squad's mean,
the more so the less has been seen of it. Recent weeks weigh more.

Sources: Clayton & Kaldor (1987), "Empirical Bayes estimates of age-standardized relative risks", Biometrics 43 (the
gamma-Poisson model); Marshall (1991), "Mapping disease and mortality rates using empirical Bayes estimators", Applied
Statistics 40 (the prior by moments); Ibrahim & Chen (2000), "Power prior distributions for regression models",
Statistical Science 15 (a likelihood discounted by a power, which is what weighting old weeks does).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from casework.obligation import Obligation, VisitKind
from casework.privacy import mask_phones
from casework.violation import CATALOGUE, Violation
from geo.community import Community, Phase
from geo.text import Text

HISTORY_WEEKS = 26
HALF_LIFE_WEEKS = 6.0
RECENT_WEEKS = 6
SHORTEST, LONGEST = 0.85, 1.25
STEP = 300
CHECKLIST_LINES = 8
EXTRA_SHARE = 0.25
LIVED_IN = frozenset({Phase.PEAK, Phase.ROUTINE})
SCALED_BY_RISK = frozenset({VisitKind.JOINT, VisitKind.ROUTINE, VisitKind.EXTRA})
LISTS_BUILDINGS = SCALED_BY_RISK | {VisitKind.STATIONING}


@dataclass(frozen=True, slots=True)
class Risk:
    """What is expected of one community.

    Attributes
    ----------
    findings
        Findings (severity-weighted where asked for), old ones discounted.
    exposure
        Weeks × hundreds of households, old weeks discounted alike.
    rate
        Posterior findings per week and hundred households.
    credibility
        How far `rate` follows the community's own record: 0 not at all, 1 entirely.
    expected
        Posterior findings in the coming week.
    ratio
        `expected` over the mean of all communities lived in; 1 where nothing was ever found.
    """

    community_id: str
    findings: float
    exposure: float
    rate: float
    credibility: float
    expected: float
    ratio: float = 1.0


def community_risks(
    communities: Sequence[Community],
    violations: Iterable[Violation],
    monday: date,
    *,
    severity_weighted: bool = False,
) -> dict[str, Risk]:
    """Return the risk of every community in the week that begins on `monday`.

    Communities before delivery or closed are exposed to nothing: they expect nothing and are left out of all means.

    Parameters
    ----------
    violations
        Those found in the last 26 weeks count, each discounted by half every six weeks.
    severity_weighted
        Count a finding as often as its severity (1 to 5) instead of once.

    Notes
    -----
    With findings y, exposure e, raw rates r = y / e and m = Σy / Σe (Marshall 1991)::

        s² = Σ e (r − m)² / Σ e
        A  = max(0, s² − m q / mean(e))          variance between communities
        Z  = A e / (A e + m q)                   credibility
        rate = m + Z (r − m)

    q = Σ c² / Σ c over the weights c of single findings is the variance of a discounted count over its mean, 1 for
    plain counts: then this is the gamma-Poisson posterior mean (α + y) / (β + e) with α = m² / A and β = m / A.
    """
    lived_in = [community for community in communities if community.phase in LIVED_IN]
    weights: dict[str, list[float]] = {community.id: [] for community in lived_in}
    for violation in violations:
        age = _age_in_weeks(violation, monday)
        if violation.community_id in weights and 0 <= age < HISTORY_WEEKS:
            severity = violation.severity if severity_weighted else 1
            weights[violation.community_id].append(severity * _discount(age))
    weeks = sum(_discount(week) for week in range(HISTORY_WEEKS))
    homes = _hundreds_of_households(lived_in)
    exposure = {key: weeks * homes[key] for key in weights}
    nothing_yet = {community.id: Risk(community.id, 0.0, 0.0, 0.0, 0.0, 0.0) for community in communities}
    return nothing_yet | _posterior(weights, exposure, homes)


def _posterior(
    weights: Mapping[str, Sequence[float]], exposure: Mapping[str, float], homes: Mapping[str, float]
) -> dict[str, Risk]:
    findings = {key: math.fsum(each) for key, each in weights.items()}
    total, seen = math.fsum(findings.values()), math.fsum(exposure.values())
    if total == 0:
        return {key: Risk(key, 0.0, exposure[key], 0.0, 0.0, 0.0) for key in weights}
    mean = total / seen
    noise = mean * math.fsum(c * c for each in weights.values() for c in each) / total
    spread = math.fsum(exposure[k] * (findings[k] / exposure[k] - mean) ** 2 for k in weights) / seen
    between = max(0.0, spread - noise * len(weights) / seen)
    risks: dict[str, Risk] = {}
    for key in weights:
        credibility = between * exposure[key] / (between * exposure[key] + noise)
        rate = mean + credibility * (findings[key] / exposure[key] - mean)
        risks[key] = Risk(key, findings[key], exposure[key], rate, credibility, rate * homes[key])
    average = math.fsum(risk.expected for risk in risks.values()) / len(risks)
    return {key: replace(risk, ratio=risk.expected / average) for key, risk in risks.items()}


def visit_seconds(base: int, risk: Risk) -> int:
    """Return a visit's length in seconds: `base` at mean risk, 0.85 to 1.25 times that, in steps of five minutes.

    The factor is 0.85 + 0.15 × (expected findings over the mean of all communities).
    """
    factor = min(LONGEST, SHORTEST + (1 - SHORTEST) * risk.ratio)
    return max(STEP, STEP * math.floor(base * factor / STEP + 0.5))


def buildings_to_see(violations: Iterable[Violation], monday: date) -> tuple[Text, ...]:
    """Return a checklist of the buildings with open or recent violations of one community, most urgent first.

    Open ones come first, then those handled but not re-checked, then those of the last six weeks; within each the most
    severe and then the latest.
    """
    recent = [v for v in violations if v.rechecked_on is None or _age_in_weeks(v, monday) < RECENT_WEEKS]
    recent = [v for v in recent if v.found_on < monday]
    recent.sort(key=lambda v: (_stage(v), -v.severity, -v.found_on.toordinal(), v.id))
    return tuple(building_line(v) for v in recent[:CHECKLIST_LINES])


def building_line(violation: Violation) -> Text:
    """Return one line of a checklist: building, type, and what to look for."""
    name = CATALOGUE[violation.type].name
    where = mask_phones(violation.building)
    if violation.rechecked_on is not None:
        zh = f"({violation.rechecked_on:%m-%d} 复查合格,看是否反弹)"
        en = f"(re-checked {violation.rechecked_on:%m-%d}: see whether it came back)"
    elif violation.handled_on is not None:
        zh = f"({violation.handled_on:%m-%d} 已处置,看是否恢复)"
        en = f"(handled {violation.handled_on:%m-%d}: see whether it was restored)"
    else:
        zh = f"({violation.found_on:%m-%d} 发现,尚未处置)"
        en = f"(found {violation.found_on:%m-%d}, not handled yet)"
    return Text(f"{where} {name.zh}{zh}".strip(), f"{where} {name.en} {en}".strip())


def with_risk(
    obligations: Iterable[Obligation],
    communities: Sequence[Community],
    violations: Sequence[Violation],
    risks: Mapping[str, Risk],
    monday: date,
    *,
    extra_duration: int,
) -> tuple[Obligation, ...]:
    """Return the obligations with lengths and checklists set by risk, and extra visits after them.

    Parameters
    ----------
    extra_duration
        Seconds of service of an extra visit at mean risk.
    """
    history: dict[str, list[Violation]] = {community.id: [] for community in communities}
    for violation in violations:
        if violation.community_id in history:
            history[violation.community_id].append(violation)
    every = (*obligations, *extra_visits(communities, risks, monday, extra_duration))
    return tuple(_informed(each, history[each.community_id], risks[each.community_id], monday) for each in every)


def _informed(obligation: Obligation, history: Sequence[Violation], risk: Risk, monday: date) -> Obligation:
    if obligation.kind is VisitKind.RECHECK:
        lines = tuple(building_line(v) for v in history if v.id in obligation.violation_ids)
        return replace(obligation, checklist=lines)
    if obligation.kind in SCALED_BY_RISK:
        obligation = replace(obligation, duration=visit_seconds(obligation.duration, risk))
    if obligation.kind in LISTS_BUILDINGS:
        obligation = replace(obligation, checklist=buildings_to_see(history, monday))
    return obligation


def extra_visits(
    communities: Sequence[Community], risks: Mapping[str, Risk], monday: date, duration: int
) -> tuple[Obligation, ...]:
    """Return one extra visit for each community in the top quarter of risk, among those in peak or routine phase."""
    lived_in = [c for c in communities if c.phase in LIVED_IN and risks[c.id].expected > 0]
    lived_in.sort(key=lambda c: (-risks[c.id].expected, c.id))
    return tuple(
        Obligation(
            id=f"extra-{community.id}",
            community_id=community.id,
            kind=VisitKind.EXTRA,
            count=1,
            days=tuple(monday + timedelta(days=i) for i in range(7)),
            duration=duration,
            rule=Text(
                f"风险居前四分之一(预计每周新发现 {risks[community.id].expected:.1f} 起),有余力时加访一次",
                f"Top quarter of risk ({risks[community.id].expected:.1f} findings expected a week): "
                "one extra visit when time is left",
            ),
            mandatory=False,
            weight=risks[community.id].expected,
        )
        for community in lived_in[: math.ceil(EXTRA_SHARE * len(lived_in))]
    )


def _stage(violation: Violation) -> int:
    if violation.handled_on is None:
        return 0
    return 1 if violation.rechecked_on is None else 2


def _age_in_weeks(violation: Violation, monday: date) -> int:
    return ((monday - violation.found_on).days - 1) // 7


def _discount(age: int) -> float:
    return float(0.5 ** (age / HALF_LIFE_WEEKS))


def _hundreds_of_households(communities: Sequence[Community]) -> dict[str, float]:
    """Return households in hundreds; a community that names none counts as the mean of those that do."""
    known = [community.households for community in communities if community.households > 0]
    usual = sum(known) / len(known) if known else 100.0
    return {c.id: (c.households or usual) / 100 for c in communities}
