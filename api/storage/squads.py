"""A squad in the records: written from what its files said, read back as the same squad."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import shapely
from sqlalchemy import Connection, RowMapping, Table, delete, insert, select, update

from api.errors import PostsError, StaleError, UnknownRecordError, UnknownSquadError
from api.exchange.policy_file import policy_settings, read_policy
from api.exchange.records import Record
from api.storage.squad_tables import (
    BOUNDARIES,
    COMMUNITIES,
    COMMUNITY_HISTORY,
    LEAVE,
    OFFICERS,
    PARTNERS,
    PAST_VISITS,
    SHIFTS,
    SQUADS,
    VEHICLES,
    VIOLATIONS,
)
from api.storage.violations import violations_on_record
from casework.calendar import SHANGHAI
from casework.violation import Violation
from geo.community import Boundary, Community, Gate, GeometrySource, Phase
from geo.errors import Fault
from geo.text import Text
from planner.officer import Band, Leave, Officer, Shift, Vehicle, VehicleKind
from planner.partner import OpenHours, Partner, PartnerKind
from planner.past import PastVisit
from planner.policy import BreakPolicy, Policy
from planner.squad import Squad

ROSTER = (SHIFTS, LEAVE, VEHICLES, PARTNERS, PAST_VISITS)
"""Tables that a new import replaces whole; nothing else refers to their rows."""


def save_squad(connection: Connection, squad: Squad, at: datetime) -> None:
    """Write a squad as its files have it; what the records have beside it (cases, plans, people's accounts) stays.

    A boundary that changed becomes a new version of it. Communities and violations that the files no longer name stay,
    for records refer to them; officers stay too, without shifts.
    """
    _save_head(connection, squad)
    for table in ROSTER:
        connection.execute(delete(table).where(table.c.squad_id == squad.id))
    _upsert(connection, OFFICERS, squad.id, [_officer_row(i, one) for i, one in enumerate(squad.officers)])
    _upsert(connection, COMMUNITIES, squad.id, [_community_row(i, one) for i, one in enumerate(squad.communities)])
    for community in squad.communities:
        save_boundary(connection, squad.id, community.id, community.boundary, at)
        note_history(connection, squad.id, community, at)
    _upsert(connection, VIOLATIONS, squad.id, [_violation_row(i, one) for i, one in enumerate(squad.violations)])
    _add(
        connection,
        SHIFTS,
        squad.id,
        ({**_fields(one, "officer_id", "day", "band_id", "start", "end")} for one in squad.shifts),
    )
    _add(connection, LEAVE, squad.id, (_fields(one, "officer_id", "day", "reason") for one in squad.leave))
    _add(connection, VEHICLES, squad.id, (_vehicle_row(i, one) for i, one in enumerate(squad.vehicles)))
    _add(connection, PARTNERS, squad.id, (_partner_row(i, one) for i, one in enumerate(squad.partners)))
    _add(connection, PAST_VISITS, squad.id, (_past_row(one) for one in squad.past))


def load_squad(connection: Connection, squad_id: str, since: date | None = None) -> Squad:
    """Return a squad from the records; raise `UnknownSquadError` where there is none of that id.

    Parameters
    ----------
    since
        Of violations only those found from then on, and those still to be re-checked; None: all of them.
    """
    head = connection.execute(select(SQUADS).where(SQUADS.c.id == squad_id)).mappings().first()
    if head is None:
        raise UnknownSquadError(Text(f"没有名为 {squad_id} 的中队", f"There is no squad named {squad_id}"))
    return Squad(
        id=head["id"],
        name=head["name"],
        hotline=head["hotline"],
        station=Gate(**head["station"]),
        bands=tuple(Band(band["id"], band["name"], band["start"], band["end"]) for band in head["bands"]),
        communities=_communities(connection, squad_id),
        officers=tuple(_officer(row) for row in _rows(connection, OFFICERS, squad_id)),
        shifts=tuple(
            Shift(row["officer_id"], row["day"], row["band_id"], row["start"], row["end"])
            for row in _rows(connection, SHIFTS, squad_id)
        ),
        leave=tuple(Leave(row["officer_id"], row["day"], row["reason"]) for row in _rows(connection, LEAVE, squad_id)),
        partners=tuple(_partner(row) for row in _rows(connection, PARTNERS, squad_id)),
        vehicles=tuple(
            Vehicle(row["id"], row["name"], VehicleKind(row["kind"]), row["seats"])
            for row in _rows(connection, VEHICLES, squad_id)
        ),
        violations=violations_on_record(connection, squad_id, since),
        policy=_policy(head),
        roads=None if head["roads"] is None else Path(head["roads"]),
        made_up=head["made_up"],
        attribution=head["attribution"],
        day_off=_days(head["day_off"]),
        day_on=_days(head["day_on"]),
        past=tuple(
            PastVisit(row["day"], row["begin"], row["community_id"], tuple(row["officers"]), row["band_id"])
            for row in _rows(connection, PAST_VISITS, squad_id)
        ),
    )


def squad_ids(connection: Connection) -> Sequence[str]:
    """Return every squad's id."""
    return connection.execute(select(SQUADS.c.id).order_by(SQUADS.c.id)).scalars().all()


def squad_names(connection: Connection) -> Mapping[str, str]:
    """Return the name of every squad that the transaction may see, by id, in order of name."""
    rows = connection.execute(select(SQUADS.c.id, SQUADS.c.name).order_by(SQUADS.c.name, SQUADS.c.id))
    return {row.id: row.name for row in rows}


def has_squad(connection: Connection, squad_id: str) -> bool:
    """Return whether there is a squad of that id."""
    return connection.execute(select(SQUADS.c.id).where(SQUADS.c.id == squad_id)).first() is not None


def change_roads(connection: Connection, squad_id: str, roads: Path | None) -> None:
    """Set the road file of a squad."""
    mine = SQUADS.c.id == squad_id
    values = {"roads": None if roads is None else str(roads)}
    connection.execute(update(SQUADS).where(mine).values(version=SQUADS.c.version + 1, **values))


def require_squad(connection: Connection, squad_id: str) -> None:
    """Raise `UnknownSquadError` where there is no squad of that id."""
    squad_name(connection, squad_id)


def squad_name(connection: Connection, squad_id: str) -> str:
    """Return a squad's name; raise `UnknownSquadError` where there is none."""
    found = connection.execute(select(SQUADS.c.name).where(SQUADS.c.id == squad_id)).scalar()
    if found is None:
        raise UnknownSquadError(Text(f"没有名为 {squad_id} 的中队", f"There is no squad named {squad_id}"))
    return str(found)


def officer_ids(connection: Connection, squad_id: str) -> frozenset[str]:
    """Return the ids of a squad's officers."""
    return frozenset(connection.execute(select(OFFICERS.c.id).where(OFFICERS.c.squad_id == squad_id)).scalars())


def save_boundary(connection: Connection, squad_id: str, community_id: str, boundary: Boundary, at: datetime) -> bool:
    """Write a boundary as the newest version of its community's; return False where it is the one on record."""
    mine = (BOUNDARIES.c.squad_id == squad_id) & (BOUNDARIES.c.community_id == community_id)
    last = connection.execute(select(BOUNDARIES).where(mine, BOUNDARIES.c.current)).mappings().first()
    wkb = shapely.to_wkb(boundary.polygon)
    if last is not None and (last["wkb"], last["source"]) == (wkb, boundary.source.value):
        return False
    connection.execute(update(BOUNDARIES).where(mine, BOUNDARIES.c.current).values(current=False))
    west, south, east, north = boundary.polygon.bounds
    connection.execute(
        insert(BOUNDARIES).values(
            squad_id=squad_id,
            community_id=community_id,
            version=1 if last is None else last["version"] + 1,
            drawn_at=at,
            source=boundary.source.value,
            wkb=wkb,
            min_lon=west,
            min_lat=south,
            max_lon=east,
            max_lat=north,
            current=True,
        )
    )
    return True


def change_posts(
    connection: Connection,
    squad_id: str,
    community_id: str,
    values: Mapping[str, Any],
    version: int | None,
    at: datetime,
) -> int:
    """Write a community's phase and posts, and return its version then.

    Raises
    ------
    UnknownRecordError
        Where there is no such community, or an officer is not of the squad or holds no certificate.
    StaleError
        Where somebody else changed it since `version`.
    PostsError
        Where the A and B posts, or a further B post, would be one person's.
    """
    mine = (COMMUNITIES.c.squad_id == squad_id) & (COMMUNITIES.c.id == community_id)
    row = connection.execute(select(COMMUNITIES).where(mine)).mappings().first()
    if row is None:
        raise UnknownRecordError(Text(f"没有小区 {community_id}", f"There is no community {community_id}"))
    if version is not None and version != row["version"]:
        raise StaleError(Text("别人刚改过这个小区,请刷新后再试", "Somebody has just changed it: load it again"))
    officers = [values[name] for name in ("a_officer", "b_officer") if name in values]
    certified = (OFFICERS.c.squad_id == squad_id) & OFFICERS.c.certified
    known = set(connection.execute(select(OFFICERS.c.id).where(certified)).scalars())
    if set(officers) - known:
        raise UnknownRecordError(Text("队员不在本中队,或没有执法证", "Not a certified officer of the squad"))
    connection.execute(
        update(COMMUNITIES).where(mine).values(version=row["version"] + 1, **{k: str(v) for k, v in values.items()})
    )
    try:
        (community,) = (one for one in _communities(connection, squad_id) if one.id == community_id)
    except ValueError as error:
        raise PostsError(Text("A 岗、B 岗须是不同的人", "Each post of a community is another person's")) from error
    note_history(connection, squad_id, community, at)
    return int(row["version"]) + 1


def note_history(connection: Connection, squad_id: str, community: Community, at: datetime) -> None:
    """Note a community's phase and posts where they are not those last noted; of one day the last word counts."""
    mine = (COMMUNITY_HISTORY.c.squad_id == squad_id) & (COMMUNITY_HISTORY.c.community_id == community.id)
    order = COMMUNITY_HISTORY.c.day.desc()
    last = connection.execute(select(COMMUNITY_HISTORY).where(mine).order_by(order).limit(1)).mappings().first()
    now = {"phase": community.phase.value, "a_officer": community.a_officer, "b_officer": community.b_officer}
    if last is not None and all(last[name] == value for name, value in now.items()):
        return
    day = at.astimezone(SHANGHAI).date()
    connection.execute(delete(COMMUNITY_HISTORY).where(mine, COMMUNITY_HISTORY.c.day == day))
    connection.execute(insert(COMMUNITY_HISTORY).values(squad_id=squad_id, community_id=community.id, day=day, **now))


def _save_head(connection: Connection, squad: Squad) -> None:
    values = {
        "name": squad.name,
        "hotline": squad.hotline,
        "station": _fields(squad.station, "id", "name", "lon", "lat"),
        "bands": [_band(band, squad.policy) for band in squad.bands],
        "policy": policy_settings(squad.policy),
        "day_off": [day.isoformat() for day in squad.day_off],
        "day_on": [day.isoformat() for day in squad.day_on],
        "roads": None if squad.roads is None else str(squad.roads),
        "made_up": squad.made_up,
        "attribution": squad.attribution,
    }
    mine = SQUADS.c.id == squad.id
    changed = connection.execute(update(SQUADS).where(mine).values(**values, version=SQUADS.c.version + 1))
    if not changed.rowcount:
        connection.execute(insert(SQUADS).values(id=squad.id, version=1, **values))


def _band(band: Band, policy: Policy) -> Mapping[str, Any]:
    rest = policy.breaks.get(band.id)
    kept = None if rest is None else _fields(rest, "duration", "earliest", "latest", "breakable", "wrap_up")
    return {**_fields(band, "id", "name", "start", "end"), "break": kept}


def _policy(head: RowMapping) -> Policy:
    breaks = {band["id"]: BreakPolicy(**band["break"]) for band in head["bands"] if band["break"] is not None}
    faults: list[Fault] = []
    return read_policy(
        Record("", None, head["policy"], faults), breaks, frozenset(band["id"] for band in head["bands"])
    )


def _upsert(connection: Connection, table: Table, squad_id: str, rows: Sequence[Mapping[str, Any]]) -> None:
    known = set(connection.execute(select(table.c.id).where(table.c.squad_id == squad_id)).scalars())
    for row in rows:
        if row["id"] in known:
            mine = (table.c.squad_id == squad_id) & (table.c.id == row["id"])
            version = {"version": table.c.version + 1} if "version" in table.c else {}
            connection.execute(update(table).where(mine).values({**row, **version}))
    new = [
        {"squad_id": squad_id, **row, **({"version": 1} if "version" in table.c else {})}
        for row in rows
        if row["id"] not in known
    ]
    if new:
        connection.execute(insert(table), new)


def _add(connection: Connection, table: Table, squad_id: str, rows: Iterable[Mapping[str, Any]]) -> None:
    given = [{"squad_id": squad_id, **row} for row in rows]
    if given:
        connection.execute(insert(table), given)


def _rows(connection: Connection, table: Table, squad_id: str) -> Sequence[RowMapping]:
    order = table.c.position if "position" in table.c else table.c.number
    return connection.execute(select(table).where(table.c.squad_id == squad_id).order_by(order)).mappings().all()


def _communities(connection: Connection, squad_id: str) -> tuple[Community, ...]:
    drawn = select(BOUNDARIES).where(BOUNDARIES.c.squad_id == squad_id, BOUNDARIES.c.current)
    boundaries = {
        row["community_id"]: Boundary(shapely.from_wkb(row["wkb"]), GeometrySource(row["source"]))
        for row in connection.execute(drawn).mappings()
    }
    return tuple(_community(row, boundaries[row["id"]]) for row in _rows(connection, COMMUNITIES, squad_id))


def _community(row: RowMapping, boundary: Boundary) -> Community:
    names = ("id", "name", "a_officer", "b_officer", "households", "delivery_date", "address")
    return Community(
        phase=Phase(row["phase"]),
        boundary=boundary,
        gates=tuple(Gate(**gate) for gate in row["gates"]),
        more_b=tuple(row["more_b"]),
        joint_per_week=row["joint_per_week"],
        stationing_days=row["stationing_days"],
        **{name: row[name] for name in names},
    )


def _community_row(position: int, one: Community) -> Mapping[str, Any]:
    names = ("id", "name", "a_officer", "b_officer", "households", "delivery_date", "address")
    return {
        **_fields(one, *names, "joint_per_week", "stationing_days"),
        "position": position,
        "phase": one.phase.value,
        "more_b": list(one.more_b),
        "gates": [_fields(gate, "id", "name", "lon", "lat") for gate in one.gates],
    }


def _officer(row: RowMapping) -> Officer:
    drives = frozenset(VehicleKind(kind) for kind in row["drives"])
    return Officer(row["id"], row["name"], row["certified"], row["phone"], drives)


def _officer_row(position: int, one: Officer) -> Mapping[str, Any]:
    return {**_fields(one, "id", "name", "certified", "phone"), "position": position, "drives": sorted(one.drives)}


def _vehicle_row(position: int, one: Vehicle) -> Mapping[str, Any]:
    return {**_fields(one, "id", "name", "seats"), "kind": one.kind.value, "position": position}


def _partner(row: RowMapping) -> Partner:
    return Partner(
        row["id"],
        row["name"],
        PartnerKind(row["kind"]),
        tuple(row["community_ids"]),
        tuple(OpenHours(*hours) for hours in row["hours"]),
        row["contact"],
        row["phone"],
        tuple(OpenHours(*hours) for hours in row["preferred"]),
    )


def _partner_row(position: int, one: Partner) -> Mapping[str, Any]:
    return {
        **_fields(one, "id", "name", "contact", "phone"),
        "kind": one.kind.value,
        "position": position,
        "community_ids": list(one.community_ids),
        "hours": [[hours.weekday, hours.start, hours.end] for hours in one.hours],
        "preferred": [[hours.weekday, hours.start, hours.end] for hours in one.preferred],
    }


def _violation_row(position: int, one: Violation) -> Mapping[str, Any]:
    names = ("id", "lon", "lat", "found_on", "community_id", "handled_on", "rechecked_on", "building", "note")
    return {
        **_fields(one, *names, "reporter_phone", "reported_at", "handling"),
        "type": one.type.value,
        "position": position,
    }


def _past_row(one: PastVisit) -> Mapping[str, Any]:
    return {**_fields(one, "day", "begin", "community_id", "band_id"), "officers": list(one.officers)}


def _fields(one: object, *names: str) -> dict[str, Any]:
    return {name: getattr(one, name) for name in names}


def _days(words: Iterable[str]) -> tuple[date, ...]:
    return tuple(date.fromisoformat(word) for word in words)
