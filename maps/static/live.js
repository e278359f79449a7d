/* The desk's map: officers and reports stand where the page around says; nothing is known here before it says so. */
(function () {
  "use strict";
  const words = wuzao.read("words");
  const { el } = wuzao;
  const map = map_squad;
  wuzao.furnish(map, words);
  const officers = new Map();
  const reports = new Map();
  let picking = false;
  let picked = null;

  function pin(name, level) {
    const pane = map.createPane(name);
    pane.style.zIndex = level;
  }
  pin("people", 620);
  pin("pins", 640);

  /* Those at one spot share a dot, and their names stand beside it. */
  function gathered(people) {
    const spots = new Map();
    people.forEach((one) => {
      const key = one.lat.toFixed(4) + " " + one.lon.toFixed(4);
      if (!spots.has(key)) spots.set(key, []);
      spots.get(key).push(one);
    });
    return [...spots.values()];
  }

  const ORDER = ["report", "driving", "visit", "free"];

  function showOfficers(people) {
    const seen = new Set();
    gathered(people).forEach((group) => {
      const key = group.map((one) => one.id).join(" ");
      const first = group[0];
      const state = ORDER.find((name) => group.some((one) => one.state === name)) || "free";
      const names = group.slice(0, 3).map((one) => one.name).join(words.and) + (group.length > 3 ? " +" + (group.length - 3) : "");
      const said = state + " " + names;
      seen.add(key);
      let mark = officers.get(key);
      if (!mark) {
        mark = L.marker([first.lat, first.lon], { pane: "people", keyboard: false, title: group.map((one) => one.name).join(words.and) });
        mark.on("click", () => wuzao.tell({ wuzao: "chosen", officer: first.id }));
        officers.set(key, mark);
      }
      if (mark.said !== said) {
        mark.said = said;
        mark.setIcon(L.divIcon({ className: "person", iconSize: [0, 0], html: el("div", "", el("i", state), el("span", "", names)) }));
      }
      mark.setLatLng([first.lat, first.lon]);
      if (!map.hasLayer(mark)) mark.addTo(map);
    });
    prune(officers, seen);
  }

  /* Names of officers stand beside their dots where they hide neither a report nor one another: right, left, above, below. */
  function spread() {
    const taken = [...map.getContainer().querySelectorAll(".pin-at b, .person i, .station b")].map((node) => node.getBoundingClientRect());
    officers.forEach((mark) => {
      const node = mark.getElement() && mark.getElement().querySelector("span");
      if (!node) return;
      node.style.transform = "";
      const box = node.getBoundingClientRect();
      const places = [[0, 0], [-box.width - 24, 0], [-box.width / 2 - 12, -22], [-box.width / 2 - 12, 22], [4, -20], [4, 20], [-box.width - 28, -20], [-box.width - 28, 20]];
      const at = ([x, y]) => ({ left: box.left + x, right: box.right + x, top: box.top + y, bottom: box.bottom + y });
      const found = places.find((place) => !taken.some((other) => wuzao.meets(at(place), other))) || [0, 0];
      node.style.transform = "translate(" + found[0] + "px," + found[1] + "px)";
      taken.push(at(found));
    });
    wuzao.declutter(map);
  }

  function showReports(list, chosen) {
    const seen = new Set();
    list.forEach((one) => {
      seen.add(one.id);
      let mark = reports.get(one.id);
      if (!mark) {
        mark = L.marker([one.lat, one.lon], { pane: "pins", riseOnHover: true });
        mark.on("click", () => wuzao.tell({ wuzao: "chosen", report: one.id }));
        reports.set(one.id, mark);
      }
      const said = [one.label, one.left, one.id === chosen].join(" ");
      if (mark.said !== said) {
        mark.said = said;
        mark.setIcon(L.divIcon({ className: "pin-at " + one.left + (one.id === chosen ? " chosen" : ""), iconSize: [0, 0], html: el("b", "", one.label) }));
      }
      mark.setLatLng([one.lat, one.lon]);
      if (!map.hasLayer(mark)) mark.addTo(map);
      const node = mark.getElement();
      node.title = one.said;
      node.setAttribute("aria-label", one.said);
    });
    prune(reports, seen);
    const at = list.find((one) => one.id === chosen);
    if (at && !map.getBounds().pad(-0.1).contains([at.lat, at.lon])) map.panTo([at.lat, at.lon]);
  }

  function prune(marks, seen) {
    marks.forEach((mark, key) => {
      if (!seen.has(key)) { mark.remove(); marks.delete(key); }
    });
  }

  const LEFT = ["plenty", "soon", "late", "there"];
  const placed = (one) => one && typeof one === "object" && Number.isFinite(one.lat) && Number.isFinite(one.lon);
  const text = (value) => (typeof value === "string" ? value : "");

  function now(said) {
    const people = (Array.isArray(said.officers) ? said.officers : []).filter(placed);
    const list = (Array.isArray(said.reports) ? said.reports : []).filter(placed);
    showOfficers(people.map((one) => ({ ...one, id: text(one.id), name: text(one.name), state: ORDER.includes(one.state) ? one.state : "free" })));
    showReports(list.map((one) => ({ ...one, id: text(one.id), label: text(one.label), said: text(one.said), left: LEFT.includes(one.left) ? one.left : "plenty" })), said.chosen);
    spread();
  }

  map.on("zoomend", spread);

  function pick(on) {
    picking = Boolean(on);
    document.getElementById("picking").hidden = !picking;
    document.body.classList.toggle("picking", picking);
    if (!picking && picked) { picked.remove(); picked = null; }
  }

  map.on("click", (event) => {
    if (!picking) return;
    if (!picked) picked = L.marker(event.latlng, { icon: L.divIcon({ className: "place-picked", html: el("b", ""), iconSize: [20, 20] }), keyboard: false }).addTo(map);
    picked.setLatLng(event.latlng);
    wuzao.tell({ wuzao: "picked", lon: Number(event.latlng.lng.toFixed(6)), lat: Number(event.latlng.lat.toFixed(6)) });
  });

  wuzao.heed((said) => {
    if (said.wuzao === "now") now(said);
    if (said.wuzao === "pick") pick(said.on);
  });
})();
