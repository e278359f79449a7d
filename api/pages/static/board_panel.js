/* The panel of the chosen visit: what it is, what it breaks, what the last change did, where else it could go. */

import { byId, element, fill, say, words } from "./wuzao.js";
import { at, choose, state } from "./board_state.js";
import {
  aboutSaid, bandName, communityName, dayAndDate, duration, fitSaid, kindClass, officerName, placeSaid, postSaid, signed, typed, visitSaid,
} from "./board_say.js";
import { move, pin, placesFor, takeOut, visitOf, worstSaid } from "./board_acts.js";
import { cardOf } from "./board_grid.js";
import { startMove } from "./board_move.js";

const FIRST = 6; // places shown before one asks for more

let opener = null;

export function openPanel(visit, byKeys = false) {
  opener = document.activeElement;
  choose(visit);
  if (byKeys || matchMedia("(max-width: 64rem)").matches) {
    byId("panel").focus({ preventScroll: true });
  }
}

export function closePanel() {
  if (byId("panel").hidden) {
    return;
  }
  const visit = state.chosen;
  choose(null);
  (cardOf(visit) ?? opener)?.focus?.();
}

const button = (text, act, more = {}) => element("button", { type: "button", onclick: act, ...more }, text);

function fact(name, ...said) {
  return said.some(Boolean) ? [element("dt", {}, name), element("dd", {}, ...said)] : [];
}

function facts(card) {
  const crew = card.officers.map((id, index) => element("span", { class: "one" }, typed(officerName(id)), index === 0 && card.officers.length > 1 ? ` ${words.leads}` : ""));
  const helpers = card.auxiliaries.map((id) => typed(officerName(id), "span"));
  const partners = card.partners.map((one) => element("span", { class: "one" }, typed(one.name), " ", element("small", {}, say(one.kind))));
  const nature = [card.mandatory ? words.must : words.may, card.breakable ? words.call_off : words.no_call_off].join(words.comma);
  return element("dl", { class: "facts" },
    ...fact(words.when, element("b", {}, `${card.begin}–${card.end}`), ` ${dayAndDate(card.day)} `, typed(bandName(card.band)),
      card.arrive ? element("small", {}, ` ${fill(words.arrive, { time: card.arrive })}`) : ""),
    ...fact(words.who, ...crew),
    ...(helpers.length ? fact(words.auxiliaries, ...helpers) : []),
    ...fact(words.post, postSaid(card.post)),
    ...(partners.length ? fact(words.partners, ...partners) : []),
    ...(card.gate ? fact(words.gate, typed(card.gate)) : []),
    ...fact(words.about, aboutSaid(card)),
    ...fact(words.phase, say(at.communities.get(card.community)?.phase)),
    ...fact(words.nature, nature));
}

function brokenList(title, faults, name) {
  return faults.length
    ? element("div", { class: `faults ${name}` }, element("h3", {}, title),
      element("ul", {}, ...faults.map((fault) => element("li", { class: fault.hard ? "hard" : "" }, say(fault.message)))))
    : null;
}

const same = (before, after, shown) =>
  before === after ? fill(words.said_same, { value: shown(after) }) : fill(words.said_change, { before: shown(before), after: shown(after) });
const seconds = (value) => (value === null ? "–" : duration(value));

function saidNode(said) {
  const delta = said.cost.after - said.cost.before;
  return element("section", { class: "said", "aria-label": words.said_title }, element("h3", {}, words.said_title),
    brokenList(words.said_broke, said.broke, "bad"), brokenList(words.said_mended, said.mended, "ok"),
    said.broke.length ? null : element("p", { class: "ok" }, words.kept_rules),
    element("dl", { class: "facts" },
      ...fact(words.said_cost, same(said.cost.before, said.cost.after, String), delta ? ` (${signed(delta)})` : ""),
      ...fact(words.said_worst, same(said.worst.before, said.worst.after, seconds))));
}

function beginField(card) {
  const field = element("input", { type: "time", id: "begin-at", value: card.begin, step: "300", required: true });
  const set = () => {
    if (field.value && field.value !== card.begin) {
      move(card.visit, { day: card.day, band: card.band, officer: card.officers[0], begin: field.value });
    }
  };
  field.addEventListener("keydown", (event) => { if (event.key === "Enter") set(); });
  return element("p", { class: "begin" }, element("label", { for: "begin-at" }, words.begin_at), field, button(words.set_begin, set, { class: "small" }));
}

