"""The server: orders, progress, results, pages, and every error as a problem document."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from api.app import LONGEST_BODY
from api.problems import MEDIA_TYPE
from api.worker import make_plan
from tests.api import fake_work
from tests.api.served import finished, problem, serving
from tests.town import SQUAD, write_town

PLANS = "/api/squads/jiading/plans"
ORDER = {"week": "2026-W48", "seed": 1, "time_limit": 5}


def test_an_order_is_accepted_and_says_where_to_watch_it(tmp_path: Path) -> None:
    with serving(tmp_path, fake_work.quick) as client:
        accepted = client.post(PLANS, json=ORDER)
        assert accepted.status_code == 202
        assert accepted.headers["location"] == f"{PLANS}/{accepted.json()['id']}"
        assert client.get(accepted.headers["location"]).json()["squad"] == "jiading"


def test_a_finished_plan_has_its_document_its_check_and_its_maps(tmp_path: Path) -> None:
    with serving(tmp_path, fake_work.quick) as client:
        job = finished(client, client.post(PLANS, json=ORDER).headers["location"])
        assert job["state"] == "done"
        said = {"best": 1000, "bound": 990, "gap": 0.01, "stage": fake_work.STAGE}
        assert job["progress"] == said | dict.fromkeys(("missed", "terms", "first_plan")) | {"again": 0}
        assert client.get(job["links"]["plan"]).json() == {"week": "2026-W48", "seed": 1}
        assert client.get(job["links"]["check"]).json()["kept"] is True
        for link in ("week", "response"):
            page = client.get(job["links"][link])
            assert page.headers["content-type"] == "text/html; charset=utf-8"
            assert page.text == f"<p>{link}.html 2026-W48</p>"
            assert "default-src 'none'" in page.headers["content-security-policy"]
        assert client.get(f"{job['links']['self']}/maps/officers/o1/2026-11-23").text == "<p>路线</p>"


def test_a_real_order_is_planned_in_its_own_process_from_files_to_maps(tmp_path: Path) -> None:
    with serving(tmp_path, make_plan, source=write_town(tmp_path / "town")) as client:
        job = finished(client, client.post("/api/squads/town/plans", json=ORDER).headers["location"])
        assert job["state"] == "done", job["problem"]
        assert job["progress"]["best"] >= job["progress"]["bound"] > 0
        assert sum(job["progress"]["terms"].values()) == job["progress"]["best"]
        assert job["progress"]["first_plan"] > 0
        assert client.get(job["links"]["plan"]).json()["week"] == "2026-W48"
        assert client.get(job["links"]["check"]).json()["kept"] is True
        for page in (job["links"]["week"], f"{job['links']['self']}/maps/officers/01/2026-11-23"):
            assert client.get(page).text.startswith("<!doctype html>")


def test_a_page_that_is_not_there_is_said_to_be_so(tmp_path: Path) -> None:
    with serving(tmp_path, fake_work.quick) as client:
        base = finished(client, client.post(PLANS, json=ORDER).headers["location"])["links"]["self"]
        problem(client.get(f"{base}/maps/officers/o1/2026-11-24"), 404)
        problem(client.get(f"{base}/maps/officers/nobody/2026-11-23"), 404)
        problem(client.get(f"{base}/maps/officers/o1/monday"), 422)
        problem(client.get(f"{PLANS}/none"), 404)
        problem(client.get("/nothing/here"), 404)


def test_an_officer_s_name_leads_to_no_other_file(tmp_path: Path) -> None:
    with serving(tmp_path, fake_work.quick) as client:
        base = finished(client, client.post(PLANS, json=ORDER).headers["location"])["links"]["self"]
        for officer in ("..%2F..", "%2e%2e%2f%2e%2e", "..%5C..", "o1%2F..%2F..%2Fweek.html%00"):
            problem(client.get(f"{base}/maps/officers/{officer}/2026-11-23"), 404)


def test_a_request_longer_than_any_order_is_refused_unread(tmp_path: Path) -> None:
    with serving(tmp_path, fake_work.quick) as client:
        problem(client.post(PLANS, json=ORDER | {"week": "x" * LONGEST_BODY}), 413)
        problem(client.post(PLANS, content=iter([b"{", b"}"])), 413)


def test_a_squad_that_is_not_there_is_unknown(tmp_path: Path) -> None:
    with serving(tmp_path, fake_work.quick) as client:
        assert "宝山" in problem(client.post("/api/squads/宝山/plans", json=ORDER), 404)["detail"]
        squads = client.get("/api/squads").json()["squads"]
        assert [squad["id"] for squad in squads] == ["jiading"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("week", "2026-48"),
        ("week", "2026-W60"),
        ("week", "9999-W52"),
        ("week", "0001-W01"),
        ("seed", -1),
        ("seed", 2**31),
        ("time_limit", 0),
        ("time_limit", 1e9),
        ("language", "fr"),
        ("squad", "jiading"),
        ("wekk", "2026-W48"),
    ],
)
def test_a_field_that_makes_no_sense_is_named(tmp_path: Path, field: str, value: object) -> None:
    with serving(tmp_path, fake_work.quick) as client:
        said = problem(client.post(PLANS, json=ORDER | {field: value}), 422)
        assert [item["field"] for item in said["errors"]] == [field]


@pytest.mark.parametrize("body", ['{"week": "2026-W48", "time_limit": NaN}', "{", "[1e999]", '"x"'])
def test_what_is_no_json_or_no_number_is_a_422_and_no_500(tmp_path: Path, body: str) -> None:
    with serving(tmp_path, fake_work.quick) as client:
        problem(client.post(PLANS, content=body, headers={"content-type": "application/json"}), 422)


def test_faults_found_while_planning_are_listed_where_the_plan_would_be(tmp_path: Path) -> None:
    with serving(tmp_path, fake_work.faulty) as client:
        job = finished(client, client.post(PLANS, json=ORDER).headers["location"])
        assert job["state"] == "failed"
        assert job["problem"]["faults"][0]["code"] == "roads_do_not_reach"
        said = problem(client.get(f"{job['links']['self']}/plan"), 422)
        assert said["faults"][0]["file"] == "roads.osm.pbf"


def test_a_second_order_for_a_squad_waits_outside(tmp_path: Path) -> None:
    with serving(tmp_path, fake_work.endless) as client:
        first = client.post(PLANS, json=ORDER)
        said = problem(client.post(PLANS, json=ORDER), 409)
        assert first.json()["id"] in said["detail"]


def test_a_full_queue_says_when_to_come_again(tmp_path: Path) -> None:
    with serving(tmp_path, fake_work.endless, queue=0) as client:
        refused = client.post(PLANS, json=ORDER)
        problem(refused, 429)
        assert int(refused.headers["retry-after"]) > 0


def test_a_plan_stopped_early_is_finished_with_the_best_there_is(tmp_path: Path) -> None:
    with serving(tmp_path, fake_work.until_stopped) as client:
        place = client.post(PLANS, json=ORDER).headers["location"]
        deadline = time.monotonic() + 30
        while client.post(f"{place}/stop").status_code == 409:
            assert time.monotonic() < deadline, "it never began"
        assert finished(client, place)["state"] == "done"
        assert client.post(f"{place}/stop").json()["state"] == "done"
        problem(client.post(f"{PLANS}/0/stop"), 404)


def test_a_cancelled_plan_is_gone(tmp_path: Path) -> None:
    with serving(tmp_path, fake_work.endless) as client:
        place = client.post(PLANS, json=ORDER).headers["location"]
        problem(client.get(f"{place}/plan"), 409)
        assert client.delete(place).json()["state"] == "cancelled"
        problem(client.get(f"{place}/plan"), 410)
        problem(client.get(f"{place}/check"), 410)
        assert client.get(place).json()["problem"]["status"] == 410


def test_a_process_that_breaks_down_says_nothing_of_its_inside(tmp_path: Path) -> None:
    with serving(tmp_path, fake_work.crashing) as client:
        job = finished(client, client.post(PLANS, json=ORDER).headers["location"])
        said = problem(client.get(f"{job['links']['self']}/plan"), 500)
        assert "Traceback" not in said["detail"]


def test_errors_are_said_in_the_language_asked_for(tmp_path: Path) -> None:
    with serving(tmp_path, fake_work.quick) as client:
        assert problem(client.get(f"{PLANS}/0"), 404)["title"] == "没有这份计划"
        assert problem(client.get(f"{PLANS}/0?lang=en"), 404)["title"] == "No such plan"
        english = {"accept-language": "en-GB,en;q=0.9"}
        assert problem(client.get(f"{PLANS}/0", headers=english), 404)["title"] == "No such plan"


def test_health_counts_the_queue(tmp_path: Path) -> None:
    with serving(tmp_path, fake_work.endless) as client:
        assert client.get("/health").json()["status"] == "ok"
        client.post(PLANS, json=ORDER)
        said = client.get("/health").json()
        assert said["waiting"] + said["planning"] == 1


def test_a_squad_s_page_lists_its_plans_and_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    with serving(tmp_path, fake_work.quick) as client:
        assert "还没有计划" in client.get("/squads/jiading").text
        job = finished(client, client.post(PLANS, json=ORDER).headers["location"])
        chinese, english = client.get("/squads/jiading"), client.get("/squads/jiading?lang=en")
        assert 'lang="zh-CN"' in chinese.text
        assert "已完成" in chinese.text
        assert "done" in english.text
        assert job["links"]["week"] in chinese.text
        assert "://" not in chinese.text
        assert "default-src 'none'" in chinese.headers["content-security-policy"]
        assert client.get("/static/page.css").headers["content-type"] == "text/css; charset=utf-8"


def test_every_officer_s_map_is_linked_from_the_plan_s_page(tmp_path: Path) -> None:
    with serving(tmp_path, fake_work.quick) as client:
        job = finished(client, client.post(PLANS, json=ORDER).headers["location"])
        page = client.get(f"/squads/jiading/plans/{job['id']}/officers")
        assert f"/squads/jiading/plans/{job['id']}/officers" in client.get("/squads/jiading").text
        assert ">队员01</th>" in page.text, "the name of somebody without a visit too"
        links = re.findall(r'href="(/api/[^"]+)"', page.text)
        assert links == [f"{PLANS}/{job['id']}/maps/officers/o1/2026-11-23"]
        assert client.get(links[0]).status_code == 200
        problem(client.get("/squads/jiading/plans/none"), 404)


def test_a_squad_s_name_on_the_start_page_is_text_and_no_markup(tmp_path: Path) -> None:
    named = SQUAD.replace('name = "小镇中队"', 'name = "<img src=x onerror=alert(1)>"')
    with serving(tmp_path, fake_work.quick, source=write_town(tmp_path / "town", squad=named)) as client:
        assert "&lt;img src=x" in client.get("/").text
        assert "<img" not in client.get("/").text


def test_every_answer_forbids_guessing_and_framing(tmp_path: Path) -> None:
    with serving(tmp_path, fake_work.quick) as client:
        for place in ("/", "/health", "/api/squads", f"{PLANS}/0", "/openapi.json"):
            headers = client.get(place).headers
            assert headers["x-content-type-options"] == "nosniff"
            assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_the_interface_describes_itself_with_examples_and_problem_documents(tmp_path: Path) -> None:
    with serving(tmp_path, fake_work.quick) as client:
        described = client.get("/openapi.json").json()
        assert client.get("/docs").status_code == 404
    order = described["paths"]["/api/squads/{squad_id}/plans"]["post"]
    assert {"202", "401", "403", "404", "409", "422", "429"} <= set(order["responses"])
    assert MEDIA_TYPE in order["responses"]["429"]["content"]
    assert described["components"]["schemas"]["PlanOrder"]["examples"][0]["week"] == "2026-W48"
