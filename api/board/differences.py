"""Two drafts of one week side by side: which visits they make otherwise, and their figures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from api.board.figures import BoardFigure, figures
from api.faults import text_to_dict
from api.planned import Planned
from geo.text import Text, same
from planner.diff import Placed, differing, placements
from planner.event_words import stop_name
from planner.week import WeeklyProblem
from planner.words import clock, listed, moment

Json: TypeAlias = dict[str, Any]

NOT_MADE = Text("不做", "not made")


def differences(this: Planned, other: Planned) -> Json:
    """Return what differs between two judged plans of a week, visit by visit in the order of their times."""
    old, new = placements(other.plan), placements(this.plan)
    problems = [planned.prepared.problem for planned in (other, this)]
    visits = {visit.id: (problem, visit) for problem in problems for visit in problem.visits}
    lines = []
    for visit_id in differing(old, new):
        problem, visit = visits[visit_id]
        name, here, there = stop_name(problem, visit), *(_where(problem, one.get(visit_id)) for one in (new, old))
        text = Text(f"{name.zh}:这份 {here.zh};那份 {there.zh}", f"{name.en}: here {here.en}; there {there.en}")
        lines.append({"visit": visit_id, "community": visit.community_id, "text": text_to_dict(text)})
    return {"lines": lines, "figures": list(_figures(this, other))}


def _where(problem: WeeklyProblem, placed: Placed | None) -> Text:
    if placed is None:
        return NOT_MADE
    begin, end = moment(placed.begin // 60 * 60), clock(placed.end // 60 * 60)
    who = listed([same(problem.officers[officer].name) for officer in placed.officers])
    return Text(f"{begin.zh}–{end}({who.zh})", f"{begin.en}–{end} ({who.en})")


def _figures(this: Planned, other: Planned) -> Iterator[Json]:
    here, there = ({figure.key: figure for figure in _all(planned)} for planned in (this, other))
    for key in dict.fromkeys((*here, *there)):
        name = (here.get(key) or there[key]).name
        values = {
            side: text_to_dict(found[key].value if key in found else same("–"))
            for side, found in (("this", here), ("other", there))
        }
        yield {"name": text_to_dict(name), **values}


def _all(planned: Planned) -> tuple[BoardFigure, ...]:
    hard = sum(rule.hard for rule in planned.broken)
    late = len(planned.report.gaps)
    none = same("")
    return (
        *figures(planned),
        BoardFigure("cost", Text("总费用", "Cost"), same(str(planned.plan.objective.total)), none),
        BoardFigure("outings", Text("出车", "Outings"), same(str(len(planned.plan.routes))), none),
        BoardFigure("hard", Text("违反硬规则", "Hard rules broken"), same(str(hard)), none, bool(hard)),
        BoardFigure("gaps", Text("两小时超时时段", "Gaps in the two-hour promise"), same(str(late)), none, bool(late)),
    )
