/* The squad's ground: look, choose a community, draw its outline and gates, put violations where they lie. */
import { asked, byId, change, data, element, failed, fill, get, hear, lang, say, toast, words } from "./wuzao.js";
import { Drawing, geometryOf, ringsOf } from "./map_model.js";
import { cornerRow, gateRow, refill, violationRow } from "./map_rows.js";

const SETTLE = 250;
const frame = byId("map");
const select = byId("community");
const may = data.may_draw;

let ground = data.ground;
let drawing = null;
let mode = "move";
let faults = null;
let judging = null;
let moving = null;
let ready = false;

const communityOf = (id) => ground.communities.find((one) => one.community === id) || null;
const chosen = () => communityOf(select.value);

/* --- the map --- */

const toMap = (message) => { if (ready) { frame.contentWindow.postMessage(message, "*"); } };

function showGround() {
  toMap({
    wuzao: "ground",
    risk: byId("risk").checked,
    open: byId("open").checked,
    communities: ground.communities.map((one) => ({
      id: one.community,
      name: one.name,
      phase: one.phase,
      surveyed: one.source === "surveyed",
      rings: ringsOf(one.geometry).map((ring) => ring.points),
      gates: one.gates,
      expected: one.expected,
    })),
    violations: ground.violations.map((one) => ({ id: one.id, lon: one.lon, lat: one.lat, state: one.state, said: [one.type_name ? say(one.type_name) : words.not_typed, one.building].filter(Boolean).join(" · ") })),
  });
}

function showDrawing() {
  if (drawing && may) {
    toMap({ wuzao: "edit", community: drawing.id, rings: drawing.now.rings.map((ring) => ring.points), gates: drawing.now.gates, mode, chosen: drawing.chosen });
  } else {
    toMap({ wuzao: "edit", community: null });
  }
}

const showPlace = () => toMap(moving ? { wuzao: "place", id: moving.id, lon: moving.lon, lat: moving.lat } : { wuzao: "place", id: null });

/* --- choosing --- */

async function choose(id) {
  if (drawing && drawing.changed && drawing.id !== id && !(await asked(words.leave_asked))) {
    select.value = drawing.id;
    return;
  }
  select.value = communityOf(id) ? id : "";
  moving = null;
  begin();
}

/** Begin to look at, and to draw, what is chosen. */
function begin() {
  const one = chosen();
  drawing = one ? new Drawing(one) : null;
  mode = "move";
  faults = null;
  byId("hint").hidden = one !== null;
  byId("chosen").hidden = one === null;
  if (one) {
    byId("chosen-name").textContent = one.name;
    byId("facts").textContent = fill(words.facts, { phase: say(one.phase_name), households: one.households, expected: one.expected.toFixed(1) });
    byId("its-page").href = `${data.pages}/communities/${encodeURIComponent(one.community)}`;
    byId("former")?.removeAttribute("open");
  }
  history.replaceState(null, "", one ? `#${encodeURIComponent(one.community)}` : location.pathname + location.search);
  show();
  showPlace();
}

function show() {
  showDrawing();
  showViolations();
  if (!drawing || !may) {
    return;
  }
  byId("back").disabled = !drawing.before.length;
  byId("again").disabled = !drawing.after.length;
  byId("drop").disabled = !drawing.changed;
  byId("redraw").textContent = mode === "corner" ? words.finish : words.redraw;
  byId("redraw").setAttribute("aria-pressed", String(mode === "corner"));
  byId("point-gate").setAttribute("aria-pressed", String(mode === "gate"));
  byId("surveyed").checked = drawing.now.surveyed;
  const gates = drawing.now.gates;
  refill(byId("gates"), ...gates.map((gate, rank) => gateRow(gate, rank, gates.length, gateActs)));
  const rings = drawing.now.rings;
  byId("corners-title").textContent = fill(words.corners, { n: rings.reduce((sum, ring) => sum + ring.points.length, 0) });
  refill(byId("corner-rows"), ...rings.flatMap((ring, number) => [
    ...(rings.length > 1 ? [element("p", { class: "note" }, fill(words.ring, { n: number + 1 }))] : []),
    ...ring.points.map((point, corner) => cornerRow(number, point, corner, drawing.chosen[0] === number && drawing.chosen[1] === corner, cornerActs)),
  ]));
  showJudged();
}

