"""Matters: a case that goes on, with the cases merged into it, so that who told of it and how often is not lost."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from casework.case import Case, Channel, Outcome, Stage

COMPLAINTS = frozenset({Channel.PUBLIC, Channel.PLATFORM})
"""Residents, directly or through a platform."""

OURS = frozenset({Channel.OFFICER, Channel.LEADER})
"""The squad itself."""

NOT_OURS_TO_MEND = frozenset({Outcome.UNFOUNDED, Outcome.TRANSFERRED})


@dataclass(frozen=True, slots=True)
class Matter:
    """One case and the cases merged into it, the one told first in front.

    Attributes
    ----------
    case
        The one that goes on.
    told
        All of them, in the order in which they were reported.
    """

    case: Case
    told: tuple[Case, ...]

    @property
    def first_from(self) -> Channel:
        """Who made it known."""
        return self.told[0].report.channel

    @property
    def complaints(self) -> tuple[Case, ...]:
        """Those that came from residents, directly or through a platform."""
        return tuple(case for case in self.told if case.report.channel in COMPLAINTS)

    @property
    def founded(self) -> bool:
        """Whether it is a violation, or may yet be: else leaving a case open would make figures look better."""
        return self.case.outcome not in NOT_OURS_TO_MEND

    @property
    def rectified(self) -> bool:
        """Whether it was put right, and no re-check has found otherwise."""
        return self.case.outcome is Outcome.RECTIFIED

    @property
    def confirmed(self) -> bool:
        """Whether somebody on the scene found a violation."""
        return self.founded and (self.rectified or self.case.reopened > 0)


def matters(cases: Iterable[Case]) -> tuple[Matter, ...]:
    """Return the matters that cases are about, in the order in which they were first told.

    A case merged into one that is not among `cases` stands for the matter itself.
    """
    by_id = {case.id: case for case in cases}
    told: dict[str, list[Case]] = {}
    for case in by_id.values():
        told.setdefault(_end(case, by_id).id, []).append(case)
    for each in told.values():
        each.sort(key=lambda case: (case.report.reported_at, case.id))
    found = [Matter(by_id[key], tuple(each)) for key, each in told.items()]
    return tuple(sorted(found, key=lambda matter: (matter.told[0].report.reported_at, matter.case.id)))


def _end(case: Case, by_id: Mapping[str, Case]) -> Case:
    """Return the case that a chain of merged ones leads to."""
    passed = {case.id}
    while case.stage is Stage.MERGED:
        into = by_id.get(case.merged_into or "")
        if into is None or into.id in passed:
            break
        case = into
        passed.add(case.id)
    return case


def ids_of(found: Iterable[Matter]) -> tuple[str, ...]:
    """Return the ids of the cases that go on."""
    return tuple(matter.case.id for matter in found)


def repeated_complaints(found: Iterable[Matter], wave: timedelta, within: timedelta) -> frozenset[str]:
    """Return the ids of complaints that repeat an earlier one, of the same matter or of the same type in the same home.

    Complaints of what was unfounded or another office's repeat nothing.

    Parameters
    ----------
    wave
        Neighbours who complain within this time of one another tell of one event: nobody has had time to mend it.
    within
        A complaint longer after another one than this is of something new.
    """
    alike: dict[Hashable, list[Case]] = {}
    for matter in found:
        for case in matter.complaints if matter.founded else ():
            alike.setdefault(matter.case.id, []).append(case)
            if case.report.building and matter.case.type is not None:
                home = (case.report.community_id, case.report.building, matter.case.type)
                alike.setdefault(home, []).append(case)
    return frozenset(
        later.id
        for complaints in alike.values()
        for later in complaints
        if any(wave < later.report.reported_at - one.report.reported_at <= within for one in complaints)
    )
