"""What the five 早 ask for, in the words of the squad: each kind of line, which of the five it serves, and its rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from geo.text import Text


class Early(StrEnum):
    """The five 早."""

    CONSULT = "consult"
    BRIEF = "brief"
    INFORM = "inform"
    FIND = "find"
    HANDLE = "handle"


EARLY_NAMES: Mapping[Early, Text] = {
    Early.CONSULT: Text("部门早商议", "Departments consult early"),
    Early.BRIEF: Text("普法早介入", "Law briefing early"),
    Early.INFORM: Text("居民早知晓", "Residents informed early"),
    Early.FIND: Text("物业早发现", "Property company finds early"),
    Early.HANDLE: Text("城管早处置", "Squad handles early"),
}


class Key(StrEnum):
    """Kinds of lines, in the order of the work."""

    MEETING = "meeting"
    STANDARDS = "standards"
    BRIEFING = "briefing"
    NOTICE = "notice"
    NOTICE_AGAIN = "notice_again"
    OPINION_POINT = "opinion_point"
    REGISTER = "register"
    STATIONED = "stationed"
    STATIONING = "stationing"
    JOINT = "joint"
    ROUTINE = "routine"
    RECHECK = "recheck"
    TALK = "talk"
    CLOSING = "closing"


@dataclass(frozen=True, slots=True)
class Line:
    """What a kind of line is called, which of the five 早 it serves, and the rule that it comes from."""

    early: Early
    title: Text
    rule: Text


LINES: Mapping[Key, Line] = {
    Key.MEETING: Line(
        Early.CONSULT,
        Text("交付前共商会", "Meeting before delivery"),
        Text(
            "小区交付前,中队与物业、开发商、房管共同研判可能发生的违法行为",
            "Before delivery the squad, property company, developer and housing office foresee what may go wrong",
        ),
    ),
    Key.STANDARDS: Line(
        Early.CONSULT,
        Text("明确违法判定标准和各方职责", "Standards and duties settled"),
        Text(
            "小区交付前明确违法判定标准,明晰各方工作职责",
            "Before delivery it is settled what each violation is judged by and who does what",
        ),
    ),
    Key.BRIEFING: Line(
        Early.BRIEF,
        Text("交付现场普法宣传", "Law briefing at the hand-over"),
        Text("在交付现场做普法宣传", "The law is explained to residents at the hand-over"),
    ),
    Key.NOTICE: Line(
        Early.INFORM,
        Text("张贴信息公示(中队热线、A/B 岗队员)", "Notice sheet posted (hotline, A and B officers)"),
        Text(
            "在交付现场公示中队热线电话及责任队员联系方式",
            "The hotline and the responsible officers are posted at the hand-over",
        ),
    ),
    Key.NOTICE_AGAIN: Line(
        Early.INFORM,
        Text("更换信息公示", "Notice sheet posted anew"),
        Text("A 岗或 B 岗调整后,及时更换公示", "When the A or B officer changes, the sheet is posted anew"),
    ),
    Key.OPINION_POINT: Line(
        Early.INFORM,
        Text("设置人民意见征集点", "Opinion point set up"),
        Text("在小区设置人民意见征集点", "A point where residents leave opinions is set up"),
    ),
    Key.REGISTER: Line(
        Early.FIND,
        Text("物业建立装修登记台账", "Property company's register of renovations begun"),
        Text(
            "要求物业做好装修备案、日常巡查、劝阻制止和违法上报",
            "The property company registers renovations, patrols, dissuades and reports",
        ),
    ),
    Key.STATIONED: Line(
        Early.HANDLE,
        Text("集中装修期全天进驻", "Stationed there in the renovation peak"),
        Text(
            "责任队员在集中装修高峰期阶段性全天进驻社区",
            "In the renovation peak the responsible officers are stationed there for whole days at times",
        ),
    ),
    Key.STATIONING: Line(
        Early.HANDLE, Text("驻点", "Stationing"), Text("本周计划的全天进驻", "The whole days planned for this week")
    ),
    Key.JOINT: Line(
        Early.HANDLE,
        Text("联合检查", "Joint inspection"),
        Text(
            "集中装修期联合居委、物业开展高频次执法检查(一般为每周 2 次及以上)",
            "In the renovation peak: inspections with residents' committee and property company, twice a week",
        ),
    ),
    Key.ROUTINE: Line(
        Early.HANDLE,
        Text("走访", "Routine visit"),
        Text("集中装修期后定期开展社区走访", "After the peak: routine visits"),
    ),
    Key.RECHECK: Line(
        Early.HANDLE,
        Text("复查", "Re-check"),
        Text("已处理问题一周后再次回访和复查", "What was handled is looked at again a week later"),
    ),
    Key.TALK: Line(
        Early.FIND,
        Text("与物业每月座谈", "Monthly talk with the property company"),
        Text(
            "定期与物业座谈,物业履职和社区治理情况每月一总结",
            "Regular talks with the property company; its work is summed up each month",
        ),
    ),
    Key.CLOSING: Line(
        Early.HANDLE,
        Text("结束五早工作:案件办结、资料归档", "Work closed: cases finished, papers filed"),
        Text(
            "小区转入结束阶段时,案件全部办结、复查完成、资料归档",
            "When a community is closed, every case is finished and re-checked and the papers are filed",
        ),
    ),
}
