"""The monthly review of property companies (物业履职每月一总结), and whom to summon (约谈) for which reasons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from casework.case import Case, Channel
from casework.clocks import PROPERTY_HOURS, property_due
from casework.figures import Count, Period, Share
from casework.matters import Matter, ids_of, matters
from casework.phases import Renovation
from geo.community import Community, Phase
from geo.text import Text


@dataclass(frozen=True, slots=True)
class ReviewRules:
    """From when on a company is summoned; all of it a squad's own setting.

    Attributes
    ----------
    least_records
        Shares of fewer records than this summon nobody.
    silent_from
        Violations that others told of while the company reported none.
    found_share
        Least share of its communities' violations that the company reports itself.
    dissuaded_share
        Least share of its reports before which it tried to dissuade.
    late_reports
        Reports later than 24 hours after dissuasion failed that are still passed over: the law allows none.
    rectify_days
        Days from the first report within which a violation that the company reported is put right.
    on_time_share
        Least share of them put right within those days.
    register_in_peak
        Whether a community in its peak without one renovation on the register is a reason.
    """

    least_records: int = 5
    silent_from: int = 2
    found_share: float = 0.5
    dissuaded_share: float = 0.8
    late_reports: int = 0
    rectify_days: int = 14
    on_time_share: float = 0.8
    register_in_peak: bool = True

    def __post_init__(self) -> None:
        if not all(0 <= share <= 1 for share in (self.found_share, self.dissuaded_share, self.on_time_share)):
            msg = "shares run from 0 to 1"
            raise ValueError(msg)
        if min(self.least_records, self.silent_from, self.rectify_days) < 1 or self.late_reports < 0:
            msg = "at least one record, one violation and one day; no fewer than no late reports"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a company is summoned, and the records that say so; communities, where it is their register that is empty."""

    text: Text
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PropertyReview:
    """One company's month.

    Attributes
    ----------
    registered, under_way
        Renovations registered in the month, and those going on at some time in it.
    found
        Of all violations told of in the month, unfounded ones left out, those that the company reported; the rest are
        those that only others told of.
    dissuaded
        Of the company's reports, those before which it tried to dissuade.
    in_time
        Of those, the ones reported within 24 hours after dissuasion failed.
    rectified
        Of the violations that it reported, those put right by now.
    on_time
        Put right within the days allowed ÷ (put right + past those days and not put right).
    reasons
        Why it is to be summoned; empty where it is not.
    """

    company: str
    community_ids: tuple[str, ...]
    period: Period
    registered: Count
    under_way: Count
    found: Share
    dissuaded: Share
    in_time: Share
    rectified: Share
    on_time: Share
    reasons: tuple[Reason, ...] = ()


def property_reviews(
    communities: Iterable[Community],
    cases: Iterable[Case],
    renovations: Iterable[Renovation],
    period: Period,
    now: datetime,
    rules: ReviewRules,
    companies: Mapping[str, str],
) -> tuple[PropertyReview, ...]:
    """Return the month of each company, by name.

    Parameters
    ----------
    cases
        All there are: a case of the month may have been merged into an earlier one.
    companies
        Who manages each community, by community id; a community that is not among them stands for itself.
    """
    managed: dict[str, list[Community]] = {}
    for community in communities:
        managed.setdefault(companies.get(community.id, community.id), []).append(community)
    every, register = matters(cases), tuple(renovations)
    return tuple(_review(company, managed[company], every, register, period, now, rules) for company in sorted(managed))


def to_summon(reviews: Iterable[PropertyReview]) -> tuple[PropertyReview, ...]:
    """Return the companies to summon, those with most reasons first."""
    return tuple(sorted((each for each in reviews if each.reasons), key=lambda one: (-len(one.reasons), one.company)))


def _review(
    company: str,
    communities: Sequence[Community],
    every: Sequence[Matter],
    register: Sequence[Renovation],
    period: Period,
    now: datetime,
    rules: ReviewRules,
) -> PropertyReview:
    places = {community.id for community in communities}
    here = [matter for matter in every if matter.case.report.community_id in places]
    told = [each for each in here if each.founded and period.covers(each.told[0].report.reported_at)]
    found = [each for each in told if _reports_of(each)]
    reports = [case for each in here for case in _reports_of(each) if period.covers(case.report.reported_at)]
    tried = [case for case in reports if case.report.dissuaded_at is not None]
    ours = [one for one in register if one.community_id in places]
    review = PropertyReview(
        company=company,
        community_ids=tuple(sorted(places)),
        period=period,
        registered=Count(tuple(one.id for one in ours if period.first <= one.registered_on <= period.last)),
        under_way=Count(tuple(one.id for one in ours if _under_way(one, period))),
        found=Share(ids_of(found), ids_of(told)),
        dissuaded=Share(_keys(tried), _keys(reports)),
        in_time=Share(_keys(case for case in tried if _in_time(case)), _keys(tried)),
        rectified=Share(ids_of(each for each in found if each.rectified), ids_of(found)),
        on_time=_on_time(found, now, timedelta(days=rules.rectify_days)),
    )
    return replace(review, reasons=_reasons(review, _without_register(communities, register, period), rules))


