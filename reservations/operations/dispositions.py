"""Steps of a closure: everybody inside gets his answer. The yard and all its coming slots are locked by the caller.

Slots before reservations before requests, each many rows to a statement: a day of two thousand trucks is moved in seconds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db.models import Q

from core.bulk import update_each
from core.ledger import record
from core.machine import advance, advance_many, begin_many
from reservations.models import Disposition, DispositionKind, Request, Reservation, Slot
from reservations.operations import booking, marks, offers
from reservations.operations.closing import Move, Outline, asks_for_it, fitting, stands_until
from reservations.operations.requests import record_request
from reservations.streams import port_stream
from yards import capacity
from yards.models import Closure, Lane


def carry_out(
    closure: Closure, outline: Outline, moves: Sequence[Move], shut: Collection[Slot], *, now: datetime
) -> None:
    """This will write each answer: reservations moved (their state stays) or revoked into the standby order, offers inside taken back."""
    lost = [move for move in moves if move.kind == DispositionKind.STANDBY]
    met = Reservation.objects.filter(pk__in=[move.reservation.pk for move in moves]).order_by("pk")
    list(met.select_for_update().values_list("pk", flat=True))  # before the requests: docs/locking.md
    live = _locked_requests(lost, shut)
    closed = {slot.pk for slot in shut}
    withdrawn = [row for row in live if row.state == "offered" and row.slot_id in closed]
    count_places(
        left=[move.from_slot for move in moves if move.kind != DispositionKind.HERE]
        + [_same(offer.slot_id, shut) for offer in withdrawn],
        joined=[move.to_slot for move in moves if move.to_slot],
    )
    moved = [move for move in moves if move.kind == DispositionKind.MOVED]
    move_reservations((m.reservation, m.to_slot) for m in moved)
    _revoke([move.reservation for move in lost], now=now)
    _take_back(withdrawn, closure, now=now)
    requests = _stand_by(lost, live, outline, closure, now=now)
    marks.excuse_all([move.reservation.pk for move in lost], reason=closure.reason, now=now)
    Disposition.objects.bulk_create(
        Disposition(
            closure=closure, reservation=m.reservation, kind=m.kind, from_slot=m.from_slot, to_slot=m.to_slot, at=now
        )
        for m in moves
    )
    for move in moves:
        _tell(move, closure, requests.get(move.reservation.pk))


def count_places(*, left: Iterable[Slot], joined: Iterable[Slot]) -> None:
    """This will count places left and joined in slots that are locked; what is kept for standby gives way to a promise."""
    slots: dict[int, Slot] = {}
    for group, units in ((left, -1), (joined, 1)):
        for slot in group:
            slots.setdefault(slot.pk, slot).taken += units
    for slot in slots.values():
        slot.capacity = capacity.in_force(planned=slot.planned, taken=slot.taken)
        slot.returned = min(slot.returned, slot.capacity - slot.taken)
    if slots:
        update_each([slots[pk] for pk in sorted(slots)], ["taken", "capacity", "returned"])


def move_reservations(pairs: Iterable[tuple[Reservation, Slot | None]]) -> None:
    """This will set the new slots of reservations whose old slots are locked: nobody else can move them meanwhile."""
    rows = []
    for reservation, slot in pairs:
        assert slot is not None
        reservation.slot, reservation.lane = slot, slot.lane
        reservation.changes += 1
        rows.append(reservation)
    if rows:
        update_each(rows, ["slot", "lane", "changes"])


def _locked_requests(lost: Sequence[Move], shut: Collection[Slot]) -> list[Request]:
    """Offers inside, and whatever the vehicles that lose their places ask for: nobody answers or changes them meanwhile."""
    rows = Request.objects.live().filter(
        Q(state="offered", slot__in=shut) | Q(vehicle__in=[move.reservation.vehicle_id for move in lost])
    )
    related = rows.select_related("port", "slot__lane").prefetch_related("lanes")
    return list(related.select_for_update(of=("self",)).order_by("pk"))


def _same(slot_id: int | None, slots: Iterable[Slot]) -> Slot:
    """One instance for each slot: it is counted on."""
    return next(slot for slot in slots if slot.pk == slot_id)


def _revoke(rows: Sequence[Reservation], *, now: datetime) -> None:
    """A hold may be confirmed until its row is locked, so the states are read again under the lock."""
    locked = Reservation.objects.select_for_update().filter(pk__in=[row.pk for row in rows])
    states = dict(locked.order_by("pk").values_list("pk", "state"))
    for row in rows:
        if states[row.pk] != row.state:
            row.refresh_from_db(fields=["state"])
    for _, alike in groupby(sorted(rows, key=lambda row: row.state), key=lambda row: row.state):
        advance_many(list(alike), "revoked", ended_at=now, hold_until=None)


def _take_back(offers: Sequence[Request], closure: Closure, *, now: datetime) -> None:
    """An offered place that is closed: its request is back in the standby order, and may be offered the same slot when it opens."""
    named = [(offer, offer.slot) for offer in offers]
    advance_many(offers, "standby", slot=None, offer_until=None, changed_at=now)
    for offer, slot in named:
        if slot:
            facts: dict[str, Any] = {
                "request": offer.ref,
                "lane": slot.lane.code,
                "slot": slot.ref,
                "closure": closure.ref,
            }
            record(port_stream(offer.port), "offer.lapsed", reason=closure.reason, **facts)


def _stand_by(
    lost: Sequence[Move], live: Sequence[Request], outline: Outline, closure: Closure, *, now: datetime
) -> dict[int, Request]:
    """Puts who lost its place into the standby order by the moment it was promised: the oldest first. By reservation id.

    A vehicle asks for one place at a time: its request for the same goes on, one for anything else ends.
    """
    asked = {row.vehicle_id: row for row in live}
    pairs = [(move, asked[move.reservation.vehicle_id]) for move in lost if move.reservation.vehicle_id in asked]
    kept = {m.reservation.pk: row for m, row in pairs if asks_for_it(row, m.reservation, _lanes_of(m))}
    _end([row for move, row in pairs if move.reservation.pk not in kept], closure, now=now)
    fresh = [move for move in lost if move.reservation.pk not in kept]
    made = begin_many(Request, "standby", [_wish(move, outline, closure, now) for move in fresh])
    _name_lanes(made, fresh)
    _widen([pair for pair in pairs if pair[0].reservation.pk in kept], outline, closure, now=now)
    requests = kept | {move.reservation.pk: row for move, row in zip(fresh, made, strict=True)}
    stream = port_stream(outline.port)
    for move, row in zip(fresh, made, strict=True):
        record(stream, "request.made", closure=closure.ref, **_as_made(move, row))
    for move in lost:
        row = requests[move.reservation.pk]
        stood = row.stands_at.isoformat() if row.stands_at else ""
        facts: dict[str, Any] = {
            "request": row.ref,
            "stands_at": stood,
            "drawn": row.drawn,
            "why": "closure",
            "closure": closure.ref,
            "earliest_at": row.earliest_at.isoformat(),
            "latest_at": row.latest_at.isoformat(),
            "lanes": _codes(row) if move.reservation.pk in kept else [lane.code for lane in _lanes_of(move)],
        }
        record(stream, "request.stands_by", reason=closure.reason, **facts)
    return requests


def _wish(move: Move, outline: Outline, closure: Closure, now: datetime) -> dict[str, Any]:
    row, slot = move.reservation, move.from_slot
    earliest_at = max(now, slot.starts_at)
    return {
        "port": outline.port,
        "service_date": slot.service_date,
        "vehicle_id": row.vehicle_id,
        "driver_id": row.driver_id,
        "organisation_id": row.organisation_id,
        "cargo_kind": row.cargo_kind,
        "declaration_id": row.declaration_id,
        "queue_class": slot.policy.class_of(row.cargo_kind),
        "earliest_at": earliest_at,
        "latest_at": max(earliest_at, stands_until(outline, slot, now)),
        "preferred_at": earliest_at,
        "stands_at": row.created_at,
        "reason": {"code": "closure", "facts": {"closure": closure.ref, "reservation": row.ref}},
        "created_at": now,
        "changed_at": now,
    }


def _name_lanes(requests: Sequence[Request], moves: Sequence[Move]) -> None:
    link = Request.lanes.through
    pairs = [(row, lane) for row, move in zip(requests, moves, strict=True) for lane in _lanes_of(move)]
    link.objects.bulk_create([link(request_id=row.pk, lane_id=lane.pk) for row, lane in pairs])


def _lanes_of(move: Move) -> list[Lane]:
    lane = move.from_slot.lane
    return fitting(move.reservation.cargo_kind, lane, list(lane.yard.lanes.all()))


def _codes(request: Request) -> list[str]:
    return [lane.code for lane in request.lanes.order_by("code")]


def _end(rows: Sequence[Request], closure: Closure, *, now: datetime) -> None:
    """Asked for something else: ends, told, because the lost promise goes before it."""
    for row in rows:
        if row.state == "offered":
            offers.hand_back(row, "offer.lapsed", now=now)
        reason = {"code": "gave_way", "facts": {"closure": closure.ref}}
        advance(row, "unplaced", reason=reason, ended_at=now, changed_at=now)
        record_request(row, "request.unplaced", reason=closure.reason, closure=closure.ref, why="gave_way")


def _widen(pairs: Sequence[tuple[Move, Request]], outline: Outline, closure: Closure, *, now: datetime) -> None:
    """Who already asks for another such place keeps that request; it now stands by for any time and lane, as old as the lost promise."""
    waiting = [request for _, request in pairs if request.state == "requested"]
    advance_many(waiting, "standby", changed_at=now)
    for move, request in pairs:
        wish = _wish(move, outline, closure, now)
        request.stands_at = min(request.stands_at or now, wish["stands_at"])
        request.earliest_at = min(request.earliest_at, wish["earliest_at"])
        request.latest_at = max(request.latest_at, wish["latest_at"])
        if request.reservation_id == move.reservation.pk:  # its wish for better: what was declared since goes along
            request.declaration_id = wish["declaration_id"]
        request.reservation, request.changed_at = None, now
        fields = ["stands_at", "earliest_at", "latest_at", "declaration", "reservation", "changed_at"]
        request.save(update_fields=fields)
        request.lanes.add(*_lanes_of(move))


def _as_made(move: Move, row: Request) -> dict[str, Any]:
    moments = {name: getattr(row, name).isoformat() for name in ("earliest_at", "latest_at", "preferred_at")}
    organisation = move.reservation.vehicle.organisation
    return moments | {
        "request": row.ref,
        "round": None,
        "service_date": row.service_date.isoformat(),
        "vehicle": move.reservation.vehicle.ref,
        "organisation": organisation.ref if organisation else None,
        "cargo_kind": row.cargo_kind,
        "class": row.queue_class,
        "bundle": "",
        "lanes": [lane.code for lane in _lanes_of(move)],
    }


def _tell(move: Move, closure: Closure, request: Request | None) -> None:
    """The promise's own entry, then the one that says what the closure meant for it."""
    row, old = move.reservation, move.from_slot
    if move.kind == DispositionKind.MOVED:
        facts = {"from_slot": old.ref, "from_lane": old.lane.code, "closure": closure.ref}
        booking.record_reservation(row, "reservation.changed", reason=closure.reason, **facts)
    elif move.kind == DispositionKind.STANDBY:
        booking.record_reservation(row, "reservation.revoked", reason=closure.reason, closure=closure.ref)
    record(
        old.lane.yard.stream,
        "disposition.made",
        visit_ref=row.visit_ref,
        reason=closure.reason,
        closure=closure.ref,
        kind=str(move.kind),
        reservation=row.ref,
        lane=(move.to_slot or old).lane.code,
        from_slot=old.ref,
        slot=move.to_slot.ref if move.to_slot else None,
        request=request.ref if request else None,
    )
