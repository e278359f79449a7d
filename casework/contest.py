"""Contests: an officer says that a record should not count, and somebody decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from casework.errors import WrongStageError, WrongTimeError
from geo.text import Text


class ContestState(StrEnum):
    """How a contest stands."""

    OPEN = "open"
    UPHELD = "upheld"
    REJECTED = "rejected"


CONTEST_NAMES: Mapping[ContestState, Text] = {
    ContestState.OPEN: Text("待复核", "Open"),
    ContestState.UPHELD: Text("成立,该记录不计", "Upheld: the record does not count"),
    ContestState.REJECTED: Text("不成立,维持原记录", "Rejected: the record stands"),
}


@dataclass(frozen=True, slots=True)
class Contest:
    """What an officer holds against one record of their appraisal.

    Attributes
    ----------
    record_id
        A case or a feedback.
    decision
        Why it was decided as it was.
    """

    id: str
    officer_id: str
    record_id: str
    note: str
    raised_at: datetime
    state: ContestState = ContestState.OPEN
    decided_at: datetime | None = None
    decision: str = ""

    def __post_init__(self) -> None:
        if (self.state is ContestState.OPEN) != (self.decided_at is None):
            msg = f"contest {self.id}: what is decided has its time, and what is open has none"
            raise ValueError(msg)


def decided(contest: Contest, at: datetime, decision: str, *, upheld: bool) -> Contest:
    """Return a contest after its decision.

    Raises
    ------
    casework.errors.WrongStageError
        Where it was decided before.
    casework.errors.WrongTimeError
        Where the decision lies before the contest.
    """
    if contest.state is not ContestState.OPEN:
        raise WrongStageError(Text("该异议已有复核结论", "This contest has been decided already"))
    if at < contest.raised_at:
        raise WrongTimeError(Text("复核时间早于提出时间", "The decision lies before the contest"))
    state = ContestState.UPHELD if upheld else ContestState.REJECTED
    return replace(contest, state=state, decided_at=at, decision=decision)
