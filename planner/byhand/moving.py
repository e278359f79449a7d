"""Move one visit of a plan by hand: out of its route, into another crew's or a new one's; all else as it is.

What breaks a rule is made: `planner.rules` and the exact two-hour check say so afterwards. Only what cannot be made at
all is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from geo.text import Text
from planner.byhand.crews import Sent, crew_of, new_crews, riding
from planner.byhand.laying import Laid, Wanted, lay
from planner.demand import VISITING_HOURS
from planner.errors import ImpossibleMoveError
from planner.policy import MINUTE
from planner.repairs.case import Case
from planner.repairs.retime import Allowed, settled_again
from planner.rulebook import Span, community_name
from planner.slots import free_windows
from planner.solver.columns import Frame, Task, tasks_by_day, tolls_of
from planner.visit import Visit
from planner.week import DAY, Leg, MissedVisit, Route, Stop, WeeklyPlan, WeeklyProblem

SETTLING_WORK = 0.03
"""Most deterministic seconds for other times of one route: somebody holds a card in the air."""

BY_HAND = Text("手工取下", "taken out by hand")


@dataclass(frozen=True, slots=True)
class Move:
    """A visit to be made on a day (Monday is 0), in a band, by an officer's crew.

    Attributes
    ----------
    officer_id
        Whoever rides with a crew then brings the visit to that crew; else he goes out with it at the head of a new one.
    begin
        Seconds of the week; None as is best.
    """

    visit_id: str
    day: int
    band_id: str
    officer_id: str
    begin: int | None = None


@dataclass(frozen=True, slots=True)
class TakeOut:
    """A visit to be made by nobody, until somebody finds a place for it again."""

    visit_id: str


def moved(problem: WeeklyProblem, plan: WeeklyPlan, move: Move) -> WeeklyPlan:
    """Return the plan with a visit where the leader wants it; what it then costs and breaks is still to be found.

    The other stops of both routes stay at their seconds, or give way as little as they must.

    Raises
    ------
    ImpossibleMoveError
        Where there is no such visit, officer or band, nobody to go, no way there, or it has been made already.
    """
    visit = _known(problem, move)
    target = riding(plan, move.day, move.band_id, move.officer_id)
    rest = _without(problem, plan, visit.id)
    if target is not None:
        _require_ahead(problem, target)
        return _joined(problem, rest, target, visit, move.begin)
    found: list[tuple[tuple[int, int, int], Sent, Laid]] = []
    for sent in new_crews(problem, rest, move.day, move.band_id, move.officer_id):
        laid = _with_visit(problem, rest, sent, (), None, visit, move.begin)
        if laid is not None:
            found.append(((sent.amiss, laid.late, laid.cost), sent, laid))
    if not found:
        raise _no_way(problem, visit)
    _, sent, laid = min(found, key=lambda one: one[0])
    _require_within_the_day(laid, move.day)
    return _placed(_added(problem, rest, _fresh(problem, rest, sent, laid)), visit.id)


def taken_out(problem: WeeklyProblem, plan: WeeklyPlan, act: TakeOut) -> WeeklyPlan:
    """Return the plan without a visit, which is then missed by the leader's own hand.

    Raises
    ------
    ImpossibleMoveError
        Where the plan does not make it, or it has been made already.
    """
    visit = visit_of(problem, act.visit_id)
    left = _without(problem, plan, visit.id)
    if left is plan:
        raise ImpossibleMoveError(Text("这项任务本来就没有排上", "The plan does not make this visit anyway"))
    if not visit.mandatory:
        return left
    return replace(left, missed=(*left.missed, MissedVisit(visit.id, (BY_HAND,))))


def _known(problem: WeeklyProblem, move: Move) -> Visit:
    if move.officer_id not in problem.officers:
        raise ImpossibleMoveError(Text(f"没有队员“{move.officer_id}”", f"There is no officer “{move.officer_id}”"))
    if move.band_id not in problem.bands:
        raise ImpossibleMoveError(Text(f"没有班次“{move.band_id}”", f"There is no band “{move.band_id}”"))
    if move.begin is not None and move.begin // DAY != move.day:
        raise ImpossibleMoveError(Text("这个时刻不在那一天", "That time is not on that day"))
    if move.begin is not None and move.begin < problem.now:
        raise ImpossibleMoveError(Text("这个时刻已经过去", "That time is past"))
    return visit_of(problem, move.visit_id)


def visit_of(problem: WeeklyProblem, visit_id: str) -> Visit:
    """Return a visit of the week; raise `ImpossibleMoveError` where there is none of that number."""
    visit = next((visit for visit in problem.visits if visit.id == visit_id), None)
    if visit is None:
        raise ImpossibleMoveError(Text(f"没有任务“{visit_id}”", f"There is no visit “{visit_id}”"))
    return visit


def _require_ahead(problem: WeeklyProblem, route: Route) -> None:
    if route.depart < problem.now:
        raise ImpossibleMoveError(
            Text("这组已经出发,请按突发情况重排", "That crew is out already: tell what happened and plan again")
        )


def _without(problem: WeeklyProblem, plan: WeeklyPlan, visit_id: str) -> WeeklyPlan:
    """Return the plan without a visit; the plan itself where it does not make it."""
    route = next((r for r in plan.routes if any(stop.visit_id == visit_id for stop in r.stops)), None)
    if route is None:
        return plan
    _require_ahead(problem, route)
    left = tuple(stop for stop in route.stops if stop.visit_id != visit_id)
    if not left:
        return replace(plan, routes=tuple(each for each in plan.routes if each is not route))
    sent = crew_of(problem, route)
    laid = lay(problem, sent.frame, _standing(problem, plan, route, left), rest=route.rest)
    if laid is None:
        raise ImpossibleMoveError(Text("剩下的几处之间没有路可走", "No way leads between the stops that are left"))
    return _replaced(plan, route, _relaid(route, laid))


def _joined(problem: WeeklyProblem, plan: WeeklyPlan, target: Route, visit: Visit, begin: int | None) -> WeeklyPlan:
    """Return the plan with a visit among the stops of a crew that goes out anyway, or went out for it alone."""
    now = next((route for route in plan.routes if route.id == target.id), None)
    sent = crew_of(problem, target)
    laid = _with_visit(problem, plan, sent, () if now is None else now.stops, now, visit, begin)
    if laid is None:
        raise _no_way(problem, visit)
    _require_within_the_day(laid, target.day)
    if now is None:
        return _placed(_added(problem, plan, _relaid(target, laid)), visit.id)
    route = _relaid(now, laid)
    if laid.late:
        asked = {} if begin is None else {visit.id: ((begin, begin + MINUTE - 1),)}
        route = _settled(problem, plan, route, asked) or route
    return _placed(_replaced(plan, now, route), visit.id)


def _with_visit(
    problem: WeeklyProblem,
    plan: WeeklyPlan,
    sent: Sent,
    stops: Sequence[Stop],
    route: Route | None,
    visit: Visit,
    begin: int | None,
) -> Laid | None:
    """Return a crew's stops with a visit among them; `route` is theirs."""
    others = [] if route is None else _standing(problem, plan, route, stops, joined=True)
    elsewhere = replace(plan, routes=tuple(each for each in plan.routes if each is not route))
    task = _task(problem, visit, sent.frame.day)
    stop = Stop(
        visit.id,
        visit.community_id,
        problem.communities[visit.community_id].main_gate.id,
        0,
        0,
        0,
        sent.crew.officers,
        visit.partner_ids,
    )
    new = Wanted(
        stop,
        None if visit.whole_shift and not stops else visit.duration,
        _windows(problem, elsewhere, visit, task, sent.frame),
        begin,
        fresh=True,
        tolls=() if task is None else tolls_of(problem, sent.frame, task),
    )
    return lay(problem, sent.frame, others, new, None if route is None else route.rest, asked=begin)


