"""Who rides second: every crew gets somebody who is free, and all go out about as often as each other."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Sequence

from planner.solver.columns import Frame, may_ride
from planner.stability import seconds_published
from planner.week import WeeklyProblem
from planner.workload import crew_may_take


def seconds_for(problem: WeeklyProblem, crews: Sequence[Frame]) -> list[str | None]:
    """Return the second officer of each crew, None where nobody is left; crews named first are served first.

    One crew after another gets the officer with the fewest outings whom it can get by others' changing theirs (an
    augmenting path). Serving first those that matter most this way loses as little as can be (Edmonds 1971,
    *Mathematical Programming* 1: the crews that can be served together form a matroid).
    """
    matching = _Matching(problem, crews)
    published = seconds_published(problem)
    for number, frame in enumerate(crews):
        matching.give_published(number, published.get(frame.slot[:3]))
    for number in range(len(crews)):
        matching.give(number)
    return [matching.second.get(number) for number in range(len(crews))]


class _Matching:
    """Who rides with whom so far."""

    def __init__(self, problem: WeeklyProblem, crews: Sequence[Frame]) -> None:
        self.crews = crews
        self.most = problem.policy.max_outings_per_week
        self.second: dict[int, str] = {}
        self.fixed: set[int] = set()
        kept = [kept.route for kept in problem.kept]
        self.out = {(r.day, r.band_id, officer) for r in kept for officer in r.crew.officers}
        self.out |= {(frame.day, frame.band_id, frame.lead) for frame in crews}
        self.outings = Counter(officer for route in kept for officer in route.crew.officers)
        self.outings.update(frame.lead for frame in crews)
        self.holder: dict[tuple[int, str, str], int] = {}
        certified = [shift for shift in problem.shifts if problem.officers[shift.officer_id].certified]
        self.riders = [
            sorted(
                shift.officer_id
                for shift in certified
                if may_ride(problem, frame, shift)
                and (frame.day, frame.band_id, shift.officer_id) not in self.out
                and crew_may_take(problem.officers, frame.kind, (frame.lead, shift.officer_id))
            )
            for frame in crews
        ]

    def _place(self, number: int, officer: str) -> tuple[int, str, str]:
        return self.crews[number].day, self.crews[number].band_id, officer

    def _put(self, number: int, officer: str) -> None:
        self.second[number] = officer
        self.holder[self._place(number, officer)] = number

    def give_published(self, number: int, officer: str | None) -> None:
        """Leave a published second officer where they are, if they can come."""
        free = officer is not None and self._place(number, officer) not in self.holder
        if officer is not None and free and officer in self.riders[number] and self.outings[officer] < self.most:
            self._put(number, officer)
            self.outings[officer] += 1
            self.fixed.add(number)

    def give(self, number: int) -> None:
        """Find a crew its second officer, by others' changing theirs if need be."""
        if number in self.second:
            return
        came: dict[int, tuple[int, str]] = {}
        seen, queue, asked = {number}, deque([number]), set()
        best: tuple[int, int, str] | None = None
        while queue:
            crew = queue.popleft()
            for officer in self.riders[crew]:
                place = self._place(crew, officer)
                if place in asked or self.second.get(crew) == officer:
                    continue
                asked.add(place)
                holder = self.holder.get(place)
                if holder is None and self.outings[officer] < min(self.most, best[0] if best else self.most):
                    best = self.outings[officer], crew, officer
                others = [n for n, second in self.second.items() if second == officer] if holder is None else [holder]
                for other in others:
                    if other not in seen and other not in self.fixed:
                        seen.add(other)
                        came[other] = crew, officer
                        queue.append(other)
        if best is not None:
            self._change(number, best[1], best[2], came)

    def _change(self, number: int, crew: int, officer: str, came: dict[int, tuple[int, str]]) -> None:
        """Give the last crew of a path its officer, who goes out once more, and every other one the next one's."""
        self.outings[officer] += 1
        path = [(crew, officer)]
        while path[-1][0] != number:
            path.append(came[path[-1][0]])
        for other, _ in path[:-1]:
            del self.holder[self._place(other, self.second[other])]
        for other, new in path:
            self._put(other, new)
