"""A case step by step, its clocks, and reports of the same matter."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from casework.case import (
    Arrived,
    Case,
    Channel,
    Dispatched,
    Filed,
    Handled,
    MergedInto,
    Outcome,
    Recalled,
    Rechecked,
    Report,
    Stage,
    Step,
    after,
    case_of,
    violation_of,
)
from casework.clocks import arrival_due, property_due
from casework.duplicates import alike, distance
from casework.errors import WrongStageError, WrongTimeError
from casework.violation import ViolationType

SHANGHAI = ZoneInfo("Asia/Shanghai")
TOLD = datetime(2026, 11, 23, 14, 5, tzinfo=SHANGHAI)
REPORT = Report("r1", Channel.PUBLIC, 121.25, 31.38, TOLD, "C1", ViolationType.FLUE)
DUE = TOLD + timedelta(hours=2)


def _at(minutes: int, days: int = 0) -> datetime:
    return TOLD + timedelta(days=days, minutes=minutes)


HANDLED: tuple[Step, ...] = (
    Filed(_at(1)),
    Dispatched(_at(3), ("o1", "o2")),
    Arrived(_at(40), "o1"),
    Handled(_at(70), Outcome.RECTIFIED),
)


def _case(*steps: Step) -> Case:
    return case_of("k1", REPORT, DUE, steps)


def test_a_case_goes_from_report_to_close_in_seven_steps() -> None:
    stages = [_case(*HANDLED[:n]).stage for n in range(5)]
    assert stages == [Stage.COLLECTED, Stage.FILED, Stage.DISPATCHED, Stage.ON_SCENE, Stage.HANDLED]
    done = _case(*HANDLED, Rechecked(_at(0, days=7), passed=True))
    assert (done.stage, done.closed_at, done.open) == (Stage.CLOSED, _at(0, days=7), False)


def test_what_was_handled_is_looked_at_again_seven_days_later() -> None:
    assert _case(*HANDLED).recheck_due() == date(2026, 11, 30)
    assert _case(*HANDLED[:3]).recheck_due() is None


def test_a_failed_recheck_opens_the_case_again() -> None:
    again = _case(*HANDLED, Rechecked(_at(0, days=7), passed=False))
    assert (again.stage, again.reopened, again.handled_at, again.officers) == (Stage.FILED, 1, None, ())
    assert again.first_arrival == _at(40)
    assert violation_of(again) is None


def test_what_proves_unfounded_is_closed_without_a_recheck() -> None:
    closed = _case(*HANDLED[:3], Handled(_at(50), Outcome.UNFOUNDED))
    assert closed.stage is Stage.CLOSED
    assert violation_of(closed) is None


def test_whoever_is_called_back_is_no_longer_on_it() -> None:
    back = _case(*HANDLED[:2], Recalled(_at(5), "换人"))
    assert (back.stage, back.officers) == (Stage.FILED, ())


def test_a_second_officer_who_arrives_is_on_it_too() -> None:
    assert _case(*HANDLED[:3], Arrived(_at(45), "o9")).officers == ("o1", "o2", "o9")


@pytest.mark.parametrize(
    ("before", "step"),
    [
        (0, Arrived(_at(9), "o1")),
        (1, Handled(_at(9), Outcome.RECTIFIED)),
        (2, Rechecked(_at(9), passed=True)),
        (3, MergedInto(_at(50), "k2")),
        (4, Filed(_at(90))),
    ],
)
def test_a_step_that_cannot_follow_is_refused(before: int, step: Step) -> None:
    with pytest.raises(WrongStageError):
        after(_case(*HANDLED[:before]), step)


def test_a_step_before_the_last_one_is_refused() -> None:
    with pytest.raises(WrongTimeError):
        after(_case(*HANDLED[:2]), Arrived(_at(2), "o1"))


def test_a_case_is_late_from_the_second_after_its_two_hours() -> None:
    waiting = _case(*HANDLED[:2])
    assert not waiting.late(DUE)
    assert waiting.late(DUE + timedelta(seconds=1))
    assert not _case(*HANDLED[:3]).late(DUE + timedelta(days=1))


def test_a_handled_case_is_the_violation_that_planning_knows() -> None:
    found = violation_of(_case(*HANDLED))
    assert found is not None
    assert (found.id, found.type, found.found_on, found.handled_on) == (
        "k1",
        ViolationType.FLUE,
        date(2026, 11, 23),
        date(2026, 11, 23),
    )
    assert (found.reported_at, found.handling, found.rechecked_on) == (14 * 3600 + 5 * 60, 1800, None)


def test_a_report_outside_duty_counts_from_the_next_start_of_duty() -> None:
    day = [(TOLD.replace(hour=8, minute=0), TOLD.replace(hour=22, minute=0))]
    day.append((day[0][0] + timedelta(days=1), day[0][1] + timedelta(days=1)))
    assert arrival_due(TOLD, day, 7200) == DUE
    night = TOLD.replace(hour=23, minute=30)
    assert arrival_due(night, day, 7200) == day[1][0] + timedelta(hours=2)
    assert arrival_due(day[0][1], day, 7200) == day[1][0] + timedelta(hours=2)
    assert arrival_due(TOLD, [], 7200) == DUE


def test_a_property_company_has_a_day_to_report() -> None:
    assert property_due(TOLD) == TOLD + timedelta(days=1)


def test_open_cases_nearby_and_lately_are_proposed_the_nearest_first() -> None:
    def case(name: str, **changes: object) -> Case:
        return case_of(name, replace(REPORT, id=name, **changes), DUE, ())  # type: ignore[arg-type]  # a test names fields freely

    near, nearer = case("near", lat=REPORT.lat + 0.001), case("nearer", lat=REPORT.lat + 0.0005)
    others = [
        case("far", lat=REPORT.lat + 0.002),
        case("old", reported_at=TOLD - timedelta(days=4)),
        case("other", type=ViolationType.DRYING_RACK),
        after(case("merged"), MergedInto(_at(1), "near")),
    ]
    assert alike(REPORT, [near, *others, nearer]) == (nearer, near)
    assert distance(REPORT, near.report) == pytest.approx(111.3, abs=0.1)


def test_the_same_number_of_the_same_platform_is_the_same_matter_anywhere() -> None:
    numbered = replace(REPORT, channel=Channel.PLATFORM, outside_number="12345-7")
    first = case_of("k1", numbered, DUE, ())
    moved = replace(numbered, id="r2", lat=31.5, reported_at=TOLD + timedelta(days=9))
    assert alike(moved, [first]) == (first,)
    assert alike(replace(moved, outside_number="12345-8"), [first]) == ()


def test_times_without_a_zone_are_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        replace(REPORT, reported_at=datetime(2026, 11, 23, 14, 5))  # noqa: DTZ001 - what is refused
