"""An independent way to the fastest drive, to test `geo` against: plain dictionaries, and networkx for the search.

It shares no code with `geo` but the speed table. Every rule is written down a second time, as slowly and plainly as it
can be: which ways are open, where they are cut, how turns are restricted, where a place meets the road.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import networkx as nx
import osmium
import shapely
from osmium.osm.types import Node, Relation, Way
from pyproj import Geod, Transformer

from geo.speeds import ModeSpeeds

SHUT = {"no", "private", "agricultural", "forestry", "military", "use_sidepath", "dismount"}
STOPPING = {
    *("bollard", "block", "cycle_barrier", "motorcycle_barrier", "jersey_barrier", "log", "chain"),
    *("fence", "wall", "debris", "stile", "kissing_gate", "turnstile", "full-height_turnstile"),
}
CAR = ("motorcar", "motor_vehicle", "vehicle", "access")
WEIGHT = 10**9

Street = tuple[int, list[int], dict[str, str]]
Edge = tuple[int, bool]


class Oracle:
    """The roads of an extract for a car at one hour, with `places` (lon, lat) set into them."""

    def __init__(self, path: Path, speeds: ModeSpeeds, hour: int, places: Sequence[tuple[float, float]]) -> None:
        self.speeds, self.hour = speeds, hour
        self.spot: dict[int, tuple[float, float]] = {}
        self.walls: set[int] = set()
        self.streets: list[Street] = []
        self.rules: list[tuple[str, list[int], int, list[int]]] = []
        self._read(path)
        self.pieces: list[tuple[int, list[int], dict[str, str]]] = list(self._pieces())
        self.edges = self._edges()
        self.turns = self._turns()
        keep = max(nx.strongly_connected_components(nx.DiGraph(self.turns)), key=len)
        self.turns = [(a, b) for a, b in self.turns if a in keep and b in keep]
        self.edges = {edge: ends for edge, ends in self.edges.items() if edge in keep}
        self.stands = self._stands(places)
        self.graph = self._graph()

    def from_place(self, origin: int) -> dict[int, tuple[int, int]]:
        """Return seconds and decimetres to every place from the place with this index."""
        cost = nx.single_source_dijkstra_path_length(self.graph, ("leave", origin))
        return {int(name[1]): _seconds_and_length(int(total)) for name, total in cost.items() if name[0] == "reach"}

    def _read(self, path: Path) -> None:
        for item in osmium.FileProcessor(str(path)):
            tags = dict(item.tags)
            if isinstance(item, Node):
                self.spot[item.id] = (item.location.lon, item.location.lat)
                if self._is_wall(tags):
                    self.walls.add(item.id)
            elif isinstance(item, Way) and self._is_street(tags):
                refs = [node.ref for node in item.nodes]
                self.streets.extend((item.id, run, tags) for run in self._known(refs))
            elif isinstance(item, Relation) and tags.get("type", "").startswith("restriction"):
                self._read_rule(tags, [(m.role, m.type, m.ref) for m in item.members])

    def _known(self, refs: list[int]) -> Iterator[list[int]]:
        """Split where an extract was clipped and the position of a node is not in it."""
        for known, run in groupby(refs, key=lambda ref: ref in self.spot):
            nodes = [ref for ref, _ in groupby(run)]
            if known and len(nodes) > 1:
                yield nodes

    def _read_rule(self, tags: dict[str, str], members: list[tuple[str, str, int]]) -> None:
        spared = {word.strip() for word in tags.get("except", "").split(";")} & {"motorcar", "motor_vehicle", "vehicle"}
        keys = ("restriction:motorcar", "restriction:motor_vehicle", "restriction")
        kind = next((tags[key] for key in keys if key in tags), "")
        via = [(kind_of, ref) for role, kind_of, ref in members if role == "via"]
        from_ways = [ref for role, kind_of, ref in members if role == "from" and kind_of == "w"]
        to_ways = [ref for role, kind_of, ref in members if role == "to" and kind_of == "w"]
        if spared or not kind.startswith(("no_", "only_")) or len(via) != 1 or via[0][0] != "n":
            return
        if from_ways and to_ways:
            self.rules.append((kind, from_ways, via[0][1], to_ways))

    def _is_wall(self, tags: dict[str, str]) -> bool:
        said = next((tags[key] for key in CAR if key in tags), None)
        return "barrier" in tags and (tags["barrier"] in STOPPING if said is None else said in SHUT)

    def _is_street(self, tags: dict[str, str]) -> bool:
        said = next((tags[key] for key in CAR if key in tags), None)
        odd = tags.get("service") in {"emergency_access", "drive-through"} or tags.get("area") == "yes"
        return tags.get("highway") in self.speeds.kmh and said not in SHUT and not odd and any(self._ways(tags))

    def _ways(self, tags: dict[str, str]) -> tuple[bool, bool]:
        keys = ("oneway:motorcar", "oneway:motor_vehicle", "oneway:vehicle", "oneway")
        said = next((tags[key] for key in keys if key in tags), None)
        if said == "reversible":
            return False, False
        if said in {"-1", "reverse"}:
            return False, True
        round_about = tags.get("junction") in {"roundabout", "circular"} or tags["highway"] == "motorway"
        one_way = said in {"yes", "true", "1"} or (round_about and said not in {"no", "false", "0", "alternating"})
        return True, not one_way

    def _pieces(self) -> Iterator[tuple[int, list[int], dict[str, str]]]:
        """Cut the streets wherever two of them share a node, at walls, and where a turn is restricted."""
        uses = Counter(node for _, nodes, _ in self.streets for node in nodes)
        cuts = {node for node, count in uses.items() if count > 1} | self.walls | {via for _, _, via, _ in self.rules}
        for way, nodes, tags in self.streets:
            start = 0
            for i in range(1, len(nodes)):
                if nodes[i] in cuts or i == len(nodes) - 1:
                    yield way, nodes[start : i + 1], tags
                    start = i

    def _edges(self) -> dict[Edge, tuple[int, int]]:
        edges = {}
        for number, (_, nodes, tags) in enumerate(self.pieces):
            along, against = self._ways(tags)
            if along:
                edges[number, True] = (nodes[0], nodes[-1])
            if against:
                edges[number, False] = (nodes[-1], nodes[0])
        return edges

    def _turns(self) -> list[tuple[Edge, Edge]]:
        leaving = defaultdict(list)
        for edge, (tail, _) in self.edges.items():
            leaving[tail].append(edge)
        found: list[tuple[Edge, Edge]] = []
        for edge, (_, head) in self.edges.items():
            back = (edge[0], not edge[1])
            others = [out for out in leaving[head] if out != back]
            if head in self.walls or not others:
                others = [back] if back in self.edges else []
            found.extend((edge, out) for out in others)
        return [(a, b) for a, b in found if self._may_turn(a, b)]

    def _may_turn(self, a: Edge, b: Edge) -> bool:
        node, commanded, obeyed = self.edges[a][1], False, False
        way_in, way_out = self.pieces[a[0]][0], self.pieces[b[0]][0]
        for kind, from_ways, via, to_ways in self.rules:
            if via != node or way_in not in from_ways:
                continue
            if kind.startswith("only_"):
                leads_on = any(self.edges[e][0] == node and self.pieces[e[0]][0] in to_ways for e in self.edges)
                commanded |= leads_on
                obeyed |= way_out in to_ways
            elif way_out in to_ways and (from_ways != to_ways or a[0] == b[0]):
                return False
        return obeyed or not commanded

    def length(self, number: int) -> int:
        """Return decimetres."""
        lons, lats = zip(*(self.spot[node] for node in self.pieces[number][1]), strict=True)
        return max(1, round(10 * Geod(ellps="WGS84").line_length(lons, lats)))

    def seconds(self, number: int, decimetres: float) -> int:
        """Return whole seconds from the beginning of a piece, rounded up."""
        tags = self.pieces[number][2]
        kmh, limit = self.speeds.kmh[tags["highway"]], tags.get("maxspeed", "")
        if limit.isdigit():
            kmh = min(kmh, float(limit))
        slow = self.speeds.slowdown[self.speeds.groups.get(tags["highway"], "local")][self.hour]
        return math.ceil(decimetres * 0.36 / kmh * slow - 1e-9)

    def _stands(self, places: Sequence[tuple[float, float]]) -> dict[int, list[tuple[int, int]]]:
        """Return, by piece of street, decimetres along it and index of each place."""
        project = Transformer.from_crs(4326, 4549 if places[0][0] > 100 else 32635, always_xy=True)
        numbers = sorted({number for number, _ in self.edges if self.length(number) > 1})
        lines = [shapely.LineString([project.transform(*self.spot[n]) for n in self.pieces[i][1]]) for i in numbers]
        found: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for index, place in enumerate(places):
            spot = shapely.Point(project.transform(*place))
            best = int(shapely.distance(lines, spot).argmin())
            length = self.length(numbers[best])
            offset = round(lines[best].project(spot, normalized=True) * length)
            found[numbers[best]].append((min(max(offset, 1), length - 1), index))
        return found

    def _graph(self) -> nx.DiGraph[Any]:
        """One vertex for the end of each stretch of an edge between places, two for each place."""
        graph: nx.DiGraph[Any] = nx.DiGraph()
        first, last = {}, {}
        for edge in self.edges:
            length = self.length(edge[0])
            stands = [(at if edge[1] else length - at, index) for at, index in self.stands.get(edge[0], [])]
            cuts = sorted({0, length, *(at for at, _ in stands)})
            for low, high in pairwise(cuts):
                cost = (self.seconds(edge[0], high) - self.seconds(edge[0], low)) * WEIGHT + high - low
                graph.add_edge((edge, low, "begin"), (edge, high, "end"), weight=cost)
                if high < length:
                    graph.add_edge((edge, high, "end"), (edge, high, "begin"), weight=0)
            for at, index in stands:
                graph.add_edge(("leave", index), (edge, at, "begin"), weight=0)
                graph.add_edge((edge, at, "end"), ("reach", index), weight=0)
            first[edge], last[edge] = (edge, 0, "begin"), (edge, length, "end")
        graph.add_edges_from((last[a], first[b], {"weight": 0}) for a, b in self.turns)
        for stands in self.stands.values():
            graph.add_edges_from(
                (("leave", a), ("reach", b), {"weight": 0}) for at, a in stands for there, b in stands if at == there
            )
        return graph


def _seconds_and_length(total: int) -> tuple[int, int]:
    return total // WEIGHT, total % WEIGHT
