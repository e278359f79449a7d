"""What can go wrong while a picture is drawn.

MapError
├── MissingAssetError    a script or style sheet that no installed package carries
└── UnknownOfficerError  a route map asked for somebody who is not in the squad
"""

from __future__ import annotations


class MapError(Exception):
    """Base of everything this room raises."""


class MissingAssetError(MapError):
    """A script or style sheet that no installed package carries, so a page would need the network."""


class UnknownOfficerError(MapError):
    """A route map asked for an officer who is not in the squad."""
