"""Repairs in words and in JSON: what to change, what it costs, what it mends and whom it makes slower."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from geo.text import Text
from planner.objective import TERM_NAMES
from planner.phases import NEVER
from planner.repairs.repair import KIND_WORDS, Mending, Price, Repair, Worse
from planner.response_report import CoverageGap
from planner.rulebook import community_name
from planner.week import StandBy, WeeklyProblem
from planner.words import listed, span


def mending_in_words(problem: WeeklyProblem, mending: Mending) -> Iterator[Text]:
    """Yield the ways to mend a gap, a line each, the cheapest first; or that nothing that was tried mends it."""
    for way in mending.ways:
        what, cost = KIND_WORDS[way.kind], price_in_words(way.price)
        part = Text("", "") if way.whole else _half(way)
        more, worse = _more(way), _worse(problem, way.worse)
        yield Text(
            f"→ {what.zh}:{way.text.zh}。{part.zh}{cost.zh}{more.zh}{worse.zh}",
            f"→ {what.en}: {way.text.en}. {part.en}{cost.en}{more.en}{worse.en}",
        )
    if not mending.ways:
        yield nothing_mends(mending)
    elif mending.stopped:
        yield Text("  (时间用完,还有办法没试)", "  (out of time: not everything was tried)")


def nothing_mends(mending: Mending) -> Text:
    """Return that no change was proven to mend a gap, and what was tried."""
    count = sum(mending.tried.values())
    if mending.stopped:
        return Text(
            f"→ 时间用完,试了 {count} 种改动,还没找到能补上的",
            f"→ out of time: {count} changes tried, none found yet that mends it",
        )
    kinds = listed([Text(f"{KIND_WORDS[k].zh} {n}", f"{KIND_WORDS[k].en} {n}") for k, n in mending.tried.items()])
    tried = Text(f"({kinds.zh})", f" ({kinds.en})") if count else Text("", "")
    return Text(
        f"→ 试了 {count} 种改动{tried.zh},单独哪一种都补不上",
        f"→ {count} changes tried{tried.en}; none of them mends it alone",
    )


def price_in_words(price: Price) -> Text:
    """Return a price by term: kilometres, overtime, assignments that change, and what the plan costs more."""
    terms = [
        Text(f"{TERM_NAMES[term].zh} {cost:+d}", f"{TERM_NAMES[term].en} {cost:+d}")
        for term, cost in price.terms.items()
    ]
    made_of = listed(terms)
    detail = Text(f"({made_of.zh})", f" ({made_of.en})") if terms else Text("", "")
    overtime = span(price.overtime)
    said = [Text(f"改动 {price.assignments} 处", f"{_counted(price.assignments, 'change')}")]
    if price.metres:
        more, km = ("多行" if price.metres > 0 else "少行"), price.metres / 1000
        said.append(Text(f"{more} {abs(km):.1f} 公里", f"{km:+.1f} km"))
    if price.overtime:
        said.append(Text(f"多上班 {overtime.zh}", f"{overtime.en} more on duty"))
    if price.objective or price.terms:
        said.append(Text(f"费用 {price.objective:+d}{detail.zh}", f"cost {price.objective:+d}{detail.en}"))
    return Text(",".join(each.zh for each in said), ", ".join(each.en for each in said))


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _half(way: Repair) -> Text:
    left = span(way.left)
    return Text(f"只补上一大半,还剩 {left.zh}。", f"Mends most of it, {left.en} left. ")


def _more(way: Repair) -> Text:
    others = len(way.mends) - way.whole
    if others < 1:
        return Text("", "")
    return Text(f";同时补上另外 {others} 段", f"; mends {_counted(others, 'more gap')}")


def _worse(problem: WeeklyProblem, worse: Sequence[Worse]) -> Text:
    if not worse:
        return Text("。没有小区变慢", ". No community gets slower")
    said = [_slower(problem, each) for each in worse]
    return Text("。变慢:" + ";".join(t.zh for t in said), ". Slower: " + "; ".join(t.en for t in said))


def _slower(problem: WeeklyProblem, each: Worse) -> Text:
    place = community_name(problem, each.community_id)
    parts = []
    if each.late[1] > each.late[0]:
        longer = span(each.late[1] - each.late[0])
        parts.append(Text(f"超时多 {longer.zh}", f"late for {longer.en} more"))
    if each.slowest[1] > each.slowest[0]:
        before, after = (_arrival(seconds) for seconds in each.slowest)
        parts.append(Text(f"最慢 {before.zh} 变 {after.zh}", f"slowest {after.en} instead of {before.en}"))
    what = listed(parts)
    return Text(f"{place} {what.zh}", f"{place} {what.en}")


def _arrival(seconds: int) -> Text:
    return Text("没人能到", "nobody") if seconds >= NEVER else span(seconds)


def repairs_to_dict(problem: WeeklyProblem, mendings: Sequence[Mending]) -> list[dict[str, Any]]:
    """Return what can be done about each gap ready for JSON: times as ISO 8601, seconds and metres as integers."""

    def gap(one: CoverageGap) -> dict[str, Any]:
        start, end = (problem.week.instant(second).isoformat() for second in (one.start, one.end))
        return {"community": one.community_id, "start": start, "end": end}

    def known(seconds: int) -> int | None:
        return None if seconds >= NEVER else seconds

    def way(one: Repair) -> dict[str, Any]:
        return {
            "kind": str(one.kind),
            "text": _both(one.text),
            "whole": one.whole,
            "left_seconds": one.left,
            "price": {
                "metres": one.price.metres,
                "overtime_seconds": one.price.overtime,
                "assignments": one.price.assignments,
                "objective": one.price.objective,
                "terms": dict(one.price.terms),
                "total": one.price.total,
            },
            "mends": [gap(each) for each in one.mends],
            "late_seconds": {"before": one.late[0], "after": one.late[1]},
            "worse": [
                {
                    "community": each.community_id,
                    "late_seconds": {"before": each.late[0], "after": each.late[1]},
                    "slowest_seconds": {"before": known(each.slowest[0]), "after": known(each.slowest[1])},
                }
                for each in one.worse
            ],
            "standby": [standby_to_dict(problem, item) for item in one.plan.standby],
        }

    return [
        {
            **gap(mending.gap),
            "ways": [way(one) for one in mending.ways],
            "tried": {str(kind): count for kind, count in mending.tried.items()},
            "stopped": mending.stopped,
            "text": [_both(line) for line in mending_in_words(problem, mending)],
        }
        for mending in mendings
    ]


def standby_to_dict(problem: WeeklyProblem, item: StandBy) -> dict[str, Any]:
    """Return a stand-by in short: who, with what, where, from when until when."""
    start, end = (problem.week.instant(second).isoformat() for second in (item.start, item.end))
    return {
        "officer": item.officer_id,
        "vehicle": item.vehicle_id,
        "community": item.community_id,
        "start": start,
        "end": end,
    }


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
