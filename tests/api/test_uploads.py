"""What people hand in to do harm, or by mistake: a clear 4xx, and the server answers others all the while."""

from __future__ import annotations

import io
import json
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import openpyxl
import pytest

from api.exchange.squad_files import load_squad
from api.exchange.workbook import write_workbook
from tests.api.real_server import TOWN, free_port, records_of, running, signed_in
from tests.api.served import problem
from tests.town import write_town

JSON = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def leader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx2.Client]:
    """A leader of a real server in a process of its own."""
    folder = tmp_path_factory.mktemp("uploads")
    records_of(folder).dispose()
    port = free_port()
    with running(folder, port):
        client = signed_in(port)
        yield client
        client.close()


@pytest.fixture(autouse=True)
def _alive(leader: httpx2.Client) -> Iterator[None]:
    """While a test runs, ``/health`` answers within half a second."""
    slowest, done = [0.0], threading.Event()

    def watch() -> None:
        with httpx2.Client(base_url=leader.base_url, timeout=30) as other:
            while not done.wait(0.05):
                began = time.monotonic()
                assert other.get("/health").status_code == 200
                slowest[0] = max(slowest[0], time.monotonic() - began)

    watcher = threading.Thread(target=watch)
    watcher.start()
    yield
    done.set()
    watcher.join()
    assert slowest[0] < 2, "others had to wait"


def workbook(tmp_path: Path) -> bytes:
    write_workbook(load_squad(write_town(tmp_path / "town")).squad, tmp_path / "town.xlsx")
    return (tmp_path / "town.xlsx").read_bytes()


@pytest.mark.parametrize(
    "body",
    [
        '{"lon": NaN, "lat": 31}',
        '{"lon": 1e999, "lat": 31}',
        '{"lon": 121, "lat": 31, "note": "\\ud800"}',
        '{"lon": 121, "lat": 31, "note": "\\u0000"}',
        '{"lon": 121, "lat": 31, "extra": 1}',
        "[" * 8000,
        '{"a":' * 3000,
        '{"lon": 121, "lat": 91}',
        "null",
        "",
        "\xff\xfe",
    ],
)
def test_a_body_that_makes_no_sense_is_a_clear_4xx(leader: httpx2.Client, body: str) -> None:
    answer = leader.post(f"{TOWN}/reports", content=body.encode("latin-1", "replace"), headers=JSON)
    assert answer.status_code in {400, 422}, answer.text
    assert answer.json()["title"]


def test_300_megabytes_are_refused_unread(leader: httpx2.Client) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(300):
            yield b"x" * 2**20

    for place in (f"{TOWN}/reports", f"{TOWN}/workbook"):
        method = "PUT" if place.endswith("workbook") else "POST"
        try:
            answer = leader.request(method, place, content=endless(), headers={"content-length": str(300 * 2**20)})
        except httpx2.TransportError:
            continue  # the connection is closed on whoever goes on sending
        assert problem(answer, 413)


def test_a_workbook_comes_in_and_goes_out_and_is_the_same_squad(leader: httpx2.Client, tmp_path: Path) -> None:
    answer = leader.put(f"{TOWN}/workbook", content=workbook(tmp_path))
    assert answer.json()["officers"] == 4, answer.text
    (tmp_path / "back.xlsx").write_bytes(leader.get(f"{TOWN}/workbook").content)
    back, sent = load_squad(tmp_path / "back.xlsx").squad, load_squad(tmp_path / "town.xlsx").squad
    assert back == sent


def test_a_workbook_of_another_squad_is_refused(leader: httpx2.Client, tmp_path: Path) -> None:
    changed = write_town(tmp_path / "town", squad=('id = "town"', 'id = "other"'))
    write_workbook(load_squad(changed).squad, tmp_path / "other.xlsx")
    said = problem(leader.put(f"{TOWN}/workbook", content=(tmp_path / "other.xlsx").read_bytes()), 422)
    assert "other" in said["detail"]


def test_faults_of_a_workbook_are_named_row_by_row(leader: httpx2.Client, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(tmp_path)))
    book["队员"]["C2"] = "也许"
    book["排班"]["B3"] = "那天"
    book.save(tmp_path / "faulty.xlsx")
    said = problem(leader.put(f"{TOWN}/workbook", content=(tmp_path / "faulty.xlsx").read_bytes()), 422)
    assert {(fault["file"], fault["row"]) for fault in said["faults"]} >= {
        ("squad.xlsx › 队员", 2),
        ("squad.xlsx › 排班", 3),
    }


