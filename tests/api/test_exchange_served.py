"""What other programs read and write, over HTTP: calendars, map layers, Open311, routes, tables of cases, webhooks."""

from __future__ import annotations

import base64
import hmac
import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import gpxpy
import openpyxl
import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient
from icalendar import Calendar

from api.hooks import Sender
from api.security.roles import Role
from api.worker import make_plan
from tests.api.exchange.test_ogc_gdal import CLIENT
from tests.api.real_server import free_port
from tests.api.served import MONDAY, Clock, application, colleague, finished, problem, sign_in
from tests.town import write_town

TOWN = "/api/squads/town"
OPEN311 = "/open311/town/v2"
FORM = {"service_code": "flue", "lat": "31.371", "long": "121.241", "description": "外墙开孔", "phone": "13812345678"}


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock(MONDAY)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, clock: Clock) -> FastAPI:
    folder = tmp_path_factory.mktemp("exchange")
    return application(folder, make_plan, source=write_town(folder / "town"), clock=clock)


@pytest.fixture(scope="module")
def client(app: FastAPI) -> Iterator[TestClient]:
    """An administrator of a town whose week is planned and published."""
    with TestClient(app) as client:
        sign_in(client, "administrator")
        job = finished(
            client, client.post(f"{TOWN}/plans", json={"week": "2026-W48", "time_limit": 1}).headers["location"]
        )
        assert client.post(f"{job['links']['self']}/state", json={"state": "published"}).is_success
        yield client


def link(client: TestClient, kind: str, subject: str) -> str:
    made: str = client.post(f"{TOWN}/links", json={"kind": kind, "subject": subject}).json()["address"]
    return made


def test_an_officer_s_calendar_is_subscribed_to_by_a_link_that_can_be_replaced(client: TestClient) -> None:
    anybody = TestClient(client.app)
    address = link(client, "officer", "01")
    events = Calendar.from_ical(anybody.get(address).content).walk("VEVENT")
    assert events
    assert all(event.decoded("dtstart") >= MONDAY.replace(hour=0) for event in events)
    fresh = link(client, "officer", "01")
    problem(anybody.get(address), 404)
    assert anybody.get(fresh).is_success
    problem(anybody.get(fresh.replace("officer", "partner")), 404)


def test_a_partner_s_calendar_says_nothing_of_what_is_looked_at(client: TestClient) -> None:
    text = TestClient(client.app).get(link(client, "partner", "P2")).text
    assert "BEGIN:VEVENT" in text
    assert "外墙开孔" not in text


def test_a_feed_without_a_plan_is_an_empty_calendar(client: TestClient, clock: Clock) -> None:
    address = link(client, "officer", "02")
    clock.now += timedelta(weeks=8)
    try:
        calendar = Calendar.from_ical(TestClient(client.app).get(address).content)
    finally:
        clock.now -= timedelta(weeks=8)
    assert calendar.walk("VEVENT") == []


def test_an_officer_s_day_is_a_route_for_navigators(client: TestClient) -> None:
    plan = client.get(f"{TOWN}/published/2026-W48").json()
    route = plan["routes"][0]
    officer, day = route["crew"]["officers"][0]["id"], route["date"]
    base = client.get(f"{TOWN}/plans").json()[0]["links"]["self"]
    gpx = gpxpy.parse(client.get(f"{base}/routes/{officer}/{day}.gpx").text)
    assert gpx.tracks
    assert len(gpx.waypoints) >= len(route["stops"])
    assert b"<kml" in client.get(f"{base}/routes/{officer}/{day}.kml").content
    problem(client.get(f"{base}/routes/{officer}/2027-01-01.gpx"), 404)
    problem(client.get(f"{base}/routes/{officer}/{day}.exe"), 422)


