"""Words of what is printed: the week's sheet, invitations, the notice sheet."""

from __future__ import annotations

from collections.abc import Mapping

from geo.text import Text

SHARED: Mapping[str, Text] = {
    "back_to_plan": Text("返回周计划", "Back to the week plan"),
    "draft": Text("草稿,未发布", "Draft, not published"),
    "replaced": Text("已被新的计划替换,请勿再用", "Replaced by a newer plan: not to be used"),
    "printed": Text("{at} 打印", "printed {at}"),
    "hotline_is": Text("中队热线", "Squad's hotline"),
}

WEEK: Mapping[str, Text] = {
    "sheet": Text("巡查周表", "Week sheet"),
    "invitations": Text("给参加单位的邀请", "Invitations to partners"),
    "sheet_help": Text(
        "A4 横向。打印时选“横向”,缩放 100%;人多时会分到第二页,表头每页都有。",
        "A4, landscape, at 100 %. With many crews it goes on to a second page; the head stands on each.",
    ),
    "band": Text("班次", "Band"),
    "rest_day": Text("休息日", "rest day"),
    "out": Text("{at} 出队", "out {at}"),
    "back_at": Text("{at} 归队", "back {at}"),
    "station": Text("队部待命", "At the station"),
    "elsewhere": Text("在外备勤", "Standing by"),
    "missed": Text("没有排上", "Left out"),
    "nothing_missed": Text("该排的都排上了。", "Everything that is owed has its place."),
    "nothing_planned": Text("这份计划没有安排。", "This plan has no visits."),
    "post": Text("{post} 岗带队", "led by {post}"),
}

INVITATIONS: Mapping[str, Text] = {
    "invitation": Text("联合检查邀请", "Invitation to joint inspections"),
    "help": Text(
        "每个单位一页,只列它自己的。可以只打印一个单位的。",
        "A page for each partner with its own visits only; one alone can be printed.",
    ),
    "all_partners": Text("全部单位", "All partners"),
    "partners": Text("参加单位", "Partners"),
    "to": Text("致", "To"),
    "contact": Text("联系人", "Contact"),
    "asks": Text(
        "{squad}请贵单位派人参加以下检查,检查时队员持证上岗。",
        "{squad} asks you to send somebody to the following inspections. Officers carry their certificates.",
    ),
    "day": Text("日期", "Day"),
    "time": Text("时间", "Time"),
    "where": Text("集合地点", "Where to meet"),
    "what": Text("事项", "What"),
    "who": Text("到场队员", "Who comes"),
    "early": Text(
        "请准时到集合地点。来不了或想换时间,请尽早打电话告诉我们。",
        "Please be there on time. If you cannot come, or would rather come at another time, call us early.",
    ),
    "call": Text("联系电话", "Whom to call"),
    "nobody": Text("这份计划里没有要请其他单位参加的检查。", "No visit of this plan asks anybody else to come."),
}

NOTICE: Mapping[str, Text] = {
    "notice": Text("信息公示", "Public notice"),
    "heading": Text("装修违法监督公示", "Renovation under supervision"),
    "promise": Text(
        "接到反映后,两小时内到现场核实处置;处理后一周再来复查。",
        "When told of something, we are there within two hours; a week after it was put right we look again.",
    ),
    "hotline": Text("中队热线", "Squad's hotline"),
    "no_hotline": Text("(热线未登记,请在工作簿中填写)", "(no hotline on record: fill it in in the workbook)"),
    "a_post": Text("A 岗 主要责任队员", "A post, responsible officer"),
    "b_post": Text("B 岗 协办队员", "B post, assisting officer"),
    "no_phone": Text("(电话未登记)", "(no number on record)"),
    "standards": Text("这些行为违法", "What is against the law"),
    "scan": Text("扫码反映", "Scan to tell us"),
    "scan_said": Text("用手机扫码反映装修违法:{address}", "Scan with a telephone to report: {address}"),
    "scan_note": Text("不用登录,电话可不填", "No account wanted; your number is optional"),
    "made": Text("{squad} {day} 制", "{squad}, made {day}"),
    "until": Text("队员如有调整,以新公示为准。", "When officers change, a new notice takes its place."),
    "back_to_community": Text("返回小区", "Back to the community"),
    "posted": Text("已张贴,记入台账", "It is posted: note it"),
    "posted_help": Text(
        "张贴后点这里,台账里“张贴信息公示”就记为完成;照片可以在小区页面补交。",
        "Press when it hangs there: its line of the ledger is then done. Add a photograph on the community's page.",
    ),
    "posted_said": Text("已记入台账", "Noted"),
    "only_here": Text(
        "您是用 {host} 打开本页的,居民的手机打不开这个地址。请用别人也能打开的地址登录后再打印。",
        "You opened this page at {host}, which residents' telephones cannot reach: open it by the address of others.",
    ),
}
