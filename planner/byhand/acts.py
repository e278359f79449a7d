"""What a leader may do to a plan by hand, one act at a time, and what becomes of the week and the plan."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

from geo.text import Text
from planner.byhand.moving import Move, TakeOut, moved, taken_out
from planner.document import held_by_hand
from planner.errors import ImpossibleMoveError
from planner.visit import Pin
from planner.week import Route, WeeklyPlan, WeeklyProblem


@dataclass(frozen=True, slots=True)
class SetPin:
    """A visit to be held where it is, or to be held no longer."""

    visit_id: str
    pinned: bool


Act: TypeAlias = Move | TakeOut | SetPin


def done(problem: WeeklyProblem, plan: WeeklyPlan, act: Act) -> tuple[WeeklyProblem, WeeklyPlan]:
    """Return the week and the plan after an act; where a pinned visit is moved, its pin goes along.

    Raises
    ------
    ImpossibleMoveError
        As `planner.byhand.moving.moved` and `taken_out` do; where what is to be held is made by nobody, or what is to
        be held no longer is held by an event.
    """
    if isinstance(act, SetPin):
        return (_pinned if act.pinned else _unpinned)(problem, plan, act.visit_id), plan
    after = moved(problem, plan, act) if isinstance(act, Move) else taken_out(problem, plan, act)
    if all(pin.visit_id != act.visit_id for pin in held_by_hand(problem)):
        return problem, after
    return (_pinned if isinstance(act, Move) else _without)(problem, after, act.visit_id), after


def _pinned(problem: WeeklyProblem, plan: WeeklyPlan, visit_id: str) -> WeeklyProblem:
    route = _route_of(plan, visit_id)
    if route is None:
        raise ImpossibleMoveError(Text("没有排上的任务钉不住", "A visit that nobody makes cannot be pinned"))
    pin = Pin(visit_id, route.day, route.band_id, route.crew.lead)
    rest = _without(problem, plan, visit_id)
    return rest if pin in rest.pins else replace(rest, pins=(*rest.pins, pin))


def _unpinned(problem: WeeklyProblem, plan: WeeklyPlan, visit_id: str) -> WeeklyProblem:
    left = _without(problem, plan, visit_id)
    if any(pin.visit_id == visit_id for pin in left.pins):
        raise ImpossibleMoveError(Text("这是处置突发情况时钉住的", "It was pinned when the week was planned again"))
    return left


def _without(problem: WeeklyProblem, plan: WeeklyPlan, visit_id: str) -> WeeklyProblem:
    del plan
    gone = {pin for pin in held_by_hand(problem) if pin.visit_id == visit_id}
    return replace(problem, pins=tuple(pin for pin in problem.pins if pin not in gone)) if gone else problem


def _route_of(plan: WeeklyPlan, visit_id: str) -> Route | None:
    return next((route for route in plan.routes if any(stop.visit_id == visit_id for stop in route.stops)), None)
