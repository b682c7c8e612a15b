// The editor of a plan: draws aisles, gates, points and walls over the bays, by pointer or by keys, and saves the whole document.
// Nothing leaves the page before it is saved; what somebody else saved meanwhile is never overwritten.

import { isDrawn, isLine, Model } from "./editor-model.js";
import { Panel } from "./editor-panel.js";
import { View } from "./editor-view.js";

const SNAP_PX = 12;
const PICK_PX = 12;
const STEP_M = 0.5;
const LARGE_STEP_M = 5;

const root = document.querySelector("[data-editor]");
const part = (name) => root.querySelector(`[data-${name}]`);
const words = JSON.parse(document.getElementById("editor-words").textContent);
const svg = part("plan");
const status = part("status");
let changedAt = root.dataset.changedAt;
let tool = "move";
let sketch = [];
let drag = null;

const answer = await fetch(root.dataset.source, { credentials: "same-origin" });
const model = new Model(await answer.json());
const view = new View(svg, model, (metres) => (part("scale").textContent = `${words.scale} ${metres < 10 ? metres.toFixed(1) : Math.round(metres)} m / 100 px`));
const panel = new Panel({ form: part("form"), list: part("list"), model, words, choose, act });

function say(text, bad = false) {
  status.textContent = text;
  status.classList.toggle("bad", bad);
}

function show() {
  view.chosen = new Set([...view.chosen].filter((index) => index < model.features.length));
  view.sketch = sketch;
  view.draw();
  panel.show(view.chosen);
  part("undo").disabled = !model.past.length;
  part("redo").disabled = !model.future.length;
  part("save").disabled = !model.isChanged;
}

function choose(chosen) {
  Object.assign(view, { chosen, corner: 0 });
  if (chosen.size) view.reveal([...chosen][0]);
  show();
}

// ---------------------------------------------------------------- tools
function use(name) {
  finish();
  tool = name;
  svg.dataset.tool = name;
  for (const button of root.querySelectorAll("[data-tool-button]")) button.setAttribute("aria-pressed", String(button.value === name));
  say(words[`help_${isLine(name) ? "line" : name === "move" ? "move" : "point"}`]);
}

function finish() {
  const line = sketch;
  sketch = [];
  if (line.length > 1) choose(new Set([model.add(tool, line, tool === "aisle" ? { one_way: false, width_m: 8 } : {})]));
  else show();
}

function place(point) {
  const at = model.snap(point, SNAP_PX * view.scale);
  if (isLine(tool)) {
    const last = sketch.at(-1);
    if (!last || Math.hypot(at[0] - last[0], at[1] - last[1]) > 0.1) sketch = [...sketch, at];
    show();
    return;
  }
  const [kind, gate] = tool.split("-");
  choose(new Set([model.add(kind, [at], gate ? { gate } : {})]));
}

function act(name) {
  const [index] = view.chosen;
  if (name === "remove") remove();
  if (name === "reverse") model.reversed(index);
  if (name === "turn_round") model.set(view.chosen, ({ heading_deg: heading }) => ({ heading_deg: ((heading ?? 0) + 180) % 360 }));
}

/** Takes away the current corner of a line that keeps two, else the whole thing; bays stay. */
function remove({ corner = false } = {}) {
  const [index] = view.chosen;
  if (index === undefined || !isDrawn(model.kind(index))) return;
  if (corner && view.chosen.size === 1 && isLine(model.kind(index)) && model.canSpare(index)) {
    model.change(model.withPoint(index, view.corner, null));
    view.corner = Math.min(view.corner, model.points(index).length - 1);
  } else {
    model.remove(view.chosen);
    view.chosen = new Set();
  }
  show();
}

function nudge(dx, dy) {
  const [index] = view.chosen;
  if (index === undefined || !isDrawn(model.kind(index))) return false;
  const [x, y] = model.points(index)[isLine(model.kind(index)) ? view.corner : 0];
  model.change(model.withPoint(index, view.corner, [x + dx, y + dy]));
  return true;
}

// ---------------------------------------------------------------- pointer
function down(event) {
  if (event.button > 0) return;
  svg.focus({ preventScroll: true });
  svg.setPointerCapture(event.pointerId);
  const point = view.metres(event);
  drag = { x: event.clientX, y: event.clientY, moved: false, index: -1, corner: 0 };
  if (tool !== "move") return;
  const handle = event.target.closest("[data-corner]");
  const [only] = view.chosen;
  if (handle) Object.assign(drag, { index: only, corner: Number(handle.dataset.corner) });
  else {
    const under = model.find(point, PICK_PX * view.scale);
    if (under >= 0 && isDrawn(model.kind(under)) && !isLine(model.kind(under))) drag.index = under;
    drag.under = under;
  }
}

function move(event) {
  if (!drag) return;
  const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
  if (!drag.moved && Math.hypot(dx, dy) < 4) return;
  if (drag.index >= 0) {
    if (!drag.moved) model.begin();
    const at = model.snap(view.metres(event), SNAP_PX * view.scale, drag.index);
    view.corner = drag.corner;
    model.amend(model.withPoint(drag.index, drag.corner, at));
  } else {
    view.pan(dx, dy);
    Object.assign(drag, { x: event.clientX, y: event.clientY });
  }
  drag.moved = true;
}

