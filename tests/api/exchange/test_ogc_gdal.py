"""GDAL's own OGC API client reads the collections over loopback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pyogrio
import pytest
from shapely import from_wkt

from api.exchange import ogc_features as ogc
from api.exchange.ogc_layers import FIELDS, Layer
from api.exchange.ogc_query import read_query
from tests.api.exchange.small_layers import all_layers
from tests.casework.cases import TOLD


@pytest.fixture
def layers() -> dict[str, Layer]:
    return all_layers()


class Handler(BaseHTTPRequestHandler):
    layers: dict[str, Layer]
    base: str
    asked: list[dict[str, str]]

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        parts = [unquote(part) for part in asked.path.strip("/").split("/") if part]
        self.asked.append(dict(parse_qsl(asked.query)))
        found = self.answer(parts, self.asked[-1])
        body = json.dumps(found).encode()
        self.send_response(200 if found is not None else 404)
        self.send_header("Content-Type", "application/geo+json" if "items" in parts else "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def answer(self, parts: list[str], params: dict[str, str]) -> Any:
        found: Any = None
        match parts:
            case []:
                found = ogc.landing_page(self.base, "小队", f"{self.base}/api", "zh")
            case ["conformance"]:
                found = ogc.conformance()
            case ["collections"]:
                found = ogc.collections(self.base, self.layers, "zh")
            case ["collections", key]:
                found = ogc.collection(self.base, self.layers[key], "zh")
            case ["collections", key, "items"]:
                found = ogc.items(self.base, self.layers[key], read_query(self.layers[key], params), TOLD, "zh")
            case ["collections", key, "items", name]:
                found = ogc.item(self.base, self.layers[key], name, "zh")
        return found

    def log_message(self, *_: object) -> None:
        """Say nothing."""


# GDAL holds Python's lock while it waits for an answer: it needs a process of its own.
CLIENT = """
import json, sys, pyogrio
source, options = sys.argv[1], json.loads(sys.argv[2])
options = {name: tuple(value) if isinstance(value, list) else value for name, value in options.items()}
found = {}
for name, _ in pyogrio.list_layers(source):
    frame = pyogrio.read_dataframe(source, layer=name, **options)
    found[name] = [str(frame.crs), list(frame.columns), list(frame.geometry.to_wkt())]
print(json.dumps(found))
"""
Read = dict[str, tuple[str, list[str], list[str]]]


@pytest.fixture
def gdal(layers: dict[str, Layer]) -> Iterator[Callable[..., Read]]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Handler.layers, Handler.base, Handler.asked = layers, f"http://127.0.0.1:{server.server_port}", []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()

    def read(**options: Any) -> Read:
        command = [sys.executable, "-c", CLIENT, f"OAPIF:{Handler.base}", json.dumps(options)]
        environment = os.environ | {"no_proxy": "127.0.0.1"}
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, env=environment)
        assert done.returncode == 0, done.stderr
        found: Read = json.loads(done.stdout)
        return found

    yield read
    server.shutdown()
    thread.join()
    server.server_close()


def test_gdal_reads_every_collection(gdal: Callable[..., Read], layers: dict[str, Layer]) -> None:
    assert "OAPIF" in pyogrio.list_drivers()
    found = gdal()
    assert set(found) == set(layers)
    for key, (system, columns, shapes) in found.items():
        assert system in {"EPSG:4326", "OGC:CRS84"}
        assert set(FIELDS[key]) <= set(columns)
        made = [feature.geometry for feature in layers[key].features]
        for read, drawn in zip(shapes, made, strict=True):
            assert from_wkt(read).normalize().equals_exact(drawn.normalize(), 1e-6)


def test_gdal_turns_pages(gdal: Callable[..., Read], layers: dict[str, Layer]) -> None:
    assert len(gdal(PAGE_SIZE="2")["gates"][2]) == len(layers["gates"].features)
    assert any(params.get("limit") == "2" and params.get("offset") == "2" for params in Handler.asked)


def test_gdal_asks_by_place(gdal: Callable[..., Read]) -> None:
    found = gdal(bbox=(121.205, 31.371, 121.211, 31.379))
    assert {key: len(shapes) for key, (_, _, shapes) in found.items() if key in {"communities", "coverage"}} == {
        "communities": 1,
        "coverage": 1,
    }
    assert any("bbox" in params for params in Handler.asked)
