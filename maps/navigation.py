"""Links that start AMap on a phone, leg by leg.

AMap's web link takes a start and an end in GCJ-02, and WeChat cannot start the app from it: the page says so.
Format: https://lbs.amap.com/api/uri-api/guide/travel/route
"""

from __future__ import annotations

from urllib.parse import quote

from geo.coordinates import from_wgs84
from planner.officer import VehicleKind

AMAP = "https://uri.amap.com/navigation"
_MODES = {VehicleKind.CAR: "car", VehicleKind.EBIKE: "ride"}

Spot = tuple[float, float, str]
"""Longitude, latitude (WGS84) and name."""


def amap_link(start: Spot, end: Spot, kind: VehicleKind) -> str:
    """Return the link that navigates from `start` to `end`; six decimals are a tenth of a metre."""
    return (
        f"{AMAP}?from={_spot(start)}&to={_spot(end)}&mode={_MODES[kind]}"
        "&policy=0&src=wuzao&coordinate=gaode&callnative=1"
    )


def _spot(spot: Spot) -> str:
    lons, lats = from_wgs84([spot[0]], [spot[1]], "GCJ-02")
    return f"{float(lons[0]):.6f},{float(lats[0]):.6f},{quote(spot[2], safe='')}"
