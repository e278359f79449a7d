"""Requirements: what could stand in the way of a missed visit, each as a leader knows it and could give it up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from casework.obligation import KIND_NAMES
from geo.text import Text, same
from planner import loosening
from planner.demand import partner_spans
from planner.officer import VEHICLE_NAMES, VehicleKind
from planner.visit import Visit
from planner.week import DAY, WeeklyProblem
from planner.words import WEEKDAYS, clock, listed, span


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement of a missed visit.

    Attributes
    ----------
    key
        Names it within the week, such as ``("hours", "k1")``.
    says
        The requirement as a sentence.
    loosen
        The week without it; None where only the visits of `keeps` are at stake.
    keeps
        An obligation of which no more may be missed than in the plan.
    """

    key: tuple[str, ...]
    says: Text
    loosen: Callable[[WeeklyProblem], WeeklyProblem] | None = None
    keeps: str | None = None


def requirements(problem: WeeklyProblem, visit: Visit) -> tuple[Requirement, ...]:
    """Return every requirement that may keep `visit` out: its own first, other visits that stay last.

    Loosened in this order they add up: hours before the partners who keep them, days before hours.
    """
    return (
        *_of_its_days(problem, visit),
        *_of_its_partners(problem, visit),
        *_of_its_people(problem, visit),
        *_of_the_squad(problem, visit),
        *_of_other_visits(problem, visit),
    )


def _of_its_days(problem: WeeklyProblem, visit: Visit) -> Iterator[Requirement]:
    key = visit.obligation_id
    owed = len(loosening.visits_of(problem, key))
    usual = problem.policy.visits[visit.kind].duration
    if visit.duration > usual:
        yield Requirement(
            ("duration",),
            Text(f"按风险要做满 {span(visit.duration).zh}", f"Risk asks for {span(visit.duration).en} of it"),
            lambda week: loosening.shorter(week, key, usual),
        )
    working = [day for day in range(7) if any(problem.day_of(shift) == day for shift in problem.shifts)]
    if set(working) - set(visit.days):
        days = listed([WEEKDAYS[day] for day in visit.days])
        yield Requirement(
            ("days",),
            Text(f"只能排在{days.zh}", f"It may be made on {days.en} only"),
            lambda week: loosening.more_days(week, key, working),
        )
    if owed > 1 and visit.min_days_apart > 1:
        yield Requirement(
            ("spacing",),
            Text(
                f"{owed} 次的日期至少相差 {visit.min_days_apart} 天",
                f"Its {owed} visits are at least {visit.min_days_apart} days apart",
            ),
            lambda week: loosening.closer(week, key, 1),
        )
    mine = {other.id for other in loosening.visits_of(problem, key)}
    for pin in (pin for pin in problem.pins if pin.visit_id in mine):
        where = Text(f"{WEEKDAYS[pin.day].zh}{_band(problem, pin.band_id)}", WEEKDAYS[pin.day].en)
        yield Requirement(
            ("pin", pin.visit_id),
            Text(f"钉在{where.zh}", f"It is pinned to {where.en} {_band(problem, pin.band_id)}"),
            lambda week: loosening.without_pins(week, key),
        )


def _of_its_partners(problem: WeeklyProblem, visit: Visit) -> Iterator[Requirement]:
    key = visit.obligation_id
    for partner_id in visit.partner_ids:
        name, hours = problem.partners[partner_id].name, hours_of(problem, visit, partner_id)
        yield Requirement(
            ("hours", partner_id),
            Text(f"{name}只有{hours.zh}能到", f"{name} can come {hours.en} only")
            if hours.zh
            else Text(f"{name}在这几天都不能到", f"{name} can come on none of these days"),
            lambda week, p=partner_id: loosening.partner_hours(week, key, p, loosening.all_hours(range(7))),  # type: ignore[misc]  # mypy cannot type a lambda's defaults
        )
    for partner_id in visit.partner_ids:
        served = [v for v in problem.visits if partner_id in v.partner_ids and v.obligation_id != key]
        if served:
            name = problem.partners[partner_id].name
            yield Requirement(
                ("place", partner_id),
                Text(f"{name}同一时间只能在一处", f"{name} can be in one place at a time"),
                lambda week, p=partner_id: loosening.colleague(week, key, p),  # type: ignore[misc]  # mypy cannot type a lambda's defaults
            )


def _of_its_people(problem: WeeklyProblem, visit: Visit) -> Iterator[Requirement]:
    key, community = visit.obligation_id, problem.communities[visit.community_id]
    certified = [officer.id for officer in problem.officers.values() if officer.certified]
    holders = [(post, officer) for post, officer in (("A", community.a_officer), ("B", community.b_officer)) if officer]
    if set(certified) - {officer for _, officer in holders}:
        who = listed([same(f"{problem.officers[o].name}({post} 岗)") for post, o in holders]).zh
        whom = listed([same(f"{problem.officers[o].name} ({post})") for post, o in holders]).en
        yield Requirement(
            ("posts",),
            Text(f"只有{who}可以带队", f"Only {whom} may lead it"),
            lambda week: loosening.other_leads(week, key, certified),
        )
    every = [(day, band) for day in visit.days for band in problem.bands]
    for post, officer in holders:
        there = {(problem.day_of(s), s.band_id) for s in problem.shifts if s.officer_id == officer}
        if officer in certified and set(every) - there:
            name, duty = problem.officers[officer].name, duty_of(problem, officer, visit.days)
            yield Requirement(
                ("duty", officer),
                Text(
                    f"{post} 岗{name}在这几天{f'只上{duty.zh}' if duty.zh else '都不当班'}",
                    f"{name} ({post}) is on duty {f'{duty.en} only' if duty.en else 'on none of these days'}",
                ),
                lambda week, o=officer: loosening.on_duty(week, o, every),  # type: ignore[misc]  # mypy cannot type a lambda's defaults
            )


