"""Open311 GeoReport v2: lists, requests, errors, and reports that come in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from api.exchange import open311
from api.exchange.open311_request import Wanted, chosen, read_filters, read_report
from casework.case import Case, Channel
from casework.violation import CATALOGUE, ViolationType
from geo.errors import Fault, InputError
from geo.text import LANGUAGES, Text
from tests.casework.cases import DAY, HOUR, TOLD, case_with, closed, merged, put_right, told, unfounded

SECRET = "138-0000-1234"
REQUEST_FIELDS = [
    "service_request_id",
    "status",
    "status_notes",
    "service_name",
    "service_code",
    "description",
    "agency_responsible",
    "service_notice",
    "requested_datetime",
    "updated_datetime",
    "expected_datetime",
    "address",
    "address_id",
    "zipcode",
    "lat",
    "long",
    "media_url",
]
GIVEN = {
    "service_code": "flue",
    "lat": "31.38",
    "long": "121.25",
    "description": "厨房外墙\n开孔",
    "first_name": "举报人",
    "phone": SECRET,
    "attribute[building]": "3 幢  501",
    "attribute[outside_number]": "YW-1",
}


def shown(case: Case, now: datetime = TOLD, **options: Any) -> dict[str, Any]:
    return open311.service_request(case, now, **({"agency": "小队", "language": "zh"} | options))


def faults_of(params: Mapping[str, str]) -> list[tuple[str, str | None]]:
    with pytest.raises(InputError) as caught:
        read_report(params, TOLD)
    return [(fault.code, fault.field) for fault in caught.value.faults if fault.level == "error"]


# What goes out.


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_services_are_the_catalogue_and_one_for_who_cannot_tell(language: Any) -> None:
    found = open311.services(language)
    assert [one["service_code"] for one in found] == [*(kind.value for kind in CATALOGUE), "unclassified"]
    names = list(found[0])
    assert names == ["service_code", "service_name", "description", "metadata", "type", "keywords", "group"]
    assert found[0]["service_name"] == CATALOGUE[ViolationType.LOAD_BEARING].name.say(language)


def test_a_service_definition_lists_what_else_may_be_told() -> None:
    found = open311.service_definition("flue", "en")
    assert found is not None
    assert [one["code"] for one in found["attributes"]] == ["building", "outside_number"]
    assert [one["order"] for one in found["attributes"]] == [1, 2]
    assert open311.service_definition("potholes", "en") is None


def test_a_request_has_the_fields_of_the_specification_in_their_order() -> None:
    found = shown(told("1"))
    assert list(found) == REQUEST_FIELDS
    assert found["requested_datetime"] == "2026-11-03T09:00:00+08:00"
    assert found["expected_datetime"] == "2026-11-03T11:00:00+08:00"
    assert (found["lat"], found["long"], found["media_url"]) == (31.38, 121.25, None)
    assert (found["agency_responsible"], found["service_code"]) == ("小队", "flue")


def test_times_are_told_in_shanghai_whatever_zone_they_came_in() -> None:
    assert shown(told("1", at=TOLD.astimezone(UTC)))["requested_datetime"] == "2026-11-03T09:00:00+08:00"


@pytest.mark.parametrize(
    ("case", "status", "notes"),
    [
        (told("1"), "open", "收集"),
        (put_right("1"), "open", "反馈待核查;已整改"),
        (closed("1"), "closed", "结案;已整改"),
        (unfounded("1"), "closed", "结案;不属实"),
        (merged("1", "2"), "closed", "已并案;并入 2"),
    ],
)
def test_every_stage_is_open_or_closed_and_says_which_it_is(case: Case, status: str, notes: str) -> None:
    found = shown(case)
    assert (found["status"], found["status_notes"]) == (status, notes)


def test_a_case_that_nobody_reached_in_time_says_so() -> None:
    assert shown(told("1"), TOLD + 3 * HOUR)["status_notes"] == "收集;超时未到场"


def test_a_case_without_a_type_belongs_to_a_service_all_the_same() -> None:
    assert shown(told("1", type=None))["service_code"] == "unclassified"


def test_nothing_personal_goes_out() -> None:
    case = told("1", note=f"打 {SECRET}", building="3 幢 501", reporter_name="举报人", reporter_phone=SECRET)
    written = open311.to_xml("service_requests", [shown(case)]).decode() + str(shown(case, with_notes=True))
    for secret in (SECRET, "3 幢 501", "举报人"):
        assert secret not in written
    assert "138…34" in shown(case, with_notes=True)["description"]


# XML.


def test_requests_in_xml_are_the_same_as_in_json() -> None:
    found = shown(told("1"))
    root = ET.fromstring(open311.to_xml("service_requests", [found]))
    assert (root.tag, [child.tag for child in root]) == ("service_requests", ["request"])
    assert {child.tag: child.text for child in root[0]} == {
        name: None if value in {None, ""} else str(value) for name, value in found.items()
    }
    assert [child.tag for child in root[0]] == REQUEST_FIELDS


def test_xml_begins_by_saying_that_it_is_utf_8() -> None:
    assert (
        open311.to_xml("services", open311.services("zh")).lower().startswith(b"<?xml version='1.0' encoding='utf-8'")
    )


def test_a_service_definition_in_xml_nests_its_attributes() -> None:
    root = ET.fromstring(open311.to_xml("service_definition", open311.service_definition("flue", "en") or {}))
    assert root.findtext("service_code") == "flue"
    assert [found.text for found in root.findall("attributes/attribute/variable")] == ["true", "true"]


def test_the_discovery_file_names_endpoint_and_formats() -> None:
    found = open311.discovery("https://example.invalid/open311/v2", "中队", TOLD)
    root = ET.fromstring(open311.to_xml("discovery", found))
    assert root.findtext("endpoints/endpoint/url") == "https://example.invalid/open311/v2"
    assert [one.text for one in root.findall("endpoints/endpoint/formats/format")] == ["text/xml", "application/json"]


def test_hostile_text_stays_text_in_xml() -> None:
    case = told("1", note="</description><status>open</status>&\x00\x0b\ud800")
    root = ET.fromstring(open311.to_xml("service_requests", [shown(case, with_notes=True)]))
    assert root.findtext("request/description") == "</description><status>open</status>&"
    assert len(root.findall(".//status")) == 1


def test_errors_have_the_form_of_the_specification() -> None:
    fault = Fault("missing_value", "request", None, "lat", Text("没有填写", "Is missing"), Text("补填", "Fill it in"))
    found = open311.errors([fault], "en")
    assert found == [{"code": 400, "description": "lat: Is missing → Fill it in"}]
    root = ET.fromstring(open311.to_xml("errors", found))
    assert (root.tag, [child.tag for child in root[0]]) == ("errors", ["code", "description"])


# What comes in.


def test_a_report_is_read_from_the_form() -> None:
    drafted = read_report(GIVEN, TOLD)
    report = drafted.report
    assert drafted.notices == ()
    assert (report.lon, report.lat, report.type) == (121.25, 31.38, ViolationType.FLUE)
    assert (report.note, report.building, report.outside_number) == ("厨房外墙\n开孔", "3 幢 501", "YW-1")
    assert (report.reporter_name, report.reporter_phone) == ("举报人", SECRET)
    assert (report.reported_at, report.channel, report.id, report.community_id) == (TOLD, Channel.PUBLIC, "", None)


def test_a_platform_may_report_too() -> None:
    assert read_report(GIVEN, TOLD, Channel.PLATFORM).report.channel is Channel.PLATFORM


def test_a_report_whose_type_is_not_known_has_none() -> None:
    assert read_report(GIVEN | {"service_code": "unclassified"}, TOLD).report.type is None


def test_what_is_not_kept_is_said_in_the_answer() -> None:
    sent = GIVEN | {"media_url": "https://example.invalid/x.jpg", "email": "a@example.invalid", "device_id": ""}
    drafted = read_report(sent | {"jurisdiction_id": "x", "api_key": "y"}, TOLD)
    assert [notice.field for notice in drafted.notices] == ["email", "media_url"]
    answer = open311.accepted("20261103-00001", drafted.notices, "en")
    assert list(answer[0]) == ["service_request_id", "service_notice", "account_id"]
    assert answer[0]["service_notice"] == "email: was not kept media_url: was not kept"


def test_an_address_beside_the_place_says_which_building() -> None:
    sent = {"service_code": "flue", "lat": "31.38", "long": "121.25", "address_string": "3 幢 501"}
    drafted = read_report(sent, TOLD)
    assert (drafted.report.building, drafted.notices) == ("3 幢 501", ())


def test_every_fault_of_a_report_is_told_at_once() -> None:
    sent = {"service_code": "potholes", "lat": "north", "description": "x" * 4001, "phone": "1" * 201}
    assert faults_of(sent) == [
        ("unknown_word", "service_code"),
        ("missing_value", "long"),
        ("not_a_number", "lat"),
        ("too_long", "description"),
        ("too_long", "phone"),
    ]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"service_code": ""}, ("missing_value", "service_code")),
        ({"lat": "121.25", "long": "31.38"}, ("swapped_lon_lat", "long")),
        ({"lat": "48.85", "long": "2.35"}, ("outside_china", "long")),
        ({"lat": "nan"}, ("not_a_number", "lat")),
        ({"description": "a\x00b"}, ("control_character", "description")),
    ],
)
def test_what_is_wrong_with_a_report_is_named(change: dict[str, str], fault: tuple[str, str]) -> None:
    assert faults_of(GIVEN | change) == [fault]


def test_an_address_alone_is_no_place() -> None:
    assert faults_of({"service_code": "flue", "address_string": "甲苑"}) == [("no_place", "address_string")]


# Filters.


def test_a_list_without_filters_goes_ninety_days_back() -> None:
    assert read_filters({}, TOLD) == Wanted(
        (), frozenset(open311.SERVICES), frozenset({"open", "closed"}), TOLD - 90 * DAY, TOLD
    )


def test_cases_are_chosen_by_status_service_and_time() -> None:
    cases = [
        told("1"),
        closed("2"),
        told("3", type=ViolationType.DRYING_RACK),
        told("4", at=TOLD - 100 * DAY),
        told("5", at=TOLD - DAY),
    ]
    now = TOLD + HOUR

    def ids(**params: str) -> list[str]:
        return [case.id for case in chosen(cases, read_filters(params, now))]

    assert ids() == ["3", "2", "1", "5"]
    assert ids(status="closed") == ["2"]
    assert ids(status="open,closed", service_code="flue, drying_rack") == ["3", "2", "1", "5"]
    assert ids(service_code="drying_rack") == ["3"]
    assert ids(start_date="2026-11-03T00:00:00+08:00") == ["3", "2", "1"]
    assert ids(start_date="2026-07-20T00:00:00Z", end_date="2026-08-01T00:00:00Z") == ["4"]
    assert ids(end_date="2026-11-02T01:00:00Z") == ["5"]
    assert ids(service_request_id="4, 1", status="closed") == ["1", "4"]


def test_a_list_ends_after_a_thousand() -> None:
    many = [case_with(f"{number:04}", ()) for number in range(1001)]
    assert len(chosen(many, read_filters({}, TOLD))) == 1000


def test_every_fault_of_the_filters_is_told_at_once() -> None:
    with pytest.raises(InputError) as caught:
        read_filters({"status": "new", "service_code": "x", "start_date": "2026-11-01", "end_date": "soon"}, TOLD)
    assert [(fault.code, fault.field) for fault in caught.value.faults] == [
        ("unknown_word", "service_code"),
        ("unknown_word", "status"),
        ("not_a_moment", "start_date"),
        ("not_a_moment", "end_date"),
    ]


@pytest.mark.parametrize("end", ["2026-01-01T00:00:00Z", "2026-06-01T00:00:00Z"])
def test_a_span_of_more_than_ninety_days_or_none_is_a_fault(end: str) -> None:
    with pytest.raises(InputError) as caught:
        read_filters({"start_date": "2026-02-01T00:00:00Z", "end_date": end}, TOLD)
    assert caught.value.faults[0].code == "bad_span"


def test_a_start_in_the_future_asks_for_nothing() -> None:
    wanted = read_filters({"start_date": "2026-12-01T00:00:00Z"}, TOLD)
    assert wanted.last - wanted.first == timedelta(0)
