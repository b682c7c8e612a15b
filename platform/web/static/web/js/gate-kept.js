// What a gate keeps on its device: the day list, what was done and not sent yet, and whom it let in. One store for each gate.

const NAME = `portlane-gate:${location.pathname}`;
const STORES = ["state", "acts", "used", "spans"];
const FORGET_AFTER_MS = 24 * 60 * 60 * 1000;

let opening = null;

function store() {
  opening ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => STORES.forEach((name) => asked.result.createObjectStore(name));
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  return opening;
}

/** One transaction over one store; `work` gets it and returns the request whose result is wanted. */
async function within(name, mode, work) {
  const base = await store();
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
