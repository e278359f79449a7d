"""Give a plan's legs the roads they follow, for maps and files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from geo.travel import TravelTimes
from planner.officer import VehicleKind
from planner.week import Leg, Route, StandBy, WeeklyPlan, WeeklyProblem


def with_paths(
    problem: WeeklyProblem,
    plan: WeeklyPlan,
    travel: Mapping[VehicleKind, TravelTimes],
    hours: Mapping[str, int],
) -> WeeklyPlan:
    """Return `plan` with the lon/lat points of every leg; a leg that has them keeps them.

    Parameters
    ----------
    hours
        The hour of the day whose traffic each band was planned with.
    """
    kinds = {vehicle.id: vehicle.kind for vehicle in problem.vehicles}

    def drawn(route: Route | StandBy, leg: Leg) -> Leg:
        if leg.path:
            return leg
        drive = travel[kinds[route.vehicle_id]].drive(leg.origin, leg.destination, hours[route.band_id])
        return replace(leg, path=tuple((float(lon), float(lat)) for lon, lat in drive.path))

    routes = tuple(
        route
        if all(leg.path for leg in route.legs)
        else replace(route, legs=tuple(drawn(route, leg) for leg in route.legs))
        for route in plan.routes
    )
    standby = tuple(replace(item, legs=(drawn(item, item.legs[0]), drawn(item, item.legs[1]))) for item in plan.standby)
    return replace(plan, routes=routes, standby=standby)
