"""What is due in a week, and by which rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from casework.obligation import Obligation, VisitKind
from casework.obligations import DueRules, due
from geo.community import Phase
from tests.casework.communities import MONDAY, community, violation

RULES = DueRules(
    joint_per_week=2,
    min_days_apart=2,
    routine_per_week=1,
    recheck_after_days=7,
    recheck_tolerance=1,
    durations={kind: 600 * n for n, kind in enumerate(VisitKind, 1)},
)
WEEK = tuple(MONDAY + timedelta(days=i) for i in range(7))


def recheck(handled: date, monday: date = MONDAY, **changes: date) -> Obligation | None:
    """Return the re-check of one violation handled on a day, if it is due in the week."""
    found = violation("v", "a", handled - timedelta(days=3), handled_on=handled, **changes)
    owed = due([community("a", Phase.PRE_DELIVERY)], [found], monday, RULES)
    return next((each for each in owed if each.kind is VisitKind.RECHECK), None)


def test_the_peak_owes_two_joint_inspections_two_days_apart() -> None:
    (joint,) = due([community("a")], [], MONDAY, RULES)
    assert (joint.id, joint.kind, joint.count, joint.min_days_apart) == ("joint-a", VisitKind.JOINT, 2, 2)
    assert joint.days == WEEK
    assert joint.duration == RULES.durations[VisitKind.JOINT]
    assert "每周联合检查 2 次" in joint.rule.zh


def test_a_community_may_name_its_own_number_of_joint_inspections() -> None:
    (joint,) = due([community("a", joint_per_week=3)], [], MONDAY, RULES)
    assert joint.count == 3
    assert due([community("a", joint_per_week=0)], [], MONDAY, RULES) == ()


def test_stationing_days_are_owed_on_working_days_beside_the_joint_inspections() -> None:
    joint, stationing = due([community("a", stationing_days=2)], [], MONDAY, RULES)
    assert joint.kind is VisitKind.JOINT
    assert (stationing.kind, stationing.count, stationing.days) == (VisitKind.STATIONING, 2, WEEK[:5])
    assert stationing.min_days_apart == 1


def test_stationing_in_a_week_without_working_days_may_be_any_day() -> None:
    _, stationing = due([community("a", stationing_days=1)], [], MONDAY, RULES, day_off=WEEK)
    assert stationing.days == WEEK


def test_stationing_days_outside_the_peak_are_not_owed() -> None:
    owed = due([community("a", Phase.ROUTINE, stationing_days=2)], [], MONDAY, RULES)
    assert [each.kind for each in owed] == [VisitKind.ROUTINE]


def test_the_everyday_phase_owes_one_routine_visit() -> None:
    (routine,) = due([community("a", Phase.ROUTINE)], [], MONDAY, RULES)
    assert (routine.kind, routine.count, routine.days) == (VisitKind.ROUTINE, 1, WEEK)
    assert due([community("a", Phase.ROUTINE)], [], MONDAY, replace(RULES, routine_per_week=0)) == ()


def test_before_delivery_one_meeting_is_owed_that_settles_all_six_standards() -> None:
    (meeting,) = due([community("a", Phase.PRE_DELIVERY)], [], MONDAY, RULES)
    assert (meeting.kind, meeting.count) == (VisitKind.PRE_DELIVERY, 1)
    assert len(meeting.checklist) == 6


def test_the_meeting_comes_before_the_day_of_delivery() -> None:
    (meeting,) = due([community("a", Phase.PRE_DELIVERY, delivery_date=WEEK[3])], [], MONDAY, RULES)
    assert meeting.days == WEEK[:3]
    (late,) = due([community("a", Phase.PRE_DELIVERY, delivery_date=WEEK[0])], [], MONDAY, RULES)
    assert late.days == WEEK


def test_a_closed_community_owes_nothing() -> None:
    handled = violation("v", "a", MONDAY - timedelta(days=9), handled_on=MONDAY - timedelta(days=5))
    assert due([community("a", Phase.CLOSED)], [handled], MONDAY, RULES) == ()


@pytest.mark.parametrize(
    ("handled", "days"),
    [
        (date(2026, 11, 18), WEEK[1:4]),
        (date(2026, 11, 16), WEEK[:2]),
        (date(2026, 11, 20), WEEK[3:]),
        (date(2026, 11, 21), WEEK[4:]),
        (date(2026, 11, 22), WEEK[4:]),
    ],
)
def test_a_recheck_falls_seven_days_after_handling_give_or_take_a_working_day(
    handled: date, days: tuple[date, ...]
) -> None:
    found = recheck(handled)
    assert found is not None
    assert (found.id, found.due, found.days) == ("recheck-a-v", handled + timedelta(days=7), days)
    assert found.violation_ids == ("v",)


def test_a_recheck_is_not_brought_forward_into_the_week_before_its_day() -> None:
    assert recheck(date(2026, 11, 23)) is None


@pytest.mark.parametrize(
    ("handled", "monday", "days"),
    [
        (date(2026, 11, 13), MONDAY, WEEK[:1]),
        (date(2026, 11, 15), MONDAY, WEEK[:1]),
        (date(2026, 9, 26), date(2026, 10, 5), tuple(date(2026, 10, day) for day in (5, 6, 7, 8))),
    ],
)
def test_a_recheck_of_last_week_still_in_time_is_not_put_off_until_it_is_late(
    handled: date, monday: date, days: tuple[date, ...]
) -> None:
    found = recheck(handled, monday)
    assert found is not None
    assert found.days == days
    assert "逾期" not in found.rule.zh


def test_a_recheck_whose_days_have_all_passed_is_overdue() -> None:
    overdue = recheck(date(2026, 11, 12))
    assert overdue is not None
    assert overdue.days == WEEK[:2]
    assert "逾期" in overdue.rule.zh
    assert "overdue" in overdue.rule.en


def test_rechecks_of_one_community_that_fall_due_alike_are_made_together_four_at_most() -> None:
    handled = [date(2026, 11, 18)] * 5 + [date(2026, 11, 19)] + [date(2026, 8, 1), date(2026, 7, 1)]
    found = [violation(f"v{n}", "a", day, handled_on=day) for n, day in enumerate(handled)]
    owed = due([community("a", Phase.PRE_DELIVERY)], found, MONDAY, RULES)
    one = RULES.durations[VisitKind.RECHECK]
    assert [(each.due, each.violation_ids, each.duration) for each in owed if each.kind is VisitKind.RECHECK] == [
        (date(2026, 11, 25), ("v0", "v1", "v2", "v3"), 4 * one),
        (date(2026, 11, 25), ("v4",), one),
        (date(2026, 11, 26), ("v5",), one),
        (date(2026, 7, 8), ("v7", "v6"), 2 * one),
    ]
    assert len({each.id for each in owed}) == len(owed)


def test_a_history_without_any_recheck_gives_no_more_visits_than_a_week_can_be_planned_with() -> None:
    days = [MONDAY - timedelta(days=n) for n in range(12, 172)]
    found = [violation(f"v{n}", "ab"[n % 2], day, handled_on=day) for n, day in enumerate(days)]
    owed = due([community("a", Phase.ROUTINE), community("b", Phase.ROUTINE)], found, MONDAY, RULES)
    rechecks = [each for each in owed if each.kind is VisitKind.RECHECK]
    assert len(rechecks) == 40
    assert sorted(v for each in rechecks for v in each.violation_ids) == sorted(v.id for v in found)


def test_an_overdue_recheck_waits_for_the_first_working_days() -> None:
    found = violation("v", "a", MONDAY - timedelta(days=30), handled_on=MONDAY - timedelta(days=20))
    owed = due([community("a", Phase.ROUTINE)], [found], MONDAY, RULES, day_off=WEEK[:1])
    assert next(each.days for each in owed if each.kind is VisitKind.RECHECK) == WEEK[1:3]


def test_a_recheck_around_a_holiday_may_wait_until_work_begins_again() -> None:
    monday = date(2025, 9, 29)
    found = recheck(date(2025, 9, 24), monday)
    assert found is not None
    assert found.days == tuple(monday + timedelta(days=i) for i in range(1, 7))


def test_only_what_was_handled_and_not_rechecked_is_due() -> None:
    assert recheck(date(2026, 11, 18), rechecked_on=date(2026, 11, 21)) is None
    still_open = violation("v", "a", MONDAY - timedelta(days=9))
    outside = violation("w", None, MONDAY - timedelta(days=9), handled_on=MONDAY - timedelta(days=6))
    elsewhere = violation("x", "b", MONDAY - timedelta(days=9), handled_on=MONDAY - timedelta(days=6))
    owed = due([community("a")], [still_open, outside, elsewhere], MONDAY, RULES)
    assert [each.kind for each in owed] == [VisitKind.JOINT]


def test_every_obligation_names_its_rule_in_both_languages() -> None:
    handled = violation("v", "b", MONDAY - timedelta(days=9), handled_on=MONDAY - timedelta(days=5))
    communities = [community("a", stationing_days=1), community("b", Phase.ROUTINE), community("c", Phase.PRE_DELIVERY)]
    owed = due(communities, [handled], MONDAY, RULES)
    assert {each.kind for each in owed} == set(VisitKind) - {VisitKind.EXTRA}
    assert len({each.id for each in owed}) == len(owed)
    assert all(each.rule.zh and each.rule.en and each.rule.zh != each.rule.en for each in owed)
