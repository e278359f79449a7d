"""Words of two plans side by side."""

from __future__ import annotations

from collections.abc import Mapping

from geo.text import Text

COMPARE_WORDS: Mapping[str, Text] = {
    "plan_said": Text("第 {number} 份,{state},{made} 编制", "No. {number}, {state}, made {made}"),
    "compare_title": Text("两份计划对比", "Two plans compared"),
    "this_plan": Text("这一份", "This plan"),
    "other_plan": Text("对比的一份", "The other plan"),
    "open_plan": Text("打开", "Open"),
    "what_differs": Text("不同之处", "What differs"),
    "no_difference": Text("两份计划的安排完全一样", "The two plans are the same"),
    "figure": Text("数字", "Figure"),
    "day": Text("日期", "Day"),
    "only_changed": Text("只看不同的", "Only what differs"),
    "week_by_week": Text("逐日对照", "Day by day"),
    "same_day": Text("这一天一样", "the same on this day"),
    "nothing_planned": Text("没有安排", "nothing planned"),
    "changed_mark": Text("不同", "differs"),
    "loading": Text("正在对比…", "Comparing …"),
}
