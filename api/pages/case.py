"""A case's page: from the report to its close in words, its clocks, and what may be done next by whoever looks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import Connection, RowMapping

from api.case_schemas import case_shown
from api.inside import Now, Store
from api.pages import say
from api.pages.case_told import clocks, timeline
from api.pages.case_words import ACTS, WORDS
from api.pages.cases import case_address, clock_said
from api.pages.communities import community_address
from api.pages.page import Place, page, squad_address
from api.problems import language_of
from api.security.access import Looks
from api.security.roles import Act, Principal, Role
from api.storage.audit import lines_about
from api.storage.cases import all_cases, get_case, merged_into, told_steps
from api.storage.engine import reading
from api.storage.squads import load_squad
from casework.case import (
    FROM,
    OUTCOME_NAMES,
    Arrived,
    Case,
    Dispatched,
    Filed,
    Handled,
    MergedInto,
    Outcome,
    Recalled,
    Rechecked,
)
from casework.duplicates import RECENT, alike
from casework.violation import CATALOGUE
from geo.text import Language, Text, same
from planner.squad import Squad

STEPS: Mapping[str, tuple[type, Act]] = {
    "filed": (Filed, Act.DISPATCH),
    "dispatched": (Dispatched, Act.DISPATCH),
    "recalled": (Recalled, Act.DISPATCH),
    "arrived": (Arrived, Act.ATTEND),
    "handled": (Handled, Act.ATTEND),
    "rechecked": (Rechecked, Act.ATTEND),
    "merged": (MergedInto, Act.DISPATCH),
}
"""What can be done to a case, by whom."""

router = APIRouter(include_in_schema=False)


@router.get("/squads/{squad_id}/cases/{case_id}", response_class=HTMLResponse)
def case_page(who: Looks, squad_id: str, case_id: str, request: Request, store: Store, now: Now) -> HTMLResponse:
    """Show a case."""
    language = language_of(request)
    with reading(store) as connection:
        squad = load_squad(connection, squad_id, date.max)
        kept = get_case(connection, squad_id, case_id)
        steps = told_steps(connection, squad_id, case_id)
        merged = merged_into(connection, squad_id, case_id)
        trail = lines_about(connection, squad_id, case_id) if who.may(Act.AUDIT, squad_id) else ()
        may = _may(kept.case, who, squad_id)
        near = _near(connection, squad_id, kept.case, now, language) if "merged" in may else []
    base = f"/api{squad_address(squad_id)}"
    return page(
        request,
        "case.html",
        WORDS,
        who=who,
        place=Place(squad_id, squad.name, "cases"),
        data={"base": base, "here": f"/api{case_address(squad_id, case_id)}", "version": kept.version},
        tongue=language,
        squad_page=squad_address(squad_id),
        base=base,
        case=case_shown(kept, now),
        facts=_facts(squad, kept.case, language),
        clock=clock_said(kept.case, now, language),
        clocks=clocks(kept.case, now, language),
        timeline=timeline(squad_id, kept.case, steps, {one.id: one.name for one in squad.officers}, language),
        merged=[{"number": one, "address": case_address(squad_id, one)} for one in merged],
        may=may,
        near=near,
        officers=_officers(squad, kept.case, who),
        outcomes=[{"code": one.value, "name": OUTCOME_NAMES[one].say(language)} for one in Outcome],
        types=[{"code": kind.value, "name": one.name.say(language)} for kind, one in CATALOGUE.items()],
        may_unmask=who.may(Act.UNMASK, squad_id),
        audits=who.may(Act.AUDIT, squad_id),
        trail=[_line(row, language) for row in reversed(trail)],
    )


def _may(case: Case, who: Principal, squad_id: str) -> Sequence[str]:
    """Return what may be done to a case now, by whoever looks."""
    return [name for name, (step, act) in STEPS.items() if case.stage in FROM[step] and who.may(act, squad_id)]


def _near(connection: Connection, squad_id: str, case: Case, now: datetime, language: Language) -> list[dict[str, str]]:
    """Return the open cases that this one may belong to."""
    others = all_cases(connection, squad_id, open_only=True, since=case.report.reported_at - RECENT)
    return [
        {
            "number": one.id,
            "said": " · ".join(
                part
                for part in (
                    say.moment(one.report.reported_at, now.date()).say(language),
                    "" if one.type is None else CATALOGUE[one.type].name.say(language),
                )
                if part
            ),
        }
        for one in alike(case.report, others)
    ]


def _facts(squad: Squad, case: Case, language: Language) -> dict[str, Any]:
    community = next((one for one in squad.communities if one.id == case.report.community_id), None)
    return {
        "community": None
        if community is None
        else {"name": community.name, "address": community_address(squad.id, community.id)},
        "type": WORDS["no_type"].say(language) if case.type is None else CATALOGUE[case.type].name.say(language),
        "standard": "" if case.type is None else CATALOGUE[case.type].standard.say(language),
    }


def _officers(squad: Squad, case: Case, who: Principal) -> list[dict[str, str]]:
    """Return whom a step may name: an officer himself only; else those on the case first."""
    if who.role is Role.OFFICER:
        return [{"id": one.id, "name": one.name} for one in squad.officers if one.id == who.subject]
    ordered = sorted(
        squad.officers,
        key=lambda one: case.officers.index(one.id) if one.id in case.officers else len(case.officers),
    )
    return [{"id": one.id, "name": one.name} for one in ordered]


def _line(row: RowMapping, language: Language) -> dict[str, str]:
    act: Text = ACTS.get(row["act"], same(row["act"]))
    return {"at": say.moment(row["at"]).say(language), "who": row["who"], "act": act.say(language)}
