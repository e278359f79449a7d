"""The tables of a squad: their sheets' names and their columns, Chinese and English.

The first Chinese name of a sheet or column is the one written by `write_workbook`; all of them are read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from geo.decoding import header_key
from geo.text import Text


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its English name, its Chinese ones, whether a table may do without it."""

    name: str
    zh: tuple[str, ...]
    required: bool = True

    @property
    def keys(self) -> tuple[str, ...]:
        """Return all names as headers are compared."""
        return tuple(header_key(word) for word in (self.name, *self.zh))


@dataclass(frozen=True, slots=True)
class TableKind:
    """A table: its English name, its Chinese ones, its columns, and whether a squad may do without it.

    Attributes
    ----------
    may_be_empty
        Whether a header without rows is in order.
    """

    name: str
    zh: tuple[str, ...]
    columns: tuple[Column, ...]
    required: bool = True
    may_be_empty: bool = False

    @property
    def sheet_names(self) -> tuple[str, ...]:
        """Return every name its sheet may have."""
        return (self.name, *self.zh)

    @property
    def title(self) -> Text:
        """Return its name."""
        return Text(self.zh[0], self.name)


def _column(name: str, *zh: str) -> Column:
    return Column(name, zh)


def _optional(name: str, *zh: str) -> Column:
    return Column(name, zh, required=False)


COMMUNITIES = TableKind(
    "communities",
    ("小区", "社区"),
    (
        _column("id", "编号", "小区编号"),
        _column("name", "名称", "小区名称", "小区"),
        _column("phase", "阶段"),
        _column("a_officer", "A岗", "A角", "A岗队员"),
        _column("b_officer", "B岗", "B角", "B岗队员"),
        _optional("households", "户数"),
        _optional("delivery_date", "交付日期"),
        _optional("address", "地址"),
        _optional("joint_per_week", "每周联检", "每周联检次数"),
        _optional("stationing_days", "驻点天数"),
        _column("geometry_source", "边界来源"),
        _optional("boundary_wkt", "边界WKT", "边界"),
        _optional("more_b", "增设B岗"),
    ),
)
GATES = TableKind(
    "gates",
    ("大门", "出入口"),
    (
        _column("community", "小区", "小区编号"),
        _column("id", "编号", "大门编号"),
        _column("name", "名称", "大门名称"),
        _column("lon", "经度"),
        _column("lat", "纬度"),
        _optional("main", "主门", "是否主门"),
    ),
)
OFFICERS = TableKind(
    "officers",
    ("队员",),
    (
        _column("id", "编号", "队员编号", "工号"),
        _column("name", "姓名", "名称"),
        _column("certified", "执法证", "持证", "有执法证"),
        _optional("phone", "电话", "手机"),
        _optional("drives", "可驾驶", "准驾", "会开的车"),
    ),
)
SHIFTS = TableKind(
    "shifts",
    ("排班",),
    (
        _column("officer", "队员", "队员编号"),
        _column("date", "日期"),
        _column("band", "班次", "班"),
        _optional("start", "上班", "上班时间", "开始"),
        _optional("end", "下班", "下班时间", "结束"),
    ),
)
LEAVE = TableKind(
    "leave",
    ("请假",),
    (_column("officer", "队员", "队员编号"), _column("date", "日期"), _optional("reason", "事由", "原因")),
    required=False,
    may_be_empty=True,
)
PARTNERS = TableKind(
    "partners",
    ("伙伴", "协作单位"),
    (
        _column("id", "编号", "单位编号"),
        _column("name", "名称", "单位名称"),
        _column("kind", "类别", "类型"),
        _column("communities", "小区", "服务小区"),
        _column("hours", "可到时间", "时间"),
        _optional("contact", "联系人"),
        _optional("phone", "电话", "联系电话"),
        _optional("preferred", "希望时间", "偏好时间"),
    ),
    required=False,
    may_be_empty=True,
)
VEHICLES = TableKind(
    "vehicles",
    ("车辆",),
    (
        _column("id", "编号", "车辆编号", "车牌"),
        _column("name", "名称", "车辆名称"),
        _column("kind", "类别", "类型"),
        _column("seats", "座位", "座位数"),
    ),
)
VIOLATIONS = TableKind(
    "violations",
    ("违法", "违法记录"),
    (
        _column("id", "编号", "案件编号"),
        _column("type", "类型", "违法类型"),
        _column("lon", "经度"),
        _column("lat", "纬度"),
        _column("found_on", "发现日期"),
        _optional("handled_on", "处置日期"),
        _optional("rechecked_on", "复查日期"),
        _optional("community", "小区", "小区编号"),
        _optional("building", "楼栋", "门牌"),
        _optional("note", "备注", "说明"),
        _optional("reporter_phone", "举报人电话"),
        _optional("reported_at", "报告时刻"),
        _optional("handling_minutes", "处置分钟", "处置用时"),
    ),
    required=False,
    may_be_empty=True,
)
PAST = TableKind(
    "past",
    ("往周走访", "历史走访"),
    (
        _column("date", "日期"),
        _column("begin", "开始", "开始时间", "时间"),
        _column("community", "小区", "小区编号"),
        _column("officers", "队员", "队员编号"),
        _optional("band", "班次", "班"),
    ),
    required=False,
    may_be_empty=True,
)
SETTINGS = TableKind(
    "squad",
    ("中队", "设置"),
    (_column("key", "项目", "键"), _column("value", "内容", "值"), _optional("note", "说明", "备注")),
)

TABLES: tuple[TableKind, ...] = (COMMUNITIES, GATES, OFFICERS, SHIFTS, LEAVE, PARTNERS, VEHICLES, VIOLATIONS, PAST)
"""The tables in reading order; the workbook has `SETTINGS` besides."""


def match_headers(
    kind: TableKind, headers: tuple[str, ...], *, cut_at: int | None = None
) -> tuple[Mapping[str, str], tuple[str, ...]]:
    """Return each known column's header as written, and the headers that no column has.

    Parameters
    ----------
    cut_at
        Bytes that a header is cut at: 10 in a Shapefile, whose ``delivery_date`` reads ``delivery_d``.
    """
    names = {key: column.name for column in reversed(kind.columns) for key in column.keys}
    if cut_at is not None:
        names = {short: name for key, name in names.items() for short in _cuts(key, cut_at)} | names
    found: dict[str, str] = {}
    unknown = []
    for header in headers:
        name = names.get(header_key(header))
        if name is None or name in found:
            unknown.append(header)
        else:
            found[name] = header
    return found, tuple(header for header in unknown if header)


def _cuts(key: str, size: int) -> Iterator[str]:
    for encoding in ("utf-8", "gb18030"):
        yield key.encode(encoding)[:size].decode(encoding, "ignore")
