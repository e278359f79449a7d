"""What stands in for the planning process in tests of the server; imported by name in that process."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

from api.jobs.job import ANSWERS, CHECK, FAILURE, OUT, PROGRESS, ROSTER, STOP, Order, write_json

STAGE = {"zh": "选择班组与路线", "en": "Choosing crews and patrols"}


def quick(order: Order, folder: Path) -> None:
    write_json(folder / PROGRESS, {"best": 1000, "bound": 990, "stage": STAGE})
    write_json(folder / CHECK, {"kept": True, "broken_rules": []})
    write_json(folder / ROSTER, {"o1": "队员01"})
    made = folder / "making"
    day = made / "officers" / "o1"
    day.mkdir(parents=True)
    (day / "2026-11-23.html").write_text("<p>路线</p>", encoding="utf-8")
    for name in ("week.html", "response.html"):
        (made / name).write_text(f"<p>{name} {order.week}</p>", encoding="utf-8")
    (made / "plan.json").write_text(json.dumps({"week": order.week, "seed": order.seed}), encoding="utf-8")
    made.rename(folder / OUT)


def studied(order: Order, folder: Path) -> None:
    time.sleep(0.5)
    if (answer := ANSWERS.get(order.kind)) is None:
        quick(order, folder)
        return
    (folder / OUT).mkdir()
    write_json(folder / OUT / answer, {"of": order.kind.value})


def endless(order: Order, folder: Path) -> None:
    write_json(folder / PROGRESS, {"best": None, "bound": 5, "stage": STAGE})
    write_json(folder / "pid", {"pid": os.getpid(), "squad": order.squad})
    time.sleep(600)


def until_stopped(order: Order, folder: Path) -> None:
    while not (folder / STOP).exists():
        time.sleep(0.01)
    quick(order, folder)


def faulty(_: Order, folder: Path) -> None:
    fault = {
        "code": "roads_do_not_reach",
        "level": "error",
        "file": "roads.osm.pbf",
        "row": None,
        "field": None,
        "problem": {"zh": "北门离路 900 米", "en": "the north gate is 900 m off"},
        "mend": {"zh": "请核对", "en": "check it"},
    }
    write_json(folder / FAILURE, {"kind": "bad_input", "faults": [fault]})


def crashing(_: Order, __: Path) -> None:
    os._exit(9)


def greedy(order: Order, folder: Path) -> None:
    taken = bytearray(3 * 2**30)
    taken[0] = 1
    quick(order, folder)
