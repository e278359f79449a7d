"""A week board out of thin air, as large as one likes, in the shape that the service gives: all invented."""

from __future__ import annotations

import random
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]

MONDAY = date(2026, 11, 23)
BANDS = (("early", "早班", 450, 810), ("middle", "中班", 810, 1170), ("late", "晚班", 1170, 1350))
"""Id, name, begin and end in minutes of the day."""

KINDS = {
    "joint": ("联合检查", "Joint inspection", 80),
    "recheck": ("复查", "Re-check", 30),
    "routine": ("日常走访", "Routine visit", 40),
    "stationing": ("全天进驻", "Stationing", 300),
    "meeting": ("交付前研判", "Pre-delivery meeting", 90),
}
LONG = "嘉定工业区绿洲丰怡园东区二期安置房及商品房混合住宅小区第一居民区"
SYLLABLES = "澄望禾锦云泾溪绿嘉金春书香景阳源光苑庭河盛荷都荟"
DAYS = (
    ("周一", "Mon"),
    ("周二", "Tue"),
    ("周三", "Wed"),
    ("周四", "Thu"),
    ("周五", "Fri"),
    ("周六", "Sat"),
    ("周日", "Sun"),
)


def both(zh: str, en: str) -> Json:
    return {"zh": zh, "en": en}


def clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def invented_board(communities: int = 12, officers: int = 10, seed: int = 1) -> Json:
    """Return a board: two missed visits, one broken rule, each officer with a band a working day."""
    dice = random.Random(seed)
    places = [_community(number, officers) for number in range(communities)]
    people = [_officer(number, places, officers, dice) for number in range(officers)]
    cards = [card for officer in people for card in _cards(officer, people, places, dice)]
    for number, card in enumerate(cards):
        card["visit"] = f"v{number:03}"
    board: Json = {
        "plan": "p1",
        "version": 1,
        "state": "draft",
        "editable": True,
        "week": "2026-W48",
        "undo": False,
        "redo": False,
        "objective": {"total": 41200, "bound": 40900, "gap": 0.0073},
        "days": [
            {
                "day": day,
                "date": str(MONDAY + timedelta(day)),
                "working": day < 5,
                "note": both("休息日", "rest day") if day > 4 else None,
            }
            for day in range(7)
        ],
        "bands": [{"id": key, "name": name, "begin": clock(a), "end": clock(b)} for key, name, a, b in BANDS],
        "officers": people,
        "communities": places,
        "cards": cards,
        "standby": [{"officer": "o01", "day": 2, "begin": "10:00", "end": "11:30", "where": places[0]["name"]}],
        "missed": [_missed(places[-1], "mm1", mandatory=True), _missed(places[-2], "mm2", mandatory=False)],
        "broken": [],
        "response": _response(places, dice),
        "warnings": [
            both(
                "春申阳光连续四周都在周二上午检查,规律易被摸清。",
                "Visits to one community came on Tuesday mornings four weeks running: easy to learn.",
            )
        ],
    }
    judge(board)
    return board


def names_in(board: Json) -> list[str]:
    """Return what people typed on a board."""
    named = [*board["officers"], *board["communities"], *board["bands"]]
    partners = [partner for card in board["cards"] for partner in card["partners"]]
    return sorted({one["name"] for one in (*named, *partners)})


def judge(board: Json) -> None:
    """Write what is broken (visits over each other) and the figures anew."""
    cards, seats = board["cards"], dict[tuple[str, int], list[Json]]()
    for card in cards:
        card["broken"] = []
        for officer in card["officers"]:
            seats.setdefault((officer, card["day"]), []).append(card)
    board["broken"] = []
    for (officer, day), mine in sorted(seats.items()):
        mine.sort(key=lambda card: str(card["begin"]))
        for first, second in pairwise(mine):
            over = minutes(first["end"]) - minutes(second["begin"])
            if over > 0:
                _break(board, officer, day, (first, second), over)
    _count(board)


def _count(board: Json) -> None:
    joint, again = (sum(card["kind"] == kind for card in board["cards"]) for kind in ("joint", "recheck"))
    lost = len(board["missed"])
    board["figures"] = [
        _figure("joint", ("联合检查", "Joint inspections"), f"{joint} / {joint}", ("10 个小区", "10 communities")),
        _figure("recheck", ("复查", "Re-checks"), f"{again} / {again + lost}", (f"{lost} 项未排", f"{lost} left out")),
        _figure("response", ("最慢到场", "Slowest arrival"), "2:03", ("周三 11:52 澄望苑", "Wed 11:52 澄望苑")),
        _figure("stationing", ("驻点", "Stationings"), "2 / 2", ("周二、周四", "Tue, Thu")),
        _figure("hours", ("外出工时", "Hours out"), "31.5 – 34.0", ("每周上限 44 小时", "at most 44 h a week")),
    ]
    board["figures"][1]["bad"] = lost > 0


def minutes(said: str) -> int:
    return int(said[:2]) * 60 + int(said[3:])


def _break(board: Json, officer: str, day: int, pair: tuple[Json, Json], over: int) -> None:
    name = next(one["name"] for one in board["officers"] if one["id"] == officer)
    for card in pair:
        card["broken"].append(len(board["broken"]))
    (zh, en), begin = DAYS[day], pair[1]["begin"]
    message = both(f"{name} {zh} {begin} 要同时在两处,差 {over} 分钟。", f"{name} in two places on {en} {begin}.")
    fault = {"rule": "one-place", "hard": True, "message": message, "over": over, "day": day, "officers": [officer]}
    board["broken"].append(fault | {"visits": [card["visit"] for card in pair]})


