"""Judge a plan against every rule, whoever made it: the solver is not trusted, and neither is an edited file.

The two-hour promise is judged apart, by `planner.response`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from geo.text import Text
from planner import rules_hours, rules_people, rules_routes, rules_standby, rules_visits, rules_wishes
from planner.rulebook import BrokenRule, Rule
from planner.standing import history
from planner.week import WeeklyPlan, WeeklyProblem

__all__ = ["RULES", "BrokenRule", "Rule", "judge"]

RULES: tuple[Rule, ...] = (
    Rule(
        rules_routes.plan_is_of_this_week,
        Text("方案就是所核对的那一周的方案", "The plan is of the week it is judged for"),
    ),
    Rule(
        rules_routes.names_are_known,
        Text(
            "方案里的队员、任务、小区、出入口、车辆、伙伴、班次和日期都在册,路线编号不重复",
            "Every officer, visit, community, gate, vehicle, partner, band and day exists; no route's id is used twice",
        ),
    ),
    Rule(
        rules_people.two_certified_officers,
        Text(
            "每个班组、每次到访至少有两名持执法证的队员,辅助人员不算",
            "Every crew, at every stop, has at least two officers with an enforcement certificate; "
            "auxiliaries do not count",
        ),
    ),
    Rule(
        rules_people.crew_stays_together,
        Text(
            "班组成员不重复,每次到访由本组成员完成",
            "Nobody is in a crew twice, and every stop is made by people of its crew",
        ),
    ),
    Rule(
        rules_people.lead_holds_the_post,
        Text(
            "每次到访由班组带队人带队,带队人持证,并是该小区的 A 岗或 B 岗",
            "Every visit is led by its crew's lead, who is certified and holds the community's A or B post",
        ),
    ),
    Rule(
        rules_people.a_leads_when_free,
        Text(
            "A 岗同班有空时由 A 岗带队,A 岗不能时才由 B 岗带队",
            "B leads only where A is not on the same shift, or is out with another crew",
        ),
        hard=False,
    ),
    Rule(
        rules_people.crew_is_on_shift,
        Text(
            "班组每个人从出队到归队(含休息)都在当天该班次的当班时间内",
            "Everybody in a crew is on a shift of that band from leaving the station to coming back, break included",
        ),
    ),
    Rule(rules_people.nobody_works_on_leave, Text("请假当天不排班组", "Nobody is sent out on a day of leave")),
    Rule(rules_people.one_crew_at_a_time, Text("同一人不同时在两个班组", "Nobody is out with two crews at once")),
    Rule(
        rules_people.outings_within_the_limit,
        Text(
            "持证队员一周出勤次数不超过上限",
            "No certified officer goes out more often in a week than the policy allows",
        ),
    ),
    Rule(
        rules_hours.hours_within_the_limit_a_day,
        Text(
            "一天里外出的班,工时合计不超过上限(在队部备勤的班不算)",
            "The shifts in which somebody goes out add up to no more hours a day than the policy allows; "
            "stand-by does not count",
        ),
    ),
    Rule(
        rules_hours.hours_within_the_limit_a_week,
        Text(
            "一周里外出的班,工时合计不超过上限(在队部备勤的班不算)",
            "The shifts in which somebody goes out add up to no more hours a week than the policy allows; "
            "stand-by does not count",
        ),
    ),
    Rule(
        rules_hours.rest_between_outings,
        Text(
            "一次外出的班下班,到下一次外出的班上班,同一天和隔天都歇够规定的时间",
            "Between the shifts of somebody's outings lies the rest that the policy asks for, on one day and overnight",
        ),
    ),
    Rule(
        rules_people.somebody_may_drive,
        Text(
            "汽车至少有一名持证队员会开,电动车全组都会骑",
            "Some certified officer of the crew may drive the car; everybody in it may ride an e-bike",
        ),
    ),
    Rule(
        rules_people.a_or_b_is_on_duty,
        Text(
            "每个工作日,每个小区的 A 岗和 B 岗至少有一人在岗",
            "On every working day the A or the B officer of each community has a shift: never both away",
        ),
    ),
    Rule(rules_visits.each_visit_once, Text("同一任务只排一次", "No visit is made twice")),
    Rule(
        rules_visits.stop_is_at_its_community,
        Text("任务在它所属的小区完成", "A visit is made in the community that it is for"),
    ),
    Rule(
        rules_visits.visits_meet_at_the_main_gate,
        Text(
            "约在小区主入口碰头,车程也按主入口算",
            "A visit meets at the community's main gate, which is where travel times lead",
        ),
        hard=False,
    ),
    Rule(
        rules_visits.service_is_on_an_allowed_day,
        Text(
            "任务排在允许的日子(如复查在处置后第七天前后一个工作日)",
            "A visit is made on one of its days, such as a re-check seven days after handling, give or take one",
        ),
    ),
    Rule(
        rules_visits.service_begins_in_its_window,
        Text("任务在可到访的时段内开始", "Service begins within one of the visit's arrival windows"),
    ),
    Rule(
        rules_visits.service_is_long_enough,
        Text(
            "任务做满规定时长,期间的休息不算",
            "Service lasts as long as the visit takes; a break taken on site does not count",
        ),
    ),
    Rule(
        rules_visits.partners_all_join,
        Text(
            "应到的居委、物业等伙伴都到场,并且都负责该小区",
            "Every partner a visit needs joins it, one of each kind the policy asks for, all serving that community",
        ),
    ),
    Rule(
        rules_visits.partners_can_be_there,
        Text(
            "到场的伙伴自始至终都在自己的可到时间内",
            "Every partner who joins is within the hours of its own calendar from beginning to end of service",
        ),
    ),
    Rule(
        rules_visits.partner_in_one_place,
        Text(
            "同一伙伴不同时在两处,两个小区之间留足路程",
            "No partner is needed in two places at once, the drive between two communities included",
        ),
    ),
    Rule(
        rules_visits.visits_keep_their_distance,
        Text(
            "同一小区的联合检查至少相隔规定的天数",
            "Visits of one obligation are on days at least so far apart as the obligation asks",
        ),
    ),
    Rule(
        rules_visits.stationing_fills_the_shift,
        Text(
            "驻点占满一个班,同组当班不再去别处",
            "A crew on stationing makes no other stop, and none of it goes out again in that band of that day",
        ),
    ),
    Rule(
        rules_visits.pins_are_kept,
        Text(
            "钉住的任务留在指定的日子、班次和带队人名下",
            "A pinned visit stays on its day, in its band and with its lead",
        ),
    ),
    Rule(
        rules_visits.mandatory_work_is_placed,
        Text(
            "必做任务全部排上,没排上的逐项说明原因",
            "Every mandatory visit is placed; one that is not is named with the plan's reasons",
        ),
    ),
    Rule(
        rules_visits.missed_list_is_true,
        Text(
            "遗漏清单与方案一致:没排上的必做任务各列一次,已排上的不列",
            "The list of missed visits names every mandatory visit left out, once, and nothing that is placed",
        ),
    ),
    Rule(
        rules_wishes.begins_as_partners_prefer,
        Text(
            "任务在到场伙伴自己希望的时间内开始",
            "A visit begins within the hours that the partners who join it prefer",
        ),
        hard=False,
    ),
    Rule(
        rules_wishes.begins_unpredictably,
        Text(
            "任务与近四周同一小区、同一星期几的到访开始时刻相差至少半小时(驻点、交付前共商除外)",
            "A visit begins at least half an hour away from those made there on that weekday in the last four weeks "
            "(stationing and pre-delivery meetings apart)",
        ),
        hard=False,
    ),
    Rule(
        rules_routes.legs_follow_the_stops,
        Text(
            "路线从队部出发,按停靠顺序逐点衔接,最后回到队部",
            "A route has a stop at least, begins and ends at the station, and its legs join the stops in their order",
        ),
    ),
    Rule(
        rules_routes.drives_take_their_time,
        Text(
            "每段车程不短于该时段所需(含停车步行)",
            "Every leg lasts at least as long as its drive takes at that time of day, parking included",
        ),
    ),
    Rule(
        rules_routes.times_run_forward,
        Text(
            "到达与路段一致,先到再开始,做完再离开,都在当天之内",
            "A crew arrives as its leg does, begins after arriving, leaves after the service, all on the route's day",
        ),
    ),
    Rule(
        rules_routes.vehicle_fits_the_crew,
        Text("车辆座位够全组乘坐", "A crew's vehicle has a seat for everybody and travel times of its kind"),
    ),
    Rule(
        rules_routes.vehicle_in_one_place,
        Text("同一车辆不同时派给两个班组", "No vehicle is out with two crews at once"),
    ),
    Rule(
        rules_routes.vehicle_is_in_service,
        Text("停用的车辆不派", "Nobody goes out with a vehicle that is out of service"),
    ),
    Rule(
        rules_routes.break_is_given,
        Text(
            "当班时间涵盖整个休息时段的,在该时段内随组或在队部休息",
            "Whoever's shift covers the band's whole break window gets the break within it, "
            "with the crew or at the station",
        ),
    ),
    Rule(
        rules_routes.break_is_undisturbed,
        Text(
            "休息时不行车、不做任务(驻点除外)", "Nobody drives during the break, and no service but stationing goes on"
        ),
    ),
    Rule(
        rules_standby.standby_names_are_known,
        Text("在外待命的人、班次、车辆和小区都在册", "The officer, band, vehicle and community of a stand-by exist"),
    ),
    Rule(
        rules_standby.standby_is_on_duty,
        Text(
            "在外待命的人持证,从出队到归队都在当天该班次的当班时间内",
            "Whoever stands by away from the station is certified and on a shift of that band all the while",
        ),
    ),
    Rule(
        rules_standby.standby_is_free,
        Text(
            "在外待命时,人和车不同时在别处",
            "During a stand-by away from the station, its officer and vehicle are nowhere else",
        ),
    ),
    Rule(
        rules_standby.standby_drives_fit,
        Text(
            "在外待命从队部去、回队部来,车程足够,本人会开",
            "A stand-by leads from the station and back, its drives take their time, and its officer may drive",
        ),
    ),
    Rule(
        rules_routes.stated_cost_is_true,
        Text(
            "方案写明的各项费用与按方案算得的一致,下界不高于费用",
            "The cost the plan states, term by term, is what it costs, and its bound is not above it",
        ),
        hard=False,
    ),
)
"""Every rule, in the order in which a report names them."""


def judge(problem: WeeklyProblem, plan: WeeklyPlan, rules: Sequence[Rule] = RULES) -> tuple[BrokenRule, ...]:
    """Return every rule (or of some `rules`) that `plan` breaks, and where; empty for a plan fit to publish.

    What had already happened when the week was planned again cannot be mended: it is told, but breaks nothing hard.
    """
    broken = tuple(broken for rule in rules for broken in rule.check(problem, plan))
    if not problem.now:
        return broken
    past = history(problem, plan)
    known = {*problem.officers, *(route.id for route in past.routes)}
    happened = {each for rule in rules for each in rule.check(problem, past) if each.where[0] in known}
    return tuple(replace(each, hard=False) if each in happened else each for each in broken)
