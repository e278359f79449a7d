"""Stand-by away from the station: where it is, what driving it takes, and what its officer does meanwhile."""

from __future__ import annotations

from planner.officer import VehicleKind
from planner.phases import DutyPhase, Idle
from planner.reach import Reach
from planner.week import STATION, Leg, StandBy, WeeklyProblem


def stand_by(
    problem: WeeklyProblem,
    officer_id: str,
    vehicle_id: str,
    community_id: str,
    shift: tuple[int, str],
    start: int,
    end: int,
) -> StandBy:
    """Return a stand-by at a community's main gate during ``[start, end)``, with the drives there and back.

    Parameters
    ----------
    shift
        Day and band.
    """
    day, band_id = shift
    kind = next(vehicle.kind for vehicle in problem.vehicles if vehicle.id == vehicle_id)
    there, back = (problem.drive(kind, band_id, *ends) for ends in ((STATION, community_id), (community_id, STATION)))
    out, home = (problem.metres(kind, band_id, *ends) for ends in ((STATION, community_id), (community_id, STATION)))
    legs = (
        Leg(STATION, community_id, start - there, start, out),
        Leg(community_id, STATION, end, end + back, home),
    )
    return StandBy(officer_id, day, band_id, vehicle_id, community_id, legs)


def standby_phases(problem: WeeklyProblem, item: StandBy, kind: VehicleKind, reach: Reach) -> tuple[DutyPhase, ...]:
    """Return the drive there, the stand-by and the drive back; `kind` is driven where the vehicle is unknown."""
    kind = next((vehicle.kind for vehicle in problem.vehicles if vehicle.id == item.vehicle_id), kind)
    there, back = (reach.along(kind, item.band_id, leg) for leg in item.legs)
    setup = problem.policy.response.setup
    # As long as whoever is called may take to set off and be on the way: profiles of the day must reach so far.
    onward = reach.from_place(kind, item.band_id, item.community_id, item.start, item.end + setup + 2 * 3600)
    waiting = Idle(item.start, item.end, onward, setup, item.community_id)
    return tuple(phase for phase in (there, waiting, back) if phase.start < phase.end)
