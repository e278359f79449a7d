import { asked, byId, change, data, element, failed, fill, get, toast, words } from "./wuzao.js";
import { handedIn, saidBefore, sayAfterReload, sending } from "./records.js";

const before = saidBefore();
if (before !== null) {
  toast(before);
}

const steps = `${data.here}/steps`;
// the same key goes along until the step was taken: sent again by a poor network, it counts once
const keys = new Map();
const keyOf = (kind) => {
  if (!keys.has(kind)) {
    keys.set(kind, crypto.randomUUID ? crypto.randomUUID() : `${Date.now()}-${Math.random()}`);
  }
  return keys.get(kind);
};

let here = null;

const BODIES = {
  arrived: (given) => ({ ...given, ...(here || {}) }),
  rechecked: (given) => ({ ...given, passed: given.passed === "true" }),
  dispatched: (given) => ({ officers: [given.lead, given.second].filter(Boolean) }),
};

for (const form of document.querySelectorAll("form.step")) {
  const kind = form.dataset.kind;
  sending(form, async (given) => {
    if (given.at) {
      given.at = `${given.at}:00+08:00`;
    }
    if (kind === "merged" && !(await asked(fill(words.merge_ask, { number: given.case_id })))) {
      return;
    }
    const body = { kind, ...(BODIES[kind] || ((all) => all))(given) };
    const photos = form.querySelector(".photos");
    if (photos && photos.files.length) {
      body.files = await handedIn([...photos.files], form.querySelector(".progress"));
    }
    const marks = { "If-Match": `"${data.version}"`, "Idempotency-Key": keyOf(JSON.stringify(body)) };
    await change("POST", steps, body, marks);
    sayAfterReload(words.done);
  });
}

if (byId("position")) {
  const told = byId("positioned");
  byId("position").addEventListener("click", () => {
    const none = () => { told.textContent = words.no_position; };
    if (!navigator.geolocation) {
      none();
      return;
    }
    navigator.geolocation.getCurrentPosition(
      (found) => {
        here = { lon: found.coords.longitude, lat: found.coords.latitude };
        told.textContent = words.position_used;
      },
      none,
      { enableHighAccuracy: true, timeout: 10000 },
    );
  });
}

for (const pick of document.querySelectorAll(".pick-case")) {
  pick.addEventListener("click", () => { byId("merged-case").value = pick.dataset.case; });
}

// who could be there soonest, by the published plan; without one the roster stays as it is
function named(one) {
  const parts = [one.name];
  if (one.seconds === null) {
    parts.push(words.cannot_come);
  } else {
    parts.push(fill(words.minutes, { count: Math.ceil(one.seconds / 60) }));
    if (!one.in_time) {
      parts.push(words.too_late);
    }
  }
  if (one.post) {
    parts.push(one.post === "a" ? words.post_a : words.post_b);
  }
  if (one.busy_with) {
    parts.push(words.busy);
  }
  return parts.join(" · ");
}

async function rank() {
  try {
    const { responders } = await get(`${data.here}/responders`);
    for (const [id, none] of [["lead", words.choose], ["second", words.nobody]]) {
      const options = responders.map((one) => element("option", { value: one.officer, "data-typed": true }, named(one)));
      const chosen = byId(id).value; // somebody may have chosen meanwhile
      byId(id).replaceChildren(element("option", { value: "" }, none), ...options);
      byId(id).value = chosen;
    }
    byId("ranking").textContent = words.ranked;
  } catch {
    byId("ranking").textContent = words.not_ranked;
  }
}
if (byId("ranking")) {
  rank();
}

if (byId("unmask")) {
  byId("unmask").addEventListener("click", async () => {
    if (!(await asked(words.reporter_ask))) {
      return;
    }
    try {
      const told = await change("POST", `${data.here}/unmask`);
      byId("reporter").replaceChildren(
        element("span", { "data-typed": true }, told.name),
        " ",
        element("a", { href: `tel:${told.phone}`, "data-typed": true }, told.phone),
      );
    } catch (error) {
      failed(error);
    }
  });
}
