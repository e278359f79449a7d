"""A first week within a blink: the column that is worth most, again and again. CP-SAT starts from it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from planner.officer import VehicleKind
from planner.rulebook import Span
from planner.solver.columns import Column, Frame, shift_in
from planner.visit import Pin, Visit
from planner.week import WeeklyProblem
from planner.workload import crew_may_take, may_go_out, outings_by_shift


def first_week(
    problem: WeeklyProblem,
    columns: Sequence[Column],
    seconds: Mapping[tuple[int, str, str, int], Sequence[str]],
    owed: Mapping[str, int],
    start: Sequence[tuple[int, str]] = (),
) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Return column indices and their second officers, feasible but for partners shared between crews.

    Parameters
    ----------
    seconds
        Who may ride second, by the shift of the lead.
    owed
        Visits owed of each obligation.
    start
        Columns with their second officers to begin with, feasible together.
    """
    obligations = {visit.obligation_id: visit for visit in problem.visits}
    state = _State(problem, dict(owed))
    alive = list(range(len(columns)))
    chosen: list[tuple[int, str]] = []
    for k, second in start:
        resumes = columns[k].frame.resumes is not None
        if resumes or (state.allows(columns[k], obligations) and state.may_ride(columns[k].frame, second)):
            chosen.append((k, second))
            state.take(columns[k], second)
    while True:
        alive = [k for k in alive if state.allows(columns[k], obligations)]
        best = max(alive, key=lambda k: _worth(problem, columns[k]), default=None)
        if best is None or _worth(problem, columns[best]) <= 0:
            return tuple(k for k, _ in chosen), tuple(second for _, second in chosen)
        frame = columns[best].frame
        free = [officer for officer in seconds.get(frame.slot, ()) if state.may_ride(frame, officer)]
        if not free:
            alive = [k for k in alive if (columns[k].frame.slot, columns[k].frame.kind) != (frame.slot, frame.kind)]
            continue
        second = min(free, key=lambda officer: (state.outings[officer], officer))
        chosen.append((best, second))
        state.take(columns[best], second)


def _worth(problem: WeeklyProblem, column: Column) -> int:
    prices = problem.policy.prices
    gained = sum(task.visit.missed for task in column.tasks)
    return gained - column.drive - prices.outing - prices.b_leads * column.b_leads


class _State:
    """What is still owed and who and what is still free."""

    def __init__(self, problem: WeeklyProblem, owed: dict[str, int]) -> None:
        self.problem = problem
        self.owed = owed
        self.days: dict[str, list[int]] = defaultdict(list)
        self.out: set[tuple[int, str, str]] = set()
        self.frames: list[Frame] = []
        self.outings: Counter[str] = Counter()
        kept = outings_by_shift(problem, (item.route for item in problem.kept))
        self.shifts: dict[str, set[Span]] = defaultdict(set, {officer: set(spans) for officer, spans in kept.items()})
        self.free: dict[tuple[tuple[int, str, str, int], str], bool] = {}
        named = {visit.id: visit.obligation_id for visit in problem.visits}
        self.pins: dict[str, list[Pin]] = defaultdict(list)
        for pin in problem.pins:
            self.pins[named.get(pin.visit_id, "")].append(pin)
        broken = {item.vehicle_id for item in problem.out_of_service}
        self.vehicles = Counter(vehicle.kind for vehicle in problem.crew_vehicles if vehicle.id not in broken)

    def is_free(self, frame: Frame, officer: str) -> bool:
        key = frame.slot, officer
        if key not in self.free:
            self.free[key] = self._is_free(frame, officer)
        return self.free[key]

    def _is_free(self, frame: Frame, officer: str) -> bool:
        policy = self.problem.policy
        if (frame.day, frame.band_id, officer) in self.out or self.outings[officer] >= policy.max_outings_per_week:
            return False
        return may_go_out(policy, self.shifts[officer], shift_in(self.problem, frame, officer))

    def may_ride(self, frame: Frame, officer: str) -> bool:
        driven = crew_may_take(self.problem.officers, frame.kind, (frame.lead, officer))
        return driven and self.is_free(frame, officer)

    def allows(self, column: Column, obligations: Mapping[str, Visit]) -> bool:
        frame = column.frame
        if not self.is_free(frame, frame.lead) or not self._has_vehicle(frame, frame.kind):
            return False
        for key, day in column.keys:
            pins = self.pins.get(key)
            if pins and not any(
                (p.day, p.band_id) == (day, frame.band_id) and p.lead in (None, frame.lead) for p in pins
            ):
                return False
            apart = max(1, obligations[key].min_days_apart)
            if self.owed[key] <= 0 or any(abs(day - other) < apart for other in self.days[key]):
                return False
        return True

    def _has_vehicle(self, frame: Frame, kind: VehicleKind) -> bool:
        there = [f for f in self.frames if f.kind == kind and f.start < frame.end and frame.start < f.end]
        return len(there) < self.vehicles[kind]

    def take(self, column: Column, second: str) -> None:
        frame = column.frame
        self.frames.append(frame)
        crew = (frame.lead, second) if frame.resumes is None else frame.resumes.route.crew.officers
        self.free = {key: free for key, free in self.free.items() if key[1] not in crew}
        for officer in crew:
            self.out.add((frame.day, frame.band_id, officer))
            self.outings[officer] += 1
            if frame.resumes is None:
                self.shifts[officer].add(shift_in(self.problem, frame, officer))
        for key, day in column.keys:
            self.owed[key] -= 1
            self.days[key].append(day)
