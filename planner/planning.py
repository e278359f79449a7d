"""Plan a week: the use case, read like a recipe.

search for a first plan                                      (seconds)
list every patrol that each lead could make in each band
the linear relaxation: which of them are likely               (a bound for the whole problem)
choose among the likely for the least cost, then among more
settle every day's seconds
what a day cannot realise goes back as a cut, and choose again
where the plan alone breaks the two-hour promise, choose again
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from casework.calendar import calendar_notes
from geo.text import Text
from planner.assemble import assemble
from planner.explain import explain_missed
from planner.find_week import find_week, settled
from planner.guarantee import Cell, Promise, broken_promises, charged, promise_cuts, roster_gaps
from planner.objective import price
from planner.pose import Posed, posed
from planner.possible import Columns
from planner.realise import nothing_new, realise
from planner.response_report import CoverageGap
from planner.retiming import Retiming
from planner.rules import judge
from planner.slots import open_slots
from planner.solver.choice import Choice, Cut
from planner.solver.columns import Column, all_columns
from planner.solver.crowding import crowding_cuts
from planner.solver.master import Master
from planner.unplaceable import why_unplaceable
from planner.week import Objective, WeeklyPlan, WeeklyProblem


@dataclass(frozen=True, slots=True)
class Progress:
    """How a planning run stands: cost of the best plan so far (None before the first), bound, and what it is doing.

    Attributes
    ----------
    missed
        How many mandatory visits the best plan so far leaves out.
    """

    best: int | None
    bound: int
    stage: Text
    missed: int | None = None

    @property
    def gap(self) -> float | None:
        """What the best plan may be off the best possible, as a share of its cost."""
        if self.best is None:
            return None
        return max(0.0, 1 - self.bound / self.best) if self.best > 0 else 0.0


REASONS = 0.3
"""So much of the work limit may go, beyond it, into finding why visits are missed and what would mend it …"""

REASONS_AT_LEAST = 2.0
"""… but at least so many deterministic seconds."""

PROPOSALS, SMALL = 20_000, 20
"""Moves that the search tries for each visit, and for how many at least: two seconds for sixty communities …"""

SEARCH_SHARE, FEW = 0.15, 20_000
"""… and no more than such a share of the work limit, but so many moves at least."""

REPAIRING = 4000
"""Moves for each visit where a good week is at hand that a day or two cannot have."""

MOVE, COLUMN, SETTLED_VISIT = 1e-6, 3e-5, 0.005
"""Deterministic seconds of one move, of listing a column and of settling a visit in a round."""

LIKELY, LIKELY_A_VISIT, MORE = 800, 6, 4
"""How many columns are likely, at first and for each visit, and how many times as many next."""

BEGINNING = 0.001
"""Deterministic seconds a column before anything comes of choosing among so many: not begun where work is short."""

LIKELY_SHARE, ROUND_SHARE = 0.4, 0.6
"""So much of the work left may go into one choice among the likely columns, and among all that are left."""

TIGHTEN_SHARE = 0.1
"""So much of the work limit may go into the linear relaxation before each choice."""

TOLERANCE = 0.003
"""Among some of the columns a choice so near the best of them is settled: among more there will be better."""

PROMISE_SHARE = 0.2
"""So much of the work limit is kept for choosing again where the plan breaks the two-hour promise."""

MOVING_SHARE = 0.1
"""So much work, of its own, may go into keeping the promise by beginning stops and breaks at other times."""

LAST_SHARE = 0.05
"""With less of the work limit left than this, another round would not get far."""

CHOOSING = Text("选择班组与路线", "Choosing crews and patrols")
EXPLAINING = Text("查明漏排原因", "Finding why visits are missed")
SETTLING = Text("核定每日时刻", "Settling each day's times")

STOPPED = Text(
    "计算应要求提前停止,这是到那时为止最好的方案", "Stopped early as asked: this is the best plan found by then"
)
NOT_TRIED = Text("计算提前停止,没有排到", "Planning was stopped before it got to this visit")


def plan_week(
    problem: WeeklyProblem,
    *,
    seed: int = 0,
    time_limit: float = 40.0,
    promise: Promise | None = None,
    progress: Callable[[Progress], None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
    explained: bool = True,
) -> WeeklyPlan:
    """Return the cheapest plan found for the week, with a proven bound.

    Parameters
    ----------
    problem
        The week with its visits, people and travel times.
    seed
        Same problem, seed and limit: same plan.
    time_limit
        Work limit in the solver's deterministic seconds, which are close to seconds on one core of an ordinary machine.
    promise
        What the exact two-hour check needs to know of the roads; None leaves to the plan what the roster does not show.
    progress
        Told of every improvement.
    stop
        Asked all the while, from another thread too; once it says yes, the best plan so far is returned in a second.
    explained
        Whether to find out why visits are missed and what would mend it.

    Returns
    -------
    WeeklyPlan
        Always a plan, with what it misses and why; `objective.gap` 0 means proven optimal.
    """
    run = _Run(problem, promise, seed, time_limit, progress, stop)
    run.search()
    columns = all_columns(problem, stop)
    if stop():
        return _stopped(problem, run.best)
    run.prepare(columns)
    if stop():
        return _stopped(problem, run.best)
    run.choose()
    run.keep_promise()
    return run.finish(explained=explained)


@dataclass
class _Run:
    """One planning run: the best plan so far, the bound, and the work that is left."""

    problem: WeeklyProblem
    promise: Promise | None
    seed: int
    time_limit: float
    progress: Callable[[Progress], None]
    stop: Callable[[], bool]
    bound: int = 0
    left: float = field(init=False)
    asked: Posed = field(init=False)
    master: Master = field(init=False)
    choice: Choice = field(init=False)
    best: WeeklyPlan = field(init=False)
    known: Columns = field(init=False, default_factory=Columns)
    roster: tuple[CoverageGap, ...] = field(init=False)

    def search(self) -> None:
        """Find a first plan."""
        self.left = self.time_limit
        self.asked = posed(self.problem)
        self.roster = () if self.promise is None else roster_gaps(self.problem, self.promise)
        each = PROPOSALS // 4 if self.problem.incidents else PROPOSALS  # what was published is a start of its own
        most = max(FEW, int(self.time_limit * SEARCH_SHARE / MOVE))
        self.best = self._charged(self._priced(nothing_new(self.problem)))[0]
        self._search(min(each * max(SMALL, len(self.problem.visits)), most))

    def _search(self, moves: int, start: WeeklyPlan | None = None) -> None:
        found = find_week(self.problem, seed=self.seed, work=moves, stop=self.stop, start=start, asked=self.asked)
        self.left -= moves * MOVE
        if start is not None and self.stop():
            return
        self._offer_lawful(_refilled(self.problem, assemble(self.problem, settled(self.problem, found)), self.stop))

    def _offer_lawful(self, plan: WeeklyPlan) -> None:
        """Take a plan made in haste if it is better and breaks no rule that haste overlooks."""
        broken = {rule.rule for rule in judge(self.problem, plan) if rule.hard}
        if broken <= {"mandatory_work_is_placed"}:
            self._offer(self._charged(self._priced(plan))[0])

    def prepare(self, columns: Sequence[Column]) -> None:
        """Make the master of all columns, and see whether the published week is a better start."""
        self.master = Master(self.problem, columns, self.stop)
        self.left -= COLUMN * len(columns)
        if self.stop():
            return
        self.master.add(crowding_cuts(self.problem, self.master.columns))
        if self.problem.incidents:
            chosen, _ = realise(self.problem, self.master, self.master.greedy(), self.seed, hurried=True)
            self._offer_lawful(assemble(self.problem, chosen))

    def choose(self) -> None:
        """Choose, settle and cut until nothing is cut, the bound is met, or only the promise's share is left.

        Of very many columns only the likeliest are looked at, and more of them once these give nothing new.
        """
        least = self.time_limit * (LAST_SHARE if self.promise is None else PROMISE_SHARE)
        most, first = self._likely(), True
        while (first or self.left > least) and not self.stop():
            first = False
            self._tighten()
            if self.best.objective.total <= self.bound or self.stop():
                break
            whole = self.master.proves(self.best.objective.total, most)
            work = max((self.left - least) * (ROUND_SHARE if whole else LIKELY_SHARE), min(self.left, 1.0), 0.1)
            plan, cuts = self._round(0.0 if whole else TOLERANCE, work, most)
            self.bound = max(self.bound, self.choice.bound)
            if plan is not self.best:
                plan, _ = self._charged(plan)
            self._offer(plan)
            if any(cut.extra <= 0 for cut in cuts):
                self._search(REPAIRING * len(self.problem.visits), plan)
            if self.master.add(cuts):
                continue
            most *= MORE
            if whole or most * BEGINNING > (self.left - least) * LIKELY_SHARE:
                break

    def _likely(self) -> int:
        return max(LIKELY, LIKELY_A_VISIT * len(self.problem.visits))

    def _tighten(self) -> None:
        """Raise the bound by the linear relaxation, and see which columns are likely."""
        if self.master.large:
            ceiling = self.best.objective.total
            low, work = self.master.tighten(self.master.choice_of(self.best), ceiling, self.time_limit * TIGHTEN_SHARE)
            self.bound = max(self.bound, low)
            self.left -= work
            self._tell(CHOOSING)

    def keep_promise(self) -> None:
        """Choose again where the plan alone breaks the two-hour promise; the bound stays what it was without that."""
        if self.stop():
            return
        plan, broken = self._charged(self._uncharged(self.best))
        while broken and self.promise is not None and self.left > self.time_limit * LAST_SHARE and not self.stop():
            learnt = self.master.add_promises(promise_cuts(self.problem, plan, broken, self.master))
            plan, cuts = self._round(0.0, max(self.left * 0.5, 0.1), MORE * self._likely())
            plan, broken = self._charged(plan)
            self._offer(plan)
            if not self.master.add(cuts) + learnt:
                break
        if self.promise is not None and not self.stop():
            work = self.time_limit * MOVING_SHARE
            moving = Retiming(self.problem, self.promise, self._charged_anew, self.seed, work, self.stop)
            self._offer(moving.better(self.best))

    def finish(self, *, explained: bool) -> WeeklyPlan:
        """Return the best plan, with reasons for what it misses."""
        objective = self.best.objective
        best = replace(self.best, objective=replace(objective, bound=min(self.bound, objective.total)))
        if self.stop():
            return _stopped(self.problem, best)
        if not best.missed or not explained:
            return best
        self._tell(EXPLAINING)
        work = max(REASONS_AT_LEAST, self.time_limit * REASONS)
        return explain_missed(self.problem, best, self.master, self.seed, work)

    def _round(self, tolerance: float, work: float, most: int) -> tuple[WeeklyPlan, list[Cut]]:
        """Choose once and settle every day; a choice no cheaper than the best plan gives that."""
        self.choice = self.master.solve(
            seed=self.seed,
            work=work,
            tolerance=tolerance,
            hint=self.master.choice_of(self.best),
            ceiling=self.best.objective.total,
            most=most,
            progress=lambda _, low: self._tell(CHOOSING, low),
        )
        self.left -= self.choice.work
        if self.choice.cost >= self.best.objective.total:
            return self.best, []
        self.left -= SETTLED_VISIT * len(self.problem.visits)
        chosen, cuts = realise(
            self.problem, self.master, self.choice, self.seed, settling=self.known.settle, stop=self.stop
        )
        if self.stop():
            return self.best, []
        return self._priced(_refilled(self.problem, assemble(self.problem, chosen), self.stop)), cuts

    def _offer(self, plan: WeeklyPlan) -> None:
        if plan.objective.total < self.best.objective.total:
            self.best = plan
        self._tell(SETTLING)

    def _charged(self, plan: WeeklyPlan) -> tuple[WeeklyPlan, Mapping[Cell, CoverageGap]]:
        """Return a plan at its price with the gaps in the promise that the exact check finds, and these."""
        if self.promise is None:
            return plan, {}
        broken = broken_promises(self.problem, plan, self.promise, self.roster)
        return charged(self.problem, plan, broken), broken

    def _charged_anew(self, plan: WeeklyPlan) -> tuple[WeeklyPlan, Mapping[Cell, CoverageGap]]:
        return self._charged(self._priced(plan))

    def _uncharged(self, plan: WeeklyPlan) -> WeeklyPlan:
        return replace(plan, objective=replace(plan.objective, terms=price(self.problem, plan)))

    def _priced(self, plan: WeeklyPlan) -> WeeklyPlan:
        return _priced(self.problem, plan, self.bound, self.seed, self.time_limit)

    def _tell(self, stage: Text, low: int = 0) -> None:
        self.progress(Progress(self.best.objective.total, max(low, self.bound), stage, len(self.best.missed)))


def _stopped(problem: WeeklyProblem, plan: WeeklyPlan) -> WeeklyPlan:
    """Return a plan that says it was stopped; what it misses has no reason but what keeps it out of every plan."""
    visits = {visit.id: visit for visit in problem.visits}
    missed = tuple(
        replace(item, reasons=why_unplaceable(visits[item.visit_id], problem) or (NOT_TRIED,)) for item in plan.missed
    )
    return replace(plan, missed=missed, notes=(*plan.notes, STOPPED))


def _refilled(problem: WeeklyProblem, plan: WeeklyPlan, stop: Callable[[], bool]) -> WeeklyPlan:
    """Put what a day had to leave out wherever it still fits, the dearest first."""
    missed = {item.visit_id for item in plan.missed} - {pin.visit_id for pin in problem.pins}
    for visit in sorted(problem.visits, key=lambda visit: (-visit.missed, visit.id)):
        slots = open_slots(problem, plan, visit, most=1) if visit.id in missed and not stop() else ()
        if slots and slots[0].cost < 0 and not any(rule.hard for rule in slots[0].broken):
            plan = slots[0].plan
    return plan


def _priced(problem: WeeklyProblem, plan: WeeklyPlan, bound: int, seed: int, work_limit: float) -> WeeklyPlan:
    objective = Objective(price(problem, plan), bound)
    notes = calendar_notes(problem.week.monday)
    return replace(plan, objective=objective, seed=seed, work_limit=work_limit, notes=notes)
