"""Steps that turn a request into a promise at once: the best free place that anybody may take, for all of a bundle or for none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.models import User, Vehicle
from core.ledger import record
from core.machine import advance, begin_many
from reservations.declarations.models import Declaration
from reservations.models import Policy, Request, Reservation, Round, Slot
from reservations.operations import booking, gates
from reservations.operations.asking import Times, open_slots
from reservations.operations.declared_trips import is_open_to
from reservations.owners import Owner, owner_key, places_held, share_of
from reservations.starts import own_start
from reservations.streams import port_stream
from yards.models import Lane


class _Gone(Exception):
    """Somebody else was first at one of a bundle's places."""


def take_now(
    round_: Round | None,
    policy: Policy,
    lanes: Sequence[Lane],
    times: Times,
    vehicles: Sequence[Vehicle],
    cargo_kind: str,
    declaration: Declaration | None = None,
    *,
    driver: User | None,
    now: datetime,
) -> list[Slot]:
    """This will take a place for each vehicle, nearest to the preferred time, and return their slots; nothing when there is none for all.

    Only places that anybody may take count, and after a round only once they have opened for all of these vehicles; those for which a
    ready declaration is due by now only with one.
    """
    if any(start > now for start in _starts(round_, vehicles)):
        return []
    rows = open_slots(lanes, times.earliest_at.astimezone(lanes[0].port.tz).date(), now)
    usable = [s for s in rows if times.earliest_at <= s.starts_at <= times.latest_at and (s.opens_at or now) <= now]
    organisation_id = vehicles[0].organisation_id
    resting = gates.cooling_down(usable, organisation_id=organisation_id, vehicles=vehicles, now=now)
    usable = [s for s in usable if s.pk not in resting and is_open_to(s, vehicles, cargo_kind, declaration, now=now)]
    owner = owner_key(organisation_id, driver.pk if driver else None, vehicles[0].pk)
    left = _left(usable, policy, owner)
    for group in _groups(usable, times, policy, len(vehicles)):
        chosen = [slot for slot in group for _ in range(min(slot.free, left[slot.pk]))][: len(vehicles)]
        if len(chosen) == len(vehicles) and _take_all(chosen, policy, owner):
            return chosen
    return []


def promise_now(
    vehicles: Sequence[Vehicle],
    slots: Sequence[Slot],
    drivers: Sequence[User | None],
    cargo_kind: str,
    declaration: Declaration | None = None,
    *,
    now: datetime,
) -> list[Reservation]:
    """This will promise each vehicle its slot, whose place is taken already (new → confirmed). Before its request: docs/locking.md."""
    each = zip(vehicles, slots, drivers, strict=True)
    rows = (promise_of(vehicle, slot, driver, cargo_kind, now, declaration) for vehicle, slot, driver in each)
    return begin_many(Reservation, "confirmed", rows)


def grant(requests: Sequence[Request], reservations: Sequence[Reservation], *, now: datetime) -> None:
    """This will end the requests that were granted at once (requested → placed); `tell_granted` tells of it."""
    for request, reservation in zip(requests, reservations, strict=True):
        code = "preferred" if holds(reservation.slot, request.preferred_at) else "nearest"
        facts = {"wanted": None, "given": reservation.slot.ref, "given_at": _local_start(reservation.slot)}
        advance(request, "placed", reservation=reservation, ended_at=now, reason={"code": code, "facts": facts})


def tell_granted(requests: Sequence[Request]) -> None:
    for request in requests:
        if request.reservation:
            record_placed(port_stream(request.port), request, request.reservation, why="instant")


def _local_start(slot: Slot) -> str:
    return slot.starts_at.astimezone(slot.lane.port.tz).isoformat()


def holds(slot: Slot, moment: datetime) -> bool:
    return slot.starts_at <= moment < slot.ends_at


def record_placed(stream: str, request: Request, reservation: Reservation, *, why: str) -> None:
    """This will tell of a placed request in its port's stream and of the promise in its lane's yard's."""
    slot = reservation.slot
    record(
        stream,
        "request.placed",
        policy_version=slot.policy.version,
        request=request.ref,
        reservation=reservation.ref,
        lane=slot.lane.code,
        slot=slot.ref,
        why=why,
    )
    booking.record_reservation(
        reservation,
        "reservation.confirmed",
        vehicle=request.vehicle.ref,
        cargo_kind=request.cargo_kind,
        units=1,
        hold_until=None,
        request=request.ref,
    )


def promise_of(
    vehicle: Vehicle,
    slot: Slot,
    driver: User | None,
    cargo_kind: str,
    now: datetime,
    declaration: Declaration | None = None,
) -> dict[str, Any]:
    """This will name the fields of the reservation of a vehicle in a slot."""
    return {
        "lane": slot.lane,
        "slot": slot,
        "vehicle": vehicle,
        "driver": driver,
        "organisation_id": vehicle.organisation_id,
        "cargo_kind": cargo_kind,
        "declaration": declaration,
        "created_at": now,
    }


def _starts(round_: Round | None, vehicles: Sequence[Vehicle]) -> list[datetime]:
    if round_ is None:
        return []
    return [own_start(round_, vehicle) for vehicle in vehicles]


def _left(slots: Sequence[Slot], policy: Policy, owner: Owner) -> Counter[int]:
    """How many places of each slot may still go to the owner, by slot id."""
    held = places_held(slots, by=[owner])
    return Counter({slot.pk: max(0, share_of(slot.capacity, policy) - held[slot.pk, owner]) for slot in slots})


def _groups(slots: Sequence[Slot], times: Times, policy: Policy, vehicles: int) -> list[list[Slot]]:
    """Slots that may hold all of them together, the nearest to the preferred time first."""

    def away(slot: Slot) -> tuple[timedelta, datetime, str]:
        return (abs(slot.starts_at - times.preferred_at), slot.starts_at, slot.lane.code)

    near = sorted(slots, key=lambda slot: (not holds(slot, times.preferred_at), *away(slot)))
    if vehicles == 1:
        return [[slot] for slot in near]
    span = timedelta(minutes=policy.bundle_span_minutes)
    return [[each for each in near if first.starts_at <= each.starts_at <= first.starts_at + span] for first in near]


def _take_all(chosen: Sequence[Slot], policy: Policy, owner: Owner) -> bool:
    """In the order of their ids, all or none: a place taken for nobody is never seen by anybody.

    The share is counted again while the slots are held: two of an organisation's vehicles at once cannot both be the last one.
    """
    units = Counter(slot.pk for slot in chosen)
    try:
        with transaction.atomic():
            for pk in sorted(units):
                if not Slot.objects.take(pk, units=units[pk]):
                    raise _Gone
            left = _left(chosen, policy, owner)
            if any(left[pk] < units[pk] for pk in units):
                raise _Gone
    except _Gone:
        return False
    return True
