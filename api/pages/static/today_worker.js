/* Shows an officer's day when the network is gone. The page is kept for each user apart, and only the one who was here
   last is shown his; scripts and styles are kept once for all of them, whole, by release. */

const BUILD = "{build}";
const ASSETS = {assets};
const SHELL = `wuzao-shell-${BUILD}`;
const WHO = "wuzao-who";
const MARK = "/today/who";
const PATIENCE = 4000;
const NOTHING = {nothing};

const pages = (user) => `wuzao-today-${user}`;

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const shell = await caches.open(SHELL);
    await shell.addAll(ASSETS.map((one) => new Request(one, { cache: "reload" })));
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const old = (await caches.keys()).filter((name) => name.startsWith("wuzao-shell-") && name !== SHELL);
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
  })());
});

async function owner() {
  const found = await caches.match(MARK, { cacheName: WHO });
  return found ? found.text() : null;
}

/* Keep a page that is somebody's own day; one of another release would want scripts that the shell has not. */
async function keep(answer) {
  const user = answer.headers.get("X-Wuzao-User");
  if (!answer.ok || !user) return;
  const kept = await caches.open(pages(user));
  const language = answer.headers.get("Content-Language") || "zh";
  await kept.put(`/today?lang=${language}`, answer.clone());
  await kept.put("/today", answer);
  await (await caches.open(WHO)).put(MARK, new Response(user));
}

async function remembered(url) {
  const user = await owner();
  if (user === null) return null;
  const kept = await caches.open(pages(user));
  const language = url.searchParams.get("lang");
  return (language && (await kept.match(`/today?lang=${language}`))) || (await kept.match("/today")) || null;
}

function nothing() {
  const page = "<!doctype html><meta charset=utf-8><meta name=viewport content='width=device-width'><title>↻</title>"
    + NOTHING.map((said) => `<p>${said}</p>`).join("") + "<p><a href=/today>↻</a>";
  return new Response(page, { status: 503, headers: { "Content-Type": "text/html; charset=utf-8" } });
}

async function day(event) {
  const url = new URL(event.request.url);
  const asking = fetch(event.request).then((answer) => {
    if (answer.status >= 500) throw new Error(String(answer.status));
    const build = answer.headers.get("X-Wuzao-Build");
    const ready = build && build !== BUILD ? caches.delete(SHELL) : Promise.resolve();
    return ready.then(() => { event.waitUntil(keep(answer.clone())); return answer; });
  });
  asking.catch(() => null);
  const late = new Promise((settle) => setTimeout(settle, PATIENCE, null));
  const first = await Promise.race([asking.catch(() => null), late]);
  if (first) return first;
  const before = await remembered(url);
  if (before) {
    event.waitUntil(asking.catch(() => null));
    return before;
  }
  return asking.catch(nothing);
}

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (event.request.mode === "navigate" && url.pathname === "/today" && !url.searchParams.has("officer")) {
    event.respondWith(day(event));
  } else if (ASSETS.includes(url.pathname)) {
    event.respondWith(caches.match(event.request, { cacheName: SHELL }).then((found) => found || fetch(event.request)));
  }
});

/* A page that was loaded before there was a worker is kept now. */
self.addEventListener("message", (event) => {
  if (event.data && event.data.keep) {
    event.waitUntil(fetch(event.data.keep, { credentials: "same-origin" }).then(keep).catch(() => null));
  }
});
