"""``plan.json`` out and back, and every fault of a hand-broken one."""

from __future__ import annotations

import copy
import json
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from geo.text import Text
from planner.document import plan_from_dict, plan_to_dict
from planner.errors import PlanFileError
from planner.objective import TERM_NAMES
from planner.rules import judge
from planner.week import Week
from tests.planner.build import plan_of, small_plan, small_problem, small_squad

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "plan.schema.json").read_text(encoding="utf-8"))
SQUAD = small_squad()
PROBLEM = small_problem(SQUAD)
PLAN = replace(small_plan(PROBLEM), notes=(Text("注意", "Mind"),))
MISSING = plan_of(PROBLEM, *PLAN.routes[:4])
DOCUMENT = plan_to_dict(PROBLEM, PLAN, SQUAD)


def edited(path: str, value: Any) -> dict[str, Any]:
    """Return the document with the value at ``routes.0.stops.0.begin`` replaced, or removed where it is ``...``."""
    document = copy.deepcopy(DOCUMENT)
    *way, last = (int(step) if step.isdigit() else step for step in path.split("."))
    place: Any = document
    for step in way:
        place = place[step]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return document


def faults(document: object) -> list[tuple[str, str | None]]:
    with pytest.raises(PlanFileError) as caught:
        plan_from_dict(document, PROBLEM)
    return [(fault.code, fault.field) for fault in caught.value.faults]


@pytest.mark.parametrize("plan", [PLAN, MISSING, plan_of(PROBLEM)])
def test_a_plan_written_and_read_back_is_the_same_plan(plan: Any) -> None:
    text = json.dumps(plan_to_dict(PROBLEM, plan, SQUAD), ensure_ascii=False)
    assert plan_from_dict(json.loads(text), PROBLEM) == plan


@pytest.mark.parametrize("plan", [PLAN, MISSING, plan_of(PROBLEM)])
def test_the_document_conforms_to_its_schema(plan: Any) -> None:
    Draft202012Validator.check_schema(SCHEMA)
    Draft202012Validator(SCHEMA).validate(plan_to_dict(PROBLEM, plan, SQUAD))


def test_the_schema_knows_every_property_the_document_has() -> None:
    for path in ("routes.0.stops.0.extra", "routes.0.legs.0.extra", "objective.extra", "extra"):
        assert not Draft202012Validator(SCHEMA).is_valid(edited(path, 1))


def test_times_carry_the_zone_of_shanghai_and_positions_six_decimals() -> None:
    stop = DOCUMENT["routes"][0]["stops"][0]
    assert stop["begin"] == "2026-11-23T09:00:00+08:00"
    assert stop["gate"] == {"id": "lake-n", "name": "北门", "lon": 121.21, "lat": 31.38}
    assert DOCUMENT["routes"][0]["legs"][0]["geometry"] == [[121.2, 31.38], [121.21, 31.38]]


def test_who_leads_from_which_post_and_who_joins_is_in_the_document() -> None:
    stop = DOCUMENT["routes"][0]["stops"][0]
    assert [officer["id"] for officer in stop["officers"]] == ["o1", "o2"]
    assert stop["post"] == "A"
    assert [partner["kind"] for partner in stop["partners"]] == ["committee", "property"]
    assert stop["checklist"][0]["zh"].startswith("6 幢 1202")
    assert stop["breakable"] is False


def test_reasons_and_figures_are_in_the_document() -> None:
    document = plan_to_dict(PROBLEM, MISSING, SQUAD)
    assert document["missed"][0]["visit"] == "recheck-mill-v1"
    assert document["missed"][0]["reasons"] == [{"zh": "too far", "en": "too far"}]
    assert document["objective"]["total"] == sum(document["objective"]["terms"].values())
    assert document["squad"] == {"id": "small", "name": "小队", "made_up": True}


def test_a_time_in_another_zone_is_the_same_instant() -> None:
    utc = edited("routes.0.stops.0.begin", "2026-11-23T01:00:00+00:00")
    assert plan_from_dict(utc, PROBLEM) == PLAN


def test_names_beside_ids_are_for_the_reader_only() -> None:
    assert plan_from_dict(edited("routes.0.stops.0.community.name", "别的名字"), PROBLEM) == PLAN


def test_a_plan_edited_by_hand_is_judged_as_edited() -> None:
    late = plan_from_dict(edited("routes.0.stops.0.begin", "2026-11-23T08:00:00+08:00"), PROBLEM)
    assert "service_begins_in_its_window" in {broken.rule for broken in judge(PROBLEM, late)}


