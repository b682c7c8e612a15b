"""How many vehicles an hour a yard's bays can turn over, from how long its stays really last, and each lane's share of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from yards.capacity import bays_per_hour
from yards.models import Bay, CargoKind, Equipment, Lane, Stay, Window

LOOKED_BACK = timedelta(days=28)
LEAST_STAYS = 50  # fewer set no limit: the windows' rates rule
MOST_ROWS = 5000
LONGEST_MIN = 24 * 60.0  # a truck that broke down says nothing of what the yard can do
YARDS_KEPT = 256

STANDS, OTHERS = "stands", "others"  # bays for dangerous goods, which nobody else may use, and all the others


def shares_of(lanes: Iterable[Lane], *, now: datetime) -> dict[int, int]:
    """This will return, by lane id, the vehicles an hour that the bays allow it, where that is fewer than its windows plan.

    A yard's turnover is shared among its lanes by what each plans at its peak. One look into the process's memory for each yard,
    and two queries for those whose stays are known.
    """
    day = now.astimezone(UTC).date()
    by_yard: dict[int, list[Lane]] = {}
    for lane in lanes:
        by_yard.setdefault(lane.yard_id, []).append(lane)
    found: dict[int, int] = {}
    for yard_id, wanted in by_yard.items():
        stay_min = mean_stay_min(yard_id, day)
        if stay_min:
            found |= _shares(yard_id, [lane.pk for lane in wanted], stay_min, day)
    return found


@lru_cache(maxsize=YARDS_KEPT)
def mean_stay_min(yard_id: int, day: date) -> float | None:
    """This will return how long a bay was held and stood in, in the mean of the four weeks before a day; None while too little is known.

    Read once a day in each process. Tests whose yards share an id clear it.
    """
    until = datetime.combine(day, time(), UTC)
    stays = Stay.objects.filter(bay__yard=yard_id, state="released", occupied_at__isnull=False).order_by("-pk")
    spans = [
        min(LONGEST_MIN, (released_at - held_at).total_seconds() / 60)
        for held_at, released_at in stays.values_list("held_at", "released_at")[:MOST_ROWS]
        if released_at and until - LOOKED_BACK <= released_at < until
    ]
    return sum(spans) / len(spans) if len(spans) >= LEAST_STAYS else None


def _shares(yard_id: int, wanted: Iterable[int], stay_min: float, day: date) -> dict[int, int]:
    lanes = list(Lane.objects.filter(yard=yard_id))
    peaks = _peaks([lane.pk for lane in lanes], day)
    turned = {kind: bays_per_hour(bays=count, stay_min=stay_min) for kind, count in _bays(yard_id).items()}
    asked = {kind: sum(peaks[lane.pk] for lane in lanes if kind in _kinds(lane)) for kind in turned}
    shares = {
        lane.pk: sum(int(turned[kind] * peaks[lane.pk] / asked[kind]) for kind in _kinds(lane) if asked[kind])
        for lane in lanes
    }
    return {pk: max(1, shares[pk]) for pk in wanted if shares[pk] < peaks[pk]}


def _peaks(lane_ids: list[int], day: date) -> Mapping[int, int]:
    """The most vehicles an hour that the windows of each lane plan from a day on."""
    peaks = dict.fromkeys(lane_ids, 0)
    for window in Window.objects.filter(lane__in=lane_ids):
        if window.valid_until is None or day < window.valid_until:
            peaks[window.lane_id] = max(peaks[window.lane_id], window.units_per_hour)
    return peaks


def _bays(yard_id: int) -> dict[str, int]:
    """Bays of the plan in force: one that is blocked for a while does not plan the coming days anew."""
    counts = {STANDS: 0, OTHERS: 0}
    for equipment in Bay.objects.in_use().filter(yard=yard_id).values_list("equipment", flat=True):
        counts[STANDS if Equipment.HAZMAT in equipment else OTHERS] += 1
    return counts


def _kinds(lane: Lane) -> list[str]:
    """Which bays the vehicles of a lane need."""
    dangerous = CargoKind.HAZARDOUS.value
    others = [OTHERS] if set(lane.cargo_kinds) - {dangerous} else []
    return [*([STANDS] if dangerous in lane.cargo_kinds else []), *others]
