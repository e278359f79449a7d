"""Words that every page uses."""

from __future__ import annotations

from collections.abc import Mapping

from geo.text import Text

PROGRESS: Mapping[str, Text] = {
    "best": Text("目前最好", "best so far"),
    "bound": Text("下界", "bound"),
    "gap": Text("相差", "gap"),
    "left_out": Text("排不进", "left out"),
    "begun_again": Text("中途停机 {count} 次,已从头再来", "broken off by a stop {count} times, begun again"),
}
"""How the search for a plan stands (progress.js)."""

COMMON: Mapping[str, Text] = {
    "title": Text("五早 · 巡查计划", "Wuzao · patrol plans"),
    "short": Text("五早", "Wuzao"),
    "other": Text("English", "中文"),
    "back": Text("返回", "Back"),
    "help": Text("说明", "Help"),
    "pages_of_squad": Text("中队页面", "The squad's pages"),
    "to_content": Text("跳到正文", "Skip to the page"),
    "sign_in": Text("登录", "Sign in"),
    "sign_out": Text("退出登录", "Sign out"),
    "made_up": Text("示例数据,人员与小区均为虚构", "Example data: people and communities are invented"),
    "working": Text("正在处理…", "Working …"),
    "did_not_work": Text("没有成功:", "It did not work: "),
    "no_network": Text(
        "连不上服务器,请检查网络后再试", "The server cannot be reached: check the network and try again"
    ),
    "yes": Text("确定", "Yes"),
    "no": Text("取消", "No"),
    "close": Text("关闭", "Close"),
    "undo": Text("撤销", "Undo"),
    "row_of": Text("{file} 第 {row} 行", "{file}, row {row}"),
    "community": Text("小区", "Community"),
    "week": Text("周次", "Week"),
    "officer": Text("队员", "Officer"),
    "squad": Text("中队", "Squad"),
    "state": Text("进度", "State"),
    "save": Text("保存", "Save"),
    "print": Text("打印", "Print"),
    "download": Text("下载", "Download"),
}
