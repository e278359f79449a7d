"""The obligation ledger: a checklist, the evidence that its items were done, and where each of them stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from casework.checklist import ChecklistItem, recheck_id
from casework.checklist_words import Early
from casework.violation import Violation
from geo.text import Text


@dataclass(frozen=True, slots=True)
class Evidence:
    """What shows that an item was done.

    Attributes
    ----------
    day
        The day on which it was done, not that on which it was written down.
    files
        Names of photographs and sheets.
    who
        Officer's id; empty where a record of the squad speaks for itself.
    """

    item_id: str
    day: date
    note: str = ""
    files: tuple[str, ...] = ()
    who: str = ""


class Status(StrEnum):
    """Where an item stands."""

    OVERDUE = "overdue"
    DUE = "due"
    NOT_YET = "not_yet"
    DONE = "done"


STATUS_NAMES: Mapping[Status, Text] = {
    Status.OVERDUE: Text("逾期", "Overdue"),
    Status.DUE: Text("待办", "Due"),
    Status.NOT_YET: Text("未到时间", "Not yet"),
    Status.DONE: Text("已完成", "Done"),
}


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """An item, what shows that it was done, earliest first, and where it stands."""

    item: ChecklistItem
    evidence: tuple[Evidence, ...]
    status: Status

    @property
    def late(self) -> bool:
        """Whether it was done, but after its day."""
        return bool(self.evidence) and self.item.due is not None and self.evidence[0].day > self.item.due


def ledger(items: Iterable[ChecklistItem], evidence: Iterable[Evidence], today: date) -> tuple[LedgerLine, ...]:
    """Return where each item stands: overdue first, then due, not yet and done, each by the day it is due.

    Evidence of a day after `today`, or of an item that is not among `items`, fulfils nothing.
    """
    shown: dict[str, list[Evidence]] = {}
    for each in sorted(evidence, key=lambda one: one.day):
        if each.day <= today:
            shown.setdefault(each.item_id, []).append(each)
    lines = [
        LedgerLine(item, tuple(shown.get(item.id, ())), _status(item, today, done=item.id in shown)) for item in items
    ]
    order = list(Status)
    return tuple(sorted(lines, key=lambda line: (order.index(line.status), line.item.due or date.max)))


def tally(lines: Iterable[LedgerLine]) -> dict[Early, dict[Status, int]]:
    """Return, for each of the five 早, how many items stand where."""
    counts = {early: dict.fromkeys(Status, 0) for early in Early}
    for line in lines:
        counts[line.item.early][line.status] += 1
    return counts


def recheck_evidence(violations: Iterable[Violation]) -> tuple[Evidence, ...]:
    """Return the evidence that violations themselves are: those looked at again and found right."""
    return tuple(
        Evidence(recheck_id(violation.id, violation.handled_on), violation.rechecked_on)
        for violation in violations
        if violation.handled_on is not None and violation.rechecked_on is not None
    )


def _status(item: ChecklistItem, today: date, *, done: bool) -> Status:
    if done:
        return Status.DONE
    if item.due is not None and item.due < today:
        return Status.OVERDUE
    return Status.DUE if item.opens is not None and item.opens <= today else Status.NOT_YET
