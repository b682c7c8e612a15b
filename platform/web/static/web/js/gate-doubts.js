// What a person at the gate has to decide, drawn by the server and looked at again every few seconds while there is a net.

import { state } from "./gate-sync.js";
import { morph } from "./morph.js";

const EVERY_MS = 5000;
const WITHIN_MS = 8000;

const main = document.querySelector("[data-gate]");
const place = document.getElementById("doubts");
let sending = false;

async function load(url, options = {}) {
  try {
    const answer = await fetch(url, { credentials: "same-origin", redirect: "manual", signal: AbortSignal.timeout(WITHIN_MS), ...options });
    if (answer.type === "opaqueredirect" || answer.status >= 500 || answer.status === 403) return;
    draw(await answer.text());
  } catch {
    // no net: what is shown is hidden by its style, and asked for again
  }
}

/** As the server drew it; what is typed into it and the focus stay (morph.js). */
function draw(html) {
  const fresh = document.createElement("div");
  fresh.append(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
  morph(place, fresh);
}

function again() {
  if (state.online && !state.signedOut && !sending && !document.hidden) load(main.dataset.doubts);
}

/** Starts; `look(text)` is what a reading's button does. */
export function start(look) {
  place.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (sending) return;
    sending = true;
    await load(event.target.action, { method: "POST", body: new URLSearchParams(new FormData(event.target)) });
    sending = false;
    document.getElementById("scan").focus();
  });
  place.addEventListener("click", (event) => {
    const button = event.target.closest("[data-look]");
    if (button) look(button.dataset.look);
  });
  again();
  setInterval(again, EVERY_MS);
}
