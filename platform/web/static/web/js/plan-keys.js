// The plan by keys: one tab stop, arrows to the neighbour, Enter opens (it is a link), + − 0 for its size.

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

export function startKeys(svg, bays, view) {
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
    if (!bay || !event.key.startsWith("Arrow")) return;
    event.preventDefault();
    const next = nearest(bays.values(), bay, event.key);
    if (!next) return;
    view.reveal(next);
    next.focus({ preventScroll: true });
  });
}
