"""Arrival: a vehicle joins the published order of a lane, and may leave it again."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F

from accounts.models import Membership, User, Vehicle
from core.actors import Actor
from core.db import operation
from core.errors import NotFound
from core.ids import new_ref
from core.ledger import record
from core.machine import advance, begin
from reservations.errors import CameAlready, TooEarly, VehicleHasAReservation, WrongCargo, WrongPort
from reservations.models import LaneQueue, Policy, QueueEntry, Reservation, Slot
from reservations.operations import booking, marks
from reservations.operations.declared_trips import Trip, trip_of
from reservations.operations.suitability import check_ever_fits, checked_class
from reservations.queries import faults
from reservations.queries.faults import grace_ends_at
from yards.errors import ReasonNeeded, UnknownLane
from yards.models import Lane, Sighting
from yards.operations import bays


@operation
def check_in(
    *,
    reservation_ref: str,
    port_code: str,
    seen_at: datetime | None = None,
    hazard_class: str = "",
    now: datetime,
    actor: Actor,
) -> QueueEntry:
    """This will put a reserved vehicle into its lane's order (reservation: confirmed → checked_in; entry: new → waiting).

    Inside the slot's grace it stands by its promised time. After grace the reservation ends as no_show and the vehicle slides to
    the next feasible place, as a walk-up does; so does one whose place the port took back. That works once.
    `seen_at`: when a gate saw it, where that is told late. Seen in time is in time: a no-show noted meanwhile counts no more.
    `hazard_class`: of its dangerous goods ("3", "5.1"); blank where nobody says: then its declaration does, and of its next step.

    Raises NotFound, WrongPort, TooEarly, WrongState, VehicleInQueue, CameAlready, VehicleHasAReservation (too late, and another
    reservation is live).
    """
    reservation = booking.found(reservation_ref)
    bays.lock_yard(reservation.lane.yard_id)
    trip = trip_of(reservation, checked_class(hazard_class))
    if reservation.lane.port.code != port_code:
        raise WrongPort(port=reservation.lane.port.name)
    policy = reservation.slot.policy
    opens_at = faults.opens_at(reservation)
    if reservation.state == "confirmed" and now < opens_at:
        raise TooEarly(opens_at=f"{opens_at.astimezone(reservation.lane.port.tz):%Y-%m-%d %H:%M %Z}")
    came_at = seen_at if seen_at and opens_at <= seen_at < now else now
    if reservation.state == "no_show" and came_at < grace_ends_at(reservation):
        return _join_in_time_after_all(reservation, policy=policy, trip=trip, now=now)
    if _is_late(reservation, came_at):
        return _join_late(reservation, policy=policy, trip=trip, now=now)
    advance(reservation, "checked_in", still={"slot_id": reservation.slot_id})
    return _join(
        lane=reservation.lane,
        vehicle_id=reservation.vehicle_id,
        driver_id=reservation.driver_id,
        cargo_kind=reservation.cargo_kind,
        policy=policy,
        trip=trip,
        reservation=reservation,
        now=now,
    )


@operation
def check_in_walk_up(
    *,
    lane_code: str,
    vehicle_ref: str,
    cargo_kind: str,
    hazard_class: str = "",
    driver: User | None,
    now: datetime,
    actor: Actor,
) -> QueueEntry:
    """This will put a vehicle without a reservation into a lane's order (entry: new → waiting) with the first free place from now on.

    Raises UnknownLane, WrongCargo, NotFound (vehicle), VehicleHasAReservation, NoBayEverFits, VehicleInQueue, Invalid (hazard_class).
    """
    lane = Lane.objects.select_related("port", "yard").filter(code=lane_code).first()
    if lane is None:
        raise UnknownLane
    if cargo_kind not in lane.cargo_kinds:
        raise WrongCargo
    bays.lock_yard(lane.yard_id)
    hazard_class = checked_class(hazard_class)
    vehicle = Vehicle.objects.filter(ref=vehicle_ref).first()
    if vehicle is None:
        raise NotFound(field="vehicle")
    _no_live_reservation(vehicle.pk)
    check_ever_fits([lane.yard_id], vehicle, cargo_kind, hazard_class=hazard_class, now=now)
    return _join(
        lane=lane,
        vehicle_id=vehicle.pk,
        driver_id=driver.pk if driver else None,
        cargo_kind=cargo_kind,
        policy=Policy.objects.in_force(port_id=lane.port_id, at=now),
        trip=Trip(hazard_class),
        own_slot=_first_place(lane, now),
        now=now,
    )


@operation
def withdraw(*, entry_ref: str, reason: str, now: datetime, actor: Actor) -> QueueEntry:
    """This will take a vehicle out of the order (waiting or called → withdrawn); its bay and its place in the slot come free.

    Raises NotFound, ReasonNeeded (staff), WrongState.
    """
    if actor.kind != "driver" and not reason.strip():
        raise ReasonNeeded
    entry = locked_entry(entry_ref)
    leave(entry, reason=reason.strip(), now=now, by_holder=_is_holder(actor, entry))
    return entry


# ------------------------------------------------------------- steps, used by other operations of this app


def locked_entry(ref: str) -> QueueEntry:
    """This will lock the entry's yard, then return the entry with all that operations read of it."""
    yard_id = QueueEntry.objects.filter(ref=ref).values_list("lane__yard_id", flat=True).first()
    if yard_id is None:
        raise NotFound(field="entry")
    bays.lock_yard(yard_id)
    related = (
        "lane__yard",
        "lane__port",
        "lane__gate",
        "lane__queue",
        "vehicle",
        "reservation__slot__policy",
        "slot",
        "gate",
    )
    return QueueEntry.objects.select_related(*related).get(ref=ref)


