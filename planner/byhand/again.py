"""Plan a week again around what a leader has pinned: every pinned visit stays to the second, with the same people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from planner.byhand.moving import TakeOut, taken_out
from planner.guarantee import Promise
from planner.planning import Progress, plan_week
from planner.replan import with_standby
from planner.visit import ArrivalWindow, Pin, Visit
from planner.week import DAY, Kept, Route, WeeklyPlan, WeeklyProblem


@dataclass(frozen=True, slots=True)
class _Held:
    """A pinned visit as the plan makes it."""

    visit: Visit
    route: Route
    begin: int

    @property
    def pin(self) -> Pin:
        crew = self.route.crew.officers
        return Pin(self.visit.id, self.route.day, self.route.band_id, crew[0], crew[1] if len(crew) > 1 else None)


def planned_again(
    problem: WeeklyProblem,
    plan: WeeklyPlan,
    *,
    seed: int = 0,
    time_limit: float = 20.0,
    promise: Promise | None = None,
    progress: Callable[[Progress], None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
) -> WeeklyPlan:
    """Return the cheapest plan found for the week in which every visit pinned in `plan` is made as `plan` makes it.

    A patrol that the planner could not make itself (it breaks a rule, and was pinned all the same) keeps its pinned
    visits and is given no others before or between them. The bound is that of plans with the same visits pinned.
    """
    held = _held(problem, plan)
    stuck: frozenset[str] = frozenset()
    while True:
        fresh = plan_week(
            _around(problem, plan, held, stuck),
            seed=seed,
            time_limit=time_limit,
            promise=promise,
            progress=progress,
            stop=stop,
        )
        made = {stop.visit_id: (route, stop.begin) for route in fresh.routes for stop in route.stops}
        lost = {one.route.id for name, one in held.items() if not _same(one, made.get(name))} - stuck
        if not lost:
            return with_standby(problem, fresh, plan.standby)
        stuck |= lost


def _held(problem: WeeklyProblem, plan: WeeklyPlan) -> Mapping[str, _Held]:
    visits = {visit.id: visit for visit in problem.visits}
    pinned = {pin.visit_id for pin in problem.pins}
    return {
        stop.visit_id: _Held(visits[stop.visit_id], route, stop.begin)
        for route in plan.routes
        for stop in route.stops
        if stop.visit_id in pinned and stop.visit_id in visits
    }


def _same(one: _Held, made: tuple[Route, int] | None) -> bool:
    if made is None:
        return False
    route, begin = made
    where = route.day, route.band_id, route.crew.officers
    return begin == one.begin and where == (one.route.day, one.route.band_id, one.route.crew.officers)


def _around(
    problem: WeeklyProblem, plan: WeeklyPlan, held: Mapping[str, _Held], stuck: frozenset[str]
) -> WeeklyProblem:
    """Return the week in which pinned visits can only be made as they are: their seconds and people set, or kept."""
    kept = tuple(Kept(route, route.back, finished=True) for route in _only(problem, plan, held) if route.id in stuck)
    free = {name: one for name, one in held.items() if one.route.id not in stuck}
    begins = {(one.visit.obligation_id, one.route.day): one for one in free.values()}
    visits = tuple(_narrowed(visit, begins) for visit in problem.visits)
    pins = tuple(pin for pin in problem.pins if pin.visit_id not in held)
    return replace(problem, visits=visits, kept=kept, pins=(*pins, *(one.pin for one in free.values())))


def _only(problem: WeeklyProblem, plan: WeeklyPlan, held: Mapping[str, _Held]) -> tuple[Route, ...]:
    """Return the routes with their pinned stops only, at their seconds."""
    for stop in [stop for route in plan.routes for stop in route.stops if stop.visit_id not in held]:
        plan = taken_out(problem, plan, TakeOut(stop.visit_id))
    return plan.routes


def _narrowed(visit: Visit, begins: Mapping[tuple[str, int], _Held]) -> Visit:
    """Return a visit that begins at the pinned second on days on which one of its obligation is pinned.

    Visits of one obligation are alike, and no two of them are made on one day.
    """
    mine = {day: one for (obligation, day), one in begins.items() if obligation == visit.obligation_id}
    if not mine:
        return visit
    others = [w for w in visit.windows if w.earliest // DAY not in mine]
    windows = sorted(
        [*others, *(ArrivalWindow(one.begin, one.begin) for one in mine.values())], key=lambda w: w.earliest
    )
    leads = tuple(dict.fromkeys((*visit.leads, *(one.route.crew.lead for one in mine.values()))))
    days = tuple(sorted({*visit.days, *mine}))
    return replace(visit, windows=tuple(windows), days=days, leads=leads)
