"""What needs a dispatcher now, in words: the most urgent first, each with where it is mended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reservations.models import Reservation
from reservations.queries.fleet_board import Truck
from yards.models import Port

#: A declaration that is asked for is spoken of so long before its moment.
DECLARE_AHEAD = timedelta(hours=24)

WORDS: dict[str, Promise] = {
    "called": _("Called: drive to the gate now"),
    "offered": _("A place is offered: take it or decline"),
    "held": _("Confirm the place, or it goes back"),
    "late": _("Not here, and its time is over: the place is lost at the end of the grace"),
    "due": _("Its time runs and it has not checked in"),
    "undeclared": _("No declaration: without one the place goes to standby"),
    "declaration": _("The declaration is not ready: without it the place goes to standby"),
    "overstay": _("It stays in the bay longer than planned"),
    "revoked": _("The port took the place back: ask for another"),
    "no_show": _("It did not come: that counts, see the reasons or appeal"),
    "unplaced": _("Not confirmed in time: the place went back"),
}
#: In the order in which a dispatcher wants to read them; those of one kind by their moment.
ORDER = tuple(WORDS)
ACT_NOW = frozenset({"called", "offered", "held", "late", "due"})


@dataclass(frozen=True)
class Need:
    """One thing to do. `by_at`: until when; `is_urgent`: somebody loses something if it waits."""

    code: str
    truck: Truck
    port: Port
    url: str
    by_at: datetime | None = None

    @property
    def words(self) -> Promise:
        return WORDS[self.code]

    @property
    def is_urgent(self) -> bool:
        return self.code in ACT_NOW


def needs_of(trucks: Iterable[Truck], *, now: datetime) -> list[Need]:
    """This will return what needs somebody, over the whole fleet."""
    found = [need for truck in trucks for need in _of(truck, now)]
    return sorted(found, key=lambda need: (ORDER.index(need.code), need.by_at or now, need.truck.vehicle.plate_key))


def _of(truck: Truck, now: datetime) -> Iterator[Need]:
    entry, request, reservation = truck.entry, truck.request, truck.reservation
    if entry and entry.state == "called":
        yield Need("called", truck, entry.lane.port, _url("turn", entry.ref), entry.call_expires_at)
    if request and request.state == "offered":
        yield Need("offered", truck, request.port, _url("request", request.ref), request.offer_until)
    if reservation:
        yield from _of_promise(truck, reservation, now)
    if entry and truck.stay and truck.stay.overstayed_at and truck.stay.state == "occupied":
        yield Need("overstay", truck, entry.lane.port, _url("turn", entry.ref))
    if truck.lost and not reservation and not request:
        yield Need(truck.lost.state, truck, truck.lost.lane.port, _url("reservation", truck.lost.ref))


def _of_promise(truck: Truck, row: Reservation, now: datetime) -> Iterator[Need]:
    slot, port, url = row.slot, row.lane.port, _url("reservation", row.ref)
    if row.state == "requested":
        yield Need("held", truck, port, url, row.hold_until)
    if row.state != "confirmed":
        return
    if now >= slot.ends_at:
        yield Need("late", truck, port, url, slot.ends_at + timedelta(minutes=slot.policy.grace_minutes))
    elif now >= slot.starts_at:
        yield Need("due", truck, port, url, slot.ends_at)
    yield from _of_declaration(truck, row, now)


def _of_declaration(truck: Truck, row: Reservation, now: datetime) -> Iterator[Need]:
    """Where the port's rules ask for one, and its moment is near."""
    hours = row.slot.policy.declaration_hours
    by_at = row.slot.starts_at - timedelta(hours=hours)
    if not hours or row.cargo_kind == "empty" or now < by_at - DECLARE_AHEAD:
        return
    if row.declaration is None:
        yield Need("undeclared", truck, row.lane.port, _url("reservation", row.ref), by_at)
    elif row.declaration.state != "ready":
        yield Need("declaration", truck, row.lane.port, _url("reservation", row.ref), by_at)


def _url(name: str, ref: str) -> str:
    return reverse(f"web:{name}", args=[ref])
