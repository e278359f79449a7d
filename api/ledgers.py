"""Each community's ledger from the records: what is owed, and what shows that it was done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection

from api.records import community_violations
from api.storage.register import evidence, history, phase_changes, post_changes
from casework.checklist import ChecklistRules, checklist
from casework.ledger import Evidence, LedgerLine, ledger, recheck_evidence
from casework.violation import Violation
from geo.community import Community
from planner.demand import due_rules
from planner.squad import Squad


def ledger_of(
    connection: Connection,
    squad: Squad,
    community: Community,
    now: datetime,
    shown: Iterable[Evidence] | None = None,
    violations: Sequence[Violation] | None = None,
) -> tuple[LedgerLine, ...]:
    """Return a community's ledger, overdue lines first; weekly and monthly lines since the squad's records began.

    Parameters
    ----------
    shown
        The evidence that counts; None: all there is.
    violations
        Those whose re-checks are among its lines; None: all of the community's.
    """
    lines = history(connection, squad.id, community.id)
    if violations is None:
        violations = community_violations(connection, squad.id, community.id)
    items = checklist(
        community,
        ChecklistRules(due_rules(squad.policy)),
        now.date(),
        violations=violations,
        history=phase_changes(lines),
        post_changes=post_changes(lines),
        days_off=(squad.day_on, squad.day_off),
    )
    began = lines[0]["day"] if lines else now.date()
    known = [item for item in items if not (item.recurring and item.due is not None and item.due < began)]
    shown = evidence(connection, squad.id, community.id, now) if shown is None else shown
    return ledger(known, (*shown, *recheck_evidence(violations)), now.date())