def leave(entry: QueueEntry, *, reason: str, now: datetime, by_holder: bool = False) -> None:
    """This will end an entry as withdrawn: bay released, reservation cancelled, a walk-up's own place given back.

    `by_holder`: its holder's doing; then it is judged as any late cancellation.
    """
    stay = bays.live_stay(entry.visit_ref)
    advance(entry, "withdrawn", ended_at=now, call_expires_at=None)
    lapse_overrides(entry)
    if entry.slot_id:
        Slot.objects.give_back(entry.slot_id)
    if entry.reservation_id:
        _give_up(entry, booking.found(entry.reservation.ref), reason=reason, now=now, by_holder=by_holder)  # type: ignore[union-attr]
    if stay:
        bays.release(yard=entry.lane.yard, stay=stay, now=now, reason="withdrawn")
    Sighting.objects.filter(visit_ref=entry.visit_ref).delete()
    record_entry(entry, "queue.withdrawn", reason=reason, slot=entry.slot.ref if entry.slot else None)


def _give_up(entry: QueueEntry, reservation: Reservation, *, reason: str, now: datetime, by_holder: bool) -> None:
    late = by_holder and faults.is_past_cutoff(reservation, now=now)
    excuse = faults.excuse_for_act(reservation, now=now, entry=entry)
    booking.end(reservation, "cancelled", now=now, reason=reason, late=late, excuse=excuse)
    if excuse:
        marks.excuse_all([reservation.pk], reason=excuse, now=now)
    elif late:
        marks.make(reservation, "late_cancel", now=now)


def _is_holder(actor: Actor, entry: QueueEntry) -> bool:
    """The driver, or somebody of the organisation; port staff who withdraw a vehicle are not."""
    if actor.user_id is None or entry.driver_id == actor.user_id:
        return actor.user_id is not None
    organisation_id = entry.vehicle.organisation_id
    people = Membership.objects.filter(user=actor.user_id, organisation__isnull=False)
    return people.filter(organisation=organisation_id).exists()


def lapse_overrides(entry: QueueEntry) -> None:
    """This will end the entry's overrides that are asked for or approved (→ lapsed): none outlives the wait it was meant for."""
    for override in entry.overrides.filter(state__in=["pending", "approved"]):
        advance(override, "lapsed")
        record_entry(entry, "override.lapsed", override=override.ref)


def record_entry(entry: QueueEntry, kind: str, *, reason: str = "", policy_version: int = 0, **facts: object) -> None:
    """This will record what happened to an entry."""
    record(
        entry.lane.yard.stream,
        kind,
        visit_ref=entry.visit_ref,
        reason=reason,
        policy_version=policy_version,
        entry=entry.ref,
        lane=entry.lane.code,
        ticket=entry.ticket,
        **facts,
    )


def _no_live_reservation(vehicle_id: int) -> None:
    """A vehicle that has a promise comes by that promise; one that is checked in already fails on its open entry."""
    if Reservation.objects.live().exclude(state="checked_in").filter(vehicle_id=vehicle_id).exists():
        raise VehicleHasAReservation


def _is_late(reservation: Reservation, now: datetime) -> bool:
    """Ended without its vehicle, by its fault or the port's, or about to."""
    ended = reservation.state in ("no_show", "revoked")
    return ended or (reservation.state == "confirmed" and now >= grace_ends_at(reservation))


def _join_late(reservation: Reservation, *, policy: Policy, trip: Trip, now: datetime) -> QueueEntry:
    _not_come_already(reservation, now)
    own_slot = _first_place(reservation.lane, now)
    if reservation.state == "confirmed":
        end_unarrived(reservation, now=now)
    _no_live_reservation(reservation.vehicle_id)
    return _join(
        lane=reservation.lane,
        vehicle_id=reservation.vehicle_id,
        driver_id=reservation.driver_id,
        cargo_kind=reservation.cargo_kind,
        policy=policy,
        trip=trip,
        own_slot=own_slot,
        now=now,
        late=True,
    )


