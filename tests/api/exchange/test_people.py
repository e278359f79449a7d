"""Officers, posts, shifts and partners as squads hand them in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from api.exchange.opening_hours import parse_hours
from api.exchange.squad_files import load_squad as load
from planner.officer import VehicleKind
from tests.handed_in import altered, faults, only_fault, only_warning
from tests.town import shifts, town_files, write_town

# Ids.


@pytest.mark.parametrize(
    ("stem", "row", "copy"),
    [
        ("gates", 6, "C1,G1,甲苑北门,121.241,31.372,no"),
        ("officers", 6, "01,队员05,yes,"),
        ("partners", 5, "P1,丁居委,committee,C3,周一 09:00-11:30,,"),
        ("vehicles", 4, "V1,二号车,car,5"),
        ("violations", 5, "W1,flue,121.2410,31.3710,2026-11-09,,,C1,,,"),
    ],
)
def test_an_id_given_twice_is_a_fault_of_its_second_row(tmp_path: Path, stem: str, row: int, copy: str) -> None:
    folder = write_town(tmp_path, **{stem: town_files()[f"{stem}.csv"] + copy + "\n"})
    assert only_fault(folder) == ("duplicate_id", f"{stem}.csv", row, "id")


def test_a_community_id_given_twice_is_a_fault_of_its_second_feature(tmp_path: Path) -> None:
    found = faults(write_town(tmp_path, communities=altered(2, id="C1")))
    assert ("duplicate_id", 3) in {(fault.code, fault.row) for fault in found}


def test_ids_in_full_width_characters_or_with_spaces_are_the_same_ids(tmp_path: Path) -> None:
    folder = write_town(tmp_path, shifts=("01,2026-11-23,early", "０１ ,2026-11-23,\u200bearly\u3000"))
    assert load(folder).squad == load(write_town(tmp_path / "other")).squad


def test_a_reference_by_name_is_understood_where_one_only_bears_it(tmp_path: Path) -> None:
    folder = write_town(tmp_path, shifts=("01,2026-11-23,early", "队员01,2026-11-23,早班"))
    assert load(folder).squad == load(write_town(tmp_path / "other")).squad


def test_a_reference_by_a_name_that_two_bear_is_a_fault(tmp_path: Path) -> None:
    folder = write_town(
        tmp_path, officers=("02,队员02", "02,队员01"), shifts=("01,2026-11-23,early", "队员01,2026-11-23,early")
    )
    assert only_fault(folder) == ("ambiguous_name", "shifts.csv", 2, "officer")


# Officers and posts.


def with_drives(*cells: str, header: str = "drives") -> str:
    """Return the town's officers with a column of what they may drive, blank after the given cells."""
    first, *rows = town_files()["officers.csv"].splitlines()
    more = [*cells, *[""] * (len(rows) - len(cells))]
    return "\n".join([f"{first},{header}", *(f"{row},{cell}" for row, cell in zip(rows, more, strict=True))]) + "\n"


@pytest.mark.parametrize("header", ["drives", "可驾驶", "准驾"])
def test_what_an_officer_may_drive_is_read_in_both_languages(tmp_path: Path, header: str) -> None:
    officers = with_drives("汽车;电动车", "car、E-Bike", "ebike", header=header)
    squad = load(write_town(tmp_path, officers=officers)).squad
    everything = {VehicleKind.CAR, VehicleKind.EBIKE}
    assert [officer.drives for officer in squad.officers] == [everything, everything, {VehicleKind.EBIKE}, everything]


def test_somebody_may_drive_nothing(tmp_path: Path) -> None:
    squad = load(write_town(tmp_path, officers=with_drives("无", "none"))).squad
    assert [len(officer.drives) for officer in squad.officers] == [0, 0, 2, 2]


def test_without_the_column_everybody_drives_everything(tmp_path: Path) -> None:
    assert {officer.drives for officer in load(write_town(tmp_path)).squad.officers} == {frozenset(VehicleKind)}


