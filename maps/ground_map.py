"""The squad's ground, to look at and to draw on: outlines, gates and violations as the page around it says."""

from __future__ import annotations

from geo.text import Language
from maps import layers
from maps.base import NO_ROADS, RoadPicture, empty_map, finish, ground, squad_bounds
from maps.pages import page
from maps.palette import PHASES
from maps.words import GROUND
from planner.squad import Squad


def ground_map(squad: Squad, roads: RoadPicture = NO_ROADS, language: Language = "zh") -> str:
    """Return the ground that communities are drawn on as one HTML page to be framed; it needs no network.

    From the page around it, coordinates WGS84, rings without their closing point, it takes
    ``{wuzao: "ground", communities: [{id, name, phase, surveyed, rings: [[[lon, lat], …]], gates: [{id, name, lon,
    lat}], expected}], violations: [{id, lon, lat, state, said}], risk, open}``,
    ``{wuzao: "edit", community, rings, gates, mode, chosen: [ring, corner]}`` (``mode``: move, corner, gate; a
    community of null ends it) and ``{wuzao: "place", id, lon, lat}`` (an id of null ends it). It sends
    ``{wuzao: "ready"}``, ``{wuzao: "chosen", community}``, ``{wuzao: "chosen", violation}``,
    ``{wuzao: "drawn", rings, gates}``, ``{wuzao: "corner", ring, corner}``, ``{wuzao: "remove", ring, corner}``,
    ``{wuzao: "picked", lon, lat}`` and ``{wuzao: "moved", id, lon, lat}``.
    """
    picture = empty_map(squad)
    layers.station_mark(picture, squad, language)
    data = {
        "ground": ground(roads, squad, squad_bounds(squad), None, language),
        "phases": {phase.value: [style.colour, style.opacity] for phase, style in PHASES.items()},
    }
    context = {"squad": squad, "phases": list(PHASES.values()), "language": language}
    return page("ground", finish(picture), GROUND, language, data, context)
