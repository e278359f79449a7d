"""What the reviews rest on: renovations, feedback, evidence, who held which post when, snapshots and objections."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from api.errors import UnknownRecordError
from api.storage.case_tables import CONTESTS, EVIDENCE, FEEDBACK, PLANS, RENOVATIONS, SNAPSHOTS
from api.storage.plans import PlanState
from api.storage.squad_tables import COMMUNITIES, COMMUNITY_HISTORY
from api.storage.visits import visit_records
from casework.appraisal_sheet import Feedback
from casework.contest import Contest, ContestState
from casework.figures import Period, day_of
from casework.ledger import Evidence
from casework.phases import PhaseChange, Renovation
from casework.posts import Post, Tenure
from casework.visit_record import VisitRecord
from geo.community import Community, Phase
from geo.text import Text

ONE_DAY = timedelta(days=1)
UNTOLD = VisitRecord()
AS_PLANNED, AS_TOLD = "按已发布计划", "队员现场报到"
"""What shows that a visit was made: nobody said otherwise, or somebody said so."""


def renovations(connection: Connection, squad_id: str) -> tuple[Renovation, ...]:
    """Return the register of renovations, the oldest first."""
    mine = select(RENOVATIONS).where(RENOVATIONS.c.squad_id == squad_id)
    rows = connection.execute(mine.order_by(RENOVATIONS.c.registered_on, RENOVATIONS.c.id)).mappings()
    names = ("id", "community_id", "building", "registered_on", "ends_on", "contractor")
    return tuple(Renovation(**{name: row[name] for name in names}) for row in rows)


def add_renovation(connection: Connection, squad_id: str, one: Renovation) -> Renovation:
    """Register a renovation under a new id, and return it with that."""
    kept = replace(one, id=one.id or new_id())
    names = ("id", "community_id", "building", "registered_on", "ends_on", "contractor")
    connection.execute(insert(RENOVATIONS).values(squad_id=squad_id, **{name: getattr(kept, name) for name in names}))
    return kept


def all_feedback(connection: Connection, squad_id: str) -> tuple[Feedback, ...]:
    """Return what residents' committees said of officers."""
    rows = connection.execute(
        select(FEEDBACK).where(FEEDBACK.c.squad_id == squad_id).order_by(FEEDBACK.c.day)
    ).mappings()
    names = ("id", "officer_id", "community_id", "day", "points", "note")
    return tuple(Feedback(**{name: row[name] for name in names}) for row in rows)


def add_feedback(connection: Connection, squad_id: str, one: Feedback) -> Feedback:
    """Keep what a committee said, under a new id."""
    kept = replace(one, id=new_id())
    names = ("id", "officer_id", "community_id", "day", "points", "note")
    connection.execute(insert(FEEDBACK).values(squad_id=squad_id, **{name: getattr(kept, name) for name in names}))
    return kept


def evidence(connection: Connection, squad_id: str, community_id: str, now: datetime) -> tuple[Evidence, ...]:
    """Return what shows that a community was given its due: what people noted, and published plans that have run."""
    return (
        *noted_evidence(connection, squad_id, community_id),
        *evidence_of_plans(connection, squad_id, now).get(community_id, ()),
    )


def noted_evidence(connection: Connection, squad_id: str, community_id: str) -> tuple[Evidence, ...]:
    """Return what people noted of a community; visits by plan are not among it."""
    mine = (EVIDENCE.c.squad_id == squad_id) & (EVIDENCE.c.community_id == community_id)
    rows = connection.execute(select(EVIDENCE).where(mine).order_by(EVIDENCE.c.day)).mappings()
    return tuple(Evidence(row["item_id"], row["day"], row["note"], tuple(row["files"]), row["by"]) for row in rows)


def evidence_of_plans(connection: Connection, squad_id: str, now: datetime) -> Mapping[str, tuple[Evidence, ...]]:
    """Return by community what published plans that have run show: each plan is opened once for all of them."""
    worked = [state.value for state in (PlanState.PUBLISHED, PlanState.FROZEN, PlanState.DONE)]
    mine = (PLANS.c.squad_id == squad_id) & PLANS.c.state.in_(worked)
    shown: dict[str, list[Evidence]] = {}
    for plan in connection.execute(select(PLANS.c.week, PLANS.c.document).where(mine).order_by(PLANS.c.week)):
        told = visit_records(connection, squad_id, plan.week)
        for community_id, one in _from_plan(plan.week, plan.document, told, now):
            shown.setdefault(community_id, []).append(one)
    return {community_id: tuple(each) for community_id, each in shown.items()}


def add_evidence(connection: Connection, squad_id: str, community_id: str, one: Evidence) -> None:
    """Keep a piece of evidence."""
    values = {"item_id": one.item_id, "day": one.day, "note": one.note, "files": list(one.files), "by": one.who}
    connection.execute(insert(EVIDENCE).values(squad_id=squad_id, id=new_id(), community_id=community_id, **values))


def history(connection: Connection, squad_id: str, community_id: str) -> Sequence[RowMapping]:
    """Return what a community was, each line from its day on."""
    mine = (COMMUNITY_HISTORY.c.squad_id == squad_id) & (COMMUNITY_HISTORY.c.community_id == community_id)
    return connection.execute(select(COMMUNITY_HISTORY).where(mine).order_by(COMMUNITY_HISTORY.c.day)).mappings().all()


