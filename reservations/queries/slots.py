"""Reads of slots."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from reservations.models import Slot
from reservations.owners import Owner, most_of, places_held
from yards.models import Lane

LOOKED_AT = 48  # slots on each side: a day and more


def free_slots(lane: Lane, *, service_date: date, now: datetime) -> QuerySet[Slot]:
    """This will return a lane's slots of a local day that are not over, full ones included (`slot.free` says how many are left)."""
    return lane.slots.filter(service_date=service_date, ends_at__gt=now).select_related("policy").order_by("starts_at")


def service_dates(lane: Lane, *, now: datetime) -> list[date]:
    """This will return the local days on which the lane has slots that may be reserved now."""
    rows = lane.slots.not_over(now).order_by("service_date")
    horizon = rows.values_list("policy__horizon_days", flat=True).first()
    if horizon is None:
        return []
    bookable = rows.filter(starts_at__lte=now + timedelta(days=horizon))
    return list(bookable.values_list("service_date", flat=True).distinct())


def nearest_free(slot: Slot, *, now: datetime) -> dict[str, Any]:
    """This will name the nearest earlier and later slots of the same lane with room: {earlier, later} as {ref, starts_at} or None."""
    with_room = Slot.objects.filter(lane_id=slot.lane_id).not_over(now).with_room().open_to_all(now)
    earlier = with_room.filter(starts_at__lt=slot.starts_at).order_by("-starts_at").first()
    later = with_room.filter(starts_at__gt=slot.starts_at).order_by("starts_at").first()
    return {"earlier": _named(earlier), "later": _named(later)}


def nearest_within_share(slot: Slot, owner: Owner, *, now: datetime) -> dict[str, Any]:
    """This will name the nearest slots of the same lane that an owner may still have a place in, as `nearest_free` does."""
    rows = Slot.objects.filter(lane_id=slot.lane_id).not_over(now).with_room().open_to_all(now).select_related("policy")
    before = list(rows.filter(starts_at__lt=slot.starts_at).order_by("-starts_at")[:LOOKED_AT])
    after = list(rows.filter(starts_at__gt=slot.starts_at).order_by("starts_at")[:LOOKED_AT])
    held = places_held([*before, *after], by=[owner])

    def first(slots: list[Slot]) -> dict[str, str] | None:
        return _named(next((each for each in slots if held[each.pk, owner] < most_of(each)), None))

    return {"earlier": first(before), "later": first(after)}


def _named(slot: Slot | None) -> dict[str, str] | None:
    return {"ref": slot.ref, "starts_at": slot.starts_at.isoformat()} if slot else None
