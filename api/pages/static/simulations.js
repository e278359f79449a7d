/* A plan's simulations: ordered, followed, stopped. */

import { progressSaid } from "./progress.js";
import { byId, change, data, failed, followed } from "./wuzao.js";

if (data.job) {
  byId("cancel")?.addEventListener("click", () => change("DELETE", data.job).catch(failed));
  byId("stop")?.addEventListener("click", () => change("POST", `${data.job}/stop`).catch(failed));
  followed(data.job, (progress) => { byId("stage").textContent = progressSaid(progress); })
    .then(() => location.reload()).catch(failed);
}

byId("begin")?.addEventListener("click", async (event) => {
  event.target.disabled = true;
  try {
    const against = byId("against")?.value;
    await change("POST", data.simulate, { weeks: data.weeks, rate_factor: Number(byId("rate").value), ...(against ? { against } : {}) });
    location.reload();
  } catch (error) {
    event.target.disabled = false;
    failed(error);
  }
});
