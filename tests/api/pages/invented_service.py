"""A service that keeps one invented board and changes it as the real one does: at sizes that take long to plan."""

from __future__ import annotations

import copy
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from api.jobs.job import Job, Order, State
from api.pages import assets
from api.pages.board import board_answer
from api.pages.page import Place
from api.security.roles import Principal, Role
from tests.api.pages.invented_board import KINDS, Json, both, clock, judge, minutes
from tests.api.pages.stage import Stage
from tests.api.real_server import free_port
from tests.api.served import MONDAY, Clock

LEADER = Principal("u1", "leader", Role.LEADER, "town", None, "token")
JOB = Job("p1", Order("town", "", "2026-W48", 0, 1.0), Path(), State.DONE)
BASE = "/api/squads/town/plans/p1"
KEPT_OF_A_VISIT = ("visit", "kind", "kind_name", "community", "title", "mandatory")
MAP = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>map</title><body>
<script>addEventListener("message", (e) => { document.title = JSON.stringify(e.data); });
parent.postMessage({wuzao: "ready"}, "*");</script>"""


class Kept:
    """The board, what it was before, and what it was before somebody undid."""

    def __init__(self, board: Json) -> None:
        self.start(board)

    def start(self, board: Json) -> None:
        """Begin with a board."""
        self.board, self.before, self.after = board, list[Json](), list[Json]()

    def change(self, *moves: Json) -> Json | None:
        """Make moves as somebody does; return where the last then stands."""
        self.before.append(copy.deepcopy(self.board))
        self.after.clear()
        moved = [self._moved(one) for one in moves]
        self.next_version()
        return moved[-1]

    def step(self, way: str) -> Json:
        """Undo, or do again."""
        source, other = (self.before, self.after) if way == "undo" else (self.after, self.before)
        other.append(self.board)
        self.board = source.pop() | {"version": self.board["version"]}
        return self.next_version()

    def next_version(self) -> Json:
        """Judge the board anew and return it under its next version."""
        self.board["version"] += 1
        self.board["undo"], self.board["redo"] = bool(self.before), bool(self.after)
        judge(self.board)
        return self.board

    def places(self, visit: str) -> list[Json]:
        """Return every band on duty, every third of them with a fault."""
        fault = {
            "rule": "spacing",
            "hard": True,
            "message": both("两次联合检查须隔 2 天,只隔 1 天。", "Two days apart, not 1."),
            "over": 1,
            "visits": [visit],
            "day": None,
            "officers": [],
        }
        duties = [(one["id"], day, band) for one in self.board["officers"] for day, band in one["duty"]]
        found = [
            {
                "day": day,
                "band": band,
                "officer": officer,
                "begin": None,
                "ok": number % 3 != 0,
                "broken": [] if number % 3 else [fault],
                "cost": number * 7 % 90,
                "worst": 5880,
                "late": 0,
            }
            for number, (officer, day, band) in enumerate(duties)
        ]
        return sorted(found, key=lambda place: (not place["ok"], place["cost"]))

    def _moved(self, asked: Json) -> Json | None:
        cards, missed = self.board["cards"], self.board["missed"]
        card = next((one for one in cards if one["visit"] == asked["visit"]), None)
        if card is None:
            lost = next(one for one in missed if one["visit"] == asked["visit"])
            missed.remove(lost)
            card = _new_card(lost)
            cards.append(card)
        if "pin" in asked:
            card["pinned"] = asked["pin"]
            return None
        if asked.get("out"):
            cards.remove(card)
            nothing = {"due": both("", ""), "reasons": [], "ways": []}
            missed.append({key: card[key] for key in KEPT_OF_A_VISIT} | nothing)
            return None
        return self._placed(asked, card)

    def _placed(self, asked: Json, card: Json) -> Json:
        begin, long = self._begin(asked, card), minutes(card["end"]) - minutes(card["begin"])
        card |= {"day": asked["day"], "band": asked["band"], "officers": [asked["officer"], *card["officers"][1:]]}
        card |= {"begin": clock(begin), "end": clock(begin + long), "arrive": clock(begin - 8)}
        return {key: card[key] for key in ("visit", "day", "band", "begin", "end")}

    def _begin(self, asked: Json, card: Json) -> int:
        if asked.get("begin"):
            return minutes(asked["begin"])
        band = next(one for one in self.board["bands"] if one["id"] == asked["band"])
        mine = [one for one in self.board["cards"] if one is not card and asked["officer"] in one["officers"]]
        ends = [minutes(one["end"]) + 15 for one in mine if one["day"] == asked["day"]]
        return max([minutes(band["begin"]) + 30, *ends])


def _new_card(lost: Json) -> Json:
    return {
        **{key: lost[key] for key in KEPT_OF_A_VISIT},
        "auxiliaries": [],
        "post": "a",
        "partners": [],
        "route": 1,
        "pinned": False,
        "breakable": True,
        "broken": [],
        "officers": [],
        "begin": "08:00",
        "end": clock(480 + KINDS[lost["kind"]][2]),
    }


def mended(gap: Json) -> Json:
    """Return what would mend a gap."""
    text = both("队员02 在澄锦苑待命 11:30–12:30", "队员02 stands by at 澄锦苑, 11:30 to 12:30")
    return {"community": gap["community"], "ways": [{}], "text": [text]}


def said(old: list[Json], new: list[Json], moved: Json | None) -> Json:
    """Return what a change did."""
    before, after = ({one["message"]["zh"] for one in faults} for faults in (old, new))
    return {
        "broke": [one for one in new if one["message"]["zh"] not in before],
        "mended": [one for one in old if one["message"]["zh"] not in after],
        "cost": {"before": 41200, "after": 41260},
        "worst": {"before": 5880, "after": 6000},
        "moved": moved,
    }


def service(kept: Kept) -> FastAPI:
    """Return the application that serves a board's page and operations."""
    app = FastAPI()
    app.include_router(assets.router)

    def page(request: Request) -> Response:
        place = Place("town", "小镇中队", "week")
        return board_answer(request, LEADER, place, job=JOB, board=kept.board, plans=[], now=MONDAY)

    def refused(request: Request) -> Response | None:
        stale = request.headers["if-match"] != f'"{kept.board["version"]}"'
        return JSONResponse({"title": "changed", "status": 412}, 412) if stale else None

    async def moves(request: Request) -> Any:
        if (refusal := refused(request)) is not None:
            return refusal
        old = kept.board["broken"]
        moved = kept.change(*(await request.json())["moves"])
        return {**kept.board, "said": said(old, kept.board["broken"], moved)}

    def step(way: str, request: Request) -> Any:
        return refused(request) or kept.step(way)

    def publish() -> Json:
        kept.board |= {"state": "published", "editable": False, "version": kept.board["version"] + 1}
        return {}

    def week_map() -> Response:
        policy = "default-src 'none'; script-src 'unsafe-inline'; frame-ancestors 'self'"
        return Response(MAP, media_type="text/html", headers={"Content-Security-Policy": policy})

    def add(method: str, address: str, act: Callable[..., Any]) -> None:
        app.add_api_route(address, act, methods=[method], response_model=None)

    def places(
        visit: str, day: int | None = None, band: str | None = None, officer: str | None = None, *, check: bool = True
    ) -> Json:
        asked = {"day": day, "band": band, "officer": officer}
        wanted = {key: value for key, value in asked.items() if value is not None}
        found = [one for one in kept.places(visit) if wanted.items() <= one.items()]
        return {"places": found if check else [one | {"ok": False, "late": None, "worst": None} for one in found]}

    add("GET", "/squads/town/plans/p1", page)
    add("GET", "/api/me", lambda: {"csrf": "token"})
    add("GET", f"{BASE}/board", lambda: kept.board)
    add("GET", f"{BASE}/places", places)
    add("GET", f"{BASE}/maps/week", week_map)
    add("POST", f"{BASE}/moves", moves)
    add("POST", f"{BASE}/state", publish)
    add("POST", f"{BASE}/repairs", lambda: {"repairs": [mended(gap) for gap in kept.board["response"]["gaps"]]})
    add("POST", BASE + "/{way}", step)
    return app


@contextmanager
def invented_stage(board: Json) -> Iterator[tuple[Stage, Kept]]:
    """Yield a stage whose only page is a board's, and what it keeps."""
    kept, port = Kept(board), free_port()
    server = uvicorn.Server(uvicorn.Config(service(kept), port=port, log_level="critical"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    address = f"http://127.0.0.1:{port}"
    with httpx2.Client(base_url=address) as client:
        yield Stage(address, Clock(), client, "town"), kept
    server.should_exit = True
    thread.join()
