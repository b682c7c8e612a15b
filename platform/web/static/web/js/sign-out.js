// Signing out empties what the browser keeps for this site. What was done at a gate and is not sent yet must not go with it: it is told
// first, and whoever has to sign out all the same leaves it here for the next one at that gate. The lists of plates go in any case.

import { forgetAllButUnsent, unsent } from "./gate-kept.js";

/** Sends the form, or shows what would be lost by it. */
export async function signOut(form, submitter) {
  const pages = await unsent().catch(() => []); // a browser that keeps nothing has nothing to lose
  if (pages.length && submitter?.name !== "keep") return show(form.querySelector("[data-unsent]"), pages);
  if (pages.length) await leave();
  form.elements.kept.value = pages.length ? "1" : "";
  form.submit();
}

function show(notice, pages) {
  const list = document.createElement("ul");
  list.append(...pages.map(lineOf));
  notice.querySelector("ul")?.remove();
  notice.querySelector("p").after(list);
  notice.hidden = false;
  notice.focus();
}

/** A gate's page sends by itself as soon as it is open. */
function lineOf(path) {
  const line = document.createElement("li");
  const link = document.createElement("a");
  link.href = path;
  link.textContent = decodeURIComponent(path).replace("/gate/", "").replaceAll("/", " ").trim();
  line.append(link);
  return line;
}

async function leave() {
  await forgetAllButUnsent();
  for (const name of (await globalThis.caches?.keys()) ?? []) await caches.delete(name);
  localStorage.clear();
}
