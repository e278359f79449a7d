/* One officer's day: which stop is next, what is ticked off. Kept on this phone only. */
(function () {
  "use strict";
  const words = wuzao.read("words");
  const data = wuzao.read("route");
  const map = map_squad;
  const group = feature_group_routes;
  const grid = wuzao.furnish(map, words).grid;
  data.routes.forEach((route) => route.legs.forEach((leg) => { leg.line = wuzao.decode(leg.line, grid); }));

  const store = "wuzao:" + data.date + ":" + data.officer;
  let kept = {};
  try { kept = JSON.parse(localStorage.getItem(store)) || {}; } catch { /* a browser without storage still shows the day */ }
  const keep = () => { try { localStorage.setItem(store, JSON.stringify(kept)); } catch { /* as above */ } };
  const of = (key) => { kept[key] = kept[key] || { ticks: {} }; return kept[key]; };

  const cards = [...document.querySelectorAll(".stop-card")];
  const now = () => {
    const moment = new Date();
    return String(moment.getHours()).padStart(2, "0") + ":" + String(moment.getMinutes()).padStart(2, "0");
  };
  const done = (card) => Boolean(of(card.dataset.key).done);

  /* The next stop is the first that is not done; on the day itself, one whose time has passed is not next either. */
  function nextCard() {
    const moment = new Date();
    const today = [moment.getFullYear(), String(moment.getMonth() + 1).padStart(2, "0"), String(moment.getDate()).padStart(2, "0")].join("-");
    const second = data.day * 86400 + moment.getHours() * 3600 + moment.getMinutes() * 60;
    const left = cards.filter((card) => !done(card));
    if (today !== data.date) return left[0];
    return left.find((card) => of(card.dataset.key).arrived || Number(card.dataset.end) > second) || left[left.length - 1];
  }

  function draw() {
    group.clearLayers();
    const next = nextCard();
    data.routes.forEach((route, r) => {
      route.legs.forEach((leg) => wuzao.drawLeg(map, group, leg, leg.to ? "#6f8fa8" : route.colour, 2.5, {}));
      wuzao.together(route.stops).forEach((mark) => {
        const chosen = next && mark.order.some((i) => next.dataset.key === r + ":" + i) ? "chosen" : "";
        wuzao.numbered(mark.spot, mark.text, route.colour, route.stops[mark.order[0]].place, chosen).addTo(group);
      });
    });
    wuzao.declutter(map);
  }

  function show() {
    const next = nextCard();
    cards.forEach((card) => {
      const mine = of(card.dataset.key);
      card.classList.toggle("next", card === next);
      card.classList.toggle("done", done(card));
      card.querySelector(".is-done").textContent = mine.done ? "✓ " + words.done_at + " " + mine.done : mine.arrived ? "✓ " + words.arrived_at + " " + mine.arrived : "";
      const button = card.querySelector(".arrive");
      button.textContent = mine.done ? words.undo : mine.arrived ? words.done : words.arrived;
      button.classList.toggle("on", Boolean(mine.arrived) && !mine.done);
      card.querySelectorAll("[data-item]").forEach((box) => { box.checked = Boolean(mine.ticks[box.dataset.item]); });
    });
    const finished = document.querySelector(".finished");
    if (finished) finished.hidden = Boolean(next);
    draw();
  }

  cards.forEach((card) => {
    const line = card.querySelector(".line");
    line.addEventListener("click", () => {
      const open = card.classList.toggle("open");
      line.setAttribute("aria-expanded", String(open));
    });
    card.querySelectorAll("[data-item]").forEach((box) => box.addEventListener("change", () => {
      of(card.dataset.key).ticks[box.dataset.item] = box.checked;
      keep();
    }));
    card.querySelector(".arrive").addEventListener("click", () => {
      const mine = of(card.dataset.key);
      if (mine.done) { mine.done = null; mine.arrived = null; }
      else if (mine.arrived) mine.done = now();
      else mine.arrived = now();
      keep();
      show();
    });
  });

  map.on("zoomend", draw);
  show();
})();
