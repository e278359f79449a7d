/* The week as a table: officers or communities by days, bands within a day, cards within a band. */

import { byId, element, fill, say, words } from "./wuzao.js";
import { at, state } from "./board_state.js";
import {
  bandName, cardSaid, communityName, dateSaid, dayName, kindClass, officerName, partnersSaid, postLetter,
} from "./board_say.js";

const byBegin = (one, other) => one.begin.localeCompare(other.begin);
const bandIndex = (band) => at.bands.get(band)?.index ?? 9;

/** Days that need little room: nothing stands on them and nobody has to work. */
export const thin = (day) => !day.working && !state.board.cards.some((card) => card.day === day.day);

/** An officer's row: a slot for each band on duty, and for each band with a card all the same. */
function officerRow(officer) {
  const cells = state.board.days.map(({ day }) => {
    const mine = state.board.cards.filter((card) => card.day === day && card.officers.includes(officer.id));
    const bands = new Set(officer.duty.filter(([on]) => on === day).map(([, band]) => band));
    mine.forEach((card) => bands.add(card.band));
    const slots = [...bands].sort((one, other) => bandIndex(one) - bandIndex(other)).map((band) => {
      const here = mine.filter((card) => card.band === band).sort(byBegin);
      return { band, officer: officer.id, cards: here.filter((card) => leads(officer, card)), rides: ridesOf(officer, here) };
    });
    const away = officer.away.filter((one) => one.day === day).map((one) => one.text);
    const waits = state.board.standby.filter((one) => one.officer === officer.id && one.day === day);
    return { day, slots, away, waits };
  });
  return { key: officer.id, officer, cells, band: onlyBand(officer) };
}

const leads = (officer, card) => card.officers[0] === officer.id;

/** What an officer rides along to, by who leads: one slim card each. */
function ridesOf(officer, cards) {
  const rides = new Map();
  cards.filter((card) => !leads(officer, card)).forEach((card) =>
    rides.set(card.officers[0], [...(rides.get(card.officers[0]) ?? []), card]));
  return [...rides.values()];
}

/** The band in which an officer works all week; none of one who changes. */
function onlyBand(officer) {
  const bands = new Set(officer.duty.map(([, band]) => band));
  return bands.size === 1 ? [...bands][0] : null;
}

/** A community's row: a slot for each band, of which the empty ones show only while something is moved. */
function communityRow(community) {
  const mine = state.board.cards.filter((card) => card.community === community.id);
  const cells = state.board.days.map(({ day }) => ({
    day,
    away: [],
    waits: [],
    slots: state.board.bands.map(({ id }) => ({
      band: id,
      community: community.id,
      cards: mine.filter((card) => card.day === day && card.band === id).sort(byBegin),
      rides: [],
    })),
  }));
  return { key: community.id, community, cells, visits: mine.length };
}

/** Who changes bands stands first, then the bands in turn, then who has no duty at all. */
const rank = (row) => (row.band !== null ? bandIndex(row.band) : row.officer.duty.length ? -1 : 99);

function rowsOf() {
  if (state.rows === "officers") {
    const rows = state.board.officers.map(officerRow);
    return rows.map((row, index) => [row, index])
      .sort(([one, i], [other, j]) => rank(one) - rank(other) || i - j)
      .map(([row]) => row);
  }
  return state.board.communities.map(communityRow);
}

const crewShort = ([lead, ...others]) => officerName(lead) + (others.length ? ` +${others.length}` : "");

export function cardNode(card) {
  const inRow = state.rows === "officers" ? communityName(card.community) : crewShort(card.officers);
  const marks = [card.pinned ? words.pin_mark : "", postLetter(card.post)].filter(Boolean).join(" ");
  const faults = card.broken.map((index) => state.board.broken[index]).filter(Boolean);
  const over = past(card);
  const classes = ["visit", kindClass(card.kind), faults.some((fault) => fault.hard) ? "broken" : faults.length ? "wanting" : "",
    card.pinned ? "pinned" : "", card.waiting ? "waiting" : "", over ? "over" : ""];
  const said = cardSaid(card) + (over ? words.comma + words.over : "");
  return element("button", { type: "button", class: classes.filter(Boolean).join(" "), "data-visit": card.visit, tabindex: "-1", title: said, "aria-label": said },
    element("span", { class: "time" }, card.begin),
    element("span", { class: "name", "data-typed": true }, inRow),
    element("span", { class: "mark" }, marks),
    card.partners.length ? element("span", { class: "with" }, partnersSaid(card)) : null);
}

