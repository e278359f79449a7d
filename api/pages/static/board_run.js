/* Planning watched live: best, bound, gap and stage; take the best so far, or cancel. */

import { progressSaid } from "./progress.js";
import { asked, byId, change, data, element, failed, fill, followed, toast, words } from "./wuzao.js";
import { address, fetchBoard, state, version } from "./board_state.js";

/** Follow a job to its end; resolves with its last status. */
async function watch(place) {
  byId("run").hidden = false;
  byId("run-bar").hidden = false;
  byId("run-links").replaceChildren();
  const buttons = ["run-stop", "run-cancel"].map(byId).filter(Boolean);
  buttons.forEach((one) => { one.hidden = false; });
  if (buttons.length) {
    byId("run-stop").onclick = () => change("POST", `${place}/stop`).catch(failed);
    byId("run-cancel").onclick = () => change("DELETE", place).catch(failed);
  }
  const status = await followed(place, (progress) => { byId("run-said").textContent = progressSaid(progress); });
  byId("run-bar").hidden = true;
  buttons.forEach((one) => { one.hidden = true; });
  return status;
}

function ended(status) {
  const why = status.problem ? status.problem.detail || status.problem.title : "";
  byId("run-said").textContent = status.state === "cancelled" ? words.run_cancelled : words.run_failed + why;
}

/** Show a plan that is still being made: the page is loaded again when it is there. */
export async function watchThis() {
  try {
    const status = await watch(address());
    if (status.state === "done") {
      location.reload();
    } else {
      ended(status);
    }
  } catch (error) {
    failed(error);
  }
}

/** Plan the week again; what is pinned stays. The draft that comes of it is another plan. */
export async function again() {
  byId("again").disabled = true;
  try {
    const job = await change("POST", address("/again"), { time_limit: 20 });
    const status = await watch(job.links.self);
    if (status.state === "done") {
      byId("run-said").textContent = words.run_done;
      byId("run-links").replaceChildren(
        element("a", { class: "button go", href: `${data.pages}/plans/${encodeURIComponent(job.id)}` }, words.open_it), " ",
        element("a", { class: "button", href: `${data.pages}/plans/${encodeURIComponent(job.id)}/compare/${encodeURIComponent(data.plan)}` }, words.compare_it));
    } else {
      ended(status);
    }
  } catch (error) {
    failed(error);
  } finally {
    byId("again").disabled = false;
  }
}

export async function publish() {
  const { broken, missed } = state.board;
  const [hard, must] = [broken.filter((fault) => fault.hard).length, missed.filter((visit) => visit.mandatory).length];
  if ((hard || must) && !(await asked(fill(words.ask_publish_broken, { broken: hard, missed: must })))) {
    return;
  }
  try {
    await change("POST", address("/state"), { state: "published" }, version());
    toast(words.published_now);
  } catch (error) {
    failed(error);
  }
  await fetchBoard().catch(failed);
}

export async function copy() {
  try {
    const made = await change("POST", address("/copy"));
    toast(words.copied);
    location.assign(`${data.pages}/plans/${encodeURIComponent(made.id)}`);
  } catch (error) {
    failed(error);
  }
}
