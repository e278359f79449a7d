"""The week's rows over columns: which run, who rides second, what is missed.

A set-partitioning program. Variable k is column k; the others follow. Cuts from `daily` are added between solves; they
only ever remove plans that no day can realise, so every bound found on the way is one for the whole problem.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from planner.objective import carried
from planner.officer import VehicleKind
from planner.solver.choice import Cut, PromiseCut
from planner.solver.columns import Column, Frame, may_ride, open_visits
from planner.solver.people import limit_people
from planner.solver.program import FREE, Program
from planner.solver.standing import kept_price, stability_of, vehicles_taken
from planner.stability import promises, seconds_published
from planner.visit import Visit
from planner.week import DAY, WeeklyProblem

Slot: TypeAlias = tuple[int, str, str, int]


@dataclass
class WeeklyProgram:
    """The program of a week, and what its variables mean.

    Attributes
    ----------
    holding
        By obligation and day, the columns that make such a visit.
    second
        By the slot of the lead and the officer who may ride second.
    missed
        By obligation; counts.
    """

    problem: WeeklyProblem
    columns: Sequence[Column]
    stop: Callable[[], bool] = lambda: False
    program: Program = field(init=False, default_factory=Program)
    obligations: dict[str, Visit] = field(init=False)
    counts: dict[str, int] = field(init=False)
    holding: dict[tuple[str, int], NDArray[np.int32]] = field(init=False, default_factory=dict)
    second: dict[tuple[Slot, str], int] = field(init=False, default_factory=dict)
    missed: dict[str, int] = field(init=False, default_factory=dict)
    standing: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        visits = open_visits(self.problem)
        self.obligations = {visit.obligation_id: visit for visit in reversed(visits)}
        self.counts = dict.fromkeys(self.obligations, 0)
        for visit in visits:
            self.counts[visit.obligation_id] += 1
        self._outings: dict[str, NDArray[np.int32]] = {}
        self._steps: dict[str, list[int]] = {}
        self._always: list[int] = []
        self._late: dict[tuple[str, int, str], int] = {}
        self._busy: dict[tuple[int, str, str], list[int]] = defaultdict(list)
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
                return  # whoever asked to stop does not ask the program any more
            build()
        # One variable a day for all its cuts: two of them may speak of the same seconds.
        self._dearer = [self.program.variable(cost=1, most=DAY) for _ in range(7)]

    def _price_columns(self) -> None:
        prices = self.problem.policy.prices
        self.standing = kept_price(self.problem) + prices.moved_day * len(promises(self.problem))
        self.program.constant = self.standing
        for column in self.columns:
            outing = prices.outing * (column.frame.resumes is None)
            work = column.drive + outing + prices.b_leads * column.b_leads
            self.program.variable(work + stability_of(self.problem, column))

    def _cover_obligations(self) -> None:
        holding: dict[tuple[str, int], list[int]] = defaultdict(list)
        for k, column in enumerate(self.columns):
            for task in column.tasks:
                holding[task.key].append(k)
        self.holding = {key: np.array(runs, np.int32) for key, runs in holding.items()}
        for obligation, visit in self.obligations.items():
            count = self.counts[obligation]
            missed = self.missed[obligation] = self.program.variable(visit.missed, count)
            days = {day: holding[obligation, day] for day in visit.days if (obligation, day) in holding}
            self.program.exactly(count, [*(run for runs in days.values() for run in runs), missed])
            for first in days:
                near = [
                    run for day, runs in days.items() if 0 <= day - first < max(1, visit.min_days_apart) for run in runs
                ]
                self.program.at_most(1, near)

    def _form_crews(self) -> None:
        """One column a lead and band, one second officer a column, nobody in two crews of a band."""
        leading: dict[Slot, list[int]] = defaultdict(list)
        frames: dict[Slot, Frame] = {}
        for k, column in enumerate(self.columns):
            slot = column.frame.slot
            leading[slot].append(k)
            frames[slot] = column.frame
        published = seconds_published(self.problem)
        for slot, runs in leading.items():
            frame = frames[slot]
            self._busy[frame.day, frame.band_id, frame.lead] += runs
            if frame.resumes is not None:
                self._resume(frame, frame.resumes.route.crew.officers, runs)
                continue
            for officer in self._riders(frame):
                kept = published.get(slot[:3], officer) == officer
                var = self.program.variable(0 if kept else self.problem.policy.prices.new_second)
                self.second[slot, officer] = var
                self._busy[frame.day, frame.band_id, officer].append(var)
            seconds = [self.second[slot, officer] for officer in self._riders(frame)]
            self.program.exactly(0, [*runs, *seconds], [1] * len(runs) + [-1] * len(seconds))
        for everything in self._busy.values():
            self.program.at_most(1, everything)

    def _riders(self, frame: Frame) -> list[str]:
        return [
            shift.officer_id
            for shift in self.problem.shifts
            if self.problem.officers[shift.officer_id].certified and may_ride(self.problem, frame, shift)
        ]

    def _resume(self, frame: Frame, officers: Sequence[str], runs: Sequence[int]) -> None:
        """Keep a route that stays, whole or in part, out with the same people."""
        self.program.exactly(1, runs)
        for officer in officers[1:]:
            var = self.program.variable()
            self.program.exactly(1, [var])
            self._always.append(var)
            self._busy[frame.day, frame.band_id, officer].append(var)
            if officer == officers[1]:
                self.second[frame.slot, officer] = var

    def _limit_people(self) -> None:
        limit_people(self.program, self.problem, self.columns, self.second)

    def _share_vehicles(self) -> None:
        """At every band's beginning, no more crews are out than there are vehicles of their kind."""
        by_frame: dict[tuple[int, VehicleKind], dict[tuple[int, int], list[int]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for k, column in enumerate(self.columns):
            frame = column.frame
            if frame.resumes is None:
                by_frame[frame.day, frame.kind][frame.start, frame.end].append(k)
        taken = vehicles_taken(self.problem)
        for (_, kind), spans in by_frame.items():
            mine = [vehicle.id for vehicle in self.problem.vehicles if vehicle.kind == kind]
            for moment in sorted({start for start, _ in spans}):
                last = max(end for start, end in spans if start == moment)
                free = sum(all(b <= moment or a >= last for a, b in taken.get(vehicle, ())) for vehicle in mine)
                out = [run for (start, end), runs in spans.items() if start <= moment < end for run in runs]
                self.program.at_most(free, out)

    def _share_outings(self) -> None:
        """Outings cost more the more of them one officer has, past weeks included: convex steps, so this is exact."""
        policy = self.problem.policy
        by_officer: dict[str, list[int]] = defaultdict(list)
        for (_, _, officer), everything in self._busy.items():
            by_officer[officer] += everything
        kept = Counter(officer for item in self.problem.kept for officer in item.route.crew.officers)
        carry = carried(self.problem)
        for officer, outings in sorted(by_officer.items()):
            most = min(max(policy.max_outings_per_week, kept[officer]), len(outings))
            prices = [policy.prices.uneven * (n + carry.get(officer, 0)) for n in range(most)]
            self._outings[officer] = np.array(outings, np.int32)
            steps = self._steps[officer] = [self.program.variable(price) for price in prices]
            self.program.exactly(0, [*outings, *steps], [1] * len(outings) + [-1] * len(steps))

    def _keep_pins(self) -> None:
        """Make a pinned visit on its day, in its band and by its lead, or count it among the missed."""
        obligations = {visit.id: visit.obligation_id for visit in open_visits(self.problem)}
        held: dict[str, list[int]] = defaultdict(list)
        pins = [pin for pin in self.problem.pins if pin.visit_id in obligations]
        for pin in pins:
            obligation = obligations[pin.visit_id]
            for k in self.holding.get((obligation, pin.day), np.zeros(0, np.int32)).tolist():
                frame = self.columns[k].frame
                if frame.band_id == pin.band_id and pin.lead in (None, frame.lead):
                    held[obligation].append(k)
        for obligation, count in Counter(obligations[pin.visit_id] for pin in pins).items():
            runs = Counter(held[obligation])
            self.program.between(count, FREE, [*runs, self.missed[obligation]], [*runs.values(), 1])

    def making(self, keys: Iterable[tuple[str, int]]) -> list[int]:
        """Return the columns that make all of these visits."""
        none = np.zeros(0, np.int32)
        found: list[int] = reduce(np.intersect1d, (self.holding.get(key, none) for key in keys)).tolist()
        return found

    def add_cut(self, cut: Cut) -> None:
        """Add what a day could not realise."""
        runs = Counter(k for group in cut.columns for k in group)
        most = len(cut.columns) - 1 if cut.most is None else cut.most
        if cut.extra <= 0:
            self.program.at_most(most, [*runs], None if max(runs.values(), default=1) == 1 else [*runs.values()])
            return
        weights = [cut.extra * times for times in runs.values()]
        self.program.at_most(cut.extra * most, [*runs, self._dearer[cut.day]], [*weights, -1])

    def add_promise(self, cut: PromiseCut) -> None:
        """Add routes that together break the two-hour promise, at its price."""
        if cut.cell not in self._late:
            self._late[cut.cell] = self.program.variable(self.problem.policy.prices.late)
        riding = [var for (slot, officer), var in self.second.items() if (slot[:3], officer) in cut.riders]
        active = Counter([*(k for group in cut.columns for k in group), *riding])
        most = len(cut.columns) + len(riding) - 1
        self.program.at_most(most, [*active, self._late[cut.cell]], [*active.values(), -1])

    def values(self, running: Sequence[int], seconds: Sequence[str]) -> NDArray[np.int64]:
        """Return the value of every variable where these columns run with these second officers."""
        values = np.zeros(len(self.program.most), np.int64)
        riding = [self.second[self.columns[k].frame.slot, second] for k, second in zip(running, seconds, strict=True)]
        values[[*running, *riding, *self._always, *self._late.values()]] = 1
        for officer, steps in self._steps.items():
            values[steps[: values[self._outings[officer]].sum()]] = 1
        made = Counter(task.key[0] for k in running for task in self.columns[k].tasks)
        for obligation, missed in self.missed.items():
            values[missed] = self.counts[obligation] - made[obligation]
        return values
