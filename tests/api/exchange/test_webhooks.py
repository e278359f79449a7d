"""Notices of events: what they hold, how they are signed, and that nobody can speak through them."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api.exchange.webhooks import KIND_TITLES, Event, case_data, json_body, retry_after, signed_headers, wecom_message
from tests.casework.cases import TOLD, put_right, told

SECRET = "138-0000-1234"


def event(kind: str = "case_filed", **data: Any) -> Event:
    return Event("e1", kind, "小队", TOLD, data)


def content(told_of: Event, url: str = "") -> str:
    message = wecom_message(told_of, "zh", url)
    assert message["msgtype"] == "markdown"
    found = message["markdown"]["content"]
    assert isinstance(found, str)
    return found


# JSON.


def test_a_notice_says_what_happened_where_and_when() -> None:
    found = json.loads(json_body(Event("e1", "case_handled", "s1", TOLD.astimezone(UTC), case_data(put_right("1")))))
    assert list(found) == ["id", "event", "squad", "at", "data"]
    assert (found["id"], found["event"], found["at"]) == ("e1", "case_handled", "2026-11-03T09:00:00+08:00")
    assert (found["data"]["case"], found["data"]["stage"], found["data"]["officers"]) == ("1", "handled", ["o1", "o2"])
    assert found["data"]["due_at"] == "2026-11-03T11:00:00+08:00"


def test_nothing_personal_is_told() -> None:
    case = told("1", note=SECRET, building="3 幢 501", reporter_name="举报人", reporter_phone=SECRET)
    hidden: dict[str, Any] = {
        "phone": SECRET,
        "note": "x",
        "inner": {"reporter_name": "举报人", "word": f"打 {SECRET}"},
    }
    for told_of in (event(**case_data(case)), event(**hidden), event(words=[SECRET])):
        for said in (str(json.loads(json_body(told_of))), content(told_of)):
            for secret in (SECRET, "举报人", "3 幢 501"):
                assert secret not in said
    assert json.loads(json_body(event(**hidden)))["data"] == {"inner": {"word": "打 138…34"}}


def test_a_case_s_number_is_no_telephone() -> None:
    told_of = event(**case_data(told("20261103-00001", outside_number="31011420261103")))
    for said in (json_body(told_of).decode(), content(told_of)):
        assert "20261103-00001" in said
        assert "31011420261103" in said


def test_the_same_event_is_the_same_bytes() -> None:
    assert json_body(event(case="1", week="2026-W45")) == json_body(event(case="1", week="2026-W45"))


def test_a_number_that_json_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        json_body(event(share=float("nan")))


# Signature.


def test_the_signature_is_that_of_the_specification_s_own_example() -> None:
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    example = Event("msg_p5jXN8AQM9LWM0D4loKWxJek", "test", "s1", TOLD, {})
    sent = datetime.fromtimestamp(1614265330, UTC)
    assert signed_headers(example, b'{"test": 2432232314}', secret, sent) == {
        "content-type": "application/json",
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_whatever_is_changed_changes_the_signature() -> None:
    body, key = json_body(event()), b"k" * 24
    first = signed_headers(event(), body, key, TOLD)["webhook-signature"]
    others = (
        signed_headers(event(), body + b" ", key, TOLD),
        signed_headers(event(), body, b"j" * 24, TOLD),
        signed_headers(event(), body, key, TOLD + timedelta(seconds=1)),
        signed_headers(Event("e2", "case_filed", "小队", TOLD, {}), body, key, TOLD),
    )
    assert first not in {other["webhook-signature"] for other in others}


# WeCom.


def test_a_message_says_it_in_words() -> None:
    lines = content(event("case_handled", **case_data(put_right("1"))), "https://wuzao.invalid/c/1").split("\n")
    assert lines[:4] == [
        "**案件已处置**",
        "[查看详情](https://wuzao.invalid/c/1)",
        "> 中队: 小队",
        "> 时间: 2026-11-03 09:00",
    ]
    assert "> 阶段: 反馈待核查" in lines
    assert "> 类型: 违规排烟道" in lines
    assert "> 结果: 已整改" in lines
    assert "> 队员: o1、o2" in lines
    assert not any("外部编号" in line for line in lines)


def test_a_message_may_be_english() -> None:
    said = wecom_message(event("plan_published", week="2026-W45"), "en")["markdown"]["content"]
    assert said.startswith("**A week's plan was published**\n")
    assert said.endswith("> Week: 2026-W45")


@pytest.mark.parametrize(
    "hostile",
    [
        "<@all>",
        "<@o1>",
        "@all",
        "[点这里](https://evil.invalid)",
        "https://evil.invalid/x",
        "evil.invalid",
        "邪恶.中国/x",
        '<font color="warning">x</font>',
        "![x](https://evil.invalid/x.png)",
        "x\n# 标题\n> 引用\n**粗**",
        "x\r**粗**\u2028# 标题\x00",
        "`代码`",
    ],
)
@pytest.mark.parametrize("place", ["value", "name", "squad", "kind", "list"])
def test_hostile_text_forges_neither_mention_nor_link_nor_line(hostile: str, place: str) -> None:
    data: dict[str, Any] = {"value": {"community": hostile}, "name": {hostile: "x"}, "list": {"officers": [hostile]}}
    told_of = Event(
        "e1",
        hostile if place == "kind" else "case_filed",
        hostile if place == "squad" else "小队",
        TOLD,
        data.get(place, {}),
    )
    heading, *lines = content(told_of).split("\n")
    inside = heading.removeprefix("**").removesuffix("**") + "".join(line.removeprefix("> ") for line in lines)
    assert not set("<>[]()@#`*!") & set(inside)
    assert "://" not in inside
    assert "evil.invalid" not in inside
    assert "邪恶.中国" not in inside
    assert len(lines) == (3 if place in {"value", "name", "list"} else 2)
    assert all(line.startswith("> ") for line in lines)
    assert inside.isprintable()


def test_figures_keep_their_points() -> None:
    assert "> share: 0.98" in content(event(share=0.98))


@pytest.mark.parametrize("filling", ["x", "字", "🚧", "x字🚧"])
@pytest.mark.parametrize("shift", range(4))
def test_a_long_message_ends_at_a_whole_sign_within_the_limit(filling: str, shift: int) -> None:
    encoded = content(event(week="x" * shift + filling * 4100)).encode()
    assert 4096 - 4 <= len(encoded) <= 4096
    assert encoded.decode().endswith("…")


def test_a_message_of_just_the_limit_stays_whole() -> None:
    short = len(content(event(week="x")).encode())
    assert content(event(week="x" * (4096 - short + 1))).endswith("x")
    assert content(event(week="x" * (4096 - short + 2))).endswith("…")


def test_every_event_that_the_service_tells_of_has_a_heading() -> None:
    steps = ("filed", "dispatched", "recalled", "arrived", "handled", "rechecked", "merged")
    assert {"report_taken_in", "plan_published", *(f"case_{step}" for step in steps)} <= set(KIND_TITLES)


# Attempts.


def test_waits_double_up_to_six_hours() -> None:
    assert [retry_after(attempt) for attempt in range(1, 12)] == [
        30,
        60,
        120,
        240,
        480,
        960,
        1920,
        3840,
        7680,
        15_360,
        21_600,
    ]
    assert retry_after(10**9) == 21_600


@pytest.mark.parametrize("attempt", [0, -1])
def test_attempts_are_counted_from_one(attempt: int) -> None:
    with pytest.raises(ValueError, match="counted from 1"):
        retry_after(attempt)
