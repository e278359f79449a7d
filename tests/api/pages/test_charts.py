"""Charts: what they draw, and that nothing typed becomes more than text."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from api.pages.charts import Bars, Series, bars_svg, svg_answer

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '</text><script>alert(1)</script>"&\x08'


def drawn(bars: Bars, *, narrow: bool = False) -> ET.Element:
    return ET.fromstring(bars_svg(bars, narrow=narrow))


def words(root: ET.Element) -> str:
    return " ".join("".join(node.itertext()) for node in root.iter(f"{SVG}text"))


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("stacked", [False, True])
def test_hostile_names_stay_text_and_nothing_runs(*, narrow: bool, stacked: bool) -> None:
    root = drawn(Bars((HOSTILE, "二"), (Series(HOSTILE, (1, 2)), Series("乙", (0, 3))), stacked), narrow=narrow)
    assert not list(root.iter(f"{SVG}script"))
    assert not [node for node in root.iter() for name in node.attrib if name.startswith("on")]
    assert '</text><script>alert(1)</script>"&' in words(root)


def test_every_series_has_its_place_in_the_legend_however_many_there_are() -> None:
    for count in range(1, 7):
        series = tuple(Series(f"第{number}类", (number,)) for number in range(count))
        for narrow in (False, True):
            root = drawn(Bars(("一",), series), narrow=narrow)
            height = float(root.attrib["height"])
            boxes = [rect for rect in root.iter(f"{SVG}rect") if rect.attrib.get("width") == "12"]
            assert len(boxes) == count
            assert all(one.name in words(root) for one in series)
            assert height >= 280


def test_a_chart_of_nothing_is_still_a_picture() -> None:
    assert drawn(Bars(("一", "二"), ())).tag == f"{SVG}svg"
    assert drawn(Bars((), ())).tag == f"{SVG}svg"


def test_a_chart_styles_itself_and_may_do_nothing_else() -> None:
    answer = svg_answer(b"<svg/>")
    assert answer.headers["content-security-policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    assert answer.media_type == "image/svg+xml"
