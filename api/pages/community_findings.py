"""What was found in a community as its page shows it: cases and violations together, and counts by week and type."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote

from api.pages import say
from api.pages.charts import Bars, Series
from api.pages.community_words import WORDS
from api.pages.page import squad_address
from casework.case import STAGE_NAMES, Case
from casework.figures import day_of
from casework.privacy import mask_phones
from casework.violation import CATALOGUE, Violation, ViolationType
from geo.text import Language

WEEKS = 12
CLOSED_SHOWN = 20
RECHECK_AFTER = timedelta(days=7)


def findings(
    cases: Iterable[Case], files: Iterable[Violation], squad_id: str, now: datetime, language: Language
) -> dict[str, Any]:
    """Return what was found: all that is open, the newest first, and the newest of what is closed."""
    rows = [_case(case, squad_id, now, language) for case in cases]
    rows += [_violation(one, now.date(), language) for one in files]
    rows.sort(key=lambda row: row["at"], reverse=True)
    closed = [row for row in rows if not row["open"]]
    return {
        "rows": [*(row for row in rows if row["open"]), *closed[:CLOSED_SHOWN]],
        "open": sum(row["open"] for row in rows),
        "older": len(closed[CLOSED_SHOWN:]),
    }


def _case(case: Case, squad_id: str, now: datetime, language: Language) -> dict[str, Any]:
    due, reported = case.recheck_due(), day_of(case.report.reported_at)
    stands = STAGE_NAMES[case.stage].say(language)
    if due is not None:
        stands = WORDS["recheck_on"].say(language).format(day=say.short_day(due, now.date()).say(language))
    return {
        "number": case.id,
        "address": f"{squad_address(squad_id)}/cases/{quote(case.id, safe='')}",
        "type": _type(case.type, language),
        "where": mask_phones(case.report.building),
        "at": reported,
        "found_on": say.short_day(reported, now.date()).say(language),
        "stands": stands,
        "late": case.open and case.late(now),
        "open": case.open,
    }


def _violation(one: Violation, today: date, language: Language) -> dict[str, Any]:
    if one.handled_on is None:
        stands = WORDS["not_handled"].say(language)
    elif one.rechecked_on is None:
        due = say.short_day(one.handled_on + RECHECK_AFTER, today).say(language)
        stands = WORDS["recheck_on"].say(language).format(day=due)
    else:
        stands = WORDS["closed"].say(language)
    return {
        "number": one.id,
        "address": None,
        "type": _type(one.type, language),
        "where": mask_phones(one.building),
        "at": one.found_on,
        "found_on": say.short_day(one.found_on, today).say(language),
        "stands": stands,
        "late": False,
        "open": one.rechecked_on is None,
    }


def _type(kind: ViolationType | None, language: Language) -> str:
    return WORDS["no_type"].say(language) if kind is None else CATALOGUE[kind].name.say(language)


@dataclass(frozen=True, slots=True)
class Weeks:
    """How many violations were found in each of some weeks, by type, worst types first.

    Attributes
    ----------
    mondays
        Oldest first.
    counts
        For each type that was found, one number for each week.
    """

    mondays: tuple[date, ...]
    counts: Mapping[ViolationType, tuple[int, ...]]

    @property
    def total(self) -> int:
        """How many were found."""
        return sum(map(sum, self.counts.values()))

    @property
    def by_week(self) -> Sequence[int]:
        """How many were found in each week."""
        return [sum(column) for column in zip(*self.counts.values(), strict=True)]

    def shown(self, language: Language, today: date) -> dict[str, Any]:
        """Return the counts as a sentence and as a table."""
        if not self.total:
            return {"total": 0}
        most = max(self.by_week)
        week = self.mondays[len(self.by_week) - 1 - list(reversed(self.by_week)).index(most)]
        kinds = [
            WORDS["chart_type"].say(language).format(name=CATALOGUE[kind].name.say(language), count=sum(counts))
            for kind, counts in self.counts.items()
        ]
        said = WORDS["chart_said"].say(language)
        return {
            "total": self.total,
            "said": said.format(
                total=self.total,
                types=say.listed(kinds, language),
                week=say.short_day(week, today).say(language),
                most=most,
            ),
            "types": [CATALOGUE[kind].name.say(language) for kind in self.counts],
            "rows": [
                {
                    "week": say.short_day(monday, today).say(language),
                    "counts": [counts[number] for counts in self.counts.values()],
                    "total": self.by_week[number],
                }
                for number, monday in enumerate(self.mondays)
            ],
        }


def findings_by_week(found: Iterable[Violation], today: date) -> Weeks:
    """Return what was found in the last weeks, this one with them."""
    this = today - timedelta(days=today.weekday())
    mondays = tuple(this - timedelta(weeks=WEEKS - 1 - number) for number in range(WEEKS))
    counted = Counter((one.type, one.found_on - timedelta(days=one.found_on.weekday())) for one in found)
    worst_first = sorted(ViolationType, key=lambda kind: -CATALOGUE[kind].severity)
    counts = {kind: tuple(counted[kind, monday] for monday in mondays) for kind in worst_first}
    return Weeks(mondays, {kind: numbers for kind, numbers in counts.items() if any(numbers)})


def chart_of(weeks: Weeks, language: Language) -> Bars:
    """Return the weeks as bars, types upon each other."""
    labels = tuple(f"{monday.month}/{monday.day}" for monday in weeks.mondays)
    series = tuple(Series(CATALOGUE[kind].name.say(language), counts) for kind, counts in weeks.counts.items())
    return Bars(labels, series)
