"""Build squads to measure on: the example's kind of squad on real Shanghai roads, and the report's four communities.

People, partners and records are invented either way; nothing built here belongs in the repository.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

from shapely import LineString, Polygon, STRtree, box
from shapely.geometry import shape

from examples.flat import Flat, one_line, one_polygon
from examples.make_jiading import FOLDER, SEED, SIZE, invent_squad
from examples.names import REPORT_COMMUNITIES
from examples.places import REACH, Road, openings, station
from examples.rosters import Place, Size, beats, phases
from examples.squad_folder import write_folder
from examples.squads import ROADS, Beats, Setting, invent
from examples.town import build_town
from geo.community import Gate, GeometrySource
from geo.network import RoadNetwork
from geo.roads import read_roads
from planner.squad import Squad

EXTRACT = "roads_shanghai_center.osm.pbf"
CANDIDATES = "community_candidates.geojson"
ATTRIBUTION = "© OpenStreetMap contributors, ODbL 1.0"
MIDDLE = Flat(121.4803, 31.2290)
Feature = Mapping[str, Any]  # one GeoJSON feature, whose properties this module knows
HOUSEHOLDS_PER_LIFT = 30
"""Lifts counted in a community are the only hint at its size."""


def build_shanghai(
    source: Path,
    folder: Path,
    *,
    communities: int = 24,
    officers: int = 14,
    peak: int = 10,
    pre_delivery: int = 2,
    seed: int = 0,
) -> Path:
    """Write a squad on real roads with real communities into `folder`.

    Parameters
    ----------
    source
        Folder with the road extract and the community candidates of central Shanghai.
    communities, officers, peak, pre_delivery
        How big the squad is: 12 x 6, 24 x 14 and 60 x 24 are the sizes to compare.
    """
    squad = shanghai_squad(source, Size(communities, officers, peak, pre_delivery), seed)
    write_folder(squad, folder)
    shutil.copyfile(source / EXTRACT, folder / ROADS)
    return folder


def build_four(folder: Path) -> Path:
    """Write the example with the report's four communities only, all in renovation peak, into `folder`."""
    squad = invent_squad(build_town(SEED, SIZE.communities))
    names = {name for name, _ in REPORT_COMMUNITIES}
    kept = tuple(c for c in squad.communities if c.name in names)
    ids = {c.id for c in kept}
    joining = (replace(p, community_ids=tuple(i for i in p.community_ids if i in ids)) for p in squad.partners)
    four = replace(
        squad,
        id="four",
        communities=kept,
        partners=tuple(p for p in joining if p.community_ids),
        violations=tuple(v for v in squad.violations if v.community_id in ids),
        past=tuple(visit for visit in squad.past if visit.community_id in ids),
    )
    write_folder(four, folder)
    shutil.copyfile(FOLDER / ROADS, folder / ROADS)
    return folder


def shanghai_squad(source: Path, size: Size, seed: int) -> Squad:
    """Return a squad for well-spread communities of central Shanghai."""
    rng = Random(seed)
    roads = _roads(source / EXTRACT)
    tree = STRtree([road.line for road in roads])
    candidates = json.loads((source / CANDIDATES).read_text(encoding="utf-8"))["features"]
    drawn = [
        (one, one_polygon(MIDDLE.metres(shape(one["geometry"])))) for one in rng.sample(candidates, len(candidates))
    ]
    within_reach = [(one, wall) for one, wall in drawn if wall.distance(tree.geometries[tree.nearest(wall)]) < REACH]
    chosen = _spread(within_reach, size.communities)
    walls = [wall for _, wall in chosen]
    sectors = beats([(wall.centroid.x, wall.centroid.y) for wall in walls], size.pairs)
    phase = phases(sectors, size, rng)
    places = [_place(k, feature, wall, roads, tree, rng) for k, (feature, wall) in enumerate(chosen, 1)]
    setting = Setting(
        f"shanghai-{size.communities}x{size.officers}",
        "上海中心城区中队(人员虚构)",
        ATTRIBUTION,
        MIDDLE,
        [f"示例{k:02d}" for k in range(1, 2 * size.communities)],
    )
    return invent(setting, size, places, Beats(sectors, phase), station(walls, roads), rng)


