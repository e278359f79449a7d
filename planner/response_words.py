"""The two-hour check in the words of a shift leader."""

from __future__ import annotations

from collections.abc import Sequence

from casework.obligation import KIND_NAMES
from geo.text import Text
from planner.phases import NEVER, BreakTime, DutyPhase, Idle, OnCase, OnLeave, Phase, Service, Timeline, Travel
from planner.profile import no_way
from planner.response_report import Candidate, CoverageGap
from planner.week import STATION, WeeklyProblem
from planner.words import WEEKDAYS, clock, moment, span

NOWHERE = Text("", "")


def place_of(problem: WeeklyProblem, phase: Phase) -> Text:
    """Return where somebody is in a phase: a community, the station, a road, or nothing when off duty."""
    if isinstance(phase, Travel):
        origin, destination = place_name(problem, phase.origin), place_name(problem, phase.destination)
        return Text(f"{origin.zh}→{destination.zh}", f"{origin.en} → {destination.en}")
    if isinstance(phase, Idle | Service | BreakTime | OnCase):
        return place_name(problem, phase.place)
    return NOWHERE


def place_name(problem: WeeklyProblem, place: str) -> Text:
    """Return the name of a place as travel times know it: the station, a community or one of its gates."""
    community = problem.communities.get(place.split("/", 1)[0])
    if community is not None and place != STATION:
        return Text(community.name, community.name)
    return Text("中队", "the station")


def state_of(problem: WeeklyProblem, line: Timeline, instant: int, point: int, *, can_come: bool) -> Text:
    """Return what an officer does at an instant, and where that keeps him from a scene point, why."""
    phase = line.phase_at(instant)
    if isinstance(phase, OnLeave):
        return Text("请假", "on leave")
    if isinstance(phase, OnCase):
        return doing(problem, phase)
    if not isinstance(phase, Idle | Service | BreakTime | Travel):
        return _off_duty(line, instant)
    state = doing(problem, phase)
    if can_come:
        return state
    if no_way(phase.onward[-1] if isinstance(phase, Travel) else phase.onward, point):
        return Text(f"{state.zh},无路可达", f"{state.en}, no way there")
    end = clock(line.duty_at(instant).end)
    return Text(f"{state.zh},{end} 下班,到了也来不及处置", f"{state.en}, off at {end}: too late to deal with it")


def _off_duty(line: Timeline, instant: int) -> Text:
    duty = line.next_duty(instant)
    if duty is None:
        return Text("已下班,本周不再上班", "off duty for the rest of the week")
    on = moment(duty.start)
    return Text(f"不在班,{on.zh} 到岗", f"off duty, on from {on.en}")


def doing(problem: WeeklyProblem, phase: DutyPhase) -> Text:
    """Return what somebody on duty does in a phase, and where."""
    place = place_of(problem, phase)
    if isinstance(phase, OnCase):
        end = clock(_later(phase.end))
        return Text(f"正在{place.zh}处置另一起报告({end} 结束)", f"at another report at {place.en} (until {end})")
    if isinstance(phase, Travel):
        end = clock(_later(phase.end))
        return Text(f"正在{place.zh}的路上({end} 到)", f"on the road {place.en} (there at {end})")
    if isinstance(phase, Idle):
        waits = phase.place != STATION
        return Text(
            f"在{place.zh}{'等候' if waits else '待命'}", f"{'waiting' if waits else 'on stand-by'} at {place.en}"
        )
    what, end, wrap = _work(problem, phase), clock(_later(phase.finish)), span(phase.wrap_up)
    if phase.breakable:
        return Text(
            f"正在{place.zh}{what.zh}(可中断,收尾 {wrap.zh})",
            f"at {place.en} ({what.en}, can be broken off within {wrap.en})",
        )
    return Text(
        f"正在{place.zh}{what.zh}(不可中断,{end} 结束)",
        f"at {place.en} ({what.en}, must be finished, ends {end})",
    )


