/* The left side: what is left out first, then what is broken, then warnings; and the strip of figures above. */

import { byId, element, fill, say, words } from "./wuzao.js";
import { choose, state } from "./board_state.js";
import { aboutSaid, communityName, kindClass, typed } from "./board_say.js";
import { openPanel, reasonsNode } from "./board_panel.js";
import { cardOf } from "./board_grid.js";

export function drawFigures() {
  byId("figures").replaceChildren(...state.board.figures.map((figure) =>
    element("div", { class: figure.bad ? "figure bad" : "figure", "data-key": figure.key },
      element("span", { class: "figure-name" }, say(figure.name)),
      element("b", {}, say(figure.value)), " ", element("i", { "data-typed": true, title: say(figure.note) }, say(figure.note)))));
}

function missedNode(visit) {
  const open = element("button", { type: "button", class: `missed ${kindClass(visit.kind)}`, "data-visit": visit.visit,
    onclick: (event) => openPanel(visit.visit, event.detail === 0) },
  element("b", {}, typed(communityName(visit.community)), aboutSaid(visit) ? ` · ${aboutSaid(visit)}` : ""),
  element("small", {}, [say(visit.kind_name), visit.mandatory ? words.mandatory : "", say(visit.due)].filter(Boolean).join(" · ")));
  return element("li", { class: visit.mandatory ? "item bad" : "item warn" }, open, ...reasonsNode(visit),
    state.board.editable ? element("p", {}, element("button", { type: "button", class: "small", onclick: (event) => openPanel(visit.visit, event.detail === 0) }, words.where)) : null);
}

function brokenNode(fault) {
  return element("li", { class: fault.hard ? "item bad" : "item warn" },
    element("button", { type: "button", class: "fault", onclick: () => point(fault) }, say(fault.message)));
}

/** Show where a rule is broken: its visits are marked, the first comes into view. */
function point(fault) {
  choose(fault.visits[0] ?? null, fault.visits);
  cardOf(fault.visits[0])?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function part(title, nodes, open = true) {
  return element("details", { class: "part", open }, element("summary", {}, element("h2", {}, title)), element("ul", {}, ...nodes));
}

const good = (text) => element("p", { class: "good ok" }, text);

export function drawSide() {
  const { missed, broken, warnings } = state.board;
  const [hard, soft] = [broken.filter((fault) => fault.hard), broken.filter((fault) => !fault.hard)];
  const sorted = [...missed].sort((one, other) => Number(other.mandatory) - Number(one.mandatory));
  byId("side").replaceChildren(...[
    missed.length ? part(fill(words.missed, { count: missed.length }), sorted.map(missedNode)) : good(words.nothing_missed),
    hard.length ? part(fill(words.broken_hard, { count: hard.length }), hard.map(brokenNode)) : null,
    broken.length ? null : good(words.nothing_broken),
    soft.length ? part(fill(words.broken_soft, { count: soft.length }), soft.map(brokenNode), soft.length <= 6) : null,
    warnings.length ? part(fill(words.warnings, { count: warnings.length }), warnings.map((text) => element("li", { class: "item warn" }, say(text)))) : null,
  ].filter(Boolean));
}
