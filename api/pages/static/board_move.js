/* Moving a visit over the grid, by pointer or by keyboard: where it would fit is shown while it is on its way. */

import { byId, element, fill, words } from "./wuzao.js";
import { at, choose, state } from "./board_state.js";
import { bandName, dayName, fitSaid, kindClass, officerName, visitSaid } from "./board_say.js";
import { cardOf, keepOneTabStop } from "./board_grid.js";
import { mayChange, move, placeIn, placesFor, visitOf } from "./board_acts.js";

const STARTS = 5; // px that a mouse goes before it drags
const HELD = 350; // ms that a finger rests before it drags, so that it can scroll as well
const LOOKS = 20; // ms that a card stays over a slot before it is asked for, so that those it only crosses are not
const SOON = 250; // ms after which all other slots are asked for too
const EDGE = 40; // px from the edge at which the grid scrolls by itself

let moving = null; // {visit, places, near, checked, asking, slot, byKeys, stepped}

export const isMoving = () => moving !== null;

function begin(visit, byKeys) {
  moving = { visit, places: null, near: new Map(), checked: new Set(), asking: false, slot: null, byKeys };
  document.body.classList.add("moving");
  const row = byId("grid").querySelector(`[data-community="${CSS.escape(visitOf(visit).community)}"]`)?.closest("tr");
  row?.classList.add("open");
  for (const node of byId("grid").querySelectorAll(`[data-visit="${CSS.escape(visit)}"]`)) {
    node.classList.add("lifted");
  }
  const mine = moving;
  setTimeout(() => { if (moving === mine) lookEverywhere(); }, SOON); // the slot under the card comes first
}

/** Ask for all places and mark every slot by them. */
async function lookEverywhere() {
  const mine = moving;
  const places = await placesFor(mine.visit);
  if (moving === mine) {
    moving.places = places;
    targets().forEach(markSlot);
    hint();
  }
}

function end() {
  moving = null;
  document.body.classList.remove("moving");
  byId("carried")?.remove();
  for (const node of byId("grid").querySelectorAll(".slot[data-fit], .slot.under, .lifted, tr.open")) {
    delete node.dataset.fit;
    node.classList.remove("under", "lifted", "open");
  }
}

const keyOf = (slot) => [slot.dataset.day, slot.dataset.band, slot.dataset.officer].join(" ");

/** The place of a slot: as asked for it, or as listed, or none. In a community's row the crew is free, so the best is taken. */
function placeAt(slot) {
  const [day, { band, officer }] = [Number(slot.dataset.day), slot.dataset];
  return moving.near.get(keyOf(slot)) ?? (moving.places ?? []).find((place) =>
    place.day === day && place.band === band && (officer === undefined || place.officer === officer)) ?? null;
}

/** Whether the exact check of a slot is still to be asked for. */
const isOpen = (slot) => !moving.checked.has(keyOf(slot)) && (placeAt(slot)?.late ?? null) === null;

/**
 * Ask for the slot under the card alone, where the list of all places is not there yet or has not proven it: first what
 * the rules say, which is known at once, then by the exact check, unless the card has gone on.
 */
async function lookInto(slot) {
  const mine = moving;
  if (!slot || mine.asking || !isOpen(slot) || slot.contains(cardOf(mine.visit))) {
    return;
  }
  const [key, judged] = [keyOf(slot), placeAt(slot) !== null];
  mine.asking = true;
  const place = await placeIn(mine.visit, slot.dataset, judged);
  mine.asking = false;
  mine.near.set(key, place);
  if (judged || place === null) {
    mine.checked.add(key);
  }
  if (moving === mine) {
    if (mine.places !== null || slot === mine.slot) {
      markSlot(slot);
    }
    hint();
    lookInto(mine.slot);
  }
}

const targets = () => [...byId("grid").querySelectorAll(".slot")].filter((slot) =>
  slot.dataset.community === undefined || slot.dataset.community === visitOf(moving.visit).community);

