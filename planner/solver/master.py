"""The week's master model: which columns run, who rides second, what is missed.

A set-partitioning model over columns, solved by CP-SAT on one worker (the same seed and work limit then give the same
answer). Cuts from `daily` are added between solves; they only ever remove plans that no day can realise, so every bound
found on the way is one for the whole problem.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import numpy as np
from ortools.sat.python import cp_model

from planner.objective import carried
from planner.officer import VehicleKind
from planner.solver.choice import Choice, Cut, PromiseCut, Trial
from planner.solver.columns import Column, Frame, may_ride, open_visits
from planner.solver.greedy import first_week
from planner.solver.people import limit_people
from planner.solver.relaxation import Relaxation, likeliest, narrowed, relax
from planner.solver.standing import as_published, kept_price, stability_of, vehicles_taken
from planner.solver.thinning import spare_kinds, thin
from planner.solver.watch import Told, solver_for, stopped_by, whole
from planner.stability import promises, seconds_published
from planner.visit import Visit
from planner.week import DAY, Kept, WeeklyProblem

Slot: TypeAlias = tuple[int, str, str, int]

LARGE = 4000
"""Columns from which on the linear relaxation is worth its seconds."""

Expression: TypeAlias = cp_model.LinearExpr | int
Literal: TypeAlias = cp_model.IntVar


@dataclass
class Master:
    """The model, kept between solves so that cuts accumulate; `stop` is asked while it solves."""

    problem: WeeklyProblem
    columns: Sequence[Column]
    stop: Callable[[], bool] = lambda: False
    obligations: dict[str, Visit] = field(init=False)
    counts: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        visits = open_visits(self.problem)
        self.obligations = {visit.obligation_id: visit for visit in reversed(visits)}
        self.counts = dict.fromkeys(self.obligations, 0)
        for visit in visits:
            self.counts[visit.obligation_id] += 1
        self.columns = thin(self.problem, self.columns, spare_kinds(self.problem))
        self._model = cp_model.CpModel()
        self._run = [self._model.new_bool_var(f"x{k}") for k in range(len(self.columns))]
        self._cost: list[Expression] = []
        self._second: dict[tuple[Slot, str], Literal] = {}
        self._missed: dict[str, Literal] = {}
        # One variable a day for all its cuts: two of them may speak of the same seconds.
        self._dearer = [self._model.new_int_var(0, DAY, f"dearer {day}") for day in range(7)]
        self._steps: dict[str, list[Literal]] = {}
        self._cuts: set[Cut] = set()
        self._promises: set[PromiseCut] = set()
        self._late: dict[tuple[str, int, str], Literal] = {}
        self._relaxed: Relaxation | None = None
        for build in (
            self._price_columns,
            self._cover_obligations,
            self._form_crews,
            self._limit_people,
            self._share_vehicles,
            self._share_outings,
            self._keep_pins,
        ):
            if self.stop():
                return  # whoever asked to stop does not ask the model any more
            build()

    def _limit_people(self) -> None:
        limit_people(self._model, self.problem, self.columns, self._run, self._second)

    def _price_columns(self) -> None:
        prices = self.problem.policy.prices
        published = promises(self.problem)
        self._standing = kept_price(self.problem) + prices.moved_day * len(published)
        self._cost.append(self._standing)
        for column, run in zip(self.columns, self._run, strict=True):
            outing = prices.outing * (column.frame.resumes is None)
            work = column.drive + outing + prices.b_leads * column.b_leads
            self._cost.append((work + stability_of(self.problem, column)) * run)

    def _cover_obligations(self) -> None:
        by_task: dict[tuple[str, int], list[Literal]] = defaultdict(list)
        for column, run in zip(self.columns, self._run, strict=True):
            for key in column.keys:
                by_task[key].append(run)
        for obligation, visit in self.obligations.items():
            count = self.counts[obligation]
            missed = self._model.new_int_var(0, count, f"missed {obligation}")
            days = {day: by_task[obligation, day] for day in visit.days if (obligation, day) in by_task}
            self._model.add(sum(run for runs in days.values() for run in runs) + missed == count)
            for first in days:
                near = [
                    run for day, runs in days.items() if 0 <= day - first < max(1, visit.min_days_apart) for run in runs
                ]
                self._model.add_at_most_one(near)
            self._missed[obligation] = missed
            self._cost.append(visit.missed * missed)

    def _form_crews(self) -> None:
        """One column a lead and band, one second officer a column, nobody in two crews of a band."""
        leading: dict[Slot, list[Literal]] = defaultdict(list)
        for column, run in zip(self.columns, self._run, strict=True):
            leading[column.frame.slot].append(run)
        frames = {column.frame.slot: column.frame for column in self.columns}
        busy: dict[tuple[int, str, str], list[Literal]] = defaultdict(list)
        published = seconds_published(self.problem)
        for slot, runs in leading.items():
            frame = frames[slot]
            busy[frame.day, frame.band_id, frame.lead] += runs
            if frame.resumes is not None:
                self._resume(frame, frame.resumes, runs, busy)
                continue
            seconds: list[Literal] = []
            for officer_id in self._riders(frame):
                var = self._model.new_bool_var(f"second {officer_id} with {slot}")
                self._second[slot, officer_id] = var
                seconds.append(var)
                if published.get(slot[:3], officer_id) != officer_id:
                    self._cost.append(self.problem.policy.prices.new_second * var)
                busy[frame.day, frame.band_id, officer_id].append(var)
            self._model.add(sum(runs) == sum(seconds))
        for everything in busy.values():
            self._model.add_at_most_one(everything)
        self._busy = busy

    def _riders(self, frame: Frame) -> list[str]:
        return [
            shift.officer_id
            for shift in self.problem.shifts
            if self.problem.officers[shift.officer_id].certified and may_ride(self.problem, frame, shift)
        ]

    def _resume(
        self, frame: Frame, resumes: Kept, runs: Sequence[Literal], busy: dict[tuple[int, str, str], list[Literal]]
    ) -> None:
        """Keep a route that stays, whole or in part, out with the same people."""
        self._model.add_exactly_one(runs)
        for officer in resumes.route.crew.officers[1:]:
            var = self._model.new_bool_var(f"second {officer} with {frame.slot}")
            self._model.add(var == 1)
            busy[frame.day, frame.band_id, officer].append(var)
            if officer == resumes.route.crew.officers[1]:
                self._second[frame.slot, officer] = var

    def _share_vehicles(self) -> None:
        """At every band's beginning, no more crews are out than there are vehicles of their kind."""
        by_frame: dict[tuple[int, VehicleKind], list[tuple[int, int, Literal]]] = defaultdict(list)
        for column, run in zip(self.columns, self._run, strict=True):
            if column.frame.resumes is None:
                by_frame[column.frame.day, column.frame.kind].append((column.frame.start, column.frame.end, run))
        taken = vehicles_taken(self.problem)
        for (_, kind), spans in by_frame.items():
            mine = [vehicle.id for vehicle in self.problem.vehicles if vehicle.kind == kind]
            for moment in sorted({start for start, _, _ in spans}):
                last = max(end for start, end, _ in spans if start == moment)
                free = sum(all(b <= moment or a >= last for a, b in taken.get(vehicle, ())) for vehicle in mine)
                self._model.add(sum(run for start, end, run in spans if start <= moment < end) <= free)

    def _share_outings(self) -> None:
        """Outings cost more the more of them one officer has, past weeks included: convex steps, so this is exact."""
        policy = self.problem.policy
        by_officer: dict[str, list[Literal]] = defaultdict(list)
        for (_, _, officer), everything in self._busy.items():
            by_officer[officer] += everything
        kept = Counter(officer for item in self.problem.kept for officer in item.route.crew.officers)
        carry = carried(self.problem)
        for officer, outings in sorted(by_officer.items()):
            steps = [
                self._model.new_bool_var(f"{officer} outing {n}")
                for n in range(min(max(policy.max_outings_per_week, kept[officer]), len(outings)))
            ]
            self._model.add(sum(outings) == sum(steps))
            self._steps[officer] = steps
            for n, step in enumerate(steps):
                self._cost.append(policy.prices.uneven * (n + carry.get(officer, 0)) * step)

    def _keep_pins(self) -> None:
        """Make a pinned visit on its day, in its band and by its lead, or count it among the missed."""
        obligations = {visit.id: visit.obligation_id for visit in open_visits(self.problem)}
        held: dict[str, list[Literal]] = defaultdict(list)
        pins = [pin for pin in self.problem.pins if pin.visit_id in obligations]
        for pin in pins:
            obligation = obligations[pin.visit_id]
            for column, run in zip(self.columns, self._run, strict=True):
                frame = column.frame
                there = (frame.day, frame.band_id) == (pin.day, pin.band_id) and pin.lead in (None, frame.lead)
                if there and (obligation, pin.day) in column.keys:
                    held[obligation].append(run)
        for obligation, count in Counter(obligations[pin.visit_id] for pin in pins).items():
            self._model.add(sum(held[obligation]) + self._missed[obligation] >= count)

    def add(self, cuts: Iterable[Cut]) -> int:
        """Add what the days could not realise; return how much of it was new."""
        new = [cut for cut in dict.fromkeys(cuts) if cut not in self._cuts]
        self._cuts.update(new)
        for cut in new:
            groups = [self._run[k] for group in cut.columns for k in group]
            if cut.extra <= 0:
                self._model.add(sum(groups) <= len(cut.columns) - 1)
                continue
            self._model.add(self._dearer[cut.day] >= cut.extra * (sum(groups) - len(cut.columns) + 1))
        return len(new)

    def add_promises(self, cuts: Iterable[PromiseCut]) -> int:
        """Add routes that together break the two-hour promise, at its price; return how many were new."""
        new = [cut for cut in dict.fromkeys(cuts) if cut not in self._promises]
        self._promises.update(new)
        for cut in new:
            if cut.cell not in self._late:
                self._late[cut.cell] = self._model.new_bool_var(f"late {cut.cell}")
                self._cost.append(self.problem.policy.prices.late * self._late[cut.cell])
            riding = [var for (slot, officer), var in self._second.items() if (slot[:3], officer) in cut.riders]
            active = [self._run[k] for group in cut.columns for k in group]
            most = len(cut.columns) + len(riding) - 1
            self._model.add(sum(active) + sum(riding) <= most + self._late[cut.cell])
        return len(new)

    def solve(
        self,
        *,
        seed: int,
        work: float,
        tolerance: float = 0.0,
        hint: Choice | None = None,
        ceiling: int | None = None,
        most: int | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> Choice:
        """Minimise the week's cost for at most `work` deterministic seconds, `tolerance` off the bound (a share).

        Only weeks cheaper than `ceiling` are of interest: what is in none of them is left out of a large model. With
        `most`, only so many columns, the likeliest, are looked at, and those of the hint: nothing is proven then.
        """
        self._hint(*(self._first() if hint is None else (hint.columns, hint.seconds)))
        if most is not None and (likely := self._likely(most, hint)) is not None:
            found = self._solve(likely, seed, work, progress, tolerance)
            return replace(found.choice or hint or self.greedy(work), bound=0, work=found.work)
        narrow = None if ceiling is None or not self.large or self.stop() else self._narrowed(ceiling)
        found = self._solve(narrow or self._model, seed, work, progress, tolerance)
        choice = found.choice or self.greedy(work)
        if narrow is None or ceiling is None:
            return choice
        return replace(choice, bound=ceiling if found.impossible else min(choice.bound, ceiling))

    @property
    def large(self) -> bool:
        """Whether there are so many columns that their linear relaxation is worth its seconds."""
        return len(self.columns) >= LARGE

    def _relaxation(self) -> Relaxation | None:
        if self._relaxed is None:
            self._model.minimize(sum(self._cost) + sum(self._dearer))
            self._relaxed = relax(self._model)
        return self._relaxed

    def _narrowed(self, ceiling: int) -> cp_model.CpModel | None:
        relaxation = self._relaxation()
        return None if relaxation is None else narrowed(self._model, relaxation, ceiling)

    def _likely(self, most: int, hint: Choice | None) -> cp_model.CpModel | None:
        relaxation = self._relaxation()
        keep = [self._run[k].index for k in (hint.columns if hint else ())]
        among = np.array([run.index for run in self._run], np.int64)
        return None if relaxation is None else likeliest(self._model, relaxation, among, most, keep)

    def _first(self) -> tuple[tuple[int, ...], tuple[str, ...]]:
        seconds: dict[Slot, list[str]] = defaultdict(list)
        for slot, officer in self._second:
            seconds[slot].append(officer)
        return first_week(self.problem, self.columns, seconds, self.counts, as_published(self.problem, self.columns))

    def solve_with(self, obligation: str, missed: int, *, seed: int, work: float) -> Trial:
        """Find the cheapest week that misses at most `missed` visits of one obligation."""
        trial = self._model.clone()
        trial.clear_hints()  # type: ignore[no-untyped-call]  # OR-Tools leaves it untyped
        trial.add(trial.get_int_var_from_proto_index(self._missed[obligation].index) <= missed)
        return self._solve(trial, seed, work, None, 0.0)

    def find(self, most: Mapping[str, int], *, seed: int, work: float) -> Trial:
        """Find any week that misses at most so many visits of each obligation named, whatever it costs."""
        trial = self._model.clone()
        for obligation, missed in most.items():
            trial.add(trial.get_int_var_from_proto_index(self._missed[obligation].index) <= missed)
        return self._solve(trial, seed, work, None, 0.0, priced=False)

    def _solve(
        self,
        model: cp_model.CpModel,
        seed: int,
        work: float,
        progress: Callable[[int, int], None] | None,
        tolerance: float,
        *,
        priced: bool = True,
    ) -> Trial:
        if self.stop():
            return Trial(None, impossible=False, work=work)
        if priced:
            model.minimize(sum(self._cost) + sum(self._dearer))
        solver = solver_for(seed, work)
        solver.parameters.relative_gap_limit = tolerance
        with stopped_by(self.stop, solver):
            status = solver.solve(model, None if progress is None else Told(progress))
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return Trial(None, status == cp_model.INFEASIBLE, solver.response_proto.deterministic_time)
        chosen = tuple(k for k, run in enumerate(self._run) if solver.boolean_value(run))
        choice = Choice(
            chosen,
            tuple(self._second_of(solver, self.columns[k]) for k in chosen),
            {key: solver.value(var) for key, var in self._missed.items()},
            round(solver.objective_value),
            whole(solver.best_objective_bound),
            solver.response_proto.deterministic_time,
        )
        return Trial(choice, impossible=False, work=choice.work)

    def fewest_missed(self, *, seed: int, work: float) -> int:
        """Return how many mandatory visits every plan of the week misses at least, as far as `work` proves it."""
        trial = self._model.clone()
        trial.clear_hints()  # type: ignore[no-untyped-call]  # OR-Tools leaves it untyped
        owed = [self._missed[key].index for key, visit in self.obligations.items() if visit.mandatory]
        trial.minimize(sum(trial.get_int_var_from_proto_index(index) for index in owed))
        solver = solver_for(seed, work)
        with stopped_by(self.stop, solver):
            status = solver.solve(trial)
        known = status in (cp_model.OPTIMAL, cp_model.FEASIBLE, cp_model.UNKNOWN)
        return max(0, whole(solver.best_objective_bound)) if owed and known else 0

    def greedy(self, work: float = 0.0) -> Choice:
        """Return the greedy week, for a start and for a limit too short to find any."""
        return self._as_choice(*self._first(), work)

    def choice_of(self, patrols: Iterable[tuple[Column, str]]) -> Choice:
        """Return patrols with their second officers as a choice; where one's column was thinned out, its better's."""
        found: dict[tuple[Slot, frozenset[tuple[str, int]]], dict[VehicleKind, int]] = defaultdict(dict)
        for k, column in enumerate(self.columns):
            found[column.frame.slot, column.keys][column.frame.kind] = k
        columns: list[int] = []
        seconds: list[str] = []
        for column, second in patrols:
            alike = found.get((column.frame.slot, column.keys), {})
            if alike and (column.frame.slot, second) in self._second:
                columns.append(alike.get(column.frame.kind, next(iter(alike.values()))))
                seconds.append(second)
        return self._as_choice(tuple(columns), tuple(seconds), 0.0)

    def _as_choice(self, columns: tuple[int, ...], seconds: tuple[str, ...], work: float) -> Choice:
        """Return a choice whose cost, of which only what is missed is reckoned, is no bound; no cost is below 0."""
        made = Counter(key for k in columns for key, _ in self.columns[k].keys)
        missed = {key: count - made[key] for key, count in self.counts.items()}
        cost = self._standing + sum(self.obligations[key].missed * count for key, count in missed.items())
        return Choice(columns, seconds, missed, cost, 0, work)

    def _second_of(self, solver: cp_model.CpSolver, column: Column) -> str:
        return next(
            officer
            for (slot, officer), var in self._second.items()
            if slot == column.frame.slot and solver.boolean_value(var)
        )

    def _hint(self, running: Sequence[int], seconds: Sequence[str]) -> None:
        """Offer a whole week, every variable of it, so that the solver starts from it as a solution."""
        self._model.clear_hints()  # type: ignore[no-untyped-call]  # OR-Tools leaves it untyped
        chosen = set(running)
        for k, run in enumerate(self._run):
            self._model.add_hint(run, k in chosen)
        riding = {(self.columns[k].frame.slot, second) for k, second in zip(running, seconds, strict=True)}
        for key, var in self._second.items():
            self._model.add_hint(var, key in riding)
        outings = Counter(officer for slot, second in riding for officer in (slot[2], second))
        for officer, steps in self._steps.items():
            for n, step in enumerate(steps):
                self._model.add_hint(step, n < outings[officer])
        made = Counter(key for k in running for key, _ in self.columns[k].keys)
        for dearer in self._dearer:
            self._model.add_hint(dearer, 0)
        for late in self._late.values():
            self._model.add_hint(late, 1)
        for obligation, missed in self._missed.items():
            self._model.add_hint(missed, self.counts[obligation] - made[obligation])
