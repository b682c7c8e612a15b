"""Who counts as one in a share of a slot: an organisation, or the driver account of vehicles that have none, however many they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Any

from django.db.models import Q

from reservations.models import Policy, Request, Reservation, Slot
from reservations.states import HOLDS_A_PLACE

#: ("O", organisation), ("D", driver account), or ("V", vehicle) of what staff asked for without a driver; row ids.
Owner = tuple[str, int]


def owner_key(organisation_id: int | None, driver_id: int | None, vehicle_id: int) -> Owner:
    """This will name the owner of a promise or a request."""
    if organisation_id:
        return "O", organisation_id
    return ("D", driver_id) if driver_id else ("V", vehicle_id)


def key_of(row: Request | Reservation) -> Owner:
    """This will name the owner of a row."""
    return owner_key(row.organisation_id, row.driver_id, row.vehicle_id)


def of_owner(owner: Owner) -> Q:
    """This will return the condition on promises or requests of one owner."""
    letter, pk = owner
    if letter == "O":
        return Q(organisation=pk)
    return Q(organisation=None, driver=pk) if letter == "D" else Q(organisation=None, driver=None, vehicle=pk)


def share_of(capacity: int, policy: Policy) -> int:
    """This will return how many of so many places one owner may hold: the policy's share, one at least where there is one."""
    return min(capacity, max(1, capacity * policy.organisation_share_percent // 100))


def most_of(slot: Slot) -> int:
    """This will return how many places of a slot one owner may hold, by the slot's own rules."""
    return share_of(slot.capacity, slot.policy)


def places_held(slots: Collection[Slot], *, by: Collection[Owner] | None = None) -> Counter[tuple[int, Owner]]:
    """This will count the places promised and offered by (slot id, owner); `by`: of these owners only."""
    promised: Any = Reservation.objects.filter(state__in=HOLDS_A_PLACE)
    offered: Any = Request.objects.filter(state="offered")
    found: Counter[tuple[int, Owner]] = Counter()
    for held in (promised, offered):
        rows = held.filter(slot__in=list(slots)).order_by()
        if by is not None:
            rows = rows.filter(_any_of(by))
        columns = rows.values_list("slot_id", "organisation_id", "driver_id", "vehicle_id")
        found.update((slot_id, owner_key(*owner)) for slot_id, *owner in columns)
    return found


def _any_of(owners: Collection[Owner]) -> Q:
    ids = {letter: [pk for each, pk in owners if each == letter] for letter in "ODV"}
    own = Q(driver__in=ids["D"]) | Q(driver=None, vehicle__in=ids["V"])
    return Q(organisation__in=ids["O"]) | (Q(organisation=None) & own)
