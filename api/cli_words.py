"""What the command says about itself."""

from __future__ import annotations

from collections.abc import Mapping

from geo.text import Text

WHAT_IT_IS = Text(
    "五早:为城管中队排一周巡查,核实两小时到场,画出离线地图",
    "Wuzao: plan a squad's week, prove the two-hour arrival, draw off-line maps",
)
EXITS = Text(
    "退出码:0 必做走访全部排入,硬规则与两小时到场全部满足;3 没有做到,列出原因;2 输入有错,逐条指出",
    "Exit code: 0 all mandatory work placed, every hard rule and the two-hour promise kept; 3 not so, with reasons; "
    "2 bad input, all faults",
)
COMMANDS: Mapping[str, Text] = {
    "plan": Text("排出一周计划,写出地图、表格和日历", "plan a week and write maps, sheets and calendars"),
    "check": Text("核查一份计划(手工改过的也行)", "judge a plan, hand-edited ones too"),
    "replan": Text(
        "出了情况后重排本周余下的部分,其余尽量不动",
        "plan what is left of a week again after an event",
    ),
    "slots": Text(
        "再约一次访问,什么时候能来:列出时段,可直接编入方案",
        "when could you come once more: list the ways, and take one",
    ),
    "whatif": Text(
        "假如少一个人、多几个小区会怎样;谁缺了不行;还能多管几个",
        "what if: without an officer, with more communities; who is critical; how far it goes",
    ),
    "simulate": Text(
        "模拟很多周的随机报告:多大份额按时到、等多久、谁最忙",
        "simulate many weeks of random reports: what share is reached in time, who is busiest",
    ),
    "demo": Text("排一遍自带的嘉定示例", "plan the example that comes along"),
    "import": Text("把中队的文件读入记录", "read a squad's files into the records"),
    "user": Text("建一个账号", "make an account"),
    "backup": Text("备份全部记录", "back up the records"),
    "restore": Text("用备份恢复记录(先停服务)", "put a backup in place of the records (stop the service first)"),
    "move": Text("把中队从文件搬到数据库,或搬回来", "move a squad from the file to the database, or back"),
    "audit": Text("核对审计记录", "check the audit trail"),
    "serve": Text("启动网页服务", "start the web server"),
    "worker": Text("为网页服务编制计划(PostgreSQL)", "make plans for web servers elsewhere (PostgreSQL)"),
    "jobs": Text(
        "列出没编成的计划,或让一份重来(PostgreSQL)", "list plans that could not be made, or make one again (PostgreSQL)"
    ),
}
HELP: Mapping[str, Text] = {
    "squad": Text("中队文件夹或 Excel 工作簿", "squad folder or Excel workbook"),
    "plan": Text("计划文件 plan.json", "plan document, plan.json"),
    "event": Text("事件文件,格式见 docs/data-formats.md", "event file, see docs/data-formats.md"),
    "week": Text("周次,例如 2026-W48(周一到周日)", "ISO week such as 2026-W48, Monday to Sunday"),
    "out": Text("结果写到哪个文件夹", "folder for the results"),
    "price_of_promise": Text(
        "再排一遍不守到场承诺的,说明守住它的代价(多用一倍时间)",
        "plan again without the two-hour guarantee and say what it costs (takes twice as long)",
    ),
    "name": Text("用户名", "name to sign in with"),
    "role": Text(
        "身份:administrator 管理员、leader 班长、officer 队员、property 物业、reader 查阅",
        "role: administrator, leader, officer, property, reader",
    ),
    "of": Text("所属中队编号(管理员可不写)", "id of the squad (an administrator may do without)"),
    "subject": Text("对应的队员或物业单位编号", "id of the officer or property company that it is of"),
    "file": Text("备份文件", "backup file"),
    "squad_id": Text("中队编号", "id of the squad"),
    "to": Text("搬到哪里:数据库(DATABASE_URL)或文件", "where to: the database (DATABASE_URL) or the file"),
    "what": Text("核对审计记录是否完整", "check whether the audit trail is in one piece"),
    "scene": Text(
        "已知现场(小区编号:经度,纬度,WGS84),代替该小区各门,可写多次",
        "a known scene (community id:lon,lat, WGS84) in place of that community's gates, may be given again",
    ),
    "processes": Text(
        "用几个进程服务,多于一个须用 PostgreSQL(默认 %(default)s)",
        "processes that serve, more than one with PostgreSQL only (default %(default)s)",
    ),
    "patience": Text(
        "停止时,手上的计划再等几秒,之后交回(默认 %(default)g)",
        "when stopped, seconds for the plan in hand before it is given back (default %(default)g)",
    ),
    "again": Text("让这份计划重来", "number of a plan to be made again"),
    "time_limit": Text(
        "求解工作量上限,秒(默认 %(default)g)", "work limit of the search, seconds (default %(default)g)"
    ),
    "seed": Text(
        "随机种子(默认 %(default)s);种子与上限相同,结果相同",
        "seed (default %(default)s); same seed and limit, same plan",
    ),
    "community": Text("小区编号或名称", "community, by id or name"),
    "kind": Text(
        "种类(默认 %(default)s):joint、stationing、routine、recheck、pre_delivery、extra",
        "kind of visit (default %(default)s): joint, stationing, routine, recheck, pre_delivery, extra",
    ),
    "minutes": Text("做多少分钟(默认按中队规定)", "minutes of service (default: the squad's policy)"),
    "day": Text("哪一天,可写多次(默认本周任一天)", "day, may be given again (default: any of the week)"),
    "partner": Text(
        "哪家伙伴到场,可写多次(默认按中队规定)", "partner to join, may be given again (default: by policy)"
    ),
    "most": Text("最多列几个(默认 %(default)s)", "how many to list (default %(default)s)"),
    "take": Text("采用第几个,写出新方案(要写 --out)", "take the N-th and write the plan with it (wants --out)"),
    "without_officer": Text("少了这名队员,可写多次", "without this officer, may be given again"),
    "add_officer": Text("多一名持证队员,班次同这名队员", "one certified officer more, on duty with this one"),
    "without_community": Text("不再负责这个小区", "without this community"),
    "without_vehicle": Text("少了这辆车", "without this vehicle"),
    "add_band": Text("这名队员加上这个班次", "this officer also works this band"),
    "without_band": Text("这名队员不上这个班次", "this officer no longer works this band"),
    "more_peak": Text("多几个高峰期小区(照现有的抄)", "so many more peak communities, copies of those there are"),
    "n_1": Text("逐一去掉每名持证队员", "each certified officer away in turn"),
    "break_even": Text(
        "还能多管几个高峰期小区(peak),还能少几名队员(officers)",
        "how many more peak communities (peak), how many officers fewer (officers)",
    ),
    "repairs": Text(
        "每段到场缺口怎么补,便宜的在前,逐一核实过;加 --out 写出改后的计划",
        "ways to mend each gap in the arrival promise, cheapest first, each proven; --out writes the changed plans",
    ),
    "weeks": Text("模拟几周(默认 %(default)s)", "weeks to simulate (default %(default)s)"),
    "rate_factor": Text("报告多到几倍(默认 %(default)g)", "how many times as many reports (default %(default)g)"),
    "handling_factor": Text("处置长到几倍(默认 %(default)g)", "how many times as long to handle (default %(default)g)"),
    "against": Text("再模拟另一份计划,同样的报告", "another plan to simulate under the same reports"),
    "workers": Text("同时用几个进程(默认 %(default)s)", "processes at once (default %(default)s)"),
    "json": Text("以 JSON 打印", "print JSON"),
    "host": Text(
        "监听地址(默认 %(default)s,只限本机)", "address to listen on (default %(default)s, this machine only)"
    ),
    "port": Text("端口(默认 %(default)s)", "port (default %(default)s)"),
    "lang": Text("语言:zh 或 en(默认 zh)", "language: zh or en (default zh)"),
    "help": Text("显示说明", "show this help"),
    "version": Text("显示版本", "show the version"),
}
USAGE = Text("用法:", "usage: ")
ARGUMENTS = Text("要给的", "arguments")
OPTIONS = Text("可选的", "options")
COMMAND_LIST = Text("命令", "commands")
WRONG = Text("命令写得不对:{message}\n用 {program} --help 查看用法", "{message}\nSee {program} --help")

