from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from casework.privacy import mask_phones
from casework.risk import building_line
from casework.violation import Violation, ViolationType


@pytest.mark.parametrize(
    ("note", "masked"),
    [
        ("来电 13912345678 反映", "来电 139…78 反映"),
        ("+86 139-1234-5678", "861…78"),
        ("021-5555 0100", "021…00"),
        ("(021)55550100", "021…00"),
        ("139.1234.5678", "139…78"),
        ("139·1234·5678", "139…78"),
        ("139—1234—5678", "139…78"),
        ("021－55550100", "021…00"),
        ("13912345678,2026-11-23", "139…78,2026-11-23"),
        ("6 幢 1202 室", "6 幢 1202 室"),
        ("1202、1203、1204 室", "1202、1203、1204 室"),
        ("3,5,7,9,11,13,15 幢", "3,5,7,9,11,13,15 幢"),
        ("2026-11-23 已拆", "2026-11-23 已拆"),
        ("2026.11.23 已拆", "2026.11.23 已拆"),
        ("2026年11月23日", "2026年11月23日"),
    ],
)
def test_telephone_numbers_in_notes_are_masked_and_flat_numbers_and_dates_are_not(note: str, masked: str) -> None:
    assert mask_phones(note) == masked


def test_a_number_typed_into_the_building_is_not_on_the_checklist() -> None:
    found = Violation("v1", ViolationType.FLUE, 121.2, 31.3, date(2026, 11, 16), building="6幢 打13912345678")
    for violation in (found, replace(found, handled_on=date(2026, 11, 17))):
        line = building_line(violation)
        assert "6幢" in line.zh
        assert "12345678" not in line.zh + line.en
