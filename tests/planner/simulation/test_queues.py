"""The dispatcher against published answers of queueing theory: the same code that answers planned weeks."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from planner.phases import NEVER
from planner.simulation.dispatch import Answer, FixedStations, Report, Shift
from planner.simulation.results import ratio
from tests.real import need_bench

MEAN = 100_000
"""Seconds that a case takes on average, so that seconds of travel do not count."""

LARSON_RATES = (0.25, 0.25, 0.1, 0.25, 0.15, 0.1, 0.15, 0.05, 0.1, 0.1)
LARSON_ORDER = {1: (0, 1, 2), 2: (0, 1, 2), 4: (0, 2, 1), 3: (1, 0, 2), 5: (1, 0, 2), 6: (1, 0, 2)}
"""Atoms 7 to 10 are unit 3's, with unit 1 as its backup."""

LARSON_WORKLOADS = (0.5574, 0.4734, 0.4693)
"""Larson & Odoni, Urban Operations Research, 5.4: three units, ten atoms, λ = 1.5, μ = 1, exact hypercube."""


def _arrivals(rng: np.random.Generator, rate: float, count: int) -> list[int]:
    instants: np.ndarray[tuple[int], np.dtype[np.float64]] = np.cumsum(rng.exponential(MEAN / rate, count))
    return [int(second) for second in instants]


def _handling(rng: np.random.Generator, count: int) -> list[int]:
    return [int(second) for second in rng.exponential(MEAN, count)]


def test_units_that_help_each_other_out_are_as_busy_as_the_exact_hypercube_model_says() -> None:
    rng = np.random.default_rng(0)
    count = 300_000
    atoms = rng.choice(np.arange(10), count, p=np.array(LARSON_RATES) / sum(LARSON_RATES)).tolist()
    # seconds by which the preferred unit of each atom is nearer than the next
    seconds = [[0] * 10 for _ in range(3)]
    for atom in range(10):
        for rank, unit in enumerate(LARSON_ORDER.get(atom + 1, (2, 0, 1))):
            seconds[unit][atom] = rank
    instants, handling = _arrivals(rng, sum(LARSON_RATES), count), _handling(rng, count)
    shift = Shift(FixedStations(tuple(tuple(row) for row in seconds), tuple(atoms)))
    busy = [0, 0, 0]
    for number, (instant, atom, took) in enumerate(zip(instants, atoms, handling, strict=True)):
        answer = shift.answer(number, Report(instant, atom, took, (0, 1, 2)))
        busy[answer.officers[0]] += took
    workloads = [each / instants[-1] for each in busy]
    for mine, exact in zip(workloads, LARSON_WORKLOADS, strict=True):
        assert mine == pytest.approx(exact, rel=0.01)


def _blocked(lines: int, erlangs: float, count: int, seed: int) -> list[Answer]:
    rng = np.random.default_rng(seed)
    instants, handling = _arrivals(rng, erlangs, count), _handling(rng, count)
    shift = Shift(FixedStations(((0,),) * lines, (0,) * count), lost_when_busy=True)
    everybody = tuple(range(lines))
    return [
        shift.answer(number, Report(instant, 0, took, everybody))
        for number, (instant, took) in enumerate(zip(instants, handling, strict=True))
    ]


def erlang_b(lines: int, erlangs: float) -> float:
    """Erlang's loss formula, by its recursion."""
    blocking = 1.0
    for n in range(1, lines + 1):
        blocking = erlangs * blocking / (n + erlangs * blocking)
    return blocking


@pytest.mark.parametrize(("lines", "erlangs", "blocking"), [(1, 1.0, 0.5), (2, 1.0, 0.2), (15, 8.108, 0.01)])
def test_alike_units_that_lose_what_they_cannot_take_lose_what_erlang_says(
    lines: int, erlangs: float, blocking: float
) -> None:
    assert erlang_b(lines, erlangs) == pytest.approx(blocking, abs=5e-6)
    count, batch = 100_000, 500
    lost = np.array([answer.seconds >= NEVER for answer in _blocked(lines, erlangs, count, 3)]).astype(np.int64)
    by_batch = lost.reshape(-1, batch).sum(axis=1)
    found = ratio(by_batch, np.full(count // batch, batch))
    assert found.low <= blocking <= found.high
    assert found.high - found.low < 0.02


@pytest.mark.real
def test_the_table_at_hand_says_the_same_as_the_tests() -> None:
    tables = json.loads((need_bench("erlang") / "expected.json").read_text(encoding="utf-8"))["ErlangB"]
    assert (tables[0]["lines"], tables[0]["erlangs"], tables[0]["blocking"]) == (15, 8.108, 0.01)
    assert (tables[1]["B(1,1)"], tables[1]["B(A=1,2)"]) == (0.5, 0.2)
    published = json.loads((need_bench("hypercube") / "expected.json").read_text(encoding="utf-8"))["published"]
    assert tuple(published["rho_exact"]) == LARSON_WORKLOADS


def test_a_report_waits_for_whoever_is_done_first() -> None:
    shift = Shift(FixedStations(((5,), (7,)), (0, 0, 0)))
    assert shift.answer(0, Report(0, 0, 100, (0, 1))) == Answer(5, (0,), waited=False, broken_off=())
    assert shift.answer(1, Report(1, 0, 30, (0, 1))) == Answer(7, (1,), waited=False, broken_off=())
    # unit 1 is done at 38, unit 0 at 105
    assert shift.answer(2, Report(10, 0, 30, (0, 1))) == Answer(28 + 7, (1,), waited=True, broken_off=())


def test_where_two_must_come_both_are_held() -> None:
    shift = Shift(FixedStations(((5,), (7,), (9,)), (0, 0)))
    assert shift.answer(0, Report(0, 0, 100, (0,), (0, 1, 2))).officers == (0, 1)
    later = shift.answer(1, Report(1, 0, 10, (1,), (0, 1, 2)))
    # unit 1 leads once it is done at 107; unit 2 is free
    assert (later.officers, later.seconds) == ((2, 1), 106 + 7)


def test_a_report_that_nobody_may_answer_is_lost() -> None:
    assert Shift(FixedStations((), (0,))).answer(0, Report(0, 0, 10, ())).seconds == NEVER


def test_erlangs_recursion_is_his_sum() -> None:
    total = sum(8.0**n / math.factorial(n) for n in range(16))
    assert erlang_b(15, 8.0) == pytest.approx(8.0**15 / math.factorial(15) / total)
