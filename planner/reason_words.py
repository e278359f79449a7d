"""What keeps a visit out, in sentences: a head that says how sure it is, then one requirement a line."""

from __future__ import annotations

from collections.abc import Iterator

from geo.text import Text
from planner.reasons import Reasons
from planner.requirements import Requirement, title_of
from planner.week import WeeklyProblem
from planner.words import listed

NAMED = 6
"""So many visits that keep their place are named; of more, the number is given."""


def sentences(problem: WeeklyProblem, reasons: Reasons) -> Iterator[Text]:
    """Yield the head and the requirements; nothing where no set of them was found."""
    if reasons.hopeless:
        yield Text(
            "放弃其他一切安排也排不下:人员、伙伴时间与间隔要求不能同时满足",
            "Nothing given up would make room for it: people, partners' hours and spacing do not meet",
        )
    if not reasons.together:
        return
    if reasons.unproven:
        yield Text(
            "以下几条合在一起就排不下(已证明);求解时间不够,没有逐条查清是否都必要",
            "These together leave it no room (proven); time was too short to find out whether all of them are needed",
        )
    elif len(reasons.together) == 1:
        yield Text("只这一条就让它排不下(已证明)", "This alone leaves it no room (proven)")
    else:
        yield Text(
            "以下几条合在一起就排不下,少了任何一条,其余的都挡不住它(均已证明)",
            "These together leave it no room, and without any one of them the others would not (all proven)",
        )
    yield from (Text(f"· {each.zh}", f"· {each.en}") for each in _members(problem, reasons.together))


def _members(problem: WeeklyProblem, together: tuple[Requirement, ...]) -> Iterator[Text]:
    """Yield each requirement's sentence, visits that keep their place in one."""
    yield from (each.says for each in together if each.keeps is None)
    kept = [each for each in together if each.keeps is not None]
    if len(kept) == 1:
        yield kept[0].says
    elif kept:
        first = {visit.obligation_id: visit for visit in reversed(problem.visits)}
        names = listed([title_of(problem, first[each.keeps]) for each in kept[:NAMED] if each.keeps is not None])
        more = len(kept) - NAMED
        zh, en = (f"等 {len(kept)} 项", f" and {more} more") if more > 0 else ("", "")
        yield Text(f"{names.zh}{zh}都不能因此少做", f"None of these is to be missed for it: {names.en}{en}")
