/* Two plans of a week: their figures, what differs in sentences, and the days beside each other. */

import { byId, data, element, failed, fill, get, say, words } from "./wuzao.js";
import { kindClass } from "./board_say.js";

const address = (plan, more) => `${data.base}/plans/${encodeURIComponent(plan)}${more}`;

function go() {
  const [one, other] = [byId("this").value, byId("other").value];
  if (one !== other) {
    location.assign(`${data.pages}/plans/${encodeURIComponent(one)}/compare/${encodeURIComponent(other)}`);
  }
}

function showFigures(figures) {
  const rows = figures.map((figure) => element("tr", { class: say(figure.this) === say(figure.other) ? null : "differs" },
    element("th", { scope: "row" }, say(figure.name)), element("td", { "data-typed": true }, say(figure.this)), element("td", { "data-typed": true }, say(figure.other))));
  byId("figures").append(element("table", {},
    element("thead", {}, element("tr", {}, ...[words.figure, words.this_plan, words.other_plan].map((name) => element("th", { scope: "col" }, name)))),
    element("tbody", {}, ...rows)));
  byId("figures").hidden = false;
}

function showLines(lines) {
  byId("lines").append(lines.length
    ? element("ul", { class: "differences" }, ...lines.map((line) => element("li", { "data-typed": true }, say(line.text))))
    : element("p", { class: "ok" }, words.no_difference));
  byId("lines").hidden = false;
}

function lineNode(card, board, differs) {
  const name = board.communities.find((one) => one.id === card.community)?.name ?? card.community;
  const crew = card.officers.map((id) => board.officers.find((one) => one.id === id)?.name ?? id).join(words.and);
  return element("div", { class: `line ${kindClass(card.kind)}${differs ? " differs" : ""}` },
    element("span", { class: "time" }, card.begin),
    element("span", { class: "name", "data-typed": true }, name),
    differs ? element("span", { class: "flag" }, words.changed_mark) : null,
    element("span", { class: "crew" }, say(card.kind_name), " · ", element("span", { "data-typed": true }, crew)));
}

function daySaid(day) {
  const [, month, date] = day.date.split("-").map(Number);
  const said = { month: words.months.split(" ")[month - 1], date, weekday: words[`day_${day.day}`] };
  return fill(words.date_said, said);
}

function showDays(boards, changed) {
  const only = byId("only").checked;
  byId("table").classList.toggle("only", only);
  const mine = (board, day) => board.cards.filter((card) => card.day === day && (!only || changed.has(card.visit)))
    .sort((one, other) => one.begin.localeCompare(other.begin));
  const rows = boards[0].days.map((day) => {
    const sides = boards.map((board) => mine(board, day.day));
    const none = only ? words.same_day : words.nothing_planned;
    const cells = sides.every((side) => !side.length)
      ? [element("td", { colspan: "2", class: "note" }, none)]
      : sides.map((side, index) => element("td", {}, ...side.map((card) => lineNode(card, boards[index], changed.has(card.visit)))));
    return element("tr", {}, element("th", { scope: "row" }, daySaid(day)), ...cells);
  });
  byId("table").replaceChildren(element("table", { class: "sides" },
    element("thead", {}, element("tr", {}, ...[words.day, words.this_plan, words.other_plan].map((name) => element("th", { scope: "col" }, name)))),
    element("tbody", {}, ...rows)));
  byId("days").hidden = false;
}

async function start() {
  const [differences, ...boards] = await Promise.all([
    get(address(data.plan, `/differences/${encodeURIComponent(data.other)}`)),
    get(address(data.plan, "/board")),
    get(address(data.other, "/board")),
  ]);
  byId("waiting").hidden = true;
  showFigures(differences.figures);
  showLines(differences.lines);
  const changed = new Set(differences.lines.map((line) => line.visit));
  showDays(boards, changed);
  byId("only").addEventListener("change", () => showDays(boards, changed));
}

byId("this").addEventListener("change", go);
byId("other").addEventListener("change", go);
start().catch((error) => {
  byId("waiting").hidden = true;
  failed(error);
});
