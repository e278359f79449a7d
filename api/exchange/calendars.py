"""The plan as iCalendar files, one an officer or a partner, for the calendar of a phone or of a desktop.

Nothing in them depends on a clock: the time stamp is the week's Monday and each event keeps its name from plan to plan,
so that importing a changed plan moves an event instead of doubling it (RFC 5545, 3.8.4.7).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event, Timezone

from api.agenda import Appointment, appointments, kind_name, officer_names, partner_names, vehicle_name
from geo.text import Language, Text
from planner.partner import PARTNER_NAMES
from planner.squad import Squad
from planner.week import StandBy, WeeklyPlan, WeeklyProblem

TITLE = Text("五早 · {officer} · {week}", "Wuzao · {officer} · {week}")
ARRIVE = Text("到达 {time}", "Arrive {time}")
CREW = Text("同组:{names}", "Crew: {names}")
PARTNERS = Text("参加:{names}", "With: {names}")
VEHICLE = Text("车辆:{name}", "Vehicle: {name}")
STAND_BY = Text("备勤", "Stand-by")
MUST_FINISH = Text("不可中断", "May not be broken off")
CHECK = Text("检查内容:", "What to check:")
FROM = Text("{name}:{names}", "{name}: {names}")
HOTLINE = Text("改期请电 {number}", "To change it call {number}")
MADE_UP = Text("示例数据,人员与小区均为虚构", "Example data: people and communities are invented")

REFRESH = timedelta(hours=1)
"""How often a calendar that is subscribed to looks for a newer plan (RFC 7986, 5.7)."""


def officer_calendar(
    problem: WeeklyProblem, plan: WeeklyPlan, squad: Squad, officer_id: str, language: Language
) -> bytes:
    """Return the calendar of one officer's visits as the bytes of an ``.ics`` file."""
    title = TITLE.say(language).format(officer=problem.officers[officer_id].name, week=problem.week)
    mine = [
        _event(problem, squad, row, "\n".join(_description(problem, squad, row, language)), language)
        for row in appointments(problem, plan)
        if officer_id in (*row.route.crew.officers, *row.route.crew.auxiliaries)
    ]
    waits = [_wait(problem, squad, one, language) for one in plan.standby if one.officer_id == officer_id]
    return _calendar(problem, title, [*mine, *waits])


def partner_calendar(
    problem: WeeklyProblem, plan: WeeklyPlan, squad: Squad, partner_id: str, language: Language
) -> bytes:
    """Return the calendar of the visits that one partner joins, as the bytes of an ``.ics`` file to subscribe to.

    It says who comes and who else joins; what will be checked, and whom to ask for elsewhere, stays in the squad.
    """
    title = TITLE.say(language).format(officer=problem.partners[partner_id].name, week=problem.week)
    mine = [
        _event(problem, squad, row, "\n".join(_invitation(problem, squad, row, partner_id, language)), language)
        for row in appointments(problem, plan)
        if partner_id in row.stop.partner_ids
    ]
    return _calendar(problem, title, mine)


def _calendar(problem: WeeklyProblem, title: str, events: Sequence[Event]) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Wuzao//patrol planner//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", title)
    calendar.add("x-wr-timezone", "Asia/Shanghai")
    calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    calendar.add_component(_shanghai_time(problem))
    for event in events:
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def _shanghai_time(problem: WeeklyProblem) -> Timezone:
    monday = problem.week.monday
    return Timezone.from_tzid("Asia/Shanghai", first_date=monday, last_date=monday + timedelta(days=7))


def _event(problem: WeeklyProblem, squad: Squad, row: Appointment, description: str, language: Language) -> Event:
    monday = problem.week.monday
    event = Event()
    event.add("uid", f"{problem.week}-{row.visit.id}@{squad.id}.wuzao")
    event.add("dtstamp", datetime(monday.year, monday.month, monday.day, tzinfo=UTC))
    event.add("dtstart", row.begin)
    event.add("dtend", row.end)
    event.add("summary", f"{row.community.name} {kind_name(row.visit, language)}")
    event.add("location", " ".join(filter(None, (row.community.name, row.gate.name, row.community.address))))
    event.add("geo", (row.gate.lat, row.gate.lon))
    event.add("description", description)
    return event


def _wait(problem: WeeklyProblem, squad: Squad, one: StandBy, language: Language) -> Event:
    """Return a stand-by away from the station."""
    monday, community = problem.week.monday, problem.communities[one.community_id]
    event = Event()
    event.add("uid", f"{problem.week}-standby-{one.officer_id}-{one.day}-{one.start}@{squad.id}.wuzao")
    event.add("dtstamp", datetime(monday.year, monday.month, monday.day, tzinfo=UTC))
    event.add("dtstart", problem.week.instant(one.start))
    event.add("dtend", problem.week.instant(one.end))
    event.add("summary", f"{community.name} {STAND_BY.say(language)}")
    event.add("location", f"{community.name} {community.main_gate.name}".strip())
    event.add("geo", (community.main_gate.lat, community.main_gate.lon))
    return event


def _description(problem: WeeklyProblem, squad: Squad, row: Appointment, language: Language) -> Sequence[str]:
    crew = (*row.stop.officers, *row.route.crew.auxiliaries)
    lines = [
        ARRIVE.say(language).format(time=f"{row.arrival:%H:%M}"),
        CREW.say(language).format(names=officer_names(problem, crew)),
        VEHICLE.say(language).format(name=vehicle_name(problem, row.route.vehicle_id)),
    ]
    if row.stop.partner_ids:
        lines.append(PARTNERS.say(language).format(names=partner_names(problem, row.stop.partner_ids, language)))
    if not row.visit.breakable:
        lines.append(MUST_FINISH.say(language))
    if row.visit.checklist:
        lines += [CHECK.say(language), *(f"- {item.say(language)}" for item in row.visit.checklist)]
    if squad.made_up:
        lines.append(MADE_UP.say(language))
    return lines


def _invitation(
    problem: WeeklyProblem, squad: Squad, row: Appointment, partner_id: str, language: Language
) -> Sequence[str]:
    others = [problem.partners[key] for key in row.stop.partner_ids if key != partner_id]
    names = "、".join(f"{PARTNER_NAMES[one.kind].say(language)} {one.name}" for one in others)
    lines = [FROM.say(language).format(name=squad.name, names=officer_names(problem, row.stop.officers))]
    if others:
        lines.append(PARTNERS.say(language).format(names=names))
    if squad.hotline:
        lines.append(HOTLINE.say(language).format(number=squad.hotline))
    if squad.made_up:
        lines.append(MADE_UP.say(language))
    return lines
