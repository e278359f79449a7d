"""A plan with everything that can be said about it, and what `wuzao check --json` says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any

from api.faults import text_to_dict
from api.prepare import Prepared
from casework.risk import community_risks
from planner.byhand.places import ASKED
from planner.diff import Diff
from planner.guarantee import Promise, broken_promises, charged
from planner.objective import price
from planner.paths import with_paths
from planner.promise_price import PromisePrice, price_to_dict
from planner.recheck import rechecked
from planner.repair_words import repairs_to_dict
from planner.repairs.repair import Mending
from planner.response import Checked, checked, report_of
from planner.response_document import to_dict
from planner.response_figures import Figures, figures
from planner.response_figures_document import figures_to_dict
from planner.response_report import CoverageGap, ResponseReport
from planner.rules import RULES, BrokenRule, judge
from planner.several import TwoAtOnce, two_at_once
from planner.several_document import two_to_dict
from planner.unkeepable import Unkeepable, unkeepable
from planner.ways import ways_of
from planner.week import Objective, WeeklyPlan

STATED = tuple(rule for rule in RULES if rule not in ASKED)
"""The rules about what a plan states of itself."""


@dataclass(frozen=True)
class Planned:
    """A plan with everything that can be said about it.

    Attributes
    ----------
    check
        The two-hour check in numbers, of which `report` tells in words.
    diff, before
        Where it was planned again: what changed, and the plan document it was made from.
    first_plan
        Seconds on the clock from the start of planning to the first plan; None where none was planned here.
    mendings
        What would mend each gap in the arrival promise; None where nobody asked.
    """

    prepared: Prepared
    plan: WeeklyPlan
    broken: tuple[BrokenRule, ...]
    check: Checked
    report: ResponseReport
    diff: Diff | None = None
    before: Mapping[str, Any] | None = None
    first_plan: float | None = None
    promise_price: PromisePrice | None = None
    mendings: tuple[Mending, ...] | None = None

    @cached_property
    def figures(self) -> Figures:
        """Figures of the two-hour check, reports weighing as much as findings are to be expected; asked for once."""
        prepared, squad = self.prepared, self.prepared.squad
        risks = community_risks(squad.communities, squad.violations, prepared.problem.week.monday)
        rates = {name: risk.expected for name, risk in risks.items()}
        return figures(prepared.problem, self.plan, prepared.travel, prepared.hours, self.check, rates)

    @cached_property
    def two_at_once(self) -> TwoAtOnce:
        """Two reports at once at every pair of communities; asked for once."""
        prepared = self.prepared
        return two_at_once(self.check, ways_of(prepared.problem, self.check, prepared.travel, prepared.hours))

    @cached_property
    def unkeepable(self) -> tuple[Unkeepable, ...]:
        """The gaps in the promise that no plan of the week could avoid; asked for once."""
        prepared = self.prepared
        return unkeepable(prepared.problem, self.plan, self.report, Promise(prepared.travel, prepared.hours))

    @cached_property
    def response_document(self) -> dict[str, Any]:
        """What `response.json` says of the two-hour check."""
        problem = self.prepared.problem
        more: dict[str, Any] = {
            "figures": figures_to_dict(self.figures),
            "two_at_once": two_to_dict(self.two_at_once, problem),
            "unkeepable": [
                {
                    "community": one.gap.community_id,
                    "start": problem.week.instant(one.gap.start).isoformat(),
                    "end": problem.week.instant(one.gap.end).isoformat(),
                    "reason": text_to_dict(one.reason),
                }
                for one in self.unkeepable
            ],
        }
        if self.promise_price is not None:
            more["price_of_promise"] = price_to_dict(self.promise_price)
        return to_dict(self.report, problem) | more

    @property
    def kept(self) -> bool:
        """Whether all mandatory work is placed, every hard rule kept, and the arrival promise with them."""
        return self.report.kept and not any(rule.hard for rule in self.broken)


def judged(prepared: Prepared, plan: WeeklyPlan, known: Mapping[str, Sequence[str]] = MappingProxyType({})) -> Planned:
    """Return a plan with its broken rules and its two-hour check; `known` as in `planner.response.checked`."""
    check = checked(prepared.problem, plan, prepared.travel, prepared.hours, known)
    return Planned(prepared, plan, judge(prepared.problem, plan), check, report_of(prepared.problem, check))


def judged_again(
    before: Planned,
    prepared: Prepared,
    plan: WeeklyPlan,
    roster: Sequence[CoverageGap] | None = None,
    broken: Sequence[BrokenRule] | None = None,
) -> Planned:
    """Return a plan judged whose week is that of another judged plan, but for what is pinned.

    Parameters
    ----------
    roster
        What is late whatever is planned: the plan is then stated at its price, promises that it breaks among it. None
        leaves the price as the plan states it.
    broken
        What the plan breaks, whatever it states of its cost (`planner.byhand.places.ASKED`), where that is at hand.
    """
    problem = prepared.problem
    plan = with_paths(problem, plan, prepared.travel, prepared.hours)
    check = rechecked(problem, plan, prepared.travel, prepared.hours, before.check, before.plan)
    if roster is not None:
        plan = _at_its_price(before, prepared, plan, check, roster)
    found = judge(problem, plan) if broken is None else (*broken, *judge(problem, plan, STATED))
    return Planned(prepared, plan, found, check, report_of(problem, check))


def _at_its_price(
    before: Planned, prepared: Prepared, plan: WeeklyPlan, check: Checked, roster: Sequence[CoverageGap]
) -> WeeklyPlan:
    """Return a changed plan stated at its price, promises that it breaks among it, as `check` finds them."""
    problem, promise = prepared.problem, Promise(prepared.travel, prepared.hours)
    bound = before.plan.objective.bound
    plan = replace(plan, objective=Objective(price(problem, plan), bound))
    plan = charged(problem, plan, broken_promises(problem, plan, promise, roster, check))
    return replace(plan, objective=replace(plan.objective, bound=min(bound, plan.objective.total)))


def check_to_dict(planned: Planned) -> dict[str, Any]:
    """Return what `wuzao check --json` prints: broken rules, what is missed, and the two-hour check."""
    problem = planned.prepared.problem
    return {
        "squad": planned.prepared.squad.id,
        "week": str(problem.week),
        "kept": planned.kept,
        "arrivals_kept": planned.report.kept,
        "broken_rules": [
            {
                "rule": rule.rule,
                "hard": rule.hard,
                "where": rule.where,
                "message": text_to_dict(rule.message),
                "over": rule.over,
            }
            for rule in planned.broken
        ],
        "missed": [
            {
                "visit": miss.visit_id,
                "reasons": [text_to_dict(reason) for reason in miss.reasons],
                "remedies": [text_to_dict(way) for way in miss.remedies],
            }
            for miss in planned.plan.missed
        ],
        "response": planned.response_document | _repairs(planned),
    }


def _repairs(planned: Planned) -> dict[str, Any]:
    if planned.mendings is None:
        return {}
    return {"repairs": repairs_to_dict(planned.prepared.problem, planned.mendings)}