@pytest.mark.parametrize(
    ("cell", "code"),
    [("汽车;马车", "unknown_word"), ("无;汽车", "contradicts_itself"), ("none、ebike", "contradicts_itself")],
)
def test_a_cell_of_vehicles_that_makes_no_sense_is_a_fault(tmp_path: Path, cell: str, code: str) -> None:
    assert only_fault(write_town(tmp_path, officers=with_drives("", cell))) == (code, "officers.csv", 3, "drives")


def test_an_unknown_officer_in_the_a_post_is_a_fault(tmp_path: Path) -> None:
    folder = write_town(tmp_path, communities=altered(0, a_officer="17"))
    assert only_fault(folder) == ("unknown_officer", "communities.geojson", 1, "a_officer")


def test_an_unknown_officer_in_the_b_post_is_a_fault(tmp_path: Path) -> None:
    folder = write_town(tmp_path, communities=altered(0, b_officer="17"))
    assert only_fault(folder) == ("unknown_officer", "communities.geojson", 1, "b_officer")


def test_one_officer_in_both_posts_is_a_fault(tmp_path: Path) -> None:
    folder = write_town(tmp_path, communities=altered(0, b_officer="01"))
    assert only_fault(folder) == ("a_is_b", "communities.geojson", 1, "b_officer")


def test_an_uncertified_officer_cannot_hold_a_post(tmp_path: Path) -> None:
    folder = write_town(tmp_path, officers=("04,队员04,yes", "04,队员04,no"))
    assert only_fault(folder) == ("post_not_certified", "communities.geojson", 2, "b_officer")


def test_a_further_b_post_is_held_by_somebody_certified_without_a_post_there(tmp_path: Path) -> None:
    squad = load(write_town(tmp_path / "good", communities=altered(0, more_b="03;队员04"))).squad
    assert squad.communities[0].more_b == ("03", "04")
    assert squad.communities[0].answering == ("01", "02", "03", "04")
    for number, (given, code) in enumerate((("17", "unknown_officer"), ("01", "post_twice"), ("03;03", "post_twice"))):
        folder = write_town(tmp_path / str(number), communities=altered(0, more_b=given))
        assert only_fault(folder) == (code, "communities.geojson", 1, "more_b")


def test_a_squad_with_nobody_certified_is_a_fault(tmp_path: Path) -> None:
    found = faults(write_town(tmp_path, officers=(",yes,", ",否,")))
    assert ("nobody_certified", "officers.csv") in {(fault.code, fault.file) for fault in found}


def test_a_squad_with_one_certified_officer_cannot_enforce(tmp_path: Path) -> None:
    officers = town_files()["officers.csv"].replace("yes", "no").replace("01,队员01,no", "01,队员01,yes")
    found = {fault.code: fault for fault in faults(write_town(tmp_path, officers=officers))}
    assert found["nobody_certified"].problem.en == "Only one officer is certified; enforcement takes two"


# Shifts.


def with_hours(*rows: str) -> str:
    return "officer,date,band,start,end\n" + "\n".join(rows) + "\n"


def test_a_shift_across_midnight_is_a_fault(tmp_path: Path) -> None:
    folder = write_town(tmp_path, shifts=with_hours("01,2026-11-23,late,22:00,06:00"))
    assert only_fault(folder) == ("crosses_midnight", "shifts.csv", 2, "end")


def test_a_shift_may_end_at_midnight(tmp_path: Path) -> None:
    folder = write_town(tmp_path, shifts=with_hours("01,2026-11-23,late,22:00,24:00"))
    assert load(folder).squad.shifts[0].end == 86_400


def test_a_shift_without_hours_takes_those_of_its_band(tmp_path: Path) -> None:
    folder = write_town(tmp_path, shifts=with_hours("01,2026-11-23,late,,"))
    assert (load(folder).squad.shifts[0].start, load(folder).squad.shifts[0].end) == (
        19 * 3600 + 1800,
        22 * 3600 + 1800,
    )


def test_a_shift_for_an_unknown_band_is_a_fault(tmp_path: Path) -> None:
    folder = write_town(tmp_path, shifts=("01,2026-11-23,early", "01,2026-11-23,夜班"))
    assert only_fault(folder) == ("unknown_band", "shifts.csv", 2, "band")


