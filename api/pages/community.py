"""A community's page: what it is owed, who answers for it, what was found there, who was and will be there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy import Connection, RowMapping

from api.agenda import PHASE_NAMES
from api.endpoints.register import let_pass
from api.errors import UnknownRecordError
from api.inside import Now, Store
from api.ledgers import ledger_of
from api.pages import say
from api.pages.charts import bars_svg, svg_answer
from api.pages.communities import community_address
from api.pages.community_findings import chart_of, findings, findings_by_week
from api.pages.community_ledger import groups, late_lines
from api.pages.community_words import WORDS
from api.pages.page import Place, page, squad_address
from api.problems import language_of
from api.published_visits import PublishedVisit, visits_since
from api.records import community_violations
from api.security.access import Looks
from api.security.roles import Act, Principal
from api.storage.cases import all_cases
from api.storage.engine import reading
from api.storage.register import all_feedback, community_version, history, post_changes, renovations
from api.storage.squads import load_squad
from api.storage.violations import violations_on_record
from api.storage.visits import visit_records
from casework.case import violation_of
from casework.notice import NoticeState, notice_state
from casework.obligation import KIND_NAMES
from casework.phases import PhaseRules, Renovation, homes_registered, next_phase
from casework.visit_record import VISIT_STATES, VisitRecord, VisitState
from geo.community import Community, Phase
from geo.text import Language, Text
from planner.squad import Squad
from planner.week import Week

MADE_WITHIN = timedelta(weeks=8)

router = APIRouter(include_in_schema=False)


@router.get("/squads/{squad_id}/communities/{community_id}", response_class=HTMLResponse)
def community_page(
    who: Looks, squad_id: str, community_id: str, request: Request, store: Store, now: Now
) -> HTMLResponse:
    """Show a community."""
    language = language_of(request)
    with reading(store) as connection:
        squad = load_squad(connection, squad_id, date.max)
        community = community_of(squad, community_id)
        shown = _shown(connection, squad, community, who, now, language)
        version = community_version(connection, squad_id, community_id)
    here = community_address(squad_id, community_id)
    base = f"/api{squad_address(squad_id)}"
    return page(
        request,
        "community.html",
        WORDS,
        who=who,
        place=Place(squad_id, squad.name, "communities"),
        data={
            "base": base,
            "here": f"/api{here}",
            "community": community_id,
            "version": version,
            "today": now.date().isoformat(),
            "posts": posts_of(community),
        },
        squad_page=squad_address(squad_id),
        base=base,
        here=here,
        cases_here=f"{squad_address(squad_id)}/cases?community={quote(community_id, safe='')}&show=all",
        may_keep=who.may(Act.KEEP, squad_id),
        may_attend=who.may(Act.ATTEND, squad_id),
        **shown,
    )


@router.get("/squads/{squad_id}/communities/{community_id}/charts/findings.svg")
def findings_chart(
    squad_id: str, community_id: str, _: Looks, request: Request, store: Store, now: Now, *, narrow: bool = False
) -> Response:
    """Draw what was found week by week and by type."""
    with reading(store) as connection:
        community_of(load_squad(connection, squad_id, date.max), community_id)
        found = community_violations(connection, squad_id, community_id)
    weeks = findings_by_week(found, now.date())
    return svg_answer(bars_svg(chart_of(weeks, language_of(request)), narrow=narrow))


def community_of(squad: Squad, community_id: str) -> Community:
    """Return a squad's community; raise `UnknownRecordError` where there is none of that id."""
    for community in squad.communities:
        if community.id == community_id:
            return community
    raise UnknownRecordError(Text(f"没有小区 {community_id}", f"There is no community {community_id}"))


def _shown(
    connection: Connection, squad: Squad, community: Community, who: Principal, now: datetime, language: Language
) -> dict[str, Any]:
    today, names = now.date(), {officer.id: officer.name for officer in squad.officers}
    past = history(connection, squad.id, community.id)
    cases = all_cases(connection, squad.id, community_id=community.id)
    files = violations_on_record(connection, squad.id, community_id=community.id)
    violations = (*files, *(one for one in map(violation_of, cases) if one is not None))
    lines = ledger_of(connection, squad, community, now, violations=violations)
    late = {line.item.id for line in lines if let_pass(line, past[0]["day"] if past else today)}
    register = [one for one in renovations(connection, squad.id) if one.community_id == community.id]
    weeks = findings_by_week(violations, today)
    visits = [
        one
        for one in visits_since(connection, squad.id, Week.of(now - MADE_WITHIN))
        if one.community_id == community.id
    ]
    given = all_feedback(connection, squad.id) if who.may(Act.KEEP, squad.id) else ()
    return {
        "community": community,
        "phase": PHASE_NAMES[community.phase].say(language),
        "delivery": _delivery(community, today, language),
        "groups": groups(lines, late, names, today, language),
        "overdue": len(late),
        "late_lines": late_lines(lines, late, names, today, language),
        "phases": [{"code": code.value, "name": name.say(language)} for code, name in PHASE_NAMES.items()],
        "certified": [{"id": one.id, "name": one.name} for one in squad.officers if one.certified],
        "more_b": say.listed([names.get(one, one) for one in community.more_b], language),
        "proposal": _proposal(community, today, homes_registered(register, community.id), language),
        "history": [_was(row, names, today, language) for row in reversed(past)],
        "found": findings(cases, files, squad.id, now, language),
        "weeks": weeks.shown(language, today),
        **_visits(connection, squad.id, visits, now, language),
        "register": [_renovation(one, today, language) for one in reversed(register)],
        "homes_registered": homes_registered(register, community.id),
        "feedback": [
            {
                "day": say.short_day(one.day, today).say(language),
                "officer": names.get(one.officer_id, one.officer_id),
                "points": f"{one.points:g}",
                "note": one.note,
            }
            for one in reversed(given)
            if one.community_id == community.id
        ],
        "officers": _answering_first(squad, community),
        "notice": notice_said(notice_state(lines, post_changes(past)), today, language),
    }


