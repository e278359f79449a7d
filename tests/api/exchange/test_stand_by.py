"""Stand-by away from the station is told wherever an officer looks: phone page, calendar, sheet."""

from __future__ import annotations

from dataclasses import replace

import pytest
from icalendar import Calendar

from api.exchange.calendars import officer_calendar
from api.exchange.sheets import officer_sheet
from maps.route_map import route_map
from planner.week import Leg, StandBy, WeeklyPlan, WeeklyProblem
from tests.planner.build import at, small_plan, small_problem, small_squad

SQUAD = small_squad()
PROBLEM: WeeklyProblem = small_problem(SQUAD)
TUESDAY = PROBLEM.week.days[1]


@pytest.fixture
def plan() -> WeeklyPlan:
    """Officer o1 waits at the mill on Tuesday morning."""
    out = Leg("station", "mill", at(1, "08:50"), at(1, "09:00"), 1000)
    home = Leg("mill", "station", at(1, "10:30"), at(1, "10:40"), 1000)
    return replace(small_plan(PROBLEM), standby=(StandBy("o1", 1, "early", "car2", "mill", (out, home)),))


def test_the_phone_page_says_where_to_wait_from_when_until_when(plan: WeeklyPlan) -> None:
    page = route_map(PROBLEM, plan, SQUAD, "o1", TUESDAY)
    mill = PROBLEM.communities["mill"].name
    assert f"备勤: {mill}" in page
    assert "09:00–10:30" in page
    assert "出发 08:50" in page
    assert "备勤: " not in route_map(PROBLEM, plan, SQUAD, "o2", TUESDAY)
    assert "Stand by at" in route_map(PROBLEM, plan, SQUAD, "o1", TUESDAY, language="en")


def test_the_calendar_has_it_for_that_officer_alone(plan: WeeklyPlan) -> None:
    waits = {
        officer: [
            event
            for event in Calendar.from_ical(officer_calendar(PROBLEM, plan, SQUAD, officer, "zh")).walk("VEVENT")
            if "standby" in str(event["uid"])
        ]
        for officer in ("o1", "o2")
    }
    assert waits["o2"] == []
    (wait,) = waits["o1"]
    assert wait.decoded("dtstart") == PROBLEM.week.instant(at(1, "09:00"))
    assert wait.decoded("dtend") == PROBLEM.week.instant(at(1, "10:30"))
    assert "备勤" in str(wait["summary"])


def test_the_officers_sheet_has_it_beside_the_visits(plan: WeeklyPlan) -> None:
    rows = [row for row in officer_sheet(PROBLEM, plan).rows if row[0] == PROBLEM.officers["o1"].name]
    assert any("09:00" in row and "10:30" in row for row in rows)