def junction_squad(source: Path, size: Size, seed: int) -> Squad:
    """Return a squad whose communities are invented blocks beside real roads: as many as one likes."""
    rng = Random(seed)
    roads = _roads(source / EXTRACT)
    tree = STRtree([road.line for road in roads])
    walls: list[Polygon] = []
    for road in rng.sample(roads, len(roads)):
        middle = road.line.interpolate(0.5, normalized=True)
        wall = box(middle.x + 20, middle.y + 20, middle.x + 140, middle.y + 120)
        if all(wall.distance(other) > 30 for other in walls) and len(walls) < size.communities:
            walls.append(wall)
    sectors = beats([(wall.centroid.x, wall.centroid.y) for wall in walls], size.pairs)
    places = [
        Place(
            f"c{k:03d}",
            f"示例小区{k:03d}",
            "",
            one_polygon(MIDDLE.degrees(wall)),
            GeometrySource.ILLUSTRATIVE,
            tuple(
                Gate(f"c{k:03d}-g{n}", gate.name, *MIDDLE.lon_lat(gate.x, gate.y))
                for n, gate in enumerate(openings(wall, roads, tree, rng), 1)
            ),
            500,
        )
        for k, wall in enumerate(walls, 1)
    ]
    stems = [f"示例{k:03d}" for k in range(1, 2 * size.communities)]
    setting = Setting(f"junctions-{size.communities}x{size.officers}", "全部虚构", ATTRIBUTION, MIDDLE, stems)
    squad = invent(setting, size, places, Beats(sectors, phases(sectors, size, rng)), station(walls, roads), rng)
    return replace(squad, roads=source / EXTRACT)


def _roads(path: Path) -> list[Road]:
    """Return the roads that cars and e-bikes both can drive to and back from: e-bikes cannot cross the Huangpu."""
    by_car, by_ebike = (_lines(read_roads(path, mode)) for mode in ("car", "ebike"))
    tree = STRtree([road.line for road in by_ebike])
    middles = [road.line.interpolate(0.5, normalized=True) for road in by_car]
    shared = {int(k) for k in tree.query(middles, predicate="dwithin", distance=1.0)[0]}
    return [by_car[k] for k in sorted(shared)]


def _lines(network: RoadNetwork) -> list[Road]:
    return [
        Road(
            one_line(MIDDLE.metres(LineString(network.segment_points(segment)))),
            network.classes[network.way_class[network.segment_way[segment]]],
        )
        for segment in sorted(set(network.arc_segment.tolist()))
    ]


def _spread(drawn: Sequence[tuple[Feature, Polygon]], count: int) -> list[tuple[Feature, Polygon]]:
    """Take communities in the order drawn that keep their distance, as great as leaves enough of them."""
    apart = 3000.0
    while apart > 50:
        chosen: list[tuple[Feature, Polygon]] = []
        for feature, wall in drawn:
            if all(wall.centroid.distance(other.centroid) > apart and wall.disjoint(other) for _, other in chosen):
                chosen.append((feature, wall))
            if len(chosen) == count:
                return chosen
        apart *= 0.93
    msg = f"{count} communities do not fit"
    raise ValueError(msg)


def _place(number: int, feature: Feature, wall: Polygon, roads: Sequence[Road], tree: STRtree, rng: Random) -> Place:
    ident = f"c{number:02d}"
    gates = tuple(
        Gate(f"{ident}-g{k}", gate.name, *MIDDLE.lon_lat(gate.x, gate.y))
        for k, gate in enumerate(openings(wall, roads, tree, rng), 1)
    )
    properties = feature["properties"]
    return Place(
        ident,
        properties["name"],
        properties["address"],
        one_polygon(shape(feature["geometry"])),
        GeometrySource.STREET_BLOCK,
        gates,
        HOUSEHOLDS_PER_LIFT * int(properties["lifts"] or 1),
    )
