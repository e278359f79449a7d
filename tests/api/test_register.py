"""What is handed in beside reports: renovations, feedback, evidence with photographs; posts changed; reviews frozen."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from fastapi.testclient import TestClient

from api.exchange.squad_files import load_squad
from api.security.roles import Role
from tests.api import fake_work
from tests.api.served import Clock, colleague, problem, serving, sign_in
from tests.town import write_town

TOWN = "/api/squads/town"
JPEG = b"\xff\xd8\xff\xe0 not much of a photograph"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(tmp_path: Path, clock: Clock) -> Iterator[TestClient]:
    with serving(tmp_path, fake_work.quick, source=write_town(tmp_path / "town"), clock=clock) as client:
        yield client


def ledger(client: TestClient, community: str = "C1") -> dict[str, dict[str, Any]]:
    lines = client.get(f"{TOWN}/communities/{community}/ledger").json()["lines"]
    return {line["item"]["id"]: line for line in lines}


def test_what_is_owed_is_overdue_until_there_is_evidence_with_a_photograph(client: TestClient) -> None:
    overdue = [name for name, line in ledger(client).items() if line["status"] == "overdue"]
    assert overdue
    kept = client.post(f"{TOWN}/files", content=JPEG, params={"name": "现场.jpg"}).json()
    assert kept["media_type"] == "image/jpeg"
    shown = {"item": overdue[0], "day": "2026-11-23", "note": "已张贴", "files": [kept["sha256"]]}
    assert client.post(f"{TOWN}/communities/C1/evidence", json=shown).status_code == 201
    line = ledger(client)[overdue[0]]
    assert line["status"] == "done"
    assert line["evidence"][0]["files"] == [kept["sha256"]]
    back = client.get(f"{TOWN}/files/{kept['sha256']}")
    assert (back.content, back.headers["content-type"]) == (JPEG, "image/jpeg")
    assert back.headers["content-disposition"] == "attachment"
    assert "sandbox" in back.headers["content-security-policy"]
    problem(client.post(f"{TOWN}/communities/C1/evidence", json=shown | {"files": ["0" * 64]}), 404)


def test_whatever_is_overdue_anywhere_is_on_one_list_the_longest_overdue_first(
    client: TestClient, clock: Clock
) -> None:
    assert client.get(f"{TOWN}/overdue").json() == [], "what was due before the records began is nobody's fault"
    clock.now += timedelta(days=9)
    sign_in(client, "administrator")
    late = client.get(f"{TOWN}/overdue").json()
    assert len(late) > 3
    assert {line["status"] for line in late} == {"overdue"}
    due = [line["item"]["due"] for line in late]
    assert due == sorted(due)
    of_c1 = {name for name, line in ledger(client).items() if line["status"] == "overdue"}
    mine = {line["item"]["id"] for line in late if line["item"]["community_id"] == "C1"}
    assert mine < of_c1
    assert client.get(f"{TOWN}/communities/C1/ledger").json()["overdue"] == len(mine)
    assert min(due) >= "2026-11-23"


@pytest.mark.parametrize("data", [b"<script>alert(1)</script>", b"GIF89a", b"PK\x03\x04", b""])
def test_what_is_no_photograph_and_no_pdf_is_not_taken(client: TestClient, data: bytes) -> None:
    assert "JPEG" in problem(client.post(f"{TOWN}/files", content=data), 415)["detail"]


def test_a_file_handed_in_twice_is_kept_once(client: TestClient) -> None:
    hashes = {client.post(f"{TOWN}/files", content=JPEG).json()["sha256"] for _ in range(2)}
    assert len(hashes) == 1


def test_posts_in_other_hands_and_a_new_phase_stay_on_record(client: TestClient, clock: Clock) -> None:
    clock.now += timedelta(days=1)
    sign_in(client, "administrator")
    place = f"{TOWN}/communities/C1"
    changed = client.patch(place, json={"b_officer": "03", "phase": "routine"}, headers={"If-Match": '"1"'}).json()
    assert changed == {"phase": "routine", "a_officer": "01", "b_officer": "03", "version": 2}
    problem(client.patch(place, json={"b_officer": "02"}, headers={"If-Match": '"1"'}), 412)
    problem(client.patch(place, json={"b_officer": "01"}), 422)
    problem(client.patch(place, json={"a_officer": "nobody"}), 404)
    assert client.patch(place, json={}).json()["b_officer"] == "03"
    assert any(name.startswith("notice_again-C1") for name in ledger(client))


def test_renovations_move_a_community_on_and_are_counted(client: TestClient) -> None:
    given = {"community": "C1", "building": "3 幢 501", "registered_on": "2026-11-20", "contractor": "某装修公司"}
    kept = client.post(f"{TOWN}/renovations", json=given).json()
    assert kept["id"]
    assert client.get(f"{TOWN}/renovations", params={"community": "C1"}).json() == [kept]
    assert client.get(f"{TOWN}/renovations", params={"community": "C2"}).json() == []
    outcome = client.get(f"{TOWN}/reviews/outcome/2026-11").json()["document"]
    assert outcome["registered"]["ids"] == [kept["id"]]
    problem(client.post(f"{TOWN}/renovations", json=given | {"community": "C9"}), 404)


def test_an_officer_sees_his_own_appraisal_and_may_contest_what_counts_against_him(
    client: TestClient, clock: Clock
) -> None:
    given = {"officer": "01", "community": "C1", "day": "2026-11-20", "points": 40, "note": "来得少"}
    kept = client.post(f"{TOWN}/feedback", json=given).json()
    assert client.get(f"{TOWN}/feedback").json() == [kept]
    officer = colleague(client, Role.OFFICER, "town", "01")
    mine = officer.get(f"{TOWN}/reviews/appraisal/2026-Q4/mine").json()["document"]["officers"]
    assert [one["officer_id"] for one in mine] == ["01"]
    objection = officer.post(f"{TOWN}/reviews/contests", json={"record": kept["id"], "note": "那周请假"}).json()
    clock.now += timedelta(hours=1)
    decision = {"upheld": True, "decision": "属实,不计"}
    decided = client.post(f"{TOWN}/reviews/contests/{objection['id']}/decision", json=decision).json()
    assert decided["state"] == "upheld"
    problem(client.post(f"{TOWN}/reviews/contests/{objection['id']}/decision", json=decision), 409)
    after = officer.get(f"{TOWN}/reviews/appraisal/2026-Q4/mine").json()["document"]["officers"][0]
    assert kept["id"] in after["excluded"]


def test_a_frozen_review_stays_as_it_was(client: TestClient) -> None:
    frozen = client.post(f"{TOWN}/reviews/outcome/2026-11/freeze").json()
    client.post(f"{TOWN}/reports", json={"lon": 121.241, "lat": 31.371, "channel": "public"})
    again = client.get(f"{TOWN}/reviews/outcome/2026-11").json()
    assert again == frozen
    assert again["frozen_at"]
    assert client.get(f"{TOWN}/reviews/outcome/2026").json()["document"]["complaints"]["number"] == 1
    problem(client.post(f"{TOWN}/reviews/property/2026-Q4/freeze"), 404)
    problem(client.get(f"{TOWN}/reviews/property/2026-13"), 422)


def test_leave_is_noted_and_taken_back(client: TestClient) -> None:
    before = len(client.get(f"{TOWN}/leave").json())
    noted = client.post(f"{TOWN}/leave", json={"officer": "01", "day": "2026-11-24", "reason": "病假"}).json()
    assert len(client.get(f"{TOWN}/leave").json()) == before + 1
    assert client.delete(f"{TOWN}/leave/{noted['number']}").status_code == 204
    problem(client.delete(f"{TOWN}/leave/{noted['number']}"), 404)
    problem(client.post(f"{TOWN}/leave", json={"officer": "nobody", "day": "2026-11-24"}), 404)


def sheet(title: str, *rows: list[Any]) -> bytes:
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.title = title
    for row in rows:
        page.append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def test_a_property_company_s_register_comes_in_as_a_sheet_once_and_goes_out_again(client: TestClient) -> None:
    headers = ["小区", "楼栋", "登记日期", "完工日期", "装修公司"]
    register = sheet(
        "装修登记",
        headers,
        ["甲苑", "3 幢 501", "2026-11-20", "2027-02-01", "某公司"],
        ["C2", "1 幢 101", "2026-11-21"],
    )
    assert len(client.put(f"{TOWN}/renovations.xlsx", content=register).json()["ids"]) == 2
    assert client.put(f"{TOWN}/renovations.xlsx", content=register).json()["ids"] == []
    back = client.get(f"{TOWN}/renovations.xlsx").content
    assert client.put(f"{TOWN}/renovations.xlsx", content=back).json()["ids"] == []
    assert {one["community"] for one in client.get(f"{TOWN}/renovations").json()} == {"C1", "C2"}
    wrong = sheet("装修登记", headers, ["丁苑", "", "那天"], ["C1", "2 幢", "2026-11-20", "2026-11-01"])
    said = problem(client.put(f"{TOWN}/renovations.xlsx", content=wrong), 422)
    assert {(fault["row"], fault["field"]) for fault in said["faults"]} == {
        (2, "小区"),
        (2, "楼栋"),
        (2, "登记日期"),
        (3, "完工日期"),
    }


def test_committees_feedback_comes_in_as_a_sheet(client: TestClient) -> None:
    empty = client.get(f"{TOWN}/feedback.xlsx").content
    assert client.put(f"{TOWN}/feedback.xlsx", content=empty).json()["ids"] == []
    headers = ["队员", "小区", "日期", "评分", "意见"]
    given = sheet("居委反馈", headers, ["队员01", "C1", "2026-11-20", 95, "及时"])
    assert len(client.put(f"{TOWN}/feedback.xlsx", content=given).json()["ids"]) == 1
    assert client.put(f"{TOWN}/feedback.xlsx", content=given).json()["ids"] == []
    wrong = sheet("居委反馈", headers, ["nobody", "C1", "2026-11-20", 101])
    said = problem(client.put(f"{TOWN}/feedback.xlsx", content=wrong), 422)
    assert {fault["field"] for fault in said["faults"]} == {"队员"} | ({"评分"} & {f["field"] for f in said["faults"]})


def test_the_template_is_a_workbook_that_can_be_handed_in(client: TestClient, tmp_path: Path) -> None:
    (tmp_path / "template.xlsx").write_bytes(client.get("/api/squads/template.xlsx").content)
    squad = load_squad(tmp_path / "template.xlsx").squad
    assert squad.made_up
    taken = client.put(f"/api/squads/{squad.id}/workbook", content=(tmp_path / "template.xlsx").read_bytes())
    assert taken.json()["communities"] == len(squad.communities), taken.text
