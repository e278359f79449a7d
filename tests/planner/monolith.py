"""The whole week as one CP-SAT model, written from the rules alone: `plan_week` is compared with its optimum.

No columns, no cuts: a circuit, starts, drives and a break for every shift and vehicle, partners in one place at a time,
spacing, crews and outings in one model. Only for weeks of a handful of visits.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from itertools import combinations

from ortools.sat.python import cp_model

from casework.obligation import VisitKind
from planner.officer import Shift, Vehicle, VehicleKind
from planner.policy import MINUTE
from planner.visit import Visit
from planner.week import DAY, STATION, WeeklyProblem


def optimum(problem: WeeklyProblem) -> int:
    """Return the least cost of any plan of the week."""
    week = _Whole(problem)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    status = solver.solve(week.model)
    assert status == cp_model.OPTIMAL, status
    return round(solver.objective_value)


class _Whole:
    def __init__(self, problem: WeeklyProblem) -> None:
        self.problem, self.model = problem, cp_model.CpModel()
        self.begins = [self._begin(visit) for visit in problem.visits]
        self.made: dict[int, list[cp_model.IntVar]] = defaultdict(list)
        self.out: dict[tuple[str, int], cp_model.IntVar] = {}
        self.costs: list[cp_model.LinearExpr | int] = []
        self.by_vehicle: dict[str, list[cp_model.IntervalVar]] = defaultdict(list)
        self.crews: dict[tuple[str, int, str], list[cp_model.IntVar]] = defaultdict(list)
        for shift in problem.shifts:
            if problem.officers[shift.officer_id].certified:
                self._lead(shift)
        for vehicle_id in self.by_vehicle:
            self.model.add_no_overlap(self.by_vehicle[vehicle_id])
        self.placed = [self.model.new_bool_var("placed") for _ in problem.visits]
        for n, visit in enumerate(problem.visits):
            self.model.add(sum(self.made[n]) == self.placed[n])
            self.costs.append(visit.missed * (1 - self.placed[n]))
        self._share_partners()
        self._space()
        self._wish()
        self._count_outings()
        self._limit_hours()
        self.model.minimize(sum(self.costs))

    def _begin(self, visit: Visit) -> cp_model.IntVar:
        spans = [[w.earliest, w.latest] for w in visit.windows if w.earliest // DAY in visit.days]
        return self.model.new_int_var_from_domain(cp_model.Domain.from_intervals(spans or [[0, 0]]), visit.id)

    def _lead(self, shift: Shift) -> None:
        """One patrol at most of the shift's officer as lead, in any one vehicle, with any one second officer."""
        problem, model = self.problem, self.model
        goes = [self._patrol(shift, vehicle) for vehicle in problem.vehicles]
        riders, driving = [], []
        for other in problem.shifts:
            alike = (other.day, other.band_id) == (shift.day, shift.band_id) and other.officer_id != shift.officer_id
            covers = other.start <= shift.start and shift.end <= other.end
            if alike and covers and problem.officers[other.officer_id].certified:
                rides = model.new_bool_var("rides")
                riders.append(rides)
                driving.append((rides, problem.officers[other.officer_id].drives))
                self.crews[other.officer_id, problem.day_of(other), other.band_id].append(rides)
        model.add(sum(goes) == sum(riders))
        for vehicle, gone in zip(problem.vehicles, goes, strict=True):
            lead_drives = vehicle.kind in problem.officers[shift.officer_id].drives
            for rides, drives in driving:
                able = [lead_drives, vehicle.kind in drives]
                if not (all(able) if vehicle.kind is VehicleKind.EBIKE else any(able)):
                    model.add(gone + rides <= 1)
        self.crews[shift.officer_id, problem.day_of(shift), shift.band_id] += goes
        model.add(sum(goes) <= 1)

    def _patrol(self, shift: Shift, vehicle: Vehicle) -> cp_model.IntVar:
        problem, model = self.problem, self.model
        midnight = problem.day_of(shift) * DAY
        start, end = midnight + shift.start, midnight + shift.end
        goes = model.new_bool_var("goes")
        self.by_vehicle[vehicle.id].append(model.new_optional_fixed_size_interval_var(start, end - start, goes, ""))
        self.costs.append(problem.policy.prices.outing * goes)
        posts = {}
        for n, visit in enumerate(problem.visits):
            community = problem.communities[visit.community_id]
            if shift.officer_id in (community.a_officer, community.b_officer):
                posts[n] = community
        arcs = [(-1, -1, ~goes)]
        busy: list[cp_model.IntervalVar] = []
        here = {n: model.new_bool_var("here") for n in posts}
        for n, community in posts.items():
            visit = problem.visits[n]
            self.made[n].append(here[n])
            arcs.append((n, n, ~here[n]))
            model.add(self.begins[n] >= start).only_enforce_if(here[n])
            model.add(self.begins[n] + visit.duration <= end).only_enforce_if(here[n])
            model.add_implication(here[n], goes)
            busy.append(model.new_optional_fixed_size_interval_var(self.begins[n], visit.duration, here[n], ""))
            if community.b_officer == shift.officer_id:
                self.costs.append(problem.policy.prices.b_leads * here[n])
            self._answer(shift, vehicle, n, here[n])
        for i in (-1, *posts):
            for j in (-1, *posts):
                if i != j:
                    arc = model.new_bool_var("arc")
                    arcs.append((i, j, arc))
                    busy.append(self._drive(shift, vehicle, i, j, arc, (start, end)))
        model.add_circuit([(i + 1, j + 1, arc) for i, j, arc in arcs])
        rest = problem.policy.breaks.get(shift.band_id)
        if rest is not None and shift.start <= rest.earliest and rest.latest + rest.duration <= shift.end:
            begin = model.new_int_var(midnight + rest.earliest, midnight + rest.latest, "rest")
            busy.append(model.new_optional_fixed_size_interval_var(begin, rest.duration, goes, "rest"))
        model.add_no_overlap(busy)
        return goes

    def _answer(self, shift: Shift, vehicle: Vehicle, n: int, here: cp_model.IntVar) -> None:
        """Charge a visit for each other community of its lead that nobody could reach in time as it begins."""
        problem, visit = self.problem, self.problem.visits[n]
        limit = problem.policy.response.limit
        for community in problem.communities.values():
            pair = {community.a_officer, community.b_officer}
            drive = problem.drive(vehicle.kind, shift.band_id, visit.community_id, community.id)
            if visit.breakable or shift.officer_id not in pair or visit.duration + drive <= limit:
                continue
            answered = []
            for other in problem.shifts:
                if other.officer_id in pair - {shift.officer_id}:
                    start, end = (problem.day_of(other) * DAY + second for second in (other.start, other.end))
                    come = min(problem.drive(kind, other.band_id, STATION, community.id) for kind in problem.travel)
                    answered.append([min(start, start + come - limit), end - 1])
            late = self.model.new_bool_var("late")
            self.costs.append(problem.policy.prices.late * late)
            domain = cp_model.Domain.from_intervals(answered)
            self.model.add_linear_expression_in_domain(self.begins[n], domain).only_enforce_if([here, ~late])

    def _drive(
        self, shift: Shift, vehicle: Vehicle, i: int, j: int, arc: cp_model.IntVar, hours: tuple[int, int]
    ) -> cp_model.IntervalVar:
        """Drive from one visit to another (−1: the station), leaving at any moment in between."""
        visits, model = self.problem.visits, self.model
        names = [STATION if n < 0 else visits[n].community_id for n in (i, j)]
        seconds = self.problem.drive(vehicle.kind, shift.band_id, *names)
        leave = model.new_int_var(*hours, "leave")
        if i >= 0:
            model.add(leave >= self.begins[i] + visits[i].duration).only_enforce_if(arc)
        latest = hours[1] if j < 0 else self.begins[j]
        model.add(leave + seconds <= latest).only_enforce_if(arc)
        self.costs.append(seconds * arc)
        return model.new_optional_fixed_size_interval_var(leave, seconds, arc, "drive")

    def _share_partners(self) -> None:
        visits = self.problem.visits
        for (i, one), (j, other) in combinations(enumerate(visits), 2):
            if not set(one.partner_ids) & set(other.partner_ids):
                continue
            first = self.model.new_bool_var("first")
            there = self.problem.partner_drive(one.community_id, other.community_id)
            back = self.problem.partner_drive(other.community_id, one.community_id)
            both = [self.placed[i], self.placed[j]]
            self.model.add(self.begins[i] + one.duration + there <= self.begins[j]).only_enforce_if([*both, first])
            self.model.add(self.begins[j] + other.duration + back <= self.begins[i]).only_enforce_if([*both, ~first])

    def _space(self) -> None:
        visits, days = self.problem.visits, []
        for begin in self.begins:
            day = self.model.new_int_var(0, 6, "day")
            self.model.add_division_equality(day, begin, DAY)
            days.append(day)
        for i, j in combinations(range(len(visits)), 2):
            if visits[i].obligation_id == visits[j].obligation_id:
                both = [self.placed[i], self.placed[j]]
                # alike, so the first listed may come first
                self.model.add(days[i] + max(1, visits[i].min_days_apart) <= days[j]).only_enforce_if(both)

    def _wish(self) -> None:
        """Charge begins outside a partner's preferred hours, and those under half an hour from one of a past week."""
        prices = self.problem.policy.prices
        for n, visit in enumerate(self.problem.visits):
            for partner in visit.partner_ids:
                preferred = self.problem.partners[partner].preferred
                spans = [[h.weekday * DAY + h.start, h.weekday * DAY + h.end - 1] for h in preferred]
                if spans:
                    self.costs.append(prices.unpreferred * self._unless(n, cp_model.Domain.from_intervals(spans)))
            mine = [past for past in self.problem.past if past.community_id == visit.community_id]
            if mine and visit.kind not in (VisitKind.STATIONING, VisitKind.PRE_DELIVERY):
                begins = [past.day.weekday() * DAY + past.begin for past in mine]
                near = cp_model.Domain.from_intervals([[b - 30 * MINUTE + 1, b + 30 * MINUTE - 1] for b in begins])
                self.costs.append(prices.predictable * self._unless(n, near.complement()))

    def _unless(self, n: int, free: cp_model.Domain) -> cp_model.IntVar:
        """Return what is 1 if a visit is made and begins outside `free`."""
        pays = self.model.new_bool_var("pays")
        self.model.add_linear_expression_in_domain(self.begins[n], free).only_enforce_if([self.placed[n], ~pays])
        return pays

    def _ahead(self) -> dict[str, int]:
        """Return a quarter of the outings by which officers are ahead of the one who went out least, yet did go out."""
        bands = self.problem.bands.values()
        outings: dict[str, set[tuple[date, str]]] = defaultdict(set)
        for past in self.problem.past:
            (band,) = [past.band_id] if past.band_id else [b.id for b in bands if b.start <= past.begin < b.end]
            for officer in past.officers:
                outings[officer].add((past.day, band))
        counts = {o.id: len(outings[o.id]) for o in self.problem.officers.values() if o.certified}
        least = min((count for count in counts.values() if count > 0), default=0)
        return {officer: max(count - least, 0) // 4 for officer, count in counts.items()}

    def _count_outings(self) -> None:
        ahead = self._ahead()
        mine: dict[str, list[cp_model.IntVar]] = defaultdict(list)
        for (officer, _, _), crews in self.crews.items():
            self.model.add(sum(crews) <= 1)
            mine[officer] += crews
        for officer, crews in mine.items():
            most = min(self.problem.policy.max_outings_per_week, len(crews))
            times, squared = self.model.new_int_var(0, most, "outings"), self.model.new_int_var(0, most * most, "")
            self.model.add(times == sum(crews))
            self.model.add_multiplication_equality(squared, [times, times])
            uneven = self.model.new_int_var(0, most * most, "pairs")
            self.model.add(2 * uneven == squared - times)
            self.costs.append(self.problem.policy.prices.uneven * (uneven + ahead[officer] * times))

    def _limit_hours(self) -> None:
        """Sums by day and week, and the gap between any two shifts with an outing."""
        policy = self.problem.policy
        worked: dict[str, list[tuple[int, int, cp_model.LinearExpr | int]]] = defaultdict(list)
        for shift in self.problem.shifts:
            midnight = self.problem.day_of(shift) * DAY
            out: cp_model.LinearExpr | int = sum(
                self.crews[shift.officer_id, self.problem.day_of(shift), shift.band_id]
            )
            worked[shift.officer_id].append((midnight + shift.start, midnight + shift.end, out))
        for shifts in worked.values():
            self.model.add(sum((b - a) * out for a, b, out in shifts) <= policy.max_patrol_hours_per_week)
            for day in range(7):
                todays = [(b - a) * out for a, b, out in shifts if a // DAY == day]
                self.model.add(sum(todays) <= policy.max_patrol_hours_per_day)
            for (a, b, once), (c, d, again) in combinations(shifts, 2):
                least = policy.rest_between_bands if a // DAY == c // DAY else policy.rest_between_days
                if max(c - b, a - d) < least:
                    self.model.add(once + again <= 1)
