"""Repairs that change no hour: a visit, or a band's break, that may be broken off for a report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from casework.obligation import KIND_NAMES
from geo.text import Text
from planner.repairs.case import Case
from planner.repairs.repair import Candidate, Kind
from planner.response_report import CoverageGap
from planner.rulebook import community_name
from planner.visit import Visit
from planner.week import WeeklyProblem
from planner.words import listed, moment, span


def breakable(case: Case, gap: CoverageGap) -> Iterator[Candidate]:
    """Yield the must-finish visits that keep somebody away around the gap, one by one and all, and the band's break."""
    visits = {visit.id: visit for visit in case.problem.visits}
    held = [
        (visits[stop.visit_id], stop.begin)
        for route in case.out_about(gap)
        for stop in route.stops
        if stop.visit_id in visits and not visits[stop.visit_id].breakable and _meets(case, gap, stop.begin, stop.end)
    ]
    for chosen in [[one] for one in held] + ([held] if len(held) > 1 else []):
        yield _of(case, chosen)
    resting = [r for r in case.out_about(gap) if r.rest and _meets(case, gap, r.rest.begin, r.rest.end)]
    for band_id in dict.fromkeys(route.band_id for route in resting):
        rule = case.problem.policy.breaks.get(band_id)
        if rule is not None and not rule.breakable:
            breaks = {**case.problem.policy.breaks, band_id: replace(rule, breakable=True)}
            problem = replace(case.problem, policy=replace(case.problem.policy, breaks=breaks))
            name = case.problem.bands[band_id].name
            text = Text(f"{name}的休息改为可中断", f"breaks of {name} may be broken off")
            yield Candidate(Kind.BREAKABLE, (Kind.BREAKABLE, "rest", band_id), text, problem, case.plan)


def _meets(case: Case, gap: CoverageGap, start: int, end: int) -> bool:
    delay = case.problem.policy.response.dispatch_delay
    return start < gap.end + delay and gap.start + delay < end


def _of(case: Case, chosen: Sequence[tuple[Visit, int]]) -> Candidate:
    wrap_up = case.problem.policy.repairs.wrap_up
    names = listed([_said(case.problem, visit, begin) for visit, begin in chosen])
    minutes = span(wrap_up)
    text = Text(f"{names.zh}改为可中断(收尾 {minutes.zh})", f"{names.en} may be broken off (within {minutes.en})")
    ids = {visit.id for visit, _ in chosen}
    visits = tuple(
        replace(visit, breakable=True, wrap_up=wrap_up) if visit.id in ids else visit for visit in case.problem.visits
    )
    key = Kind.BREAKABLE, *sorted(ids)
    return Candidate(Kind.BREAKABLE, key, text, replace(case.problem, visits=visits), case.plan)


def _said(problem: WeeklyProblem, visit: Visit, begin: int) -> Text:
    place, name, when = community_name(problem, visit.community_id), KIND_NAMES[visit.kind], moment(begin)
    return Text(f"{when.zh} {place}{name.zh}", f"the {name.en.lower()} at {place} on {when.en}")
