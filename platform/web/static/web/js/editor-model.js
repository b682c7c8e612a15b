// The plan while it is being drawn: the GeoJSON document as it is kept, metres for the eye, every change undoable.
// Features are never changed in place, so a step back is the old list.

const METRES_PER_DEGREE = 111320;
const DRAWN = ["aisle", "gate", "inspection", "dock", "weighbridge", "post", "sign", "wall"];
const LETTERS = { aisle: "R", gate: "G", inspection: "I", dock: "D", weighbridge: "W", post: "P", sign: "S" };
const STEPS_KEPT = 200;

const FEWEST = { LineString: 2, Polygon: 3 };

export const isLine = (kind) => kind === "aisle" || kind === "wall";
export const isPoint = (kind) => DRAWN.includes(kind) && !isLine(kind);
export const isDrawn = (kind) => DRAWN.includes(kind);

export class Model extends EventTarget {
  #corners = new WeakMap(); // a feature never changes in place, so neither do its metres

  constructor(document) {
    super();
    this.rest = { ...document, features: undefined };
    this.features = document.features ?? [];
    this.past = [];
    this.future = [];
    this.saved = this.features;
    this.origin = this.#corner();
    this.cosine = Math.cos((this.origin[1] * Math.PI) / 180);
  }

  get document() {
    return { ...this.rest, type: "FeatureCollection", features: this.features };
  }

  get isChanged() {
    return this.features !== this.saved;
  }

  /** What a feature says it is; "" for what cannot be drawn: that is kept as it came. */
  kind(index) {
    return this.points(index).length ? (this.features[index].properties?.kind ?? "") : "";
  }

  name(index) {
    return this.features[index].properties?.code ?? `${this.kind(index)} ${index + 1}`;
  }

  all(wanted) {
    return this.features.map((_, index) => index).filter((index) => wanted(this.kind(index)));
  }

  // ---------------------------------------------------------------- metres: x east, y down, as SVG has it
  toMetres([lon, lat]) {
    return [(lon - this.origin[0]) * METRES_PER_DEGREE * this.cosine, (this.origin[1] - lat) * METRES_PER_DEGREE];
  }

  toDegrees([x, y]) {
    const round = (value) => Number(value.toFixed(8)); // a millimetre
    return [round(this.origin[0] + x / METRES_PER_DEGREE / this.cosine), round(this.origin[1] - y / METRES_PER_DEGREE)];
  }

