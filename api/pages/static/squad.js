import { byId, change, data, element, failed, faultLines, fill, followed, get, say, words } from "./wuzao.js";

/** How the search stands, in a line. */
function said(progress) {
  const parts = [say(progress.stage)];
  if (progress.best !== null && progress.best !== undefined) {
    parts.push(`${words.best} ${progress.best}`, `${words.bound} ${progress.bound}`);
    if (progress.best > 0) {
      const gap = (100 * Math.max(0, progress.best - progress.bound)) / progress.best;
      parts.push(`${words.gap} ${gap.toFixed(2)}%`);
    }
    if (progress.missed) {
      parts.push(`${words.missed} ${progress.missed}`);
    }
  }
  return parts.filter(Boolean).join(" · ");
}

async function watch(address) {
  byId("making").hidden = false;
  byId("order").disabled = true;
  byId("stop").onclick = () => change("POST", `${address}/stop`).catch(failed);
  byId("cancel").onclick = () => change("DELETE", address).catch(failed);
  const status = await followed(address, (progress) => {
    byId("stage").textContent = said(progress);
  });
  byId("making").hidden = true;
  byId("order").disabled = false;
  if (status.state === "done") {
    location.reload();
    return;
  }
  byId("planned").textContent = status.problem ? status.problem.detail || status.problem.title : status.state;
}

if (byId("order")) {
  byId("order").addEventListener("click", async () => {
    byId("planned").textContent = "";
    try {
      const language = document.documentElement.lang.startsWith("en") ? "en" : "zh";
      const job = await change("POST", `${data.base}/plans`, { week: byId("week").value, language });
      await watch(job.links.self);
    } catch (error) {
      byId("planned").textContent = words.did_not_work + error.message;
    }
  });
  get(`${data.base}/plans`)
    .then((jobs) => {
      const making = jobs.find((job) => job.state === "planning" || job.state === "waiting");
      return making ? watch(making.links.self) : null;
    })
    .catch(failed);
}

for (const button of document.querySelectorAll("button.publish")) {
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      const version = { "If-Match": `"${button.dataset.version}"` };
      await change("POST", `${button.dataset.plan}/state`, { state: "published" }, version);
      location.reload();
    } catch (error) {
      button.disabled = false;
      failed(error);
    }
  });
}

if (byId("workbook")) {
  byId("workbook").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    const faults = byId("faults");
    faults.replaceChildren();
    if (!file) {
      return;
    }
    byId("uploaded").textContent = words.reading;
    try {
      const told = await change("PUT", `${data.base}/workbook`, file);
      byId("uploaded").textContent = words.read_in;
      show(faults, told.warnings);
    } catch (error) {
      const lines = error.faults ? faultLines(error) : [];
      const why = lines.length ? fill(words.fault_count, { count: lines.length }) : error.message;
      byId("uploaded").textContent = words.did_not_work + why;
      show(faults, lines);
    }
    event.target.value = "";
  });
}

function show(list, lines) {
  list.append(...lines.map((line) => element("li", {}, line)));
}
