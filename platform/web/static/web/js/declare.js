// The declare form, saved as it is typed: what is missing comes back beside it, and below its fields. It works without this file.

const form = document.querySelector("form[data-declare]");
const place = document.querySelector(".fix-place");
const said = document.querySelector("[data-saved]");
const edition = form.elements.edition;
const PAUSE_MS = 1200;
const AGAIN_MS = 8000;
let timer = 0;
let saving = false;
let dirty = false;
let stopped = false; // somebody else saved meanwhile: the reader decides

function tell(word) {
  said.textContent = said.dataset[word] ?? word;
  said.dataset.state = word === "done" ? "live" : word === "saving" ? "" : "stale";
}

function typed() {
  dirty = true;
  clearTimeout(timer);
  if (!stopped) timer = setTimeout(save, PAUSE_MS);
}

async function save() {
  if (saving || !dirty || stopped) return;
  saving = true;
  dirty = false;
  tell("saving");
  let wait = PAUSE_MS;
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "X-Autosave": "1" } });
    const text = await answer.text();
    if (answer.ok && answer.headers.has("X-Edition")) {
      edition.value = answer.headers.get("X-Edition");
      show(text);
      tell("done");
    } else if (answer.status === 409 || answer.status === 422) {
      stopped = answer.status === 409;
      tell(text);
    } else {
      throw new Error(answer.status);
    }
  } catch {
    dirty = true;
    wait = AGAIN_MS;
    tell("failed");
  }
  saving = false;
  if (dirty) timer = setTimeout(save, wait);
}

/** The fix list anew, what was open in it still open; and each finding below its field. */
function show(html) {
  const open = new Set([...place.querySelectorAll("details[open]")].map((part) => key(part.closest("li"))));
  const page = new DOMParser().parseFromString(html, "text/html");
  place.replaceChildren(...page.body.children);
  for (const item of place.querySelectorAll("li")) if (open.has(key(item))) item.querySelector("details")?.setAttribute("open", "");
  mark();
}

function key(item) {
  return `${item.dataset.where} ${item.dataset.what}`;
}

function mark() {
  form.querySelectorAll(".told").forEach((list) => list.replaceChildren());
  form.querySelectorAll("[aria-invalid]").forEach((field) => field.removeAttribute("aria-invalid"));
  for (const item of place.querySelectorAll("li[data-where]")) {
    const list = document.getElementById(`${item.dataset.where}_told`);
    if (!list) continue;
    const line = document.createElement("li");
    line.className = item.dataset.level;
    line.textContent = item.dataset.what;
    list.append(line);
    if (item.dataset.level === "error") document.getElementById(item.dataset.where)?.setAttribute("aria-invalid", "true");
  }
}

// ---------------------------------------------------------------- lines of goods, containers, vehicles
function add(code) {
  const rows = form.querySelector(`[data-rows="${code}"]`);
  const blank = form.querySelector(`template[data-blank="${code}"]`);
  const holder = document.createElement("div");
  holder.innerHTML = blank.innerHTML.replaceAll(`${code}.NEW`, `${code}.${rows.children.length}`);
  const row = holder.firstElementChild;
  rows.append(row);
  row.querySelector("input, select").focus();
}

/** The rows below move up by one: their fields' names say which row they are. */
function remove(row) {
  const rows = row.parentElement;
  const code = rows.dataset.rows;
  const values = (line) => [...line.querySelectorAll("input, select")];
  for (let line = row; line.nextElementSibling; line = line.nextElementSibling) {
    values(line).forEach((field, nth) => (field.value = values(line.nextElementSibling)[nth].value));
  }
  if (rows.children.length > 1) rows.lastElementChild.remove();
  else values(row).forEach((field) => (field.value = ""));
  form.querySelector(`[data-add="${code}"]`)?.focus();
  typed();
}

form.addEventListener("input", typed);
form.addEventListener("change", typed);
form.addEventListener("click", (event) => {
  const button = event.target.closest("[data-add], [data-remove]");
  if (!button) return;
  event.preventDefault();
  if (button.dataset.add) add(button.dataset.add);
  else remove(button.closest("[data-row]"));
});
place.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="#"]');
  const field = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (!field) return;
  event.preventDefault();
  field.scrollIntoView({ block: "center" });
  field.focus({ preventScroll: true });
});
form.addEventListener("submit", () => clearTimeout(timer));
addEventListener("beforeunload", (event) => {
  if (dirty && !form.dataset.leaving) event.preventDefault();
});
form.addEventListener("submit", () => (form.dataset.leaving = "1"));

// ---------------------------------------------------------------- a file that is too big is told before it is sent
const upload = document.querySelector("form[data-upload] input[type=file]");
function checkSize() {
  const [file] = upload.files;
  const text = file && file.size > Number(upload.dataset.mostBytes) ? upload.dataset.tooBig : "";
  const list = document.getElementById(upload.getAttribute("aria-describedby"));
  list.replaceChildren(...(text ? [Object.assign(document.createElement("li"), { textContent: text })] : []));
  upload.setAttribute("aria-invalid", String(Boolean(text)));
  if (text) upload.value = "";
}

upload?.addEventListener("change", checkSize);
if (upload?.files.length) checkSize(); // chosen before this script was there