def community_version(connection: Connection, squad_id: str, community_id: str) -> int:
    """Return the version of a community, which whoever changes it tells."""
    mine = (COMMUNITIES.c.squad_id == squad_id) & (COMMUNITIES.c.id == community_id)
    return int(connection.execute(select(COMMUNITIES.c.version).where(mine)).scalar_one())


def phase_changes(lines: Sequence[RowMapping]) -> tuple[PhaseChange, ...]:
    """Return when a community came into each phase, as far as that was seen: of the first it is not known."""
    return tuple(
        PhaseChange(now["day"], Phase(now["phase"]))
        for before, now in pairwise(lines)
        if now["phase"] != before["phase"]
    )


def post_changes(lines: Sequence[RowMapping]) -> frozenset[date]:
    """Return the days on which the A or the B post changed hands."""
    posts = ("a_officer", "b_officer")
    return frozenset(now["day"] for before, now in pairwise(lines) if any(now[name] != before[name] for name in posts))


def tenures(connection: Connection, squad_id: str, community: Community, period: Period) -> Iterator[Tenure]:
    """Yield who held which post of a community, and for how long, within a period.

    What it was before the first day on record is taken to be what it was then.
    """
    lines = history(connection, squad_id, community.id)
    for number, line in enumerate(lines):
        first = period.first if number == 0 else max(period.first, line["day"])
        last = period.last if line is lines[-1] else min(period.last, lines[number + 1]["day"] - ONE_DAY)
        if first <= last:
            for post, name in ((Post.A, "a_officer"), (Post.B, "b_officer")):
                yield Tenure(line[name], community.id, post, Phase(line["phase"]), community.households, first, last)


def contests(connection: Connection, squad_id: str) -> tuple[Contest, ...]:
    """Return what officers object to in their appraisals."""
    rows = connection.execute(select(CONTESTS).where(CONTESTS.c.squad_id == squad_id).order_by(CONTESTS.c.raised_at))
    return tuple(_contest(row) for row in rows.mappings())


def get_contest(connection: Connection, squad_id: str, contest_id: str) -> Contest:
    """Return an objection; raise `UnknownRecordError` where there is none of that id."""
    mine = (CONTESTS.c.squad_id == squad_id) & (CONTESTS.c.id == contest_id)
    row = connection.execute(select(CONTESTS).where(mine)).mappings().first()
    if row is None:
        raise UnknownRecordError(Text("没有这条异议", "There is no such objection"))
    return _contest(row)


def add_contest(connection: Connection, squad_id: str, one: Contest) -> None:
    """Keep an objection."""
    connection.execute(insert(CONTESTS).values(squad_id=squad_id, **_contest_row(one)))


def keep_contest(connection: Connection, squad_id: str, one: Contest) -> None:
    """Keep what was decided of an objection."""
    mine = (CONTESTS.c.squad_id == squad_id) & (CONTESTS.c.id == one.id)
    connection.execute(update(CONTESTS).where(mine).values(**_contest_row(one)))


def snapshot(connection: Connection, squad_id: str, kind: str, period: str) -> RowMapping | None:
    """Return a review that was frozen, None where none was."""
    mine = (SNAPSHOTS.c.squad_id == squad_id) & (SNAPSHOTS.c.kind == kind) & (SNAPSHOTS.c.period == period)
    return connection.execute(select(SNAPSHOTS).where(mine)).mappings().first()


def freeze(
    connection: Connection, squad_id: str, kind: str, period: str, document: Mapping[str, Any], *, at: datetime, by: str
) -> None:
    """Keep a review as it is now; one that was frozen stays as it was frozen."""
    if snapshot(connection, squad_id, kind, period) is None:
        values = {"kind": kind, "period": period, "document": document, "frozen_at": at, "by": by}
        connection.execute(insert(SNAPSHOTS).values(squad_id=squad_id, id=new_id(), **values))


def new_id() -> str:
    """Return an id that nothing has."""
    return secrets.token_hex(8)


def _from_plan(
    week: str, document: Mapping[str, Any], told: Mapping[str, VisitRecord], now: datetime
) -> Iterator[tuple[str, Evidence]]:
    """Yield the visits that were made, each with its community: as officers told, or as planned where nobody did."""
    counted: Counter[tuple[str, str]] = Counter()
    stops = [stop for route in document["routes"] for stop in route["stops"]]
    for stop in sorted(stops, key=lambda stop: str(stop["begin"])):
        end = datetime.fromisoformat(stop["end"])
        record = told.get(stop["visit"], UNTOLD)
        if record.made(end, now):
            kind, community_id = stop["kind"], stop["community"]["id"]
            counted[kind, community_id] += 1
            item = f"{kind}-{community_id}-{week}-{counted[kind, community_id]}"
            day = day_of(record.finished_at or record.arrived_at or end)
            planned = stop["officers"][0]["id"] if stop["officers"] else ""
            who = record.officers[0] if record.officers else planned
            note = AS_TOLD if record.officers else AS_PLANNED
            yield community_id, Evidence(item, day, note, record.files, who)


def _contest(row: RowMapping) -> Contest:
    names = ("id", "officer_id", "record_id", "note", "raised_at", "decided_at", "decision")
    return Contest(state=ContestState(row["state"]), **{name: row[name] for name in names})


def _contest_row(one: Contest) -> dict[str, Any]:
    names = ("id", "officer_id", "record_id", "note", "raised_at", "decided_at", "decision")
    return {"state": one.state.value, **{name: getattr(one, name) for name in names}}
