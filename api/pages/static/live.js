/* The desk: reports by the time they have left, who is where, the map beside them; asked anew every quarter of a minute. */
import { asked, byId, change, data, element, failed, fill, hear, say, toast, words } from "./wuzao.js";
import { hourMinute, otherDay, reading, serverNow, setClock, span } from "./live_time.js";
import { dispatchPanel } from "./live_dispatch.js";
import { reportForm } from "./live_report.js";

const EVERY = 15000;
const QUIET = 10 * 60;
const live = `${data.base}/live`;
const frame = byId("map");

let desk = data.desk;
let tag = "";
let seen = Date.parse(desk.now);
let chosen = null;
let panel = null;
let ready = false;
setClock(desk.now);

/* --- asking --- */

async function ask() {
  try {
    const answer = await fetch(live, { headers: tag ? { "If-None-Match": tag } : {}, cache: "no-store" });
    if (answer.status === 401) {
      location.assign(`/sign-in?next=${encodeURIComponent(location.pathname)}`);
      return;
    }
    if (!answer.ok && answer.status !== 304) {
      throw new Error(String(answer.status));
    }
    if (answer.ok) {
      desk = await answer.json();
      tag = answer.headers.get("ETag") || "";
      setClock(desk.now);
      data.desk = desk;
      show();
    }
    seen = serverNow();
    asOf(true);
  } catch {
    asOf(false);
  }
}

function asOf(alive) {
  const line = byId("as-of");
  line.classList.toggle("bad", !alive);
  const said = fill(alive ? words.updated : words.stale, { at: hourMinute(seen) });
  if (line.textContent !== said) {
    line.textContent = said;
  }
}

/* --- lists whose rows stay: what has the focus keeps it --- */

function rows(list, items, key, build) {
  const there = new Map([...list.children].map((node) => [node.dataset.key, node]));
  let before = null;
  for (const item of items) {
    const id = key(item);
    const said = JSON.stringify(item);
    let node = there.get(id);
    there.delete(id);
    if (!node || node.said !== said) {
      const made = build(item);
      made.dataset.key = id;
      made.said = said;
      if (node) {
        replace(node, made);
      }
      node = made;
    }
    const next = before ? before.nextElementSibling : list.firstElementChild;
    if (next !== node) {
      moved(list, node, next);
    }
    before = node;
  }
  for (const gone of there.values()) {
    gone.remove();
  }
}

/** Put a node where it belongs; what has the focus within it keeps it. */
function moved(list, node, next) {
  const focused = node.contains(document.activeElement) ? document.activeElement : null;
  list.insertBefore(node, next);
  if (focused) {
    focused.focus({ preventScroll: true });
  }
}

function replace(old, made) {
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const kept = old.querySelector(".whom");
  if (kept) {
    made.append(kept);
  }
  old.replaceWith(made);
  if (focused) {
    const same = focused === old ? made : made.contains(focused) ? focused : made.querySelector(`[data-act="${focused.dataset.act}"]`) || made;
    same.focus({ preventScroll: true });
  }
}

/* --- reports --- */

const typeOf = (report) => (report.type_name ? say(report.type_name) : words.unknown_kind);
const placeOf = (report) => report.community_name || words.outside;

function button(act, text, press, more = {}) {
  return element("button", { type: "button", "data-act": act, onclick: press, ...more }, text);
}

function reportRow(report) {
  const node = element("li", { class: "report", tabindex: "-1", id: `report-${report.id}` });
  const clock = element("p", { class: "clock" }, element("b", {}), element("span", { class: "note" }, report.clock.runs === "down" ? fill(words.due, { at: otherDay(report.clock.due) + hourMinute(report.clock.due) }) : report.clock.late ? words.came_late : ""));
  const title = element("h3", {}, element("span", { "data-typed": true }, placeOf(report)), ` · ${typeOf(report)}`);
  const reported = `${otherDay(report.reported_at)}${fill(words.reported, { at: hourMinute(report.reported_at), channel: say(report.channel_name) })} · ${report.id} · ${say(report.stage_name)}`;
  node.append(element("div", { class: "report-top" }, element("div", {}, title, element("p", { class: "note" }, reported)), clock));
  const told = [report.building, report.note].filter(Boolean).join(" · ");
  if (told) {
    node.append(element("p", { "data-typed": true }, told));
  }
  if (report.property_due_at && report.channel === "property") {
    const late = Date.parse(report.reported_at) > Date.parse(report.property_due_at);
    node.append(element("p", { class: late ? "bad" : "note" }, late ? words.property_late : words.property_in_time));
  }
  if (report.names.length) {
    node.append(element("p", {}, fill(words.sent, { names: report.names.join(words.and) })));
  }
  if (report.alike.length && data.may.dispatch) {
    node.append(element("p", { class: "warn" }, words.maybe_same));
  }
  node.append(actsOf(report));
  node.addEventListener("focusin", () => choose(report.id));
  node.addEventListener("click", () => choose(report.id));
  return node;
}

