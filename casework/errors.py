"""What can go wrong with the squad's records.

CaseworkError                carries its sentence in both languages
├── WrongStageError          the case is not where the step begins (handled before anybody arrived)
└── WrongTimeError           the step lies before the one it follows
"""

from __future__ import annotations

from geo.text import Text


class CaseworkError(Exception):
    """Base of everything this room raises.

    Attributes
    ----------
    message
        The sentence to show.
    """

    def __init__(self, message: Text) -> None:
        self.message = message
        super().__init__(message.zh)


class WrongStageError(CaseworkError):
    """The case is not where the step begins."""


class WrongTimeError(CaseworkError):
    """The step lies before the one it follows."""
