"""PURE. The draw: one number for each request from the key alone, so that anybody can draw again.

The number of ticket k (from 0) is SHA-256 over key ‖ 0x00 ‖ ref (UTF-8) ‖ 0x00 ‖ k (decimal digits). A request has its best
(lowest) ticket; lower is earlier. With t tickets against one, t chances in t + 1 to be before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from reservations.allocation.shapes import Request


def ticket_number(key: bytes, ref: str, ticket: int) -> bytes:
    """This will return the 32 bytes of one ticket."""
    return hashlib.sha256(b"\x00".join((key, ref.encode(), str(ticket).encode()))).digest()


def draw_numbers(requests: Iterable[Request], *, key: bytes) -> dict[str, int]:
    """This will return for each real request's ref its place in the draw (1 is first), whatever the order of input."""
    best = {
        r.ref: min(ticket_number(key, r.ref, ticket) for ticket in range(max(1, r.tickets)))
        for r in requests
        if not r.is_phantom
    }
    return {ref: place for place, ref in enumerate(sorted(best, key=lambda ref: (best[ref], ref)), start=1)}