def _of_the_squad(problem: WeeklyProblem, visit: Visit) -> Iterator[Requirement]:
    shifts = sorted({(problem.day_of(shift), shift.band_id) for shift in problem.shifts})
    yield Requirement(
        ("second",),
        Text(
            "出队要两名持证队员,每班没有多余的持证队员",
            "A crew is two certified officers, and no shift has more of them",
        ),
        lambda week: loosening.one_more_officer(week, shifts),
    )
    if problem.travel:
        yield Requirement(("vehicles",), _fleet(problem), loosening.one_more_vehicle)
    if problem.policy.breaks:
        yield Requirement(
            ("breaks",),
            Text("当班要给用餐休息", "Crews get their meal break"),
            loosening.without_breaks,
        )
    most = problem.policy.max_outings_per_week
    yield Requirement(
        ("outings",),
        Text(f"每人一周最多出勤 {most} 次", f"Nobody goes out more than {most} times a week"),
        lambda week: loosening.more_outings(week, 7 * len(problem.bands)),
    )
    if visit.whole_shift:
        yield Requirement(
            ("presence",),
            Text(
                f"驻点在现场至少 {span(visit.duration).zh}",
                f"Stationing means at least {span(visit.duration).en} on site",
            ),
            lambda week: loosening.shorter(week, visit.obligation_id, visit.duration // 2),
        )


def _of_other_visits(problem: WeeklyProblem, visit: Visit) -> Iterator[Requirement]:
    """Yield that other mandatory visits keep their place, those with most in common with this one first."""
    by_obligation: dict[str, Visit] = {}
    for other in problem.visits:
        if other.mandatory and other.obligation_id != visit.obligation_id:
            by_obligation.setdefault(other.obligation_id, other)
    for other in sorted(by_obligation.values(), key=lambda other: (-in_common(problem, visit, other), other.id)):
        title = title_of(problem, other)
        yield Requirement(
            ("keeps", other.obligation_id),
            Text(f"{title.zh}不能因此少做", f"{title.en} is not to be missed for it"),
            keeps=other.obligation_id,
        )


def in_common(problem: WeeklyProblem, visit: Visit, other: Visit) -> int:
    """Return how much two visits have to do with each other: partners, then who may lead both."""
    mine, theirs = problem.communities[visit.community_id], problem.communities[other.community_id]
    leads = {mine.a_officer, mine.b_officer} & {theirs.a_officer, theirs.b_officer}
    return 10 * len(set(visit.partner_ids) & set(other.partner_ids)) + len(leads)


def title_of(problem: WeeklyProblem, visit: Visit) -> Text:
    """Return a visit as kind and place."""
    place, kind = problem.communities[visit.community_id].name, KIND_NAMES[visit.kind]
    return Text(f"{place}{kind.zh}", f"{kind.en} at {place}")


def hours_of(problem: WeeklyProblem, visit: Visit, partner_id: str) -> Text:
    """Return a partner's hours on a visit's days, days of the same hours together."""
    by_hours: dict[str, list[Text]] = {}
    for day in visit.days:
        spans = partner_spans(problem.partners[partner_id], day, working=problem.working_days[day])
        said = "、".join(f"{clock(a)}–{clock(b) if b % DAY else '24:00'}" for a, b in spans)
        if said:
            by_hours.setdefault(said, []).append(WEEKDAYS[day])
    return Text(
        ";".join(f"{listed(days).zh} {said}" for said, days in by_hours.items()),
        "; ".join(f"{listed(days).en} {said.replace('、', ', ')}" for said, days in by_hours.items()),
    )


def duty_of(problem: WeeklyProblem, officer: str, days: Sequence[int]) -> Text:
    """Return when an officer is on duty on some days, days of the same band together."""
    by_band: dict[str, list[Text]] = {}
    for shift in problem.shifts:
        if shift.officer_id == officer and problem.day_of(shift) in days:
            by_band.setdefault(shift.band_id, []).append(WEEKDAYS[problem.day_of(shift)])
    return Text(
        "、".join(f"{'、'.join(day.zh for day in mine)}{_band(problem, band)}" for band, mine in by_band.items()),
        ", ".join(f"{', '.join(day.en for day in mine)} {_starts(problem, band)}" for band, mine in by_band.items()),
    )


def _band(problem: WeeklyProblem, band: str) -> str:
    return problem.bands[band].name


def _starts(problem: WeeklyProblem, band: str) -> str:
    """Return a band as its hours: its name is in the squad's language."""
    return f"{clock(problem.bands[band].start)}–{clock(problem.bands[band].end)}"


def _fleet(problem: WeeklyProblem) -> Text:
    counts = {kind: sum(vehicle.kind == kind for vehicle in problem.crew_vehicles) for kind in VehicleKind}
    there = [(VEHICLE_NAMES[kind], count) for kind, count in counts.items() if count]
    if not there:
        return Text("没有坐得下两人的车辆", "There is no vehicle for two")
    return Text(
        f"能派的只有{'、'.join(f'{count} 辆{name.zh}' for name, count in there)}",
        f"There is only {', '.join(f'{count} × {name.en.lower()}' for name, count in there)} to go with",
    )
