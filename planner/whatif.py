"""What if: the week planned again with something otherwise, with each officer away in turn, and up to where it breaks.

A plan is a plan: what it places is proof that it can be placed. That something must be missed counts as proven only
where the solver's bound on the number of missed mandatory visits says so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from geo.text import Text
from planner.changes import Change, WithoutOfficer, changed, posts_of, say
from planner.planning import Progress, plan_week
from planner.rules import judge
from planner.solver.columns import all_columns
from planner.solver.crowding import crowding_cuts
from planner.solver.master import Master
from planner.week import WeeklyPlan, WeeklyProblem


@dataclass(frozen=True, slots=True)
class Search:
    """How each week is planned: seed and work limit (deterministic seconds), whom to tell, and whether to stop."""

    seed: int = 0
    time_limit: float = 6.0
    progress: Callable[[Progress], None] = lambda _: None
    stop: Callable[[], bool] = lambda: False

    def about(self, what: Text) -> Search:
        """Return the same search that says what it is about."""

        def tell(progress: Progress) -> None:
            stage = Text(f"{what.zh}:{progress.stage.zh}", f"{what.en}: {progress.stage.en}")
            self.progress(replace(progress, stage=stage))

        return replace(self, progress=tell)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A week as it would be, and its plan."""

    problem: WeeklyProblem
    plan: WeeklyPlan

    @property
    def missed(self) -> tuple[str, ...]:
        """Ids of the mandatory visits left out."""
        return tuple(item.visit_id for item in self.plan.missed)

    @property
    def placed(self) -> int:
        """How many mandatory visits are made."""
        return sum(visit.mandatory for visit in self.problem.visits) - len(self.missed)

    @property
    def sound(self) -> bool:
        """Whether all mandatory work is placed and every hard rule kept."""
        return not any(rule.hard for rule in judge(self.problem, self.plan))


def plan_changed(
    problem: WeeklyProblem, changes: Sequence[Change], search: Search, *, explained: bool = True
) -> Outcome:
    """Return the week after some changes, planned; `explained` as for `planner.planning.plan_week`."""
    after = changed(problem, changes)
    plan = plan_week(
        after,
        seed=search.seed,
        time_limit=search.time_limit,
        progress=search.progress,
        stop=search.stop,
        explained=explained,
    )
    return Outcome(after, plan)


@dataclass(frozen=True, slots=True)
class Loss:
    """The week without one officer.

    Attributes
    ----------
    missed
        Mandatory visits left out that are made while the officer is there.
    proven
        How many mandatory visits every plan without the officer misses at least.
    without_a, without_b
        Communities whose A, or B, officer this is.
    without_both
        Those of them whose other post is vacant or has no shift this week either.
    dearer
        What the plan costs more, in seconds of driving.
    """

    officer_id: str
    outcome: Outcome
    missed: tuple[str, ...]
    proven: int
    without_a: tuple[str, ...]
    without_b: tuple[str, ...]
    without_both: tuple[str, ...]
    dearer: int

    @property
    def critical(self) -> bool:
        """Whether mandatory work is left out for want of this officer."""
        return bool(self.missed)


def without_each(problem: WeeklyProblem, base: WeeklyPlan, search: Search) -> tuple[Loss, ...]:
    """Return the week without each certified officer in turn, the one hardest to do without first.

    Stopped early, it returns those it came to.
    """
    losses: list[Loss] = []
    for officer in (officer for officer in problem.officers.values() if officer.certified):
        change = WithoutOfficer(officer.id)
        outcome = plan_changed(problem, [change], search.about(say(problem, change)))
        if search.stop():
            break
        losses.append(_loss(problem, base, officer.id, outcome, search))
    losses.sort(key=lambda loss: (-len(loss.missed), -len(loss.without_both), -loss.dearer, loss.officer_id))
    return tuple(losses)


def _loss(problem: WeeklyProblem, base: WeeklyPlan, officer_id: str, outcome: Outcome, search: Search) -> Loss:
    before = {item.visit_id for item in base.missed}
    missed = tuple(visit for visit in outcome.missed if visit not in before)
    a_posts, b_posts = posts_of(problem, officer_id)
    on_duty = {shift.officer_id for shift in outcome.problem.shifts}
    places = (problem.communities[key] for key in (*a_posts, *b_posts))
    return Loss(
        officer_id,
        outcome,
        missed,
        must_miss(outcome.problem, search) if missed else 0,
        a_posts,
        b_posts,
        tuple(place.id for place in places if not {place.a_officer, place.b_officer} & on_duty),
        outcome.plan.objective.total - base.objective.total,
    )


def must_miss(problem: WeeklyProblem, search: Search) -> int:
    """Return how many mandatory visits every plan of the week misses at least, as far as the work limit proves it."""
    columns = all_columns(problem, search.stop)
    if search.stop():
        return 0
    master = Master(problem, columns, search.stop)
    master.add(crowding_cuts(problem, master.columns))
    return master.fewest_missed(seed=search.seed, work=search.time_limit)


@dataclass(frozen=True, slots=True)
class Probe:
    """One week on the way to the answer: `works` where a plan was found that places everything and breaks no rule.

    Attributes
    ----------
    proven
        How many mandatory visits are proven to be missed whatever the plan.
    """

    count: int
    works: bool
    proven: int


@dataclass(frozen=True, slots=True)
class BreakEven:
    """How far it goes.

    Attributes
    ----------
    most
        The largest count for which a plan was found that misses nothing; None where the week as it is misses something.
    fails
        The smallest count proven to miss something; None where none is.
    ceiling
        No more than this was asked.
    stopped
        Asked to stop before the answer was found.
    """

    most: int | None
    fails: int | None
    ceiling: int
    probes: tuple[Probe, ...]
    stopped: bool = False

    @property
    def proven(self) -> bool:
        """Whether one more is proven to be too many."""
        return self.fails is not None and self.fails == (0 if self.most is None else self.most + 1)


def break_even(
    problem: WeeklyProblem, changes: Callable[[int], Sequence[Change]], ceiling: int, search: Search
) -> BreakEven:
    """Return how many changes of a kind the week bears before something mandatory is missed.

    Doubling, then bisecting: each week holds all work, or lacks all people, of those before it.

    Parameters
    ----------
    changes
        The first n of them.
    """
    probes: list[Probe] = []

    def works(count: int) -> bool:
        if search.stop():
            return False
        probes.append(_probe(problem, count, changes(count), search))
        return probes[-1].works

    good, bad = -1, 0
    while bad <= ceiling and works(bad):
        good, bad = bad, min(2 * bad, ceiling) if 0 < bad < ceiling else bad + 1
    while bad - good > 1 and not search.stop():
        middle = (good + bad) // 2
        good, bad = (middle, bad) if works(middle) else (good, middle)
    fails = min((probe.count for probe in probes if probe.proven), default=None)
    return BreakEven(None if good < 0 else good, fails, ceiling, tuple(probes), stopped=search.stop())


def _probe(problem: WeeklyProblem, count: int, changes: Sequence[Change], search: Search) -> Probe:
    """Plan one week, only until a plan misses nothing; prove that there is none where none was found."""
    search = search.about(Text(f"试 {count}", f"Trying {count}"))
    found: list[Progress] = []

    def tell(progress: Progress) -> None:
        search.progress(progress)
        if progress.missed == 0:
            found.append(progress)

    hurried = replace(search, progress=tell, stop=lambda: bool(found) or search.stop())
    outcome = plan_changed(problem, changes, hurried, explained=False)
    works = outcome.sound
    return Probe(count, works, 0 if works else must_miss(outcome.problem, search))
