// The day bar: three selects (earliest, latest, best) as handles that are dragged or moved by keys. The selects hold the choice;
// without this file they are all there is.
//
//   [data-daybar-root]  holds the selects [data-daybar=…], the handles [data-daybar-handle=…], the window's rect, the hours' words

const NAMES = ["earliest", "best", "latest"];
const STEPS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -3, PageUp: 3 };
const COLUMN = 10; // as in the picture drawn by the server

function dayBar(root) {
  const selects = named(root, "data-daybar");
  const handles = named(root, "data-daybar-handle");
  const field = root.querySelector("[data-daybar-field]");
  const picture = root.querySelector("[data-daybar-window]");
  const shown = root.querySelector("[data-daybar-shown]");
  const hours = [...root.querySelectorAll("[data-daybar-hours] > li")];
  const last = selects.best.options.length - 1;

  const at = (name) => selects[name].selectedIndex;
  const clamp = (value) => Math.min(Math.max(value, 0), last);

  /** Sets one of the three; the others give way, so that earliest ≤ best ≤ latest always holds. */
  function choose(name, index) {
    const value = clamp(index);
    const order = NAMES.indexOf(name);
    for (const [place, other] of NAMES.entries()) {
      if (place < order) selects[other].selectedIndex = Math.min(at(other), value);
      if (place > order) selects[other].selectedIndex = Math.max(at(other), value);
    }
    selects[name].selectedIndex = value;
    draw();
  }

  function draw() {
    picture.setAttribute("x", at("earliest") * COLUMN);
    picture.setAttribute("width", (at("latest") - at("earliest") + 1) * COLUMN);
    place();
    for (const name of NAMES) tell(name);
    const words = hours[at("best")];
    if (words && shown.innerHTML !== words.innerHTML) shown.innerHTML = words.innerHTML; // our own words, moved
  }

  /** Flags stay inside the bar and beside each other: earliest ends where the window begins, latest begins where it ends. */
  function place() {
    const column = field.clientWidth / (last + 1);
    const wide = handles.latest.offsetWidth;
    const most = field.clientWidth - wide;
    const within = (left) => Math.min(Math.max(left, 0), most);
    let right = within((at("latest") + 1) * column);
    const left = Math.max(0, Math.min(within(at("earliest") * column - wide), right - wide));
    right = Math.max(right, left + wide);
    const middle = (at("best") + 0.5) * column;
    const best = within(middle - wide / 2);
    handles.earliest.style.left = `${left}px`;
    handles.latest.style.left = `${right}px`;
    handles.best.style.left = `${best}px`;
    handles.best.style.setProperty("--tip", `${middle - best}px`);
  }

  function tell(name) {
    const text = selects[name].selectedOptions[0].text;
    handles[name].setAttribute("aria-valuenow", at(name));
    handles[name].setAttribute("aria-valuetext", text);
    handles[name].dataset.time = text.split(" ")[0];
  }

  /** The column under a pointer. The latest start is dragged by its right edge. */
  function columnAt(event, name) {
    const box = field.getBoundingClientRect();
    const exact = ((event.clientX - box.left) / box.width) * (last + 1);
    return name === "latest" ? Math.round(exact) - 1 : name === "earliest" ? Math.round(exact) : Math.floor(exact);
  }

  function drag(name, handle) {
    handle.addEventListener("pointerdown", (event) => {
      handle.setPointerCapture(event.pointerId);
      handle.focus();
      event.preventDefault();
    });
    handle.addEventListener("pointermove", (event) => {
      if (handle.hasPointerCapture(event.pointerId)) choose(name, columnAt(event, name));
    });
  }

  function press(name, handle) {
    handle.addEventListener("keydown", (event) => {
      const to = event.key === "Home" ? 0 : event.key === "End" ? last : at(name) + (STEPS[event.key] ?? NaN);
      if (Number.isNaN(to)) return;
      choose(name, to);
      event.preventDefault();
    });
  }

  for (const name of NAMES) {
    handles[name].hidden = false;
    drag(name, handles[name]);
    press(name, handles[name]);
    selects[name].addEventListener("change", () => choose(name, at(name)));
  }
  field.querySelector("svg").addEventListener("click", (event) => choose("best", columnAt(event, "best")));
  draw();
  new ResizeObserver(place).observe(field);
}

function named(root, attribute) {
  return Object.fromEntries([...root.querySelectorAll(`[${attribute}]`)].map((each) => [each.getAttribute(attribute), each]));
}

document.querySelectorAll("[data-daybar-root]").forEach(dayBar);
// Back in history restores what was chosen after the page was drawn.
window.addEventListener("pageshow", () => document.querySelectorAll("select[data-daybar]").forEach((each) => each.dispatchEvent(new Event("change"))));
