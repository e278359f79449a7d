"""The desk as JSON: one answer that the page shows, and asks for again every quarter of a minute."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from api.case_schemas import case_shown
from api.desk.people import Json, add_acts, last_words, people
from api.open_plans import Duty
from api.storage.cases import Kept
from casework.case import Case, Stage, Step
from casework.clocks import URGENT_SHARE
from casework.duplicates import alike
from planner.week import WeeklyProblem

UNDER_WAY = frozenset({Stage.DISPATCHED, Stage.ON_SCENE})
UNSENT = frozenset({Stage.COLLECTED, Stage.FILED})


def desk_of(
    duty: Duty, cases: Sequence[tuple[Kept, tuple[Step, ...]]], acts: Sequence[Mapping[str, Any]], now: datetime
) -> Json:
    """Return who is where and which reports wait, the one with the least time left first.

    Parameters
    ----------
    cases
        Those that wait for somebody, and those dealt with today.
    acts
        What officers said of the week's visits, as it is on record.
    """
    problem = duty.opened.prepared.problem
    names = {community.id: community.name for community in problem.communities.values()}
    told = [(kept.case, steps) for kept, steps in cases]
    busy = {officer: kept.case for kept, _ in cases if kept.case.stage in UNDER_WAY for officer in kept.case.officers}
    words = last_words(told, names)
    add_acts(words, acts, names)
    waiting = [kept for kept, _ in cases if kept.case.stage in UNSENT or kept.case.stage in UNDER_WAY]
    dealt = [kept for kept, _ in cases if kept not in waiting]
    return {
        "week": str(problem.week),
        "plan": duty.plan_id,
        "soon": round(problem.policy.response.limit * URGENT_SHARE),
        "officers": people(duty, now, busy, words),
        "reports": [_report(problem, kept, waiting, now) for kept in sorted(waiting, key=_urgency)],
        "dealt": [_report(problem, kept, (), now) for kept in sorted(dealt, key=_latest, reverse=True)],
    }


def _urgency(kept: Kept) -> tuple[bool, datetime, str]:
    """Whoever nobody is with yet comes first, by the time that is left; of the others the longest on the scene."""
    case = kept.case
    there = case.stage is Stage.ON_SCENE
    return there, case.first_arrival or case.due_at if there else case.due_at, case.id


def _latest(kept: Kept) -> tuple[datetime, str]:
    return kept.case.last_at, kept.case.id


def _report(problem: WeeklyProblem, kept: Kept, others: Sequence[Kept], now: datetime) -> Json:
    case = kept.case
    shown: dict[str, Any] = case_shown(kept, now).model_dump(mode="json")
    community = problem.communities.get(case.report.community_id or "")
    return shown | {
        "community_name": None if community is None else community.name,
        "clock": _clock(case),
        "names": [_name(problem, officer) for officer in case.officers],
        "alike": _alike(case, [other.case for other in others]),
    }


def _clock(case: Case) -> Mapping[str, Any]:
    """Return what runs: down to the arrival, or up from it."""
    if case.stage is Stage.ON_SCENE and case.first_arrival is not None:
        return {"runs": "up", "since": case.first_arrival.isoformat(), "late": case.late(case.first_arrival)}
    if case.stage in UNSENT or case.stage in UNDER_WAY:
        return {"runs": "down", "due": case.due_at.isoformat()}
    end = case.first_arrival or case.last_at
    return {"runs": "over", "since": end.isoformat(), "late": case.late(end)}


def _alike(case: Case, others: Sequence[Case]) -> list[str]:
    """Return the older reports that it may be one with: of two, the younger one is merged into the older."""
    if case.stage not in UNSENT:
        return []
    older = [other for other in others if (other.report.reported_at, other.id) < (case.report.reported_at, case.id)]
    return [other.id for other in alike(case.report, older)]


def _name(problem: WeeklyProblem, officer_id: str) -> str:
    return problem.officers[officer_id].name if officer_id in problem.officers else officer_id
