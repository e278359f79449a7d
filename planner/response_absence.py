"""What each officer is worth to the two-hour promise: the check without him, and whom he could never reach in time."""

from __future__ import annotations

from dataclasses import dataclass, replace

from planner.coverage import Coverage, Scenes, Watch, cover_all
from planner.response import Checked
from planner.week import WeeklyProblem


@dataclass(frozen=True, slots=True)
class Absence:
    """The check with one officer answering nothing all week; everybody else does as planned.

    Attributes
    ----------
    worst
        Slowest arrival, seconds; `planner.phases.NEVER` where nobody can come.
    lost
        Share of all communities' duty time that is no longer answered in time, 0 to 1.
    late
        Seconds in a gap, added up over communities.
    communities
        Those with a gap that they do not have with the officer, or a longer one.
    """

    officer_id: str
    worst: int
    lost: float
    late: int
    communities: tuple[str, ...]

    @property
    def critical(self) -> bool:
        """Whether anything is lost without this officer."""
        return bool(self.communities)


def absences(check: Checked) -> tuple[Absence, ...]:
    """Return what each officer's absence would cost, the worst first."""
    found = [_absence(check, number) for number in range(len(check.lines))]
    return tuple(sorted(found, key=lambda one: (-one.late, -one.worst, one.officer_id)))


def unservable(problem: WeeklyProblem, check: Checked) -> tuple[tuple[str, str], ...]:
    """Return (community, officer) of those who answer for a community by post but could never be there in time.

    Whoever has no duty all week is not among them: he is away, not too far away.
    """
    index = {line.officer_id: number for number, line in enumerate(check.lines) if line.duties}
    return tuple(
        (community_id, officer_id)
        for community_id, scenes in check.scenes.items()
        for officer_id in sorted(problem.communities[community_id].answering)
        if officer_id in index and _never_in_time(check, scenes, index[officer_id])
    )


def _never_in_time(check: Checked, scenes: Scenes, officer: int) -> bool:
    watches = tuple(replace(watch, responders=(officer,), company=()) for watch in scenes.watches)
    (alone,) = cover_all(check.curves, [Scenes(scenes.points, watches)], check.terms.limit)
    return alone.watched > 0 and alone.late == alone.watched


def two_deep(check: Checked) -> dict[str, Coverage]:
    """Return by community the check of the second quickest of those who answer: the next report, or a breakdown."""
    return dict(zip(check.scenes, twice(check).covers, strict=True))


def twice(check: Checked) -> Checked:
    """Return the check of a second of those who answer being in time as well."""
    scenes = {
        name: Scenes(one.points, tuple(replace(watch, company=watch.responders) for watch in one.watches))
        for name, one in check.scenes.items()
    }
    return replace(check, scenes=scenes, covers=cover_all(check.curves, tuple(scenes.values()), check.terms.limit))


def _absence(check: Checked, officer: int) -> Absence:
    hit: dict[str, Coverage] = {}
    for community_id, scenes in check.scenes.items():
        if any(officer in watch.team.everybody for watch in scenes.watches):
            without = Scenes(scenes.points, tuple(_without(watch, officer) for watch in scenes.watches))
            (hit[community_id],) = cover_all(check.curves, [without], check.terms.limit)
    before = dict(zip(check.scenes, check.covers, strict=True))
    after = before | hit
    watched = sum(cover.watched for cover in after.values())
    late = sum(cover.late for cover in after.values())
    lost = late - sum(cover.late for cover in before.values())
    return Absence(
        check.lines[officer].officer_id,
        max((cover.peak.seconds for cover in after.values() if cover.peak is not None), default=0),
        lost / watched if watched else 0.0,
        late,
        tuple(name for name, cover in hit.items() if cover.late > before[name].late),
    )


def _without(watch: Watch, officer: int) -> Watch:
    return replace(
        watch,
        responders=tuple(other for other in watch.responders if other != officer),
        company=tuple(other for other in watch.company if other != officer),
    )
