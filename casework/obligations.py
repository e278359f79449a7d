"""What is due: from a community's phase, the squad's rules and its open violations to a week's obligations.

Each obligation carries the sentence of the rule that it comes from, so that a leader can trace every visit of the plan.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from casework.calendar import is_working_day, shift_working_days
from casework.obligation import Obligation, VisitKind
from casework.violation import CATALOGUE, Violation
from geo.community import Community, Phase
from geo.text import Text

OVERDUE_WORKING_DAYS = 2
TOGETHER = 4
"""Most violations re-checked in one visit: those of one community that fall due alike are looked at by one crew."""


@dataclass(frozen=True, slots=True)
class DueRules:
    """The part of the squad's policy that decides what is due.

    Attributes
    ----------
    joint_per_week
        Joint inspections owed each week of the renovation peak where the community names no number of its own.
    min_days_apart
        Least number of days between two of them (2: Monday, then Wednesday).
    recheck_after_days
        Days after handling on which a violation is re-checked.
    recheck_tolerance
        Working days by which the re-check may come early or late.
    durations
        Seconds of service by kind of visit.
    """

    joint_per_week: int
    min_days_apart: int
    routine_per_week: int
    recheck_after_days: int
    recheck_tolerance: int
    durations: Mapping[VisitKind, int]


@dataclass(frozen=True, slots=True)
class _Week:
    """The planned week with the squad's own corrections of the calendar."""

    monday: date
    day_on: Collection[date]
    day_off: Collection[date]

    @property
    def days(self) -> tuple[date, ...]:
        return tuple(self.monday + timedelta(days=i) for i in range(7))

    @property
    def working(self) -> tuple[date, ...]:
        """Its working days; all seven where the whole week is a holiday, because what is due stays due."""
        found = tuple(day for day in self.days if is_working_day(day, self.day_on, self.day_off))
        return found or self.days

    def shift(self, day: date, n: int) -> date:
        return shift_working_days(day, n, self.day_on, self.day_off)


def due(
    communities: Iterable[Community],
    violations: Iterable[Violation],
    monday: date,
    rules: DueRules,
    *,
    day_on: Collection[date] = (),
    day_off: Collection[date] = (),
) -> tuple[Obligation, ...]:
    """Return every obligation of the week that begins on `monday`, community by community.

    Parameters
    ----------
    violations
        Those outside every boundary (`community_id` is None) owe no re-check: nobody is responsible for the place.
    day_on, day_off
        The squad's own make-up working days and rest days.
    """
    week = _Week(monday, day_on, day_off)
    recorded: dict[str, list[Violation]] = {}
    for violation in violations:
        if violation.community_id is not None:
            recorded.setdefault(violation.community_id, []).append(violation)
    found: list[Obligation] = []
    for community in communities:
        if community.phase is Phase.CLOSED:
            continue
        found += _by_phase(community, week, rules)
        found += _rechecks(community, recorded.get(community.id, ()), week, rules)
    return tuple(found)


def _by_phase(community: Community, week: _Week, rules: DueRules) -> Iterator[Obligation]:
    if community.phase is Phase.PEAK:
        yield from _joint(community, week, rules)
        yield from _stationing(community, week, rules)
    elif community.phase is Phase.ROUTINE:
        yield from _routine(community, week, rules)
    elif community.phase is Phase.PRE_DELIVERY:
        yield _pre_delivery(community, week, rules)


def _joint(community: Community, week: _Week, rules: DueRules) -> Iterator[Obligation]:
    count = rules.joint_per_week if community.joint_per_week is None else community.joint_per_week
    if count < 1:
        return
    apart = rules.min_days_apart
    yield Obligation(
        id=f"joint-{community.id}",
        community_id=community.id,
        kind=VisitKind.JOINT,
        count=count,
        days=week.days,
        duration=rules.durations[VisitKind.JOINT],
        rule=Text(
            f"集中装修期每周联合检查 {count} 次,两次至少相隔 {apart} 天",
            f"Renovation peak: {count} joint inspections a week, at least {apart} days apart",
        ),
        min_days_apart=apart,
    )


