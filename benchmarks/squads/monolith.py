"""The whole week as one CP-SAT model: a circuit for every shift and kind of vehicle, starts, breaks, partners, crews.

No columns and no cuts: what a modeller writes down first. It starts from the greedy week as its hint.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from typing import TypeAlias

from ortools.sat.python import cp_model

from benchmarks.squads.finish import Draft
from geo.travel import UNREACHABLE
from planner.officer import VehicleKind
from planner.solver.columns import Frame, frames, may_ride, posts
from planner.week import DAY, STATION, Route, WeeklyPlan, WeeklyProblem

Literal: TypeAlias = cp_model.IntVar
Expression: TypeAlias = cp_model.LinearExpr | int
HOME = -1
WORKERS = 2


@dataclass(frozen=True, slots=True)
class Found:
    """What the solver has when its time is up: crews, and a bound for the whole week."""

    drafts: tuple[Draft, ...]
    bound: int


def solve_whole(problem: WeeklyProblem, start: WeeklyPlan, *, seed: int, seconds: float) -> Found:
    """Return the best crews found in so many seconds on the clock.

    Parameters
    ----------
    start
        A plan to start from.
    """
    week = _Whole(problem)
    week.hint(start)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = WORKERS
    solver.parameters.random_seed = seed
    solver.parameters.max_time_in_seconds = seconds
    status = solver.solve(week.model)
    found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    bound = max(0, math.ceil(solver.best_objective_bound - 1e-6))
    return Found(tuple(week.drafts(solver)) if found else (), bound)


@dataclass
class _Patrol:
    """The variables of one lead's shift in a vehicle of one kind."""

    frame: Frame
    goes: Literal
    here: dict[int, Literal]
    arcs: dict[tuple[int, int], Literal] = field(default_factory=dict)
    rest: _Rest | None = None


@dataclass(frozen=True)
class _Rest:
    begin: Literal
    after: dict[int, Literal]
    leaving: Literal


