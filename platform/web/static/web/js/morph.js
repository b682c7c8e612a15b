// Makes an element's content equal to new content by the fewest changes: what stays the same keeps its focus, its scroll
// position and what was typed into it, and a screen reader hears of what changed alone. Rows are told apart by `id` or `data-key`.

/** Draws `fresh` (a fragment) into `element`, and gives the focus back where a row had to be moved. */
export function morph(element, fresh) {
  const focused = element.contains(document.activeElement) ? document.activeElement : null;
  const scrolled = [element, ...element.querySelectorAll("*")].filter((node) => node.scrollTop || node.scrollLeft);
  const places = scrolled.map((node) => [node, node.scrollTop, node.scrollLeft]);
  children(element, fresh);
  for (const [node, top, left] of places) Object.assign(node, { scrollTop: top, scrollLeft: left });
  if (!focused || focused === document.activeElement) return;
  if (!focused.isConnected) element.tabIndex = -1; // what had the focus is gone: stay near it, not at the top of the page
  (focused.isConnected ? focused : element).focus({ preventScroll: true });
}

function keyOf(node) {
  return node.nodeType === Node.ELEMENT_NODE ? node.id || node.dataset?.key || "" : "";
}

function alike(old, fresh) {
  return old.nodeType === fresh.nodeType && old.nodeName === fresh.nodeName && keyOf(old) === keyOf(fresh);
}

function children(element, fresh) {
  const keyed = new Map([...element.children].filter(keyOf).map((node) => [keyOf(node), node]));
  let at = element.firstChild;
  for (const wanted of [...fresh.childNodes]) {
    const known = keyOf(wanted) && keyed.get(keyOf(wanted));
    if (known && alike(known, wanted)) {
      if (known !== at) element.insertBefore(known, at);
      else at = at.nextSibling;
      keyed.delete(keyOf(wanted));
      one(known, wanted);
    } else if (at && alike(at, wanted)) {
      const next = at.nextSibling;
      one(at, wanted);
      at = next;
    } else {
      element.insertBefore(wanted, at);
    }
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

function one(old, fresh) {
  if (old.isEqualNode(fresh)) return;
  if (old.nodeType !== Node.ELEMENT_NODE) {
    old.data = fresh.data;
    return;
  }
  attributes(old, fresh);
  children(old, fresh);
}

/** What the reader opened stays open: `open` of <details> and <dialog> is theirs, and so is what they typed. */
function attributes(old, fresh) {
  const theirs = (name) => name === "open" && ["DETAILS", "DIALOG"].includes(old.nodeName);
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && !theirs(name)) old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value && !theirs(name)) old.setAttribute(name, value);
  }
}
