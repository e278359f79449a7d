"""Cases as Open311 GeoReport v2 tells them: services, service requests, errors; as JSON-ready values and as XML.

What anybody may read leaves the squad without notes, buildings and whoever reported: the standard that a type is judged
by stands where the report's own words would.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, TypeAlias
from xml.etree import ElementTree as ET

from api.exchange.xml_text import printable
from casework.calendar import SHANGHAI
from casework.case import OUTCOME_NAMES, STAGE_NAMES, Case
from casework.privacy import mask_phones
from casework.violation import CATALOGUE, TypeStandard, ViolationType
from geo.errors import Fault
from geo.text import Language, Text

UNCLASSIFIED = "unclassified"
"""Service code of a case whose type nobody has told yet."""

NOT_TOLD = TypeStandard(
    Text("类型待认定", "Type not known yet"), 1, Text("由队员到场认定", "An officer says what it is on the scene")
)

SERVICES: dict[str, TypeStandard] = {
    **{kind.value: standard for kind, standard in CATALOGUE.items()},
    UNCLASSIFIED: NOT_TOLD,
}
"""By service code."""

GROUP = Text("装修违法", "Renovation")
OVERDUE = Text("超时未到场", "Nobody was there in time")
MERGED = Text("并入 {case}", "Merged into {case}")
BUILDING = Text("楼栋、门牌", "Building and flat")
OUTSIDE_NUMBER = Text("来源平台的案件编号", "The case's number on the platform that it comes from")
LINE = Text("一行文字", "One line of text")

BUILDING_CODE, OUTSIDE_NUMBER_CODE = "building", "outside_number"

ITEM = {
    "services": "service",
    "service_requests": "request",
    "errors": "error",
    "attributes": "attribute",
    "values": "value",
    "endpoints": "endpoint",
    "formats": "format",
}
"""Name of each element of a list in XML."""

Document: TypeAlias = dict[str, Any]


def discovery(url: str, contact: str, changed: datetime) -> Document:
    """Return the service discovery file of the endpoint at `url`."""
    return {
        "changeset": _moment(changed),
        "contact": contact,
        "key_service": contact,
        "endpoints": [
            {
                "specification": "http://wiki.open311.org/GeoReport_v2",
                "url": url,
                "changeset": _moment(changed),
                "type": "production",
                "formats": ["text/xml", "application/json"],
            }
        ],
    }


def services(language: Language) -> list[Document]:
    """Return the list of services: the catalogue of violations, and one for whoever cannot tell the type."""
    return [
        {
            "service_code": code,
            "service_name": standard.name.say(language),
            "description": standard.standard.say(language),
            "metadata": True,
            "type": "realtime",
            "keywords": ",".join(dict.fromkeys((standard.name.zh, standard.name.en, code))),
            "group": GROUP.say(language),
        }
        for code, standard in SERVICES.items()
    ]


def service_definition(service_code: str, language: Language) -> Document | None:
    """Return what may be told of a service beside place and description; None where there is no such service."""
    if service_code not in SERVICES:
        return None
    asked = ((BUILDING_CODE, BUILDING), (OUTSIDE_NUMBER_CODE, OUTSIDE_NUMBER))
    attributes = [
        {
            "variable": True,
            "code": code,
            "datatype": "string",
            "required": False,
            "datatype_description": LINE.say(language),
            "order": order,
            "description": description.say(language),
        }
        for order, (code, description) in enumerate(asked, start=1)
    ]
    return {"service_code": service_code, "attributes": attributes}


def service_request(
    case: Case, now: datetime, *, agency: str, language: Language, address: str = "", with_notes: bool = False
) -> Document:
    """Return a case as a service request.

    Parameters
    ----------
    agency
        Name of the squad.
    address
        Of the community: a building or a flat would say whose home it is.
    with_notes
        For readers who may see what was reported: its note, telephone numbers masked, in place of the type's standard.
    """
    code = service_code(case.type)
    told = mask_phones(case.report.note) if with_notes else SERVICES[code].standard.say(language)
    return {
        "service_request_id": case.id,
        "status": status(case),
        "status_notes": _status_notes(case, now).say(language),
        "service_name": SERVICES[code].name.say(language),
        "service_code": code,
        "description": told,
        "agency_responsible": agency,
        "service_notice": None,
        "requested_datetime": _moment(case.report.reported_at),
        "updated_datetime": _moment(case.last_at),
        "expected_datetime": _moment(case.due_at),
        "address": mask_phones(address),
        "address_id": None,
        "zipcode": None,
        "lat": case.report.lat,
        "long": case.report.lon,
        "media_url": None,
    }


def service_code(kind: ViolationType | None) -> str:
    """Return the service that a type of violation belongs to."""
    return UNCLASSIFIED if kind is None else kind.value


def status(case: Case) -> str:
    """Return ``open`` or ``closed``, the two that GeoReport knows."""
    return "open" if case.open else "closed"


def accepted(case_id: str, notices: Iterable[Fault], language: Language) -> list[Document]:
    """Return the answer to a report that was taken in, with what of it was left out."""
    said = " ".join(f"{notice.field}: {notice.problem.say(language)}" for notice in notices)
    return [{"service_request_id": case_id, "service_notice": said or None, "account_id": None}]


def errors(faults: Sequence[Fault], language: Language, code: int = 400) -> list[Document]:
    """Return an error for each fault; `code` is the answer's HTTP status."""
    return [error(code, Text(_said(fault, "zh"), _said(fault, "en")), language)[0] for fault in faults]


def error(code: int, description: Text, language: Language) -> list[Document]:
    """Return one error."""
    return [{"code": code, "description": description.say(language)}]


def to_xml(root: str, document: Document | Sequence[Document]) -> bytes:
    """Return a document of this module as XML.

    Parameters
    ----------
    root
        ``discovery``, ``services``, ``service_definition``, ``service_requests`` or ``errors``.
    """
    element = ET.Element(root)
    _fill(element, document)
    written: bytes = ET.tostring(element, encoding="utf-8", xml_declaration=True)
    return written


def _fill(element: ET.Element, value: object) -> None:
    if isinstance(value, dict):
        for name, inner in value.items():
            _fill(ET.SubElement(element, name), inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _fill(ET.SubElement(element, ITEM[element.tag]), inner)
    elif isinstance(value, bool):
        element.text = "true" if value else "false"
    elif value is not None:
        element.text = printable(str(value))


def _said(fault: Fault, language: Language) -> str:
    field = f"{fault.field}: " if fault.field else ""
    return f"{field}{fault.problem.say(language)} → {fault.mend.say(language)}"


def _status_notes(case: Case, now: datetime) -> Text:
    notes = [STAGE_NAMES[case.stage]]
    if case.outcome is not None:
        notes.append(OUTCOME_NAMES[case.outcome])
    if case.merged_into is not None:
        notes.append(Text(MERGED.zh.format(case=case.merged_into), MERGED.en.format(case=case.merged_into)))
    if case.open and case.late(now):
        notes.append(OVERDUE)
    return Text(";".join(note.zh for note in notes), "; ".join(note.en for note in notes))


def _moment(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).isoformat(timespec="seconds")
