"""PURE. When what a round has left opens for a vehicle: a moment drawn for each, so that nobody wins by being there first."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

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


def start_for(
    *, seed: str, vehicle_ref: str, known_since: datetime, closes_at: datetime, instant_at: datetime, spread: timedelta
) -> datetime:
    """This will return a vehicle's start after a round: drawn, or the last moment for one registered after the round had closed.

    Plates made up once the requests are in are no more draws.
    """
    return instant_at + spread if known_since > closes_at else start_of(seed, vehicle_ref, instant_at, spread)


def own_start(round_: Any, vehicle: Any) -> datetime:
    """This will return from when a vehicle may take what a published round (its policy loaded) has left."""
    return start_for(
        seed=round_.seed,
        vehicle_ref=vehicle.ref,
        known_since=vehicle.created_at,
        closes_at=round_.closes_at,
        instant_at=round_.instant_at,
        spread=timedelta(minutes=round_.policy.instant_spread_minutes),
    )
