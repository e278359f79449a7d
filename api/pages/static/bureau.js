/* All squads: the table is searched, and goes along with the map. */

import { letSearch } from "./search.js";
import { byId, change, data, failed, hear } from "./wuzao.js";

const rows = [...document.querySelectorAll("#squads tbody tr")];
const frame = byId("map");

byId("week").addEventListener("change", (event) => location.assign(`/bureau?week=${encodeURIComponent(event.target.value)}`));

letSearch(byId("squads"));

for (const button of document.querySelectorAll("button.lend")) {
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      const job = await change("POST", data.loans, { squad: button.dataset.squad });
      location.assign(`/bureau/loans/${encodeURIComponent(job.id)}`);
    } catch (error) {
      button.disabled = false;
      failed(error);
    }
  });
}

function choose(row) {
  rows.forEach((one) => one.classList.toggle("chosen", one === row));
}

if (frame) {
  frame.src = data.map;
  hear(frame, (said) => {
    const row = said.wuzao === "chosen" && rows.find((one) => one.dataset.squad === said.squad);
    if (row) {
      choose(row);
      row.scrollIntoView({ block: "center" });
      row.querySelector("a").focus({ preventScroll: true });
    }
  });
  rows.forEach((row) => row.addEventListener("focusin", () => {
    choose(row);
    frame.contentWindow.postMessage({ wuzao: "show", squad: row.dataset.squad }, "*");
  }));
}
