"""Simulated weeks in the words of a shift leader, and ready for JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from geo.text import Text
from planner.simulation.results import Interval, Result
from planner.week import WeeklyProblem
from planner.words import span

BUSIEST = 3
"""So many officers are named."""


def result_in_words(result: Result, problem: WeeklyProblem, fitted: Mapping[str, bool]) -> Iterator[Text]:
    """Yield what simulated weeks come to, and what they are based on."""
    limit = span(problem.policy.response.limit)
    yield Text(
        f"模拟 {result.weeks} 周,报告 {result.reports} 起",
        f"{result.weeks} weeks simulated, {result.reports} reports",
    )
    yield Text(
        f"{limit.zh}内到场 {_share(result.share)}(按天计的 95% 区间)",
        f"Reached within {limit.en}: {_share(result.share)} (95 % interval by day)",
    )
    yield Text(
        f"有报告没按时到的日子 {_share(result.missed_days)}",
        f"Days with a report not reached in time: {_share(result.missed_days)}",
    )
    half, most = result.percentiles[50], result.percentiles[95]
    if half is not None and most is not None:
        yield Text(
            f"一半 {span(half).zh}内到,95% {span(most).zh}内到",
            f"Half are reached within {span(half).en}, 95 % within {span(most).en}",
        )
    yield Text(
        f"等人的 {result.waited} 起,下班前来不及处置的 {result.lost} 起,中断任务 {result.broken_off} 次,"
        f"A、B 岗中由 B 到场 {result.share_by_b:.0%}",
        f"{result.waited} waited for somebody on a case, {result.lost} came too late in the shift, "
        f"{result.broken_off} visits broken off; of what A and B answered, B came to {result.share_by_b:.0%}",
    )
    busy = sorted(result.busy.items(), key=lambda item: (-item[1], item[0]))[:BUSIEST]
    named = [(problem.officers[name].name, f"{share:.1%}") for name, share in busy if share > 0]
    if named:
        yield Text(
            f"出警最忙:{'、'.join(f'{name} {share}' for name, share in named)}",
            f"Busiest with reports: {', '.join(f'{name} {share}' for name, share in named)}",
        )
    yield _based_on(fitted)


def difference_in_words(apart: Interval) -> Text:
    """Say by how much another plan is better, met by the same reports."""
    if apart.low == apart.high == 0:
        return Text(
            "同样的报告,两份计划按时到场的没有差别", "With the same reports, both plans reach just as many in time"
        )
    value, low, high = (f"{100 * number:+.2f}" for number in (apart.value, apart.low, apart.high))
    return Text(
        f"另一份计划的到场份额高 {value} 个百分点(95% 区间 {low} 到 {high},同样的报告)",
        f"The other plan reaches {value} percentage points more in time (95 % interval {low} to {high}, same reports)",
    )


def result_to_dict(result: Result, fitted: Mapping[str, bool]) -> dict[str, Any]:
    """Return the figures ready for JSON: seconds, shares from 0 to 1, intervals as [value, low, high]."""
    return {
        "weeks": result.weeks,
        "reports": result.reports,
        "share": interval_to_list(result.share),
        "missed_days": interval_to_list(result.missed_days),
        **{f"p{p}": seconds for p, seconds in result.percentiles.items()},
        "waited": result.waited,
        "too_late_in_shift": result.lost,
        "broken_off": result.broken_off,
        "share_by_b": result.share_by_b,
        "first": dict(result.first),
        "busy": dict(result.busy),
        "fitted": dict(fitted),
    }


def interval_to_list(interval: Interval) -> list[float]:
    """Return value, low and high."""
    return [interval.value, interval.low, interval.high]


def _share(interval: Interval) -> str:
    return f"{interval.value:.2%}({interval.low:.2%}–{interval.high:.2%})"


def _based_on(fitted: Mapping[str, bool]) -> Text:
    hours = (
        Text("时刻按报告记录", "hours as recorded")
        if fitted["hours"]
        else Text("值班时间内均匀", "all duty hours alike")
    )
    handling = (
        Text("处置用时按记录", "handling times as recorded")
        if fitted["handling"]
        else Text("处置用时按规定", "handling as the policy has it")
    )
    return Text(
        f"依据:各小区按违法记录的预计发现数,{hours.zh},{handling.zh}",
        f"Based on the findings to be expected at each community, {hours.en}, {handling.en}",
    )