@pytest.mark.parametrize(
    ("path", "value", "code", "field"),
    [
        ("schema", "wuzao-plan/9", "wrong_schema", "schema"),
        ("schema", ..., "not_text", "schema"),
        ("week", "48. Woche", "not_a_week", "week"),
        ("week", "2026-W60", "not_a_week", "week"),
        ("seed", 1.5, "not_a_whole_number", "seed"),
        ("seed", True, "not_a_whole_number", "seed"),
        ("work_limit", float("nan"), "not_a_number", "work_limit"),
        ("work_limit", float("inf"), "not_a_number", "work_limit"),
        ("work_limit", 10**400, "not_a_number", "work_limit"),
        ("objective", [], "not_an_object", "objective"),
        ("objective.bound", -1, "not_a_whole_number", "objective.bound"),
        ("objective.terms.drive", float("nan"), "not_a_whole_number", "objective.terms.drive"),
        ("routes", {}, "not_a_list", "routes"),
        ("routes.0", None, "not_an_object", "routes[0]"),
        ("routes.0.id", "", "not_text", "routes[0].id"),
        ("routes.0.date", "23.11.2026", "not_a_date", "routes[0].date"),
        ("routes.0.date", "2026-11-30", "outside_the_week", "routes[0].date"),
        ("routes.0.band.id", "dawn", "unknown_id", "routes[0].band.id"),
        ("routes.0.crew", None, "not_an_object", "routes[0].crew"),
        ("routes.0.crew.officers", [], "empty_list", "routes[0].crew.officers"),
        ("routes.0.crew.officers.0.id", "o9", "unknown_id", "routes[0].crew.officers[0].id"),
        ("routes.0.crew.auxiliaries", ..., "not_a_list", "routes[0].crew.auxiliaries"),
        ("routes.0.vehicle", "car1", "not_an_object", "routes[0].vehicle"),
        ("routes.0.vehicle.id", "tank", "unknown_id", "routes[0].vehicle.id"),
        ("routes.0.rest.begin", 11, "not_text", "routes[0].rest.begin"),
        ("routes.0.legs", [], "empty_list", "routes[0].legs"),
        ("routes.0.legs.0.origin", "moon", "unknown_id", "routes[0].legs[0].origin"),
        ("routes.0.legs.0.metres", "6 km", "not_a_whole_number", "routes[0].legs[0].metres"),
        ("routes.0.legs.0.geometry.1", [121.2], "not_a_point", "routes[0].legs[0].geometry[1]"),
        ("routes.0.legs.0.geometry.1", [31.38, 121.2], "not_a_point", "routes[0].legs[0].geometry[1]"),
        ("routes.0.legs.0.geometry.1", [121.2, float("nan")], "not_a_number", "routes[0].legs[0].geometry[1][1]"),
        ("routes.0.stops.0.visit", "joint-moon", "unknown_id", "routes[0].stops[0].visit"),
        ("routes.0.stops.0.visit", "\ud800", "not_text", "routes[0].stops[0].visit"),
        ("routes.0.stops.0.community.id", "moon", "unknown_id", "routes[0].stops[0].community.id"),
        ("routes.0.stops.0.gate.id", "mill-n", "unknown_id", "routes[0].stops[0].gate.id"),
        ("routes.0.stops.0.officers.1.id", "o9", "unknown_id", "routes[0].stops[0].officers[1].id"),
        ("routes.0.stops.0.partners.0.id", "p9", "unknown_id", "routes[0].stops[0].partners[0].id"),
        ("routes.0.stops.0.begin", "9 Uhr", "not_a_time", "routes[0].stops[0].begin"),
        ("routes.0.stops.0.begin", "2026-11-23T09:00:00", "time_without_zone", "routes[0].stops[0].begin"),
        ("routes.0.stops.0.begin", "2026-11-23T09:00:00.5+08:00", "not_a_whole_second", "routes[0].stops[0].begin"),
        ("routes.0.stops.0.begin", "2026-11-30T09:00:00+08:00", "outside_the_week", "routes[0].stops[0].begin"),
        ("routes.0.stops.0.begin", "2026-11-22T09:00:00+08:00", "outside_the_week", "routes[0].stops[0].begin"),
        ("notes.0.zh", None, "not_text", "notes[0].zh"),
    ],
)
def test_a_fault_in_the_file_is_named_once_at_its_path(path: str, value: Any, code: str, field: str) -> None:
    assert faults(edited(path, value)) == [(code, field)]


def test_a_missed_visit_nobody_knows_is_named() -> None:
    document = plan_to_dict(PROBLEM, MISSING, SQUAD)
    document["missed"][0]["visit"] = "joint-moon"
    assert faults(document) == [("unknown_id", "missed[0].visit")]


@pytest.mark.parametrize("nonsense", [None, [], "plan", 7, float("nan")])
def test_what_is_no_document_at_all_has_one_fault(nonsense: object) -> None:
    assert faults(nonsense) == [("not_an_object", None)]


def test_all_faults_are_named_at_once_in_the_order_of_the_file() -> None:
    document = edited("routes.0.stops.0.begin", "9 Uhr")
    document["routes"][1]["vehicle"]["id"] = "tank"
    document["seed"] = None
    assert {code for code, _ in faults(document)} == {"not_a_time", "unknown_id", "not_a_whole_number"}


def test_a_fault_says_where_it_is_and_how_to_mend_it_in_both_languages() -> None:
    with pytest.raises(PlanFileError, match=r"plan\.json \[routes\[0\]\.vehicle\.id\].*tank") as caught:
        plan_from_dict(edited("routes.0.vehicle.id", "tank"), PROBLEM)
    assert "there is no “tank”" in caught.value.faults[0].say("en")


@pytest.mark.parametrize("damage", [None, [], "x", -1, {}, ...])
def test_no_damage_to_any_single_value_escapes_as_another_error(damage: Any) -> None:
    paths = _paths(DOCUMENT)
    assert len(paths) > 400
    for path in paths:
        with suppress(PlanFileError):
            plan_from_dict(edited(path, damage), PROBLEM)


def _paths(value: Any, prefix: str = "") -> list[str]:
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    else:
        return []
    found: list[str] = []
    for key, child in items:
        path = f"{prefix}.{key}" if prefix else str(key)
        found += [path, *_paths(child, path)]
    return found


def test_the_schema_names_every_term_of_the_objective_in_both_languages() -> None:
    said = SCHEMA["properties"]["objective"]["properties"]["terms"]["description"]
    assert all(term in said and name.zh in said for term, name in TERM_NAMES.items())


def test_a_document_of_another_week_is_read_in_that_week_and_judged_wrong() -> None:
    later = replace(PLAN, week=Week.parse("2026-W49"))
    again = plan_from_dict(plan_to_dict(PROBLEM, later, SQUAD), PROBLEM)
    assert again == later
    assert "plan_is_of_this_week" in {broken.rule for broken in judge(PROBLEM, again)}
