/* The two-hour strip: the slowest answer by community and hour, blues for slow, red over the limit; a sentence for one cell. */

import { byId, change, element, failed, fill, say, words } from "./wuzao.js";
import { address, kept, keep, state } from "./board_state.js";
import { communityName, dayName, duration } from "./board_say.js";

const ROW = 15; // px; the style sheet's lines are as high
const NEVER = 6 * 3600; // seconds from which an answer is none

const BLUES = [...Array(24).keys()].map((step) => `hsl(205 55% ${96 - Math.round((58 * step) / 23)}%)`);

let drawn = ""; // what the strip was last drawn from
let cell = { row: 0, hour: 9 };
let chosen = false;
let rows = [];
let hours = []; // hours of the week in which somebody is on duty anywhere

const heat = () => state.board.response;

/** Hours since Monday 00:00 in Shanghai. */
const hourOf = (instant) => (Date.parse(instant) - Date.parse(`${state.board.days[0].date}T00:00+08:00`)) / 3600000;

function ranked() {
  const worst = (line) => Math.max(...line.hours.map((value) => value ?? -1));
  return [...heat().heat].sort((one, other) => worst(other) - worst(one));
}

function colour(value) {
  const { limit } = heat();
  if (value > limit) {
    return "#b3261e";
  }
  return BLUES[Math.round((BLUES.length - 1) * Math.min(1, value / limit))];
}

/** Draw the strip where it would differ from what is shown. */
export function followHeat() {
  const now = JSON.stringify(state.board.response);
  if (now !== drawn) {
    drawn = now;
    drawHeat();
  }
}

function drawHeat() {
  const host = byId("heat");
  rows = ranked();
  hours = [...Array(168).keys()].filter((hour) => rows.some((line) => line.hours[hour] !== null && line.hours[hour] !== undefined));
  const { gaps } = heat();
  const sum = byId("response-sum");
  sum.textContent = gaps.length ? fill(words.response_gaps, { count: gaps.length }) : words.response_good;
  sum.className = gaps.length ? "bad" : "ok";
  if (byId("mend")) {
    byId("mend").hidden = !gaps.length;
  }
  if (host.hidden || !rows.length || !hours.length) {
    return;
  }
  const canvas = element("canvas", { tabindex: "0", role: "img", "aria-label": `${words.response}${words.comma}${words.response_hint}`, "aria-describedby": "heat-said" });
  canvas.addEventListener("pointerdown", (event) => pick(event, canvas));
  canvas.addEventListener("keydown", (event) => walk(event, canvas));
  const names = element("ul", { class: "heat-names", "aria-hidden": "true" }, ...rows.map((line) =>
    element("li", { "data-typed": true, title: communityName(line.community) }, communityName(line.community))));
  host.replaceChildren(element("div", { class: "heat-days", "aria-hidden": "true" }, ...dayMarks()),
    element("div", { class: "heat-body" }, names, canvas));
  if (!chosen) {
    cell = { row: 0, hour: rows[0].hours.indexOf(Math.max(...rows[0].hours.map((value) => value ?? -1))) };
  }
  told(canvas);
}

/** Where each day begins along the strip. */
function dayMarks() {
  const days = [...new Set(hours.map((hour) => Math.floor(hour / 24)))];
  return days.map((day) => {
    const mark = element("span", {}, dayName(day));
    mark.style.flexGrow = hours.filter((hour) => Math.floor(hour / 24) === day).length;
    return mark;
  });
}

function paint(canvas) {
  const width = Math.max(200, canvas.clientWidth);
  const scale = devicePixelRatio || 1;
  canvas.width = width * scale;
  canvas.height = rows.length * ROW * scale;
  canvas.style.height = `${rows.length * ROW}px`;
  const pen = canvas.getContext("2d");
  pen.scale(scale, scale);
  const step = width / hours.length;
  rows.forEach((line, row) => hours.forEach((hour, column) => {
    const value = line.hours[hour];
    pen.fillStyle = value === null || value === undefined ? "#f4f6f8" : colour(value);
    pen.fillRect(column * step, row * ROW, step - (hours[column + 1] % 24 <= hour % 24 ? 3 : 1), ROW - 1);
  }));
  const column = hours.indexOf(cell.hour);
  if (column >= 0) {
    pen.strokeStyle = "#1d2733";
    pen.lineWidth = 2;
    pen.strokeRect(column * step, cell.row * ROW, step - 1, ROW - 1);
  }
}