  /** The corners of a feature in metres; a ring without its repeated last point; none of what is no geometry. */
  points(index) {
    const feature = this.features[index];
    if (!feature || typeof feature !== "object") return [];
    if (!this.#corners.has(feature)) this.#corners.set(feature, corners(feature).map((each) => this.toMetres(each)));
    return this.#corners.get(feature);
  }

  // ---------------------------------------------------------------- changes
  change(features) {
    this.past = [...this.past, this.features].slice(-STEPS_KEPT);
    this.future = [];
    this.#show(features);
  }

  /** A drag is one step however many moves it has: `begin` keeps the way back, `amend` only draws. */
  begin() {
    this.past = [...this.past, this.features].slice(-STEPS_KEPT);
    this.future = [];
  }

  amend(features) {
    this.#show(features);
  }

  undo() {
    if (!this.past.length) return;
    this.future.push(this.features);
    this.#show(this.past.pop());
  }

  redo() {
    if (!this.future.length) return;
    this.past.push(this.features);
    this.#show(this.future.pop());
  }

  add(kind, points, more = {}) {
    const coordinates = points.map((point) => this.toDegrees(point));
    const geometry = isLine(kind) ? { type: "LineString", coordinates } : { type: "Point", coordinates: coordinates[0] };
    const properties = { kind, ...(LETTERS[kind] ? { code: this.#freeCode(kind) } : {}), ...more };
    this.change([...this.features, { type: "Feature", geometry, properties }]);
    return this.features.length - 1;
  }

  addAll(features) {
    if (features.length) this.change([...this.features, ...features]);
  }

  remove(indices) {
    this.change(this.features.filter((_, index) => !indices.has(index)));
  }

  set(indices, properties) {
    const given = (feature) => ({ ...feature, properties: { ...feature.properties, ...properties(feature.properties ?? {}) } });
    this.change(this.features.map((feature, index) => (indices.has(index) ? given(feature) : feature)));
  }

  /** The features with one corner of one of them elsewhere; `point` null takes the corner away. */
  withPoint(index, corner, point) {
    const feature = this.features[index];
    const { type } = feature.geometry;
    const at = point && this.toDegrees(point);
    const line = point ? corners(feature).with(corner, at) : corners(feature).toSpliced(corner, 1);
    const coordinates = { Point: at, LineString: line, Polygon: [[...line, line[0]]] }[type];
    return this.features.with(index, { ...feature, geometry: { type, coordinates } });
  }

  /** Whether a corner may be taken away and a line or a ring is still left. */
  canSpare(index) {
    return this.points(index).length > (FEWEST[this.features[index].geometry.type] ?? 1);
  }

  reversed(index) {
    const feature = this.features[index];
    const geometry = { ...feature.geometry, coordinates: corners(feature).toReversed() };
    this.change(this.features.with(index, { ...feature, geometry }));
  }

  // ---------------------------------------------------------------- where a pointer is
  /** Ends and corners of aisles, gates and points draw a new corner to themselves; then any place along an aisle. */
  snap(point, reach, except = -1) {
    const near = { distance: reach, point };
    const offer = (spot) => {
      const distance = Math.hypot(spot[0] - point[0], spot[1] - point[1]);
      if (distance < near.distance) Object.assign(near, { distance, point: spot });
    };
    const drawn = this.all((kind) => isDrawn(kind) && kind !== "wall").filter((index) => index !== except);
    drawn.flatMap((index) => this.points(index)).forEach(offer);
    if (near.distance < reach) return near.point;
    for (const index of drawn.filter((each) => this.kind(each) === "aisle")) {
      const line = this.points(index);
      line.slice(1).forEach((end, n) => offer(nearestOn(line[n], end, point)));
    }
    return near.point;
  }

  /** What lies under a pointer: points before lines before bays; -1 for the bare ground. */
  find(point, reach) {
    let best = { distance: reach, index: -1 };
    for (const index of this.all(isDrawn)) {
      const line = this.points(index);
      const parts = line.length > 1 ? line.slice(1).map((end, n) => nearestOn(line[n], end, point)) : line;
      const lead = line.length > 1 ? reach / 2 : 0; // who points at a gate on an aisle means the gate
      for (const [x, y] of parts) {
        const distance = Math.hypot(x - point[0], y - point[1]) + lead;
        if (distance < best.distance) best = { distance, index };
      }
    }
    if (best.index >= 0) return best.index;
    return this.all((kind) => kind === "bay").find((index) => inside(this.points(index), point)) ?? -1;
  }

  #show(features) {
    this.features = features;
    this.dispatchEvent(new Event("change"));
  }

  #freeCode(kind) {
    const taken = new Set(this.features.map((feature) => feature.properties?.code));
    let number = 1;
    while (taken.has(`${LETTERS[kind]}${number}`)) number += 1;
    return `${LETTERS[kind]}${number}`;
  }

  #corner() {
    const every = this.features.flatMap(corners);
    const least = (axis) => every.reduce((low, spot) => Math.min(low, spot[axis]), every[0]?.[axis] ?? 0);
    return [least(0), least(1)];
  }
}

/** The positions of a geometry that can be drawn, in degrees. */
function corners(feature) {
  const { type, coordinates } = feature?.geometry ?? {};
  const found = { Point: [coordinates], LineString: coordinates, Polygon: coordinates?.[0]?.slice?.(0, -1) }[type];
  const sound = Array.isArray(found) && found.every((each) => Array.isArray(each) && Number.isFinite(each[0]) && Number.isFinite(each[1]));
  return sound ? found : [];
}

export function nearestOn([ax, ay], [bx, by], [x, y]) {
  const [dx, dy] = [bx - ax, by - ay];
  const square = dx * dx + dy * dy;
  const share = square ? Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / square)) : 0;
  return [ax + share * dx, ay + share * dy];
}

function inside(ring, [x, y]) {
  let within = false;
  for (let n = 0, last = ring.length - 1; n < ring.length; last = n++) {
    const [[ax, ay], [bx, by]] = [ring[n], ring[last]];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) within = !within;
  }
  return within;
}
