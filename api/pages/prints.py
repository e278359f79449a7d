"""What is printed of a plan: the week on A4, and what each partner is asked to come to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.drafts import recorded_plan
from api.inside import Now, Store
from api.pages import say
from api.pages.page import Place, page, squad_address
from api.pages.print_words import INVITATIONS, SHARED, WEEK
from api.problems import language_of
from api.security.access import Looks
from api.storage.engine import reading
from api.storage.plans import PLAN_STATES, KeptPlan, PlanState
from api.storage.squads import load_squad
from casework.calendar import is_working_day
from casework.obligation import KIND_NAMES, VisitKind
from geo.text import Language
from planner.partner import PARTNER_NAMES, PartnerKind
from planner.squad import Squad
from planner.week import Week

Row: TypeAlias = Mapping[str, Any]

router = APIRouter(include_in_schema=False)


@router.get("/squads/{squad_id}/plans/{plan_id}/print", response_class=HTMLResponse)
def week_sheet(who: Looks, squad_id: str, plan_id: str, request: Request, store: Store, now: Now) -> HTMLResponse:
    """Show the week's sheet: all crews and days, who stands by, what is left out."""
    language = language_of(request)
    kept, squad = recorded_plan(store, squad_id, plan_id), _squad(store, squad_id)
    return page(
        request,
        "week_sheet.html",
        {**SHARED, **WEEK},
        who=who,
        place=Place(squad_id, squad.name, "week"),
        head=_head(kept, squad, now, language),
        plan_page=_plan_page(kept, squad_id),
        days=_days(kept, squad, language),
        bands=_bands(kept, squad, language),
        missed=[_missed(one, language) for one in kept.document["missed"]],
    )


@router.get("/squads/{squad_id}/plans/{plan_id}/invitations", response_class=HTMLResponse)
def invitations(
    who: Looks, squad_id: str, plan_id: str, request: Request, store: Store, now: Now, partner: str | None = None
) -> HTMLResponse:
    """Show what each partner is asked to come to, a page each; of one partner where one is named."""
    language = language_of(request)
    kept, squad = recorded_plan(store, squad_id, plan_id), _squad(store, squad_id)
    asked = _invitations(kept, squad, language)
    here = f"{_plan_page(kept, squad_id)}/invitations"
    return page(
        request,
        "invitations.html",
        {**SHARED, **INVITATIONS},
        who=who,
        place=Place(squad_id, squad.name, "week"),
        head=_head(kept, squad, now, language),
        plan_page=_plan_page(kept, squad_id),
        partners=[
            {
                "name": one["name"],
                "address": f"{here}?partner={quote(one['id'], safe='')}",
                "here": one["id"] == partner,
            }
            for one in asked
        ],
        everybody=here,
        one=partner,
        hotline=squad.hotline,
        pages=[one for one in asked if partner in {None, one["id"]}],
    )


def _squad(store: Store, squad_id: str) -> Squad:
    with reading(store) as connection:
        return load_squad(connection, squad_id, date.max)


def _plan_page(kept: KeptPlan, squad_id: str) -> str:
    return f"{squad_address(squad_id)}/plans/{quote(kept.id, safe='')}"


def _head(kept: KeptPlan, squad: Squad, now: datetime, language: Language) -> dict[str, Any]:
    warning = {PlanState.DRAFT: "draft", PlanState.REPLACED: "replaced"}.get(kept.state)
    return {
        "squad": squad.name,
        "hotline": squad.hotline,
        "week": say.week(Week.parse(kept.week)).say(language),
        "state": PLAN_STATES[kept.state].say(language),
        "warning": "" if warning is None else SHARED[warning].say(language),
        "version": kept.version,
        "made_up": squad.made_up,
        "printed": say.moment(now).say(language),
        "today": say.short_day(now.date()).say(language),
    }


