"""Where places meet the roads: the nearest spot of the network, and how far off it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.coordinates import measuring_plane, plane_metres
from geo.network import Ints, RoadNetwork
from geo.polyline import point_along
from geo.travel import Place

MAX_SNAP = 300.0
"""Metres from a place to its road beyond which the roads are said not to reach it."""


@dataclass(frozen=True, slots=True)
class Snap:
    """The spot of the network nearest to a place.

    Attributes
    ----------
    metres
        From the place to that spot.
    lon, lat
        Of the spot, WGS84.
    segment, offset
        The road segment, and decimetres along it in drawing direction: inside it, never at a junction.
    """

    place: str
    metres: float
    lon: float
    lat: float
    segment: int
    offset: int


def snap_places(network: RoadNetwork, places: Sequence[Place]) -> tuple[Snap, ...]:
    """Return the nearest spot of the network for each place, however far.

    A spot at a junction is moved 0.1 m into the segment, so that every spot has one road and its directions.
    """
    if not places:
        return ()
    candidates = np.unique(network.arc_segment[network.segment_length[network.arc_segment] > 1])
    plane = measuring_plane(float(network.points[0, 0]))
    lines = _lines(network, candidates, plane)
    x, y = plane_metres([place.lon for place in places], [place.lat for place in places], plane)
    spots = np.array([shapely.Point(*at) for at in zip(x, y, strict=True)], dtype=np.object_)
    nearest = _nearest(shapely.STRtree(lines), spots)
    segments = candidates[nearest]
    along = shapely.line_locate_point(lines[nearest], spots, normalized=True)
    metres = shapely.distance(lines[nearest], spots)
    snaps = []
    for place, segment, share, distance in zip(places, segments.tolist(), along.tolist(), metres.tolist(), strict=True):
        length = int(network.segment_length[segment])
        offset = min(max(round(share * length), 1), length - 1)
        lon, lat = point_along(network.segment_points(segment), offset / length)
        snaps.append(Snap(place.id, distance, lon, lat, segment, offset))
    return tuple(snaps)


def _lines(network: RoadNetwork, segments: Ints, plane: str) -> NDArray[np.object_]:
    x, y = plane_metres(network.points[:, 0], network.points[:, 1], plane)
    sizes = network.segment_last[segments] - network.segment_first[segments] + 1
    line_of_point = np.repeat(np.arange(len(segments)), sizes)
    within = np.arange(len(line_of_point)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    index = network.segment_first[segments][line_of_point] + within
    lines: NDArray[np.object_] = shapely.linestrings(x[index], y[index], indices=line_of_point)
    return lines


def _nearest(tree: shapely.STRtree, spots: NDArray[np.object_]) -> Ints:
    """Return the nearest line of each spot; of equals the first, so that the same file gives the same answer."""
    spot, line = tree.query_nearest(spots, all_matches=True)
    order = np.lexsort((line, spot))
    _, firsts = np.unique(spot[order], return_index=True)
    chosen: Ints = line[order][firsts].astype(np.int64)
    return chosen
