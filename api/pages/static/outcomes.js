/* All squads' outcomes: worked out anew, and looked at again until they are. */

import { byId, change, data, failed, fill, get, words } from "./wuzao.js";

const LOOK = 1500;

byId("period").addEventListener("change", (event) => location.assign(`/bureau/outcomes/${encodeURIComponent(event.target.value)}`));

async function look() {
  try {
    const left = (await get(data.outcomes)).squads.filter((squad) => squad.making).length;
    if (!left) {
      location.reload();
      return;
    }
    byId("making").textContent = fill(words.making, { count: left });
    setTimeout(look, LOOK);
  } catch (error) {
    failed(error);
  }
}

byId("reckon")?.addEventListener("click", async (event) => {
  event.target.disabled = true;
  try {
    await change("POST", data.outcomes);
    await look();
  } catch (error) {
    event.target.disabled = false;
    failed(error);
  }
});

if (data.making) {
  look();
}
