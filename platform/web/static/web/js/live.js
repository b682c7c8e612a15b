// Keeps a page current: one socket that says what happened, regions that are fetched again, and the age of what is shown.
//
//   <body data-live-stream="yard:MOHAN-YARD" data-live-seq="812" data-live-audience="public|driver|customs|staff">
//   <section data-live-region="order" data-live-url="/console/…" data-live-kinds="queue. stay.">   (no kinds = all)
//   <section … data-live-clock>                what it shows changes by the clock too: asked for again at each ping
//   <section … data-live-mine>                 only what happens to the reader's own visits has it asked for again
//   An empty data-live-stream: no socket can tell of it (a fleet that is in no yard), its regions are asked for again by the clock.
//   <p data-live-age></p>                      words: the JSON block #live-words, made by {% live_words %}
//
// On document: `portlane:events` {from, seq, events}, `portlane:region` {name, region} after a region was drawn anew,
// `portlane:current` whenever the page is known to show what is so.

import { morph } from "./morph.js";

const AT_MOST_EVERY_MS = 250;
const POLL_MS = 15000;
const STALE_MS = 30000;
const BACK_OFF_FIRST_MS = 1000;
const BACK_OFF_MAX_MS = 30000;
const SPREAD_MS = { staff: 0, customs: 0, public: 1000, driver: 1000 }; // thousands of phones must not ask in the same instant
const NOT_AGAIN = new Set([4001, 4003, 4004]);
const FRESH_PER_RENDERING = /name="(csrfmiddlewaretoken|once)" value="[^"]*"/g;

const { liveStream: stream, liveAudience: audience } = document.body.dataset;
let seq = Number(document.body.dataset.liveSeq) || 0;

// ---------------------------------------------------------------- how old is what the page shows
const words = JSON.parse(document.getElementById("live-words")?.textContent ?? "{}");
const { currentAt: keptSince } = document.body.dataset; // ms: a copy kept for when the net is gone (guide-worker.js)
let currentAt = performance.now() - (keptSince ? Date.now() - Number(keptSince) : 0); // else the page was made a moment ago
let refused = false;

/** A random wait up to 1 s · 2^failures, and up to `most`: what failed together must not come back together. */
function backOff(failures, most) {
  return Math.random() * Math.min(most, BACK_OFF_FIRST_MS * 2 ** Math.min(failures, 10));
}

function inWords(template, value) {
  return (template ?? "").replace(/\{\w+\}/, value);
}

function showAge() {
  const age = performance.now() - currentAt;
  const seconds = Math.round(age / 1000);
  const open = socket?.readyState === WebSocket.OPEN;
  const state = refused ? "refused" : age >= STALE_MS ? (open ? "stale" : "offline") : open && age < pingMs * 1.5 ? "live" : "aging";
  const span = seconds < 120 ? inWords(words.s, seconds) : inWords(words.min, Math.round(seconds / 60));
  const text = inWords(words[state === "aging" ? "updated" : state], span);
  for (const place of document.querySelectorAll("[data-live-age], [data-live-status]")) {
    // A screen reader hears a change of state, not every second of it.
    place.setAttribute("aria-live", place.dataset.state === state ? "off" : "polite");
    place.dataset.state = state;
    if (place.textContent !== text) place.textContent = text;
  }
}

// ---------------------------------------------------------------- regions
const regions = new Map(); // element → {shown, wanted, busy, notBefore, timer, failures}

function note(element) {
  if (!regions.has(element)) regions.set(element, { shown: "", wanted: false, busy: false, notBefore: 0, timer: 0, failures: 0 });
  return regions.get(element);
}

function wants(element, event) {
  if ("liveMine" in element.dataset && !event.mine) return false;
  const kinds = (element.dataset.liveKinds ?? "").split(/\s+/).filter(Boolean);
  return kinds.length === 0 || kinds.some((prefix) => event.kind.startsWith(prefix));
}

function refresh(element, { spread = 0 } = {}) {
  const region = note(element);
  region.wanted = true;
  if (region.busy || region.timer) return;
  const wait = Math.max(region.notBefore - performance.now(), Math.random() * spread, 0);
  region.timer = setTimeout(() => load(element, region), wait);
}

function refreshAll(options) {
  document.querySelectorAll("[data-live-region]").forEach((element) => refresh(element, options));
}

async function load(element, region) {
  Object.assign(region, { timer: 0, busy: true, wanted: false, notBefore: performance.now() + AT_MOST_EVERY_MS });
  try {
    const html = await fetchRegion(element);
    region.failures = 0;
    if (html !== null) show(element, region, html);
  } catch {
    region.wanted = true; // the network is gone or the server busy
    region.notBefore = performance.now() + backOff(region.failures++, POLL_MS);
  } finally {
    region.busy = false;
  }
  if (region.wanted && element.isConnected && !refused) refresh(element);
  else settle();
}

