"""What to look at on a visit: re-checks due, open cases, last findings, new renovations, what else is owed there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection

from api.ledgers import ledger_of
from api.records import community_violations
from api.storage.cases import all_cases
from api.storage.register import history, noted_evidence, renovations
from casework.calendar import shift_working_days
from casework.case import OVER, STAGE_NAMES, Case, Stage
from casework.checklist_words import Key
from casework.ledger import Status
from casework.obligation import VisitKind
from casework.privacy import mask_phones
from casework.violation import CATALOGUE, Violation
from geo.community import Community
from geo.text import Text
from planner.demand import due_rules
from planner.squad import Squad

VISITS = frozenset({Key.JOINT, Key.ROUTINE, Key.STATIONING, Key.STATIONED, Key.RECHECK, Key.CLOSING})
"""Lines of the ledger that visits themselves fulfil, and the last one."""

RECENT = timedelta(days=14)
NEW = timedelta(days=7)
SAMPLE, FINDINGS, OWED = 5, 3, 3
"""How many flats to look into, and how many findings and lines of the ledger to show."""


class CheckKind(StrEnum):
    """Why something is to be looked at."""

    RECHECK = "recheck"
    CASE = "case"
    FINDING = "finding"
    RENOVATION = "renovation"
    OWED = "owed"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to look at.

    Attributes
    ----------
    key
        The same whenever the list is made: ticks find it again.
    subject
        Of a re-check: the violation, or the case, that is looked at again.
    about
        How a plan's own list begins where it speaks of the same.
    """

    key: str
    kind: CheckKind
    text: Text
    subject: str = ""
    overdue: bool = False
    about: str = ""


@dataclass(frozen=True, slots=True)
class Looked:
    """What the records know of a community that bears on a visit there."""

    violations: tuple[Violation, ...]
    cases: tuple[Case, ...]
    renovated: tuple[tuple[date, str], ...]
    owed: tuple[Check, ...]


def looked_up(connection: Connection, squad: Squad, community: Community, now: datetime) -> Looked:
    """Return what the records know of a community."""
    register = [one for one in renovations(connection, squad.id) if one.community_id == community.id]
    lines = ledger_of(connection, squad, community, now, noted_evidence(connection, squad.id, community.id))
    past = history(connection, squad.id, community.id)
    began = past[0]["day"] if past else now.date()
    owed = [
        Check(
            f"owed-{line.item.id}",
            CheckKind.OWED,
            line.item.title if line.item.due is None else _due(line.item.title, line.item.due),
            overdue=line.status is Status.OVERDUE,
        )
        for line in lines
        if line.status in {Status.OVERDUE, Status.DUE}
        and line.item.id.split("-", 1)[0] not in VISITS
        and (line.item.due is None or line.item.due >= began)
    ]
    return Looked(
        community_violations(connection, squad.id, community.id),
        all_cases(connection, squad.id, open_only=True, community_id=community.id),
        tuple(sorted(((one.registered_on, one.building) for one in register), reverse=True)),
        tuple(owed[:OWED]),
    )


def checks(known: Looked, squad: Squad, day: date, kind: VisitKind, *, rechecked: bool = False) -> tuple[Check, ...]:
    """Return what to look at on a visit of a kind on a day, the most urgent first.

    Parameters
    ----------
    rechecked
        Whether the community's re-checks have a visit of their own on that day.
    """
    again = tuple(_rechecks(known, squad, day))
    if kind is VisitKind.RECHECK:
        return again
    return (
        *(() if rechecked else again),
        *_cases(known),
        *_findings(known, squad, day),
        *_renovations(known, day),
        *known.owed,
    )


def _rechecks(known: Looked, squad: Squad, day: date) -> Iterator[Check]:
    for due, violation in sorted(_waiting(known, squad), key=lambda pair: (pair[0], pair[1].id)):
        rules = due_rules(squad.policy)
        if shift_working_days(due, -rules.recheck_tolerance, squad.day_on, squad.day_off) > day:
            continue
        where, name, handled = _where(violation.building), CATALOGUE[violation.type].name, violation.handled_on
        on = handled or due
        text = Text(
            f"复查 {where}{name.zh},{on.month} 月 {on.day} 日处置,看是否恢复",
            f"Re-check: {where}{name.en}, handled {on:%b} {on.day}: is it still right?",
        )
        late = shift_working_days(due, rules.recheck_tolerance, squad.day_on, squad.day_off) < day
        key = f"recheck-{violation.id}-{on}"
        yield Check(key, CheckKind.RECHECK, text, violation.id, late, about=f"{where}{name.zh}")


def _waiting(known: Looked, squad: Squad) -> Iterator[tuple[date, Violation]]:
    after = timedelta(days=due_rules(squad.policy).recheck_after_days)
    for violation in known.violations:
        if violation.handled_on is not None and violation.rechecked_on is None:
            yield violation.handled_on + after, violation


def _cases(known: Looked) -> Iterator[Check]:
    for case in known.cases:
        if case.stage in OVER or case.stage is Stage.HANDLED:
            continue
        where, note, stage = _where(case.report.building), mask_phones(case.report.note), STAGE_NAMES[case.stage]
        name = Text("问题", "Matter") if case.type is None else CATALOGUE[case.type].name
        said = f":{note}" if note else ""
        yield Check(
            f"case-{case.id}",
            CheckKind.CASE,
            Text(f"{where}{name.zh}({stage.zh}){said}", f"{where}{name.en} ({stage.en.lower()}){said}"),
        )


def _findings(known: Looked, squad: Squad, day: date) -> Iterator[Check]:
    """Yield the last findings whose re-check is not due yet: where something was found, more may be."""
    after = timedelta(days=due_rules(squad.policy).recheck_after_days)
    fresh = [
        one
        for one in known.violations
        if day - RECENT <= one.found_on <= day
        and one.rechecked_on is None
        and (one.handled_on is None or one.handled_on + after > day + timedelta(days=1))
    ]
    for one in sorted(fresh, key=lambda one: (one.found_on, one.id), reverse=True)[:FINDINGS]:
        where, name, on, note = _where(one.building), CATALOGUE[one.type].name, one.found_on, mask_phones(one.note)
        said = f":{note}" if note else ""
        yield Check(
            f"finding-{one.id}",
            CheckKind.FINDING,
            Text(
                f"{on.month} 月 {on.day} 日发现 {where}{name.zh}{said}",
                f"Found {on:%b} {on.day}: {where}{name.en}{said}",
            ),
            about=f"{where}{name.zh}",
        )


def _renovations(known: Looked, day: date) -> Iterator[Check]:
    fresh = [building for on, building in known.renovated if day - NEW < on <= day]
    if fresh:
        look = min(SAMPLE, len(fresh))
        zh, en = "、".join(fresh[:look]), ", ".join(fresh[:look])
        count, flats = len(fresh), "flat" if len(fresh) == 1 else "flats"
        yield Check(
            f"renovation-{day}",
            CheckKind.RENOVATION,
            Text(
                f"近 7 天新登记装修 {count} 户,抽查 {look} 户:{zh}",
                f"{count} {flats} registered renovations in the last 7 days; look into {look}: {en}",
            ),
        )


def _where(building: str) -> str:
    return f"{mask_phones(building)} " if building else ""


def _due(title: Text, due: date) -> Text:
    return Text(f"{title.zh}(应于 {due.month} 月 {due.day} 日前)", f"{title.en} (due {due:%b} {due.day})")
