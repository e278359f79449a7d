/* The officer's day: shown as last seen at once, made new when there is a network; what is done is kept first and sent after. */
import { acts, attend, handle, whereAmI } from "./today_acts.js";
import { DayMap } from "./today_map.js";
import { Sender } from "./today_send.js";
import { Store, owner, setOwner } from "./today_store.js";
import { caseCard, checklist, clock, countdown, dayOf, moment, navigators, phones, queueBox, quietDay, saidDay, shanghai, span, stopBody, waitBox, weekday } from "./today_views.js";
import { asked, byId, data, element, failed, fill, say, toast, words } from "./wuzao.js";

const state = { told: null, seen: null, acts: [], ticks: {}, day: data.day, behind: 0, offline: !navigator.onLine, sending: "idle", open: new Set() };
document.body.classList.add("today-page");
let store = null;
let sender = null;
let map = null;
let pictureOf = null;

/* The squad's time as far as the phone knows it; a minute or less is the network's delay, not the clock's fault. */
const now = () => Date.now() + (Math.abs(state.behind) > 60_000 ? state.behind : 0);
const today = () => dayOf(now());
const shown = () => state.told && (state.told.days.find((day) => day.date === state.day) || state.told.days[0]);
const stopsOf = (day) => day.routes.flatMap((route) => route.stops);

/* ---- what became of a stop: as the squad knows it, and what is still on this phone */
function standing(stop) {
  const found = { ...stop.became, pending: false };
  for (const act of state.acts) {
    if (act.refusal || act.body.visit !== stop.visit) continue;
    found.pending = true;
    const at = shanghai(moment(act.body.at));
    if (act.kind === "finished") Object.assign(found, { state: "done", finished_at: at });
    else if (act.kind === "could_not") Object.assign(found, { state: "not_done", reason: act.body.note });
    else {
      if (found.state === "planned" || act.kind === "arrived") found.state = "under_way";
      found.arrived_at = found.arrived_at || at;
      if (act.kind === "found") found.found += 1;
    }
  }
  return found;
}

const over = (stop) => ["done", "not_done"].includes(standing(stop).state);

function nextOf(day) {
  const stops = stopsOf(day);
  const under = stops.find((stop) => standing(stop).state === "under_way");
  const left = stops.filter((stop) => !over(stop));
  if (day.date !== today()) return under || left[0] || null;
  return under || left.find((stop) => moment(stop.end) > now()) || left[left.length - 1] || null;
}

function caseState(one) {
  const mine = state.acts.filter((act) => !act.refusal && act.caseId === one.id);
  const here = mine.find((act) => act.kind === "case_arrived");
  const at = one.arrived_at ? clock(one.arrived_at) : here ? shanghai(moment(here.body.at)).slice(11, 16) : null;
  return { arrived: one.stage === "on_scene" || Boolean(here), arrived_at: at, pending: mine.length > 0, handled: mine.some((act) => act.kind === "case_handled") };
}

/* ---- drawing */
const parts = (stop, inBar = false) => ({
  checks: checklist(stop, state.ticks, (subject) => state.acts.map((one) => one.body).find((body) => body.kind === "rechecked" && body.violation === subject), acts),
  phones: phones([...stop.contacts, state.told.hotline]),
  acts: acts && stop.plan && shown().date <= today() ? element("div", { class: "pair small" },
    element("button", { type: "button", onclick: () => acts.found(stop) }, words.found),
    over(stop) ? null : element("button", { type: "button", onclick: () => acts.couldNot(stop) }, words.could_not),
    !inBar && ["planned", "not_done"].includes(standing(stop).state) ? element("button", { type: "button", onclick: () => acts.arrived(stop) }, words.i_am_there) : null,
    !inBar && standing(stop).state === "under_way" ? element("button", { type: "button", onclick: () => acts.finished(stop) }, words.finish) : null) : null,
  links: navigators(stop.links),
});

