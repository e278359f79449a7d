"""The appraisal of officers as it is kept: rules, factors, scores and the records behind them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from casework.contest import Contest
from casework.figures import Count, Interval, Period, Share
from casework.posts import Post, Tenure
from geo.community import Phase
from geo.text import Text

FULL = 100.0
"""Most points of every factor and of the whole."""


class Factor(StrEnum):
    """The three factors of the report."""

    FEEDBACK = "feedback"
    REPEATS = "repeats"
    VIOLATIONS = "violations"


FACTOR_NAMES: Mapping[Factor, Text] = {
    Factor.FEEDBACK: Text("居委书记反馈", "Feedback of the residents' committee"),
    Factor.REPEATS: Text("重复投诉", "Repeated complaints"),
    Factor.VIOLATIONS: Text("居民投诉查出的违法行为", "Violations that residents had to complain of"),
}

STATEMENTS: tuple[Text, ...] = (
    Text(
        "队员、中队巡查自行发现和物业上报的违法行为,一律不扣分;只计居民和平台投诉。",
        "Whatever the squad or a property company finds costs nobody a point: only complaints of residents and "
        "platforms count.",
    ),
    Text(
        "查明不属实或移交其他部门的投诉不计。",
        "Complaints that were unfounded or passed on to another office do not count.",
    ),
    Text(
        "投诉数按所负责小区的户数、阶段和任职天数,与全队同阶段的平均水平相比。",
        "Counts are compared with what the squad's own rate for each phase would bring to so many households and days.",
    ),
    Text(
        "括号内为分数的可能范围;范围重叠(含通过他人相连)的队员并列,不分先后。",
        "In brackets, the points that chance allows; officers whose ranges overlap, or are linked, share a rank.",
    ),
    Text(
        "对任何一条记录都可提出异议;异议成立的记录不再计入本人。",
        "Every record can be contested; one whose contest is upheld no longer counts for that officer.",
    ),
)
"""How it is counted, to be shown with every appraisal."""


@dataclass(frozen=True, slots=True)
class AppraisalRules:
    """How the factors are weighed; all of it a squad's own setting.

    Attributes
    ----------
    posts
        How much of a community's record the holder of each post answers for.
    factors
        Weights of the factors, 1 in all.
    no_points_at
        How many times the expected count leaves no points: at 2, the expected count itself is worth half of them.
    wave_hours
        Complaints of one matter within these hours are one wave, not repeats.
    repeat_days
        Days within which a further complaint is a repeat.
    """

    posts: Mapping[Post, float] = field(default_factory=lambda: {Post.A: 1.0, Post.B: 0.5})
    factors: Mapping[Factor, float] = field(
        default_factory=lambda: {Factor.FEEDBACK: 0.4, Factor.REPEATS: 0.3, Factor.VIOLATIONS: 0.3}
    )
    no_points_at: float = 2.0
    wave_hours: int = 24
    repeat_days: int = 90

    def __post_init__(self) -> None:
        if set(self.posts) != set(Post) or min(self.posts.values()) <= 0 or self.no_points_at <= 0:
            msg = "both posts weigh something, and points run out somewhere"
            raise ValueError(msg)
        weights = self.factors.values()
        if set(self.factors) != set(Factor) or min(weights) < 0 or not math.isclose(math.fsum(weights), 1):
            msg = "the three factors weigh 1 in all"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class Feedback:
    """What the secretary of a residents' committee thinks of an officer's work, 0 to 100 points."""

    id: str
    officer_id: str
    community_id: str
    day: date
    points: float
    note: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.points <= FULL:
            msg = f"feedback {self.id} is not between 0 and 100"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class FactorScore:
    """One factor of one officer.

    Attributes
    ----------
    ids
        The records that it is made of.
    points
        0 to 100; None where there is nothing to go by.
    interval
        Points that the same work might as well have earned: of counts, by chance (95 %); of feedback, the lowest and
        highest given; 0 to 100 where there is nothing to go by.
    observed, expected
        Of counts: records by weight of the post, and how many the squad's own rates would have brought, which is taken
        as known.
    """

    factor: Factor
    ids: tuple[str, ...]
    points: float | None
    interval: Interval
    observed: float = 0.0
    expected: float = 0.0

    @property
    def text(self) -> Text:
        """The figure as it is read."""
        number = len(self.ids)
        if self.points is None:
            return Text("无可比记录,不计分", "nothing to compare with: not scored")
        points = f"{self.points:.0f}({self.interval.low:.0f}–{self.interval.high:.0f})"
        if self.factor is Factor.FEEDBACK:
            return Text(f"{number} 次评分,{points} 分", f"{number} rating(s): {points} points")
        return Text(
            f"{number} 起,按岗位折算 {self.observed:.1f},按户数和阶段预计 {self.expected:.1f},{points} 分",
            f"{number}, by post {self.observed:.1f}; expected by households and phase {self.expected:.1f}: "
            f"{points} points",
        )


@dataclass(frozen=True, slots=True)
class OfficerAppraisal:
    """One officer's period.

    Attributes
    ----------
    tenures
        The posts held in the period.
    repeats
        Repeated complaints among all complaints in those communities, whatever the post.
    on_patrol
        What the squad found there itself: to their credit, and never against them.
    excluded
        Records left out since a contest was upheld.
    score
        Weighted points of the factors that there are; None where there are none.
    interval
        The score if every factor were at the low, or at the high end of what chance allows.
    rank
        1 for the best; officers that chance alone may have set apart share one. None without a score.
    """

    officer_id: str
    tenures: tuple[Tenure, ...]
    factors: tuple[FactorScore, ...]
    repeats: Share
    on_patrol: Count
    excluded: tuple[str, ...]
    contests: tuple[Contest, ...]
    score: float | None
    interval: Interval
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class Appraisal:
    """The appraisal as it was made: everything needed to read it again, and to dispute it, years later.

    Attributes
    ----------
    officers
        By rank; those who share one by id.
    rates
        The squad's own records for each household and day, by factor and phase.
    nobodys
        Records of places and days for which nobody held the A post: they count against nobody.
    """

    period: Period
    made_at: datetime
    rules: AppraisalRules
    officers: tuple[OfficerAppraisal, ...]
    rates: Mapping[Factor, Mapping[Phase, float]]
    nobodys: tuple[str, ...]
