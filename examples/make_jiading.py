"""Make ``examples/jiading``: ``python -m examples.make_jiading``. Seeded: the same code writes the same files.

The report of the Jiading Industrial Zone squad names four communities and the 2,486 households between them. Everything
else in the example is invented, geometry and roads included, and its files say so.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from shapely import Polygon, STRtree

from examples.flat import Flat, one_polygon
from examples.habits import past_visits
from examples.names import OTHER_COMMUNITIES, PARTNERS, REPORT_COMMUNITIES
from examples.partners import with_preferences
from examples.places import Opening, Road, openings, station
from examples.rosters import PLANNED, WEEKS, Place, Size, beats, phases
from examples.squad_folder import write_folder
from examples.squads import ROADS, Beats, Setting, invent
from examples.town import Town, build_town
from examples.town_pbf import write_town
from geo.community import Gate, GeometrySource, Phase
from planner.squad import Squad

SEED = 48
SIZE = Size(communities=24, officers=14, peak=10, pre_delivery=2)
MIDDLE = Flat(121.25, 31.375)
FOLDER = Path(__file__).with_name("jiading")
HOUSEHOLDS_PER_HECTARE = 110
SETTING = Setting(
    "jiading",
    "嘉定工业区中队(示例)",
    "示意数据:道路、边界、人员和违法记录均为虚构 · Illustrative: roads, boundaries, people and records are invented",
    MIDDLE,
    PARTNERS,
)


@dataclass(frozen=True, slots=True)
class Site:
    """A block of the town with its gates, before it is called anything."""

    wall: Polygon
    gates: tuple[Opening, ...]


def main() -> None:
    """Write the example into its folder, or into the one named on the command line."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    make_jiading(folder)
    print(f"{folder}: {sum(file.stat().st_size for file in folder.iterdir()) / 1000:.0f} kB")


def make_jiading(folder: Path, seed: int = SEED) -> Path:
    """Invent the example squad and write its folder, roads included."""
    town = build_town(seed, SIZE.communities)
    squad = invent_squad(town, seed)
    write_folder(squad, folder)
    write_town(town, MIDDLE, folder / ROADS)
    return folder


def invent_squad(town: Town, seed: int = SEED) -> Squad:
    """Return the example squad in a town."""
    rng = Random(seed)
    roads = [Road(s.line, s.highway, s.name) for s in town.streets if not s.bridge]
    tree = STRtree([road.line for road in roads])
    sites = [Site(wall, openings(wall, roads, tree, rng)) for wall in town.blocks]
    sectors = beats([(site.wall.centroid.x, site.wall.centroid.y) for site in sites], SIZE.pairs)
    phase = phases(sectors, SIZE, rng)
    squad = invent(SETTING, SIZE, _name(sites, phase, rng), Beats(sectors, phase), station(town.blocks, roads), rng)
    past = past_visits(squad.communities, squad.shifts, WEEKS[PLANNED], rng)
    return replace(squad, partners=with_preferences(squad.partners), past=past)


def _name(sites: list[Site], phase: dict[int, Phase], rng: Random) -> list[Place]:
    """Call the four largest blocks in renovation peak after the report's communities, the others by invented names."""
    by_size = sorted(range(len(sites)), key=lambda k: -sites[k].wall.area)
    peak = [k for k in by_size if phase[k] == Phase.PEAK]
    report = sorted(REPORT_COMMUNITIES, key=lambda pair: -pair[1])
    named = dict(zip(peak, report, strict=False))
    order = {Phase.PEAK: 0, Phase.ROUTINE: 1, Phase.PRE_DELIVERY: 2}
    rest = sorted((k for k in range(len(sites)) if k not in named), key=lambda k: (order[phase[k]], k))
    for k, name in zip(rest, OTHER_COMMUNITIES, strict=True):
        named[k] = name, round(sites[k].wall.area / 1e4 * HOUSEHOLDS_PER_HECTARE * rng.uniform(0.85, 1.2))
    numbers = [name for name, _ in REPORT_COMMUNITIES] + list(OTHER_COMMUNITIES)
    return [_place(sites[k], numbers.index(named[k][0]) + 1, *named[k], rng) for k in range(len(sites))]


def _place(site: Site, number: int, name: str, households: int, rng: Random) -> Place:
    ident = f"c{number:02d}"
    gates = tuple(
        Gate(f"{ident}-g{k}", gate.name, *MIDDLE.lon_lat(gate.x, gate.y)) for k, gate in enumerate(site.gates, 1)
    )
    address = f"{site.gates[0].road.name}{rng.randint(10, 180) * 8 + 8}弄"
    outline = one_polygon(MIDDLE.degrees(site.wall))
    return Place(ident, name, address, outline, GeometrySource.ILLUSTRATIVE, gates, households)


if __name__ == "__main__":
    main()
