"""Invent the visits that a squad made in the four weeks before the planned one, with the habits it has fallen into."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from geo.community import Community, Phase
from planner.officer import Shift
from planner.past import WEEKS_BACK, PastVisit

PER_WEEK = {Phase.PEAK: 2, Phase.ROUTINE: 1}
KEPT_DAY, QUARTER = 0.75, 900
"""How often a visit falls on its usual day; begins lie on quarters of an hour around the usual time."""

_USUAL = {"early": (8.5, 10.75), "middle": (14.0, 16.75)}


@dataclass(frozen=True, slots=True)
class _Habit:
    community: Community
    weekday: int
    band_id: str
    begin: int


def past_visits(
    communities: Sequence[Community], shifts: Sequence[Shift], monday: date, rng: Random
) -> tuple[PastVisit, ...]:
    """Return the visits of the weeks before `monday`, led by the A or B officer who is on duty on such a day.

    Parameters
    ----------
    shifts
        Those of the planned week say who is on which band on which weekday; a roster like this repeats itself.
    """
    usual = [habit for community in communities for habit in _habits(community, rng)]
    found: list[PastVisit] = []
    for weeks in range(WEEKS_BACK, 0, -1):
        for weekday in range(5):
            day = monday - timedelta(weeks=weeks) + timedelta(days=weekday)
            for band_id in _USUAL:
                todays = [h for h in usual if h.band_id == band_id and _falls_on(h, weekday, rng)]
                found += _made(todays, _crews(shifts, monday + timedelta(days=weekday), band_id, rng), day, rng)
    return tuple(sorted(found, key=lambda visit: (visit.day, visit.begin, visit.community_id)))


def _habits(community: Community, rng: Random) -> Iterator[_Habit]:
    count = PER_WEEK.get(community.phase, 0)
    first = rng.randrange(5)
    for k in range(count):
        band_id = rng.choice(tuple(_USUAL))
        earliest, latest = _USUAL[band_id]
        yield _Habit(community, (first + 2 * k) % 5, band_id, round(rng.uniform(earliest, latest) * 4) * QUARTER)


def _falls_on(habit: _Habit, weekday: int, rng: Random) -> bool:
    """Return whether a visit is made on this day: mostly on its usual one, now and then on the next."""
    usual = rng.random() < KEPT_DAY
    return weekday == (habit.weekday if usual else (habit.weekday + 1) % 5)


def _crews(shifts: Sequence[Shift], day: date, band_id: str, rng: Random) -> list[tuple[str, ...]]:
    """Put those on duty together two by two; one left over goes with the last two."""
    on_duty = sorted({shift.officer_id for shift in shifts if (shift.day, shift.band_id) == (day, band_id)})
    rng.shuffle(on_duty)
    crews = [tuple(on_duty[k : k + 2]) for k in range(0, len(on_duty) - 1, 2)]
    return [*crews[:-1], (*crews[-1], on_duty[-1])] if len(on_duty) % 2 and crews else crews


def _made(todays: Sequence[_Habit], crews: Sequence[tuple[str, ...]], day: date, rng: Random) -> Iterator[PastVisit]:
    for habit in todays:
        posts = habit.community.a_officer, habit.community.b_officer
        crew = next((crew for crew in crews if set(posts) & set(crew)), None)
        if crew is not None:
            lead = next(officer for officer in posts if officer in crew)
            begin = habit.begin + rng.choice((-1, 0, 0, 0, 1)) * QUARTER
            others = tuple(officer for officer in crew if officer != lead)
            yield PastVisit(day, begin, habit.community.id, (lead, *others), habit.band_id)
