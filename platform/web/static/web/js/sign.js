// A sign that does not know says so: once the page is older than half a minute its numbers and arrows go, until it has heard
// from the yard again. live.js watches the age; here only the screen is kept awake and the figures are taken off it.

const UNKNOWN = new Set(["stale", "offline", "refused"]);
const status = document.querySelector("[data-live-status]");

function show() {
  const blank = UNKNOWN.has(status.dataset.state);
  document.body.classList.toggle("blank", blank);
  for (const figure of document.querySelectorAll(".free, .ways, .word")) {
    if (blank) figure.setAttribute("aria-hidden", "true");
    else figure.removeAttribute("aria-hidden");
  }
}

/** A display without a keyboard must not fall asleep; where the browser does not allow it, the device's own setting counts. */
async function stayAwake() {
  if (document.visibilityState !== "visible") return;
  await navigator.wakeLock?.request("screen").catch(() => null);
}

new MutationObserver(show).observe(status, { attributes: true, attributeFilter: ["data-state"] });
document.addEventListener("portlane:region", show);
document.addEventListener("visibilitychange", stayAwake);
show();
stayAwake();
