"""What can go wrong between a squad and its weekly plan.

PlannerError
├── ProblemError         a squad, a week and travel times that do not fit together
├── PlanFileError        one or more faults in a plan somebody handed in, all of them at once
└── ImpossibleMoveError  what a leader wants done to a plan by hand cannot be done at all
"""

from __future__ import annotations

from collections.abc import Sequence

from geo.errors import Fault
from geo.text import Text


class PlannerError(Exception):
    """Base of everything this room raises."""


class ProblemError(PlannerError):
    """A weekly problem that cannot be put together."""


class PlanFileError(PlannerError):
    """Every fault found in a plan file.

    Attributes
    ----------
    faults
        In the order of the file; `Fault.field` is the JSON path, such as ``routes[2].stops[0].begin``.
    """

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(fault.say("zh") for fault in self.faults))


class ImpossibleMoveError(PlannerError):
    """What a leader wants done to a plan by hand cannot be done at all.

    Attributes
    ----------
    message
        Why, in words that a leader would use.
    """

    def __init__(self, message: Text) -> None:
        self.message = message
        super().__init__(message.zh)
