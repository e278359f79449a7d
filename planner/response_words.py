"""The two-hour check in the words of a shift leader."""

from __future__ import annotations

from casework.obligation import KIND_NAMES
from geo.text import Text
from planner.phases import NEVER, BreakTime, Idle, OnLeave, Phase, Service, Timeline, Travel
from planner.response_report import Candidate, CoverageGap
from planner.week import STATION, WeeklyProblem
from planner.words import WEEKDAYS, clock, moment, span


def place_of(problem: WeeklyProblem, phase: Phase) -> Text:
    """Return where somebody is in a phase: a community, the station, a road, or nothing when off duty."""
    if isinstance(phase, Travel):
        origin, destination = place_name(problem, phase.origin), place_name(problem, phase.destination)
        return Text(f"{origin.zh}→{destination.zh}", f"{origin.en} → {destination.en}")
    if isinstance(phase, Idle | Service | BreakTime):
        return place_name(problem, phase.place)
    return Text("", "")


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
    if not isinstance(phase, Idle | Service | BreakTime | Travel):
        return _off_duty(line, instant)
    state = _doing(problem, phase)
    if can_come:
        return state
    away = phase.onward[-1, point] if isinstance(phase, Travel) else phase.onward[point]
    if away >= NEVER:
        return Text(f"{state.zh},无路可达", f"{state.en}, no way there")
    end = clock(line.duty_at(instant).end)
    return Text(f"{state.zh},{end} 下班,到了也来不及处置", f"{state.en}, off at {end}: too late to deal with it")


def _off_duty(line: Timeline, instant: int) -> Text:
    duty = line.next_duty(instant)
    if duty is None:
        return Text("已下班,本周不再上班", "off duty for the rest of the week")
    on = moment(duty.start)
    return Text(f"不在班,{on.zh} 到岗", f"off duty, on from {on.en}")


def _doing(problem: WeeklyProblem, phase: Idle | Service | BreakTime | Travel) -> Text:
    place = place_of(problem, phase)
    if isinstance(phase, Travel):
        end = clock(phase.end)
        return Text(f"正在{place.zh}的路上({end} 到)", f"driving {place.en} (there at {end})")
    if isinstance(phase, Idle):
        waits = phase.place != STATION
        return Text(
            f"在{place.zh}{'等候' if waits else '待命'}", f"{'waiting' if waits else 'on stand-by'} at {place.en}"
        )
    what = _work(problem, phase)
    end = clock(phase.finish)
    if phase.breakable:
        wrap = span(phase.wrap_up)
        return Text(
            f"正在{place.zh}{what.zh}(可中断,收尾 {wrap.zh})",
            f"{what.en} at {place.en} (can be broken off within {wrap.en})",
        )
    return Text(
        f"正在{place.zh}{what.zh}(不可中断,{end} 结束)", f"{what.en} at {place.en} (must be finished, ends {end})"
    )


def _work(problem: WeeklyProblem, phase: Service | BreakTime) -> Text:
    if isinstance(phase, BreakTime):
        return Text("休息", "on a break")
    visit = next((visit for visit in problem.visits if visit.id == phase.visit_id), None)
    return Text("检查", "at work") if visit is None else _named(KIND_NAMES[visit.kind])


def _named(kind: Text) -> Text:
    return Text(kind.zh, kind.en.lower())


def explain_gap(gap: CoverageGap, problem: WeeklyProblem) -> Text:
    """Return a gap in plain words: from when to when, what happens to the slowest report, and who is where."""
    community = problem.communities[gap.community_id]
    limit = span(problem.policy.response.limit)
    gate = next((gate.name for gate in community.gates if gate.id == gap.gate_id), gap.gate_id)
    where = f"{community.name}({gate})"
    start, end, instant = moment(gap.start), clock(gap.end), moment(gap.instant)
    head = Text(
        f"{start.zh} 至 {end} 报告{community.name},{limit.zh}内到不了。最慢:{instant.zh} 报告{where},",
        f"A report from {community.name} between {start.en} and {end} is not reached within {limit.en}. "
        f"Slowest: reported {instant.en} at {where}, ",
    )
    people = [_explain_candidate(problem, gap, candidate) for candidate in gap.candidates]
    if not people:
        return Text(f"{head.zh}没有可以派的人。", f"{head.en}nobody to send.")
    return Text(head.zh + ";".join(p.zh for p in people) + "。", head.en + "; ".join(p.en for p in people) + ".")


def _explain_candidate(problem: WeeklyProblem, gap: CoverageGap, candidate: Candidate) -> Text:
    community = problem.communities[gap.community_id]
    name = problem.officers[candidate.officer_id].name
    post = {community.a_officer: Text("A 岗", "A post "), community.b_officer: Text("B 岗", "B post ")}.get(
        candidate.officer_id, Text("", "")
    )
    who = Text(f"{post.zh}{name}{candidate.state.zh}", f"{post.en}{name} is {candidate.state.en}")
    if candidate.seconds >= NEVER:
        return Text(f"{who.zh},来不了", f"{who.en}: cannot come")
    there, over = moment(gap.instant + candidate.seconds), span(candidate.over)
    return Text(
        f"{who.zh},最快 {there.zh} 到场,超 {over.zh}", f"{who.en}: there {there.en} at the earliest, {over.en} over"
    )


def statements(problem: WeeklyProblem, *, estimated: bool) -> tuple[Text, ...]:
    """Return what the check counts and assumes, to be shown with its figures."""
    policy = problem.policy.response
    limit, handling, overtime = span(policy.limit), span(policy.handling), span(policy.overtime)
    setup, delay = span(policy.setup), span(policy.dispatch_delay)
    buffer = span(problem.policy.travel_buffer)
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
            f"待命出发准备 {setup.zh},派单 {delay.zh},停车步行 {buffer.zh};行车途中不掉头,到下一路口才能改道。",
            f"Stand-by sets off in {setup.en}, dispatch takes {delay.en}, parking {buffer.en}; no U-turn in mid-road.",
        ),
        Text(
            f"到场后要处置 {handling.zh},最多加班 {overtime.zh};超过的不算能到。",
            f"Handling takes {handling.en} and must end within {overtime.en} of overtime; otherwise it is no answer.",
        ),
    ]
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