class _Whole:
    def __init__(self, problem: WeeklyProblem) -> None:
        self.problem, self.model = problem, cp_model.CpModel()
        self.visits = problem.visits
        self.begins = [self._begin(n) for n in range(len(self.visits))]
        self.ends = [self._end(n) for n in range(len(self.visits))]
        self.placed = [self.model.new_bool_var("placed") for _ in self.visits]
        self.costs: list[Expression] = []
        self.patrols = [self._patrol(frame) for frame in frames(problem)]
        self.rides: dict[tuple[tuple[int, str, str, int], str], Literal] = {}
        self.orders: dict[tuple[int, int], Literal] = {}
        self._place()
        self._form_crews()
        self._share_vehicles()
        self._share_partners()
        self._space()
        self.model.minimize(sum(self.costs))

    def _begin(self, n: int) -> Literal:
        spans = [[w.earliest, w.latest] for w in self.visits[n].windows if w.earliest // DAY in self.visits[n].days]
        return self.model.new_int_var_from_domain(cp_model.Domain.from_intervals(spans or [[0, 0]]), "begin")

    def _end(self, n: int) -> Expression:
        visit = self.visits[n]
        return self.model.new_int_var(0, 7 * DAY, "end") if visit.whole_shift else self.begins[n] + visit.duration

    def _patrol(self, frame: Frame) -> _Patrol:
        problem, model = self.problem, self.model
        mine = [
            n for n, visit in enumerate(self.visits) if frame.lead in posts(problem, visit) and frame.day in visit.days
        ]
        patrol = _Patrol(frame, model.new_bool_var("goes"), {n: model.new_bool_var("here") for n in mine})
        if frame.rest is not None:
            earliest, latest, _ = frame.rest
            patrol.rest = _Rest(
                model.new_int_var(earliest, latest, "rest"),
                {n: model.new_bool_var("rest after") for n in (HOME, *mine)},
                model.new_bool_var("leaving"),
            )
            model.add_exactly_one(patrol.rest.after.values())
        for i in (HOME, *mine):
            for j in (HOME, *mine):
                if i != j:
                    self._arc(patrol, i, j)
        loops = [(n + 1, n + 1, ~here) for n, here in patrol.here.items()]
        model.add_circuit([(0, 0, ~patrol.goes), *loops, *((i + 1, j + 1, arc) for (i, j), arc in patrol.arcs.items())])
        for n, here in patrol.here.items():
            self._serve(patrol, n, here)
        self.costs.append(problem.policy.prices.outing * patrol.goes)
        return patrol

    def _serve(self, patrol: _Patrol, n: int, here: Literal) -> None:
        frame, visit = patrol.frame, self.visits[n]
        self.model.add(self.begins[n] >= frame.start).only_enforce_if(here)
        self.model.add(self.ends[n] <= frame.end).only_enforce_if(here)
        self.model.add_implication(here, patrol.goes)
        if visit.whole_shift:
            back = self.problem.drive(frame.kind, frame.band_id, visit.community_id, STATION)
            rest = 0 if frame.rest is None else frame.rest[2]
            self.model.add(self.ends[n] == frame.end - back).only_enforce_if(here)
            self.model.add(self.begins[n] + visit.duration + rest <= self.ends[n]).only_enforce_if(here)
            for other, also in patrol.here.items():
                if other != n:
                    self.model.add_implication(here, ~also)
        if posts(self.problem, visit)[1] == frame.lead:
            self.costs.append(self.problem.policy.prices.b_leads * here)

    def _arc(self, patrol: _Patrol, i: int, j: int) -> None:
        """Drive from one visit to another, the break before leaving or after arriving where it falls in between."""
        frame, model = patrol.frame, self.model
        names = [STATION if n == HOME else self.visits[n].community_id for n in (i, j)]
        seconds = self.problem.drive(frame.kind, frame.band_id, *names)
        if seconds >= UNREACHABLE:
            return
        arc = model.new_bool_var("arc")
        patrol.arcs[i, j] = arc
        ready: Expression = frame.start if i == HOME else self.ends[i]
        done: Expression = frame.end if j == HOME else self.begins[j]
        model.add(ready + seconds <= done).only_enforce_if(arc)
        self.costs.append(seconds * arc)
        if patrol.rest is None or frame.rest is None:
            return
        rest, length = patrol.rest, frame.rest[2]
        if i != HOME and self.visits[i].whole_shift:
            return  # on stationing the break is taken on site
        here = [arc, rest.after[i]]
        model.add(ready <= rest.begin).only_enforce_if([*here, rest.leaving])
        model.add(rest.begin + length + seconds <= done).only_enforce_if([*here, rest.leaving])
        model.add(ready + seconds <= rest.begin).only_enforce_if([*here, ~rest.leaving])
        model.add(rest.begin + length <= done).only_enforce_if([*here, ~rest.leaving])

    def _place(self) -> None:
        made: dict[int, list[Literal]] = defaultdict(list)
        for patrol in self.patrols:
            for n, here in patrol.here.items():
                made[n].append(here)
                if patrol.rest is not None:
                    self.model.add_implication(patrol.rest.after[n], here).only_enforce_if(patrol.goes)
                    if self.visits[n].whole_shift:
                        self.model.add_implication(here, patrol.rest.after[n])
        for n, visit in enumerate(self.visits):
            self.model.add(sum(made[n]) == self.placed[n])
            self.costs.append(visit.missed * (1 - self.placed[n]))

    def _form_crews(self) -> None:
        """One patrol a lead and shift, one second officer each, nobody in two crews of a band, outings counted."""
        by_slot: dict[tuple[int, str, str, int], list[_Patrol]] = defaultdict(list)
        for patrol in self.patrols:
            by_slot[patrol.frame.slot].append(patrol)
        busy: dict[tuple[int, str, str], list[Literal]] = defaultdict(list)
        for slot, patrols in by_slot.items():
            frame = patrols[0].frame
            goes = [patrol.goes for patrol in patrols]
            busy[frame.day, frame.band_id, frame.lead] += goes
            riders = []
            for shift in self.problem.shifts:
                if self.problem.officers[shift.officer_id].certified and may_ride(self.problem, frame, shift):
                    riders.append(self.rides.setdefault((slot, shift.officer_id), self.model.new_bool_var("rides")))
                    busy[frame.day, frame.band_id, shift.officer_id].append(riders[-1])
            self.model.add(sum(goes) == sum(riders))
        mine: dict[str, list[Literal]] = defaultdict(list)
        for (_, _, officer), crews in busy.items():
            self.model.add_at_most_one(crews)
            mine[officer] += crews
        for crews in mine.values():
            most = min(self.problem.policy.max_outings_per_week, len(crews))
            steps = [self.model.new_bool_var("outing") for _ in range(most)]
            self.model.add(sum(crews) == sum(steps))
            for n, step in enumerate(steps):
                self.costs.append(self.problem.policy.prices.uneven * n * step)

    def _share_vehicles(self) -> None:
        by_kind: dict[tuple[int, VehicleKind], list[_Patrol]] = defaultdict(list)
        for patrol in self.patrols:
            by_kind[patrol.frame.day, patrol.frame.kind].append(patrol)
        for (_, kind), patrols in by_kind.items():
            owned = sum(vehicle.kind == kind for vehicle in self.problem.crew_vehicles)
            for moment in sorted({patrol.frame.start for patrol in patrols}):
                out = [p.goes for p in patrols if p.frame.start <= moment < p.frame.end]
                self.model.add(sum(out) <= owned)

    def _share_partners(self) -> None:
        for (i, one), (j, other) in combinations(enumerate(self.visits), 2):
            if not set(one.partner_ids) & set(other.partner_ids):
                continue
            first = self.orders[i, j] = self.model.new_bool_var("first")
            there = self.problem.partner_drive(one.community_id, other.community_id)
            back = self.problem.partner_drive(other.community_id, one.community_id)
            both = [self.placed[i], self.placed[j]]
            self.model.add(self.ends[i] + there <= self.begins[j]).only_enforce_if([*both, first])
            self.model.add(self.ends[j] + back <= self.begins[i]).only_enforce_if([*both, ~first])

    def _space(self) -> None:
        """Visits of one obligation are alike, so the first listed comes first, and is made if only one is."""
        groups: dict[str, list[int]] = defaultdict(list)
        for n, visit in enumerate(self.visits):
            groups[visit.obligation_id].append(n)
        for group in groups.values():
            days = {n: self.model.new_int_var(0, 6, "day") for n in group} if len(group) > 1 else {}
            for n, day in days.items():
                self.model.add_division_equality(day, self.begins[n], DAY)
            for i, j in combinations(days, 2):
                self.model.add_implication(self.placed[j], self.placed[i])
                apart = max(1, self.visits[i].min_days_apart)
                self.model.add(days[i] + apart <= days[j]).only_enforce_if([self.placed[i], self.placed[j]])

    def hint(self, plan: WeeklyPlan) -> None:
        """Offer a plan: which patrols go where and when; the solver completes what follows from that."""
        kinds = {vehicle.id: vehicle.kind for vehicle in self.problem.vehicles}
        going = {(r.day, r.band_id, r.crew.lead, kinds[r.vehicle_id]): r for r in plan.routes}
        index = {visit.id: n for n, visit in enumerate(self.visits)}
        begins: dict[int, int] = {}
        for patrol in self.patrols:
            frame = patrol.frame
            route = going.get((frame.day, frame.band_id, frame.lead, frame.kind))
            order = [] if route is None else [index[stop.visit_id] for stop in route.stops]
            if route is not None:
                begins |= {index[stop.visit_id]: stop.begin for stop in route.stops}
            self._hint_patrol(patrol, route, order)
        riding = {(r.day, r.band_id, r.crew.lead, r.crew.officers[1]) for r in plan.routes}
        for (slot, officer), rides in self.rides.items():
            self.model.add_hint(rides, (*slot[:3], officer) in riding)
        for n, placed in enumerate(self.placed):
            self.model.add_hint(placed, n in begins)
            if n in begins:
                self.model.add_hint(self.begins[n], begins[n])
        for (i, j), first in self.orders.items():
            if i in begins and j in begins:
                self.model.add_hint(first, begins[i] < begins[j])

    def _hint_patrol(self, patrol: _Patrol, route: Route | None, order: Sequence[int]) -> None:
        self.model.add_hint(patrol.goes, route is not None)
        for n, here in patrol.here.items():
            self.model.add_hint(here, n in order)
        tour = [HOME, *order, HOME]
        driven = set(pairwise(tour)) if order else set()
        for pair, arc in patrol.arcs.items():
            self.model.add_hint(arc, pair in driven)
        if patrol.rest is not None and route is not None and route.rest is not None:
            self.model.add_hint(patrol.rest.begin, route.rest.begin)

    def drafts(self, solver: cp_model.CpSolver) -> list[Draft]:
        """Read the crews of the solution."""
        seconds = {slot: who for (slot, who), rides in self.rides.items() if solver.boolean_value(rides)}
        return [
            Draft(
                patrol.frame.day,
                patrol.frame.band_id,
                patrol.frame.lead,
                tuple(self.visits[n].obligation_id for n, here in patrol.here.items() if solver.boolean_value(here)),
                patrol.frame.kind,
                seconds[patrol.frame.slot],
            )
            for patrol in self.patrols
            if solver.boolean_value(patrol.goes)
        ]
