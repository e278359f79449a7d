"""OGC API – Features, Part 1 (OGC 17-069r4): the documents of its core, with GeoJSON, as JSON-ready values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeAlias
from urllib.parse import quote, urlencode

import shapely

from api.exchange.ogc_layers import Feature, Layer
from api.exchange.ogc_query import Query
from geo.text import Language, Text

CONFORMS_TO = (
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
)
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
GREGORIAN = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"
JSON, GEOJSON = "application/json", "application/geo+json"
OPENAPI, HTML = "application/vnd.oai.openapi+json", "text/html"

ABOUT = Text("五早:小区、大门、违法、路线与两小时到场", "Wuzao: communities, gates, violations, routes, coverage")
THIS = Text("本页", "This document")
DEFINITION = Text("接口定义", "API definition")
CONFORMANCE = Text("符合的规范", "Conformance classes")
COLLECTIONS = Text("图层", "Collections")
ITEMS = Text("要素", "Features")
NEXT, PREVIOUS = Text("下一页", "Next page"), Text("上一页", "Previous page")

Document: TypeAlias = dict[str, Any]


def landing_page(base: str, title: str, definition: str, language: Language) -> Document:
    """Return the landing page.

    Parameters
    ----------
    base
        Address of the landing page, without a slash at its end; all other pages lie below it.
    title
        Name of the squad.
    definition
        Address of the OpenAPI document.
    """
    links = [
        _link(base, "self", JSON, THIS, language),
        _link(definition, "service-desc", OPENAPI, DEFINITION, language),
        _link(f"{base}/conformance", "conformance", JSON, CONFORMANCE, language),
        _link(f"{base}/collections", "data", JSON, COLLECTIONS, language),
    ]
    return {"title": title, "description": ABOUT.say(language), "links": links}


def conformance() -> Document:
    """Return what of the standard is kept."""
    return {"conformsTo": list(CONFORMS_TO)}


def collections(base: str, layers: Mapping[str, Layer], language: Language) -> Document:
    """Return all collections."""
    links = [_link(f"{base}/collections", "self", JSON, THIS, language)]
    return {"links": links, "collections": [collection(base, layer, language) for layer in layers.values()]}


def collection(base: str, layer: Layer, language: Language) -> Document:
    """Return one collection with its extent in place and time."""
    here = f"{base}/collections/{layer.id}"
    found: Document = {
        "id": layer.id,
        "title": layer.title.say(language),
        "description": layer.description.say(language),
        "itemType": "feature",
        "crs": [CRS84],
        "links": [
            _link(here, "self", JSON, THIS, language),
            _link(f"{here}/items", "items", GEOJSON, ITEMS, language),
        ],
    }
    extent = _extent(layer.features)
    return found | {"extent": extent} if extent else found


def items(base: str, layer: Layer, query: Query, now: datetime, language: Language) -> Document:
    """Return the page of features that a query asks for."""
    found = [feature for feature in layer.features if query.has(feature)]
    page = found[query.offset : query.offset + query.limit]
    here = f"{base}/collections/{layer.id}"
    links = [
        _link(_page(here, query, query.offset), "self", GEOJSON, THIS, language),
        _link(here, "collection", JSON, layer.title, language),
    ]
    if query.offset + len(page) < len(found) and page:
        links.append(_link(_page(here, query, query.offset + query.limit), "next", GEOJSON, NEXT, language))
    if query.offset > 0:
        before = max(0, query.offset - query.limit)
        links.append(_link(_page(here, query, before), "prev", GEOJSON, PREVIOUS, language))
    return {
        "type": "FeatureCollection",
        "timeStamp": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "numberMatched": len(found),
        "numberReturned": len(page),
        "features": [_feature(feature) for feature in page],
        "links": links,
    }


def item(base: str, layer: Layer, feature_id: str, language: Language) -> Document | None:
    """Return one feature, or None where the collection has none of that id."""
    here = f"{base}/collections/{layer.id}"
    for feature in layer.features:
        if feature.id == feature_id:
            links = [
                _link(f"{here}/items/{quote(feature.id, safe='')}", "self", GEOJSON, THIS, language),
                _link(here, "collection", JSON, layer.title, language),
            ]
            return _feature(feature) | {"links": links}
    return None


def _feature(feature: Feature) -> Document:
    shape = shapely.orient_polygons(feature.geometry) if feature.geometry.area else feature.geometry
    return {
        "type": "Feature",
        "id": feature.id,
        "geometry": shapely.geometry.mapping(shape),
        "properties": dict(feature.properties),
    }


def _page(here: str, query: Query, offset: int) -> str:
    params = [*query.params, ("limit", query.limit), *([("offset", offset)] if offset else [])]
    return f"{here}/items?{urlencode(params, errors='replace')}"


def _link(href: str, rel: str, kind: str, title: Text, language: Language) -> Document:
    return {"href": href, "rel": rel, "type": kind, "title": title.say(language)}


def _extent(features: Sequence[Feature]) -> Document:
    shapes = [feature.geometry for feature in features if not feature.geometry.is_empty]
    spans = [feature.span for feature in features if feature.span is not None]
    found: Document = {}
    if shapes:
        found["spatial"] = {"bbox": [[float(side) for side in shapely.total_bounds(shapes)]], "crs": CRS84}
    if spans:
        first, last = _earliest(span[0] for span in spans), _latest(span[1] for span in spans)
        found["temporal"] = {"interval": [[_moment(first), _moment(last)]], "trs": GREGORIAN}
    return found


def _earliest(moments: Iterable[datetime | None]) -> datetime | None:
    known = list(moments)
    return None if None in known else min(moment for moment in known if moment is not None)


def _latest(moments: Iterable[datetime | None]) -> datetime | None:
    known = list(moments)
    return None if None in known else max(moment for moment in known if moment is not None)


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
