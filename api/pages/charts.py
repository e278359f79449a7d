"""Charts as SVG, drawn on the server by pygal: quiet, in the house's colours, without a script, readable on a phone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Response

from api.exchange.xml_text import printable
from api.pages.quiet_pygal import Style, pygal

CHART_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""A chart styles itself and can do nothing else, opened by itself too."""

FONTS = '"Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", "Source Han Sans SC", sans-serif'
INK, MUTE, LINE = "#1d2733", "#56616d", "#dfe4e9"
COLOURS = ("#0072b2", "#d55e00", "#00785a", "#a8457f", "#9a6b00", "#6a8caf")
"""Okabe–Ito hues, told apart by readers with any colour vision."""


@dataclass(frozen=True, slots=True)
class Series:
    """One colour of a chart: its name and a value for each label."""

    name: str
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars over labels; series stand upon each other where `stacked`, else side by side."""

    labels: tuple[str, ...]
    series: tuple[Series, ...]
    stacked: bool = True


def bars_svg(bars: Bars, *, narrow: bool = False) -> bytes:
    """Return bars as an SVG document; `narrow` is drawn for a telephone, so that its words stay as large."""
    kind = pygal.StackedBar if bars.stacked else pygal.Bar
    width, height = (360, 300) if narrow else (760, 280)
    count = max(1, len(bars.series))
    columns = min(count, 2 if narrow else 3)
    # pygal leaves no room for a last row of the legend that is not full
    chart: Any = kind(
        style=_style(),
        js=[],
        css=["file://style.css", "file://graph.css", f"inline:{_quiet()}"],
        width=width,
        height=height,
        margin=6,
        margin_bottom=6 + 20 * (-(-count // columns) - count // columns),
        spacing=8,
        legend_at_bottom=True,
        legend_at_bottom_columns=columns,
        legend_box_size=12,
        truncate_legend=-1,
        truncate_label=-1,
        show_y_guides=True,
        x_label_rotation=0,
        x_labels_major_count=None,
        show_minor_x_labels=False,
        range=(0, _top(bars)),
        y_labels=_ticks(_top(bars)),
        value_formatter=lambda value: f"{value:.0f}",
        print_values=False,
        no_data_text="–",
        explicit_size=True,
    )
    chart.add_xml_filter(_without_scripts)
    chart.x_labels = [printable(label) for label in bars.labels]
    chart.x_labels_major = _some([printable(label) for label in bars.labels], 4 if narrow else 9)
    # pygal draws no chart without a series
    for series in bars.series or (Series("", (0,) * len(bars.labels)),):
        chart.add(printable(series.name), list(series.values))
    drawn: bytes = chart.render()
    return drawn


def svg_answer(drawn: bytes) -> Response:
    """Return a chart as an answer that a page shows as a picture."""
    headers = {"Content-Security-Policy": CHART_POLICY, "Cache-Control": "no-store"}
    return Response(drawn, media_type="image/svg+xml", headers=headers)


def _style() -> Style:
    return Style(
        background="transparent",
        plot_background="transparent",
        foreground=MUTE,
        foreground_strong=INK,
        foreground_subtle=LINE,
        guide_stroke_dasharray="none",
        major_guide_stroke_dasharray="none",
        opacity="1",
        opacity_hover="1",
        transition="0s",
        colors=COLOURS,
        font_family=FONTS,
        label_font_size=13,
        major_label_font_size=13,
        legend_font_size=13,
        value_font_size=13,
        no_data_font_size=16,
    )


def _quiet() -> str:
    # pygal's own rules begin with the id of the picture, which a rule from outside cannot name
    return (
        ".axis .guides .guide.line { stroke: #e3e8ed !important; } .legends .legend text { fill: #1d2733 !important; }"
        " .axis > path.line { stroke: #b9c3cc !important; } .axis text { fill: #56616d !important; }"
    )


def _without_scripts(root: Any) -> Any:  # noqa: ANN401 - an element of whichever XML library pygal found
    """Take out what would make a chart move: a picture on a page runs nothing anyway."""
    for parent in list(root.iter()):
        for child in list(parent):
            if str(child.tag).endswith("script"):
                parent.remove(child)
    return root


def _top(bars: Bars) -> int:
    """Return where the scale ends: above the highest bar, at a number that divides evenly."""
    columns = list(zip(*(series.values for series in bars.series), strict=True))
    highest = max((sum(column) if bars.stacked else max(column) for column in columns), default=0)
    step = _step(highest)
    return max(4, -(-highest // step) * step)


def _ticks(top: int) -> list[int]:
    step = _step(top)
    return list(range(0, top + 1, step))


def _step(highest: int) -> int:
    """Return the distance of the lines: 1, 2 or 5 times a power of ten, five lines at most."""
    size = 1
    while True:
        for step in (size, 2 * size, 5 * size):
            if highest <= 5 * step:
                return step
        size *= 10


def _some(labels: Sequence[str], most: int) -> list[str]:
    """Return the labels that are written out: evenly spaced, no more than fit."""
    every = max(1, -(-len(labels) // most))
    return list(labels[::every])
