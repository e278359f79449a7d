"""What is found out about a plan while somebody looks where a visit could stand: the next question is a like one."""

from __future__ import annotations

from dataclasses import dataclass, field

from api.planned import Planned
from planner.byhand.acts import Act
from planner.byhand.places import Place, Said, Spot


@dataclass(slots=True)
class Looks:
    """What is known of one version of a plan; whoever asks holds the plan's lock, or asks for what nobody else does.

    Attributes
    ----------
    without
        What the plan would break without a visit (`planner.byhand.places.broken_without`).
    spot, places
        Where somebody looked last with a visit, and the places there.
    made
        The plan as it would be with the visit there, by each move that leads there: it is likely to be made next.
    """

    without: dict[str, frozenset[Said]] = field(default_factory=dict)
    spot: tuple[str, Spot] | None = None
    places: tuple[Place, ...] = ()
    made: dict[Act, Planned] = field(default_factory=dict)
