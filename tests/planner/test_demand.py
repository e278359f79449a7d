"""Obligations turned into visits with windows, and the weekly problem."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from casework.obligation import VisitKind
from geo.community import Phase
from geo.travel import UNREACHABLE
from planner.demand import most_unbroken, obligations_for, partner_spans, visits_for, weekly_problem
from planner.errors import ProblemError
from planner.officer import Leave
from planner.partner import OpenHours, Partner, PartnerKind
from planner.policy import MINUTE, ResponsePolicy
from planner.squad import Squad
from planner.unplaceable import why_unplaceable
from planner.visit import ArrivalWindow, Visit
from planner.week import Week, WeeklyProblem
from tests.planner.build import (
    CAR,
    EBIKE,
    HOP,
    MONDAY,
    WEEK,
    at,
    community,
    hours,
    matrix,
    small_problem,
    small_squad,
    violation,
)

SQUAD = small_squad()


def visit(key: str, squad: Squad = SQUAD, week: Week = WEEK) -> Visit:
    return next(each for each in visits_for(squad, week) if each.id == key)


def window(day: int, start: str, end: str) -> ArrivalWindow:
    return ArrivalWindow(at(day, start), at(day, end))


def with_hours(partner: str, *spans: OpenHours) -> Squad:
    changed = tuple(replace(p, hours=spans) if p.id == partner else p for p in SQUAD.partners)
    return replace(SQUAD, partners=changed)


def test_an_obligation_of_two_becomes_two_numbered_visits_and_one_of_one_keeps_its_id() -> None:
    ids = [each.id for each in visits_for(SQUAD, WEEK)]
    assert ids[:4] == ["joint-lake#1", "joint-lake#2", "stationing-lake", "routine-mill"]
    assert len(set(ids)) == len(ids)
    first, second = visit("joint-lake#1"), visit("joint-lake#2")
    assert replace(first, id=second.id) == second
    assert first.obligation_id == "joint-lake"


def test_partners_hours_are_intersected_and_shortened_by_the_visit() -> None:
    joint = visit("joint-lake#1")
    assert joint.partner_ids == ("k1", "p1")
    assert joint.duration == 80 * MINUTE
    assert joint.windows == tuple(window(day, "09:00", "10:10") for day in (0, 2, 4))


def test_three_partners_are_needed_before_delivery() -> None:
    meeting = visit("pre_delivery-park")
    assert meeting.partner_ids == ("p1", "d1", "h1")
    assert meeting.windows == tuple(window(day, "14:00", "15:30") for day in (1, 3))


def test_hours_that_touch_are_one_presence() -> None:
    squad = with_hours("k1", *hours([0], "09:00", "10:00"), *hours([0], "10:00", "11:30"))
    assert visit("joint-lake#1", squad).windows == (window(0, "09:00", "10:10"),)


def test_two_presences_on_one_day_are_two_windows() -> None:
    squad = with_hours("k1", *hours([0], "08:30", "10:00"), *hours([0], "14:00", "16:00"))
    assert visit("joint-lake#1", squad).windows == (window(0, "08:30", "08:40"), window(0, "14:00", "14:40"))


def test_the_first_listed_partner_of_a_kind_comes() -> None:
    second = Partner("k2", "第二居委", PartnerKind.COMMITTEE, ("lake",), hours(range(7), "00:00", "23:00"))
    assert visit("joint-lake#1", replace(SQUAD, partners=(*SQUAD.partners, second))).partner_ids == ("k1", "p1")
    assert visit("joint-lake#1", replace(SQUAD, partners=(second, *SQUAD.partners))).partner_ids == ("k2", "p1")


def test_partners_are_away_on_a_public_holiday_but_keep_the_saturdays_they_list() -> None:
    partner = Partner("k", "居委", PartnerKind.COMMITTEE, (), hours((0, 5), "09:00", "10:00"))
    assert partner_spans(partner, 0, working=True) == ((at(0, "09:00"), at(0, "10:00")),)
    assert partner_spans(partner, 0, working=False) == ()
    assert partner_spans(partner, 5, working=False) == ((at(5, "09:00"), at(5, "10:00")),)
    assert partner_spans(partner, 6, working=True) == ()


def test_a_squads_own_rest_day_closes_the_partners_windows() -> None:
    squad = replace(SQUAD, day_off=(MONDAY,))
    assert [w.earliest // 86_400 for w in visit("joint-lake#1", squad).windows] == [2, 4]


def test_national_day_leaves_no_windows_before_work_begins_again() -> None:
    week = Week(date(2025, 9, 29))
    assert [w.earliest // 86_400 for w in visit("joint-lake#1", week=week).windows] == [0]


def test_nobody_knocks_at_a_flat_before_eight_or_after_nine_in_the_evening() -> None:
    routine = visit("routine-mill")
    assert routine.windows[0] == ArrivalWindow(at(0, "08:00"), at(0, "21:00") - routine.duration)
    assert len(routine.windows) == 7
    assert visit("recheck-mill-v1").windows[0] == window(1, "08:00", "20:35")


def test_stationing_may_begin_at_any_hour_and_fills_the_shift() -> None:
    stationing = visit("stationing-lake")
    assert stationing.whole_shift
    assert stationing.windows[0] == window(0, "00:00", "20:00")
    assert not any(each.whole_shift for each in visits_for(SQUAD, WEEK) if each.kind is not VisitKind.STATIONING)


def test_policy_gives_break_off_wrap_up_and_price() -> None:
    joint, routine, extra = visit("joint-lake#1"), visit("routine-mill"), visit("extra-lake")
    policy = SQUAD.policy.visits
    assert (joint.breakable, joint.wrap_up, joint.missed) == (False, 0, policy[VisitKind.JOINT].missed)
    assert (routine.breakable, routine.missed) == (True, policy[VisitKind.ROUTINE].missed)
    weight = next(o.weight for o in obligations_for(SQUAD, WEEK) if o.id == "extra-lake")
    assert (extra.mandatory, extra.missed) == (False, int(SQUAD.policy.prices.extra * weight))
    assert extra.missed > 0


def busy_lake(minutes: int) -> Squad:
    """Lake with much more found than at Mill, its committee open for so many minutes on Monday."""
    many = tuple(violation(f"m{n}", "lake", MONDAY - timedelta(days=n % 5 + 1)) for n in range(40))
    end = at(0, "09:00") + minutes * MINUTE
    open_days = (OpenHours(0, at(0, "09:00"), end), OpenHours(2, at(0, "09:00"), at(0, "11:30")))
    return replace(with_hours("k1", *open_days), violations=many)


def test_risk_lengthens_a_visit_as_long_as_every_day_stays_open() -> None:
    assert visit("joint-lake#1", busy_lake(150)).duration == 90 * MINUTE
    assert visit("joint-lake#1", busy_lake(89)).duration == 80 * MINUTE
    assert len(visit("joint-lake#1", busy_lake(89)).windows) == 2


def test_a_problem_holds_the_weeks_shifts_without_those_of_people_on_leave() -> None:
    problem = small_problem(replace(SQUAD, leave=(Leave("o1", MONDAY), Leave("o2", MONDAY + timedelta(days=8)))))
    assert len(problem.shifts) == len(SQUAD.shifts) - 1
    assert problem.leave == (Leave("o1", MONDAY),)
    assert problem.working_days == (True,) * 5 + (False,) * 2
    assert problem.drive(EBIKE, "early", "station", "mill") == 4 * HOP


def test_matrices_that_do_not_fit_the_squad_are_refused() -> None:
    good = {"early": matrix(HOP), "middle": matrix(HOP)}
    short = replace(matrix(HOP), places=("station", "lake"))
    weekly_problem(SQUAD, WEEK, {CAR: good})
    with pytest.raises(ProblemError, match="same places"):
        weekly_problem(SQUAD, WEEK, {})
    with pytest.raises(ProblemError, match="same places"):
        weekly_problem(SQUAD, WEEK, {CAR: {**good, "middle": short}})
    with pytest.raises(ProblemError, match=r"\['mill', 'park'\]"):
        weekly_problem(SQUAD, WEEK, {CAR: {"early": short, "middle": short}})
    with pytest.raises(ProblemError, match=r"\['middle'\]"):
        weekly_problem(SQUAD, WEEK, {CAR: {"early": matrix(HOP)}})


def reasons(key: str, squad: Squad = SQUAD, problem: WeeklyProblem | None = None) -> list[str]:
    problem = problem or small_problem(squad)
    found = why_unplaceable(next(v for v in problem.visits if v.id == key), problem)
    assert all(text.en and text.en != text.zh for text in found)
    return [text.zh for text in found]


def test_nothing_stands_in_the_way_of_a_visit_of_a_sound_squad() -> None:
    problem = small_problem()
    assert [why_unplaceable(each, problem) for each in problem.visits] == [()] * len(problem.visits)


def test_a_partner_who_does_not_exist_is_named() -> None:
    without = replace(SQUAD, partners=tuple(p for p in SQUAD.partners if p.kind is not PartnerKind.COMMITTEE))
    assert reasons("joint-lake#1", without) == ["Lake没有登记居委"]
    assert visit("joint-lake#1", without).windows == ()


def test_partners_without_common_hours_are_named() -> None:
    squad = with_hours("k1", *hours([0], "17:00", "18:30"))
    (reason,) = reasons("joint-lake#1", squad)
    assert "湖居委、湖物业没有共同的 80 分钟" in reason


def test_nobody_of_a_and_b_on_duty_is_named_day_by_day() -> None:
    shifts = tuple(s for s in SQUAD.shifts if s.officer_id not in ("o1", "o3"))
    found = reasons("joint-lake#1", replace(SQUAD, shifts=shifts))
    assert "周一:A 岗、B 岗都不当班" in found
    assert "周二:伙伴没有共同时间" in found


def test_a_second_certified_officer_who_is_lacking_is_named() -> None:
    shifts = tuple(s for s in SQUAD.shifts if s.officer_id not in ("o2", "o4"))
    found = reasons("joint-lake#1", replace(SQUAD, shifts=shifts))
    assert "周一:队员01(早班)没有第二名持证队员同班" in found


def test_a_shift_too_short_for_drive_and_service_is_named() -> None:
    shifts = tuple(replace(s, end=at(0, "10:00")) if s.band_id == "early" else s for s in SQUAD.shifts)
    found = reasons("joint-lake#1", replace(SQUAD, shifts=shifts))
    assert any("队员01(早班)当班时间内来不及往返并做满 80 分钟" in reason for reason in found)


def test_stationing_needs_its_presence_beside_the_break() -> None:
    def until(clock: str) -> Squad:
        return replace(SQUAD, shifts=tuple(replace(s, start=at(0, "07:30"), end=at(0, clock)) for s in SQUAD.shifts))

    assert until("13:30").policy.breaks["early"].duration == 30 * MINUTE
    assert reasons("stationing-lake", until("13:30")) == []
    assert reasons("stationing-lake", until("11:50")) == []
    assert reasons("stationing-lake", until("11:49")) != []


def test_a_place_without_a_way_there_is_named() -> None:
    cut = matrix(HOP).seconds.copy()
    cut[:, 1] = cut[1, :] = UNREACHABLE
    island = replace(matrix(HOP), seconds=cut)
    problem = weekly_problem(SQUAD, WEEK, {CAR: dict.fromkeys(("early", "middle"), island)})
    cars = replace(problem, vehicles=tuple(v for v in problem.vehicles if v.kind is CAR))
    assert reasons("joint-lake#1", problem=cars) == ["没有路通到Lake"]
    assert reasons("routine-mill", problem=cars) == []


def test_a_squad_without_vehicles_is_told_so() -> None:
    assert reasons("routine-mill", replace(SQUAD, vehicles=())) == ["中队没有车辆"]


def test_a_closed_community_asks_for_nothing() -> None:
    closed = community("mill", Phase.CLOSED, "o1", "o3")
    squad = replace(SQUAD, communities=(closed, *SQUAD.communities[::2]))
    assert all(each.community_id != "mill" for each in visits_for(squad, WEEK))


def test_risk_lengthens_a_visit_that_must_be_finished_no_further_than_the_promise_allows() -> None:
    squad = busy_lake(150)
    limited = replace(squad, policy=replace(squad.policy, response=ResponsePolicy(limit=115 * MINUTE)))
    matrices = {CAR: dict.fromkeys(("early", "middle"), matrix(HOP))}
    assert most_unbroken(squad, matrices) == {"lake": 95 * MINUTE, "mill": 95 * MINUTE, "park": 85 * MINUTE}
    assert most_unbroken(limited, matrices)["lake"] == 90 * MINUTE
    far = dict.fromkeys(("lake", "mill", "park"), 85 * MINUTE)
    lengths = {each.id: each.duration for each in visits_for(squad, WEEK, far)}
    assert lengths["joint-lake#1"] == 85 * MINUTE
