"""What lies on the ground: one function a layer."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence

import folium
import shapely
from folium.plugins import HeatMap, MarkerCluster

from casework.privacy import mask_phones
from casework.risk import Risk
from casework.violation import CATALOGUE, Violation
from geo.community import Community, GeometrySource
from geo.text import Language, Text
from maps.escape import escape
from maps.palette import INK, PHASES, AreaStyle
from planner.squad import Squad

Paint = Callable[[Community], AreaStyle]

_PLAIN = 6
_SHEER = 5e-6


def by_phase(community: Community) -> AreaStyle:
    """Return the style of a community's phase."""
    return PHASES[community.phase]


def community_areas(
    picture: folium.Map, communities: Sequence[Community], name: Text, language: Language, paint: Paint = by_phase
) -> None:
    """Draw boundaries with their names; what is not surveyed is dashed."""
    group = folium.FeatureGroup(name=escape(name.say(language)))
    group._id = "areas"  # noqa: SLF001  the page's script looks it up by this name
    for index, community in enumerate(communities):
        style = paint(community)
        surveyed = community.boundary.source is GeometrySource.SURVEYED
        area = folium.Polygon(
            locations=_lat_lon(community),
            color=style.colour,
            weight=1.6,
            fill_color=style.fill or style.colour,
            fill_opacity=style.opacity,
            dash_array=None if surveyed else "6 4",
            tooltip=folium.Tooltip(
                escape(community.name),
                permanent=True,
                direction="center",
                class_name="place",
                pane="labels",
                sticky=False,
            ),
        )
        area.options["pane"] = "areas"
        area._id = f"c{index}"  # noqa: SLF001  the page's script looks areas up by this name
        area.add_to(group)
    group.add_to(picture)


def gate_marks(picture: folium.Map, communities: Iterable[Community], name: Text, language: Language) -> None:
    """Mark every gate; a main gate is filled."""
    group = folium.FeatureGroup(name=escape(name.say(language)))
    group._id = "gates"  # noqa: SLF001  the page's script looks it up by this name
    for community in communities:
        for gate in community.gates:
            mark = folium.CircleMarker(
                location=[gate.lat, gate.lon],
                radius=3.2,
                color=INK,
                weight=1.4,
                fill_color=INK if gate is community.main_gate else "#ffffff",
                fill_opacity=1.0,
                tooltip=folium.Tooltip(escape(f"{community.name} · {gate.name}"), sticky=False),
            )
            mark.options["pane"] = "gates"
            mark.add_to(group)
    group.add_to(picture)


def station_mark(picture: folium.Map, squad: Squad, language: Language) -> None:
    """Mark the squad's station."""
    sign = Text("站", "S").say(language)
    folium.Marker(
        location=[squad.station.lat, squad.station.lon],
        icon=folium.DivIcon(html=f"<b>{sign}</b>", class_name="station", icon_size=(26, 26), icon_anchor=(13, 13)),
        tooltip=folium.Tooltip(escape(squad.station.name)),
        keyboard=False,
        z_index_offset=500,
    ).add_to(picture)


def violation_clusters(picture: folium.Map, key: str, name: Text, language: Language) -> None:
    """Add an empty cluster layer, off until asked for, that the page's script fills with `violation_rows`."""
    clusters = MarkerCluster(  # type: ignore[no-untyped-call]  # folium leaves its plugins untyped
        name=escape(name.say(language)),
        show=False,
        icon_create_function="wuzao.cluster",
        max_cluster_radius=34,
        show_coverage_on_hover=False,
        disable_clustering_at_zoom=17,
    )
    clusters._id = key  # noqa: SLF001  the page's script looks it up by this name
    clusters.add_to(picture)


def violation_rows(violations: Iterable[Violation], language: Language) -> list[list[float | str]]:
    """Return what a page shows of violations: place, severity, state, lines to read; phones stay in the record."""
    return [
        [round(v.lat, _PLAIN), round(v.lon, _PLAIN), v.severity, _state(v), *_violation_lines(v, language)]
        for v in violations
    ]


def violation_heat(picture: folium.Map, violations: Sequence[Violation], name: Text, language: Language) -> None:
    """Draw where violations gather, weighted by severity; off until asked for."""
    HeatMap(  # type: ignore[no-untyped-call]  # folium leaves its plugins untyped
        [[v.lat, v.lon, v.severity / 5] for v in violations],
        name=escape(name.say(language)),
        show=False,
        radius=22,
        blur=18,
        min_opacity=0.25,
        max_zoom=15,
        gradient={0.3: "#fde7c8", 0.6: "#f0a35a", 0.85: "#d55e00", 1.0: "#7a1f00"},
    ).add_to(picture)


def risk_marks(
    picture: folium.Map, communities: Iterable[Community], risks: Mapping[str, Risk], name: Text, language: Language
) -> None:
    """Mark how many findings each community is expected to have this week; off until asked for."""
    group = folium.FeatureGroup(name=escape(name.say(language)), show=False)
    group._id = "risk"  # noqa: SLF001  the page's script looks it up by this name
    for community in communities:
        expected = risks[community.id].expected
        if expected <= 0:
            continue
        spot = community.boundary.polygon.representative_point()
        size = round(20 + 10 * min(4.0, math.sqrt(expected)))
        said = Text(f"预计本周发现 {expected:.1f} 处", f"{expected:.1f} findings expected this week").say(language)
        folium.Marker(
            location=[round(spot.y, _PLAIN), round(spot.x, _PLAIN)],
            icon=folium.DivIcon(
                html=f"<b>{expected:.1f}</b>",
                class_name="risk",
                icon_size=(size, size),
                icon_anchor=(size // 2, size + 7),  # the name stands in the middle
            ),
            tooltip=folium.Tooltip(escape(f"{community.name} · {said}")),
            keyboard=False,
        ).add_to(group)
    group.add_to(picture)


def route_group(picture: folium.Map, name: Text, language: Language) -> None:
    """Add the empty layer that the page's script draws routes into."""
    group = folium.FeatureGroup(name=escape(name.say(language)))
    group._id = "routes"  # noqa: SLF001  the page's script looks it up by this name
    group.add_to(picture)


def layer_switch(picture: folium.Map) -> None:
    """Add the control that shows and hides layers."""
    switch = folium.LayerControl(position="topright", collapsed=True)
    switch._id = "switch"  # noqa: SLF001  the page's script unfolds it where there is room
    switch.add_to(picture)


def _lat_lon(community: Community) -> list[list[tuple[float, float]]]:
    """Return all rings, the largest part's first: filled even-odd, holes and islands come out right."""
    parts = shapely.get_parts(shapely.simplify(community.boundary.polygon, _SHEER))
    largest_first = sorted(parts, key=lambda part: -part.area)
    rings = [ring for part in largest_first for ring in (part.exterior, *part.interiors)]
    return [[(round(lat, _PLAIN), round(lon, _PLAIN)) for lon, lat in ring.coords] for ring in rings]


def _state(violation: Violation) -> int:
    if violation.rechecked_on is not None:
        return 2
    return 0 if violation.handled_on is None else 1


def _violation_lines(violation: Violation, language: Language) -> list[str]:
    states = (
        Text("待处置", "To be handled"),
        Text("已处置,待复查", "Handled, re-check due"),
        Text("已复查", "Re-checked"),
    )
    found = Text(f"发现 {violation.found_on}", f"Found {violation.found_on}").say(language)
    lines = [
        f"{CATALOGUE[violation.type].name.say(language)} · {states[_state(violation)].say(language)}",
        found,
        mask_phones(violation.building),
        mask_phones(violation.note),
    ]
    return [line for line in lines if line]
