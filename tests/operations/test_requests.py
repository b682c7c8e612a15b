"""Asking for a place: what may be asked when, every input that cannot be granted, and the place found at once where there is one."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.errors import Busy, Conflict, DomainError, Invalid, NotFound, WrongState
from core.models import LedgerEntry
from reservations.errors import (
    BundleOfOneOrganisation,
    BundleTooBig,
    DayClosed,
    EvidenceNeeded,
    IntervalTooShort,
    RequestClosed,
    RoundNotOpen,
    RoundRuns,
    SlotTooFar,
    TimesOutOfOrder,
    VehicleHasARequest,
    VehicleHasAReservation,
    WrongCargo,
)
from reservations.models import Request, Slot
from reservations.operations import change_request, request_places, withdraw_request
from tests import factories as make
from tests.cast import Cast
from tests.operations.steps import a_truck, refuses, reserved
from yards.errors import NoBayEverFits, UnknownLane, UnknownPort


def ask(cast: Cast, **inputs: Any) -> list[Request]:
    """A truck of the driver's asks for 12:00 tomorrow, between 11:00 and 14:00, when `inputs` do not say otherwise."""
    day = cast.slots[8].starts_at  # 10:00 tomorrow
    asked: dict[str, Any] = {
        "port_code": cast.port.code,
        "service_date": cast.slots[8].service_date,
        "lane_codes": [],
        "cargo_kind": "general",
        "earliest_at": day + timedelta(hours=1),
        "latest_at": day + timedelta(hours=4),
        "preferred_at": day + timedelta(hours=2),
        "driver": cast.driver,
    }
    asked |= inputs
    asked.setdefault("vehicle_refs", [a_truck(cast).ref])
    return request_places(**asked, **cast.by(cast.driver))


def statements(cast: Cast, vehicles: int) -> int:
    trucks = [a_truck(cast).ref for _ in range(vehicles)]
    Slot.objects.update(capacity=50, planned=50)
    with CaptureQueriesContext(connection) as sent:
        ask(cast, vehicle_refs=trucks)
    return sum("yards_bay" in each["sql"] or "reservations_mark" in each["sql"] for each in sent)


def test_request_places__many_vehicles__bays_and_marks_are_read_once(round_cast: Cast) -> None:
    """Bays even once for all of one size, for some minutes."""
    assert statements(round_cast, 5) == 2
    assert statements(round_cast, 1) == 1


def tomorrow(cast: Cast) -> datetime:
    return cast.slots[8].starts_at


@pytest.fixture
def round_cast(cast: Cast) -> Cast:
    """A round over tomorrow is open for requests."""
    make.a_round(cast)
    return cast


# ---------------------------------------------------------------- in an open round
def test_request_places__open_round__waits_for_the_draw(round_cast: Cast) -> None:
    (request,) = ask(round_cast)
    assert (request.state, request.round, request.queue_class) == ("requested", make.the_round(round_cast), "general")
    assert [lane.code for lane in request.lanes.all()] == ["MOHAN-IN1"]
    told = LedgerEntry.objects.get(kind="request.made")
    assert told.data["vehicle"] == request.vehicle.ref
    assert request.vehicle.plate not in str(told.data)


def test_request_places__several_vehicles__are_one_bundle(round_cast: Cast) -> None:
    pair = ask(round_cast, vehicle_refs=[a_truck(round_cast).ref for _ in range(2)])
    assert len({row.bundle for row in pair}) == 1
    assert pair[0].bundle


def test_request_places__before_the_round_opens__is_told_when(cast: Cast) -> None:
    make.a_round(cast, opens_at=cast.now + timedelta(minutes=1))
    with refuses(RoundNotOpen):
        ask(cast)


def test_request_places__beat_is_late__the_clock_opens_and_closes(cast: Cast) -> None:
    held = make.a_round(cast, state="announced")
    assert ask(cast)[0].state == "requested"
    cast.clock.moment = held.closes_at
    with refuses(RoundRuns):
        ask(cast)


