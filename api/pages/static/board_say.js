/* The board in sentences: days, times, places, who and what; nothing here touches the page. */

import { element, fill, lang, say, words } from "./wuzao.js";
import { at, state } from "./board_state.js";

export const dayName = (day) => words[`day_${day}`];

export function dateSaid(iso) {
  const [, month, day] = iso.split("-").map(Number);
  return fill(words.date, { month, day, name: words.months.split(" ")[month - 1] });
}

export const dayAndDate = (day) =>
  lang === "zh"
    ? `${dateSaid(state.board.days[day].date)} ${dayName(day)}`
    : `${dayName(day)}, ${dateSaid(state.board.days[day].date)}`;

/** Seconds as people say them. */
export function duration(seconds) {
  const minutes = Math.ceil(Math.abs(seconds) / 60);
  const [h, m] = [Math.floor(minutes / 60), minutes % 60];
  return h ? fill(words.hours_minutes, { h, m }) : fill(words.minutes_only, { m });
}

export const signed = (value) => (value > 0 ? `+${value}` : String(value).replace("-", "−"));
export const communityName = (id) => at.communities.get(id)?.name ?? id;
export const officerName = (id) => at.officers.get(id)?.name ?? id;
export const bandName = (id) => at.bands.get(id)?.name ?? id;
export const namesOf = (officers) => officers.map(officerName).join(words.and);

export const postSaid = (post) => (post === "a" ? words.post_a : post === "b" ? words.post_b : words.post_none);
export const postLetter = (post) => (post ? post.toUpperCase() : "");
/** Kinds that have a colour of their own; others share one. */
export const KINDS = ["joint", "recheck", "stationing", "routine", "meeting"];
export const kindClass = (kind) => `k-${kind === "extra" ? "routine" : KINDS.includes(kind) ? kind : "meeting"}`;

/** What a visit is for, where that says more than its kind. */
export const aboutSaid = (visit) => (say(visit.title) === say(visit.kind_name) ? "" : say(visit.title));

/** A visit by what it is and where, as in "复查 金地嘉源". */
export const visitSaid = (visit) => `${say(visit.kind_name)} ${communityName(visit.community)}`;

/** Day, band and lead of a place. */
export const placeSaid = (place) =>
  `${dayName(place.day)} ${bandName(place.band)}${place.begin ? ` ${place.begin}` : ""} ${officerName(place.officer)}`;

export const partnersSaid = (card) => [...new Set(card.partners.map((partner) => say(partner.kind)))].join(" ");

/** A card in one sentence, for who hears it and for who rests on it. */
export function cardSaid(card) {
  const parts = [
    say(card.kind_name),
    communityName(card.community),
    aboutSaid(card),
    `${dayName(card.day)} ${card.begin}–${card.end}`,
    namesOf(card.officers),
    postSaid(card.post),
    partnersSaid(card),
    card.pinned ? words.pinned : "",
    card.broken.length ? fill(words.breaks_count, { count: card.broken.length }) : "",
  ];
  return parts.filter(Boolean).join(words.comma);
}

/** Whether a place is fine, or what it would break, in a line; its price beside `cheapest` where that is given. */
export function fitSaid(place, cheapest = null) {
  const price = cheapest === null ? fill(words.cost_delta, { cost: signed(place.cost) })
    : place.cost === cheapest ? words.cheapest : fill(words.dearer, { cost: place.cost - cheapest });
  if (place.ok) {
    return `${words.fits} · ${price}`;
  }
  const [first] = place.broken;
  const why = first ? words.breaks + say(first.message)
    : place.late ? fill(words.would_be_late, { time: duration(place.late) }) : words.not_proven;
  return `${why} · ${price}`;
}

/** A name in a sentence, marked as typed by people. */
export const typed = (text, name = "span") => element(name, { "data-typed": true }, text);
