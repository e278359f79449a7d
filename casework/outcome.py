"""The outcome sheet of a period (成效): registered, found, put right and complained of, each with its records."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from casework.case import CHANNEL_NAMES, Case, Channel, Stage
from casework.figures import Count, Period, Share
from casework.matters import COMPLAINTS, Matter, ids_of, matters
from casework.phases import Renovation
from geo.text import Text, same


@dataclass(frozen=True, slots=True)
class LateCase:
    """A case to which nobody came in time.

    Attributes
    ----------
    arrived_at
        None where nobody has come yet.
    over
        How far over its time it is, or was.
    """

    case_id: str
    due_at: datetime
    arrived_at: datetime | None
    over: timedelta

    @property
    def text(self) -> Text:
        """How late, in whole minutes begun."""
        minutes = math.ceil(self.over / timedelta(minutes=1))
        if self.arrived_at is None:
            return Text(f"已超时 {minutes} 分钟,仍未到场", f"{minutes} min over, nobody there yet")
        return Text(f"超时 {minutes} 分钟到场", f"arrived {minutes} min late")


@dataclass(frozen=True, slots=True)
class OutcomeSheet:
    """The figures of a period. A matter counts once, in the period in which it was first told.

    Attributes
    ----------
    registered
        Renovations registered in the period.
    found
        Violations that somebody on the scene confirmed, by case.
    found_by
        The same by who made them known.
    pending
        Matters nobody has decided yet.
    set_aside
        Unfounded, or passed on to another office; with `found` and `pending`, all there are.
    rectified
        Of those found, those put right.
    complaints
        Reports of residents, directly or through a platform, each of them.
    on_time
        Somebody was there in time ÷ (closed + overdue and still open): what is overdue cannot be left out by leaving it
        open.
    reopened
        Of those found, those that failed a re-check.
    late
        Where nobody came in time, the longest first.
    """

    period: Period
    registered: Count
    found: Count
    found_by: tuple[tuple[Channel, Count], ...]
    pending: Count
    set_aside: Count
    rectified: Share
    complaints: Count
    on_time: Share
    reopened: Share
    late: tuple[LateCase, ...]

    @property
    def lines(self) -> tuple[OutcomeLine, ...]:
        """The sheet as it is read: what, how many, and which records."""
        return (
            _counted(Text("装修登记(户)", "Renovations registered"), self.registered),
            _counted(Text("发现违法行为(起)", "Violations found"), self.found),
            *(_counted(_by(channel), count) for channel, count in self.found_by),
            OutcomeLine(Text("完成整改", "Put right"), self.rectified.text, self.rectified.part),
            _counted(Text("尚在核实(起)", "Not decided yet"), self.pending),
            _counted(Text("不属实或移交(起)", "Unfounded or passed on"), self.set_aside),
            _counted(Text("投诉(起)", "Complaints"), self.complaints),
            OutcomeLine(Text("按期到场率", "On time"), self.on_time.text, self.on_time.whole),
            OutcomeLine(Text("返工率", "Reopened"), self.reopened.text, self.reopened.part),
            OutcomeLine(
                Text("超时案件(起)", "Late"), same(str(len(self.late))), tuple(case.case_id for case in self.late)
            ),
        )


@dataclass(frozen=True, slots=True)
class OutcomeLine:
    """One line of the sheet."""

    label: Text
    value: Text
    ids: tuple[str, ...]


def outcome_sheet(
    cases: Iterable[Case], renovations: Iterable[Renovation], period: Period, now: datetime
) -> OutcomeSheet:
    """Return the sheet of a period, as things stand at `now`.

    Parameters
    ----------
    cases
        All there are: a case of the period may have been merged into an earlier one.
    """
    every = tuple(cases)
    told = [matter for matter in matters(every) if period.covers(matter.told[0].report.reported_at)]
    found = [matter for matter in told if matter.confirmed]
    judged = [matter.case for matter in told]
    return OutcomeSheet(
        period=period,
        registered=Count(tuple(one.id for one in renovations if period.first <= one.registered_on <= period.last)),
        found=Count(ids_of(found)),
        found_by=_by_channel(found),
        pending=Count(ids_of(each for each in told if each.founded and not each.confirmed)),
        set_aside=Count(ids_of(each for each in told if not each.founded)),
        rectified=Share(ids_of(each for each in found if each.rectified), ids_of(found)),
        complaints=Count(tuple(case.id for case in every if _complains(case, period))),
        on_time=on_time(judged, now),
        reopened=Share(ids_of(each for each in found if each.case.reopened > 0), ids_of(found)),
        late=late_cases(judged, now),
    )


@dataclass(frozen=True, slots=True)
class OutcomePart:
    """The main figures of a part of a period: a week of a month, a month of a quarter or a year."""

    period: Period
    registered: int
    found: int
    rectified: int
    complaints: int


def outcome_parts(cases: Iterable[Case], renovations: Iterable[Renovation], period: Period) -> tuple[OutcomePart, ...]:
    """Return the main figures part by part; they add up to those of the period's sheet.

    Parameters
    ----------
    cases
        As of `outcome_sheet`.
    """
    every, register = tuple(cases), tuple(renovations)
    found = [(matter, matter.told[0].report.reported_at) for matter in matters(every) if matter.confirmed]
    return tuple(
        OutcomePart(
            period=part,
            registered=sum(part.first <= one.registered_on <= part.last for one in register),
            found=sum(part.covers(told) for _, told in found),
            rectified=sum(part.covers(told) and matter.rectified for matter, told in found),
            complaints=sum(_complains(case, part) for case in every),
        )
        for part in parts_of(period)
    )


def parts_of(period: Period) -> tuple[Period, ...]:
    """Return the months of a period; where it is no more than one, the weeks from Monday that it touches."""
    monthly = period.days > 31
    parts, first = [], period.first
    while first <= period.last:
        if monthly:
            last = (first.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)
            name = Text(f"{first.month} 月", f"{first:%b}")
        else:
            last = first + timedelta(days=6 - first.weekday())
            name = same(f"{first.month}/{first.day}")
        last = min(last, period.last)
        parts.append(Period(first, last, name))
        first = last + timedelta(days=1)
    return tuple(parts)


def on_time(cases: Iterable[Case], now: datetime) -> Share:
    """Return the share of cases to which somebody came in time, of those closed and those overdue and still open."""
    judged = [case for case in cases if case.stage is Stage.CLOSED or (case.open and case.late(now))]
    return Share(tuple(case.id for case in judged if not case.late(now)), tuple(case.id for case in judged))


def late_cases(cases: Iterable[Case], now: datetime) -> tuple[LateCase, ...]:
    """Return the cases to which nobody came in time, open ones too, the longest over first."""
    late = [case for case in cases if case.stage is not Stage.MERGED and case.late(now)]
    lines = [
        LateCase(case.id, case.due_at, case.first_arrival, (case.first_arrival or now) - case.due_at) for case in late
    ]
    return tuple(sorted(lines, key=lambda line: (-line.over, line.case_id)))


def _by_channel(found: Sequence[Matter]) -> tuple[tuple[Channel, Count], ...]:
    counts = ((channel, ids_of(each for each in found if each.first_from is channel)) for channel in Channel)
    return tuple((channel, Count(ids)) for channel, ids in counts if ids)


def _complains(case: Case, period: Period) -> bool:
    return case.report.channel in COMPLAINTS and period.covers(case.report.reported_at)


def _by(channel: Channel) -> Text:
    name = CHANNEL_NAMES[channel]
    return Text(f"其中:{name.zh}", f"of these, by: {name.en}")


def _counted(label: Text, count: Count) -> OutcomeLine:
    return OutcomeLine(label, same(f"{count.number:,}"), count.ids)
