"""The desk's map during duty: communities, and what the page around it says of officers and reports, moved as it says.

The page itself carries neither: positions and reports come by message, so that the file may be kept and shown again.
"""

from __future__ import annotations

from geo.text import Language
from maps import layers
from maps.base import NO_ROADS, RoadPicture, empty_map, finish, ground, squad_bounds
from maps.pages import page
from maps.palette import PHASES
from maps.week_map import by_importance
from maps.words import LIVE
from planner.squad import Squad


def live_map(squad: Squad, roads: RoadPicture = NO_ROADS, language: Language = "zh") -> str:
    """Return the map of a squad's communities as one HTML page to be framed; it needs no network.

    It takes ``{wuzao: "now", officers: [{id, name, lon, lat, state}], reports: [{id, label, said, lon, lat, left}],
    chosen}`` (``state``: free, visit, driving, report; ``left``: plenty, soon, late, there) and ``{wuzao: "pick", on}``
    from the page around it, and sends ``{wuzao: "ready"}``, ``{wuzao: "chosen", report}``, ``{wuzao: "chosen",
    officer}`` and ``{wuzao: "picked", lon, lat}`` (WGS84).
    """
    communities = by_importance(squad.communities)
    picture = empty_map(squad)
    layers.community_areas(picture, communities, LIVE["areas"], language)
    layers.gate_marks(picture, communities, LIVE["gates"], language)
    layers.station_mark(picture, squad, language)
    data = {"ground": ground(roads, squad, squad_bounds(squad), None, language)}
    context = {
        "squad": squad,
        "phases": [style for phase, style in PHASES.items() if any(c.phase is phase for c in communities)],
        "all_surveyed": all(c.boundary.source == "surveyed" for c in communities),
        "language": language,
    }
    return page("live", finish(picture), LIVE, language, data, context)
