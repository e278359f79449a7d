/* The map beside the board, in a frame of its own: loaded after the board is shown, kept in step by messages. */

import { byId, element, words } from "./wuzao.js";
import { address, at, choose, keep, kept, listen, state } from "./board_state.js";

let frame = null;
let shownVersion = null;
let reloading = null;

const wanted = () => {
  const card = at.cards.get(state.chosen);
  return card
    ? { wuzao: "show", day: card.day, band: card.band, officer: card.officers[0], visit: card.visit }
    : { wuzao: "show", day: null, band: null, officer: null, visit: state.chosen };
};

const send = () => frame?.contentWindow?.postMessage(wanted(), "*");

function load() {
  shownVersion = state.board.version;
  frame = element("iframe", { sandbox: "allow-scripts", src: address("/maps/week"), title: words.week_map, loading: "lazy" });
  frame.addEventListener("load", send);
  byId("map").replaceChildren(frame);
}

/** The map follows the plan some seconds after the last change: it is large. */
function follow() {
  if (frame && shownVersion !== state.board.version) {
    clearTimeout(reloading);
    reloading = setTimeout(load, 3000);
  }
}

function heard(event) {
  if (!frame || event.source !== frame.contentWindow || typeof event.data !== "object" || event.data === null) {
    return;
  }
  if (event.data.wuzao === "ready") {
    send();
  } else if (event.data.wuzao === "chosen" && at.cards.has(event.data.visit)) {
    choose(event.data.visit);
  }
}

function show(open, byHand) {
  byId("map").hidden = !open;
  document.body.classList.toggle("no-map", !open);
  const toggle = byId("map-toggle");
  toggle.setAttribute("aria-expanded", String(open));
  toggle.textContent = open ? words.map_hide : words.map_show;
  if (open && !frame) {
    load();
  }
  if (byHand) {
    keep("board-map", open ? "open" : "closed");
    if (open && matchMedia("(max-width: 75rem)").matches) {
      byId("map").scrollIntoView({ block: "nearest" });
    }
  }
}

export function setUpMap() {
  const narrow = matchMedia("(max-width: 40rem)").matches;
  const open = !narrow && kept("board-map", "open") === "open";
  addEventListener("message", heard);
  byId("map-toggle").addEventListener("click", () => show(byId("map").hidden, true));
  document.body.classList.toggle("no-map", !open);
  requestAnimationFrame(() => setTimeout(() => show(open, false), 200));
  listen((what) => {
    if (what === "board") {
      follow();
    } else if (what === "chosen") {
      send();
    }
  });
}
