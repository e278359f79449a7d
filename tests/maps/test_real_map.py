from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from geo.roads import read_roads, read_water
from maps.base import road_picture
from maps.week_map import week_map
from tests.browser import opened
from tests.maps import sample
from tests.real import need_real_data


@pytest.mark.real
@pytest.mark.browser
def test_a_map_over_all_roads_of_central_shanghai_is_small_and_draws_them(browser: Browser, tmp_path: Path) -> None:
    extract = need_real_data("shanghai_center/roads_shanghai_center.osm.pbf")
    lines = read_roads(extract, "car").lines()
    assert len(lines) > 4000
    squad = sample.squad()
    problem = sample.problem(squad)
    file = tmp_path / "week.html"
    picture = road_picture(lines, read_water(extract))
    file.write_text(week_map(problem, sample.plan(problem), squad, picture), encoding="utf-8")
    assert file.stat().st_size < 1_000_000
    with opened(browser, file) as (page, trouble):
        page.evaluate("map_squad.setView([31.23, 121.48], 15, { animate: false })")
        page.wait_for_timeout(100)
        white = """() => {
            const canvas = document.querySelector(".leaflet-ground-pane canvas");
            const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
            let count = 0;
            for (let i = 0; i < data.length; i += 4) count += data[i + 3] > 200 && data[i] > 245;
            return count;
        }"""
        assert page.evaluate(white) > 10_000
        assert not trouble, trouble
