"""The two-hour check of whole plans: against the one-second sampler, and in its own words."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from geo.straight_line import StraightLineTravel
from geo.travel import Place, TravelTimes
from planner.duty import timelines
from planner.officer import Crew, Officer, VehicleKind
from planner.phases import (
    NEVER,
    BreakTime,
    Idle,
    Off,
    OnLeave,
    Service,
    Travel,
)
from planner.policy import HOUR
from planner.response import check_response
from planner.response_document import to_dict
from planner.response_words import explain_gap
from planner.week import DAY, STATION, Rest, Route
from tests.planner.response_town import (
    BANDS,
    HOURS,
    GridTravel,
    Options,
    Patrol,
    RandomWeek,
    community,
    plan_of,
    random_week,
    shift,
    town,
    visit,
)
from tests.planner.sampled_week import sampled_week

AFTER_DUTY = -(-BANDS["late"].end // HOUR) * HOUR


@pytest.mark.parametrize("batch", range(16))
def test_the_check_equals_one_second_sampling_under_every_combination_of_options(batch: int) -> None:
    for number in range(64 * batch, 64 * batch + 64):
        _equals_sampling(random_week(number, Options.numbered(number), days=(0,)), AFTER_DUTY)


@pytest.mark.parametrize("batch", range(4))
def test_the_check_equals_one_second_sampling_over_several_days(batch: int) -> None:
    for seed in range(10):
        _equals_sampling(random_week(100 * batch + seed), 2 * DAY)


def _equals_sampling(week: RandomWeek, horizon: int) -> None:
    report = check_response(week.problem, week.plan, week.travel, HOURS, week.known)
    for cover in report.communities:
        sample = sampled_week(week, cover.community_id, horizon)
        gaps = [gap for gap in report.gaps if gap.community_id == cover.community_id]
        assert [(gap.start, gap.end) for gap in gaps] == sample.intervals
        assert (cover.worst.seconds if cover.worst else -1) == int(sample.slowest.max())
        assert [gap.worst for gap in gaps] == [int(sample.slowest[a:b].max()) for a, b in sample.intervals]
        assert [gap.instant for gap in gaps] == [a + int(sample.slowest[a:b].argmax()) for a, b in sample.intervals]
        hourly = sample.slowest.reshape(-1, 3600).max(axis=1).tolist()
        assert list(cover.hourly[: len(hourly)]) == hourly
        assert set(cover.hourly[len(hourly) :]) == {-1}
        assert cover.watched == int((sample.slowest >= 0).sum())
        assert cover.late == sum(b - a for a, b in sample.intervals)
        first = dict(cover.first)
        for number, officer in enumerate(o.id for o in week.problem.officers.values() if o.certified):
            assert sample.wins[number] <= first.get(officer, 0) <= sample.ties[number]


@pytest.mark.parametrize("seed", range(12))
def test_the_check_equals_one_second_sampling_on_straight_line_estimates(seed: int) -> None:
    week = random_week(seed)
    grid = week.travel[VehicleKind.CAR]
    assert isinstance(grid, GridTravel)
    spots = [Place(name, 121.2 + x * 0.004, 31.3 + y * 0.004) for name, (x, y) in grid.spots.items()]
    estimates: dict[VehicleKind, TravelTimes] = {k: StraightLineTravel(spots, k.value) for k in VehicleKind}
    week = replace(week, travel=estimates)
    report = check_response(week.problem, week.plan, week.travel, HOURS)
    for cover in report.communities:
        sample = sampled_week(week, cover.community_id)
        gaps = [gap for gap in report.gaps if gap.community_id == cover.community_id]
        assert [(gap.start, gap.end) for gap in gaps] == sample.intervals
        assert (cover.worst.seconds if cover.worst else -1) == int(sample.slowest.max())


def test_the_random_plans_cover_what_they_are_meant_to() -> None:
    weeks = [random_week(seed) for seed in range(60)]
    reports = [check_response(week.problem, week.plan, week.travel, HOURS) for week in weeks]
    kinds = {type(p) for w in weeks for line in timelines(w.problem, w.plan, w.travel, HOURS) for p in line.phases}
    assert kinds == {Off, OnLeave, Idle, Service, BreakTime, Travel}
    states = {gap.candidates[0].state.zh for report in reports for gap in report.gaps if gap.worst < NEVER}
    assert all(any(word in state for state in states) for word in ("的路上", "(不可中断", "(可中断", "不在班"))
    assert any(report.kept for report in reports)
    assert sum(not report.kept for report in reports) > 20
    assert any(week.problem.leave for week in weeks)
    assert any(week.problem.policy.response.dispatch_delay for week in weeks)


def _week_with_a_must_finish_inspection() -> RandomWeek:
    places = [community("a", 1, "o1", "o2"), community("b", 2, "o1", "o2")]
    shifts = [shift("o1", 2, "early"), shift("o2", 2, "early"), shift("o3", 2, "middle")]
    spots = {STATION: (5, 5), "a": (0, 0), "b": (10, 0)}
    inspection = visit("v", "a", breakable=False)
    problem, travel = town(places, shifts, spots, [inspection], limit=3600, overtime=1800, handling=600)
    car = next(kind for kind in travel if kind.value == "car")
    patrol = Patrol(travel[car], HOURS["early"], problem.policy.travel_buffer, STATION, 2 * DAY + 30_000)
    patrol.drive("a")
    patrol.work("v", 0, 4800, 0, ("o1", "o2"))
    patrol.drive(STATION)
    route = Route("r", 2, "early", Crew(("o1", "o2")), "car", tuple(patrol.stops), tuple(patrol.legs))
    return RandomWeek(problem, plan_of(route), travel)


def test_a_gap_names_who_is_where_until_when_and_how_late() -> None:
    week = _week_with_a_must_finish_inspection()
    report = check_response(week.problem, week.plan, week.travel, HOURS)
    gap = next(gap for gap in report.gaps if gap.community_id == "b" and gap.candidates[0].seconds < NEVER)
    stop = week.plan.routes[0].stops[0]
    drive = 11 * 77 + week.problem.policy.travel_buffer
    assert (gap.start, gap.end) == (stop.begin, stop.end + drive - 3600)
    assert (gap.gate_id, gap.instant, gap.worst) == ("g1", stop.begin, 4800 + drive)
    assert [c.officer_id for c in gap.candidates] == ["o1", "o2"]
    assert gap.candidates[0].over == gap.worst - 3600
    text = explain_gap(gap, week.problem)
    assert text.zh == (
        "周三 08:35 至 09:13 报告小区b,60 分钟内到不了。最慢:周三 08:35 在1 号门报告,"
        "A 岗队员o1、B 岗队员o2正在小区a联合检查(不可中断,09:56 结束),最快 周三 10:13 到场,超 38 分钟。"
    )
    assert "A post 队员o1 and B post 队员o2 are at 小区a (joint inspection, must be finished, ends 09:56)" in text.en


def test_words_name_the_posts_and_only_count_others_off_duty() -> None:
    week = _week_with_a_must_finish_inspection()
    shifts = (*week.problem.shifts, shift("o4", 3, "middle"), shift("o5", 3, "middle"))
    officers = {**week.problem.officers, "o4": _officer("o4"), "o5": _officer("o5")}
    rest_days = replace(week.problem, shifts=shifts, officers=officers, working_days=(False,) * 7)
    report = check_response(rest_days, week.plan, week.travel, HOURS)
    text = explain_gap(next(gap for gap in report.gaps if gap.community_id == "b"), rest_days)
    assert text.zh.endswith("其余 3 人不在班,最快 周三 11:53 到场,超 137 分钟。")
    assert text.en.endswith("3 more off duty, there Wed 11:53 at the earliest, 137 min over.")


def _officer(name: str) -> Officer:
    return Officer(name, f"队员{name}", certified=True)


def test_only_the_posts_answer_by_day_so_the_next_band_does_not_help_them() -> None:
    week = _week_with_a_must_finish_inspection()
    report = check_response(week.problem, week.plan, week.travel, HOURS)
    last = [gap for gap in report.gaps if gap.community_id == "a"][-1]
    assert last.end == 2 * DAY + BANDS["middle"].end
    assert {c.officer_id for c in last.candidates} == {"o1", "o2"}
    assert all(c.state.zh == "在中队待命,11:30 下班,到了也来不及处置" for c in last.candidates)
    assert "来不了" in explain_gap(last, week.problem).zh
    widened = replace(week.problem, working_days=(False,) * 7)
    after = check_response(widened, week.plan, week.travel, HOURS)
    assert after.communities[0].late < report.communities[0].late
    assert after.first["o3"] > 0


def test_a_plan_can_be_worst_in_the_middle_of_a_leg() -> None:
    places = [community("far", 1, "o1", "o2"), community("corner", 1, "o1", "o2")]
    spots = {STATION: (0, 0), "far": (10, 10), "corner": (0, 10)}
    stay = visit("v", "far", breakable=True, wrap_up=0)
    problem, travel = town(places, [shift("o1", 0, "early"), shift("o2", 0, "early")], spots, [stay], setup=0)
    car = next(kind for kind in travel if kind.value == "car")
    patrol = Patrol(travel[car], HOURS["early"], problem.policy.travel_buffer, STATION, 30_000)
    patrol.drive("far")
    patrol.work("v", 0, 6000, 0, ("o1", "o2"))
    patrol.drive(STATION)
    route = Route("r", 0, "early", Crew(("o1", "o2")), "car", tuple(patrol.stops), tuple(patrol.legs))
    report = check_response(problem, plan_of(route), travel, HOURS)
    worst = next(cover.worst for cover in report.communities if cover.community_id == "corner")
    assert worst is not None
    out = route.legs[0]
    ends = [out.depart, out.arrive, route.legs[1].depart, route.legs[1].arrive]
    assert any(leg.depart < worst.instant < leg.arrive for leg in route.legs)
    assert worst.state.zh.startswith("正在中队→小区far的路上")
    hours = dict(enumerate(report.communities[1].hourly))
    assert worst.seconds == max(hours.values())
    half_way = 10 * 77 + 180
    assert worst.seconds > 1.5 * half_way
    assert worst.instant not in ends


def test_before_the_first_shift_and_after_the_last_one_no_report_counts() -> None:
    places = [community("a", 1, "o1", "o2")]
    spots = {STATION: (0, 0), "a": (1, 0)}
    shifts = [shift("o1", 0, "early"), shift("o2", 0, "late"), shift("o1", 1, "middle")]
    problem, travel = town(places, shifts, spots)
    report = check_response(problem, plan_of(), travel, HOURS)
    assert report.duty == ((27_000, 68_000), (DAY + 41_400, DAY + 57_600))
    assert report.communities[0].watched == 41_000 + 16_200
    assert report.communities[0].hourly[6] == -1
    assert report.communities[0].hourly[7] == 300 + 77 + 180
    assert any("从下一次上班开始起算" in text.zh for text in report.statements)
    assert any("周一中班没有持证队员" in text.zh for text in report.statements)


def test_a_hole_between_two_bands_shows_as_what_it_is() -> None:
    places = [community("a", 1, "o1", "o2")]
    spots = {STATION: (0, 0), "a": (1, 0)}
    shifts = [shift("o1", 0, "early", end=36_000), shift("o2", 0, "middle", start=46_800)]
    problem, travel = town(places, shifts, spots, limit=7200, certified_bands=())
    report = check_response(problem, plan_of(), travel, HOURS)
    arrives = 46_800 + 300 + 94 - 17 + 180
    assert [(gap.start, gap.end) for gap in report.gaps] == [(36_000, arrives - 7200)]
    assert report.gaps[0].candidates[0].state.zh == "不在班,周一 13:00 到岗"


def test_a_week_without_anybody_on_duty_has_nothing_to_check_and_says_so() -> None:
    problem, travel = town([community("a", 1, "o1", "o2")], [], {STATION: (0, 0), "a": (1, 0)})
    report = check_response(problem, plan_of(), travel, HOURS)
    assert report.worst is None
    assert (report.share, report.duty, report.gaps) == (1.0, (), ())
    assert to_dict(report, problem)["worst"] is None


def test_the_share_and_the_first_to_come_add_up() -> None:
    week = _week_with_a_must_finish_inspection()
    report = check_response(week.problem, week.plan, week.travel, HOURS)
    for cover in report.communities:
        assert cover.late == sum(g.end - g.start for g in report.gaps if g.community_id == cover.community_id)
        assert cover.share == 1 - cover.late / cover.watched
    assert report.late == sum(cover.late for cover in report.communities)
    assert set(report.first) == {"o1"}  # the crew arrives together, and the A post is named first
    assert 0 < report.share < 1


def test_the_report_goes_to_json_with_shanghai_times_and_null_for_never() -> None:
    week = _week_with_a_must_finish_inspection()
    report = check_response(week.problem, week.plan, week.travel, HOURS)
    data = json.loads(json.dumps(to_dict(report, week.problem), allow_nan=False))
    assert data["week"] == "2026-W48"
    assert data["gaps"][0]["start"].endswith("+08:00")
    assert data["worst"]["seconds"] is None
    assert data["communities"][0]["hourly"][0] == -1
    assert len(data["communities"][0]["hourly"]) == 168
    assert None in data["communities"][0]["hourly"]
    assert {"zh", "en"} == set(data["gaps"][0]["text"])
    assert data["estimated"] is True


def test_a_break_on_site_is_part_of_the_check() -> None:
    week = _week_with_a_must_finish_inspection()
    (route,) = week.plan.routes
    stop = route.stops[0]
    rested = replace(route, rest=Rest(stop.begin + 100, stop.begin + 1300))
    before = check_response(week.problem, week.plan, week.travel, HOURS)
    after = check_response(week.problem, plan_of(rested), week.travel, HOURS)
    assert [(g.start, g.end) for g in after.gaps] == [(g.start, g.end) for g in before.gaps]
