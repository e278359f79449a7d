"""What ``squad.toml`` says beside the names of files: the squad, its station, its bands, its calendar, its policy."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path

from api.exchange.columns import COMMUNITIES, GATES, TABLES, VIOLATIONS
from api.exchange.points import read_point, system_of
from api.exchange.policy_file import policy_settings, read_policy
from api.exchange.records import Record
from geo.community import Gate
from geo.coordinates import CoordinateSystem
from geo.errors import Fault
from geo.text import Text
from planner.officer import Band
from planner.policy import BreakPolicy, Policy
from planner.week import STATION

SIMPLE_KEYS = (
    *("id", "name", "hotline", "made_up", "attribution", "crs", "roads.file"),
    *("station.name", "station.lon", "station.lat", "station.crs", "calendar.rest", "calendar.work"),
    *(f"layers.{kind.name}.file" for kind in TABLES),
    *(f"layers.{kind.name}.crs" for kind in (COMMUNITIES, GATES, VIOLATIONS)),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """What the settings say, interpreted; parts that were faulty hold stand-ins, and the faults stop the run."""

    id: str
    name: str
    hotline: str
    made_up: bool
    attribution: str
    station: Gate
    bands: tuple[Band, ...]
    policy: Policy
    roads: Path | None
    day_off: tuple[date, ...]
    day_on: tuple[date, ...]
    systems: dict[str, CoordinateSystem | None]


def read_settings(settings: Record, folder: Path | None, present: Collection[str]) -> Settings:
    """Interpret the settings.

    Parameters
    ----------
    folder
        What the road file is named from; None where no file may be named.
    present
        Names of the tables that the squad has: what it does not have needs no coordinate system.
    """
    placed = [kind.name for kind in (COMMUNITIES, GATES, VIOLATIONS) if kind.required or kind.name in present]
    bands, breaks = _bands(settings)
    day_off, day_on = _calendar(settings)
    read = Settings(
        id=settings.ident("id"),
        name=settings.text("name"),
        hotline=settings.text("hotline", ""),
        made_up=settings.flag("made_up"),
        attribution=settings.text("attribution", ""),
        station=_station(settings),
        bands=bands,
        policy=read_policy(settings, breaks, frozenset(band.id for band in bands)),
        roads=_roads(settings, folder),
        day_off=day_off,
        day_on=day_on,
        systems={name: system_of(settings, f"layers.{name}.crs") for name in placed},
    )
    _unknown_keys(settings)
    return read


def _station(settings: Record) -> Gate:
    lon, lat = read_point(settings, system_of(settings, "station.crs"), "station.lon", "station.lat") or (0.0, 0.0)
    return Gate(STATION, settings.text("station.name", "中队驻地"), lon, lat)


def _bands(settings: Record) -> tuple[tuple[Band, ...], dict[str, BreakPolicy]]:
    ids = dict.fromkeys(
        key.split(".")[1] for key in settings.values if key.startswith("bands.") and key.count(".") == 2
    )
    if not ids:
        problem, mend = (
            Text("没有班次", "There is no band"),
            Text("加上 [bands.early] 等", "Add [bands.early] and so on"),
        )
        settings.fault("no_bands", "bands", problem, mend)
    bands: list[Band] = []
    breaks: dict[str, BreakPolicy] = {}
    for band_id in ids:
        prefix = f"bands.{band_id}."
        name = settings.text(prefix + "name", band_id)
        start, end = settings.clock(prefix + "start"), settings.clock(prefix + "end")
        if start < end:
            bands.append(Band(band_id, name, start, end))
        elif settings.has(prefix + "start") and settings.has(prefix + "end"):
            problem = Text("班次跨零点或还没开始就结束", "The band crosses midnight or ends before it begins")
            mend = Text("在 24:00 处分成两个班次", "Split it into two bands at 24:00")
            settings.fault("crosses_midnight", prefix + "end", problem, mend)
        rest = _break(settings, prefix)
        if rest is not None:
            breaks[band_id] = rest
    return tuple(sorted(bands, key=lambda band: band.start)), breaks


def _break(settings: Record, prefix: str) -> BreakPolicy | None:
    keys = [prefix + name for name in ("break_minutes", "break_from", "break_to")]
    if not any(settings.has(key) for key in keys):
        settings.taken.update(keys)
        return None
    minutes = settings.whole(keys[0], least=1)
    earliest, latest = settings.clock(keys[1]), settings.clock(keys[2])
    if earliest > latest:
        problem = Text("休息时间还没开始就结束", "The break must begin before it may begin")
        settings.fault("closes_before_opening", keys[2], problem, Text("核对起止时间", "Check both times"))
    return BreakPolicy(minutes * 60, earliest, latest)


def _calendar(settings: Record) -> tuple[tuple[date, ...], tuple[date, ...]]:
    rest, work = settings.days("calendar.rest"), settings.days("calendar.work")
    for day in sorted(set(rest) & set(work)):
        problem = Text(f"{day} 既是休息日又是上班日", f"{day} is both a rest day and a working day")
        settings.fault("rest_and_work", "calendar.work", problem, Text("删去一处", "Remove one of the two"))
    return rest, work


def _roads(settings: Record, folder: Path | None) -> Path | None:
    """Return the road file; its first block is looked at, so that a wrong file is named with all other faults."""
    name = settings.text("roads.file", "")
    if not name:
        return None
    if folder is None:
        problem = Text("这里不读旁边的文件", "No file beside it is read here")
        mend = Text("路网文件在中队页面上交;删去这一项", "Hand the road file in on the squad's page; remove the key")
        settings.fault("file_outside", "roads.file", problem, mend, "warning")
        return None
    path = (folder / name).resolve()
    if not path.is_file():
        problem = Text("找不到这个文件", "There is no such file")
        mend = Text("把路网文件放进文件夹,或删去这一项", "Put the road file there, or remove the key")
        settings.faults.append(Fault("missing_file", path.name, None, None, problem, mend))
        return None
    with path.open("rb") as file:
        beginning = file.read(64)
    if b"OSMHeader" not in beginning:
        problem = Text("不是 OpenStreetMap 的 .osm.pbf 路网文件", "Not an OpenStreetMap .osm.pbf file")
        mend = Text("下载 .osm.pbf 格式的路网(不是 .osm 或 .shp)", "Get an extract as .osm.pbf (not .osm, not .shp)")
        settings.faults.append(Fault("not_a_pbf", path.name, None, None, problem, mend))
    return path


def _unknown_keys(settings: Record) -> None:
    known = {*SIMPLE_KEYS, *settings.taken, *policy_settings(Policy())}
    for key in settings.values:
        if key not in known:
            near = get_close_matches(key, sorted(known), 1)
            problem = Text("不认识这一项", "This key is not known")
            mend = Text(f"是否想写 {near[0]}?", f"Did you mean {near[0]}?") if near else Text("删去", "Remove it")
            settings.fault("unknown_key", key, problem, mend)
