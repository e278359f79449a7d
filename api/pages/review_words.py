"""Words of the reviews: what they share, companies, officers, the outcome sheet."""

from __future__ import annotations

from collections.abc import Mapping

from geo.text import Text

SHARED: Mapping[str, Text] = {
    "reviews": Text("考评", "Reviews"),
    "property": Text("物业履职月评", "Property companies by month"),
    "property_help": Text(
        "每月一总结:物业自己发现多少、劝阻没有、报得及不及时;该约谈谁、为什么。",
        "Each month: what the companies find themselves, dissuade from and tell in time; whom to summon and why.",
    ),
    "appraisal": Text("队员考核", "Officers' appraisal"),
    "appraisal_help": Text(
        "按季、按年,三项:居委书记反馈、重复投诉、居民投诉查出的违法。",
        "By quarter and year, three factors: committees' feedback, repeated complaints, violations complained of.",
    ),
    "outcome": Text("成效", "Outcome"),
    "outcome_help": Text(
        "登记、发现、整改、投诉、按期到场,每个数字都能点开看记录。",
        "Registered, found, put right, complained of, on time: each figure opens into its records.",
    ),
    "mine": Text("我的考核", "My appraisal"),
    "open": Text("查看", "Open"),
    "period": Text("期间", "Period"),
    "before": Text("上一期", "Before"),
    "after": Text("下一期", "After"),
    "frozen": Text("{at} 定稿,不再变动", "Final since {at}: it changes no more"),
    "living": Text("按现有记录计算,记录变化时随之变化", "From the records as they are: it changes with them"),
    "freeze": Text("定稿", "Make it final"),
    "freeze_ask": Text(
        "定稿后这一期的数字不再变动,之后查明的计入下一期。现在定稿吗?",
        "Its figures then stay as they are; what is found out later goes into the next one. Make it final now?",
    ),
    "not_over": Text("这一期还没有结束。", "This period is not over yet."),
    "made_final": Text("已定稿", "Final"),
    "records": Text("{count} 条记录", "{count} records"),
    "no_records": Text("没有记录", "no records"),
    "few": Text(
        "只有 {count} 起,偶然性大:实际水平在 {low}%–{high}% 之间都有可能",
        "Only {count}: by chance alone the true share may be anywhere from {low} to {high} %",
    ),
    "many": Text("误差范围 {low}%–{high}%", "within {low} to {high} %"),
}

PROPERTY: Mapping[str, Text] = {
    "summon": Text("需要约谈", "To be summoned"),
    "summon_none": Text("本月没有需要约谈的物业。", "No company is to be summoned this month."),
    "companies": Text("各家情况", "Company by company"),
    "no_company": Text("还没有小区。", "No communities yet."),
    "reasons": Text("约谈原因", "Why"),
    "manages": Text("管理小区:", "Manages: "),
    "figure": Text("指标", "Figure"),
    "value": Text("数值", "Value"),
    "trust": Text("怎么看", "Reading"),
    "registered": Text("本月装修登记(户)", "Renovations registered"),
    "under_way": Text("在装修(户)", "Under way"),
    "found": Text("违法行为由物业上报", "Of all violations, reported by the company"),
    "dissuaded": Text("上报前先行劝阻", "Dissuaded before reporting"),
    "in_time": Text("劝阻无效后 24 小时内上报", "Told within 24 hours after failing to dissuade"),
    "rectified": Text("上报的已整改", "Put right, of those reported"),
    "on_time": Text("按期整改", "Put right in time"),
}

APPRAISAL: Mapping[str, Text] = {
    "how": Text("怎么计分", "How it is counted"),
    "rank": Text("名次", "Rank"),
    "rank_said": Text("第 {rank} 名", "No. {rank}"),
    "rank_shared": Text("并列第 {rank} 名", "No. {rank}, shared"),
    "unranked": Text("不排名", "not ranked"),
    "score": Text("总分", "Score"),
    "score_said": Text("{points} 分(可能在 {low}–{high} 之间)", "{points} points (chance allows {low} to {high})"),
    "no_score": Text("没有可比记录,不计分", "nothing to compare with: not scored"),
    "posts": Text("任职", "Posts held"),
    "post_said": Text("{post} {place} {first}至 {last}", "{post} {place}, {first} to {last}"),
    "patrol": Text("巡查自行发现(不扣分)", "Found on patrol (costs nothing)"),
    "nobodys": Text(
        "当时没有 A 岗的记录,不计任何人", "Records of places without an A officer: they count against nobody"
    ),
    "no_officers": Text("这一期没有人任职。", "Nobody held a post in this period."),
    "nothing_mine": Text("这一期您没有任职记录。", "You held no post in this period."),
    "contests": Text("异议", "Contests"),
    "contests_help": Text(
        "队员认为某条记录不该算在自己名下,可以提出异议;成立的不再计入。",
        "An officer may hold that a record should not count; one that is upheld no longer does.",
    ),
    "no_contests": Text("没有异议。", "No contests."),
    "contest": Text("提出异议", "Contest it"),
    "contest_for": Text("对这条记录提出异议:", "Contest this record: "),
    "contest_note": Text("为什么不该计入", "Why it should not count"),
    "contested": Text("已提出,等班长复核", "Sent: the leader decides"),
    "uphold": Text("成立", "Uphold"),
    "reject": Text("不成立", "Reject"),
    "decision": Text("复核意见", "Decision, and why"),
    "decided": Text("已复核", "Decided"),
    "excluded": Text("异议成立、不再计入", "upheld, not counted"),
}

OUTCOME: Mapping[str, Text] = {
    "line": Text("项目", "Line"),
    "figure": Text("数值", "Figure"),
    "behind": Text("记录", "Records"),
    "late": Text("超时案件", "Late cases"),
    "over_open": Text("已超时 {span},仍未到场", "{span} over, nobody there yet"),
    "over_came": Text("超时 {span} 到场", "there {span} late"),
    "none_late": Text("没有超时的案件。", "No case was late."),
    "chart": Text("发现、整改与投诉", "Found, put right, complained of"),
    "found": Text("发现", "Found"),
    "rectified": Text("整改", "Put right"),
    "complaints": Text("投诉", "Complaints"),
    "registered": Text("登记", "Registered"),
    "chart_said": Text(
        "{period}:发现 {found} 起,整改 {rectified} 起,投诉 {complaints} 起。",
        "{period}: {found} found, {rectified} put right, {complaints} complaints.",
    ),
    "figures": Text("查看数字", "Show the figures"),
    "part": Text("时段", "Part"),
}
