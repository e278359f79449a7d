"""How far a community has come: the register of renovations, and the phase it is in, by date or by share of homes."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from casework.calendar import said_date
from geo.community import Community, Phase
from geo.text import Text


@dataclass(frozen=True, slots=True)
class Renovation:
    """One line of the property company's register.

    Attributes
    ----------
    building
        Building and flat as the property company writes it.
    ends_on
        When the work is to be finished, where that is known.
    """

    id: str
    community_id: str
    building: str
    registered_on: date
    ends_on: date | None = None
    contractor: str = ""

    def __post_init__(self) -> None:
        if self.ends_on is not None and self.ends_on < self.registered_on:
            msg = f"renovation {self.id} ends before it was registered"
            raise ValueError(msg)


def homes_registered(renovations: Iterable[Renovation], community_id: str) -> int:
    """Return how many homes of a community have registered: a home that registers twice counts once."""
    return len({each.building or each.id for each in renovations if each.community_id == community_id})


@dataclass(frozen=True, slots=True)
class PhaseRules:
    """When a community moves on; all of it a squad's own setting.

    Attributes
    ----------
    peak_share
        Share of homes registered, 0 to 1, at which the peak has begun although no day of delivery has passed.
    routine_after_months
        Months after delivery at which the peak is over.
    routine_share
        Share of homes registered at which it is over earlier.
    """

    peak_share: float = 0.05
    routine_after_months: int = 12
    routine_share: float = 0.8

    def __post_init__(self) -> None:
        if not 0 < self.peak_share < self.routine_share or self.routine_after_months < 1:
            msg = "the peak begins before it is over: 0 < peak share < routine share, and at least one month"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class PhaseChange:
    """The day on which a community entered a phase."""

    day: date
    phase: Phase


@dataclass(frozen=True, slots=True)
class PhaseProposal:
    """The phase that a community ought to be in, and why; people decide."""

    phase: Phase
    reason: Text


def next_phase(community: Community, today: date, registered: int, rules: PhaseRules) -> PhaseProposal:
    """Return the phase proposed for a community: its own, with the reason, where nothing says that it moves on.

    Parameters
    ----------
    registered
        Homes with a registered renovation.
    """
    if community.phase is Phase.PRE_DELIVERY:
        return _to_peak(community, today, registered, rules)
    if community.phase is Phase.PEAK:
        return _to_routine(community, today, registered, rules)
    return PhaseProposal(
        community.phase,
        Text("常态走访何时结束由中队决定", "When the everyday phase ends is the squad's to decide")
        if community.phase is Phase.ROUTINE
        else Text("五早工作已结束", "The work here is closed"),
    )


def _to_peak(community: Community, today: date, registered: int, rules: PhaseRules) -> PhaseProposal:
    delivered = community.delivery_date
    if delivered is not None and delivered <= today:
        return PhaseProposal(
            Phase.PEAK,
            Text(
                f"已于 {said_date(delivered).zh}交付,进入集中装修期",
                f"Delivered on {said_date(delivered).en}: the renovation peak begins",
            ),
        )
    if _reached(community, registered, rules.peak_share):
        share = _share(community, registered)
        return PhaseProposal(
            Phase.PEAK,
            Text(f"装修登记{share.zh},集中装修期已开始", f"Renovations registered: {share.en}; the peak has begun"),
        )
    return PhaseProposal(
        Phase.PRE_DELIVERY,
        Text("交付日期未定", "No day of delivery is known")
        if delivered is None
        else Text(f"{said_date(delivered).zh}交付,尚未到期", f"To be delivered on {said_date(delivered).en}"),
    )


def _to_routine(community: Community, today: date, registered: int, rules: PhaseRules) -> PhaseProposal:
    months, delivered = rules.routine_after_months, community.delivery_date
    over = None if delivered is None else months_after(delivered, months)
    share = _share(community, registered)
    if over is not None and over <= today:
        return PhaseProposal(
            Phase.ROUTINE,
            Text(
                f"交付已满 {months} 个月({said_date(over).zh}),转入常态走访",
                f"Delivered {months} months ago ({said_date(over).en}): on to routine visits",
            ),
        )
    if _reached(community, registered, rules.routine_share):
        limit = f"{100 * rules.routine_share:.0f}"
        return PhaseProposal(
            Phase.ROUTINE,
            Text(
                f"装修登记{share.zh},已达 {limit}%,转入常态走访",
                f"Renovations registered: {share.en}, {limit} % reached: on to routine visits",
            ),
        )
    until = Text("交付日期未登记", "no day of delivery known")
    if over is not None:
        until = Text(f"至 {said_date(over).zh}", f"until {said_date(over).en}")
    return PhaseProposal(
        Phase.PEAK,
        Text(
            f"仍在集中装修期({until.zh};装修登记{share.zh})",
            f"Still in the renovation peak ({until.en}; registered: {share.en})",
        ),
    )


def _reached(community: Community, registered: int, share: float) -> bool:
    return community.households > 0 and registered >= share * community.households


def _share(community: Community, registered: int) -> Text:
    """Return the homes registered out of all, with a percentage where the number of households is known."""
    homes = community.households
    if not homes:
        return Text(f" {registered} 户(总户数未登记)", f"{registered} homes (of an unknown number)")
    percent = f"{100 * registered / homes:.1f}"
    return Text(f" {registered}/{homes} 户({percent}%)", f"{registered} of {homes} homes ({percent} %)")


def months_after(day: date, months: int) -> date:
    """Return the same day of a later month, or that month's last where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