/** Whether a place breaks no rule, and whether the two hours are kept there is not known yet. */
const isPending = (slot, place) => place.broken.length === 0 && isOpen(slot);

function markSlot(slot) {
  const place = placeAt(slot);
  slot.dataset.fit = place === null || isPending(slot, place) ? "unknown" : place.ok ? "yes" : "breaks";
}

function over(slot) {
  if (moving.slot !== slot) {
    moving.slot?.classList.remove("under");
    slot?.classList.add("under");
    moving.slot = slot;
    hint();
    setTimeout(() => moving?.slot === slot && lookInto(slot), LOOKS);
  }
}

/** Say what would come of dropping here: beside the pointer, and aloud when keys move it. */
function hint() {
  const place = moving.slot ? placeAt(moving.slot) : null;
  const pending = place !== null && isPending(moving.slot, place);
  const fit = pending ? words.checking : place ? fitSaid(place) : moving.slot && (moving.places === null || moving.asking) ? words.looking : "";
  const box = byId("carried")?.querySelector(".fit");
  if (box) {
    box.textContent = fit;
    box.dataset.by = place === null ? "" : isOpen(moving.slot) ? "rules" : "check";
    box.className = `fit ${pending ? "checking" : place ? (place.ok ? "ok" : "breaks") : ""}`;
  }
  if (moving.byKeys && moving.slot) {
    const { day, band, officer } = moving.slot.dataset;
    const how = moving.stepped ? "" : fill(words.moving, { what: visitSaid(visitOf(moving.visit)) });
    byId("live").textContent = [how, dayName(day), bandName(band), officer ? officerName(officer) : "", fit].filter(Boolean).join(" ");
  }
}

/** Put the visit down; where that is, is where it was, nothing is asked. */
function drop(slot) {
  const { visit } = moving;
  const card = at.cards.get(visit);
  const [day, { band, officer }] = [Number(slot.dataset.day), slot.dataset];
  const listed = placeAt(slot);
  end();
  const lead = officer ?? listed?.officer ?? card?.officers[0];
  if (!lead || (card && card.day === day && card.band === band && card.officers[0] === lead)) {
    return;
  }
  choose(visit);
  move(visit, { day, band, officer: lead, begin: null }, listed && fitSaid(listed)).then(() => keepOneTabStop(cardOf(visit)));
}

/* By pointer */

let pressed = null; // {visit, x, y, id, timer, node}

function carry(x, y) {
  const box = byId("carried");
  box.style.transform = `translate(${x + 12}px, ${y + 10}px)`;
}

function lift(x, y) {
  const { visit, id, node } = pressed;
  if (!mayChange()) {
    pressed = null;
    return;
  }
  begin(visit, false);
  const one = visitOf(visit);
  document.body.append(element("div", { id: "carried", class: kindClass(one.kind), "aria-hidden": "true" },
    element("b", { "data-typed": true }, visitSaid(one)), element("span", { class: "fit" }, words.looking)));
  node.setPointerCapture?.(id);
  carry(x, y);
}

const slotUnder = (x, y) => {
  const found = document.elementFromPoint(x, y)?.closest?.("#grid .slot, #grid td");
  const slot = found?.matches("td") ? found.querySelector(".slot") : found;
  return slot && targets().includes(slot) ? slot : null;
};

function scrollAtEdge(x, y) {
  const host = byId("grid");
  const box = host.getBoundingClientRect();
  const by = (at, low, high) => (at < low + EDGE ? -12 : at > high - EDGE ? 12 : 0);
  host.scrollBy(by(x, box.left + 90, box.right), by(y, box.top + 34, box.bottom));
}

function down(event) {
  const node = event.target.closest("[data-visit]");
  if (!node || event.button !== 0 || moving || node.closest("#panel")) {
    return;
  }
  const [x, y] = [event.clientX, event.clientY];
  pressed = { visit: node.dataset.visit, x, y, id: event.pointerId, node, touch: event.pointerType === "touch" };
  if (pressed.touch) {
    pressed.timer = setTimeout(() => pressed && lift(x, y), HELD);
  }
}

