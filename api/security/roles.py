"""Who may do what: one table, asked at every endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody is to the squad."""

    ADMINISTRATOR = "administrator"
    LEADER = "leader"
    OFFICER = "officer"
    PROPERTY = "property"
    READER = "reader"


class Act(StrEnum):
    """What can be done over HTTP."""

    LOOK = "look"
    """At communities, plans, maps, cases and figures, without personal data."""
    REPORT = "report"
    """Tell the squad of something."""
    UNMASK = "unmask"
    """See who reported a case, which is written down."""
    DISPATCH = "dispatch"
    """File, merge, send, call back."""
    ATTEND = "attend"
    """Arrive, handle, re-check."""
    PLAN = "plan"
    """Make plans, change and publish them."""
    KEEP = "keep"
    """Change what the squad is: people, communities, leave, renovations, feedback, evidence."""
    REVIEW = "review"
    """See and freeze reviews of companies and officers."""
    OWN = "own"
    """See one's own appraisal and contest it."""
    AUDIT = "audit"
    """Read the audit trail."""
    ACCOUNTS = "accounts"
    """Make and lock accounts, secret links and webhooks."""


MAY: Mapping[Act, frozenset[Role]] = {
    Act.LOOK: frozenset({Role.ADMINISTRATOR, Role.LEADER, Role.OFFICER, Role.READER}),
    Act.REPORT: frozenset({Role.ADMINISTRATOR, Role.LEADER, Role.OFFICER, Role.PROPERTY}),
    Act.UNMASK: frozenset({Role.ADMINISTRATOR, Role.LEADER}),
    Act.DISPATCH: frozenset({Role.ADMINISTRATOR, Role.LEADER}),
    Act.ATTEND: frozenset({Role.ADMINISTRATOR, Role.LEADER, Role.OFFICER}),
    Act.PLAN: frozenset({Role.ADMINISTRATOR, Role.LEADER}),
    Act.KEEP: frozenset({Role.ADMINISTRATOR, Role.LEADER}),
    Act.REVIEW: frozenset({Role.ADMINISTRATOR, Role.LEADER, Role.READER}),
    Act.OWN: frozenset({Role.OFFICER}),
    Act.AUDIT: frozenset({Role.ADMINISTRATOR, Role.LEADER}),
    Act.ACCOUNTS: frozenset({Role.ADMINISTRATOR}),
}


@dataclass(frozen=True, slots=True)
class Principal:
    """Whoever makes a request.

    Attributes
    ----------
    squad_id
        The squad he belongs to; None for an administrator of all of them.
    subject
        The officer or the partner that he is, where he is one.
    csrf
        What his pages send along with every change.
    """

    user_id: str
    name: str
    role: Role
    squad_id: str | None
    subject: str | None
    csrf: str

    def may(self, act: Act, squad_id: str | None) -> bool:
        """Return whether he may do something, in his own squad; only an administrator of all may in any."""
        if self.squad_id is not None and squad_id != self.squad_id:
            return False
        return self.role in MAY[act]