function up(event) {
  const { moved, under, corner, index } = drag ?? {};
  drag = null;
  if (moved === undefined || moved) return;
  if (tool !== "move") return place(view.metres(event));
  if (index >= 0 && under === undefined) {
    view.corner = corner;
    return show();
  }
  if (event.shiftKey && under >= 0 && model.kind(under) === "bay") return choose(new Set([...view.chosen].filter((each) => model.kind(each) === "bay")).symmetricDifference(new Set([under])));
  choose(new Set(under >= 0 ? [under] : []));
}

svg.addEventListener("pointerdown", down);
svg.addEventListener("pointermove", move);
svg.addEventListener("pointerup", up);
svg.addEventListener("pointercancel", () => (drag = null));
svg.addEventListener("dblclick", finish);
svg.addEventListener("wheel", (event) => {
  event.preventDefault();
  view.zoom(event.deltaY > 0 ? 1.15 : 1 / 1.15, view.metres(event));
}, { passive: false });

// ---------------------------------------------------------------- keys
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function keyOnPlan(event) {
  const step = event.shiftKey ? LARGE_STEP_M : STEP_M;
  const arrow = ARROWS[event.key];
  const corners = view.chosen.size === 1 ? model.points([...view.chosen][0]).length : 0;
  if (arrow && !nudge(arrow[0] * step, arrow[1] * step)) view.pan(-arrow[0] * 60, -arrow[1] * 60);
  else if (event.key === "Enter") finish();
  else if (event.key === "Escape") (sketch = []), choose(new Set());
  else if (event.key === "Delete" || event.key === "Backspace") remove({ corner: true });
  else if (event.key === "." && corners) (view.corner = (view.corner + 1) % corners), show();
  else if (event.key === "," && corners) (view.corner = (view.corner + corners - 1) % corners), show();
  else if (event.key === "+") view.zoom(1 / 1.3);
  else if (event.key === "-") view.zoom(1.3);
  else if (!arrow) return;
  event.preventDefault();
}

function keyAnywhere(event) {
  if (!(event.ctrlKey || event.metaKey) || event.target.matches("input, textarea")) return;
  const key = event.key.toLowerCase();
  if (key !== "z" && key !== "y") return;
  event.preventDefault();
  if (key === "y" || event.shiftKey) model.redo();
  else model.undo();
}

svg.addEventListener("keydown", keyOnPlan);
document.addEventListener("keydown", keyAnywhere);
part("list").addEventListener("keydown", (event) => event.key === "Delete" && remove());

// ---------------------------------------------------------------- saving and asking
async function send(url) {
  const form = new FormData();
  form.set("csrfmiddlewaretoken", root.querySelector("[name=csrfmiddlewaretoken]").value);
  form.set("changed_at", changedAt);
  form.set("document", new Blob([JSON.stringify(model.document)], { type: "application/geo+json" }), "plan.geojson");
  try {
    const reply = await fetch(url, { method: "POST", body: form, credentials: "same-origin" });
    const body = reply.headers.get("Content-Type")?.includes("json") ? await reply.json() : {};
    return reply.ok ? body : { fault: reply.status === 409 ? words.conflict : body.detail ?? words.not_saved };
  } catch {
    return { fault: words.not_saved };
  }
}

async function save() {
  finish();
  const sent = model.features;
  say(words.saving);
  const body = await send(root.dataset.save);
  if (body.fault) return say(body.fault, true);
  changedAt = body.changed_at;
  model.saved = sent;
  say(words.saved);
  part("findings").replaceChildren(...body.findings.map(level));
  show();
}

async function propose() {
  say(words.proposing);
  const body = await send(root.dataset.propose);
  if (body.fault) return say(body.fault, true);
  model.addAll(body.features);
  say(words.proposed.replace("{n}", body.features.length));
}

function level({ title, count, items }) {
  const box = document.createElement("details");
  box.open = true;
  box.append(Object.assign(document.createElement("summary"), { textContent: `${title} (${count})` }));
  const list = document.createElement("ul");
  list.append(...items.slice(0, 100).map(finding));
  box.append(list);
  return box;
}

function finding({ text, feature }) {
  const row = document.createElement("li");
  const index = model.features.findIndex((_, n) => feature && `${model.kind(n)}-${model.name(n)}` === feature);
  const inner = document.createElement(index < 0 ? "span" : "button");
  inner.textContent = text;
  if (index >= 0) {
    Object.assign(inner, { type: "button", className: "button quiet" });
    inner.addEventListener("click", () => choose(new Set([index])));
  }
  row.append(inner);
  return row;
}

// ---------------------------------------------------------------- the rest of the page
model.addEventListener("change", show);
root.querySelectorAll("[data-tool-button]").forEach((button) => button.addEventListener("click", () => use(button.value)));
const pressed = { undo: () => model.undo(), redo: () => model.redo(), save, propose, finish, fit: () => view.fit(), nearer: () => view.zoom(1 / 1.3), farther: () => view.zoom(1.3) };
for (const [name, run] of Object.entries(pressed)) part(name).addEventListener("click", run);
part("bay-search").addEventListener("change", ({ target }) => {
  const index = model.all((kind) => kind === "bay").find((each) => model.name(each).toLowerCase() === target.value.trim().toLowerCase());
  if (index === undefined) say(words.no_such_bay, true);
  else choose(new Set([index]));
});
window.addEventListener("beforeunload", (event) => model.isChanged && event.preventDefault());
use("move");
