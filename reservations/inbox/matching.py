"""Whose plate was read? One expected vehicle, read surely, that nothing else expected looks like. Else a person is asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from accounts.models import Vehicle
from accounts.plates import skeleton
from core.models import LedgerEntry
from reservations import passes
from reservations.models import GateEvent, QueueEntry, Reservation
from reservations.queries.faults import GATE_WAS_SILENT

#: A camera that is less sure than this of its own reading is not believed without a person.
SURE = 0.8
#: No slot, early check-in and grace included, spans more; told later than this is told to a person.
AROUND = timedelta(days=2)


@dataclass(frozen=True)
class Match:
    """The vehicle that was surely meant, or why that is doubtful; neither where nobody like that is expected."""

    vehicle: Vehicle | None = None
    doubt: str = ""


@dataclass
class Roster:
    """The vehicles that are expected at a port, or were there, about now: read once for a batch."""

    port_code: str
    vehicles: dict[int, Vehicle]
    alike: dict[str, list[Vehicle]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, port_code: str, *, now: datetime) -> Roster:
        """This will read the roster of a port at a moment."""
        entries = QueueEntry.objects.filter(lane__port__code=port_code)
        recent = entries.filter(Q(state__in=["waiting", "called", "admitted"]) | Q(ended_at__gt=now - AROUND))
        booked = Reservation.objects.filter(promised(), lane__port__code=port_code)
        booked = booked.filter(slot__starts_at__range=(now - AROUND, now + AROUND))
        meant = Q(pk__in=recent.values("vehicle")) | Q(pk__in=booked.values("vehicle"))
        made = cls(port_code, {row.pk: row for row in Vehicle.objects.filter(meant, plate_class="truck")})
        for vehicle in made.vehicles.values():
            made.alike[skeleton(vehicle.plate_key)].append(vehicle)
        return made

    def like(self, plate_key: str, country: str) -> list[Vehicle]:
        """This will return those whose plate may have been read as this one, itself included."""
        return [each for each in self.alike.get(skeleton(plate_key), ()) if country in ("", each.country)]


def promised() -> Q:
    """This will keep the reservations that a vehicle may come by, or may have come by before that was told."""
    return Q(state__in=["requested", "confirmed"]) | taken_for_missed()


def taken_for_missed() -> Q:
    """This will keep the reservations whose vehicle is held not to have come, so long as no gate tells otherwise: no-shows, and what was
    taken back since the gate was silent in its time."""
    silent = LedgerEntry.objects.filter(
        visit_ref=OuterRef("visit_ref"), kind="reservation.revoked", reason=GATE_WAS_SILENT
    )
    return Q(state="no_show") | Q(Exists(silent), state="revoked")


def identify(event: GateEvent, roster: Roster) -> Match:
    """This will say whose vehicle an event is about; what a person has said of it goes before all."""
    if event.decided_by_id and event.vehicle:
        return Match(event.vehicle)
    return _by_pass(event, roster.port_code) if event.token else _by_plate(event, roster)


def _by_pass(event: GateEvent, port_code: str) -> Match:
    """A pass can be photographed: alone it says who has come, and lets nobody through; with a plate it must be that truck's."""
    try:
        said = passes.read(event.token)
    except passes.PassNotValid:
        return Match(doubt="pass_not_valid")
    rows = Reservation.objects.select_related("vehicle").filter(ref=said.reservation_ref, lane__port__code=port_code)
    reservation = rows.first()
    if reservation is None:
        return Match(doubt="other_port")
    if passes.serial_of(reservation) != said.serial:
        return Match(doubt="pass_outdated")
    if event.plate_key:
        return Match(reservation.vehicle) if _is_of(event, reservation.vehicle) else Match(doubt="plate_differs")
    is_through = event.kind == "barrier" or event.way == "out"
    return Match(doubt="pass_alone") if is_through else Match(reservation.vehicle)


def _is_of(event: GateEvent, vehicle: Vehicle) -> bool:
    return event.plate_key == vehicle.plate_key and event.country in ("", vehicle.country)


def _by_plate(event: GateEvent, roster: Roster) -> Match:
    like = roster.like(event.plate_key, event.country)
    exact = [vehicle for vehicle in like if vehicle.plate_key == event.plate_key]
    if not like:
        return Match()
    if not exact:
        return Match(doubt="looks_like")
    if len(exact) > 1:
        return Match(doubt="plate_ambiguous")
    if len(like) > 1:
        return Match(doubt="looks_like_another")
    if event.confidence is not None and event.confidence < SURE:
        return Match(doubt="low_confidence")
    return Match(exact[0])


def one_off(plate_key: str, vehicles: Iterable[Vehicle]) -> list[Vehicle]:
    """This will keep the vehicles whose plate differs in one character, lost, added or read as another: only ever shown to a person."""
    return [each for each in vehicles if _is_one_off(plate_key, each.plate_key)]


def _is_one_off(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) > 1:
        return False
    same = next((n for n, pair in enumerate(zip(short, long, strict=False)) if pair[0] != pair[1]), len(short))
    return short[same + (len(short) == len(long)) :] == long[same + 1 :]
