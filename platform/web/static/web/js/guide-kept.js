// The visit without a net: a copy of the driver's own page is kept by the service worker (guide-worker.js), and what he taps is
// kept here, with the id that makes it count once, until it could be sent.

const TAPS = "portlane.taps";
const ANSWER_WITHIN_MS = 10000;
const NOTE_EVERY_MS = 5000;
const RETRY_MS = 15000;
const SAY_AFTER_MS = 1500; // what is answered at once needs no word

const words = JSON.parse(document.getElementById("guide-words").textContent);
const region = document.querySelector("[data-live-region='turn']");
const list = document.getElementById("kept-taps");
const page = location.pathname;
let keptKey = ""; // the way that the copy shows
let isOver = false;
let noted = 0;
let sending = false;

// ---------------------------------------------------------------- the copy
/** Has the worker fetch and keep this page as it is now, with all it needs; again only when the way is another one. */
export async function keep() {
  isOver = false;
  show();
  flush();
  const key = `${document.getElementById("guide")?.dataset.key} ${document.querySelector(".sign")?.className}`;
  if (!("serviceWorker" in navigator) || key === keptKey || !document.getElementById("guide")) return;
  try {
    await navigator.serviceWorker.register(region.dataset.worker, { scope: "/turns/" });
    const { active } = await navigator.serviceWorker.ready;
    if (isOver) return; // meanwhile
    active.postMessage({ keep: page, files: region.dataset.keep.split(" ") });
    keptKey = key;
  } catch {
    // a browser without a worker, or the net is gone already: the open page still does its work
  }
}

/** The visit is over: nothing of it stays on the phone. */
export async function forget() {
  [isOver, keptKey] = [true, ""];
  await flush();
  (await worker())?.postMessage({ forget: page });
}

/** As long as the open page is known to be current, its copy is too. */
async function noteCurrent() {
  if (!keptKey || Date.now() - noted < NOTE_EVERY_MS) return;
  noted = Date.now();
  (await worker())?.postMessage({ current: page });
}

async function worker() {
  return (await navigator.serviceWorker?.getRegistration("/turns/"))?.active;
}

// ---------------------------------------------------------------- taps
function taps() {
  try {
    return JSON.parse(localStorage.getItem(TAPS) ?? "[]");
  } catch {
    return [];
  }
}

function store(kept) {
  if (kept.length) localStorage.setItem(TAPS, JSON.stringify(kept));
  else localStorage.removeItem(TAPS);
  show();
}

/** Keeps what a form says, then tries to send it. */
export function take(form) {
  const fields = Object.fromEntries([...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken"));
  const url = new URL(form.action).pathname;
  const act = form.querySelector("button").textContent.trim();
  const others = taps().filter((kept) => kept.url !== url); // the newest answer to one question holds
  store([...others, { url, fields, act, at: Date.now() }]);
  setTimeout(() => show(), SAY_AFTER_MS + 100);
  flush();
}

/** Sends what is kept, oldest first. What gets no answer stays; the server knows a tap that it has had before. */
async function flush() {
  if (sending || !taps().length) return;
  sending = true;
  try {
    while (taps().length) if (!(await send(taps()[0]))) break;
  } finally {
    sending = false;
  }
}

async function send(kept) {
  const token = document.querySelector("input[name=csrfmiddlewaretoken]").value;
  const body = new URLSearchParams({ ...kept.fields, csrfmiddlewaretoken: token });
  let answer;
  try {
    answer = await fetch(kept.url, { method: "POST", body, credentials: "same-origin", signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
  } catch {
    return false;
  }
  if (answer.status >= 500 || answer.status === 403 || answer.url.includes("/sign-in/")) {
    if (answer.status < 500) show(words.signIn);
    return false;
  }
  const text = await answer.text();
  store(taps().filter((other) => other.fields.once !== kept.fields.once));
  await draw(text, kept);
  return true;
}

/** The answer is the page as it is now, with what was refused, if anything was. */
async function draw(text, kept) {
  const fresh = new DOMParser().parseFromString(text, "text/html").querySelector("[data-live-region='turn']")?.closest("main");
  if (!fresh || !kept.url.startsWith(page)) return;
  const { morph } = await import("./morph.js");
  const main = document.getElementById("main");
  main.querySelectorAll(":scope > .notice[role='alert']:not([id])").forEach((old) => old.remove());
  const refusal = fresh.querySelector(":scope > .notice[role='alert']:not([id])");
  if (refusal) main.insertBefore(refusal, main.querySelector(".live"));
  morph(region, fresh.querySelector("[data-live-region='turn']"));
  document.dispatchEvent(new CustomEvent("portlane:region", { detail: { name: "turn", region } }));
  if (refusal) refusal.scrollIntoView({ block: "nearest" });
  else scrollTo({ top: 0 });
}

function show(sentence) {
  const waiting = taps();
  const late = waiting.filter(({ at }) => Date.now() - at > SAY_AFTER_MS);
  list.replaceChildren(...late.map((kept) => line(kept, sentence ?? words.kept)));
  for (const form of document.querySelectorAll("form[data-tap]")) {
    const isKept = waiting.some((kept) => kept.url === new URL(form.action).pathname);
    form.toggleAttribute("data-kept", isKept);
    form.querySelector("button").disabled = isKept;
  }
}

function line({ act, at }, sentence) {
  const item = document.createElement("li");
  item.className = "notice heed";
  const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at);
  item.textContent = sentence.replace("{act}", act).replace("{time}", time);
  return item;
}

document.addEventListener("portlane:current", noteCurrent);
document.addEventListener("portlane:current", flush);
document.addEventListener("portlane:region", () => show());
window.addEventListener("online", flush);
setInterval(flush, RETRY_MS);
