"""Marks: made when a published rule counts something, excused when the port was at fault. Steps of other operations."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from accounts.models import Vehicle
from core.ledger import record
from reservations.errors import AllowanceUsedUp, VehiclePaused
from reservations.models import Mark, Policy, Reservation
from reservations.queries.conduct import COUNTER_OF, counter_of, pause_of


def allow(reservation: Reservation, kind: str, *, vehicle_ids: Iterable[int], now: datetime) -> None:
    """This will make sure that each vehicle has one more use of an allowance left; raises AllowanceUsedUp.

    The vehicles stay locked: two last uses at once do not both pass. Lock them before any slot (docs/locking.md).
    """
    policy = reservation.slot.policy
    for vehicle_id in _locked(vehicle_ids):
        counter = counter_of(vehicle_id, COUNTER_OF[kind], policy=policy, now=now)
        if not counter.left:
            again_at = _said(counter.frees_at, reservation) if counter.frees_at else "–"
            raise AllowanceUsedUp(kind=kind, limit=counter.limit, days=counter.days, again_at=again_at)


def refuse_paused(vehicle: Vehicle, reservation: Reservation, *, now: datetime) -> None:
    """This will make sure that a vehicle may reserve by the rules of a reservation's slot; raises VehiclePaused."""
    policy = reservation.slot.policy
    until = pause_of(vehicle, policy, now)
    if until:
        raise VehiclePaused(until=_said(until, reservation), limit=policy.strike_limit, days=policy.strike_days)


def make(
    reservation: Reservation, kind: str, *, now: datetime, vehicle: Vehicle | None = None, policy: Policy | None = None
) -> Mark:
    """This will count something against a vehicle (the reservation's own unless another is given), and record it.

    `policy`: the rules it was judged by, where the reservation has moved to a slot with others since.
    """
    vehicle = vehicle or reservation.vehicle
    mark = Mark.objects.create(
        kind=kind, vehicle=vehicle, organisation_id=reservation.organisation_id, reservation=reservation, at=now
    )
    _record(mark, reservation, "mark.made", policy=policy)
    return mark


def excuse(mark: Mark, *, reason: str, now: datetime) -> None:
    """This will make a mark count no more, and record it; one that is excused already stays as it is."""
    said = {"excused_at": now, "excused_reason": reason[:500]}
    if Mark.objects.counting().filter(pk=mark.pk).update(**said):
        for name, value in said.items():
            setattr(mark, name, value)
        _record(mark, mark.reservation, "mark.excused", reason=reason[:500])


def excuse_all(reservation_ids: Iterable[int], *, reason: str, now: datetime) -> None:
    """This will excuse every mark of these reservations: nobody is judged for what the port caused."""
    rows = Mark.objects.counting().filter(reservation_id__in=reservation_ids).order_by("pk")
    for mark in rows.select_related("vehicle", "reservation__slot__policy", "reservation__lane__yard"):
        excuse(mark, reason=reason, now=now)


def _locked(vehicle_ids: Iterable[int]) -> list[int]:
    """In the order of their ids; NO KEY: who only refers to a vehicle, as a new reservation does, does not wait."""
    rows = Vehicle.objects.select_for_update(no_key=True).filter(pk__in=set(vehicle_ids)).order_by("pk")
    return list(rows.values_list("pk", flat=True))


def _said(moment: datetime, reservation: Reservation) -> str:
    return f"{moment.astimezone(reservation.lane.port.tz):%Y-%m-%d %H:%M %Z}"


def _record(mark: Mark, reservation: Reservation, kind: str, *, reason: str = "", policy: Policy | None = None) -> None:
    record(
        reservation.lane.yard.stream,
        kind,
        visit_ref=reservation.visit_ref,
        reason=reason,
        policy_version=(policy or reservation.slot.policy).version,
        reservation=reservation.ref,
        lane=reservation.lane.code,
        mark=mark.ref,
        kind=mark.kind,
        vehicle=mark.vehicle.ref,
    )
