"""One more visit that somebody asks for: from what they say to a visit that can be placed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from casework.obligation import VisitKind
from planner.demand import AT_THE_DOOR, VISITING_HOURS, joint_windows
from planner.event import VisitAsked
from planner.visit import ArrivalWindow, Visit
from planner.week import DAY, WeeklyProblem


def ask(
    problem: WeeklyProblem,
    community_id: str,
    kind: VisitKind,
    *,
    duration: int | None = None,
    days: Sequence[int] = (),
    partner_ids: Sequence[str] | None = None,
) -> VisitAsked:
    """Return the visit asked for, with what was left open filled in from the squad's policy.

    Parameters
    ----------
    duration
        Seconds of service; None: as the policy has it for this kind.
    days
        Monday is 0; none: any day of the week.
    partner_ids
        Who joins; None: for each kind of partner that the policy asks for, the first listed that serves the community.
    """
    policy = problem.policy.visits[kind]
    serving = [partner for partner in problem.partners.values() if community_id in partner.community_ids]
    usual = [next((p.id for p in serving if p.kind is wanted), None) for wanted in policy.partners]
    known = {visit.id for visit in problem.visits}
    name = f"asked-{kind}-{community_id}"
    number = next(n for n in range(1, len(known) + 2) if _numbered(name, n) not in known)
    return VisitAsked(
        known=problem.now,
        visit_id=_numbered(name, number),
        community_id=community_id,
        kind=kind,
        duration=policy.duration if duration is None else duration,
        days=tuple(sorted(set(days))) or tuple(range(7)),
        partner_ids=tuple(partner for partner in usual if partner) if partner_ids is None else tuple(partner_ids),
    )


def _numbered(name: str, number: int) -> str:
    return name if number == 1 else f"{name}-{number}"


def asked_visit(problem: WeeklyProblem, asked: VisitAsked) -> Visit:
    """Return the visit, to begin within the hours that its partners have in common, or else when one may knock."""
    policy = problem.policy.visits[asked.kind]
    visit = Visit(
        id=asked.visit_id,
        obligation_id=asked.visit_id,
        community_id=asked.community_id,
        kind=asked.kind,
        days=asked.days,
        windows=(),
        duration=asked.duration,
        missed=policy.missed,
        whole_shift=asked.kind is VisitKind.STATIONING,
        breakable=policy.breakable,
        wrap_up=policy.wrap_up,
        partner_ids=asked.partner_ids,
    )
    return replace(visit, windows=tuple(window for day in asked.days for window in _windows(problem, visit, day)))


def _windows(problem: WeeklyProblem, visit: Visit, day: int) -> tuple[ArrivalWindow, ...]:
    if visit.partner_ids:
        return joint_windows(problem, visit, day)
    first, last = VISITING_HOURS if visit.kind in AT_THE_DOOR else (0, DAY)
    if last - first < visit.duration:
        return ()
    return (ArrivalWindow(day * DAY + first, day * DAY + last - visit.duration),)
