// The page of a gate. One field takes a plate or a pass (typed, or by a hand scanner that types and presses Enter); one verdict and one
// act follow. With a net the books are asked; without one the signed day list on this device answers, for four hours.

import { isPossible, scan } from "./gate-camera.js";
import { now } from "./gate-clock.js";
import { decide } from "./gate-decide.js";
import * as doubts from "./gate-doubts.js";
import * as kept from "./gate-kept.js";
import { isToken, passOf, rowsOf } from "./gate-list.js";
import * as sync from "./gate-sync.js";
import * as view from "./gate-view.js";

const LOOK_AGAIN_MS = 4000;
const DRAW_EVERY_MS = 15000;
const FORGET_EVERY_MS = 60 * 60 * 1000;

const words = JSON.parse(document.getElementById("gate-words").textContent);
const main = document.querySelector("[data-gate]");
const form = document.getElementById("ask");
const field = form.elements.scan;
const camera = document.getElementById("camera");
const isExit = main.dataset.kind === "exit";
let shown = null; // what the verdict is about
let asked = 0;

// ---------------------------------------------------------------- whom is it about
async function find(text) {
  const turn = ++asked;
  const token = isToken(text) ? text.trim() : "";
  const told = await sync.look(token ? { pass: token } : { plate: text });
  if (turn !== asked) return; // another vehicle was scanned meanwhile
  if (sync.state.signedOut) return draw();
  if (told) return meet(told.rows, { fault: told.fault, byPass: Boolean(token), typed: token ? "" : text, alike: told.alike });
  await findOffline(text, token, turn);
}

async function findOffline(text, token, turn) {
  const list = sync.goodList();
  if (!list) return refuse("no_list", { typed: token ? "" : text });
  if (!token) {
    const { rows, alike } = rowsOf(list, text, words.alike);
    return meet(rows, { list, typed: text, alike });
  }
  if (!Object.keys(sync.state.keys).length) return refuse("no_crypto", {});
  const pass = await passOf(token, sync.state.keys);
  if (turn !== asked) return;
  if (!pass) return refuse("pass_not_valid", {});
  meet(list.rows.filter((row) => row.reservation === pass.reservation), { list, pass, byPass: true });
}

function meet(rows, about) {
  if (about.fault) return refuse(about.fault, about);
  if (rows.length > 1 || (about.alike && rows.length)) {
    return view.showChoice(rows, about.alike ? "alike" : "several", (row) => judge({ ...about, row }));
  }
  return judge({ ...about, row: rows[0] ?? null });
}

async function judge(about) {
  const key = kept.usedKey({ reservation: about.row?.reservation ?? about.pass?.reservation, entry: about.row?.entry });
  const used = key ? await kept.get("used", key) : null;
  const { row, pass = null, list = null } = about;
  show(decide({ row, pass, list, used, at_s: now() / 1000, isExit }), about);
}

function refuse(why, about) {
  show({ verdict: "stop", why, fill: {}, act: "" }, { row: null, ...about });
}

function show(decided, about) {
  shown = { decided, about };
  view.showVerdict(decided, about, { act, refuse: (reason) => act("refuse", reason) });
}

/** Who waits may be called any moment: the card follows the books. */
async function lookAgain() {
  const at = shown;
  if (!at || !sync.state.online || !["wait", "arrive"].includes(at.decided.verdict) || !at.about.row?.entry) return;
  const told = await sync.look({ entry: at.about.row.entry });
  if (told?.rows.length && shown === at && told.rows[0].state !== at.about.row.state) judge({ ...at.about, row: told.rows[0] });
}

// ---------------------------------------------------------------- what is done
async function act(kind, reason = "") {
  const { row, pass, typed } = shown.about;
  const told = shown;
  const refs = { entry: row?.entry ?? "", reservation: row?.reservation || pass?.reservation || "" };
  clear(); // its buttons are gone before anything else may be pressed
  const turn = asked;
  try {
    await sync.done({ kind, reason, ...refs, plate: row ? `${row.country} ${row.plate}` : (typed ?? "") }, Boolean(told.about.list));
  } catch (problem) {
    if (turn === asked) show(told.decided, told.about); // it could not be kept: it is not done
    throw problem;
  }
  if (turn !== asked) return;
  if (kind === "arrive" && sync.state.online && refs.reservation) await lookForArrived(row);
}

/** It joined the order: where it stands now, and perhaps it was called at once. */
async function lookForArrived(row) {
  const told = row && (await sync.look({ plate: row.plate }));
  const here = told?.rows.find((each) => each.vehicle === row.vehicle && each.entry);
  if (here && !shown) judge({ row: here, byPass: false });
}

function clear() {
  shown = null;
  asked += 1;
  view.hideVerdict();
  field.value = "";
  field.focus();
}

// ---------------------------------------------------------------- the page
async function draw() {
  const acts = await kept.all("acts");
  view.showActs(acts);
  view.showNet(sync.state, sync.goodList(), acts.filter((each) => !each.outcome).length);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = field.value.trim();
  if (!text) return;
  field.value = "";
  find(text);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") clear();
  const pressed = document.querySelector(`#verdict [data-key="${event.key}"]`);
  if (!pressed || event.repeat) return;
  event.preventDefault();
  pressed.click();
});
main.querySelector("[data-camera]").hidden = !isPossible();
main.querySelector("[data-camera]").addEventListener("click", async () => {
  try {
    await scan(camera, find);
  } catch {
    camera.querySelector("p").textContent = words.net.no_camera;
    camera.hidden = false;
  }
});

async function keepPage() {
  try {
    await navigator.serviceWorker.register(main.dataset.worker, { scope: "/gate/" });
    const { active } = await navigator.serviceWorker.ready;
    active.postMessage({ keep: location.pathname, files: main.dataset.keep.trim().split(/\s+/) });
    await navigator.storage?.persist?.(); // what was done must outlive a full disk
  } catch {
    // no worker, or no net: the open page still does its work
  }
}

/** Closing with acts that are not sent loses none of them, but nobody sends them either. */
window.addEventListener("beforeunload", (event) => {
  if (!main.querySelector("[data-kept-says]").hidden && sync.state.online) event.preventDefault();
});
kept.forgetOld();
setInterval(kept.forgetOld, FORGET_EVERY_MS);
setInterval(draw, DRAW_EVERY_MS);
setInterval(lookAgain, LOOK_AGAIN_MS);
sync.start(draw).then(draw);
doubts.start(find);
if ("serviceWorker" in navigator) keepPage();
