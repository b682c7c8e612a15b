// What a gate keeps on its device: the day list, what was done and not sent yet, and whom it let in. One store for each gate.

const PREFIX = "portlane-gate:";
const STORES = ["state", "acts", "used", "spans"];
const PLATES = ["list", "keys"]; // of the state: whom the day list names, and who may say so
const FORGET_AFTER_MS = 24 * 60 * 60 * 1000;

/** A hiccup of the net kept nobody out, unless something was done in it: shorter ones are not told. */
export const SHORT_SPAN_MS = 60000;

let opening = null;

function opened(path) {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(PREFIX + path, 1);
    asked.onupgradeneeded = () => STORES.forEach((name) => asked.result.createObjectStore(name));
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

function store() {
  return (opening ??= opened(location.pathname));
}

/** One transaction over one store; `work` gets it and returns the request whose result is wanted. */
async function within(name, mode, work, of = store()) {
  const base = await of;
  return new Promise((resolve, reject) => {
    const step = base.transaction(name, mode, { durability: "strict" }); // a tablet that dies has lost nothing
    const asked = work(step.objectStore(name));
    step.oncomplete = () => resolve(asked?.result);
    step.onerror = step.onabort = () => reject(step.error);
  });
}

export const get = (name, key) => within(name, "readonly", (rows) => rows.get(key));
export const put = (name, key, value) => within(name, "readwrite", (rows) => rows.put(value, key));
export const drop = (name, key) => within(name, "readwrite", (rows) => rows.delete(key));
export const all = (name) => within(name, "readonly", (rows) => rows.getAll());

/** Keeps an act and marks whom it let in, both or neither: a second use is refused even after a crash between them. */
export async function keepAct(act) {
  const base = await store();
  return new Promise((resolve, reject) => {
    const step = base.transaction(["acts", "used"], "readwrite", { durability: "strict" });
    step.objectStore("acts").put(act, act.id);
    if (act.kind === "let_in") step.objectStore("used").put({ at_s: act.at_ms / 1000, act: act.id }, usedKey(act));
    step.oncomplete = () => resolve();
    step.onerror = step.onabort = () => reject(step.error);
  });
}

export function usedKey({ reservation, entry }) {
  return reservation || entry;
}

/** Plates and deeds of yesterday are nobody's business here; what is not sent yet stays. */
export async function forgetOld() {
  const before = Date.now() - FORGET_AFTER_MS;
  for (const act of await all("acts")) if (act.outcome && act.kept_ms < before) await drop("acts", act.id);
}

// ---------------------------------------------------------------- all gates of this device, as any page sees them
/** The pages of gates on this device with something that is not sent yet. */
export async function unsent() {
  const found = [];
  for (const [path, base] of await gates()) if (await isUnsent(base)) found.push(path);
  return found;
}

/** Leaves of every gate's store only what has still to be sent. */
export async function forgetAllButUnsent() {
  for (const [, base] of await gates()) {
    for (const name of PLATES) await within("state", "readwrite", (rows) => rows.delete(name), base);
    for (const act of await allOf(base, "acts")) if (act.outcome) await within("acts", "readwrite", (rows) => rows.delete(act.id), base);
  }
}

async function gates() {
  const names = ((await indexedDB.databases?.()) ?? []).map(({ name }) => name).filter((name) => name.startsWith(PREFIX));
  const paths = names.map((name) => name.slice(PREFIX.length));
  return Promise.all(paths.map(async (path) => [path, await opened(path)]));
}

async function isUnsent(base) {
  const [acts, spans] = [await allOf(base, "acts"), await allOf(base, "spans")];
  return acts.some((act) => !act.outcome) || spans.some((span) => span.until_ms - span.since_ms >= SHORT_SPAN_MS);
}

const allOf = (base, name) => within(name, "readonly", (rows) => rows.getAll(), base);
