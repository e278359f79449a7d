/* What every page's script shares: words, data, changes over HTTP, messages, questions, jobs that take a while. */

const read = (id) => JSON.parse(document.getElementById(id).textContent);

export const words = read("words");
export const data = read("data");
export const lang = document.documentElement.lang.startsWith("en") ? "en" : "zh";
export const byId = (id) => document.getElementById(id);
export const say = (both) => (both ? both[lang] : "");

/** Put values into a sentence: fill("{n} left", {n: 2}). */
export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, key) => (key in values ? String(values[key]) : whole));

/** Make an element: element("p", {class: "note", hidden: true}, "text", other). Text stays text. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) {
      made.addEventListener(key.slice(2), value);
    } else if (value === true) {
      made.setAttribute(key, "");
    } else if (value !== false && value !== null && value !== undefined) {
      made.setAttribute(key, value);
    }
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

export class Refused extends Error {
  constructor(problem, status) {
    super(problem.detail || problem.title || String(status));
    this.problem = problem;
    this.status = status;
    this.faults = problem.faults || [];
  }
}

let token = null;
async function csrf() {
  if (token === null) {
    token = (await get("/api/me")).csrf;
  }
  return token;
}

/** Fetch JSON; a refusal is thrown as `Refused`, a dead network with words that say so. */
export async function get(address) {
  return answered(await reach(address, {}));
}

/** Change something: JSON, a Blob or nothing goes along; the session's token is asked for once. */
export async function change(method, address, body = null, headers = {}) {
  const sent = { "X-CSRF-Token": await csrf(), ...headers };
  let content = body;
  if (body !== null && !(body instanceof Blob)) {
    sent["Content-Type"] = "application/json";
    content = JSON.stringify(body);
  }
  return answered(await reach(address, { method, headers: sent, body: content }));
}

async function reach(address, options) {
  try {
    return await fetch(address, options);
  } catch {
    throw new Error(words.no_network);
  }
}

async function answered(response) {
  if (response.status === 401 && !location.pathname.startsWith("/sign-in")) {
    location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
  }
  const told = response.status === 204 ? {} : await response.json().catch(() => ({ title: String(response.status) }));
  if (!response.ok) {
    throw new Refused(told, response.status);
  }
  return told;
}

let fading = null;

/** Say something for some seconds; `undo` = {text, act} offers to take it back, and then it stays longer. */
export function toast(text, undo = null) {
  const box = byId("toast");
  box.replaceChildren(text);
  if (undo !== null) {
    box.append(" ", element("button", { type: "button", onclick: () => { box.hidden = true; undo.act(); } }, undo.text));
  }
  box.hidden = false;
  clearTimeout(fading);
  fading = setTimeout(() => { box.hidden = true; }, undo === null ? 6000 : 20000);
}

/** Say why something did not work. */
export function failed(error) {
  toast(words.did_not_work + error.message);
}

/** Ask before something that cannot be undone; true where the answer is yes. */
export function asked(question) {
  return new Promise((settle) => {
    const box = element("dialog", { "aria-label": question });
    const done = (answer) => { box.close(); box.remove(); settle(answer); };
    box.addEventListener("cancel", () => done(false));
    box.append(
      element("p", {}, question),
      element("p", { class: "row" },
        element("button", { type: "button", class: "go", onclick: () => done(true) }, words.yes),
        element("button", { type: "button", onclick: () => done(false) }, words.no)),
    );
    document.body.append(box);
    box.showModal();
  });
}

/** Follow a planning job until it ends: `progressed(progress)` as it goes; resolves with its last status. */
export function followed(address, progressed) {
  return new Promise((settle, refuse) => {
    const events = new EventSource(`${address}/events`);
    events.onmessage = (event) => {
      const now = JSON.parse(event.data);
      progressed(now.progress);
      if (["done", "failed", "cancelled"].includes(now.state)) {
        events.close();
        get(address).then(settle, refuse);
      }
    };
  });
}

/** Let this phone show nobody's day off line until its next owner opens it (today_store.js says who that is). */
export async function forgetOwner() {
  if (window.caches) await caches.delete("wuzao-who");
}

/** Hear what a map in a frame tells, and nobody else. */
export function hear(frame, act) {
  window.addEventListener("message", (event) => {
    if (event.source === frame.contentWindow && event.data && typeof event.data === "object") {
      act(event.data);
    }
  });
}

const leaving = byId("sign-out");
if (leaving) {
  leaving.addEventListener("click", async () => {
    try {
      await change("POST", "/api/sign-out");
      await forgetOwner();
      location.assign("/sign-in");
    } catch (error) {
      failed(error);
    }
  });
}
