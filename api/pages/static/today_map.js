/* The day's map, drawn from plain data as SVG: nothing to load, nothing to wait for, names as text. */

const SVG = "http://www.w3.org/2000/svg";

function shape(name, attributes, text = null) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== null) made.textContent = text;
  return made;
}

function decoded(flat, grid) {
  const points = [];
  let lat = 0;
  let lon = 0;
  for (let i = 0; i + 1 < flat.length; i += 2) {
    lat += flat[i];
    lon += flat[i + 1];
    points.push([lon * grid, lat * grid]);
  }
  return points;
}

export class DayMap {
  /** `box` is filled with the map; `chosen` is the visit of the next stop; `gone` are visits that are over. */
  constructor(box, picture, label) {
    this.box = box;
    this.picture = picture;
    const [[south, west], [north, east]] = picture.view;
    this.stretch = Math.cos(((south + north) / 2) * (Math.PI / 180));
    this.origin = [(west + east) / 2, (south + north) / 2];
    this.extent = [(east - west) * this.stretch, north - south];
    this.svg = shape("svg", { role: "img", "aria-label": label, class: "day-map" });
    this.ground = shape("g", { class: "ground" });
    this.marks = shape("g", { class: "marks" });
    this.scaleBar = shape("g", { class: "scale" });
    this.svg.append(this.ground, this.marks, this.scaleBar);
    box.replaceChildren(this.svg);
    this.here = null;
    this.move = { x: 0, y: 0, zoom: 1 };
    this._drawGround();
  }

  /** Units: 1e5ths of a degree of latitude, y downwards, from the middle of the view. */
  _at([lon, lat]) {
    return [(lon - this.origin[0]) * this.stretch * 1e5, -(lat - this.origin[1]) * 1e5];
  }

  _line(flat, closed = false) {
    const points = decoded(flat, this.picture.grid).map((point) => this._at(point));
    return points.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("") + (closed ? "Z" : "");
  }

  _drawGround() {
    const { picture } = this;
    picture.water.forEach((flat, i) => {
      this.ground.append(shape("path", { d: this._line(flat, picture.closed[i]), class: picture.closed[i] ? "water" : "stream" }));
    });
    const tiers = picture.roads.map((lines) => lines.map((flat) => this._line(flat)).join(""));
    for (const layer of ["casing", "road"]) {
      for (const tier of [3, 2, 1, 0]) {
        if (tiers[tier]) this.ground.append(shape("path", { d: tiers[tier], class: `${layer} tier-${tier}` }));
      }
    }
    for (const area of picture.areas) {
      const d = area.rings.map((ring) => this._line(ring, true)).join("");
      this.ground.append(shape("path", {
        d, class: area.surveyed ? "area" : "area guessed", stroke: area.colour, fill: area.colour, "fill-opacity": area.opacity,
      }));
    }
    this.legs = picture.routes.flatMap((route) => route.legs.map((leg, i) => {
      const d = this._line(leg.line);
      const halo = shape("path", { d, class: "halo" });
      const line = shape("path", { d, class: leg.home ? "leg home" : "leg" });
      return { halo, line, visit: leg.home ? null : route.stops[i].visit };
    }));
    this.legs.forEach((leg) => this.ground.append(leg.halo));
    this.legs.forEach((leg) => this.ground.append(leg.line));
  }

  /** Draw what depends on the size of the box, on the zoom, and on how far the day has come. */
  draw(chosen = this.chosen, gone = this.gone || new Set()) {
    this.chosen = chosen;
    this.gone = gone;
    const width = this.box.clientWidth;
    const height = this.box.clientHeight;
    if (!width || !height) return;
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const room = [width - 60, height - 76];
    this.fit = Math.min(room[0] / (this.extent[0] * 1e5), room[1] / (this.extent[1] * 1e5));
    const scale = this.fit * this.move.zoom;
    const x = width / 2 + this.move.x;
    const y = height / 2 - 2 + this.move.y;
    this.ground.setAttribute("transform", `translate(${x} ${y}) scale(${scale})`);
    this.place = (point) => { const [px, py] = this._at(point); return [px * scale + x, py * scale + y]; };
    this.legs.forEach(({ halo, line, visit }) => {
      line.classList.toggle("next", visit !== null && visit === chosen);
      line.classList.toggle("gone", gone.has(visit));
      halo.classList.toggle("next", visit !== null && visit === chosen);
    });
    this._drawMarks(width, height);
    this._drawScale(scale, height);
  }

  _drawMarks(width, height) {
    this.marks.replaceChildren();
    const taken = [];
    const station = this.place(this.picture.station);
    this.marks.append(shape("circle", { cx: station[0], cy: station[1], r: 8, class: "station" }));
    taken.push([station[0] - 9, station[1] - 9, 18, 18]);
    for (const spot of this.picture.waits) {
      const [x, y] = this.place(spot);
      this.marks.append(shape("rect", { x: x - 8, y: y - 8, width: 16, height: 16, rx: 3, class: "wait" }));
      taken.push([x - 9, y - 9, 18, 18]);
    }
    for (const { x, y, numbers, visits } of this._together()) {
      const next = visits.includes(this.chosen);
      const said = numbers.length > 3 ? `${numbers[0]}–${numbers[numbers.length - 1]}` : numbers.join("·");
      const wide = Math.max(0, (said.length - 2) * 4.5);
      const over = visits.every((visit) => this.gone.has(visit));
      this.marks.append(shape("rect", {
        x: x - 13 - wide, y: y - 13, width: 26 + 2 * wide, height: 26, rx: 13, class: next ? "stop next" : over ? "stop gone" : "stop",
      }));
      this.marks.append(shape("text", { x, y: y + 5, class: next ? "number next" : "number" }, said));
      taken.push([x - 14 - wide, y - 14, 28 + 2 * wide, 28]);
    }
    if (this.here) {
      const [x, y] = this.place(this.here);
      this.marks.append(shape("circle", { cx: x, cy: y, r: 16, class: "here-around" }), shape("circle", { cx: x, cy: y, r: 7, class: "here" }));
    }
    this._drawNames(taken, width, height);
  }

