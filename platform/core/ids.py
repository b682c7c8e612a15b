"""Short public references; row ids never leave the database."""

from __future__ import annotations

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford base32: no I, L, O, U to misread over a radio
LENGTH = 9  # 45 bits: a guess hits one of a million live refs once in 35 million tries


def new_ref(prefix: str) -> str:
    """This will return a fresh random reference such as `R-7K3M9QXD2`."""
    bits = secrets.randbits(5 * LENGTH)
    return f"{prefix}-" + "".join(ALPHABET[bits >> 5 * place & 31] for place in range(LENGTH))


def normalise_ref(text: str) -> str:
    """This will return what a person typed as a reference in its stored spelling (upper case, O as 0, I and L as 1)."""
    prefix, dash, body = text.strip().upper().partition("-")
    return prefix + dash + body.translate(str.maketrans("OIL", "011"))