@pytest.mark.parametrize("state", ["closed", "drawn", "failed"])
def test_request_places__round_runs__is_asked_to_come_after_the_result(cast: Cast, state: str) -> None:
    make.a_round(cast, state=state)
    with refuses(RoundRuns):
        ask(cast)


def test_request_places__same_vehicle_again__is_refused(round_cast: Cast) -> None:
    truck = a_truck(round_cast)
    ask(round_cast, vehicle_refs=[truck.ref])
    with refuses(VehicleHasARequest):
        ask(round_cast, vehicle_refs=[truck.ref])


def test_request_places__vehicle_has_a_reservation__is_refused(round_cast: Cast) -> None:
    reservation = reserved(round_cast, slot=round_cast.slots[1])
    with refuses(VehicleHasAReservation):
        ask(round_cast, vehicle_refs=[reservation.vehicle.ref])


def test_request_places__first_class_without_a_paper__is_asked_for_it(round_cast: Cast) -> None:
    make.a_slot(round_cast.cold_lane, starts_at=tomorrow(round_cast) + timedelta(hours=2))
    with refuses(EvidenceNeeded):
        ask(round_cast, cargo_kind="perishable", evidence="  ")
    assert ask(round_cast, cargo_kind="perishable", evidence="PHYTO-7")[0].evidence == "PHYTO-7"


# ---------------------------------------------------------------- what cannot be granted
def hours(cast: Cast, earliest: float, latest: float, preferred: float) -> dict[str, datetime]:
    """Hours from 10:00 tomorrow."""
    names = ("earliest_at", "latest_at", "preferred_at")
    pairs = zip(names, (earliest, latest, preferred), strict=True)
    return {name: tomorrow(cast) + timedelta(hours=hour) for name, hour in pairs}


@pytest.mark.parametrize(
    ("times", "error"),
    [
        ((2, 1, 2), TimesOutOfOrder),
        ((1, 2, 3), TimesOutOfOrder),
        ((1, 20, 2), TimesOutOfOrder),  # past midnight
        ((-30, 2, 1), TimesOutOfOrder),  # the day before
        ((1.1, 1.9, 1.5), IntervalTooShort),
        ((9, 10, 9), DayClosed),  # after hours
    ],
)
def test_request_places__times_that_hold_no_slot__are_refused(
    round_cast: Cast, times: tuple[float, float, float], error: type[DomainError]
) -> None:
    with refuses(error):
        ask(round_cast, **hours(round_cast, *times))


def test_request_places__every_slot_of_the_day_frozen__day_is_closed(round_cast: Cast) -> None:
    Slot.objects.filter(service_date=round_cast.slots[8].service_date).update(is_frozen=True)
    with refuses(DayClosed):
        ask(round_cast)


def test_request_places__times_that_are_over__are_refused(cast: Cast) -> None:
    now = cast.now
    with refuses(TimesOutOfOrder):
        ask(
            cast,
            service_date=cast.slot.service_date,
            earliest_at=now - timedelta(hours=2),
            preferred_at=now - timedelta(hours=1),
            latest_at=now,
        )


@pytest.mark.parametrize(
    ("inputs", "error"),
    [
        ({"port_code": "NOWHERE"}, UnknownPort),
        ({"lane_codes": ["HEKOU-IN1"]}, UnknownLane),
        ({"lane_codes": ["MOHAN-IN2"]}, WrongCargo),
        ({"cargo_kind": "gold"}, Invalid),
        ({"cargo_kind": "bulk"}, WrongCargo),
        ({"vehicle_refs": []}, Invalid),
        ({"vehicle_refs": [f"V-{n}" for n in range(51)]}, Invalid),
        ({"vehicle_refs": ["V-000000000"]}, NotFound),
        ({"travel_minutes": -1}, Invalid),
        ({"travel_minutes": 10**9}, Invalid),
    ],
)
def test_request_places__input_that_names_nothing_usable__is_refused(
    round_cast: Cast, inputs: dict[str, Any], error: type[DomainError]
) -> None:
    with refuses(error):
        ask(round_cast, **inputs)


def test_request_places__vehicle_of_somebody_else__is_not_found(round_cast: Cast) -> None:
    with refuses(NotFound):
        ask(round_cast, vehicle_refs=[round_cast.other_vehicle.ref])


