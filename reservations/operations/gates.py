"""Who may take a place at once: what a round, a drawn start, a cool-down, a pause and an organisation's share have to say.

All of it is read with the slot and with the vehicle, in the two queries that reserving needs anyway. Only the share of an
organisation is counted later, while the slot's row is held: two of its vehicles at once cannot both be the last one.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery

from accounts.models import User, Vehicle
from core import prepared, worlds
from core.errors import NotFound
from core.prepared import Prepared
from reservations.errors import (
    CoolingDown,
    LaneClosed,
    SlotInRound,
    SlotNotOpenYet,
    SlotPast,
    SlotTooFar,
    UnknownSlot,
    VehiclePaused,
)
from reservations.models import Reservation, Slot
from reservations.operations.days import check_day_without_round
from reservations.owners import Owner, most_of
from reservations.queries.conduct import last_strike, paused_until
from reservations.starts import start_for

#: Ends of a reservation that gave its place back by its holder's will or neglect.
RETURNED = ("cancelled", "unplaced")
ROUND_IS_OVER = frozenset({"published", "void"})


def _slot_with_round(ref: str) -> QuerySet[Slot]:
    of_the_day = Q(lane__port__rounds__service_date=F("service_date"))
    rows = Slot.objects.select_related("policy", "lane__port", "lane__yard").annotate(
        day_round=FilteredRelation("lane__port__rounds", condition=of_the_day),
        round_ref=F("day_round__ref"),
        round_state=F("day_round__state"),
        round_closes_at=F("day_round__closes_at"),
        round_instant_at=F("day_round__instant_at"),
        round_seed=F("day_round__seed"),
        round_spread_minutes=F("day_round__policy__instant_spread_minutes"),
    )
    return rows.filter(ref=ref).order_by()


def _judged(vehicles: QuerySet[Vehicle], slot_id: int) -> QuerySet[Vehicle]:
    mine = Q(vehicle=OuterRef("pk")) | Q(organisation=OuterRef("organisation"))
    returned = Reservation.objects.filter(mine, slot=slot_id, state__in=RETURNED).order_by("-ended_at")
    own = {"returned_at": Subquery(returned.values("ended_at")[:1]), "last_strike_at": last_strike()}
    return vehicles.annotate(**own).order_by()


_SLOT = Prepared(_slot_with_round, ref="\x00ref")
_ANY_VEHICLE = Prepared(lambda ref, slot: _judged(Vehicle.objects.filter(ref=ref), slot), ref="\x00ref", slot=-2)
_OWN_VEHICLE = Prepared(
    lambda ref, slot, user: _judged(Vehicle.objects.of_person(user).filter(ref=ref), slot).annotate(
        has_company=Exists(Vehicle.objects.filter(drivers=user, organisation=None).exclude(pk=OuterRef("pk")))
    ),
    ref="\x00ref",
    slot=-2,
    user=-1,
)


def bookable_slot(ref: str, *, now: datetime) -> Slot:
    """This will return a slot that may be reserved now, with lane, port, yard, policy and its day's round read in one query.

    Raises UnknownSlot, SlotPast, SlotTooFar, LaneClosed, SlotInRound, and RoundNotOpen or Busy for a day whose round has no row yet.
    """
    slot = _SLOT.get(ref=ref)
    if slot is None or not worlds.sees(slot.lane.port.sandbox_of_id):
        raise UnknownSlot
    if slot.ends_at <= now:
        raise SlotPast
    if slot.starts_at > now + timedelta(days=slot.policy.horizon_days):
        raise SlotTooFar(horizon_days=slot.policy.horizon_days)
    if not slot.gives(now):
        raise LaneClosed(reason=slot.lane.closed_reason)
    _not_in_a_round(slot, now)
    return slot


def applicant(ref: str, *, slot: Slot, driver: User | None, now: datetime, is_new: bool = True) -> Vehicle:
    """This will return the driver's vehicle (any one, when staff ask) if it may take a place of the slot from `bookable_slot` now.

    `is_new`: False for one that moves a promise it has; a pause is about new ones. Raises NotFound, VehiclePaused, SlotNotOpenYet,
    CoolingDown.
    """
    wanted = {"ref": ref, "slot": slot.pk}
    vehicle = _OWN_VEHICLE.get(**wanted, user=driver.pk) if driver else _ANY_VEHICLE.get(**wanted)
    if vehicle is None:
        raise NotFound(field="vehicle")
    if is_new:
        _not_paused(slot, vehicle, now)
    _open_for(slot, vehicle, now)
    _not_cooling_down(slot, vehicle, now)
    return vehicle


def shares_with_others(vehicle: Any) -> bool:
    """This will tell whether a vehicle from `applicant` has an owner with more than one: only then there is a share to count."""
    return vehicle.organisation_id is not None or getattr(vehicle, "has_company", False)


def cooling_down(
    slots: Collection[Slot], *, organisation_id: int | None, vehicles: Collection[Vehicle] = (), now: datetime
) -> set[int]:
    """This will return the ids of the slots of which an organisation, or one of these vehicles, gave a place back just now: others
    go first. `policy` must be loaded."""
    mine = Q(vehicle__in=vehicles) | Q(organisation__isnull=False, organisation=organisation_id)
    rest = {slot.pk: timedelta(minutes=slot.policy.cooldown_minutes) for slot in slots}
    since = now - max(rest.values(), default=timedelta())
    rows = Reservation.objects.filter(mine, slot__in=slots, state__in=RETURNED, ended_at__gt=since).order_by()
    ended = rows.values_list("slot_id", "ended_at")
    return {slot_id for slot_id, at in ended if at and now < at + rest[slot_id]}


def within_share(slot: Slot, owner: Owner) -> bool:
    """This will tell whether an owner may have one more place of a slot. True only while the slot's row is held."""
    return _held_by(owner, slot.pk) < most_of(slot)


