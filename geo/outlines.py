"""What may be wrong with a community's outline and gates as somebody draws them: one function a rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from shapely import MultiPolygon, Polygon

from geo.community import Gate
from geo.coordinates import in_china, to_metres
from geo.errors import Fault, FaultLevel
from geo.locate import LEAST_OVERLAP, metres_from
from geo.text import Text
from geo.validity import polygon_problem

FAR_GATE = 150.0
"""Metres from the boundary beyond which a gate is looked at twice …"""

LOST_GATE = 400.0
"""… and beyond which it cannot be right: GCJ-02 taken for WGS84 is about 470 m off near Shanghai."""

LEAST_AREA = 100.0
"""Square metres; a community is more."""

MOSTLY = 0.5
"""Share of the smaller of two communities that they may have in common at most."""

Outline = Polygon | MultiPolygon


def outline_faults(
    outline: Outline | None, gates: Sequence[Gate], neighbours: Mapping[str, Outline]
) -> tuple[Fault, ...]:
    """Return everything wrong with an outline and its gates; of one that is no outline, nothing else is said.

    Parameters
    ----------
    neighbours
        The other communities' outlines, by name.
    """
    found = polygon_problem(outline)
    if found is not None or outline is None:
        code, problem, mend = found or (
            "null_geometry",
            Text("没有边界", "There is no outline"),
            Text("画一条", "Draw it"),
        )
        return (_fault(code, problem, mend),)
    if abroad := tuple(_abroad(outline, gates)):
        return abroad
    return (*_small(outline), *_without_gate(gates), *_far_gates(outline, gates), *_overlaps(outline, neighbours))


def _abroad(outline: Outline, gates: Sequence[Gate]) -> Iterator[Fault]:
    mend = Text("核对坐标系和坐标", "Check the coordinate system and the coordinates")
    if not in_china(*outline.bounds):
        problem = Text("边界不在中国境内", "The outline lies outside China")
        yield _fault("outside_china", problem, mend)
    for gate in gates:
        if not in_china(gate.lon, gate.lat, gate.lon, gate.lat):
            problem = Text(f"出入口“{gate.name}”不在中国境内", f"The gate '{gate.name}' lies outside China")
            yield _fault("outside_china", problem, mend)


def _small(outline: Outline) -> Iterator[Fault]:
    area = float(to_metres(outline).area)
    if area < LEAST_AREA:
        problem = Text(f"边界只围住 {area:.0f} 平方米", f"The outline encloses {area:.0f} m² only")
        yield _fault("small_outline", problem, Text("沿小区外墙重画", "Draw it along the community's wall"))


def _without_gate(gates: Sequence[Gate]) -> Iterator[Fault]:
    if not gates:
        problem = Text("没有出入口", "There is no gate")
        yield _fault("no_gate", problem, Text("至少加一个:导航到出入口,不到中心点", "Add one: one drives to a gate"))


def _far_gates(outline: Outline, gates: Sequence[Gate]) -> Iterator[Fault]:
    for gate in gates:
        metres = metres_from(gate.lon, gate.lat, outline)
        if metres > FAR_GATE:
            problem = Text(
                f"出入口“{gate.name}”离边界 {metres:.0f} 米",
                f"The gate '{gate.name}' is {metres:.0f} m from the outline",
            )
            mend = Text("核对位置;坐标是不是 GCJ-02(高德)的?", "Check its place: may it be GCJ-02 (AMap)?")
            yield _fault("gate_far_away", problem, mend, "error" if metres > LOST_GATE else "warning")


def _overlaps(outline: Outline, neighbours: Mapping[str, Outline]) -> Iterator[Fault]:
    mine = to_metres(outline)
    for name, other in neighbours.items():
        theirs = to_metres(other)
        if not mine.intersects(theirs):
            continue
        shared = float(mine.intersection(theirs).area)
        if shared <= LEAST_OVERLAP:
            continue
        share = shared / min(mine.area, theirs.area)
        problem = Text(f"与{name}重叠 {shared:.0f} 平方米", f"It overlaps with {name} by {shared:.0f} m²")
        mend = Text("拖开重叠的顶点", "Drag the corners apart")
        yield _fault("overlapping_boundaries", problem, mend, "error" if share > MOSTLY else "warning")


def _fault(code: str, problem: Text, mend: Text, level: FaultLevel = "error") -> Fault:
    return Fault(code, "geometry", None, None, problem, mend, level)
