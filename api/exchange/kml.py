"""One officer's day as a KML 2.2 file, for map viewers: gates as points, drives as lines, with their times.

simplekml leaves three things to its user, all done here: it writes a style before the name of what carries it, where
KML's schema wants it behind, so that only a document without a name carries one; its ids are bare numbers, which XML
forbids; and it keeps its counters in its classes, so that two files are never written at the same time.
"""

from __future__ import annotations

import re
import threading
from datetime import date
from xml.sax.saxutils import escape

import simplekml

from api.exchange.day_route import Drive, Mark, OfficerDay, officer_day
from geo.text import Language
from planner.squad import Squad
from planner.week import WeeklyPlan, WeeklyProblem

BLUE = "ffb4561f"
"""Alpha, blue, green, red: KML's own order."""

_NUMBER = re.compile(r'( id="|<styleUrl>#)(?=\d)')
_ONE_AT_A_TIME = threading.Lock()


def route_kml(
    problem: WeeklyProblem, plan: WeeklyPlan, squad: Squad, officer_id: str, day: date, language: Language
) -> bytes:
    """Return one officer's day as the bytes of a ``.kml`` file, which depends on no clock."""
    told = officer_day(problem, plan, squad, officer_id, day, language)
    with _ONE_AT_A_TIME:
        written = _written(told)
    return _NUMBER.sub(r"\1n", written).encode()


def _written(told: OfficerDay) -> str:
    simplekml.Kml.resetidcounter()
    file = simplekml.Kml()
    # Of a text with '<![CDATA[' in it simplekml leaves the rest as it is: texts are escaped here instead.
    file.parsetext(False)  # noqa: FBT003 - its only parameter
    blue = simplekml.Style(linestyle=simplekml.LineStyle(color=BLUE, width=4))
    file.document.styles.append(blue)
    top = file.newfolder(name=_escaped(told.title), description=_escaped(told.description))
    for mark in told.marks:
        _point(top, mark)
    for patrol in told.patrols:
        folder = top.newfolder(name=_escaped(patrol.name))
        for drive in patrol.drives:
            _line(folder, drive).placemark.styleurl = f"#{blue.id}"
    return str(file.kml(format=False))


def _point(folder: simplekml.Folder, mark: Mark) -> None:
    point = folder.newpoint(
        name=_escaped(mark.name), description=_html(mark.description), coords=[(mark.lon, mark.lat)]
    )
    if mark.begin is not None and mark.end is not None:
        point.timespan.begin, point.timespan.end = mark.begin.isoformat(), mark.end.isoformat()


def _line(folder: simplekml.Folder, drive: Drive) -> simplekml.LineString:
    line = folder.newlinestring(name=_escaped(drive.name), description=_html(drive.description), coords=drive.points)
    line.tessellate = 1
    line.timespan.begin, line.timespan.end = drive.depart.isoformat(), drive.arrive.isoformat()
    return line


def _escaped(text: str) -> str:
    return escape(text, {'"': "&quot;"})


def _html(text: str) -> str:
    """Return a description, which viewers show as HTML: escaped once for them and once for XML."""
    return _escaped(_escaped(text).replace("\n", "<br/>"))
