import { faultList } from "./faults.js";
import { progressSaid } from "./progress.js";
import { asked, byId, change, data, element, failed, followed, get, lang, toast, words } from "./wuzao.js";

async function watch(address) {
  byId("making").hidden = false;
  byId("order").disabled = true;
  byId("stop").onclick = () => change("POST", `${address}/stop`).catch(failed);
  byId("cancel").onclick = () => change("DELETE", address).catch(failed);
  const status = await followed(address, (progress) => {
    byId("stage").textContent = progressSaid(progress);
  });
  byId("making").hidden = true;
  byId("order").disabled = false;
  if (status.state === "done") {
    location.assign(status.links.self.replace(/^\/api/, ""));
    return;
  }
  byId("planned").textContent = status.problem ? status.problem.detail || status.problem.title : status.state;
}

if (byId("order")) {
  byId("order").addEventListener("click", async () => {
    byId("planned").textContent = "";
    try {
      const job = await change("POST", `${data.base}/plans`, { week: byId("week").value, language: lang });
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

/** Put a workbook in place of what the squad is; the one before is fetched first, so that it can be put back. */
async function replaceWith(file) {
  const faults = byId("faults");
  const former = await fetch(`${data.base}/workbook`).then((response) => (response.ok ? response.blob() : null));
  try {
    const told = await change("PUT", `${data.base}/workbook`, file);
    byId("uploaded").replaceChildren(words.read_in, ...told.warnings.map((line) => element("span", { class: "note" }, ` ${line}`)));
    faultList(faults, []);
    if (former !== null) {
      toast(words.read_in, { text: words.undo, act: () => putBack(former) });
    }
  } catch (error) {
    byId("uploaded").textContent = faultList(faults, error.faults || []) || words.did_not_work + error.message;
  }
}

async function putBack(former) {
  try {
    await change("PUT", `${data.base}/workbook`, former);
    byId("uploaded").textContent = words.undone;
    toast(words.undone);
  } catch (error) {
    failed(error);
  }
}

if (byId("workbook")) {
  byId("workbook").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    if (file && (await asked(words.replace_asked))) {
      byId("uploaded").textContent = words.reading;
      await replaceWith(file);
    }
    event.target.value = "";
  });
  byId("roads").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    if (file) {
      byId("roads-said").textContent = words.reading;
      try {
        await change("PUT", `${data.base}/roads`, file);
        byId("roads-said").textContent = words.roads_read;
      } catch (error) {
        byId("roads-said").textContent = words.did_not_work + error.message;
      }
    }
    event.target.value = "";
  });
}
