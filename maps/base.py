"""The quiet ground every map stands on: the squad's own roads and water, north, scale and attribution."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import folium
import numpy as np
import shapely
from branca.element import Element
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.text import Language, Text
from maps.assets import MapParts, take_apart
from maps.palette import road_tier
from planner.squad import Squad

LonLat = NDArray[np.float64]
Bounds = tuple[float, float, float, float]

GRID = 1e-5
"""Degrees per step of the drawn coordinates: about one metre."""

_SIMPLIFY = 1.5e-5
_MARGIN = 0.006


@dataclass(frozen=True, slots=True, eq=False)
class RoadPicture:
    """What is drawn under everything else, WGS84 lon/lat.

    Attributes
    ----------
    lines
        ``(highway class, (n, 2) points)`` of every road.
    water
        ``(n, 2)`` points; a closed one is an area, an open one a stream.
    """

    lines: tuple[tuple[str, LonLat], ...] = ()
    water: tuple[LonLat, ...] = ()


NO_ROADS = RoadPicture()


def road_picture(lines: Iterable[tuple[str, LonLat]], water: Iterable[LonLat | BaseGeometry] = ()) -> RoadPicture:
    """Return a picture of `lines` and `water` thinned to what an eye can see (1.5 m).

    Parameters
    ----------
    lines
        Highway class and lon/lat points of each road.
    water
        Lon/lat points, or shapely lines and polygons.
    """
    named = [(kind, np.asarray(points, dtype=np.float64)) for kind, points in lines]
    named = [(kind, points) for kind, points in named if len(points) > 1]
    thin = _thinned([points for _, points in named])
    wet = [points for item in water for points in _rings(item) if len(points) > 1]
    return RoadPicture(
        tuple((kind, points) for (kind, _), points in zip(named, thin, strict=True)), tuple(_thinned(wet))
    )


def encode(points: Sequence[tuple[float, float]] | LonLat) -> list[int]:
    """Return lon/lat points as ``[lat, lon, Δlat, Δlon, …]`` in steps of `GRID` degrees."""
    lonlat = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    steps = np.rint(lonlat[:, ::-1] / GRID).astype(np.int64)
    if len(steps) > 1:
        steps = steps[np.concatenate([[True], np.any(np.diff(steps, axis=0) != 0, axis=1)])]
    flat: list[int] = np.diff(steps, axis=0, prepend=np.zeros((1, 2), dtype=np.int64)).ravel().tolist()
    return flat


def around(points: Iterable[tuple[float, float]], margin: float = _MARGIN) -> Bounds:
    """Return (west, south, east, north) of lon/lat `points` with `margin` degrees on every side."""
    lonlat = np.array(list(points), dtype=np.float64)
    west, south = lonlat.min(axis=0) - margin
    east, north = lonlat.max(axis=0) + margin
    return float(west), float(south), float(east), float(north)


def squad_bounds(squad: Squad) -> Bounds:
    """Return the extent of the squad: all boundaries and its station."""
    corners = [(squad.station.lon, squad.station.lat)]
    for community in squad.communities:
        west, south, east, north = community.boundary.polygon.bounds
        corners += [(west, south), (east, north)]
    return around(corners, 0.002)


def ground(
    roads: RoadPicture, squad: Squad, view: Bounds, clip: Bounds | None, language: Language
) -> dict[str, object]:
    """Return what the page's script draws in the lower pane, as plain data.

    Parameters
    ----------
    view
        (west, south, east, north) the map opens on.
    clip
        What lies wholly outside is left out, None for nothing.
    """
    return {
        **bare_ground(view, credit(squad, language), language),
        "roads": _tiers(roads.lines, clip),
        "water": [encode(points) for points in roads.water if _touches(points, clip)],
        "closed": [bool(np.array_equal(points[0], points[-1])) for points in roads.water if _touches(points, clip)],
    }


def bare_ground(view: Bounds, attribution: str, language: Language) -> dict[str, object]:
    """Return what `ground` does, without roads and water."""
    west, south, east, north = view
    return {
        "grid": GRID,
        "view": [[south, west], [north, east]],
        "roads": _tiers((), None),
        "water": [],
        "closed": [],
        "attribution": attribution,
        "north": Text("北", "N").say(language),
    }


def credit(squad: Squad, language: Language) -> str:
    """Return whom the data comes from, or that it is invented."""
    invented = Text("示意数据,非真实", "Illustrative data, invented").say(language)
    return squad.attribution or (invented if squad.made_up else "")


def empty_map(squad: Squad) -> folium.Map:
    """Return a Folium map around a squad's station, without tiles, that asks for Leaflet and nothing else."""
    return plain_map((squad.station.lat, squad.station.lon), zoom=14)


def plain_map(middle: tuple[float, float], zoom: int) -> folium.Map:
    """Return a Folium map around a place (lat, lon) as `empty_map` does."""
    picture = folium.Map(
        location=list(middle),
        tiles=None,
        zoom_start=zoom,
        zoom_control=True,
        attribution_control=False,
        zoom_snap=0.25,
    )
    picture._id = "squad"  # noqa: SLF001  a name of our own in place of a random one keeps pages reproducible
    picture.options["maxZoom"] = 19  # with no tile layer Leaflet has no limit, and clusters need one
    picture.options["minZoom"] = min(10, zoom - 2)
    picture.default_js = [pair for pair in folium.Map.default_js if pair[0] == "leaflet"]
    picture.default_css = [pair for pair in folium.Map.default_css if pair[0] == "leaflet_css"]
    for name, height, touch in (
        ("areas", 350, True),
        ("gates", 410, True),
        ("routes", 420, True),
        ("labels", 500, False),
    ):
        pane = folium.map.CustomPane(name, z_index=height, pointer_events=touch)
        picture.add_child(pane, name=f"pane_{name}")
    return picture


def finish(picture: folium.Map) -> MapParts:
    """Give every element of a map a name by its order, so that equal plans give equal pages, and take it apart."""
    count = 0
    waiting: list[Element] = [picture]
    while waiting:
        element = waiting.pop(0)
        if len(element._id) == 32:  # noqa: SLF001  branca's random names are 32 hexadecimal digits
            count += 1
            element._id = str(count)  # noqa: SLF001  as above
        waiting += element._children.values()  # noqa: SLF001  as above
    return take_apart(picture)


def _tiers(lines: tuple[tuple[str, LonLat], ...], clip: Bounds | None) -> list[list[list[int]]]:
    tiers: list[list[list[int]]] = [[], [], [], []]
    for highway, points in lines:
        if _touches(points, clip):
            tiers[road_tier(highway)].append(encode(points))
    return tiers


def _touches(points: LonLat, clip: Bounds | None) -> bool:
    if clip is None:
        return True
    west, south, east, north = clip
    low, high = points.min(axis=0), points.max(axis=0)
    return bool(low[0] <= east and high[0] >= west and low[1] <= north and high[1] >= south)


def _thinned(lines: list[LonLat]) -> list[LonLat]:
    if not lines:
        return []
    thin = shapely.simplify(np.array([shapely.LineString(points) for points in lines]), _SIMPLIFY)
    return [shapely.get_coordinates(line) for line in thin]


def _rings(item: LonLat | BaseGeometry) -> list[LonLat]:
    if not isinstance(item, BaseGeometry):
        return [np.asarray(item, dtype=np.float64)]
    parts = shapely.get_parts(item)
    return [shapely.get_coordinates(part.exterior if part.geom_type == "Polygon" else part) for part in parts]