def _days(kept: KeptPlan, squad: Squad, language: Language) -> list[dict[str, Any]]:
    """Return the days of the week on which somebody works, or anything is planned."""
    planned = {route["date"] for route in kept.document["routes"]}
    planned |= {one["date"] for one in kept.document.get("standby", ())}
    shown = []
    for day in Week.parse(kept.week).days:
        works = is_working_day(day, squad.day_on, squad.day_off)
        on_duty = any(shift.day == day for shift in squad.shifts)
        if works or on_duty or day.isoformat() in planned:
            rest = "" if works else WEEK["rest_day"].say(language)
            shown.append({"iso": day.isoformat(), "name": say.day(day).say(language), "rest": rest})
    return shown


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What a cell of the week's sheet is made from."""

    kept: KeptPlan
    squad: Squad
    language: Language

    def cell(self, band_id: str, iso: str) -> dict[str, Any]:
        """Return the crews of a band of a day, and who stands by."""
        routes = [one for one in self.kept.document["routes"] if (one["band"]["id"], one["date"]) == (band_id, iso)]
        away = {one["id"] for route in routes for one in _crew(route)}
        elsewhere = [
            one for one in self.kept.document.get("standby", ()) if (one["band"]["id"], one["date"]) == (band_id, iso)
        ]
        away |= {one["officer"]["id"] for one in elsewhere}
        return {
            "routes": [self._route(route) for route in routes],
            "elsewhere": [self._elsewhere(one) for one in elsewhere],
            "station": say.listed(self._at_station(band_id, iso, away), self.language),
        }

    def _route(self, route: Row) -> dict[str, Any]:
        legs = route["legs"]
        return {
            "crew": say.listed([one["name"] for one in _crew(route)], self.language),
            "vehicle": route["vehicle"]["name"],
            "out": _clock(legs[0]["depart"]),
            "back": _clock(legs[-1]["arrive"]),
            "stops": [self._stop(stop) for stop in route["stops"]],
        }

    def _stop(self, stop: Row) -> dict[str, Any]:
        kinds = [PARTNER_NAMES[PartnerKind(one["kind"])].say(self.language) for one in stop["partners"]]
        return {
            "begin": _clock(stop["begin"]),
            "end": _clock(stop["end"]),
            "community": stop["community"]["name"],
            "kind": KIND_NAMES[VisitKind(stop["kind"])].say(self.language),
            "kind_code": stop["kind"],
            "post": stop["post"] or "",
            "partners": say.listed(dict.fromkeys(kinds), self.language),
        }

    def _elsewhere(self, one: Row) -> dict[str, str]:
        return {
            "name": one["officer"]["name"],
            "span": f"{_clock(one['start'])}–{_clock(one['end'])}",
            "place": one["community"]["name"],
        }

    def _at_station(self, band_id: str, iso: str, away: set[str]) -> Iterator[str]:
        on_leave = {one.officer_id for one in self.squad.leave if one.day.isoformat() == iso}
        on_duty = {one.officer_id for one in self.squad.shifts if one.band_id == band_id and one.day.isoformat() == iso}
        for officer in self.squad.officers:
            if officer.id in on_duty - on_leave - away:
                yield officer.name


def _bands(kept: KeptPlan, squad: Squad, language: Language) -> list[dict[str, Any]]:
    sheet, days = _Sheet(kept, squad, language), _days(kept, squad, language)
    rows = [(band.name, [sheet.cell(band.id, day["iso"]) for day in days]) for band in squad.bands]
    return [{"name": name, "cells": cells} for name, cells in rows if any(any(cell.values()) for cell in cells)]


def _missed(one: Row, language: Language) -> dict[str, Any]:
    return {
        "community": one["community"]["name"],
        "kind": KIND_NAMES[VisitKind(one["kind"])].say(language),
        "reasons": [reason[language] for reason in one["reasons"]],
    }


def _invitations(kept: KeptPlan, squad: Squad, language: Language) -> list[dict[str, Any]]:
    """Return the partners who are asked to come, each with what for; in the order of the squad's list."""
    stops = [(route, stop) for route in kept.document["routes"] for stop in route["stops"]]
    stops.sort(key=lambda pair: str(pair[1]["begin"]))
    order = {partner.id: number for number, partner in enumerate(squad.partners)}
    known = {partner.id: partner for partner in squad.partners}
    asked: dict[str, dict[str, Any]] = {}
    for route, stop in stops:
        for one in stop["partners"]:
            partner = known.get(one["id"])
            page_of = asked.setdefault(
                one["id"],
                {
                    "id": one["id"],
                    "name": one["name"],
                    "kind": PARTNER_NAMES[PartnerKind(one["kind"])].say(language),
                    "contact": "" if partner is None else partner.contact,
                    "visits": [],
                    "call": {},
                },
            )
            page_of["visits"].append(_asked(route, stop, squad, language))
            page_of["call"] |= _phone(stop, squad)
    return sorted(asked.values(), key=lambda one: order.get(one["id"], len(order)))


def _asked(route: Row, stop: Row, squad: Squad, language: Language) -> dict[str, str]:
    places = {community.id: community for community in squad.communities}
    community = places.get(stop["community"]["id"])
    begin = datetime.fromisoformat(stop["begin"])
    return {
        "day": say.day(begin.date()).say(language),
        "span": f"{_clock(stop['begin'])}–{_clock(stop['end'])}",
        "community": stop["community"]["name"],
        "gate": stop["gate"]["name"],
        "where": "" if community is None else community.address,
        "kind": KIND_NAMES[VisitKind(stop["kind"])].say(language),
        "officers": say.listed([one["name"] for one in (*stop["officers"], *route["crew"]["auxiliaries"])], language),
    }


def _phone(stop: Row, squad: Squad) -> dict[str, str]:
    """Return the name and number of whoever leads a visit, where he has a number."""
    phones = {officer.id: officer.phone for officer in squad.officers}
    lead = stop["officers"][0]
    return {lead["name"]: phones[lead["id"]]} if phones.get(lead["id"]) else {}


def _crew(route: Row) -> Sequence[Row]:
    return (*route["crew"]["officers"], *route["crew"]["auxiliaries"])


def _clock(instant: str) -> str:
    return say.clock(datetime.fromisoformat(instant))
