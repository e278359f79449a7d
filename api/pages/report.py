"""The residents' page: tell the squad of something, without an account."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.exchange.open311 import SERVICES
from api.inside import Now, Store
from api.pages.page import page
from api.problems import language_of
from api.storage.engine import reading
from api.storage.squads import load_squad
from geo.text import Text

WORDS: Mapping[str, Text] = {
    "report": Text("反映装修违法", "Report a renovation violation"),
    "report_to": Text(
        "{squad}收到后两小时内到场核实。电话可不填,只用来向您回访,不公开。",
        "{squad} comes to look within two hours. A telephone number is optional, used to ask back, and never shown.",
    ),
    "choose": Text("请选择", "Choose"),
    "use_position": Text("用我的位置", "Use my position"),
    "position_used": Text("已用您的位置", "Your position is used"),
    "no_position": Text("取不到位置,请选择小区", "Your position cannot be had: choose the community"),
    "what": Text("什么问题", "What it is"),
    "building": Text("楼栋、门牌", "Building and flat"),
    "description": Text("情况说明", "What you saw"),
    "phone": Text("您的电话(可不填)", "Your telephone (optional)"),
    "send": Text("提交", "Send"),
    "sent": Text("已收到,编号 ", "Taken in, number "),
    "follow": Text("查看进度", "See how it stands"),
    "not_sent": Text("没有提交成功:", "Not sent: "),
    "hotline": Text("也可拨打中队热线", "Or call the squad"),
}

router = APIRouter(include_in_schema=False)


@router.get("/report/{squad_id}", response_class=HTMLResponse)
def report_page(squad_id: str, request: Request, store: Store, now: Now, community: str | None = None) -> HTMLResponse:
    """Let anybody tell the squad of something: no account, nothing but where and what is asked for.

    Parameters
    ----------
    community
        The one that is chosen already: whoever scans a notice sheet stands before it.
    """
    language = language_of(request)
    with reading(store) as connection:
        squad = load_squad(connection, squad_id, now.date())
    places = [
        {"name": one.name, "lon": one.main_gate.lon, "lat": one.main_gate.lat, "chosen": one.id == community}
        for one in squad.communities
    ]
    kinds = [{"code": code, "name": standard.name.say(language)} for code, standard in SERVICES.items()]
    return page(request, "report.html", WORDS, squad=squad, places=places, kinds=kinds)
