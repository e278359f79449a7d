"""Why a visit was left out and what would mend it, in words a squad leader would use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from geo.text import Text
from planner.objective import outings
from planner.officer import VEHICLE_NAMES, Shift
from planner.possible import Columns
from planner.realise import realise
from planner.reason_words import sentences
from planner.reasons import Inquiry, Reasons, reasons_for
from planner.remedies import ways_out
from planner.requirements import title_of
from planner.rulebook import Span
from planner.solver.choice import Choice
from planner.solver.columns import Frame, Task, columns_of, frame_of, may_ride, posts, shift_in, tasks_by_day
from planner.solver.master import Master
from planner.unplaceable import why_unplaceable
from planner.visit import Visit
from planner.week import DAY, MissedVisit, Route, Stop, WeeklyPlan, WeeklyProblem
from planner.words import WEEKDAYS, clock, in_hours, listed
from planner.workload import crew_may_take, may_go_out, missing_rest, outings_by_shift, seconds_of

TRIAL_WORK = 2.0
"""Most deterministic seconds for planning the week again with one missed visit made compulsory."""

REASONS_SHARE, TRIAL_SHARE = 0.6, 0.1
"""Of the work for one missed visit: for what keeps it out, and for planning again; the rest finds ways out."""


def explain_missed(problem: WeeklyProblem, plan: WeeklyPlan, master: Master, seed: int, work: float) -> WeeklyPlan:
    """Return `plan` with the reasons of every missed visit filled in, and what would mend it.

    As far as `work` deterministic seconds go: the smallest set of requirements that keeps the visit out; what planning
    again with the visit made compulsory would give up for it; proven ways out. Then what stands in the way day by day
    in the plan as it is. Visits of one obligation are alike, and share the answer.
    """
    visits = {visit.id: visit for visit in problem.visits}
    tasks = tasks_by_day(problem)
    columns = Columns()
    asked = {visits[item.visit_id].obligation_id: visits[item.visit_id] for item in plan.missed}
    told: dict[str, tuple[tuple[Text, ...], tuple[Text, ...]]] = {}
    guess: tuple[tuple[str, ...], ...] = ()
    for n, (obligation, visit) in enumerate(asked.items()):
        share = work / (len(asked) - n)
        inquiry = Inquiry(problem, visit, plan, seed, share * REASONS_SHARE, columns, master.stop)
        first: tuple[Text, ...] = ()
        spent = 0.0
        if not why_unplaceable(visit, problem):
            found = reasons_for(inquiry, guess)
            guess = (*(each.key for each in found.together), ("keeps", obligation)) if found.together else guess
            first = tuple(sentences(problem, found))
            if _depends_on_others(found):
                trial = min(TRIAL_WORK, share * TRIAL_SHARE)
                said, spent = _price_of(problem, plan, master, visit, seed, trial)
                first += tuple(each for each in said if each not in first)
        inquiry.work = max(0.0, share - spent)
        told[obligation] = first, tuple(way.text for way in ways_out(inquiry))
        work -= inquiry.spent + spent
    return replace(
        plan,
        missed=tuple(
            MissedVisit(item.visit_id, (*first, *_reasons(problem, plan, visits[item.visit_id], tasks)), ways)
            for item in plan.missed
            for first, ways in [told[visits[item.visit_id].obligation_id]]
        ),
    )


def _depends_on_others(found: Reasons) -> bool:
    """Return whether giving up other visits might make room, so that it is worth planning again to see which."""
    if found.hopeless:
        return False
    return not found.together or any(each.keeps is not None for each in found.together)


def _price_of(
    problem: WeeklyProblem, plan: WeeklyPlan, master: Master, visit: Visit, seed: int, work: float
) -> tuple[tuple[Text, ...], float]:
    """Return what a week that makes the visit would miss instead, settled to the second, and the work it took."""
    placed = {stop.visit_id for route in plan.routes for stop in route.stops}
    now = Counter(v.obligation_id for v in problem.visits if v.id not in placed)
    left = work
    while left > 0:
        trial = master.solve_with(visit.obligation_id, now[visit.obligation_id] - 1, seed=seed, work=left)
        left -= max(trial.work, TRIAL_WORK / 20)
        if trial.impossible:
            impossible = Text(
                "放弃其他一切安排也排不下:人员、伙伴时间与间隔要求不能同时满足",
                "Nothing given up would make room for it: people, partners' hours and spacing do not meet",
            )
            return (impossible,), work - left
        if trial.choice is None:
            break
        _, cuts = realise(problem, master, trial.choice, seed)
        if all(cut.extra > 0 for cut in cuts):  # the days can be made, if at more driving
            dearer = replace(trial.choice, cost=trial.choice.cost + sum(cut.extra for cut in cuts))
            return (_instead(problem, plan, master, dearer, now),), work - left
        master.add(cuts)
    return (), work - left


def _instead(problem: WeeklyProblem, plan: WeeklyPlan, master: Master, choice: Choice, now: Mapping[str, int]) -> Text:
    """Return how the week of `choice` compares with the plan, which leaves out `now`."""
    if choice.cost < plan.objective.total:
        return Text(
            "可以排上,总体还更省:这次求解时间短,没有找到,请延长时间重排",
            "It can be placed, and the week costs less: this search was too short, so plan again for longer",
        )
    more = sorted(key for key, count in choice.missed.items() if count > now.get(key, 0))
    given_up = listed([title_of(problem, master.obligations[key]) for key in more])
    if more:
        return Text(f"可以排上,但要放弃:{given_up.zh}", f"It can be placed by giving up: {given_up.en}")
    return Text(
        "可以排上,但要多花的行程、出勤等超过它的定价",
        "It can be placed, at more driving, outings and the like than missing it costs",
    )


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
        if (near := _too_near(problem, plan, visit, day)) is not None:
            found.setdefault(near, []).append(WEEKDAYS[day])
            continue
        for shift in chances:
            found.setdefault(_obstacle(problem, plan, shift, mine[0]), []).append(_when(problem, shift))
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
    days = listed([WEEKDAYS[day] for day in possible])
    apart = max(1, visit.min_days_apart)
    return (
        Text(
            f"人员与伙伴时间都合适的只有{days.zh or '零天'},放不下 {owed} 次(日期至少相差 {apart} 天)",
            f"People and partners meet only on {days.en or 'no day'}: no room for {owed} visits on dates {apart} apart",
        ),
    )


def _somebody_can(problem: WeeklyProblem, visit: Visit, day: int, tasks: dict[int, list[Task]]) -> bool:
    mine = [task for task in tasks[day] if task.visit.obligation_id == visit.obligation_id]
    return any(
        list(columns_of(problem, frame_of(problem, shift, kind), mine))
        for shift in problem.shifts
        for kind in sorted({vehicle.kind for vehicle in problem.crew_vehicles})
        if problem.day_of(shift) == day and problem.officers[shift.officer_id].certified
    )


def _too_near(problem: WeeklyProblem, plan: WeeklyPlan, visit: Visit, day: int) -> Text | None:
    """Return the spacing to another visit of the same obligation, where it rules out this day."""
    alike = {other.id for other in problem.visits if other.obligation_id == visit.obligation_id}
    apart = max(1, visit.min_days_apart)
    for route in plan.routes:
        if abs(route.day - day) < apart and any(stop.visit_id in alike for stop in route.stops):
            that = WEEKDAYS[route.day]
            return Text(
                f"离{that.zh}已排的同类检查太近,日期至少相差 {apart} 天",
                f"too near {that.en}'s visit of the same kind: their dates must be {apart} apart",
            )
    return None


def _obstacle(problem: WeeklyProblem, plan: WeeklyPlan, shift: Shift, task: Task) -> Text:
    """Return what keeps this officer, on this shift, from this visit."""
    who = problem.officers[shift.officer_id].name
    if not problem.officers[shift.officer_id].certified:
        return Text(f"{who}无执法证,不能带队", f"{who} holds no certificate and cannot lead")
    every = [frame_of(problem, shift, kind) for kind in sorted({v.kind for v in problem.crew_vehicles})]
    frames = [frame for frame in every if list(columns_of(problem, frame, [task]))]
    if not frames:
        return Text(
            f"{who}当班时间与到访时段合不上",
            f"{who}'s shift and the visit's hours do not meet",
        )
    driven = [frame for frame in frames if _beside(problem, frame, driving=True)]
    if not driven and any(_beside(problem, frame, driving=False) for frame in frames):
        kinds = listed([VEHICLE_NAMES[frame.kind] for frame in frames])
        return Text(
            f"{who}和同班队员都开不了{kinds.zh}", f"{who} and whoever is on that shift may not drive: {kinds.en}"
        )
    out = [route for route in plan.routes if (route.day, route.band_id) == (task.day, shift.band_id)]
    for route in out:
        if route.crew.lead == shift.officer_id:
            return _full(problem, plan, route, shift, task)
        if shift.officer_id in route.crew.officers:
            lead = problem.officers[route.crew.lead].name
            return Text(f"{who}随{lead}出勤", f"{who} rides with {lead}")
    return _partner_elsewhere(problem, plan, task) or _nobody_left(problem, plan, driven or frames, who)


def _full(problem: WeeklyProblem, plan: WeeklyPlan, route: Route, shift: Shift, task: Task) -> Text:
    """Return why the patrol that this officer leads does not take the visit along."""
    who = problem.officers[shift.officer_id].name
    kind = next(vehicle.kind for vehicle in problem.vehicles if vehicle.id == route.vehicle_id)
    made = {stop.visit_id for stop in route.stops}
    done = {visit.obligation_id for visit in problem.visits if visit.id in made}
    tasks = [t for t in tasks_by_day(problem)[task.day] if t.visit.obligation_id in done]
    wanted = {t.key for t in (*tasks, task)}
    if not any(c.keys == wanted for c in columns_of(problem, frame_of(problem, shift, kind), [*tasks, task])):
        return Text(f"{who}的路线已排满", f"{who}'s patrol is full")
    return _partner_elsewhere(problem, plan, task) or Text(
        f"{who}的路线要重排时间才放得下",
        f"{who}'s patrol would take it only at other times than planned",
    )


def _partner_elsewhere(problem: WeeklyProblem, plan: WeeklyPlan, task: Task) -> Text | None:
    """Return who joins other visits so that no moment of the day is left to begin this one, ways between included."""
    taken: list[tuple[int, int, str, Stop]] = []
    for stop in (stop for route in plan.routes if route.day == task.day for stop in route.stops):
        for partner in sorted(set(stop.partner_ids) & set(task.visit.partner_ids)):
            there = problem.partner_drive(task.visit.community_id, stop.community_id)
            back = problem.partner_drive(stop.community_id, task.visit.community_id)
            taken.append((stop.begin - there - task.visit.duration, stop.end + back, partner, stop))
    chances = [first for first, _ in task.windows] + [free for _, free, _, _ in taken]
    for begin in chances:
        open_then = any(first <= begin <= last for first, last in task.windows)
        if open_then and not any(first < begin < free for first, free, _, _ in taken):
            return None
    _, _, partner, stop = min(taken, key=lambda each: (each[0], each[2]))
    who, place = problem.partners[partner].name, problem.communities[stop.community_id].name
    return Text(f"{who}当天已在{place},余下时间不够", f"{who} is at {place} that day, too little time is left")


def _nobody_left(problem: WeeklyProblem, plan: WeeklyPlan, frames: Sequence[Frame], who: str) -> Text:
    frame, most = frames[0], problem.policy.max_outings_per_week
    times = outings(problem, plan)
    if times[frame.lead] >= most:
        return Text(f"{who}本周出勤已满 {most} 次", f"{who} has gone out {most} times this week, the most allowed")
    been = outings_by_shift(problem, plan.routes)
    tired = _no_hours(problem, been.get(frame.lead, {}), shift_in(problem, frame, frame.lead), who)
    if tired is not None:
        return tired
    out = [route for route in plan.routes if (route.day, route.band_id) == (frame.day, frame.band_id)]
    riding = {officer for route in out for officer in route.crew.officers}
    free = [o for o in _beside(problem, frame, driving=False) if o not in riding and times[o] < most]
    if not free:
        return Text(
            f"{who}没有第二名持证队员可同行",
            f"{who} has no second certified officer to go with",
        )
    fit = [o for o in free if may_go_out(problem.policy, been.get(o, ()), shift_in(problem, frame, o))]
    kinds = {each.kind for each in frames if any(o in fit for o in _beside(problem, each, driving=True))}
    if not kinds:
        return Text(
            f"能与{who}同行的队员工时已满、休息不足或不会开车",
            f"whoever could go with {who} has no hours or rest left, or may not drive",
        )
    taken = {r.vehicle_id for r in plan.routes if r.depart < frame.end and frame.start < r.back}
    if all(vehicle.id in taken for vehicle in problem.crew_vehicles if vehicle.kind in kinds):
        return Text("没有空余车辆", "no vehicle is left")
    return Text(
        f"{who}可去,但要改动其他安排才划算",
        f"{who} could go, but only by changing what costs more",
    )


def _beside(problem: WeeklyProblem, frame: Frame, *, driving: bool) -> list[str]:
    """Return who could ride second on the lead's shift; with `driving`, only who makes a crew that may drive."""
    return [
        shift.officer_id
        for shift in problem.shifts
        if may_ride(problem, frame, shift)
        and problem.officers[shift.officer_id].certified
        and (not driving or crew_may_take(problem.officers, frame.kind, (frame.lead, shift.officer_id)))
    ]


