"""VROOM as a router of single days: leads as vehicles with the posts as their skills, breaks, and priorities."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

from benchmarks.squads.days import DayTask, windows_in_day
from planner.solver.columns import Frame
from planner.week import DAY

THOROUGH = 5
THREADS = 2
HIGHEST = 100
"""VROOM's priorities end there; the dearest missed visit has it."""


def route_day(day: DayTask, seed: int, seconds: float) -> list[tuple[Frame, tuple[str, ...]]]:
    """Return which crew makes visits of which obligations. VROOM takes no seed, and ends by itself."""
    import vroom  # noqa: PLC0415 - an extra that only this benchmark wants

    del seed
    if not day.tasks:
        return []
    places = day.places
    ask = vroom.Input()
    for n, frame in enumerate(day.frames):
        drives = [[day.problem.drive(frame.kind, frame.band_id, a, b) for b in places] for a in places]
        ask.set_durations_matrix(str(n), drives)
        ask.set_costs_matrix(str(n), [[day.cost(frame, a, b) for b in places] for a in places])
        ask.add_vehicle(
            vroom.Vehicle(
                n,
                start=0,
                end=0,
                profile=str(n),
                skills={k for k, place in enumerate(places) if k and day.may_lead(frame, place)},
                time_window=vroom.TimeWindow(frame.start - frame.day * DAY, frame.end - frame.day * DAY),
                breaks=_breaks(frame),
                costs=vroom.VehicleCosts(fixed=day.problem.policy.prices.outing),
            )
        )
    for n, task in enumerate(day.tasks):
        place = places.index(task.visit.community_id)
        ask.add_job(
            vroom.Job(
                n,
                location=place,
                default_service=task.visit.duration,
                skills={place},
                priority=priority(day, task.visit.missed),
                time_windows=[vroom.TimeWindow(first, last) for first, last in windows_in_day(task)],
            )
        )
    answer = ask.solve(exploration_level=THOROUGH, nb_threads=THREADS, timeout=timedelta(seconds=seconds)).to_dict()
    made: dict[int, list[str]] = defaultdict(list)
    for route in answer["routes"]:
        made[route["vehicle"]] += [day.tasks[s["id"]].key[0] for s in route["steps"] if s["type"] == "job"]
    return [(day.frames[n], tuple(keys)) for n, keys in sorted(made.items())]


def priority(day: DayTask, missed: int) -> int:
    """Return how much a visit matters, 0 to 100, by the price of missing it."""
    return round(HIGHEST * missed / max(task.visit.missed for task in day.tasks))


def _breaks(frame: Frame) -> list[object]:
    import vroom  # noqa: PLC0415 - an extra that only this benchmark wants

    if frame.rest is None:
        return []
    earliest, latest, duration = (value - frame.day * DAY * (n < 2) for n, value in enumerate(frame.rest))
    return [vroom.Break(0, time_windows=[vroom.TimeWindow(earliest, latest)], service=duration)]
