"""What an officer holds against a record, and what is decided."""

from __future__ import annotations

from dataclasses import replace

import pytest

from casework.contest import CONTEST_NAMES, Contest, ContestState, decided
from casework.errors import WrongStageError, WrongTimeError
from tests.casework.cases import DAY, TOLD

CONTEST = Contest("c1", "o1", "k1", "当日由他人值守", TOLD)


@pytest.mark.parametrize(("upheld", "state"), [(True, ContestState.UPHELD), (False, ContestState.REJECTED)])
def test_a_contest_is_upheld_or_rejected_with_its_reason(upheld: bool, state: ContestState) -> None:
    after = decided(CONTEST, TOLD + DAY, "核实", upheld=upheld)
    assert (after.state, after.decided_at, after.decision) == (state, TOLD + DAY, "核实")
    assert set(CONTEST_NAMES) == set(ContestState)


def test_a_contest_is_decided_once() -> None:
    with pytest.raises(WrongStageError):
        decided(decided(CONTEST, TOLD + DAY, "", upheld=True), TOLD + 2 * DAY, "", upheld=False)


def test_a_decision_before_the_contest_is_refused() -> None:
    with pytest.raises(WrongTimeError):
        decided(CONTEST, TOLD - DAY, "", upheld=True)


def test_what_is_decided_has_its_time_and_what_is_open_has_none() -> None:
    with pytest.raises(ValueError, match="what is open has none"):
        replace(CONTEST, decided_at=TOLD)
    with pytest.raises(ValueError, match="what is decided has its time"):
        replace(CONTEST, state=ContestState.UPHELD)
