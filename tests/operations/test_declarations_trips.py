"""A reservation and what it carries: attached, asked for in time, lost to standby after warnings, counted at the exit."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation

from core.models import LedgerEntry
from reservations import declaration_sweeps as sweeps
from reservations.declarations import errors, operations
from reservations.declarations.models import Declaration
from reservations.models import Mark, QueueEntry, Request, Reservation
from reservations.operations import attach_declaration, change_vehicle, check_in, exit_yard, request_places
from reservations.operations.turns import turns_of
from tests import factories as make
from tests.cast import Cast
from tests.operations import steps
from tests.operations.declaring import asks_for_declarations, drafted, given_in, naming
from tests.parts.declaring import a_content, a_line


def attached(cast: Cast, reservation: Reservation, declaration: Declaration | None) -> Reservation:
    ref = declaration.ref if declaration else ""
    return attach_declaration(reservation_ref=reservation.ref, declaration_ref=ref, **cast.by(cast.dispatcher))


def test_attach__to_be_named__names_the_vehicle_and_turns_green(cast: Cast) -> None:
    reservation = steps.reserved(cast, slot=cast.slots[2])
    declaration = given_in(cast, content=naming())
    assert declaration.state == "submitted"
    attached(cast, reservation, declaration)
    declaration.refresh_from_db()
    assert (declaration.state, declaration.content["vehicles"][0]["plate"]) == ("ready", reservation.vehicle.plate)
    assert LedgerEntry.objects.filter(kind="reservation.declared", data__declaration=declaration.ref).exists()
    assert attached(cast, reservation, None).declaration is None


def test_attach__not_for_this_trip__is_refused(cast: Cast) -> None:
    reservation = steps.reserved(cast, slot=cast.slots[2])
    other_way = "inbound" if cast.lane.direction == "outbound" else "outbound"
    with translation.override("en"), pytest.raises(errors.DeclarationNotReady, match="other vehicles"):
        attached(cast, reservation, given_in(cast))
    with pytest.raises(errors.DeclarationNotReady, match="direction"):
        attached(cast, reservation, given_in(cast, content=naming(), direction=other_way, mode="9610"))
    with pytest.raises(errors.UnknownDeclaration):
        attached(cast, reservation, given_in(cast, content=naming(), organisation=cast.other_carrier))
    ended = operations.withdraw_declaration(ref=given_in(cast).ref, **cast.by(cast.dispatcher))
    with pytest.raises(errors.DeclarationClosed):
        attached(cast, reservation, ended)


def test_attach__another_organisations_that_names_the_plate__is_allowed(cast: Cast) -> None:
    reservation = steps.reserved(cast, slot=cast.slots[2])
    forwarders = given_in(cast, content=naming(reservation.vehicle), organisation=cast.other_carrier)
    assert attached(cast, reservation, forwarders).declaration == forwarders


def test_attach__more_trucks_than_trips__is_refused(cast: Cast) -> None:
    declaration = given_in(cast, content=naming(), trips=2)
    trucks = [steps.a_truck(cast) for _ in range(3)]
    for truck, slot in zip(trucks[:2], cast.slots[1:3], strict=True):
        steps.reserved(cast, slot=slot, vehicle=truck, declaration_ref=declaration.ref)
    with pytest.raises(errors.NoTripLeft):
        steps.reserved(cast, slot=cast.slots[3], vehicle=trucks[2], declaration_ref=declaration.ref)
    assert not Reservation.objects.filter(vehicle=trucks[2]).exists()


def test_request_places__with_a_declaration__the_reservation_has_it(cast: Cast) -> None:
    truck, declaration = steps.a_truck(cast), given_in(cast, content=naming())
    start = cast.slots[3].starts_at
    [request] = request_places(
        port_code=cast.port.code,
        service_date=cast.slots[3].service_date,
        lane_codes=[],
        vehicle_refs=[truck.ref],
        cargo_kind="general",
        earliest_at=start,
        latest_at=start,
        preferred_at=start,
        declaration_ref=declaration.ref,
        driver=cast.driver,
        **cast.by(cast.driver),
    )
    assert request.declaration == declaration
    assert request.reservation
    assert request.reservation.declaration == declaration


def test_reserve__inside_the_hours__needs_a_ready_one_at_once(cast: Cast) -> None:
    asks_for_declarations(cast)
    truck = steps.a_truck(cast)
    with pytest.raises(errors.DeclarationNotReady):
        steps.reserved(cast, slot=cast.slots[2], vehicle=truck)
    assert steps.reserved(cast, slot=cast.slots[2], cargo_kind="empty").state == "confirmed"
    forwarders = given_in(cast, content=naming(truck), organisation=cast.other_carrier)
    assert steps.reserved(cast, slot=cast.slots[2], vehicle=truck).declaration == forwarders


def ahead_of(cast: Cast) -> Reservation:
    """Reserved for tomorrow's last slot, the declaration due four hours before."""
    asks_for_declarations(cast)
    return steps.reserved(cast, slot=cast.slots[-1])


