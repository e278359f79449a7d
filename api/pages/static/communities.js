import { byId, fill, words } from "./wuzao.js";

const rows = [...document.querySelectorAll("#communities tbody tr")];
const search = byId("search");

function look() {
  const wanted = search.value.trim().toLowerCase();
  let count = 0;
  for (const row of rows) {
    row.hidden = !row.querySelector("th").textContent.toLowerCase().includes(wanted);
    count += row.hidden ? 0 : 1;
  }
  byId("found").textContent = fill(words.shown, { count });
  byId("nothing").hidden = count > 0;
  byId("communities").parentElement.hidden = count === 0;
}

if (search) {
  search.addEventListener("input", look);
  // a browser that comes back to the page may have kept what was typed
  look();
}
