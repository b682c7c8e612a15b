// The gate's wires: keeps a fresh day list, asks the server about one vehicle, and tells what was done, each act until it is answered.
// When the server is not heard, a time without a net begins; it is told afterwards, since nobody is judged for it.

import * as clock from "./gate-clock.js";
import * as kept from "./gate-kept.js";
import { keysOf, opened } from "./gate-list.js";

const LIST_EVERY_MS = 20000;
const SEND_EVERY_MS = 10000;
const LOOK_WITHIN_MS = 2500; // longer than this nobody waits at a barrier: the day list answers
const WITHIN_MS = 10000;
const AT_ONCE = 50;
const LONGEST_SPAN_MS = 4 * 60 * 60 * 1000; // a longer one is told in parts (reservations/gate_spans.py)
const USELESS = [404, 410];
const NOT_TAKEN = [400, 409, 413, 422];

const main = document.querySelector("[data-gate]");
const trusted = JSON.parse(document.getElementById("gate-keys").textContent);

export const state = { online: navigator.onLine, signedOut: false, list: null, listUntil_s: 0, forged: false, keys: {}, span: null };

let csrf = main.querySelector("input[name=csrfmiddlewaretoken]").value;
let tag = "";
let tell = () => {};
let sending = null;

/** Starts with what this device keeps; `changed` is called whenever net, list or acts are other than before. */
export async function start(changed) {
  tell = changed;
  const [base, latest, text, trustedToo, span] = await Promise.all(
    ["clock", "latest", "list", "keys", "span"].map((name) => kept.get("state", name)),
  );
  clock.resume(base, latest);
  const isFresh = !document.body.dataset.keptAt; // the server has just named its keys; a kept copy's are older than the list's
  state.keys = await keysOf((!isFresh && text && trustedToo) || trusted);
  await continueSpan(span, latest);
  if (text) await take(text);
  await refresh();
  await send();
  setInterval(refresh, LIST_EVERY_MS);
  setInterval(send, SEND_EVERY_MS);
  window.addEventListener("online", () => refresh().then(send));
  window.addEventListener("offline", lost);
}

// ---------------------------------------------------------------- the day list
/** The list that may be used now, or null. */
export function goodList() {
  return state.list && clock.now() / 1000 < state.list.good_until_s ? state.list : null;
}

async function refresh() {
  kept.put("state", "latest", clock.now());
  const answer = await ask(main.dataset.list, { headers: tag ? { "If-None-Match": tag } : {} }, WITHIN_MS);
  if (answer?.status === 200) {
    const said = await answer.json();
    kept.put("state", "clock", clock.heard(said));
    csrf = said.csrf;
    if (await take(said.list)) {
      tag = answer.headers.get("ETag") ?? "";
      await kept.put("state", "list", said.list);
      await kept.put("state", "keys", { ...state.list.keys });
    }
  }
  await dropExpired();
  tell();
}

/** Reads a signed list; one that is not signed by a key this page knows changes nothing. */
async function take(text) {
  const said = await opened("PLD1", text, state.keys);
  state.forged = !said;
  if (!said) return false;
  state.keys = await keysOf(said.keys); // the next key is known before it signs; one that was taken out opens nothing more
  [state.list, state.listUntil_s] = [said, said.good_until_s];
  return true;
}

/** An expired list lets nobody in, and its plates are kept no longer. */
async function dropExpired() {
  if (!state.list || goodList()) return;
  state.list = null;
  state.keys = await keysOf(trusted);
  tag = "";
  await kept.drop("state", "list");
}

// ---------------------------------------------------------------- one vehicle
/** What the books say now: {rows, fault, alike}; null when the server cannot be asked. */
export async function look(asked) {
  if (!navigator.onLine) {
    lost();
    return null;
  }
  const answer = await ask(`${main.dataset.look}?${new URLSearchParams(asked)}`, {}, LOOK_WITHIN_MS);
  if (answer?.status !== 200) return null;
  const said = await answer.json();
  clock.heard(said);
  return said;
}

// ---------------------------------------------------------------- what was done
/** Keeps an act, then tells it. Whatever happens now, it is not lost. `byList`: decided by the day list, the server was not asked. */
export async function done(act, byList) {
  const span = byList ? await spanOfNow() : "";
  await kept.keepAct({ ...act, span, id: crypto.randomUUID(), at_ms: clock.now(), kept_ms: Date.now(), outcome: "" });
  tell();
  await send();
}

/** Tells all that is kept, oldest first; two at once would only tell the same. */
export function send() {
  sending ??= sendAll().finally(() => (sending = null));
  return sending;
}