LEVELS: Mapping[str, Text] = {"error": Text("错误", "error"), "warning": Text("提醒", "warning")}
NOTHING_WRITTEN = Text(
    "共 {count} 处错误,请改正后再运行;没有写出任何文件", "{count} errors: mend them and run again; nothing was written"
)
NOT_A_WEEK = Text("错误: {given} 不是周次,请写成 2026-W48 这样", "error: {given} is not an ISO week such as 2026-W48")
TAKE_WANTS_OUT = Text("--take 和 --out 要一起写", "--take and --out go together")
NOT_POSITIVE = Text("{given} 不是正数", "{given} is not a positive number")
NOT_A_SEED = Text("{given} 不是 0 到 2147483647 之间的整数", "{given} is not a whole number from 0 to 2147483647")
NOT_A_COUNT = Text("{given} 不是 1 以上的整数", "{given} is not a whole number from 1 on")
NOT_A_SCENE = Text(
    "{given} 不是“小区编号:经度,纬度”,例如 C1:121.25,31.38",
    "{given} is no community id:lon,lat such as C1:121.25,31.38",
)
FIRST_VISIT = Text(
    "还没有账号:用浏览器打开 {address} 设置(此链接只在设置前有效)",
    "There is no account yet: open {address} to set up (the address works only until then)",
)
IMPORTED = Text("已读入 {name}({id})", "Read {name} ({id})")
NEW_PASSWORD = Text("设定密码:", "New password: ")
USER_MADE = Text("已建账号 {name}", "Account {name} made")
ONLY_INTO_A_FILE = Text(
    "备份只能恢复成文件:先取消 DATABASE_URL 再恢复,然后用 wuzao move 搬进数据库",
    "A backup is restored into a file: unset DATABASE_URL, restore, then carry the squads over with wuzao move",
)
RESTORED = Text("已恢复到 {data}", "Restored to {data}")
PUT_ASIDE = Text("原有记录保留在 {before}", "The records before lie in {before}")
WRITTEN_TO = Text("已写到 {out}", "Written to {out}")
WORKING = Text("等待要编制的计划,按 Ctrl+C 停止", "Waiting for plans to make, stop with Ctrl+C")
WORKERS_ELSEWHERE = Text(
    "本服务不编制计划:请另外运行 wuzao worker", "No plans are made here: run `wuzao worker` as well, here or elsewhere"
)
SERVING = Text("服务在 {address},按 Ctrl+C 停止", "Serving on {address}, stop with Ctrl+C")
SEARCHING = Text(
    "{stage} · 最好 {best} · 下界 {bound} · 差距 {gap} · {elapsed} 秒",
    "{stage} · best {best} · bound {bound} · gap {gap} · {elapsed} s",
)
SIMULATING = Text("模拟中 [{bar}] {done}/{total} 周", "Simulating [{bar}] {done} of {total} weeks")
HOW_TO_STOP = Text(
    "Ctrl+C:停下,采用当时最好的方案;再按一次放弃", "Ctrl+C stops and takes the best plan so far; twice gives up"
)
STOPPING = Text("正在停下,采用当前最好的方案……", "Stopping with the best plan so far …")
ENOUGH_WEEKS = Text("正在停下,用已模拟的几周……", "Stopping with the weeks simulated so far …")
GIVEN_UP = Text("已放弃,没有写出任何文件", "Given up: nothing was written")
WHERE_TO_LOOK: Mapping[str, Text] = {
    "week.html": Text("一周地图,用浏览器打开", "the week's map: open it in a browser"),
    "response.html": Text("两小时到场核查", "the two-hour check"),
    "officers": Text("每位队员每天的路线图(手机)", "route maps by officer and day, for a phone"),
    "plan.xlsx": Text("可打印的周表", "the week as a printable sheet"),
    "calendars": Text("每位队员的日历", "calendars by officer"),
    "plan.gpkg": Text("可在 QGIS 打开", "for QGIS"),
    "plan.json": Text("计划文件,可再用 wuzao check 核查", "the plan document, for wuzao check"),
}
