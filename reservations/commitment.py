"""PURE. What follows from a round's seed: the commitment before it, the draw's key, masked names (drawn starts: starts.py)."""

from __future__ import annotations

import hashlib
import secrets

SEED_BYTES = 32
PSEUDONYM_LENGTH = 12


def new_seed() -> str:
    """This will return a fresh seed as hex."""
    return secrets.token_hex(SEED_BYTES)


def commitment_of(seed: str) -> str:
    """This will return sha256(seed) as hex: public before the round opens, so that the seed cannot be chosen afterwards."""
    return hashlib.sha256(bytes.fromhex(seed)).hexdigest()


def draw_key(seed: str, inputs_hash: str) -> bytes:
    """This will return sha256(seed ‖ inputs_hash): whoever knows the seed does not know the requests to come, and the other way round."""
    return hashlib.sha256(bytes.fromhex(seed) + bytes.fromhex(inputs_hash)).digest()


def pseudonym(seed: str, ref: str) -> str:
    """This will mask an organisation's or owner-driver's ref: the same within a round, not to be followed from round to round."""
    return hashlib.sha256(bytes.fromhex(seed) + ref.encode()).hexdigest()[:PSEUDONYM_LENGTH]
