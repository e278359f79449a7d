"""A road network as frozen arrays: what may be driven, how long it is, and how it may be turned through.

A *segment* is a stretch of one way between two junctions. An *arc* is a segment in one direction that may be driven.
A *turn* leads from the end of one arc onto the next: arcs are the states of the search, turns its edges, so that a
forbidden turn or a U-turn is an edge that is simply not there (edge-expanded graph; Caldwell 1961, Winter 2002).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.speeds import Mode

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class RoadReport:
    """What reading the roads left out or did not apply.

    Attributes
    ----------
    ways
        Ways that the mode may use.
    arcs, cut_off
        Directed edges kept, and those dropped since they are not strongly connected with the rest.
    restrictions
        Turn restrictions applied.
    via_way, conditional, incomplete
        Turn restrictions not applied: through a whole way; at certain times only; members missing or not meeting.
    """

    ways: int
    arcs: int
    cut_off: int
    restrictions: int
    via_way: int
    conditional: int
    incomplete: int


@dataclass(frozen=True, slots=True, eq=False)
class RoadNetwork:
    """The roads of one mode, all of them mutually reachable.

    Attributes
    ----------
    key
        Changes whenever file, mode or reader do.
    points
        ``(n, 2)`` lon/lat of all ways, WGS84, one way after the other.
    way_start
        ``(ways + 1,)`` first point of each way.
    way_class, classes
        Index into `classes`, the highway classes' names.
    segment_way, segment_first, segment_last
        The way of each segment, and its first and last point.
    segment_length
        Decimetres, at least 1.
    segment_limit
        Posted km/h, infinite where nothing is posted.
    arc_segment, arc_forward
        Segment of each arc, and whether it follows the drawing direction.
    turn_from, turn_onto, turn_bends
        Allowed turns between arcs, and whether one turns at a junction by more than 45 degrees.
    """

    mode: Mode
    key: str
    classes: tuple[str, ...]
    points: Floats
    way_start: Ints
    way_class: Ints
    segment_way: Ints
    segment_first: Ints
    segment_last: Ints
    segment_length: Ints
    segment_limit: Floats
    arc_segment: Ints
    arc_forward: Flags
    turn_from: Ints
    turn_onto: Ints
    turn_bends: Flags
    report: RoadReport

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, np.ndarray):
                value.setflags(write=False)

    def lines(self) -> list[tuple[str, Floats]]:
        """Return every way as its highway class and its ``(n, 2)`` lon/lat points: what a map draws."""
        bounds = zip(self.way_start[:-1], self.way_start[1:], self.way_class, strict=True)
        return [(self.classes[kind], self.points[first:last]) for first, last, kind in bounds]

    def segment_points(self, segment: int) -> Floats:
        """Return the lon/lat points of a segment in drawing direction."""
        return self.points[self.segment_first[segment] : self.segment_last[segment] + 1]

    def arc_points(self, arc: int) -> Floats:
        """Return the lon/lat points of an arc in driving direction."""
        points = self.segment_points(int(self.arc_segment[arc]))
        return points if self.arc_forward[arc] else points[::-1]

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the network as named arrays, for a cache; `network_from` reads them back."""
        plain: dict[str, NDArray[Any]] = {
            "mode": np.array(self.mode.value),
            "key": np.array(self.key),
            "classes": np.array(self.classes, dtype=np.str_),
            "report": np.array([getattr(self.report, field.name) for field in fields(self.report)], dtype=np.int64),
        }
        names = [field.name for field in fields(self) if field.name not in plain]
        return plain | {name: getattr(self, name) for name in names}


def network_from(arrays: Mapping[str, NDArray[Any]]) -> RoadNetwork:
    """Read back what `RoadNetwork.arrays` gave."""
    plain: dict[str, Any] = dict(arrays)
    plain["mode"] = Mode(str(arrays["mode"]))
    plain["key"] = str(arrays["key"])
    plain["classes"] = tuple(str(name) for name in arrays["classes"])
    plain["report"] = RoadReport(*(int(n) for n in arrays["report"]))
    return RoadNetwork(**plain)
