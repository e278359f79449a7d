/* The week board: what it shows first, and who listens to what. */

import { byId, data, element, fill, say, words } from "./wuzao.js";
import { listen, setRows, state, take, keep, kept } from "./board_state.js";
import { drawGrid, highlight } from "./board_grid.js";
import { drawDays } from "./board_days.js";
import { drawFigures, drawSide } from "./board_side.js";
import { drawPanel } from "./board_panel.js";
import { followHeat, setUpHeat } from "./board_heat.js";
import { setUpMap } from "./board_map.js";
import { letDrag } from "./board_move.js";
import { heard, openedBy } from "./board_keys.js";
import { step } from "./board_acts.js";
import { again, copy, publish, watchThis } from "./board_run.js";
import { kindClass } from "./board_say.js";

const phone = matchMedia("(max-width: 40rem)");

function drawBar() {
  const { board } = state;
  const { total, bound, gap } = board.objective;
  byId("state").textContent = words[`state_${board.state}`] ?? board.state;
  byId("state").classList.toggle("live", board.state === "published");
  const best = gap === null ? words.quality_unknown : gap < 0.0005 ? words.quality_best : words.quality;
  byId("quality").textContent = fill(best, { total, gap: ((gap ?? 0) * 100).toFixed(1) });
  byId("quality-help").querySelector("p").textContent = fill(words.quality_help, { bound: bound ?? words.no_bound });
  const show = (id, shown) => { if (byId(id)) byId(id).hidden = !shown; };
  for (const way of ["undo", "redo"]) {
    show(way, board.editable);
    if (byId(way)) {
      byId(way).disabled = !board[way];
    }
  }
  show("copy", !board.editable);
  show("publish", board.state === "draft" || board.state === "replaced");
}

function drawLegend() {
  const kinds = new Map(state.board.cards.map((card) => [kindClass(card.kind), say(card.kind_name)]));
  byId("legend").replaceChildren(...[...kinds].map(([name, said]) =>
    element("span", { class: name }, element("i", { "aria-hidden": "true" }), said)));
}

const drawWeek = () => (phone.matches ? drawDays() : drawGrid());

function draw(what) {
  if (what === "chosen") {
    highlight();
    drawPanel();
    return;
  }
  drawWeek();
  if (what === "rows") {
    return;
  }
  drawBar();
  drawFigures();
  drawSide();
  drawLegend();
  drawPanel();
  requestAnimationFrame(() => setTimeout(followHeat, 0)); // after the cards are on the screen
}

function setUp() {
  for (const way of ["undo", "redo"]) {
    byId(way)?.addEventListener("click", () => step(way));
  }
  byId("again")?.addEventListener("click", again);
  byId("publish")?.addEventListener("click", publish);
  byId("copy")?.addEventListener("click", copy);
  byId("show-keys").addEventListener("click", () => byId("keys").showModal());
  byId("keys-close").addEventListener("click", () => byId("keys").close());
  for (const one of byId("rows").querySelectorAll("button")) {
    const pressed = () => one.setAttribute("aria-pressed", String(one.dataset.rows === state.rows));
    one.addEventListener("click", () => setRows(one.dataset.rows));
    listen(pressed);
  }
  const dense = byId("dense");
  const setDense = () => document.body.classList.toggle("dense", dense.checked);
  dense.checked = kept("board-dense", data.board.officers.length > 12 ? "yes" : "no") === "yes";
  dense.addEventListener("change", () => { keep("board-dense", dense.checked ? "yes" : "no"); setDense(); });
  setDense();
  byId("grid").addEventListener("click", openedBy);
  letDrag(byId("grid"));
  letDrag(byId("side"));
  addEventListener("keydown", heard);
  phone.addEventListener("change", () => { byId("grid").replaceChildren(); drawWeek(); });
  for (const menu of document.querySelectorAll("details.menu")) {
    menu.addEventListener("focusout", (event) => { if (!menu.contains(event.relatedTarget)) menu.open = false; });
    menu.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    });
  }
}

if (data.board) {
  state.now = data.now;
  byId("grid").before(element("p", { id: "empty", class: "empty", hidden: true }, words.empty_plan));
  setUp();
  setUpHeat();
  listen(draw);
  take(data.board);
  setUpMap();
} else {
  document.body.classList.add("making");
  watchThis();
}
