"""The operations of a promise both ways, made ready to be held to the law of locks (test_locking_order.py)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from reservations import sweeps
from reservations.models import Mark, QueueEntry, Reservation
from reservations.operations import (
    ask_appeal,
    call_next,
    cancel_reservation,
    change_driver,
    change_vehicle,
    check_in,
    decide_appeal,
    extend_reservation,
    withdraw,
)
from tests import factories as make
from tests.cast import Cast
from tests.operations.steps import a_truck, arrived, called, marked, reserved

Act = Callable[[], Any]


def conduct(cast: Cast) -> dict[str, Callable[[], Act]]:
    mine, desk = cast.by(cast.driver), cast.by(cast.operator)
    ahead = cast.slots[3]
    return {
        "extend_reservation": lambda: _with(
            reserved(cast, slot=ahead).ref, lambda r: extend_reservation(ref=r, hours=4, **mine)
        ),
        "change_vehicle": lambda: _replacing(cast, reserved(cast, slot=ahead).ref, a_truck(cast).ref),
        "change_driver": lambda: _handing_over(cast, reserved(cast, vehicle=cast.vehicle, slot=ahead).ref),
        "cancel_late": lambda: _with(reserved(cast).ref, lambda r: cancel_reservation(ref=r, **mine)),
        "withdraw_late": lambda: _with(called(cast).ref, lambda r: withdraw(entry_ref=r, **mine, reason="")),
        "call_late": lambda: _with(_waited(cast).ref, lambda _: call_next(lane_code=cast.lane.code, **cast.by())),
        "check_in_seen": lambda: _with(
            _missed(cast).ref,
            lambda r: check_in(reservation_ref=r, port_code="MOHAN", seen_at=cast.slot.starts_at, **cast.by()),
        ),
        "ask_appeal": lambda: _with(
            _mark(cast).ref, lambda r: ask_appeal(mark_ref=r, text="ill", user=cast.driver, **mine)
        ),
        "decide_appeal": lambda: _answer(cast, desk),
    }


def _replacing(cast: Cast, ref: str, vehicle_ref: str) -> Act:
    return lambda: change_vehicle(ref=ref, vehicle_ref=vehicle_ref, **cast.by(cast.driver))


def _handing_over(cast: Cast, ref: str) -> Act:
    mate = make.a_driver()
    cast.vehicle.drivers.add(mate)
    return lambda: change_driver(ref=ref, driver_ref=mate.ref, **cast.by(cast.driver))


def _mark(cast: Cast) -> Mark:
    """A mark of a late change: the reservation still lives."""
    return marked(cast, "change", vehicle=cast.vehicle, reservation=reserved(cast, vehicle=cast.vehicle))


def _waited(cast: Cast) -> QueueEntry:
    mark = _mark(cast)
    entry = arrived(cast, mark.reservation)
    cast.clock.forward(hours=5)
    return entry


def _missed(cast: Cast) -> Reservation:
    reservation = reserved(cast)
    cast.clock.forward(minutes=95)
    sweeps.sweep_no_shows(cast.now)
    return reservation


def _answer(cast: Cast, desk: dict[str, Any]) -> Act:
    appeal = ask_appeal(mark_ref=_mark(cast).ref, text="ill", user=cast.driver, **cast.by(cast.driver))
    return lambda: decide_appeal(ref=appeal.ref, grant=True, answer="seen", user=cast.supervisor, **desk)


def _with(ref: str, act: Callable[[str], Any]) -> Act:
    return lambda: act(ref)
