"""`wuzao whatif`: a squad's week with something otherwise."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from api.commands import prepared_week
from api.exchange.squad_files import load_squad
from api.prepare import Prepared
from geo.errors import Fault, InputError
from geo.text import Text
from planner.changes import (
    Change,
    WithBand,
    WithCommunity,
    WithOfficer,
    WithoutBand,
    WithoutCommunity,
    WithoutOfficer,
    WithoutVehicle,
    fewer_officers,
    more_peak,
)
from planner.response import check_response
from planner.response_report import ResponseReport
from planner.week import Week, WeeklyProblem
from planner.whatif import BreakEven, Loss, Outcome, Search, break_even, plan_changed, without_each
from planner.whatif_words import (
    OFFICERS,
    PEAK,
    answer_in_words,
    answer_to_dict,
    loss_to_dict,
    losses_in_words,
    outcome_to_dict,
    side_by_side,
)

MOST_PEAK = 64
"""No more communities are added than this: no squad has them."""


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What is asked. A band is given as ``OFFICER:BAND``; `break_even` is ``peak``, ``officers`` or None."""

    without_officer: tuple[str, ...] = ()
    add_officer: tuple[str, ...] = ()
    without_community: tuple[str, ...] = ()
    without_vehicle: tuple[str, ...] = ()
    add_band: tuple[str, ...] = ()
    without_band: tuple[str, ...] = ()
    more_peak: int = 0
    each_officer: bool = False
    break_even: str | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """The week as it is, and the answers to what was asked."""

    prepared: Prepared
    before: Outcome
    changes: tuple[Change, ...]
    after: Outcome | None
    arrivals: tuple[ResponseReport, ResponseReport] | None
    losses: tuple[Loss, ...] | None
    question: str | None
    answer: BreakEven | None
    stopped: bool

    @property
    def kept(self) -> bool:
        """Whether all mandatory work is placed whichever way it was asked, every hard rule and the promise kept."""
        outcomes = [self.before if self.after is None else self.after]
        arrivals = self.arrivals is None or self.arrivals[1].kept
        critical = any(loss.critical for loss in self.losses or ())
        return all(outcome.sound for outcome in outcomes) and arrivals and not critical


def answer_whatif(source: Path, week: Week, asked: WhatIf, search: Search, *, cache: Path | None) -> Answered:
    """Plan a squad's week as it is, and as it would be.

    Raises
    ------
    geo.errors.InputError
        With every fault of the squad's files, or else of what was asked.
    """
    prepared = prepared_week(load_squad(source), week, cache)
    problem = prepared.problem
    changes = _changes(problem, asked, search.seed)
    before = plan_changed(problem, (), search.about(Text("现在", "As it is")))
    after = plan_changed(problem, changes, search.about(Text("假如", "What if"))) if changes else None
    losses = without_each(problem, before.plan, search) if asked.each_officer else None
    answer = _break_even(problem, asked.break_even, search) if asked.break_even else None
    return Answered(
        prepared,
        before,
        changes,
        after,
        None if after is None else _arrivals(prepared, changes, before, after),
        losses,
        asked.break_even,
        answer,
        search.stop(),
    )


def _break_even(problem: WeeklyProblem, question: str, search: Search) -> BreakEven:
    if question == OFFICERS:
        ceiling = len(fewer_officers(problem, len(problem.officers)))
        return break_even(problem, partial(fewer_officers, problem), ceiling, search)
    return break_even(problem, partial(more_peak, problem, seed=search.seed), MOST_PEAK, search)


def _arrivals(
    prepared: Prepared, changes: Iterable[Change], before: Outcome, after: Outcome
) -> tuple[ResponseReport, ResponseReport] | None:
    """Return both two-hour checks; None where a community was added, to whose gates no way is known."""
    if any(isinstance(change, WithCommunity) for change in changes):
        return None
    was, now = (check_response(o.problem, o.plan, prepared.travel, prepared.hours) for o in (before, after))
    return was, now


