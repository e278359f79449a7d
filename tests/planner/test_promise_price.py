"""What the guarantee costs: two plans side by side."""

from __future__ import annotations

from dataclasses import replace

from planner.guarantee import Promise
from planner.planning import plan_week
from planner.promise_price import PromisePrice, Side, price_in_words, price_to_dict, promise_price
from tests.planner.tight import HOURS, tight_week


def test_the_guarantee_keeps_what_the_cheaper_plan_breaks_and_its_price_is_what_it_costs_more() -> None:
    loose, travel = tight_week(3)
    problem = replace(loose, policy=replace(loose.policy, response=replace(loose.policy.response, guaranteed=True)))
    promise = Promise(travel, HOURS)
    plan = plan_week(problem, time_limit=10, promise=promise, explained=False)
    found = promise_price(problem, plan, promise, seed=0, time_limit=10)
    assert (plan.objective.gap, found.kept.late, found.kept.missed, found.free.missed) == (0.0, 0, 0, 0)
    assert found.free.late > 0
    assert found.cost == found.kept.cost - found.free.cost >= 0
    assert price_to_dict(found)["without"] == {"cost": found.free.cost, "missed": 0, "late_seconds": found.free.late}


def test_the_price_is_told_in_both_languages() -> None:
    found = PromisePrice(Side(7200, 1, 0), Side(3600, 0, 600))
    assert price_in_words(found).zh == "守住到场承诺的代价:多相当于 60 分钟行车,漏 +1 次;超时 0 秒,不守则 10 分钟"
    assert "60 minutes" in price_in_words(found).en or "60 min" in price_in_words(found).en
    assert price_in_words(PromisePrice(Side(0, 0, 0), Side(60, 0, 0))).zh.startswith("守住到场承诺的代价:少")