def test_request_places__vehicle_too_long_for_every_bay__is_told_before_it_comes(round_cast: Cast) -> None:
    with refuses(NoBayEverFits, length_m="25", width_m="2.55"):
        ask(round_cast, vehicle_refs=[a_truck(round_cast, length_m=25).ref])


def test_request_places__no_stand_for_its_cargo__is_told_before_it_comes(round_cast: Cast) -> None:
    round_cast.yard.bays.filter(code="C-01").delete()
    with refuses(NoBayEverFits):
        ask(round_cast, cargo_kind="hazardous", evidence="UN1203")


def test_request_places__bundle_of_two_organisations__is_refused(round_cast: Cast) -> None:
    alone = make.a_vehicle(driver=round_cast.driver)
    with refuses(BundleOfOneOrganisation):
        ask(round_cast, vehicle_refs=[a_truck(round_cast).ref, alone.ref])


def test_request_places__bundle_bigger_than_any_hour__is_told_the_most(round_cast: Cast) -> None:
    """One place of two is an organisation's share of a slot here, and sixty minutes hold the starts of two slots."""
    round_cast.port.policies.update(organisation_share_percent=50)
    with refuses(BundleTooBig, vehicles=3, most=2):
        ask(round_cast, vehicle_refs=[a_truck(round_cast).ref for _ in range(3)])


# ---------------------------------------------------------------- without a round: at once
@pytest.fixture
def open_cast(cast: Cast) -> Cast:
    cast.port.policies.update(allocation="open", horizon_days=5)
    return cast


def test_request_places__open_day_with_room__is_placed_at_the_preferred_time(open_cast: Cast) -> None:
    (request,) = ask(open_cast)
    assert request.state == "placed"
    assert request.reservation is not None
    assert request.reservation.slot == open_cast.slots[10]
    assert request.reason["code"] == "preferred"
    kinds = list(LedgerEntry.objects.order_by("seq").values_list("kind", flat=True))
    assert kinds == ["request.made", "request.placed", "reservation.confirmed"]
    assert Slot.objects.get(pk=open_cast.slots[10].pk).taken == 1


def test_request_places__preferred_slot_full__takes_the_nearest(open_cast: Cast) -> None:
    Slot.objects.filter(pk=open_cast.slots[10].pk).update(taken=2)
    (request,) = ask(open_cast)
    assert request.reservation is not None
    assert request.reservation.slot == open_cast.slots[9]
    assert request.reason["code"] == "nearest"


@pytest.mark.parametrize("kept", ["protected", "returned"])
def test_request_places__only_kept_places_left__waits_for_the_next_batch(open_cast: Cast, kept: str) -> None:
    Slot.objects.update(**{kept: 2})
    assert ask(open_cast)[0].state == "requested"


def test_request_places__organisation_has_its_share__waits(open_cast: Cast) -> None:
    open_cast.port.policies.update(organisation_share_percent=50)
    wish = hours(open_cast, 2, 2, 2)
    assert [ask(open_cast, **wish)[0].state for _ in range(2)] == ["placed", "requested"]


def test_request_places__bundle_on_an_open_day__all_or_none(open_cast: Cast) -> None:
    open_cast.port.policies.update(organisation_share_percent=50)
    pair = [a_truck(open_cast).ref for _ in range(2)]
    Slot.objects.exclude(pk=open_cast.slots[10].pk).update(protected=2)
    assert {row.state for row in ask(open_cast, vehicle_refs=pair)} == {"requested"}
    assert Slot.objects.get(pk=open_cast.slots[10].pk).taken == 0
    Slot.objects.update(protected=0)
    placed = ask(open_cast, vehicle_refs=[a_truck(open_cast).ref for _ in range(2)])
    assert {row.state for row in placed} == {"placed"}
    starts = sorted(row.reservation.slot.starts_at for row in placed if row.reservation)
    assert starts[1] - starts[0] <= timedelta(minutes=60)


