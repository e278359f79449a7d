"""What an act on the week board did: what it broke and mended, what the week costs now, and where the visit stands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

from api.board.view import broken_rows, known
from api.planned import Planned
from planner.byhand.acts import Act
from planner.byhand.moving import Move
from planner.rulebook import BrokenRule
from planner.words import clock

Json: TypeAlias = dict[str, Any]


def said(before: Planned, after: Planned, acts: Iterable[Act] = ()) -> Json:
    """Return what became of a plan, for the leader who changed it."""
    broke, mended = worse(before.broken, after.broken), worse(after.broken, before.broken)
    return {
        "broke": broken_rows(after.prepared.problem, after.plan, broke),
        "mended": broken_rows(before.prepared.problem, before.plan, mended),
        "cost": {"before": before.plan.objective.total, "after": after.plan.objective.total},
        "worst": {"before": slowest(before), "after": slowest(after)},
        "moved": next((where for act in acts if (where := _where(after, act)) is not None), None),
    }


def worse(before: Iterable[BrokenRule], after: Iterable[BrokenRule]) -> list[BrokenRule]:
    """Return the rules that are broken where they were not, or by more than they were."""
    old = {(rule.rule, rule.where): rule.over or 0 for rule in before}
    return [rule for rule in after if (rule.over or 0) > old.get((rule.rule, rule.where), -1)]


def slowest(planned: Planned) -> int | None:
    """Return the seconds of the slowest arrival; a week where nobody comes at all."""
    worst = planned.report.worst
    return None if worst is None else known(worst.seconds)


def _where(after: Planned, act: Act) -> Json | None:
    if not isinstance(act, Move):
        return None
    for route in after.plan.routes:
        for stop in route.stops:
            if stop.visit_id == act.visit_id:
                begin, end = clock(stop.begin // 60 * 60), clock(stop.end // 60 * 60)
                return {"visit": act.visit_id, "day": route.day, "band": route.band_id, "begin": begin, "end": end}
    return None
