"""'What if' answered in words and in JSON: side by side, officer by officer, and how far it goes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from casework.obligation import KIND_NAMES
from geo.text import Text, same
from planner.changes import Change, say
from planner.objective import TERM_NAMES
from planner.response_report import ResponseReport
from planner.rulebook import community_name, officer_name
from planner.week import WeeklyProblem
from planner.whatif import BreakEven, Loss, Outcome
from planner.words import listed, span

PEAK, OFFICERS = "peak", "officers"


def side_by_side(
    before: Outcome,
    after: Outcome,
    changes: Sequence[Change],
    arrivals: tuple[ResponseReport, ResponseReport] | None = None,
) -> Iterator[Text]:
    """Yield the week as it is beside the week as it would be.

    Parameters
    ----------
    arrivals
        The two-hour checks before and after, where travel to every gate is known.
    """
    what = listed([say(before.problem, change) for change in changes])
    yield Text(f"假如{what.zh}:", f"What if: {what.en}")
    yield _row(Text("必做排入", "mandatory visits placed"), before.placed, after.placed)
    yield _row(Text("必做未排", "mandatory visits missed"), len(before.missed), len(after.missed))
    old, new = before.plan.objective, after.plan.objective
    yield _row(Text("目标值", "objective"), old.total, new.total)
    for term in dict.fromkeys((*old.terms, *new.terms)):
        if old.terms.get(term, 0) or new.terms.get(term, 0):
            name = TERM_NAMES.get(term, same(term))
            yield _row(Text(f"  {name.zh}", f"  {name.en}"), old.terms.get(term, 0), new.terms.get(term, 0))
    yield _row(Text("差距", "gap"), f"{old.gap:.2%}", f"{new.gap:.2%}")
    if arrivals is not None:
        was, now = (_worst(report) for report in arrivals)
        yield Text(f"最慢到场:{was.zh} → {now.zh}", f"slowest arrival: {was.en} → {now.en}")
    yield from _missed(after, set(before.missed))


def _row(name: Text, before: object, after: object) -> Text:
    return Text(f"{name.zh}:{before} → {after}", f"{name.en}: {before} → {after}")


def _worst(report: ResponseReport) -> Text:
    if report.worst is None:
        return same("–")
    if report.worst.officer_id is None:
        return Text("无人可到", "nobody can come")
    return span(report.worst.seconds)


def _missed(outcome: Outcome, known: set[str]) -> Iterator[Text]:
    for item in outcome.plan.missed:
        if item.visit_id not in known:
            name = _visit(outcome.problem, item.visit_id)
            yield Text(f"新漏:{name.zh}", f"newly missed: {name.en}")
            yield from (Text(f"  · {reason.zh}", f"  · {reason.en}") for reason in item.reasons)


def _visit(problem: WeeklyProblem, visit_id: str) -> Text:
    visit = next(visit for visit in problem.visits if visit.id == visit_id)
    place, kind = community_name(problem, visit.community_id), KIND_NAMES[visit.kind]
    return Text(f"{place}{kind.zh}", f"{kind.en.lower()} at {place}")


def losses_in_words(problem: WeeklyProblem, losses: Sequence[Loss], *, stopped: bool) -> Iterator[Text]:
    """Yield, for each officer, what the week misses without them, the one hardest to do without first."""
    critical = sum(loss.critical for loss in losses)
    yield Text(
        f"逐一去掉 {len(losses)} 名持证队员:{critical} 名缺了就有必做排不上",
        f"Each of {len(losses)} certified officers away in turn: without {critical} of them mandatory work is missed",
    )
    for loss in losses:
        yield _loss(problem, loss)
    if stopped:
        yield STOPPED


def _loss(problem: WeeklyProblem, loss: Loss) -> Text:
    who = officer_name(problem, loss.officer_id)
    parts = [Text("必做都排得上", "all mandatory work is placed")]
    if loss.missed:
        names = listed([_visit(problem, visit) for visit in loss.missed])
        proof = Text(f"(已证明至少漏 {loss.proven} 次)", f" (proven: {loss.proven} at least)")
        if loss.proven == 0:
            proof = Text("(限度内没有证明非漏不可)", " (not proven within the limit)")
        parts = [
            Text(f"漏 {len(loss.missed)} 次{proof.zh}:{names.zh}", f"{len(loss.missed)} missed{proof.en}: {names.en}")
        ]
    for zh, en, places in (("缺 A 岗", "no A officer", loss.without_a), ("缺 B 岗", "no B officer", loss.without_b)):
        if places:
            names = listed([same(community_name(problem, place)) for place in places])
            parts.append(Text(f"{zh}:{names.zh}", f"{en}: {names.en}"))
    if loss.without_both:
        names = listed([same(community_name(problem, place)) for place in loss.without_both])
        parts.append(Text(f"两岗都缺:{names.zh}", f"neither of the two: {names.en}"))
    return Text(f"  {who}:{';'.join(p.zh for p in parts)}", f"  {who}: {'; '.join(p.en for p in parts)}")


STOPPED = Text("应要求提前停止,只到这里", "Stopped early as asked: this is as far as it got")


def answer_in_words(kind: str, answer: BreakEven) -> Iterator[Text]:
    """Yield how far it goes, how sure that is, and which weeks were planned to find out."""
    more = Text("再多 {n} 个高峰期小区", "{n} more peak communities")
    if kind == OFFICERS:
        more = Text("再少 {n} 名持证队员", "{n} certified officers fewer")
    if answer.most is None:
        sure = Text("(已证明)", " (proven)") if answer.proven else Text("(限度内没有证明)", " (not proven)")
        yield Text(f"现在就有必做排不上{sure.zh}", f"Mandatory work is missed as things are{sure.en}")
    else:
        said = Text(more.zh.format(n=answer.most), more.en.format(n=answer.most))
        yield Text(f"{said.zh},必做仍都排得上(有方案为证)", f"{said.en}: all mandatory work is placed, in a plan found")
        yield _limit(answer)
    for probe in answer.probes:
        yield Text(
            f"  试 {probe.count}:{'排得上' if probe.works else f'没有排上,已证明至少漏 {probe.proven} 次'}",
            f"  tried {probe.count}: {'placed' if probe.works else f'missed, {probe.proven} at least by proof'}",
        )
    if answer.stopped:
        yield STOPPED


def _limit(answer: BreakEven) -> Text:
    if answer.proven:
        return Text("再多一个就非漏不可(已证明)", "One more, and something must be missed (proven)")
    if answer.most == answer.ceiling:
        return Text("没有再往上问", "No more than that was asked")
    if answer.fails is not None:
        return Text(
            f"再多一个限度内没有排上,但没有证明排不上;到 {answer.fails} 个则已证明非漏不可",
            f"With one more no such plan was found, which proves nothing; with {answer.fails} something must be missed "
            "(proven)",
        )
    return Text(
        "再多一个限度内没有排上,但没有证明排不上;延长时间再试",
        "With one more no such plan was found within the limit, which proves nothing: try with more time",
    )


def outcome_to_dict(outcome: Outcome) -> dict[str, Any]:
    """Return a plan's figures ready for JSON."""
    objective = outcome.plan.objective
    return {
        "placed": outcome.placed,
        "missed": list(outcome.missed),
        "sound": outcome.sound,
        "objective": objective.total,
        "terms": dict(objective.terms),
        "bound": objective.bound,
        "gap": round(objective.gap, 6),
    }


def loss_to_dict(loss: Loss) -> dict[str, Any]:
    """Return the week without one officer ready for JSON."""
    return {
        "officer": loss.officer_id,
        "critical": loss.critical,
        "missed": list(loss.missed),
        "proven": loss.proven,
        "without_a": list(loss.without_a),
        "without_b": list(loss.without_b),
        "without_both": list(loss.without_both),
        "dearer": loss.dearer,
    }


def answer_to_dict(kind: str, answer: BreakEven) -> dict[str, Any]:
    """Return how far it goes ready for JSON."""
    return {
        "question": kind,
        "most": answer.most,
        "proven": answer.proven,
        "proven_to_fail": answer.fails,
        "asked_up_to": answer.ceiling,
        "stopped": answer.stopped,
        "probes": [{"count": p.count, "works": p.works, "proven_missed": p.proven} for p in answer.probes],
    }
