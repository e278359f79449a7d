"""Text that people see, in both languages at once.

Every visible string of the project is a `Text`: the type checker then refuses a string that was never translated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

Language: TypeAlias = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


@dataclass(frozen=True, slots=True)
class Text:
    """One visible string in Chinese and in English."""

    zh: str
    en: str

    def say(self, language: Language) -> str:
        """Return the string in `language`."""
        return self.zh if language == "zh" else self.en

    def __str__(self) -> str:
        return self.zh


def same(word: str) -> Text:
    """Return a `Text` for what is written alike in both languages: names, codes and figures."""
    return Text(word, word)
