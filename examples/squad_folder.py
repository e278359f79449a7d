"""Write a squad as the folder of files that `wuzao` reads."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

import shapely

from geo.community import Community
from planner.officer import Band, Officer, VehicleKind
from planner.partner import OpenHours, Partner
from planner.squad import Squad

_WEEKDAYS = "一二三四五六日"


def write_folder(squad: Squad, folder: Path) -> Path:
    """Write every file but the roads; the same squad gives the same bytes.

    Returns
    -------
    folder
        Where it was written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "squad.toml").write_text(_toml(squad), encoding="utf-8", newline="\n")
    (folder / "communities.geojson").write_text(_geojson(squad.communities), encoding="utf-8", newline="\n")
    _table(
        folder / "gates.csv",
        "community,id,name,lon,lat,main",
        ((c.id, g.id, g.name, g.lon, g.lat, _yes(g == c.main_gate)) for c in squad.communities for g in c.gates),
    )
    _table(
        folder / "officers.csv",
        "id,name,certified,phone,drives",
        ((o.id, o.name, _yes(o.certified), o.phone, _drives(o)) for o in squad.officers),
    )
    _table(
        folder / "shifts.csv",
        "officer,date,band,start,end",
        ((s.officer_id, s.day, s.band_id, _clock(s.start), _clock(s.end)) for s in squad.shifts),
    )
    _table(folder / "leave.csv", "officer,date,reason", ((x.officer_id, x.day, x.reason) for x in squad.leave))
    _table(
        folder / "partners.csv",
        "id,name,kind,communities,hours,contact,phone,preferred",
        (_partner(p) for p in squad.partners),
    )
    _table(folder / "vehicles.csv", "id,name,kind,seats", ((v.id, v.name, v.kind, v.seats) for v in squad.vehicles))
    _table(
        folder / "violations.csv",
        "id,type,lon,lat,found_on,handled_on,rechecked_on,community,building,note,reporter_phone",
        (
            (
                *(v.id, v.type, v.lon, v.lat, v.found_on, v.handled_on, v.rechecked_on),
                *(v.community_id, v.building, v.note, v.reporter_phone),
            )
            for v in squad.violations
        ),
    )
    _table(
        folder / "past.csv",
        "date,begin,community,officers,band",
        ((p.day, _clock(p.begin), p.community_id, ";".join(p.officers), p.band_id) for p in squad.past),
    )
    return folder


def hours_in_words(hours: Sequence[OpenHours]) -> str:
    """Return hours as ``周一至周五 08:30-11:30; 周三 14:00-16:30``: days in a row with the same hours go together."""
    parts = []
    by_clock = sorted(hours, key=lambda h: (h.start, h.end, h.weekday))
    for (start, end), same in groupby(by_clock, key=lambda h: (h.start, h.end)):
        for _, run in groupby(enumerate(same), key=lambda pair: pair[1].weekday - pair[0]):
            days = [h.weekday for _, h in run]
            first, last = (f"周{_WEEKDAYS[day]}" for day in (days[0], days[-1]))
            parts.append(f"{first if first == last else f'{first}至{last}'} {_clock(start)}-{_clock(end)}")
    return "; ".join(parts)


def _drives(officer: Officer) -> str:
    """Return what an officer may drive, as it is read: nothing is said of one who drives everything."""
    return "" if officer.drives == frozenset(VehicleKind) else ";".join(sorted(officer.drives)) or "none"


def _partner(p: Partner) -> tuple[object, ...]:
    hours, preferred = hours_in_words(p.hours), hours_in_words(p.preferred)
    return p.id, p.name, p.kind, ";".join(p.community_ids), hours, p.contact, p.phone, preferred


def _geojson(communities: Iterable[Community]) -> str:
    """Return the boundaries with one community a line, so that two versions can be compared."""
    lines = [
        json.dumps(
            {
                "type": "Feature",
                "properties": _properties(c),
                "geometry": json.loads(shapely.to_geojson(c.boundary.polygon)),
            },
            ensure_ascii=False,
        )
        for c in communities
    ]
    return '{"type": "FeatureCollection", "features": [\n' + ",\n".join(lines) + "\n]}\n"


def _properties(c: Community) -> dict[str, object]:
    return {
        "id": c.id,
        "name": c.name,
        "phase": c.phase,
        "a_officer": c.a_officer,
        "b_officer": c.b_officer,
        **({"more_b": list(c.more_b)} if c.more_b else {}),
        "households": c.households,
        "delivery_date": None if c.delivery_date is None else c.delivery_date.isoformat(),
        "address": c.address,
        "joint_per_week": c.joint_per_week,
        "stationing_days": c.stationing_days,
        "geometry_source": c.boundary.source,
    }


def _toml(squad: Squad) -> str:
    lines = [
        f"id = {_quoted(squad.id)}",
        f"name = {_quoted(squad.name)}",
        f"hotline = {_quoted(squad.hotline)}",
        f"made_up = {str(squad.made_up).lower()}",
        f"attribution = {_quoted(squad.attribution)}",
        "",
        "[station]",
        f"name = {_quoted(squad.station.name)}",
        f"lon = {squad.station.lon}",
        f"lat = {squad.station.lat}",
        'crs = "WGS84"',
        "",
        "[layers]",
        'communities = { file = "communities.geojson", crs = "WGS84" }',
        *(f'{name} = {{ file = "{name}.csv", crs = "WGS84" }}' for name in ("gates", "violations")),
        *(
            f'{name} = {{ file = "{name}.csv" }}'
            for name in ("officers", "shifts", "leave", "partners", "vehicles", "past")
        ),
    ]
    if squad.roads is not None:
        lines += ["", "[roads]", f"file = {_quoted(squad.roads.name)}"]
    for band in squad.bands:
        lines += ["", *_band(band, squad)]
    return "\n".join(lines) + "\n"


def _band(band: Band, squad: Squad) -> list[str]:
    lines = [
        f"[bands.{band.id}]",
        f"name = {_quoted(band.name)}",
        f'start = "{_clock(band.start)}"',
        f'end = "{_clock(band.end)}"',
    ]
    rest = squad.policy.breaks.get(band.id)
    if rest is not None:
        lines += [
            f"break_minutes = {rest.duration // 60}",
            f'break_from = "{_clock(rest.earliest)}"',
            f'break_to = "{_clock(rest.latest)}"',
        ]
    return lines


def _table(path: Path, header: str, rows: Iterable[Sequence[object]]) -> None:
    """Write a CSV that Excel on a Chinese Windows opens as UTF-8: with a byte-order mark."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header.split(","))
        writer.writerows(["" if cell is None else str(cell) for cell in row] for row in rows)


def _clock(second: int) -> str:
    return f"{second // 3600:02d}:{second % 3600 // 60:02d}"


def _yes(value: bool) -> str:  # noqa: FBT001 -- a cell's value, not a switch
    return "yes" if value else "no"


def _quoted(text: str) -> str:
    """Return a TOML string: JSON's escapes are TOML's too."""
    return json.dumps(text, ensure_ascii=False)
