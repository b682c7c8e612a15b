// Portlane's present moment, with a net and without. A clock that was set back makes no list good again: the latest moment that this
// device has shown is remembered, and time never stands before it.

const SMALLEST_STEP_MS = 1000;

let base = {
  serverMs: Date.parse(document.body.dataset.now),
  realMs: Number(document.body.dataset.keptAt) || Date.now(), // a kept copy was made then (gate-worker.js)
  speed: Number(document.body.dataset.speed) || 1,
};
let latestMs = 0;

/** What the server said its clock shows, and how fast it runs; returns what is worth keeping for when there is no net. */
export function heard({ now_ms: serverMs, speed }) {
  base = { serverMs, realMs: Date.now(), speed };
  latestMs = serverMs; // the server's word goes before what this device remembers
  return base;
}

/** Goes on from what was kept. */
export function resume(kept, latest) {
  if (kept && kept.serverMs > base.serverMs) base = kept;
  latestMs = Math.max(latestMs, latest || 0);
}

/** The present moment in ms since 1970. */
export function now() {
  const moment = base.serverMs + Math.max(0, Date.now() - base.realMs) * base.speed;
  if (moment > latestMs + SMALLEST_STEP_MS) latestMs = moment;
  return Math.max(moment, latestMs);
}
