"""The two-hour check on one page: how slow, where, when, and who could come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from geo.community import Community
from geo.text import Language
from maps import layers
from maps.base import NO_ROADS, RoadPicture, empty_map, finish, ground, squad_bounds
from maps.figures import Figure, slowest, waiting
from maps.pages import page
from maps.palette import BAD, SCALE, AreaStyle, waiting_colour
from maps.resilience import resilience
from maps.speak import clock, moment, span, week_name
from maps.whereabouts import response_pieces, whereabouts
from maps.words import RESPONSE
from planner.phases import NEVER
from planner.response import Checked
from planner.response_figures import Figures
from planner.response_report import CommunityCover, ResponseReport
from planner.response_words import explain_gap
from planner.squad import Squad
from planner.week import WeeklyPlan, WeeklyProblem
from planner.words import WEEKDAYS

Data = dict[str, Any]

_HOURS = 24


def response_map(
    problem: WeeklyProblem,
    plan: WeeklyPlan,
    squad: Squad,
    report: ResponseReport,
    roads: RoadPicture = NO_ROADS,
    language: Language = "zh",
    *,
    check: Checked | None = None,
    figures: Figures | None = None,
) -> str:
    """Return the two-hour check of a plan as one HTML page that needs no network.

    With `check`, the same check in numbers, the page shows where everybody is at any moment and who would come; with
    `figures`, on whom it hangs and how much slower traffic may get.
    """
    covers = sorted(report.communities, key=_slowest_first)
    communities = [problem.communities[cover.community_id] for cover in covers]
    hours = _duty_hours(covers)
    parts = finish(_picture(squad, communities, covers, report.limit, language))
    data = {
        "ground": ground(roads, squad, squad_bounds(squad), None, language),
        "response": {
            "limit": report.limit,
            "ids": [community.id for community in communities],
            "names": [community.name for community in communities],
            "hourly": [[min(value, NEVER) for value in cover.hourly] for cover in covers],
            "never": NEVER,
            "hours": hours,
            "scale": [*SCALE, BAD],
            "weekdays": [day.say(language) for day in WEEKDAYS],
            "duty": [list(span_) for span_ in report.duty],
            "people": [] if check is None else whereabouts(problem, plan, check, language),
            "answers": [] if check is None else [response_pieces(problem, check, c.id) for c in communities],
        },
    }
    context = {
        "squad": squad,
        "problem": problem,
        "week": week_name(plan.week).say(language),
        "figures": _figures(problem, report, language),
        "heat": {
            "rows": [community.name for community in communities],
            "days": [day.say(language) for day in WEEKDAYS],
            "per_day": len(hours),
            "ticks": [(i, hour) for i, hour in enumerate(hours) if hour % 4 == 0],
            "trimmed": len(hours) < _HOURS,
        },
        "rows": list(_rows(problem, report, covers, language)),
        "gaps": list(_gaps(problem, report, language)),
        "statements": [statement.say(language) for statement in report.statements],
        "steps": _steps(report.limit, language),
        "moving": check is not None,
        "resilience": None if figures is None else resilience(problem, figures, language),
        "limit": span(report.limit).say(language),
        "bad": BAD,
        "all_surveyed": all(c.boundary.source == "surveyed" for c in communities),
        "language": language,
    }
    return page("response", parts, RESPONSE, language, data, context)


def _slowest_first(cover: CommunityCover) -> tuple[int, int]:
    return (-cover.worst.seconds, cover.worst.instant) if cover.worst else (1, 0)


def _picture(
    squad: Squad, communities: Sequence[Community], covers: Sequence[CommunityCover], limit: int, language: Language
) -> Any:  # noqa: ANN401  folium ships no types
    worst = {cover.community_id: cover.worst.seconds if cover.worst else -1 for cover in covers}

    def paint(community: Community) -> AreaStyle:
        seconds = worst[community.id]
        return AreaStyle("#16202b", 0.85, waiting(seconds), waiting_colour(seconds, limit))

    picture = empty_map(squad)
    layers.community_areas(picture, communities, RESPONSE["areas"], language, paint)
    layers.gate_marks(picture, communities, RESPONSE["gates"], language)
    layers.station_mark(picture, squad, language)
    return picture


def _figures(problem: WeeklyProblem, report: ResponseReport, language: Language) -> list[Figure]:
    late = sum(1 for cover in report.communities if cover.late)
    say = {key: text.say(language) for key, text in RESPONSE.items()}
    watched = sum(cover.watched for cover in report.communities)
    return [
        slowest(problem, report, language),
        Figure(say["share"], _percent(report.late, watched), say["share_note"], not report.kept),
        Figure(say["late"], span(report.late).say(language), say["late_note"], report.late > 0),
        Figure(say["places_late"], f"{late} / {len(report.communities)}", "", late > 0),
    ]


def _percent(late: int, watched: int) -> str:
    """Return the share kept, cut off and never rounded up: 100 % means every second."""
    if not late or not watched:
        return "100%"
    kept = (watched - late) * 10_000 // watched
    return f"{kept // 100}.{kept % 100:02d}%"


def _duty_hours(covers: Sequence[CommunityCover]) -> list[int]:
    """Return the hours of the day to show: from the first to the last in which anybody is on duty on any day."""
    hours = [h for h in range(_HOURS) if any(c.hourly[d * _HOURS + h] >= 0 for c in covers for d in range(7))]
    return list(range(hours[0], hours[-1] + 1)) if hours else []


def _rows(
    problem: WeeklyProblem, report: ResponseReport, covers: Sequence[CommunityCover], language: Language
) -> Iterator[Data]:
    for index, cover in enumerate(covers):
        worst = cover.worst
        community = problem.communities[cover.community_id]
        if worst is None:
            continue
        gate = next((gate.name for gate in community.gates if gate.id == worst.gate_id), "")
        who = "" if worst.officer_id is None else problem.officers[worst.officer_id].name
        yield {
            "index": index,
            "place": community.name,
            "gate": gate,
            "seconds": worst.seconds,
            "colour": waiting_colour(worst.seconds, report.limit),
            "waiting": waiting(worst.seconds).say(language),
            "late": worst.seconds > report.limit,
            "instant": worst.instant,
            "when": moment(worst.instant).say(language),
            "who": who,
            "state": worst.state.say(language),
            "share": _percent(cover.late, cover.watched),
        }


def _gaps(problem: WeeklyProblem, report: ResponseReport, language: Language) -> Iterator[Data]:
    for gap in sorted(report.gaps, key=lambda gap: (gap.start, gap.community_id)):
        yield {
            "place": problem.communities[gap.community_id].name,
            "when": f"{moment(gap.start).say(language)} – {clock(gap.end)}",
            "length": span(gap.end - gap.start).say(language),
            "worst": waiting(gap.worst).say(language),
            "sentence": explain_gap(gap, problem).say(language),
        }


def _steps(limit: int, language: Language) -> list[tuple[str, str]]:
    """Return the colours of the scale with the waiting time each begins at."""
    return [(colour, span(limit * i // len(SCALE)).say(language)) for i, colour in enumerate(SCALE)]