def posts_of(community: Community) -> dict[str, str]:
    """Return a community's phase and posts as the operation that changes them takes them."""
    return {"phase": community.phase.value, "a_officer": community.a_officer, "b_officer": community.b_officer}


def notice_said(state: NoticeState, today: date, language: Language) -> dict[str, Any]:
    """Return how the notice sheet stands, in a sentence."""
    days = {
        "posted": state.posted_on and say.short_day(state.posted_on, today).say(language),
        "changed": state.changed_on and say.short_day(state.changed_on, today).say(language),
    }
    key = "notice_outdated" if state.outdated else "notice_posted" if state.posted_on else "notice_never"
    return {"outdated": state.outdated, "owed": state.owed, "said": WORDS[key].say(language).format(**days)}


def _delivery(community: Community, today: date, language: Language) -> str:
    if community.delivery_date is None:
        return ""
    key = "delivered" if community.delivery_date <= today else "to_be_delivered"
    return WORDS[key].say(language).format(day=say.short_day(community.delivery_date, today).say(language))


def _proposal(community: Community, today: date, registered: int, language: Language) -> dict[str, Any]:
    proposed = next_phase(community, today, registered, PhaseRules())
    return {
        "code": proposed.phase.value,
        "moves": proposed.phase is not community.phase,
        "said": WORDS["proposal"].say(language).format(phase=PHASE_NAMES[proposed.phase].say(language)),
        "reason": proposed.reason.say(language),
    }


def _was(row: RowMapping, names: Mapping[str, str], today: date, language: Language) -> dict[str, str]:
    return {
        "since": say.short_day(row["day"], today).say(language),
        "phase": PHASE_NAMES[Phase(row["phase"])].say(language),
        "a": names.get(row["a_officer"], row["a_officer"]),
        "b": names.get(row["b_officer"], row["b_officer"]),
    }


def _visits(
    connection: Connection, squad_id: str, visits: Sequence[PublishedVisit], now: datetime, language: Language
) -> dict[str, Any]:
    """Return the visits to come, the next first, and those that were to be made by now, the last first."""
    weeks = {week: visit_records(connection, squad_id, week) for week in {visit.week for visit in visits}}
    told = [(visit, weeks[visit.week].get(visit.id, VisitRecord())) for visit in visits]
    over = [(visit, record) for visit, record in told if visit.end <= now or record.state is VisitState.DONE]
    return {
        "coming": [_visit(pair, now.date(), language) for pair in told if pair not in over],
        "made": [_visit(pair, now.date(), language) for pair in reversed(over)],
    }


def _visit(told: tuple[PublishedVisit, VisitRecord], today: date, language: Language) -> dict[str, Any]:
    one, record = told
    return {
        "state": record.state.value,
        "state_name": VISIT_STATES[record.state].say(language),
        "reason": record.reason,
        "at": f"{say.moment(one.begin, today).say(language)}–{say.clock(one.end)}",
        "kind": KIND_NAMES[one.kind].say(language),
        "kind_code": one.kind.value,
        "officers": say.listed(one.officers, language),
        "partners": say.listed(one.partners, language),
    }


def _renovation(one: Renovation, today: date, language: Language) -> dict[str, str]:
    return {
        "building": one.building,
        "registered_on": say.short_day(one.registered_on, today).say(language),
        "ends_on": "" if one.ends_on is None else say.short_day(one.ends_on, today).say(language),
        "contractor": one.contractor,
    }


def _answering_first(squad: Squad, community: Community) -> Sequence[dict[str, str]]:
    """Return the officers whom feedback may be of, those who answer for the community first."""
    answering = list(community.answering)
    ordered = sorted(squad.officers, key=lambda one: answering.index(one.id) if one.id in answering else len(answering))
    return [{"id": one.id, "name": one.name} for one in ordered]
