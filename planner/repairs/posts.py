"""Repairs by one more B post: somebody on duty anyway who then answers for the community too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from geo.text import Text
from planner.repairs.case import Case
from planner.repairs.repair import Candidate, Kind
from planner.response_report import CoverageGap
from planner.rulebook import community_name, hours, officer_name, overlap


def further_post(case: Case, gap: CoverageGap) -> Iterator[Candidate]:
    """Yield everybody certified who is on duty in the gap and has no post at its community, as a further B officer."""
    problem, community = case.problem, case.problem.communities[gap.community_id]
    on = dict.fromkeys(s.officer_id for s in problem.shifts if overlap(hours(problem, s), (gap.start, gap.end)))
    for officer in on:
        if officer in community.answering or not problem.officers[officer].certified:
            continue
        more = {community.id: replace(community, more_b=(*community.more_b, officer))}
        who, place = officer_name(problem, officer), community_name(problem, community.id)
        text = Text(f"{place}增设 B 岗:{who}", f"{who} becomes a further B officer of {place}")
        key = Kind.B_POST, community.id, officer
        changed = replace(problem, communities={**problem.communities, **more})
        yield Candidate(Kind.B_POST, key, text, changed, case.plan)
