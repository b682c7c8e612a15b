"""PURE. When what a round has left opens for a vehicle: a moment drawn for each, so that nobody wins by being there first."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

DIGEST_BITS = 256


def start_of(seed: str, vehicle_ref: str, instant_at: datetime, spread: timedelta) -> datetime:
    """This will return `instant_at` + `spread` · H(seed, vehicle) / 2^256, the same for all who compute it from the revealed seed.

    `seed`: the round's, in hex. H is SHA-256 over its bytes and the reference. One vehicle has one start in a round, however
    often and from whichever account it asks.
    """
    digest = hashlib.sha256(bytes.fromhex(seed) + vehicle_ref.encode()).digest()
    drawn = int.from_bytes(digest, "big")
    spread_us = spread // timedelta(microseconds=1)
    return instant_at + timedelta(microseconds=spread_us * drawn >> DIGEST_BITS)
