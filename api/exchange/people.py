"""Officers, shifts, leave, vehicles and partners from their tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from api.exchange.opening_hours import parse_hours
from api.exchange.policy_file import PARTNER_WORDS
from api.exchange.records import Record
from geo.decoding import normalise
from geo.errors import Fault, RefusedError
from geo.text import Text
from planner.officer import Band, Leave, Officer, Shift, Vehicle, VehicleKind
from planner.partner import OpenHours, Partner, PartnerKind

VEHICLE_WORDS: Mapping[str, VehicleKind] = {
    "汽车": VehicleKind.CAR,
    "car": VehicleKind.CAR,
    "电动车": VehicleKind.EBIKE,
    "ebike": VehicleKind.EBIKE,
    "e-bike": VehicleKind.EBIKE,
}

DRIVING_WORDS: Mapping[str, frozenset[VehicleKind]] = {
    **{word: frozenset({kind}) for word, kind in VEHICLE_WORDS.items()},
    "无": frozenset(),
    "none": frozenset(),
}


@dataclass(frozen=True, slots=True)
class Directory:
    """Who or what a cell may refer to: an id, or a name that only one of them bears.

    Attributes
    ----------
    title
        What they are, for messages.
    ids
        Of every row, faulty ones too: a faulty officer is not besides unknown.
    by_name
        Ids by name.
    complete
        False where its table could not be read: nobody is then called unknown.
    unknown_code
        Name of the fault of a reference to nothing.
    """

    title: Text
    ids: frozenset[str]
    by_name: Mapping[str, tuple[str, ...]]
    complete: bool = True
    unknown_code: str = "unknown_id"

    def find(self, record: Record, name: str, word: str) -> str | None:
        """Return the id that `word` under `name` means, or None with a fault in the record."""
        if not word or word in self.ids or not self.complete:
            return word or None
        ids = self.by_name.get(word, ())
        if len(ids) == 1:
            return ids[0]
        if ids:
            listed = "、".join(ids)
            problem = Text(f"叫“{word}”的有几个:{listed}", f"Several are called '{word}': {listed}")
            record.fault("ambiguous_name", name, problem, Text("改填编号", "Write the id instead"))
        else:
            problem = Text(f"{self.title.zh}里没有“{word}”", f"There is no '{word}' among the {self.title.en}")
            mend = Text(f"核对编号,或在{self.title.zh}表中补上", f"Check the id, or add it to the {self.title.en}")
            record.fault(self.unknown_code, name, problem, mend)
        return None


def directory_of(records: Iterable[Record], title: Text, unknown_code: str = "unknown_id") -> Directory:
    """Return the directory of a table's rows; an id given twice is a fault of its second row."""
    rows: dict[str, int | None] = {}
    names: defaultdict[str, list[str]] = defaultdict(list)
    for record in records:
        if not record.has("id"):
            continue
        ident = record.ident("id")
        if ident in rows:
            problem = Text(
                f"编号“{ident}”与第 {rows[ident]} 行重复", f"The id '{ident}' is already in row {rows[ident]}"
            )
            record.fault("duplicate_id", "id", problem, Text("每行用不同的编号", "Give every row its own id"))
            continue
        rows[ident] = record.row
        if record.has("name"):
            names[normalise(record.text("name"))].append(ident)
    by_name = {name: tuple(ids) for name, ids in names.items()}
    return Directory(title, frozenset(rows), by_name, bool(rows), unknown_code)


def named_directory(named: Iterable[tuple[str, str]], title: Text, unknown_code: str = "unknown_id") -> Directory:
    """Return the directory of what is on record already, as pairs of id and name."""
    pairs = list(named)
    names: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
    for ident, name in pairs:
        names[normalise(name)] += (ident,)
    return Directory(title, frozenset(ident for ident, _ in pairs), names, bool(pairs), unknown_code)


def read_officers(records: Sequence[Record]) -> tuple[Officer, ...]:
    """Return the officers; too few certified ones are a fault of the table."""
    officers = []
    for record in records:
        ident, name = record.ident("id"), record.text("name")
        certified, phone = record.flag("certified"), record.text("phone", "")
        drives = _drives(record)
        if record.ok:
            officers.append(Officer(ident, name, certified, phone, drives))
    certified_count = sum(officer.certified for officer in officers)
    if len(officers) == len(records) and records and certified_count < 2:
        problem = (
            Text("没有持执法证的队员", "Nobody is certified")
            if certified_count == 0
            else Text("只有一名持执法证的队员,执法须两人以上", "Only one officer is certified; enforcement takes two")
        )
        mend = Text("核对“执法证”一列", "Check the column 'certified'")
        records[0].faults.append(Fault("nobody_certified", records[0].file, None, "certified", problem, mend))
    return tuple(officers)


def _drives(record: Record) -> frozenset[VehicleKind]:
    """Return what an officer may drive: all where nothing is said."""
    given = record.choices("drives", DRIVING_WORDS)
    if frozenset() in given and len(given) > 1:
        problem = Text("“无”与车辆类别同时填写", "Says both 'none' and a kind of vehicle")
        record.fault("contradicts_itself", "drives", problem, Text("只留一种", "Keep one of the two"))
    return frozenset().union(*given) if given else frozenset(VehicleKind)


