"""PURE. How long an offered place is kept for whoever stands by, and whether it is any better than what they have."""

from __future__ import annotations

from datetime import datetime, timedelta

#: The rule's minutes count once for a slot that begins within the first span, three times within the second, twelve times beyond.
NEAR = timedelta(hours=6)
DAY = timedelta(hours=24)
FACTORS = (1, 3, 12)
#: Less than this is no offer: nobody can read and answer it.
LEAST = timedelta(minutes=1)


def offer_until(
    *, now: datetime, starts_at: datetime, ends_at: datetime, travel_minutes: int, offer_minutes: int
) -> datetime | None:
    """This will return until when a place in `[starts_at, ends_at)` is kept for one offer; None for who cannot arrive any more.

    Never past the moment of departure: to be there when the slot begins or, when that is lost already, before it ends.
    """
    travel = timedelta(minutes=travel_minutes)
    depart_at = starts_at - travel if starts_at - travel >= now + LEAST else ends_at - travel
    until = min(depart_at, now + timedelta(minutes=offer_minutes * _factor(starts_at - now)))
    return until if until >= now + LEAST else None


def _factor(ahead: timedelta) -> int:
    if ahead <= NEAR:
        return FACTORS[0]
    return FACTORS[1] if ahead <= DAY else FACTORS[2]


def displacement(*, starts_at: datetime, ends_at: datetime, preferred_at: datetime) -> timedelta:
    """This will return how far a slot lies from the time liked best: nothing when it holds that time."""
    return timedelta(0) if starts_at <= preferred_at < ends_at else abs(starts_at - preferred_at)
