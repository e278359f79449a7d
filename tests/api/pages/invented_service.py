"""A service that keeps one invented board and changes it as the real one does: for pages at sizes that take long to plan.

Another person's change, a dead network and a refusal are had by asking for them.
"""

from __future__ import annotations

import copy
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

from api.jobs import Job, Order, State
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
MAP = "<!doctype html><html lang=zh-CN><meta charset=utf-8><title>map</title><body>" + (
    "<script>addEventListener('message', (e) => { document.title = JSON.stringify(e.data); });"
    "parent.postMessage({wuzao: 'ready'}, '*');</script>"
)


class Kept:
    """The board, what it was before, and what it was before somebody undid."""

    def __init__(self, board: Json) -> None:
        self.start(board)

    def start(self, board: Json) -> None:
        """Begin with a board."""
        self.board, self.before, self.after = board, list[Json](), list[Json]()

    def change(self) -> None:
        """Keep what is, as something is about to change it."""
        self.before.append(copy.deepcopy(self.board))
        self.after.clear()

    def step(self, source: list[Json], other: list[Json]) -> None:
        """Undo, or do again."""
        other.append(self.board)
        version = self.board["version"]
        self.board = source.pop()
        self.board["version"] = version

    def told(self) -> Json:
        """Return the board under its next version."""
        self.board["version"] += 1
        self.board["undo"], self.board["redo"] = bool(self.before), bool(self.after)
        judge(self.board)
        return self.board

    def move(self, asked: Json) -> Json | None:
        """Make one move; return where the visit then stands."""
        board = self.board
        card = next((one for one in board["cards"] if one["visit"] == asked["visit"]), None)
        if "pin" in asked and card:
            card["pinned"] = asked["pin"]
            return None
        if asked.get("out") and card:
            board["cards"].remove(card)
            board["missed"].append({key: card[key] for key in ("visit", "kind", "kind_name", "community", "title", "mandatory")} | {"due": both("", ""), "reasons": [], "ways": []})
            return None
        if card is None:
            lost = next(one for one in board["missed"] if one["visit"] == asked["visit"])
            board["missed"].remove(lost)
            card = {key: lost[key] for key in ("visit", "kind", "kind_name", "community", "title", "mandatory")}
            card |= {"auxiliaries": [], "post": "a", "partners": [], "route": 1, "pinned": False, "breakable": True, "broken": [], "officers": []}
            card |= {"begin": "08:00", "end": clock(480 + KINDS[lost["kind"]][2])}
            board["cards"].append(card)
        long = minutes(card["end"]) - minutes(card["begin"])
        begin = self._begin(asked, card)
        card |= {"day": asked["day"], "band": asked["band"], "officers": [asked["officer"], *card["officers"][1:]]}
        card |= {"begin": clock(begin), "end": clock(begin + long), "arrive": clock(begin - 8)}
        return {"visit": card["visit"], "day": card["day"], "band": card["band"], "begin": card["begin"], "end": card["end"]}

    def _begin(self, asked: Json, card: Json) -> int:
        if asked.get("begin"):
            return minutes(asked["begin"])
        band = next(one for one in self.board["bands"] if one["id"] == asked["band"])
        busy = [one for one in self.board["cards"] if one is not card and one["day"] == asked["day"] and asked["officer"] in one["officers"]]
        return max([minutes(band["begin"]) + 30, *(minutes(one["end"]) + 15 for one in busy)])

    def places(self, visit: str) -> list[Json]:
        """Return every band on duty, every third of them with a fault."""
        found = []
        for number, (officer, day, band) in enumerate((one["id"], day, band) for one in self.board["officers"] for day, band in one["duty"]):
            ok = number % 3 != 0
            fault = {"rule": "spacing", "hard": True, "message": both("同一小区两次联合检查须隔 2 天,只隔 1 天。", "Two joint inspections of a community must be 2 days apart; these are 1."), "over": 1, "visits": [visit], "day": day, "officers": [officer]}
            found.append({"day": day, "band": band, "officer": officer, "begin": None, "ok": ok, "broken": [] if ok else [fault], "cost": number * 7 % 90, "worst": 5880})
        return sorted(found, key=lambda place: (not place["ok"], place["cost"]))


def service(board: Json) -> FastAPI:
    """Return the application that serves a board's page and operations."""
    app = FastAPI()
    app.include_router(assets.router)
    kept = Kept(board)
    app.state.kept = kept

    def guarded(request: Request) -> bool:
        return request.headers["if-match"] == f'"{kept.board["version"]}"'

    stale = JSONResponse({"title": "changed", "status": 412}, 412)

    @app.get("/squads/town/plans/p1", response_class=HTMLResponse)
    def page(request: Request) -> HTMLResponse:
        return board_answer(request, LEADER, Place("town", "小镇中队", "week"), job=JOB, board=kept.board, plans=[], now=MONDAY)

    @app.get("/api/me")
    def me() -> Json:
        return {"csrf": "token"}

    @app.get("/api/squads/town/plans/p1/board")
    def told() -> Json:
        return kept.board

    @app.get("/api/squads/town/plans/p1/places")
    def places(visit: str) -> Json:
        return {"visit": visit, "places": kept.places(visit)}

    @app.post("/api/squads/town/plans/p1/moves")
    async def moves(request: Request) -> Any:  # noqa: ANN401 - a board or a refusal
        if not guarded(request):
            return stale
        kept.change()
        old = kept.board["broken"]
        moved = [kept.move(one) for one in (await request.json())["moves"]][0]
        board = kept.told()
        new = board["broken"]
        messages = [{one["message"]["zh"] for one in faults} for faults in (old, new)]
        said = {
            "broke": [one for one in new if one["message"]["zh"] not in messages[0]],
            "mended": [one for one in old if one["message"]["zh"] not in messages[1]],
            "cost": {"before": 41200, "after": 41260},
            "worst": {"before": 5880, "after": 6000},
            "moved": moved,
        }
        return {**board, "said": said}

    def stepped(request: Request, source: list[Json], other: list[Json]) -> Any:  # noqa: ANN401 - a board or a refusal
        if not guarded(request):
            return stale
        kept.step(source, other)
        return kept.told()

    @app.post("/api/squads/town/plans/p1/undo")
    def undo(request: Request) -> Any:  # noqa: ANN401 - a board or a refusal
        return stepped(request, kept.before, kept.after)

    @app.post("/api/squads/town/plans/p1/redo")
    def redo(request: Request) -> Any:  # noqa: ANN401 - a board or a refusal
        return stepped(request, kept.after, kept.before)

    @app.post("/api/squads/town/plans/p1/state")
    def publish() -> Json:
        kept.board |= {"state": "published", "editable": False, "version": kept.board["version"] + 1}
        return {}

    @app.get("/api/squads/town/plans/p1/maps/week")
    def week_map() -> Response:
        policy = "default-src 'none'; script-src 'unsafe-inline'; frame-ancestors 'self'"
        return Response(MAP, media_type="text/html", headers={"Content-Security-Policy": policy})

    return app


@contextmanager
def invented_stage(board: Json, port: int | None = None) -> Iterator[tuple[Stage, Kept]]:
    """Yield a stage whose only page is a board's, and what it keeps."""
    app, port = service(board), port or free_port()
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="critical"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield Stage(f"http://127.0.0.1:{port}", Clock(), None, "town"), app.state.kept  # type: ignore[arg-type]  # nobody asks it as an administrator
    server.should_exit = True
    thread.join()
