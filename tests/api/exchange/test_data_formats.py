"""docs/data-formats.md says what the code reads."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from api.exchange.case_table import CASES, CHANNEL_WORDS
from api.exchange.columns import SETTINGS, TABLES, TableKind
from api.exchange.places import PHASE_WORDS, SOURCE_WORDS, TYPE_WORDS
from api.exchange.policy_file import PARTNER_WORDS, policy_settings, read_policy
from api.exchange.records import Record
from api.exchange.settings import read_settings
from api.exchange.sources import SETTING_NAMES, flat_table
from geo.errors import Fault
from planner.policy import Policy
from tests.town import write_town

DOCUMENT = (Path(__file__).parents[3] / "docs" / "data-formats.md").read_text(encoding="utf-8")


def toml_after(heading: str) -> str:
    match = re.search(rf"#+ {heading}.*?```toml\n(.*?)```", DOCUMENT, re.DOTALL)
    assert match is not None
    return match[1]


@pytest.mark.parametrize("kind", [*TABLES, CASES], ids=lambda kind: kind.name)
def test_every_header_of_a_table_is_documented_and_no_other(kind: TableKind) -> None:
    match = re.search(rf"\n## {kind.zh[0]} · {kind.name}\n(.*?)\n## ", DOCUMENT, re.DOTALL)
    assert match is not None
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in match[1].splitlines() if line.startswith("| ")]
    documented = {row[1]: (tuple(row[0].split(" / ")), row[2] == "必填") for row in rows[1:]}
    assert documented == {column.name: (column.zh, column.required) for column in kind.columns}
    assert all(name in DOCUMENT for name in kind.sheet_names)


def test_every_word_a_cell_may_hold_is_documented() -> None:
    words = [
        *PHASE_WORDS,
        *SOURCE_WORDS,
        *PARTNER_WORDS,
        *(word for word in CHANNEL_WORDS if " " not in word),
        *(word for word in TYPE_WORDS if " " not in word),
    ]
    words = [word for word in words if word not in {"flue", "drying rack"} and not re.fullmatch(r"[a-z-]+", word)]
    assert [word for word in words if word not in DOCUMENT] == []
    assert all(column.name in DOCUMENT for column in SETTINGS.columns)


def test_the_chinese_names_of_settings_are_documented() -> None:
    for word, key in SETTING_NAMES.items():
        assert f"| {word} | {key} |" in DOCUMENT


def test_the_documented_policy_is_the_default_one_key_by_key() -> None:
    values = flat_table(tomllib.loads(toml_after("规则")))
    assert values == policy_settings(Policy())
    faults: list[Fault] = []
    assert read_policy(Record("squad.toml", None, values, faults), {}, frozenset({"late"})) == Policy()
    assert not faults


def test_the_documented_settings_are_read_without_a_fault_of_their_own(tmp_path: Path) -> None:

    folder = write_town(tmp_path, squad=toml_after("squad.toml"))
    faults: list[Fault] = []
    values = flat_table(tomllib.loads((folder / "squad.toml").read_text(encoding="utf-8")))
    settings = read_settings(Record("squad.toml", None, values, faults), folder, {"violations"})
    assert [fault.code for fault in faults] == ["missing_file"]  # the road file, which the town does not have
    assert [band.id for band in settings.bands] == ["early", "late"]
