from __future__ import annotations

import copy
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks.__main__ import main
from benchmarks.hhcrsp import Instance, problem_of, read, solution_of
from benchmarks.hhcrsp_check import CheckError, check
from planner.search.problem import MANDATORY
from planner.search.search import proposals, search
from tests.real import REAL_DATA

BENCH = REAL_DATA.parent / "bench" / "hhcrsp"

# Invented: one patient for one, one for two at once, one for two in turn; everybody a quarter of an hour apart.
TINY: dict[str, Any] = {
    "patients": [
        {"id": "p1", "time_window": [0, 60], "required_caregivers": [{"service": "s1", "duration": 10}]},
        {
            "id": "p2",
            "time_window": [30, 90],
            "required_caregivers": [{"service": "s1", "duration": 10}, {"service": "s2"}],
            "synchronization": {"type": "simultaneous"},
        },
        {
            "id": "p3",
            "time_window": [60, 90],
            "required_caregivers": [{"service": "s2", "duration": 10}, {"service": "s1", "duration": 10}],
            "synchronization": {"type": "sequential", "distance": [20, 25]},
        },
    ],
    "services": [{"id": "s1", "default_duration": 20}, {"id": "s2", "default_duration": 20}],
    "caregivers": [{"id": "c1", "abilities": ["s1"]}, {"id": "c2", "abilities": ["s1", "s2"]}],
    "central_offices": [{"id": "d"}],
    "distances": [[0, 15, 15, 15], [15, 0, 15, 15], [15, 15, 0, 15], [15, 15, 15, 0]],
}


def solved(instance: Instance) -> dict[str, Any]:
    return dict(solution_of(instance, search(problem_of(instance), work=proposals(50_000))))


def test_the_made_up_instance_is_solved_at_the_least_cost() -> None:
    costs = check(TINY, solved(TINY))
    assert (costs.distance, costs.tardiness, costs.worst) == (105, 0, 0)
    assert costs.total == pytest.approx(35)


def test_an_instance_is_translated_with_its_services_people_and_distances_in_time() -> None:
    problem = problem_of(TINY)
    assert [visit.service for visit in problem.visits] == [(10,), (10, 20), (10, 10)]
    assert [visit.agents for visit in problem.visits] == [((0, 1),), ((0, 1), (1,)), ((1,), (0, 1))]
    assert [visit.apart for visit in problem.visits] == [(0, 0), (0, 0), (20, 25)]
    assert all(visit.missed == MANDATORY for visit in problem.visits)
    assert problem.worst_lateness_price == 1


def lateness_of_both_services_counts_hand_made() -> dict[str, Any]:
    """Return a solution made by hand that is ten late with both services of p2."""
    return {
        "routes": [
            {
                "caregiver_id": "c1",
                "locations": [
                    {"patient_id": "p1", "service_id": "s1", "arrival_time": 15, "departure_time": 25},
                    {"patient_id": "p2", "service_id": "s1", "arrival_time": 100, "departure_time": 110},
                    {"patient_id": "p3", "service_id": "s1", "arrival_time": 125, "departure_time": 135},
                ],
            },
            {
                "caregiver_id": "c2",
                "locations": [
                    {"patient_id": "p2", "service_id": "s2", "arrival_time": 100, "departure_time": 120},
                    {"patient_id": "p3", "service_id": "s2", "arrival_time": 135, "departure_time": 145},
                ],
            },
        ]
    }


def test_lateness_counts_for_each_service_and_the_worst_once_more() -> None:
    solution = lateness_of_both_services_counts_hand_made()
    solution["routes"][0]["locations"][2] |= {"arrival_time": 155, "departure_time": 165}
    costs = check(TINY, solution)
    assert costs.tardiness == 10 + 10 + 45 + 65
    assert costs.worst == 65
    assert costs.total == pytest.approx((105 + 130 + 65) / 3)


def test_services_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(CheckError, match="-10 apart"):
        check(TINY, lateness_of_both_services_counts_hand_made())


def stops(solution: dict[str, Any], caregiver: str) -> list[dict[str, Any]]:
    return next(route["locations"] for route in solution["routes"] if route["caregiver_id"] == caregiver)


def forget_a_service(solution: dict[str, Any]) -> None:
    stops(solution, "c1").pop()


def begin_apart(solution: dict[str, Any]) -> None:
    for stop in stops(solution, "c2"):
        stop["arrival_time"] += 0.001
        stop["departure_time"] += 0.001


def arrive_too_soon(solution: dict[str, Any]) -> None:
    stops(solution, "c1")[0]["arrival_time"] = 1


def cut_short(solution: dict[str, Any]) -> None:
    stops(solution, "c1")[0]["departure_time"] -= 1


def send_who_cannot(solution: dict[str, Any]) -> None:
    one, other = solution["routes"]
    one["caregiver_id"], other["caregiver_id"] = other["caregiver_id"], one["caregiver_id"]


def send_twice(solution: dict[str, Any]) -> None:
    solution["routes"].append(copy.deepcopy(solution["routes"][0]))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (forget_a_service, "services are given"),
        (begin_apart, "apart"),
        (arrive_too_soon, "cannot be with"),
        (cut_short, "too short"),
        (send_who_cannot, "cannot give"),
        (send_twice, "two routes"),
    ],
)
def test_a_solution_that_breaks_a_rule_is_refused(spoil: Callable[[dict[str, Any]], None], said: str) -> None:
    solution = solved(TINY)
    spoil(solution)
    with pytest.raises(CheckError, match=said):
        check(TINY, solution)


def test_the_measurement_prints_gaps_and_writes_what_it_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with gzip.open(tmp_path / "Tiny_3_1.json.gz", "wt", encoding="utf-8") as file:
        json.dump(TINY, file)
    (tmp_path / "best_known.json").write_text(json.dumps({"Tiny_3_1.json": {"total_cost": 40.0}}), encoding="utf-8")
    out = tmp_path / "out"
    asked = ["hhcrsp", str(tmp_path), "--seconds", "0.2", "--out", str(out), "--threads", "1"]
    assert main(asked) == 0
    assert "mean of 1 with 3 patients: -12.500%" in capsys.readouterr().out
    written = json.loads((out / "Tiny_3_1.json").read_text(encoding="utf-8"))
    assert check(TINY, written).total == pytest.approx(35)


@pytest.mark.real
def test_a_public_instance_of_ten_patients_is_solved_to_the_best_known_cost() -> None:
    if not BENCH.is_dir():
        pytest.skip("the public instances are not at hand")
    name = "InstanzCPLEX_HCSRP_10_3.json"
    instance = read(BENCH / f"{name}.gz")
    result = search(problem_of(instance), work=proposals(400_000))
    best = json.loads((BENCH / "best_known.json").read_text(encoding="utf-8"))[name]["total_cost"]
    costs = check(instance, solution_of(instance, result))
    assert costs.total == pytest.approx(best, abs=2e-3)
    assert result.cost / 3 == pytest.approx(costs.total)
