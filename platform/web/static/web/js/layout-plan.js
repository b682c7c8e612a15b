// A finding shows its feature: marked on the plan, which is brought into view; the reader's place in the list stays.

function mark(event) {
  const link = event.target.closest("a[data-feature]");
  if (!link) return;
  const feature = document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (!feature) return;
  event.preventDefault();
  document.querySelectorAll(".layout-svg .marked").forEach((old) => old.classList.remove("marked"));
  feature.classList.add("marked");
  document.querySelectorAll("a[data-feature][aria-current]").forEach((old) => old.removeAttribute("aria-current"));
  link.setAttribute("aria-current", "true");
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  feature.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
}

document.addEventListener("click", mark);