function drawHead() {
  const day = shown();
  const bands = day ? [...new Set(day.routes.map((route) => route.band))] : [];
  byId("day-said").replaceChildren(day ? saidDay(day.date) : "", ...(bands.length ? [" · ", element("span", { "data-typed": "" }, bands.join("、"))] : []));
  const waiting = state.acts.filter((one) => !one.refusal).length;
  const refused = state.acts.length - waiting;
  const seen = state.seen ? shanghai(state.seen).slice(11, 16) : "";
  let said = seen ? fill(words.seen_at, { time: seen }) : words.loading;
  if (state.sending === "sign_in") said = fill(words.sign_in_again, { n: waiting });
  else if (refused) said = fill(words.to_settle, { n: refused });
  else if (state.offline || state.sending === "offline") said = waiting ? fill(words.offline_waiting, { n: waiting }) : fill(words.offline_seen, { time: seen || "–" });
  else if (waiting) said = fill(words.to_send, { n: waiting });
  byId("pill").textContent = said;
  byId("pill").className = refused ? "pill bad" : state.offline || waiting ? "pill waits" : "pill";
  byId("sign-in-again").hidden = state.sending !== "sign_in";
}

function drawDays() {
  const week = shown().week;
  const here = state.told.days.filter((day) => day.week === week);
  const other = state.told.days.find((day) => day.week !== week);
  byId("days").replaceChildren(
    ...here.map((day) => element("button", { type: "button", "aria-current": day.date === state.day ? "date" : null, "aria-label": saidDay(day.date), class: [day.date === today() ? "today-day" : "", day.routes.length ? "busy" : ""].join(" ").trim() || null, onclick: () => go(day.date) },
      element("span", {}, weekday(day.date)), element("b", {}, String(Number(day.date.slice(8)))))),
    element("button", { type: "button", class: "other-week", onclick: () => go(other.date) }, other.date > here[0].date ? words.next_week : words.this_week));
}

function drawNext(day) {
  const next = nextOf(day);
  const box = byId("next");
  box.hidden = next === null;
  document.body.classList.toggle("has-next", next !== null);
  if (next === null) return next;
  box.className = `stop-card kind-${next.kind}`;
  const kicker = standing(next).state === "under_way" ? words.here_now : words.next;
  box.replaceChildren(
    element("p", { class: "kicker" }, element("b", {}, kicker), ` · ${say(next.kind_name)}`),
    element("h2", { "data-typed": "" }, next.community.name), ...stopBody(next, standing(next), parts(next, true)).filter(Boolean));
  return next;
}

function drawRest(day, next) {
  const rows = [];
  for (const route of day.routes) {
    for (const stop of route.stops) {
      const stands = standing(stop);
      const mark = { done: "✓", not_done: "✗", under_way: "…" }[stands.state] || "";
      const row = element("details", { class: `rest-stop kind-${stop.kind} ${stands.state}`, open: state.open.has(stop.visit) },
        element("summary", {}, element("time", {}, clock(stop.begin)), element("span", { class: "name", "data-typed": "" }, stop.community.name),
          element("span", { class: "what" }, `${mark} ${say(stop.kind_name)} · ${span((moment(stop.end) - moment(stop.begin)) / 1000)}`)),
        element("div", { class: "inside" }, ...(stop === next ? [element("p", { class: "note" }, words.shown_above)] : stopBody(stop, stands, parts(stop)).filter(Boolean)),
          stop === next ? null : element("p", {}, element("a", { class: "button", href: stop.links.amap, rel: "noreferrer" }, words.navigate_there))));
      row.addEventListener("toggle", () => (row.open ? state.open.add(stop.visit) : state.open.delete(stop.visit)));
      rows.push(row);
    }
    rows.push(element("p", { class: "home" }, element("time", {}, clock(route.home.at)), element("span", {}, words.back_home), element("span", { class: "what" }, fill(words.whole, { km: (route.home.metres / 1000).toFixed(1) })),
      element("a", { href: route.home.links.amap, rel: "noreferrer" }, words.navigate)));
  }
  byId("rest").replaceChildren(...rows, ...day.waits.map(waitBox), ...(day.routes.length || day.waits.length ? [] : [quietDay(day)]));
  byId("share").hidden = !day.share;
}

function drawBar(day, next) {
  const bar = byId("bar");
  const live = day.date === today();
  bar.hidden = next === null || (!live && day.date > today() && !next);
  if (next === null) return bar.replaceChildren();
  const [before, after] = words.navigate_to.split("{gate}");
  const way = element("a", { class: "big go button", href: next.links.amap, rel: "noreferrer" },
    element("span", {}, before, element("span", { "data-typed": "" }, next.gate.name || next.community.name), after));
  if (!acts || day.date > today()) return bar.replaceChildren(way);
  if (standing(next).state === "under_way") {
    return bar.replaceChildren(element("button", { type: "button", class: "big", onclick: () => acts.found(next) }, words.found), element("button", { type: "button", class: "big go", onclick: () => acts.finished(next) }, words.finish));
  }
  return bar.replaceChildren(way, element("button", { type: "button", class: "big", onclick: () => acts.arrived(next) }, words.i_am_there));
}

