"""The live day: who is where, open reports with their clocks, and whom to send."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.endpoints.live import desk_now, duty_now
from api.inside import Now, SettingsInUse, Store
from api.pages.page import Place, page, squad_address
from api.pages.say import day
from api.problems import language_of
from api.security.access import Looks
from api.security.roles import Act
from casework.violation import CATALOGUE
from geo.text import Text

WORDS: Mapping[str, Text] = {
    "today": Text("今天", "Today live"),
    "updated": Text("{at} 的情况", "As of {at}"),
    "stale": Text(
        "连不上服务器:显示的是 {at} 的情况,正在重试", "The server cannot be reached: this is as of {at}; trying again"
    ),
    "refresh": Text("刷新", "Refresh"),
    "no_plan": Text(
        "本周还没有发布计划:这里只按排班显示,也不能算谁最快到。先编制并发布。",
        "No plan of this week is published: only the roster is shown, and who is there first cannot be worked out. "
        "Plan the week and publish it.",
    ),
    "to_planning": Text("去编制计划", "Plan the week"),
    "reports": Text("未了结的报告", "Open reports"),
    "reports_help": Text(
        "按剩余时间排列,最急的在最上面。颜色只表示时间:蓝边还充裕,橙色时间紧,红色已超时,灰色有人在现场。",
        "Sorted by the time left, the most urgent on top. Colours tell of time alone: blue there is plenty, orange "
        "little is left, red it is over, grey somebody is there.",
    ),
    "no_reports": Text(
        "没有未了结的报告。来电后按“新报告”登记,两小时从登记时起算。",
        "No open report. When a call comes in press “New report”: the two hours run from then.",
    ),
    "new_report": Text("新报告", "New report"),
    "kind": Text("什么问题", "What it is"),
    "unknown_kind": Text("还不清楚", "Not known yet"),
    "choose": Text("请选择", "Choose"),
    "by_map": Text("按地图上的位置", "By the place on the map"),
    "on_map": Text("在地图上点位置", "Point at the map"),
    "place_is_gate": Text(
        "位置:主出入口。知道具体位置时在地图上点一下。", "Place: the main gate. Point at the map if you know better."
    ),
    "place_is_picked": Text("位置:地图上点的地方", "Place: where you pointed at the map"),
    "building": Text("楼栋、门牌", "Building and flat"),
    "note": Text("情况", "What was told"),
    "phone": Text("来电人电话(登记后打码)", "Caller's telephone (masked afterwards)"),
    "take_in": Text("登记", "Take in"),
    "taken_in": Text("已登记 {id},{at} 前要有人到场", "Taken in as {id}: somebody has to be there by {at}"),
    "reported": Text("{at} {channel}", "{at}, {channel}"),
    "due": Text("{at} 前到场", "there by {at}"),
    "over_by": Text("超时 {span}", "{span} over"),
    "there_since": Text("{at} 已到场", "There since {at}"),
    "came_late": Text("到场已超时", "came too late"),
    "and": Text("、", ", "),
    "hours": Text("{h} 小时", "{h} h"),
    "ranked": Text("最快到的在前,先选带队的", "Who is there first on top; choose who leads"),
    "minutes": Text("{n} 分", "{n} min"),
    "hours_minutes": Text("{h} 小时 {n} 分", "{h} h {n} min"),
    "sent": Text("已派 {names}", "{names} sent"),
    "outside": Text("不在任何小区内", "In no community"),
    "property_late": Text("物业超过 24 小时才报", "The property company reported after more than 24 hours"),
    "property_in_time": Text("物业 24 小时内上报", "The property company reported within 24 hours"),
    "send": Text("派人", "Send somebody"),
    "recall": Text("召回", "Call back"),
    "recall_asked": Text("召回 {names}?", "Call back {names}?"),
    "recalled": Text("已召回", "Called back"),
    "arrived_told": Text("代报到场", "Note the arrival"),
    "arrived_asked": Text(
        "{name} 打电话说已到场?会按现在的时间记下。", "{name} called to be there? It is noted as of now."
    ),
    "arrived_reason": Text("电话报到,班长代记", "Told by telephone, noted by the leader"),
    "merge": Text("并入 {id}", "Merge into {id}"),
    "merge_asked": Text("并入 {id}?并案以后不能撤销。", "Merge into {id}? It cannot be taken apart again."),
    "merged": Text("已并入 {id}", "Merged into {id}"),
    "maybe_same": Text("附近刚有一件,可能是同一件事", "There is one close by: it may be the same matter"),
    "case": Text("案件", "The case"),
    "whom": Text("派谁去", "Whom to send"),
    "ranking": Text("正在算谁最快到…", "Working out who is there first …"),
    "post_a": Text("A 岗", "A post"),
    "post_b": Text("B 岗", "B post"),
    "arrives": Text("{span}到({at})", "there in {span} ({at})"),
    "too_late": Text("到场会超时", "would be too late"),
    "is_on": Text("正在处理 {id}", "on {id}"),
    "leaves_nothing": Text("不耽误勤务", "Nothing is left undone"),
    "leaves": Text("会耽误:{what}", "Leaves undone: {what}"),
    "later": Text("到场会超时的 {n} 人", "{n} who would be too late"),
    "cannot_come": Text("来不了的 {n} 人", "{n} who cannot come"),
    "along": Text("同去", "Goes along"),
    "along_help": Text(
        "执法要两名持证队员。出勤的班组整组去。",
        "Enforcement takes two certified officers. A crew that is out goes whole.",
    ),
    "by_roster": Text(
        "算不出谁最快到,按在班名单选:", "Who is there first cannot be worked out: choose from the roster:"
    ),
    "nobody_on_duty": Text("现在没有人在班", "Nobody is on duty now"),
    "previewing": Text("正在算计划会怎样变…", "Working out how the plan would change …"),
    "waiting_for_plan": Text("正在编制另一份计划,等它完成…", "Another plan is being made: waiting for it …"),
    "cancel": Text("取消", "Cancel"),
    "stop": Text("不算了", "Stop"),
    "plan_changes": Text("计划会这样变", "The plan would change so"),
    "nothing_changes": Text("其余勤务都不变", "All other visits stay as they are"),
    "send_them": Text("派 {names}", "Send {names}"),
    "send_and_publish": Text("派 {names},并发布改过的计划", "Send {names} and publish the changed plan"),
    "send_only": Text("只派人,计划先不动", "Send only, leave the plan for now"),
    "sent_off": Text("已派 {names}", "{names} sent"),
    "dealt": Text("今天处置完的 {n} 件", "{n} dealt with today"),
    "where": Text("谁在哪里", "Who is where"),
    "until": Text("至 {at}", "until {at}"),
    "next": Text("接着 {at} {what}", "next {at} {what}"),
    "nothing_next": Text("之后没有勤务,{at} 下班", "nothing after that, off at {at}"),
    "last": Text("{at} {what}({ago}前)", "{at} {what} ({ago} ago)"),
    "no_word": Text("今天还没有消息", "No word yet today"),
    "not_told": Text("计划 {at} 到,还没报到", "Planned there at {at}, not told yet"),
    "off_duty": Text("不在班的 {n} 人", "{n} off duty"),
    "on_from": Text("{day}{at} 到岗", "on from {day}{at}"),
    "auxiliary": Text("辅助", "auxiliary"),
    "map": Text("地图:队员和报告的位置", "Map: where officers and reports are"),
    "days": Text("周一,周二,周三,周四,周五,周六,周日", "Mon,Tue,Wed,Thu,Fri,Sat,Sun"),
}

router = APIRouter(include_in_schema=False)


@router.get("/squads/{squad_id}/live", response_class=HTMLResponse)
def live_page(
    who: Looks, squad_id: str, request: Request, store: Store, settings: SettingsInUse, now: Now
) -> HTMLResponse:
    """Show the desk; the page asks for what is new every quarter of a minute."""
    language = language_of(request)
    duty = duty_now(squad_id, request, store, settings, now)
    squad, here = duty.opened.prepared.squad, squad_address(squad_id)
    kinds = [{"code": code.value, "name": standard.name.say(language)} for code, standard in CATALOGUE.items()]
    gates = [
        {"id": one.id, "name": one.name, "lon": one.main_gate.lon, "lat": one.main_gate.lat}
        for one in squad.communities
    ]
    return page(
        request,
        "live.html",
        WORDS,
        who=who,
        place=Place(squad_id, squad.name, "live"),
        data={
            "base": f"/api{here}",
            "pages": here,
            "desk": desk_now(duty, squad_id, store, now),
            "gates": gates,
            "may": {
                "report": who.may(Act.REPORT, squad_id),
                "dispatch": who.may(Act.DISPATCH, squad_id),
            },
        },
        squad=squad,
        base=f"/api{here}",
        here=here,
        today=day(now.date()).say(language),
        planned=duty.plan_id is not None,
        may_report=who.may(Act.REPORT, squad_id),
        may_plan=who.may(Act.PLAN, squad_id),
        gates=gates,
        kinds=kinds,
    )
