"""What acts of a visit add up to, and which times are believed."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from casework.calendar import SHANGHAI
from casework.errors import WrongTimeError
from casework.visit_record import Said, VisitAct, VisitRecord, VisitState, require_time, visit_record

NINE = datetime(2026, 11, 25, 9, tzinfo=SHANGHAI)
MONDAY = datetime(2026, 11, 23, tzinfo=SHANGHAI)
WEEK = timedelta(days=7)


def act(said: Said, minutes: int, officer: str = "01", note: str = "") -> VisitAct:
    return VisitAct("joint-C1#1", officer, said, NINE + timedelta(minutes=minutes), note, (f"photo-{minutes}",))


def test_nobody_spoke_of_it_so_it_was_made_as_planned() -> None:
    record = visit_record([])
    assert record == VisitRecord()
    assert record.made(NINE, NINE)
    assert not record.made(NINE, NINE - timedelta(seconds=1))


def test_the_first_of_the_crew_to_be_there_counts_however_late_it_is_told() -> None:
    record = visit_record([act(Said.FINISHED, 80, "02"), act(Said.ARRIVED, 5, "02"), act(Said.ARRIVED, 2)])
    assert (record.state, record.officers) == (VisitState.DONE, ("01", "02"))
    assert record.arrived_at == NINE + timedelta(minutes=2)
    assert record.finished_at == NINE + timedelta(minutes=80)
    assert record.made(NINE + WEEK, NINE), "finished before the planned end is finished"


def test_the_last_word_counts() -> None:
    gone = visit_record([act(Said.ARRIVED, 0), act(Said.COULD_NOT, 10, note="物业没有来")])
    assert (gone.state, gone.reason) == (VisitState.NOT_DONE, "物业没有来")
    assert not gone.made(NINE, NINE + WEEK)
    after_all = visit_record([act(Said.COULD_NOT, 0, note="没人开门"), act(Said.ARRIVED, 30), act(Said.FINISHED, 60)])
    assert (after_all.state, after_all.reason) == (VisitState.DONE, "")
    assert after_all.arrived_at == NINE + timedelta(minutes=30)


def test_a_finding_says_that_somebody_was_there_and_keeps_its_photographs() -> None:
    record = visit_record([act(Said.FOUND, 3), act(Said.FOUND, 9)])
    assert (record.state, record.found) == (VisitState.UNDER_WAY, 2)
    assert record.arrived_at == NINE + timedelta(minutes=3)
    assert record.files == ("photo-3", "photo-9")
    assert visit_record([act(Said.FINISHED, 1), act(Said.FOUND, 2)]).state is VisitState.DONE


@pytest.mark.parametrize(
    "at", [MONDAY - timedelta(seconds=1), NINE + timedelta(minutes=6), MONDAY + WEEK + timedelta(days=1)]
)
def test_absurd_times_are_not_believed(at: datetime) -> None:
    now = NINE if at < MONDAY + WEEK else NINE + 2 * WEEK
    with pytest.raises(WrongTimeError):
        require_time(at, MONDAY, MONDAY + WEEK, now)


@pytest.mark.parametrize("at", [MONDAY, NINE, NINE + timedelta(minutes=5)])
def test_times_of_the_week_are_believed_though_they_come_late(at: datetime) -> None:
    require_time(at, MONDAY, MONDAY + WEEK, NINE)
