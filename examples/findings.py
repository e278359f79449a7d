"""Invent the violations a squad found, handled and re-checked in the 26 weeks before the planned one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from casework.violation import Violation, ViolationType
from examples.flat import Flat, one_polygon
from examples.places import Building, buildings
from geo.community import Community, Phase

WEEKS_BACK = 26
OPEN_SHARE, DUE_SHARE = 1 / 28, 9 / 168
"""Shares still open, and handled in the last week so that their re-check falls due."""

TYPE_SHARES = {
    ViolationType.DRYING_RACK: 30,
    ViolationType.FLUE: 24,
    ViolationType.ILLEGAL_STRUCTURE: 16,
    ViolationType.SUBLET_RENOVATION: 12,
    ViolationType.LOAD_BEARING: 10,
    ViolationType.PUBLIC_FACILITY: 8,
}
_FREQUENCY = {Phase.PEAK: 3.0, Phase.ROUTINE: 1.0, Phase.CLOSED: 0.2}
_NOTES = {
    ViolationType.DRYING_RACK: ("北阳台外挑晾衣架", "晾衣架超出统一样式", "飘窗外加装晾衣杆"),
    ViolationType.FLUE: ("厨房外墙开孔排烟", "排烟道接入阳台", "烟道止回阀被拆"),
    ViolationType.ILLEGAL_STRUCTURE: ("底层院内搭棚", "露台封闭", "设备平台搭建", "顶层加建阳光房"),
    ViolationType.SUBLET_RENOVATION: ("客厅加隔间", "增设卫生间", "分割出租装修"),
    ViolationType.LOAD_BEARING: ("阳台门垛被拆", "承重墙开门洞", "楼板开洞"),
    ViolationType.PUBLIC_FACILITY: ("管道井被占用", "消防喷淋移位", "外墙立管改道"),
}


def violations(
    communities: Sequence[Community], flat: Flat, monday: date, rng: Random, per_community: int = 7
) -> tuple[Violation, ...]:
    """Return violations inside the boundaries, most in communities in renovation peak, none before hand-over.

    Parameters
    ----------
    monday
        Of the planned week. About one in twenty was handled in the week before it, one in thirty is still open.
    """
    lived_in = [c for c in communities if c.phase != Phase.PRE_DELIVERY]
    weights = [_FREQUENCY[c.phase] * (c.households + 200) * rng.gammavariate(6, 1 / 6) for c in lived_in]
    count = per_community * len(communities)
    chosen = rng.choices(lived_in, weights, k=count)
    standing = {c.id: buildings(one_polygon(flat.metres(c.boundary.polygon))) for c in lived_in}
    due, still_open = round(count * DUE_SHARE), round(count * OPEN_SHARE)
    found = []
    for k, community in enumerate(chosen):
        if k < due:
            days = _just_handled(monday, k, rng)
        elif k < due + still_open:
            days = monday - timedelta(days=rng.randint(2, 10)), None, None
        else:
            days = _settled(monday, rng)
        found.append(_violation(community, rng.choice(standing[community.id]), flat, days, rng))
    found.sort(key=lambda v: (v.found_on, v.community_id, v.building))
    return tuple(replace(v, id=f"V{k:03d}") for k, v in enumerate(found, 1))


_Days = tuple[date, date | None, date | None]


def _just_handled(monday: date, k: int, rng: Random) -> _Days:
    """Found within the last fortnight, handled on one of the six days after the Monday before, not yet re-checked."""
    handled = monday - timedelta(days=7 - k % 6)
    return handled - timedelta(days=rng.randint(1, 6)), handled, None


def _settled(monday: date, rng: Random) -> _Days:
    """Found, handled within days, re-checked a week later, all before the planned week; more in recent weeks."""
    first, last = monday - timedelta(weeks=WEEKS_BACK), monday - timedelta(days=14)
    span = (last - first).days
    found = first + timedelta(days=round(span * rng.random() ** 0.75))
    handled = min(_working_day(found + timedelta(days=rng.randint(0, 9))), monday - timedelta(days=10))
    handled = max(handled, found)
    return found, handled, min(handled + timedelta(days=7 + rng.choice((0, 0, 0, 1))), monday - timedelta(days=1))


def _working_day(day: date) -> date:
    return day + timedelta(days=max(0, 7 - day.weekday())) if day.weekday() > 4 else day


def _violation(community: Community, building: Building, flat: Flat, days: _Days, rng: Random) -> Violation:
    kind = rng.choices(list(TYPE_SHARES), list(TYPE_SHARES.values()))[0]
    lon, lat = flat.lon_lat(building.x + rng.uniform(-6, 6), building.y + rng.uniform(-4, 4))
    found, handled, rechecked = days
    return Violation(
        "",
        kind,
        lon,
        lat,
        found,
        community.id,
        handled,
        rechecked,
        f"{building.number}幢{rng.randint(1, 18)}{rng.randint(1, 4):02d}室",
        rng.choice(_NOTES[kind]),
        f"021-5555-02{rng.randint(0, 99):02d}" if rng.random() < 0.2 else "",
    )