function actsOf(report) {
  const acts = element("p", { class: "row acts" });
  if (data.may.dispatch) {
    if (["collected", "filed"].includes(report.stage)) {
      acts.append(button("send", words.send, () => open(report.id), { class: "go" }));
      report.alike.forEach((other) => acts.append(button(`merge-${other}`, fill(words.merge, { id: other }), () => merge(report, other))));
    }
    if (report.stage === "dispatched") {
      acts.append(button("arrived", words.arrived_told, () => arrived(report)), button("recall", words.recall, () => recall(report)));
    }
  }
  acts.append(element("a", { href: `${data.pages}/cases/${encodeURIComponent(report.id)}` }, words.case));
  return acts;
}

async function step(report, taken, done) {
  try {
    await change("POST", `${data.base}/cases/${encodeURIComponent(report.id)}/steps`, taken, { "If-Match": `"${report.version}"` });
    toast(done);
  } catch (error) {
    failed(error);
  }
  await ask();
}

async function merge(report, other) {
  if (await asked(fill(words.merge_asked, { id: other }))) {
    await step(report, { kind: "merged", case_id: other }, fill(words.merged, { id: other }));
  }
}

async function recall(report) {
  if (await asked(fill(words.recall_asked, { names: report.names.join(words.and) }))) {
    await step(report, { kind: "recalled" }, words.recalled);
  }
}

async function arrived(report) {
  if (await asked(fill(words.arrived_asked, { name: report.names[0] }))) {
    await step(report, { kind: "arrived", officer: report.officers[0], reason: words.arrived_reason }, fill(words.there_since, { at: hourMinute(serverNow()) }));
  }
}

/** Ask whom to send, below the report. */
function open(id) {
  const report = desk.reports.find((one) => one.id === id);
  const row = byId(`report-${id}`);
  if (!report || !row) {
    return;
  }
  if (panel) {
    panel.close();
  }
  panel = dispatchPanel(report, () => desk, {
    closed: () => {
      panel = null;
      const again = byId(`report-${id}`);
      if (again) {
        (again.querySelector("[data-act=send]") || again).focus();
      }
    },
    sent: ask,
  });
  row.append(panel.node);
  panel.node.querySelector("h4").focus();
}

/* --- people --- */

function personRow(person) {
  const node = element("li", { class: `person ${stateOf(person)}`, tabindex: "-1", id: `officer-${person.officer}` });
  const place = person.now.place ? say(person.now.place) : "";
  const doing = element("span", {}, say(person.now.what), place ? element("span", { "data-typed": true }, ` ${place}`) : null, person.now.until ? ` · ${fill(words.until, { at: hourMinute(person.now.until) })}` : "");
  node.append(
    element("b", {}, element("span", { "data-typed": true }, person.name), person.certified ? "" : ` (${words.auxiliary})`),
    element("span", {}, doing, element("small", {}, ...nextOf(person))),
    element("span", { class: "told" }, ...toldOf(person)),
  );
  return node;
}

function nextOf(person) {
  if (person.next) {
    const said = fill(words.next, { at: hourMinute(person.next.begin), what: say(person.next.what) });
    return [said, element("span", { "data-typed": true }, ` ${say(person.next.place)}`)];
  }
  return person.duty_until ? [fill(words.nothing_next, { at: hourMinute(person.duty_until) })] : [];
}

/** What was last told, and whether somebody who should be at a gate has not told so. */
function toldOf(person) {
  const { now, last } = person;
  const since = now.since ? Date.parse(now.since) : 0;
  const silent = now.visit && (serverNow() - since) / 1000 > QUIET && (!last || Date.parse(last.at) < since);
  if (silent) {
    return [element("span", { class: "warn" }, fill(words.not_told, { at: hourMinute(now.since) }))];
  }
  if (!last) {
    return [words.no_word];
  }
  const ago = span((serverNow() - Date.parse(last.at)) / 1000);
  return [fill(words.last, { at: otherDay(last.at) + hourMinute(last.at), what: say(last.what), ago }), last.place ? element("span", { "data-typed": true }, ` ${last.place}`) : null].filter(Boolean);
}

