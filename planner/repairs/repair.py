"""A repair of a gap in the two-hour promise: what changes, what it costs, what it mends and what it makes worse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from geo.text import Text
from planner.response_report import CoverageGap
from planner.week import WeeklyPlan, WeeklyProblem


class Kind(StrEnum):
    """Kinds of change, as a leader knows them."""

    BREAKABLE = "breakable"
    MOVE = "move"
    BREAK = "break"
    OFFICER = "officer"
    VISIT = "visit"
    STAND_BY = "stand_by"
    DUTY = "duty"
    LEAVE = "leave"
    B_POST = "b_post"


KIND_WORDS: Mapping[Kind, Text] = {
    Kind.BREAKABLE: Text("任务改为可中断", "make an inspection breakable"),
    Kind.MOVE: Text("调整先后或开始时刻", "reorder stops or move a start"),
    Kind.BREAK: Text("错开休息", "stagger breaks"),
    Kind.OFFICER: Text("换人", "swap an officer"),
    Kind.VISIT: Text("换一组或换时间做", "swap a visit"),
    Kind.STAND_BY: Text("派人到外面待命", "a stand-by point"),
    Kind.DUTY: Text("换班或延长当班", "swap or lengthen duty"),
    Kind.LEAVE: Text("请假换一天", "swap leave"),
    Kind.B_POST: Text("增设 B 岗", "an extra B post"),
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A change that may mend a gap, not yet proven.

    Attributes
    ----------
    key
        What it is, apart from the gap it is meant for: the same change is judged and checked once.
    text
        The change in words.
    """

    kind: Kind
    key: tuple[object, ...]
    text: Text
    problem: WeeklyProblem
    plan: WeeklyPlan


@dataclass(frozen=True, slots=True)
class Price:
    """What a change costs, by term; negative figures are saved.

    Attributes
    ----------
    metres
        More driving.
    overtime
        More seconds on duty, over everybody.
    assignments
        Visits, breaks, stand-bys, officers' shifts, days of leave, posts and ways of working that change.
    terms
        What the plan costs more, by term of `planner.objective`; those that stay are left out.
    asked
        Prices of the changes themselves (`PricePolicy`, `RepairPolicy`), seconds of driving.
    """

    metres: int
    overtime: int
    assignments: int
    terms: Mapping[str, int]
    asked: int

    @property
    def objective(self) -> int:
        """What the plan costs more, in seconds of driving."""
        return sum(self.terms.values())

    @property
    def total(self) -> int:
        """Seconds of driving by which repairs are ordered: what a plan saves by being late less often is no saving."""
        return sum(cost for term, cost in self.terms.items() if term != "late") + self.overtime + self.asked


@dataclass(frozen=True, slots=True)
class Worse:
    """A community that a change makes worse: seconds late in the week, and the slowest arrival, before and after."""

    community_id: str
    late: tuple[int, int]
    slowest: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Repair:
    """A proven repair.

    The changed plan breaks no hard rule that it did not break before, the exact check of all of it finds the gap gone
    (or, where not `whole`, at most half of it left), the community late at no other time than before, and the squad
    late for fewer seconds in all.

    Attributes
    ----------
    problem, plan
        The week and the plan with the change.
    mends
        The gaps that are gone, the one asked about among them where `whole`.
    left
        Seconds that are left of the gap asked about.
    late
        Seconds of all gaps of all communities, before and after.
    """

    kind: Kind
    text: Text
    problem: WeeklyProblem
    plan: WeeklyPlan
    price: Price
    mends: tuple[CoverageGap, ...]
    left: int
    late: tuple[int, int]
    worse: tuple[Worse, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing is left of the gap."""
        return self.left == 0


@dataclass(frozen=True, slots=True)
class Mending:
    """What can be done about one gap.

    Attributes
    ----------
    ways
        Those that mend all of it before those that leave at most half, the cheapest first.
    tried
        How many changes of each kind were thought of; of a kind that has a way, dearer ones were not looked at.
    stopped
        Whether the work limit left some untried.
    """

    gap: CoverageGap
    ways: tuple[Repair, ...]
    tried: Mapping[Kind, int]
    stopped: bool
