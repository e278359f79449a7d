"""Communities with their boundaries and gates, and violations with the community they lie in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from api.exchange.people import Directory
from api.exchange.points import own_system_problem, read_boundary, read_point
from api.exchange.records import Record
from casework.violation import CATALOGUE, Violation, ViolationType
from geo.community import Boundary, Community, Gate, GeometrySource, Phase
from geo.coordinates import CoordinateSystem
from geo.errors import Fault, FaultLevel
from geo.layer import Layer
from geo.locate import communities_at, metres_from, overlaps
from geo.outlines import FAR_GATE
from geo.text import Text
from planner.officer import Officer

PHASE_WORDS: Mapping[str, Phase] = {
    "交付前": Phase.PRE_DELIVERY,
    "集中装修期": Phase.PEAK,
    "日常": Phase.ROUTINE,
    "已结束": Phase.CLOSED,
    "集中装修": Phase.PEAK,
    "装修高峰期": Phase.PEAK,
    **{phase.value: phase for phase in Phase},
}
SOURCE_WORDS: Mapping[str, GeometrySource] = {
    "实测": GeometrySource.SURVEYED,
    "街坊": GeometrySource.STREET_BLOCK,
    "示意": GeometrySource.ILLUSTRATIVE,
    **{source.value: source for source in GeometrySource},
}
TYPE_WORDS: Mapping[str, ViolationType] = {
    **{standard.name.zh: kind for kind, standard in CATALOGUE.items()},
    **{kind.value: kind for kind in ViolationType},
    **{standard.name.en.casefold(): kind for kind, standard in CATALOGUE.items()},
    "承重结构": ViolationType.LOAD_BEARING,
    "公共设施": ViolationType.PUBLIC_FACILITY,
    "晾衣架": ViolationType.DRYING_RACK,
    "排烟道": ViolationType.FLUE,
}


def read_gates(
    records: Sequence[Record], communities: Directory, system: CoordinateSystem | None
) -> dict[str, tuple[Gate, ...]]:
    """Return each community's gates, its main gate first (the one so marked, else the first row).

    A community whose gates are all faulty is there with none, so that it is not besides said to have no gate.
    """
    found: dict[str, list[tuple[bool, Gate]]] = {} if records else {community: [] for community in communities.ids}
    rows: dict[tuple[str, str], int | None] = {}
    for record in records:
        community = communities.find(record, "community", record.ident("community"))
        ident, name, main = record.ident("id"), record.text("name"), record.flag("main", default=False)
        place = read_point(record, system)
        gates = found.setdefault(community, []) if community is not None else []
        if community is None or place is None or not record.ok:
            continue
        if (community, ident) in rows:
            row = rows[community, ident]
            problem = Text(f"编号“{ident}”与第 {row} 行重复", f"The id '{ident}' is already in row {row}")
            record.fault("duplicate_id", "id", problem, Text("同一小区的大门用不同编号", "Give each gate its own id"))
        elif main and any(is_main for is_main, _ in gates):
            problem = Text(f"小区 {community} 有两个主门", f"Community {community} has two main gates")
            record.fault("two_main_gates", "main", problem, Text("只留一个", "Mark one only"))
        else:
            rows[community, ident] = record.row
            gates.append((main, Gate(ident, name, *place)))
    return {
        community: tuple(gate for _, gate in sorted(pairs, key=lambda pair: not pair[0]))
        for community, pairs in found.items()
    }


def read_communities(
    records: Sequence[Record],
    layer: Layer,
    system: CoordinateSystem | None,
    gates: Mapping[str, tuple[Gate, ...]],
    officers: tuple[Directory, Sequence[Officer]],
) -> tuple[Community, ...]:
    """Return the communities, with warnings of boundaries that overlap and of gates far from theirs."""
    _own_system(records, layer, system)
    communities: dict[str, tuple[Community, Record]] = {}
    for record in records:
        community = _community(record, layer, system, gates, officers)
        if community is not None:
            communities[community.id] = community, record
    _warn_of_overlaps(communities)
    _warn_of_far_gates(communities)
    return tuple(community for community, _ in communities.values())


def _own_system(records: Sequence[Record], layer: Layer, system: CoordinateSystem | None) -> None:
    found = own_system_problem(layer.own_system, system) if system is not None else None
    if found is not None and records:
        code, problem, mend, is_error = found
        level: FaultLevel = "error" if is_error else "warning"
        records[0].faults.append(Fault(code, layer.table.file, None, "crs", problem, mend, level))


def _community(
    record: Record,
    layer: Layer,
    system: CoordinateSystem | None,
    gates: Mapping[str, tuple[Gate, ...]],
    officers: tuple[Directory, Sequence[Officer]],
) -> Community | None:
    ident, name = record.ident("id"), record.text("name")
    phase = record.choice("phase", PHASE_WORDS, Phase.ROUTINE)
    source = record.choice("geometry_source", SOURCE_WORDS, GeometrySource.ILLUSTRATIVE)
    a_officer, b_officer = _posts(record, *officers)
    more_b = _more_b(record, *officers, (a_officer, b_officer))
    households, address = record.whole("households", 0), record.text("address", "")
    delivered = record.maybe_day("delivery_date")
    joint = record.whole("joint_per_week") if record.has("joint_per_week") else None
    stationing = record.whole("stationing_days", 0)
    outline = None
    if system is not None and record.row is not None and record.row in layer.shapes:
        outline = read_boundary(record, layer.shapes[record.row], system)
    if ident and ident not in gates:
        problem = Text(f"小区 {ident} 没有大门", f"Community {ident} has no gate")
        record.fault("no_gate", "id", problem, Text("在大门表中至少加一个", "Add one to the gates at least"))
    if outline is None or not record.ok or not gates[ident]:
        return None
    return Community(
        ident,
        name,
        phase,
        Boundary(outline, source),
        gates[ident],
        a_officer,
        b_officer,
        households,
        delivered,
        address,
        joint,
        stationing,
        more_b,
    )


def _posts(record: Record, directory: Directory, officers: Sequence[Officer]) -> tuple[str, str]:
    """Return the officers of the A and B posts: two different people, both certified."""
    posts = {name: directory.find(record, name, record.ident(name)) for name in ("a_officer", "b_officer")}
    a_officer, b_officer = posts.values()
    if a_officer is not None and a_officer == b_officer:
        problem = Text(f"A岗和B岗是同一人({a_officer})", f"The A and B posts are one person ({a_officer})")
        record.fault("a_is_b", "b_officer", problem, Text("换一名队员", "Name another officer"))
    for name, officer in posts.items():
        _must_be_certified(record, name, officer, officers)
    return a_officer or "", b_officer or ""


def _more_b(
    record: Record, directory: Directory, officers: Sequence[Officer], posts: tuple[str, str]
) -> tuple[str, ...]:
    """Return the officers of further B posts: different people, none of them A or B, all certified."""
    found = [directory.find(record, "more_b", word) for word in record.words("more_b")]
    known = [officer for officer in found if officer is not None]
    for number, officer in enumerate(known):
        _must_be_certified(record, "more_b", officer, officers)
        if officer in posts or officer in known[:number]:
            problem = Text(f"{officer} 在该小区已经有岗", f"{officer} holds a post of this community already")
            record.fault(
                "post_twice", "more_b", problem, Text("删去,或换一名队员", "Take it out, or name another officer")
            )
    return tuple(known)


def _must_be_certified(record: Record, name: str, officer: str | None, officers: Sequence[Officer]) -> None:
    if any(each.id == officer and not each.certified for each in officers):
        problem = Text(f"{officer} 没有执法证,不能担任此岗", f"{officer} is not certified and cannot hold the post")
        record.fault("post_not_certified", name, problem, Text("换一名持证队员", "Name a certified officer"))


def _warn_of_overlaps(communities: Mapping[str, tuple[Community, Record]]) -> None:
    for overlap in overlaps({key: community.boundary.polygon for key, (community, _) in communities.items()}):
        record = communities[overlap.second][1]
        area = f"{overlap.square_metres:.0f}"
        problem = Text(
            f"{overlap.second} 与 {overlap.first} 的边界重叠 {area} 平方米",
            f"The boundaries of {overlap.second} and {overlap.first} overlap by {area} m²",
        )
        mend = Text("核对边界;两边都保留", "Check the boundaries; both are kept")
        record.fault("overlapping_boundaries", "geometry", problem, mend, "warning")


def _warn_of_far_gates(communities: Mapping[str, tuple[Community, Record]]) -> None:
    for community, record in communities.values():
        for gate in community.gates:
            metres = metres_from(gate.lon, gate.lat, community.boundary.polygon)
            if metres > FAR_GATE:
                problem = Text(
                    f"大门“{gate.name}”离小区边界 {metres:.0f} 米",
                    f"The gate '{gate.name}' is {metres:.0f} m from the boundary",
                )
                mend = Text("核对大门位置和坐标系", "Check the gate's place and coordinate system")
                record.fault("gate_far_away", "id", problem, mend, "warning")


def read_violations(
    records: Sequence[Record],
    directory: Directory,
    communities: Sequence[Community] | None,
    system: CoordinateSystem | None,
) -> tuple[Violation, ...]:
    """Return the violations; each lies in the community that its row names, or else in the one that holds its place.

    Where communities are faulty (None), places are not compared: what they would say comes of those faults.
    """
    read = [(record, *pair) for record in records if (pair := _violation(record, directory, system)) is not None]
    if communities is None:
        return ()
    outlines = {community.id: community.boundary.polygon for community in communities}
    held = communities_at([v.lon for _, v, _ in read], [v.lat for _, v, _ in read], outlines)
    return tuple(
        _placed(record, violation, named, holding)
        for (record, violation, named), holding in zip(read, held, strict=True)
    )


def _violation(
    record: Record, directory: Directory, system: CoordinateSystem | None
) -> tuple[Violation, str | None] | None:
    ident, kind = record.ident("id"), record.choice("type", TYPE_WORDS, ViolationType.DRYING_RACK)
    place = read_point(record, system)
    found, handled, rechecked = record.day("found_on"), record.maybe_day("handled_on"), record.maybe_day("rechecked_on")
    named = directory.find(record, "community", record.ident("community")) if record.has("community") else None
    building, note = record.text("building", ""), record.text("note", "")
    phone = record.text("reporter_phone", "")
    reported = record.clock("reported_at") if record.has("reported_at") else None
    took = record.whole("handling_minutes") * 60 if record.has("handling_minutes") else None
    if record.ok and handled is not None and handled < found:
        problem = Text("处置日期早于发现日期", "Handled before it was found")
        record.fault("handled_before_found", "handled_on", problem, Text("核对两个日期", "Check both dates"))
    if record.ok and rechecked is not None and (handled is None or rechecked < handled):
        problem = Text("还没处置就已复查", "Re-checked before it was handled")
        record.fault("rechecked_before_handled", "rechecked_on", problem, Text("核对两个日期", "Check both dates"))
    if place is None or not record.ok:
        return None
    return Violation(ident, kind, *place, found, None, handled, rechecked, building, note, phone, reported, took), named


def _placed(record: Record, violation: Violation, named: str | None, holding: tuple[str, ...]) -> Violation:
    if named is not None and named not in holding:
        where = "、".join(holding) or "—"
        problem = Text(f"写的是小区 {named},位置却在:{where}", f"Names community {named}, but lies in: {where}")
        mend = Text("核对坐标或小区;按所写小区处理", "Check place and community; the one named is used")
        record.fault("place_contradicts_community", "community", problem, mend, "warning")
    elif named is None and not holding:
        problem = Text("位置不在任何小区边界内", "Its place lies outside every boundary")
        mend = Text("核对坐标,或补填小区;记录已保留", "Check its place or name the community; the record is kept")
        record.fault("outside_every_boundary", "lon", problem, mend, "warning")
    elif named is None and len(holding) > 1:
        listed = "、".join(holding)
        problem = Text(f"位置同时在几个小区内:{listed}", f"Its place lies in several communities: {listed}")
        mend = Text(f"补填小区;暂按 {holding[0]} 处理", f"Name the community; {holding[0]} is used")
        record.fault("several_communities", "community", problem, mend, "warning")
    return replace(violation, community_id=named or (holding[0] if holding else None))