function stateOf(person) {
  if (person.case) {
    return "report-on";
  }
  const doing = person.now.doing;
  if (["off", "leave"].includes(doing)) {
    return "off";
  }
  return ["visit", "driving"].includes(doing) ? doing : doing === "report" ? "report-on" : "free";
}

function offRow(person) {
  const from = person.duty_from ? fill(words.on_from, { day: otherDay(person.duty_from), at: hourMinute(person.duty_from) }) : "";
  return element("li", { class: "person off" }, element("b", { "data-typed": true }, person.name), element("span", {}, say(person.now.what)), element("span", { class: "told" }, from));
}

/* --- all of it --- */

function show() {
  byId("no-plan").hidden = desk.plan !== null;
  byId("no-reports").hidden = desk.reports.length > 0;
  byId("count").textContent = desk.reports.length ? String(desk.reports.length) : "";
  rows(byId("reports"), desk.reports, (one) => one.id, reportRow);
  byId("dealt").hidden = desk.dealt.length === 0;
  byId("dealt-title").textContent = fill(words.dealt, { n: desk.dealt.length });
  rows(byId("dealt-list"), desk.dealt, (one) => one.id, dealtRow);
  const on = desk.officers.filter((one) => one.duty_until || one.case);
  const off = desk.officers.filter((one) => !on.includes(one));
  rows(byId("people"), on, (one) => one.officer, personRow);
  byId("off").hidden = off.length === 0;
  byId("off-title").textContent = fill(words.off_duty, { n: off.length });
  rows(byId("off-list"), off, (one) => one.officer, offRow);
  tick();
  onMap();
}

function dealtRow(report) {
  const outcome = report.outcome_name ? say(report.outcome_name) : say(report.stage_name);
  return element(
    "li",
    {},
    element("a", { href: `${data.pages}/cases/${encodeURIComponent(report.id)}` }, report.id),
    " ",
    element("span", { "data-typed": true }, placeOf(report)),
    ` · ${typeOf(report)} · ${outcome}${report.clock.late ? ` · ${words.came_late}` : ""}`,
  );
}

let minute = null;

/** Turn every clock; the map is told once a minute. */
function tick() {
  for (const report of desk.reports) {
    const node = byId(`report-${report.id}`);
    const now = reading(report.clock);
    for (const name of ["plenty", "soon", "late", "there"]) {
      node.classList.toggle(name, name === now.left);
    }
    node.classList.toggle("chosen", report.id === chosen);
    const shown = node.querySelector(".clock b");
    if (shown.textContent !== now.said) {
      shown.textContent = now.said;
    }
  }
  const current = Math.floor(serverNow() / 60000);
  if (current !== minute) {
    minute = current;
    for (const person of desk.officers) {
      const node = byId(`officer-${person.officer}`);
      if (node) {
        node.querySelector(".told").replaceChildren(...toldOf(person));
      }
    }
    onMap();
  }
}

/* --- the map --- */

function choose(id) {
  if (chosen !== id) {
    chosen = id;
    tick();
    onMap();
  }
}

const toMap = (message) => frame.contentWindow.postMessage(message, "*");

function onMap() {
  if (!ready) {
    return;
  }
  const officers = desk.officers.filter((one) => one.at).map((one) => {
    const state = stateOf(one);
    return { id: one.officer, name: one.name, lon: one.at.lon, lat: one.at.lat, state: state === "report-on" ? "report" : state };
  });
  const reports = desk.reports.map((one) => {
    const now = reading(one.clock);
    return { id: one.id, lon: one.lon, lat: one.lat, left: now.left, label: now.label, said: `${one.id} · ${now.label}` };
  });
  toMap({ wuzao: "now", officers, reports, chosen });
}

const form = byId("report-form") ? reportForm(toMap, async (id) => {
  await ask();
  choose(id);
  if (data.may.dispatch) {
    open(id);
  }
}) : null;

hear(frame, (said) => {
  if (said.wuzao === "ready") {
    ready = true;
    onMap();
  } else if (said.wuzao === "picked" && form) {
    form.picked(said);
  } else if (said.wuzao === "chosen") {
    const node = byId(said.report ? `report-${said.report}` : `officer-${said.officer}`);
    if (node) {
      node.focus();
      node.scrollIntoView({ block: "nearest" });
    }
  }
});

toMap({ wuzao: "hello" });
show();
asOf(true);
byId("refresh").addEventListener("click", ask);
document.addEventListener("visibilitychange", () => { if (!document.hidden) { ask(); } });
setInterval(tick, 1000);
setInterval(ask, EVERY);
