"""Every truck of an organisation with what is going on with it: six queries, whatever the size of the fleet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q

from accounts.models import Organisation, Vehicle
from core import worlds
from reservations.models import QueueEntry, Request, Reservation
from reservations.states import QUEUE_ENTRY, REQUEST, RESERVATION
from yards.models import Stay

#: Promises that came to nothing: told for a while, because somebody has to plan anew.
LOST = ("revoked", "no_show", "unplaced")
REQUESTS = ("port", "vehicle", "round", "slot__lane")
RESERVATIONS = ("lane__port", "vehicle", "slot__policy", "declaration")
ENTRIES = ("lane__port", "vehicle", "gate", "reservation__slot")


@dataclass
class Truck:
    """A vehicle and its live wish, live promise, open (or just ended) visit with the bays of it, and a promise lost lately."""

    vehicle: Vehicle
    request: Request | None = None
    reservation: Reservation | None = None
    entry: QueueEntry | None = None
    stays: list[Stay] = field(default_factory=list)
    lost: Reservation | None = None

    @property
    def stay(self) -> Stay | None:
        """The bay it has now."""
        return next((stay for stay in reversed(self.stays) if stay.state != "released"), None)

    @property
    def state(self) -> str:
        """One word for where it is: called, bay, yard, waiting, offered, held, placed, standby, asked, out or idle."""
        return _inside(self) or _promised(self) or ("out" if self.entry else "idle")


def fleet_of(organisation: Organisation, *, since: datetime) -> list[Truck]:
    """This will return the organisation's trucks by plate; visits that ended and promises that were lost count from `since` on.

    A promise or wish stays with the organisation it was made for, also when its truck has left the fleet meanwhile.
    """
    vehicles = Vehicle.objects.filter(organisation=organisation, plate_class="truck")
    fleet = {vehicle.pk: Truck(vehicle) for vehicle in vehicles.order_by("plate_key")}
    for reservation in _reservations(organisation, since):
        _note(_truck(fleet, reservation.vehicle), reservation)
    for request in _requests(organisation):
        _truck(fleet, request.vehicle).request = request
    _note_visits(fleet, organisation, since)
    return list(fleet.values())


def _inside(truck: Truck) -> str:
    state = truck.entry.state if truck.entry else ""
    if state == "admitted":
        return "bay" if truck.stay and truck.stay.state == "occupied" else "yard"
    return state if state in ("waiting", "called") else ""


def _promised(truck: Truck) -> str:
    wish = truck.request.state if truck.request else ""
    if wish == "offered":
        return "offered"
    if truck.reservation:
        return "held" if truck.reservation.state == "requested" else "placed"
    return {"requested": "asked", "standby": "standby"}.get(wish, "")


def _truck(fleet: dict[int, Truck], vehicle: Vehicle) -> Truck:
    return fleet.setdefault(vehicle.pk, Truck(vehicle))


def _note(truck: Truck, reservation: Reservation) -> None:
    """Rows come oldest first, so that the newest loss is the one that is told."""
    if reservation.state in RESERVATION.live:
        truck.reservation = reservation
    else:
        truck.lost = reservation


def _reservations(organisation: Organisation, since: datetime) -> Iterable[Reservation]:
    wanted = Q(state__in=RESERVATION.live) | Q(state__in=LOST, ended_at__gte=since)
    rows = worlds.narrowed(Reservation.objects.filter(wanted, organisation=organisation), "lane__port__sandbox_of")
    return rows.select_related(*RESERVATIONS).order_by("pk")


def _requests(organisation: Organisation) -> Iterable[Request]:
    rows = Request.objects.filter(organisation=organisation, state__in=REQUEST.live)
    return worlds.narrowed(rows, "port__sandbox_of").select_related(*REQUESTS)


def _note_visits(fleet: dict[int, Truck], organisation: Organisation, since: datetime) -> None:
    """A truck's open visit, or else the one that ended last. The scope is QueueEntry.own_to's: by the vehicle."""
    wanted = Q(state__in=QUEUE_ENTRY.live) | Q(state="exited", ended_at__gte=since)
    rows = QueueEntry.objects.filter(wanted, vehicle__organisation=organisation)
    rows = worlds.narrowed(rows, "lane__port__sandbox_of")
    stays = _stays(rows)
    for entry in rows.select_related(*ENTRIES).order_by("arrived_at", "pk"):
        truck = _truck(fleet, entry.vehicle)
        if truck.entry is None or truck.entry.state not in QUEUE_ENTRY.live:
            truck.entry, truck.stays = entry, stays[entry.visit_ref]


def _stays(entries: Iterable[QueueEntry]) -> dict[str, list[Stay]]:
    found: dict[str, list[Stay]] = defaultdict(list)
    visits = entries.order_by().values("visit_ref")  # type: ignore[attr-defined]
    for stay in Stay.objects.filter(visit_ref__in=visits).select_related("bay").order_by("held_at", "pk"):
        found[stay.visit_ref].append(stay)
    return found
