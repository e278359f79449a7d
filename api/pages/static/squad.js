"use strict";

const squad = document.getElementById("squad");
const base = squad.dataset.base;
const lang = document.documentElement.lang.startsWith("en") ? "?lang=en" : "";
const byId = (id) => document.getElementById(id);

/* Changes carry the session's token; it is asked for once. */
let token = null;
async function csrf() {
  if (token === null) {
    token = (await (await fetch("/api/me")).json()).csrf;
  }
  return token;
}

async function change(method, address, body, headers = {}) {
  const sent = { "X-CSRF-Token": await csrf(), ...headers };
  let content = body;
  if (body !== null && !(body instanceof Blob)) {
    sent["Content-Type"] = "application/json";
    content = JSON.stringify(body);
  }
  const response = await fetch(address + lang, { method, headers: sent, body: content });
  const told = response.status === 204 ? {} : await response.json();
  if (!response.ok) {
    const error = new Error(told.detail || told.title);
    error.faults = told.faults || [];
    throw error;
  }
  return told;
}

function said(progress) {
  const language = lang ? "en" : "zh";
  const parts = [progress.stage ? progress.stage[language] : ""];
  if (progress.best !== null && progress.best !== undefined) {
    parts.push(`${squad.dataset.best} ${progress.best}`, `${squad.dataset.bound} ${progress.bound}`);
    if (progress.best > 0) {
      const gap = (100 * Math.max(0, progress.best - progress.bound)) / progress.best;
      parts.push(`${squad.dataset.gap} ${gap.toFixed(2)}%`);
    }
    if (progress.missed) {
      parts.push(`${squad.dataset.missed} ${progress.missed}`);
    }
  }
  return parts.filter(Boolean).join(" · ");
}

function watch(address) {
  byId("making").hidden = false;
  byId("order").disabled = true;
  byId("stop").onclick = () => change("POST", `${address}/stop`, null).catch(tell("planned"));
  byId("cancel").onclick = () => change("DELETE", address, null).catch(tell("planned"));
  const events = new EventSource(`${address}/events`);
  events.onmessage = async (event) => {
    const now = JSON.parse(event.data);
    byId("stage").textContent = said(now.progress);
    if (["done", "failed", "cancelled"].includes(now.state)) {
      events.close();
      byId("making").hidden = true;
      byId("order").disabled = false;
      if (now.state === "done") {
        location.reload();
        return;
      }
      const status = await (await fetch(address + lang)).json();
      byId("planned").textContent = status.problem ? status.problem.detail || status.problem.title : now.state;
    }
  };
}

function tell(id) {
  return (error) => {
    byId(id).textContent = squad.dataset.failed + error.message;
  };
}

if (byId("order")) {
  byId("order").addEventListener("click", async () => {
    byId("planned").textContent = "";
    try {
      const job = await change("POST", `${base}/plans`, { week: byId("week").value, language: lang ? "en" : "zh" });
      watch(job.links.self);
    } catch (error) {
      tell("planned")(error);
    }
  });
  fetch(`${base}/plans`)
    .then((response) => response.json())
    .then((jobs) => {
      const making = jobs.find((job) => job.state === "planning" || job.state === "waiting");
      if (making) {
        watch(making.links.self);
      }
    });
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
      tell("planned")(error);
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
    byId("uploaded").textContent = squad.dataset.saving;
    try {
      const told = await change("PUT", `${base}/workbook`, file);
      byId("uploaded").textContent = squad.dataset.read;
      show(faults, told.warnings);
    } catch (error) {
      tell("uploaded")(error.faults && error.faults.length ? new Error(String(error.faults.length)) : error);
      const language = lang ? "en" : "zh";
      const row = (fault) => (fault.row ? (lang ? `, row ${fault.row}` : ` 第 ${fault.row} 行`) : "");
      const line = (fault) =>
        `${fault.file}${row(fault)} [${fault.field || "–"}]: ${fault.problem[language]} → ${fault.mend[language]}`;
      show(faults, (error.faults || []).map(line));
    }
    event.target.value = "";
  });
}

function show(list, lines) {
  for (const line of lines) {
    const item = document.createElement("li");
    item.textContent = line;
    list.append(item);
  }
}
