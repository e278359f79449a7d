"""Whole random weeks sampled second by second."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from planner.curves import Terms
from planner.phases import NEVER
from planner.week import DAY
from tests.planner.response_town import HOURS, RandomWeek
from tests.planner.sampling import Asked, Sample, asked_by_policy, sampled_community, sampled_officer


def sampled_week(week: RandomWeek, community_id: str, horizon: int = 2 * DAY, without: Collection[str] = ()) -> Sample:
    """F of one community at every second, the officers `without` answering nothing."""
    policy = week.problem.policy.response
    terms = Terms(policy.limit, policy.dispatch_delay)
    officers = [o.id for o in week.problem.officers.values() if o.certified]
    scenes = week.known.get(community_id) or [gate.id for gate in week.problem.communities[community_id].gates]
    gates = [f"{community_id}/{scene}" for scene in scenes]
    painted = [
        np.stack(
            [
                sampled_officer(week.problem, week.plan, week.travel, HOURS, officer, gate, horizon + terms.delay)
                for gate in gates
            ]
        )
        for officer in officers
    ]
    asked = asked_by_policy(week.problem, community_id, officers, horizon)
    away = {i for i, officer in enumerate(officers) if officer in without}
    teams = [tuple(officer for officer in team if officer not in away) for team in asked.teams]
    asked = Asked(asked.which, teams, tuple(officer for officer in asked.company if officer not in away))
    return sampled_community(painted or [np.full((len(gates), 3 * DAY), NEVER)], asked, terms)
