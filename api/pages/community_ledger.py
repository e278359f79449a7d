"""A community's ledger as its page shows it: by the five 早, what is to be done first, what is done folded away."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from api.pages import say
from api.pages.community_words import WORDS
from api.storage.register import AS_PLANNED, AS_TOLD
from casework.checklist_words import EARLY_NAMES, Early
from casework.ledger import Evidence, LedgerLine, Status
from geo.text import Language

OLD = "old"
"""Where a line stands that was due before the squad's records began and has no evidence."""


def groups(
    lines: Sequence[LedgerLine], late: Collection[str], names: Mapping[str, str], today: date, language: Language
) -> list[dict[str, Any]]:
    """Return the lines by the five 早; what is overdue is for `late_lines` to show.

    Parameters
    ----------
    late
        Ids of the lines that the squad has let pass since its records began.
    names
        Of officers, by id.
    """
    return [
        {
            "code": early.value,
            "name": EARLY_NAMES[early].say(language),
            **_sorted([line for line in lines if line.item.early is early], late, names, today, language),
        }
        for early in Early
    ]


def late_lines(
    lines: Sequence[LedgerLine], late: Collection[str], names: Mapping[str, str], today: date, language: Language
) -> list[dict[str, Any]]:
    """Return what is overdue, the longest overdue first; parameters as of `groups`."""
    return [_line(line, late, names, today, language) for line in lines if line.item.id in late]


def _sorted(
    lines: Sequence[LedgerLine], late: Collection[str], names: Mapping[str, str], today: date, language: Language
) -> dict[str, Any]:
    shown = [_line(line, late, names, today, language) for line in lines]
    return {
        "overdue": sum(line["status"] == Status.OVERDUE for line in shown),
        "done_count": sum(line["status"] == Status.DONE for line in shown),
        "whole": len(shown),
        "now": [line for line in shown if line["status"] in {Status.DUE, OLD}],
        "later": [line for line in shown if line["status"] == Status.NOT_YET],
        "done": [line for line in reversed(shown) if line["status"] == Status.DONE],
    }


def _line(
    line: LedgerLine, late: Collection[str], names: Mapping[str, str], today: date, language: Language
) -> dict[str, Any]:
    item = line.item
    old = line.status is Status.OVERDUE and item.id not in late
    status = OLD if old else line.status.value
    name = WORDS[f"status_{status}"]
    if status == Status.OVERDUE and item.due is not None:
        name = say.days_over(item.due, today)
    return {
        "id": item.id,
        "title": item.title.say(language),
        "rule": item.rule.say(language),
        "due": WORDS["no_due"].say(language) if item.due is None else say.day(item.due, today).say(language),
        "status": status,
        "status_name": name.say(language),
        "late": line.late,
        "evidence": [_evidence(one, names, today, language) for one in line.evidence],
    }


def _evidence(one: Evidence, names: Mapping[str, str], today: date, language: Language) -> dict[str, Any]:
    ours = {AS_PLANNED: "by_plan", AS_TOLD: "as_told"}.get(one.note)
    return {
        "day": say.short_day(one.day, today).say(language),
        "note": one.note if ours is None else WORDS[ours].say(language),
        "typed": ours is None,
        "who": names.get(one.who, one.who),
        "files": one.files,
    }
