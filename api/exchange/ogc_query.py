"""What the parameters of an OGC API items request ask for: place, time, properties, page; every fault at once."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from shapely import box

from api.exchange.ogc_layers import Feature, Layer, Scalar, Span
from api.exchange.records import Record
from casework.calendar import SHANGHAI
from geo.errors import Fault, InputError, RefusedError
from geo.text import Text

REQUEST = "request"
"""Stands for the file in the faults of a request."""

USUAL, MOST = 100, 10_000
"""Features of a page: where nothing is said, and at most."""

PAGING = ("limit", "offset")
OPEN_END = frozenset({"", ".."})
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Query:
    """Which features are asked for, and which page of them.

    Attributes
    ----------
    bbox
        West, south, east, north; west of the date line `west` is greater than `east`.
    params
        As they were sent, without the page: links to other pages repeat them.
    """

    limit: int = USUAL
    offset: int = 0
    bbox: Box | None = None
    span: Span | None = None
    values: tuple[tuple[str, str], ...] = ()
    params: tuple[tuple[str, str], ...] = ()

    def has(self, feature: Feature) -> bool:
        """Return whether a feature is asked for."""
        return (
            (self.bbox is None or _touches(feature, self.bbox))
            and (self.span is None or feature.span is None or _meets(feature.span, self.span))
            and all(_equals(feature.properties[name], word) for name, word in self.values)
        )


def read_query(layer: Layer, params: Mapping[str, str]) -> Query:
    """Return what `params` ask of a layer.

    Raises
    ------
    geo.errors.InputError
        With every fault; a parameter that the layer does not have is one (OGC 17-069r4, 7.15.1).
    """
    faults: list[Fault] = []
    record = Record(REQUEST, None, params, faults)
    limit, offset = record.whole("limit", USUAL, least=1), record.whole("offset", 0)
    bbox, span = None, None
    try:
        bbox = _bbox(params["bbox"]) if record.has("bbox") else None
    except RefusedError as error:
        faults.append(error.fault(REQUEST, None, "bbox"))
    try:
        span = _span(params["datetime"]) if record.has("datetime") else None
    except RefusedError as error:
        faults.append(error.fault(REQUEST, None, "datetime"))
    known = {*PAGING, "bbox", "datetime", *layer.fields}
    for name in sorted(set(params) - known):
        problem = Text("没有这个参数", "There is no such parameter")
        listed = ", ".join(sorted(known))
        record.fault("unknown_parameter", name, problem, Text(f"可用:{listed}", f"One of: {listed}"))
    if faults:
        raise InputError(faults)
    values = tuple((name, params[name]) for name in layer.fields if name in params)
    others = tuple((name, word) for name, word in params.items() if name not in PAGING)
    return Query(min(limit, MOST), offset, bbox, span, values, others)


def _bbox(word: str) -> Box:
    try:
        numbers = [float(part) for part in word.split(",")]
    except ValueError:
        numbers = []
    flat = [*numbers[:2], *numbers[3:5]] if len(numbers) == 6 else numbers
    if len(flat) == 4 and all(map(math.isfinite, numbers)):
        west, south, east, north = flat
        if -180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90:
            return west, south, east, north
    problem = Text(f"“{word}”不是经纬度范围", f"'{word}' is no box of longitudes and latitudes")
    raise RefusedError("bad_bbox", problem, Text("写成 西,南,东,北", "Write west,south,east,north"))


def _span(word: str) -> Span:
    parts = word.split("/")
    if len(parts) == 1 and parts[0] not in OPEN_END:
        return _instant(word, word, late=False), _instant(word, word, late=True)
    if len(parts) == 2 and not OPEN_END.issuperset(parts):
        first = None if parts[0] in OPEN_END else _instant(parts[0], word, late=False)
        last = None if parts[1] in OPEN_END else _instant(parts[1], word, late=True)
        if first is None or last is None or first <= last:
            return first, last
    raise _not_a_span(word)


def _instant(part: str, word: str, *, late: bool) -> datetime:
    """Return a moment, or the first or last one of a day in Shanghai."""
    try:
        moment = datetime.fromisoformat(part)
    except ValueError:
        raise _not_a_span(word) from None
    if not 1900 < moment.year < 3000:
        raise _not_a_span(word)
    if len(part) == len("2026-11-23"):
        moment = moment.replace(tzinfo=SHANGHAI)
        return moment + timedelta(days=1, seconds=-1) if late else moment
    if moment.tzinfo is None:
        raise _not_a_span(word)
    return moment


def _not_a_span(word: str) -> RefusedError:
    problem = Text(f"“{word}”不是时间或时段", f"'{word}' is neither a time nor an interval")
    mend = Text(
        "写成 2026-11-23T00:00:00Z 或 2026-11-23/2026-11-29,一头不限写 ..",
        "Write 2026-11-23T00:00:00Z or 2026-11-23/2026-11-29, with .. for an open end",
    )
    return RefusedError("bad_datetime", problem, mend)


def _touches(feature: Feature, bbox: Box) -> bool:
    west, south, east, north = bbox
    boxes = [bbox] if west <= east else [(west, south, 180.0, north), (-180.0, south, east, north)]
    return any(feature.geometry.intersects(box(*one)) for one in boxes)


def _meets(span: Span, asked: Span) -> bool:
    begins_in_time = span[0] is None or asked[1] is None or span[0] <= asked[1]
    return begins_in_time and (span[1] is None or asked[0] is None or span[1] >= asked[0])


def _equals(value: Scalar, word: str) -> bool:
    if isinstance(value, bool):
        return word == ("true" if value else "false")
    if isinstance(value, int | float):
        try:
            return float(word) == value
        except ValueError:
            return False
    return value == word
