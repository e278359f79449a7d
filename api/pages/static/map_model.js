/* What is drawn, step by step: rings and gates of one community, each step to be taken back and made again. */

const copied = (value) => JSON.parse(JSON.stringify(value));

/** Rings without their closing point, one list for all parts, each knowing its part. */
export function ringsOf(geometry) {
  const parts = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  return parts.flatMap((part, number) => part.map((ring) => ({ part: number, points: ring.slice(0, -1).map(([lon, lat]) => [lon, lat]) })));
}

/** The GeoJSON geometry of rings; those without three corners are left out, holes go with their part. */
export function geometryOf(rings) {
  const parts = [];
  for (const ring of rings.filter((one) => one.points.length > 2)) {
    const last = parts.at(-1);
    const closed = [...ring.points, ring.points[0]];
    if (last && last.part === ring.part) {
      last.rings.push(closed);
    } else {
      parts.push({ part: ring.part, rings: [closed] });
    }
  }
  return parts.length === 1 ? { type: "Polygon", coordinates: parts[0].rings } : { type: "MultiPolygon", coordinates: parts.map((one) => one.rings) };
}

export class Drawing {
  constructor(community) {
    this.id = community.community;
    this.version = community.version;
    this.now = { rings: ringsOf(community.geometry), gates: copied(community.gates), surveyed: community.source === "surveyed" };
    this.first = copied(this.now);
    this.before = [];
    this.after = [];
    this.chosen = [];
  }

  /** Make a step: `change` is given a copy to change. */
  step(change) {
    const next = copied(this.now);
    change(next);
    if (JSON.stringify(next) === JSON.stringify(this.now)) {
      return false;
    }
    this.before.push(this.now);
    this.after = [];
    this.now = next;
    return true;
  }

  back() {
    if (this.before.length) {
      this.after.push(this.now);
      this.now = this.before.pop();
      this.chosen = [];
    }
  }

  again() {
    if (this.after.length) {
      this.before.push(this.now);
      this.now = this.after.pop();
      this.chosen = [];
    }
  }

  get outlineChanged() {
    return JSON.stringify(this.now.rings) !== JSON.stringify(this.first.rings);
  }

  get changed() {
    return JSON.stringify(this.now) !== JSON.stringify(this.first);
  }

  get enclosed() {
    return this.now.rings.length > 0 && this.now.rings.every((ring) => ring.points.length > 2);
  }

  /** What goes to the service: what differs, and nothing else. */
  get sent() {
    return {
      geometry: this.outlineChanged ? geometryOf(this.now.rings) : null,
      gates: this.now.gates,
      source: this.now.surveyed ? "surveyed" : this.first.surveyed || this.outlineChanged ? "illustrative" : null,
    };
  }
}
