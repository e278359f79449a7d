/* What every map page shares. Text reaches the page through textContent only: nothing a user typed is ever parsed. */
"use strict";
var wuzao = (function () {
  const read = (name) => JSON.parse(document.getElementById("data-" + name).textContent);

  function el(tag, className, ...children) {
    const node = document.createElement(tag);
    if (className) node.className = className;
    node.append(...children.filter((child) => child !== null && child !== ""));
    return node;
  }

  const text = (string) => document.createTextNode(string);

  function decode(flat, grid) {
    const points = [];
    let lat = 0;
    let lon = 0;
    for (let i = 0; i + 1 < flat.length; i += 2) {
      lat += flat[i];
      lon += flat[i + 1];
      points.push([lat * grid, lon * grid]);
    }
    return points;
  }

  /* Metres on the ground per pixel shrink by half a zoom level: widths grow with them, within what stays quiet. */
  const WIDTHS = [[3, 4.2, 6, 8.5, 12], [2.2, 3.2, 4.6, 6.5, 9.5], [1.4, 2.2, 3.4, 5, 7.5], [0.7, 1.2, 2, 3.4, 5.4]];
  const width = (tier, zoom) => WIDTHS[tier][Math.max(0, Math.min(4, Math.round(zoom) - 12))];

  function drawGround(map, data) {
    const pane = map.createPane("ground");
    pane.style.zIndex = 200;
    pane.style.pointerEvents = "none";
    const renderer = L.canvas({ pane: "ground", padding: 0.4 });
    const common = { renderer, pane: "ground", interactive: false, smoothFactor: 0.6 };
    data.water.forEach((flat, i) => {
      const points = decode(flat, data.grid);
      if (data.closed[i]) L.polygon(points, { ...common, stroke: false, fillColor: "#cfe3ee", fillOpacity: 1 }).addTo(map);
      else L.polyline(points, { ...common, color: "#cfe3ee", weight: 3 }).addTo(map);
    });
    const tiers = data.roads.map((lines) => lines.map((flat) => decode(flat, data.grid)));
    const strokes = [];
    for (const casing of [true, false]) {
      for (const tier of [3, 2, 1, 0]) {
        if (!tiers[tier].length) continue;
        const colour = casing ? "#ddd7ca" : tier === 3 ? "#fbfaf7" : "#ffffff";
        const stroke = L.polyline(tiers[tier], { ...common, color: colour, lineCap: "butt" }).addTo(map);
        strokes.push([stroke, tier, casing]);
      }
    }
    const restyle = () => strokes.forEach(([stroke, tier, casing]) =>
      stroke.setStyle({ weight: width(tier, map.getZoom()) + (casing ? 1.6 : 0) }));
    restyle();
    map.on("zoomend", restyle);
  }

  const areas = [];

  /* Within a frame only the picture is shown, and the page around it says what of it. Nobody else is listened to. */
  const framed = window.parent !== window;
  document.documentElement.classList.toggle("framed", framed);
  const tell = (message) => { if (framed) window.parent.postMessage(message, "*"); };
  function heed(heard) {
    if (!framed) return;
    window.addEventListener("message", (event) => {
      if (event.source !== window.parent || !event.data || typeof event.data !== "object") return;
      /* Whoever came too late to hear that the map is ready says hello. */
      if (event.data.wuzao === "hello") tell({ wuzao: "ready" });
      else heard(event.data);
    });
    tell({ wuzao: "ready" });
  }

  const meets = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  const shifted = (box, x, y) => ({ left: box.left + x, right: box.right + x, top: box.top + y, bottom: box.bottom + y });

  /* Names stand where they hide neither a stop nor one another: inside, below, above or beside their community, or not
     at all. First come, first served: the areas are in the order of importance. */
  function declutter(map) {
    const taken = [...map.getContainer().querySelectorAll(".stop, .station, .dotat span, .pin-at b, .person span")].map((node) => node.getBoundingClientRect());
    const names = areas.map((area) => area.getTooltip() && area.getTooltip().getElement());
    names.forEach((node) => { if (node) { node.classList.remove("crowded"); node.style.marginLeft = node.style.marginTop = ""; } });
    const boxes = names.map((node) => node && node.getBoundingClientRect());
    areas.forEach((area, i) => {
      const node = names[i];
      if (!node || !area.getElement()) return;
      const box = boxes[i];
      const room = area.getElement().getBoundingClientRect();
      const down = room.height / 2 + box.height / 2 - 1;
      const side = room.width / 2 + box.width / 2 + 3;
      const inside = room.width > box.width * 0.8 && room.height > box.height ? [[0, 0]] : [];
      const near = [[0, down], [0, -down], [side, 0], [-side, 0]];
      const wider = [[0, down + 15], [side + 16, 0], [-side - 16, 0], [0, -down - 15]];
      const spot = [...inside, ...near, ...wider].find(([x, y]) => !taken.some((other) => meets(shifted(box, x, y), other)));
      if (!spot) { node.classList.add("crowded"); return; }
      node.style.marginLeft = spot[0] + "px";
      node.style.marginTop = spot[1] + "px";
      taken.push(shifted(box, ...spot));
    });
  }

  /* Seen from far away a community is a dot of its colour, and gates are nothing. */
  function scaleAreas(map) {
    const zoom = map.getZoom();
    map.getPane("gates").style.display = zoom < 13.75 ? "none" : "";
    const sizes = areas.map((area) => {
      const bounds = area.getBounds();
      return map.project(bounds.getNorthEast(), zoom).distanceTo(map.project(bounds.getSouthWest(), zoom));
    });
    const far = sizes.reduce((a, b) => a + b, 0) < 34 * areas.length;
    areas.forEach((area) => {
      area.plain = area.plain || { ...area.options };
      const { weight, dashArray, fillOpacity } = area.plain;
      const style = far ? { weight: 2, dashArray: dashArray && "3 2.5", fillOpacity: Math.max(0.55, fillOpacity) } : { weight, dashArray, fillOpacity };
      area.setStyle({ ...style, opacity: area.faint ? 0.35 : 1, fillOpacity: area.faint ? style.fillOpacity * 0.3 : style.fillOpacity });
      const name = area.getTooltip() && area.getTooltip().getElement();
      if (name) name.classList.toggle("faint", Boolean(area.faint));
    });
  }

  /* Areas that a page draws itself are scaled and named as those that were there from the start. */
  function adopt(map, drawn) {
    areas.splice(0, areas.length, ...drawn);
    scaleAreas(map);
    declutter(map);
  }

  /* Draw faintly the areas that `is` says yes of, by their number. */
  function fade(map, is) {
    areas.forEach((area, i) => { area.faint = is(i); });
    scaleAreas(map);
  }

  function corner(map, position, node) {
    const control = L.control({ position });
    control.onAdd = () => {
      L.DomEvent.disableClickPropagation(node);
      return node;
    };
    control.addTo(map);
  }

  function furnish(map, words) {
    const data = read("ground");
    for (let i = 0; window["polygon_c" + i]; i += 1) areas.push(window["polygon_c" + i]);
    const fit = () => map.fitBounds(data.view, { animate: false, paddingTopLeft: [8, 14], paddingBottomRight: [8, map.getSize().y > 300 ? 44 : 22] });
    fit();
    drawGround(map, data);
    L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
    if (data.attribution) corner(map, "bottomright", el("div", "credits", data.attribution));
    const north = el("div", "north", el("i", "", "▲"), data.north);
    north.setAttribute("aria-label", words.north_up);
    corner(map, "topleft", north);
    /* The layers stand beside the legend, where they cover nothing. */
    const place = document.getElementById("layers");
    if (place && typeof layer_control_switch !== "undefined") {
      layer_control_switch.remove();
      layer_control_switch.options.collapsed = false;
      /* The heat's maxZoom says where its colours are deepest; Leaflet takes it for where it ends and locks its box. */
      layer_control_switch._checkDisabledLayers = () => {};
      layer_control_switch.addTo(map);
      place.append(layer_control_switch.getContainer());
    }
    scaleAreas(map);
    declutter(map);
    map.on("zoomend", () => { scaleAreas(map); declutter(map); });
    map.getContainer().setAttribute("role", "application");
    map.getContainer().setAttribute("aria-label", words.map_label);
    document.querySelectorAll(".leaflet-control-zoom-in").forEach((a) => { a.title = words.zoom_in; a.setAttribute("aria-label", words.zoom_in); });
    document.querySelectorAll(".leaflet-control-zoom-out").forEach((a) => { a.title = words.zoom_out; a.setAttribute("aria-label", words.zoom_out); });
    let touched = false;
    ["mousedown", "wheel", "touchstart", "keydown"].forEach((kind) =>
      map.getContainer().addEventListener(kind, () => { touched = true; }, { passive: true }));
    const refit = () => {
      map.invalidateSize({ animate: false });
      fit();
    };
    new ResizeObserver(() => (touched ? map.invalidateSize({ animate: false }) : refit())).observe(map.getContainer());
    toPaper(map, refit);
    leaveKeysToMarks(map);
    if (framed) foldLegend(words);
    return data;
  }

  /* A frame is small: its legend is there when asked for. */
  function foldLegend(words) {
    const legend = document.querySelector(".legend");
    const place = document.getElementById("layers") || legend.parentNode;
    const button = el("button", "fold noprint", words.legend);
    button.type = "button";
    const show = (open) => { legend.hidden = !open; button.setAttribute("aria-expanded", String(open)); };
    button.addEventListener("click", () => show(legend.hidden));
    show(false);
    if (place === legend.parentNode) legend.before(button);
    else place.append(button);
  }

  /* The map takes the size it has on paper before it is printed; what is folded is unfolded, for paper has no buttons. */
  function toPaper(map, refit) {
    const sheet = document.documentElement.classList;
    let folded = [];
    window.addEventListener("beforeprint", () => {
      folded = [...document.querySelectorAll("details:not([open])")];
      folded.forEach((one) => { one.open = true; });
      sheet.add("paper");
      refit();
    });
    window.addEventListener("afterprint", () => {
      folded.forEach((one) => { one.open = false; });
      sheet.remove("paper");
      refit();
    });
  }

  /* Leaflet makes whatever has a tooltip a stop of the tab key: with every area, gate and line, the table is a hundred
     presses away. Marks with a number stay. */
  function leaveKeysToMarks(map) {
    const skip = (layer) => { if (layer instanceof L.Path && layer.getElement && layer.getElement()) layer.getElement().setAttribute("tabindex", "-1"); };
    map.eachLayer(skip);
    map.on("layeradd", (event) => skip(event.layer));
  }

  const STATES = ["#b3261e", "#b26a00", "#7c8791"];

  function violation(row) {
    const [lat, lon, severity, state, ...lines] = row;
    const dot = L.circleMarker([lat, lon], {
      radius: 2.5 + severity * 0.7, color: "#ffffff", weight: 1, fillColor: STATES[state], fillOpacity: 0.9,
    });
    const card = el("div", "", el("b", "", lines[0]));
    lines.slice(1).forEach((line) => card.append(el("div", "", line)));
    return dot.bindTooltip(card);
  }

  function cluster(group) {
    const count = group.getChildCount();
    const size = 18 + Math.min(12, Math.round(Math.sqrt(count) * 2));
    return L.divIcon({ html: el("b", "", String(count)), className: "gathered", iconSize: [size, size] });
  }

  /* A line beside the road's middle, on the side one drives on: there and back, and several crews, stay apart. */
  function beside(map, points, pixels) {
    const zoom = map.getZoom();
    const xy = points.map((point) => map.project(point, zoom)).filter((p, i, all) => i === 0 || p.distanceTo(all[i - 1]) > 0.7);
    if (xy.length < 2 || !pixels) return points;
    const normals = xy.slice(1).map((p, i) => {
      const d = p.subtract(xy[i]);
      const n = Math.hypot(d.x, d.y);
      return L.point(-d.y / n, d.x / n);
    });
    return xy.map((p, i) => {
      const a = normals[Math.max(0, i - 1)];
      const b = normals[Math.min(normals.length - 1, i)];
      const sum = a.add(b);
      const scale = pixels * Math.min(2, 2 / Math.max(0.5, sum.x * sum.x + sum.y * sum.y));
      return map.unproject(p.add(sum.multiplyBy(scale)), zoom);
    });
  }

  /* Where along a line, by its length: `share` from 0 to 1. */
  function along(points, share) {
    if (points.length === 1) return { point: points[0], angle: 0 };
    const steps = points.slice(1).map((p, i) => {
      const dx = (p[1] - points[i][1]) * Math.cos((p[0] * Math.PI) / 180);
      return Math.hypot(p[0] - points[i][0], dx);
    });
    let rest = steps.reduce((a, b) => a + b, 0) * Math.max(0, Math.min(1, share));
    let i = 0;
    while (i < steps.length - 1 && rest > steps[i]) { rest -= steps[i]; i += 1; }
    const t = steps[i] ? Math.min(1, rest / steps[i]) : 0;
    const [a, b] = [points[i], points[i + 1]];
    const angle = Math.atan2((b[1] - a[1]) * Math.cos((a[0] * Math.PI) / 180), b[0] - a[0]) * 180 / Math.PI;
    return { point: [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t], angle };
  }

  function arrows(map, group, line, colour, pane) {
    const zoom = map.getZoom();
    const flat = line.map((p) => (Array.isArray(p) ? p : [p.lat, p.lng]));
    let length = 0;
    for (let i = 1; i < flat.length; i += 1) length += map.project(flat[i], zoom).distanceTo(map.project(flat[i - 1], zoom));
    if (length < 26) return;
    const count = Math.max(1, Math.round(length / 110));
    for (let k = 0; k < count; k += 1) {
      const { point, angle } = along(flat, (k + 0.5) / count);
      const tip = el("i", "");
      tip.style.transform = "rotate(" + angle + "deg)";
      tip.style.borderBottomColor = colour;
      L.marker(point, { icon: L.divIcon({ html: tip, className: "arrow", iconSize: [12, 12] }), interactive: false, keyboard: false, pane }).addTo(group);
    }
  }

  /* Stops at one gate share one mark: 1, 2 and 3 in turn read 1–3. */
  function together(stops) {
    const marks = new Map();
    stops.forEach((stop, i) => {
      const key = stop.spot.join();
      if (!marks.has(key)) marks.set(key, { spot: stop.spot, order: [] });
      marks.get(key).order.push(i);
    });
    return [...marks.values()].map(({ spot, order }) => {
      const runs = [];
      order.forEach((i) => {
        if (runs.length && runs[runs.length - 1][1] === i - 1) runs[runs.length - 1][1] = i;
        else runs.push([i, i]);
      });
      return { spot, order, text: runs.map(([a, b]) => (a === b ? a + 1 : a + 1 + "–" + (b + 1))).join(" ") };
    });
  }

  function numbered(point, number, colour, label, className) {
    const node = el("b", "", String(number));
    node.style.borderColor = colour;
    const marker = L.marker(point, { icon: L.divIcon({ html: node, className: "stop " + (className || ""), iconSize: [16 + 8 * String(number).length, 24] }), title: label, riseOnHover: true });
    marker.on("add", () => marker.getElement() && marker.getElement().setAttribute("aria-label", label));
    return marker;
  }

  /* One leg: white casing, colour, dashed where the way itself is unknown. */
  function drawLeg(map, group, leg, colour, pixels, options) {
    const line = beside(map, leg.line, pixels);
    const dash = leg.straight ? "2 8" : null;
    const pane = "routes";
    L.polyline(line, { pane, color: "#ffffff", weight: 7, opacity: 0.9, interactive: false }).addTo(group);
    const drawn = L.polyline(line, { pane, color: colour, weight: 4, dashArray: dash, ...options }).addTo(group);
    arrows(map, group, line, colour, "routes");
    return drawn;
  }

  const clock = (second) => {
    const minutes = Math.floor((((second % 86400) + 86400) % 86400) / 60);
    return String(Math.floor(minutes / 60)).padStart(2, "0") + ":" + String(minutes % 60).padStart(2, "0");
  };

  return { read, el, text, decode, framed, tell, heed, fade, adopt, furnish, meets, violation, cluster, beside, along, drawLeg, together, numbered, declutter, clock };
})();