async function fetchRegion(element) {
  const headers = { "X-Live-Region": element.dataset.liveRegion };
  const answer = await fetch(element.dataset.liveUrl, { headers, credentials: "same-origin", signal: AbortSignal.timeout(10000) });
  if (answer.redirected || [401, 403, 404, 410].includes(answer.status)) {
    refuse();
    return null;
  }
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.text();
}

function show(element, region, html) {
  const comparable = html.replace(FRESH_PER_RENDERING, "");
  if (comparable === region.shown) return;
  region.shown = comparable;
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  morph(element, fresh.content);
  document.dispatchEvent(new CustomEvent("portlane:region", { detail: { name: element.dataset.liveRegion, region: element } }));
}

function allShown() {
  return ![...regions.values()].some((region) => region.wanted || region.busy || region.timer);
}

// The page is current as of `confirmedAt` once nothing that was known then is left to draw.
let confirmedAt = currentAt;

function confirm() {
  confirmedAt = performance.now();
  settle();
}

function settle() {
  if (allShown() && confirmedAt > currentAt) {
    currentAt = confirmedAt;
    document.dispatchEvent(new CustomEvent("portlane:current"));
  }
  showAge();
}

// ---------------------------------------------------------------- the socket
let socket = null;
let pingMs = 15000;
let failures = 0;
let retryTimer = 0;
let watchdog = 0;

function connect() {
  clearTimeout(retryTimer);
  retryTimer = 0;
  if (refused || (socket && socket.readyState <= WebSocket.OPEN)) return;
  const query = new URLSearchParams({ stream, since: seq, audience });
  const mine = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/live/?${query}`);
  socket = mine;
  mine.onmessage = (message) => mine === socket && receive(JSON.parse(message.data));
  mine.onclose = (event) => mine === socket && lost(event.code);
  watch();
}

function watch() {
  clearTimeout(watchdog);
  watchdog = setTimeout(reconnect, pingMs * 2);
}

/** Gives the socket up without waiting for a close handshake that a dead network never answers. */
function reconnect() {
  const old = socket;
  socket = null;
  old?.close();
  lost(0);
}

function lost(code) {
  socket = null;
  clearTimeout(watchdog);
  if (NOT_AGAIN.has(code)) refreshAll(); // the server says whether the page itself may still be seen
  else if (!retryTimer) {
    retryTimer = setTimeout(connect, backOff(failures++, BACK_OFF_MAX_MS));
  }
  showAge();
}

function refuse() {
  refused = true;
  socket?.close();
  showAge();
}

function receive(frame) {
  watch();
  if (frame.t === "hello") pingMs = frame.ping_s * 1000;
  else if (frame.t === "events") happened(frame);
  else if (frame.t === "resync") {
    seq = frame.seq;
    refreshAll({ spread: SPREAD_MS[audience] * 5 });
    confirm();
  } else if (frame.t === "ping") pinged(frame);
}

function happened(frame) {
  if (frame.seq <= seq) return;
  if (frame.from > seq) {
    reconnect(); // something between was not heard: ask for it
    return;
  }
  const news = frame.events.filter((event) => event.seq > seq);
  seq = frame.seq;
  document.dispatchEvent(new CustomEvent("portlane:events", { detail: { from: frame.from, seq, events: news } }));
  for (const element of document.querySelectorAll("[data-live-region]")) {
    const about = news.filter((event) => wants(element, event));
    if (about.length) refresh(element, { spread: about.some((event) => event.mine) ? 0 : SPREAD_MS[audience] });
  }
  confirm();
}

function pinged(frame) {
  failures = 0;
  if (frame.seq > seq) return reconnect();
  confirm();
  document.querySelectorAll("[data-live-clock]").forEach((element) => refresh(element));
}

// ---------------------------------------------------------------- without a socket, and back from sleep
function poll() {
  const nothingToAsk = !document.querySelector("[data-live-region]");
  if (refused || nothingToAsk || socket?.readyState === WebSocket.OPEN) return;
  confirmedAt = performance.now();
  refreshAll({ spread: SPREAD_MS[audience] });
}

function wakeUp() {
  if (document.visibilityState !== "visible" || refused) return;
  if (performance.now() - currentAt > pingMs * 2 && socket) reconnect();
  failures = 0;
  if (!stream) poll();
  else if (!socket) connect();
  showAge();
}

if (stream !== undefined) {
  if (stream) connect();
  setInterval(poll, POLL_MS);
  setInterval(showAge, 1000);
  document.addEventListener("visibilitychange", wakeUp);
  window.addEventListener("online", wakeUp);
  window.addEventListener("offline", () => socket && reconnect());
  window.addEventListener("pageshow", (event) => event.persisted && (refreshAll(), wakeUp()));
}