/* --- drawing --- */

/** Make a step, show it, and ask what is wrong with it. */
function step(act) {
  if (drawing.step(act)) {
    judge();
  }
  show();
}

const gateActs = {
  main: (rank) => step((now) => { now.gates.unshift(...now.gates.splice(rank, 1)); }),
  name: (rank, name) => step((now) => { now.gates[rank].name = name || now.gates[rank].name; }),
  move: (rank, axis, value) => step((now) => { now.gates[rank][["lon", "lat"][axis]] = value; }),
  remove: (rank) => step((now) => { if (now.gates.length > 1) { now.gates.splice(rank, 1); } }),
};

const cornerActs = {
  move: (ring, corner, axis, value) => step((now) => { now.rings[ring].points[corner][axis] = value; }),
  add: (ring, corner) => step((now) => {
    const points = now.rings[ring].points;
    const [here, next] = [points[corner], points[(corner + 1) % points.length]];
    points.splice(corner + 1, 0, [(here[0] + next[0]) / 2, (here[1] + next[1]) / 2]);
  }),
  remove: (ring, corner) => {
    if (drawing.now.rings[ring]?.points.length > 3) {
      drawing.chosen = [];
      step((now) => { now.rings[ring].points.splice(corner, 1); });
    } else {
      toast(words.three_corners);
    }
  },
};

function addGate(lon, lat) {
  mode = "move";
  step((now) => { now.gates.push({ id: "", name: fill(words.new_gate, { n: now.gates.length + 1 }), lon, lat }); });
}

/** Where a gate is put first: in the middle of the first side. */
function firstPlace() {
  const [one, other] = drawing.now.rings[0]?.points || [];
  return one && other ? [(one[0] + other[0]) / 2, (one[1] + other[1]) / 2] : [drawing.now.gates[0].lon, drawing.now.gates[0].lat];
}

function redraw() {
  if (mode === "corner") {
    mode = "move";
    show();
    judge();
    return;
  }
  mode = "corner";
  drawing.chosen = [];
  step((now) => { now.rings = [{ part: 0, points: [] }]; });
}

/* --- what is wrong --- */

function judge() {
  clearTimeout(judging);
  faults = null;
  judging = setTimeout(judgeNow, SETTLE);
}

async function judgeNow() {
  const mine = drawing;
  if (!mine || !mine.changed || !mine.enclosed) {
    show();
    return;
  }
  const asking = JSON.stringify(mine.sent);
  try {
    const judged = await change("POST", `${data.base}/communities/${encodeURIComponent(mine.id)}/outline/check`, mine.sent);
    if (drawing === mine && JSON.stringify(mine.sent) === asking) {
      faults = judged.faults;
      showJudged();
    }
  } catch (error) {
    if (drawing === mine) {
      faults = [{ level: "error", problem: both(error.message), mend: both("") }];
      showJudged();
    }
  }
}

const both = (text) => ({ zh: text, en: text });

function showJudged() {
  const box = byId("judged");
  const wrong = (faults || []).filter((one) => one.level === "error");
  const line = (one) => element("p", { class: one.level === "error" ? "bad" : "warn" }, one.level === "error" ? words.wrong : words.odd, element("span", { "data-typed": true }, [say(one.problem), say(one.mend)].filter(Boolean).join(lang === "zh" ? "。" : ". ")));
  let lines = [];
  if (!drawing.changed) {
    lines = [];
  } else if (!drawing.enclosed) {
    lines = [element("p", { class: "bad" }, words.wrong, words.three_corners)];
  } else if (faults === null) {
    lines = [element("p", { class: "note" }, words.judging)];
  } else {
    lines = faults.length ? faults.map(line) : [element("p", { class: "ok" }, words.sound)];
  }
  box.replaceChildren(...lines);
  byId("save").disabled = !drawing.changed || !drawing.enclosed || faults === null || wrong.length > 0;
}

