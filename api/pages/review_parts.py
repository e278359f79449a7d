"""What pages of reviews share: their period and the ones beside it, whether it is final, figures with records."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from api.endpoints.reviews import Review
from api.pages import say
from api.pages.behind import Behind
from api.pages.page import squad_address
from api.pages.review_words import SHARED
from casework.figures import Period, period_named
from geo.text import Language, Text, same

FEW = 20
"""Of fewer records than this a share says little, and is said to."""


def period_name(period: Period) -> str:
    """Return the name by which addresses know a period."""
    first = period.first
    if period.days > 200:
        return str(first.year)
    if period.days > 31:
        return f"{first.year}-Q{(first.month + 2) // 3}"
    return f"{first.year}-{first.month:02d}"


def said_period(period: Period) -> Text:
    """Return a period as people say it."""
    first = period.first
    if period.days > 200:
        return Text(f"{first.year} 年", str(first.year))
    if period.days > 31:
        number = (first.month + 2) // 3
        return Text(f"{first.year} 年第 {number} 季度", f"Quarter {number}, {first.year}")
    return say.month(first.year, first.month)


def beside(name: str, step: int) -> str:
    """Return the name of the period of the same length before (-1) or after (1)."""
    year = int(name[:4])
    if len(name) == 4:
        return str(year + step)
    size = 4 if "Q" in name else 12
    number = int(name[6:] if "Q" in name else name[5:]) - 1 + step + year * size
    year, number = divmod(number, size)
    return f"{year}-Q{number + 1}" if size == 4 else f"{year}-{number + 1:02d}"


def head(squad_id: str, kind: str, review: Review, now: datetime, language: Language) -> dict[str, Any]:
    """Return what stands above a review: its period, those beside it, and whether it is final."""
    period = period_named(review.period)
    here = f"{squad_address(squad_id)}/reviews/{kind}"
    frozen = review.frozen_at
    said = SHARED["living"] if frozen is None else SHARED["frozen"]
    later = beside(review.period, 1)
    return {
        "period": said_period(period).say(language),
        "name": review.period,
        "before": f"{here}/{beside(review.period, -1)}",
        "after": f"{here}/{later}" if period_named(later).first <= now.date() else None,
        "frozen": frozen is not None,
        "said": said.say(language).format(at="" if frozen is None else say.moment(frozen, now.date()).say(language)),
        "over": period.last < now.date(),
    }


def share_said(share: Mapping[str, Any], records: Behind, language: Language) -> dict[str, Any]:
    """Return a share with the records of its whole, those of its part first, and how far it can be trusted."""
    part = set(share["part_ids"])
    return {
        "text": share["text"][language] if share["whole"] else SHARED["no_records"].say(language),
        "trust": _trust(share).say(language),
        "records": records.lines([*share["part_ids"], *(key for key in share["whole_ids"] if key not in part)]),
        "part": len(part),
    }


def count_said(count: Mapping[str, Any], records: Behind) -> dict[str, Any]:
    """Return a count with its records."""
    return {"text": str(count["number"]), "trust": "", "records": records.lines(count["ids"]), "part": 0}


def _trust(share: Mapping[str, Any]) -> Text:
    if not share["whole"]:
        return same("")
    low, high = (f"{100 * share['interval'][end]:.0f}" for end in ("low", "high"))
    words = SHARED["few" if share["whole"] < FEW else "many"]
    values = {"count": share["whole"], "low": low, "high": high}
    return Text(words.zh.format(**values), words.en.format(**values))


def now_named(today: date) -> dict[str, str]:
    """Return the names of the month, the quarter and the year of a day."""
    return {
        "month": f"{today.year}-{today.month:02d}",
        "quarter": f"{today.year}-Q{(today.month + 2) // 3}",
        "year": str(today.year),
    }