def test_gdal_s_own_client_reads_every_layer(client: TestClient, app: FastAPI) -> None:
    address, port = link(client, "gis", "QGIS"), free_port()
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="critical", lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            threading.Event().wait(0.01)
        command = [sys.executable, "-c", CLIENT, f"OAPIF:http://127.0.0.1:{port}{address}", "{}"]
        environment = os.environ | {"no_proxy": "127.0.0.1"}
        read = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120, env=environment)
    finally:
        server.should_exit = True
        thread.join()
    counted = {layer: len(shapes) for layer, (_, _, shapes) in json.loads(read.stdout).items()}
    assert set(counted) == {"communities", "gates", "violations", "routes", "coverage"}
    assert (counted["communities"], counted["violations"], counted["coverage"]) == (3, 3, 3)
    assert counted["routes"] > 0
    assert TestClient(app).get(f"{address}/collections/routes/items", params={"limit": 0}).status_code == 422
    problem(TestClient(app).get("/ogc/guessed/collections"), 404)


@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_resident_files_a_report_and_follows_it(client: TestClient, form: str) -> None:
    anybody = TestClient(client.app)
    filed = anybody.post(f"{OPEN311}/requests.{form}", data=FORM, headers={"Idempotency-Key": f"once-{form}"})
    again = anybody.post(f"{OPEN311}/requests.{form}", data=FORM, headers={"Idempotency-Key": f"once-{form}"})
    assert filed.status_code == 201, filed.text
    assert filed.text == again.text
    assert "13812345678" not in filed.text
    listed = anybody.get(f"{OPEN311}/requests.json").json()
    number = listed[0]["service_request_id"]
    assert listed[0]["status"] == "open"
    assert "13812345678" not in json.dumps(listed)
    one = anybody.get(f"{OPEN311}/requests/{number}.{form}")
    assert number in one.text
    assert anybody.get(f"{OPEN311}/requests/00000000-00000.{form}").status_code == 404


def test_faults_of_a_resident_s_report_are_all_named(client: TestClient) -> None:
    faulty = TestClient(client.app).post(f"{OPEN311}/requests.json", data={"service_code": "tea", "lat": "north"})
    assert faulty.status_code == 400
    said = json.dumps(faulty.json(), ensure_ascii=False)
    assert "tea" in said
    assert "long" in said


def test_whoever_files_too_often_is_asked_to_wait(client: TestClient) -> None:
    anybody = TestClient(client.app, client=("203.0.113.9", 1))
    answers = [anybody.post(f"{OPEN311}/requests.json", data=FORM).status_code for _ in range(12)]
    assert answers[0] == 201
    assert answers[-1] == 429


@pytest.mark.parametrize("place", ["discovery", "services", "services/flue"])
@pytest.mark.parametrize("form", ["json", "xml"])
def test_open311_says_what_it_is_and_what_can_be_reported(client: TestClient, place: str, form: str) -> None:
    answer = TestClient(client.app).get(f"{OPEN311}/{place}.{form}")
    assert answer.is_success
    assert answer.headers["content-type"].startswith({"json": "application/json", "xml": "text/xml"}[form])
    assert TestClient(client.app).get(f"/open311/nowhere/v2/{place}.{form}").status_code == 404


def test_cases_go_out_as_a_table_and_come_in_again_with_their_outside_numbers(client: TestClient) -> None:
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.title = "案件"
    page.append(["来源", "外部编号", "经度", "纬度", "坐标系", "报告时间", "类型", "备注"])
    page.append(["平台转来", "12345-001", 121.241, 31.371, "WGS84", "2026-11-22 09:30", "违规排烟道", "=1+1"])
    page["H2"].data_type = "s"
    data = io.BytesIO()
    book.save(data)
    taken = client.put(f"{TOWN}/cases.xlsx", content=data.getvalue())
    assert taken.status_code == 200, taken.text
    (case,) = taken.json()["ids"]
    assert client.put(f"{TOWN}/cases.xlsx", content=data.getvalue()).json()["ids"] == []
    shown = client.get(f"{TOWN}/cases/{case}").json()
    assert (shown["channel"], shown["outside_number"], shown["community"]) == ("platform", "12345-001", "C1")
    back = openpyxl.load_workbook(io.BytesIO(client.get(f"{TOWN}/cases.xlsx").content)).worksheets[0]
    texts = {str(cell.value): cell.data_type for row in back.iter_rows() for cell in row}
    assert "12345-001" in texts
    assert texts.get("=1+1", "s") == "s"
    page["A2"], page["C2"] = "天上", "x"
    data = io.BytesIO()
    book.save(data)
    said = problem(client.put(f"{TOWN}/cases.xlsx", content=data.getvalue()), 422)
    assert {fault["row"] for fault in said["faults"]} == {2}


