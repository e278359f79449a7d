/* What a leader does to the board, and what is said of it afterwards. */

import { failed, fill, say, toast, words } from "./wuzao.js";
import { ask, at, placesAt, placesOf, Stale, state, suppose } from "./board_state.js";
import { bandName, dayName, duration, signed, visitSaid } from "./board_say.js";

export const visitOf = (visit) => at.cards.get(visit) ?? at.missed.get(visit);

const undo = () => ({ text: words.undo, act: () => step("undo") });

/** Do something that the server may refuse; what then stands is as before, and why is said. */
async function tried(what, act, again) {
  try {
    return await act();
  } catch (error) {
    if (error instanceof Stale) {
      toast(fill(words.stale, { what }), { text: words.try_again, act: again });
    } else {
      toast(words.not_moved + error.message);
    }
    return null;
  }
}

const sent = () => new Promise((resolve) => { setTimeout(resolve, 0); });

/** Move a visit to a place {day, band, officer, begin}; it stands there at once, with what is known of it, and goes back where it cannot. */
export async function move(visit, place, known = null) {
  const one = visitOf(visit);
  if (!one) {
    return false;
  }
  const what = visitSaid(one);
  const begin = place.begin ?? null;
  const card = at.cards.get(visit);
  const before = card && state.board.version;
  const said = tried(
    what,
    () => ask(
      "/moves",
      { moves: [{ visit, day: place.day, band: place.band, officer: place.officer, begin }] },
      { visit, tell: (told) => toast(afterMove(what, told), undo()) },
    ),
    () => move(visit, place, known),
  );
  await sent(); // the question is on its way before the card is drawn where it is to be
  const back = card
    ? suppose(visit, { day: place.day, band: place.band, officers: [place.officer, ...card.officers.slice(1).filter((id) => id !== place.officer)], begin: begin ?? card.begin })
    : null;
  if (known) {
    toast(`${what} · ${known}`);
  }
  if ((await said) !== null) {
    return true;
  }
  if (back && state.board.version === before) {
    back();
  }
  return false;
}

/** A change in a sentence: where to, what broke, what it cost. */
function afterMove(what, said) {
  const to = said.moved;
  const where = to ? `${dayName(to.day)} ${bandName(to.band)} ${to.begin}` : "";
  const broke = said.broke.length
    ? fill(words.broke_rules, { count: said.broke.length, first: say(said.broke[0].message) })
    : words.kept_rules;
  const cost = said.cost.after - said.cost.before;
  return [fill(words.moved_to, { what, where }), broke, fill(words.cost_delta, { cost: signed(cost) })].join(" · ");
}

export async function pin(visit) {
  const card = at.cards.get(visit);
  if (!card) {
    return;
  }
  const what = visitSaid(card);
  const wanted = !card.pinned;
  const said = await tried(what, () => ask("/moves", { moves: [{ visit, pin: wanted }] }, { visit }), () => pin(visit));
  if (said !== null) {
    state.said = null;
    toast(fill(wanted ? words.pinned_now : words.unpinned_now, { what }), undo());
  }
}

export async function takeOut(visit) {
  const card = at.cards.get(visit);
  if (!card) {
    return;
  }
  const what = visitSaid(card);
  const said = await tried(what, () => ask("/moves", { moves: [{ visit, out: true }] }, { visit }), () => takeOut(visit));
  if (said !== null) {
    toast(fill(words.taken_out, { what }), undo());
  }
}

/** Undo or redo, where there is something to. */
export async function step(way) {
  if (!state.board[way]) {
    return;
  }
  const done = await tried(words[`change_${way}`], async () => (await ask(`/${way}`, null)) ?? true, () => step(way));
  if (done !== null) {
    toast(way === "undo" ? words.undone : words.redone);
  }
}

/** Whether the plan may be changed; says so where not. */
export function mayChange() {
  if (!state.board.editable) {
    toast(words.not_editable);
  }
  return state.board.editable;
}

/** Where a visit could stand, or none where that cannot be asked. */
export const placesFor = (visit) => placesOf(visit).catch((error) => { failed(error); return []; });

/** What would come of a visit in one slot {day, band, officer}, by the rules alone or by the exact `check` too, or null: dropped there, it would be told all the same. */
export const placeIn = (visit, slot, check) => placesAt(visit, slot, check).then(
  (places) => places.find((place) => slot.officer === undefined || place.officer === slot.officer) ?? null, () => null);

export const worstSaid = (place) =>
  place.worst === null || place.worst === undefined ? "" : fill(words.worst_is, { time: duration(place.worst) });

