"""What counts against a vehicle, what it has left, and until when reserving is paused. Marks count over all ports alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, DateTimeField, OuterRef, QuerySet, Subquery

from accounts.models import Organisation, Vehicle
from core.prepared import Prepared
from reservations import conduct
from reservations.models import STRIKES, Mark, MarkKind, Policy, Reservation

#: The counters, and the kinds of marks that each of them counts.
COUNTED = {
    "changes": ("change",),
    "extensions": ("extension",),
    "substitutions": ("vehicle_change", "driver_change"),
    "strikes": tuple(sorted(STRIKES)),
}
COUNTER_OF = {kind: counter for counter, kinds in COUNTED.items() for kind in kinds}

_LAST_STRIKE = Prepared(
    lambda vehicle_id: Mark.objects.counting().strikes().filter(vehicle_id=vehicle_id).order_by("-at")[:1],
    vehicle_id=-1,
)


@dataclass(frozen=True)
class Counter:
    """ "`left` of `limit` left until `frees_at`": `kind` is one of COUNTED. The strike that makes `used` reach `limit` pauses."""

    kind: str
    used: int
    limit: int
    left: int
    days: int
    frees_at: datetime | None


def rule_of(policy: Policy, counter: str) -> tuple[int, int]:
    """This will return a counter's limit and the days over which it counts."""
    if counter == "strikes":
        return policy.strike_limit, policy.strike_days
    return getattr(policy, f"{counter}_limit"), getattr(policy, f"{counter}_days")


def counters_of(vehicle: Vehicle, policy: Policy, now: datetime) -> list[Counter]:
    """This will return all counters of a vehicle under the rules of a port."""
    return counters_of_all([vehicle], policy=policy, now=now)[vehicle.pk]


def counters_of_all(vehicles: Iterable[Vehicle], *, policy: Policy, now: datetime) -> dict[int, list[Counter]]:
    """This will return the counters of any number of vehicles by row id, in one query."""
    ids = [vehicle.pk for vehicle in vehicles]
    longest = max(rule_of(policy, counter)[1] for counter in COUNTED)
    rows = Mark.objects.counting().filter(vehicle_id__in=ids, at__gt=now - timedelta(days=longest)).order_by()
    times: dict[tuple[int, str], list[datetime]] = defaultdict(list)
    for vehicle_id, kind, at in rows.values_list("vehicle_id", "kind", "at"):
        times[vehicle_id, COUNTER_OF[kind]].append(at)
    return {pk: [_counter(name, times[pk, name], policy, now) for name in COUNTED] for pk in ids}


def counter_of(vehicle_id: int, counter: str, *, policy: Policy, now: datetime) -> Counter:
    """This will return one counter of a vehicle under the rules of a port."""
    since = now - timedelta(days=rule_of(policy, counter)[1])
    return _counter(counter, _moments(vehicle_id, counter, since), policy, now)


@dataclass(frozen=True)
class Tally:
    """What counts for an organisation: `count` of one kind of mark, `percent` of its reservations that fell due in those days."""

    kind: str
    count: int
    percent: float | None


def organisation_counters(organisation: Organisation, now: datetime, days: int = 30) -> list[Tally]:
    """This will return an organisation's sums and rates of the last `days` days, every kind of mark in the order of MarkKind."""
    since = now - timedelta(days=days)
    rows = Mark.objects.counting().filter(organisation=organisation, at__gt=since, at__lte=now).order_by()
    counts = dict(rows.values_list("kind").annotate(count=Count("pk")))
    due = Reservation.objects.filter(organisation=organisation, slot__ends_at__gt=since, slot__ends_at__lte=now)
    total = due.exclude(state__in=["unplaced", "revoked"]).count()
    return [Tally(kind, counts.get(kind, 0), _percent(counts.get(kind, 0), total)) for kind in MarkKind.values]


def last_strike() -> Subquery:
    """This will return, as an expression on a query of vehicles, each one's latest strike that counts; NULL without any.

    Give it to `paused_until`: most vehicles have none, and then nothing more is asked.
    """
    rows = Mark.objects.counting().strikes().filter(vehicle=OuterRef("pk"))
    return Subquery(rows.order_by("-at").values("at")[:1], output_field=DateTimeField())


def paused_until(vehicle_id: int, *, last_strike_at: datetime | None, policy: Policy, now: datetime) -> datetime | None:
    """This will return until when a vehicle's reserving is paused; asks for its strikes only when the latest one is fresh enough."""
    if last_strike_at is None or last_strike_at <= now - timedelta(days=policy.block_days):
        return None
    return _pause(_strikes(vehicle_id, policy, now), policy, now)


def paused_among(vehicle_ids: Iterable[int], *, policy: Policy, now: datetime) -> set[int]:
    """This will return those vehicles whose reserving is paused now; only those with a strike are looked at one by one."""
    struck = Vehicle.objects.filter(pk__in=list(vehicle_ids)).annotate(struck_at=last_strike()).exclude(struck_at=None)
    rows = list(struck.order_by().values_list("pk", "struck_at"))
    return {pk for pk, at in rows if paused_until(pk, last_strike_at=at, policy=policy, now=now)}


def pause_of(vehicle: Vehicle, policy: Policy, now: datetime) -> datetime | None:
    """This will return until when a vehicle's reserving is paused at ports with these rules, None when it is not."""
    last = _LAST_STRIKE.get(vehicle_id=vehicle.pk)
    return paused_until(vehicle.pk, last_strike_at=last.at if last else None, policy=policy, now=now)


def pause_after(vehicle_id: int, *, policy: Policy, now: datetime) -> datetime | None:
    """This will return until when reserving would be paused by one more strike now, None when that one has no such effect."""
    return _pause([*_strikes(vehicle_id, policy, now), now], policy, now)


def marks_of(user: Any) -> QuerySet[Mark]:
    """This will return what counts or counted against a person's and an organisation's own reservations, newest first."""
    return Mark.objects.own_to(user).select_related("vehicle", "reservation__slot", "reservation__lane__port")


def _counter(name: str, times: list[datetime], policy: Policy, now: datetime) -> Counter:
    limit, days = rule_of(policy, name)
    counted = conduct.allowance(times, limit=limit, days=days, now=now)
    return Counter(name, counted.used, limit, counted.left, days, counted.frees_at)


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None


def _strikes(vehicle_id: int, policy: Policy, now: datetime) -> list[datetime]:
    """All that a pause of now can follow from."""
    return _moments(vehicle_id, "strikes", now - timedelta(days=policy.strike_days + policy.block_days))


def _moments(vehicle_id: int, counter: str, since: datetime) -> list[datetime]:
    rows = Mark.objects.counting().filter(vehicle_id=vehicle_id, kind__in=COUNTED[counter], at__gt=since)
    return list(rows.order_by("at").values_list("at", flat=True))


def _pause(times: list[datetime], policy: Policy, now: datetime) -> datetime | None:
    return conduct.pause(
        times, limit=policy.strike_limit, days=policy.strike_days, block_days=policy.block_days, now=now
    )
