"""What a promise is declared by while it changes: another slot, a place that is lost or offered, a trip that begins too late."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.utils import translation

from core.errors import Conflict
from reservations import declaration_sweeps as sweeps
from reservations.batches import place_late_requests
from reservations.declarations import errors, operations
from reservations.models import Request, Reservation
from reservations.operations import (
    accept_offer,
    attach_declaration,
    change_slot,
    check_in,
    close_round,
    exit_yard,
    extend_reservation,
    publish_round,
    request_places,
    undeclared,
    withdraw,
)
from reservations.operations.turns import turns_of
from reservations.queries import declared
from reservations.queries.reasons import SAID
from reservations.rounds import run_round
from tests import factories as make
from tests.cast import Cast
from tests.operations import steps
from tests.operations.declaring import asks_for_declarations, drafted, given_in, naming
from tests.operations.standing import a_wish, an_offer, full, gives_up, offered, slot_now, wish_now


def attached(cast: Cast, reservation: Reservation, ref: str) -> None:
    attach_declaration(reservation_ref=reservation.ref, declaration_ref=ref, **cast.by(cast.dispatcher))


def moved(cast: Cast, reservation: Reservation, slot: Any) -> Reservation:
    return change_slot(ref=reservation.ref, slot_ref=slot.ref, **cast.by(cast.driver))


def sweep(cast: Cast) -> tuple[int, int]:
    return sweeps.warn_the_undeclared(cast.now), sweeps.take_places_of_the_undeclared(cast.now)


# ---------------------------------------------------------------- found by its plate
def test_reserve__first_that_names_the_plate_has_no_trip_left__takes_the_next(cast: Cast) -> None:
    asks_for_declarations(cast)
    truck, other = steps.a_truck(cast), steps.a_truck(cast)
    used_up = given_in(cast, content=naming(truck, other), trips=1)
    steps.reserved(cast, slot=cast.slots[2], vehicle=other, declaration_ref=used_up.ref)
    with pytest.raises(errors.DeclarationNotReady):
        steps.reserved(cast, slot=cast.slots[2], vehicle=truck)
    cast.clock.forward(minutes=1)
    second = given_in(cast, content=naming(truck))
    assert steps.reserved(cast, slot=cast.slots[2], vehicle=truck).declaration == second


# ---------------------------------------------------------------- asked for
def asked(cast: Cast, truck: Any, at: int) -> Request:
    start = cast.slots[at].starts_at
    times = {"earliest_at": start, "latest_at": start, "preferred_at": start}
    wish: dict[str, Any] = {"port_code": cast.port.code, "service_date": cast.slots[at].service_date, "lane_codes": []}
    what = {"vehicle_refs": [truck.ref], "cargo_kind": "general", "driver": cast.driver}
    [request] = request_places(**wish, **times, **what, **cast.by(cast.driver))
    return request


def test_request_places__inside_the_hours_undeclared__is_given_no_place(cast: Cast) -> None:
    asks_for_declarations(cast)
    assert asked(cast, steps.a_truck(cast), -1).state == "placed"  # nobody asks for it there yet
    request = asked(cast, steps.a_truck(cast), 2)
    assert (request.state, request.reservation) == ("requested", None)
    place_late_requests(cast.port.code, now=cast.now)
    now = wish_now(request)
    assert (now.state, now.reason["code"]) == ("standby", "undeclared")
    assert steps.taken(cast.slots[2]) == 0


def test_request_places__inside_the_hours_and_its_plate_is_declared__is_placed_with_that(cast: Cast) -> None:
    asks_for_declarations(cast)
    truck = steps.a_truck(cast)
    forwarders = given_in(cast, content=naming(truck), organisation=cast.other_carrier)
    request = asked(cast, truck, 2)
    assert (request.state, request.declaration) == ("placed", forwarders)
    assert request.reservation
    assert request.reservation.declaration == forwarders


def test_reasons__every_code_that_an_operation_gives__has_its_words() -> None:
    folder = Path(undeclared.__file__).parent
    given = {code for file in folder.glob("*.py") for code in re.findall(r'"code": "(\w+)"', file.read_text("utf-8"))}
    assert {"undeclared", "closure", "undone"} <= given <= SAID.keys()


# ---------------------------------------------------------------- another slot
def test_change_slot__into_the_hours_undeclared__is_refused_as_reserving_is(cast: Cast) -> None:
    asks_for_declarations(cast)
    reservation = steps.reserved(cast, slot=cast.slots[-1])
    with translation.override("en"), pytest.raises(errors.DeclarationNotReady, match="no declaration is attached"):
        moved(cast, reservation, cast.slots[2])
    attached(cast, reservation, drafted(cast, content=naming()).ref)
    with translation.override("en"), pytest.raises(errors.DeclarationNotReady, match="not been given in"):
        moved(cast, reservation, cast.slots[2])
    assert moved(cast, reservation, cast.slots[-2]).slot == cast.slots[-2]  # nobody asks for it there yet


def test_change_slot__into_the_hours_and_its_plate_is_declared__takes_that_along(cast: Cast) -> None:
    asks_for_declarations(cast)
    reservation = steps.reserved(cast, slot=cast.slots[-1])
    forwarders = given_in(cast, content=naming(reservation.vehicle), organisation=cast.other_carrier)
    moved(cast, reservation, cast.slots[2])
    assert steps.reservation_now(reservation).declaration == forwarders
    assert steps.events("reservation.declared")[-1].data["declaration"] == forwarders.ref


def extended(cast: Cast, reservation: Reservation) -> Reservation:
    return extend_reservation(ref=reservation.ref, hours=4, **cast.by(cast.driver))


def test_extend__into_the_hours_undeclared__is_refused_and_uses_nothing_up(cast: Cast) -> None:
    reservation = steps.reserved(cast)
    asks_for_declarations(cast)
    cast.clock.forward(minutes=30)
    with translation.override("en"), pytest.raises(errors.DeclarationNotReady, match="no declaration is attached"):
        extended(cast, reservation)
    assert (steps.reservation_now(reservation).slot, steps.marks_now()) == (cast.slot, [])
    asks_for_declarations(cast, hours=3)
    assert extended(cast, reservation).slot == cast.slots[4]  # nobody asks for it there yet


def test_extend__into_the_hours_and_its_plate_is_declared__takes_that_along(cast: Cast) -> None:
    reservation = steps.reserved(cast)
    asks_for_declarations(cast)
    forwarders = given_in(cast, content=naming(reservation.vehicle), organisation=cast.other_carrier)
    extended(cast, reservation)
    now = steps.reservation_now(reservation)
    assert (now.slot, now.declaration) == (cast.slots[4], forwarders)


def test_sweep__moved_to_a_later_slot_after_its_warnings__is_warned_for_that_one(cast: Cast) -> None:
    asks_for_declarations(cast)
    reservation = steps.reserved(cast, slot=cast.slots[-2])
    cast.clock.moment = cast.slots[-2].starts_at - timedelta(hours=8)
    assert sweep(cast) == (1, 0)
    moved(cast, reservation, cast.slots[-1])
    cast.clock.moment = cast.slots[-1].starts_at - timedelta(hours=8)
    assert sweep(cast) == (1, 0)


# ---------------------------------------------------------------- placed by a round
def test_publish__inside_the_hours_undeclared__is_placed_warned_and_loses_the_place_an_hour_later(cast: Cast) -> None:
    asks_for_declarations(cast, hours=48)
    round_ = make.a_round(cast)
    request = make.a_request(cast)
    cast.clock.moment = round_.closes_at
    close_round(ref=round_.ref, **cast.by())
    run_round(round_.ref, now=cast.now)
    cast.clock.moment = round_.publishes_at
    publish_round(ref=round_.ref, **cast.by())
    request.refresh_from_db()
    assert (request.state, sweep(cast)) == ("placed", (1, 0))
    cast.clock.forward(hours=1)
    assert sweep(cast) == (0, 1)
    assert Request.objects.get(state="standby").vehicle == request.vehicle


# ---------------------------------------------------------------- the place that is lost
def lost(cast: Cast) -> Reservation:
    """Warned twice, nothing declared, and its time over."""
    asks_for_declarations(cast)
    reservation = steps.reserved(cast, slot=cast.slots[-1])
    cast.clock.moment = reservation.slot.starts_at - timedelta(hours=8)
    assert sweep(cast) == (1, 0)
    cast.clock.moment = reservation.slot.starts_at - timedelta(hours=4)
    return reservation


def test_sweep__declared_by_its_plate_after_the_last_warning__keeps_its_place(cast: Cast) -> None:
    reservation = lost(cast)
    forwarders = given_in(cast, content=naming(reservation.vehicle), organisation=cast.other_carrier)
    sweep(cast)
    now = steps.reservation_now(reservation)
    assert (now.state, now.declaration) == ("confirmed", forwarders)
    assert not Request.objects.exists()


def test_sweep__a_draft_attached_after_the_last_warning__wins_no_time(cast: Cast) -> None:
    reservation = lost(cast)
    attached(cast, reservation, drafted(cast, content=naming()).ref)
    assert sweep(cast) == (0, 1)


@pytest.mark.parametrize("act", ["give_up_undeclared", "warn_undeclared"])
def test_sweep__attached_in_the_same_instant__leaves_it_alone(cast: Cast, act: str) -> None:
    reservation = lost(cast)
    if act == "warn_undeclared":
        Reservation.objects.update(declaration_warned_at=None)
    ready = given_in(cast, content=naming(reservation.vehicle))

    def meanwhile(seen: Reservation) -> str:
        Reservation.objects.filter(pk=seen.pk).update(declaration=ready)
        return "draft"

    with mock.patch.object(declared, "lack_of", meanwhile), pytest.raises(Conflict):
        getattr(undeclared, act)(ref=reservation.ref, **cast.by())


# ---------------------------------------------------------------- the standby order
def test_turns__who_stands_by_undeclared_and_is_declared_by_its_plate__is_offered_the_place(cast: Cast) -> None:
    asks_for_declarations(cast)
    slot, truck = slot_now(cast.slots[3]), steps.a_truck(cast)
    request = a_wish(cast, slot, vehicle=truck)
    assert turns_of(slot, places=1, now=cast.now) == ([], [[request.ref, "undeclared"]])
    forwarders = given_in(cast, content=naming(truck), organisation=cast.other_carrier)
    [turn], _passed = turns_of(slot, places=1, now=cast.now)
    assert turn.request == request
    with_a_place = _offered(cast, request)
    assert accept_offer(ref=with_a_place.ref, **cast.by(cast.driver)).declaration == forwarders


def _offered(cast: Cast, request: Request) -> Request:
    asks_for_declarations(cast, hours=0)
    holders = full(cast, cast.slots[3])
    gives_up(cast, holders[0])
    asks_for_declarations(cast)
    assert offered(cast) == 1
    return wish_now(request)


def test_turns__who_wants_better_and_declared_since__is_judged_by_the_promise_it_has(cast: Cast) -> None:
    asks_for_declarations(cast)
    slot, old = slot_now(cast.slots[3]), cast.slots[-1]
    reservation = steps.reserved(cast, slot=old)
    request = a_wish(cast, slot, vehicle=reservation.vehicle, reservation=reservation, latest_at=old.starts_at)
    assert turns_of(slot, places=1, now=cast.now) == ([], [[request.ref, "undeclared"]])
    attached(cast, reservation, given_in(cast, content=naming()).ref)
    assert [turn.request for turn in turns_of(slot, places=1, now=cast.now)[0]] == [request]


def test_accept__declaration_put_on_hold_since_the_offer__is_refused_until_it_is_let_go(cast: Cast) -> None:
    truck = steps.a_truck(cast)
    declaration = given_in(cast, content=naming(truck))
    request = an_offer(cast, cast.slots[3], vehicle=truck, declaration=declaration)
    asks_for_declarations(cast)
    operations.hold_declaration(ref=declaration.ref, reason="look", **cast.by(cast.supervisor))
    with pytest.raises(errors.DeclarationNotReady):
        accept_offer(ref=request.ref, **cast.by(cast.driver))
    assert wish_now(request).state == "offered"
    operations.release_declaration(ref=declaration.ref, **cast.by(cast.supervisor))
    assert accept_offer(ref=request.ref, **cast.by(cast.driver)).declaration == declaration


# ---------------------------------------------------------------- the trip of who comes too late
def late(cast: Cast, **fields: Any) -> Any:
    declaration = given_in(cast, content=naming(), **fields)
    reservation = steps.reserved(cast, declaration_ref=declaration.ref)
    cast.clock.forward(hours=3)
    entry = check_in(reservation_ref=reservation.ref, port_code=cast.port.code, **cast.by(cast.driver))
    assert steps.reservation_now(reservation).state == "no_show"
    return declaration, entry


def test_exit__of_who_came_too_late__is_a_trip_of_its_declaration(cast: Cast) -> None:
    declaration, _entry = late(cast)
    entry = steps.admit(entry_ref=steps.call(cast).ref, **cast.by(cast.operator))
    exit_yard(entry_ref=entry.ref, **cast.by(cast.operator))
    declaration.refresh_from_db()
    assert (declaration.trips_made, declaration.state) == (1, "consumed")


def test_reserve__while_who_came_too_late_is_here__his_trip_is_taken(cast: Cast) -> None:
    declaration, entry = late(cast)
    with pytest.raises(errors.NoTripLeft):
        steps.reserved(cast, slot=cast.slots[-1], declaration_ref=declaration.ref)
    withdraw(entry_ref=entry.ref, reason="gave up", **cast.by(cast.operator))
    assert steps.reserved(cast, slot=cast.slots[-1], declaration_ref=declaration.ref).declaration == declaration


def test_change__to_as_few_trips_as_are_made__uses_the_declaration_up(cast: Cast) -> None:
    declaration, _entry = late(cast, trips=3)
    entry = steps.admit(entry_ref=steps.call(cast).ref, **cast.by(cast.operator))
    exit_yard(entry_ref=entry.ref, **cast.by(cast.operator))
    changed = operations.change_declaration(ref=declaration.ref, trips=1, **cast.by(cast.dispatcher))
    assert (changed.state, changed.ended_at) == ("consumed", cast.now)
    assert steps.events("declaration.consumed")[-1].data["trips"] == 1


def test_change__fewer_trips_than_who_came_too_late_and_who_reserved__is_refused(cast: Cast) -> None:
    declaration, _entry = late(cast, trips=3)
    steps.reserved(cast, slot=cast.slots[-1], declaration_ref=declaration.ref)
    with pytest.raises(errors.TripsReserved):
        operations.change_declaration(ref=declaration.ref, trips=1, **cast.by(cast.dispatcher))
    assert operations.change_declaration(ref=declaration.ref, trips=2, **cast.by(cast.dispatcher)).trips == 2
