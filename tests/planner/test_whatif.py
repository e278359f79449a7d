"""What if: each change is what it says, plans are compared truly, and what is said to be proven is."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, partial

import pytest

from geo.community import Phase
from planner.changes import (
    NOT_COPIED,
    Change,
    WithBand,
    WithCommunity,
    WithOfficer,
    WithoutBand,
    WithoutCommunity,
    WithoutOfficer,
    WithoutVehicle,
    changed,
    fewer_officers,
    more_peak,
    posts_of,
    say,
)
from planner.planning import Progress
from planner.rules import judge
from planner.week import WeeklyProblem
from planner.whatif import BreakEven, Outcome, Search, break_even, must_miss, plan_changed, without_each
from planner.whatif_words import (
    OFFICERS,
    PEAK,
    answer_in_words,
    answer_to_dict,
    loss_to_dict,
    losses_in_words,
    outcome_to_dict,
    side_by_side,
)
from tests.planner.seeded import Size, seeded_week

SMALL = Size(communities=6, pairs=2, peak=2, cars=2, ebikes=0, days=5)
WEEK = seeded_week(1, SMALL)
SEARCH = Search(time_limit=2.0)


def test_an_officer_lost_has_no_shift_and_keeps_the_posts_that_stay_vacant() -> None:
    after = changed(WEEK, [WithoutOfficer("o0")])
    assert "o0" not in {shift.officer_id for shift in after.shifts}
    assert after.communities == WEEK.communities


def test_an_officer_added_is_on_duty_with_another_and_holds_only_the_posts_named() -> None:
    after = changed(WEEK, [WithOfficer("o0"), WithOfficer("o1", a_posts=("c1",), b_posts=("c2",))])
    hours = {
        officer: [(s.day, s.band_id, s.start) for s in after.shifts if s.officer_id == officer]
        for officer in ("o0", "o0+1", "o1", "o1+1")
    }
    assert hours["o0+1"] == hours["o0"]
    assert hours["o1+1"] == hours["o1"]
    assert posts_of(after, "o0+1") == ((), ())
    assert posts_of(after, "o1+1") == (("c1",), ("c2",))
    assert after.officers["o0+1"].certified


def test_a_band_is_added_on_days_of_duty_and_taken_away_again() -> None:
    more = changed(WEEK, [WithBand(("o0",), "middle")])
    days = {shift.day for shift in WEEK.shifts if shift.officer_id == "o0"}
    assert {s.day for s in more.shifts if (s.officer_id, s.band_id) == ("o0", "middle")} == days
    assert len({(s.officer_id, s.day, s.band_id) for s in more.shifts}) == len(more.shifts)
    less = changed(more, [WithoutBand(("o0", "o1"), "middle")])
    assert not [s for s in less.shifts if s.officer_id in ("o0", "o1") and s.band_id == "middle"]


def test_a_community_handed_over_is_owed_nothing_and_one_added_is_owed_what_its_model_is() -> None:
    less = changed(WEEK, [WithoutCommunity("c0")])
    assert "c0" not in less.communities
    assert "c0" not in {visit.community_id for visit in less.visits}
    more = changed(WEEK, [WithCommunity("c0"), WithCommunity("c0")])
    for name in ("c0+1", "c0+2"):
        theirs = [v for v in more.visits if v.community_id == name]
        model = [v for v in WEEK.visits if v.community_id == "c0" and v.kind not in NOT_COPIED]
        assert [(v.kind, v.windows, v.duration) for v in theirs] == [(v.kind, v.windows, v.duration) for v in model]
        assert len({v.obligation_id for v in theirs}) == len({v.obligation_id for v in model})
        assert all(more.partners[p].community_ids == (name,) for v in theirs for p in v.partner_ids)
        for kind, bands in more.travel.items():
            for band in bands:
                assert more.drive(kind, band, "station", name) == WEEK.drive(kind, band, "station", "c0")
                assert more.drive(kind, band, "c0", name) == WEEK.policy.travel_buffer
    ids = [visit.id for visit in more.visits]
    assert len(set(ids)) == len(ids)


def test_a_vehicle_lost_is_gone() -> None:
    assert [v.id for v in changed(WEEK, [WithoutVehicle("car0")]).vehicles] == ["car1"]


def test_more_communities_are_in_their_peak_and_the_first_are_the_same_however_many() -> None:
    nine = more_peak(WEEK, 9, seed=3)
    assert nine[:4] == more_peak(WEEK, 4, seed=3)
    after = changed(WEEK, nine)
    added = after.communities.keys() - WEEK.communities.keys()
    assert len(added) == 9
    assert all(after.communities[key].phase is Phase.PEAK for key in added)


def test_those_with_the_fewest_posts_are_the_first_to_go() -> None:
    spare = changed(WEEK, [WithOfficer("o2")])
    assert fewer_officers(spare, 1) == (WithoutOfficer("o2+1"),)


def test_every_change_is_said_in_both_languages() -> None:
    changes: list[Change] = [
        WithoutOfficer("o0"),
        WithOfficer("o0"),
        WithBand(("o0",), "middle"),
        WithoutBand(("o0",), "middle"),
        WithCommunity("c0"),
        WithoutCommunity("c0"),
        WithoutVehicle("car0"),
    ]
    said = [say(WEEK, change) for change in changes]
    assert len({text.zh for text in said}) == len({text.en for text in said}) == len(changes)


def test_two_weeks_are_told_side_by_side() -> None:
    before, after = plan_changed(WEEK, (), SEARCH), plan_changed(WEEK, [WithoutOfficer("o0")], SEARCH)
    said = [line.en for line in side_by_side(before, after, [WithoutOfficer("o0")])]
    assert said[0] == "What if: without 队员00"
    assert f"mandatory visits missed: {len(before.missed)} → {len(after.missed)}" in said
    assert f"objective: {before.plan.objective.total} → {after.plan.objective.total}" in said
    assert sum(outcome_to_dict(after)["terms"].values()) == outcome_to_dict(after)["objective"]
    assert before.placed + len(before.missed) == sum(v.mandatory for v in WEEK.visits)


def test_without_each_officer_in_turn_the_hardest_to_miss_comes_first_and_names_whose_posts_are_vacant() -> None:
    base = plan_changed(WEEK, (), SEARCH).plan
    losses = without_each(WEEK, base, SEARCH)
    assert {loss.officer_id for loss in losses} == set(WEEK.officers)
    assert [len(loss.missed) for loss in losses] == sorted((len(loss.missed) for loss in losses), reverse=True)
    for loss in losses:
        assert loss.proven <= len(loss.outcome.missed)
        assert loss.critical == bool(loss.missed)
        assert (loss.without_a, loss.without_b) == posts_of(WEEK, loss.officer_id)
        assert loss_to_dict(loss)["missed"] == list(loss.missed)
    assert len(list(losses_in_words(WEEK, losses, stopped=False))) == len(losses) + 1


def test_a_community_whose_other_post_has_no_shift_either_lacks_both() -> None:
    alone = changed(WEEK, [WithoutOfficer("o1")])
    losses = without_each(alone, plan_changed(alone, (), SEARCH).plan, SEARCH)
    loss = next(loss for loss in losses if loss.officer_id == "o0")
    assert set(loss.without_both) == {*loss.without_a, *loss.without_b}
    assert loss.proven >= len({v.obligation_id for v in WEEK.visits if v.community_id in loss.without_both})


def test_what_must_be_missed_is_never_more_than_what_a_plan_misses() -> None:
    for seed in range(3):
        problem = seeded_week(seed, Size(communities=9, pairs=1, peak=4, cars=1, ebikes=0, days=3))
        outcome = plan_changed(problem, (), SEARCH, explained=False)
        assert must_miss(problem, SEARCH) <= len(outcome.missed)
    nobody = replace(WEEK, shifts=())
    assert must_miss(nobody, SEARCH) == len(WEEK.visits)
    assert must_miss(plannable(), SEARCH) == 0


@cache
def plannable() -> WeeklyProblem:
    problem = seeded_week(1, Size(communities=4, pairs=2, peak=4, cars=2, ebikes=0, days=5))
    missed = {visit.partition("#")[0] for visit in plan_changed(problem, (), SEARCH, explained=False).missed}
    return replace(problem, visits=tuple(v for v in problem.visits if v.obligation_id not in missed))


@pytest.mark.parametrize("kind", [PEAK, OFFICERS])
def test_how_far_it_goes_is_where_one_more_is_too_many(kind: str) -> None:
    problem = plannable()
    changes = partial(fewer_officers, problem) if kind == OFFICERS else partial(more_peak, problem, seed=0)
    answer = break_even(problem, changes, 4 if kind == OFFICERS else 40, SEARCH)
    assert answer.most is not None
    assert answer.proven
    assert plan_changed(problem, changes(answer.most), SEARCH).sound
    assert plan_changed(problem, changes(answer.most + 1), SEARCH).missed
    said = [line.en for line in answer_in_words(kind, answer)]
    assert "One more, and something must be missed (proven)" in said
    assert answer_to_dict(kind, answer)["proven_to_fail"] == answer.most + 1


def test_a_week_that_misses_something_already_is_answered_at_once() -> None:
    nobody = replace(WEEK, shifts=())
    answer = break_even(nobody, partial(more_peak, nobody, seed=0), 8, SEARCH)
    assert answer.most is None
    assert answer.proven
    assert len(answer.probes) == 1


def test_a_question_that_never_fails_is_asked_up_to_its_ceiling_and_says_so() -> None:
    problem = plannable()
    answer = break_even(problem, lambda _: (), 5, SEARCH)
    assert (answer.most, answer.fails, answer.proven) == (5, None, False)
    assert [probe.count for probe in answer.probes] == [0, 1, 2, 4, 5]
    assert "No more than that was asked" in [line.en for line in answer_in_words(PEAK, answer)]


def test_what_is_not_proven_is_not_said_to_be() -> None:
    said = [line.en for line in answer_in_words(PEAK, BreakEven(3, None, 64, ()))]
    assert any("proves nothing" in line for line in said)
    said = [line.en for line in answer_in_words(PEAK, BreakEven(3, 6, 64, ()))]
    assert any("with 6 something must be missed (proven)" in line for line in said)


def test_stopped_it_says_how_far_it_got() -> None:
    told: list[Progress] = []
    search = Search(time_limit=2.0, progress=told.append, stop=lambda: len(told) > 3)
    answer = break_even(plannable(), partial(more_peak, WEEK, seed=0), 8, search)
    assert answer.stopped
    assert "Stopped early" in list(answer_in_words(PEAK, answer))[-1].en
    assert without_each(WEEK, plan_changed(WEEK, (), SEARCH).plan, replace(SEARCH, stop=lambda: True)) == ()


def test_a_plan_of_a_week_with_copies_keeps_every_rule() -> None:
    outcome: Outcome = plan_changed(WEEK, more_peak(WEEK, 3, seed=0), SEARCH)
    broken = {rule.rule for rule in judge(outcome.problem, outcome.plan) if rule.hard}
    assert broken <= {"mandatory_work_is_placed"}
