/* Pieces of the day's page, made from what is known: no piece knows of the network. */
import { element, fill, lang, say, words } from "./wuzao.js";

const pad = (number) => String(number).padStart(2, "0");

/** The time of day as the squad's clocks show it. */
export const clock = (text) => text.slice(11, 16);
export const moment = (text) => new Date(text).getTime();
export const shanghai = (at) => new Date(at + 8 * 3_600_000).toISOString();
export const dayOf = (at) => shanghai(at).slice(0, 10);

export function span(seconds) {
  const minutes = Math.ceil(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (!hours) return fill(words.minutes, { n: minutes });
  return minutes % 60 ? fill(words.hours_minutes, { h: hours, n: minutes % 60 }) : fill(words.hours, { h: hours });
}

export function saidDay(date) {
  const [, month, day] = date.split("-").map(Number);
  return fill(words.day_said, { month: words.months.split("|")[month - 1], day, weekday: weekday(date) });
}

export const weekday = (date) => words.weekdays.split(" ")[(new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7];

const listed = (names) => names.join(lang === "zh" ? "、" : ", ");

/** How long is left of a case's two hours, and how near that is. */
export function countdown(due, now) {
  const left = Math.round((due - now) / 1000);
  const whole = Math.abs(left);
  const said = `${Math.floor(whole / 3600)}:${pad(Math.floor((whole % 3600) / 60))}`;
  if (left < 0) return { text: fill(words.late_by, { time: said }), level: "late" };
  return { text: fill(words.time_left, { time: said }), level: left < 1800 ? "near" : left < 3600 ? "soon" : "fine" };
}

export function navigators(links) {
  const rows = [[words.baidu, links.baidu], [words.other_map, links.geo]].filter(([, link]) => link);
  return element("p", { class: "others" },
    ...rows.map(([name, link]) => element("a", { href: link, rel: "noreferrer" }, name)),
    element("small", {}, words.wechat));
}

export function phones(contacts) {
  if (!contacts.length) return null;
  return element("div", { class: "phones" }, ...contacts.map((one) => {
    const name = element("span", { "data-typed": "" }, one.name);
    if (!one.tel) return element("span", { class: "call none" }, say(one.role), " ", name, " ", element("small", {}, one.phone ? one.phone : words.no_phone));
    return element("a", { class: "call", href: one.tel },
      element("span", { "aria-hidden": "true" }, "☎"), " ", say(one.role), " ", name);
  }));
}

/** What to look at: boxes to tick, and for what was handled before two answers. */
export function checklist(stop, ticks, told, acts) {
  if (!stop.checks.length) return null;
  const rows = stop.checks.map((check) => {
    const text = element("span", { class: "what", "data-typed": "" },
      check.kind === "recheck" && check.overdue ? element("b", { class: "loud" }, words.overdue_now, " ") : null, say(check.text));
    const answer = check.kind === "recheck" ? told(check.subject) : null;
    if (check.kind === "recheck" && acts) {
      const pressed = (passed) => (answer ? String(answer.passed === passed) : "false");
      return element("li", { class: "recheck" }, text, element("span", { class: "answers", role: "group", "aria-label": words.recheck },
        element("button", { type: "button", "aria-pressed": pressed(true), disabled: Boolean(answer), onclick: () => acts.rechecked(stop, check, true) }, words.still_right),
        element("button", { type: "button", "aria-pressed": pressed(false), disabled: Boolean(answer), onclick: () => acts.rechecked(stop, check, false) }, words.wrong_again)));
    }
    const box = element("input", { type: "checkbox", checked: Boolean(ticks[check.key]), onchange: (event) => acts && acts.ticked(check.key, event.target.checked) });
    return element("li", {}, element("label", {}, box, text));
  });
  return element("div", { class: "checks" }, element("h3", {}, words.check), element("ul", {}, ...rows));
}

function meeting(stop) {
  const names = listed(stop.partners.map((partner) => partner.name));
  return element("p", { class: "gate" },
    element("b", { "data-typed": "" }, stop.gate.name || stop.community.name),
    names ? element("span", { "data-typed": "" }, " · ", names) : null,
    names ? ` ${fill(words.meet_at, { time: clock(stop.begin) })}` : null);
}

function became(stop, state) {
  const line = [];
  if (state.arrived_at) line.push(fill(words.arrived_at, { time: clock(state.arrived_at) }));
  if (state.finished_at) line.push(fill(words.finished_at, { time: clock(state.finished_at) }));
  if (state.found) line.push(fill(words.found_count, { n: state.found }));
  const said = line.join(" · ");
  if (state.state === "not_done") return element("p", { class: "became bad" }, words.not_made, element("span", { "data-typed": "" }, state.reason));
  return said ? element("p", { class: "became ok" }, "✓ ", said, state.pending ? ` · ${words.not_sent_yet}` : "") : null;
}

/** Everything that one needs at a stop. */
export function stopBody(stop, state, parts) {
  const lead = stop.post === "A" ? words.a_leads : stop.post === "B" ? words.b_leads : words.leads;
  const moves = stop.drive > 0;
  return [
    element("p", { class: "when" },
      element("b", {}, `${clock(stop.begin)} – ${clock(stop.end)}`), " ",
      element("small", {}, moves ? fill(words.leave, { time: clock(stop.leave_by), drive: span(stop.drive) }) : words.same_place)),
    meeting(stop),
    element("p", { class: "note" }, stop.lead ? element("span", {}, element("span", { "data-typed": "" }, stop.lead.name), " ", lead, " · ") : null, stop.breakable ? words.breakable : words.unbreakable),
    became(stop, state),
    parts.checks,
    parts.phones,
    parts.acts,
    parts.links,
  ];
}

export function waitBox(wait) {
  return element("section", { class: "wait-box" },
    element("h3", {}, words.wait_at, " ", element("span", { "data-typed": "" }, wait.community.name)),
    element("p", { class: "when" }, element("b", {}, `${clock(wait.begin)} – ${clock(wait.end)}`), " ", element("small", {}, fill(words.leave_by, { time: clock(wait.leave_by) }))),
    element("p", {}, element("a", { class: "button", href: wait.links.amap, rel: "noreferrer" }, words.navigate_there)));
}

/** A day without a route says what to do instead. */
export function quietDay(day) {
  if (day.leave) return element("p", { class: "empty" }, words.on_leave);
  if (!day.duty.length) return element("p", { class: "empty" }, day.plan ? words.off_duty : words.no_plan);
  const hours = day.duty.map((one) => element("b", {}, element("span", { "data-typed": "" }, one.band), ` ${one.begin}–${one.end} `));
  return element("p", { class: "empty" }, day.plan ? words.on_standby : words.no_plan_duty, " ", ...hours);
}

/** What was done and is not taken in yet, with what the server says of it where it refused. */
export function queueBox(acts, handle) {
  if (!acts.length) return null;
  const rows = acts.map((act) => element("li", { class: act.refusal ? "refused" : "" },
    element("span", {}, `${shanghai(act.made).slice(11, 16)} `, element("b", {}, words[`act_${act.kind}`]), " ", element("span", { "data-typed": "" }, act.place),
      act.photos.length ? ` · ${fill(words.photo_count, { n: act.photos.length })}` : ""),
    act.refusal ? element("p", { class: "bad" }, words.refused, element("span", { "data-typed": "" }, act.refusal.said)) : null,
    act.refusal ? element("p", { class: "row" },
      element("button", { type: "button", onclick: () => handle.correct(act) }, words.correct),
      element("button", { type: "button", onclick: () => handle.discard(act) }, words.discard)) : null));
  const refused = acts.filter((act) => act.refusal).length;
  const title = refused ? fill(words.to_settle, { n: refused }) : fill(words.to_send, { n: acts.length });
  return element("details", { class: "queue card", open: refused > 0 }, element("summary", {}, title), element("ul", {}, ...rows));
}

/** A case that the officer is sent to: its clock first. */
export function caseCard(one, state, now, acts) {
  const left = state.arrived ? null : countdown(moment(one.due_at), now);
  return element("article", { class: `live ${left ? left.level : "there"}` },
    element("p", { class: "kicker" }, element("b", {}, words.live_case), ` · ${clock(one.reported_at)} ${words.reported}`),
    element("h2", { "data-typed": "" }, one.community || words.outside, one.building ? ` ${one.building}` : ""),
    element("p", { class: "clock" }, element("span", { "data-due": left ? one.due_at : "" }, left ? left.text : state.arrived_at ? fill(words.arrived_at, { time: state.arrived_at }) : words.on_the_scene), " ", left ? element("small", {}, fill(words.due_by, { time: clock(one.due_at) })) : null),
    element("p", {}, one.type_name ? element("b", {}, say(one.type_name), " ") : null, element("span", { "data-typed": "" }, one.note)),
    state.pending ? element("p", { class: "note" }, words.not_sent_yet) : null,
    acts ? element("div", { class: "pair" },
      element("a", { class: "big button", href: one.links.amap, rel: "noreferrer" }, words.navigate_there),
      state.arrived
        ? element("button", { type: "button", class: "big go", onclick: () => acts.handled(one) }, words.handle)
        : element("button", { type: "button", class: "big go", onclick: () => acts.caseArrived(one) }, words.i_am_there)) : null,
    navigators(one.links));
}