/** Visits that somebody rides along to, as one slim card. */
function rideNode(cards) {
  const [first] = cards;
  const lead = fill(words.with, { lead: officerName(first.officers[0]) });
  const what = cards.map((card) => `${card.begin} ${communityName(card.community)}`).join(words.comma);
  return element("button", { type: "button", class: `visit ghost ${kindClass(first.kind)}`, "data-visit": first.visit, "data-visits": JSON.stringify(cards.map((card) => card.visit)),
    tabindex: "-1", title: `${lead}: ${what}`, "aria-label": `${lead}: ${what}` },
  element("span", { class: "time" }, first.begin),
  element("span", { class: "name", "data-typed": true }, cards.length > 1 ? lead : communityName(first.community)),
  element("span", { class: "mark" }, cards.length > 1 ? fill(words.stops, { count: cards.length }) : ""));
}

function slotNode(slot, day, several) {
  const node = element("div", { class: "slot", "data-day": day, "data-band": slot.band, "data-officer": slot.officer ?? null,
    "data-community": slot.community ?? null });
  if (several) {
    node.append(element("span", { class: "band", "data-typed": true }, bandName(slot.band)));
  }
  node.append(...slot.cards.map(cardNode), ...slot.rides.map(rideNode));
  return node;
}

/** Whether a visit of a published plan is over. */
const past = (card) =>
  state.board.state !== "draft" && `${state.board.days[card.day].date}T${card.end}` < (state.now ?? "");

function cellNode(cell, row) {
  const day = state.board.days[cell.day];
  const empty = !cell.slots.some((slot) => slot.cards.length + slot.rides.length);
  const classes = [day.working ? "" : "rest", cell.away.length ? "away" : "", cell.slots.length || row.community ? "" : "off",
    thin(day) ? "thin" : ""];
  const who = row.officer ? row.officer.name : row.community.name;
  const what = [who, dayName(cell.day), ...cell.slots.filter((slot) => row.officer).map((slot) => bandName(slot.band)),
    ...cell.away.map(say), cell.slots.length || row.community ? "" : words.off_duty];
  const td = element("td", { role: "gridcell", class: classes.filter(Boolean).join(" "), "data-day": cell.day,
    tabindex: empty ? "-1" : null, "aria-label": empty ? what.filter(Boolean).join(words.comma) : null });
  cell.away.forEach((text) => td.append(element("p", { class: "gone", title: say(text) }, say(text))));
  const several = !row.officer || cell.slots.length > 1 || cell.slots.some((slot) => slot.band !== row.band);
  td.append(...cell.slots.map((slot) => slotNode(slot, cell.day, several)));
  cell.waits.forEach((wait) => td.append(element("p",
    { class: "standby", title: fill(words.standby_at, wait), "data-typed": true }, `${wait.begin} ${words.standby}`)));
  return td;
}

function hoursBar(officer) {
  const most = officer.most_hours ?? 44;
  const bar = element("span", { class: "hours-bar" }, element("i", {}));
  bar.firstChild.style.width = `${Math.min(100, (100 * officer.hours) / most)}%`;
  bar.classList.toggle("over", officer.most_hours !== null && officer.hours > officer.most_hours);
  return bar;
}

function headNode(row) {
  if (row.officer) {
    const { hours, most_hours: most, name } = row.officer;
    const title = most === null ? fill(words.hours_only, { hours }) : fill(words.hours_of, { hours, most });
    return element("th", { scope: "row", role: "rowheader", title: `${name}${words.comma}${title}` },
      typed("who-name", name),
      element("small", {}, row.band ? typed("", `${bandName(row.band)} `) : null, row.officer.duty.length ? fill(words.hours, { hours }) : words.nobody),
      hoursBar(row.officer));
  }
  return element("th", { scope: "row", role: "rowheader", title: row.community.name },
    typed("who-name", row.community.name), element("small", {}, say(row.community.phase)));
}