function pick(event, canvas) {
  const box = canvas.getBoundingClientRect();
  const column = Math.floor(((event.clientX - box.left) / box.width) * hours.length);
  cell = { row: Math.min(rows.length - 1, Math.floor((event.clientY - box.top) / ROW)), hour: hours[Math.max(0, Math.min(hours.length - 1, column))] };
  chosen = true;
  told(canvas);
}

function walk(event, canvas) {
  const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
  if (!by) {
    return;
  }
  event.preventDefault();
  const column = Math.max(0, Math.min(hours.length - 1, hours.indexOf(cell.hour) + by[0]));
  cell = { row: Math.max(0, Math.min(rows.length - 1, cell.row + by[1])), hour: hours[column] };
  chosen = true;
  told(canvas);
  canvas.closest(".heat").scrollTo({ top: Math.max(0, (cell.row - 2) * ROW) });
}

/** Show the chosen hour; before anybody chose one, the slowest. */
function told(canvas) {
  paint(canvas);
  const line = rows[cell.row];
  byId("heat-said").replaceChildren(element("span", { "data-typed": true }, sentence(line, cell.hour)),
    ...heat().gaps.filter((gap) => gap.community === line.community && hourOf(gap.begin) < cell.hour + 1 && hourOf(gap.end) > cell.hour)
      .map((gap) => element("span", { class: "bad", "data-typed": true }, ` ${say(gap.text)}`)));
}

function sentence(line, hour) {
  const value = line.hours[hour];
  const { limit } = heat();
  const told = { day: dayName(Math.floor(hour / 24)), begin: hour % 24, end: (hour % 24) + 1, community: communityName(line.community) };
  if (value === null || value === undefined) {
    return fill(words.response_off, told);
  }
  if (value >= NEVER) {
    return fill(words.response_never, told);
  }
  return value > limit
    ? fill(words.response_over, { ...told, time: duration(value), over: duration(value - limit) })
    : fill(words.response_cell, { ...told, time: duration(value), left: duration(limit - value) });
}

/** Ask what would keep the two hours where they are not kept: it takes some seconds, each way is proven. */
async function mend() {
  const box = byId("mending-said");
  box.replaceChildren(element("p", {}, element("progress", { "aria-label": words.mending }), ` ${words.mending}`));
  byId("mending").showModal();
  try {
    const { repairs } = await change("POST", address("/repairs"), { time_limit: 10 });
    box.replaceChildren(...repairs.map((gap) => element("section", {},
      element("h3", { "data-typed": true }, communityName(gap.community)),
      gap.ways.length ? element("ul", { "data-typed": true }, ...gap.text.map((line) => element("li", {}, say(line)))) : element("p", { class: "note" }, words.mend_none))));
  } catch (error) {
    byId("mending").close();
    failed(error);
  }
}

export function setUpHeat() {
  byId("mend")?.addEventListener("click", mend);
  byId("mending-close").addEventListener("click", () => byId("mending").close());
  const toggle = byId("response-toggle");
  const show = (open) => {
    byId("heat").hidden = !open;
    byId("heat-said").hidden = !open;
    byId("response").classList.toggle("closed", !open);
    toggle.setAttribute("aria-expanded", String(open));
    toggle.textContent = open ? words.hide : words.show;
    keep("board-heat", open ? "open" : "closed");
  };
  const narrow = matchMedia("(max-width: 40rem)").matches;
  show(kept("board-heat", narrow ? "closed" : "open") === "open");
  toggle.addEventListener("click", () => { show(byId("heat").hidden); drawHeat(); });
  let width = innerWidth;
  addEventListener("resize", () => { if (innerWidth !== width) { width = innerWidth; drawHeat(); } });
}