/* --- keeping --- */

async function send(id, outline, version) {
  const kept = await change("PUT", `${data.base}/communities/${encodeURIComponent(id)}/outline`, outline, { "If-Match": `"${version}"` });
  took(kept);
  return kept;
}

/** Take over what is on record now. */
function took(kept) {
  ground.communities = ground.communities.map((one) => (one.community === kept.community ? { ...one, ...kept } : one));
  showGround();
  if (drawing && drawing.id === kept.community) {
    begin();
  }
}

async function save() {
  const former = chosen();
  byId("save").disabled = true;
  try {
    const kept = await send(drawing.id, drawing.sent, drawing.version);
    toast(fill(words.saved, { name: former.name }), { text: words.undo, act: () => restore(former, kept.version) });
  } catch (error) {
    failed(error);
    show();
  }
}

async function restore(former, version) {
  try {
    await send(former.community, { geometry: former.geometry, gates: former.gates, source: former.source }, version);
    toast(words.taken_back);
  } catch (error) {
    failed(error);
  }
}

async function formerOnes() {
  const id = drawing.id;
  try {
    const versions = await get(`${data.base}/communities/${encodeURIComponent(id)}/boundaries`);
    byId("former-list").replaceChildren(...versions.map((one) => {
      const row = element("li", {}, fill(words.version, { n: one.version, at: new Intl.DateTimeFormat(lang === "zh" ? "zh-CN" : "en-GB", { dateStyle: "medium", timeStyle: "short", timeZone: "Asia/Shanghai" }).format(Date.parse(one.drawn_at)) }));
      row.append(one.current ? element("span", { class: "chip" }, words.present) : element("button", { type: "button", onclick: () => putBack(id, one.version) }, words.put_back));
      return row;
    }));
  } catch (error) {
    failed(error);
  }
}

async function putBack(id, version) {
  const former = communityOf(id);
  try {
    const kept = await change("POST", `${data.base}/communities/${encodeURIComponent(id)}/boundaries/${version}/restore`);
    took(kept);
    toast(fill(words.put_back_done, { n: version }), { text: words.undo, act: () => restore(former, kept.version) });
  } catch (error) {
    failed(error);
  }
}

/* --- pasted coordinates --- */

async function paste() {
  const lines = byId("points").value.split("\n").map((line) => line.trim()).filter(Boolean);
  const points = lines.map((line) => line.split(/[\s,;,;]+/).filter(Boolean).map(Number));
  const bad = points.findIndex((point) => point.length !== 2 || !point.every(Number.isFinite) || Math.abs(point[0]) > 180 || Math.abs(point[1]) > 90);
  byId("pasted").textContent = bad >= 0 ? fill(words.not_points, { n: bad + 1 }) : points.length < 3 ? words.three_corners : "";
  if (byId("pasted").textContent) {
    return;
  }
  const [first, last] = [points[0], points.at(-1)];
  const open = points.length > 3 && first[0] === last[0] && first[1] === last[1] ? points.slice(0, -1) : points;
  try {
    const given = { geometry: geometryOf([{ part: 0, points: open }]), crs: byId("system").value };
    const judged = await change("POST", `${data.base}/communities/${encodeURIComponent(drawing.id)}/outline/check`, given);
    step((now) => { now.rings = ringsOf(judged.geometry); });
  } catch (error) {
    byId("pasted").textContent = words.did_not_work + error.message;
  }
}

/* --- violations --- */

function showViolations() {
  const one = chosen();
  const mine = one ? ground.violations.filter((violation) => violation.community === one.community) : [];
  byId("no-violations").hidden = mine.length > 0;
  refill(byId("violations"), ...mine.map((violation) => violationRow(violation, moving !== null && moving.id === violation.id, placeActs)));
}

