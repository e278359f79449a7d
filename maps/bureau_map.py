"""All squads of a bureau on one map, coloured by how their week stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import folium

from geo.text import Language, Text
from maps.base import around, bare_ground, finish, plain_map
from maps.escape import escape
from maps.pages import page
from maps.words import BUREAU, COMMON

STANDINGS: Mapping[str, tuple[str, Text]] = {
    "misses": ("#b3261e", Text("有任务未排上", "Work left out")),
    "late": ("#b26a00", Text("两小时到不了", "Two hours not kept")),
    "unknown": ("#56616d", Text("没有算过", "Not worked out")),
    "none": ("#98a2ab", Text("还没有计划", "No plan yet")),
    "met": ("#00785a", Text("都做到了", "All kept")),
}
"""Colour and name of each standing, the worst first."""


@dataclass(frozen=True, slots=True)
class SquadSpot:
    """A squad as it is drawn.

    Attributes
    ----------
    station
        ``(lon, lat)``.
    outline
        ``(lon, lat)`` around what is its own; may be empty.
    standing
        A key of `STANDINGS`.
    said
        What is to be known of it, a line each.
    """

    id: str
    name: str
    station: tuple[float, float]
    outline: tuple[tuple[float, float], ...]
    standing: str
    said: tuple[str, ...]
    made_up: bool = False


def bureau_map(squads: Sequence[SquadSpot], language: Language = "zh") -> str:
    """Return the map as one HTML page to be framed; it needs no network.

    It sends ``{wuzao: "ready"}`` and ``{wuzao: "chosen", squad}`` and takes ``{wuzao: "show", squad}``.
    """
    corners = [point for squad in squads for point in (squad.station, *squad.outline)]
    west, south, east, north = around(corners or [(121.47, 31.23)], 0.01)
    picture = plain_map(((south + north) / 2, (west + east) / 2), zoom=11)
    for number, squad in enumerate(squads):
        colour = STANDINGS[squad.standing][0]
        text = "<br>".join(escape(line) for line in (squad.name, *squad.said))
        for shape in _shapes(squad, colour):
            shape.options["pane"] = "areas" if isinstance(shape, folium.Polygon) else "routes"
            folium.Tooltip(text, sticky=True).add_to(shape)
            shape._id = f"{'area' if isinstance(shape, folium.Polygon) else 'spot'}{number}"  # noqa: SLF001  the page's script looks it up
            shape.add_to(picture)
    invented = COMMON["invented"].say(language) if any(squad.made_up for squad in squads) else ""
    ground = bare_ground((west, south, east, north), invented, language)
    data = {"ground": ground, "squads": [squad.id for squad in squads]}
    context = {"standings": [(colour, name.say(language)) for colour, name in STANDINGS.values()]}
    return page("bureau", finish(picture), BUREAU, language, data, context)


def _shapes(squad: SquadSpot, colour: str) -> list[folium.Polygon | folium.CircleMarker]:
    shapes: list[folium.Polygon | folium.CircleMarker] = []
    if squad.outline:
        ring = [(lat, lon) for lon, lat in squad.outline]
        shapes.append(folium.Polygon(ring, color=colour, weight=1.5, fill_color=colour, fill_opacity=0.22))
    lon, lat = squad.station
    shapes.append(
        folium.CircleMarker((lat, lon), radius=6, color="#ffffff", weight=1.5, fill_color=colour, fill_opacity=1)
    )
    return shapes