def _work(problem: WeeklyProblem, phase: Service | BreakTime) -> Text:
    if isinstance(phase, BreakTime):
        return Text("休息", "break")
    visit = next((visit for visit in problem.visits if visit.id == phase.visit_id), None)
    if visit is None:
        return Text("检查", "visit")
    name = KIND_NAMES[visit.kind]
    return Text(name.zh, name.en.lower())


def _earlier(second: int) -> int:
    """Return the whole minute at or before an instant: words never make a gap look shorter than it is."""
    return second // 60 * 60


def _later(second: int) -> int:
    """Return the whole minute at or after an instant."""
    return -(-second // 60) * 60


def explain_gap(gap: CoverageGap, problem: WeeklyProblem) -> Text:
    """Return a gap in plain words: from when to when, what happens to the slowest report, and who is where.

    Times are rounded to minutes so that the gap never looks smaller; those who do the same are named together, and
    those off duty without the A or B post are only counted.
    """
    community = problem.communities[gap.community_id]
    limit = span(problem.policy.response.limit)
    gate = next((gate.name for gate in community.gates if gate.id == gap.gate_id), gap.gate_id)
    start, instant = moment(_earlier(gap.start)), moment(_earlier(gap.instant))
    end = clock(_later(gap.end))
    head = Text(
        f"{start.zh} 至 {end} 报告{community.name},{limit.zh}内到不了。最慢:{instant.zh} 在{gate}报告,",
        f"A report from {community.name} between {start.en} and {end} is not reached within {limit.en}. "
        f"Slowest: reported {instant.en} at {gate}; ",
    )
    people = _explain_candidates(problem, gap)
    if not people:
        return Text(f"{head.zh}没有可以派的人。", f"{head.en}nobody to send.")
    return Text(head.zh + ";".join(p.zh for p in people) + "。", head.en + "; ".join(p.en for p in people) + ".")


def _explain_candidates(problem: WeeklyProblem, gap: CoverageGap) -> list[Text]:
    community = problem.communities[gap.community_id]
    posts = community.answering
    away = [c for c in gap.candidates if c.place == NOWHERE and c.officer_id not in posts]
    alike: dict[tuple[Text, int], list[Candidate]] = {}
    for candidate in gap.candidates:
        if candidate not in away:
            alike.setdefault((candidate.state, candidate.seconds), []).append(candidate)
    said = [_explain_group(problem, gap, group) for group in alike.values()]
    if away:
        there = _there(gap, away[0])
        said.append(Text(f"其余 {len(away)} 人不在班,{there.zh}", f"{len(away)} more off duty, {there.en}"))
    return said


def _explain_group(problem: WeeklyProblem, gap: CoverageGap, group: Sequence[Candidate]) -> Text:
    community = problem.communities[gap.community_id]
    b_post = Text("B 岗", "B post ")
    posts = {**dict.fromkeys(community.more_b, b_post), community.b_officer: b_post}
    posts[community.a_officer] = Text("A 岗", "A post ")
    names = [(posts.get(c.officer_id, NOWHERE), problem.officers[c.officer_id].name) for c in group]
    zh = "、".join(post.zh + name for post, name in names)
    en = " and ".join(post.en + name for post, name in names)
    state, there = group[0].state, _there(gap, group[0])
    return Text(f"{zh}{state.zh},{there.zh}", f"{en} {'is' if len(group) == 1 else 'are'} {state.en}, {there.en}")


def _there(gap: CoverageGap, candidate: Candidate) -> Text:
    if candidate.seconds >= NEVER:
        return Text("来不了", "cannot come")
    there = moment(_later(gap.instant + candidate.seconds))
    if candidate.over <= 0:
        return Text(f"{there.zh} 可到场,但须两人到齐", f"there by {there.en}, but two must be")
    over = span(candidate.over)
    return Text(f"最快 {there.zh} 到场,超 {over.zh}", f"there {there.en} at the earliest, {over.en} over")


def statements(problem: WeeklyProblem, *, estimated: bool) -> tuple[Text, ...]:
    """Return what the check counts and assumes, to be shown with its figures."""
    policy = problem.policy.response
    limit, handling, overtime = span(policy.limit), span(policy.handling), span(policy.overtime)
    setup, buffer = span(policy.setup), span(problem.policy.travel_buffer)
    delay = span(policy.dispatch_delay) if policy.dispatch_delay else None
    turn = span(policy.u_turn)
    turning = (
        Text(
            f"行车途中可就地掉头({turn.zh}),单行路除外。",
            f"a U-turn in mid-road takes {turn.en}, not on one-way roads.",
        )
        if policy.u_turns
        else Text("行车途中不掉头,到下一路口才能改道。", "no U-turn in mid-road.")
    )
    dispatch = Text(f"派单 {delay.zh},", f"dispatch takes {delay.en}, ") if delay else NOWHERE
    found = [
        Text(
            f"按每次一起报告核算,值班时间内每一秒都查,不是抽样;时限 {limit.zh},从报告到抵达小区大门。",
            f"One report at a time, every second of duty, not a sample; limit {limit.en} from report to gate.",
        ),
        Text(
            "值班时间外(当天第一班之前、最后一班之后)的报告,从下一次上班开始起算。",
            "A report before a day's first shift or after its last one counts from the next start of duty.",
        ),
        _who_answers(problem),
        Text(
            f"待命出发准备 {setup.zh},{dispatch.zh}停车步行 {buffer.zh};{turning.zh}",
            f"Stand-by sets off in {setup.en}, {dispatch.en}parking {buffer.en}; {turning.en}",
        ),
        Text(
            f"到场后要处置 {handling.zh},最多加班 {overtime.zh};超过的不算能到。",
            f"Handling takes {handling.en} and must end within {overtime.en} of overtime; otherwise it is no answer.",
        ),
    ]
    if policy.two_must_come:
        found.append(
            Text("须有两名持证队员到场才算到达。", "Two certified officers must be there to count as arrived.")
        )
    if policy.traffic_by_the_hour:
        found.append(
            Text("赶往现场按实际行驶时段的路况计算。", "Responders drive in the traffic of the hour they drive in.")
        )
    found += [_unstaffed(problem, day, band) for day, band in unstaffed_bands(problem)]
    if estimated:
        found.append(
            Text(
                "行车时间按直线距离估算,仅供参考。",
                "Travel times are straight-line estimates, not from a road network.",
            )
        )
    return tuple(found)


def _who_answers(problem: WeeklyProblem) -> Text:
    policy = problem.policy.response
    bands = [problem.bands[band].name for band in policy.certified_bands if band in problem.bands]
    zh, en = [f"{name}" for name in bands], [f"the {name} band" for name in bands]
    if policy.certified_on_rest_days:
        zh.append("休息日")
        en.append("rest days")
    if not zh:
        return Text("由该小区 A 岗或 B 岗队员到场。", "The community's A or B officer answers.")
    return Text(
        f"由该小区 A 岗或 B 岗队员到场;{'、'.join(zh)}由任一持证队员到场。",
        f"The community's A or B officer answers; on {' and '.join(en)} any certified officer.",
    )


def unstaffed_bands(problem: WeeklyProblem) -> list[tuple[int, str]]:
    """Return (day, band id) of the bands without a certified officer on a day that has shifts at all."""
    staffed = {(problem.day_of(s), s.band_id) for s in problem.shifts if problem.officers[s.officer_id].certified}
    days = sorted({problem.day_of(shift) for shift in problem.shifts})
    return [(day, band) for day in days for band in problem.bands if (day, band) not in staffed]


def _unstaffed(problem: WeeklyProblem, day: int, band_id: str) -> Text:
    name = problem.bands[band_id].name
    return Text(
        f"注意:{WEEKDAYS[day].zh}{name}没有持证队员在班。",
        f"Note: nobody certified is on the {name} band on {WEEKDAYS[day].en}.",
    )
