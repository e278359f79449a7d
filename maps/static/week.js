/* The week on the map: a day, a band, a time of day; and a table that follows them. */
(function () {
  "use strict";
  const words = wuzao.read("words");
  const data = wuzao.read("week");
  const { el, clock } = wuzao;
  const map = map_squad;
  const group = feature_group_routes;
  const $ = (id) => document.getElementById(id);
  const { framed } = wuzao;
  if (framed) [feature_group_areas, feature_group_gates, group, marker_cluster_closed].forEach((layer) => layer_control_switch.removeLayer(layer));
  const grid = wuzao.furnish(map, words).grid;
  data.routes.forEach((route) => route.legs.forEach((leg) => { leg.line = wuzao.decode(leg.line, grid); }));

  data.open.forEach((row) => wuzao.violation(row).addTo(marker_cluster_open));
  data.closed.forEach((row) => wuzao.violation(row).addTo(marker_cluster_closed));

  const dots = L.layerGroup().addTo(map);
  const pressedDay = document.querySelector("[data-day][aria-pressed=true]");
  const state = { day: pressedDay ? Number(pressedDay.dataset.day) : 0, band: "", officer: "", route: "", time: 0, chosen: null };
  let playing = null;
  /* A frame may ask for the whole week (no day) or for one officer's part of it. */
  const today = () => data.routes.filter((r) => state.day === null || r.day === state.day);
  const shown = () => today().filter((r) => (!state.band || r.band === state.band) && (!state.officer || r.officers.includes(state.officer)) && (!state.route || r.id === state.route));

  function where(route, time) {
    if (time < route.depart || time >= route.back) return { at: null, text: words.at_station };
    for (let i = 0; i < route.legs.length; i += 1) {
      const leg = route.legs[i];
      const stop = route.stops[i];
      if (time < leg.arrive && time >= leg.depart) {
        const share = (time - leg.depart) / Math.max(1, leg.arrive - leg.depart);
        return { at: wuzao.along(leg.line, share).point, text: stop ? words.driving_to + " " + stop.place : words.driving_home };
      }
      const next = route.legs[i + 1];
      if (stop && time < (next ? next.depart : route.back)) {
        const resting = route.rest && time >= route.rest[0] && time < route.rest[1];
        const doing = resting ? words.resting_at : time < stop.begin ? words.waiting_at : words["kind_" + stop.kind];
        return { at: stop.spot, there: true, text: doing + " · " + stop.place };
      }
    }
    return { at: null, text: words.at_station };
  }

  function label(route, stop, i) {
    return (i + 1) + " · " + clock(stop.begin) + "–" + clock(stop.end) + " " + stop.place + " · " + words["kind_" + stop.kind];
  }

  function drawRoutes() {
    group.clearLayers();
    const mine = shown();
    if (framed && state.day !== null) today().filter((route) => !mine.includes(route)).forEach((route) => route.legs.forEach((leg) =>
      L.polyline(leg.line, { pane: "routes", color: "#8a94a0", weight: 2, opacity: 0.45, interactive: false, className: "dimmed" }).addTo(group)));
    mine.forEach((route) => {
      route.legs.forEach((leg) => {
        const line = wuzao.drawLeg(map, group, leg, route.colour, 2.5 + 3 * (route.rank % 3), { className: "route route-" + route.day });
        line.bindTooltip(el("div", "", el("b", "", route.crew.join(" · ")), el("div", "", clock(leg.depart) + " → " + clock(leg.arrive))), { sticky: true });
      });
      wuzao.together(route.stops).forEach((mark) => {
        const keys = mark.order.map((i) => route.id + ":" + i);
        const title = mark.order.map((i) => label(route, route.stops[i], i)).join("\n");
        const marker = wuzao.numbered(mark.spot, mark.text, route.colour, title, keys.includes(state.chosen) ? "chosen" : "");
        marker.on("click", () => pick(keys[(keys.indexOf(state.chosen) + 1) % keys.length])).addTo(group);
      });
    });
  }

  function drawCrews() {
    const list = $("crews");
    const time = (state.day || 0) * 86400 + state.time;
    const cards = shown().map((route) => {
      const card = el("div", "crew", el("b", "", route.crew.join(" · ")),
        el("small", "", [route.bandName, clock(route.depart) + "–" + clock(route.back), (route.metres / 1000).toFixed(1) + " " + words.kilometres, route.vehicle].filter(Boolean).join(" · ")),
        el("em", "", clock(time) + " " + where(route, time).text));
      card.style.borderLeftColor = route.colour;
      return card;
    });
    list.replaceChildren(...(cards.length ? cards : [el("p", "mute", words.no_routes)]));
    dots.clearLayers();
    if (!map.hasLayer(group) || state.day === null) return;
    shown().forEach((route) => {
      const { at, there } = where(route, time);
      if (!at) return;
      const dot = el("i", "");
      dot.style.background = route.colour;
      L.marker(at, { icon: L.divIcon({ html: el("b", there ? "there" : "", dot, el("span", "", route.crew[0])), className: "dotat", iconSize: [0, 0] }), interactive: false, keyboard: false, zIndexOffset: 900 }).addTo(dots);
    });
  }

  function drawTable() {
    const query = $("search").value.trim().toLowerCase();
    const whole = $("whole").checked;
    $("visits").classList.toggle("whole", whole);
    let count = 0;
    document.querySelectorAll("#visits tbody tr").forEach((row) => {
      const mine = whole || (Number(row.dataset.day) === state.day && (!state.band || row.dataset.band === state.band));
      row.hidden = !(mine && row.textContent.toLowerCase().includes(query));
      row.classList.toggle("chosen", row.dataset.stop === state.chosen);
      if (!row.hidden) count += 1;
    });
    $("none").hidden = count > 0;
  }

  function setRange() {
    const routes = state.day === null ? [] : shown();
    const bands = Object.entries(data.bands).filter(([id]) => !state.band || id === state.band).map(([, hours]) => hours);
    const base = (state.day || 0) * 86400;
    const first = Math.min(...bands.map((b) => b[0]), ...routes.map((r) => r.depart - base));
    const last = Math.max(...bands.map((b) => b[1]), ...routes.map((r) => r.back - base));
    Object.assign($("time"), { min: Math.floor(first / 60) * 60, max: Math.ceil(last / 60) * 60 });
    const stop = routes.length && routes[0].stops.length ? routes[0].stops[0].begin - base : first;
    setTime(stop);
  }

  function setTime(second) {
    $("time").value = second;
    state.time = Number($("time").value);
    $("now").value = clock(state.time);
    $("time").setAttribute("aria-valuetext", clock(state.time));
    drawCrews();
    if (!playing) wuzao.declutter(map);
  }

  function show() {
    document.querySelectorAll("[data-day][aria-pressed]").forEach((b) => b.setAttribute("aria-pressed", String(Number(b.dataset.day) === state.day)));
    document.querySelectorAll("[data-band][aria-pressed]").forEach((b) => b.setAttribute("aria-pressed", String(b.dataset.band === state.band)));
    const pressed = [...document.querySelectorAll(".buttons [aria-pressed=true]")].map((b) => b.textContent.trim().replace(/\s+/g, " "));
    $("shown").textContent = pressed.join(" · ");
    drawRoutes();
    setRange();
    drawTable();
  }

  function found(key) {
    const cut = key.lastIndexOf(":");
    const route = data.routes.find((r) => r.id === key.slice(0, cut));
    return { route, stop: route.stops[Number(key.slice(cut + 1))] };
  }

  function pick(key) {
    choose(key);
    wuzao.tell({ wuzao: "chosen", visit: found(key).stop.visit });
  }

  function choose(key) {
    state.chosen = key;
    const { route, stop } = found(key);
    if (route.day !== state.day || (state.band && route.band !== state.band)) {
      state.day = route.day;
      state.band = "";
      show();
    } else {
      drawRoutes();
      drawTable();
    }
    setTime(Math.floor((stop.begin - route.day * 86400) / 60) * 60);
    if (!map.getBounds().pad(-0.15).contains(stop.spot)) map.panTo(stop.spot);
    const row = [...document.querySelectorAll("#visits tbody tr")].find((r) => r.dataset.stop === key);
    if (row) row.scrollIntoView({ block: "nearest" });
  }

  document.querySelectorAll(".buttons [data-day]").forEach((b) => {
    b.classList.toggle("idle", !data.routes.some((r) => r.day === Number(b.dataset.day)));
    b.addEventListener("click", () => { state.day = Number(b.dataset.day); state.chosen = null; show(); });
  });
  document.querySelectorAll(".buttons [data-band]").forEach((b) =>
    b.addEventListener("click", () => { state.band = b.dataset.band; state.chosen = null; show(); }));
  $("time").addEventListener("input", () => setTime($("time").value));
  $("search").addEventListener("input", drawTable);
  $("whole").addEventListener("change", drawTable);
  $("print").addEventListener("click", () => window.print());
  document.querySelectorAll("#visits tbody tr").forEach((row) => {
    row.addEventListener("click", () => pick(row.dataset.stop));
    row.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); pick(row.dataset.stop); }
    });
  });

  document.querySelectorAll("#visits th").forEach((head, column) => head.firstElementChild.addEventListener("click", () => {
    const up = head.getAttribute("aria-sort") !== "ascending";
    document.querySelectorAll("#visits th").forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    const key = (row) => row.cells[column].dataset.sort || row.cells[column].textContent;
    const rows = [...document.querySelectorAll("#visits tbody tr")];
    rows.sort((a, b) => (up ? 1 : -1) * key(a).localeCompare(key(b), document.documentElement.lang, { numeric: true }));
    document.querySelector("#visits tbody").append(...rows);
  }));

  $("play").addEventListener("click", () => {
    const stopPlaying = () => { clearInterval(playing); playing = null; $("play").textContent = "▶"; $("play").setAttribute("aria-label", words.play); };
    if (playing) { stopPlaying(); return; }
    if (state.time >= Number($("time").max)) setTime($("time").min);
    $("play").textContent = "❚❚";
    $("play").setAttribute("aria-label", words.pause);
    playing = setInterval(() => {
      setTime(state.time + 120);
      if (state.time >= Number($("time").max)) stopPlaying();
    }, 80);
  });

  data.communities.forEach((lines, i) => {
    const area = window["polygon_c" + i];
    const card = el("div", "", el("b", "", lines[0]));
    lines.slice(1).forEach((line) => card.append(el("div", "", line)));
    area.on("click", (event) => L.popup({ closeButton: false }).setLatLng(event.latlng).setContent(card).openOn(map));
  });

  map.on("zoomend", () => { drawRoutes(); wuzao.declutter(map); });
  map.on("overlayadd overlayremove", (event) => { if (event.layer === group) drawCrews(); });
  show();

  /* The board says what of the week to show: `day` (0 to 6), `band`, `officer`, `visit`; null is all of them. */
  function only(asked) {
    const key = asked.visit ? keyOf(asked.visit) : null;
    const there = key && found(key);
    state.day = there ? there.route.day : Number.isInteger(asked.day) ? asked.day : null;
    state.band = there ? "" : asked.band || "";
    state.officer = there ? "" : asked.officer || "";
    state.route = there ? there.route.id : "";
    state.chosen = key;
    document.querySelector(".controls").hidden = state.day === null;
    show();
    const stops = shown().flatMap((route) => route.stops);
    const visited = new Set(there ? [there.stop.community] : stops.map((stop) => stop.community));
    const all = !there && state.day === null && !state.band && !state.officer;
    wuzao.fade(map, (i) => !all && !visited.has(data.order[i]));
    if (there) {
      setTime(Math.floor((there.stop.begin - there.route.day * 86400) / 60) * 60);
      map.setView(there.stop.spot, Math.max(map.getZoom(), 14.5), { animate: false });
    } else if (stops.length && !stops.every((stop) => map.getBounds().contains(stop.spot))) {
      map.fitBounds(stops.map((stop) => stop.spot), { animate: false, padding: [30, 30], maxZoom: 15 });
    }
  }

  function keyOf(visit) {
    for (const route of data.routes) {
      const index = route.stops.findIndex((stop) => stop.visit === visit);
      if (index >= 0) return route.id + ":" + index;
    }
    return null;
  }

  wuzao.heed((asked) => { if (asked.wuzao === "show") only(asked); });
})();
