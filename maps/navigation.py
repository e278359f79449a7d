"""Links that start a navigator on a phone, leg by leg: AMap, Baidu Maps, and whatever answers to ``geo:``.

AMap's web link takes a start and an end in GCJ-02, and WeChat cannot start the app from it: the page says so.
Format: https://lbs.amap.com/api/uri-api/guide/travel/route. Baidu's takes BD-09, latitude first, and wants a city,
which decides nothing where coordinates are given: https://lbsyun.baidu.com/index.php?title=uri. ``geo:`` is WGS84
(RFC 5870).
"""

from __future__ import annotations

from urllib.parse import quote

from geo.coordinates import from_wgs84
from planner.officer import VehicleKind

AMAP = "https://uri.amap.com/navigation"
BAIDU = "https://api.map.baidu.com/direction"
CITY = "上海"
_MODES = {VehicleKind.CAR: "car", VehicleKind.EBIKE: "ride"}
_BAIDU_MODES = {VehicleKind.CAR: "driving", VehicleKind.EBIKE: "riding"}

Spot = tuple[float, float, str]
"""Longitude, latitude (WGS84) and name."""


def amap_link(start: Spot | None, end: Spot, kind: VehicleKind) -> str:
    """Return AMap's link from `start` (None: from wherever the phone is) to `end`.

    Six decimals are a tenth of a metre.
    """
    begin = "" if start is None else f"from={_spot(start)}&"
    return f"{AMAP}?{begin}to={_spot(end)}&mode={_MODES[kind]}&policy=0&src=wuzao&coordinate=gaode&callnative=1"


def baidu_link(start: Spot, end: Spot, kind: VehicleKind) -> str:
    """Return Baidu Maps' link from `start` to `end`."""
    return (
        f"{BAIDU}?origin={_baidu_spot(start)}&destination={_baidu_spot(end)}&mode={_BAIDU_MODES[kind]}"
        f"&region={quote(CITY)}&coord_type=bd09ll&output=html&src=webapp.wuzao.wuzao"
    )


def geo_link(spot: Spot) -> str:
    """Return the link that any map on the phone may answer to."""
    place = f"{spot[1]:.6f},{spot[0]:.6f}"
    return f"geo:{place}?q={place}({quote(spot[2], safe='')})"


def _spot(spot: Spot) -> str:
    lons, lats = from_wgs84([spot[0]], [spot[1]], "GCJ-02")
    return f"{float(lons[0]):.6f},{float(lats[0]):.6f},{quote(spot[2], safe='')}"


def _baidu_spot(spot: Spot) -> str:
    lons, lats = from_wgs84([spot[0]], [spot[1]], "BD-09")
    return quote(f"latlng:{float(lats[0]):.6f},{float(lons[0]):.6f}|name:{spot[2]}", safe="")
