"""What Open311 GeoReport v2 clients send: a report, and the filters of a list; every fault is told at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from api.exchange.open311 import BUILDING_CODE, OUTSIDE_NUMBER_CODE, SERVICES, UNCLASSIFIED, service_code, status
from api.exchange.points import read_point
from api.exchange.records import Record
from casework.case import Case, Channel, Report
from casework.violation import ViolationType
from geo.coordinates import WGS84
from geo.errors import Fault, InputError
from geo.text import Text

REQUEST = "request"
"""Stands for the file in the faults of a request."""

LONGEST_LINE, LONGEST_DESCRIPTION = 200, 4000
"""Characters; of a description, as GeoReport has it."""

SPAN = timedelta(days=90)
MOST = 1000
"""A list goes no further than so many days and cases."""

BUILDING_NAME, NUMBER_NAME = (f"attribute[{code}]" for code in (BUILDING_CODE, OUTSIDE_NUMBER_CODE))
DOOR = frozenset({"jurisdiction_id", "api_key"})
"""Read by whoever opens the door."""


@dataclass(frozen=True, slots=True)
class Drafted:
    """A report that came in, its id and community still to be found, and warnings of what of it was not kept."""

    report: Report
    notices: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cases a list asks for.

    Attributes
    ----------
    ids
        Where there are any, nothing else counts.
    first, last
        Time of the report, both included.
    """

    ids: tuple[str, ...]
    codes: frozenset[str]
    statuses: frozenset[str]
    first: datetime
    last: datetime

    def has(self, case: Case) -> bool:
        """Return whether a case is asked for."""
        if self.ids:
            return case.id in self.ids
        in_time = self.first <= case.report.reported_at <= self.last
        return in_time and service_code(case.type) in self.codes and status(case) in self.statuses


def read_report(params: Mapping[str, str], now: datetime, channel: Channel = Channel.PUBLIC) -> Drafted:
    """Return the report in the form fields of a POST.

    Raises
    ------
    geo.errors.InputError
        With every fault.
    """
    faults: list[Fault] = []
    record = Record(REQUEST, None, params, faults)
    code = record.choice("service_code", {name: name for name in SERVICES}, UNCLASSIFIED)
    place = _place(record)
    note = _text(record, "description", LONGEST_DESCRIPTION)
    building = _text(record, BUILDING_NAME) or _text(record, "address_string")
    number, phone = _text(record, NUMBER_NAME), _text(record, "phone")
    name = " ".join(filter(None, (_text(record, "first_name"), _text(record, "last_name"))))
    for unread in sorted(set(params) - record.taken - DOOR):
        if record.has(unread):
            problem = Text("这一项没有保存", "was not kept")
            record.fault("not_kept", unread, problem, Text("不必填写", "Leave it out"), "warning")
    if place is None or not record.ok:
        raise InputError(faults)
    report = Report(
        id="",
        channel=channel,
        lon=place[0],
        lat=place[1],
        reported_at=now,
        type=None if code == UNCLASSIFIED else ViolationType(code),
        building=building,
        note=note,
        outside_number=number,
        reporter_name=name,
        reporter_phone=phone,
    )
    return Drafted(report, tuple(faults))


def read_filters(params: Mapping[str, str], now: datetime) -> Wanted:
    """Return what the parameters of a list ask for: by default the last 90 days.

    Raises
    ------
    geo.errors.InputError
        With every fault.
    """
    faults: list[Fault] = []
    record = Record(REQUEST, None, params, faults)
    ids = tuple(part.strip() for part in params.get("service_request_id", "").split(",") if part.strip())
    codes = record.choices("service_code", {name: name for name in SERVICES})
    statuses = record.choices("status", {name: name for name in ("open", "closed")})
    first, last = _moment(record, "start_date"), _moment(record, "end_date")
    if first is None:
        first = (last or now) - SPAN
    last = last or min(first + SPAN, max(now, first))
    if record.ok and not timedelta(0) <= last - first <= SPAN:
        problem = Text("起止时间颠倒,或相隔超过 90 天", "Ends before it begins, or spans more than 90 days")
        record.fault("bad_span", "end_date", problem, Text("改为 90 天以内", "Ask for 90 days or less"))
    if not record.ok:
        raise InputError(faults)
    return Wanted(ids, frozenset(codes or SERVICES), frozenset(statuses or ("open", "closed")), first, last)


def chosen(cases: Iterable[Case], wanted: Wanted) -> tuple[Case, ...]:
    """Return the cases asked for, the latest first, at most `MOST`."""
    found = sorted(
        (case for case in cases if wanted.has(case)), key=lambda case: (case.report.reported_at, case.id), reverse=True
    )
    return tuple(found[:MOST])


def _place(record: Record) -> tuple[float, float] | None:
    addressed = next((name for name in ("address_string", "address_id") if record.has(name)), None)
    if addressed is not None and not (record.has("lat") or record.has("long")):
        record.taken.update(("lat", "long"))
        problem = Text("不按地址查找位置", "Places are not looked up by address")
        record.fault("no_place", addressed, problem, Text("另填 lat 和 long(WGS84)", "Give lat and long, WGS84"))
        return None
    return read_point(record, WGS84, "long", "lat")


def _text(record: Record, name: str, longest: int = LONGEST_LINE) -> str:
    text = record.text(name, "")
    if len(text) > longest:
        problem = Text(f"超过 {longest} 个字", f"Longer than {longest} characters")
        record.fault("too_long", name, problem, Text("写短一些", "Make it shorter"))
    return text if longest > LONGEST_LINE else " ".join(text.split())


def _moment(record: Record, name: str) -> datetime | None:
    word = record.text(name, "")
    if not word:
        return None
    try:
        moment = datetime.fromisoformat(word)
    except ValueError:
        moment = None
    if moment is not None and moment.tzinfo is not None and 1900 < moment.year < 3000:
        return moment
    problem = Text(f"“{word}”不是带时区的时间", f"'{word}' is not a time with its zone")
    mend = Text(
        "写成 2026-11-23T00:00:00Z;网址里的加号写 %2B", "Write 2026-11-23T00:00:00Z; in an address + is written %2B"
    )
    record.fault("not_a_moment", name, problem, mend)
    return None