def _on_time(found: Sequence[Matter], now: datetime, allowed: timedelta) -> Share:
    judged = [each for each in found if each.rectified or now - each.told[0].report.reported_at > allowed]
    return Share(ids_of(each for each in judged if _mended_within(each, allowed)), ids_of(judged))


def _mended_within(matter: Matter, allowed: timedelta) -> bool:
    mended = matter.case.handled_at
    return matter.rectified and mended is not None and mended - matter.told[0].report.reported_at <= allowed


def _without_register(
    communities: Iterable[Community], register: Iterable[Renovation], period: Period
) -> tuple[str, ...]:
    """Return the communities in their peak, delivered before the month began, that have registered nothing yet."""
    registered = {one.community_id for one in register if one.registered_on <= period.last}
    return tuple(
        community.id
        for community in communities
        if community.phase is Phase.PEAK
        and community.id not in registered
        and (community.delivery_date is None or community.delivery_date < period.first)
    )


def _reasons(review: PropertyReview, unregistered: tuple[str, ...], rules: ReviewRules) -> tuple[Reason, ...]:
    silent = not review.found.part and len(review.found.whole) >= rules.silent_from
    late = review.in_time.rest
    each = (
        (silent, _silent(review)),
        (not silent and _short(review.found, rules.found_share, rules), _found_by_others(review, rules)),
        (_short(review.dissuaded, rules.dissuaded_share, rules), _not_dissuaded(review, rules)),
        (len(late) > rules.late_reports, _told_late(late)),
        (_short(review.on_time, rules.on_time_share, rules), _mended_late(review, rules)),
        (rules.register_in_peak and bool(unregistered), _nothing_registered(unregistered)),
    )
    return tuple(reason for holds, reason in each if holds)


def _short(share: Share, least: float, rules: ReviewRules) -> bool:
    """Return whether a share is below its limit, and of enough records to say so."""
    return share.value is not None and share.value < least and len(share.whole) >= rules.least_records


def _silent(review: PropertyReview) -> Reason:
    number = len(review.found.rest)
    return Reason(
        Text(
            f"本月一起未报,居民、平台或队员却发现 {number} 起",
            f"Reported nothing this month, while others told of {number}",
        ),
        review.found.rest,
    )


def _found_by_others(review: PropertyReview, rules: ReviewRules) -> Reason:
    share, least = review.found.text, _percent(rules.found_share)
    return Reason(
        Text(
            f"违法行为由物业上报的只有 {share.zh},低于 {least}%",
            f"Of all violations it reported only {share.en}, below {least} %",
        ),
        review.found.rest,
    )


def _not_dissuaded(review: PropertyReview, rules: ReviewRules) -> Reason:
    share, least = review.dissuaded.text, _percent(rules.dissuaded_share)
    return Reason(
        Text(
            f"上报前先行劝阻的只有 {share.zh},低于 {least}%",
            f"It tried to dissuade before only {share.en} of its reports, below {least} %",
        ),
        review.dissuaded.rest,
    )


def _told_late(late: tuple[str, ...]) -> Reason:
    return Reason(
        Text(
            f"劝阻无效后超过 {PROPERTY_HOURS} 小时才上报 {len(late)} 起",
            f"Reported {len(late)} more than {PROPERTY_HOURS} hours after dissuasion had failed",
        ),
        late,
    )


def _mended_late(review: PropertyReview, rules: ReviewRules) -> Reason:
    share, least, days = review.on_time.text, _percent(rules.on_time_share), rules.rectify_days
    return Reason(
        Text(
            f"{days} 天内完成整改的只有 {share.zh},低于 {least}%",
            f"Only {share.en} put right within {days} days, below {least} %",
        ),
        review.on_time.rest,
    )


def _nothing_registered(unregistered: tuple[str, ...]) -> Reason:
    number = len(unregistered)
    return Reason(
        Text(
            f"{number} 个小区处于集中装修期,装修登记台账为空",
            f"{number} of its communities in the renovation peak with an empty register",
        ),
        unregistered,
    )


def _reports_of(matter: Matter) -> tuple[Case, ...]:
    return tuple(case for case in matter.told if case.report.channel is Channel.PROPERTY)


def _in_time(case: Case) -> bool:
    tried = case.report.dissuaded_at
    return tried is not None and case.report.reported_at <= property_due(tried)


def _under_way(one: Renovation, period: Period) -> bool:
    """Return whether work went on at some time of the period; work whose end nobody wrote down goes on."""
    return one.registered_on <= period.last and (one.ends_on is None or one.ends_on >= period.first)


def _percent(share: float) -> str:
    return f"{100 * share:.0f}"


def _keys(cases: Iterable[Case]) -> tuple[str, ...]:
    return tuple(case.id for case in cases)