def _join_in_time_after_all(reservation: Reservation, *, policy: Policy, trip: Trip, now: datetime) -> QueueEntry:
    """Its place in the slot is used still: it stands by its promise without taking another one."""
    _not_come_already(reservation, now)
    _no_live_reservation(reservation.vehicle_id)
    marks.excuse_all([reservation.pk], reason=faults.SEEN_IN_TIME, now=now)
    return _join(
        lane=reservation.lane,
        vehicle_id=reservation.vehicle_id,
        driver_id=reservation.driver_id,
        cargo_kind=reservation.cargo_kind,
        policy=policy,
        trip=trip,
        promised_at=reservation.slot.starts_at,
        now=now,
    )


def _not_come_already(reservation: Reservation, now: datetime) -> None:
    since = reservation.ended_at or now
    if reservation.vehicle.entries.filter(arrived_at__gte=since, lane__port_id=reservation.lane.port_id).exists():
        raise CameAlready


def end_unarrived(reservation: Reservation, *, now: datetime) -> None:
    """This will end a reservation whose vehicle did not come in time (confirmed → no_show; its place stays used; it counts as a strike).

    Nobody is judged for a lane that was shut or a gate that was silent: then it is revoked, without penalty (confirmed → revoked).
    """
    excuse = faults.excuse_for_absence(reservation, now=now)
    if excuse:
        booking.end(reservation, "revoked", now=now, reason=excuse)
        marks.excuse_all([reservation.pk], reason=excuse, now=now)
        return
    advance(reservation, "no_show", ended_at=now)
    booking.record_reservation(reservation, "reservation.no_show")
    marks.make(reservation, "no_show", now=now)


def _join(
    *,
    lane: Lane,
    vehicle_id: int,
    driver_id: int | None,
    cargo_kind: str,
    policy: Policy,
    trip: Trip,
    now: datetime,
    reservation: Reservation | None = None,
    own_slot: Slot | None = None,
    promised_at: datetime | None = None,
    late: bool = False,
) -> QueueEntry:
    slot = reservation.slot if reservation else own_slot
    promised_at = promised_at or (slot.starts_at if slot else _after_all(lane, now))
    vehicle = Vehicle.objects.get(pk=vehicle_id)
    entry = begin(
        QueueEntry,
        "waiting",
        visit_ref=reservation.visit_ref if reservation else new_ref("N"),
        lane=lane,
        vehicle=vehicle,
        driver_id=driver_id,
        reservation=reservation,
        slot=own_slot,
        cargo_kind=cargo_kind,
        length_m=vehicle.length_m,
        width_m=vehicle.width_m,
        reefer=vehicle.reefer,
        hazard_class=trip.hazard_class,
        declared_step=trip.next_step,
        declaration=trip.declaration,
        queue_class=policy.class_of(cargo_kind),
        ticket=_next_ticket(lane),
        arrived_at=now,
        promised_at=promised_at,
    )
    record_entry(
        entry,
        "queue.checked_in",
        policy_version=policy.version,
        vehicle=vehicle.ref,
        cargo_kind=cargo_kind,
        length_m=float(vehicle.length_m),
        width_m=float(vehicle.width_m),
        reefer=vehicle.reefer,
        hazard_class=trip.hazard_class,
        promised_at=promised_at.isoformat(),
        arrived_at=now.isoformat(),
        slot=own_slot.ref if own_slot else None,
        reservation=reservation.ref if reservation else None,
        late=late,
        **{"class": entry.queue_class},
    )
    return entry


def _first_place(lane: Lane, now: datetime) -> Slot | None:
    """Takes a place in the first slot from now on that has one; None when every known slot is full.

    A walk-up may take what anybody may take: no place that waits for a round, for requests still to come, or for the standby
    order. Where there is more room than is expected to be asked for, that is every free place, and it flows straight through.
    """
    while slot := lane.slots.not_over(now).with_room().open_to_all(now).order_by("starts_at").first():
        if Slot.objects.take(slot.pk):
            return slot
    return None


def _after_all(lane: Lane, now: datetime) -> datetime:
    """With every known slot full, a walk-up stands after everything that was promised."""
    last = lane.slots.order_by("-ends_at").values_list("ends_at", flat=True).first()
    return max(now, last) if last else now


def _next_ticket(lane: Lane) -> int:
    queue, _ = LaneQueue.objects.get_or_create(lane=lane)
    LaneQueue.objects.filter(pk=queue.pk).update(tickets=F("tickets") + 1)
    return LaneQueue.objects.values_list("tickets", flat=True).get(pk=queue.pk)