def _require_within_the_day(laid: Laid, day: int) -> None:
    last = max(laid.legs[-1].arrive, 0 if laid.rest is None else laid.rest.end)
    if laid.legs[0].depart < day * DAY or last > (day + 1) * DAY:
        raise ImpossibleMoveError(Text("这一天里做不完", "That cannot be done within the day"))


def _standing(
    problem: WeeklyProblem, plan: WeeklyPlan, route: Route, stops: Sequence[Stop], *, joined: bool = False
) -> list[Wanted]:
    """Return a route's stops as they are wanted again: at their seconds; a stationing fills the shift if alone."""
    visits = {visit.id: visit for visit in problem.visits}
    held = {pin.visit_id for pin in problem.pins}
    elsewhere = replace(plan, routes=tuple(each for each in plan.routes if each is not route))
    frame = crew_of(problem, route).frame
    wanted = []
    for stop in stops:
        visit, length = visits.get(stop.visit_id), stop.end - stop.begin
        fills = visit is not None and visit.whole_shift
        if visit is not None and fills:
            length = visit.duration
        task = None if visit is None else _task(problem, visit, route.day)
        windows = () if visit is None else _windows(problem, elsewhere, visit, task, frame)
        alone = fills and not joined and len(stops) == 1
        wanted.append(Wanted(stop, None if alone else length, windows, stop.begin, stop.visit_id in held))
    return wanted