function movedTo(event) {
  if (!pressed || event.pointerId !== pressed.id) {
    return;
  }
  const [x, y] = [event.clientX, event.clientY];
  const far = Math.hypot(x - pressed.x, y - pressed.y) > STARTS;
  if (!moving) {
    if (far && pressed.touch) {
      forget();
    } else if (far) {
      lift(x, y);
    }
    return;
  }
  carry(x, y);
  scrollAtEdge(x, y);
  over(slotUnder(x, y));
}

function forget() {
  clearTimeout(pressed?.timer);
  pressed = null;
}

function up(event) {
  if (!pressed || event.pointerId !== pressed.id) {
    return;
  }
  forget();
  if (moving && !moving.byKeys) {
    swallowClick();
    if (moving.slot) {
      drop(moving.slot);
    } else {
      end();
    }
  }
}

/** The click that ends a drag opens nothing. */
function swallowClick() {
  const swallow = (event) => { event.stopPropagation(); event.preventDefault(); };
  addEventListener("click", swallow, { capture: true, once: true });
  setTimeout(() => removeEventListener("click", swallow, { capture: true }), 50);
}

export function cancelMove() {
  if (!moving) {
    return false;
  }
  const { visit, byKeys } = moving;
  end();
  forget();
  byId("live").textContent = words.move_cancelled;
  if (byKeys) {
    cardOf(visit)?.focus();
  }
  return true;
}

/* By keyboard */

/** Begin to move with arrow keys; the board's grid listens while it lasts. */
export function startMove(visit) {
  if (!byId("grid").querySelector(".slot") || !mayChange()) {
    return;
  }
  begin(visit, true);
  const card = cardOf(visit);
  const slot = card?.closest(".slot") ?? targets()[0];
  over(slot);
  byId("grid").tabIndex = -1;
  byId("grid").focus({ preventScroll: true });
  slot.scrollIntoView({ block: "nearest", inline: "nearest" });
}

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Whether a key belonged to the move that is going on. */
export function moveKey(event) {
  if (!moving?.byKeys) {
    return false;
  }
  if (event.key === "Enter") {
    const { slot } = moving;
    const { visit } = moving;
    drop(slot);
    cardOf(visit)?.focus();
    return true;
  }
  if (!(event.key in STEPS)) {
    return false;
  }
  const next = beside(...STEPS[event.key]);
  if (next) {
    moving.stepped = true;
    over(next);
    next.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
  return true;
}

/** The next slot in a direction, by where slots are on the screen: in the same column, or in the same row. */
function beside(across, downwards) {
  const middle = (slot) => { const box = slot.getBoundingClientRect(); return [box.left + box.width / 2, box.top + box.height / 2]; };
  const [x, y] = middle(moving.slot);
  const row = moving.slot.closest("tr");
  const found = targets().filter((slot) => slot !== moving.slot && (across ? slot.closest("tr") === row : slot.dataset.day === moving.slot.dataset.day))
    .map((slot) => [slot, middle(slot)])
    .filter(([, [sx, sy]]) => (across ? (sx - x) * across > 2 : (sy - y) * downwards > 2))
    .sort(([, one], [, other]) => across
      ? Math.abs(one[0] - x) - Math.abs(other[0] - x) || Math.abs(one[1] - y) - Math.abs(other[1] - y)
      : Math.abs(one[1] - y) - Math.abs(other[1] - y));
  return found[0]?.[0] ?? null;
}

/** Let everything that shows a visit be dragged. */
export function letDrag(host) {
  host.addEventListener("pointerdown", down);
  host.addEventListener("dragstart", (event) => event.preventDefault());
  host.addEventListener("contextmenu", (event) => { if (moving || pressed?.touch) event.preventDefault(); });
}

addEventListener("pointermove", movedTo);
addEventListener("pointerup", up);
addEventListener("pointercancel", () => { if (moving && !moving.byKeys) end(); forget(); });
addEventListener("touchmove", (event) => { if (moving) event.preventDefault(); }, { passive: false });
