/* A table that is searched by what its rows are called, as it is typed. */

import { byId, fill, words } from "./wuzao.js";

export function letSearch(table) {
  const [search, rows] = [byId("search"), [...table?.querySelectorAll("tbody tr") ?? []]];
  if (!search) {
    return;
  }
  const look = () => {
    const wanted = search.value.trim().toLowerCase();
    let count = 0;
    for (const row of rows) {
      row.hidden = !row.querySelector("th").textContent.toLowerCase().includes(wanted);
      count += row.hidden ? 0 : 1;
    }
    byId("found").textContent = fill(words.shown, { count });
    byId("nothing").hidden = count > 0;
    table.parentElement.hidden = count === 0;
  };
  search.addEventListener("input", look);
  look(); // a browser that comes back to the page may have kept what was typed
}