async function sendAll() {
  if (!state.online || state.signedOut) return;
  await closeSpan();
  for (;;) {
    const waiting = (await kept.all("acts")).filter((act) => !act.outcome).sort((one, other) => one.at_ms - other.at_ms);
    const spans = await kept.all("spans");
    if (!waiting.length && !spans.some((span) => span.until_ms - span.since_ms >= kept.SHORT_SPAN_MS)) {
      for (const span of spans) await kept.drop("spans", span.id);
      return;
    }
    if (!(await sendSome(waiting.slice(0, AT_ONCE), spans))) return;
  }
}

async function sendSome(acts, spans) {
  const named = new Set(acts.map((act) => act.span));
  const wanted = spans.filter((span) => named.has(span.id) || span.until_ms - span.since_ms >= kept.SHORT_SPAN_MS);
  const body = { spans: wanted.map(spanTold), acts: acts.map(actTold) };
  const headers = { "Content-Type": "application/json", "X-CSRFToken": csrf };
  const answer = await ask(main.dataset.acts, { method: "POST", body: JSON.stringify(body), headers }, WITHIN_MS);
  if (NOT_TAKEN.includes(answer?.status)) return notTaken(acts, wanted, await answer.json().catch(() => ({})));
  if (answer?.status !== 200) return false;
  const { outcomes, ...at } = await answer.json();
  clock.heard(at);
  const told = outcomes.filter((each) => each.outcome !== "again"); // the books were busy: these are told again
  for (const each of told) await note(acts.find((act) => act.id === each.id), each);
  const left = new Set((await kept.all("acts")).filter((act) => !act.outcome).map((act) => act.span));
  for (const span of wanted) if (!left.has(span.id)) await kept.drop("spans", span.id);
  tell();
  return told.length === outcomes.length;
}

/** What the server cannot read must not keep the rest from it: each is told alone, and the one that it is says so. */
async function notTaken(acts, spans, { code = "", detail = "" }) {
  if (acts.length > 1) {
    for (const act of acts) if (!(await sendSome([act], spans))) return false;
    return true;
  }
  for (const act of acts) await note(act, { outcome: "refused", code, words: detail });
  if (!acts.length) for (const span of spans) await kept.drop("spans", span.id);
  tell();
  return true;
}

/** One that a rule spoke against did not happen: nobody was let in by it. */
async function note(act, { outcome, code, words }) {
  await kept.put("acts", act.id, { ...act, outcome, code, words });
  if (outcome === "refused" && act.kind === "let_in" && !act.span) await kept.drop("used", kept.usedKey(act));
}

const iso = (ms) => new Date(ms).toISOString();
const spanTold = ({ id, since_ms, until_ms }) => ({ id, since: iso(since_ms), until: iso(until_ms) });
const actTold = ({ id, kind, at_ms, span, entry, reservation, reason }) => ({ id, kind, at: iso(at_ms), span, entry, reservation, reason });

// ---------------------------------------------------------------- the net
/** Fetches; null when nothing was heard, or somebody has to sign in first. */
async function ask(url, options, within_ms) {
  let answer;
  try {
    answer = await fetch(url, { credentials: "same-origin", redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(within_ms), ...options });
  } catch {
    lost();
    return null;
  }
  if (answer.status === 503 && answer.headers.has("Retry-After")) {
    await found(); // busy for a moment: the net is there
    return null;
  }
  if (answer.status >= 500) {
    lost();
    return null;
  }
  state.signedOut = answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403 || USELESS.includes(answer.status);
  await found();
  return state.signedOut ? null : answer;
}

async function lost() {
  const isNew = state.online;
  state.online = false;
  if (state.span && clock.now() - state.span.since_ms >= LONGEST_SPAN_MS) await closeSpan();
  if (!state.span) {
    state.span = { id: crypto.randomUUID(), since_ms: clock.now() };
    kept.put("state", "span", state.span);
  }
  if (isNew) tell();
}

async function found() {
  if (state.online) return;
  state.online = true;
  await closeSpan();
  tell();
}

/** The time without a net is over: it is kept until it was told. */
async function closeSpan(until_ms = clock.now()) {
  if (!state.span) return;
  const span = { ...state.span, since_ms: Math.min(state.span.since_ms, until_ms - 1), until_ms }; // a device's clock may be set back
  state.span = null;
  await kept.put("spans", span.id, span);
  await kept.drop("state", "span");
}

/** A page that was closed meanwhile kept nobody out: its time ends when it was last open. */
async function continueSpan(span, latest) {
  if (!span) return;
  state.span = span;
  if (clock.now() - latest > kept.SHORT_SPAN_MS) await closeSpan(Math.max(latest, span.since_ms + 1));
}

/** What was decided without a net counts as done without, though the net came back before the button was pressed. */
async function spanOfNow() {
  if (state.span) return state.span.id;
  const span = { id: crypto.randomUUID(), since_ms: clock.now() - 1, until_ms: clock.now() };
  await kept.put("spans", span.id, span);
  return span.id;
}
