/* The board by keyboard: arrow keys walk, letters act. */

import { byId } from "./wuzao.js";
import { choose, state } from "./board_state.js";
import { cardOf, keepOneTabStop } from "./board_grid.js";
import { mayChange, pin, step, takeOut } from "./board_acts.js";
import { cancelMove, isMoving, moveKey, startMove } from "./board_move.js";
import { closePanel, openPanel } from "./board_panel.js";

const typing = (node) => node.matches?.("input:not([type=checkbox]), select, textarea");

function go(node) {
  if (node) {
    keepOneTabStop(node);
    node.focus({ preventScroll: true });
    node.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
}

const stopsOf = (cell) => {
  const cards = [...cell.querySelectorAll("[data-visit]")];
  return cards.length ? cards : [cell];
};

/** Walk: up and down through the cards of a cell and on to the next row, left and right to the next day. */
function walk(key) {
  const here = document.activeElement.closest("#grid td");
  const row = here?.closest("tr");
  if (!row) {
    return false;
  }
  const cells = [...row.querySelectorAll("td")];
  const column = cells.indexOf(here);
  const stops = stopsOf(here);
  const index = stops.indexOf(document.activeElement);
  if (key === "ArrowLeft" || key === "ArrowRight") {
    const next = cells[column + (key === "ArrowLeft" ? -1 : 1)];
    go(next && stopsOf(next)[0]);
  } else if (key === "Home" || key === "End") {
    go(stopsOf(key === "Home" ? cells[0] : cells.at(-1))[0]);
  } else {
    const way = key === "ArrowUp" ? -1 : 1;
    const next = stops[index + way];
    const other = (way < 0 ? row.previousElementSibling : row.nextElementSibling)?.querySelectorAll("td")[column];
    go(next ?? (other && stopsOf(other).at(way < 0 ? -1 : 0)));
  }
  return true;
}

/** The visit that a key is about: the card in focus, else the one whose panel is open. */
function visitHere() {
  const focused = document.activeElement.closest?.("[data-visit]")?.dataset.visit;
  return focused ?? (document.activeElement.closest("#panel, #grid") ? state.chosen : null);
}

const WALKS = new Set(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"]);

const LETTERS = {
  m: (visit) => { openOnly(visit); startMove(visit); },
  p: (visit) => { if (mayChange()) pin(visit).then(() => go(cardOf(visit))); },
  delete: (visit) => { if (mayChange()) takeOut(visit); },
};

function openOnly(visit) {
  if (state.chosen !== visit) {
    choose(visit);
  }
}

export function heard(event) {
  const control = event.ctrlKey || event.metaKey;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (document.querySelector("dialog[open]") || typing(event.target)) {
    return;
  }
  if (control && (key === "z" || key === "y")) {
    event.preventDefault();
    step(key === "y" || event.shiftKey ? "redo" : "undo");
    return;
  }
  if (control || event.altKey) {
    return;
  }
  if (key === "Escape") {
    if (!cancelMove()) {
      closePanel();
    }
    return;
  }
  if (isMoving()) {
    if (moveKey(event)) {
      event.preventDefault();
    }
    return;
  }
  if (key === "?") {
    byId("keys").showModal();
    return;
  }
  if (WALKS.has(key) && document.activeElement.closest("#grid") && walk(key)) {
    event.preventDefault();
    return;
  }
  const act = LETTERS[key.toLowerCase()];
  const visit = act ? visitHere() : null;
  if (visit) {
    event.preventDefault();
    act(visit);
  }
}

/** A click or Enter on a card opens its panel. */
export function openedBy(event) {
  const node = event.target.closest("[data-visit]");
  if (node) {
    if (node.closest("#grid")) {
      keepOneTabStop(node);
    }
    openPanel(node.dataset.visit, event.detail === 0);
  }
}
