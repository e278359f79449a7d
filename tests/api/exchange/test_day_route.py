"""One officer's day as GPX and KML, read back by strict readers and by GDAL."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import gpxpy
import pyogrio
import pytest

from api.agenda import appointments
from api.exchange.gpx import route_gpx
from api.exchange.kml import route_kml
from geo.text import Language
from maps.errors import UnknownOfficerError
from planner.squad import Squad
from planner.week import Leg, StandBy, WeeklyPlan, WeeklyProblem
from tests.api.exchange.xml_order import GPX, GPX_ORDER, KML, KML_ORDER, parsed
from tests.planner.build import at, small_plan, small_problem, small_squad

TUESDAY = date(2026, 11, 24)
SECRET = "138-0000-1234"
HOSTILE = "</name><![CDATA[]]></name><Placemark/>\"&<script>alert('x')</script>\x00\x0b"
Writer = Callable[[WeeklyProblem, WeeklyPlan, Squad, str, date, Language], bytes]
WRITERS = pytest.mark.parametrize("write", [route_gpx, route_kml])


@pytest.fixture
def squad() -> Squad:
    made = small_squad()
    return replace(made, partners=tuple(replace(p, phone=SECRET, contact="联络员甲") for p in made.partners))


@pytest.fixture
def problem(squad: Squad) -> WeeklyProblem:
    return small_problem(squad)


@pytest.fixture
def plan(problem: WeeklyProblem) -> WeeklyPlan:
    return small_plan(problem)


def gpx_of(written: bytes) -> ET.Element:
    return parsed(written, GPX, GPX_ORDER)


def kml_of(written: bytes) -> ET.Element:
    return parsed(written, KML, KML_ORDER)


def texts(root: ET.Element, path: str, namespace: str) -> list[str]:
    steps = "/".join(f"{{{namespace}}}{step}" for step in path.split("/"))
    return [found.text or "" for found in root.findall(f".//{steps}")]


def waiting(plan: WeeklyPlan) -> WeeklyPlan:
    out = Leg("station", "mill", at(1, "08:00"), at(1, "08:20"), 9000)
    home = Leg("mill", "station", at(1, "12:00"), at(1, "12:20"), 9000)
    return replace(plan, standby=(StandBy("o3", 1, "early", "car2", "mill", (out, home)),))


def test_a_gpx_file_follows_the_schema_and_gpxpy_reads_it(
    problem: WeeklyProblem, plan: WeeklyPlan, squad: Squad
) -> None:
    written = route_gpx(problem, plan, squad, "o3", TUESDAY, "zh")
    root = gpx_of(written)
    assert root.attrib["version"] == "1.1"
    assert root.attrib["creator"] == "Wuzao"
    read = gpxpy.parse(written.decode())
    assert [len(track.segments) for track in read.tracks] == [3]
    assert read.name == "五早 · 队员03 · 2026-11-24"


def test_waypoints_are_the_stops_at_their_gates_in_utc(problem: WeeklyProblem, plan: WeeklyPlan, squad: Squad) -> None:
    read = gpxpy.parse(route_gpx(problem, plan, squad, "o3", TUESDAY, "zh").decode())
    station, *stops = read.waypoints
    assert (station.longitude, station.latitude, station.time) == (121.2, 31.375, None)
    mine = [row for row in appointments(problem, plan) if row.day == TUESDAY]
    assert [(s.longitude, s.latitude) for s in stops] == [(row.gate.lon, row.gate.lat) for row in mine]
    assert [s.time for s in stops] == [row.begin for row in mine]
    assert stops[0].time == datetime(2026, 11, 24, 6, 10, tzinfo=UTC)
    assert [s.type for s in stops] == [str(row.visit.kind) for row in mine]


def test_a_track_has_times_only_where_the_plan_has_them(problem: WeeklyProblem, plan: WeeklyPlan, squad: Squad) -> None:
    legs = tuple(replace(leg, path=((121.2, 31.38), (121.205, 31.38), (121.21, 31.38))) for leg in plan.routes[1].legs)
    drawn = replace(plan, routes=(plan.routes[0], replace(plan.routes[1], legs=legs), *plan.routes[2:]))
    read = gpxpy.parse(route_gpx(problem, drawn, squad, "o4", TUESDAY, "zh").decode())
    for segment, leg in zip(read.tracks[0].segments, legs, strict=True):
        assert [point.time for point in segment.points] == [
            problem.week.instant(leg.depart),
            None,
            problem.week.instant(leg.arrive),
        ]


def test_a_kml_file_follows_the_schema(problem: WeeklyProblem, plan: WeeklyPlan, squad: Squad) -> None:
    root = kml_of(route_kml(problem, plan, squad, "o3", TUESDAY, "zh"))
    assert texts(root, "Folder/Placemark/Point/coordinates", KML) == [
        "121.2,31.375,0.0",
        "121.23,31.38,0.0",
        "121.22,31.38,0.0",
    ]
    assert len(texts(root, "Placemark/LineString/coordinates", KML)) == 3
    assert texts(root, "Placemark/TimeSpan/begin", KML)[0] == "2026-11-24T14:10:00+08:00"


def test_what_a_kml_line_refers_to_is_there(problem: WeeklyProblem, plan: WeeklyPlan, squad: Squad) -> None:
    root = kml_of(route_kml(problem, plan, squad, "o3", TUESDAY, "zh"))
    styles = {f"#{style.attrib['id']}" for style in root.iter(f"{{{KML}}}Style")}
    assert set(texts(root, "Placemark/styleUrl", KML)) == styles


@WRITERS
def test_gdal_opens_the_file_and_finds_the_places(
    write: Writer, problem: WeeklyProblem, plan: WeeklyPlan, squad: Squad, tmp_path: Path
) -> None:
    suffix = "gpx" if write is route_gpx else "kml"
    path = tmp_path / f"day.{suffix}"
    path.write_bytes(write(problem, plan, squad, "o3", TUESDAY, "zh"))
    layers = [str(name) for name, _ in pyogrio.list_layers(path)]
    points = [
        shape
        for layer in layers
        for shape in pyogrio.read_dataframe(path, layer=layer).geometry
        if shape is not None and shape.geom_type == "Point"
    ]
    places = {(shape.x, shape.y) for shape in points}
    assert {(row.gate.lon, row.gate.lat) for row in appointments(problem, plan) if row.day == TUESDAY} <= places


@WRITERS
def test_a_hostile_name_is_text_and_nothing_else(write: Writer) -> None:
    made = small_squad()
    squad = replace(
        made,
        communities=tuple(replace(c, name=HOSTILE) for c in made.communities),
        officers=tuple(replace(o, name=HOSTILE) for o in made.officers),
        station=replace(made.station, name=HOSTILE),
    )
    problem = small_problem(squad)
    written = write(problem, small_plan(problem), squad, "o3", TUESDAY, "zh")
    root = gpx_of(written) if write is route_gpx else kml_of(written)
    words = " ".join(texts(root, "name", GPX if write is route_gpx else KML))
    assert HOSTILE.removesuffix("\x00\x0b") in words
    assert b"<script>" not in written


def test_a_kml_description_shows_no_foreign_html(problem: WeeklyProblem, plan: WeeklyPlan, squad: Squad) -> None:
    named = replace(problem, officers={k: replace(o, name="<b>x</b>") for k, o in problem.officers.items()})
    root = kml_of(route_kml(named, plan, squad, "o3", TUESDAY, "zh"))
    shown = "".join(texts(root, "Placemark/description", KML))
    assert "&lt;b&gt;x&lt;/b&gt;" in shown
    assert "<b>" not in shown
    assert "<br/>" in shown


@WRITERS
def test_files_depend_on_no_clock_and_on_nothing_written_before(
    write: Writer, problem: WeeklyProblem, plan: WeeklyPlan, squad: Squad
) -> None:
    first = write(problem, plan, squad, "o3", TUESDAY, "zh")
    with ThreadPoolExecutor(4) as threads:
        again = threads.map(lambda _: write(problem, plan, squad, "o3", TUESDAY, "zh"), range(16))
        assert set(again) == {first}


@WRITERS
def test_stand_by_is_a_place_to_be_at_too(
    write: Writer, problem: WeeklyProblem, plan: WeeklyPlan, squad: Squad
) -> None:
    written = write(problem, waiting(plan), squad, "o3", TUESDAY, "zh").decode()
    assert "Mill 备勤" in written
    assert written.index("Mill 备勤") < written.index("1 Park 交付前共商")


@WRITERS
def test_a_drive_that_was_never_drawn_is_a_straight_line_between_gates(
    write: Writer, problem: WeeklyProblem, plan: WeeklyPlan, squad: Squad
) -> None:
    written = write(problem, waiting(plan), squad, "o3", TUESDAY, "en")
    if write is route_kml:
        assert "121.2,31.375,0.0 121.22,31.38,0.0" in texts(kml_of(written), "LineString/coordinates", KML)
        assert "Drawn as a straight line" in written.decode()
    else:
        ends = gpxpy.parse(written.decode()).tracks[0].segments[0].points
        assert [(p.longitude, p.latitude) for p in ends] == [(121.2, 31.375), (121.22, 31.38)]


@WRITERS
def test_a_day_without_work_is_an_empty_file_that_is_valid(
    write: Writer, problem: WeeklyProblem, plan: WeeklyPlan, squad: Squad
) -> None:
    written = write(problem, plan, squad, "o3", date(2026, 11, 29), "en")
    root = gpx_of(written) if write is route_gpx else kml_of(written)
    assert not list(root.iter(f"{{{GPX}}}wpt")) + list(root.iter(f"{{{KML}}}Placemark"))


@WRITERS
def test_a_file_gives_away_nobody_s_telephone_and_names_no_contact(
    write: Writer, problem: WeeklyProblem, plan: WeeklyPlan, squad: Squad
) -> None:
    for officer in problem.officers:
        for day in problem.week.days:
            written = write(problem, plan, squad, officer, day, "zh").decode()
            assert SECRET not in written
            assert "联络员甲" not in written


@WRITERS
def test_invented_data_and_estimates_say_so(
    write: Writer, problem: WeeklyProblem, plan: WeeklyPlan, squad: Squad
) -> None:
    written = write(replace(problem, estimated=True), plan, squad, "o3", TUESDAY, "en").decode()
    assert "invented" in written
    assert "straight-line estimates" in written


@WRITERS
def test_an_officer_whom_nobody_knows_has_no_day(
    write: Writer, problem: WeeklyProblem, plan: WeeklyPlan, squad: Squad
) -> None:
    with pytest.raises(UnknownOfficerError):
        write(problem, plan, squad, "o9", TUESDAY, "zh")