const typed = (name, text) => element("span", { class: name || null, "data-typed": true }, text);

function columnsNode() {
  return element("colgroup", {}, element("col", { class: "head" }),
    ...state.board.days.map((day) => element("col", { class: thin(day) ? "thin" : "" })));
}

function headerNode() {
  const heads = state.board.days.map((day) => {
    const note = say(day.note) || (day.working ? "" : words.rest_day);
    return element("th", { scope: "col", role: "columnheader", class: [day.working ? "" : "rest", thin(day) ? "thin" : ""].join(" "),
      title: [`${dateSaid(day.date)} ${dayName(day.day)}`, note].filter(Boolean).join(words.comma) },
    element("span", { class: "day" }, thin(day) ? words[`day_short_${day.day}`] : dayName(day.day)), " ", element("small", {}, String(Number(day.date.slice(8)))),
    say(day.note) && !thin(day) ? element("small", { class: "day-note" }, ` ${say(day.note)}`) : null);
  });
  return element("thead", {}, element("tr", { role: "row" },
    element("td", { class: "corner" }), ...heads));
}

let shown = new Map();
let outline = "";

/** Draw what differs from what is shown: rows are compared by what they say. */
export function drawGrid() {
  const host = byId("grid");
  const now = rowsOf();
  const [bands, days] = [JSON.stringify(state.board.bands), JSON.stringify(state.board.days.map((day) => [day, thin(day)]))];
  const as = [state.rows, days, bands, now.map((row) => row.key)].join("|");
  if (outline !== as || !host.firstChild) {
    outline = as;
    shown = new Map();
    host.replaceChildren(element("table", { role: "grid", "aria-label": words.grid }, columnsNode(), headerNode(), element("tbody", {})));
    host.firstChild.classList.toggle("by-community", state.rows !== "officers");
  }
  const body = host.querySelector("tbody");
  const focused = document.activeElement?.closest?.("#grid [data-visit]")?.dataset.visit ?? null;
  const next = new Map();
  now.forEach((row, index) => {
    const sign = JSON.stringify(row);
    const before = shown.get(row.key);
    const node = before?.sign === sign ? before.node
      : element("tr", { role: "row" }, headNode(row), ...row.cells.map((cell) => cellNode(cell, row)));
    next.set(row.key, { sign, node });
    if (body.children[index] !== node) {
      if (body.children[index]) {
        body.replaceChild(node, body.children[index]);
      } else {
        body.append(node);
      }
    }
  });
  shown = next;
  byId("empty").hidden = state.board.cards.length > 0;
  highlight();
  keepOneTabStop();
  if (focused !== null && document.activeElement === document.body) {
    cardOf(focused)?.focus({ preventScroll: true });
  }
}

export const cardOf = (visit) => byId("grid").querySelector(`[data-visit="${CSS.escape(visit)}"]:not(.ghost)`);

/** Show what is chosen, and what stands with it. */
export function highlight() {
  for (const node of byId("grid").querySelectorAll("[data-visit]")) {
    const visits = node.dataset.visits ? JSON.parse(node.dataset.visits) : [node.dataset.visit];
    node.classList.toggle("chosen", visits.includes(state.chosen));
    node.classList.toggle("marked", visits.some((visit) => state.marked.has(visit)));
  }
}

/** One element of the grid is reached by Tab, the others by arrow keys. */
export function keepOneTabStop(wanted = null) {
  const stops = byId("grid").querySelectorAll('[tabindex="0"]');
  stops.forEach((node) => { if (node !== wanted) node.tabIndex = -1; });
  const one = wanted ?? (state.chosen && cardOf(state.chosen)) ?? byId("grid").querySelector("[data-visit]") ?? byId("grid").querySelector("td[tabindex]");
  if (one) {
    one.tabIndex = 0;
  }
}
