"""Whether the notice sheet that hangs in a community still names the right officers."""

from __future__ import annotations

from datetime import date

from casework.checklist import ChecklistItem
from casework.checklist_words import Early
from casework.ledger import Evidence, LedgerLine, Status
from casework.notice import notice_state
from geo.text import same

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


def line(ident: str, status: Status, due: date | None = None, *posted: date) -> LedgerLine:
    item = ChecklistItem(ident, "C1", Early.INFORM, same(ident), same("rule"), due, None)
    return LedgerLine(item, tuple(Evidence(ident, day) for day in posted), status)


def test_a_sheet_posted_before_the_posts_changed_is_outdated() -> None:
    state = notice_state(
        [line("notice-C1", Status.DONE, MONDAY, MONDAY), line("notice_again-C1-2026-11-24", Status.DUE, TUESDAY)],
        [TUESDAY],
    )
    assert state.outdated
    assert (state.posted_on, state.changed_on, state.owed) == (MONDAY, TUESDAY, "notice_again-C1-2026-11-24")


def test_a_sheet_posted_on_the_day_of_the_change_is_the_new_one() -> None:
    state = notice_state([line("notice_again-C1-2026-11-24", Status.DONE, TUESDAY, TUESDAY)], [TUESDAY])
    assert not state.outdated
    assert state.owed is None


def test_a_community_without_any_sheet_owes_the_first_one() -> None:
    state = notice_state([line("notice-C1", Status.OVERDUE, MONDAY), line("joint-C1", Status.DUE, TUESDAY)], [])
    assert (state.posted_on, state.outdated, state.owed) == (None, False, "notice-C1")


def test_of_several_sheets_never_posted_the_newest_is_the_one_to_post() -> None:
    state = notice_state(
        [line("notice-C1", Status.OVERDUE, MONDAY), line("notice_again-C1-2026-11-24", Status.OVERDUE, TUESDAY)],
        [TUESDAY],
    )
    assert state.owed == "notice_again-C1-2026-11-24"