def sweep(cast: Cast) -> tuple[int, int]:
    now = cast.now
    return sweeps.warn_the_undeclared(now), sweeps.take_places_of_the_undeclared(now)


def test_sweep__never_declared__is_warned_twice_then_stands_by_without_a_strike(cast: Cast) -> None:
    reservation = ahead_of(cast)
    starts_at, slot = reservation.slot.starts_at, reservation.slot
    cast.clock.moment = starts_at - timedelta(hours=28)
    assert sweep(cast) == (1, 0)
    assert sweep(cast) == (0, 0)
    cast.clock.moment = starts_at - timedelta(hours=8)
    assert sweep(cast) == (1, 0)
    cast.clock.moment = starts_at - timedelta(hours=4)
    assert sweep(cast) == (0, 1)
    reservation.refresh_from_db()
    slot.refresh_from_db()
    request = Request.objects.get()
    assert (reservation.state, slot.taken, request.state) == ("revoked", 0, "standby")
    assert request.latest_at > starts_at
    assert not Mark.objects.exists()
    assert sweep(cast) == (0, 0)
    assert turns_of(slot, places=1, now=cast.now) == ([], [[request.ref, "undeclared"]])  # not its own old place again


def test_sweep__becomes_ready_in_time__keeps_its_place(cast: Cast) -> None:
    reservation = ahead_of(cast)
    cast.clock.moment = reservation.slot.starts_at - timedelta(hours=8)
    assert sweep(cast) == (1, 0)
    attached(cast, reservation, given_in(cast, content=naming()))
    cast.clock.moment = reservation.slot.starts_at - timedelta(hours=3)
    assert sweep(cast) == (0, 0)


def test_sweep__held_after_it_was_due__is_warned_afresh_and_has_an_hour(cast: Cast) -> None:
    reservation = ahead_of(cast)
    cast.clock.moment = reservation.slot.starts_at - timedelta(hours=8)
    sweep(cast)
    cast.clock.forward(hours=1)
    declaration = given_in(cast, content=naming())
    attached(cast, reservation, declaration)
    cast.clock.moment = reservation.slot.starts_at - timedelta(hours=3)
    operations.hold_declaration(ref=declaration.ref, reason="look", **cast.by(cast.supervisor))
    assert sweep(cast) == (1, 0)
    cast.clock.forward(minutes=59)
    assert sweep(cast) == (0, 0)
    cast.clock.forward(minutes=1)
    assert sweep(cast) == (0, 1)


def test_sweep__somebody_declared_for_its_plate__is_attached_and_not_warned(cast: Cast) -> None:
    reservation = ahead_of(cast)
    forwarders = given_in(cast, content=naming(reservation.vehicle), organisation=cast.other_carrier)
    cast.clock.moment = reservation.slot.starts_at - timedelta(hours=20)
    sweep(cast)
    reservation.refresh_from_db()
    assert (reservation.declaration, reservation.declaration_warned_at) == (forwarders, None)


def test_sweep__port_that_does_not_ask_or_empty_vehicle__is_left_alone(cast: Cast) -> None:
    reservation = steps.reserved(cast, slot=cast.slots[-1])
    cast.clock.moment = reservation.slot.starts_at - timedelta(hours=1)
    assert sweep(cast) == (0, 0)
    asks_for_declarations(cast)
    Reservation.objects.update(cargo_kind="empty")
    assert sweep(cast) == (0, 0)


def came(cast: Cast, content: dict[str, Any], **fields: Any) -> QueueEntry:
    declaration = given_in(cast, content=content, **fields)
    reservation = steps.reserved(cast, declaration_ref=declaration.ref)
    return check_in(reservation_ref=reservation.ref, port_code=cast.port.code, **cast.by(cast.driver))


@pytest.mark.parametrize(
    ("goods", "hazard_class"),
    [
        ([a_line()], ""),
        ([a_line(), a_line(un_number="1203")], "3"),
        ([a_line(un_number="1203"), a_line(un_number="1830")], "?"),
        ([a_line(un_number="3500")], "?"),
    ],
)
def test_check_in__declared_goods__give_class_and_next_step(cast: Cast, goods: Any, hazard_class: str) -> None:
    entry = came(cast, naming(goods=goods, next_step="inspection"))
    assert (entry.hazard_class, entry.next_step) == (hazard_class, "inspection")


def test_exit__last_trip__uses_the_declaration_up(cast: Cast) -> None:
    declaration = given_in(cast, content=naming(), trips=2)
    for made, state in ((1, "ready"), (2, "consumed")):
        reservation = steps.reserved(cast, declaration_ref=declaration.ref)
        steps.arrived(cast, reservation)
        entry = steps.call(cast)
        steps.admit(entry_ref=entry.ref, **cast.by(cast.operator))
        exit_yard(entry_ref=entry.ref, **cast.by(cast.operator))
        declaration.refresh_from_db()
        assert (declaration.trips_made, declaration.state) == (made, state)
    assert LedgerEntry.objects.filter(kind="declaration.consumed", data__trips=2).exists()


