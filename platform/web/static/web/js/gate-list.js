// Signed texts checked without a net: passes (PL1) and day lists (PLD1), by WebCrypto's Ed25519. reservations/passes.py seals them.

const ALGORITHM = "Ed25519";
const PASS_FIELDS = ["reservation", "vehicle", "lane", "starts_s", "ends_s", "key_id", "serial"];
const KEPT_OF_A_PLATE = /[^\p{L}\p{M}\p{N}]/gu;

export function bytesOf(text) {
  const plain = text.replaceAll("-", "+").replaceAll("_", "/");
  return Uint8Array.from(atob(plain + "=".repeat((4 - (plain.length % 4)) % 4)), (letter) => letter.charCodeAt(0));
}

/** Turns {id: base64} into keys; {} where the browser knows no Ed25519. */
export async function keysOf(texts) {
  const made = {};
  for (const [id, text] of Object.entries(texts)) {
    try {
      made[id] = await crypto.subtle.importKey("raw", bytesOf(text), ALGORITHM, false, ["verify"]);
    } catch {
      return {};
    }
  }
  return made;
}

/** What was sealed under that version by one of the keys, or null. */
export async function opened(version, text, keys) {
  const [said, payload, signature, ...more] = text.trim().split(".");
  if (said !== version || !payload || !signature || more.length) return null;
  const body = new TextEncoder().encode(`${said}.${payload}`);
  try {
    for (const key of Object.values(keys)) {
      if (await crypto.subtle.verify(ALGORITHM, key, bytesOf(signature), body)) {
        return JSON.parse(new TextDecoder().decode(bytesOf(payload)));
      }
    }
  } catch {
    return null; // no base64, no JSON
  }
  return null;
}

export function isToken(text) {
  return /^PL\d+\./.test(text.trim());
}

/** What a genuine pass says, by names, or null. */
export async function passOf(text, keys) {
  const said = await opened("PL1", text, keys);
  if (!Array.isArray(said) || said.length !== PASS_FIELDS.length) return null;
  return Object.fromEntries(PASS_FIELDS.map((name, at) => [name, said[at]]));
}

/** A plate without its spelling, as accounts/plates.py compares it. */
export function plateKey(text) {
  return text.normalize("NFKC").toUpperCase().normalize("NFKC").replace(KEPT_OF_A_PLATE, "");
}

/** The rows of a plate: those that have exactly it, else those that look like it by the table (accounts/plates.py). */
export function rowsOf(list, text, table) {
  const folded = (key) => [...key].map((letter) => table[letter] ?? letter).join("");
  const key = plateKey(text);
  if (!key) return { rows: [], alike: false };
  const exact = list.rows.filter((row) => row.key === key);
  if (exact.length) return { rows: exact, alike: false };
  const like = list.rows.filter((row) => folded(row.key) === folded(key));
  return { rows: like, alike: like.length > 0 };
}
