from __future__ import annotations

from dataclasses import replace

from shapely import Polygon, box

from geo.community import Gate
from geo.coordinates import from_wgs84
from geo.outlines import outline_faults

HOME = box(121.240, 31.370, 121.242, 31.372)
GATE = Gate("G1", "东门", 121.242, 31.371)


def codes(*given: object) -> list[tuple[str, str]]:
    return [(fault.code, fault.level) for fault in outline_faults(*given)]  # type: ignore[arg-type]  # as it is given


def test_a_sound_outline_with_its_gate_has_no_fault() -> None:
    assert outline_faults(HOME, [GATE], {"乙苑": box(121.2421, 31.370, 121.244, 31.372)}) == ()


def test_one_that_crosses_itself_is_told_where_and_nothing_else() -> None:
    bow = Polygon([(121.240, 31.370), (121.242, 31.372), (121.242, 31.370), (121.240, 31.372)])
    (fault,) = outline_faults(bow, [], {})
    assert fault.code == "invalid_geometry"
    assert fault.problem.zh == "边界自相交,位置在 (121.241, 31.371)"
    assert outline_faults(None, [GATE], {})[0].level == "error"


def test_a_speck_and_a_community_without_a_gate_are_refused() -> None:
    assert codes(box(121.240, 31.370, 121.24005, 31.37005), [], {}) == [
        ("small_outline", "error"),
        ("no_gate", "error"),
    ]


def test_a_gate_some_way_off_is_told_and_one_in_the_wrong_system_refused() -> None:
    off = replace(GATE, lon=121.2440)
    assert codes(HOME, [off], {}) == [("gate_far_away", "warning")]
    lons, lats = from_wgs84([GATE.lon], [GATE.lat], "GCJ-02")
    wrong = replace(GATE, lon=float(lons[0]), lat=float(lats[0]))
    assert codes(HOME, [wrong], {}) == [("gate_far_away", "error")]


def test_what_lies_abroad_is_refused_and_measured_no_further() -> None:
    abroad = replace(GATE, lon=-159.65, lat=-44.7)  # where no measuring plane is defined
    assert codes(HOME, [GATE, abroad], {}) == [("outside_china", "error")]
    assert codes(box(-80, 40, -79.99, 40.01), [abroad], {"乙苑": HOME}) == [("outside_china", "error")] * 2


def test_a_strip_in_common_is_told_and_most_of_a_neighbour_refused() -> None:
    strip = box(121.2419, 31.370, 121.244, 31.372)
    (fault,) = outline_faults(HOME, [GATE], {"乙苑": strip})
    assert fault.level == "warning"
    assert fault.problem.zh.startswith("与乙苑重叠 ")
    assert codes(HOME, [GATE], {"乙苑": box(121.2405, 31.370, 121.2425, 31.372)}) == [
        ("overlapping_boundaries", "error")
    ]
