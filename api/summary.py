"""A plan in a dozen lines, as the terminal tells it."""

from __future__ import annotations

from collections.abc import Iterator

from api import agenda
from api.planned import Planned
from casework.obligation import KIND_NAMES, VisitKind
from geo.text import Text
from maps.speak import kilometres
from planner.diff import sentence
from planner.objective import terms
from planner.phases import NEVER
from planner.promise_price import price_in_words
from planner.repair_words import mending_in_words
from planner.response_figures_document import figures_in_words
from planner.response_report import Arrival
from planner.response_words import explain_gap
from planner.several_document import two_in_words
from planner.words import moment, span

SHOWN = 12
"""Gaps told one by one; the rest are in response.html."""


def summary(planned: Planned) -> tuple[Text, ...]:
    """Return what a leader wants to know first: what is placed, what is missed and why, cost, proof, worst arrival."""
    return (*_doubts(planned), *_changes(planned), *_work(planned), *_cost(planned), *verdict(planned))


def verdict(planned: Planned) -> tuple[Text, ...]:
    """Return broken rules, the two-hour check and the closing line."""
    return (*_missed(planned), *_broken(planned), *_response(planned), _closing(planned))


def _doubts(planned: Planned) -> Iterator[Text]:
    if planned.prepared.squad.made_up:
        yield Text(
            "注意:示例数据,人员、小区边界与违法记录均为虚构",
            "Note: example data; people, boundaries and violations are invented",
        )
    if planned.prepared.problem.estimated:
        yield Text(
            "注意:没有路网文件,行车时间为直线估算",
            "Note: no road file; driving times are straight-line estimates",
        )
    yield from planned.plan.notes


def _changes(planned: Planned) -> Iterator[Text]:
    """Yield what happened, and every visit that is made otherwise because of it."""
    diff = planned.diff
    if diff is None:
        return
    changed = sum(change.before is not None for change in diff.changes)
    yield Text(
        f"{diff.event.zh}:已公布的 {diff.published} 次里改动 {changed} 次({diff.share:.1%})",
        f"{diff.event.en}: {changed} of {diff.published} published visits change ({diff.share:.1%})",
    )
    for change in diff.changes:
        said = sentence(planned.prepared.problem, change)
        made_room = Text("", "") if change.direct else Text("(让路)", " (to make room)")
        yield Text(f"  · {said.zh}{made_room.zh}", f"  · {said.en}{made_room.en}")


def _work(planned: Planned) -> Iterator[Text]:
    problem, plan = planned.prepared.problem, planned.plan
    placed = {stop.visit_id for route in plan.routes for stop in route.stops}
    must = [visit for visit in problem.visits if visit.mandatory]
    done = sum(visit.id in placed for visit in must)
    yield Text(
        f"{problem.week}:必做走访 {len(must)} 次,排入 {done} 次,未排入 {len(must) - done} 次;"
        f"出车 {len(plan.routes)} 班",
        f"{problem.week}: {len(must)} mandatory visits, {done} placed, {len(must) - done} missed; "
        f"{len(plan.routes)} patrols",
    )
    for kind in VisitKind:
        visits = [visit for visit in problem.visits if visit.kind is kind]
        if visits:
            name, made = KIND_NAMES[kind], sum(visit.id in placed for visit in visits)
            yield Text(f"  {name.zh} {made}/{len(visits)}", f"  {name.en} {made}/{len(visits)}")


def _cost(planned: Planned) -> Iterator[Text]:
    objective = planned.plan.objective
    metres = kilometres(sum(leg.metres for route in planned.plan.routes for leg in route.legs))
    hours = span(sum(leg.arrive - leg.depart for route in planned.plan.routes for leg in route.legs))
    yield Text(f"行车 {metres.zh},{hours.zh}", f"Driving {metres.en}, {hours.en}")
    proof = Text("已证明最优", "proven optimal") if objective.gap == 0 else Text("", "")
    yield Text(
        f"目标值 {objective.total}(运行 {objective.operating}),下界 {objective.bound},"
        f"差距 {objective.gap:.2%} {proof.zh}",
        f"Objective {objective.total} (operating {objective.operating}), bound {objective.bound}, "
        f"gap {objective.gap:.2%} {proof.en}",
    )
    yield terms(objective.terms)
    if planned.first_plan is not None:
        yield Text(f"首个方案用时 {planned.first_plan:.1f} 秒", f"First plan after {planned.first_plan:.1f} s")