async function drawMap(day, next) {
  const box = byId("map");
  box.parentElement.hidden = !day.picture;
  if (!day.picture) return;
  const gone = new Set(stopsOf(day).filter(over).map((stop) => stop.visit));
  const wanted = `${day.picture} ${day.made_by}`;
  if (pictureOf !== wanted) {
    pictureOf = wanted;
    const picture = await pictureFor(day, wanted);
    if (pictureOf !== wanted) return;
    if (picture === null) { map = null; pictureOf = null; box.replaceChildren(element("p", { class: "note" }, words.no_map)); return; }
    const label = stopsOf(day).map((stop) => `${stop.number} ${stop.community.name} ${clock(stop.begin)}`).join(", ");
    map = new DayMap(box, picture, `${words.map}: ${label}`);
    map.svg.setAttribute("data-typed", "");
    byId("map-credit").textContent = picture.credit || "";
  }
  if (map) map.draw(next && next.visit, gone);
}

/** The map of a day: from the phone where it has it, else from the squad, kept for when there is no network. */
async function pictureFor(day, wanted) {
  const kept = store && (await store.get(`map ${day.date}`));
  if (kept && kept.wanted === wanted) return kept.picture;
  try {
    const answer = await fetch(day.picture, { signal: AbortSignal.timeout(60_000) });
    if (!answer.ok) throw new Error(String(answer.status));
    const picture = await answer.json();
    if (store) await store.put(`map ${day.date}`, { wanted, picture });
    return picture;
  } catch {
    return kept ? kept.picture : null;
  }
}

function draw() {
  drawHead();
  byId("queue").replaceChildren(...[queueBox(state.acts, handle)].filter(Boolean));
  const day = shown();
  if (!day) return;
  drawDays();
  byId("cases").replaceChildren(...state.told.cases.filter((one) => !caseState(one).handled).map((one) => caseCard(one, caseState(one), now(), acts)));
  const next = drawNext(day);
  drawRest(day, next);
  drawBar(day, next);
  drawMap(day, next).catch(failed);
}

function go(date) {
  state.day = date;
  draw();
  scrollTo({ top: 0 });
}

/* ---- knowing */
async function reread() {
  state.acts = store ? await store.acts() : [];
  draw();
}

function know(told, seen) {
  state.told = told;
  state.seen = seen;
  if (!told.days.some((day) => day.date === state.day)) state.day = today();
}

async function refresh() {
  const place = `${data.base}/officers/${encodeURIComponent(data.officer)}/days${data.asked ? `?day=${data.asked}` : ""}`;
  const kept = store && !data.asked ? await store.get("days") : null;
  try {
    const answer = await fetch(place, { headers: kept ? { "If-None-Match": kept.tag } : {}, signal: AbortSignal.timeout(20_000) });
    if (answer.status === 401) { state.sending = "sign_in"; return draw(); }
    if (answer.status !== 304 && !answer.ok) throw new Error(String(answer.status));
    const fresh = answer.status === 304 ? { ...kept, seen: Date.now() } : { tag: answer.headers.get("ETag"), told: await answer.json(), seen: Date.now() };
    const theirs = answer.status === 304 ? answer.headers.get("X-Wuzao-Now") : fresh.told.now;
    state.behind = moment(theirs) - Date.now();
    fresh.behind = state.behind;
    if (store) await store.put("days", fresh);
    state.offline = false;
    know(fresh.told, now());
  } catch {
    state.offline = true;
  }
  draw();
}

async function share() {
  const day = shown();
  const button = byId("share");
  button.disabled = true;
  try {
    const answer = await fetch(day.share, { signal: AbortSignal.timeout(120_000) });
    if (!answer.ok) throw new Error(words.no_network);
    const name = `${data.officerName} ${day.date}.html`;
    const file = new File([await answer.blob()], name, { type: "text/html" });
    const can = navigator.canShare && navigator.canShare({ files: [file] });
    const address = URL.createObjectURL(file);
    const box = element("dialog", { class: "sheet", "aria-label": words.share },
      element("h2", {}, words.share), element("p", {}, words.share_help),
      element("p", { class: "pair" },
        can ? element("button", { type: "button", class: "big go", onclick: () => navigator.share({ files: [file] }).catch(() => null) }, words.share_now) : null,
        element("a", { class: `big button ${can ? "" : "go"}`, href: address, download: name }, words.download)),
      element("p", {}, element("button", { type: "button", class: "plain", onclick: () => box.close() }, words.close)));
    box.addEventListener("close", () => { box.remove(); URL.revokeObjectURL(address); });
    document.body.append(box);
    box.showModal();
  } catch {
    toast(words.share_wants_network);
  }
  button.disabled = false;
}

