"""What past stays tell of a yard: how long each kind lasts, and which bays are asked for at which hour. Read once a day in each process.

The newest rows by id are read and then cut to the days that count: no search through all that ever happened.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from reservations.models import QueueEntry
from yards.choosing import Ground, ground_of
from yards.guidance.dwell import Dwell
from yards.guidance.prices import Demand, Prices, demand
from yards.models import Stay
from yards.operations.bays import need_of

LOOKED_BACK_DAYS = 7
DAY_MIN = 24 * 60.0
LEAST_STAYS = 50  # fewer say nothing of a day's demand
MOST_ROWS = 15_000
DAYS_KEPT = 64
_LOAD = ("length_m", "width_m", "reefer", "cargo_kind", "hazard_class")

Visit = tuple[float, float, QueueEntry]


@dataclass(frozen=True)
class Past:
    """How long stays last, and how many bays of each class were in use hour by hour (empty: not enough is known)."""

    dwell: Dwell
    demand: Demand


def past_of(yard_id: int, now: datetime, tz: ZoneInfo) -> Past:
    """This will return what a yard's last week tells; the same all day long by the port's clock `tz`."""
    return remembered(yard_id, now.astimezone(tz).date(), tz)


@lru_cache(maxsize=DAYS_KEPT)
def remembered(yard_id: int, day: date, tz: ZoneInfo) -> Past:
    """This will read the week before a day. Tests whose yards share an id clear it."""
    since = datetime.combine(day - timedelta(days=LOOKED_BACK_DAYS), time(), tz)
    over = list(_over(yard_id, since, datetime.combine(day, time(), tz)))
    dwell = Dwell.of((entry.next_step, entry.cargo_kind, minutes) for _, minutes, entry in over)
    return Past(dwell, _demand(yard_id, over) if len(over) >= LEAST_STAYS else {})


def _demand(yard_id: int, over: Sequence[Visit]) -> Demand:
    """Counted from the first day that is known: a yard that opened yesterday is not thought idle the days before."""
    bays = ground_of(yard_id).bays
    first_day = max(0, int(min(start for start, _, _ in over) // DAY_MIN))
    rows = ((start - first_day * DAY_MIN, minutes, bays.classes_of(need_of(entry))) for start, minutes, entry in over)
    return demand(rows, days=LOOKED_BACK_DAYS - first_day)


def _over(yard_id: int, since: datetime, until: datetime) -> Iterator[Visit]:
    """(minutes since `since` when its bay was held, minutes until it was free, entry) of the stays that ended in between."""
    stays = Stay.objects.filter(bay__yard=yard_id, state="released", occupied_at__isnull=False).order_by("-pk")
    held = stays.values_list("visit_ref", "held_at", "released_at")[:MOST_ROWS]
    spans = {ref: (start, end) for ref, start, end in held}
    entries = QueueEntry.objects.filter(lane__yard=yard_id, state="exited").order_by("-pk").select_related("lane")
    for entry in entries.only("visit_ref", "lane__next_step", "declared_step", *_LOAD)[:MOST_ROWS]:
        held_at, released_at = spans.get(entry.visit_ref, (None, None))
        if held_at and released_at and since <= released_at < until:
            yield _minutes(held_at - since), _minutes(released_at - held_at), entry


def _minutes(span: timedelta) -> float:
    return span.total_seconds() / 60


def prices_of(yard_id: int, ground: Ground, now: datetime, tz: ZoneInfo) -> Prices:
    """This will price a yard's scarce bays by its demand; without one, by the rule of best fit."""
    day = now.astimezone(tz).date()
    if ground.key is None:
        return Prices.of(ground.bays, remembered(yard_id, day, tz).demand)
    return _prices(yard_id, day, tz, ground.key)


@lru_cache(maxsize=DAYS_KEPT)
def _prices(yard_id: int, day: date, tz: ZoneInfo, key: tuple[str, datetime, int]) -> Prices:
    """`key` names the ground, so that a new plan is priced anew."""
    return Prices.of(ground_of(yard_id).bays, remembered(yard_id, day, tz).demand)