def read_shifts(records: Sequence[Record], officers: Directory, bands: Sequence[Band]) -> tuple[Shift, ...]:
    """Return the shifts; those without hours take their band's."""
    known = bands_by_word(bands)
    shifts: list[Shift] = []
    rows: dict[int, Record] = {}
    for record in records:
        officer = officers.find(record, "officer", record.ident("officer"))
        day, band = record.day("date"), find_band(record, known)
        start = record.clock("start", band.start if band else 0)
        end = record.clock("end", band.end if band else 0)
        if band is not None and record.ok and start >= end:
            problem = Text("跨零点或还没开始就下班", "Crosses midnight or ends before it begins")
            mend = Text("在 24:00 处分成两天的两个班", "Split it at 24:00 into two shifts on two days")
            record.fault("crosses_midnight", "end", problem, mend)
        if officer is not None and band is not None and record.ok:
            rows[len(shifts)] = record
            shifts.append(Shift(officer, day, band.id, start, end))
    _overlapping(shifts, rows)
    return tuple(shifts)


def bands_by_word(bands: Sequence[Band]) -> Mapping[str, Band]:
    """Return the bands by id and by name, as `find_band` looks them up."""
    return {normalise(word).casefold(): band for band in bands for word in (band.name, band.id)}


def find_band(record: Record, known: Mapping[str, Band]) -> Band | None:
    """Return the band that a record names, or None with a fault in the record."""
    word = record.ident("band")
    band = known.get(word.casefold())
    if band is None and word:
        listed = "、".join(dict.fromkeys(band.id for band in known.values()))
        problem = Text(f"没有班次“{word}”", f"There is no band '{word}'")
        record.fault("unknown_band", "band", problem, Text(f"可填:{listed}", f"One of: {listed}"))
    return band


def _overlapping(shifts: Sequence[Shift], rows: Mapping[int, Record]) -> None:
    order = sorted(range(len(shifts)), key=lambda i: (shifts[i].officer_id, shifts[i].day, shifts[i].start))
    for first, second in pairwise(order):
        a, b = shifts[first], shifts[second]
        if (a.officer_id, a.day) == (b.officer_id, b.day) and b.start < a.end:
            problem = Text(
                f"{b.officer_id} 在 {b.day} 的这个班与第 {rows[first].row} 行重叠",
                f"{b.officer_id}'s shift on {b.day} overlaps the one in row {rows[first].row}",
            )
            rows[second].fault(
                "overlapping_shifts", "date", problem, Text("删去或改时间", "Remove one or change its hours")
            )


def read_leave(records: Sequence[Record], officers: Directory) -> tuple[Leave, ...]:
    """Return the days of leave; the same day given twice is kept twice, with a warning."""
    leave = []
    seen = set()
    for record in records:
        officer = officers.find(record, "officer", record.ident("officer"))
        day, reason = record.day("date"), record.text("reason", "")
        if officer is None or not record.ok:
            continue
        if (officer, day) in seen:
            problem = Text(f"{officer} 在 {day} 已经请假", f"{officer} is already on leave on {day}")
            record.fault("duplicate_leave", "date", problem, Text("删去一行", "Remove one row"), "warning")
        seen.add((officer, day))
        leave.append(Leave(officer, day, reason))
    return tuple(leave)


def read_vehicles(records: Sequence[Record]) -> tuple[Vehicle, ...]:
    """Return the vehicles."""
    vehicles = []
    for record in records:
        ident, name = record.ident("id"), record.text("name")
        kind, seats = record.choice("kind", VEHICLE_WORDS, VehicleKind.CAR), record.whole("seats", least=1)
        if record.ok:
            vehicles.append(Vehicle(ident, name, kind, seats))
    return tuple(vehicles)


def read_partners(records: Sequence[Record], communities: Directory) -> tuple[Partner, ...]:
    """Return the partners with their calendars."""
    partners = []
    for record in records:
        ident, name = record.ident("id"), record.text("name")
        kind = record.choice("kind", PARTNER_WORDS, PartnerKind.PROPERTY)
        words = record.words("communities")
        if not words and record.ok:
            record.text("communities")  # says that it is not filled in
        found = [communities.find(record, "communities", word) for word in words]
        hours = _hours(record, "hours")
        preferred = _hours(record, "preferred") if record.has("preferred") else ()
        contact, phone = record.text("contact", ""), record.text("phone", "")
        if record.ok:
            served = tuple(dict.fromkeys(community for community in found if community is not None))
            partners.append(Partner(ident, name, kind, served, hours, contact, phone, preferred))
    return tuple(partners)


def _hours(record: Record, name: str) -> tuple[OpenHours, ...]:
    try:
        return parse_hours(record.text(name))
    except RefusedError as error:
        record.fault(error.code, name, error.problem, error.mend)
        return ()