def _task(problem: WeeklyProblem, visit: Visit, day: int) -> Task | None:
    return next(iter(tasks_by_day(replace(problem, visits=(visit,), kept=()))[day]), None)


def _windows(
    problem: WeeklyProblem, elsewhere: WeeklyPlan, visit: Visit, task: Task | None, frame: Frame
) -> tuple[Span, ...]:
    """Return when a visit may begin that day while its partners are free; where it may not, when one would expect it.

    That is: while they can come, though they are wanted elsewhere too; or else when one may knock at a door.
    """
    if task is None:
        first, last = (frame.day * DAY + second for second in VISITING_HOURS)
        return ((first, max(first, last - visit.duration)),)
    return tuple(free_windows(problem, elsewhere, task)) or task.windows


def _settled(
    problem: WeeklyProblem, plan: WeeklyPlan, route: Route, asked: Mapping[str, Sequence[Span]]
) -> Route | None:
    """Return a route whose stops and break find lawful seconds in whatever order; None where there are none.

    Pinned stops stay at their seconds, and what the leader asked for begins when he asked for it.
    """
    ids = {stop.visit_id for stop in route.stops}
    mine = tuple(visit for visit in problem.visits if visit.id in ids)
    if len({visit.obligation_id for visit in mine}) < len(route.stops):
        return None
    held = {pin.visit_id for pin in problem.pins}
    fixed = {stop.visit_id: ((stop.begin, stop.begin),) for stop in route.stops if stop.visit_id in held}
    case = Case(replace(problem, visits=mine), plan, {}, {})
    found = settled_again(case, route, route.stops, Allowed({**fixed, **asked}), SETTLING_WORK)
    return None if found is None else replace(found, legs=tuple(_known_roads(route, found.legs)))


def _fresh(problem: WeeklyProblem, plan: WeeklyPlan, sent: Sent, laid: Laid) -> Route:
    """Return a new outing, named as the planner would name it."""
    frame = sent.frame
    name = f"{problem.week.days[frame.day].isoformat()}-{frame.band_id}-{frame.lead}"
    taken = {route.id for route in plan.routes}
    name = next(each for each in (name, *(f"{name}-{n}" for n in range(2, len(taken) + 3))) if each not in taken)
    return Route(name, frame.day, frame.band_id, sent.crew, sent.vehicle_id, laid.stops, laid.legs, laid.rest)


def _relaid(route: Route, laid: Laid) -> Route:
    return replace(route, stops=laid.stops, legs=tuple(_known_roads(route, laid.legs)), rest=laid.rest)


def _known_roads(route: Route, legs: Sequence[Leg]) -> Iterator[Leg]:
    """Yield legs with the roads that a route already follows between the same places."""
    paths = {(leg.origin, leg.destination): leg.path for leg in route.legs}
    for leg in legs:
        yield replace(leg, path=paths.get((leg.origin, leg.destination), ()))


def _replaced(plan: WeeklyPlan, route: Route, instead: Route) -> WeeklyPlan:
    return replace(plan, routes=tuple(instead if each is route else each for each in plan.routes))


def _added(problem: WeeklyProblem, plan: WeeklyPlan, route: Route) -> WeeklyPlan:
    """Return the plan with a further route, in the order of days, bands and leads; the others keep theirs."""

    def order(each: Route) -> tuple[int, int, str]:
        return each.day, problem.bands[each.band_id].start, each.crew.lead

    place = next((n for n, each in enumerate(plan.routes) if order(each) > order(route)), len(plan.routes))
    return replace(plan, routes=(*plan.routes[:place], route, *plan.routes[place:]))


def _placed(plan: WeeklyPlan, visit_id: str) -> WeeklyPlan:
    return replace(plan, missed=tuple(item for item in plan.missed if item.visit_id != visit_id))


def _no_way(problem: WeeklyProblem, visit: Visit) -> ImpossibleMoveError:
    place = community_name(problem, visit.community_id)
    return ImpossibleMoveError(Text(f"没有路可到{place}", f"No way leads to {place}"))
