// Who has a bay, since when, until when, what then and why: beside the bay, on hover, on focus, and on a finger's first tap.

const PATIENCE_MS = 120; // a pointer that only passes asks for nothing
const GAP_PX = 10;
const TOOLS_PX = 68; // the buttons at the right edge of the plan

export function startCard(svg, frame, bays) {
  const card = frame.querySelector("[data-plan-card]");
  const stage = frame.querySelector("[data-plan-stage]");
  const way = svg.querySelector("[data-way]");
  const known = new Map(); // bay code → [seq, card]
  let shown = null;
  let timer = 0;
  let touched = false;

  function hide() {
    clearTimeout(timer);
    shown?.classList.remove("shown");
    shown = null;
    card.hidden = true;
    card.classList.remove("pinned");
    way.replaceChildren();
  }

  async function body(bay) {
    const code = bay.dataset.key;
    if (known.get(code)?.[0] === frame.dataset.seq) return known.get(code)[1];
    const seq = frame.dataset.seq;
    const query = new URLSearchParams({ next: svg.dataset.back });
    const answer = await fetch(`${svg.dataset.bays}${encodeURIComponent(code)}/card/?${query}`, { credentials: "same-origin" });
    if (!answer.ok || answer.redirected) return null;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = page.querySelector("[data-card-body]");
    known.set(code, [seq, found]);
    return found;
  }

  /** Beside the bay; where a way is drawn, at the other side of the plan, so that it covers neither. */
  function place(bay, apart) {
    const [at, around] = [bay.getBoundingClientRect(), stage.getBoundingClientRect()];
    const { width, height } = card.getBoundingClientRect();
    const right = at.right - around.left + GAP_PX;
    const beside = right + width <= around.width ? right : Math.max(0, at.left - around.left - width - GAP_PX);
    const across = at.left - around.left > around.width / 2 ? 0 : around.width - width - TOOLS_PX;
    const left = apart && around.width > 3 * width ? across : beside;
    const lowest = Math.min(around.height, innerHeight - around.top - GAP_PX) - height;
    const top = Math.min(Math.max(0, at.top - around.top), Math.max(0, lowest));
    Object.assign(card.style, { left: `${left}px`, top: `${top}px` });
  }

  function drawWay(path) {
    way.replaceChildren();
    if (!path) return;
    const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
    line.setAttribute("d", path);
    way.append(line);
  }

  async function show(bay, pinned) {
    if (shown !== bay) hide();
    shown = bay;
    bay.classList.add("shown");
    card.classList.toggle("pinned", pinned);
    try {
      const found = await body(bay);
      if (shown !== bay || !found) return;
      card.replaceChildren(found.cloneNode(true));
      card.hidden = false;
      place(bay, Boolean(found.dataset.way));
      drawWay(found.dataset.way);
    } catch {
      hide(); // no net: the bay's own page says so
    }
  }

  const wait = (bay) => {
    clearTimeout(timer);
    timer = setTimeout(() => show(bay, false), PATIENCE_MS);
  };

  svg.addEventListener("pointerover", (event) => {
    const bay = event.target.closest("a.bay");
    if (event.pointerType === "touch" || svg.classList.contains("dragging") || card.classList.contains("pinned")) return;
    if (bay) wait(bay);
    else if (!document.activeElement?.closest?.("a.bay")) hide();
  });
  svg.addEventListener("pointerleave", () => !card.classList.contains("pinned") && hide());
  svg.addEventListener("focusin", (event) => {
    const bay = event.target.closest("a.bay");
    if (bay?.matches(":focus-visible")) wait(bay);
  });
  svg.addEventListener("focusout", () => !card.classList.contains("pinned") && hide());
  svg.addEventListener("planedrag", hide);

  // A finger has no hover: the first tap shows the card with its buttons.
  document.addEventListener("pointerdown", (event) => {
    touched = event.pointerType === "touch";
    if (card.classList.contains("pinned") && !event.target.closest("[data-plan-card], a.bay")) hide();
  });
  svg.addEventListener(
    "click",
    (event) => {
      const bay = event.target.closest("a.bay");
      if (!bay) return;
      if (!touched) return hide();
      event.preventDefault();
      event.stopPropagation();
      show(bay, true);
    },
    true,
  );
  document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
  card.addEventListener("click", (event) => event.target.closest("a") && hide());

  // A line beside the plan shows its bay or aisle on it.
  frame.addEventListener("pointerover", (event) => mark(event.target.closest("[data-shows]")));
  frame.addEventListener("focusin", (event) => mark(event.target.closest("[data-shows]")));

  function mark(line) {
    svg.querySelectorAll(".beside").forEach((part) => part.classList.remove("beside", "shown"));
    const part = line && (bays.get(line.dataset.shows) ?? svg.querySelector(`[data-key="${CSS.escape(line.dataset.shows)}"]`));
    part?.classList.add("beside", "shown");
  }
}
