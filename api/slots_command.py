"""`wuzao slots`: when could you come for one more visit, and the plan with it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from api.commands import Opened, open_plan
from api.planned import Planned, judged
from api.prepare import Prepared
from casework.obligation import KIND_NAMES
from geo.community import Community
from geo.errors import Fault, InputError
from geo.text import Text
from planner.aftermath import aftermath
from planner.asked import ask
from planner.event import Incident, VisitAsked
from planner.event_words import tell
from planner.paths import with_paths
from planner.slot_words import objections, offer, slot_to_dict
from planner.slots import Slot, open_slots, take
from planner.unplaceable import why_unplaceable
from planner.visit import Visit
from planner.week import WeeklyProblem
from planner.words import span

ASKED = "slots"
"""Where the faults of a question are said to be: it comes from no file."""


@dataclass(frozen=True, slots=True)
class Question:
    """One more visit, as asked: a community by id or name, days as dates; what is None is left to the policy."""

    community: str
    kind: str = "joint"
    minutes: int | None = None
    days: tuple[str, ...] = ()
    partners: tuple[str, ...] | None = None
    most: int = 10


@dataclass(frozen=True, slots=True)
class Answer:
    """The ways to come, the best first; `problem` has the visit asked for among its visits."""

    opened: Opened
    asked: VisitAsked
    problem: WeeklyProblem
    visit: Visit
    slots: tuple[Slot, ...]

    @property
    def fits(self) -> bool:
        """Whether there is a way that breaks no hard rule."""
        return any(not any(rule.hard for rule in slot.broken) for slot in self.slots)


def answer_slots(source: Path, document: Path, question: Question, *, cache: Path | None) -> Answer:
    """Return the ways to fit one more visit into a plan without moving anything else.

    Raises
    ------
    geo.errors.InputError, planner.errors.PlanFileError
        With every fault of the squad's files, or else of the plan, or else of the question.
    """
    return answer_of(open_plan(source, document, cache), question)


def answer_of(opened: Opened, question: Question) -> Answer:
    """Return the ways to fit one more visit into a plan that is at hand, as `answer_slots` does."""
    problem, squad = opened.prepared.problem, opened.prepared.squad
    asked = _asked(problem, question)
    after, _ = aftermath(problem, squad, Incident(asked))
    visit = next(visit for visit in after.visits if visit.id == asked.visit_id)
    slots = open_slots(after, opened.plan, visit, most=question.most)
    return Answer(opened, asked, after, visit, slots)


def take_slot(answer: Answer, number: int) -> Planned:
    """Return the plan with the visit as the `number`-th way (from 1) has it, judged as any plan is.

    Raises
    ------
    geo.errors.InputError
        Where there is no such way.
    """
    if not 1 <= number <= len(answer.slots):
        count = len(answer.slots)
        raise InputError(
            [_fault("take", Text(f"没有第 {number} 个时段,共 {count} 个", f"there is no way {number}, only {count}"))]
        )
    opened, slot = answer.opened, answer.slots[number - 1]
    prepared = opened.prepared
    problem, plan, diff = take(prepared.problem, prepared.squad, opened.plan, answer.asked, slot)
    after: Prepared = replace(prepared, problem=problem)
    planned = judged(after, with_paths(problem, plan, after.travel, after.hours))
    return replace(planned, diff=diff, before=opened.data)


def slots_in_words(answer: Answer) -> Iterator[Text]:
    """Yield what was asked and the ways to come, numbered, each with what it breaks."""
    said, long = tell(answer.problem, answer.asked), span(answer.visit.duration)
    yield Text(
        f"{said.zh},{long.zh}:可选 {len(answer.slots)} 个时段", f"{said.en}, {long.en}: {len(answer.slots)} ways"
    )
    for number, slot in enumerate(answer.slots, 1):
        line = offer(answer.problem, answer.opened.plan, slot)
        yield Text(f"{number}. {line.zh}", f"{number}. {line.en}")
        yield from (Text(f"   {rule.zh}", f"   {rule.en}") for rule in objections(slot))
    if not answer.slots:
        yield from why_unplaceable(answer.visit, answer.problem) or (
            Text(
                "这份方案里没有放得下的空当,别的都不动的话来不了",
                "Nothing in this plan leaves room for it unless something else is moved",
            ),
        )


def slots_to_dict(answer: Answer) -> dict[str, Any]:
    """Return the ways to come ready for JSON."""
    said = tell(answer.problem, answer.asked)
    return {
        "asked": {"zh": said.zh, "en": said.en},
        "visit": answer.visit.id,
        "minutes": answer.visit.duration // 60,
        "partners": list(answer.visit.partner_ids),
        "slots": [slot_to_dict(answer.problem, answer.opened.plan, slot) for slot in answer.slots],
    }


def _asked(problem: WeeklyProblem, question: Question) -> VisitAsked:
    named = [c.id for c in problem.communities.values() if question.community in (c.id, c.name)]
    kinds = {word: kind for kind in problem.policy.visits for word in (str(kind), KIND_NAMES[kind].zh)}
    days = {day.isoformat(): n for n, day in enumerate(problem.week.days)}
    faults = [
        *_unknown("community", [] if named else [question.community], [f"{c.id} {c.name}" for c in _places(problem)]),
        *_unknown("kind", [question.kind], kinds),
        *_unknown("day", question.days, days),
        *_unknown("partner", question.partners or (), problem.partners),
    ]
    if len(named) > 1:
        faults.append(_fault("community", Text("不止一个小区叫这个名称", "more than one has this name"), named))
    if question.minutes is not None and not 1 <= question.minutes <= 1440:
        faults.append(_fault("minutes", Text("不在 1 到 1440 之间", "is not from 1 to 1440")))
    if faults:
        raise InputError(faults)
    return ask(
        problem,
        named[0],
        kinds[question.kind],
        duration=None if question.minutes is None else question.minutes * 60,
        days=[days[day] for day in question.days],
        partner_ids=question.partners,
    )


def _places(problem: WeeklyProblem) -> Collection[Community]:
    return problem.communities.values()


def _unknown(field: str, written: Iterable[str], among: Collection[str]) -> Iterator[Fault]:
    for each in written:
        if each not in among:
            yield _fault(field, Text(f"没有“{each}”", f"there is no “{each}”"), among)


def _fault(field: str, problem: Text, among: Collection[str] = ()) -> Fault:
    listed = ", ".join(among)
    mend = Text(f"应为其中之一:{listed}", f"should be one of: {listed}") if listed else Text("请改正", "correct it")
    return Fault(code=f"asked_{field}", file=ASKED, row=None, field=field, problem=problem, mend=mend)
