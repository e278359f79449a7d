"""What would mend a plan's gaps in the two-hour promise, looked for in a process of its own, so that nobody waits."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeAlias

from api.commands import mended, opened_plan
from api.drafts import with_known_gates
from api.errors import PlanCrashedError, PlanTooLongError, QueueFullError
from api.planned import judged
from api.processes import apart, modest
from api.records import recorded_squad
from geo.text import Text
from planner.repair_words import repairs_to_dict

Json: TypeAlias = dict[str, Any]

GRACE, SLOWNESS = 30.0, 4.0
"""Seconds for starting the process and opening the plan, and for each of the work limit: other processes run too."""


@dataclass(frozen=True, slots=True)
class Question:
    """A plan whose gaps are to be mended: a squad in the records at `source`, a plan document, and a work limit.

    Attributes
    ----------
    time_limit
        Deterministic seconds, shared between the gaps.
    """

    source: str
    squad: str
    document: Mapping[str, Any]
    made_at: datetime
    cache: Path | None
    seed: int
    time_limit: float
    memory: int


class Mender:
    """Looks for repairs, one plan at a time."""

    def __init__(self) -> None:
        self._busy = threading.Lock()

    def repairs(self, question: Question) -> list[Json]:
        """Return what would mend each gap, as `wuzao check --repairs` does.

        Raises
        ------
        QueueFullError
            Where another plan's gaps are being looked at.
        PlanTooLongError, PlanCrashedError
            Where nothing came of it in time, or at all.
        """
        if not self._busy.acquire(blocking=False):
            raise QueueFullError(
                Text("正在为另一份计划找办法,请稍后再试", "Another plan is being looked at: try again later")
            )
        try:
            return _asked(question)
        finally:
            self._busy.release()


def _asked(question: Question) -> list[Json]:
    context = apart()
    mine, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(question, theirs), name="wuzao-repairs", daemon=True)
    process.start()
    theirs.close()
    try:
        if not mine.poll(GRACE + SLOWNESS * question.time_limit):
            raise PlanTooLongError(Text("找办法用时太久,已停止", "Looking for repairs took too long and was stopped"))
        found: list[Json] = mine.recv()
    except EOFError:
        raise PlanCrashedError(
            Text("找办法时意外中断,请查看服务器日志", "Looking for repairs broke down: see the server's log")
        ) from None
    else:
        return found
    finally:
        process.kill()
        process.join()
        mine.close()


def _work(question: Question, answer: Connection) -> None:
    modest(question.memory)
    loaded = recorded_squad(question.source, question.squad, question.made_at)
    opened = opened_plan(loaded, with_known_gates(question.document, loaded.squad.communities), question.cache)
    planned = mended(judged(opened.prepared, opened.plan), seed=question.seed, time_limit=question.time_limit)
    answer.send(repairs_to_dict(opened.prepared.problem, planned.mendings or ()))
