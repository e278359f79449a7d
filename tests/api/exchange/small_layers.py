"""The small squad's layers of features."""

from __future__ import annotations

from dataclasses import replace

from api.exchange.ogc_layers import Layer, layers_of
from geo.text import same
from planner.phases import NEVER
from planner.response_report import Arrival, CommunityCover, CoverageGap, ResponseReport
from planner.week import WeeklyProblem
from tests.planner.build import at, small_plan, small_problem, small_squad

SECRET = "138-0000-1234"


def report(problem: WeeklyProblem) -> ResponseReport:
    worst = Arrival("lake", "lake-n", at(0, "10:00"), 8000, "o1", same("x"), same("y"))
    never = replace(worst, community_id="mill", seconds=NEVER, officer_id=None)
    gap = CoverageGap("lake", at(0, "09:50"), at(0, "10:10"), "lake-n", at(0, "10:00"), 8000, ())
    covers = (
        CommunityCover("lake", worst, 100_000, 1200, (), (("o1", 9),)),
        CommunityCover("mill", never, 100_000, 0, (), ()),
        CommunityCover("park", None, 0, 0, (), ()),
    )
    return ResponseReport(7200, covers, (gap,), (), problem.estimated, ())


def all_layers() -> dict[str, Layer]:
    """Return all layers of a squad whose people's telephone number, `SECRET`, stands wherever one may be."""
    made = small_squad()
    squad = replace(
        made,
        violations=tuple(replace(v, reporter_phone=SECRET, note=f"打 {SECRET}") for v in made.violations),
        partners=tuple(replace(p, phone=SECRET) for p in made.partners),
        officers=tuple(replace(o, phone=SECRET) for o in made.officers),
        communities=tuple(replace(c, address=f"一路 1 号 {SECRET}") for c in made.communities),
    )
    problem = small_problem(squad)
    return layers_of(squad, problem, small_plan(problem), report(problem))
