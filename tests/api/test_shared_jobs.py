"""The job board of many machines: workers that are killed, stop and come back, and what goes first."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from croniter import croniter  # type: ignore[import-untyped]  # no stubs for one use
from sqlalchemy import Engine, select

from api.errors import PlanCrashedError, SquadBusyError, SupersededError, UnknownPlanError
from api.jobs.job import Job, Order, State, progress_of, require_done
from api.jobs.queue import FRIDAY_EVENING
from api.jobs.schedule import plan_all
from api.jobs.shared import SharedBoard
from api.storage.engine import open_store, reading, writing
from api.storage.job_tables import JOBS
from api.storage.jobs import change_job, require_attempt
from api.storage.plans import add_draft
from api.worker_command import failed_in_words, made_again
from casework.calendar import SHANGHAI
from tests.api import fake_work
from tests.api.real_worker import QUICK, is_alive, killed, now, settings_of, until, worker
from tests.api.served import MONDAY
from tests.api.stores import records
from tests.api.test_jobs import enlist, pid_of

pytestmark = pytest.mark.postgres

SQUADS = ("嘉定", "甲", "乙", "丙")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Engine]:
    store = open_store(records(tmp_path / "data"))
    enlist(store, *SQUADS)
    yield store
    store.dispose()


@pytest.fixture
def board(tmp_path: Path, store: Engine) -> SharedBoard:
    return SharedBoard(settings_of(tmp_path), fake_work.quick, store, now, QUICK)


def order(squad: str = "嘉定", **more: object) -> Order:
    return replace(Order(squad, "", "2026-W48", 3, 5.0), **more)  # type: ignore[arg-type]  # as the fields are


def begun(board: SharedBoard, job: Job) -> int:
    """Wait until a plan is being made, and return the process that makes it."""
    until((job.folder / "pid").is_file)
    until(lambda: board.get(job.id).state is State.PLANNING)
    return pid_of(job)


def test_two_servers_show_and_change_one_board(tmp_path: Path, board: SharedBoard, store: Engine) -> None:
    other = SharedBoard(settings_of(tmp_path), fake_work.quick, store, now, QUICK)
    job = board.submit(order())
    with pytest.raises(SquadBusyError, match=job.id):
        other.submit(order())
    with worker(tmp_path, fake_work.until_stopped):
        until(lambda: other.get(job.id).state is State.PLANNING)
        other.stop_early(job.id)
        until(lambda: board.get(job.id).state is State.DONE)
    assert progress_of(other.get(job.id))["best"] == 1000
    gone = other.submit(order("甲"))
    assert board.cancel(gone.id).state is State.CANCELLED
    assert other.counts() == {State.DONE: 1, State.CANCELLED: 1}


def test_a_worker_killed_in_mid_plan_takes_its_plan_along_and_another_makes_it(
    tmp_path: Path, board: SharedBoard
) -> None:
    job = board.submit(order())
    with worker(tmp_path, fake_work.endless) as first:
        planning = begun(board, job)
        killed(first)
        until(lambda: not is_alive(planning))
        assert board.get(job.id).state is State.PLANNING
        with worker(tmp_path, fake_work.quick):
            until(lambda: board.get(job.id).state is State.DONE)
    done = board.get(job.id)
    assert done.tries == 2
    assert progress_of(done)["again"] == 1


def test_a_plan_whose_workers_are_killed_again_and_again_is_given_up_listed_and_can_be_ordered_again(
    tmp_path: Path, board: SharedBoard, store: Engine
) -> None:
    job = board.submit(order())
    for _ in range(3):
        with worker(tmp_path, fake_work.endless) as each:
            begun(board, job)
            killed(each)
            (job.folder / "pid").unlink()
    with worker(tmp_path, fake_work.quick):
        until(lambda: board.get(job.id).state is State.FAILED)
        with pytest.raises(PlanCrashedError, match="停机打断"):
            require_done(board.get(job.id))
        (line,) = failed_in_words(settings_of(tmp_path))
        assert line.zh.startswith(f"{job.id} · 嘉定 · 2026-W48 · ")
        assert "试了 3 次" in line.zh
        with pytest.raises(UnknownPlanError):
            made_again(settings_of(tmp_path), "nothing")
        again = made_again(settings_of(tmp_path), job.id).en.rpartition(" ")[2]
        until(lambda: board.get(again).state is State.DONE)
    with reading(store) as connection:
        assert connection.execute(select(JOBS.c.tries).where(JOBS.c.id == again)).scalar() == 1


def test_a_worker_that_stops_gives_its_plan_back_as_if_it_had_never_begun(tmp_path: Path, board: SharedBoard) -> None:
    job = board.submit(order())
    with worker(tmp_path, fake_work.endless) as first:
        planning = begun(board, job)
        first.terminate()
        first.join(timeout=20)
        assert first.exitcode == 0
    assert not is_alive(planning)
    waiting = board.get(job.id)
    assert (waiting.state, waiting.tries) == (State.WAITING, 0)
    with worker(tmp_path, fake_work.quick):
        until(lambda: board.get(job.id).state is State.DONE)
    assert "again" not in progress_of(board.get(job.id))


def test_nothing_is_kept_of_an_attempt_that_is_another_s_by_now(board: SharedBoard, store: Engine) -> None:
    job = board.submit(order())
    with writing(store) as connection:
        change_job(connection, job.id, now(), {"state": "planning", "tries": 2})
        require_attempt(connection, job.id, 2)
        assert not change_job(connection, job.id, now(), {"state": "done"}, attempt=1)
        with pytest.raises(SupersededError):
            require_attempt(connection, job.id, 1)
    board.cancel(job.id)
    with writing(store) as connection, pytest.raises(SupersededError):
        require_attempt(connection, job.id, 2)
    assert board.get(job.id).state is State.CANCELLED


def test_a_day_gone_wrong_goes_first_and_what_the_calendar_asks_for_last(
    tmp_path: Path, board: SharedBoard, store: Engine
) -> None:
    friday = board.submit(order("甲", scheduled=True))
    asked = board.submit(order("乙"))
    live = board.submit(order("丙", plan={}, event={"event": "officer_away"}))
    with worker(tmp_path, fake_work.quick):
        until(lambda: board.counts() == {State.DONE: 3})
    with reading(store) as connection:
        rows = connection.execute(select(JOBS.c.id).order_by(JOBS.c.changed_at)).scalars().all()
    assert rows == [live.id, asked.id, friday.id]


def test_on_friday_evening_every_squad_without_a_plan_of_next_week_gets_one(board: SharedBoard, store: Engine) -> None:
    friday = datetime(2026, 11, 27, 18, 0, tzinfo=SHANGHAI)
    monday = datetime(2026, 11, 23, 8, 0, tzinfo=SHANGHAI)
    assert datetime.fromtimestamp(croniter(FRIDAY_EVENING, monday.timestamp()).get_next(float), UTC) == friday
    board.submit(order("甲"))
    with writing(store) as connection:
        add_draft(connection, "乙", "draft", {"week": "2026-W49", "routes": []}, MONDAY)
    assert plan_all(store, board.submit, friday) == 2
    assert [(job.order.week, job.order.scheduled) for job in board.all("嘉定")] == [("2026-W49", True)]
    assert [job.order.week for job in board.all("甲")] == ["2026-W48"]
    assert plan_all(store, board.submit, friday) == 0


def test_a_plan_that_was_brought_from_a_file_is_there_and_done(board: SharedBoard, store: Engine) -> None:
    with writing(store) as connection:
        add_draft(connection, "乙", "brought", {"week": "2026-W48", "routes": []}, MONDAY)
    (job,) = board.all("乙")
    assert require_done(board.get(job.id)).order.week == "2026-W48"
    assert board.all("甲") == []


def test_what_was_asked_for_holds_no_address_of_a_database(board: SharedBoard, store: Engine) -> None:
    board.submit(order(source="postgresql://wuzao:secret@127.0.0.1/wuzao"))
    with reading(store) as connection:
        assert "secret" not in json.dumps(connection.execute(select(JOBS.c.asked)).scalar())


def test_a_fault_of_the_worker_s_own_is_a_failed_plan_and_the_squad_can_order_another(
    tmp_path: Path, board: SharedBoard
) -> None:
    (tmp_path / "jobs").write_text("a file where a folder should be", encoding="utf-8")
    job = board.submit(order())
    with worker(tmp_path, fake_work.quick):
        until(lambda: board.get(job.id).state is State.FAILED)
    assert board.submit(order()).state is State.WAITING
