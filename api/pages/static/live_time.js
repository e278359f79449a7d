/* The server's time, and times as people say them. */
import { data, fill, words } from "./wuzao.js";

let ahead = 0;

/** Take over the server's time: telephones and desktops have their own idea of it. */
export function setClock(iso) {
  ahead = Date.parse(iso) - Date.now();
}

export const serverNow = () => Date.now() + ahead;

const SHANGHAI = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Shanghai" });
const DAY = new Intl.DateTimeFormat("en-GB", { weekday: "short", timeZone: "Asia/Shanghai" });
const ORDER = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

export const hourMinute = (time) => SHANGHAI.format(typeof time === "string" ? Date.parse(time) : time);

/** The weekday of a time where that is another day than today, else nothing. */
export function otherDay(iso) {
  const named = DAY.format(Date.parse(iso));
  return named === DAY.format(serverNow()) ? "" : `${words.days.split(",")[ORDER.indexOf(named)]} `;
}

/** A length of time in hours and minutes. */
export function span(seconds) {
  const minutes = Math.max(0, Math.ceil(seconds / 60));
  if (minutes < 60) {
    return fill(words.minutes, { n: minutes });
  }
  return minutes % 60
    ? fill(words.hours_minutes, { h: Math.floor(minutes / 60), n: minutes % 60 })
    : fill(words.hours, { h: minutes / 60 });
}

/** How a report's clock stands: which colour, what it says, in a word for the map. */
export function reading(clock) {
  const now = serverNow();
  if (clock.runs !== "down") {
    return { left: "there", said: fill(words.there_since, { at: hourMinute(clock.since) }), label: `✓ ${hourMinute(clock.since)}` };
  }
  const seconds = (Date.parse(clock.due) - now) / 1000;
  if (seconds < 0) {
    const over = span(-seconds);
    return { left: "late", said: fill(words.over_by, { span: over }), label: fill(words.over_by, { span: over }) };
  }
  const whole = Math.floor(seconds);
  const two = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const said = hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${two(minutes)}:${two(whole % 60)}`;
  return { left: seconds <= data.desk.soon ? "soon" : "plenty", said, label: span(seconds) };
}
