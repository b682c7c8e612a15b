"""What a closure meant for a reservation, for its page: whence the port moved it and why, or that no other place was found."""

from __future__ import annotations

from dataclasses import dataclass

from reservations.models import DispositionKind, Request, Reservation
from reservations.queries import disposition_of, stands_by_instead
from web.driver.costs import moment_words


@dataclass(frozen=True)
class Moved:
    """`was`: the old time, with the lane where it was another one. `is_lost`: no place was found; `wish`: what it stands by for now."""

    was: str
    reason: str
    is_lost: bool
    wish: Request | None = None


def moved_by_port(mine: Reservation) -> Moved | None:
    """This will say what the last closure that met a reservation did with it; None where none did, or it holds no more."""
    row = disposition_of(mine)
    if row is None:
        return None
    old, is_lost = row.from_slot, row.kind == DispositionKind.STANDBY
    was = moment_words(old.starts_at, mine.lane.port)
    if old.lane_id != mine.lane_id:
        was = f"{was} · {old.lane.name}"
    reason = row.closure.reason.rstrip(" .。")  # the page ends the sentence
    return Moved(was, reason, is_lost, stands_by_instead(mine) if is_lost else None)
