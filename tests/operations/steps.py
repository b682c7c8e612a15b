"""Steps and checks that the tests of operations share: a truck's way as one call each, what the ledger says, what must not change."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Sum

from accounts.models import Vehicle
from core.errors import DomainError
from core.ledger import head_of
from core.models import LedgerEntry
from reservations.models import QueueEntry, Reservation, Slot
from reservations.operations import admit, call_next, check_in, check_in_walk_up, occupy, request_reservation
from reservations.states import HOLDS_A_PLACE
from tests import factories as make
from tests.cast import Cast
from yards.models import Lane, Stay


# ---------------------------------------------------------------- a truck's way
def a_truck(cast: Cast, **fields: Any) -> Vehicle:
    return make.a_vehicle(driver=cast.driver, organisation=cast.carrier, **fields)


def reserved(cast: Cast, *, slot: Slot | None = None, vehicle: Vehicle | None = None, **inputs: Any) -> Reservation:
    """A confirmed reservation of the driver's (`confirm=False`: a held one)."""
    vehicle = vehicle or a_truck(cast)
    inputs = {"cargo_kind": "general", "driver": cast.driver} | inputs
    slot = slot or cast.slot
    return request_reservation(slot_ref=slot.ref, vehicle_ref=vehicle.ref, **inputs, **cast.by(cast.driver))


def arrived(cast: Cast, reservation: Reservation | None = None) -> QueueEntry:
    """The entry of a reserved truck that has checked in."""
    reservation = reservation or reserved(cast)
    return check_in(reservation_ref=reservation.ref, port_code=cast.port.code, **cast.by(cast.driver))


def walked_up(
    cast: Cast, *, lane: Lane | None = None, vehicle: Vehicle | None = None, cargo_kind: str = "general"
) -> QueueEntry:
    return check_in_walk_up(
        lane_code=(lane or cast.lane).code,
        vehicle_ref=(vehicle or a_truck(cast)).ref,
        cargo_kind=cargo_kind,
        driver=cast.driver,
        **cast.by(cast.operator),
    )


def call(cast: Cast, lane: Lane | None = None) -> QueueEntry:
    return call_next(lane_code=(lane or cast.lane).code, **cast.by(cast.operator))


def called(cast: Cast) -> QueueEntry:
    """A reserved truck that has been called; nobody else waits."""
    arrived(cast)
    return call(cast)


def admitted(cast: Cast) -> QueueEntry:
    return admit(entry_ref=called(cast).ref, **cast.by(cast.operator))


def parked(cast: Cast) -> QueueEntry:
    entry = admitted(cast)
    occupy(entry_ref=entry.ref, **cast.by(cast.driver))
    return entry


# ---------------------------------------------------------------- what is so
def entry_now(entry: QueueEntry) -> QueueEntry:
    return QueueEntry.objects.get(pk=entry.pk)


def reservation_now(reservation: Reservation) -> Reservation:
    return Reservation.objects.get(pk=reservation.pk)


def live_stay(entry: QueueEntry) -> Stay:
    return Stay.objects.select_related("bay").get(visit_ref=entry.visit_ref, state__in=["held", "occupied"])


def taken(slot: Slot) -> int:
    return Slot.objects.get(pk=slot.pk).taken


def events(*kinds: str) -> list[LedgerEntry]:
    """All ledger entries, or those of some kinds, oldest first."""
    rows = LedgerEntry.objects.order_by("stream", "seq")
    return list(rows.filter(kind__in=kinds) if kinds else rows)


def last_event() -> LedgerEntry:
    return LedgerEntry.objects.latest("pk")


@contextmanager
def recording(cast: Cast) -> Iterator[list[LedgerEntry]]:
    """Collects what the block adds to the yard's stream."""
    before, added = head_of(cast.yard.stream), []  # type: int, list[LedgerEntry]
    yield added
    added.extend(LedgerEntry.objects.filter(stream__key=cast.yard.stream, seq__gt=before).order_by("seq"))


@contextmanager
def refuses(error: type[DomainError], **facts: Any) -> Iterator[None]:
    """The block must raise exactly `error` (with these facts) and leave every row as it was: nothing half-done, nothing recorded."""
    before = everything()
    with pytest.raises(error) as refused:
        yield
    assert type(refused.value) is error
    assert {name: refused.value.facts.get(name) for name in facts} == facts
    assert str(refused.value.detail)
    assert everything() == before


@contextmanager
def changes_nothing() -> Iterator[None]:
    before = everything()
    yield
    assert everything() == before


def everything() -> dict[str, list[Any]]:
    models = [model for label in ("core", "yards", "reservations") for model in apps.get_app_config(label).get_models()]
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values())
        for model in models
        if not model.__name__.startswith("Historical")
    }


def assert_counted() -> None:
    """Stored counts equal counted rows: places held by reservations and by walk-ups."""
    for slot in Slot.objects.all():
        promised = slot.reservations.filter(state__in=HOLDS_A_PLACE).aggregate(n=Sum("units"))["n"] or 0
        own = slot.walk_ups.exclude(state="withdrawn").count()
        assert slot.taken == promised + own, f"{slot}: stored {slot.taken}, counted {promised} + {own}"
        assert slot.taken <= slot.capacity