_HELD = (
    "SELECT (SELECT COUNT(*) FROM reservations_reservation WHERE slot_id = %s AND {own}"
    " AND state IN ('requested', 'confirmed', 'checked_in', 'completed', 'no_show'))"
    " + (SELECT COUNT(*) FROM reservations_request WHERE slot_id = %s AND {own} AND state = 'offered')"
)
_HELD_BY = {
    "O": _HELD.format(own="organisation_id = %s"),
    "D": _HELD.format(own="organisation_id IS NULL AND driver_id = %s"),
    "V": _HELD.format(own="organisation_id IS NULL AND driver_id IS NULL AND vehicle_id = %s"),
}


def _held_by(owner: Owner, slot_id: int) -> int:
    """Places promised and places offered, in one statement: it runs while the slot is held."""
    letter, pk = owner
    with prepared.cursor() as cursor:
        cursor.execute(_HELD_BY[letter], [slot_id, pk] * 2)
        return int(cursor.fetchone()[0])


def _not_in_a_round(slot: Any, now: datetime) -> None:
    if slot.round_ref is None:
        check_day_without_round(slot.policy, slot.lane.port, slot.service_date, now=now)
    elif slot.round_state not in ROUND_IS_OVER:
        raise SlotInRound(round=slot.round_ref, closes_at=_told(slot, slot.round_closes_at, "%Y-%m-%d %H:%M %Z"))


def _open_for(slot: Any, vehicle: Vehicle, now: datetime) -> None:
    opens_at = opens_for(slot, vehicle)
    if opens_at and now < opens_at:
        raise SlotNotOpenYet(opens_at=_told(slot, opens_at, "%Y-%m-%d %H:%M:%S %Z"))


def opens_for(slot: Any, vehicle: Vehicle) -> datetime | None:
    """This will return from when a vehicle may take what a slot's round has left; None for a slot that was in no round."""
    if slot.round_state != "published":
        opens_at: datetime | None = slot.opens_at
        return opens_at
    return start_for(
        seed=slot.round_seed,
        vehicle_ref=vehicle.ref,
        known_since=vehicle.created_at,
        closes_at=slot.round_closes_at,
        instant_at=slot.round_instant_at,
        spread=timedelta(minutes=slot.round_spread_minutes),
    )


def _not_cooling_down(slot: Slot, vehicle: Any, now: datetime) -> None:
    if vehicle.returned_at is None:
        return
    until = vehicle.returned_at + timedelta(minutes=slot.policy.cooldown_minutes)
    if now < until:
        raise CoolingDown(until=_told(slot, until, "%Y-%m-%d %H:%M %Z"))


def _not_paused(slot: Slot, vehicle: Any, now: datetime) -> None:
    until = paused_until(vehicle.pk, last_strike_at=vehicle.last_strike_at, policy=slot.policy, now=now)
    if until:
        rules = slot.policy
        told = _told(slot, until, "%Y-%m-%d %H:%M %Z")
        raise VehiclePaused(until=told, limit=rules.strike_limit, days=rules.strike_days)


def _told(slot: Slot, moment: datetime, form: str) -> str:
    return format(moment.astimezone(slot.lane.port.tz), form)