function bigMap() {
  if (!map) return;
  const box = byId("map");
  const frame = box.parentElement;
  const stop = map.handle();
  const small = () => { frame.classList.remove("big"); stop(); removeEventListener("keydown", escape); map.reset(); byId("map-open").hidden = false; byId("map-tools").hidden = true; byId("map-open").focus(); };
  const escape = (event) => { if (event.key === "Escape") small(); };
  addEventListener("keydown", escape);
  frame.classList.add("big");
  byId("map-open").hidden = true;
  byId("map-tools").hidden = false;
  byId("map-less").onclick = small;
  byId("map-in").onclick = () => map.zoom(1.6);
  byId("map-out").onclick = () => map.zoom(1 / 1.6);
  byId("map-here").onclick = async () => { const place = await whereAmI(8000); if (place) map.locate(place.lon, place.lat); else toast(words.no_position); };
  map.draw();
  byId("map-less").focus();
}

/* ---- leaving: what is not sent stays on the phone for this user, and says so first */
async function leave() {
  const waiting = store ? (await store.acts()).length : 0;
  if (waiting && !(await asked(fill(words.leave_waiting, { n: waiting })))) return;
  try {
    const me = await (await fetch("/api/me")).json();
    await setOwner(null);
    if (me.name === data.user.name) await fetch("/api/sign-out", { method: "POST", headers: { "X-CSRF-Token": me.csrf } });
    location.assign("/sign-in");
  } catch {
    if (!(await asked(words.leave_offline))) return;
    localStorage.setItem("wuzao-leaving", data.user.id);
    await setOwner(null);
    location.replace("/today");
  }
}

async function begin() {
  byId("sign-out")?.addEventListener("click", (event) => { event.stopImmediatePropagation(); leave(); }, true);
  byId("share").addEventListener("click", share);
  byId("map-open").addEventListener("click", bigMap);
  byId("map").addEventListener("click", () => { if (!byId("map").parentElement.classList.contains("big")) bigMap(); });
  addEventListener("resize", () => map && map.draw());
  if (data.keeps) {
    if (localStorage.getItem("wuzao-leaving") === data.user.id && navigator.onLine) { localStorage.removeItem("wuzao-leaving"); return leave(); }
    store = await Store.open(data.user.id);
    state.ticks = (await store.get("ticks")) || {};
    const kept = await store.get("days");
    if (kept) { state.behind = kept.behind || 0; know(kept.told, kept.seen); }
    await setOwner(data.user.id);
    work();
  } else {
    await setOwner(null);
  }
  sender = new Sender(store || { acts: async () => [] }, data, async (sending, taken) => {
    state.sending = sending;
    if (sending === "other") return location.replace("/today");
    if (taken) state.offline = false;
    await reread();
    if (taken && !state.acts.some((one) => !one.refusal)) refresh();
  });
  attend({ store, sender, state, now, reread });
  await reread();
  await refresh();
  sender.go();
  addEventListener("online", () => { state.offline = false; refresh(); sender.go(); });
  addEventListener("offline", () => { state.offline = true; draw(); });
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  document.addEventListener("visibilitychange", returned);
  setInterval(() => { if (!document.hidden) { refresh(); sender.go(); } }, 60_000);
  setInterval(tick, 15_000);
}

/** Whoever comes back to this page may find that somebody else has signed in meanwhile. */
async function returned() {
  if (document.hidden) return;
  if (data.keeps && window.caches && (await owner()) !== data.user.id) return location.replace("/today");
  refresh();
  sender.go();
}

function tick() {
  for (const node of document.querySelectorAll("[data-due]")) {
    if (!node.dataset.due) continue;
    const left = countdown(moment(node.dataset.due), now());
    node.textContent = left.text;
    node.closest(".live").className = `live ${left.level}`;
  }
}

async function work() {
  if (!("serviceWorker" in navigator)) return;
  await navigator.serviceWorker.register("/today-worker.js", { scope: "/today" });
  const ready = await navigator.serviceWorker.ready;
  if (!navigator.serviceWorker.controller) ready.active.postMessage({ keep: "/today" });
}

begin().catch(failed);
