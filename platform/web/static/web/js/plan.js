// The live plan. The drawing comes once with the page; from then on each event brings the states of the bays it is about.
//
//   <div data-live-region="plan">  has the legend, what is closed, and a patch (JSON #plan-patch: web/staff/plan.py, `patch`)
//   <svg data-plan>                has every bay as <a class="bay <state> <flags>" data-key="<code>">

import { startCard } from "./plan-card.js";
import { startDrag } from "./plan-drag.js";
import { startKeys } from "./plan-keys.js";
import { startView } from "./plan-view.js";

const FREE = ["free", "", ""];
const SVG = "http://www.w3.org/2000/svg";

const frame = document.querySelector("[data-plan-frame]");

function start() {
  const svg = frame.querySelector("[data-plan]");
  const region = frame.querySelector("[data-live-region=plan]");
  const words = JSON.parse(document.getElementById("plan-words").textContent);
  const bays = new Map([...svg.querySelectorAll("a.bay")].map((bay) => [bay.dataset.key, bay]));
  const plates = new Map(); // bay code → the plate of who has it
  const view = startView(svg, frame);
  let seq = -1;
  let layout = null;

  // ---------------------------------------------------------------- states
  function say(bay, [state, flags, plate]) {
    const spoken = [`${bay.dataset.key}: ${words[state]}`, plate, ...flags.split(" ").map((flag) => words[flag])];
    bay.setAttribute("aria-label", spoken.filter(Boolean).join(", "));
  }

  function show(bay, spot) {
    const code = bay.dataset.key;
    const keep = ["found", "shown", "fits", "unfit", "from", "target"].filter((name) => bay.classList.contains(name));
    const look = ["bay", spot[0], ...spot[1].split(" "), ...keep].filter(Boolean).join(" ");
    if (bay.getAttribute("class") !== look) bay.setAttribute("class", look);
    say(bay, spot);
    if (spot[2]) plates.set(code, spot[2]);
    else plates.delete(code);
    badge(bay, spot[1].includes("doubted"));
  }

  function draw() {
    const patch = JSON.parse(region.querySelector("#plan-patch").textContent);
    if (layout !== null && patch.layout !== layout) return anew();
    layout = patch.layout;
    if (patch.seq < seq) return;
    seq = patch.seq;
    if (patch.whole) for (const [code, bay] of bays) show(bay, patch.bays[code] ?? FREE);
    else for (const code of Object.keys(patch.bays)) if (bays.has(code)) show(bays.get(code), patch.bays[code]);
    for (const part of svg.querySelectorAll(".aisle, .ground-zone")) {
      part.classList.toggle("closed", patch.closed.includes(part.dataset.key));
      part.classList.toggle("leaving", patch.leaving.includes(part.dataset.key.slice("zone ".length)));
    }
    const url = new URL(region.dataset.liveUrl, location.href);
    url.searchParams.set("since", seq);
    region.dataset.liveUrl = url.pathname + url.search;
    frame.dataset.seq = seq;
  }

  /** Another plan took effect: its drawing comes with the page, once the person has finished what is open. */
  function anew() {
    const open = document.querySelector("dialog[open]");
    if (open) open.addEventListener("close", () => location.reload(), { once: true });
    else location.reload();
  }

  function badge(bay, wanted) {
    const place = svg.querySelector("[data-badges]");
    const known = place.querySelector(`[data-of="${CSS.escape(bay.dataset.key)}"]`);
    if (!wanted || known) return wanted || known?.remove();
    const box = bay.querySelector("polygon").getBBox();
    const mark = document.createElementNS(SVG, "g");
    mark.dataset.of = bay.dataset.key;
    mark.setAttribute("transform", `translate(${box.x + box.width / 2} ${box.y + box.height / 2})`);
    mark.innerHTML = '<circle></circle><text dy=".36em">?</text>';
    place.append(mark);
  }

  /** What came of it, to be read and heard after the deed. */
  function tell(text) {
    frame.querySelector("[data-plan-said]").textContent = text;
  }

  // ---------------------------------------------------------------- search
  const search = document.querySelector("[data-plan-search]");
  const plain = (text) => text.toUpperCase().replace(/[\s·.-]/g, "");

  function find() {
    const wanted = plain(search.value);
    let first = null;
    let count = 0;
    for (const [code, bay] of bays) {
      const found = wanted.length > 1 && (plain(code) === wanted || plain(plates.get(code) ?? "").includes(wanted));
      bay.classList.toggle("found", found);
      if (found) first ??= bay;
      count += found;
    }
    const long = wanted.length > 1;
    tell(count ? words.found.replace("{n}", count) : long ? words.nobody : "");
    return first;
  }

  search?.addEventListener("input", find);
  search?.form.addEventListener("submit", (event) => {
    event.preventDefault();
    const first = find();
    if (!first) return;
    view.reveal(first);
    first.focus();
  });

  // ---------------------------------------------------------------- start
  for (const bay of bays.values()) bay.querySelector("title").remove(); // the card says it; its name is in aria-label
  draw();
  document.addEventListener("portlane:region", (event) => event.detail.region === region && draw());
  document.addEventListener("portlane:adopted", draw);
  startKeys(svg, bays, view);
  startCard(svg, frame, bays);
  startDrag(svg, plates, words, tell);
}

if (frame) start();
