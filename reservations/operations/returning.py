"""Steps of a closure that is taken back: everybody it moved has his old place again, or nobody has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.ledger import record
from core.machine import advance, begin_many
from reservations.errors import CannotUndo
from reservations.models import Disposition, Request, Reservation, Slot
from reservations.operations import booking
from reservations.operations.closing import asks_for_it, fitting
from reservations.operations.dispositions import count_places, move_reservations
from reservations.operations.generating import AUTOMATIC
from reservations.streams import port_stream
from yards.models import Closure

WHY: dict[str, Promise] = {
    "called": _("the vehicle has come by its new place"),
    "slot_over": _("its old slot is over"),
    "closed_otherwise": _("its old slot is closed for another reason as well"),
    "no_room": _("its old slot has fewer places now"),
}
#: Ends by which a holder, or the port, has dealt with the moved reservation since: it stays as it is.
SETTLED = ("cancelled", "revoked", "unplaced")


def restore(closure: Closure, *, reason: str, now: datetime) -> None:
    """This will move every reservation back and promise anew what was revoked. Raises CannotUndo for the first that cannot be."""
    met = Reservation.objects.filter(dispositions__closure=closure).order_by("pk")
    list(met.select_for_update(of=("self",)).values_list("pk", flat=True))  # before the requests: docs/locking.md
    rows = closure.dispositions.exclude(kind="here").select_related(
        "reservation__vehicle", "from_slot__lane__yard", "reservation__lane"
    )
    found = Slot.objects.select_related("lane__yard", "lane__port", "policy")
    slots = found.in_bulk({pk for row in rows for pk in (row.from_slot_id, row.to_slot_id) if pk})
    moved = [row for row in rows if row.kind == "moved" and _is_still_moved(row)]
    waiting = _waiting(row for row in rows if row.kind == "standby")
    lost = [(row, request) for row in rows if row.kind == "standby" and (request := _still_waits(row, waiting))]
    back = [*moved, *(row for row, request in lost)]
    for row in back:
        _check_old_place(row, slots[row.from_slot_id], now)
    offered = Slot.objects.select_related("lane").in_bulk([r.slot_id for row, r in lost if r.slot_id])
    left = [slots[row.to_slot_id] for row in moved if row.to_slot_id]
    left += [slots.get(r.slot_id) or offered[r.slot_id] for row, r in lost if r.slot_id]
    _check_room(back, slots)
    count_places(left=left, joined=[slots[row.from_slot_id] for row in back])
    for slot_id, units in sorted(Counter(slot.pk for slot in left).items()):
        Slot.objects.keep_for_standby(slot_id, units=units)
    _move_back(closure, moved, slots, reason=reason)
    _promise_anew(closure, lost, slots, reason=reason, now=now)


def _is_still_moved(row: Disposition) -> bool:
    reservation = row.reservation
    if reservation.state in SETTLED or reservation.slot_id != row.to_slot_id:
        return False
    if reservation.state not in ("requested", "confirmed"):
        raise _cannot(row, "called")
    return True


def _waiting(rows: Iterable[Disposition]) -> dict[int, Request]:
    """What the vehicles without a place stand by for, by vehicle id; locked: no offer is made or answered meanwhile."""
    vehicles = [row.reservation.vehicle_id for row in rows]
    asked = Request.objects.filter(vehicle__in=vehicles, state__in=["standby", "offered"])
    related = asked.select_related("port", "slot__lane").prefetch_related("lanes")
    return {request.vehicle_id: request for request in related.select_for_update(of=("self",)).order_by("pk")}


def _still_waits(row: Disposition, waiting: Mapping[int, Request]) -> Request | None:
    """The request for a revoked reservation's place; None when it was given up, asks for another one now, or has found one."""
    vehicle = row.reservation.vehicle
    if vehicle.entries.filter(arrived_at__gte=row.at).exists():
        raise _cannot(row, "called")
    if Reservation.objects.live().filter(vehicle=vehicle).exists():
        return None
    request, lane = waiting.get(vehicle.pk), row.from_slot.lane
    lanes = fitting(row.reservation.cargo_kind, lane, list(lane.yard.lanes.all()))
    return request if request and asks_for_it(request, row.reservation, lanes) else None


def _check_old_place(row: Disposition, slot: Slot, now: datetime) -> None:
    if slot.ends_at <= now:
        raise _cannot(row, "slot_over")
    if (
        slot.is_frozen and slot.frozen_reason in AUTOMATIC
    ):  # what staff froze by hand takes nobody new; who was there stays
        raise _cannot(row, "closed_otherwise")


def _check_room(rows: Sequence[Disposition], slots: dict[int, Slot]) -> None:
    """Nobody could take a place of a closed slot, but its plan may have been cut."""
    coming: dict[int, int] = {}
    for row in rows:
        slot = slots[row.from_slot_id]
        coming[slot.pk] = coming.get(slot.pk, 0) + 1
        if slot.taken + coming[slot.pk] > slot.capacity:
            raise _cannot(row, "no_room")


def _cannot(row: Disposition, why: str) -> CannotUndo:
    return CannotUndo(reservation=row.reservation.ref, why=why, words=WHY[why])


def _move_back(closure: Closure, rows: Sequence[Disposition], slots: dict[int, Slot], *, reason: str) -> None:
    """Told as any change of slot: the driver reads his old time again."""
    move_reservations((row.reservation, slots[row.from_slot_id]) for row in rows)
    for row in rows:
        left = slots[row.to_slot_id or 0]
        facts = {"from_slot": left.ref, "from_lane": left.lane.code, "undone": closure.ref}
        booking.record_reservation(row.reservation, "reservation.changed", reason=reason, **facts)


def _promise_anew(
    closure: Closure,
    lost: Sequence[tuple[Disposition, Request]],
    slots: dict[int, Slot],
    *,
    reason: str,
    now: datetime,
) -> None:
    """A revoked reservation stays ended; its vehicle gets another one for the same slot, and its request has its place."""
    made = begin_many(Reservation, "confirmed", [_like(row.reservation, slots[row.from_slot_id]) for row, _ in lost])
    for promise, (row, request) in zip(made, lost, strict=True):
        old, offered, slot = row.reservation, request.slot, promise.slot
        reasons = {"code": "undone", "facts": {"given": slot.ref}}
        over = {"slot": None, "offer_until": None, "ended_at": now, "changed_at": now}
        advance(request, "placed", still=None, reservation=promise, reason=reasons, **over)
        stream = port_stream(request.port)
        if offered:
            gone: dict[str, Any] = {"request": request.ref, "lane": offered.lane.code, "slot": offered.ref}
            record(stream, "offer.lapsed", reason=reason, undone=closure.ref, **gone)
        facts: dict[str, Any] = {"vehicle": old.vehicle.ref, "cargo_kind": old.cargo_kind, "units": old.units}
        facts |= {"instead_of": old.ref, "undone": closure.ref, "request": request.ref, "hold_until": None}
        booking.record_reservation(promise, "reservation.confirmed", reason=reason, **facts)
        placed: dict[str, Any] = {"lane": slot.lane.code, "slot": slot.ref, "reservation": promise.ref}
        record(stream, "request.placed", reason=reason, request=request.ref, why="undone", **placed)


def _like(old: Reservation, slot: Slot) -> dict[str, Any]:
    kept = ("vehicle", "driver_id", "organisation_id", "cargo_kind", "units", "declaration_id", "created_at")
    return {"lane": slot.lane, "slot": slot} | {name: getattr(old, name) for name in kept}
