"""Random streams that are the same for every plan compared: keyed by what they are for, never by what came before.

Common random numbers: the reports of one community in one replicated week, and how long each takes to handle, do not
depend on the plan, nor on the other communities (Law 2015, Simulation Modeling and Analysis, 11.2).
"""

from __future__ import annotations

from enum import IntEnum
from zlib import crc32

import numpy as np


class Purpose(IntEnum):
    """What a stream is for."""

    ARRIVALS = 1
    SCENES = 2
    HANDLING = 3


def stream(seed: int, replication: int, community_id: str, purpose: Purpose) -> np.random.Generator:
    """Return the stream of one community, in one replicated week, for one purpose."""
    key = np.random.SeedSequence([seed, replication, crc32(community_id.encode()), purpose])
    return np.random.Generator(np.random.PCG64(key))