def _missed(planned: Planned) -> Iterator[Text]:
    for visit, miss in agenda.missed_mandatory(planned.prepared.problem, planned.plan):
        place, kind = planned.prepared.problem.communities[visit.community_id].name, KIND_NAMES[visit.kind]
        yield Text(f"未排入:{place} {kind.zh}", f"Missed: {place}, {kind.en.lower()}")
        yield from (Text(f"  · {reason.zh}", f"  · {reason.en}") for reason in miss.reasons)
        yield from (Text(f"  → {way.zh}", f"  → {way.en}") for way in miss.remedies)


def _broken(planned: Planned) -> Iterator[Text]:
    told = {miss.visit_id for _, miss in agenda.missed_mandatory(planned.prepared.problem, planned.plan)}
    for rule in planned.broken:
        if rule.rule == "mandatory_work_is_placed" and told.issuperset(rule.where):
            continue  # said among what is missed, with the same reasons
        head = Text("违反规则", "Broken rule") if rule.hard else Text("提醒", "Remark")
        yield Text(f"{head.zh}:{rule.message.zh} [{rule.rule}]", f"{head.en}: {rule.message.en} [{rule.rule}]")


def _response(planned: Planned) -> Iterator[Text]:
    report, problem = planned.report, planned.prepared.problem
    limit = span(report.limit)
    if report.worst is not None:
        yield _slowest(planned, report.worst)
    if report.kept:
        yield Text(f"到场核查:每一刻都在 {limit.zh}内", f"Arrival check: within {limit.en} at every moment")
    for mending in planned.mendings or ():
        yield explain_gap(mending.gap, problem)
        yield from (Text(f"  {way.zh}", f"  {way.en}") for way in mending_in_words(problem, mending))
    shown = report.gaps[:SHOWN] if planned.mendings is None else ()
    for gap in shown:
        yield explain_gap(gap, problem)
    if shown and len(report.gaps) > SHOWN:
        more = len(report.gaps) - SHOWN
        yield Text(f"……另有 {more} 段超时,见 response.html", f"… {more} more gaps, see response.html")
    yield from _unkeepable(planned)
    if planned.promise_price is not None:
        yield price_in_words(planned.promise_price)
    yield from figures_in_words(planned.figures, problem)
    yield two_in_words(planned.two_at_once, problem)


def _unkeepable(planned: Planned) -> Iterator[Text]:
    """Say which gaps no plan could avoid, each reason once."""
    if not planned.unkeepable:
        return
    count, total = len(planned.unkeepable), len(planned.report.gaps)
    yield Text(f"其中 {count}/{total} 段怎么排都守不住:", f"{count} of {total} of them no plan could avoid:")
    for reason in list(dict.fromkeys(one.reason for one in planned.unkeepable))[:SHOWN]:
        yield Text(f"  · {reason.zh}", f"  · {reason.en}")


def _slowest(planned: Planned, worst: Arrival) -> Text:
    place, when = planned.prepared.problem.communities[worst.community_id].name, moment(worst.instant)
    if worst.seconds >= NEVER:
        return Text(f"最慢到场:{when.zh} {place},无人可到", f"Slowest arrival: {when.en} {place}, nobody can come")
    who = planned.prepared.problem.officers[worst.officer_id].name if worst.officer_id else ""
    took = span(worst.seconds)
    return Text(
        f"最慢到场:{when.zh} {place},{took.zh}({who},{worst.state.zh})",
        f"Slowest arrival: {when.en} {place}, {took.en} ({who}, {worst.state.en})",
    )


def _closing(planned: Planned) -> Text:
    if not planned.kept:
        return Text("结论:尚不能发布,原因见上", "Verdict: not to be published, for the reasons above")
    return Text(
        "结论:必做走访全部排入,硬规则与两小时到场全部满足",
        "Verdict: all mandatory work is placed, every hard rule and the arrival promise kept",
    )
