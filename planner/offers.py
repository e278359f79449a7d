"""What could be given for a missed visit: families of ways out, each with its price and its words.

A family loosens a requirement wherever it could help; of a plan made with it, `narrow` says what was really used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from geo.text import Text, same
from planner import loosening
from planner.demand import WHOLE, partner_spans
from planner.partner import OpenHours
from planner.policy import HOUR, MINUTE
from planner.requirements import title_of
from planner.visit import Visit
from planner.week import DAY, OutOfService, Route, Stop, WeeklyPlan, WeeklyProblem
from planner.words import WEEKDAYS, clock, listed, span

Change: TypeAlias = Callable[[WeeklyProblem], WeeklyProblem]

HALF = 30 * MINUTE


@dataclass(frozen=True, slots=True)
class Way:
    """One thing to ask for: in words, and as a change of the week."""

    text: Text
    change: Change


@dataclass(frozen=True, slots=True)
class Offer:
    """A family of ways out.

    Attributes
    ----------
    gives
        Key of the requirement that it gives up, in part or whole; None where no requirement speaks of it.
    loosen
        Allows the whole family.
    narrow
        Yields single ways of it that a plan made with all of it points to.
    """

    price: int
    gives: tuple[str, ...] | None
    loosen: Change
    narrow: Callable[[WeeklyPlan], Iterator[Way]]


def offers(problem: WeeklyProblem, visit: Visit) -> list[Offer]:
    """Return what could be given for `visit`, cheapest first."""
    found = [
        *_from_partners(problem, visit),
        *_from_the_visit(problem, visit),
        *_from_people(problem, visit),
        *_overtime(problem, visit),
        *_borrowed(problem, visit),
    ]
    return sorted(found, key=lambda offer: offer.price)


def stops_of(plan: WeeklyPlan, problem: WeeklyProblem, obligation: str) -> list[tuple[Route, Stop]]:
    """Return where a plan places an obligation's visits, in time."""
    mine = {visit.id for visit in loosening.visits_of(problem, obligation)}
    found = [(route, stop) for route in plan.routes for stop in route.stops if stop.visit_id in mine]
    return sorted(found, key=lambda pair: pair[1].begin)


def _from_partners(problem: WeeklyProblem, visit: Visit) -> Iterator[Offer]:
    prices, key = problem.policy.mending, visit.obligation_id
    for partner_id in visit.partner_ids:
        partner = problem.partners[partner_id]
        for price, by in ((prices.partner_sooner, HALF), (prices.partner_hour, HOUR)):
            longer = loosening.longer_hours(partner, by, visit.days)
            yield Offer(
                price,
                ("hours", partner_id),
                lambda week, p=partner_id, h=longer: loosening.partner_hours(week, key, p, h),  # type: ignore[misc]  # mypy cannot type a lambda's defaults
                lambda plan, p=partner_id, by=by: _longer_by(problem, visit, p, by, plan),  # type: ignore[misc]  # mypy cannot type a lambda's defaults
            )
        yield Offer(
            prices.partner_day,
            ("hours", partner_id),
            lambda week, p=partner_id: loosening.partner_hours(week, key, p, loosening.all_hours(visit.days)),  # type: ignore[misc]  # mypy cannot type a lambda's defaults
            lambda plan, p=partner_id: _at_another_time(problem, visit, p, plan),  # type: ignore[misc]  # mypy cannot type a lambda's defaults
        )
        yield _whole(
            prices.colleague,
            ("place", partner_id),
            Text(f"请{partner.name}另派一人到场", f"Ask {partner.name} to send a second person"),
            lambda week, p=partner_id: loosening.colleague(week, key, p),  # type: ignore[misc]  # mypy cannot type a lambda's defaults
        )


def _longer_by(problem: WeeklyProblem, visit: Visit, partner_id: str, by: int, plan: WeeklyPlan) -> Iterator[Way]:
    """Yield that a partner comes earlier or stays longer, at the stops at which it does."""
    partner = problem.partners[partner_id]
    for route, stop in _outside(problem, visit, partner_id, plan):
        begin, end = stop.begin - route.day * DAY, stop.end - route.day * DAY
        day = WEEKDAYS[route.day]
        for hours in partner.hours:
            if hours.weekday != route.day or begin < hours.start - by or end > hours.end + by:
                continue
            first, last = begin // WHOLE * WHOLE, -(-end // WHOLE) * WHOLE
            longer = OpenHours(route.day, min(first, hours.start), max(last, hours.end))
            early, late = hours.start - longer.start, longer.end - hours.end
            zh = f"提前 {span(early).zh}({clock(longer.start)})到" if early else ""
            zh += f"多留 {span(late).zh}(到 {clock(longer.end)})" if late else ""
            en = [f"come {span(early).en} earlier ({clock(longer.start)})"] if early else []
            en += [f"stay {span(late).en} longer (until {clock(longer.end)})"] if late else []
            yield Way(
                Text(f"请{partner.name}{day.zh}{zh}", f"Ask {partner.name} to {' and '.join(en)} on {day.en}"),
                lambda week, h=longer: loosening.partner_hours(week, visit.obligation_id, partner_id, [h]),  # type: ignore[misc]  # mypy cannot type a lambda's defaults
            )