def _changes(problem: WeeklyProblem, asked: WhatIf, seed: int) -> tuple[Change, ...]:
    bands = [(option, *_parted(each)) for option in ("add_band", "without_band") for each in getattr(asked, option)]
    faults = [
        *_unknown("without_officer", asked.without_officer, problem.officers),
        *_unknown("add_officer", asked.add_officer, problem.officers),
        *_unknown("without_community", asked.without_community, problem.communities),
        *_unknown("without_vehicle", asked.without_vehicle, {vehicle.id for vehicle in problem.vehicles}),
        *(fault for option, officer, _ in bands for fault in _unknown(option, [officer], problem.officers)),
        *(fault for option, _, band in bands for fault in _unknown(option, [band], problem.bands)),
    ]
    nothing = replace(asked, each_officer=False, break_even=None) == WhatIf()
    if nothing and not asked.each_officer and asked.break_even is None:
        faults.append(_fault("whatif", Text("没有问任何事", "nothing is asked"), ["--without-officer", "--n-1", "…"]))
    if asked.break_even not in (None, PEAK, OFFICERS):
        faults.extend(_unknown("break_even", [str(asked.break_even)], (PEAK, OFFICERS)))
    if not 0 <= asked.more_peak <= MOST_PEAK:
        faults.append(_fault("more_peak", Text(f"最多 {MOST_PEAK}", f"is more than {MOST_PEAK}")))
    if faults:
        raise InputError(faults)
    return (
        *(WithoutOfficer(officer) for officer in asked.without_officer),
        *(WithOfficer(officer) for officer in asked.add_officer),
        *(WithBand((officer,), band) for option, officer, band in bands if option == "add_band"),
        *(WithoutBand((officer,), band) for option, officer, band in bands if option == "without_band"),
        *more_peak(problem, asked.more_peak, seed),
        *(WithoutCommunity(community) for community in asked.without_community),
        *(WithoutVehicle(vehicle) for vehicle in asked.without_vehicle),
    )


def _parted(written: str) -> tuple[str, str]:
    officer, _, band = written.partition(":")
    return officer, band


def _unknown(field: str, written: Iterable[str], among: Collection[str]) -> Iterator[Fault]:
    for each in written:
        if each not in among:
            yield _fault(field, Text(f"没有“{each}”", f"there is no “{each}”"), among)


def _fault(field: str, problem: Text, among: Collection[str] = ()) -> Fault:
    listed = ", ".join(sorted(among))
    mend = Text(f"应为其中之一:{listed}", f"should be one of: {listed}") if listed else Text("请改正", "correct it")
    return Fault(code=f"asked_{field}", file="whatif", row=None, field=field, problem=problem, mend=mend)


def whatif_in_words(answered: Answered) -> Iterator[Text]:
    """Yield all answers."""
    before = answered.before
    yield Text(
        f"现在:必做排入 {before.placed} 次,未排 {len(before.missed)} 次,差距 {before.plan.objective.gap:.2%}",
        f"As it is: {before.placed} mandatory visits placed, {len(before.missed)} missed, "
        f"gap {before.plan.objective.gap:.2%}",
    )
    if answered.after is not None:
        yield from side_by_side(before, answered.after, answered.changes, answered.arrivals)
    if answered.losses is not None:
        yield from losses_in_words(before.problem, answered.losses, stopped=answered.stopped)
    if answered.answer is not None and answered.question is not None:
        yield from answer_in_words(answered.question, answered.answer)


def whatif_to_dict(answered: Answered) -> dict[str, Any]:
    """Return all answers ready for JSON; worst arrivals in seconds."""
    told: dict[str, Any] = {"before": outcome_to_dict(answered.before), "stopped": answered.stopped}
    if answered.after is not None:
        told["after"] = outcome_to_dict(answered.after)
    if answered.arrivals is not None:
        worst = [report.worst.seconds if report.worst else None for report in answered.arrivals]
        told["worst_arrival"] = dict(zip(("before", "after"), worst, strict=True))
    if answered.losses is not None:
        told["without_each"] = [loss_to_dict(loss) for loss in answered.losses]
    if answered.answer is not None and answered.question is not None:
        told["break_even"] = answer_to_dict(answered.question, answered.answer)
    return told
