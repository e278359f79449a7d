"""Who answered for which community, when, and in which phase it was: what an appraisal is measured by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from casework.figures import Period
from geo.community import Community, Phase
from geo.text import Text


class Post(StrEnum):
    """The responsible and the assisting post; a further B post assists too."""

    A = "a"
    B = "b"


POST_NAMES: dict[Post, Text] = {Post.A: Text("A 岗", "A post"), Post.B: Text("B 岗", "B post")}


@dataclass(frozen=True, slots=True)
class Tenure:
    """One officer's post in one community, while its phase and number of households stay the same.

    Attributes
    ----------
    households
        0 where nobody knows: then it counts as the mean of those that are known.
    first, last
        Days, both included.
    """

    officer_id: str
    community_id: str
    post: Post
    phase: Phase
    households: int
    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            msg = f"{self.officer_id} cannot leave {self.community_id} before coming"
            raise ValueError(msg)

    def holds(self, day: date) -> bool:
        """Return whether the post was held on a day."""
        return self.first <= day <= self.last

    def days_in(self, period: Period) -> int:
        """Return how many days of a period it was held."""
        return max(0, (min(self.last, period.last) - max(self.first, period.first)).days + 1)


def tenures_of(communities: Iterable[Community], period: Period) -> tuple[Tenure, ...]:
    """Return the posts as they stand, as if they had been held all period: for want of a history."""
    return tuple(
        Tenure(officer, one.id, post, one.phase, one.households, period.first, period.last)
        for one in communities
        for officer, post in zip(one.answering, (Post.A, *(Post.B for _ in one.answering[1:])), strict=True)
    )
