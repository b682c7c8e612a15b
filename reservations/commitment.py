"""PURE. What follows from a round's seed: the commitment before it, the draw's key, masked names (drawn starts: starts.py)."""

from __future__ import annotations

import hashlib
import hmac
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


def salt_of(secret: str, round_ref: str) -> bytes:
    """This will return the salt of a round's masks, from the installation's secret: never published, as the seed is."""
    return hmac.digest(secret.encode(), f"round masks {round_ref}".encode(), "sha256")


def pseudonym(salt: bytes, ref: str) -> str:
    """This will mask an owner's ref: the same within a round, not to be followed from round to round, not to be found by trying refs."""
    return hmac.digest(salt, ref.encode(), "sha256").hex()[:PSEUDONYM_LENGTH]
