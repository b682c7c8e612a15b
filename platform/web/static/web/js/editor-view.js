// Draws the plan: all bays as one path, so that three thousand of them move as smoothly as thirty; names only where they are read.

import { isLine, isPoint } from "./editor-model.js";

const NS = "http://www.w3.org/2000/svg";
const POINT_PX = 9;
const HANDLE_PX = 7;
const LABEL_FROM_PX = 26; // a bay shorter than this on the screen has no room for its name
const LABELS_AT_MOST = 400;
const NAMED_FROM_PX = 110; // a shorter aisle's name would lie on its neighbours'

function make(name, attributes = {}, parent = null) {
  const element = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  parent?.append(element);
  return element;
}

const path = (line, closed = false) => `M${line.map(([x, y]) => `${x.toFixed(2)} ${y.toFixed(2)}`).join("L")}${closed ? "z" : ""}`;

export class View {
  constructor(svg, model, scaleWords) {
    Object.assign(this, { svg, model, scaleWords, chosen: new Set(), corner: 0, sketch: [], drawnFor: null, centres: [] });
    this.layers = Object.fromEntries(["ground", "bays", "lines", "labels", "spots", "handles"].map((name) => [name, make("g", { class: name }, svg)]));
    this.box = this.#whole();
    new ResizeObserver(() => this.draw()).observe(svg);
  }

  /** Metres per pixel. */
  get scale() {
    const { clientWidth, clientHeight } = this.svg;
    return Math.max(this.box.width / (clientWidth || 1), this.box.height / (clientHeight || 1));
  }

  metres({ clientX, clientY }) {
    const spot = new DOMPoint(clientX, clientY).matrixTransform(this.svg.getScreenCTM().inverse());
    return [spot.x, spot.y];
  }

  draw() {
    if (this.pending) return;
    this.pending = requestAnimationFrame(() => {
      this.pending = 0;
      this.#drawNow();
    });
  }

  pan(dx, dy) {
    this.box.x -= dx * this.scale;
    this.box.y -= dy * this.scale;
    this.draw();
  }

  zoom(factor, [x, y] = [this.box.x + this.box.width / 2, this.box.y + this.box.height / 2]) {
    const width = Math.min(20000, Math.max(10, this.box.width * factor));
    const by = width / this.box.width;
    this.box = { x: x - (x - this.box.x) * by, y: y - (y - this.box.y) * by, width, height: this.box.height * by };
    this.draw();
  }

  fit() {
    this.box = this.#whole();
    this.draw();
  }

  /** Brings a feature into the middle unless it can be seen already. */
  reveal(index) {
    const [x, y] = this.model.points(index)[0];
    const { box } = this;
    if (x > box.x && x < box.x + box.width && y > box.y && y < box.y + box.height) return;
    Object.assign(box, { x: x - box.width / 2, y: y - box.height / 2 });
    this.draw();
  }