class Receiver(BaseHTTPRequestHandler):
    """Another system: says no once, then takes what it is sent."""

    taken: list[tuple[dict[str, str], bytes]] = []  # noqa: RUF012 - one list for all, as the test reads it
    refuse = 1

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        refused = type(self).refuse > 0
        type(self).refuse -= refused
        self.send_response(503 if refused else 200)
        self.end_headers()
        self.wfile.write(b'{"errcode": 0}')
        if not refused:
            self.taken.append(({name.lower(): value for name, value in self.headers.items()}, body))

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def test_another_system_hears_of_events_until_it_has_taken_them(client: TestClient, app: FastAPI, clock: Clock) -> None:
    other = HTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=other.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{other.server_port}/hook"
    hooks = [
        client.post(f"{TOWN}/hooks", json={"url": url, "form": form, "events": ["report_taken_in"]}).json()
        for form in ("json", "wecom")
    ]
    told = {"lon": 121.241, "lat": 31.371, "reporter_phone": "13812345678"}
    case = client.post(f"{TOWN}/reports", json=told).json()["case"]["id"]
    sender = Sender(app.state.store, clock)
    for _ in range(4):
        sender.send_due()
        clock.now += timedelta(minutes=10)
    other.shutdown()
    other.server_close()
    signed = next((headers, body) for headers, body in Receiver.taken if "webhook-signature" in headers)
    stamp, mark = signed[0]["webhook-timestamp"], signed[0]["webhook-id"]
    digest = hmac.digest(hooks[0]["secret"].encode(), b".".join((mark.encode(), stamp.encode(), signed[1])), "sha256")
    assert signed[0]["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"
    assert json.loads(signed[1])["data"]["case"] == case
    robot = next(json.loads(body) for headers, body in Receiver.taken if "webhook-signature" not in headers)
    assert case in robot["markdown"]["content"]
    assert len(Receiver.taken) == 2
    assert "13812345678" not in str(Receiver.taken)
    assert sender.send_due() == 0
    assert [hook["secret"] for hook in client.get(f"{TOWN}/hooks").json()] == [None, None]
    assert all(client.delete(f"{TOWN}/hooks/{hook['id']}").status_code == 204 for hook in hooks)
    problem(client.delete(f"{TOWN}/hooks/{hooks[0]['id']}"), 404)


def test_of_several_servers_one_sends_a_message(client: TestClient, app: FastAPI, clock: Clock) -> None:
    asked, answered = threading.Event(), threading.Event()

    class Slow(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.set()
            answered.wait(20)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    other = HTTPServer(("127.0.0.1", 0), Slow)
    threading.Thread(target=other.serve_forever, daemon=True).start()
    hook = {"url": f"http://127.0.0.1:{other.server_port}/hook", "form": "json", "events": ["report_taken_in"]}
    made = client.post(f"{TOWN}/hooks", json=hook).json()
    client.post(f"{TOWN}/reports", json={"lon": 121.241, "lat": 31.371})
    first = threading.Thread(target=Sender(app.state.store, clock).send_due)
    first.start()
    assert asked.wait(20)
    assert Sender(app.state.store, clock).send_due() == 0
    answered.set()
    first.join()
    other.shutdown()
    other.server_close()
    assert client.delete(f"{TOWN}/hooks/{made['id']}").status_code == 204


def test_a_leader_makes_no_links_and_no_webhooks(client: TestClient) -> None:
    leader = colleague(client, Role.LEADER, "town")
    problem(leader.post(f"{TOWN}/links", json={"kind": "officer", "subject": "01"}), 403)
    problem(leader.post(f"{TOWN}/hooks", json={"url": "http://x", "form": "json", "events": ["*"]}), 403)
