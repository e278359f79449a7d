"""Invent the partners of a squad: residents' committees, property companies, developers and the housing office."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from geo.community import Community, Phase
from planner.partner import OpenHours, Partner, PartnerKind

_MORNING = (8.5, 11.5)
_AFTERNOON = (13.5, 17.0)
_Half = tuple[float, float]

COMMITTEE_CALENDARS: tuple[dict[str, tuple[_Half, ...]], ...] = (
    {"一二三四": (_MORNING, _AFTERNOON), "五": (_MORNING,)},
    {"一三": (_MORNING, (13.5, 16.0)), "二四": (_MORNING, _AFTERNOON), "五": ((9.0, 11.5),)},
    {"一三五": (_AFTERNOON,), "二四": ((9.0, 11.5), (14.0, 16.5))},
    {"一三": (_MORNING, _AFTERNOON), "二四": (_MORNING,), "五": ((13.5, 16.5),)},
)
PROPERTY_CALENDARS: tuple[dict[str, tuple[_Half, ...]], ...] = (
    {"一二三四五": (_MORNING, _AFTERNOON)},
    {"一三五": (_MORNING, _AFTERNOON)},
    {"二三四五": (_MORNING, _AFTERNOON)},
)
THURSDAY_ONLY: dict[str, tuple[_Half, ...]] = {"四": (_MORNING, _AFTERNOON)}
DEVELOPER: dict[str, tuple[_Half, ...]] = {"二四": ((9.0, 11.5), (13.5, 16.5))}
HOUSING: dict[str, tuple[_Half, ...]] = {"一": (_MORNING,), "四": (_MORNING, (13.5, 16.5))}
"""Hours of the day by weekday (一 is Monday) and half day."""

PREFERRED: dict[str, dict[str, tuple[_Half, ...]]] = {
    "jw02": {"一二三四": (_MORNING,), "五": ((9.0, 11.5),)},
    "wy02": {"一三五": ((9.5, 11.5), (14.0, 16.0))},
}
"""Hours that two partners would rather be asked for, by the partner's id."""


def partners(communities: Sequence[Community], names: Sequence[str]) -> tuple[Partner, ...]:
    """Return about two partners for three communities, most serving several.

    Communities are taken in the order given, so that a committee serves neighbours. Those in renovation peak are dealt
    to the property companies in turn; the last company looks after what is not yet handed over and has a manager who
    comes on Thursdays only.

    Parameters
    ----------
    names
        Stems for committees and companies, used one after the other.
    """
    before = [c for c in communities if c.phase == Phase.PRE_DELIVERY]
    committees = [communities[k : k + 4] for k in range(0, len(communities), 4)]
    stems = iter(names)
    found = [
        _partner(f"jw{k + 1:02d}", f"{next(stems)}居委会", PartnerKind.COMMITTEE, served, COMMITTEE_CALENDARS[k % 4])
        for k, served in enumerate(committees)
    ]
    companies = _companies(communities, len(communities) // 4 + 1)
    for k, served in enumerate(companies):
        last = k == len(companies) - 1
        name, hours = f"{next(stems)}物业", THURSDAY_ONLY if last else PROPERTY_CALENDARS[k % 3]
        found.append(_partner(f"wy{k + 1:02d}", name, PartnerKind.PROPERTY, served, hours))
    for k, community in enumerate(before):
        found.append(_partner(f"kf{k + 1:02d}", f"{next(stems)}置业", PartnerKind.DEVELOPER, [community], DEVELOPER))
    if before:
        found.append(_partner("fg01", "房管所(示意)", PartnerKind.HOUSING, before, HOUSING))
    return tuple(_with_contact(found))


def _companies(communities: Sequence[Community], count: int) -> list[list[Community]]:
    """Deal communities to companies, each to the one with fewest, and among those with fewest of its phase."""
    served: list[list[Community]] = [[] for _ in range(count)]
    by_phase: Counter[tuple[int, Phase]] = Counter()
    urgent_first = sorted(communities, key=lambda c: (Phase.PEAK, Phase.PRE_DELIVERY, Phase.ROUTINE).index(c.phase))
    for community in urgent_first:
        choice = {Phase.PEAK: range(count - 1), Phase.PRE_DELIVERY: range(count - 1, count)}.get(
            community.phase, range(count)
        )
        k = min(choice, key=lambda k: (len(served[k]), by_phase[k, community.phase], k))
        served[k].append(community)
        by_phase[k, community.phase] += 1
    return [part for part in served if part]


def _partner(
    ident: str, name: str, kind: PartnerKind, served: Iterable[Community], calendar: dict[str, tuple[_Half, ...]]
) -> Partner:
    return Partner(ident, name, kind, tuple(c.id for c in served), _hours(calendar))


def with_preferences(found: Sequence[Partner]) -> tuple[Partner, ...]:
    """Return the partners, those of `PREFERRED` with the hours they would rather be asked for."""
    return tuple(replace(p, preferred=_hours(PREFERRED[p.id])) if p.id in PREFERRED else p for p in found)


def _hours(calendar: dict[str, tuple[_Half, ...]]) -> tuple[OpenHours, ...]:
    hours = (
        OpenHours("一二三四五六日".index(weekday), round(start * 3600), round(end * 3600))
        for weekdays, halves in calendar.items()
        for weekday in weekdays
        for start, end in halves
    )
    return tuple(sorted(hours, key=lambda h: (h.weekday, h.start)))


def _with_contact(found: Sequence[Partner]) -> Iterable[Partner]:
    for k, p in enumerate(found, 1):
        yield Partner(p.id, p.name, p.kind, p.community_ids, p.hours, f"联系人{k:02d}", f"021-5555-03{k:02d}")
