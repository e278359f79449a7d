"""Each officer as the desk sees him: what he does by the plan, where he is, and what he last told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from api.faults import text_to_dict
from api.open_plans import Duty
from casework.case import Arrived, Case, Dispatched, Handled, Recalled, Stage, Step
from casework.obligation import KIND_NAMES
from casework.visit_record import SAID_NAMES, Said
from geo.text import Text
from planner.presence import AT_WORK, Doing, Spell, at, duty_end, following, next_duty, spot
from planner.response_words import place_name
from planner.visit import Visit
from planner.week import WeeklyProblem

Json: TypeAlias = dict[str, Any]

DOING: Mapping[Doing, Text] = {
    Doing.STANDBY: Text("在站备勤", "On stand-by at the station"),
    Doing.WAITING: Text("在门口等候", "Waiting at the gate"),
    Doing.DRIVING: Text("前往", "Driving to"),
    Doing.VISIT: Text("检查", "Visit"),
    Doing.BREAK: Text("休息", "On a break"),
    Doing.REPORT: Text("处置报告", "At a report"),
    Doing.OFF: Text("不在班", "Off duty"),
    Doing.LEAVE: Text("请假", "On leave"),
}
SENT, ON_SCENE = Text("赶往报告现场", "On the way to a report"), Text("在报告现场处置", "At a report's scene")
TOLD: Mapping[type, Text] = {
    Dispatched: Text("受派", "Sent"),
    Recalled: Text("被召回", "Called back"),
    Arrived: Text("到场", "Arrived"),
    Handled: Text("处置完毕", "Dealt with it"),
}


@dataclass(frozen=True, slots=True)
class Word:
    """The last thing known of an officer: what, where and when."""

    at: datetime
    what: Text
    place: str | None


def people(duty: Duty, now: datetime, busy: Mapping[str, Case], words: Mapping[str, Word]) -> list[Json]:
    """Return every officer, those on duty first, in the order of the roster.

    Parameters
    ----------
    busy
        The case that each officer is on who is on one.
    words
        What each officer last told, or what was last told of him.
    """
    problem = duty.opened.prepared.problem
    instant = problem.week.second(now)
    visits = {visit.id: visit for visit in problem.visits}
    rows = [
        _person(
            problem, visits, officer_id, duty.spells[officer_id], instant, busy.get(officer_id), words.get(officer_id)
        )
        for officer_id in problem.officers
    ]
    return sorted(rows, key=lambda row: row["duty_until"] is None and row["case"] is None)


def last_words(steps: Iterable[tuple[Case, Sequence[Step]]], names: Mapping[str, str]) -> dict[str, Word]:
    """Return what was last told of each officer by the steps of cases.

    Parameters
    ----------
    names
        Of communities, by id.
    """
    found: dict[str, Word] = {}
    for case, taken in steps:
        place = names.get(case.report.community_id or "")
        crew: tuple[str, ...] = ()
        for step in taken:
            if isinstance(step, Dispatched):
                crew = step.officers
            concerned = (step.officer,) if isinstance(step, Arrived) else crew
            if type(step) in TOLD:
                for officer in concerned:
                    later(found, officer, Word(step.at, TOLD[type(step)], place))
    return found


def add_acts(words: dict[str, Word], acts: Iterable[Mapping[str, Any]], names: Mapping[str, str]) -> None:
    """Add what officers said of their visits themselves."""
    for act in acts:
        place = names.get(act["community_id"])
        later(words, act["officer_id"], Word(act["at"], SAID_NAMES[Said(act["said"])], place))


def later(words: dict[str, Word], officer: str, word: Word) -> None:
    """Keep a word where it is the last one of an officer."""
    if officer not in words or words[officer].at <= word.at:
        words[officer] = word


def _person(
    problem: WeeklyProblem,
    visits: Mapping[str, Visit],
    officer_id: str,
    mine: Sequence[Spell],
    instant: int,
    case: Case | None,
    word: Word | None,
) -> Json:
    officer, spell = problem.officers[officer_id], at(mine, instant)
    on_duty = spell.doing in AT_WORK
    coming = following(mine, instant) if on_duty else None
    starts = None if on_duty else next_duty(mine, instant)
    return {
        "officer": officer_id,
        "name": officer.name,
        "certified": officer.certified,
        "duty_until": _time(problem, duty_end(mine, instant)) if on_duty else None,
        "duty_from": None if starts is None else _time(problem, starts),
        "now": _now(problem, visits, spell) if case is None else _on_case(problem, case),
        "next": None if coming is None else _next(problem, visits, coming),
        "at": _spot(problem, spell, instant, case),
        "last": None if word is None else _word(word),
        "case": None if case is None else case.id,
    }


def _now(problem: WeeklyProblem, visits: Mapping[str, Visit], spell: Spell) -> Json:
    at_work = spell.doing in AT_WORK
    named = at_work and spell.doing is not Doing.STANDBY
    return {
        "doing": spell.doing.value,
        "what": text_to_dict(_what(visits, spell)),
        "place": text_to_dict(place_name(problem, spell.place)) if named else None,
        "since": _time(problem, spell.start) if at_work else None,
        "until": _time(problem, spell.finish or spell.end) if at_work else None,
        "visit": spell.visit_id or None,
    }


def _on_case(problem: WeeklyProblem, case: Case) -> Json:
    community = problem.communities.get(case.report.community_id or "")
    return {
        "doing": Doing.REPORT.value,
        "what": text_to_dict(ON_SCENE if case.stage is Stage.ON_SCENE else SENT),
        "place": None if community is None else {"zh": community.name, "en": community.name},
        "since": None,
        "until": None,
        "visit": None,
    }


def _next(problem: WeeklyProblem, visits: Mapping[str, Visit], spell: Spell) -> Json:
    return {
        "what": text_to_dict(_what(visits, spell)),
        "place": text_to_dict(place_name(problem, spell.place)),
        "begin": _time(problem, spell.start),
        "visit": spell.visit_id,
    }


def _what(visits: Mapping[str, Visit], spell: Spell) -> Text:
    visit = visits.get(spell.visit_id)
    return DOING[spell.doing] if visit is None else KIND_NAMES[visit.kind]


def _spot(problem: WeeklyProblem, spell: Spell, instant: int, case: Case | None) -> Json | None:
    if case is not None and case.stage is Stage.ON_SCENE:
        return {"lon": case.report.lon, "lat": case.report.lat, "moving": False}
    found = spot(problem, spell, instant)
    if found is None:
        return None
    moving = spell.doing is Doing.DRIVING or case is not None
    return {"lon": round(found[0], 5), "lat": round(found[1], 5), "moving": moving}


def _word(word: Word) -> Json:
    return {"at": word.at.isoformat(), "what": text_to_dict(word.what), "place": word.place}


def _time(problem: WeeklyProblem, instant: int) -> str:
    return problem.week.instant(instant).isoformat()
