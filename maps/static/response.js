/* The two-hour check: a cell of the heat map, a row of the list and an area of the map are the same community. */
(function () {
  "use strict";
  const words = wuzao.read("words");
  const data = wuzao.read("response");
  const map = map_squad;
  wuzao.furnish(map, words);
  const told = document.getElementById("told");
  const svg = document.getElementById("heat");
  const span = (seconds) => {
    if (seconds >= data.never) return words.nobody;
    const minutes = Math.ceil(seconds / 60);
    const rest = minutes % 60 ? [minutes % 60, words.minutes] : [];
    return (minutes < 60 ? [minutes, words.minutes] : [Math.floor(minutes / 60), words.hours, ...rest]).join(" ");
  };

  function drawHeat() {
    const make = (tag, attributes, parent) => {
      const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
      Object.entries(attributes).forEach(([key, value]) => node.setAttribute(key, value));
      parent.append(node);
      return node;
    };
    const day = data.hours.length * 10;
    const height = document.querySelector(".heat.dense") ? 16 : 20;
    const tall = height * data.names.length;
    svg.setAttribute("viewBox", "0 0 " + (7 * day + 36) + " " + tall);
    svg.style.height = tall + "px";
    for (let d = 0; d < 7; d += 1) make("rect", { class: "night", x: d * (day + 6), y: 0, width: day, height: tall }, svg);
    data.hourly.forEach((hourly, row) => {
      const group = make("g", { "data-row": row }, svg);
      for (let d = 0; d < 7; d += 1) {
        data.hours.forEach((hour, i) => {
          const seconds = hourly[d * 24 + hour];
          if (seconds < 0) return;
          const step = seconds > data.limit ? data.scale.length - 1 : Math.min(data.scale.length - 2, Math.floor(seconds * (data.scale.length - 1) / data.limit));
          make("rect", { "data-hour": d * 24 + hour, x: d * (day + 6) + i * 10, y: row * height, width: 9.4, height: height - 1, fill: data.scale[step] }, group);
        });
      }
    });
  }
  drawHeat();

  let cell = null;
  let painted = "week";
  let chosen = null;
  function choose(row, hour, instant) {
    document.querySelectorAll(".names .on, #worst .on").forEach((node) => node.classList.remove("on"));
    document.querySelectorAll('.names [data-row="' + row + '"], #worst tr[data-row="' + row + '"]').forEach((node) => node.classList.add("on"));
    if (cell) cell.classList.remove("on");
    cell = svg.querySelector('g[data-row="' + row + '"] [data-hour="' + hour + '"]');
    if (cell) { cell.classList.add("on"); cell.parentNode.append(cell); }
    const seconds = data.hourly[row][hour];
    const from = String(hour % 24).padStart(2, "0") + ":00";
    const until = String((hour % 24) + 1).padStart(2, "0") + ":00";
    told.textContent = data.names[row] + " · " + data.weekdays[Math.floor(hour / 24)] + " " + from + "–" + until + " · " +
      words.worst + " " + (seconds < 0 ? words.off_duty : span(seconds));
    told.style.color = seconds > data.limit ? data.scale[data.scale.length - 1] : "";
    outline(row);
    chosen = row;
    if (moment) moment.go(instant === undefined ? hour * 3600 : instant);
  }

  /* Where everybody is at a moment, and who would come to the community chosen last. */
  const STEP = 300;
  const stops = [];
  data.duty.forEach(([from, until]) => { for (let t = from; t < until; t += STEP) stops.push(t); });
  const moment = data.people.length && stops.length ? watch() : null;

  function watch() {
    const slider = document.getElementById("when");
    const people = document.getElementById("people");
    const coming = document.getElementById("coming");
    const asked = document.getElementById("asked");
    const clock = document.getElementById("clock");
    const play = document.getElementById("play");
    const pane = map.createPane("people");
    pane.style.zIndex = 450;
    const marks = data.people.map((person) => L.marker([0, 0], { pane: "people", keyboard: false, interactive: false, icon: L.divIcon({ className: "person", iconSize: [12, 12] }) })
      .bindTooltip(wuzao.el("span", "", person.name), { permanent: true, direction: "right", className: "who", pane: "people", offset: [6, 0] }));
    const ways = data.people.map((person) => person.phases.map((phase) => (phase.length > 5 ? wuzao.decode(phase[5], 1e-5) : null)));
    const two = (number) => String(number).padStart(2, "0");
    const told = (t) => data.weekdays[Math.floor(t / 86400)] + " " + two(Math.floor((t % 86400) / 3600)) + ":" + two(Math.floor((t % 3600) / 60));
    let now = 0;
    let timer = null;

    const along = (points, share) => {
      const parts = points.slice(1).map((point, i) => Math.hypot(point[0] - points[i][0], (point[1] - points[i][1]) * 0.85));
      let left = share * parts.reduce((a, b) => a + b, 0);
      for (let i = 0; i < parts.length; i += 1) {
        if (left <= parts[i] && parts[i] > 0) {
          const f = left / parts[i];
          return [points[i][0] + f * (points[i + 1][0] - points[i][0]), points[i][1] + f * (points[i + 1][1] - points[i][1])];
        }
        left -= parts[i];
      }
      return points[points.length - 1];
    };

    const phaseAt = (person, t) => person.phases.findIndex((phase) => phase[0] <= t && t < phase[1]);

    function place(number, t) {
      const person = data.people[number];
      const index = phaseAt(person, t);
      if (index < 0) return null;
      const phase = person.phases[index];
      if (phase.length === 5) return [phase[4], phase[3]];
      return along(ways[number][index], Math.min(1, Math.max(0, (t - phase[3]) / Math.max(1, phase[4] - phase[3]))));
    }

    const seconds = (flat, t) => {
      for (let i = flat.length - 4; i >= 0; i -= 4) {
        if (flat[i] > t) continue;
        if (flat[i + 2] < 0 || flat[i + 3] < 0) return flat[i + 2] < 0 ? data.never : flat[i + 2];
        const f = flat[i + 1] ? Math.min(1, (t - flat[i]) / flat[i + 1]) : 0;
        return Math.ceil(flat[i + 2] + f * (flat[i + 3] - flat[i + 2]) - 1e-6);
      }
      return data.never;
    };

    /* Who reaches a community when a report is made at `t`: the gate that is the slowest to be reached counts. */
    function reach(row, t) {
      const answers = data.answers[row];
      const watched = answers.watches.find((w) => w[0] <= t && t < w[1]);
      if (!watched) return null;
      const lists = answers.gates.map((_, gate) => watched[2].map((officer, i) => [seconds(answers.times[officer][gate], t), i, officer]).sort((a, b) => a[0] - b[0] || a[1] - b[1]));
      const complete = (list) => {
        const first = list.find((entry) => entry[1] < watched[3]);
        return Math.max(first ? first[0] : data.never, watched[4] ? (list[1] ? list[1][0] : data.never) : 0);
      };
      const gate = lists.reduce((worst, list, i) => (complete(list) > complete(lists[worst]) ? i : worst), 0);
      const list = lists[gate];
      const first = list.find((entry) => entry[1] < watched[3]);
      return { watched, list, gate: answers.gates[gate], complete: complete(list), who: first ? [first, ...list.filter((entry) => watched[4] && entry !== first).slice(0, 1)].map((entry) => entry[2]) : [] };
    }

    function answer() {
      if (chosen === null) return;
      asked.textContent = words.who_comes + " · " + data.names[chosen];
      const found = reach(chosen, now);
      if (!found) {
        coming.replaceChildren(wuzao.el("li", "mute", words.nobody_on));
        return;
      }
      const { watched, list } = found;
      const lines = list.map(([taken, i, officer]) => {
        const person = data.people[officer];
        const index = phaseAt(person, now);
        const node = wuzao.el("li", "", wuzao.el("em", taken > data.limit ? "late" : "", taken >= data.never ? words.never : span(taken)), wuzao.el("b", "", person.name));
        node.dataset.seconds = taken;
        node.append(wuzao.el("small", "", (index < 0 ? words.off_shift : person.phases[index][2]) + (i < watched[3] ? "" : " · " + words.second_only)));
        return node;
      });
      const head = wuzao.el("li", "mute", words.to_gate + " " + found.gate + (watched[4] ? " · " + words.two_needed : ""));
      head.dataset.complete = found.complete;
      coming.replaceChildren(head, ...lines);
    }

    /* Every community at the moment: how soon somebody is there, and who; the slowest first. */
    function everywhere() {
      const found = data.names.map((name, row) => ({ row, name, reached: reach(row, now) }));
      const late = (one) => (one.reached ? one.reached.complete : -1);
      found.sort((a, b) => late(b) - late(a) || a.row - b.row);
      document.getElementById("reach").replaceChildren(...found.map(({ row, name, reached }) => {
        const swatch = wuzao.el("i", "swatch");
        swatch.style.background = colour(late({ reached }));
        const taken = !reached ? words.off_duty : span(reached.complete);
        const who = reached && reached.complete < data.never ? reached.who.map((officer) => data.people[officer].name).join(words.and) : "";
        const button = wuzao.el("button", "", swatch, wuzao.el("b", "", name), wuzao.el("small", "", who), wuzao.el("em", reached && reached.complete > data.limit ? "late" : "", taken));
        button.type = "button";
        button.addEventListener("click", () => { chosen = row; outline(row); answer(); });
        const node = wuzao.el("li", row === chosen ? "on" : "", button);
        node.dataset.community = data.ids[row];
        node.dataset.seconds = late({ reached });
        return node;
      }));
      if (painted === "moment") paint();
    }

    function show(t) {
      now = t;
      clock.textContent = told(t);
      const on = [];
      const here = new Map();
      data.people.forEach((person, number) => {
        const spot = place(number, t);
        marks[number].remove();
        if (!spot) return;
        const phase = person.phases[phaseAt(person, t)];
        /* Those at one spot share a dot and a label. */
        const key = spot.map((degrees) => degrees.toFixed(5)).join();
        const group = here.get(key) || { mark: marks[number], names: [] };
        if (!group.names.length) {
          marks[number].setLatLng(spot).addTo(map);
          marks[number].getElement().classList.toggle("busy", phase.length > 5);
        }
        group.names.push(person.name);
        group.mark.setTooltipContent(wuzao.el("span", "", group.names.join(words.and)));
        here.set(key, group);
        on.push(wuzao.el("li", "", wuzao.el("b", "", person.name), wuzao.el("small", "", phase[2])));
      });
      people.replaceChildren(...(on.length ? on : [wuzao.el("li", "mute", words.nobody_on)]));
      answer();
      everywhere();
    }

    function go(t) {
      let index = stops.findIndex((stop) => stop > t);
      index = index < 0 ? stops.length - 1 : Math.max(0, index - 1);
      slider.value = index;
      show(Math.max(t, stops[0]));
    }

    const slid = () => {
      use("moment");
      show(stops[Number(slider.value)]);
      wuzao.tell({ wuzao: "at", seconds: now });
    };
    const step = (by) => { slider.value = Number(slider.value) + by; slid(); };
    const halt = () => { clearInterval(timer); timer = null; play.textContent = words.play; };
    slider.max = stops.length - 1;
    slider.addEventListener("input", slid);
    document.getElementById("earlier").addEventListener("click", () => step(-1));
    document.getElementById("later").addEventListener("click", () => step(1));
    play.addEventListener("click", () => {
      if (timer) { halt(); return; }
      play.textContent = words.pause;
      timer = setInterval(() => { if (Number(slider.value) >= stops.length - 1) halt(); else step(1); }, 250);
    });
    const paint = () => data.names.forEach((_, row) => {
      const found = reach(row, now);
      fillArea(row, found ? found.complete : -1);
    });
    if (stops.length) show(stops[0]);
    return { go, paint };
  }

  function colour(taken) {
    if (taken < 0) return "#eceae5";
    if (taken > data.limit) return data.scale[data.scale.length - 1];
    return data.scale[Math.min(data.scale.length - 2, Math.floor(taken * (data.scale.length - 1) / data.limit))];
  }

  function fillArea(row, taken) {
    window["polygon_c" + row].setStyle({ fillColor: colour(taken) });
  }

  function outline(row) {
    data.names.forEach((_, i) => window["polygon_c" + i].setStyle({ weight: i === row ? 4 : 1.6 }));
  }

  /* The map is coloured by the slowest arrival of the whole week, or by that at the moment the slider stands at. */
  function paint() {
    if (painted === "moment" && moment) moment.paint();
    else data.hourly.forEach((hourly, row) => fillArea(row, Math.max(...hourly)));
  }

  function use(which) {
    if (painted === which) return;
    painted = which;
    document.querySelectorAll("[data-paint]").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.paint === which)));
    paint();
  }
  document.querySelectorAll("[data-paint]").forEach((button) => button.addEventListener("click", () => use(button.dataset.paint)));

  svg.addEventListener("mouseover", (event) => {
    const hour = event.target.dataset.hour;
    if (hour !== undefined) choose(Number(event.target.parentNode.dataset.row), Number(hour));
  });
  svg.addEventListener("click", (event) => {
    const hour = event.target.dataset.hour;
    if (hour !== undefined) choose(Number(event.target.parentNode.dataset.row), Number(hour));
  });
  document.querySelectorAll("#worst tbody tr").forEach((row) => {
    const pick = () => choose(Number(row.dataset.row), Math.floor(Number(row.dataset.instant) / 3600), Number(row.dataset.instant));
    row.addEventListener("click", pick);
    row.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); pick(); }
    });
  });
  data.names.forEach((_, i) => window["polygon_c" + i].on("click", () => {
    const row = document.querySelector('#worst tr[data-row="' + i + '"]');
    if (row) { row.click(); row.scrollIntoView({ block: "nearest" }); }
  }));
  document.getElementById("print").addEventListener("click", () => window.print());

  /* The page around a frame says a moment, in seconds since Monday 00:00, and may say a community. */
  wuzao.heed((asked) => {
    if (asked.wuzao !== "at" || !moment || !Number.isFinite(asked.seconds)) return;
    const row = data.ids.indexOf(asked.community);
    if (row >= 0) { chosen = row; outline(row); }
    use("moment");
    moment.go(asked.seconds);
  });
})();
