"""An organisation's record: how it kept its promises, and which of its trucks have something counted against them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from accounts.models import Organisation, Vehicle
from reservations.models import STRIKES, Credit, Mark, Policy, Reservation
from reservations.queries.conduct import (
    COUNTED,
    Counter,
    Tally,
    counters_of_all,
    last_strike,
    organisation_counters,
    paused_until,
    rule_of,
)

DAYS = 30


@dataclass(frozen=True)
class Kept:
    """Promises that fell due in DAYS days: `broken` were cancelled late or not come to, excused ones left out."""

    due: int
    broken: int
    tallies: list[Tally]

    @property
    def percent(self) -> int | None:
        """Rounded down, so that it shows 100 only when every promise was kept; None when none fell due."""
        return max(0, 100 * (self.due - self.broken) // self.due) if self.due else None


@dataclass(frozen=True)
class TruckRecord:
    """A truck with something used. `paused_until` while it may not reserve under the rules that were asked about."""

    vehicle: Vehicle
    counters: list[Counter]
    paused_until: datetime | None


def kept_by(organisation: Organisation, *, now: datetime) -> Kept:
    """This will sum up the last DAYS days; each kind of mark is listed in organisation_counters' order. Three queries."""
    since = now - timedelta(days=DAYS)
    due = Reservation.objects.filter(organisation=organisation, slot__ends_at__gt=since, slot__ends_at__lte=now)
    tallies = organisation_counters(organisation, now, DAYS)
    broken = sum(tally.count for tally in tallies if tally.kind in STRIKES)
    return Kept(due.exclude(state__in=["unplaced", "revoked"]).count(), broken, tallies)


def trucks_with_marks(organisation: Organisation, policy: Policy, *, now: datetime) -> list[TruckRecord]:
    """This will return the trucks that have used something under a port's rules, by plate; a pause is asked for the struck ones only."""
    longest = max(rule_of(policy, counter)[1] for counter in COUNTED)
    fresh = Mark.objects.counting().filter(at__gt=now - timedelta(days=longest + policy.block_days))
    wanted = Q(pk__in=fresh.filter(organisation=organisation).order_by().values("vehicle"))
    rows = Vehicle.objects.filter(wanted, organisation=organisation).annotate(struck_at=last_strike())
    vehicles = list(rows.order_by("plate_key"))
    counters = counters_of_all(vehicles, policy=policy, now=now)
    found = [TruckRecord(vehicle, counters[vehicle.pk], _pause(vehicle, policy, now)) for vehicle in vehicles]
    return [row for row in found if row.paused_until or any(counter.used for counter in row.counters)]


def credits_of_fleet(organisation: Organisation, *, now: datetime) -> list[Credit]:
    """This will return the tickets that the ports owe the organisation's trucks and that still count."""
    rows = Credit.objects.filter(vehicle__organisation=organisation, used_in=None, expires_at__gt=now)
    return list(rows.select_related("vehicle", "reservation__lane__port"))


def _pause(vehicle: Vehicle, policy: Policy, now: datetime) -> datetime | None:
    return paused_until(vehicle.pk, last_strike_at=vehicle.struck_at, policy=policy, now=now)  # type: ignore[attr-defined]
