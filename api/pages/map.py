"""Map and boundaries: the squad's communities on their ground, outlines and gates drawn, places put right."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.endpoints.outlines import ground_of
from api.inside import Now, Store
from api.pages.page import Place, page, squad_address
from api.security.access import Looks
from api.security.roles import Act
from api.storage.engine import reading
from api.storage.squads import load_squad
from geo.text import Text

WORDS: Mapping[str, Text] = {
    "map_title": Text("地图与边界", "Map and boundaries"),
    "map_frame": Text("地图:小区边界、出入口和违法点", "Map: outlines of communities, gates and violations"),
    "choose_community": Text("选小区", "Choose a community"),
    "none_chosen": Text("不改,只看", "None: only look"),
    "show_risk": Text("风险", "Risk"),
    "show_open": Text("未了结违法点", "Open violations"),
    "risk_help": Text(
        "圆圈里的数字是预计本周在这个小区发现几处违法,按最近 26 周的记录算,越近的越重。",
        "The number in a circle is how many violations are to be expected there this week, worked out from the last "
        "26 weeks, recent ones weighing more.",
    ),
    "look_hint": Text(
        "在地图上点一个小区,或在上面选一个:可以改边界、出入口和违法点的位置。",
        "Press a community on the map, or choose one above, to change its outline, its gates and where violations lie.",
    ),
    "look_only": Text("在地图上点一个小区,看它的资料。", "Press a community on the map to see what is known of it."),
    "no_communities": Text(
        "还没有小区:先在中队页交上工作簿。", "No community yet: hand in the workbook on the squad's page first."
    ),
    "facts": Text(
        "{phase} · {households} 户 · 预计本周发现 {expected} 处",
        "{phase} · {households} households · {expected} findings expected this week",
    ),
    "to_community": Text("小区页", "The community's page"),
    "outline": Text("边界", "Outline"),
    "outline_help": Text(
        "拖方块移动顶点,拖两点之间的圆点加顶点,点选后按 Delete 删除。也可以在下面的表里改坐标。"
        "坐标一律是 WGS84 经纬度。",
        "Drag a square to move a corner, drag a dot between two to add one, press one and then Delete to take it away. "
        "Coordinates can be changed in the table below too. All are longitude and latitude, WGS84.",
    ),
    "redraw": Text("重画边界", "Draw the outline anew"),
    "finish": Text("画完了", "Done drawing"),
    "step_back": Text("撤一步", "Step back"),
    "step_again": Text("重做一步", "Step again"),
    "drop_changes": Text("放弃修改", "Drop the changes"),
    "surveyed": Text("这条边界是测绘的", "This outline was surveyed"),
    "saved": Text("已保存{name}", "{name} is saved"),
    "taken_back": Text("已恢复原样", "It is as it was"),
    "sound": Text("没有问题,可以保存", "Nothing is wrong: it can be saved"),
    "judging": Text("正在核对…", "Checking …"),
    "three_corners": Text("边界至少要三个顶点", "An outline has three corners at least"),
    "wrong": Text("不能保存:", "It cannot be saved: "),
    "odd": Text("请看一下:", "Have a look: "),
    "leave_asked": Text("有没保存的修改,放弃吗?", "There are changes that are not saved. Drop them?"),
    "gates": Text("出入口", "Gates"),
    "gates_help": Text(
        "导航到出入口,不到小区中心。第一个是主出入口,联合检查在那里会合。",
        "One drives to a gate, not to the middle. The first is the main gate, where joint inspections meet.",
    ),
    "add_gate": Text("加出入口", "Add a gate"),
    "add_at_map": Text("在地图上点", "Press the map"),
    "new_gate": Text("出入口 {n}", "Gate {n}"),
    "main": Text("主出入口", "Main gate"),
    "make_main": Text("设为主出入口", "Make it the main gate"),
    "gate_name": Text("名称", "Name"),
    "lon": Text("经度", "Longitude"),
    "lat": Text("纬度", "Latitude"),
    "of": Text("{what} {n}", "{what} {n}"),
    "remove": Text("删除", "Take away"),
    "corners": Text("顶点坐标({n} 个)", "Coordinates of the corners ({n})"),
    "corner": Text("顶点", "Corner"),
    "ring": Text("第 {n} 环", "Ring {n}"),
    "add_after": Text("在后面加", "Add after"),
    "paste": Text("粘贴坐标", "Paste coordinates"),
    "paste_help": Text(
        "一行一个点:经度,纬度。从高德、腾讯抄来的选 GCJ-02,会换算成 WGS84;不声明就当 WGS84。",
        "One point a line: longitude, latitude. Say GCJ-02 of what was copied from AMap or Tencent: it is turned into "
        "WGS84; what is not declared is taken for WGS84.",
    ),
    "points": Text("坐标,一行一个点", "Coordinates, one point a line"),
    "system": Text("坐标系", "Coordinate system"),
    "gcj": Text("GCJ-02(高德、腾讯)", "GCJ-02 (AMap, Tencent)"),
    "use_points": Text("用作边界", "Use as the outline"),
    "not_points": Text("第 {n} 行不是“经度,纬度”", "Line {n} is not “longitude, latitude”"),
    "former": Text("以前的边界", "Former outlines"),
    "version": Text("第 {n} 版 · {at}", "Version {n} · {at}"),
    "present": Text("现在用的", "in use"),
    "put_back": Text("放回", "Put back"),
    "put_back_done": Text("已放回第 {n} 版边界", "Version {n} of the outline is back"),
    "violations": Text("未了结的违法点和报告", "Open violations and reports"),
    "no_violations": Text("这个小区没有未了结的违法点。", "Nothing is open in this community."),
    "not_typed": Text("类型不明", "kind not known"),
    "found": Text("{at} 发现", "found {at}"),
    "open": Text("待处置", "to be handled"),
    "handled": Text("待复查", "re-check due"),
    "move": Text("改位置", "Move it"),
    "moved": Text("位置已改", "Its place is changed"),
    "drag_it": Text("在地图上拖橙色圆点,或改下面的数字。", "Drag the orange dot on the map, or change the numbers."),
    "stop_moving": Text("好了", "Done"),
}

router = APIRouter(include_in_schema=False)


@router.get("/squads/{squad_id}/map", response_class=HTMLResponse)
def map_page(who: Looks, squad_id: str, request: Request, store: Store, now: Now) -> HTMLResponse:
    """Show the squad's ground; whoever keeps its data may draw on it."""
    with reading(store) as connection:
        squad = load_squad(connection, squad_id, now.date())
        ground = ground_of(connection, squad_id, now)
    here, may_draw = squad_address(squad_id), who.may(Act.KEEP, squad_id)
    return page(
        request,
        "map.html",
        WORDS,
        who=who,
        place=Place(squad_id, squad.name, "map"),
        data={"base": f"/api{here}", "pages": here, "ground": ground.model_dump(mode="json"), "may_draw": may_draw},
        squad=squad,
        base=f"/api{here}",
        may_draw=may_draw,
        communities=[{"id": one.id, "name": one.name} for one in squad.communities],
    )
