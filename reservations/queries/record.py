"""A holder's record at a port: what counts for each vehicle, and what the port owes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import Vehicle
from reservations.models import Credit, Policy
from reservations.queries.conduct import Counter, counters_of_all, pause_of

SHOWN_VEHICLES = 50


@dataclass(frozen=True)
class VehicleRecord:
    """A vehicle under a port's rules; `paused_until` while it may not reserve."""

    vehicle: Vehicle
    counters: list[Counter]
    paused_until: datetime | None


def conduct_at(user: Any, policy: Policy, *, now: datetime) -> list[VehicleRecord]:
    """This will read the counters of a person's and an organisation's own vehicles, the newest vehicles first."""
    vehicles = list(Vehicle.objects.visible_to(user).order_by("-pk")[:SHOWN_VEHICLES])
    counters = counters_of_all(vehicles, policy=policy, now=now)
    return [
        VehicleRecord(vehicle, counters[vehicle.pk], pause_of(vehicle, policy=policy, now=now)) for vehicle in vehicles
    ]


def credits_of(user: Any) -> QuerySet[Credit]:
    """This will return the credits of a person's and an organisation's own vehicles."""
    own = Vehicle.objects.visible_to(user).values("pk")
    return Credit.objects.filter(vehicle__in=own).select_related("vehicle", "reservation__lane__port", "used_in")
