"""Why a visit was left out, in words a squad leader would use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from casework.obligation import KIND_NAMES
from geo.text import Text
from planner.demand import why_unplaceable
from planner.officer import Shift
from planner.realise import realise
from planner.solver.columns import Frame, Task, columns_of, frame_of, posts, tasks_by_day
from planner.solver.master import Master
from planner.visit import Visit
from planner.week import MissedVisit, Route, WeeklyPlan, WeeklyProblem
from planner.words import WEEKDAYS, clock

TRIAL_WORK = 2.0
"""Deterministic seconds for planning the week again with one missed visit made compulsory."""


def explain_missed(problem: WeeklyProblem, plan: WeeklyPlan, master: Master, seed: int, work: float) -> WeeklyPlan:
    """Return `plan` with the reasons of every missed visit filled in.

    First what planning again with the visit made compulsory would give up for it, as far as `work` deterministic
    seconds go; then what stands in the way day by day in the plan as it is.
    """
    visits = {visit.id: visit for visit in problem.visits}
    tasks = tasks_by_day(problem)
    tried: dict[str, tuple[Text, ...]] = {}
    for item in plan.missed:
        visit = visits[item.visit_id]
        if visit.obligation_id not in tried and not why_unplaceable(visit, problem):
            share = min(TRIAL_WORK, work)
            work -= share
            tried[visit.obligation_id] = tuple(_price_of(problem, plan, master, visit, seed, share))
    missed = tuple(
        MissedVisit(
            item.visit_id,
            (
                *tried.get(visits[item.visit_id].obligation_id, ()),
                *_reasons(problem, plan, visits[item.visit_id], tasks),
            ),
        )
        for item in plan.missed
    )
    return replace(plan, missed=missed)


def _price_of(
    problem: WeeklyProblem, plan: WeeklyPlan, master: Master, visit: Visit, seed: int, work: float
) -> Iterator[Text]:
    """Yield what a week that makes the visit would miss instead; every such week is settled to the second."""
    names = {v.id: v.obligation_id for v in problem.visits}
    now = Counter(names[item.visit_id] for item in plan.missed)
    while work > 0:
        trial = master.solve_with(visit.obligation_id, now[visit.obligation_id] - 1, seed=seed, work=work)
        if trial.impossible:
            yield Text(
                "放弃其他一切安排也排不下:人员、伙伴时间与间隔要求不能同时满足",
                "Nothing given up would make room for it: people, partners' hours and spacing do not meet",
            )
        if trial.choice is None:
            return
        choice = trial.choice
        work -= max(choice.work, TRIAL_WORK / 20)
        _, cuts = realise(problem, master, choice, seed)
        if cuts:
            master.add(cuts)
            continue
        instead = Counter(choice.missed) - now
        given_up = [_title(problem, master.obligations[key]) for key in sorted(instead)]
        yield Text(
            f"可以排上,但要放弃:{'、'.join(t.zh for t in given_up)}"
            if given_up
            else "可以排上,但要多花的行程与出勤超过它的定价",
            f"It can be placed by giving up: {', '.join(t.en for t in given_up)}"
            if given_up
            else "It can be placed, at more driving and outings than missing it costs",
        )
        return


def _title(problem: WeeklyProblem, visit: Visit) -> Text:
    place, kind = problem.communities[visit.community_id].name, KIND_NAMES[visit.kind]
    return Text(f"{place}{kind.zh}", f"{kind.en} at {place}")


def _reasons(problem: WeeklyProblem, plan: WeeklyPlan, visit: Visit, tasks: dict[int, list[Task]]) -> Iterator[Text]:
    """Yield what no plan could change, or else what this plan would have to undo, day by day."""
    plain = why_unplaceable(visit, problem) or _too_few_days(problem, visit, tasks)
    if plain:
        yield from plain
        return
    found: dict[Text, list[Text]] = {}
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
            found.setdefault(near, []).append(WEEKDAYS[day])
            continue
        for shift in chances:
            frame = frame_of(problem, shift, min(vehicle.kind for vehicle in problem.vehicles))
            found.setdefault(_obstacle(problem, plan, frame, shift, mine[0]), []).append(_when(problem, frame))
    for what, when in found.items():
        yield Text(f"{'、'.join(w.zh for w in when)}:{what.zh}", f"{', '.join(w.en for w in when)}: {what.en}")


def _too_few_days(problem: WeeklyProblem, visit: Visit, tasks: dict[int, list[Task]]) -> tuple[Text, ...]:
    """Return that the days on which some lead can make the visit do not hold as many as are owed, where that is so."""
    possible = [day for day in visit.days if _somebody_can(problem, visit, day, tasks)]
    fit, last = 0, -7
    for day in possible:
        if day - last >= max(1, visit.min_days_apart):
            fit, last = fit + 1, day
    owed = sum(other.obligation_id == visit.obligation_id for other in problem.visits)
    if fit >= owed:
        return ()
    days = [WEEKDAYS[day] for day in possible]
    apart = visit.min_days_apart
    return (
        Text(
            f"人员与伙伴时间都合适的只有{'、'.join(d.zh for d in days) or '零天'},放不下 {owed} 次(至少隔 {apart} 天)",
            f"People and partners meet only on {', '.join(d.en for d in days) or 'no day'}: "
            f"no room for {owed} visits {apart} days apart",
        ),
    )


def _somebody_can(problem: WeeklyProblem, visit: Visit, day: int, tasks: dict[int, list[Task]]) -> bool:
    mine = [task for task in tasks[day] if task.visit.obligation_id == visit.obligation_id]
    return any(
        list(columns_of(problem, frame_of(problem, shift, kind), mine))
        for shift in problem.shifts
        for kind in {vehicle.kind for vehicle in problem.vehicles}
        if problem.day_of(shift) == day and problem.officers[shift.officer_id].certified
    )


def _too_near(plan: WeeklyPlan, visit: Visit, day: int) -> Text | None:
    """Return the spacing to another visit of the same obligation, where it rules out this day."""
    for route in plan.routes:
        for stop in route.stops:
            alike = stop.visit_id.split("#")[0] == visit.id.split("#")[0]
            if alike and abs(route.day - day) < max(1, visit.min_days_apart):
                that, apart = WEEKDAYS[route.day], visit.min_days_apart
                return Text(
                    f"离{that.zh}已排的同类检查太近,至少隔 {apart} 天",
                    f"too near {that.en}'s visit of the same kind: keep {apart} days between them",
                )
    return None


def _obstacle(problem: WeeklyProblem, plan: WeeklyPlan, frame: Frame, shift: Shift, task: Task) -> Text:
    """Return what keeps this officer, on this shift, from this visit."""
    who = problem.officers[shift.officer_id].name
    if not problem.officers[shift.officer_id].certified:
        return Text(f"{who}无执法证,不能带队", f"{who} holds no certificate and cannot lead")
    if not list(columns_of(problem, frame, [task])):
        return Text(
            f"{who}当班时间与到访时段合不上",
            f"{who}'s shift and the visit's hours do not meet",
        )
    out = [route for route in plan.routes if (route.day, route.band_id) == (frame.day, frame.band_id)]
    for route in out:
        if route.crew.lead == frame.lead:
            return _full(problem, frame, route, task, who)
        if frame.lead in route.crew.officers:
            lead = problem.officers[route.crew.lead].name
            return Text(f"{who}随{lead}出勤", f"{who} rides with {lead}")
    if (busy := _partner_elsewhere(problem, plan, task)) is not None:
        return busy
    return _nobody_left(problem, frame, out, who)


def _full(problem: WeeklyProblem, frame: Frame, route: Route, task: Task, who: str) -> Text:
    done = {stop.visit_id.split("#")[0] for stop in route.stops}
    tasks = [t for t in tasks_by_day(problem)[frame.day] if t.visit.obligation_id in done]
    wanted = {t.key for t in (*tasks, task)}
    fits = any(column.keys == wanted for column in columns_of(problem, frame, [*tasks, task]))
    if fits:
        return Text(
            f"{who}的路线还放得下,但同一伙伴已另有安排",
            f"{who}'s patrol has room, but a partner is taken elsewhere",
        )
    return Text(f"{who}的路线已排满", f"{who}'s patrol is full")


def _partner_elsewhere(problem: WeeklyProblem, plan: WeeklyPlan, task: Task) -> Text | None:
    for route in plan.routes:
        for stop in route.stops:
            shared = set(stop.partner_ids) & set(task.visit.partner_ids)
            if route.day == task.day and shared:
                partner = problem.partners[min(shared)].name
                place = problem.communities[stop.community_id].name
                return Text(f"{partner}当天已在{place}", f"{partner} is at {place} that day")
    return None


def _nobody_left(problem: WeeklyProblem, frame: Frame, out: list[Route], who: str) -> Text:
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
            f"{who}没有第二名持证队员可同行",
            f"{who} has no second certified officer to go with",
        )
    if len(out) >= len(problem.vehicles):
        return Text("没有空余车辆", "no vehicle is left")
    return Text(
        f"{who}可去,但要改动其他安排才划算",
        f"{who} could go, but only by changing what costs more",
    )


def _when(problem: WeeklyProblem, frame: Frame) -> Text:
    band = problem.bands[frame.band_id]
    day = WEEKDAYS[frame.day]
    return Text(f"{day.zh}{band.name}", f"{day.en} {clock(frame.start)} shift")
