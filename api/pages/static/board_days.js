/* The week on a phone: one day at a time, a list of cards, moved by choosing a place from a list. */

import { byId, element, words } from "./wuzao.js";
import { at, state } from "./board_state.js";
import { bandName, dateSaid, dayAndDate, dayName, namesOf } from "./board_say.js";
import { cardNode, highlight } from "./board_grid.js";

let day = null;

/** The first day that still has something to come, so that a phone opens on today. */
function firstDay() {
  const today = state.board.days.find((one) => one.date === (state.now ?? "").slice(0, 10));
  return today?.day ?? state.board.days.find((one) => state.board.cards.some((card) => card.day === one.day))?.day ?? 0;
}

function tab(one) {
  const count = state.board.cards.filter((card) => card.day === one.day).length;
  return element("button", { type: "button", role: "tab", id: `day-${one.day}`, "aria-selected": String(one.day === day), "aria-controls": "day",
    tabindex: one.day === day ? "0" : "-1", "aria-label": dayAndDate(one.day), title: dateSaid(one.date), onclick: () => choose(one.day),
    onkeydown: (event) => {
      const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (by) {
        choose((day + by + 7) % 7);
        byId(`day-${day}`).focus();
      }
    } },
  element("b", {}, dayName(one.day)), element("small", {}, count ? String(count) : "·"));
}

function choose(next) {
  day = next;
  drawDays();
}

function row(card) {
  const node = cardNode(card);
  node.tabIndex = 0;
  node.append(element("span", { class: "crew", "data-typed": true }, namesOf(card.officers)));
  return element("li", {}, node);
}

export function drawDays() {
  day ??= firstDay();
  const cards = state.board.cards.filter((card) => card.day === day).sort((one, other) => one.begin.localeCompare(other.begin));
  const bands = state.board.bands.filter((band) => cards.some((card) => card.band === band.id));
  byId("grid").replaceChildren(
    element("div", { class: "day-tabs", role: "tablist", "aria-label": words.days }, ...state.board.days.map(tab)),
    element("div", { id: "day", role: "tabpanel", "aria-labelledby": `day-${day}` },
      element("h2", {}, dayAndDate(day)),
      ...(cards.length ? bands.flatMap((band) => [
        element("h3", { "data-typed": true }, `${bandName(band.id)} ${at.bands.get(band.id).begin}–${band.end}`),
        element("ul", { class: "day-list" }, ...cards.filter((card) => card.band === band.id).map(row)),
      ]) : [element("p", { class: "empty" }, words.nothing_this_day)])));
  byId("empty").hidden = state.board.cards.length > 0;
  highlight();
}
