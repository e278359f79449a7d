"""Notices of events for other systems: our own JSON, signed, and the message of a WeCom (企业微信) group robot.

Signatures follow the Standard Webhooks specification 1.0 (https://www.standardwebhooks.com), for which most languages
have a library that verifies them. Nothing is sent here.
"""

from __future__ import annotations

import base64
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from casework.calendar import SHANGHAI
from casework.case import OUTCOME_NAMES, STAGE_NAMES, Case
from casework.privacy import mask_phones
from casework.violation import CATALOGUE
from geo.text import Language, Text, same

WECOM_BYTES = 4096
"""Longest content of a group robot's markdown message, in bytes of UTF-8."""

FIRST_WAIT, LONGEST_WAIT = 30, 6 * 3600
"""Seconds until the second attempt, and at most between any two."""

PRIVATE = frozenset({"reporter", "reporter_name", "reporter_phone", "phone", "contact", "note", "building"})
"""Names under which personal data would stand: left out wherever they turn up."""

NUMBERS = frozenset({"case", "plan", "merged_into", "outside_number", "community", "officers"})
"""Names of what may look like a telephone number and is none: told as it is."""

KIND_TITLES: Mapping[str, Text] = {
    "report_taken_in": Text("收到新的报告", "A report was taken in"),
    "case_filed": Text("案件已立案", "A case was filed"),
    "case_dispatched": Text("案件已派遣", "Officers were sent"),
    "case_recalled": Text("派遣已撤回", "Officers were called back"),
    "case_arrived": Text("队员已到场", "An officer is on the scene"),
    "case_handled": Text("案件已处置", "A case was dealt with"),
    "case_rechecked": Text("案件已复查", "A case was re-checked"),
    "case_merged": Text("案件已并案", "A case was merged"),
    "case_late": Text("案件超时未到场", "Nobody was on the scene in time"),
    "plan_published": Text("周计划已发布", "A week's plan was published"),
    "plan_frozen": Text("周计划已锁定", "A week's plan was frozen"),
    "plan_done": Text("周计划已完成", "A week's plan is done"),
}
"""Headings of the events; an event that is not among them is headed by its own name."""

DATA_NAMES: Mapping[str, Text] = {
    "case": Text("案件", "Case"),
    "community": Text("小区", "Community"),
    "stage": Text("阶段", "Stage"),
    "type": Text("类型", "Type"),
    "outcome": Text("结果", "Outcome"),
    "reported_at": Text("报告时间", "Reported"),
    "due_at": Text("应到时间", "Due on the scene"),
    "outside_number": Text("外部编号", "Outside number"),
    "officers": Text("队员", "Officers"),
    "plan": Text("计划", "Plan"),
    "week": Text("周次", "Week"),
}
"""Words for what is told of an event; a name that is not among them stands for itself."""

SQUAD, TIME, DETAILS = Text("中队", "Squad"), Text("时间", "Time"), Text("查看详情", "Details")

