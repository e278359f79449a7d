"""What became of a planned visit: officers' own words from the spot, each with its time, added up.

A visit that nobody spoke of is taken to be made as planned; from the first word on only what was said counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from casework.errors import WrongTimeError
from geo.text import Text

AHEAD = timedelta(minutes=5)
"""By so much may a telephone's clock be fast."""

AFTER = timedelta(days=1)
"""By so much may what is said of a week's visits lie behind the week."""


class Said(StrEnum):
    """What an officer can say of a visit."""

    ARRIVED = "arrived"
    FINISHED = "finished"
    FOUND = "found"
    RECHECKED = "rechecked"
    COULD_NOT = "could_not"


SAID_NAMES: Mapping[Said, Text] = {
    Said.ARRIVED: Text("已到场", "Arrived"),
    Said.FINISHED: Text("已完成", "Finished"),
    Said.FOUND: Text("发现问题", "Found something"),
    Said.RECHECKED: Text("已复查", "Re-checked"),
    Said.COULD_NOT: Text("未能进行", "Could not be made"),
}


class VisitState(StrEnum):
    """Where a visit stands by what was said of it."""

    PLANNED = "planned"
    UNDER_WAY = "under_way"
    DONE = "done"
    NOT_DONE = "not_done"


VISIT_STATES: Mapping[VisitState, Text] = {
    VisitState.PLANNED: Text("按计划", "Planned"),
    VisitState.UNDER_WAY: Text("进行中", "Under way"),
    VisitState.DONE: Text("已完成", "Done"),
    VisitState.NOT_DONE: Text("未能进行", "Not made"),
}

LEADS_TO: Mapping[Said, VisitState] = {
    Said.ARRIVED: VisitState.UNDER_WAY,
    Said.FINISHED: VisitState.DONE,
    Said.COULD_NOT: VisitState.NOT_DONE,
}
"""Of these the last one said counts; a finding says no more than that somebody was there."""


@dataclass(frozen=True, slots=True)
class VisitAct:
    """One thing that an officer said of a visit.

    Attributes
    ----------
    at
        When it happened, aware; not when it reached the squad.
    files
        Hashes of the photographs that go with it.
    """

    visit_id: str
    officer_id: str
    said: Said
    at: datetime
    note: str = ""
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VisitRecord:
    """What the acts of one visit add up to.

    Attributes
    ----------
    arrived_at
        When the first of the crew was there.
    reason
        Why it could not be made; empty where it was.
    found
        How many findings were told.
    officers
        Who spoke, in order.
    """

    state: VisitState = VisitState.PLANNED
    arrived_at: datetime | None = None
    finished_at: datetime | None = None
    last_at: datetime | None = None
    reason: str = ""
    found: int = 0
    officers: tuple[str, ...] = ()
    note: str = ""
    files: tuple[str, ...] = ()

    def made(self, planned_end: datetime, now: datetime) -> bool:
        """Return whether the visit counts as made: finished, or nobody took back what was planned until then."""
        if self.state is VisitState.DONE:
            return True
        return self.state in {VisitState.PLANNED, VisitState.UNDER_WAY} and planned_end <= now


def visit_record(acts: Iterable[VisitAct]) -> VisitRecord:
    """Return what acts of one visit, in any order, add up to."""
    told = sorted(acts, key=lambda act: act.at)
    if not told:
        return VisitRecord()
    turning = [act for act in told if act.said in LEADS_TO]
    state = LEADS_TO[turning[-1].said] if turning else VisitState.UNDER_WAY
    there = [act.at for act in told if act.said is not Said.COULD_NOT]
    return VisitRecord(
        state=state,
        arrived_at=there[0] if there else None,
        finished_at=turning[-1].at if state is VisitState.DONE else None,
        last_at=told[-1].at,
        reason=turning[-1].note if state is VisitState.NOT_DONE else "",
        found=sum(act.said is Said.FOUND for act in told),
        officers=tuple(dict.fromkeys(act.officer_id for act in told)),
        note=" ".join(act.note for act in told if act.note and act.said is Said.FINISHED),
        files=tuple(dict.fromkeys(name for act in told for name in act.files)),
    )


def require_time(at: datetime, begins: datetime, ends: datetime, now: datetime) -> None:
    """Raise `WrongTimeError` where something cannot have happened at a time.

    Parameters
    ----------
    begins, ends
        The week that the visit belongs to.
    """
    if at > now + AHEAD:
        raise WrongTimeError(Text("时间在将来,请核对手机时钟", "The time lies ahead: check the telephone's clock"))
    if not begins <= at < ends + AFTER:
        raise WrongTimeError(
            Text(
                f"时间({at:%Y-%m-%d %H:%M})不在这次勤务的那一周,请核对手机时钟",
                f"The time ({at:%Y-%m-%d %H:%M}) is not of the visit's week: check the telephone's clock",
            )
        )
