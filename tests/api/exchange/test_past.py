"""Visits of past weeks and partners' preferred hours as squads hand them in."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from api.exchange.squad_files import load_squad as load
from api.exchange.workbook import write_workbook
from planner.partner import OpenHours
from planner.past import PastVisit
from tests.handed_in import only_fault
from tests.town import PARTNERS, SQUAD, write_town

PAST = """\
date,begin,community,officers,band
2026-11-16,09:30,C1,01;03,early
2026-11-17,14:00,甲苑,队员02、04,
2020-01-06,10:00,C2,01,早班
2026-12-01,10:00,C2,01,
"""


def with_past(folder: Path, table: str = PAST) -> Path:
    write_town(folder, squad=SQUAD + '\n[layers.past]\nfile = "past.csv"\n')
    (folder / "past.csv").write_text(table, encoding="utf-8")
    return folder


def with_preferred(folder: Path, hours: str) -> Path:
    header, first, *rest = PARTNERS.splitlines()
    rows = [header + ",preferred", f"{first},{hours}", *(row + "," for row in rest)]
    return write_town(folder, partners="\n".join(rows) + "\n")


def test_past_visits_are_read_by_ids_or_names_however_old_or_new(tmp_path: Path) -> None:
    loaded = load(with_past(tmp_path))
    assert loaded.warnings == ()
    assert loaded.squad.past == (
        PastVisit(date(2026, 11, 16), 34_200, "C1", ("01", "03"), "early"),
        PastVisit(date(2026, 11, 17), 50_400, "C1", ("02", "04")),
        PastVisit(date(2020, 1, 6), 36_000, "C2", ("01",), "early"),
        PastVisit(date(2026, 12, 1), 36_000, "C2", ("01",)),
    )


def test_a_squad_without_records_of_past_weeks_may_leave_them_out(tmp_path: Path) -> None:
    assert load(write_town(tmp_path)).squad.past == ()


def test_past_visits_under_chinese_headers_are_read_alike(tmp_path: Path) -> None:
    chinese = PAST.replace("date,begin,community,officers,band", "日期,开始时间,小区,队员,班次")
    assert load(with_past(tmp_path, chinese)).squad.past == load(with_past(tmp_path / "other")).squad.past


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("16,09:30,C1", "16,09:30,C9", ("unknown_community", "past.csv", 2, "community")),
        ("01;03", "01;99", ("unknown_officer", "past.csv", 2, "officers")),
        ("01;03", "", ("missing_value", "past.csv", 2, "officers")),
        ("2026-11-16", "2026-11-31", ("impossible_date", "past.csv", 2, "date")),
        ("01;03,early", "01;03,dawn", ("unknown_band", "past.csv", 2, "band")),
        ("2026-12-01,10:00", "2026-12-01,", ("missing_value", "past.csv", 5, "begin")),
    ],
)
def test_what_is_wrong_with_a_past_visit_is_named(
    tmp_path: Path, old: str, new: str, fault: tuple[str, str, int, str]
) -> None:
    assert old in PAST
    assert only_fault(with_past(tmp_path, PAST.replace(old, new))) == fault


def test_preferred_hours_are_read_like_hours(tmp_path: Path) -> None:
    squad = load(with_preferred(tmp_path, "周一 09:00-10:00; 周三 14:00-15:00")).squad
    assert squad.partners[0].preferred == (OpenHours(0, 32_400, 36_000), OpenHours(2, 50_400, 54_000))
    assert squad.partners[1].preferred == ()


def test_preferred_hours_that_nobody_can_read_are_a_fault(tmp_path: Path) -> None:
    assert only_fault(with_preferred(tmp_path, "上午")) == ("unreadable_hours", "partners.csv", 2, "preferred")


def test_past_visits_and_preferred_hours_survive_the_workbook(tmp_path: Path) -> None:
    with_preferred(tmp_path, "周一 09:00-10:00")
    (tmp_path / "squad.toml").write_text(SQUAD + '\n[layers.past]\nfile = "past.csv"\n', encoding="utf-8")
    (tmp_path / "past.csv").write_text(PAST, encoding="utf-8")
    squad = load(tmp_path).squad
    assert squad.past
    assert squad.partners[0].preferred
    write_workbook(squad, tmp_path / "town.xlsx")
    loaded = load(tmp_path / "town.xlsx")
    assert (loaded.squad, loaded.warnings) == (squad, ())
