"""Reads of closures and of the far side: what is shut, what it meant for whom, and which plans the far side cannot take."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from accounts.policy import ports_where
from reservations.errors import NoPolicy, UnknownClosure
from reservations.models import Disposition, DispositionKind, Policy, Request, Reservation, Slot
from yards import opening
from yards.capacity import places_over
from yards.models import Closure, Lane, Port
from yards.queries import STALE_AFTER, FarSide, far_sides, openings_around


def closure_for(*, user: Any, ref: str, verb: str) -> Closure:
    """This will return a closure at a port where the person may do the verb; raises UnknownClosure."""
    row = _with_counts(Closure.objects.filter(port__code__in=ports_where(user, verb), ref=ref)).first()
    if row is None:
        raise UnknownClosure
    return row


def closures_of(port: Port) -> QuerySet[Closure]:
    """This will return a port's closures, newest first, with their lanes and how many reservations each `moved`, `lost` and left `here`."""
    return _with_counts(Closure.objects.filter(port=port))


def _with_counts(rows: QuerySet[Closure]) -> QuerySet[Closure]:
    kinds = {"moved": "moved", "lost": "standby", "here": "here"}
    counts = {name: Count("dispositions", filter=Q(dispositions__kind=kind)) for name, kind in kinds.items()}
    lanes = Prefetch("lanes", Lane.objects.select_related("port", "yard").order_by("code"))
    return rows.select_related("port", "declared_by").prefetch_related(lanes).annotate(**counts)


def disposition_of(reservation: Reservation) -> Disposition | None:
    """This will return the last answer of a closure that still holds: it stands in the slot where that one put it, or lost its place.

    None once the closure is undone, or the holder has chosen another slot himself.
    """
    holds = Q(kind=DispositionKind.MOVED, to_slot=reservation.slot_id) | Q(kind=DispositionKind.STANDBY)
    rows = Disposition.objects.filter(holds, reservation=reservation).exclude(closure__state="undone")
    return rows.select_related("closure", "from_slot__lane").order_by("-at", "-pk").first()


def stands_by_instead(reservation: Reservation) -> Request | None:
    """This will return what its vehicle stands by for at that port, where who holds the reservation holds that too."""
    alike = {name: getattr(reservation, name) for name in ("vehicle_id", "driver_id", "organisation_id", "cargo_kind")}
    rows = Request.objects.filter(port=reservation.lane.port_id, state__in=["standby", "offered"], **alike)
    return rows.order_by("-pk").first()


def far_sides_of(port: Port, lanes: Iterable[Lane], *, now: datetime) -> dict[int, FarSide]:
    """This will return the far side's rate in force of each lane that has one, by lane id; how long one is fresh is the port's rule."""
    return far_sides(lanes, now=now, stale_after=_stale_after(port, now))


def _stale_after(port: Port, now: datetime) -> timedelta:
    try:
        return timedelta(hours=Policy.objects.in_force(port_id=port.pk, at=now).far_side_stale_hours)
    except NoPolicy:
        return STALE_AFTER


@dataclass(frozen=True)
class Excess:
    """A slot whose plan the far side cannot take: `planned` places by hand (`held_back`: by its window), `accepted` by the far side."""

    slot: Slot
    planned: int
    accepted: int
    held_back: bool

    @property
    def is_promised(self) -> bool:
        """More is promised already than the far side takes: cutting the plan is not enough."""
        return self.slot.taken > self.accepted


def slots_above_far_side(lanes: Iterable[Lane], *, now: datetime) -> list[Excess]:
    """This will return the coming slots that would have more places than the far side takes: those planned by hand, which keep them,
    and those held back to its rate, in order. Four queries and one for the slots."""
    lanes = list(lanes)
    rows = Slot.objects.filter(lane__in=lanes, ends_at__gt=now, is_frozen=False).select_related("lane__port")
    slots = list(rows.order_by("starts_at", "lane_id"))
    if not slots:
        return []
    openings = openings_around(lanes, now, days=(max(slot.ends_at for slot in slots) - now).days + 1)  # all there are
    found = []
    for slot in slots:
        pieces = opening.within(openings.rated(slot.lane), slot.starts_at, slot.ends_at)
        if any(piece.limit == "far_side" for piece in pieces):
            found.append(
                _excess(slot, pieces, opening.within(openings.windows_of(slot.lane), slot.starts_at, slot.ends_at))
            )
    return [each for each in found if each.planned > each.accepted or each.is_promised]


def _excess(slot: Slot, pieces: list[opening.Interval], windows: list[opening.Interval]) -> Excess:
    accepted, wanted = (places_over((p.units_per_hour, p.minutes) for p in each) for each in (pieces, windows))
    return Excess(slot, slot.planned if slot.set_by_hand else wanted, accepted, held_back=not slot.set_by_hand)
