"""The outcome sheet part by part: the parts add up to the sheet."""

from __future__ import annotations

from datetime import date

from casework.case import Channel
from casework.figures import month, quarter
from casework.outcome import outcome_parts, outcome_sheet, parts_of
from casework.phases import Renovation
from tests.casework.cases import DAY, TOLD, closed, merged, reopened


def test_a_month_falls_into_the_weeks_that_it_touches_and_a_quarter_into_months() -> None:
    weeks = parts_of(month(2026, 11))
    assert [(one.first.day, one.last.day) for one in weeks] == [(1, 1), (2, 8), (9, 15), (16, 22), (23, 29), (30, 30)]
    assert [one.name.zh for one in parts_of(quarter(2026, 4))] == ["10 月", "11 月", "12 月"]


def test_the_parts_add_up_to_the_sheet() -> None:
    cases = [
        closed("a"),
        closed("b", Channel.PUBLIC, at=TOLD + 9 * DAY),
        merged("c", "b", Channel.PUBLIC, TOLD + 10 * DAY),
        reopened("d"),
    ]
    register = [Renovation(f"n{day}", "C1", "", date(2026, 11, day)) for day in (1, 2, 30)]
    sheet = outcome_sheet(cases, register, month(2026, 11), TOLD + 20 * DAY)
    parts = outcome_parts(cases, register, month(2026, 11))
    assert sum(part.registered for part in parts) == sheet.registered.number == 3
    assert sum(part.found for part in parts) == sheet.found.number
    assert sum(part.rectified for part in parts) == len(sheet.rectified.part)
    assert sum(part.complaints for part in parts) == sheet.complaints.number