def _figure(key: str, name: tuple[str, str], value: str, note: tuple[str, str]) -> Json:
    return {"key": key, "name": both(*name), "value": both(value, value), "note": both(*note), "bad": False}


def _community(number: int, officers: int) -> Json:
    name = SYLLABLES[number % 19] + SYLLABLES[(number * 7 + 3) % 22] + "苑"
    peak = number % 3 == 0
    return {
        "id": f"c{number:02}",
        "name": LONG if number == 4 else name,
        "phase": both("集中装修期", "renovation peak") if peak else both("日常", "routine"),
        "phase_code": "peak" if peak else "routine",
        "a": f"o{number % officers + 1:02}",
        "b": f"o{(number + 1) % officers + 1:02}",
    }


def _officer(number: int, places: list[Json], officers: int, dice: random.Random) -> Json:
    me = f"o{number + 1:02}"
    band = "late" if number >= max(4, officers - 2) else ("early", "middle")[number // 2 % 2]
    off = {5, 6} if number != 1 else {0, 6}
    away = [{"day": 2, "text": both("执法业务培训", "training")}] if number == 4 else []
    gone = off | {one["day"] for one in away}
    return {
        "id": me,
        "name": "欧阳司徒" if number == 2 else f"队员{number + 1:02}",
        "certified": True,
        "a_of": [place["id"] for place in places if place["a"] == me],
        "b_of": [place["id"] for place in places if place["b"] == me],
        "hours": round(30 + 6 * dice.random(), 1),
        "most_hours": 40.0,
        "duty": [[day, band] for day in range(7) if day not in gone],
        "away": away,
    }


def _cards(officer: Json, people: list[Json], places: list[Json], dice: random.Random) -> list[Json]:
    """Return what an officer leads: a joint inspection a day, and a re-check or a routine visit or two after it."""
    found: list[Json] = []
    number = people.index(officer)
    if number % 2:
        return found
    crew = [officer["id"], people[(number + 1) % len(people)]["id"]]
    for day, band in officer["duty"]:
        begin, end = next((a, b) for key, _, a, b in BANDS if key == band)
        at = begin + 60
        kinds = ["joint", *dice.choices(["recheck", "routine"], k=dice.choice([0, 1, 1, 2]))]
        for kind in kinds if band != "late" else ["routine"]:
            if at + KINDS[kind][2] <= end:
                taken = crew if kind == "joint" else crew[:1]
                found.append(_card(kind, dice.choice(places), day, band, taken, at))
                at += KINDS[kind][2] + 20
    return found


def _card(kind: str, place: Json, day: int, band: str, crew: list[str], at: int) -> Json:
    zh, en, long = KINDS[kind]
    joint = kind == "joint"
    return {
        "visit": "",
        "kind": kind,
        "kind_name": both(zh, en),
        "community": place["id"],
        "title": both("6 幢 501 排烟道", "building 6, 501, flue") if kind == "recheck" else both(zh, en),
        "day": day,
        "band": band,
        "officers": crew,
        "auxiliaries": [],
        "post": "a" if place["a"] in crew else "b",
        "partners": [
            {"id": "p1", "name": "澄北居委会", "kind": both("居委", "committee")},
            {"id": "p2", "name": "澄北物业", "kind": both("物业", "property")},
        ]
        if joint
        else [],
        "begin": clock(at),
        "end": clock(at + long),
        "arrive": clock(at - 8),
        "route": 1,
        "pinned": False,
        "mandatory": joint,
        "breakable": not joint,
        "broken": [],
    }


def _missed(place: Json, visit: str, *, mandatory: bool) -> Json:
    return {
        "visit": visit,
        "kind": "recheck",
        "kind_name": both("复查", "Re-check"),
        "community": place["id"],
        "title": both("7 幢排烟道", "building 7, flue"),
        "mandatory": mandatory,
        "due": both("应于 11 月 26 日 周四,前后 1 个工作日", "due Thu, Nov 26, one working day either way"),
        "reasons": [
            both("A 岗队员周三起休假。", "The A officer is on leave from Wednesday."),
            both("物业仅周四 14–15 时可到。", "The property company can only come on Thursday, 14:00 to 15:00."),
        ],
        "ways": [
            both(
                "物业改到周五 9–11 时,行程多 6 分钟。",
                "The property company comes on Friday 9 to 11 instead: 6 minutes more driving.",
            )
        ],
    }


def _response(places: list[Json], dice: random.Random) -> Json:
    heat = []
    for place in places:
        hours: list[int | None] = [None] * 168
        for day in range(7):
            for hour in range(8, 22):
                hours[day * 24 + hour] = dice.randrange(15, 60) * 60 if day < 5 or hour < 16 else None
        heat.append({"community": place["id"], "hours": hours})
    heat[3 % len(heat)]["hours"][2 * 24 + 11] = 7380
    gap = {
        "community": places[3 % len(places)]["id"],
        "begin": "2026-11-25T11:50:00+08:00",
        "end": "2026-11-25T11:55:00+08:00",
        "text": both(
            "队员01 正在检查,不可中断,最快 2 小时 3 分到场。",
            "队员01 is inspecting; 2 h 3 min at best.",
        ),
    }
    return {"limit": 7200, "worst": 7380, "gaps": [gap], "heat": heat}