  #drawNow() {
    const { box } = this;
    this.svg.setAttribute("viewBox", `${box.x} ${box.y} ${box.width} ${box.height}`);
    if (this.drawnFor !== this.model.features) this.#ground();
    this.#lines();
    this.#spots();
    this.#labels();
    this.#handles();
    this.scaleWords(this.scale * 100);
  }

  #ground() {
    const { model, layers } = this;
    const rings = (kind) => model.all((each) => each === kind).map((index) => path(model.points(index), true)).join("");
    const bays = model.all((kind) => kind === "bay");
    this.centres = bays.map((index) => [index, ...centre(model.points(index))]);
    layers.ground.replaceChildren(make("path", { class: "zones", d: rings("zone") }));
    layers.bays.replaceChildren(make("path", { class: "bays", d: rings("bay") }), make("path", { class: "noses", d: this.#noses() }));
    this.drawnFor = model.features;
  }

  #noses() {
    return this.centres.map(([index, x, y]) => {
      const { heading_deg: heading, length_m: length } = this.model.features[index].properties ?? {};
      if (typeof heading !== "number") return "";
      const [turn, half] = [(heading * Math.PI) / 180, (length || 12) / 2];
      return path([[x, y], [x + half * Math.sin(turn), y - half * Math.cos(turn)]]);
    }).join("");
  }

  #lines() {
    const { model, layers, chosen } = this;
    layers.lines.replaceChildren();
    for (const index of model.all(isLine)) {
      const kind = model.kind(index);
      const line = model.points(index);
      const closed = model.features[index].geometry.type === "Polygon";
      make("path", { class: `${kind}${chosen.has(index) ? " chosen" : ""}`, d: path(line, closed) }, layers.lines);
      if (model.features[index].properties?.one_way) this.#arrow(line);
    }
    const bays = [...chosen].filter((index) => model.kind(index) === "bay");
    make("path", { class: "bays chosen", d: bays.map((index) => path(model.points(index), true)).join("") }, layers.lines);
    if (this.sketch.length) make("path", { class: "sketch", d: path(this.sketch) }, layers.lines);
  }

  #arrow(line) {
    const n = Math.floor((line.length - 1) / 2);
    const [[ax, ay], [bx, by]] = [line[n], line[n + 1] ?? line[n]];
    const turn = (Math.atan2(by - ay, bx - ax) * 180) / Math.PI;
    const size = 9 * this.scale;
    const place = `translate(${(ax + bx) / 2} ${(ay + by) / 2}) rotate(${turn}) scale(${size})`;
    make("path", { class: "direction", d: "M-.7-.8 1 0-.7.8-.2 0z", transform: place }, this.layers.lines);
  }

  #spots() {
    const { model, layers, chosen, scale } = this;
    layers.spots.replaceChildren();
    for (const index of model.all(isPoint)) {
      const [[cx, cy]] = model.points(index);
      const kind = model.kind(index);
      const look = kind === "gate" ? `gate ${model.features[index].properties.gate ?? "entry"}` : "point";
      make("circle", { class: `${look}${chosen.has(index) ? " chosen" : ""}`, cx, cy, r: POINT_PX * scale }, layers.spots);
    }
  }

  #labels() {
    const { model, layers, scale, box } = this;
    layers.labels.replaceChildren();
    const seen = ([, x, y]) => x > box.x && x < box.x + box.width && y > box.y && y < box.y + box.height;
    const bays = 12 / scale > LABEL_FROM_PX ? this.centres.filter(seen).slice(0, LABELS_AT_MOST) : [];
    const long = (index) => !isLine(model.kind(index)) || this.chosen.has(index) || lengthOf(model.points(index)) / scale > NAMED_FROM_PX;
    const others = model.all((kind) => kind && kind !== "bay" && kind !== "wall" && kind !== "zone").filter(long).map((index) => {
      const line = model.points(index);
      const [x, y] = line[Math.floor((line.length - 1) / 2)];
      return [index, x, y - 16 * scale];
    });
    for (const [index, x, y] of [...bays, ...others]) {
      make("text", { x, y, "font-size": 12 * scale }, layers.labels).textContent = model.name(index);
    }
  }

  #handles() {
    const { model, layers, chosen, scale } = this;
    layers.handles.replaceChildren();
    const [index] = chosen;
    if (chosen.size !== 1 || !isLine(model.kind(index))) return;
    model.points(index).forEach(([cx, cy], corner) => {
      const look = corner === this.corner ? "handle current" : "handle";
      make("circle", { class: look, cx, cy, r: HANDLE_PX * scale, "data-corner": corner }, layers.handles);
    });
  }

  #whole() {
    const points = this.model.features.flatMap((_, index) => this.model.points(index));
    const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
    const span = (values) => values.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [values[0] ?? 0, values[0] ?? 100]);
    const [[left, right], [top, bottom]] = [span(xs), span(ys)];
    return { x: left - 15, y: top - 15, width: right - left + 30, height: bottom - top + 30 };
  }
}

function centre(ring) {
  const sum = ring.reduce(([x, y], point) => [x + point[0], y + point[1]], [0, 0]);
  return [sum[0] / ring.length, sum[1] / ring.length];
}

function lengthOf(line) {
  return line.slice(1).reduce((sum, [x, y], n) => sum + Math.hypot(x - line[n][0], y - line[n][1]), 0);
}
