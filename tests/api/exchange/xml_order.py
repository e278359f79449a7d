"""What the schemas of GPX 1.1 and OGC KML 2.2 say of the elements that we write: which children, in which order."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.etree import ElementTree as ET

GPX = "http://www.topografix.com/GPX/1/1"
KML = "http://www.opengis.net/kml/2.2"

POINT = ("ele", "time", "magvar", "geoidheight", "name", "cmt", "desc", "src", "link", "sym", "type")
GPX_ORDER: Mapping[str, tuple[str, ...]] = {
    "gpx": ("metadata", "wpt", "rte", "trk", "extensions"),
    "metadata": ("name", "desc", "author", "copyright", "link", "time", "keywords", "bounds"),
    "wpt": POINT,
    "trk": ("name", "cmt", "desc", "src", "link", "number", "type", "extensions", "trkseg"),
    "trkseg": ("trkpt",),
    "trkpt": POINT,
}

FEATURE = ("name", "visibility", "open", "description", "TimeSpan", "styleUrl", "Style")
KML_ORDER: Mapping[str, tuple[str, ...]] = {
    "kml": ("Document",),
    "Document": (*FEATURE, "Folder Placemark"),
    "Folder": (*FEATURE, "Folder Placemark"),
    "Placemark": (*FEATURE, "Point LineString"),
    "TimeSpan": ("begin", "end"),
    "Style": ("IconStyle", "LabelStyle", "LineStyle"),
    "LineStyle": ("color", "colorMode", "width"),
    "Point": ("extrude", "altitudeMode", "coordinates"),
    "LineString": ("extrude", "tessellate", "altitudeMode", "coordinates"),
}
MANY = frozenset({"wpt", "trk", "trkseg", "trkpt", "Folder", "Placemark", "Style"})


def parsed(written: bytes, namespace: str, order: Mapping[str, tuple[str, ...]]) -> ET.Element:
    """Return the root of a file; fail where an element is unknown, out of its place or there too often."""
    root = ET.fromstring(written)
    assert root.tag == f"{{{namespace}}}{next(iter(order))}"
    ids = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
    assert len(ids) == len(set(ids)), "an id is given twice"
    assert all(re.fullmatch(r"[A-Za-z_][\w.-]*", name) for name in ids), "no XML name"
    for element in root.iter():
        allowed = order.get(local(element, namespace), ())
        places = {name: place for place, names in enumerate(allowed) for name in names.split()}
        children = [local(child, namespace) for child in element]
        assert set(children) <= set(places), (local(element, namespace), children)
        found = [places[child] for child in children]
        assert found == sorted(found), (local(element, namespace), children)
        assert all(name in MANY for name in children if children.count(name) > 1), children
    return root


def local(element: ET.Element, namespace: str) -> str:
    """Return an element's name; fail where it is of another namespace."""
    assert element.tag.startswith(f"{{{namespace}}}"), element.tag
    return element.tag.removeprefix(f"{{{namespace}}}")