const placeActs = {
  start: (one) => { moving = one; showViolations(); showPlace(); },
  stop: () => { moving = null; showViolations(); showPlace(); },
  move: (one, axis, value) => placeActs.put(one, ...(axis ? [one.lon, value] : [value, one.lat])),
  put: async (one, lon, lat) => {
    const former = { lon: one.lon, lat: one.lat };
    if (await placed(one, lon, lat)) {
      toast(words.moved, { text: words.undo, act: () => placed(one, former.lon, former.lat) });
    }
  },
};

async function placed(one, lon, lat) {
  try {
    const kept = await change("PUT", `${data.base}/violations/${encodeURIComponent(one.id)}/place`, { lon, lat });
    Object.assign(one, { lon: kept.lon, lat: kept.lat, community: kept.community });
    showGround();
    showViolations();
    showPlace();
    return true;
  } catch (error) {
    failed(error);
    return false;
  }
}

/* --- wiring --- */

hear(frame, (said) => {
  if (said.wuzao === "ready") {
    ready = true;
    showGround();
    showDrawing();
    showPlace();
  } else if (said.wuzao === "chosen") {
    const violation = ground.violations.find((one) => one.id === said.violation);
    choose(violation ? violation.community : said.community).then(() => { if (violation) { byId(`violation-${violation.id}`)?.focus(); } });
  } else if (said.wuzao === "moved" && moving && moving.id === said.id) {
    placeActs.put(moving, said.lon, said.lat);
  } else if (drawing && may) {
    heard(said);
  }
});

/** What the map tells of the drawing. */
function heard(said) {
  if (said.wuzao === "drawn" && Array.isArray(said.rings) && said.rings.length === drawing.now.rings.length) {
    step((now) => {
      said.rings.forEach((points, ring) => { now.rings[ring].points = points; });
      now.gates = said.gates.map((gate, rank) => ({ ...now.gates[rank], lon: gate.lon, lat: gate.lat }));
    });
  } else if (said.wuzao === "corner") {
    drawing.chosen = [said.ring, said.corner];
    show();
    byId("corner-rows").querySelector(".chosen")?.scrollIntoView({ block: "nearest" });
  } else if (said.wuzao === "remove") {
    cornerActs.remove(said.ring, said.corner);
  } else if (said.wuzao === "picked" && mode === "gate") {
    addGate(said.lon, said.lat);
  } else if (said.wuzao === "picked" && mode === "corner") {
    step((now) => { now.rings[0].points.push([said.lon, said.lat]); });
  }
}

select.addEventListener("change", () => { choose(select.value).then(() => { if (drawing) { byId("chosen-name").focus(); } }); });
byId("risk").addEventListener("change", () => { showGround(); showDrawing(); });
byId("open").addEventListener("change", () => { showGround(); showDrawing(); });
if (may) {
  byId("back").addEventListener("click", () => { drawing.back(); judge(); show(); });
  byId("again").addEventListener("click", () => { drawing.again(); judge(); show(); });
  byId("redraw").addEventListener("click", redraw);
  byId("surveyed").addEventListener("change", () => step((now) => { now.surveyed = byId("surveyed").checked; }));
  byId("save").addEventListener("click", save);
  byId("drop").addEventListener("click", begin);
  byId("add-gate").addEventListener("click", () => addGate(...firstPlace()));
  byId("point-gate").addEventListener("click", () => { mode = mode === "gate" ? "move" : "gate"; show(); });
  byId("former").addEventListener("toggle", () => { if (byId("former").open && drawing) { formerOnes(); } });
  byId("use-points").addEventListener("click", paste);
  window.addEventListener("beforeunload", (event) => { if (drawing && drawing.changed) { event.preventDefault(); } });
}
frame.contentWindow.postMessage({ wuzao: "hello" }, "*");
const wanted = decodeURIComponent(location.hash.slice(1));
if (communityOf(wanted)) {
  select.value = wanted;
}
begin();
