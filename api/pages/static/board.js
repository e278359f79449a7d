/* The week board: what it shows first, and who listens to what. */

import { byId, data, element, failed, fill, get, say, words } from "./wuzao.js";
import { address, listen, setRows, state, take, keep, kept } from "./board_state.js";
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
import { KINDS, kindClass } from "./board_say.js";

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
  document.body.classList.toggle("locked", !board.editable);
  show("copy", !board.editable);
  show("publish", board.state === "draft" || board.state === "replaced");
}

function drawLegend() {
  const kinds = new Map();
  state.board.cards.forEach((card) => {
    const name = kindClass(card.kind);
    kinds.set(name, (kinds.get(name) ?? new Set()).add(say(card.kind_name)));
  });
  byId("legend").replaceChildren(...KINDS.map((kind) => `k-${kind}`).filter((name) => kinds.has(name)).map((name) =>
    element("span", { class: name }, element("i", { "aria-hidden": "true" }), [...kinds.get(name)].join(words.and))));
}

const drawWeek = () => (phone.matches ? drawDays() : drawGrid());

function draw(what) {
  if (what === "chosen") {
    highlight();
    drawPanel();
    return;
  }
  drawWeek();
  if (what === "rows" || what === "supposed") {
    return;
  }
  drawBar();
  drawFigures();
  drawSide();
  drawLegend();
  drawPanel();
  requestAnimationFrame(() => setTimeout(followHeat, 0)); // after the cards are on the screen
}

function setUp(board) {
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
  dense.checked = kept("board-dense", board.officers.length > 12 ? "yes" : "no") === "yes";
  dense.addEventListener("change", () => { keep("board-dense", dense.checked ? "yes" : "no"); setDense(); });
  setDense();
  byId("grid").addEventListener("click", openedBy);
  letDrag(byId("grid"));
  letDrag(byId("side"));
  addEventListener("keydown", heard);
  phone.addEventListener("change", () => { byId("grid").replaceChildren(); drawWeek(); });
  for (const menu of document.querySelectorAll("details.menu, details.help")) {
    menu.addEventListener("focusout", (event) => { if (!menu.contains(event.relatedTarget)) menu.open = false; });
    menu.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    });
  }
}

function start(board) {
  state.now = data.now;
  byId("grid").before(element("p", { id: "empty", class: "empty", hidden: true }, words.empty_plan));
  setUp(board);
  setUpHeat();
  listen(draw);
  take(board);
  setUpMap();
}

/** Ask for a plan that takes a while to open. */
async function open() {
  document.body.classList.add("opening");
  byId("opening").hidden = false;
  try {
    start(await get(address("/board")));
    document.body.classList.remove("opening");
  } catch (error) {
    failed(error);
  }
  byId("opening").hidden = true;
}

if (data.board) {
  start(data.board);
} else if (data.made) {
  open();
} else {
  document.body.classList.add("making");
  watchThis();
}
