"""What each sheet of the workbook says, as rows of text; `plan_xlsx` draws them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from api import agenda
from api.agenda import Appointment
from casework.obligation import KIND_NAMES
from geo.text import Text, same
from planner.demand import obligations_for
from planner.squad import Squad
from planner.week import Route, WeeklyPlan, WeeklyProblem

MADE_UP = Text(
    "示例数据:人员、小区边界与违法记录均为虚构", "Example data: people, boundaries and violations are invented"
)
ESTIMATED = Text("行车时间为直线估算", "Driving times are straight-line estimates")
YES, NO = Text("是", "yes"), Text("否", "no")
NOTHING = Text("无", "none")
REST = Text("休息", "Break")

Value = Text | str | int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its tab, its heading, its table.

    Attributes
    ----------
    frozen_columns
        Columns that stay in sight when the sheet is moved sideways; the header row always does.
    filtered
        Whether the header carries Excel's filter buttons.
    """

    title: Text
    heading: Text
    headers: Sequence[Text]
    rows: Sequence[Sequence[Value]]
    frozen_columns: int = 0
    filtered: bool = True


NO_LONGER_OWED = Text("公布后发生的事", "What happened after publication")


def all_sheets(problem: WeeklyProblem, plan: WeeklyPlan, squad: Squad) -> tuple[Sheet, ...]:
    """Return the sheets in the order a leader reads them."""
    return (
        week_sheet(problem, plan),
        visit_sheet(problem, plan),
        officer_sheet(problem, plan),
        missed_sheet(problem, plan),
        obligation_sheet(problem, plan, squad),
    )


def week_sheet(problem: WeeklyProblem, plan: WeeklyPlan) -> Sheet:
    """Return the week as a grid: bands and crews down, days across."""
    headers = [Text("班次", "Band"), *(_day(problem, day) for day in range(7))]
    rows: list[list[Value]] = []
    for band in problem.bands.values():
        cells = [[r for r in plan.routes if r.band_id == band.id and r.day == day] for day in range(7)]
        for place in range(max(1, *map(len, cells))):
            row: list[Value] = [band.name]
            row += [_patrol(problem, plan, routes[place]) if place < len(routes) else "" for routes in cells]
            rows.append(row)
    heading = Text(f"{problem.week} 巡查周表", f"Week {problem.week}")
    return Sheet(Text("周表", "Week"), heading, headers, rows, frozen_columns=1, filtered=False)


def _day(problem: WeeklyProblem, day: int) -> Text:
    date = problem.week.days[day]
    rest = Text("", "") if problem.working_days[day] else Text(" 休", " (rest)")
    return Text(
        agenda.weekday_name(date, "zh") + rest.zh,
        agenda.weekday_name(date, "en") + rest.en,
    )


def _patrol(problem: WeeklyProblem, plan: WeeklyPlan, route: Route) -> Text:
    """Return who goes with what, when they leave and return, and each stop and break in order of time."""
    crew = agenda.officer_names(problem, (*route.crew.officers, *route.crew.auxiliaries))
    out, back = _clock(problem, route.depart), _clock(problem, route.back)
    timed: list[tuple[int, Text]] = [
        (
            row.stop.begin,
            _line(problem, row.stop.begin, row.stop.end, KIND_NAMES[row.visit.kind], row.community.name),
        )
        for row in agenda.appointments(problem, plan)
        if row.route.id == route.id
    ]
    timed.append((route.back, Text(f"{back} 归队", f"{back} back")))
    if route.rest is not None:
        timed.append((route.rest.begin, _line(problem, route.rest.begin, route.rest.end, REST)))
    timed.sort(key=lambda item: item[0])  # a break at the station comes after the way back, even at the same second
    head = same(f"{crew} · {agenda.vehicle_name(problem, route.vehicle_id)}")
    return _joined([head, Text(f"{out} 出队", f"{out} out"), *(line for _, line in timed)])


def _line(problem: WeeklyProblem, begin: int, end: int, what: Text, where: str = "") -> Text:
    span = f"{_clock(problem, begin)}-{_clock(problem, end)} {where}".rstrip()
    return Text(f"{span} {what.zh}", f"{span} {what.en}")


def _clock(problem: WeeklyProblem, second: int) -> str:
    return agenda.clock(problem.week.instant(second))


_VISIT_HEADERS = (
    Text("日期", "Date"),
    Text("班次", "Band"),
    Text("到达", "Arrive"),
    Text("开始", "Begin"),
    Text("结束", "End"),
    Text("小区", "Community"),
    Text("事项", "Visit"),
    Text("带队", "Lead"),
    Text("同组", "Crew"),
    Text("参加单位", "Partners"),
    Text("大门", "Gate"),
    Text("车辆", "Vehicle"),
    Text("可中断", "May be broken off"),
    Text("检查内容", "What to check"),
)


def visit_sheet(problem: WeeklyProblem, plan: WeeklyPlan) -> Sheet:
    """Return every visit in order of time."""
    rows = [_visit(problem, row) for row in agenda.appointments(problem, plan)]
    return Sheet(
        Text("走访清单", "Visits"), Text(f"{problem.week} 走访清单", f"Visits {problem.week}"), _VISIT_HEADERS, rows, 1
    )


def _visit(problem: WeeklyProblem, row: Appointment) -> list[Value]:
    others = (*row.stop.officers[1:], *row.route.crew.auxiliaries)
    return [
        Text(agenda.weekday_name(row.day, "zh"), agenda.weekday_name(row.day, "en")),
        problem.bands[row.route.band_id].name,
        agenda.clock(row.arrival),
        agenda.clock(row.begin),
        agenda.clock(row.end),
        row.community.name,
        KIND_NAMES[row.visit.kind],
        agenda.officer_names(problem, row.stop.officers[:1]),
        agenda.officer_names(problem, others),
        Text(
            agenda.partner_names(problem, row.stop.partner_ids, "zh"),
            agenda.partner_names(problem, row.stop.partner_ids, "en"),
        ),
        row.gate.name,
        agenda.vehicle_name(problem, row.route.vehicle_id),
        YES if row.visit.breakable else NO,
        _joined(row.visit.checklist),
    ]


