"""Whatever is offered on seeded weeks with a tight limit holds, by an exact check and a judgement of the test's own."""

from __future__ import annotations

from collections import Counter

from planner.planning import plan_week
from planner.repairs.repair import Kind
from planner.response_repairs import repairs
from tests.planner.repair_checks import Anew
from tests.planner.seeded import Size
from tests.planner.tight import HOURS, tight_week

SMALL = Size(communities=4, pairs=2, peak=2, cars=2, ebikes=0, days=1)
WEEKS = 20


def test_every_repair_offered_on_small_tight_weeks_is_proven_anew() -> None:
    offered: Counter[Kind] = Counter()
    weeks, seed = 0, 0
    while weeks < WEEKS:
        problem, travel = tight_week(seed, SMALL)
        plan = plan_week(problem, time_limit=0.05, explained=False)
        anew = Anew(problem, plan, travel, HOURS)
        gaps = anew.before.gaps
        weeks += bool(gaps)
        for mending in repairs(problem, plan, travel, HOURS, gaps=gaps[seed % max(1, len(gaps)) :][:1]):
            assert mending.tried
            for way in mending.ways:
                assert anew.holds(mending.gap, way), (seed, way.text)
                offered[way.kind] += 1
        seed += 1
    assert len(offered) >= 5, offered
