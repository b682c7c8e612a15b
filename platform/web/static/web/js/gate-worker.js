// Keeps the page of a gate, and what it is drawn with, so that it opens without a net. The day list and what was done are not here:
// they are in the page's own store (gate-kept.js), and no answer of the server but the page itself is kept.

const CACHE = "portlane-gate";
const KEPT_FOR_MS = 24 * 60 * 60 * 1000;
const PAGE_WITHIN_MS = 4000; // a net that is nearly gone answers nothing for minutes
const FILE_WITHIN_MS = 3000;
const GONE = [401, 403, 404, 410];
const PAGE = /^\/gate\/[^/]+\/[^/]+\/$/;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  if (event.data.keep) event.waitUntil(keep(event.data.keep, event.data.files));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate" && PAGE.test(pathname)) event.respondWith(page(request, pathname));
  else if (pathname.startsWith("/static/")) event.respondWith(file(request));
});

async function keep(path, files) {
  const cache = await caches.open(CACHE);
  const answer = await fetch(path, { credentials: "same-origin" }).catch(() => null); // no net: the older copy stays
  if (!answer?.ok || answer.redirected) return;
  await cache.put(path, await dated(answer));
  await Promise.all([...new Set(files)].map((name) => keepFile(cache, name)));
}

async function keepFile(cache, name) {
  const answer = await fetch(name);
  if (answer.ok) await cache.put(name, answer);
}

/** The page with the moment it was fetched written into it: page.js and gate-clock.js count from there. */
async function dated(answer) {
  const text = (await answer.text()).replace("<body", `<body data-kept-at="${Date.now()}"`);
  return new Response(text, { headers: answer.headers });
}

async function page(request, pathname) {
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PAGE_WITHIN_MS) });
    if (answer.type === "opaqueredirect" || GONE.includes(answer.status)) await (await caches.open(CACHE)).delete(pathname); // signed out
    return (answer.status >= 500 && (await copyOf(pathname))) || answer;
  } catch (problem) {
    const copy = await copyOf(pathname);
    if (copy) return copy;
    throw problem;
  }
}

async function copyOf(pathname) {
  const cache = await caches.open(CACHE);
  const copy = await cache.match(pathname);
  if (!copy) return null;
  const keptAt = Number(/data-kept-at="(\d+)"/.exec(await copy.clone().text())?.[1]);
  if (Date.now() - keptAt < KEPT_FOR_MS) return copy;
  await cache.delete(pathname);
  return null;
}

async function file(request) {
  const copy = async () => (await caches.open(CACHE)).match(request, { ignoreSearch: true });
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(FILE_WITHIN_MS) });
    return answer.ok ? answer : ((await copy()) ?? answer);
  } catch (problem) {
    const kept = await copy();
    if (kept) return kept;
    throw problem;
  }
}
