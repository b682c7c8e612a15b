"""What a person at the gate is shown: doubts, and who may be meant by each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Vehicle
from reservations.inbox.matching import Roster, one_off, promised
from reservations.models import GateEvent, QueueEntry, Reservation
from yards.models import Port, Sighting, Yard

MOST = 8  # candidates shown


@dataclass(frozen=True)
class Candidate:
    """A vehicle that may be meant, with its open entry or else its live (or missed) reservation. `why`: exact, alike or one_off."""

    vehicle: Vehicle
    entry: QueueEntry | None
    reservation: Reservation | None
    why: str


def doubts_of(port: Port, yard: Yard | None = None) -> QuerySet[GateEvent]:
    """This will return what a person has to decide at a port, or in one of its yards, the oldest first."""
    rows = GateEvent.objects.select_related("device", "yard", "vehicle").filter(yard__port=port, state="doubt")
    return (rows.filter(yard=yard) if yard else rows).order_by("occurred_at", "pk")


def candidates_of(event: GateEvent, *, now: datetime) -> list[Candidate]:
    """This will return who may be meant by an event, the likeliest first: as it was read, what looks like it, what is one character off."""
    roster = Roster.of(event.yard.port.code, now=now)
    like = roster.like(event.plate_key, "")
    near = one_off(event.plate_key, roster.vehicles.values()) if event.plate_key else []
    told = [event.vehicle] if event.vehicle else []
    why = {row.pk: "one_off" for row in near} | {row.pk: "alike" for row in like}
    why |= {row.pk: "exact" for row in (*told, *(row for row in like if row.plate_key == event.plate_key))}
    vehicles = {row.pk: row for row in (*told, *like, *near)}
    order = sorted(vehicles, key=lambda pk: (("exact", "alike", "one_off").index(why[pk]), pk))
    return [_candidate(vehicles[pk], why[pk], event) for pk in order[:MOST]]


def _candidate(vehicle: Vehicle, why: str, event: GateEvent) -> Candidate:
    at_port = {"vehicle": vehicle, "lane__port": event.yard.port_id}
    entry = QueueEntry.objects.open().select_related("lane").filter(**at_port).first()
    rows = Reservation.objects.select_related("lane", "slot").filter(**at_port)
    wanted = rows.filter(promised()).order_by("state", "-slot__starts_at")
    return Candidate(vehicle, entry, None if entry else wanted.first(), why)


def seen_inside() -> Q:
    """This will keep the called entries of which a device has told since their first call that they are in the yard or out already: nobody
    misses a call, a second one neither, because the word of a barrier is late."""
    later = GateEvent.objects.filter(
        vehicle=OuterRef("vehicle"),
        state__in=["waiting", "doubt"],
        way="out",
        occurred_at__gte=OuterRef("first_called_at"),
    )
    seen = Sighting.objects.filter(
        visit_ref=OuterRef("visit_ref"),
        source="device",
        kind__in=["bay", "zone"],
        seen_at__gte=OuterRef("first_called_at"),
    )
    return Q(Exists(later)) | Q(Exists(seen))
