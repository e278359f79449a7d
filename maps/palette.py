"""Colours. Okabe and Ito (2008, jfly.uni-koeln.de/color): told apart by readers with any colour vision."""

from __future__ import annotations

from dataclasses import dataclass

from casework.obligation import VisitKind
from geo.community import Phase
from geo.text import Text

INK = "#16202b"
BAD = "#b3261e"

ROUTE_COLOURS = ("#d55e00", "#0072b2", "#a8457f", "#16202b", "#00785a", "#9a6b00", "#3d6f9e")
"""Crews of one day, in order. Okabe–Ito hues, the light ones darkened until white text on them reads (4.5 : 1)."""

KIND_COLOURS: dict[VisitKind, str] = {
    VisitKind.JOINT: "#0072b2",
    VisitKind.STATIONING: "#6a51a3",
    VisitKind.ROUTINE: "#00785a",
    VisitKind.RECHECK: "#b84f00",
    VisitKind.PRE_DELIVERY: "#8a6116",
    VisitKind.EXTRA: "#56616d",
}


@dataclass(frozen=True, slots=True)
class AreaStyle:
    """How an area is drawn and what the legend calls it; `fill` is named where it differs from the outline."""

    colour: str
    opacity: float
    name: Text
    fill: str = ""


PHASES: dict[Phase, AreaStyle] = {
    Phase.PEAK: AreaStyle("#0072b2", 0.2, Text("集中装修期", "Renovation peak")),
    Phase.ROUTINE: AreaStyle("#009e73", 0.15, Text("日常", "Routine")),
    Phase.PRE_DELIVERY: AreaStyle("#a6761d", 0.22, Text("交付前", "Before delivery")),
    Phase.CLOSED: AreaStyle("#7c8791", 0.14, Text("已退出", "Closed")),
}

ROAD_TIERS: dict[str, int] = {
    "motorway": 0,
    "trunk": 0,
    "primary": 0,
    "secondary": 1,
    "tertiary": 2,
}
"""Tier of a road by its highway class, 0 the widest; whatever is not named is a street (3)."""

SCALE = ("#e8f1f8", "#c3dcee", "#93c0e0", "#5a9dcc", "#2a74ad", "#0d4a7d")
"""Waiting time up to the limit, six equal steps, light is quick."""

OUTSIDE = "#eceae5"
"""Hours when nobody is on duty."""


def road_tier(highway: str) -> int:
    """Return the tier of a highway class, its ``_link`` roads included."""
    return ROAD_TIERS.get(highway.removesuffix("_link"), 3)


def waiting_colour(seconds: int, limit: int) -> str:
    """Return the colour of a waiting time in seconds: deeper is slower, red is over the limit."""
    if seconds < 0:
        return OUTSIDE
    if seconds > limit:
        return BAD
    return SCALE[min(len(SCALE) - 1, seconds * len(SCALE) // max(limit, 1))]