  /** Stops that would lie over one another are one mark with all their numbers. */
  _together() {
    const found = [];
    this.picture.routes.forEach((route) => route.stops.forEach((stop, i) => {
      const [x, y] = this.place(stop.spot);
      const near = found.find((one) => Math.hypot(one.x - x, one.y - y) < 28);
      if (near) {
        near.numbers.push(i + 1);
        near.visits.push(stop.visit);
      } else {
        found.push({ x, y, numbers: [i + 1], visits: [stop.visit] });
      }
    }));
    return found;
  }

  /** Names stand where they hide neither a stop nor one another, or not at all; first come, first served. */
  _drawNames(taken, width, height) {
    for (const area of this.picture.areas) {
      const points = area.rings.flatMap((ring) => decoded(ring, this.picture.grid));
      const xs = points.map((point) => this.place(point));
      const left = Math.min(...xs.map((p) => p[0]));
      const right = Math.max(...xs.map((p) => p[0]));
      const top = Math.min(...xs.map((p) => p[1]));
      const bottom = Math.max(...xs.map((p) => p[1]));
      const long = [...area.name].reduce((sum, sign) => sum + (sign.charCodeAt(0) > 255 ? 13 : 7.2), 4);
      const middle = (left + right) / 2;
      const spots = [[middle, (top + bottom) / 2 + 5], [middle, top - 5], [middle, bottom + 15]];
      const free = spots.find(([x, y]) => {
        const box = [x - long / 2, y - 13, long, 17];
        if (box[0] < 2 || box[0] + long > width - 2 || box[1] < 2 || y > height - 4) return false;
        return !taken.some((other) => box[0] < other[0] + other[2] && other[0] < box[0] + box[2] && box[1] < other[1] + other[3] && other[1] < box[1] + box[3]);
      });
      if (!free) continue;
      taken.push([free[0] - long / 2, free[1] - 13, long, 17]);
      this.marks.append(shape("text", { x: free[0], y: free[1], class: "place", "data-typed": "" }, area.name));
    }
  }

  _drawScale(scale, height) {
    const perMetre = (scale * 1e5) / 111_320;
    this.svg.classList.toggle("far", perMetre < 0.06);
    const metres = [50, 100, 200, 500, 1000, 2000, 5000].find((one) => one * perMetre >= 46) || 5000;
    const long = metres * perMetre;
    const said = metres < 1000 ? `${metres} m` : `${metres / 1000} km`;
    this.scaleBar.replaceChildren(
      shape("path", { d: `M12 ${height - 30}v5h${long.toFixed(1)}v-5`, class: "measure" }),
      shape("text", { x: 12 + long / 2, y: height - 31, class: "length" }, said),
    );
  }

  locate(lon, lat) {
    this.here = [lon, lat];
    this.draw();
  }

  reset() {
    this.move = { x: 0, y: 0, zoom: 1 };
    this.draw();
  }

  zoom(factor, x = this.box.clientWidth / 2, y = this.box.clientHeight / 2) {
    const wanted = Math.min(24, Math.max(0.5, this.move.zoom * factor));
    const by = wanted / this.move.zoom;
    const middle = [this.box.clientWidth / 2 + this.move.x, this.box.clientHeight / 2 - 2 + this.move.y];
    this.move = { x: this.move.x + (x - middle[0]) * (1 - by), y: this.move.y + (y - middle[1]) * (1 - by), zoom: wanted };
    this.draw();
  }

  /** Let fingers, a mouse and the keyboard move the map; returns what stops that. */
  handle() {
    const fingers = new Map();
    const spot = (event) => [event.clientX - this.box.getBoundingClientRect().left, event.clientY - this.box.getBoundingClientRect().top];
    const apart = () => { const [a, b] = [...fingers.values()]; return Math.hypot(a[0] - b[0], a[1] - b[1]); };
    const down = (event) => { fingers.set(event.pointerId, spot(event)); this.box.setPointerCapture(event.pointerId); };
    const up = (event) => fingers.delete(event.pointerId);
    const drag = (event) => {
      const before = fingers.get(event.pointerId);
      if (!before) return;
      const gap = fingers.size === 2 ? apart() : 0;
      const now = spot(event);
      fingers.set(event.pointerId, now);
      if (fingers.size === 2) {
        const [a, b] = [...fingers.values()];
        this.zoom(apart() / Math.max(gap, 1), (a[0] + b[0]) / 2, (a[1] + b[1]) / 2);
      } else {
        this.move = { ...this.move, x: this.move.x + now[0] - before[0], y: this.move.y + now[1] - before[1] };
        this.draw();
      }
    };
    const wheel = (event) => { event.preventDefault(); this.zoom(event.deltaY < 0 ? 1.25 : 0.8, ...spot(event)); };
    const heard = { pointerdown: down, pointermove: drag, pointerup: up, pointercancel: up, wheel };
    for (const [name, heeded] of Object.entries(heard)) this.box.addEventListener(name, heeded, { passive: false });
    return () => { for (const [name, heeded] of Object.entries(heard)) this.box.removeEventListener(name, heeded); };
  }
}
