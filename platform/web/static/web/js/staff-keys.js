// Keys of the console. A marked line survives a redraw of its region: it is known by its entry's ref.

let marked = "";

const rows = () => [...document.querySelectorAll("[data-row]")];
const current = () => rows().find((row) => row.dataset.row === marked);

export function remark() {
  for (const row of rows()) row.classList.toggle("marked", row.dataset.row === marked);
}

function step(by) {
  const all = rows();
  if (!all.length) return;
  const at = all.findIndex((row) => row.dataset.row === marked);
  const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by))];
  marked = next.dataset.row;
  remark();
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

/** The marked line's button, or the first one on the page when nothing is marked: there is often only one called vehicle. */
function button(act) {
  const own = current()?.querySelector(`[data-act="${act}"]`);
  const all = document.querySelectorAll(`[data-act="${act}"]`);
  return own ?? (marked && current() ? null : all.length === 1 ? all[0] : null);
}

function callNext() {
  const lane = current()?.dataset.lane;
  const all = [...document.querySelectorAll("[data-call]:not([disabled])")];
  const wanted = lane ? all.find((each) => each.dataset.call === lane) : all.length === 1 ? all[0] : null;
  if (wanted) wanted.click();
  else all[0]?.focus(); // several lanes and none marked: choose the lane, Enter calls
}

const KEYS = {
  c: callNext,
  j: () => step(1),
  k: () => step(-1),
  a: () => button("admit")?.click(),
  m: () => button("missed")?.click(),
  Enter: () => current()?.querySelector("[data-open]")?.click(),
  w: () => document.querySelector('[data-key="w"]')?.click(),
  "/": () => document.querySelector('[data-key="/"]')?.focus(),
  "?": () => document.getElementById("keys")?.showModal(),
};

function isTyping(target) {
  return target.matches?.("input, select, textarea, [contenteditable]") || document.querySelector("dialog[open]");
}

export function startKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (event.key === "Enter" && event.target.closest("a, button, summary")) return;
    if (!(event.key in KEYS) || !document.querySelector(".desk")) return;
    event.preventDefault();
    KEYS[event.key]();
  });
}