def _no_hours(problem: WeeklyProblem, been: Mapping[Span, Route], shift: Span, who: str) -> Text | None:
    """Return which limit of hours or rest keeps somebody who goes out in the shifts `been` from one more."""
    policy = problem.policy
    today = seconds_of(other for other in been if other[0] // DAY == shift[0] // DAY)
    week, more = seconds_of(been), shift[1] - shift[0]
    if today + more > policy.max_patrol_hours_per_day:
        had, most = in_hours(today), in_hours(policy.max_patrol_hours_per_day)
        return Text(
            f"{who}当天外出的班已有 {had.zh},再出这一班超过一天上限 {most.zh}",
            f"{who} is on patrol for {had.en} that day already; one more shift passes the limit of {most.en}",
        )
    if week + more > policy.max_patrol_hours_per_week:
        had, most = in_hours(week), in_hours(policy.max_patrol_hours_per_week)
        return Text(
            f"{who}本周外出的班已有 {had.zh},再出这一班超过一周上限 {most.zh}",
            f"{who} is on patrol for {had.en} this week already; one more shift passes the limit of {most.en}",
        )
    for other, route in sorted(been.items(), key=lambda item: item[0]):
        if missing_rest(policy, other, shift):
            that = WEEKDAYS[route.day]
            band = problem.bands[route.band_id].name
            return Text(
                f"{who}还要出{that.zh}{band},两次之间休息不够",
                f"{who} also goes out on {that.en} {clock(other[0])}: too little rest in between",
            )
    return None


def _when(problem: WeeklyProblem, shift: Shift) -> Text:
    band = problem.bands[shift.band_id]
    day = WEEKDAYS[problem.day_of(shift)]
    return Text(f"{day.zh}{band.name}", f"{day.en} {clock(shift.start)} shift")