def test_a_shift_for_an_unknown_officer_is_a_fault(tmp_path: Path) -> None:
    folder = write_town(tmp_path, shifts=("01,2026-11-23,early", "99,2026-11-23,early"))
    assert only_fault(folder) == ("unknown_officer", "shifts.csv", 2, "officer")


def test_overlapping_shifts_of_one_officer_are_a_fault(tmp_path: Path) -> None:
    folder = write_town(
        tmp_path, shifts=with_hours("01,2026-11-23,early,07:30,13:30", "01,2026-11-23,middle,13:00,19:30")
    )
    assert only_fault(folder) == ("overlapping_shifts", "shifts.csv", 3, "date")


def test_two_shifts_that_meet_do_not_overlap(tmp_path: Path) -> None:
    folder = write_town(tmp_path, shifts=shifts() + "01,2026-11-23,middle\n")
    assert len(load(folder).squad.shifts) == 22


def test_the_same_day_of_leave_given_twice_is_a_warning(tmp_path: Path) -> None:
    folder = write_town(tmp_path, leave="officer,date,reason\n04,2026-11-27,\n04,2026-11-27,\n")
    assert only_warning(folder) == ("duplicate_leave", "leave.csv", 3, "date")


# Partners.


def test_a_window_that_closes_before_it_opens_is_named(tmp_path: Path) -> None:
    folder = write_town(tmp_path, partners=("周一 09:00-11:30;", "周一 11:30-09:00;"))
    assert only_fault(folder) == ("closes_before_opening", "partners.csv", 4, "hours")


def test_hours_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    folder = write_town(tmp_path, partners=("周三 14:00-16:30", "周三下午"))
    assert only_fault(folder) == ("unreadable_hours", "partners.csv", 4, "hours")


@pytest.mark.parametrize(
    ("said", "days"),
    [("周一至五 09:00-11:30", range(5)), ("周一、三、五 09:00-11:30", (0, 2, 4)), ("周六至周日 09:00-11:30", (5, 6))],
)
def test_days_of_the_week_may_be_written_short(said: str, days: Sequence[int]) -> None:
    assert [(span.weekday, span.start, span.end) for span in parse_hours(said)] == [
        (day, 9 * 3600, 11 * 3600 + 1800) for day in days
    ]


@pytest.mark.parametrize(
    ("asked", "code"),
    [({"joint_per_week": 5}, "spacing_impossible"), ({"stationing_days": 8}, "too_many_days")],
)
def test_more_visits_of_a_community_than_a_week_holds_are_a_fault(
    tmp_path: Path, asked: dict[str, int], code: str
) -> None:
    assert only_fault(write_town(tmp_path, communities=altered(0, **asked)))[0] == code


def test_a_partner_of_an_unknown_community_is_a_fault(tmp_path: Path) -> None:
    folder = write_town(tmp_path, partners=("committee,C3", "committee,C3;丁苑"))
    assert only_fault(folder) == ("unknown_community", "partners.csv", 4, "communities")


@pytest.mark.parametrize(("row", "name"), [("P1,", "residents' committee"), ("P2,", "property company")])
def test_a_peak_community_without_its_partners_is_a_fault(tmp_path: Path, row: str, name: str) -> None:
    kept = [line for line in town_files()["partners.csv"].splitlines() if not line.startswith(row)]
    found = faults(write_town(tmp_path, partners="\n".join(kept) + "\n"))
    assert [(fault.code, fault.file, fault.row) for fault in found] == [
        ("missing_partner", "communities.geojson", 1),
        ("missing_partner", "communities.geojson", 2),
    ]
    assert name in found[0].problem.en


def test_a_community_before_delivery_without_its_partners_is_a_warning(tmp_path: Path) -> None:
    loaded = load(write_town(tmp_path, communities=altered(2, phase="交付前")))
    assert [(fault.code, fault.row) for fault in loaded.warnings] == [("missing_partner", 3)] * 3
