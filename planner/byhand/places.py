"""Where a visit could stand: every shift of everybody who could take it, tried as a leader would try it by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from planner.byhand.crews import riding
from planner.byhand.moving import Move, TakeOut, moved, taken_out, visit_of
from planner.errors import ImpossibleMoveError
from planner.objective import price
from planner.rulebook import BrokenRule
from planner.rules import RULES, judge
from planner.solver.columns import posts
from planner.visit import Visit
from planner.week import WeeklyPlan, WeeklyProblem

Said: TypeAlias = tuple[object, ...]

ASKED = tuple(rule for rule in RULES if rule.code != "stated_cost_is_true")
"""What a plan states of its cost is no matter of where a visit stands."""

AT_A_TIME = 8
"""So many rules are asked before somebody in a hurry is let pass."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Which places are asked for; None asks for all.

    Attributes
    ----------
    officer
        Whose row of the board it is: he leads, or rides with the crew.
    """

    day: int | None = None
    band_id: str | None = None
    officer: str | None = None

    def holds(self, day: int, band_id: str, officers: tuple[str, ...]) -> bool:
        """Return whether a place is asked for."""
        same = self.day in {None, day} and self.band_id in {None, band_id}
        return same and (self.officer is None or self.officer in officers)


EVERYWHERE = Spot()


@dataclass(frozen=True, slots=True)
class Place:
    """One place for a visit.

    Attributes
    ----------
    officers
        On whose row of the board it is: whoever rides with the crew that makes it, and is on that shift.
    broken
        Rules that are broken with the visit there, and not without the visit.
    judged
        All that `plan` breaks of the rules in `ASKED`.
    cost
        What the plan costs more than it does now, what only the exact check finds left out; seconds of driving.
    """

    day: int
    band_id: str
    officers: tuple[str, ...]
    begin: int
    broken: tuple[BrokenRule, ...]
    judged: tuple[BrokenRule, ...]
    cost: int
    plan: WeeklyPlan

    @property
    def key(self) -> tuple[int, int, int, int, str, str]:
        """What is best first: what breaks least hard, then least at all, then costs least."""
        hard = sum(rule.hard for rule in self.broken)
        return hard, self.cost, len(self.broken), self.begin, self.band_id, self.officers[0]


def places(
    problem: WeeklyProblem,
    plan: WeeklyPlan,
    visit_id: str,
    *,
    most: int,
    spot: Spot = EVERYWHERE,
    further: Callable[[], bool] = lambda: True,
    without: Callable[[], frozenset[Said]] | None = None,
) -> tuple[Place, ...]:
    """Return where a visit could stand, the best first; the two-hour check is not asked.

    Parameters
    ----------
    most
        So many are tried, the most promising first: those who may lead the visit, on its days.
    further
        Asked often, where it may wait; no more are tried once it says no.
    without
        Says what `broken_without` does of the visit, by somebody who may know it already.

    Raises
    ------
    ImpossibleMoveError
        Where there is no such visit, or it has been made already.
    """
    visit = visit_of(problem, visit_id)
    old: frozenset[Said] | None = None
    before = sum(price(problem, plan).values())
    found = []
    asked = [one for one in _moves(problem, plan, visit) if spot.holds(one[0].day, one[0].band_id, one[1])]
    for move, officers in asked[:most]:
        if not further():
            break
        try:
            there = moved(problem, plan, move)
        except ImpossibleMoveError:
            continue
        judged = _broken(problem, there, further)
        if judged and old is None:
            old = without() if without else broken_without(problem, plan, visit_id, further)
        broken = tuple(rule for rule in judged if _said(rule) not in old) if old else judged
        begin = next(s.begin for route in there.routes for s in route.stops if s.visit_id == visit_id)
        cost = sum(price(problem, there).values()) - before
        found.append(Place(move.day, move.band_id, officers, begin, broken, judged, cost, there))
    return tuple(sorted(found, key=lambda place: place.key))


def broken_without(
    problem: WeeklyProblem, plan: WeeklyPlan, visit_id: str, further: Callable[[], bool] = lambda: True
) -> frozenset[Said]:
    """Return what a plan breaks with a visit made by nobody, in words that are compared; `further` as for `places`."""
    placed = any(stop.visit_id == visit_id for route in plan.routes for stop in route.stops)
    plan = taken_out(problem, plan, TakeOut(visit_id)) if placed else plan
    return frozenset(_said(rule) for rule in _broken(problem, plan, further))


def _broken(problem: WeeklyProblem, plan: WeeklyPlan, further: Callable[[], bool]) -> tuple[BrokenRule, ...]:
    """Return what a plan breaks; `further` is asked between some rules and the next, where it may let others pass."""
    broken: list[BrokenRule] = []
    for first in range(0, len(ASKED), AT_A_TIME):
        broken += judge(problem, plan, ASKED[first : first + AT_A_TIME])
        further()
    return tuple(broken)


def _said(rule: BrokenRule) -> Said:
    return rule.rule, rule.where, rule.over


def _moves(problem: WeeklyProblem, plan: WeeklyPlan, visit: Visit) -> Iterator[tuple[Move, tuple[str, ...]]]:
    """Yield a move for each crew that is out, and for everybody else on a shift, the most promising first."""
    seats: dict[tuple[int, str, str], tuple[str, ...]] = {}
    for shift in problem.shifts:
        day = problem.day_of(shift)
        route = riding(plan, day, shift.band_id, shift.officer_id)
        if route is None and not problem.officers[shift.officer_id].certified:
            continue
        lead = shift.officer_id if route is None else route.crew.lead
        key = day, shift.band_id, lead
        seats[key] = tuple(dict.fromkeys((*seats.get(key, ()), shift.officer_id)))
    leads = posts(problem, visit)

    def promising(key: tuple[int, str, str]) -> tuple[bool, bool, int]:
        day, _, lead = key
        return lead not in leads, day not in visit.days, leads.index(lead) if lead in leads else 0

    for key in sorted(seats, key=lambda key: (promising(key), key)):
        day, band_id, lead = key
        yield Move(visit.id, day, band_id, lead), seats[key]
