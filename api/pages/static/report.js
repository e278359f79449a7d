import { byId, words } from "./wuzao.js";

const form = byId("report");
const community = byId("community");
const answer = byId("answer");
const positioned = byId("positioned");
const base = `/open311/${encodeURIComponent(form.dataset.squad)}/v2/requests`;

// the same number goes along until the report was taken in: pressed twice, or sent again by a poor network, it counts once
let key = crypto.randomUUID ? crypto.randomUUID() : `${Date.now()}-${Math.random()}`;
let here = null;

byId("position").addEventListener("click", () => {
  if (!navigator.geolocation) {
    positioned.textContent = words.no_position;
    return;
  }
  navigator.geolocation.getCurrentPosition(
    (found) => {
      here = { lon: found.coords.longitude, lat: found.coords.latitude };
      community.required = false;
      positioned.textContent = words.position_used;
    },
    () => {
      positioned.textContent = words.no_position;
    },
    { enableHighAccuracy: true, timeout: 10000 },
  );
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  answer.textContent = "";
  const chosen = community.selectedOptions[0];
  const place = here || { lon: chosen.dataset.lon, lat: chosen.dataset.lat };
  const fields = new URLSearchParams(new FormData(form));
  fields.set("long", place.lon);
  fields.set("lat", place.lat);
  try {
    const response = await fetch(`${base}.json`, {
      method: "POST",
      headers: { "Idempotency-Key": key },
      body: fields,
    });
    const told = await response.json();
    if (!response.ok) {
      const reasons = Array.isArray(told) ? told.map((one) => one.description).join(" ") : told.detail || told.title;
      throw new Error(reasons);
    }
    const number = told[0].service_request_id;
    const link = document.createElement("a");
    link.href = `${base}/${encodeURIComponent(number)}.json`;
    link.textContent = words.follow;
    answer.replaceChildren(`${words.sent}${number} `, link);
    key = crypto.randomUUID ? crypto.randomUUID() : `${Date.now()}-${Math.random()}`;
    form.reset();
    here = null;
    community.required = true;
    positioned.textContent = "";
  } catch (error) {
    answer.textContent = words.not_sent + error.message;
  }
});
