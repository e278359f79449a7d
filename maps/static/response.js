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
  function choose(row, hour) {
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
    data.names.forEach((_, i) => window["polygon_c" + i].setStyle({ weight: i === row ? 4 : 1.6 }));
  }

  svg.addEventListener("mouseover", (event) => {
    const hour = event.target.dataset.hour;
    if (hour !== undefined) choose(Number(event.target.parentNode.dataset.row), Number(hour));
  });
  svg.addEventListener("click", (event) => {
    const hour = event.target.dataset.hour;
    if (hour !== undefined) choose(Number(event.target.parentNode.dataset.row), Number(hour));
  });
  document.querySelectorAll("#worst tbody tr").forEach((row) => {
    const pick = () => choose(Number(row.dataset.row), Math.floor(Number(row.dataset.instant) / 3600));
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
})();
