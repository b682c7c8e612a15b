"""Steps and checks that the tests of operations share: a truck's way as one call each, what the ledger says, what must not change."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Sum

from accounts.models import Vehicle
from core.errors import DomainError
from core.ledger import head_of
from core.machine import advance, begin
from core.models import LedgerEntry
from reservations.models import Mark, Policy, QueueEntry, Reservation, Slot
from reservations.operations import (
    admit,
    call_next,
    check_in,
    check_in_walk_up,
    occupy,
    request_reservation,
)
from reservations.states import HOLDS_A_PLACE
from tests import factories as make
from tests.cast import Cast
from yards.models import Closure, Lane, Stay


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


# ---------------------------------------------------------------- what counts
def rules(cast: Cast, **changed: int | str) -> None:
    """Changes the rules in force, which no operation does: a test's own figures."""
    Policy.objects.filter(pk=cast.policy.pk).update(**changed)


def marked(
    cast: Cast, kind: str, *, vehicle: Vehicle, days_ago: float = 1, reservation: Reservation | None = None
) -> Mark:
    """A mark from some days ago: of the vehicle's live reservation or of one that has ended, unless one is named."""
    at = cast.now - timedelta(days=days_ago)
    reservation = reservation or vehicle.reservations.live().first() or _ended(cast, vehicle, at)
    return Mark.objects.create(
        kind=kind,
        vehicle=vehicle,
        organisation=reservation.organisation,
        reservation=reservation,
        at=at,
    )


def _ended(cast: Cast, vehicle: Vehicle, at: datetime) -> Reservation:
    slot = cast.slots[-1]
    row = begin(
        Reservation,
        "confirmed",
        lane=slot.lane,
        slot=slot,
        vehicle=vehicle,
        driver=cast.driver,
        organisation=vehicle.organisation,
        cargo_kind="general",
        created_at=at,
    )
    advance(row, "cancelled", ended_at=at)
    return row


def marks_now(**wanted: Any) -> list[tuple[str, str]]:
    """Kind of each mark and why it was excused ("" = it counts), oldest first."""
    return list(Mark.objects.filter(**wanted).order_by("pk").values_list("kind", "excused_reason"))


def a_closure(cast: Cast, starts_at: datetime, ends_at: datetime | None, *, lane: Lane | None = None) -> Closure:
    closure = begin(
        Closure,
        "in_force",
        port=cast.port,
        scope="lane",
        starts_at=starts_at,
        ends_at=ends_at,
        reason="flood",
        declared_at=cast.now,
    )
    closure.lanes.add(lane or cast.lane)
    return closure


# ---------------------------------------------------------------- many at once
def at_once(act: Callable[[int], Any], count: int) -> list[Any]:
    """Runs `act(n)` in `count` threads that start together; returns each one's answer or error. Needs `transactional_db`."""
    answers: list[Any] = [None] * count
    gate = threading.Barrier(count)

    def run(n: int) -> None:
        gate.wait()
        try:
            answers[n] = act(n)
        except Exception as problem:
            answers[n] = problem
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


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
    """Stored counts equal counted rows: places held by reservations, by walk-ups and by open offers."""
    for slot in Slot.objects.all():
        promised = slot.reservations.filter(state__in=HOLDS_A_PLACE).aggregate(n=Sum("units"))["n"] or 0
        own = slot.walk_ups.exclude(state="withdrawn").count()
        offers = slot.offers.filter(state="offered").count()
        assert slot.taken == promised + own + offers, (
            f"{slot}: stored {slot.taken}, counted {promised} + {own} + {offers}"
        )
        assert slot.taken <= slot.capacity
