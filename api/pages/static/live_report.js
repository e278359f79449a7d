/* A call comes in: few fields, the place by community or by a press on the map. */
import { byId, change, data, fill, toast, words } from "./wuzao.js";
import { hourMinute } from "./live_time.js";

const fresh = () => (crypto.randomUUID ? crypto.randomUUID() : `${Date.now()}-${Math.random()}`);

/** Wire the form; `taken(id)` is told the number of each report taken in. */
export function reportForm(toMap, taken) {
  const form = byId("report-form");
  const opener = byId("new");
  const community = byId("community");
  const byMap = community.querySelector("option[value=map]");
  const point = byId("point");
  // the same number goes along until the report was taken in: pressed twice it counts once
  let key = fresh();
  let spot = null;

  function pointing(on) {
    point.setAttribute("aria-pressed", String(on));
    toMap({ wuzao: "pick", on });
  }

  function place(found) {
    spot = found;
    byMap.hidden = !found;
    byId("placed").textContent = found ? words.place_is_picked : words.place_is_gate;
    if (found && !community.value) {
      community.value = "map";
    } else if (!found && community.value === "map") {
      community.value = "";
    }
  }

  function show(on) {
    form.hidden = !on;
    opener.setAttribute("aria-expanded", String(on));
    if (on) {
      community.focus();
      form.scrollIntoView({ block: "nearest" });
    } else {
      pointing(false);
      opener.focus();
    }
  }

  opener.addEventListener("click", () => show(form.hidden));
  byId("not-now").addEventListener("click", () => show(false));
  form.addEventListener("keydown", (event) => { if (event.key === "Escape") { show(false); } });
  point.addEventListener("click", () => pointing(point.getAttribute("aria-pressed") !== "true"));
  community.addEventListener("change", () => { if (community.value !== "map") { place(null); } });

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    byId("not-taken").textContent = "";
    const gate = data.gates.find((one) => one.id === community.value);
    const at = spot || gate;
    if (!at) {
      return;
    }
    const report = {
      channel: "leader",
      lon: at.lon,
      lat: at.lat,
      type: byId("kind").value || null,
      building: byId("building").value,
      note: byId("note").value.replace(/\r/g, ""),
      reporter_phone: byId("phone").value,
    };
    try {
      const made = await change("POST", `${data.base}/reports`, report, { "Idempotency-Key": key });
      key = fresh();
      form.reset();
      place(null);
      show(false);
      toast(fill(words.taken_in, { id: made.case.id, at: hourMinute(made.case.due_at) }));
      await taken(made.case.id);
    } catch (error) {
      byId("not-taken").textContent = words.did_not_work + error.message;
    }
  });

  return {
    picked: ({ lon, lat }) => {
      if (Number.isFinite(lon) && Number.isFinite(lat) && !form.hidden) {
        place({ lon, lat });
        pointing(true);
      }
    },
  };
}
