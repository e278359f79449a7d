"""The squad's policy: limits, durations and prices, all data, each with the sentence that explains it.

Prices are in seconds of driving: a price of 1,800 says 'worth half an hour at the wheel'.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from casework.obligation import VisitKind
from planner.partner import PartnerKind

HOUR = 3600
MINUTE = 60

MOVED = 15 * MINUTE
"""A visit that begins at most so much earlier or later than published has not moved: nobody need be told."""

LIKE_BEFORE = 30 * MINUTE
"""A visit that begins less than this earlier or later than one of a past week, on that weekday, is expected."""


@dataclass(frozen=True, slots=True)
class VisitPolicy:
    """What one kind of visit is like.

    Attributes
    ----------
    duration
        Seconds of service before risk lengthens it (stationing: the least presence that counts).
    partners
        Who must be there.
    breakable
        Whether a report may pull the crew out of it.
    wrap_up
        Seconds to leave a breakable visit.
    missed
        Price of leaving a mandatory one out.
    """

    duration: int
    partners: tuple[PartnerKind, ...] = ()
    breakable: bool = True
    wrap_up: int = 5 * MINUTE
    missed: int = 40 * HOUR


def _visits() -> dict[VisitKind, VisitPolicy]:
    both = (PartnerKind.COMMITTEE, PartnerKind.PROPERTY)
    return {
        VisitKind.JOINT: VisitPolicy(80 * MINUTE, both, breakable=False, wrap_up=0),
        VisitKind.STATIONING: VisitPolicy(4 * HOUR, wrap_up=10 * MINUTE),
        VisitKind.ROUTINE: VisitPolicy(40 * MINUTE, missed=20 * HOUR),
        VisitKind.RECHECK: VisitPolicy(25 * MINUTE),
        VisitKind.PRE_DELIVERY: VisitPolicy(
            60 * MINUTE, (PartnerKind.PROPERTY, PartnerKind.DEVELOPER, PartnerKind.HOUSING), breakable=False, wrap_up=0
        ),
        VisitKind.EXTRA: VisitPolicy(30 * MINUTE, missed=0),
    }


@dataclass(frozen=True, slots=True)
class BreakPolicy:
    """The meal break of a band: `duration` seconds, to begin between `earliest` and `latest` (after midnight)."""

    duration: int
    earliest: int
    latest: int
    breakable: bool = True
    wrap_up: int = 5 * MINUTE


@dataclass(frozen=True, slots=True)
class ResponsePolicy:
    """The two-hour promise.

    Attributes
    ----------
    limit
        H: seconds from report to arrival.
    dispatch_delay
        Seconds between a report and the order to go.
    setup
        Seconds for somebody on stand-by to get going.
    handling
        Seconds of work on the scene that must still fit before the shift ends, overtime included.
    overtime
        Seconds past the end of a shift that a report may cost.
    certified_bands
        Bands in which any certified officer on duty answers; in all others the A or B officer does.
    certified_on_rest_days
        The same for whole days that are no working days.
    two_must_come
        Whether one officer is not enough: one of those who answer must be there, and a second certified officer.
    u_turns, u_turn
        Whether responders turn round in mid-road where both directions may be driven, and the seconds it takes.
    traffic_by_the_hour
        Whether responders drive in the traffic of the hour they drive in, rather than in their band's slowest.
    guaranteed
        Whether the plan is made so as to keep the promise, at the price `PricePolicy.late`; it is checked either way.
    two_deep
        Whether the plan is made so that, wherever the roster allows it, a second of those who answer is in time too.
    """

    limit: int = 2 * HOUR
    dispatch_delay: int = 0
    setup: int = 5 * MINUTE
    handling: int = 30 * MINUTE
    overtime: int = 2 * HOUR
    certified_bands: tuple[str, ...] = ("late",)
    certified_on_rest_days: bool = True
    two_must_come: bool = False
    u_turns: bool = False
    u_turn: int = 30
    traffic_by_the_hour: bool = False
    guaranteed: bool = True
    two_deep: bool = False


@dataclass(frozen=True, slots=True)
class PricePolicy:
    """Prices of what is allowed but not liked, in seconds of driving.

    Attributes
    ----------
    b_leads
        Per visit led by the B officer: the A officer knows the people.
    outing
        Per crew sent out in a band: a crew that stays is a reserve for reports.
    uneven
        Each officer's n-th outing of the week costs n − 1 times this, and once more for every outing a week that the
        officer was ahead of others in the past four, so that outings are shared evenly.
    extra
        Worth of one expected finding of an extra visit made.
    moved_day
        Per published visit moved to another day, or taken off: residents and partners were told.
    moved_band
        Per published visit moved to another band of its day.
    new_lead
        Per published visit led by somebody else than was published.
    new_second
        Per published patrol whose second officer changes.
    moved_begin
        Per published visit that begins more than `MOVED` earlier or later within its band.
    unpreferred
        Per visit and partner who prefers certain hours, if the visit begins at others: they come, but grudgingly.
    predictable
        Per visit that begins within `LIKE_BEFORE` of one in the last four weeks, at the same community on the same
        weekday: people who hide work learn when patrols come.
    late
        Per community that a visit leaves unanswered as it begins, and per community, day and band with another gap in
        the arrival promise that the plan alone is to blame for: above any detour, below any mandatory visit.
    """

    b_leads: int = 15 * MINUTE
    outing: int = 20 * MINUTE
    uneven: int = 5 * MINUTE
    extra: int = 30 * MINUTE
    moved_day: int = 120 * MINUTE
    moved_band: int = 90 * MINUTE
    new_lead: int = 60 * MINUTE
    new_second: int = 45 * MINUTE
    moved_begin: int = 30 * MINUTE
    unpreferred: int = 10 * MINUTE
    predictable: int = 10 * MINUTE
    late: int = 3 * HOUR


@dataclass(frozen=True, slots=True)
class MendingPolicy:
    """Prices of what would make room for a missed visit, in seconds of driving: in which order ways out are tried.

    They order what is offered to the leader; no plan pays them.

    Attributes
    ----------
    partner_sooner
        A partner comes half an hour earlier or stays half an hour longer on one day: a telephone call.
    shorter
        The visit keeps its usual length though risk asks for more: nobody else is asked.
    partner_hour
        A partner comes an hour earlier or stays an hour longer.
    colleague
        A partner sends two people, to two places at once.
    closer
        Visits of one community come a day closer than the rule asks.
    other_lead
        A certified officer of other posts leads the visit: the people there do not know that officer.
    outing
        Somebody goes out once more in the week than the limit.
    partner_day
        A partner comes on a day or at a time when it usually does not.
    other_day
        The visit is made a day earlier or later than allowed.
    overtime
        Everybody of one shift may be back half an hour later.
    extra_shift
        The A or the B officer works a shift more.
    vehicle
        A vehicle is borrowed for a day.
    officer
        A certified officer is borrowed from another squad for a shift.
    pair
        What is added where two of these are needed together.
    """

    partner_sooner: int = 10 * MINUTE
    shorter: int = 15 * MINUTE
    partner_hour: int = 20 * MINUTE
    colleague: int = 30 * MINUTE
    closer: int = 40 * MINUTE
    other_lead: int = 50 * MINUTE
    outing: int = 60 * MINUTE
    partner_day: int = 75 * MINUTE
    other_day: int = 90 * MINUTE
    overtime: int = 120 * MINUTE
    extra_shift: int = 180 * MINUTE
    vehicle: int = 200 * MINUTE
    officer: int = 240 * MINUTE
    pair: int = 60 * MINUTE


@dataclass(frozen=True, slots=True)
class RepairPolicy:
    """Prices of what would mend a gap in the arrival promise, in seconds of driving: the order of what is offered.

    They come on top of what the plan then costs more and of overtime; visits that move cost what `PricePolicy` says.

    Attributes
    ----------
    rest
        A crew's break moves.
    stand_by
        Somebody stands by away from the station.
    breakable
        A visit that had to be finished may be broken off for a report.
    wrap_up
        Seconds to leave such a visit.
    duty
        Somebody's hours of a day change: a shift begins or ends at another time, or goes to somebody else.
    leave
        A day of leave is taken on another day.
    b_post
        Somebody answers for one more community.
    """

    rest: int = 10 * MINUTE
    stand_by: int = 20 * MINUTE
    breakable: int = 30 * MINUTE
    wrap_up: int = 5 * MINUTE
    duty: int = 60 * MINUTE
    leave: int = 180 * MINUTE
    b_post: int = 240 * MINUTE


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything a squad may set without touching code.

    Attributes
    ----------
    joint_per_week
        Joint inspections owed to each community in its renovation peak.
    min_days_apart
        Least number of days between two of them (2: Monday, then Wednesday).
    recheck_after_days, recheck_tolerance
        A handled violation is re-checked so many days later, give or take so many working days.
    max_patrol_hours_per_day, max_patrol_hours_per_week
        Seconds that the shifts in which somebody goes out may add up to; a shift spent on stand-by at the station does
        not count. A squad's own settings: 12 and 44 hours by default, so that six outings in bands of six hours bind
        neither; 44 is what the Labour Law (art. 36) allows in an average week.
    rest_between_bands
        Least seconds between the shifts of two outings on one day; 0: a double shift may be patrolled twice.
    rest_between_days
        Least seconds between the shifts of two outings on different days; a night shift split at midnight is one.
    travel_buffer
        Seconds added to every drive for parking and walking to the gate.
    """

    joint_per_week: int = 2
    min_days_apart: int = 2
    routine_per_week: int = 1
    recheck_after_days: int = 7
    recheck_tolerance: int = 1
    max_outings_per_week: int = 6
    max_patrol_hours_per_day: int = 12 * HOUR
    max_patrol_hours_per_week: int = 44 * HOUR
    rest_between_bands: int = 0
    rest_between_days: int = 8 * HOUR
    travel_buffer: int = 3 * MINUTE
    visits: Mapping[VisitKind, VisitPolicy] = field(default_factory=_visits)
    breaks: Mapping[str, BreakPolicy] = field(default_factory=dict)
    response: ResponsePolicy = field(default_factory=ResponsePolicy)
    prices: PricePolicy = field(default_factory=PricePolicy)
    mending: MendingPolicy = field(default_factory=MendingPolicy)
    repairs: RepairPolicy = field(default_factory=RepairPolicy)
