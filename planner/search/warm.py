"""Have everything compiled, or loaded where it has been, before somebody waits for it."""

from __future__ import annotations

import numpy as np

from planner.search.problem import Agent, JointVisit, SearchProblem
from planner.search.search import proposals, search
from planner.search.subsets import Tour, TourStop, least_prices


def warm_up() -> None:
    """Compile the search, or load what is compiled: it is the same code for every problem."""
    one = JointVisit(0, (1.0,), ((0.0, 1.0),), ((0,),))
    search(SearchProblem((one,), (Agent(0, 0),), np.zeros((1, 1, 1))), work=proposals(1))
    least_prices(Tour((TourStop(1, ((0, 1),), ((0, 1, 1),)),), [[0] * 3] * 3, 0, 9, None))
