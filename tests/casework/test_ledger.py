"""Where each item of a checklist stands."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from casework.checklist import ChecklistItem, checklist
from casework.checklist_words import LINES, Early, Key
from casework.ledger import STATUS_NAMES, Evidence, Status, ledger, recheck_evidence, tally
from geo.community import Phase
from tests.casework.communities import MONDAY, community, violation
from tests.casework.test_checklist import RULES

DAY = timedelta(days=1)


def _item(key: str, due: date | None, opens: date | None = None) -> ChecklistItem:
    line = LINES[Key.TALK]
    return ChecklistItem(key, "C1", line.early, line.title, line.rule, due, opens)


def _status(item: ChecklistItem, *evidence: Evidence) -> Status:
    (line,) = ledger([item], evidence, MONDAY)
    return line.status


def test_what_has_evidence_is_done_and_what_is_past_its_day_without_is_overdue() -> None:
    past = _item("a", MONDAY - DAY)
    assert _status(past) is Status.OVERDUE
    assert _status(past, Evidence("a", MONDAY - 2 * DAY, files=("1.jpg",), who="o1")) is Status.DONE
    assert _status(past, Evidence("b", MONDAY - 2 * DAY)) is Status.OVERDUE


def test_evidence_of_a_day_to_come_fulfils_nothing() -> None:
    assert _status(_item("a", MONDAY, MONDAY), Evidence("a", MONDAY + DAY)) is Status.DUE


def test_an_item_is_due_to_the_end_of_its_day_and_not_before_it_can_be_done() -> None:
    assert _status(_item("a", MONDAY, MONDAY)) is Status.DUE
    assert _status(_item("a", None, MONDAY)) is Status.DUE
    assert _status(_item("a", MONDAY + DAY, MONDAY + DAY)) is Status.NOT_YET
    assert _status(_item("a", None)) is Status.NOT_YET


def test_what_was_done_after_its_day_is_done_late() -> None:
    item = _item("a", MONDAY - 2 * DAY)
    in_time, late = Evidence("a", MONDAY - 2 * DAY), Evidence("a", MONDAY - DAY)
    assert ledger([item], [late], MONDAY)[0].late
    (line,) = ledger([item], [late, in_time], MONDAY)
    assert (line.evidence, line.late) == ((in_time, late), False)


def test_what_is_overdue_longest_comes_first_and_what_is_done_last() -> None:
    items = [
        _item("done", MONDAY - 9 * DAY),
        _item("undated", None, MONDAY),
        _item("later", MONDAY + 5 * DAY, MONDAY + DAY),
        _item("today", MONDAY, MONDAY),
        _item("yesterday", MONDAY - DAY),
        _item("longest", MONDAY - 8 * DAY),
    ]
    lines = ledger(items, [Evidence("done", MONDAY - 9 * DAY)], MONDAY)
    assert [line.item.id for line in lines] == ["longest", "yesterday", "today", "undated", "later", "done"]


def test_a_new_community_in_its_peak_has_its_whole_history_to_show() -> None:
    """Delivered on Tuesday the 10th; on Monday the 23rd the one whole week behind it was half done."""
    place = community("C1", delivery_date=date(2026, 11, 10))
    shown = [
        Evidence("meeting-C1-1", date(2026, 11, 3), who="o1"),
        Evidence("standards-C1", date(2026, 11, 3)),
        Evidence("briefing-C1", date(2026, 11, 10)),
        Evidence("joint-C1-2026-W47-1", date(2026, 11, 17)),
    ]
    lines = ledger(checklist(place, RULES, MONDAY), shown, MONDAY)
    assert [line.item.id for line in lines if line.status is Status.OVERDUE] == [
        "notice-C1",
        "register-C1",
        "opinion_point-C1",
        "joint-C1-2026-W47-2",
    ]
    assert tally(lines)[Early.HANDLE] == {Status.OVERDUE: 1, Status.DUE: 3, Status.NOT_YET: 1, Status.DONE: 1}
    assert set(STATUS_NAMES) == set(Status)


def test_a_recheck_that_passed_is_its_own_evidence_and_one_not_made_is_none() -> None:
    handled = date(2026, 11, 13)
    passed = violation("v1", "C1", handled, handled_on=handled, rechecked_on=date(2026, 11, 20))
    waiting = violation("v2", "C1", handled, handled_on=handled)
    items = checklist(community("C1", Phase.ROUTINE), RULES, MONDAY + DAY, violations=[passed, waiting])
    lines = ledger(items, recheck_evidence([passed, waiting]), MONDAY + DAY)
    status = {line.item.id: line.status for line in lines}
    assert status["recheck-v1-2026-11-13"] is Status.DONE
    assert status["recheck-v2-2026-11-13"] is Status.OVERDUE


@given(st.lists(st.tuples(st.integers(-20, 20), st.integers(-20, 20)), max_size=12), st.sets(st.integers(0, 11)))
def test_every_item_has_one_line_whatever_is_shown(days: list[tuple[int, int]], shown: set[int]) -> None:
    items = [_item(str(n), MONDAY + max(pair) * DAY, MONDAY + min(pair) * DAY) for n, pair in enumerate(days)]
    lines = ledger(items, [Evidence(str(n), MONDAY) for n in shown], MONDAY)
    assert sorted(line.item.id for line in lines) == sorted(item.id for item in items)
    assert all((line.status is Status.DONE) == (int(line.item.id) in shown) for line in lines)
    order = [list(Status).index(line.status) for line in lines]
    assert order == sorted(order)
