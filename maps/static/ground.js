/* The ground to draw on. The page around keeps what is drawn; here it is shown, dragged and told. */
(function () {
  "use strict";
  const words = wuzao.read("words");
  const phases = wuzao.read("phases");
  const { el } = wuzao;
  const map = map_squad;
  const MOST_MIDDLES = 160;
  ["outlines", "handles"].forEach((name, i) => { map.createPane(name).style.zIndex = 460 + 200 * i; });
  wuzao.furnish(map, words);
  map.getPane("gates").style.zIndex = 470;

  const known = new Map();
  const gates = L.layerGroup().addTo(map);
  const violations = L.layerGroup().addTo(map);
  const risk = L.layerGroup();
  const handles = L.layerGroup().addTo(map);
  let edited = null;
  let outline = null;
  let placing = null;
  let fitted = "";

  const finite = (point) => Array.isArray(point) && Number.isFinite(point[0]) && Number.isFinite(point[1]);
  const latLng = (point) => [point[1], point[0]];
  const lonLat = (spot) => [Number(spot.lng.toFixed(6)), Number(spot.lat.toFixed(6))];
  const text = (value) => (typeof value === "string" ? value : "");
  const list = (value) => (Array.isArray(value) ? value : []);
  const ringsOf = (rings) => list(rings).map((ring) => list(ring).filter(finite));

  function show(said) {
    known.forEach((area) => area.remove());
    known.clear();
    gates.clearLayers();
    violations.clearLayers();
    risk.clearLayers();
    list(said.communities).forEach((one) => {
      const rings = ringsOf(one.rings).filter((ring) => ring.length > 2).map((ring) => ring.map(latLng));
      if (!rings.length) return;
      const [colour, opacity] = phases[one.phase] || ["#56616d", 0.2];
      const area = L.polygon(rings, { pane: "areas", color: colour, weight: 1.6, fillColor: colour, fillOpacity: opacity, dashArray: one.surveyed ? null : "6 4" });
      area.bindTooltip(el("div", "", text(one.name)), { permanent: true, direction: "center", className: "place", pane: "labels" });
      area.on("click", (event) => { if (!asking()) { L.DomEvent.stop(event); wuzao.tell({ wuzao: "chosen", community: one.id }); } });
      area.addTo(map);
      known.set(one.id, area);
      list(one.gates).forEach((gate, rank) => L.circleMarker([gate.lat, gate.lon], { pane: "gates", radius: 3.4, color: "#16202b", weight: 1.4, fillColor: rank ? "#ffffff" : "#16202b", fillOpacity: 1 }).bindTooltip(el("span", "", text(one.name) + " · " + text(gate.name))).addTo(gates));
      if (one.expected > 0) {
        const size = 20 + 10 * Math.min(4, Math.sqrt(one.expected));
        L.marker(area.getBounds().getCenter(), { keyboard: false, interactive: false, icon: L.divIcon({ className: "risk", html: el("b", "", one.expected.toFixed(1)), iconSize: [size, size], iconAnchor: [size / 2, size + 7] }) }).addTo(risk);
      }
    });
    list(said.violations).forEach((one) => {
      const dot = L.circleMarker([one.lat, one.lon], { pane: "outlines", radius: 5, color: "#ffffff", weight: 1.2, fillColor: one.state === "open" ? "#b3261e" : "#b26a00", fillOpacity: 0.95 });
      dot.bindTooltip(el("span", "", text(one.said))).on("click", (event) => { if (!asking()) { L.DomEvent.stop(event); wuzao.tell({ wuzao: "chosen", violation: one.id }); } }).addTo(violations);
    });
    map[said.risk ? "addLayer" : "removeLayer"](risk);
    map[said.open === false ? "removeLayer" : "addLayer"](violations);
    wuzao.adopt(map, [...known.values()]);
    fade();
  }

  const asking = () => edited !== null && edited.mode !== "move";

  function fade() {
    const ids = [...known.keys()];
    wuzao.fade(map, (i) => edited !== null && ids[i] !== edited.community);
    known.forEach((area, id) => { if (edited !== null && id === edited.community) area.setStyle({ opacity: 0, fillOpacity: 0 }); });
  }

  /* --- drawing --- */

  function edit(said) {
    handles.clearLayers();
    outline = null;
    const before = edited && edited.community;
    edited = typeof said.community === "string" ? { community: said.community, rings: ringsOf(said.rings), gates: list(said.gates), mode: said.mode, chosen: list(said.chosen) } : null;
    const notice = document.getElementById("picking");
    notice.hidden = !asking();
    notice.textContent = asking() ? (edited.mode === "gate" ? words.press_gate : words.press_corner) : "";
    document.body.classList.toggle("picking", asking());
    fade();
    if (!edited) { fitted = ""; return; }
    outline = L.polygon(edited.rings.map((ring) => ring.map(latLng)), { pane: "outlines", color: "#16202b", weight: 2.5, fillColor: "#f0a500", fillOpacity: 0.12, interactive: false }).addTo(handles);
    edited.rings.forEach(drawCorners);
    edited.gates.forEach(drawGate);
    if (before !== edited.community && fitted !== edited.community && outline.getBounds().isValid()) {
      fitted = edited.community;
      map.fitBounds(outline.getBounds(), { animate: false, padding: [60, 60], maxZoom: 18 });
    }
  }

  function drawCorners(ring, number) {
    const middles = ring.length > 2 && ring.length <= MOST_MIDDLES && edited.mode === "move";
    ring.forEach((point, corner) => {
      const chosen = edited.chosen[0] === number && edited.chosen[1] === corner;
      const handle = knob(point, "corner" + (chosen ? " chosen" : ""), words.vertex, true);
      handle.on("drag", () => { ring[corner] = lonLat(handle.getLatLng()); redraw(); });
      handle.on("dragend", told);
      handle.on("click", () => wuzao.tell({ wuzao: "corner", ring: number, corner }));
      handle.on("dblclick contextmenu", (event) => { L.DomEvent.stop(event); wuzao.tell({ wuzao: "remove", ring: number, corner }); });
      if (!middles) return;
      const next = ring[(corner + 1) % ring.length];
      const middle = knob([(point[0] + next[0]) / 2, (point[1] + next[1]) / 2], "middle", words.midpoint, true);
      let added = false;
      const insert = () => {
        if (!added) ring.splice(corner + 1, 0, lonLat(middle.getLatLng()));
        added = true;
        ring[corner + 1] = lonLat(middle.getLatLng());
        redraw();
      };
      middle.on("drag", insert);
      middle.on("dragend", told);
      middle.on("click", () => { insert(); told(); });
    });
  }

  function drawGate(gate, rank) {
    const handle = L.marker([gate.lat, gate.lon], { pane: "handles", draggable: true, keyboard: false, zIndexOffset: 300, title: text(gate.name), icon: L.divIcon({ className: "gate-handle" + (rank ? "" : " main"), iconSize: [28, 28], html: el("div", "", el("b", ""), el("span", "", text(gate.name))) }) });
    handle.on("dragend", () => {
      const [lon, lat] = lonLat(handle.getLatLng());
      edited.gates[rank] = { ...gate, lon, lat };
      told();
    });
    handle.addTo(handles);
  }

  function knob(point, className, title, draggable) {
    return L.marker(latLng(point), { pane: "handles", draggable, keyboard: false, title, icon: L.divIcon({ className, iconSize: [24, 24], html: el("b", "") }) }).addTo(handles);
  }

  const redraw = () => outline.setLatLngs(edited.rings.map((ring) => ring.map(latLng)));
  const told = () => wuzao.tell({ wuzao: "drawn", rings: edited.rings, gates: edited.gates });

  map.on("zoomend", fade);
  map.on("click", (event) => {
    if (!asking()) return;
    const [lon, lat] = lonLat(event.latlng);
    wuzao.tell({ wuzao: "picked", lon, lat });
  });
  document.addEventListener("keydown", (event) => {
    if (edited && edited.chosen.length === 2 && ["Delete", "Backspace"].includes(event.key)) {
      event.preventDefault();
      wuzao.tell({ wuzao: "remove", ring: edited.chosen[0], corner: edited.chosen[1] });
    }
  });

  /* --- a violation's place --- */

  function place(said) {
    if (placing) { placing.remove(); placing = null; }
    if (typeof said.id !== "string" || !finite([said.lon, said.lat])) return;
    placing = L.marker([said.lat, said.lon], { pane: "handles", draggable: true, keyboard: false, zIndexOffset: 600, icon: L.divIcon({ className: "placing", iconSize: [28, 28], html: el("b", "") }) }).addTo(map);
    placing.on("dragend", () => {
      const [lon, lat] = lonLat(placing.getLatLng());
      wuzao.tell({ wuzao: "moved", id: said.id, lon, lat });
    });
    map.setView([said.lat, said.lon], Math.max(map.getZoom(), 17), { animate: false });
  }

  wuzao.heed((said) => {
    if (said.wuzao === "ground") show(said);
    if (said.wuzao === "edit") edit(said);
    if (said.wuzao === "place") place(said);
  });
})();
