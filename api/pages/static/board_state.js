/* The board as it stands: what the server said last, what is chosen, and every change of it, one after the other. */

import { change, data, get, Refused } from "./wuzao.js";

export const state = {
  board: null, // as GET …/board gives it
  chosen: null, // the visit that is looked at
  marked: new Set(), // visits that a broken rule or a community points at
  said: null, // what the last change did
  rows: kept("board-rows", "officers"),
};

/** Things by their ids, made anew with each board. */
export const at = { cards: new Map(), missed: new Map(), officers: new Map(), communities: new Map(), bands: new Map() };

const listeners = [];
export const listen = (heard) => listeners.push(heard);
const tell = (what) => listeners.forEach((heard) => heard(what));

/** Show a board from now on; what was chosen stays chosen where it is still there. */
export function take(board, said = null, what = "board") {
  state.board = board;
  state.said = said;
  at.cards = new Map(board.cards.map((card) => [card.visit, card]));
  at.missed = new Map(board.missed.map((visit) => [visit.visit, visit]));
  at.officers = new Map(board.officers.map((officer) => [officer.id, officer]));
  at.communities = new Map(board.communities.map((community) => [community.id, community]));
  at.bands = new Map(board.bands.map((band, index) => [band.id, { ...band, index }]));
  if (!at.cards.has(state.chosen) && !at.missed.has(state.chosen)) {
    state.chosen = null;
  }
  tell(what);
}

/** Choose a visit, or none; `marked` are others to show with it. */
export function choose(visit, marked = []) {
  if (state.chosen !== visit && state.said && state.said.visit !== visit) {
    state.said = null;
  }
  state.chosen = visit;
  state.marked = new Set(marked);
  tell("chosen");
}

export function setRows(rows) {
  state.rows = rows;
  keep("board-rows", rows);
  tell("rows");
}

/** What somebody likes, kept in this browser where it lets us. */
export function kept(key, otherwise) {
  try {
    return localStorage.getItem(key) ?? otherwise;
  } catch {
    return otherwise;
  }
}

export function keep(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // a browser that keeps nothing still shows the board
  }
}

export const address = (more = "") => `${data.base}/plans/${encodeURIComponent(data.plan)}${more}`;
export const version = () => ({ "If-Match": `"${state.board.version}"` });
export const fetchBoard = async () => take(await get(address("/board")));

export class Stale extends Error {}

let queue = Promise.resolve();

/** Run changes one after the other: each carries the version that the one before it left. */
function inTurn(act) {
  const done = queue.then(act);
  queue = done.catch(() => {});
  return done;
}

const painted = () => new Promise((go) => { requestAnimationFrame(() => setTimeout(go)); setTimeout(go, 50); });

/**
 * Ask for a change; resolves with what it did, which `tell` says before the board is drawn anew.
 * `Stale` where somebody else was first: the new board is shown then.
 */
export function ask(where, body, { visit = null, tell = null } = {}) {
  return inTurn(async () => {
    try {
      const { said = null, ...board } = await change("POST", address(where), body, version());
      if (said !== null && tell !== null) {
        tell(said);
        await painted();
      }
      take(board, said === null ? null : { ...said, visit: visit ?? said.moved?.visit });
      return said;
    } catch (error) {
      if (error instanceof Refused && error.status === 412) {
        await fetchBoard();
        throw new Stale(error.message);
      }
      throw error;
    }
  });
}

/** Show a card where it is about to be, until the server has answered. */
export function suppose(visit, changes) {
  const before = state.board;
  const cards = before.cards.map((card) => (card.visit === visit ? { ...card, ...changes, waiting: true } : card));
  take({ ...before, cards }, null, "supposed");
  return () => take(before);
}

const places = new Map();

/** Where a visit could stand, asked once for each version of the plan. */
export function placesOf(visit) {
  const key = `${state.board.version} ${visit}`;
  if (!places.has(key)) {
    const asked = get(address(`/places?visit=${encodeURIComponent(visit)}`)).then((told) => told.places);
    asked.catch(() => places.delete(key));
    places.set(key, asked);
  }
  return places.get(key);
}

/** The places of one day and band, of one officer's row where there is one; without `check` by the rules alone, which is sooner known. */
export async function placesAt(visit, { day, band, officer }, check) {
  const asked = new URLSearchParams(Object.entries({ visit, day, band, officer, check }).filter(([, value]) => value !== undefined));
  return (await get(address(`/places?${asked}`))).places;
}
