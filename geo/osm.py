"""Reading an OpenStreetMap extract (``.osm.pbf``): the ways a mode may use, turn restrictions, barriers, water."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import osmium
import shapely
from numpy.typing import NDArray
from osmium.osm.types import Area, Node, OSMEntity, Relation, Way
from shapely.geometry.base import BaseGeometry

from geo.access import blocks, directions, is_conditional, restriction_of, speed_limit
from geo.errors import RoadNetworkError
from geo.speeds import Mode

WATERWAYS = frozenset({"river", "canal", "stream", "drain", "ditch"})


@dataclass(frozen=True, slots=True)
class RawWay:
    """A way this mode may use.

    Attributes
    ----------
    nodes
        OpenStreetMap ids of its nodes.
    points
        ``(n, 2)`` lon/lat.
    forward, backward
        Whether it may be driven along and against its drawing direction.
    limit
        Posted km/h, or None.
    """

    id: int
    highway: str
    nodes: NDArray[np.int64]
    points: NDArray[np.float64]
    forward: bool
    backward: bool
    limit: float | None


@dataclass(frozen=True, slots=True)
class RawRestriction:
    """A turn restriction at a node; `only` says that no other turn is allowed, else that these turns are forbidden."""

    kind: str
    from_ways: tuple[int, ...]
    via: int
    to_ways: tuple[int, ...]

    @property
    def only(self) -> bool:
        """True for ``only_…``."""
        return self.kind.startswith("only_")


@dataclass(frozen=True, slots=True)
class RawRoads:
    """What an extract holds for one mode.

    Attributes
    ----------
    blocked
        Nodes with a barrier that stops this mode.
    via_way, conditional, incomplete
        Restrictions that are not applied: through a whole way, at certain times only, lacking a member.
    """

    ways: tuple[RawWay, ...]
    restrictions: tuple[RawRestriction, ...]
    blocked: frozenset[int]
    via_way: int
    conditional: int
    incomplete: int


def read_osm(path: Path, mode: Mode, classes: Collection[str]) -> RawRoads:
    """Read the roads of one mode.

    Parameters
    ----------
    classes
        Highway classes that count as roads for this mode.

    Raises
    ------
    RoadNetworkError
        Where the file is missing, is no pbf, or is cut short.
    """
    reader = _Reader(mode, classes)
    with _said_plainly(path):
        for item in _objects(path, ("highway", "barrier", "type")):
            reader.take(item)
    return reader.result()


def read_water(path: Path) -> tuple[BaseGeometry, ...]:
    """Return what water the extract holds, WGS84: areas as polygons, rivers and canals as lines; for maps only."""
    shapes: list[BaseGeometry] = []
    writer = osmium.geom.WKBFactory()
    keys = osmium.filter.KeyFilter("natural", "waterway", "landuse")
    with _said_plainly(path):
        source = osmium.FileProcessor(osmium.io.File(str(path), "pbf")).with_areas(keys).with_filter(keys)
        for item in source:
            if isinstance(item, Area) and _is_water_area(item):
                shapes.append(shapely.from_wkb(writer.create_multipolygon(item)))
            elif isinstance(item, Way) and item.tags.get("waterway") in WATERWAYS and not item.is_closed():
                shapes.extend(shapely.LineString(points) for _, points in _known_runs(item))
    return tuple(shapes)


class _Reader:
    """Collects what the file yields, object by object."""

    def __init__(self, mode: Mode, classes: Collection[str]) -> None:
        self.mode, self.classes = mode, classes
        self.ways: list[RawWay] = []
        self.restrictions: list[RawRestriction] = []
        self.blocked: set[int] = set()
        self.via_way = self.conditional = self.incomplete = 0

    def take(self, item: OSMEntity) -> None:
        if isinstance(item, Way):
            self._take_way(item)
        elif isinstance(item, Relation):
            self._take_relation(item)
        elif isinstance(item, Node) and blocks(dict(item.tags), self.mode):
            self.blocked.add(item.id)

    def result(self) -> RawRoads:
        counts = (self.via_way, self.conditional, self.incomplete)
        return RawRoads(tuple(self.ways), tuple(self.restrictions), frozenset(self.blocked), *counts)

    def _take_way(self, way: Way) -> None:
        tags = dict(way.tags)
        forward, backward = directions(tags, self.mode, self.classes)
        if not (forward or backward):
            return
        # Clipped extracts keep node ids whose positions they cut away: the way is used as far as it is known.
        for nodes, points in _known_runs(way):
            self.ways.append(RawWay(way.id, tags["highway"], nodes, points, forward, backward, speed_limit(tags)))

    def _take_relation(self, relation: Relation) -> None:
        tags = dict(relation.tags)
        if not tags.get("type", "").startswith("restriction"):
            return
        kind = restriction_of(tags, self.mode)
        if kind is None or not kind.startswith(("no_", "only_")):
            self.conditional += is_conditional(tags, self.mode)
            return
        members = [(m.role, m.type, m.ref) for m in relation.members]
        from_ways = tuple(ref for role, kind, ref in members if role == "from" and kind == "w")
        to_ways = tuple(ref for role, kind, ref in members if role == "to" and kind == "w")
        via = [(kind, ref) for role, kind, ref in members if role == "via"]
        if any(kind == "w" for kind, _ in via):
            self.via_way += 1
        elif len(via) == 1 and from_ways and to_ways:
            self.restrictions.append(RawRestriction(kind, from_ways, via[0][1], to_ways))
        else:
            self.incomplete += 1


def _objects(path: Path, keys: tuple[str, ...]) -> Iterator[OSMEntity]:
    source = osmium.FileProcessor(osmium.io.File(str(path), "pbf"))
    yield from source.with_locations().with_filter(osmium.filter.KeyFilter(*keys))


def _known_runs(way: Way) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float64]]]:
    run: list[tuple[int, float, float]] = []
    for node in [*way.nodes, None]:
        if node is not None and node.location.valid():
            if not run or run[-1][0] != node.ref:
                run.append((node.ref, node.location.lon, node.location.lat))
            continue
        if len(run) > 1:
            ids, lons, lats = zip(*run, strict=True)
            yield np.array(ids, dtype=np.int64), np.column_stack((lons, lats)).astype(np.float64)
        run = []


def _is_water_area(item: OSMEntity) -> bool:
    tags = item.tags
    return (
        tags.get("natural") == "water"
        or tags.get("waterway") in {"riverbank", "dock"}
        or tags.get("landuse") in {"reservoir", "basin"}
    )


@contextmanager
def _said_plainly(path: Path) -> Iterator[None]:
    if not path.is_file():
        raise RoadNetworkError(f"{path.name}: there is no such file")
    try:
        yield
    except RuntimeError as error:
        raise RoadNetworkError(f"{path.name} is not a readable OpenStreetMap extract (.osm.pbf): {error}") from error
