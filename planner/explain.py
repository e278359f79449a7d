"""Why a visit was left out, in words a squad leader would use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from geo.text import Text
from planner.demand import why_unplaceable
from planner.officer import Shift
from planner.solver.columns import Frame, Task, columns_of, frame_of, posts, tasks_by_day
from planner.visit import Visit
from planner.week import DAY, MissedVisit, Route, WeeklyPlan, WeeklyProblem

WEEKDAYS = (
    Text("周一", "Mon"),
    Text("周二", "Tue"),
    Text("周三", "Wed"),
    Text("周四", "Thu"),
    Text("周五", "Fri"),
    Text("周六", "Sat"),
    Text("周日", "Sun"),
)


def explain_missed(problem: WeeklyProblem, plan: WeeklyPlan) -> WeeklyPlan:
    """Return `plan` with the reasons of every missed visit filled in."""
    visits = {visit.id: visit for visit in problem.visits}
    tasks = tasks_by_day(problem)
    missed = tuple(
        MissedVisit(item.visit_id, tuple(_reasons(problem, plan, visits[item.visit_id], tasks))) for item in plan.missed
    )
    return replace(plan, missed=missed)


def _reasons(problem: WeeklyProblem, plan: WeeklyPlan, visit: Visit, tasks: dict[int, list[Task]]) -> Iterator[Text]:
    """Yield what no plan could change; where there is nothing of that, what this plan would have to undo, day by day."""
    plain = why_unplaceable(visit, problem)
    if plain:
        yield from plain
        return
    for day in visit.days:
        mine = [task for task in tasks[day] if task.visit.obligation_id == visit.obligation_id]
        chances = [
            shift
            for shift in problem.shifts
            if problem.day_of(shift) == day and shift.officer_id in posts(problem, visit)
        ]
        if not mine or not chances:
            continue
        if (near := _too_near(plan, visit, day)) is not None:
            yield near
            continue
        for shift in chances:
            frame = frame_of(problem, shift, min(vehicle.kind for vehicle in problem.vehicles))
            yield _obstacle(problem, plan, frame, shift, mine[0])


def _too_near(plan: WeeklyPlan, visit: Visit, day: int) -> Text | None:
    """Return the spacing to another visit of the same obligation, where it rules out this day."""
    for route in plan.routes:
        for stop in route.stops:
            alike = stop.visit_id.split("#")[0] == visit.id.split("#")[0]
            if alike and abs(route.day - day) < max(1, visit.min_days_apart):
                that = WEEKDAYS[route.day]
                this = WEEKDAYS[day]
                days = visit.min_days_apart
                return Text(
                    f"{this.zh}离{that.zh}已排的同类检查太近,至少隔 {days} 天",
                    f"{this.en} is too near {that.en}'s visit of the same kind: keep {days} days between them",
                )
    return None


def _obstacle(problem: WeeklyProblem, plan: WeeklyPlan, frame: Frame, shift: Shift, task: Task) -> Text:
    """Return what keeps this officer, on this shift, from this visit."""
    who = problem.officers[shift.officer_id].name
    when = _when(problem, frame)
    if not problem.officers[shift.officer_id].certified:
        return Text(f"{when.zh}:{who}无执法证,不能带队", f"{when.en}: {who} holds no certificate and cannot lead")
    if not list(columns_of(problem, frame, [task])):
        return Text(
            f"{when.zh}:{who}当班时间与到访时段合不上",
            f"{when.en}: {who}'s shift and the visit's hours do not meet",
        )
    out = [route for route in plan.routes if (route.day, route.band_id) == (frame.day, frame.band_id)]
    for route in out:
        if route.crew.lead == frame.lead:
            return _full(problem, frame, route, task, when, who)
        if frame.lead in route.crew.officers:
            lead = problem.officers[route.crew.lead].name
            return Text(f"{when.zh}:{who}随{lead}出勤", f"{when.en}: {who} rides with {lead}")
    if (busy := _partner_elsewhere(problem, plan, task)) is not None:
        return busy
    return _nobody_left(problem, frame, out, when, who)


def _full(problem: WeeklyProblem, frame: Frame, route: Route, task: Task, when: Text, who: str) -> Text:
    done = {stop.visit_id for stop in route.stops}
    tasks = [t for t in tasks_by_day(problem)[frame.day] if any(v.startswith(t.visit.obligation_id) for v in done)]
    wanted = {t.key for t in (*tasks, task)}
    fits = any(column.keys == wanted for column in columns_of(problem, frame, [*tasks, task]))
    if fits:
        return Text(
            f"{when.zh}:{who}的路线还放得下,但同一伙伴已另有安排",
            f"{when.en}: {who}'s patrol has room, but a partner is taken elsewhere",
        )
    return Text(f"{when.zh}:{who}的路线已排满", f"{when.en}: {who}'s patrol is full")


def _partner_elsewhere(problem: WeeklyProblem, plan: WeeklyPlan, task: Task) -> Text | None:
    for route in plan.routes:
        for stop in route.stops:
            shared = set(stop.partner_ids) & set(task.visit.partner_ids)
            if route.day == task.day and shared:
                partner = problem.partners[min(shared)].name
                place = problem.communities[stop.community_id].name
                day = WEEKDAYS[task.day]
                return Text(
                    f"{day.zh}:{partner}当天已在{place}",
                    f"{day.en}: {partner} is at {place} that day",
                )
    return None


def _nobody_left(problem: WeeklyProblem, frame: Frame, out: list[Route], when: Text, who: str) -> Text:
    riding = {officer for route in out for officer in route.crew.officers}
    free = [
        shift.officer_id
        for shift in problem.shifts
        if problem.day_of(shift) == frame.day
        and shift.band_id == frame.band_id
        and problem.officers[shift.officer_id].certified
        and shift.officer_id not in riding | {frame.lead}
    ]
    if not free:
        return Text(
            f"{when.zh}:{who}没有第二名持证队员可同行",
            f"{when.en}: {who} has no second certified officer to go with",
        )
    if len(out) >= len(problem.vehicles):
        return Text(f"{when.zh}:没有空余车辆", f"{when.en}: no vehicle is left")
    return Text(
        f"{when.zh}:{who}可去,但要改动其他安排才划算",
        f"{when.en}: {who} could go, but only by changing what costs more",
    )


def _when(problem: WeeklyProblem, frame: Frame) -> Text:
    band = problem.bands[frame.band_id]
    day = WEEKDAYS[frame.day]
    clock = f"{frame.start % DAY // 3600:02d}:{frame.start % 3600 // 60:02d}"
    return Text(f"{day.zh}{band.name}", f"{day.en} {clock} shift")