def _joined(lines: Sequence[Text]) -> Text:
    return Text("\n".join(line.zh for line in lines), "\n".join(line.en for line in lines))


STAND_BY = Text("备勤", "Stand-by")


def officer_sheet(problem: WeeklyProblem, plan: WeeklyPlan) -> Sheet:
    """Return each officer's visits, and the shifts without any, when the officer stands by."""
    rows: list[list[Value]] = []
    made = agenda.appointments(problem, plan)
    for officer in problem.officers.values():
        for shift in sorted((s for s in problem.shifts if s.officer_id == officer.id), key=lambda s: (s.day, s.start)):
            day = problem.day_of(shift)
            head: list[Value] = [
                officer.name,
                Text(agenda.weekday_name(shift.day, "zh"), agenda.weekday_name(shift.day, "en")),
                problem.bands[shift.band_id].name,
                f"{_hour(shift.start)}-{_hour(shift.end)}",
            ]
            stops = [row for row in made if _takes_part(row, officer.id, day, shift.band_id)]
            told: list[list[Value]] = [
                [*head, agenda.clock(row.begin), agenda.clock(row.end), row.community.name, KIND_NAMES[row.visit.kind]]
                for row in stops
            ]
            told += [
                [
                    *head,
                    _clock(problem, one.start),
                    _clock(problem, one.end),
                    problem.communities[one.community_id].name,
                    STAND_BY,
                ]
                for one in plan.standby
                if (one.officer_id, one.day, one.band_id) == (officer.id, day, shift.band_id)
            ]
            rows += told or [[*head, "", "", Text("中队待命", "On stand-by at the station"), ""]]
    headers = [
        Text("队员", "Officer"),
        Text("日期", "Date"),
        Text("班次", "Band"),
        Text("上班时间", "On duty"),
        Text("开始", "Begin"),
        Text("结束", "End"),
        Text("小区", "Community"),
        Text("事项", "Visit"),
    ]
    return Sheet(
        Text("队员清单", "Officers"), Text(f"{problem.week} 队员清单", f"Officers {problem.week}"), headers, rows, 1
    )


def _takes_part(row: Appointment, officer_id: str, day: int, band_id: str) -> bool:
    crew = (*row.route.crew.officers, *row.route.crew.auxiliaries)
    return officer_id in crew and row.route.day == day and row.route.band_id == band_id


def _hour(second: int) -> str:
    return f"{second // 3600:02d}:{second // 60 % 60:02d}"


def missed_sheet(problem: WeeklyProblem, plan: WeeklyPlan) -> Sheet:
    """Return what the plan leaves out and why."""
    visits = {visit.id: visit for visit in problem.visits}
    rows: list[list[Value]] = [
        [
            problem.communities[visits[miss.visit_id].community_id].name,
            KIND_NAMES[visits[miss.visit_id].kind],
            YES if visits[miss.visit_id].mandatory else NO,
            _joined(miss.reasons),
            _joined(miss.remedies),
        ]
        for miss in plan.missed
    ]
    headers = [
        Text("小区", "Community"),
        Text("事项", "Visit"),
        Text("必须完成", "Must be done"),
        Text("原因", "Reasons"),
        Text("可行办法(由易到难)", "Ways out (easiest first)"),
    ]
    return Sheet(
        Text("未排入", "Left out"),
        Text(f"{problem.week} 未排入的走访与原因", f"Left out in {problem.week}, and why"),
        headers,
        rows or [[NOTHING, "", "", "", ""]],
    )


def obligation_sheet(problem: WeeklyProblem, plan: WeeklyPlan, squad: Squad) -> Sheet:
    """Return what was due, obligation by obligation, with what the plan makes of it."""
    officers = {officer.id: officer.name for officer in squad.officers}
    rules = {obligation.id: obligation.rule for obligation in obligations_for(squad, problem.week)}
    rows: list[list[Value]] = []
    for due in agenda.obligations(problem, plan):
        first = due.visits[0]
        community = problem.communities[first.community_id]
        dates = [agenda.weekday_name(row.day, "zh") for row in due.placed]
        dates_en = [agenda.weekday_name(row.day, "en") for row in due.placed]
        rows.append(
            [
                community.name,
                agenda.PHASE_NAMES[community.phase],
                KIND_NAMES[first.kind],
                len(due.visits),
                len(due.placed),
                Text("、".join(dates), ", ".join(dates_en)),
                YES if first.mandatory else NO,
                rules.get(due.obligation_id, NO_LONGER_OWED),
                officers[community.a_officer],
                officers[community.b_officer],
            ]
        )
    headers = [
        Text("小区", "Community"),
        Text("阶段", "Phase"),
        Text("事项", "Visit"),
        Text("应做次数", "Due"),
        Text("已排次数", "Placed"),
        Text("日期", "Dates"),
        Text("必须完成", "Must be done"),
        Text("依据", "Rule"),
        Text("A 岗", "A post"),
        Text("B 岗", "B post"),
    ]
    heading = Text(f"{problem.week} 本周应做事项", f"Due in {problem.week}")
    estimated = same("") if not problem.estimated else Text(f" ({ESTIMATED.zh})", f" ({ESTIMATED.en})")
    return Sheet(
        Text("应做事项", "Obligations"), Text(heading.zh + estimated.zh, heading.en + estimated.en), headers, rows, 1
    )
