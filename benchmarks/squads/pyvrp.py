"""PyVRP as a router of single days: leads as vehicle types, prices of missed visits as prizes; it knows no breaks."""

from __future__ import annotations

from benchmarks.squads.days import DayTask, windows_in_day
from planner.solver.columns import Frame
from planner.week import DAY

NO_WAY = 10**7
"""Seconds and price of a drive to where the lead holds no post: far above any prize, far below what overflows."""


def route_day(day: DayTask, seed: int, seconds: float) -> list[tuple[Frame, tuple[str, ...]]]:
    """Return which crew makes visits of which obligations."""
    import pyvrp  # noqa: PLC0415 - an extra that only this benchmark wants
    from pyvrp.stop import MaxRuntime  # noqa: PLC0415 - likewise

    model = pyvrp.Model()
    places = {place: model.add_location(n, 0, name=place) for n, place in enumerate(day.places)}
    station = model.add_depot(next(iter(places.values())))
    for frame in day.frames:
        profile = model.add_profile()
        reached = [place for place in places if day.may_lead(frame, place)]
        for a in reached:
            for b in reached:
                if a != b:
                    drive = day.problem.drive(frame.kind, frame.band_id, a, b)
                    model.add_edge(places[a], places[b], day.cost(frame, a, b), drive, profile=profile)
        midnight = frame.day * DAY
        model.add_vehicle_type(
            start_depot=station,
            end_depot=station,
            fixed_cost=day.problem.policy.prices.outing,
            tw_early=frame.start - midnight,
            tw_late=frame.end - midnight,
            profile=profile,
        )
    keys: list[str] = []
    for task in day.tasks:
        windows = windows_in_day(task)
        group = model.add_client_group(required=False) if len(windows) > 1 else None
        for first, last in windows:
            model.add_client(
                places[task.visit.community_id],
                service_duration=task.visit.duration,
                tw_early=first,
                tw_late=last,
                prize=task.visit.missed,
                required=False,
                group=group,
            )
            keys.append(task.key[0])
    result = model.solve(MaxRuntime(seconds), seed=seed, collect_stats=False, display=False, missing_value=NO_WAY)
    if not result.is_feasible():
        return []
    return [
        (day.frames[route.vehicle_type()], tuple(keys[stop.idx] for stop in route if stop.is_client()))
        for route in result.best.routes()
    ]