def _at_another_time(problem: WeeklyProblem, visit: Visit, partner_id: str, plan: WeeklyPlan) -> Iterator[Way]:
    """Yield that a partner comes when it usually does not, at the stops at which it does."""
    name = problem.partners[partner_id].name
    for route, stop in _outside(problem, visit, partner_id, plan):
        begin, end = stop.begin - route.day * DAY, stop.end - route.day * DAY
        hours = OpenHours(route.day, begin // WHOLE * WHOLE, -(-end // WHOLE) * WHOLE)
        day, when = WEEKDAYS[route.day], f"{clock(hours.start)}–{clock(hours.end)}"
        yield Way(
            Text(f"请{name}{day.zh} {when} 到场", f"Ask {name} to come on {day.en} {when}"),
            lambda week, h=hours: loosening.partner_hours(week, visit.obligation_id, partner_id, [h]),  # type: ignore[misc]  # mypy cannot type a lambda's defaults
        )


def _outside(problem: WeeklyProblem, visit: Visit, partner_id: str, plan: WeeklyPlan) -> Iterator[tuple[Route, Stop]]:
    for route, stop in stops_of(plan, problem, visit.obligation_id):
        there = partner_spans(problem.partners[partner_id], route.day, working=problem.working_days[route.day])
        if not any(a <= stop.begin and stop.end <= b for a, b in there):
            yield route, stop


def _from_the_visit(problem: WeeklyProblem, visit: Visit) -> Iterator[Offer]:
    prices, key = problem.policy.mending, visit.obligation_id
    usual = problem.policy.visits[visit.kind].duration
    if usual < visit.duration:
        yield _whole(
            prices.shorter,
            ("duration",),
            Text(f"按惯常时长 {span(usual).zh} 做", f"Keep it to the usual {span(usual).en}"),
            lambda week: loosening.shorter(week, key, usual),
        )
    apart = visit.min_days_apart - 1
    if apart >= 1 and len(loosening.visits_of(problem, key)) > 1:
        yield _whole(
            prices.closer,
            ("spacing",),
            Text(f"两次日期只相差 {apart} 天", f"Let its dates be {apart} day(s) apart"),
            lambda week: loosening.closer(week, key, apart),
        )
    working = {problem.day_of(shift) for shift in problem.shifts}
    near = [day for day in sorted(working - set(visit.days)) if {day - 1, day + 1} & set(visit.days)]
    if near:
        yield Offer(
            prices.other_day,
            ("days",),
            lambda week: loosening.more_days(week, key, near),
            lambda plan: _on_another_day(problem, visit, plan),
        )


def _on_another_day(problem: WeeklyProblem, visit: Visit, plan: WeeklyPlan) -> Iterator[Way]:
    days = sorted({route.day for route, _ in stops_of(plan, problem, visit.obligation_id)} - set(visit.days))
    said = listed([WEEKDAYS[day] for day in days])
    yield Way(
        Text(f"允许排在{said.zh}", f"Allow it on {said.en}"),
        lambda week: loosening.more_days(week, visit.obligation_id, days),
    )


def _from_people(problem: WeeklyProblem, visit: Visit) -> Iterator[Offer]:
    prices, key, community = problem.policy.mending, visit.obligation_id, problem.communities[visit.community_id]
    certified = [officer.id for officer in problem.officers.values() if officer.certified]
    holders = [officer for officer in (community.a_officer, community.b_officer) if officer in certified]
    if set(certified) - set(holders):
        yield Offer(
            prices.other_lead,
            ("posts",),
            lambda week: loosening.other_leads(week, key, certified),
            lambda plan: _led_by_others(problem, visit, holders, plan),
        )
    limit = problem.policy.max_outings_per_week + 1
    yield Offer(
        prices.outing,
        ("outings",),
        lambda week: loosening.more_outings(week, limit),
        lambda plan: _out_once_more(problem, plan),
    )
    every = [(day, band) for day in visit.days for band in problem.bands]
    for officer in dict.fromkeys(holders):
        yield Offer(
            prices.extra_shift,
            ("duty", officer),
            lambda week, o=officer: loosening.on_duty(week, o, every),  # type: ignore[misc]  # mypy cannot type a lambda's defaults
            lambda plan, o=officer: _on_further_shifts(problem, o, plan),  # type: ignore[misc]  # mypy cannot type a lambda's defaults
        )


def _led_by_others(problem: WeeklyProblem, visit: Visit, holders: list[str], plan: WeeklyPlan) -> Iterator[Way]:
    leads = sorted({stop.officers[0] for _, stop in stops_of(plan, problem, visit.obligation_id)} - set(holders))
    who = listed([same(problem.officers[lead].name) for lead in leads])
    yield Way(
        Text(f"由{who.zh}代为带队", f"Let {who.en} lead it"),
        lambda week: loosening.other_leads(week, visit.obligation_id, leads),
    )


def _out_once_more(problem: WeeklyProblem, plan: WeeklyPlan) -> Iterator[Way]:
    limit = problem.policy.max_outings_per_week + 1
    times = [officer for route in plan.routes for officer in route.crew.officers]
    who = listed([same(problem.officers[o].name) for o in sorted(set(times)) if times.count(o) >= limit])
    yield Way(
        Text(f"本周{who.zh}可出勤 {limit} 次", f"Let {who.en} go out {limit} times this week"),
        lambda week: loosening.more_outings(week, limit),
    )


def _on_further_shifts(problem: WeeklyProblem, officer: str, plan: WeeklyPlan) -> Iterator[Way]:
    there = {(problem.day_of(s), s.band_id) for s in problem.shifts if s.officer_id == officer}
    name = problem.officers[officer].name
    out = [(route.day, route.band_id) for route in plan.routes if officer in route.crew.officers]
    for shift in sorted(set(out) - there):
        when = shift_name(problem, *shift)
        yield Way(
            Text(f"请{name}{when.zh}加班一班", f"Ask {name} to work {when.en} too"),
            lambda week, s=shift: loosening.on_duty(week, officer, [s]),  # type: ignore[misc]  # mypy cannot type a lambda's defaults
        )


def _overtime(problem: WeeklyProblem, visit: Visit) -> Iterator[Offer]:
    community = problem.communities[visit.community_id]
    holders = {community.a_officer, community.b_officer}
    shifts = {(problem.day_of(s), s.band_id) for s in problem.shifts if s.officer_id in holders}
    for day, band in sorted(shift for shift in shifts if shift[0] in visit.days):
        when = shift_name(problem, day, band)
        yield _whole(
            problem.policy.mending.overtime,
            None,
            Text(f"{when.zh}可晚归 {span(HALF).zh}", f"Let crews of {when.en} be back {span(HALF).en} later"),
            lambda week, d=day, b=band: loosening.longer_shift(week, d, b, HALF),  # type: ignore[misc]  # mypy cannot type a lambda's defaults
        )


def _borrowed(problem: WeeklyProblem, visit: Visit) -> Iterator[Offer]:
    prices, key = problem.policy.mending, visit.obligation_id
    shifts = sorted({(problem.day_of(shift), shift.band_id) for shift in problem.shifts})
    if problem.travel:
        yield Offer(prices.vehicle, ("vehicles",), loosening.one_more_vehicle, _vehicle_for_a_day)
    yield Offer(
        prices.officer,
        ("second",),
        lambda week: loosening.one_more_officer(week, shifts),
        lambda plan: _officer_for_a_shift(problem, plan),
    )
    mine = {v.id for v in loosening.visits_of(problem, key)}
    for pinned in [pin.visit_id for pin in problem.pins if pin.visit_id in mine][:1]:
        title = title_of(problem, visit)
        yield _whole(
            prices.partner_sooner,
            ("pin", pinned),
            Text(f"不再钉住{title.zh}", f"Take the pin off the {title.en.lower()}"),
            lambda week: loosening.without_pins(week, key),
        )


def _vehicle_for_a_day(plan: WeeklyPlan) -> Iterator[Way]:
    for day in sorted({route.day for route in plan.routes if route.vehicle_id.startswith(loosening.RESERVE)}):
        yield Way(
            Text(f"{WEEKDAYS[day].zh}借一辆车", f"Borrow a vehicle on {WEEKDAYS[day].en}"),
            lambda week, d=day: _vehicle_on(week, d),  # type: ignore[misc]  # mypy cannot type a lambda's defaults
        )


def _vehicle_on(problem: WeeklyProblem, day: int) -> WeeklyProblem:
    more = loosening.one_more_vehicle(problem)
    borrowed = more.vehicles[-1].id
    away = OutOfService(borrowed, 0, day * DAY), OutOfService(borrowed, (day + 1) * DAY, 7 * DAY)
    gone = tuple(item for item in away if item.start < item.end)
    return replace(more, out_of_service=(*more.out_of_service, *gone))


def _officer_for_a_shift(problem: WeeklyProblem, plan: WeeklyPlan) -> Iterator[Way]:
    used = {
        (route.day, route.band_id)
        for route in plan.routes
        for officer in route.crew.officers
        if officer.startswith(loosening.RESERVE)
    }
    for shift in sorted(used):
        when = shift_name(problem, *shift)
        yield Way(
            Text(f"{when.zh}借调一名持证队员", f"Borrow a certified officer for {when.en}"),
            lambda week, s=shift: loosening.one_more_officer(week, [s]),  # type: ignore[misc]  # mypy cannot type a lambda's defaults
        )


def _whole(price: int, gives: tuple[str, ...] | None, text: Text, change: Change) -> Offer:
    return Offer(price, gives, change, lambda _: iter([Way(text, change)]))


def shift_name(problem: WeeklyProblem, day: int, band_id: str) -> Text:
    """Return a shift as day and band; in English as day and hours, for a band's name is the squad's own word."""
    band = problem.bands[band_id]
    return Text(f"{WEEKDAYS[day].zh}{band.name}", f"{WEEKDAYS[day].en}'s {clock(band.start)}–{clock(band.end)} shift")
