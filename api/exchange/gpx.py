"""One officer's day as a GPX 1.1 file, for navigators: gates as waypoints, drives as tracks."""

from __future__ import annotations

from datetime import UTC, date, datetime

from gpxpy.gpx import GPX, GPXTrack, GPXTrackPoint, GPXTrackSegment, GPXWaypoint

from api.exchange.day_route import Drive, Mark, Patrol, officer_day
from geo.text import Language
from planner.squad import Squad
from planner.week import WeeklyPlan, WeeklyProblem


def route_gpx(
    problem: WeeklyProblem, plan: WeeklyPlan, squad: Squad, officer_id: str, day: date, language: Language
) -> bytes:
    """Return one officer's day as the bytes of a ``.gpx`` file; its times are UTC and depend on no clock.

    A track is one patrol and each of its segments one drive; only the ends of a drive have a time.
    """
    told = officer_day(problem, plan, squad, officer_id, day, language)
    file = GPX()
    file.creator = "Wuzao"
    file.name = told.title
    file.description = told.description or None
    monday = problem.week.monday
    file.time = datetime(monday.year, monday.month, monday.day, tzinfo=UTC)
    file.waypoints = [_waypoint(mark) for mark in told.marks]
    file.tracks = [_track(number, patrol) for number, patrol in enumerate(told.patrols, start=1)]
    if told.marks:
        file.refresh_bounds()
    return file.to_xml(version="1.1").encode()


def _waypoint(mark: Mark) -> GPXWaypoint:
    return GPXWaypoint(
        latitude=mark.lat,
        longitude=mark.lon,
        time=None if mark.begin is None else mark.begin.astimezone(UTC),
        name=mark.name,
        description=mark.description,
        type=mark.kind,
    )


def _track(number: int, patrol: Patrol) -> GPXTrack:
    track = GPXTrack(name=patrol.name, number=number)
    track.segments = [GPXTrackSegment(_points(drive)) for drive in patrol.drives]
    return track


def _points(drive: Drive) -> list[GPXTrackPoint]:
    points = [GPXTrackPoint(latitude=lat, longitude=lon) for lon, lat in drive.points]
    points[0].time = drive.depart.astimezone(UTC)
    points[-1].time = drive.arrive.astimezone(UTC)
    return points
