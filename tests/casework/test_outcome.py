"""What came of a period, each figure with the records behind it."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from casework.case import Arrived, Case, Channel, Dispatched
from casework.figures import month
from casework.outcome import OutcomeSheet, late_cases, on_time, outcome_sheet
from casework.phases import Renovation
from tests.casework.cases import DAY, HOUR, TOLD, case_with, closed, merged, put_right, reopened, told, unfounded

NOVEMBER = month(2026, 11)
NOW = TOLD + 20 * DAY


def _sheet(*cases: Case, renovations: tuple[Renovation, ...] = ()) -> OutcomeSheet:
    return outcome_sheet(cases, renovations, NOVEMBER, NOW)


def test_the_figures_of_the_report_come_from_their_records() -> None:
    """1,877 registered, 138 found and put right, 3 complaints: two of them of one matter that the company had found."""
    register = tuple(Renovation(f"n{i}", "C1", f"{i}", date(2026, 11, 1 + i % 30)) for i in range(1877))
    found = [closed(f"k{i}", at=TOLD + i * HOUR) for i in range(137)]
    complaints = [
        merged("m1", "k1", Channel.PUBLIC, TOLD + DAY),
        merged("m2", "k1", Channel.PLATFORM, TOLD + 2 * DAY),
        closed("k137", Channel.PUBLIC),
    ]
    sheet = _sheet(*found, *complaints, renovations=register)
    assert (sheet.registered.number, sheet.found.number, len(sheet.rectified.part)) == (1877, 138, 138)
    assert sheet.complaints.ids == ("m1", "m2", "k137")
    assert [(channel, count.number) for channel, count in sheet.found_by] == [
        (Channel.PROPERTY, 137),
        (Channel.PUBLIC, 1),
    ]
    assert {line.label.zh: line.value.zh for line in sheet.lines} == {
        "装修登记(户)": "1,877",
        "发现违法行为(起)": "138",
        "其中:物业上报": "137",
        "其中:居民反映": "1",
        "完成整改": "138/138(100.0%)",
        "尚在核实(起)": "0",
        "不属实或移交(起)": "0",
        "投诉(起)": "3",
        "按期到场率": "138/138(100.0%)",
        "返工率": "0/138(0.0%)",
        "超时案件(起)": "0",
    }


def test_what_lies_outside_the_period_is_left_out() -> None:
    before, after = TOLD - 3 * DAY, TOLD + 28 * DAY
    register = tuple(Renovation(f"n{day}", "C1", "", day) for day in (date(2026, 10, 31), date(2026, 12, 1)))
    sheet = _sheet(closed("a", at=before), closed("b", at=after), renovations=register)
    assert (sheet.registered.ids, sheet.found.ids, sheet.on_time.whole) == ((), (), ())


def test_a_matter_told_again_in_a_later_month_counts_in_the_first_and_its_complaint_in_the_later() -> None:
    sheet = _sheet(closed("a", at=TOLD - 4 * DAY), merged("b", "a", Channel.PUBLIC, TOLD))
    assert (sheet.found.ids, sheet.complaints.ids) == ((), ("b",))


def test_on_time_counts_what_is_overdue_and_still_open() -> None:
    """Closed in time, closed late, overdue and open; what is open and not yet due is not judged."""
    cases = [closed("in"), closed("late", after=3 * HOUR), told("overdue"), told("waiting", at=NOW - HOUR)]
    share = on_time(cases, NOW)
    assert (share.part, share.whole) == (("in",), ("in", "late", "overdue"))
    assert share.text.zh == "1/3(33.3%)"
    assert on_time(cases[:1], NOW).value == 1


def test_a_case_handled_in_time_and_waiting_for_its_recheck_is_not_judged_yet() -> None:
    assert on_time([put_right("a")], NOW).value is None
    assert on_time([put_right("a", after=3 * HOUR)], NOW).value == 0


def test_a_merged_case_is_never_late_for_it_was_never_anybodys_to_reach() -> None:
    assert not late_cases([merged("a", "b")], NOW)
    assert on_time([merged("a", "b")], NOW).value is None


def test_late_cases_are_listed_the_longest_over_first() -> None:
    came = case_with("came", (Dispatched(TOLD, ("o1",)), Arrived(TOLD + 2 * HOUR + timedelta(seconds=61), "o1")))
    waiting = told("waiting", at=NOW - 3 * HOUR)
    lines = late_cases([came, closed("in"), waiting], NOW)
    assert [(line.case_id, line.arrived_at, line.text.zh) for line in lines] == [
        ("waiting", None, "已超时 60 分钟,仍未到场"),
        ("came", TOLD + 2 * HOUR + timedelta(seconds=61), "超时 2 分钟到场"),
    ]


def test_a_failed_recheck_shows_as_reopened_and_no_longer_as_put_right() -> None:
    sheet = _sheet(closed("a"), reopened("b"))
    assert (sheet.found.ids, sheet.rectified.part, sheet.reopened.part) == (("a", "b"), ("a",), ("b",))


def test_what_was_unfounded_is_not_found_and_what_is_open_is_not_found_yet() -> None:
    sheet = _sheet(unfounded("a"), told("b"), told("c", Channel.PUBLIC))
    assert (sheet.found.number, sheet.set_aside.ids, sheet.pending.ids) == (0, ("a",), ("b", "c"))
    assert sheet.rectified.text.zh == "无记录"


KINDS = {"told": told, "closed": closed, "put right": put_right, "reopened": reopened, "unfounded": unfounded}


@given(st.lists(st.tuples(st.sampled_from(sorted(KINDS)), st.sampled_from(Channel), st.integers(0, 40)), max_size=12))
def test_every_matter_is_found_pending_or_set_aside_and_every_late_one_is_listed(
    made: list[tuple[str, Channel, int]],
) -> None:
    cases = [KINDS[kind](f"k{n}", channel, TOLD + hours * HOUR) for n, (kind, channel, hours) in enumerate(made)]
    sheet = _sheet(*cases)
    parts = (*sheet.found.ids, *sheet.pending.ids, *sheet.set_aside.ids)
    assert sorted(parts) == sorted(case.id for case in cases)
    assert sorted(id_ for _, count in sheet.found_by for id_ in count.ids) == sorted(sheet.found.ids)
    assert {line.case_id for line in sheet.late} == set(sheet.on_time.rest)
