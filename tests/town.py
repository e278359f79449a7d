"""A town small enough to plan by hand: two communities in peak, one routine, four officers, no roads. All invented."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TypeAlias

SQUARE = 0.002
"""Side of a community in degrees: about 190 m east-west, 220 m north-south."""

CORNERS = {"C1": (121.240, 31.370), "C2": (121.250, 31.370), "C3": (121.240, 31.380)}

SQUAD = """\
id = "town"
name = "小镇中队"
hotline = "021-5555-0100"
made_up = true
attribution = "全部虚构"

[station]
name = "中队驻地"
lon = 121.2455
lat = 31.3755
crs = "WGS84"

[layers.communities]
file = "communities.geojson"
crs = "WGS84"

[layers.gates]
file = "gates.csv"
crs = "WGS84"

[layers.violations]
file = "violations.csv"
crs = "WGS84"

[layers.officers]
file = "officers.csv"

[layers.shifts]
file = "shifts.csv"

[layers.leave]
file = "leave.csv"

[layers.partners]
file = "partners.csv"

[layers.vehicles]
file = "vehicles.csv"

[bands.early]
name = "早班"
start = "07:30"
end = "13:30"
break_minutes = 30
break_from = "11:00"
break_to = "12:30"

[bands.middle]
name = "中班"
start = "13:30"
end = "19:30"
break_minutes = 30
break_from = "17:00"
break_to = "18:15"

[bands.late]
name = "晚班"
start = "19:30"
end = "22:30"
"""

GATES = """\
community,id,name,lon,lat,main
C1,G1,甲苑东门,121.242,31.371,yes
C1,G2,甲苑南门,121.241,31.370,no
C2,G1,乙苑西门,121.250,31.371,yes
C3,G1,丙苑南门,121.241,31.380,yes
"""

OFFICERS = """\
id,name,certified,phone
01,队员01,yes,021-5555-0101
02,队员02,yes,021-5555-0102
03,队员03,yes,021-5555-0103
04,队员04,yes,021-5555-0104
"""

PARTNERS = """\
id,name,kind,communities,hours,contact,phone
P1,甲乙居委,committee,C1;C2,周一至周五 09:00-11:30; 周一至周五 14:00-16:30,联络员甲,021-5555-0111
P2,甲乙物业,property,C1;C2,周一至周五 08:30-17:00,联络员乙,021-5555-0112
P3,丙居委,committee,C3,周一 09:00-11:30; 周三 14:00-16:30,联络员丙,021-5555-0113
"""

VEHICLES = """\
id,name,kind,seats
V1,一号车,car,5
V2,电动车甲,ebike,2
"""

VIOLATIONS = """\
id,type,lon,lat,found_on,handled_on,rechecked_on,community,building,note,reporter_phone
W1,flue,121.2410,31.3710,2026-11-09,2026-11-17,,C1,3 幢 501,外墙开孔,
W2,load_bearing,121.2510,31.3710,2026-11-10,2026-11-18,,,1 幢 202,拆改墙体,021-5555-0199
W3,drying_rack,121.2412,31.3812,2026-11-02,2026-11-05,2026-11-12,C3,2 幢 301,,
"""

Change: TypeAlias = str | bytes | tuple[str, str] | None


def square(corner: tuple[float, float], side: float = SQUARE) -> list[list[list[float]]]:
    """Return the rings of a square by its south-west corner."""
    west, south = corner
    east, north = round(west + side, 6), round(south + side, 6)
    return [[[west, south], [east, south], [east, north], [west, north], [west, south]]]


def communities() -> list[dict[str, object]]:
    """Return the GeoJSON features of the three communities."""
    facts = (
        ("C1", "甲苑", "peak", "01", "02"),
        ("C2", "乙苑", "peak", "03", "04"),
        ("C3", "丙苑", "routine", "02", "01"),
    )
    return [
        {
            "type": "Feature",
            "properties": {
                "id": key,
                "name": name,
                "phase": phase,
                "a_officer": a_officer,
                "b_officer": b_officer,
                "households": 300,
                "delivery_date": "2026-06-30",
                "address": f"虚构路 {key} 号",
                "joint_per_week": None,
                "stationing_days": 0,
                "geometry_source": "illustrative",
            },
            "geometry": {"type": "Polygon", "coordinates": square(CORNERS[key])},
        }
        for key, name, phase, a_officer, b_officer in facts
    ]


def geojson(features: list[dict[str, object]], **members: object) -> str:
    """Return a FeatureCollection as text."""
    return json.dumps({"type": "FeatureCollection", **members, "features": features}, ensure_ascii=False)


def shifts() -> str:
    """Return the roster of week 2026-W48: 01 and 03 early, 02 and 04 in the middle, Monday to Friday; nobody late.

    On Friday, when 04 is on leave, 03 stays for the middle band too: somebody responsible is always on duty.
    """
    rows = ["officer,date,band"]
    for day in range(23, 28):
        rows += [f"{officer},2026-11-{day},early" for officer in ("01", "03")]
        rows += [f"{officer},2026-11-{day},middle" for officer in ("02", "04")]
    rows.append("03,2026-11-27,middle")
    return "\n".join(rows) + "\n"


def town_files() -> dict[str, str]:
    """Return the name and text of every file of the town."""
    return {
        "squad.toml": SQUAD,
        "communities.geojson": geojson(communities()),
        "gates.csv": GATES,
        "officers.csv": OFFICERS,
        "shifts.csv": shifts(),
        "leave.csv": "officer,date,reason\n04,2026-11-27,年休\n",
        "partners.csv": PARTNERS,
        "vehicles.csv": VEHICLES,
        "violations.csv": VIOLATIONS,
    }


def write_town(folder: Path, **changes: Change) -> Path:
    """Write the town into `folder` (made if need be) and return it.

    Parameters
    ----------
    changes
        By file name without its ending: other text or bytes, None to leave the file out, or a pair of words of which
        the second replaces the first, which must be there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = town_files()
    stems = {name.split(".")[0]: name for name in files}
    content: dict[str, Change] = {**files, **{stems[stem]: change for stem, change in changes.items()}}
    for name, change in content.items():
        if isinstance(change, tuple):
            old, new = change
            assert old in files[name], f"{name} does not hold {old!r}"
            (folder / name).write_text(files[name].replace(old, new), encoding="utf-8")
        elif isinstance(change, bytes):
            (folder / name).write_bytes(change)
        elif change is not None:
            (folder / name).write_text(change, encoding="utf-8")
    return folder
