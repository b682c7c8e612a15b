"""Declarations and what is reserved with them, ready to be done: what test_locking_order.py holds to the law of locks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from reservations.declarations import operations as on
from reservations.models import Reservation
from reservations.operations import (
    accept_offer,
    attach_declaration,
    change_slot,
    change_vehicle,
    exit_yard,
    extend_reservation,
)
from reservations.operations.undeclared import give_up_undeclared, warn_undeclared
from tests.cast import Cast
from tests.operations import steps
from tests.operations.declaring import asks_for_declarations, drafted, given_in, naming
from tests.operations.standing import an_offer
from tests.parts.declaring import a_content

Act = Callable[[], Any]


def declarations(cast: Cast) -> dict[str, Callable[[], Act]]:
    office, head = cast.by(cast.dispatcher), cast.by(cast.supervisor)
    return {
        "draft_declaration": lambda: lambda: drafted(cast),
        "change_declaration": lambda: _with(
            given_in(cast).ref, lambda r: on.change_declaration(ref=r, content=a_content(goods=[]), **office)
        ),
        "submit_declaration": lambda: _with(drafted(cast).ref, lambda r: on.submit_declaration(ref=r, **office)),
        "withdraw_declaration": lambda: _with(given_in(cast).ref, lambda r: on.withdraw_declaration(ref=r, **office)),
        "copy_declaration": lambda: _with(given_in(cast).ref, lambda r: on.copy_declaration(ref=r, **office)),
        "hold_declaration": lambda: _with(given_in(cast).ref, lambda r: on.hold_declaration(ref=r, reason="x", **head)),
        "attach_declaration": lambda: _attaching(cast),
        "reserve_with_one": lambda: _reserving(cast),
        "change_vehicle_of_one": lambda: _changing(cast),
        "change_slot_of_one": lambda: _moving(cast),
        "extend_one": lambda: _extending(cast),
        "accept_offer_with_one": lambda: _accepting(cast),
        "exit_of_the_last_trip": lambda: _leaving(cast),
        "warn_undeclared": lambda: _due(cast, lambda ref: warn_undeclared(ref=ref, **cast.by())),
        "give_up_undeclared": lambda: _lost(cast),
    }


def _with(ref: str, act: Callable[[str], Any]) -> Act:
    return lambda: act(ref)


def _attaching(cast: Cast) -> Act:
    reservation, declaration = steps.reserved(cast), given_in(cast, content=naming())
    refs = {"reservation_ref": reservation.ref, "declaration_ref": declaration.ref}
    return lambda: attach_declaration(**refs, **cast.by(cast.dispatcher))


def _reserving(cast: Cast) -> Act:
    truck, declaration = steps.a_truck(cast), given_in(cast, content=naming())
    return lambda: steps.reserved(cast, vehicle=truck, declaration_ref=declaration.ref)


def _changing(cast: Cast) -> Act:
    declaration, other = given_in(cast, content=naming()), steps.a_truck(cast)
    reservation = steps.reserved(cast, slot=cast.slots[-1], declaration_ref=declaration.ref)
    return lambda: change_vehicle(ref=reservation.ref, vehicle_ref=other.ref, **cast.by(cast.dispatcher))


def _moving(cast: Cast) -> Act:
    """Into the hours in which it must be ready, and it is."""
    declaration = given_in(cast, content=naming())
    reservation = steps.reserved(cast, slot=cast.slots[-1], declaration_ref=declaration.ref)
    asks_for_declarations(cast)
    return lambda: change_slot(ref=reservation.ref, slot_ref=cast.slots[2].ref, **cast.by(cast.dispatcher))


def _extending(cast: Cast) -> Act:
    reservation = steps.reserved(cast, declaration_ref=given_in(cast, content=naming()).ref)
    asks_for_declarations(cast)
    return lambda: extend_reservation(ref=reservation.ref, hours=4, **cast.by(cast.driver))


def _accepting(cast: Cast) -> Act:
    truck = steps.a_truck(cast)
    request = an_offer(cast, cast.slots[3], vehicle=truck, declaration=given_in(cast, content=naming(truck)))
    asks_for_declarations(cast)
    return lambda: accept_offer(ref=request.ref, **cast.by(cast.driver))


def _leaving(cast: Cast) -> Act:
    reservation = steps.reserved(cast, declaration_ref=given_in(cast, content=naming()).ref)
    steps.arrived(cast, reservation)
    entry = steps.admit(entry_ref=steps.call(cast).ref, **cast.by(cast.operator))
    return lambda: exit_yard(entry_ref=entry.ref, **cast.by(cast.operator))


def _due(cast: Cast, act: Callable[[str], Any]) -> Act:
    """A reservation with a draft, its declaration due in an hour."""
    reservation = steps.reserved(cast, slot=cast.slots[-1])
    draft = drafted(cast, content=naming())
    attach_declaration(reservation_ref=reservation.ref, declaration_ref=draft.ref, **cast.by(cast.dispatcher))
    asks_for_declarations(cast)
    cast.clock.moment = reservation.slot.starts_at - timedelta(hours=5)
    return lambda: act(reservation.ref)


def _lost(cast: Cast) -> Act:
    """The same, warned, and the hour to mend it over."""
    act = _due(cast, lambda ref: give_up_undeclared(ref=ref, **cast.by()))
    warn_undeclared(ref=Reservation.objects.latest("pk").ref, **cast.by())
    cast.clock.forward(hours=1)
    return act