/** Places for a visit, best first, each with one click to take it. */
export function placesNode(visit, { open = false } = {}) {
  const list = element("ol", { class: "places" });
  const box = element("div", { class: "where" });
  const show = async () => {
    box.replaceChildren(element("p", { class: "note" }, words.looking));
    const places = (await placesFor(visit)).filter((place) => !isHere(visit, place));
    // what is left out costs much wherever it stands; only the difference is news
    const cheapest = at.cards.has(visit) ? null : Math.min(...places.map((place) => place.cost));
    const node = (place) => placeNode(visit, place, cheapest);
    box.replaceChildren(places.length ? list : element("p", { class: "note" }, words.no_place));
    list.replaceChildren(...places.slice(0, FIRST).map(node));
    if (places.length > FIRST) {
      box.append(button(fill(words.more_places, { count: places.length - FIRST }), (event) => {
        list.append(...places.slice(FIRST).map(node));
        event.target.remove();
      }, { class: "small" }));
    }
  };
  if (open) {
    show();
  } else {
    box.append(button(words.where, show, { class: "small" }));
  }
  return box;
}

function isHere(visit, place) {
  const card = at.cards.get(visit);
  return card && card.day === place.day && card.band === place.band && card.officers[0] === place.officer;
}

function placeNode(visit, place, cheapest) {
  return element("li", {},
    element("button", { type: "button", class: `place ${place.ok ? "fits" : ""}`, onclick: () => { choose(visit); move(visit, place); },
      "aria-label": `${words.take_place}${words.comma}${placeSaid(place)}${words.comma}${fitSaid(place, cheapest)}` },
    element("span", { class: "spot", "data-typed": true }, placeSaid(place)),
    element("span", { class: place.ok ? "ok" : "warn" }, fitSaid(place, cheapest)),
    place.worst === state.board.response.worst ? null : element("small", {}, worstSaid(place))));
}

export function reasonsNode(visit) {
  return [
    ...visit.reasons.map((reason) => element("p", { class: "reason" }, say(reason))),
    visit.ways.length ? element("div", { class: "ways" }, element("h4", {}, words.ways),
      element("ul", {}, ...visit.ways.map((way) => element("li", {}, say(way))))) : null,
  ];
}

function head(visit, kind) {
  return element("header", { class: "panel-head" },
    element("p", { class: `kind ${kindClass(visit.kind)}` }, kind, visit.pinned ? element("span", { class: "chip" }, words.pinned) : null),
    element("h2", { "data-typed": true, title: communityName(visit.community) }, communityName(visit.community)),
    element("button", { type: "button", class: "close", "aria-label": words.close, onclick: closePanel }, "×"));
}

function placedNodes(card, told) {
  const board = state.board;
  const faults = card.broken.map((index) => board.broken[index]).filter((fault) => fault && !told.has(say(fault.message)));
  const actions = board.editable
    ? element("p", { class: "row actions" },
      button(words.move, () => startMove(card.visit), { id: "panel-move" }),
      button(card.pinned ? words.unpin : words.pin, () => pin(card.visit), { id: "panel-pin", title: words.pin_help, "aria-pressed": String(card.pinned) }),
      button(words.take_out, () => takeOut(card.visit), { id: "panel-out" }))
    : null;
  return [
    brokenList(fill(words.breaks_count, { count: faults.length }), faults, "bad"),
    facts(card), actions, board.editable ? beginField(card) : null, board.editable ? placesNode(card.visit) : null,
  ];
}

function missedNodes(visit) {
  return [
    element("dl", { class: "facts" }, ...fact(words.due, say(visit.due)), ...fact(words.about, aboutSaid(visit)),
      ...fact(words.nature, visit.mandatory ? words.must : words.may)),
    ...reasonsNode(visit),
    state.board.editable ? element("h3", {}, words.where) : null,
    state.board.editable ? placesNode(visit.visit, { open: true }) : null,
  ];
}

export function drawPanel() {
  const panel = byId("panel");
  const visit = state.chosen === null ? null : visitOf(state.chosen);
  panel.hidden = !visit;
  document.body.classList.toggle("panel-open", Boolean(visit));
  if (!visit) {
    panel.replaceChildren();
    return;
  }
  const focused = panel.contains(document.activeElement) ? document.activeElement.id : null;
  const placed = at.cards.has(visit.visit);
  const said = state.said?.visit === visit.visit ? state.said : null;
  const told = new Set(said?.broke.map((fault) => say(fault.message)));
  panel.replaceChildren(...[head(visit, say(visit.kind_name)), said && saidNode(said), ...(placed ? placedNodes(visit, told) : missedNodes(visit))].filter(Boolean));
  panel.setAttribute("aria-label", visitSaid(visit));
  if (focused !== null) {
    ((focused && byId(focused)) || panel).focus({ preventScroll: true });
  }
}
