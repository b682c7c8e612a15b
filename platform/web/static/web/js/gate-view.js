// Draws what the gate's page shows: the verdict with its plate and buttons, what was done, and how it stands with net and list.

import { now } from "./gate-clock.js";

const words = JSON.parse(document.getElementById("gate-words").textContent);
const main = document.querySelector("[data-gate]");
const section = document.getElementById("verdict");
const SHAPES = { go: "open", leave: "open", arrive: "open", wait: "none", ask: "call", stop: "closed" };
const SOON_S = 30 * 60;
const SHOWN = 12;

const zone = main.dataset.zone;
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone });

/** An hour and minute of the port; with the day where it is another one. */
export function time(s) {
  const day = new Intl.DateTimeFormat("en-CA", { timeZone: zone });
  const told = clock.format(s * 1000);
  return day.format(s * 1000) === day.format(now()) ? told : `${day.format(s * 1000)} ${told}`;
}

export function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

function shape(name) {
  return document.querySelector(`#shapes [data-shape="${name}"] svg`).cloneNode(true);
}

// ---------------------------------------------------------------- the verdict
/** `decided`: of gate-decide.js; `about`: {row, pass, byPass, vehicle}; `on`: what the buttons do. */
export function showVerdict(decided, about, on) {
  const fill = { ...decided.fill };
  if (fill.time_s) fill.time = time(fill.time_s);
  const head = make("p", "verdict-head");
  head.append(shape(SHAPES[decided.verdict]), make("strong", "", words.verdict[decided.verdict]));
  const why = make("p", "verdict-why", filled(words.why[decided.why] ?? decided.why, fill));
  const bay = about.row?.bay ? make("p", "gate-bay", `${words.facts.bay} ${about.row.bay}`) : null;
  section.className = `verdict ${decided.verdict}`;
  section.replaceChildren(...[head, plateOf(about), bay, why, buttons(decided, on), factsOf(about)].filter(Boolean));
  section.hidden = false;
  section.scrollIntoView({ block: "nearest" });
}

export function hideVerdict() {
  section.hidden = true;
  section.replaceChildren();
}

function plateOf({ row, typed }) {
  const plate = make("p", "gate-plate");
  if (row?.country) plate.append(make("span", "country", row.country), " ");
  plate.append(make("b", "", row?.plate ?? typed ?? words.facts.plate_unknown));
  return plate;
}

function factsOf({ row, pass, byPass }) {
  const list = make("dl", "facts");
  const add = (name, value) => {
    if (!value) return;
    const line = make("div");
    line.append(make("dt", "", words.facts[name]), make("dd", "", value));
    list.append(line);
  };
  const at = row?.starts_s ? row : pass;
  add("slot", at?.starts_s ? `${time(at.starts_s)}–${time(at.ends_s)}` : "");
  add("lane", row?.lane ?? pass?.lane);
  add("ticket", row?.ticket ? String(row.ticket) : "");
  add("cargo", words.cargo[row?.cargo]);
  add("hazard", row?.hazard);
  add("reservation", row?.reservation || pass?.reservation);
  if (row) add("found", words.facts[byPass ? "by_pass" : "by_plate"]);
  return list.childElementCount ? list : null;
}

function buttons({ verdict, act }, on) {
  const place = make("div", "verdict-acts");
  if (act) place.append(button(words.acts[act], `button wide ${verdict === "ask" ? "" : "primary"}`, "F2", () => on.act(act)));
  place.append(refusal(on));
  return place;
}

function button(text, className, key, press) {
  const made = make("button", className, text);
  made.type = "button";
  if (key) {
    made.dataset.key = key;
    made.setAttribute("aria-keyshortcuts", key);
    made.append(make("kbd", "", key));
  }
  made.addEventListener("click", () => {
    if (!made.disabled) press(made);
    made.disabled = made.dataset.key === "F2"; // one decision, one act
  });
  return made;
}

function refusal(on) {
  const form = make("form", "refuse");
  const choice = make("select");
  choice.setAttribute("aria-label", words.acts.reason_needed);
  choice.append(new Option(words.acts.reason_needed, ""), ...Object.entries(words.refusals).map(([code, text]) => new Option(text, code)));
  choice.required = true;
  const press = make("button", "button danger wide", words.acts.refuse);
  press.dataset.key = "F4";
  press.append(make("kbd", "", "F4"));
  form.append(choice, press);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    on.refuse(words.refusals[choice.value]);
  });
  return form;
}

/** Several vehicles may be meant: a person chooses. */
export function showChoice(rows, why, choose) {
  section.className = "verdict ask";
  const head = make("p", "verdict-head");
  head.append(shape("call"), make("strong", "", words.verdict.ask));
  const list = make("div", "verdict-acts many");
  for (const row of rows) {
    const one = button("", "button wide", "", () => choose(row));
    one.append(make("span", "country", row.country), " ", make("b", "", row.plate), " ", make("span", "muted", row.lane));
    list.append(one);
  }
  section.replaceChildren(head, make("p", "verdict-why", words.why[why]), list);
  section.hidden = false;
}

// ---------------------------------------------------------------- what was done
export function showActs(acts) {
  const shown = [...acts].sort((one, other) => other.at_ms - one.at_ms).slice(0, SHOWN);
  document.getElementById("done").replaceChildren(...shown.map(lineOf));
  document.querySelector("[data-nothing-done]").hidden = shown.length > 0;
}

function lineOf(act) {
  const line = make("li", act.outcome || "kept");
  const said = words.acts[act.outcome || "kept"];
  line.append(
    make("time", "", time(act.at_ms / 1000)),
    make("b", "plate", act.plate || act.reservation || act.entry),
    make("span", "", words.acts[`${act.kind}_done`]),
    make("span", "muted", filled(said, { words: act.words ?? "" })),
  );
  return line;
}

// ---------------------------------------------------------------- net and list
export function showNet(state, list, waiting) {
  const offline = !state.online;
  const net = offline ? filled(words.net.offline, { time: time((state.span?.since_ms ?? now()) / 1000) }) : words.net.online;
  says("net", state.signedOut ? words.net.sign_in : net, offline || state.signedOut ? "bad" : "good");
  says("list-says", listWords(state, list), list && list.good_until_s - now() / 1000 > SOON_S ? "" : "heed");
  says("kept-says", waiting === 1 ? words.net.kept_one : filled(words.net.kept, { count: waiting }), "heed");
  main.querySelector("[data-kept-says]").hidden = waiting === 0;
  document.documentElement.classList.toggle("offline", offline);
}

function listWords(state, list) {
  const until = time(state.listUntil_s);
  if (state.forged) return words.net.list_forged;
  if (!list) return state.listUntil_s ? filled(words.net.list_over, { until }) : words.net.list_none;
  const left_s = list.good_until_s - now() / 1000;
  if (left_s <= SOON_S) return filled(words.net.list_soon, { minutes: Math.max(0, Math.floor(left_s / 60)) });
  return filled(words.net.list, { made: time(list.made_at_s), until });
}

function says(name, text, tone) {
  const place = main.querySelector(`[data-${name}]`);
  if (place.textContent !== text) place.textContent = text;
  place.dataset.tone = tone;
  place.hidden = false;
}
