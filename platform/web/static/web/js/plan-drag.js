// A vehicle is dragged to another bay: what fits is marked, and what it costs is said, before anything is asked or changed.
// The same is on the vehicle's own page as a list; a finger taps the bay and presses "To another bay" instead.

const A_DRAG_PX = 6;

export function startDrag(svg, plates, words, tell) {
  if (!("moves" in svg.dataset)) return;
  let held = null; // {bay, x, y, hint, costs, target}

  async function costsOf(bay) {
    const answer = await fetch(`${svg.dataset.bays}${encodeURIComponent(bay.dataset.key)}/costs/`, { credentials: "same-origin" });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    return answer.json(); // {move: address, bays: {code: [fits, words, may be asked for]}}
  }

  async function begin() {
    svg.classList.add("dragging");
    svg.dispatchEvent(new Event("planedrag"));
    held.bay.classList.add("from");
    held.hint = document.createElement("p");
    held.hint.className = "plan-hint";
    document.body.append(held.hint);
    const mine = held;
    mine.asked = ask(mine);
    await mine.asked;
    if (mine !== held) return;
    for (const bay of svg.querySelectorAll("a.bay")) bay.classList.add(fits(bay) ? "fits" : "unfit");
    say();
  }

  async function ask(mine) {
    try {
      mine.costs = await costsOf(mine.bay);
    } catch {
      mine.failed = true;
    }
  }

  const fits = (bay) => Boolean(held?.costs?.bays[bay.dataset.key]?.[0]);

  function say() {
    const over = held.target;
    const cost = over && held.costs?.bays[over.dataset.key]?.[1];
    const told = held.failed ? words.net : over === held.bay ? words.same : (cost ?? (held.costs ? "" : words.wait));
    const plate = plates.get(held.bay.dataset.key) ?? "";
    held.hint.textContent = over && over !== held.bay ? `${plate} → ${over.dataset.key}: ${told}` : `${plate} ${told}`;
  }

  function follow(event) {
    Object.assign(held.hint.style, { left: `${Math.min(event.clientX + 16, innerWidth - 320)}px`, top: `${event.clientY + 18}px` });
    const over = document.elementFromPoint(event.clientX, event.clientY)?.closest?.("[data-plan] a.bay") ?? null;
    if (over === held.target) return;
    held.target?.classList.remove("target");
    held.target = over;
    if (over && fits(over)) over.classList.add("target");
    say();
  }

  function end(drop) {
    const mine = held;
    held = null;
    mine.hint?.remove();
    svg.classList.remove("dragging");
    for (const each of svg.querySelectorAll(".fits, .unfit, .from, .target")) each.classList.remove("fits", "unfit", "from", "target");
    if (drop && mine.target && mine.target !== mine.bay) dropped(mine);
  }

  /** Let go over another bay, perhaps before the answer came: the sheet where it may be asked for, else the reason why not. */
  async function dropped(mine) {
    const [from, to] = [mine.bay.dataset.key, mine.target.dataset.key];
    const plate = plates.get(from) ?? "";
    tell(`${plate} → ${to}: ${words.wait}`);
    await mine.asked;
    if (mine.failed) return tell(words.net);
    const { move, bays } = mine.costs;
    if (!move) return tell(`${from}: ${words.free}`);
    const [fit, said, askable] = bays[to] ?? [false, "", false];
    if (!fit && !askable) return tell(`${plate} → ${to}: ${said}`);
    tell("");
    open(move, to);
  }

  /** The sheet that asks: the vehicle's own page for it, with this bay chosen. */
  function open(move, code) {
    const link = document.createElement("a");
    link.href = `${move}?${new URLSearchParams({ bay: code, next: svg.dataset.back })}`;
    link.dataset.sheet = "";
    link.hidden = true;
    document.body.append(link);
    link.click();
    link.remove();
  }

  svg.addEventListener("pointerdown", (event) => {
    const bay = event.target.closest("a.bay");
    if (!bay || event.button || event.pointerType === "touch" || !plates.has(bay.dataset.key)) return;
    held = { bay, x: event.clientX, y: event.clientY, target: bay };
  });
  svg.addEventListener("dragstart", (event) => event.preventDefault()); // the browser would drag the link
  document.addEventListener("pointermove", (event) => {
    if (!held) return;
    if (!held.hint && Math.hypot(event.clientX - held.x, event.clientY - held.y) > A_DRAG_PX) begin();
    if (held.hint) follow(event);
  });
  document.addEventListener("pointerup", () => {
    if (!held?.hint) return (held = null);
    document.addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => document.removeEventListener("click", swallow, true), 0);
    end(true);
  });
  document.addEventListener("pointercancel", () => held && end(false));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && held?.hint) end(false);
  });

  function swallow(event) {
    if (event.target.closest?.("[data-plan]")) {
      event.preventDefault(); // the end of a drag is no press on the bay
      event.stopPropagation();
    }
  }
}