def test_change_vehicle__declaration_names_others__is_refused(cast: Cast) -> None:
    truck, other = steps.a_truck(cast), steps.a_truck(cast)
    closed = given_in(cast, content=naming(truck), trips=2)
    reservation = steps.reserved(cast, slot=cast.slots[-1], vehicle=truck, declaration_ref=closed.ref)
    with pytest.raises(errors.DeclarationNotReady):
        change_vehicle(ref=reservation.ref, vehicle_ref=other.ref, **cast.by(cast.dispatcher))
    open_one = given_in(cast, content=naming(), trips=2)
    attached(cast, reservation, open_one)
    change_vehicle(ref=reservation.ref, vehicle_ref=other.ref, **cast.by(cast.dispatcher))
    open_one.refresh_from_db()
    assert [row["plate"] for row in open_one.content["vehicles"]] == [truck.plate, other.plate]


def test_check_again__half_a_day_later__finds_what_has_spoilt(cast: Cast) -> None:
    declaration = given_in(cast, content=a_content(temperature={"min_c": 2, "max_c": 8, "spoils_at": "2026-03-02"}))
    assert declaration.state == "ready"
    assert sweeps.check_again(cast.now) == 0
    cast.clock.forward(hours=23)
    assert sweeps.check_again(cast.now) == 1
    declaration.refresh_from_db()
    assert declaration.state == "needs_fix"


SPOILT = {"temperature": {"min_c": 2, "max_c": 8, "spoils_at": "2026-03-01"}}


def test_check_again__to_be_mended_and_left_for_a_month__is_left_alone(cast: Cast) -> None:
    declaration = given_in(cast, content=a_content(**SPOILT))
    assert declaration.state == "needs_fix"
    cast.clock.forward(days=29)
    assert sweeps.check_again(cast.now) == 1
    cast.clock.forward(days=1)
    assert sweeps.check_again(cast.now) == 0
    operations.change_declaration(ref=declaration.ref, trips=2, **cast.by(cast.dispatcher))
    cast.clock.forward(days=1)
    assert sweeps.check_again(cast.now) == 1


def test_check_again__long_untouched_but_used_within_the_month__is_checked(cast: Cast) -> None:
    declaration = given_in(cast, content=naming(**SPOILT))
    reservation = steps.reserved(cast, slot=cast.slots[2], declaration_ref=declaration.ref)
    Declaration.objects.update(changed_at=cast.now - timedelta(days=300), submitted_at=cast.now - timedelta(days=300))
    cast.clock.moment = reservation.slot.ends_at + timedelta(days=29)
    assert sweeps.check_again(cast.now) == 1
    cast.clock.forward(days=1)
    assert sweeps.check_again(cast.now) == 0


def test_check_again__long_untouched_but_asked_for__is_checked(cast: Cast) -> None:
    declaration = given_in(cast, content=a_content(**SPOILT))
    make.a_request(cast, declaration=declaration)
    Declaration.objects.update(changed_at=cast.now - timedelta(days=300), submitted_at=cast.now - timedelta(days=300))
    cast.clock.forward(days=1)
    assert sweeps.check_again(cast.now) == 1


def test_check_again__ready__is_kept_true_however_old(cast: Cast) -> None:
    given_in(cast)
    cast.clock.forward(days=400)
    assert sweeps.check_again(cast.now) == 1


def test_reserve__nothing_declared__asks_the_database_for_no_declaration(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    truck = make.a_vehicle(driver=cast.driver)
    with django_assert_max_num_queries(12) as captured:
        steps.reserved(cast, vehicle=truck)
    assert not any("declarations_" in query["sql"] for query in captured.captured_queries)


def test_change__fewer_trips_than_reserved__is_refused(cast: Cast) -> None:
    declaration = given_in(cast, content=naming(), trips=4)
    for slot in cast.slots[1:3]:
        steps.reserved(cast, slot=slot, vehicle=steps.a_truck(cast), declaration_ref=declaration.ref)
    with pytest.raises(errors.TripsReserved):
        operations.change_declaration(ref=declaration.ref, trips=1, **cast.by(cast.dispatcher))
    assert operations.change_declaration(ref=declaration.ref, trips=2, **cast.by(cast.dispatcher)).trips == 2


def test_attach__no_vehicle_named_yet__is_told_so(cast: Cast) -> None:
    reservation = steps.reserved(cast, slot=cast.slots[2])
    empty = drafted(cast, content={})
    with translation.override("en"), pytest.raises(errors.DeclarationNotReady, match="names no vehicle"):
        attached(cast, reservation, empty)
