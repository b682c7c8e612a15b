// Small comforts on top of pages that work without it: a filter while typing, a countdown, clocks, fields that belong to a choice.

const clockStart = Date.parse(document.body.dataset.now);
const realStart = Number(document.body.dataset.keptAt) || Date.now(); // a kept copy was made then (guide-worker.js)
const speed = Number(document.body.dataset.speed) || 1;

/** Portlane's present moment in ms: the server's clock, which a demo may run faster than the real one. */
function now() {
  return clockStart + (Date.now() - realStart) * speed;
}

function filterRows(input) {
  const list = document.querySelector(input.dataset.filter);
  const rows = [...list.querySelectorAll("[data-words]")];
  const none = list.querySelector("[data-filter-none]");
  const show = () => {
    const wanted = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      row.hidden = !wanted.every((word) => row.dataset.words.includes(word));
      shown += row.hidden ? 0 : 1;
    }
    if (none) none.hidden = shown > 0 || rows.length === 0;
  };
  input.addEventListener("input", show);
}

function showWithChoice(part) {
  const radios = part.closest("form").querySelectorAll(`input[name="${part.dataset.shownWith}"]`);
  const show = () => {
    const chosen = [...radios].find((radio) => radio.checked);
    part.hidden = chosen?.value !== part.dataset.shownFor;
  };
  radios.forEach((radio) => radio.addEventListener("change", show));
  show();
}

function twoDigits(number) {
  return String(number).padStart(2, "0");
}

function remaining(seconds) {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  return `${hours ? `${hours}:${twoDigits(minutes)}` : minutes}:${twoDigits(seconds % 60)}`;
}

function tick() {
  const moment = now();
  for (const place of document.querySelectorAll("[data-countdown]")) {
    const left = Math.floor((Date.parse(place.dataset.countdown) - moment) / 1000);
    place.textContent = left > 0 ? remaining(left) : place.dataset.over;
    place.classList.toggle("over", left <= 0);
  }
  for (const place of document.querySelectorAll("[data-clock]")) {
    const options = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: place.dataset.clock };
    place.textContent = new Intl.DateTimeFormat("en-GB", options).format(moment);
  }
  ownTimes(); // regions that were drawn anew bring new times
}

/** A reader whose own clock shows neither side's time sees theirs beside it. */
function ownTimes() {
  const own = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  for (const place of document.querySelectorAll("time[data-own]:not([data-told])")) {
    const text = own.format(Date.parse(place.dateTime));
    place.dataset.told = "1";
    if ((place.textContent + (place.nextElementSibling?.textContent ?? "")).includes(text)) continue;
    const beside = document.createElement("span");
    beside.className = "muted small nowrap";
    beside.textContent = `(${text} ${place.dataset.own})`;
    place.after(" ", beside);
  }
}

/** A second press while the first is on its way would only wait: the server has one id for both anyway. */
function pressOnce(event) {
  const form = event.target.closest("form[data-once]");
  if (!form || event.defaultPrevented) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "1";
  setTimeout(() => delete form.dataset.sent, 8000);
}

/** What a gate has not sent yet must not go with the session; looked at only when somebody signs out. */
async function signOut(event) {
  event.preventDefault();
  const form = event.target;
  try {
    const { signOut: asked } = await import("./sign-out.js");
    await asked(form, event.submitter);
  } catch {
    form.elements.kept.value = "1"; // not looked at: nothing is emptied
    form.submit();
  }
}

document.addEventListener("submit", pressOnce);
document.querySelector("form[data-sign-out]")?.addEventListener("submit", signOut);
document.querySelectorAll("input[data-filter]").forEach(filterRows);
document.querySelectorAll("[data-shown-with]").forEach(showWithChoice);
document.querySelector(".office-links [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));
document.addEventListener("portlane:region", tick);
tick();
setInterval(tick, speed > 1 ? 250 : 1000);
