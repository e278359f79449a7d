"""The job board: a queue, one process at a time, killed when it must be."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert

from api.errors import (
    PlanCancelledError,
    PlanCrashedError,
    PlanNotReadyError,
    PlanTooBigError,
    PlanTooLongError,
    QueueFullError,
    SquadBusyError,
    UnknownPlanError,
)
from api.jobs.embedded import EmbeddedBoard
from api.jobs.job import (
    FINISHED,
    Job,
    JobBoard,
    Kind,
    Order,
    State,
    Work,
    answer_of,
    progress_of,
    require_done,
    roster_of,
)
from api.jobs.shared import SharedBoard
from api.settings import GIB, RECORDS, Settings
from api.storage.engine import open_store, writing
from api.storage.squad_tables import SQUADS
from api.storage.squads import squad_ids
from casework.calendar import SHANGHAI
from geo.errors import InputError
from tests.api import fake_work
from tests.api.real_worker import is_alive, until
from tests.api.stores import database


def order(squad: str = "嘉定") -> Order:
    return Order(squad=squad, source=f"/nowhere/{squad}", week="2026-W48", seed=3, time_limit=5.0)


def enlist(store: Engine, *squads: str) -> None:
    """Write squads down that have nothing but an id, where they are not there yet."""
    empty = {"hotline": "", "station": {}, "bands": [], "policy": {}, "day_off": [], "day_on": []}
    with writing(store) as connection:
        known = set(squad_ids(connection))
        rows = [
            {**empty, "id": squad, "name": squad, "made_up": True, "attribution": "", "version": 1}
            for squad in squads
            if squad not in known
        ]
        if rows:
            connection.execute(insert(SQUADS), rows)


@contextmanager
def board_at(folder: Path, work: Work, **limits: float) -> Iterator[JobBoard]:
    """A board of one machine; over PostgreSQL one of many machines, this being one of them."""
    settings = Settings(
        data=folder / "data",
        jobs=folder / "jobs",
        queue=int(limits.get("queue", 2)),
        wall_limit=limits.get("wall_limit", 60.0),
        keep=int(limits.get("keep", 50)),
        memory=int(limits.get("memory", 0)),
        database=database(folder / "data"),
    )
    board: JobBoard = EmbeddedBoard(settings, work)
    store = open_store(settings.records) if settings.database is not None else None
    if store is not None:
        enlist(store, "嘉定", "甲", "乙", "丙")
        board = SharedBoard(settings, work, store, lambda: datetime.now(SHANGHAI))
    board.start()
    try:
        yield board
    finally:
        board.stop()
        if store is not None:
            store.dispose()


def finished(board: JobBoard, job: Job) -> Job:
    until(lambda: board.get(job.id).state in FINISHED)
    return board.get(job.id)


def pid_of(job: Job) -> int:
    said = json.loads((job.folder / "pid").read_text(encoding="utf-8"))
    return int(said["pid"])


def test_an_order_becomes_a_finished_plan_in_its_own_folder(tmp_path: Path) -> None:
    with board_at(tmp_path, fake_work.quick) as board:
        job = finished(board, board.submit(order()))
        require_done(job)
        assert roster_of(job) == {"o1": "队员01"}
        assert progress_of(job)["bound"] == 990


def test_a_cancelled_plan_s_process_is_gone_and_the_next_one_runs(tmp_path: Path) -> None:
    with board_at(tmp_path, fake_work.endless) as board:
        job = board.submit(order("甲"))
        waiting = board.submit(order("乙"))
        until((job.folder / "pid").is_file)
        pid = pid_of(job)
        assert board.cancel(job.id).state is State.CANCELLED
        until(lambda: not is_alive(pid))
        until(lambda: board.get(waiting.id).state is State.PLANNING)
        with pytest.raises(PlanCancelledError):
            require_done(board.get(job.id))


def test_a_plan_that_takes_too_long_is_killed_and_says_so(tmp_path: Path) -> None:
    with board_at(tmp_path, fake_work.endless, wall_limit=1.0) as board:
        job = finished(board, board.submit(order()))
        assert job.state is State.FAILED
        with pytest.raises(PlanTooLongError):
            require_done(job)


def test_a_plan_that_asks_for_too_much_memory_is_stopped_and_says_so(tmp_path: Path) -> None:
    with board_at(tmp_path, fake_work.greedy, memory=2 * GIB) as board, pytest.raises(PlanTooBigError):
        require_done(finished(board, board.submit(order())))
    with board_at(tmp_path, fake_work.quick, memory=2 * GIB) as board:
        require_done(finished(board, board.submit(order())))


@pytest.mark.sqlite
def test_a_plan_that_cannot_even_be_started_does_not_stop_the_queue(tmp_path: Path) -> None:
    with board_at(tmp_path, fake_work.quick) as board:
        assert isinstance(board, EmbeddedBoard)
        with board._changed:  # the folder is gone before the queue comes to it
            job = board.submit(order("甲"))
            shutil.rmtree(job.folder)
        assert finished(board, job).state is State.FAILED
        assert finished(board, board.submit(order("乙"))).state is State.DONE


@pytest.mark.sqlite
def test_an_order_that_another_release_wrote_is_left_alone(tmp_path: Path) -> None:
    strange = tmp_path / "jobs" / "0"
    (strange / "out").mkdir(parents=True)
    (strange / "out" / "plan.json").write_text("{}", encoding="utf-8")
    (strange / "order.json").write_text('{"what": 1}', encoding="utf-8")
    with board_at(tmp_path, fake_work.quick) as board:
        assert board.counts() == {}
        assert strange.exists()


def test_a_process_that_breaks_down_is_a_failed_plan_and_not_a_stuck_queue(tmp_path: Path) -> None:
    with board_at(tmp_path, fake_work.crashing) as board:
        with pytest.raises(PlanCrashedError):
            require_done(finished(board, board.submit(order())))
        with pytest.raises(PlanCrashedError):
            require_done(finished(board, board.submit(order())))


def test_faults_found_while_planning_come_back_as_they_were(tmp_path: Path) -> None:
    with board_at(tmp_path, fake_work.faulty) as board:
        job = finished(board, board.submit(order()))
        with pytest.raises(InputError) as caught:
            require_done(job)
    assert [fault.code for fault in caught.value.faults] == ["roads_do_not_reach"]
    assert caught.value.faults[0].say("en") == "roads.osm.pbf: the north gate is 900 m off → check it"


def test_a_squad_has_one_plan_in_the_making(tmp_path: Path) -> None:
    with board_at(tmp_path, fake_work.endless) as board:
        job = board.submit(order())
        with pytest.raises(SquadBusyError):
            board.submit(order())
        board.cancel(job.id)
        assert board.submit(order()).state is State.WAITING


def test_of_each_kind_a_squad_has_one_in_the_making_and_each_is_listed_by_itself(tmp_path: Path) -> None:
    study, report = replace(order("甲"), simulate={"weeks": 10}), replace(order("甲"), report={"period": "2026-11"})
    with board_at(tmp_path, fake_work.studied) as board:
        jobs = [board.submit(one) for one in (order("甲"), study, report)]
        with pytest.raises(SquadBusyError, match="模拟"):
            board.submit(study)
        ended = [finished(board, job) for job in jobs]
        assert [job.state for job in ended] == [State.DONE] * 3
        assert [answer_of(job) for job in ended] == [{}, {"of": "simulation"}, {"of": "report"}]
        assert [[job.id for job in board.all("甲", kind)] for kind in (Kind.PLAN, Kind.SIMULATION, Kind.REPORT)] == [
            [job.id] for job in jobs
        ]
        assert board.making(Kind.REPORT) == frozenset()
    with board_at(tmp_path, fake_work.endless) as board:
        assert answer_of(board.get(jobs[1].id)) == {"of": "simulation"}


def test_a_plan_goes_before_a_study_and_reports_leave_room_in_the_queue(tmp_path: Path) -> None:
    with board_at(tmp_path, fake_work.endless, queue=1) as board:
        first = board.submit(order("甲"))
        until(lambda: board.get(first.id).state is State.PLANNING)
        reports = [board.submit(replace(order(squad), report={"period": "2026-11"})) for squad in ("甲", "乙", "丙")]
        assert board.making(Kind.REPORT) == {"甲", "乙", "丙"}
        plan = board.submit(order("乙"))
        board.cancel(first.id)
        until(lambda: board.get(plan.id).state is State.PLANNING)
        assert {board.get(job.id).state for job in reports} == {State.WAITING}


def test_the_queue_has_an_end(tmp_path: Path) -> None:
    with board_at(tmp_path, fake_work.endless, queue=1) as board:
        first = board.submit(order("甲"))
        until(lambda: board.get(first.id).state is State.PLANNING)
        board.submit(order("乙"))
        with pytest.raises(QueueFullError):
            board.submit(order("丙"))


def test_an_unfinished_plan_is_not_handed_out(tmp_path: Path) -> None:
    with board_at(tmp_path, fake_work.endless) as board:
        job = board.submit(order())
        with pytest.raises(PlanNotReadyError):
            require_done(board.get(job.id))
        with pytest.raises(UnknownPlanError):
            board.get("0")


def test_stopping_the_server_kills_what_it_started(tmp_path: Path) -> None:
    with board_at(tmp_path, fake_work.endless) as board:
        job = board.submit(order())
        until((job.folder / "pid").is_file)
        pid = pid_of(job)
    assert not is_alive(pid)


def test_finished_plans_are_found_again_after_a_restart_and_broken_off_ones_are_begun_again(tmp_path: Path) -> None:
    asked = replace(order(), source=database(tmp_path / "data") or str((tmp_path / "data" / RECORDS).resolve()))
    with board_at(tmp_path, fake_work.quick) as board:
        done = finished(board, board.submit(order()))
    with board_at(tmp_path, fake_work.endless) as board:
        assert require_done(board.get(done.id)).order == asked
        unfinished = board.submit(order())
        until((unfinished.folder / "pid").is_file)
    with board_at(tmp_path, fake_work.quick) as board:
        assert {job.id for job in board.all("嘉定")} == {done.id, unfinished.id}
        assert require_done(finished(board, unfinished)).order == asked


def test_the_address_of_a_database_is_in_no_file_of_a_job(tmp_path: Path) -> None:
    address = "postgresql://wuzao:secret@127.0.0.1/wuzao"
    with board_at(tmp_path, fake_work.quick) as board:
        job = finished(board, board.submit(replace(order(), source=address)))
    assert all(b"secret" not in file.read_bytes() for file in job.folder.rglob("*") if file.is_file())


def test_a_plan_that_was_cancelled_stays_so_after_a_restart(tmp_path: Path) -> None:
    with board_at(tmp_path, fake_work.endless) as board:
        gone = board.cancel(board.submit(order()).id)
    with board_at(tmp_path, fake_work.quick) as board:
        assert board.get(gone.id).state is State.CANCELLED


@pytest.mark.sqlite
def test_a_plan_broken_off_again_and_again_is_given_up_and_says_so(tmp_path: Path) -> None:
    with board_at(tmp_path, fake_work.endless) as board:
        job = board.submit(order())
        until((job.folder / "pid").is_file)
    (job.folder / "tries").write_text("3", encoding="utf-8")
    with board_at(tmp_path, fake_work.quick) as board, pytest.raises(PlanCrashedError, match="停机打断"):
        require_done(board.get(job.id))


@pytest.mark.sqlite
def test_only_so_many_finished_plans_are_kept(tmp_path: Path) -> None:
    with board_at(tmp_path, fake_work.quick, keep=1) as board:
        jobs = [finished(board, board.submit(order())) for _ in range(3)]
        assert not jobs[0].folder.exists()
        assert jobs[-1].folder.exists()


def test_the_newest_plan_comes_first(tmp_path: Path) -> None:
    with board_at(tmp_path, fake_work.quick) as board:
        jobs = [finished(board, board.submit(order(name))) for name in ("甲", "乙")]
        jobs.append(finished(board, board.submit(order("甲"))))
        assert [job.id for job in board.all("甲")] == [jobs[2].id, jobs[0].id]
        assert board.counts() == {State.DONE: 3}