def _bomb() -> bytes:
    """A workbook of some kilobytes whose sheet unpacks to gigabytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(600):
                sheet.write(b"<row/>" * 170_000)
    return packed.getvalue()


def _many_cells(tmp_path: Path) -> bytes:
    """A small workbook that claims a cell in the last row and column of Excel."""
    book = openpyxl.load_workbook(io.BytesIO(workbook(tmp_path)))
    book["队员"]["XFD1048576"] = "x"
    book.save(tmp_path / "wide.xlsx")
    return (tmp_path / "wide.xlsx").read_bytes()


def test_a_workbook_that_would_fill_the_memory_is_refused(leader: httpx2.Client, tmp_path: Path) -> None:
    for data in (_bomb(), _many_cells(tmp_path), b"PK\x03\x04 torn", b"no workbook", b""):
        answer = leader.put(f"{TOWN}/workbook", content=data, timeout=120)
        assert answer.status_code == 422, answer.text
        assert answer.json()["detail"]


def _ring(count: int) -> list[list[float]]:
    ring = [[121.24 + n * 1e-7, 31.37] for n in range(count)]
    return [*ring, [121.25, 31.38], ring[0]]


@pytest.mark.parametrize(
    "geometry",
    [
        {
            "type": "Polygon",
            "coordinates": [[[121.0, 31.0], [121.1, 31.1], [121.1, 31.0], [121.0, 31.1], [121.0, 31.0]]],
        },
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[[1e400, 2], [3, 4], [5, 6], [1, 2]]]},
        {"type": "Polygon", "coordinates": [[["a", "b"]]]},
        {"type": "Polygon", "coordinates": {"0": 1}},
        {"type": "Point", "coordinates": [121.0, 31.0]},
        {"type": "GeometryCollection", "geometries": []},
        {"type": "MultiPolygon", "coordinates": [[[[200, 31], [201, 31], [201, 32], [200, 31]]]]},
        {"type": "Polygon", "coordinates": [_ring(50_001)]},
        {"type": {"a": 1}, "coordinates": [[[]]]},
    ],
)
def test_what_is_no_outline_is_a_422(leader: httpx2.Client, geometry: Any) -> None:
    body = json.dumps({"geometry": geometry}).replace("Infinity", "1e999")
    answer = leader.put(f"{TOWN}/communities/C1/boundary", content=body, headers=JSON)
    assert problem(answer, 422)


def test_a_virtual_dataset_that_calls_itself_geojson_opens_nothing(leader: httpx2.Client) -> None:
    virtual = "<OGRVRTDataSource><OGRVRTLayer name='x'><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer>"
    answer = leader.put(f"{TOWN}/communities/C1/boundary", content=virtual, headers=JSON)
    assert problem(answer, 422)
    assert "root:" not in answer.text


def test_a_boundary_drawn_anew_is_the_next_version_and_the_one_before_stays(leader: httpx2.Client) -> None:
    place = f"{TOWN}/communities/C3/boundary"
    square = [[121.24, 31.38], [121.243, 31.38], [121.243, 31.383], [121.24, 31.383], [121.24, 31.38]]
    drawn = {"geometry": {"type": "Polygon", "coordinates": [square]}}
    made = leader.put(place, json=drawn, headers={"if-match": '"1"'})
    assert (made.json()["version"], made.headers["etag"]) == (2, '"2"')
    problem(leader.put(place, json=drawn, headers={"if-match": '"1"'}), 412)
    versions = leader.get(f"{TOWN}/communities/C3/boundaries").json()
    assert [(one["version"], one["current"]) for one in versions] == [(2, True), (1, False)]


@pytest.mark.parametrize(
    "path", ["..%2F..%2Fetc%2Fpasswd", "%2e%2e/%2e%2e/etc/passwd", "....//....//etc/passwd", "C1%00"]
)
def test_no_path_leads_out(leader: httpx2.Client, path: str) -> None:
    for place in (f"/static/{path}", f"{TOWN}/communities/{path}/boundaries", f"/api/squads/{path}/cases", f"/{path}"):
        assert leader.get(place).status_code in {403, 404}, place
