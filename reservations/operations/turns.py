"""Whose turn it is for a place that came free: the standby order of a slot, each with the reason why it cannot be this one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.db.models import QuerySet

from accounts.models import Vehicle
from reservations.models import QueueEntry, Request, Reservation, Slot
from reservations.operations import gates
from reservations.owners import key_of, most_of, places_held
from reservations.queries import declared, faults
from reservations.queries.conduct import paused_among
from reservations.standby import displacement, offer_until
from reservations.states import QUEUE_ENTRY
from yards.models import CargoKind

PAGE = 200


@dataclass(frozen=True)
class Turn:
    """Who is asked, until when, and who stood before and could not use the place, as [request ref, why]."""

    request: Request
    until: datetime
    passed: list[list[str]]


def turns_of(slot: Slot, *, places: int, now: datetime) -> tuple[list[Turn], list[list[str]]]:
    """This will return whose turn it is for up to `places` places of a slot, in the published order, and all who were passed over.

    Why somebody is passed over: not_ready, bundle (comes together or not at all), declined, is_here, has_a_reservation (one that
    cannot be moved), holds_as_good, undeclared (a ready declaration is due for the slot by now), paused, cooling_down,
    organisation_share, too_far.
    """
    passed: list[list[str]] = []
    turns: list[Turn] = []
    judge = _Judge(slot, now)
    for request in judge.in_order():
        if len(turns) == places:
            break
        until, why = judge.until(request), judge.why_not(request)
        if why or until is None:
            passed.append([request.ref, why or "too_far"])
            continue
        judge.count(request)
        turns.append(Turn(request, until, list(passed)))
    return turns, passed


def standing_for(slot: Slot) -> QuerySet[Request]:
    """This will return who stands by for a slot's lane and time, in the published order."""
    window = {"earliest_at__lte": slot.starts_at, "latest_at__gte": slot.starts_at}
    return Request.objects.standing_by().filter(lanes=slot.lane_id, **window)


def can_move(held: Reservation, slot: Slot, now: datetime) -> bool:
    """This will tell whether a live reservation could be moved to a slot that is offered to its vehicle.

    Only while it could be cancelled freely: an offer is no way around a late cancellation.
    """
    in_time = held.slot.starts_at > now and not faults.is_past_cutoff(held, now=now)
    return held.state == "confirmed" and in_time and held.lane.yard_id == slot.lane.yard_id


class _Judge:
    """What decides about everybody, read once for the slot and once for each page of the order."""

    def __init__(self, slot: Slot, now: datetime) -> None:
        self.slot, self.now = slot, now
        self.most = most_of(slot)
        self.held_by = places_held([slot])
        due_at = declared.due_at(slot)
        self.asks_for_declarations = due_at is not None and due_at <= now
        self.resting_vehicles, self.resting_organisations = _resting(slot, now)

    def in_order(self) -> Iterator[Request]:
        rows, start = standing_for(self.slot).select_related("vehicle", "declaration"), 0
        rows = rows.defer("declaration__content", "declaration__findings")
        while page := list(rows[start : start + PAGE]):
            self._read(page)
            yield from page
            start += PAGE

    def until(self, request: Request) -> datetime | None:
        return offer_until(
            now=self.now,
            starts_at=self.slot.starts_at,
            ends_at=self.slot.ends_at,
            travel_minutes=request.travel_minutes,
            offer_minutes=self.slot.policy.offer_minutes,
        )

    def why_not(self, request: Request) -> str:
        reasons = {
            "not_ready": not request.is_ready,
            "bundle": bool(request.bundle),
            "declined": self.slot.ref in request.reason.get("declined", []),
            "is_here": request.vehicle_id in self.here,
            "undeclared": self.asks_for_declarations and self._is_undeclared(request),
            "paused": request.vehicle_id in self.paused,
            "cooling_down": self._rests(request),
            "organisation_share": self.held_by[self.slot.pk, key_of(request)] >= self.most,
        }
        return next((name for name, holds in reasons.items() if holds), "") or self._held_why(request)

    def count(self, request: Request) -> None:
        self.held_by[self.slot.pk, key_of(request)] += 1

    def _read(self, page: list[Request]) -> None:
        vehicles = [request.vehicle_id for request in page]
        live = Reservation.objects.live().filter(vehicle__in=vehicles)
        live = live.select_related("slot__policy", "lane", "declaration")
        live = live.defer("declaration__content", "declaration__findings")
        self.held = {row.vehicle_id: row for row in live}
        here = QueueEntry.objects.filter(vehicle__in=vehicles, state__in=QUEUE_ENTRY.live)
        self.here = set(here.values_list("vehicle_id", flat=True))
        self.paused = paused_among(vehicles, policy=self.slot.policy, now=self.now)

    def _rests(self, request: Request) -> bool:
        return request.vehicle_id in self.resting_vehicles or request.organisation_id in self.resting_organisations

    def _is_undeclared(self, request: Request) -> bool:
        """Who would move a promise brings what that one is declared by; where nothing is, somebody else may have named its plate."""
        if request.cargo_kind == CargoKind.EMPTY:
            return False
        declaration = self.held.get(request.vehicle_id, request).declaration
        return declaration.state != "ready" if declaration else not self._is_named(request.vehicle)

    def _is_named(self, vehicle: Vehicle) -> bool:
        lane = self.slot.lane
        if (vehicle.country, vehicle.plate_key) not in self.named:
            return False
        return bool(declared.ready_for(port=lane.port, direction=lane.direction, vehicle=vehicle))

    @cached_property
    def named(self) -> set[tuple[str, str]]:
        return declared.named_by_ready(port=self.slot.lane.port, direction=self.slot.lane.direction)

    def _held_why(self, request: Request) -> str:
        held = self.held.get(request.vehicle_id)
        if held is None:
            return ""
        if not can_move(held, self.slot, self.now):
            return "has_a_reservation"
        new, old = (_away(slot, request) for slot in (self.slot, held.slot))
        return "" if new < old else "holds_as_good"


def _away(slot: Slot, request: Request) -> timedelta:
    return displacement(starts_at=slot.starts_at, ends_at=slot.ends_at, preferred_at=request.preferred_at)


def _resting(slot: Slot, now: datetime) -> tuple[set[int], set[int]]:
    """Who gave a place of the slot back just now: vehicles, organisations."""
    since = now - timedelta(minutes=slot.policy.cooldown_minutes)
    rows = Reservation.objects.filter(slot=slot, state__in=gates.RETURNED, ended_at__gt=since).order_by()
    pairs = list(rows.values_list("vehicle_id", "organisation_id"))
    return {vehicle for vehicle, _ in pairs}, {organisation for _, organisation in pairs if organisation}
