"""The notice sheet that hangs in a community (信息公示): whether it still names the officers who answer there."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from casework.checklist_words import Key
from casework.ledger import LedgerLine, Status

KINDS = tuple(f"{key}-" for key in (Key.NOTICE, Key.NOTICE_AGAIN))
"""How the ids of lines begin that ask for a sheet."""


@dataclass(frozen=True, slots=True)
class NoticeState:
    """How the sheet stands.

    Attributes
    ----------
    posted_on
        The day on which one was posted last, as far as there is evidence.
    changed_on
        The day on which the A or the B officer changed last; None where that was never seen.
    owed
        The line of the ledger that evidence of posting one today fulfils; None where none is owed.
    """

    posted_on: date | None
    changed_on: date | None
    owed: str | None

    @property
    def outdated(self) -> bool:
        """Whether a sheet hangs there that names somebody who has handed over since."""
        return self.posted_on is not None and self.changed_on is not None and self.posted_on < self.changed_on


def notice_state(lines: Sequence[LedgerLine], changes: Collection[date]) -> NoticeState:
    """Return how a community's sheet stands.

    Parameters
    ----------
    lines
        Of its ledger.
    changes
        Days on which its A or B officer changed.
    """
    sheets = [line for line in lines if line.item.id.startswith(KINDS)]
    posted = [shown.day for line in sheets for shown in line.evidence]
    waiting = [line for line in sheets if line.status in {Status.OVERDUE, Status.DUE}]
    # evidence of the newest sheet is what counts: an older one that was never posted need not be
    newest = max(waiting, key=lambda line: line.item.due or date.min, default=None)
    return NoticeState(
        posted_on=max(posted, default=None),
        changed_on=max(changes, default=None),
        owed=None if newest is None else newest.item.id,
    )
