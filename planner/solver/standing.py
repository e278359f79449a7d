"""What stands of a published week: its price, its columns to begin with, and the vehicles it holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from planner.objective import price
from planner.solver.columns import Column
from planner.stability import kept_day
from planner.week import DAY, Objective, WeeklyPlan, WeeklyProblem
from planner.workload import crew_may_take


def kept_price(problem: WeeklyProblem) -> int:
    """Return what the routes that stay cost, their ways home apart; officers' outings are counted by the master."""
    stays = WeeklyPlan(problem.week, tuple(kept.route for kept in problem.kept), (), Objective({}, 0), 0, 0.0)
    terms = price(replace(problem, published=()), stays)
    return sum(terms[term] for term in ("drive", "outing", "b_leads", "preferred", "predictable", "late"))


def stability_of(problem: WeeklyProblem, column: Column) -> int:
    """Return what a column adds to the price of all published visits taken off: less for each that it keeps."""
    found = 0
    for task in column.tasks:
        if task.promise is not None:
            frame = column.frame
            found += kept_day(problem, task.promise, frame.band_id, frame.lead) - problem.policy.prices.moved_day
    return found


def as_published(problem: WeeklyProblem, columns: Sequence[Column]) -> list[tuple[int, str]]:
    """Return the columns of the published week, as far as they are still there, with their second officers.

    Those of routes that stay come first; a crew on the road of whose plan nothing is left goes home.
    """
    obligations = {visit.id: visit.obligation_id for visit in problem.visits}
    wanted: dict[tuple[int, str, str], set[tuple[str, int]]] = {}
    seconds: dict[tuple[int, str, str], str] = {}
    kinds = {vehicle.id: vehicle.kind for vehicle in problem.vehicles}
    chosen_kind = {}
    for item in problem.published:
        if item.visit_id in obligations:
            slot = item.day, item.band_id, item.lead
            wanted.setdefault(slot, set()).add((obligations[item.visit_id], item.day))
            seconds[slot], chosen_kind[slot] = item.second, kinds.get(item.vehicle_id)
    for kept in problem.kept:
        slot = kept.route.day, kept.route.band_id, kept.route.crew.lead
        seconds[slot] = kept.route.crew.officers[1]
        wanted.setdefault(slot, set())
    best: dict[tuple[int, str, str], tuple[tuple[int, bool, int], int]] = {}
    for k, column in enumerate(columns):
        slot = column.frame.slot[:3]
        if slot in wanted and column.keys <= wanted[slot] and _driven(problem, column, seconds[slot]):
            rank = len(column.keys), column.frame.kind == chosen_kind.get(slot), -column.drive
            if slot not in best or rank > best[slot][0]:
                best[slot] = rank, k
    first = {(kept.route.day, kept.route.band_id, kept.route.crew.lead) for kept in problem.kept}
    order = sorted(best, key=lambda slot: (slot not in first, slot))
    return [(best[slot][1], seconds[slot]) for slot in order]


def _driven(problem: WeeklyProblem, column: Column, second: str) -> bool:
    frame = column.frame
    return frame.resumes is not None or crew_may_take(problem.officers, frame.kind, (frame.lead, second))


def vehicles_taken(problem: WeeklyProblem) -> dict[str, list[tuple[int, int]]]:
    """Return by vehicle the spans in which it is out of service or with a crew that stays out."""
    taken: dict[str, list[tuple[int, int]]] = {}
    for vehicle_id, start, end in _spans(problem):
        taken.setdefault(vehicle_id, []).append((start, end))
    return taken


def _spans(problem: WeeklyProblem) -> Iterator[tuple[str, int, int]]:
    for broken in problem.out_of_service:
        yield broken.vehicle_id, broken.start, broken.end
    for kept in problem.kept:
        route = kept.route
        midnight = route.day * DAY
        mine = [s for s in problem.shifts if problem.day_of(s) == route.day and s.band_id == route.band_id]
        ends = [midnight + s.end for s in mine if s.officer_id in route.crew.officers]
        yield route.vehicle_id, route.depart, max([*ends, kept.ready])