def test_request_places__returned_just_now__others_go_first(open_cast: Cast) -> None:
    from reservations.operations import cancel_reservation

    truck = a_truck(open_cast)
    held = reserved(open_cast, slot=open_cast.slots[10], vehicle=truck)
    cancel_reservation(ref=held.ref, **open_cast.by(open_cast.driver))
    (request,) = ask(open_cast, vehicle_refs=[truck.ref])
    assert request.reservation is not None
    assert request.reservation.slot != open_cast.slots[10]


def test_request_places__day_beyond_the_horizon__is_refused(cast: Cast) -> None:
    cast.port.policies.update(allocation="open")
    later = {name: moment + timedelta(days=9) for name, moment in hours(cast, 1, 4, 2).items()}
    with refuses(SlotTooFar):
        ask(cast, service_date=cast.slots[8].service_date + timedelta(days=9), **later)


def test_request_places__round_to_come__is_told_when_it_opens(cast: Cast) -> None:
    later = {name: moment + timedelta(days=9) for name, moment in hours(cast, 1, 4, 2).items()}
    with refuses(RoundNotOpen):
        ask(cast, service_date=date(2026, 3, 12), **later)


def test_request_places__round_wanted_but_not_announced_yet__gives_nothing_at_once(cast: Cast) -> None:
    """The beat is down: whoever is quick must not have what the round will give."""
    cast.port.policies.update(allocation="rounds", round_close_hours=2)
    with refuses(Busy):
        ask(cast)


def test_request_places__late_and_before_its_drawn_start__waits(cast: Cast) -> None:
    held = make.a_round(cast, state="published", instant_at=cast.now + timedelta(minutes=1))
    (request,) = ask(cast)
    assert (request.state, request.round) == ("requested", None)
    assert list(Request.objects.late()) == [request]
    cast.clock.moment = held.instant_at + timedelta(minutes=5)
    assert ask(cast)[0].state == "placed"


# ---------------------------------------------------------------- changed and withdrawn
def test_change_request__open_round__new_times_and_the_whole_bundle(round_cast: Cast) -> None:
    pair = ask(round_cast, vehicle_refs=[a_truck(round_cast).ref for _ in range(2)])
    wish = hours(round_cast, 3, 5, 4)
    change_request(ref=pair[0].ref, lane_codes=["MOHAN-IN1"], **wish, **round_cast.by(round_cast.driver))
    assert {row.preferred_at for row in Request.objects.all()} == {wish["preferred_at"]}
    assert LedgerEntry.objects.filter(kind="request.changed").count() == 2


def test_change_request__seen_an_older_one__is_a_conflict(round_cast: Cast) -> None:
    (request,) = ask(round_cast)
    seen = request.changed_at - timedelta(seconds=1)
    with refuses(Conflict):
        change(round_cast, request, expected_changed_at=seen)


def change(cast: Cast, request: Request, **inputs: Any) -> Request:
    return change_request(ref=request.ref, lane_codes=[], **hours(cast, 1, 4, 3), **inputs, **cast.by(cast.driver))


def test_change_request__round_runs__stays_as_asked(round_cast: Cast) -> None:
    (request,) = ask(round_cast)
    round_cast.clock.moment = make.the_round(round_cast).closes_at
    with refuses(RequestClosed):
        change(round_cast, request)
    with refuses(RequestClosed):
        withdraw_request(ref=request.ref, **round_cast.by(round_cast.driver))


def test_change_request__bad_times__change_nothing(round_cast: Cast) -> None:
    (request,) = ask(round_cast)
    wish = hours(round_cast, 1.1, 1.9, 1.5)
    with refuses(IntervalTooShort):
        change_request(ref=request.ref, lane_codes=[], **wish, **round_cast.by(round_cast.driver))


def test_withdraw_request__open_round__ends_and_frees_the_vehicle(round_cast: Cast) -> None:
    (request,) = ask(round_cast)
    withdraw_request(ref=request.ref, **round_cast.by(round_cast.driver))
    assert Request.objects.get().state == "withdrawn"
    assert ask(round_cast, vehicle_refs=[request.vehicle.ref])[0].state == "requested"
    with refuses(WrongState):
        withdraw_request(ref=request.ref, **round_cast.by(round_cast.driver))
