"""A plan at a glance: written down with it, so that a bureau need not open 220 plans to see how they stand."""

from __future__ import annotations

from typing import Any, TypeAlias

from api.faults import text_to_dict
from api.planned import Planned
from casework.obligation import KIND_NAMES
from planner.phases import NEVER

Json: TypeAlias = dict[str, Any]

TOLD = 6
"""So many missed visits and gaps are told of with their reasons; all are counted."""


def figures_of(planned: Planned) -> Json:
    """Return what is owed and met, what is missed and why, and how the two hours stand, ready for JSON."""
    problem, plan, report = planned.prepared.problem, planned.plan, planned.report
    visits = {visit.id: visit for visit in problem.visits}
    owed = sum(visit.mandatory for visit in problem.visits)
    missed = [item for item in plan.missed if visits[item.visit_id].mandatory]
    worst = report.worst
    return {
        "owed": owed,
        "missed": len(missed),
        "why_missed": [
            {
                "community": problem.communities[visits[item.visit_id].community_id].name,
                "kind": text_to_dict(KIND_NAMES[visits[item.visit_id].kind]),
                "why": [text_to_dict(reason) for reason in item.reasons[:1]],
            }
            for item in missed[:TOLD]
        ],
        "worst": None if worst is None or worst.seconds >= NEVER else worst.seconds,
        "late": report.late,
        "gaps": [
            {"community": problem.communities[gap.community_id].name, "seconds": gap.end - gap.start}
            for gap in sorted(report.gaps, key=lambda gap: gap.start - gap.end)[:TOLD]
        ],
        "late_at": len({gap.community_id for gap in report.gaps}),
        "broken": sum(rule.hard for rule in planned.broken),
    }
