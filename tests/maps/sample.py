"""An invented squad with an invented week, small enough to look at: geometry, people and phones are all made up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
from shapely import Polygon

from casework.obligation import VisitKind
from casework.violation import Violation, ViolationType
from geo.community import Boundary, Community, Gate, GeometrySource, Phase
from geo.straight_line import StraightLineTravel
from geo.text import Text
from geo.travel import Place, TravelTimeMatrix, TravelTimes
from maps.base import RoadPicture, road_picture
from planner.officer import Band, Crew, Leave, Officer, Shift, Vehicle, VehicleKind
from planner.partner import OpenHours, Partner, PartnerKind
from planner.policy import Policy
from planner.reach import gate_place
from planner.response import Checked, check_response, checked
from planner.response_figures import Figures, figures
from planner.response_report import ResponseReport
from planner.squad import Squad
from planner.visit import ArrivalWindow, Visit
from planner.week import DAY, STATION, Leg, MissedVisit, Objective, Rest, Route, Stop, Week, WeeklyPlan, WeeklyProblem

WEEK = Week.parse("2026-W48")
WEST, SOUTH = 121.205, 31.345
STEP_LON, STEP_LAT = 0.0085, 0.0072
NAMES = (
    ("书香嘉苑", Phase.PEAK),
    ("金地嘉源", Phase.PEAK),
    ("春申阳光", Phase.PEAK),
    ("嘉荷景庭", Phase.PEAK),
    ("右岸嘉园", Phase.PEAK),
    ("绿洲丰怡园", Phase.PEAK),
    ("首创旭辉城", Phase.ROUTINE),
    ("同盛园", Phase.ROUTINE),
    ("景河名苑", Phase.ROUTINE),
    ("南北周嘉苑", Phase.ROUTINE),
    ("香溢都荟", Phase.PRE_DELIVERY),
    ("云汀雅苑", Phase.PRE_DELIVERY),
)
SPOTS = ((0, 4), (1, 2), (3, 4), (4, 2), (0, 0), (4, 0), (2, 1), (5, 3), (1, 3), (3, 0), (5, 1), (2, 4))
KINDS = tuple(ViolationType)


def roads() -> RoadPicture:
    """Return a bent grid of streets and one stream."""
    lines = []
    for i in range(8):
        kind = ("primary", "residential", "tertiary", "residential", "secondary", "residential", "tertiary", "service")[
            i
        ]
        lon, lat = _cross(i, 0)[0], _cross(0, i)[1]
        t = np.linspace(-0.5, 6.5, 30)
        wave = 0.0006 * np.sin(t * 1.3 + i)
        lines.append((kind, np.column_stack([np.full(30, lon) + wave, SOUTH + t * STEP_LAT])))
        if i < 7:
            lines.append((kind, np.column_stack([WEST + t * STEP_LON, np.full(30, lat) + wave])))
    t = np.linspace(-0.5, 6.5, 40)
    stream = np.column_stack([WEST + t * STEP_LON, SOUTH + 3.4 * STEP_LAT + 0.0012 * np.sin(t * 2)])
    lake = np.array([_cross(5.2, 4.2), _cross(5.7, 4.3), _cross(5.6, 4.7), _cross(5.25, 4.6), _cross(5.2, 4.2)])
    return road_picture(lines, [stream, lake])


def squad() -> Squad:
    """Return twelve communities, eight officers, three bands."""
    communities = tuple(_community(i, name, phase) for i, (name, phase) in enumerate(NAMES))
    return Squad(
        id="sample",
        name="嘉定工业区中队(示意)",
        hotline="021-5555 0100",
        station=Gate("station", "中队驻地", *_cross(3, 2.03)),
        bands=(
            Band("early", "早班", 30_600, 45_000),
            Band("mid", "中班", 46_800, 63_000),
            Band("late", "晚班", 64_800, 79_200),
        ),
        communities=communities,
        officers=tuple(Officer(f"o{i:02d}", f"队员{i:02d}", i != 8, f"1390000{i:04d}") for i in range(1, 9)),
        shifts=_shifts(),
        leave=(Leave("o08", WEEK.days[4], "调休"),),
        partners=_partners(communities),
        vehicles=(Vehicle("car1", "巡查车 1", VehicleKind.CAR), Vehicle("bike1", "电动车一组", VehicleKind.EBIKE)),
        violations=_violations(communities),
        policy=Policy(),
        made_up=True,
        attribution="道路:示意",
    )


def problem(of: Squad) -> WeeklyProblem:
    """Return the weekly problem of the sample."""
    places = {"station": 0} | {community.id: i + 1 for i, community in enumerate(of.communities)}
    spots = np.array([(of.station.lon, of.station.lat)] + [(c.main_gate.lon, c.main_gate.lat) for c in of.communities])
    metres = (np.abs(spots[:, None] - spots[None]) * [94_900, 111_200]).sum(axis=2).astype(np.int64)
    matrix = TravelTimeMatrix(tuple(places), (metres / 7).astype(np.int64) + 180, metres, estimated=False)
    return WeeklyProblem(
        week=WEEK,
        station=of.station,
        communities={c.id: c for c in of.communities},
        officers={o.id: o for o in of.officers},
        shifts=of.shifts,
        leave=of.leave,
        bands={b.id: b for b in of.bands},
        partners={p.id: p for p in of.partners},
        vehicles=of.vehicles,
        visits=_visits(of),
        policy=of.policy,
        places=places,
        travel={kind: {band.id: matrix for band in of.bands} for kind in VehicleKind},
        working_days=(True,) * 5 + (False,) * 2,
    )


def plan(of: WeeklyProblem) -> WeeklyPlan:
    """Return routes over the week; one re-check is missed."""
    rows = (
        (0, "early", ("o01", "o02"), ("joint-c0#1", "routine-c8")),
        (0, "early", ("o03", "o04"), ("joint-c3#1", "routine-c7")),
        (0, "mid", ("o05", "o06"), ("joint-c4#1", "recheck-c5-v5")),
        (1, "early", ("o01", "o02", "o03"), ("stationing-c0",)),
        (2, "early", ("o01", "o02"), ("joint-c2#1", "recheck-c3-v3", "routine-c6")),
        (2, "early", ("o03", "o04"), ("joint-c1#1", "pre-c10")),
        (2, "mid", ("o05", "o06"), ("joint-c5#1", "routine-c9")),
        (2, "late", ("o07", "o02"), ("recheck-c0-v0",)),
        (3, "early", ("o01", "o02"), ("joint-c0#2",)),
        (3, "mid", ("o05", "o06"), ("joint-c4#2", "joint-c2#2")),
        (4, "early", ("o03", "o04"), ("joint-c1#2", "joint-c3#2")),
        (4, "mid", ("o05", "o06"), ("joint-c5#2",)),
    )
    routes = tuple(_route(of, i, *row) for i, row in enumerate(rows))
    reason = Text(
        "应于周四 ±1 个工作日复查;A 岗队员03周三起休假,B 岗队员04周三至周五均在联合检查,物业仅周四 14–15 时可到。",
        "Due on Thursday ± 1 working day; the A officer is on leave, the B officer is taken by joint inspections.",
    )
    return WeeklyPlan(
        WEEK,
        routes,
        (MissedVisit("recheck-c1-v1", (reason,)),),
        Objective({"drive": 32_000, "outing": 14_400, "b_leads": 900, "missed": 144_000}, 190_200),
        seed=1,
        work_limit=60.0,
        notes=(Text("周五晚班 A、B 岗仅一人在岗,缺勤时两小时无法保证。", "Friday late: one of A and B on duty."),),
    )


def hostile(text: str) -> str:
    """Return `text` with everything in it that must not run."""
    return (
        f"{text}<img src=x onerror=window.pwned=1></script><script>window.pwned=1</script>"
        "`${window.pwned=1}`{{7*7}}{% raw %}'\"><svg onload=window.pwned=1>"
        "\\u003cb javascript:window.pwned=1 &lt;b&gt;\u2028"
    )


def hostile_squad() -> Squad:
    """Return the sample with hostile text in every field a person types."""
    of = squad()
    return replace(
        of,
        name=hostile(of.name),
        hotline="javascript:window.pwned=1",
        attribution=hostile("c"),
        station=replace(of.station, name=hostile("s")),
        bands=tuple(replace(b, name=hostile(b.name)) for b in of.bands),
        communities=tuple(
            replace(
                c,
                name=hostile(c.name),
                address=hostile("a"),
                gates=tuple(replace(g, name=hostile(g.name)) for g in c.gates),
            )
            for c in of.communities
        ),
        officers=tuple(replace(o, name=hostile(o.name), phone="javascript:window.pwned=1") for o in of.officers),
        leave=tuple(replace(one, reason=hostile("l")) for one in of.leave),
        partners=tuple(
            replace(p, name=hostile(p.name), contact=hostile(p.contact), phone=hostile("139")) for p in of.partners
        ),
        vehicles=tuple(replace(v, name=hostile(v.name)) for v in of.vehicles),
        violations=tuple(replace(v, building=hostile("b"), note=hostile("n")) for v in of.violations),
    )


def hostile_problem(of: Squad) -> WeeklyProblem:
    """Return the problem with hostile checklists."""
    base = problem(of)
    text = Text(hostile("查"), hostile("look"))
    return replace(base, visits=tuple(replace(v, checklist=(text, text)) for v in base.visits))


def hostile_plan(of: WeeklyProblem) -> WeeklyPlan:
    """Return the plan with hostile reasons and notes."""
    base = plan(of)
    text = Text(hostile("因"), hostile("why"))
    return replace(
        base, missed=tuple(replace(m, reasons=(text,), remedies=(text,)) for m in base.missed), notes=(text,)
    )


def _cross(i: float, j: float) -> tuple[float, float]:
    return WEST + i * STEP_LON, SOUTH + j * STEP_LAT


def _community(index: int, name: str, phase: Phase) -> Community:
    i, j = SPOTS[index]
    a, b, c, d = (
        _cross(i + 0.14, j + 0.16),
        _cross(i + 0.84, j + 0.12),
        _cross(i + 0.88, j + 0.8),
        _cross(i + 0.2, j + 0.86),
    )
    source = GeometrySource.SURVEYED if index % 4 == 3 else GeometrySource.ILLUSTRATIVE
    return Community(
        id=f"c{index}",
        name=name,
        phase=phase,
        boundary=Boundary(Polygon([a, b, c, d]), source),
        gates=(
            Gate("main", "南门(示意路)", (a[0] + b[0]) / 2, (a[1] + b[1]) / 2),
            Gate("east", "东门", (b[0] + c[0]) / 2, (b[1] + c[1]) / 2),
        ),
        a_officer=f"o{index % 6 + 1:02d}",
        b_officer=f"o{(index + 1) % 6 + 1:02d}",
        households=300 + 50 * index,
        delivery_date=date(2026, 3, 1),
        stationing_days=1 if index == 0 else 0,
    )


def _shifts() -> tuple[Shift, ...]:
    hours = {"early": (30_600, 45_000), "mid": (46_800, 63_000), "late": (64_800, 79_200)}
    crews = {"early": ("o01", "o02", "o03", "o04"), "mid": ("o05", "o06"), "late": ("o07",)}
    shifts = [
        Shift(officer, day, band, *hours[band])
        for day in WEEK.days[:5]
        for band, crew in crews.items()
        for officer in crew
    ]
    return (*shifts, Shift("o02", WEEK.days[2], "late", *hours["late"]))


def _partners(communities: tuple[Community, ...]) -> tuple[Partner, ...]:
    hours = tuple(OpenHours(day, 32_400, 61_200) for day in range(5))
    return tuple(
        Partner(f"{kind.value}-{c.id}", f"{c.name}{word}", kind, (c.id,), hours, contact, f"139 1111 {i:04d}")
        for i, c in enumerate(communities)
        for kind, word, contact in (
            (PartnerKind.COMMITTEE, "居委", f"书记{i}"),
            (PartnerKind.PROPERTY, "物业", f"经理{i}"),
        )
    )


def _violations(communities: tuple[Community, ...]) -> tuple[Violation, ...]:
    random = np.random.default_rng(5)
    rows = []
    for i in range(150):
        c = communities[i % 12] if i < 12 else communities[int(random.integers(0, 6))]
        west, south, east, north = c.boundary.polygon.bounds
        lon, lat = random.uniform(west, east), random.uniform(south, north)
        found = WEEK.monday - timedelta(days=int(random.integers(9, 180)))
        handled = found + timedelta(days=3) if i % 3 else None
        checked = handled + timedelta(days=7) if handled and i % 5 else None
        rows.append(
            Violation(
                f"v{i}", KINDS[i % 6], lon, lat, found, c.id, handled, checked, f"{i % 9 + 1} 幢 {i % 18 + 1}02",
                "邻居来电 13912345678 反映敲墙", "13912345678",
            )
        )  # fmt: skip
    return tuple(rows)


def _visits(of: Squad) -> tuple[Visit, ...]:
    window = (ArrivalWindow(0, 7 * DAY),)
    looks = (
        Text("复查 6 幢 1202 排烟道,上周三已拆,看是否恢复", "Re-check flue, block 6 flat 1202"),
        Text("2 幢敲墙噪声投诉两次,查承重结构", "Block 2: two complaints about wall breaking"),
        Text("本周新登记装修 17 户,抽查 5 户", "17 new renovations: look at 5"),
    )

    def visit(
        identity: str,
        community: Community,
        kind: VisitKind,
        minutes: int,
        partners: tuple[str, ...] = (),
        look: int = 3,
    ) -> Visit:
        return Visit(
            identity, identity.split("#", maxsplit=1)[0], community.id, kind, (0, 1, 2, 3, 4), window, minutes * 60,
            partner_ids=partners, checklist=looks[:look], breakable=kind is not VisitKind.JOINT,
        )  # fmt: skip

    rows = []
    for c in of.communities:
        both = (f"committee-{c.id}", f"property-{c.id}")
        if c.phase is Phase.PEAK:
            rows += [visit(f"joint-{c.id}#{n}", c, VisitKind.JOINT, 80, both) for n in (1, 2)]
        elif c.phase is Phase.ROUTINE:
            rows.append(visit(f"routine-{c.id}", c, VisitKind.ROUTINE, 40, (), 2))
    by_id = {c.id: c for c in of.communities}
    rows += [visit(f"recheck-c{i}-v{i}", by_id[f"c{i}"], VisitKind.RECHECK, 25, (), 1) for i in (0, 1, 3, 5)]
    rows.append(visit("stationing-c0", by_id["c0"], VisitKind.STATIONING, 210, (), 0))
    rows.append(visit("pre-c10", by_id["c10"], VisitKind.PRE_DELIVERY, 60, ("property-c10",), 1))
    return tuple(rows)


def _route(
    of: WeeklyProblem, index: int, day: int, band_id: str, crew: tuple[str, ...], visit_ids: tuple[str, ...]
) -> Route:
    visits = {visit.id: visit for visit in of.visits}
    now = day * DAY + of.bands[band_id].start + 600
    here, stops, legs = "station", [], []
    for visit_id in (*visit_ids, None):
        there = visits[visit_id].community_id if visit_id else "station"
        took = of.drive(VehicleKind.CAR, band_id, here, there)
        legs.append(
            Leg(here, there, now, now + took, of.metres(VehicleKind.CAR, band_id, here, there), _way(of, here, there))
        )
        now += took
        if visit_id:
            visit = visits[visit_id]
            begin = -(-now // 600) * 600
            stops.append(Stop(visit_id, there, "main", now, begin, begin + visit.duration, crew, visit.partner_ids))
            now = begin + visit.duration
        here = there
    return Route(
        f"r{index}", day, band_id, Crew(crew[:2], crew[2:]), "car1" if band_id != "late" else "bike1", tuple(stops),
        tuple(legs), Rest(stops[0].end, stops[0].end + 1800) if index == 6 else None,
    )  # fmt: skip


def _way(of: WeeklyProblem, here: str, there: str) -> tuple[tuple[float, float], ...]:
    def spot(place: str) -> tuple[float, float]:
        gate = of.station if place == "station" else of.communities[place].main_gate
        return gate.lon, gate.lat

    (x0, y0), (x1, y1) = spot(here), spot(there)
    column = _cross(round((x1 - WEST) / STEP_LON), 0)[0]
    row0, row1 = (_cross(0, round((y - SOUTH) / STEP_LAT))[1] for y in (y0, y1))
    return ((x0, y0), (x0, row0), (column, row0), (column, row1), (x1, row1), (x1, y1))


HOURS = {"early": 9, "mid": 14, "late": 20}


def report(of: WeeklyProblem, made: WeeklyPlan, limit: int = 7200) -> ResponseReport:
    """Return the real check of the sample on straight-line travel."""
    return check_response(_limited(of, limit), made, travel(of), HOURS)


def check(of: WeeklyProblem, made: WeeklyPlan, limit: int = 7200) -> Checked:
    """Return the same check in numbers."""
    return checked(_limited(of, limit), made, travel(of), HOURS)


def figures_of(of: WeeklyProblem, made: WeeklyPlan) -> Figures:
    """Return the check's figures."""
    return figures(of, made, travel(of), HOURS, check(of, made), {})


def _limited(of: WeeklyProblem, limit: int) -> WeeklyProblem:
    return replace(of, policy=replace(of.policy, response=replace(of.policy.response, limit=limit)))


def travel(of: WeeklyProblem) -> dict[VehicleKind, TravelTimes]:
    """Return straight-line travel between the gates of the sample."""
    places = [Place(STATION, of.station.lon, of.station.lat)]
    for community in of.communities.values():
        places.append(Place(community.id, community.main_gate.lon, community.main_gate.lat))
        places += [Place(gate_place(community.id, gate.id), gate.lon, gate.lat) for gate in community.gates]
    return {kind: StraightLineTravel(places, kind.value) for kind in VehicleKind}