def _stationing(community: Community, week: _Week, rules: DueRules) -> Iterator[Obligation]:
    if community.stationing_days < 1:
        return
    yield Obligation(
        id=f"stationing-{community.id}",
        community_id=community.id,
        kind=VisitKind.STATIONING,
        count=community.stationing_days,
        # renovation noise is banned on rest days, so a crew stationed then would watch closed sites
        days=week.working,
        duration=rules.durations[VisitKind.STATIONING],
        rule=Text(
            f"集中装修期本周驻点 {community.stationing_days} 天,排在工作日(全周休息时不限)",
            f"Renovation peak: stationed there on {community.stationing_days} day(s) this week, working days if any",
        ),
        min_days_apart=1,
    )


def _routine(community: Community, week: _Week, rules: DueRules) -> Iterator[Obligation]:
    if rules.routine_per_week < 1:
        return
    yield Obligation(
        id=f"routine-{community.id}",
        community_id=community.id,
        kind=VisitKind.ROUTINE,
        count=rules.routine_per_week,
        days=week.days,
        duration=rules.durations[VisitKind.ROUTINE],
        rule=Text(
            f"常态阶段每周走访 {rules.routine_per_week} 次",
            f"Everyday phase: {rules.routine_per_week} routine visit(s) a week",
        ),
        min_days_apart=1,
    )


def _pre_delivery(community: Community, week: _Week, rules: DueRules) -> Obligation:
    handover = community.delivery_date
    before = tuple(day for day in week.days if handover is None or day < handover)
    return Obligation(
        id=f"pre_delivery-{community.id}",
        community_id=community.id,
        kind=VisitKind.PRE_DELIVERY,
        count=1,
        days=before or week.days,
        duration=rules.durations[VisitKind.PRE_DELIVERY],
        rule=Text(
            "交付前每周与物业、开发商、房管共商一次,明确违法判定标准",
            "Before delivery: one meeting a week with property company, developer and housing office "
            "to settle what each violation is judged by",
        ),
        checklist=tuple(
            Text(f"{row.name.zh}:{row.standard.zh}", f"{row.name.en}: {row.standard.en}") for row in CATALOGUE.values()
        ),
    )


def _rechecks(
    community: Community, violations: Iterable[Violation], week: _Week, rules: DueRules
) -> Iterator[Obligation]:
    waiting: dict[date | None, list[tuple[date, Violation]]] = {}
    for violation in violations:
        if violation.handled_on is None or violation.rechecked_on is not None:
            continue
        day = violation.handled_on + timedelta(days=rules.recheck_after_days)
        if day > week.days[-1]:
            continue
        overdue = not _around(day, week, rules.recheck_tolerance)
        waiting.setdefault(None if overdue else day, []).append((day, violation))
    for alike in waiting.values():
        alike.sort(key=lambda pair: (pair[0], pair[1].id))
        for first in range(0, len(alike), TOGETHER):
            yield _recheck(community, alike[first : first + TOGETHER], week, rules)


def _recheck(community: Community, found: Sequence[tuple[date, Violation]], week: _Week, rules: DueRules) -> Obligation:
    """Return one visit to violations of one community that fall due alike, the one due first in front."""
    day, first = found[0]
    within = _around(day, week, rules.recheck_tolerance)
    return Obligation(
        id=f"recheck-{community.id}-{first.id}",
        community_id=community.id,
        kind=VisitKind.RECHECK,
        count=1,
        days=within or week.working[:OVERDUE_WORKING_DAYS],
        duration=rules.durations[VisitKind.RECHECK] * len(found),
        rule=_recheck_rule(day, rules, overdue=not within),
        due=day,
        violation_ids=tuple(violation.id for _, violation in found),
    )


def _around(day: date, week: _Week, tolerance: int) -> tuple[date, ...]:
    """Return the days of the week on which a re-check due on `day` is in time; none where it is overdue."""
    first, last = week.shift(day, -tolerance), week.shift(day, tolerance)
    return tuple(each for each in week.days if first <= each <= last)


def _recheck_rule(day: date, rules: DueRules, *, overdue: bool) -> Text:
    after, give = rules.recheck_after_days, rules.recheck_tolerance
    if overdue:
        return Text(
            f"处置后第 {after} 天复查,应于 {day} 完成,已逾期:本周前 {OVERDUE_WORKING_DAYS} 个工作日内补做",
            f"Re-check {after} days after handling was due on {day} and is overdue: "
            f"to be made up on the week's first {OVERDUE_WORKING_DAYS} working days",
        )
    return Text(
        f"处置后第 {after} 天({day:%m-%d})复查,前后可差 {give} 个工作日",
        f"Re-check {after} days after handling ({day:%m-%d}), give or take {give} working day(s)",
    )
