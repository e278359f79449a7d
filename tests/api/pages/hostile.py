"""A squad whose every field was typed by somebody who means harm."""

from __future__ import annotations

from dataclasses import replace

from geo.community import Community
from planner.squad import Squad

HARM = "\"'><img src=x onerror=alert(1)><script>alert(2)</script>${7*7}{{7*7}}`\\=HYPERLINK(1)"
"""Closes attributes and elements, brings its own, and speaks the languages of templates, scripts and sheets."""


def hostile(squad: Squad) -> Squad:
    """Return the squad with `HARM` in each field that people type, and before each name, so that names still differ."""
    return replace(
        squad,
        name=HARM + squad.name,
        hotline=HARM,
        attribution=HARM,
        station=replace(squad.station, name=HARM),
        bands=tuple(replace(band, name=HARM + band.name) for band in squad.bands),
        communities=tuple(_community(one) for one in squad.communities),
        officers=tuple(replace(one, name=HARM + one.name, phone=HARM) for one in squad.officers),
        leave=tuple(replace(one, reason=HARM) for one in squad.leave),
        partners=tuple(replace(one, name=HARM + one.name, contact=HARM, phone=HARM) for one in squad.partners),
        vehicles=tuple(replace(one, name=HARM + one.name) for one in squad.vehicles),
        violations=tuple(replace(one, note=HARM, building=HARM, reporter_phone=HARM) for one in squad.violations),
    )


def _community(one: Community) -> Community:
    gates = tuple(replace(gate, name=HARM + gate.name) for gate in one.gates)
    return replace(one, name=HARM + one.name, address=HARM, gates=gates)
