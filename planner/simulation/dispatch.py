"""The dispatcher: reports one after the other, each to whoever can be there first.

The policy, the same for planned weeks and for units at fixed stations:

- Whoever may answer and is not on a case sets off as the two-hour check has it (`Board.free`).
- Whoever is on a case is counted from its end, on from there (`Board.onward`). Who is there first is sent; of equals
  the one listed first, the A officer. A report that nobody can answer at all is lost, and late.
- Where all are on cases, a report so waits for whoever is done first; with the same people for all reports that is a
  queue in order of arrival (with one that is lost instead, `lost_when_busy`, it is Erlang's).
- Where two must come, the second is sent by the same rule, and both are held until the report is dealt with.
- How long a case takes is known once it is over; that it is used to say who is free first is the same as waiting.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from planner.phases import NEVER


@dataclass(frozen=True, slots=True)
class Report:
    """One report: when, at which scene point, seconds to handle, who may answer (best first), who may be second."""

    instant: int
    point: int
    handling: int
    responders: tuple[int, ...]
    company: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """Somebody at a report: there at `arrival`, done at `end`, at scene point `point`."""

    arrival: int
    end: int
    point: int


@dataclass(frozen=True, slots=True)
class Answer:
    """How one report went.

    Attributes
    ----------
    seconds
        From report to arrival, of the second where two must come; `planner.phases.NEVER` where it was lost.
    officers
        Who came, the first of them first; empty where it was lost.
    waited
        Whether all who came were on a case when it came in.
    broken_off
        Visits that were left for it.
    """

    seconds: int
    officers: tuple[int, ...]
    waited: bool
    broken_off: tuple[str, ...]


class Board(Protocol):
    """Where everybody is: as planned (`planner.simulation.on_plan`) or at a fixed station (`FixedStations`)."""

    def free(self, report: int, officer: int) -> int:
        """Return the seconds from report number `report` to arrival of somebody who does as planned."""
        ...

    def onward(self, report: Report, officer: int, case: Case) -> int:
        """Return the seconds to arrival of somebody who is on a case, or was and has not gone back to the plan."""
        ...

    def back_on_plan(self, officer: int, case: Case) -> int:
        """Return the instant from which somebody who dealt with a case does as planned again."""
        ...

    def leaves(self, report: Report, officer: int) -> str | None:
        """Return the visit that somebody leaves for a report, or None."""
        ...


@dataclass(slots=True)
class Shift:
    """Who is on which case, as a week goes on."""

    board: Board
    lost_when_busy: bool = False
    _last: dict[int, Case] = field(default_factory=dict)
    _back: dict[int, int] = field(default_factory=dict)

    def answer(self, number: int, report: Report) -> Answer:
        """Send whoever can be there first to report `number`, which must not come before those answered already."""
        if self.lost_when_busy and all(self._busy(officer, report) for officer in report.responders):
            return Answer(NEVER, (), waited=True, broken_off=())
        first = self._quickest(number, report, report.responders, ())
        if first is None:
            return Answer(NEVER, (), waited=False, broken_off=())
        sent = [first]
        if report.company:
            second = self._quickest(number, report, report.company, (first[1],))
            if second is None:
                return Answer(NEVER, (), waited=False, broken_off=())
            sent.append(second)
        seconds = max(taken for taken, _ in sent)
        waited = all(self._busy(officer, report) for _, officer in sent)
        left = [self.board.leaves(report, officer) for _, officer in sent if not self._away(officer, report)]
        case = Case(report.instant + seconds, report.instant + seconds + report.handling, report.point)
        for _, officer in sent:
            self._last[officer] = case
            self._back[officer] = self.board.back_on_plan(officer, case)
        officers = tuple(officer for _, officer in sorted(sent))
        return Answer(seconds, officers, waited, tuple(dict.fromkeys(visit for visit in left if visit)))

    def _quickest(
        self, number: int, report: Report, officers: Sequence[int], without: Sequence[int]
    ) -> tuple[int, int] | None:
        best: tuple[int, int] | None = None
        for officer in officers:
            if officer in without:
                continue
            if self._away(officer, report):
                seconds = self.board.onward(report, officer, self._last[officer])
            else:
                seconds = self.board.free(number, officer)
            if seconds < NEVER and (best is None or seconds < best[0]):
                best = seconds, officer
        return best

    def _busy(self, officer: int, report: Report) -> bool:
        return officer in self._last and self._last[officer].end > report.instant

    def _away(self, officer: int, report: Report) -> bool:
        return self._back.get(officer, -1) > report.instant


@dataclass(frozen=True, slots=True)
class FixedStations:
    """Units that always wait at their stations, `seconds[unit][point]` away; a case takes its handling time in all."""

    seconds: tuple[tuple[int, ...], ...]
    points: tuple[int, ...]

    def free(self, report: int, officer: int) -> int:
        """Return the seconds from the station."""
        return self.seconds[officer][self.points[report]]

    def onward(self, report: Report, officer: int, case: Case) -> int:
        """Return the seconds until the case is over and from the station then."""
        return max(case.end - report.instant, 0) + self.seconds[officer][report.point]

    def back_on_plan(self, officer: int, case: Case) -> int:  # noqa: ARG002  # every unit alike
        """Return the end of the case: the unit is at its station at once."""
        return case.end

    def leaves(self, report: Report, officer: int) -> str | None:  # noqa: ARG002  # nothing is left for a report
        """Return None: units that wait leave nothing."""
        return None
