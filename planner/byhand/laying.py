"""Lay a crew's stops along its hours: who was there before stays at its seconds unless it must give way.

Nothing is refused here but a drive that no way leads: what comes too late, too early or over the end of the shift is
laid all the same, and counted, so that the order and the break that break least are taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from geo.travel import UNREACHABLE
from planner.policy import MINUTE
from planner.rulebook import Span
from planner.solver.columns import Frame
from planner.tolls import Toll, toll_at, worthwhile_begins
from planner.week import DAY, STATION, Leg, Rest, Stop, WeeklyProblem


@dataclass(frozen=True, slots=True)
class Wanted:
    """A stop to be laid.

    Attributes
    ----------
    stop
        Its visit, place and people; its times are those it had, or none yet.
    length
        Seconds of service; None fills the crew's hours, its break taken there: the crew makes no other stop then.
    windows
        When service may begin.
    at
        When it is to begin if the crew can be there; None as soon as `windows` and tolls make it best.
    held
        A leader has pinned it: whatever gives way, this does not if anything else can.
    fresh
        It is new to the crew, so it gives way to nobody.
    tolls
        What it costs to begin at certain seconds.
    """

    stop: Stop
    length: int | None
    windows: tuple[Span, ...]
    at: int | None = None
    held: bool = False
    fresh: bool = False
    tolls: tuple[Toll, ...] = ()

    def begin(self, ready: int) -> int:
        """Return when service begins if the crew is ready at a second."""
        if self.at is not None and ready <= self.at:
            return self.at
        return ready if (begin := self.next_begin(ready)) is None else begin

    def next_begin(self, moment: int) -> int | None:
        """Return the first second at or after `moment` at which service may begin."""
        return next((max(moment, first) for first, last in self.windows if moment <= last), None)

    def off(self, begin: int) -> int:
        """Return by how many seconds a begin misses the windows; a day where there is none."""
        return min((max(first - begin, begin - last, 0) for first, last in self.windows), default=DAY)


@dataclass(frozen=True, slots=True)
class Laid:
    """Stops with their seconds.

    Attributes
    ----------
    late
        Seconds by which windows, the shift's end and the break's window are overstepped.
    pushed
        How many stops, the break among them, begin at another second than they had.
    cost
        Seconds of driving, with the tolls of begins.
    """

    stops: tuple[Stop, ...]
    legs: tuple[Leg, ...]
    rest: Rest | None
    late: int
    pushed: int
    cost: int


def lay(
    problem: WeeklyProblem,
    frame: Frame,
    others: Sequence[Wanted],
    new: Wanted | None = None,
    rest: Rest | None = None,
    *,
    asked: int | None = None,
) -> Laid | None:
    """Return `others` in their order with `new` among them, or None where no way leads.

    Parameters
    ----------
    rest
        The break as it was: it stays at its seconds where it can.
    asked
        When the leader wants `new` to begin: then that minute comes before everything else.
    """
    orders = [list(others)] if new is None else [[*others[:n], new, *others[n:]] for n in range(len(others) + 1)]
    best: tuple[tuple[int, ...], Laid] | None = None
    for order in orders:
        for laid in _ways(problem, frame, order, rest):
            begin = 0 if new is None else next(s.begin for s in laid.stops if s.visit_id == new.stop.visit_id)
            key = (0 if asked is None else abs(begin - asked) // MINUTE, laid.late, laid.pushed, laid.cost, begin)
            if best is None or key < best[0]:
                best = key, laid
    return None if best is None else best[1]


def _ways(problem: WeeklyProblem, frame: Frame, order: Sequence[Wanted], rest: Rest | None) -> Iterator[Laid]:
    """Yield one order with its break after each of its stops, and its free stops at each begin worth considering."""
    for place in _rest_places(frame, order):
        laid = _laid(problem, frame, order, rest, place)
        if laid is None:
            return
        yield laid
        for n, wanted in enumerate(order):
            if wanted.at is not None or not wanted.tolls:
                continue
            begins = worthwhile_begins(wanted.tolls, laid.stops[n].begin, wanted.next_begin)
            for begin in [begin for begin, _ in begins if begin > laid.stops[n].begin]:
                later = [*order[:n], replace(wanted, at=begin), *order[n + 1 :]]
                if (found := _laid(problem, frame, later, rest, place)) is not None:
                    yield found


def _rest_places(frame: Frame, order: Sequence[Wanted]) -> Iterable[tuple[int, bool] | None]:
    """Return after how many stops the break may come, and whether before the drive on or after it."""
    if frame.rest is None or any(wanted.length is None for wanted in order):
        return (None,)
    return [(n, leaving) for n in range(len(order) + 1) for leaving in (True, False)]


def _laid(
    problem: WeeklyProblem, frame: Frame, order: Sequence[Wanted], rest: Rest | None, place: tuple[int, bool] | None
) -> Laid | None:
    """Go through an order once, as early as everything allows."""
    run = _Run(problem, frame, rest, place)
    for wanted in order:
        if not run.drive_to(wanted.stop.community_id):
            return None
        run.serve(wanted)
    return run.laid() if run.drive_to(STATION) else None


class _Run:
    """A crew's way through its hours, stop by stop."""

    def __init__(self, problem: WeeklyProblem, frame: Frame, rest: Rest | None, place: tuple[int, bool] | None) -> None:
        self.problem, self.frame, self.was, self.place = problem, frame, rest, place
        self.at, self.ready = STATION, frame.start
        self.stops: list[Stop] = []
        self.legs: list[Leg] = []
        self.rest: Rest | None = None
        self.late = self.pushed = self.cost = 0

    def drive_to(self, place: str) -> bool:
        """Drive on, the break before or after the drive where it is its turn; say whether a way leads there."""
        frame, done = self.frame, len(self.stops)
        seconds = self.problem.drive(frame.kind, frame.band_id, self.at, place)
        if seconds >= UNREACHABLE:
            return False
        if self.place == (done, True):
            self._rest()
        metres = self.problem.metres(frame.kind, frame.band_id, self.at, place)
        self.legs.append(Leg(self.at, place, self.ready, self.ready + seconds, metres))
        self.at, self.ready = place, self.ready + seconds
        self.cost += seconds
        if self.place == (done, False):
            self._rest()
        return True

    def _rest(self) -> None:
        if self.frame.rest is None:
            return
        earliest, latest, duration = self.frame.rest
        begin = max(self.ready, earliest)
        if self.was is not None and self.ready <= self.was.begin:
            begin = self.was.begin
        self.pushed += self.was is not None and begin != self.was.begin
        self.late += max(0, begin - latest)
        self.rest = Rest(begin, begin + duration)
        self.ready = begin + duration

    def serve(self, wanted: Wanted) -> None:
        """Make a stop, as soon as it is wanted."""
        begin = wanted.begin(self.ready)
        length = self._until_the_end(begin) if wanted.length is None else wanted.length
        stop = replace(wanted.stop, arrival=self.legs[-1].arrive, begin=begin, end=begin + length)
        moved = wanted.at is not None and begin != wanted.at
        self.pushed += moved and not wanted.fresh
        self.late += wanted.off(begin) if wanted.at is None or moved else 0
        self.late += DAY if moved and wanted.held else 0
        self.cost += toll_at(wanted.tolls, begin)
        self.stops.append(stop)
        self.ready = stop.end

    def _until_the_end(self, begin: int) -> int:
        """Return how long a crew may stay where it is, its break taken there."""
        frame = self.frame
        if frame.rest is not None:
            first = max(begin, frame.rest[0])
            self.rest = Rest(first, first + frame.rest[2])
            self.late += max(0, first - frame.rest[1])
        home = self.problem.drive(frame.kind, frame.band_id, self.at, STATION)
        return max(0, frame.end - home - begin)

    def laid(self) -> Laid:
        """Return the way with the first drive just in time, and what it oversteps."""
        legs = list(self.legs)
        first = self.stops[0].begin
        if self.place == (0, False) and self.rest is not None:
            first = min(first, self.rest.begin)
        drive = legs[0].arrive - legs[0].depart
        legs[0] = replace(legs[0], depart=first - drive, arrive=first)
        stops = (replace(self.stops[0], arrival=first), *self.stops[1:])
        late = self.late + max(0, self.ready - self.frame.end)
        return Laid(stops, tuple(legs), self.rest, late, self.pushed, self.cost)
