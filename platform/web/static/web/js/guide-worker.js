// Keeps a driver's own turn page, and what it is drawn with, for when the net is gone behind the gate. Nothing else is kept, no
// longer than a day, and nothing of it after the visit or a sign-out (which empties the site's storage).

const CACHE = "portlane-visit"; // as in guide-kept.js
const KEPT_FOR_MS = 24 * 60 * 60 * 1000;
const PAGE_WITHIN_MS = 6000; // a net that is nearly gone answers nothing for minutes
const FILE_WITHIN_MS = 3000;
const GONE = [401, 403, 404, 410];

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  if (event.data.keep) event.waitUntil(keep(event.data.keep, event.data.files));
  if (event.data.forget) event.waitUntil(forget(event.data.forget));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (new URL(request.url).pathname.startsWith("/static/")) event.respondWith(file(request));
});

// ---------------------------------------------------------------- keeping
async function keep(path, files) {
  const cache = await caches.open(CACHE);
  const answer = await fetch(path, { credentials: "same-origin" }).catch(() => null); // no net: the older copy stays
  if (!answer?.ok || answer.redirected) return;
  await cache.put(path, await dated(answer));
  await cache.put(`${path}?current`, new Response(String(Date.now())));
  await Promise.all([...new Set(files)].map((name) => keepFile(cache, name)));
}

async function keepFile(cache, name) {
  const answer = await fetch(name);
  if (answer.ok) await cache.put(name, answer);
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
async function page(request) {
  const { pathname } = new URL(request.url);
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PAGE_WITHIN_MS) });
    if (answer.type === "opaqueredirect" || GONE.includes(answer.status)) await forget(pathname); // signed out, or not his any more
    return (answer.status >= 500 && (await copyOf(pathname))) || answer;
  } catch (problem) {
    const copy = await copyOf(pathname);
    if (copy) return copy;
    throw problem;
  }
}

async function copyOf(pathname) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(pathname);
  if (!kept) return null;
  const current = Number(await (await cache.match(`${pathname}?current`))?.text());
  if (Date.now() - current > KEPT_FOR_MS) {
    await forget(pathname);
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

async function kept(request) {
  return (await caches.open(CACHE)).match(request, { ignoreSearch: true });
}
