"""Roads: from an OpenStreetMap extract to a network that knows one-ways, turn restrictions and dead ends."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from geo import cache as store
from geo.coordinates import metres_between
from geo.errors import RoadNetworkError
from geo.network import Flags, Floats, Ints, RoadNetwork, RoadReport, network_from
from geo.osm import RawRestriction, RawRoads, read_osm, read_water
from geo.speeds import Mode, SpeedTable, default_speeds

__all__ = ["RoadNetwork", "RoadReport", "read_roads", "read_water"]

BEND_DEGREES = 45.0
ArcsAt: TypeAlias = defaultdict[tuple[int, int], list[int]]


def read_roads(path: Path, mode: str, speeds: SpeedTable | None = None, cache: Path | None = None) -> RoadNetwork:
    """Read the roads of one mode from an ``.osm.pbf`` file.

    Kept is the largest part within which every road can be reached from every other, one-ways and turn restrictions
    obeyed; U-turns are made at dead ends only.

    Parameters
    ----------
    mode
        ``car`` or ``ebike``.
    speeds
        Its highway classes say which roads the mode uses; None takes the table that ships with the project.
    cache
        Folder of the cache, or None.

    Raises
    ------
    RoadNetworkError
        Where the file is missing, is no pbf, or holds no road for this mode.
    """
    way_of_moving = Mode(mode)
    classes = tuple((speeds or default_speeds()).of(mode).kmh)
    key = store.key("roads", store.file_digest(path), mode, classes)
    known = store.load(cache, key)
    if known is not None:
        return network_from(known)
    network = build_network(read_osm(path, way_of_moving, classes), way_of_moving, key, path.name)
    store.save(cache, key, network.arrays())
    return network


def build_network(raw: RawRoads, mode: Mode, key: str, name: str) -> RoadNetwork:
    """Build the network from what was read; `name` is the file's, for messages."""
    if not raw.ways:
        raise RoadNetworkError(f"{name} holds no road that a {mode.value} may use")
    segments = _segments(raw)
    arcs = _arcs(raw, segments)
    turns = _turns(arcs, raw.blocked)
    bans, applied, incomplete = _bans(raw, segments, arcs, turns)
    kept_turns = turns[~bans]
    keep = _largest_strong_part(kept_turns, len(arcs.segment))
    new = np.cumsum(keep) - 1
    inside = keep[kept_turns[:, 0]] & keep[kept_turns[:, 1]]
    turns = kept_turns[inside]
    classes = tuple(sorted({way.highway for way in raw.ways}))
    starts = np.concatenate(([0], np.cumsum([len(way.nodes) for way in raw.ways]))).astype(np.int64)
    arcs_kept = int(keep.sum())
    return RoadNetwork(
        mode=mode,
        key=key,
        classes=classes,
        points=np.concatenate([way.points for way in raw.ways]),
        way_start=starts,
        way_class=np.array([classes.index(way.highway) for way in raw.ways], dtype=np.int64),
        segment_way=segments.way,
        segment_first=segments.first,
        segment_last=segments.last,
        segment_length=segments.length,
        segment_limit=np.array([way.limit or np.inf for way in raw.ways])[segments.way],
        arc_segment=arcs.segment[keep],
        arc_forward=arcs.forward[keep],
        turn_from=new[turns[:, 0]],
        turn_onto=new[turns[:, 1]],
        turn_bends=_bends(arcs, segments, turns),
        report=RoadReport(
            ways=len({way.id for way in raw.ways}),
            arcs=arcs_kept,
            cut_off=len(keep) - arcs_kept,
            restrictions=applied,
            via_way=raw.via_way,
            conditional=raw.conditional,
            incomplete=raw.incomplete + incomplete,
        ),
    )


@dataclass(frozen=True, slots=True)
class _Segments:
    """Stretches between junctions: way, first and last point, decimetres, end nodes, and the points they lie on."""

    way: Ints
    first: Ints
    last: Ints
    length: Ints
    start: Ints
    end: Ints
    points: Floats


