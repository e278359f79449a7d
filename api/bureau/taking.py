"""A loan taken over: the lender's officers are away for the week, the borrower's roster has them, both have a draft."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Engine

from api.errors import StaleError
from api.jobs.job import Job, JobBoard
from api.storage.audit import note
from api.storage.engine import writing
from api.storage.plans import add_draft, plan_head
from api.storage.squads import load_squad, save_squad
from geo.text import Text
from planner.officer import Leave, Officer, Shift
from planner.squad import Squad

AWAY = "借调到{name}"
"""The reason for leave, as rosters give it."""


def take_loan(
    store: Engine, board: JobBoard, job: Job, told: Mapping[str, Any], now: datetime, by: str
) -> dict[str, str]:
    """Change both rosters and return the number of each squad's new draft.

    Raises
    ------
    StaleError
        Where a plan that the loan was worked out for has changed since, or the loan is taken already; nothing changes.
    """
    if not told["sides"]:
        raise StaleError(Text("没有可采用的借调", "There is no loan to take"))
    borrower, lender = told["sides"]
    with writing(store) as connection:
        for side in (borrower, lender):
            if plan_head(connection, side["squad"], side["plan"]).version != side["version"]:
                raise _stale()
        _hand_over(connection, borrower, lender, told["officers"], now, by)
    drafts = {}
    for side in (borrower, lender):
        like = replace(job, order=replace(job.order, squad=side["squad"], lend=None))
        drafts[side["squad"]] = board.adopt(like, side["document"], _keeper(store, side, now, by)).id
    return drafts


def _hand_over(
    connection: Connection,
    borrower: Mapping[str, Any],
    lender: Mapping[str, Any],
    officers: list[Mapping[str, Any]],
    now: datetime,
    by: str,
) -> None:
    home, away = load_squad(connection, lender["squad"]), load_squad(connection, borrower["squad"])
    known = {officer.id: officer for officer in home.officers}
    taken = {officer.id for officer in away.officers}
    if any(one["guest"] in taken or one["id"] not in known for one in officers):
        raise _stale()
    save_squad(connection, _with_guests(away, officers, known), now)
    save_squad(connection, _without(home, officers, AWAY.format(name=away.name)), now)
    detail = {"lender": home.id, "borrower": away.id, "officers": [one["id"] for one in officers]}
    for squad in (home, away):
        note(connection, now, by, "officers lent", squad.id, squad_id=squad.id, detail=detail)


def _with_guests(squad: Squad, officers: list[Mapping[str, Any]], known: Mapping[str, Officer]) -> Squad:
    guests = tuple(replace(known[one["id"]], id=one["guest"]) for one in officers)
    shifts = tuple(
        Shift(one["guest"], date.fromisoformat(shift["day"]), shift["band"], shift["start"], shift["end"])
        for one in officers
        for shift in one["shifts"]
    )
    return replace(squad, officers=(*squad.officers, *guests), shifts=(*squad.shifts, *shifts))


def _without(squad: Squad, officers: list[Mapping[str, Any]], reason: str) -> Squad:
    return replace(squad, leave=(*squad.leave, *_leave(squad, officers, reason)))


def _leave(squad: Squad, officers: list[Mapping[str, Any]], reason: str) -> Iterator[Leave]:
    """Yield a day of leave for each day of the week on which somebody lent would be on duty at home."""
    gone = {one["id"] for one in officers}
    days = [date.fromisoformat(shift["day"]) for one in officers for shift in one["shifts"]]
    first = min(days).toordinal() - min(days).weekday()
    week = {date.fromordinal(first + number) for number in range(7)}
    for officer, day in sorted({(s.officer_id, s.day) for s in squad.shifts if s.officer_id in gone and s.day in week}):
        yield Leave(officer, day, reason)


def _keeper(store: Engine, side: Mapping[str, Any], now: datetime, by: str) -> Callable[[str], None]:
    def keep(plan_id: str) -> None:
        with writing(store) as connection:
            add_draft(connection, side["squad"], plan_id, side["document"], now, by, "officers lent", side["after"])

    return keep


def _stale() -> StaleError:
    return StaleError(
        Text("计划或排班已经变了,请重新找", "A plan or a roster has changed since: look again for a loan")
    )
