// The plan by keys: one tab stop, arrows to the neighbour, Page Up and Page Down to the one before and after it by code, Home and End
// to the first and last, Enter opens (it is a link), + − 0 for its size.

function nearest(bays, from, key) {
  const at = from.getBoundingClientRect();
  const [alongX, sign] = { ArrowLeft: [true, -1], ArrowRight: [true, 1], ArrowUp: [false, -1], ArrowDown: [false, 1] }[key];
  let best = null;
  let least = Infinity;
  for (const bay of bays) {
    const box = bay.getBoundingClientRect();
    const [dx, dy] = [box.x + box.width / 2 - at.x - at.width / 2, box.y + box.height / 2 - at.y - at.height / 2];
    const ahead = sign * (alongX ? dx : dy);
    const cost = ahead + 3 * Math.abs(alongX ? dy : dx);
    if (ahead > 1 && cost < least) [best, least] = [bay, cost];
  }
  return best;
}

/** Where a key leads: by arrows not every bay can be reached, in the order of their codes every one. */
function led(inOrder, from, key) {
  if (key.startsWith("Arrow")) return nearest(inOrder, from, key);
  const at = { PageUp: inOrder.indexOf(from) - 1, PageDown: inOrder.indexOf(from) + 1, Home: 0, End: inOrder.length - 1 }[key];
  return inOrder[at];
}

export function startKeys(svg, bays, view) {
  const byCode = new Intl.Collator("en", { numeric: true }).compare;
  const inOrder = [...bays.values()].sort((one, other) => byCode(one.dataset.key, other.dataset.key));
  let stop = bays.values().next().value;

  /** Seven hundred bays are one stop of the Tab key, where the person left it. */
  function stopAt(bay) {
    stop?.setAttribute("tabindex", "-1");
    stop = bay;
    stop?.setAttribute("tabindex", "0");
  }

  for (const bay of bays.values()) bay.setAttribute("tabindex", "-1");
  stopAt(stop);

  svg.addEventListener("focusin", (event) => {
    const bay = event.target.closest("a.bay");
    if (bay) stopAt(bay);
  });

  svg.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = { "+": "in", "=": "in", "-": "out", 0: "all" }[event.key];
    if (step) return view.zoom(step);
    const bay = event.target.closest("a.bay");
    if (!bay || !/^(Arrow|Page|Home|End)/.test(event.key)) return;
    event.preventDefault();
    const next = led(inOrder, bay, event.key);
    if (!next) return;
    view.reveal(next);
    next.focus({ preventScroll: true });
  });
}