_MARKUP = str.maketrans("<>[]()*`#@_!|~\\", "＜＞［］（）＊｀＃＠＿！｜～＼")
_DOT_OF_A_NAME = re.compile(r"(?<=\w)\.(?=[^\W\d])")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened.

    Attributes
    ----------
    id
        The same for every attempt to tell of it: a receiver knows it again.
    kind
        ``lower_snake_case``, such as those of `KIND_TITLES`.
    data
        JSON-ready; names of `PRIVATE` are left out of what is written, and telephone numbers masked but for `NUMBERS`.
    """

    id: str
    kind: str
    squad: str
    at: datetime
    data: Mapping[str, Any]


def case_data(case: Case) -> dict[str, Any]:
    """Return what may be told of a case."""
    return {
        "case": case.id,
        "community": case.report.community_id,
        "stage": case.stage.value,
        "type": None if case.type is None else case.type.value,
        "outcome": None if case.outcome is None else case.outcome.value,
        "outside_number": case.report.outside_number,
        "reported_at": case.report.reported_at.astimezone(SHANGHAI).isoformat(timespec="seconds"),
        "due_at": case.due_at.astimezone(SHANGHAI).isoformat(timespec="seconds"),
        "officers": list(case.officers),
    }


def json_body(event: Event) -> bytes:
    """Return an event as JSON, the same bytes each time."""
    said = {
        "id": event.id,
        "event": event.kind,
        "squad": event.squad,
        "at": event.at.astimezone(SHANGHAI).isoformat(timespec="seconds"),
        "data": _public(event.data),
    }
    return json.dumps(said, separators=(",", ":"), allow_nan=False).encode()


def signed_headers(event: Event, body: bytes, secret: bytes, now: datetime) -> dict[str, str]:
    """Return the headers that a body is sent with; the time is that of the attempt, so that an old one is known."""
    stamp = str(int(now.timestamp()))
    digest = hmac.digest(secret, b".".join((event.id.encode(), stamp.encode(), body)), sha256)
    return {
        "content-type": "application/json",
        "webhook-id": event.id,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def wecom_message(event: Event, language: Language, url: str = "") -> dict[str, Any]:
    """Return an event as a group robot's message, cut to its greatest length.

    Parameters
    ----------
    url
        Our own page about it, or nothing.
    """
    title = KIND_TITLES.get(event.kind, same(_plain(event.kind))).say(language)
    lines = [f"**{title}**"]
    if url:
        lines.append(f"[{DETAILS.say(language)}]({url})")
    lines.append(f"> {SQUAD.say(language)}: {_plain(event.squad)}")
    lines.append(f"> {TIME.say(language)}: {event.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}")
    for name, value in _public(event.data).items():
        if value not in (None, "", []):
            label = DATA_NAMES.get(name, same(_plain(name))).say(language)
            lines.append(f"> {label}: {_plain(_said(name, value, language))}")
    return {"msgtype": "markdown", "markdown": {"content": _cut("\n".join(lines), WECOM_BYTES)}}


def retry_after(attempt: int) -> int:
    """Return the seconds to wait after the failure of the attempt of that number, from 1: doubled each time, capped."""
    if attempt < 1:
        msg = f"attempts are counted from 1, not {attempt}"
        raise ValueError(msg)
    doublings = min(attempt - 1, LONGEST_WAIT.bit_length())
    return min(FIRST_WAIT << doublings, LONGEST_WAIT)


def _public(value: Mapping[str, Any]) -> dict[str, Any]:
    return {name: inner if name in NUMBERS else _masked(inner) for name, inner in value.items() if name not in PRIVATE}


def _masked(value: object) -> Any:  # noqa: ANN401 - JSON-ready in, JSON-ready out
    if isinstance(value, str):
        return mask_phones(value)
    if isinstance(value, Mapping):
        return _public(value)
    if isinstance(value, list | tuple):
        return [_masked(inner) for inner in value]
    return value


def _said(name: str, value: object, language: Language) -> str:
    for field, words in (
        ("stage", {stage.value: text for stage, text in STAGE_NAMES.items()}),
        ("outcome", {outcome.value: text for outcome, text in OUTCOME_NAMES.items()}),
        ("type", {kind.value: standard.name for kind, standard in CATALOGUE.items()}),
    ):
        if name == field and value in words:
            return words[str(value)].say(language)
    if isinstance(value, list):
        return "、".join(str(inner) for inner in value)
    return str(value)


def _plain(text: str) -> str:
    """Return text that markdown reads as text: no mention, link, font or heading, on one line.

    The robot's markdown knows no escape sign, so that the signs it looks for become their full-width likenesses; a
    client that makes links of bare addresses finds none either.
    """
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return _DOT_OF_A_NAME.sub("．", line.replace("://", "：//").translate(_MARKUP))


def _cut(text: str, most: int) -> str:
    encoded = text.encode()
    if len(encoded) <= most:
        return text
    return encoded[: most - len("…".encode())].decode(errors="ignore") + "…"
