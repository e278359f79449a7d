"""The calendar that a property company or a residents' committee subscribes to."""

from __future__ import annotations

from dataclasses import replace

import icalendar
import pytest

from api.agenda import appointments
from api.exchange.calendars import officer_calendar, partner_calendar
from planner.squad import Squad
from planner.week import WeeklyPlan, WeeklyProblem
from tests.planner.build import small_plan, small_problem, small_squad

SECRET = "138-0000-1234"


@pytest.fixture
def squad() -> Squad:
    made = small_squad()
    return replace(made, partners=tuple(replace(p, phone=SECRET, contact=f"联络员{p.id}") for p in made.partners))


@pytest.fixture
def problem(squad: Squad) -> WeeklyProblem:
    return small_problem(squad)


@pytest.fixture
def plan(problem: WeeklyProblem) -> WeeklyPlan:
    return small_plan(problem)


def events_of(written: bytes) -> list[icalendar.Event]:
    calendar = icalendar.Calendar.from_ical(written)
    return [event for event in calendar.walk("VEVENT") if isinstance(event, icalendar.Event)]


def test_a_partner_s_calendar_holds_the_visits_that_it_joins(
    problem: WeeklyProblem, plan: WeeklyPlan, squad: Squad
) -> None:
    seen = 0
    for partner in problem.partners:
        mine = [row for row in appointments(problem, plan) if partner in row.stop.partner_ids]
        events = events_of(partner_calendar(problem, plan, squad, partner, "zh"))
        assert [(event.start, event.end) for event in events] == [(row.begin, row.end) for row in mine]
        seen += len(mine)
    assert seen > 0


def test_the_visit_is_the_same_event_in_the_officers_calendar(
    problem: WeeklyProblem, plan: WeeklyPlan, squad: Squad
) -> None:
    theirs = {str(event["uid"]) for event in events_of(partner_calendar(problem, plan, squad, "k1", "zh"))}
    ours = {str(event["uid"]) for event in events_of(officer_calendar(problem, plan, squad, "o1", "zh"))}
    assert theirs
    assert theirs <= ours


def test_a_partner_learns_who_comes_and_whom_to_call_and_nothing_else(
    problem: WeeklyProblem, plan: WeeklyPlan, squad: Squad
) -> None:
    written = partner_calendar(problem, plan, squad, "p1", "zh")
    words = [str(event["description"]) for event in events_of(written)]
    assert all("小队:" in said and "改期请电 021-5555-0100" in said and "虚构" in said for said in words)
    assert any("居委 湖居委" in said for said in words)
    unfolded = written.replace(b"\r\n ", b"").decode()
    for kept_inside in (SECRET, "联络员", "检查内容", "一号车", "6 幢 1202"):
        assert kept_inside not in unfolded


def test_a_feed_says_how_often_to_look_again(problem: WeeklyProblem, plan: WeeklyPlan, squad: Squad) -> None:
    written = partner_calendar(problem, plan, squad, "p1", "en").decode()
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H" in written
    assert "X-PUBLISHED-TTL:PT1H" in written


def test_a_feed_depends_on_no_clock(problem: WeeklyProblem, plan: WeeklyPlan, squad: Squad) -> None:
    first, again = (partner_calendar(problem, plan, squad, "p1", "zh") for _ in range(2))
    assert first == again
