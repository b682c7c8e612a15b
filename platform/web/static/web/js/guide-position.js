// The phone's own position as a dot on the map, on a tap. It stays on the phone: nothing here asks the network for anything.

const WORST_M = 50; // of accuracy: beyond, the dot would lie more than it tells
const FARTHEST_M = 300; // from the yard's plan
const ASTRAY_M = 20; // beside the way, on top of what the phone itself is unsure of
const ARRIVED_M = 12;
const ASTRAY_TIMES = 2; // one bad fix is no wrong turn
const SVG = "http://www.w3.org/2000/svg";

let watching = 0;
let last = null; // the newest fix: {latitude, longitude, accuracy}
let astray = 0;
let words = {};

export function toggle(button, said) {
  words = said;
  if (watching) stop();
  else start();
  button.setAttribute("aria-pressed", String(Boolean(watching)));
}

function start() {
  if (!navigator.geolocation) {
    say(words.denied);
    return;
  }
  say(words.seeking);
  const options = { enableHighAccuracy: true, maximumAge: 2000, timeout: 20000 };
  watching = navigator.geolocation.watchPosition(
    (fix) => ((last = fix.coords), show()),
    (problem) => (say(problem.code === problem.PERMISSION_DENIED ? words.denied : words.coarse), problem.code === problem.PERMISSION_DENIED && stop()),
    options,
  );
  document.addEventListener("portlane:region", show); // a region drawn anew has lost the dot
}

function stop() {
  navigator.geolocation.clearWatch(watching);
  watching = 0;
  last = null;
  document.removeEventListener("portlane:region", show);
  unmark();
}

function say(text) {
  const place = document.querySelector("[data-guide-says]");
  if (place && place.textContent !== text) place.textContent = text;
}

function unmark() {
  document.querySelectorAll(".way-map .here, .way-map .unsure").forEach((node) => node.remove());
  document.querySelectorAll(".turns [aria-current]").forEach((step) => step.removeAttribute("aria-current"));
}

function show() {
  const map = document.querySelector("[data-map]");
  if (!map || !last) return;
  unmark();
  const [x, y] = onPlan(map, last);
  if (last.accuracy > WORST_M || beside(map, x, y) > FARTHEST_M) {
    say(words.coarse);
    return;
  }
  mark(map, x, y);
  judge(map, x, y);
}

/** Longitude and latitude on the drawing: metres east and south of its top left corner (the plan's origin is the bottom left).
    A degree's metres as in yards/layouts/plane.py (WGS 84). */
function onPlan(map, { longitude, latitude }) {
  const [lon, lat] = map.dataset.origin.split(" ").map(Number);
  const turn = (lat * Math.PI) / 180;
  const east = 111412.84 * Math.cos(turn) - 93.5 * Math.cos(3 * turn) + 0.118 * Math.cos(5 * turn);
  const north = 111132.92 - 559.82 * Math.cos(2 * turn) + 1.175 * Math.cos(4 * turn);
  return [(longitude - lon) * east, Number(map.dataset.depth) - (latitude - lat) * north];
}

/** How far outside of what is drawn a point lies. */
function beside(map, x, y) {
  const box = map.viewBox.baseVal;
  return Math.hypot(Math.max(box.x - x, 0, x - box.x - box.width), Math.max(box.y - y, 0, y - box.y - box.height));
}

function mark(map, x, y) {
  const size = Number(map.dataset.sign);
  for (const [name, radius] of [["unsure", last.accuracy], ["here", size]]) {
    const circle = document.createElementNS(SVG, "circle");
    for (const [attribute, value] of Object.entries({ class: name, cx: x, cy: y, r: radius, "stroke-width": size / 3 })) circle.setAttribute(attribute, value);
    map.append(circle);
  }
}

function judge(map, x, y) {
  const way = map.dataset.way.split(" ").filter(Boolean).map((point) => point.split(",").map(Number));
  if (way.length < 2) {
    say(words.shown);
    return;
  }
  const me = nearest(way, x, y);
  astray = me.off > ASTRAY_M + last.accuracy ? astray + 1 : 0;
  const atEnd = Math.hypot(way.at(-1)[0] - x, way.at(-1)[1] - y) < ARRIVED_M;
  if (astray) say(astray < ASTRAY_TIMES ? words.shown : words.offWay);
  else say(atEnd ? words.arrived : words.onWay);
  point(way, me.along);
}

/** The step that comes next: the first whose turn still lies ahead. */
function point(way, along) {
  const steps = [...document.querySelectorAll(".turns li[data-x]")];
  const next = steps.find((step) => nearest(way, Number(step.dataset.x), Number(step.dataset.y)).along > along + 3) ?? steps.at(-1);
  next?.setAttribute("aria-current", "step");
}

/** The place on the way nearest to a point: metres along it, and metres off it. */
function nearest(way, x, y) {
  let best = { off: Infinity, along: 0 };
  let passed = 0;
  for (let at = 1; at < way.length; at += 1) {
    const [[ax, ay], [bx, by]] = [way[at - 1], way[at]];
    const length = Math.hypot(bx - ax, by - ay);
    const part = length ? Math.min(1, Math.max(0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length ** 2)) : 0;
    const off = Math.hypot(ax + part * (bx - ax) - x, ay + part * (by - ay) - y);
    if (off < best.off) best = { off, along: passed + part * length };
    passed += length;
  }
  return best;
}
