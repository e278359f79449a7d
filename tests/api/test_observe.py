"""What the service logs and counts: every request, nobody's data, no secret."""

from __future__ import annotations

import json
import logging
from datetime import datetime
from pathlib import Path

import pytest
import structlog
from structlog.testing import capture_logs

from api.observe import configure_logs, redact
from tests.api import fake_work
from tests.api.served import PASSWORD, serving
from tests.town import write_town

PHONE = "13812345678"


def test_a_request_is_logged_by_the_form_of_its_address_and_counted(tmp_path: Path) -> None:
    with serving(tmp_path, fake_work.quick, source=write_town(tmp_path / "town")) as client, capture_logs() as lines:
        told = {"lon": 121.241, "lat": 31.371, "reporter_phone": PHONE, "note": f"电话 {PHONE}"}
        case = client.post("/api/squads/town/reports", json=told).json()["case"]["id"]
        client.get(f"/api/squads/town/cases/{case}", params={"x": PHONE})
        client.request("TEA", "/health")
        counted = client.get("/metrics").text
    logged = [(line["method"], line["endpoint"], line["status"]) for line in lines]
    assert ("GET", "/api/squads/{squad_id}/cases/{case_id}", 200) in logged
    assert PHONE not in str(lines)
    assert PASSWORD not in str(lines)
    assert 'wuzao_requests_total{endpoint="/api/squads/{squad_id}/reports",method="POST",status="201"} 1.0' in counted
    assert 'wuzao_jobs{state="waiting"} 0.0' in counted
    assert case not in counted
    assert "TEA" not in counted


def test_secrets_and_telephone_numbers_are_taken_out_however_deep_they_lie() -> None:
    said = {
        "event": f"called {PHONE}",
        "detail": {"password": "x", "list": [f"+86 {PHONE}"], "Token": "y"},
        "count": 3,
    }
    shown = str(redact(None, "info", said))
    assert PHONE not in shown
    assert "'password': '…'" in shown
    assert "'Token': '…'" in shown
    assert "'count': 3" in shown


def test_logs_are_json_lines_those_of_libraries_too(capsys: pytest.CaptureFixture[str]) -> None:
    before = logging.getLogger().handlers[:]
    try:
        configure_logs()
        structlog.get_logger().info("something", who="班长", reporter_phone=PHONE)
        logging.getLogger("a.library").warning("called %s", PHONE)
        lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    finally:
        logging.basicConfig(handlers=before, force=True)
        structlog.reset_defaults()
    assert [line["event"] for line in lines] == ["something", "called 138…78"]
    assert lines[0]["who"] == "班长"
    assert lines[0]["reporter_phone"] == "…"
    assert all(datetime.fromisoformat(line["timestamp"]).tzinfo is not None for line in lines)
