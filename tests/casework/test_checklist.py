"""What the five 早 ask for in one community, line by line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.checklist import ChecklistItem, ChecklistRules, checklist
from casework.checklist_words import EARLY_NAMES, LINES, Early, Key
from casework.phases import PhaseChange
from geo.community import Phase
from tests.casework.communities import MONDAY, community, violation
from tests.casework.test_obligations import RULES as OWED

RULES = ChecklistRules(OWED)
DELIVERED = date(2026, 11, 10)
"""A Tuesday, thirteen days before `MONDAY`."""

AHEAD = community("C1", Phase.PRE_DELIVERY, delivery_date=MONDAY + timedelta(days=10))
PEAK = community("C1", delivery_date=DELIVERED)
HISTORY = (
    PhaseChange(date(2026, 9, 1), Phase.PEAK),
    PhaseChange(date(2026, 10, 7), Phase.ROUTINE),
    PhaseChange(date(2026, 11, 11), Phase.CLOSED),
)


def _of(items: tuple[ChecklistItem, ...], *keys: Key) -> list[ChecklistItem]:
    return [item for item in items if item.id.split("-")[0] in keys]


def _ids(items: tuple[ChecklistItem, ...], *keys: Key) -> list[str]:
    return [item.id for item in _of(items, *keys)]


def test_every_line_of_the_five_early_has_its_words_and_its_rule_in_both_languages() -> None:
    assert [name.zh for name in EARLY_NAMES.values()] == [
        "部门早商议",
        "普法早介入",
        "居民早知晓",
        "物业早发现",
        "城管早处置",
    ]
    assert set(LINES) == set(Key)
    assert {line.early for line in LINES.values()} == set(Early)
    for text in (text for line in LINES.values() for text in (line.title, line.rule)):
        assert text.zh
        assert text.en
        assert text.zh != text.en


def test_the_meeting_and_the_standards_are_due_before_the_day_of_delivery() -> None:
    for item in _of(checklist(AHEAD, RULES, MONDAY), Key.MEETING, Key.STANDARDS):
        assert (item.early, item.due) == (Early.CONSULT, MONDAY + timedelta(days=9))
        assert item.opens == MONDAY - timedelta(days=20)


def test_a_squad_may_ask_for_more_meetings_but_not_for_none() -> None:
    items = checklist(AHEAD, replace(RULES, meetings=2), MONDAY)
    assert _ids(items, Key.MEETING) == ["meeting-C1-1", "meeting-C1-2"]
    assert _of(items, Key.MEETING)[1].title.zh == "交付前共商会(第 2 次)"
    with pytest.raises(ValueError, match="at least one meeting"):
        replace(RULES, meetings=0)


def test_law_briefing_notice_opinion_point_and_register_are_dated_from_the_delivery() -> None:
    items = checklist(PEAK, replace(RULES, opinion_point_days=7, register_days=2), MONDAY)
    dated = {item.id: (item.early, item.opens, item.due) for item in items}
    assert dated["briefing-C1"] == (Early.BRIEF, DELIVERED, DELIVERED)
    assert dated["notice-C1"] == (Early.INFORM, DELIVERED, DELIVERED)
    assert dated["opinion_point-C1"] == (Early.INFORM, DELIVERED, date(2026, 11, 17))
    assert dated["register-C1"] == (Early.FIND, DELIVERED, date(2026, 11, 12))


def test_without_a_day_of_delivery_nothing_is_dated_from_it() -> None:
    undated = checklist(replace(AHEAD, delivery_date=None), RULES, MONDAY)
    assert {(item.due, item.opens) for item in _of(undated, Key.MEETING, Key.STANDARDS)} == {(None, MONDAY)}
    assert {(item.due, item.opens) for item in _of(undated, Key.BRIEFING, Key.NOTICE)} == {(None, None)}
    lived_in = checklist(replace(PEAK, delivery_date=None), RULES, MONDAY)
    assert {(item.due, item.opens) for item in _of(lived_in, Key.BRIEFING, Key.NOTICE)} == {(None, MONDAY)}


def test_the_notice_sheet_is_posted_anew_after_every_change_of_the_a_or_b_officer() -> None:
    changes = [date(2026, 11, 12), date(2026, 11, 20)]
    again = _of(checklist(PEAK, RULES, MONDAY, post_changes=changes), Key.NOTICE_AGAIN)
    assert [(item.id, item.due) for item in again] == [
        ("notice_again-C1-2026-11-12", date(2026, 11, 13)),
        ("notice_again-C1-2026-11-20", date(2026, 11, 21)),
    ]


def test_a_change_before_delivery_or_overtaken_the_next_day_needs_no_sheet_of_its_own() -> None:
    changes = [date(2026, 11, 1), DELIVERED, date(2026, 11, 19), date(2026, 11, 20), date(2026, 12, 1)]
    items = checklist(PEAK, RULES, MONDAY, post_changes=changes)
    assert _ids(items, Key.NOTICE_AGAIN) == ["notice_again-C1-2026-11-20"]


def test_the_peak_owes_two_joint_inspections_in_every_whole_week_since_the_delivery() -> None:
    joint = _of(checklist(PEAK, RULES, MONDAY + timedelta(days=2)), Key.JOINT)
    assert [item.id for item in joint] == [
        "joint-C1-2026-W47-1",
        "joint-C1-2026-W47-2",
        "joint-C1-2026-W48-1",
        "joint-C1-2026-W48-2",
    ]
    assert (joint[0].opens, joint[0].due) == (date(2026, 11, 16), date(2026, 11, 22))
    assert joint[0].title.zh == "联合检查(11 月 16 日当周,1/2)"
    assert all(item.recurring for item in joint)


def test_a_community_may_name_its_own_number_of_joint_inspections() -> None:
    assert len(_of(checklist(replace(PEAK, joint_per_week=3), RULES, MONDAY), Key.JOINT)) == 6
    assert not _of(checklist(replace(PEAK, joint_per_week=0), RULES, MONDAY), Key.JOINT)


def test_the_days_of_stationing_are_those_planned_for_this_week() -> None:
    items = checklist(replace(PEAK, stationing_days=2), RULES, MONDAY)
    assert _ids(items, Key.STATIONING) == ["stationing-C1-2026-W48-1", "stationing-C1-2026-W48-2"]
    assert not _of(checklist(PEAK, RULES, MONDAY), Key.STATIONING)


def test_a_peak_owes_stationing_at_some_time_before_it_is_over() -> None:
    (open_end,) = _of(checklist(PEAK, RULES, MONDAY), Key.STATIONED)
    assert (open_end.opens, open_end.due) == (DELIVERED, None)
    (over,) = _of(checklist(replace(PEAK, phase=Phase.CLOSED), RULES, MONDAY, history=HISTORY), Key.STATIONED)
    assert (over.opens, over.due) == (date(2026, 9, 1), date(2026, 10, 6))
    (ahead,) = _of(checklist(AHEAD, RULES, MONDAY), Key.STATIONED)
    assert (ahead.opens, ahead.due) == (None, None)


def test_each_week_owes_what_the_phase_on_its_monday_asks_for() -> None:
    """Peak on the Mondays from 7 September to 5 October, everyday phase from 12 October to 9 November, then closed."""
    items = checklist(replace(PEAK, phase=Phase.CLOSED), RULES, MONDAY, history=HISTORY)
    assert len(_of(items, Key.JOINT)) == 2 * 5
    assert _ids(items, Key.ROUTINE) == [f"routine-C1-2026-W{week}-1" for week in (42, 43, 44, 45, 46)]


def test_every_month_lived_in_at_its_end_owes_a_talk_with_the_property_company() -> None:
    closed = checklist(replace(PEAK, phase=Phase.CLOSED), RULES, MONDAY, history=HISTORY)
    assert [(item.id, item.early, item.due) for item in _of(closed, Key.TALK)] == [
        ("talk-C1-2026-09", Early.FIND, date(2026, 9, 30)),
        ("talk-C1-2026-10", Early.FIND, date(2026, 10, 31)),
    ]
    assert _ids(checklist(PEAK, RULES, MONDAY), Key.TALK) == ["talk-C1-2026-11"]
    assert not _of(checklist(AHEAD, RULES, MONDAY), Key.TALK)


def test_where_no_history_is_known_the_everyday_phase_owes_this_week_and_this_month_alone() -> None:
    items = checklist(replace(PEAK, phase=Phase.ROUTINE), RULES, MONDAY)
    assert _ids(items, Key.ROUTINE, Key.TALK) == ["routine-C1-2026-W48-1", "talk-C1-2026-11"]


def test_a_handled_violation_is_looked_at_a_week_later_give_or_take_a_working_day() -> None:
    found = [
        violation("v1", "C1", DELIVERED, handled_on=date(2026, 11, 13), building="3 号楼 A 室 13800000000"),
        violation("v2", "C1", DELIVERED),
        violation("v3", "C2", DELIVERED, handled_on=date(2026, 11, 13)),
    ]
    (item,) = _of(checklist(PEAK, RULES, MONDAY, violations=found), Key.RECHECK)
    assert (item.id, item.opens, item.due) == ("recheck-v1-2026-11-13", date(2026, 11, 19), MONDAY)
    assert item.title.zh == "复查:3 号楼 A 室 138…00 违规排烟道"
    (later,) = _of(checklist(PEAK, RULES, MONDAY, violations=found, days_off=((), (MONDAY,))), Key.RECHECK)
    assert later.due == MONDAY + timedelta(days=1)


def test_closing_opens_when_the_community_is_closed() -> None:
    (ahead,) = _of(checklist(PEAK, RULES, MONDAY), Key.CLOSING)
    (now,) = _of(checklist(replace(PEAK, phase=Phase.CLOSED), RULES, MONDAY, history=HISTORY), Key.CLOSING)
    assert (ahead.opens, now.opens) == (None, date(2026, 11, 11))


def test_a_closed_community_owes_no_further_visits() -> None:
    assert not any(item.recurring for item in checklist(replace(PEAK, phase=Phase.CLOSED), RULES, MONDAY))


@given(st.sampled_from(Phase), st.none() | st.integers(-400, 60), st.integers(0, 3), st.booleans())
def test_the_list_of_a_week_only_grows_and_no_line_is_there_twice(
    phase: Phase, delivered: int | None, stationing: int, dated: bool
) -> None:
    day = None if delivered is None else MONDAY + timedelta(days=delivered)
    place = community("C1", phase, delivery_date=day, stationing_days=stationing)
    history = [PhaseChange(MONDAY - timedelta(days=90), phase)] if dated else ()
    first, later = (
        [item.id for item in checklist(place, RULES, day, history=history)]
        for day in (MONDAY, MONDAY + timedelta(days=6))
    )
    assert len(set(later)) == len(later)
    assert set(first) <= set(later)


@pytest.mark.parametrize("changes", [{"notice_days": -1}, {"meeting_days_before": 0}, {"meeting_days_before": 31}])
def test_rules_that_nothing_could_be_done_in_time_by_are_refused(changes: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"before|delivery"):
        replace(RULES, **changes)  # type: ignore[arg-type]  # a test names fields freely


def test_an_item_due_before_it_can_be_done_is_refused() -> None:
    line = LINES[Key.TALK]
    with pytest.raises(ValueError, match="due before"):
        ChecklistItem("x", "C1", line.early, line.title, line.rule, DELIVERED, MONDAY)
