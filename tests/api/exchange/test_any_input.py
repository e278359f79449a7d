"""Whatever text comes in, it goes out as text or comes back as faults: nothing else is raised, nothing is forged."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from xml.etree import ElementTree as ET

from hypothesis import example, given, settings
from hypothesis import strategies as st

from api.exchange import ogc_features as ogc
from api.exchange import open311
from api.exchange.case_table import read_cases
from api.exchange.gpx import route_gpx
from api.exchange.kml import route_kml
from api.exchange.ogc_query import read_query
from api.exchange.open311_request import chosen, read_filters, read_report
from api.exchange.webhooks import Event, json_body, wecom_message
from geo.cells import as_moment
from geo.errors import InputError, RefusedError
from geo.tables import table_of
from tests.api.exchange.small_layers import all_layers
from tests.api.exchange.xml_order import GPX, GPX_ORDER, KML, KML_ORDER, parsed
from tests.casework.cases import TOLD, told
from tests.planner.build import small_plan, small_problem, small_squad

LAYERS = all_layers()
SQUAD = small_squad()
SIGNS = "<>&\"'[]()@#*`:/.,;=-+T Z0123456789年月日\x00\n\r\ud800\ufffe"
MARKS = st.sampled_from([*SIGNS, "://", "<![CDATA[", "]]>"])
WORDS = st.lists(MARKS, max_size=24).map("".join) | st.text(max_size=24)


@settings(deadline=None)
@given(WORDS, WORDS)
def test_any_name_is_well_formed_in_gpx_and_kml(name: str, other: str) -> None:
    squad = replace(
        SQUAD,
        communities=tuple(replace(c, name=name) for c in SQUAD.communities),
        officers=tuple(replace(o, name=other) for o in SQUAD.officers),
    )
    problem = small_problem(squad)
    plan = small_plan(problem)
    parsed(route_gpx(problem, plan, squad, "o3", date(2026, 11, 24), "zh"), GPX, GPX_ORDER)
    parsed(route_kml(problem, plan, squad, "o3", date(2026, 11, 24), "zh"), KML, KML_ORDER)


@given(WORDS)
def test_any_note_is_one_element_of_a_service_request(note: str) -> None:
    shown = open311.service_request(
        told("1", note=note), TOLD, agency=note, language="zh", address=note, with_notes=True
    )
    root = ET.fromstring(open311.to_xml("service_requests", [shown]))
    assert [child.tag for child in root[0]] == list(shown)


@given(
    st.dictionaries(
        st.sampled_from(["service_code", "lat", "long", "description", "phone", "attribute[building]", "x"]), WORDS
    )
)
def test_any_post_is_a_report_or_faults(params: dict[str, str]) -> None:
    with suppress(InputError):
        read_report(params, TOLD)


@given(
    st.dictionaries(st.sampled_from(["service_request_id", "service_code", "status", "start_date", "end_date"]), WORDS)
)
@example({"start_date": "0001-01-01T00:00:00Z"})
@example({"end_date": "9999-12-31T23:59:59-12:00"})
@example({"start_date": "2026-11-03T00:00:00+23:59", "end_date": "2026-11-03T00:00:00-23:59"})
def test_any_filter_chooses_or_is_a_fault(params: dict[str, str]) -> None:
    with suppress(InputError):
        chosen([told("1")], read_filters(params, TOLD))


@given(st.dictionaries(st.sampled_from(["limit", "offset", "bbox", "datetime", "severity", "type", "x"]), WORDS))
@example({"limit": "1e300", "offset": "1e300"})
@example({"bbox": "180,90,-180,90"})
@example({"datetime": "2026-W45-1"})
@example({"type": "\ud800"})
def test_any_query_gives_a_page_or_faults(params: dict[str, str]) -> None:
    with suppress(InputError):
        layer = LAYERS["violations"]
        json.dumps(ogc.items("https://example.invalid", layer, read_query(layer, params), TOLD, "en"), allow_nan=False)


@given(st.dictionaries(WORDS, WORDS | st.lists(WORDS, max_size=3), max_size=4), WORDS)
def test_any_event_is_json_and_a_message_of_its_lines(data: dict[str, object], squad: str) -> None:
    event = Event("e1", "case_filed", squad, TOLD, data)
    json_body(event)
    content = wecom_message(event, "zh")["markdown"]["content"]
    assert len(content.encode()) <= 4096
    lines = content.removeprefix("**案件已立案**").split("\n")
    assert not lines[0]
    assert all(line.startswith("> ") for line in lines[1:])
    assert not set("<>[]()@#*`") & {sign for line in lines[1:] for sign in line[2:]}


@given(WORDS | st.floats() | st.integers() | st.booleans() | st.datetimes() | st.dates() | st.times() | st.none())
@example("2119-12-31 24:00+00:00")
def test_any_cell_is_a_moment_or_refused(cell: str | float | bool | date | datetime | None) -> None:
    with suppress(RefusedError):
        assert as_moment(cell) + timedelta(0) is not None


@given(st.lists(WORDS, min_size=6, max_size=6))
def test_any_row_is_a_report_or_faults(cells: list[str]) -> None:
    header = ["outside_number", "reported_at", "lon", "lat", "crs", "note"]
    reports, faults = read_cases(table_of("cases.csv", [header, cells]))
    assert reports or faults or not any(cell.strip() for cell in cells)