@dataclass(frozen=True, slots=True)
class _Arcs:
    """Segments by driving direction; `twin` is the same segment the other way, or -1."""

    segment: Ints
    forward: Flags
    tail: Ints
    head: Ints
    twin: Ints


def _segments(raw: RawRoads) -> _Segments:
    nodes = np.concatenate([way.nodes for way in raw.ways])
    points = np.concatenate([way.points for way in raw.ways])
    sizes = np.array([len(way.nodes) for way in raw.ways], dtype=np.int64)
    last_points = np.cumsum(sizes) - 1
    ends = np.zeros(len(nodes), dtype=np.bool_)
    ends[last_points] = True
    ends[last_points - sizes + 1] = True
    _, where, uses = np.unique(nodes, return_inverse=True, return_counts=True)
    wanted = np.array([*raw.blocked, *(restriction.via for restriction in raw.restrictions)], dtype=np.int64)
    junction = ends | (uses > 1)[where] | np.isin(nodes, wanted)
    cuts = np.flatnonzero(junction)
    way_of_point = np.repeat(np.arange(len(sizes)), sizes)
    within = way_of_point[cuts[:-1]] == way_of_point[cuts[1:]]
    first, last = cuts[:-1][within], cuts[1:][within]
    return _Segments(way_of_point[first], first, last, _lengths(points, first, last), nodes[first], nodes[last], points)


def _lengths(points: Floats, first: Ints, last: Ints) -> Ints:
    steps = metres_between(points[:-1, 0], points[:-1, 1], points[1:, 0], points[1:, 1])
    along = np.concatenate(([0.0], np.cumsum(steps)))
    # Steps from one way's last point to the next way's first are never inside a segment, so they cancel out.
    decimetres: Ints = np.maximum(np.rint((along[last] - along[first]) * 10), 1).astype(np.int64)
    return decimetres


def _arcs(raw: RawRoads, segments: _Segments) -> _Arcs:
    forward = np.array([way.forward for way in raw.ways])[segments.way]
    backward = np.array([way.backward for way in raw.ways])[segments.way]
    ahead, back = np.flatnonzero(forward), np.flatnonzero(backward)
    place = np.full((2, len(segments.way)), -1, dtype=np.int64)
    place[0, ahead] = np.arange(len(ahead))
    place[1, back] = np.arange(len(back)) + len(ahead)
    return _Arcs(
        segment=np.concatenate((ahead, back)),
        forward=np.arange(len(ahead) + len(back)) < len(ahead),
        tail=np.concatenate((segments.start[ahead], segments.end[back])),
        head=np.concatenate((segments.end[ahead], segments.start[back])),
        twin=np.concatenate((place[1, ahead], place[0, back])),
    )


def _turns(arcs: _Arcs, blocked: frozenset[int]) -> Ints:
    """Return (from, onto) of every turn that the lie of the land allows: all but U-turns, and those at dead ends."""
    by_tail = np.argsort(arcs.tail, kind="stable")
    tails = arcs.tail[by_tail]
    low, high = np.searchsorted(tails, arcs.head, "left"), np.searchsorted(tails, arcs.head, "right")
    ways_out = high - low
    source = np.repeat(np.arange(len(arcs.head)), ways_out)
    step = np.arange(len(source)) - np.repeat(np.cumsum(ways_out) - ways_out, ways_out)
    onto = by_tail[np.repeat(low, ways_out) + step]
    back = arcs.twin[source] == onto
    dead_end = np.bincount(source[~back], minlength=len(arcs.head)) == 0
    barred = np.isin(arcs.head, np.array([*blocked], dtype=np.int64))
    allowed = np.where(back, (dead_end | barred)[source], ~barred[source])
    return np.column_stack((source, onto))[allowed]


