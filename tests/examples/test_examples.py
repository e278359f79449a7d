"""The example squad is what its README says, and can keep the promises it is there to show."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import osmium
import pytest
from shapely import Point

from api.exchange.squad_files import load_squad
from benchmarks.real_squad import ATTRIBUTION, build_four, build_shanghai
from casework.obligation import VisitKind
from examples.make_jiading import FOLDER, SEED, SIZE, invent_squad, make_jiading
from examples.names import OTHER_COMMUNITIES, REPORT_COMMUNITIES
from examples.rosters import PLANNED, WEEKS, Size, shifts_and_leave
from examples.squad_folder import hours_in_words, write_folder
from examples.town import build_town
from geo.community import Community, GeometrySource, Phase
from geo.road_travel import open_travel
from geo.roads import read_roads, read_water
from geo.travel import UNREACHABLE, Place
from planner.officer import Shift, VehicleKind
from planner.partner import OpenHours, PartnerKind
from planner.squad import Squad
from tests.real import need_real_data

MONDAY = date(2026, 11, 23)
WEEK = [MONDAY + timedelta(days=k) for k in range(7)]
LONGEST_JOINT = 100 * 60
"""Risk may lengthen a joint inspection by a quarter."""


@pytest.fixture(scope="module")
def squad() -> Squad:
    """Return the example as its files describe it."""
    loaded = load_squad(FOLDER)
    assert loaded.warnings == ()
    return loaded.squad


def common_hours(squad: Squad, community: Community, kinds: tuple[PartnerKind, ...], seconds: int) -> set[int]:
    """Return the weekdays on which one partner of each kind can be there together for so long."""
    calendars = [
        next(p.hours for p in squad.partners if p.kind == kind and community.id in p.community_ids) for kind in kinds
    ]
    days = set()
    for weekday in range(7):
        open_all = np.ones(24 * 12, dtype=bool)
        for hours in calendars:
            present = np.zeros(24 * 12, dtype=bool)
            for h in hours:
                if h.weekday == weekday:
                    present[h.start // 300 : h.end // 300] = True
            open_all &= present
        runs = np.flatnonzero(np.diff(np.r_[False, open_all, False].astype(int))).reshape(-1, 2)
        if any((end - start) * 300 >= seconds for start, end in runs):
            days.add(weekday)
    return days


def at_work(squad: Squad, day: date, second: int) -> set[str]:
    """Return who is on duty then."""
    away = {leave.officer_id for leave in squad.leave if leave.day == day}
    return {s.officer_id for s in squad.shifts if s.day == day and s.start <= second < s.end} - away


def ways(path: Path) -> list[tuple[int, dict[str, str], list[int]]]:
    """Return number, tags and nodes of every way of a road file."""
    found = osmium.FileProcessor(path, osmium.osm.WAY)
    return [(o.id, dict(o.tags), [n.ref for n in o.nodes]) for o in found if isinstance(o, osmium.osm.Way)]


def nodes(path: Path) -> list[tuple[int, float, float]]:
    """Return number and place of every node of a road file."""
    found = osmium.FileProcessor(path, osmium.osm.NODE)
    return [(o.id, o.location.lon, o.location.lat) for o in found if isinstance(o, osmium.osm.Node)]


def signs(path: Path) -> list[tuple[dict[str, str], list[tuple[str, int, str]]]]:
    """Return tags and members of every relation of a road file."""
    found = osmium.FileProcessor(path, osmium.osm.RELATION)
    return [
        (dict(o.tags), [(m.type, m.ref, m.role) for m in o.members])
        for o in found
        if isinstance(o, osmium.osm.Relation)
    ]


def test_making_the_example_again_gives_the_same_files(tmp_path: Path) -> None:
    made = make_jiading(tmp_path / "jiading")
    names = {file.name for file in made.iterdir()}
    assert names == {file.name for file in FOLDER.iterdir()} - {"README.md"}
    for name in names - {"roads.osm.pbf"}:
        assert (made / name).read_bytes() == (FOLDER / name).read_bytes(), name
    for part in (nodes, ways, signs):  # how a file is packed is the compressor's business
        assert part(made / "roads.osm.pbf") == part(FOLDER / "roads.osm.pbf")


def test_what_the_files_say_is_what_was_invented(squad: Squad) -> None:
    invented = invent_squad(build_town(SEED, SIZE.communities))
    for field in (
        "communities",
        "officers",
        "shifts",
        "leave",
        "partners",
        "vehicles",
        "violations",
        "past",
        "bands",
        "policy",
    ):
        assert getattr(squad, field) == getattr(invented, field), field
    assert (squad.made_up, squad.attribution) == (True, invented.attribution)


def test_who_may_drive_what_is_written_as_it_is_read(tmp_path: Path, squad: Squad) -> None:
    kinds = (frozenset[VehicleKind](), frozenset({VehicleKind.EBIKE}))
    some = tuple(replace(o, drives=mine) for o, mine in zip(squad.officers, kinds, strict=False))
    officers = (*some, *squad.officers[2:])
    folder = write_folder(replace(squad, officers=officers), tmp_path / "squad")
    (folder / "roads.osm.pbf").write_bytes((FOLDER / "roads.osm.pbf").read_bytes())
    assert load_squad(folder).squad.officers == officers


def test_the_example_is_small_enough_to_ship() -> None:
    assert (FOLDER / "roads.osm.pbf").stat().st_size < 300_000
    assert sum(file.stat().st_size for file in FOLDER.iterdir()) < 600_000


def test_the_four_communities_of_the_report_have_their_households(squad: Squad) -> None:
    names = [name for name, _ in REPORT_COMMUNITIES]
    four = [c for c in squad.communities if c.name in names]
    assert sorted(c.name for c in four) == sorted(names)
    assert sum(c.households for c in four) == 2486
    assert {c.phase for c in four} == {Phase.PEAK}
    assert {c.name for c in squad.communities} == {*names, *OTHER_COMMUNITIES}


def test_phases_and_people_are_as_many_as_promised(squad: Squad) -> None:
    assert Counter(c.phase for c in squad.communities) == {Phase.PEAK: 10, Phase.ROUTINE: 12, Phase.PRE_DELIVERY: 2}
    assert (len(squad.officers), sum(o.certified for o in squad.officers)) == (14, 12)
    assert len(squad.partners) == 16
    assert sum(len(p.community_ids) > 1 for p in squad.partners) >= 10
    assert Counter(v.kind for v in squad.vehicles) == {"car": 5, "ebike": 2}
    assert [c.phase for c in squad.communities if c.stationing_days] == [Phase.PEAK, Phase.PEAK]


def test_every_boundary_says_it_is_illustrative_and_none_overlap(squad: Squad) -> None:
    assert {c.boundary.source for c in squad.communities} == {GeometrySource.ILLUSTRATIVE}
    assert not any(a.boundary.polygon.intersects(b.boundary.polygon) for a, b in combinations(squad.communities, 2))


def test_every_telephone_number_is_an_invented_one(squad: Squad) -> None:
    phones = [squad.hotline, *(o.phone for o in squad.officers), *(p.phone for p in squad.partners)]
    phones += [v.reporter_phone for v in squad.violations if v.reporter_phone]
    assert all(phone.startswith("021-5555-0") for phone in phones)


def test_by_day_the_a_or_the_b_officer_of_every_community_is_on_duty(squad: Squad) -> None:
    for week in range(-2, 3):
        for day in range(5):
            for second in (27_000, 48_599, 48_600, 70_199):
                there = at_work(squad, MONDAY + timedelta(weeks=week, days=day), second)
                assert all(there & {c.a_officer, c.b_officer} for c in squad.communities)


def test_somebody_certified_is_on_duty_whenever_the_squad_is(squad: Squad) -> None:
    certified = {o.id for o in squad.officers if o.certified}
    least = {27_000: 2, 48_600: 2, 70_200: 1}
    for day in sorted({s.day for s in squad.shifts}):
        for second, number in least.items():
            assert len(at_work(squad, day, second) & certified) >= number, (day, second)


@pytest.mark.parametrize("size", [SIZE, Size(12, 6, 4), Size(60, 24, 24)])
def test_nobody_works_more_than_six_shifts_a_week_or_early_after_late(size: Size) -> None:
    shifts, leave = shifts_and_leave(size)
    away = {(x.officer_id, x.day) for x in leave}
    worked: dict[str, list[Shift]] = {}
    for shift in shifts:
        if (shift.officer_id, shift.day) not in away:
            worked.setdefault(shift.officer_id, []).append(shift)
    assert len(worked) == size.officers
    for mine in worked.values():
        assert max(Counter(s.day.isocalendar().week for s in mine).values()) <= 6
        for before, after in pairwise(mine):
            assert (before.day, before.end) <= (after.day, after.start)
            rest = (after.day - before.day).days * 86_400 + after.start - before.end
            assert rest == 0 or rest >= 11 * 3600


def test_somebody_is_away_in_the_planned_week_and_the_pair_still_covers_both_bands(squad: Squad) -> None:
    (leave,) = [x for x in squad.leave if x.day in WEEK]
    other = {
        c.b_officer if c.a_officer == leave.officer_id else c.a_officer
        for c in squad.communities
        if leave.officer_id in {c.a_officer, c.b_officer}
    }
    assert len(other) == 1
    bands = {s.band_id for s in squad.shifts if s.day == leave.day and {s.officer_id} == other}
    assert bands == {"early", "middle"}


def test_every_peak_community_has_two_pairs_of_days_apart_when_both_partners_can_come(squad: Squad) -> None:
    for community in squad.communities:
        if community.phase == Phase.PEAK:
            both = (PartnerKind.COMMITTEE, PartnerKind.PROPERTY)
            days = common_hours(squad, community, both, LONGEST_JOINT)
            assert len(days) >= 3, community.name
            assert sum(b - a >= 2 for a, b in combinations(sorted(days), 2)) >= 2, community.name


def test_before_hand_over_property_developer_and_housing_office_can_meet(squad: Squad) -> None:
    for community in squad.communities:
        if community.phase == Phase.PRE_DELIVERY:
            policy = squad.policy.visits[VisitKind.PRE_DELIVERY]
            assert common_hours(squad, community, policy.partners, policy.duration)


def test_violations_lie_inside_their_communities_and_within_the_last_26_weeks(squad: Squad) -> None:
    outline = {c.id: c.boundary.polygon for c in squad.communities}
    assert len(squad.violations) >= 150
    for v in squad.violations:
        assert v.community_id is not None
        assert outline[v.community_id].contains(Point(v.lon, v.lat)), v.id
        assert MONDAY - timedelta(weeks=26) <= v.found_on < MONDAY
    assert len({v.type for v in squad.violations}) == 6


def test_eight_to_ten_rechecks_fall_due_in_the_planned_week_and_a_few_violations_are_open(squad: Squad) -> None:
    handled = [v.handled_on for v in squad.violations if v.handled_on and not v.rechecked_on]
    assert 8 <= len(handled) <= 10
    assert all(day + timedelta(days=7) in WEEK for day in handled)
    assert 3 <= sum(v.handled_on is None for v in squad.violations) <= 8


@pytest.mark.parametrize("mode", ["car", "ebike"])
def test_roads_reach_every_gate_from_every_other(squad: Squad, mode: str) -> None:
    network = read_roads(FOLDER / "roads.osm.pbf", mode)
    assert network.report.cut_off <= 4
    assert (network.report.restrictions, network.report.incomplete) == (12, 0)
    places = [("station", squad.station), *((g.id, g) for c in squad.communities for g in c.gates)]
    travel = open_travel(FOLDER / "roads.osm.pbf", [Place(i, g.lon, g.lat) for i, g in places], mode)
    seconds = travel.matrix(9).seconds
    assert seconds.max() < 45 * 60 < UNREACHABLE
    assert np.all(seconds[~np.eye(len(places), dtype=bool)] > 0)


def test_the_town_has_what_makes_routing_hard() -> None:
    tags = [tags for _, tags, _ in ways(FOLDER / "roads.osm.pbf")]
    assert 1500 <= len(tags) <= 4000
    assert {"primary", "secondary", "tertiary", "residential"} <= {way.get("highway") for way in tags}
    assert sum(way.get("oneway") == "yes" for way in tags) > 100
    assert sum(way.get("bridge") == "yes" for way in tags) > 10
    assert sum(way.get("junction") == "roundabout" for way in tags) == 1
    assert all("name" in way for way in tags if "highway" in way)
    assert read_water(FOLDER / "roads.osm.pbf")


def test_the_same_town_comes_from_the_same_seed_and_another_from_another() -> None:
    assert build_town(SEED, 24) == build_town(SEED, 24)
    assert build_town(SEED, 24) != build_town(SEED + 1, 24)


def test_hours_are_written_with_days_in_a_row_together() -> None:
    hours = [OpenHours(day, 30_600, 41_400) for day in (0, 1, 2, 4)] + [OpenHours(2, 50_400, 59_400)]
    assert hours_in_words(hours) == "周一至周三 08:30-11:30; 周五 08:30-11:30; 周三 14:00-16:30"


def test_the_four_communities_of_the_report_make_a_squad_of_their_own(tmp_path: Path) -> None:
    loaded = load_squad(build_four(tmp_path / "four"))
    assert sorted(c.name for c in loaded.squad.communities) == sorted(name for name, _ in REPORT_COMMUNITIES)
    assert {i for p in loaded.squad.partners for i in p.community_ids} <= {c.id for c in loaded.squad.communities}
    assert loaded.squad.roads is not None


@pytest.mark.real
@pytest.mark.parametrize("size", [Size(12, 6, 4), Size(60, 24, 24, 2)])
def test_the_same_kind_of_squad_is_built_on_real_roads(tmp_path: Path, size: Size) -> None:
    folder = build_shanghai(
        need_real_data("shanghai_center"),
        tmp_path / "squad",
        communities=size.communities,
        officers=size.officers,
        peak=size.peak,
        pre_delivery=size.pre_delivery,
    )
    loaded = load_squad(folder)
    assert loaded.warnings == ()
    squad = loaded.squad
    assert Counter(c.phase for c in squad.communities)[Phase.PEAK] == size.peak
    assert (len(squad.communities), len(squad.officers)) == (size.communities, size.officers)
    assert {c.boundary.source for c in squad.communities} == {GeometrySource.STREET_BLOCK}
    assert (squad.attribution, squad.made_up) == (ATTRIBUTION, True)
    gates = [Place(g.id, g.lon, g.lat) for c in squad.communities for g in c.gates]
    gates.append(Place("station", squad.station.lon, squad.station.lat))
    for mode in ("car", "ebike"):
        assert open_travel(folder / "roads.osm.pbf", gates, mode).matrix(9).seconds.max() < 90 * 60
    for community in squad.communities:
        if community.phase == Phase.PEAK:
            both = (PartnerKind.COMMITTEE, PartnerKind.PROPERTY)
            assert len(common_hours(squad, community, both, LONGEST_JOINT)) >= 3


def test_the_four_weeks_before_are_visits_by_the_a_or_b_officer_with_habits(squad: Squad) -> None:
    posts = {c.id: {c.a_officer, c.b_officer} for c in squad.communities}
    assert all(visit.officers[0] in posts[visit.community_id] and len(visit.officers) >= 2 for visit in squad.past)
    first = WEEKS[PLANNED] - timedelta(weeks=4)
    assert {visit.day.isocalendar().week for visit in squad.past} == {44, 45, 46, 47}
    assert all(first <= visit.day < WEEKS[PLANNED] for visit in squad.past)
    again = Counter((visit.community_id, visit.day.weekday()) for visit in squad.past)
    assert sum(count >= 3 for count in again.values()) > 10
    assert 2 <= sum(bool(partner.preferred) for partner in squad.partners) <= 3
