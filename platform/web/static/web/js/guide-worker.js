// Keeps a driver's own turn page, and what it is drawn with, for when the net is gone behind the gate. Nothing else is kept, no
// longer than a day, and nothing of it after the visit or a sign-out (which empties the site's storage).

const CACHE = "portlane-visit";
const KEPT_FOR_MS = 24 * 60 * 60 * 1000;
const PAGE_WITHIN_MS = 6000; // a net that is nearly gone answers nothing for minutes
const FILE_WITHIN_MS = 3000;
const GONE = [401, 403, 404, 410];

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  const { keep: path, files, current, forget: over } = event.data;
  if (path) event.waitUntil(inTurn(() => keep(path, files)));
  if (current) event.waitUntil(inTurn(() => noteCurrent(current)));
  if (over) event.waitUntil(inTurn(() => forget(over)));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(event));
  else if (new URL(request.url).pathname.startsWith("/static/")) event.respondWith(file(request));
});

// ---------------------------------------------------------------- keeping
let last = Promise.resolve();

/** One after the other, as they were asked for: a copy that is still being made would outlive the visit that is over meanwhile. */
function inTurn(act) {
  last = last.then(act).catch(() => {}); // what could not be kept is asked for again with the next change
  return last;
}

async function keep(path, files) {
  const cache = await caches.open(CACHE);
  const ours = { credentials: "same-origin", signal: AbortSignal.timeout(PAGE_WITHIN_MS) };
  const answer = await fetch(path, ours).catch(() => null); // no net: the older copy stays
  if (!answer?.ok || answer.redirected) return;
  await cache.put(path, await dated(answer));
  await cache.put(`${path}?current`, new Response(String(Date.now())));
  await Promise.all([...new Set(files)].map((name) => keepFile(cache, name)));
}

async function keepFile(cache, name) {
  const answer = await fetch(name, { signal: AbortSignal.timeout(PAGE_WITHIN_MS) });
  if (answer.ok) await cache.put(name, answer);
}

/** As long as the open page is known to be current, its copy is too. */
async function noteCurrent(path) {
  if (!(await caches.match(path, { cacheName: CACHE }))) return;
  const cache = await caches.open(CACHE);
  await cache.put(`${path}?current`, new Response(String(Date.now())));
}

/** The page with the moment it was fetched written into it: live.js and page.js count from there. */
async function dated(answer) {
  const text = (await answer.text()).replace("<body", `<body data-kept-at="${Date.now()}"`);
  return new Response(text, { headers: answer.headers });
}

async function forget(path) {
  const cache = await caches.open(CACHE);
  await Promise.all([cache.delete(path), cache.delete(`${path}?current`)]);
  const pages = (await cache.keys()).filter((request) => new URL(request.url).pathname.startsWith("/turns/"));
  if (pages.length) return; // the driver's other vehicle
  await caches.delete(CACHE);
  await self.registration.unregister();
}

// ---------------------------------------------------------------- answering
async function page(event) {
  const { pathname } = new URL(event.request.url);
  const gone = () => event.waitUntil(inTurn(() => forget(pathname)));
  try {
    const answer = await fetch(event.request, { signal: AbortSignal.timeout(PAGE_WITHIN_MS) });
    if (answer.type === "opaqueredirect" || GONE.includes(answer.status)) gone(); // signed out, or not his any more
    return (answer.status >= 500 && (await copyOf(pathname, gone))) || answer;
  } catch (problem) {
    const copy = await copyOf(pathname, gone);
    if (copy) return copy;
    throw problem;
  }
}

async function copyOf(pathname, gone) {
  const kept = await caches.match(pathname, { cacheName: CACHE });
  if (!kept) return null;
  const current = Number(await (await caches.match(`${pathname}?current`, { cacheName: CACHE }))?.text());
  if (Date.now() - current > KEPT_FOR_MS) {
    gone();
    return null;
  }
  const text = (await kept.text()).replace("<body", `<body data-current-at="${current}"`);
  return new Response(text, { headers: kept.headers });
}

async function file(request) {
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(FILE_WITHIN_MS) });
    if (answer.ok) return answer;
    return (await kept(request)) ?? answer;
  } catch (problem) {
    const copy = await kept(request);
    if (copy) return copy;
    throw problem;
  }
}

function kept(request) {
  return caches.match(request, { cacheName: CACHE, ignoreSearch: true }); // opening a cache would make it
}