def _bans(raw: RawRoads, segments: _Segments, arcs: _Arcs, turns: Ints) -> tuple[Flags, int, int]:
    """Return which turns the restrictions forbid, how many restrictions were applied, and how many say nothing here."""
    coming, going = _arcs_at_vias(raw, segments, arcs)
    forbidden: set[tuple[int, int]] = set()
    required: dict[int, set[int]] = defaultdict(set)
    applied = 0
    for rule in raw.restrictions:
        sources = [arc for way in rule.from_ways for arc in coming[way, rule.via]]
        targets = [arc for way in rule.to_ways for arc in going[way, rule.via]]
        applied += bool(sources and targets)
        for source in sources if targets else ():
            if rule.only:
                required[source].update(targets)
            else:
                forbidden.update((source, target) for target in targets if _meant(rule, source, target, arcs))
    commanded = turns[np.isin(turns[:, 0], np.array([*required], dtype=np.int64))]
    forbidden.update((source, target) for source, target in commanded.tolist() if target not in required[source])
    size = len(arcs.segment)
    banned = np.isin(turns[:, 0] * size + turns[:, 1], np.array([a * size + b for a, b in forbidden], dtype=np.int64))
    return banned, applied, len(raw.restrictions) - applied


def _meant(rule: RawRestriction, source: int, target: int, arcs: _Arcs) -> bool:
    """Tell a ban on turning back into a way from driving on along it, where the via node lies mid-way."""
    return rule.from_ways != rule.to_ways or arcs.twin[source] == target


def _arcs_at_vias(raw: RawRoads, segments: _Segments, arcs: _Arcs) -> tuple[ArcsAt, ArcsAt]:
    """Return arcs by (way id, node) that end, and that begin, at the via nodes of restrictions."""
    vias = np.array([rule.via for rule in raw.restrictions], dtype=np.int64)
    way_ids = np.array([way.id for way in raw.ways], dtype=np.int64)[segments.way[arcs.segment]]
    tables: list[ArcsAt] = []
    for nodes in (arcs.head, arcs.tail):
        table: ArcsAt = defaultdict(list)
        for arc in np.flatnonzero(np.isin(nodes, vias)).tolist():
            table[int(way_ids[arc]), int(nodes[arc])].append(arc)
        tables.append(table)
    return tables[0], tables[1]


def _largest_strong_part(turns: Ints, arcs: int) -> Flags:
    graph = csr_array((np.ones(len(turns), dtype=np.int8), (turns[:, 0], turns[:, 1])), shape=(arcs, arcs))
    _, part = connected_components(graph, directed=True, connection="strong")
    keep: Flags = part == np.bincount(part).argmax()
    return keep


def _bends(arcs: _Arcs, segments: _Segments, turns: Ints) -> Flags:
    """Return which turns change direction by more than 45 degrees at a junction of three arms or more, or turn back."""
    leaving = _bearing(segments.points, *_first_step(arcs, segments))
    first, second = _first_step(arcs, segments, from_end=True)
    arriving = _bearing(segments.points, second, first)
    change = np.abs((leaving[turns[:, 1]] - arriving[turns[:, 0]] + 180.0) % 360.0 - 180.0)
    nodes, arms = np.unique(np.concatenate((segments.start, segments.end)), return_counts=True)
    junction = arms[np.searchsorted(nodes, arcs.head)] >= 3
    back = arcs.twin[turns[:, 0]] == turns[:, 1]
    bends: Flags = (change > BEND_DEGREES) & (junction[turns[:, 0]] | back)
    return bends


def _first_step(arcs: _Arcs, segments: _Segments, *, from_end: bool = False) -> tuple[Ints, Ints]:
    """Return the point at which each arc begins (or ends) and its neighbour within the arc."""
    at_first = arcs.forward != from_end
    first, last = segments.first[arcs.segment], segments.last[arcs.segment]
    return np.where(at_first, first, last), np.where(at_first, first + 1, last - 1)


def _bearing(points: Floats, start: Ints, end: Ints) -> Floats:
    step = points[end] - points[start]
    east = step[:, 0] * np.cos(np.radians(points[start, 1]))
    bearing: Floats = np.degrees(np.arctan2(east, step[:, 1]))
    return bearing
