// The desk, faster: buttons without a page load, details in a sheet, keys. Every page and form works without this file.

import { morph } from "./morph.js";
import { startKeys, remark } from "./staff-keys.js";

const sheet = document.getElementById("sheet");
const place = sheet.querySelector("[data-sheet-place]");
const messages = document.getElementById("messages");
const reasons = new Map(); // entry ref → the reasons shown below its line
let opener = null;
let heardSeq = 0; // the newest event that live.js heard of

// ---------------------------------------------------------------- pages fetched behind the page
async function load(url, options = {}) {
  const response = await fetch(url, { credentials: "same-origin", ...options });
  return { response, page: new DOMParser().parseFromString(await response.text(), "text/html") };
}

/**
 * Take from a fetched page what this one shows too: its live regions, or the whole content with its address, and its messages.
 * Regions of a page older than the newest event are left alone: live.js is drawing them anew already.
 */
function adopt(page, url) {
  const regions = document.querySelectorAll("[data-live-region]");
  if (regions.length && page.querySelector("[data-live-region]")) {
    if (Number(page.body.dataset.liveSeq) < heardSeq) return say(page);
    for (const region of regions) {
      const fresh = page.querySelector(`[data-live-region="${region.dataset.liveRegion}"]`);
      if (fresh) morph(region, fresh);
    }
    document.dispatchEvent(new CustomEvent("portlane:adopted"));
    restore();
  } else {
    const [here, there] = [document.getElementById("main"), page.getElementById("main")];
    const keep = [...here.children].filter((part) => part.id === "messages");
    here.replaceChildren(...keep, ...[...there.children].filter((part) => part.id !== "messages"));
    here.className = there.className;
    document.title = page.title;
    history.replaceState(null, "", url);
  }
  say(page);
}

function say(page) {
  const said = page.getElementById("messages");
  messages.replaceChildren(...(said ? said.children : []));
  clearTimeout(say.timer);
  say.timer = setTimeout(() => messages.querySelectorAll(".good").forEach((part) => part.remove()), 8000);
}

// ---------------------------------------------------------------- the sheet
async function openSheet(url) {
  const { response, page } = await load(url);
  if (!response.ok && response.status !== 422) return location.assign(url);
  fillSheet(page);
}

/** Show a page's part for sheets; a page without one (an error, say) is shown whole, so that nothing it says is lost. */
function fillSheet(page) {
  const body = page.querySelector("[data-sheet-body]") ?? page.getElementById("main");
  if (!body) return location.reload();
  body.removeAttribute("id");
  place.replaceChildren(body);
  if (!sheet.open) {
    opener = document.activeElement;
    sheet.showModal();
  }
  const first = ["[aria-invalid=true]", "[autofocus]", "input:not([type=hidden]), select, textarea"];
  (first.map((wanted) => body.querySelector(wanted)).find(Boolean) ?? sheet).focus();
}

sheet.addEventListener("close", () => {
  place.replaceChildren();
  if (opener?.isConnected) opener.focus();
});

// ---------------------------------------------------------------- buttons and links
async function send(form, button) {
  if (form.dataset.busy) return;
  form.dataset.busy = "1";
  const url = button?.getAttribute("formaction") ?? form.getAttribute("action") ?? location.href;
  const body = new FormData(form, button);
  try {
    const { response, page } = await load(url, { method: "POST", body });
    if (response.redirected && response.ok) {
      if (sheet.contains(form)) sheet.close();
      adopt(page, response.url);
    } else {
      fillSheet(page);
    }
  } catch {
    sendPlainly(form, button);
  } finally {
    delete form.dataset.busy;
  }
}

/** No net, or no sense in the answer: the browser sends the same button to the same address and says what is wrong itself. */
function sendPlainly(form, button) {
  if (!form.isConnected || (button && button.form !== form)) return location.reload(); // drawn anew meanwhile
  form.dataset.plainly = "1";
  form.requestSubmit(button);
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-quick]");
  if (!form) return;
  if (form.dataset.plainly) return delete form.dataset.plainly;
  event.preventDefault();
  send(form, event.submitter);
});

document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  const link = event.target.closest("[data-why], [data-sheet], [data-close], [data-help]");
  if (!link) return;
  if (link.matches("[data-close]") && !link.closest("dialog")) return;
  event.preventDefault();
  if (link.matches("[data-close]")) link.closest("dialog").close();
  else if (link.matches("[data-why]")) toggleWhy(link);
  else if (link.matches("[data-help]")) document.getElementById("keys").showModal();
  else openSheet(link.getAttribute("href"));
});

// ---------------------------------------------------------------- answers that take a while
const PATIENCE_MS = 2000;

/** What is being worked out, and for how long already: a still page looks like a dead one. */
function showWaiting(form) {
  const place = form.querySelector("[data-waiting-place]");
  const began = Date.now();
  const say = () => {
    place.hidden = false;
    place.querySelector("[data-waiting-words]").textContent = `${form.dataset.waiting} ${Math.round((Date.now() - began) / 1000)} s`;
  };
  setTimeout(() => {
    say();
    setInterval(say, 1000);
  }, PATIENCE_MS);
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-waiting]");
  if (form) showWaiting(form);
});
addEventListener("pageshow", () => document.querySelectorAll("[data-waiting-place]").forEach((place) => (place.hidden = true)));

// ---------------------------------------------------------------- "why here", below the line
async function toggleWhy(link) {
  const row = link.closest("[data-row]");
  if (reasons.has(row.dataset.row)) {
    reasons.delete(row.dataset.row);
    row.nextElementSibling?.remove();
    link.setAttribute("aria-expanded", "false");
    return;
  }
  const { page } = await load(link.href);
  const body = page.querySelector("[data-why-body]");
  if (!body) return location.assign(link.href);
  body.removeAttribute("id");
  reasons.set(row.dataset.row, body);
  showWhy(row);
}

function showWhy(row) {
  if (row.nextElementSibling?.matches(".reason")) return;
  const line = document.createElement("tr");
  const cell = line.insertCell();
  line.className = "reason";
  cell.colSpan = row.cells.length;
  cell.append(reasons.get(row.dataset.row));
  row.after(line);
  row.querySelector("[data-why]").setAttribute("aria-expanded", "true");
}

/** A region that was drawn anew gets back what the person had opened and marked. */
function restore() {
  for (const row of document.querySelectorAll("tr[data-row]")) if (reasons.has(row.dataset.row)) showWhy(row);
  remark();
}

// ---------------------------------------------------------------- start
document.addEventListener("portlane:events", (event) => (heardSeq = event.detail.seq));
document.addEventListener("portlane:region", restore);
restore();
const help = document.querySelector("[data-help]");
if (help) help.hidden = false;
// A bar of pages wider than the screen: the page shown is in sight.
const shownPage = document.querySelector(".desk-nav [aria-current]");
if (shownPage) shownPage.parentElement.scrollLeft = shownPage.offsetLeft - 48;

startKeys();
