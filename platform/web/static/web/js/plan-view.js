// The part of the plan that is shown: buttons, wheel, two fingers; drawn larger it is moved by dragging the ground.

const STEP = 1.5;
const LARGEST = 24; // times the whole plan
const READABLE_PX = 7; // bays' names are shown from this height on
const A_DRAG_PX = 6;

export function startView(svg, frame) {
  const { x, y, width, height } = svg.viewBox.baseVal;
  const whole = { x, y, width, height };
  const letters = Number(svg.querySelector(".bays").getAttribute("font-size"));
  const tools = frame.querySelector("[data-plan-tools]");
  let box = { ...whole };

  function set(next) {
    const size = Math.min(whole.width, Math.max(whole.width / LARGEST, next.width));
    const tall = (size * whole.height) / whole.width;
    const within = (at, span, from, all) => Math.min(from + all - span, Math.max(from, at));
    box = { x: within(next.x, size, whole.x, whole.width), y: within(next.y, tall, whole.y, whole.height), width: size, height: tall };
    svg.setAttribute("viewBox", `${box.x} ${box.y} ${box.width} ${box.height}`);
    svg.classList.toggle("zoomed", size < whole.width);
    readable();
  }

  function readable() {
    const scale = svg.getScreenCTM()?.a ?? 1;
    svg.classList.toggle("far", letters * scale < READABLE_PX);
    svg.style.setProperty("--m-per-px", 1 / scale); // badges keep their size on the screen
  }

  /** A point of the screen in metres of the drawing. */
  function metres(px, py) {
    return new DOMPoint(px, py).matrixTransform(svg.getScreenCTM().inverse());
  }

  function around(point, factor) {
    const size = Math.min(whole.width, Math.max(whole.width / LARGEST, box.width / factor));
    const real = box.width / size;
    set({ x: point.x - (point.x - box.x) / real, y: point.y - (point.y - box.y) / real, width: size });
  }

  function zoom(step) {
    if (step === "all") return set(whole);
    around({ x: box.x + box.width / 2, y: box.y + box.height / 2 }, step === "in" ? STEP : 1 / STEP);
  }

  /** Moves what is shown until the whole of a part is in it. */
  function reveal(part) {
    const { x: px, y: py, width: w, height: h } = part.getBBox();
    const inside = px >= box.x && py >= box.y && px + w <= box.x + box.width && py + h <= box.y + box.height;
    if (!inside) set({ x: px + w / 2 - box.width / 2, y: py + h / 2 - box.height / 2, width: box.width });
  }

  // ---------------------------------------------------------------- wheel, fingers, the ground
  svg.addEventListener(
    "wheel",
    (event) => {
      if (frame.classList.contains("in-panel") && !event.ctrlKey) return; // the desk is scrolled, not its plan
      event.preventDefault();
      around(metres(event.clientX, event.clientY), Math.exp(-event.deltaY / 400));
    },
    { passive: false },
  );

  const fingers = new Map();
  let ground = null; // where the ground was taken hold of, in metres

  const spread = () => {
    const [a, b] = [...fingers.values()];
    return { far: Math.hypot(a.x - b.x, a.y - b.y), x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
  };

  svg.addEventListener("pointerdown", (event) => {
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    const free = !event.target.closest("a.bay") || event.pointerType === "touch";
    ground = free && event.button === 0 ? { x: event.clientX, y: event.clientY, moved: false } : null;
  });

  svg.addEventListener("pointermove", (event) => {
    if (!fingers.has(event.pointerId)) return;
    const before = fingers.size === 2 ? spread() : null;
    const last = fingers.get(event.pointerId);
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (before) {
      const now = spread();
      around(metres(now.x, now.y), now.far / before.far);
      if (ground) ground.moved = true;
    } else if (ground && svg.classList.contains("zoomed")) {
      if (Math.hypot(event.clientX - ground.x, event.clientY - ground.y) > A_DRAG_PX) ground.moved = true;
      const [from, to] = [metres(last.x, last.y), metres(event.clientX, event.clientY)];
      if (ground.moved) set({ x: box.x + from.x - to.x, y: box.y + from.y - to.y, width: box.width });
    }
  });

  for (const name of ["pointerup", "pointercancel"]) addEventListener(name, (event) => fingers.delete(event.pointerId));

  svg.addEventListener(
    "click",
    (event) => {
      if (!ground?.moved) return;
      event.preventDefault(); // the end of a drag is no press
      event.stopPropagation();
    },
    true,
  );

  tools.hidden = false;
  tools.addEventListener("click", (event) => {
    const button = event.target.closest("[data-zoom]");
    if (button) zoom(button.dataset.zoom);
  });
  new ResizeObserver(readable).observe(svg);
  readable();
  return { zoom, reveal };
}
