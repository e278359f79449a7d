"""The checklist of a community: what the five 早 ask for, day by day, from the first meeting to the close.

Whatever recurs has one line for each time it is owed, so that last week's inspection, once missed, stays on the list
until somebody says what became of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from casework.calendar import MONTHS, said_date, said_day, shift_working_days
from casework.checklist_words import LINES, Early, Key
from casework.obligations import DueRules
from casework.phases import PhaseChange
from casework.privacy import mask_phones
from casework.violation import CATALOGUE, Violation
from geo.community import Community, Phase
from geo.text import Text

LIVED_IN = frozenset({Phase.PEAK, Phase.ROUTINE})
WEEK = timedelta(days=7)
ONE_DAY = timedelta(days=1)
NO_NUMBER = Text("", "")


@dataclass(frozen=True, slots=True)
class ChecklistRules:
    """When each line is due; all of it a squad's own setting.

    Attributes
    ----------
    owed
        How many visits a week, and when a re-check is due: the rules that weeks are planned by.
    meetings
        Meetings with property company, developer and housing office before delivery.
    prepare_days
        Days before delivery from which the preparations can be made.
    meeting_days_before
        Days before delivery by which they have been made, at least 1.
    opinion_point_days, register_days
        Days after delivery within which the opinion point is set up and the register of renovations begun.
    notice_days
        Days after a change of the A or B officer within which the notice sheet is posted anew.
    """

    owed: DueRules
    meetings: int = 1
    prepare_days: int = 30
    meeting_days_before: int = 1
    opinion_point_days: int = 7
    register_days: int = 0
    notice_days: int = 1

    def __post_init__(self) -> None:
        days = (self.opinion_point_days, self.register_days, self.notice_days)
        if min(days) < 0:
            msg = "nothing is due before it can be done"
            raise ValueError(msg)
        if self.meetings < 1 or not 1 <= self.meeting_days_before <= self.prepare_days:
            msg = "at least one meeting, at least a day before delivery and within the days of preparation"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """One thing owed, once.

    Attributes
    ----------
    id
        Alike whenever the list is made, so that evidence finds it again.
    due
        The last day in time; None where nothing dates it.
    opens
        The first day on which it can be done; None where that day has not been named.
    recurring
        Whether it is one of many alike.
    """

    id: str
    community_id: str
    early: Early
    title: Text
    rule: Text
    due: date | None
    opens: date | None
    recurring: bool = False

    def __post_init__(self) -> None:
        if self.due is not None and self.opens is not None and self.due < self.opens:
            msg = f"{self.id} is due before it can be done"
            raise ValueError(msg)


def checklist(
    community: Community,
    rules: ChecklistRules,
    today: date,
    *,
    violations: Iterable[Violation] = (),
    history: Sequence[PhaseChange] = (),
    post_changes: Collection[date] = (),
    days_off: tuple[Collection[date], Collection[date]] = ((), ()),
) -> tuple[ChecklistItem, ...]:
    """Return everything that a community is owed up to the week and month of `today`, in the order of the work.

    Parameters
    ----------
    violations
        Each that was handled owes a re-check; those of other communities are passed over.
    history
        When the community entered its phases. Where none is known, a peak began with the delivery, and any other phase
        this week: nobody is told that they missed what may never have been owed.
    post_changes
        Days on which the A or B officer changed.
    days_off
        The squad's own make-up working days and rest days.
    """
    changes = sorted(history, key=lambda change: change.day) or _presumed(community, today)
    return (
        *_preparations(community, rules, today),
        *_delivery(community, rules, today),
        *_notices(community, rules, today, post_changes),
        *_first_stationing(community, changes),
        *_weekly(community, rules, today, changes),
        *_rechecks(community, rules, violations, days_off),
        *_monthly(community, today, changes),
        _closing(community, today, changes),
    )


def _preparations(community: Community, rules: ChecklistRules, today: date) -> Iterator[ChecklistItem]:
    handover = community.delivery_date
    due = None if handover is None else handover - timedelta(days=rules.meeting_days_before)
    opens = today if handover is None else handover - timedelta(days=rules.prepare_days)
    for n in range(1, rules.meetings + 1):
        number = Text(f"(第 {n} 次)", f" {n}") if rules.meetings > 1 else NO_NUMBER
        yield _item(community, Key.MEETING, due, opens, suffix=f"-{n}", number=number)
    yield _item(community, Key.STANDARDS, due, opens)


def _delivery(community: Community, rules: ChecklistRules, today: date) -> Iterator[ChecklistItem]:
    handover = community.delivery_date
    days = {
        Key.BRIEFING: 0,
        Key.NOTICE: 0,
        Key.OPINION_POINT: rules.opinion_point_days,
        Key.REGISTER: rules.register_days,
    }
    for key, within in days.items():
        due = None if handover is None else handover + timedelta(days=within)
        yield _item(community, key, due, _delivered(community, today))


def _delivered(community: Community, today: date) -> date | None:
    """Return the day of delivery: today where nobody knows it of a community that is lived in already."""
    if community.delivery_date is None and community.phase is not Phase.PRE_DELIVERY:
        return today
    return community.delivery_date


def _notices(
    community: Community, rules: ChecklistRules, today: date, post_changes: Collection[date]
) -> Iterator[ChecklistItem]:
    handover = _delivered(community, today)
    changes = sorted({day for day in post_changes if handover is not None and handover < day <= today})
    for day in changes:
        due = day + timedelta(days=rules.notice_days)
        # a sheet that was overtaken before its day need never be posted
        if not any(day < later <= due for later in changes):
            said = said_date(day)
            number = Text(f"({said.zh}调整)", f" (changed {said.en})")
            yield _item(community, Key.NOTICE_AGAIN, due, day, suffix=f"-{day}", number=number)


def _first_stationing(community: Community, changes: Sequence[PhaseChange]) -> Iterator[ChecklistItem]:
    began = next((change.day for change in changes if change.phase is Phase.PEAK), None)
    if began is None and community.phase is not Phase.PRE_DELIVERY:
        return
    over = next((change.day for change in changes if began is not None and change.day > began), None)
    yield _item(community, Key.STATIONED, None if over is None else over - ONE_DAY, began)


def _weekly(
    community: Community, rules: ChecklistRules, today: date, changes: Sequence[PhaseChange]
) -> Iterator[ChecklistItem]:
    """Yield the visits of each week, by the phase on its Monday: the week was planned with that.

    Days of stationing are those of this week alone: a community's number speaks of the week being planned.
    """
    this_week = _monday(today)
    monday = _monday(changes[0].day)
    while monday <= this_week:
        phase = _phase_on(monday, changes)
        if phase is Phase.PEAK:
            per_week = community.joint_per_week
            count = rules.owed.joint_per_week if per_week is None else per_week
            yield from _visits(community, Key.JOINT, monday, count)
            if monday == this_week:
                yield from _visits(community, Key.STATIONING, monday, community.stationing_days)
        elif phase is Phase.ROUTINE:
            yield from _visits(community, Key.ROUTINE, monday, rules.owed.routine_per_week)
        monday += WEEK


def _visits(community: Community, key: Key, monday: date, count: int) -> Iterator[ChecklistItem]:
    for n in range(1, count + 1):
        said = said_day(monday)
        number = Text(f"({said.zh}当周,{n}/{count})", f" {n} of {count}, week of {said.en}")
        suffix = f"-{monday:%G-W%V}-{n}"
        yield _item(community, key, monday + WEEK - ONE_DAY, monday, suffix=suffix, number=number, recurring=True)


def _rechecks(
    community: Community,
    rules: ChecklistRules,
    violations: Iterable[Violation],
    days_off: tuple[Collection[date], Collection[date]],
) -> Iterator[ChecklistItem]:
    line, give = LINES[Key.RECHECK], rules.owed.recheck_tolerance
    for violation in violations:
        if violation.community_id != community.id or violation.handled_on is None:
            continue
        day = violation.handled_on + timedelta(days=rules.owed.recheck_after_days)
        name = CATALOGUE[violation.type].name
        where = mask_phones(violation.building) or violation.id
        yield ChecklistItem(
            id=recheck_id(violation.id, violation.handled_on),
            community_id=community.id,
            early=line.early,
            title=Text(f"{line.title.zh}:{where} {name.zh}", f"{line.title.en}: {where} {name.en}"),
            rule=line.rule,
            due=shift_working_days(day, give, *days_off),
            opens=shift_working_days(day, -give, *days_off),
            recurring=True,
        )


def recheck_id(violation_id: str, handled_on: date) -> str:
    """Return the id of a re-check: one handled anew after a failed re-check owes another."""
    return f"{Key.RECHECK}-{violation_id}-{handled_on}"


def _monthly(community: Community, today: date, changes: Sequence[PhaseChange]) -> Iterator[ChecklistItem]:
    """Yield the talk of each month at whose end, or today, the community is lived in."""
    first = changes[0].day.replace(day=1)
    while first <= today:
        last = (first + timedelta(days=31)).replace(day=1) - ONE_DAY
        if _phase_on(min(last, today), changes) in LIVED_IN:
            number = Text(f"({first.year} 年 {first.month} 月)", f", {MONTHS[first.month - 1]} {first.year}")
            suffix = f"-{first:%Y-%m}"
            yield _item(community, Key.TALK, last, first, suffix=suffix, number=number, recurring=True)
        first = last + ONE_DAY


def _closing(community: Community, today: date, changes: Sequence[PhaseChange]) -> ChecklistItem:
    if community.phase is not Phase.CLOSED:
        return _item(community, Key.CLOSING, None, None)
    ended = next((change.day for change in reversed(changes) if change.phase is Phase.CLOSED), today)
    return _item(community, Key.CLOSING, None, ended)


def _presumed(community: Community, today: date) -> list[PhaseChange]:
    began = _monday(today)
    if community.phase is Phase.PEAK and community.delivery_date is not None:
        began = min(began, community.delivery_date)
    return [PhaseChange(began, community.phase)]


def _phase_on(day: date, changes: Sequence[PhaseChange]) -> Phase | None:
    return next((change.phase for change in reversed(changes) if change.day <= day), None)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _item(
    community: Community,
    key: Key,
    due: date | None,
    opens: date | None,
    *,
    suffix: str = "",
    number: Text = NO_NUMBER,
    recurring: bool = False,
) -> ChecklistItem:
    line = LINES[key]
    return ChecklistItem(
        id=f"{key}-{community.id}{suffix}",
        community_id=community.id,
        early=line.early,
        title=Text(line.title.zh + number.zh, line.title.en + number.en),
        rule=line.rule,
        due=due,
        opens=opens,
        recurring=recurring,
    )
