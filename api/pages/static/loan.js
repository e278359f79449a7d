/* A loan: followed while it is looked for, and taken over. */

import { progressSaid } from "./progress.js";
import { asked, byId, change, data, element, failed, followed, words } from "./wuzao.js";

if (data.making) {
  byId("cancel").addEventListener("click", () => change("DELETE", data.job).catch(failed));
  followed(data.job, (progress) => { byId("stage").textContent = progressSaid(progress); })
    .then(() => location.reload()).catch(failed);
}

byId("take")?.addEventListener("click", async () => {
  if (!(await asked(words.take_asked))) {
    return;
  }
  byId("take").disabled = true;
  try {
    const { drafts } = await change("POST", data.take);
    const links = Object.entries(drafts).map(([squad, plan]) =>
      element("a", { href: `/squads/${encodeURIComponent(squad)}/plans/${encodeURIComponent(plan)}`, "data-typed": true }, data.names[squad] ?? squad));
    byId("taken").replaceChildren(words.taken, ...links.flatMap((link, n) => (n ? [" ", link] : [link])));
    byId("taken").hidden = false;
  } catch (error) {
    byId("take").disabled = false;
    failed(error);
  }
});
