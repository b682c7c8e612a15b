"""The dispatcher's board: where each truck is, what needs somebody first, and so many queries whatever the fleet."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Organisation, Vehicle
from core.machine import begin_many
from reservations.models import Policy, QueueEntry, Reservation
from reservations.operations import call_next, revoke_reservation
from reservations.queries.fleet_board import Truck, fleet_of
from tests import factories as make
from tests.api import asking
from tests.cast import Cast
from web.carrier.fleet import SHOWN, Board, board_of
from web.carrier.needs import needs_of
from web.carrier.timebar import BEFORE, Window, spans_of

HOME = ZoneInfo("Asia/Shanghai")


def a_truck(cast: Cast) -> Vehicle:
    return make.a_vehicle(driver=cast.driver, organisation=cast.carrier)


def fleet(cast: Cast, organisation: Organisation | None = None) -> dict[int, Truck]:
    trucks = fleet_of(organisation or cast.carrier, since=cast.now - BEFORE)
    return {truck.vehicle.pk: truck for truck in trucks}


def board(cast: Cast, **asked: object) -> Board:
    return board_of(cast.carrier, home=HOME, now=cast.now, **asked)  # type: ignore[arg-type]


def codes(cast: Cast, vehicle: Vehicle) -> list[str]:
    return [need.code for need in needs_of([fleet(cast)[vehicle.pk]], now=cast.now)]


# ---------------------------------------------------------------- states
def test_state__each_stage_of_a_trip__has_its_word(cast: Cast) -> None:
    idle, placed, held, parked, called, waiting, asked = (a_truck(cast) for _ in range(7))
    make.a_confirmed_reservation(cast, vehicle=placed, slot=cast.slots[9])
    make.a_held_reservation(cast, vehicle=held, slot=cast.slots[9])
    make.a_parked_entry(cast, vehicle=parked)
    make.a_called_entry(cast, vehicle=called)
    make.a_waiting_walk_up(cast, vehicle=waiting)
    asking.a_request(cast, vehicle=asked, driver=cast.driver, port=cast.port, lane=cast.lane)

    found = fleet(cast)
    words = ("idle", "placed", "held", "bay", "called", "waiting", "asked")
    trucks = (idle, placed, held, parked, called, waiting, asked)
    assert [found[vehicle.pk].state for vehicle in trucks] == list(words)


def test_state__a_truck_that_left__is_out_for_a_while_then_without_a_trip(cast: Cast) -> None:
    vehicle = a_truck(cast)
    make.an_exited_entry(cast, vehicle=vehicle)
    assert fleet(cast)[vehicle.pk].state == "out"

    cast.clock.forward(hours=7)
    assert fleet(cast)[vehicle.pk].state == "idle"


def test_state__back_again_after_an_exit__the_new_visit_counts(cast: Cast) -> None:
    vehicle = a_truck(cast)
    make.an_exited_entry(cast, vehicle=vehicle)
    cast.clock.forward(minutes=20)
    make.a_waiting_walk_up(cast, vehicle=vehicle)

    truck = fleet(cast)[vehicle.pk]
    assert (truck.state, truck.stays) == ("waiting", [])


def test_fleet__of_another_organisation__stays_with_it(cast: Cast) -> None:
    mine, theirs = a_truck(cast), make.a_vehicle(driver=cast.stranger, organisation=cast.other_carrier)
    make.a_confirmed_reservation(cast, vehicle=theirs, driver=cast.stranger, slot=cast.slots[9])

    assert mine.pk in fleet(cast)
    assert theirs.pk not in fleet(cast)
    assert theirs.pk in fleet(cast, cast.other_carrier)


# ---------------------------------------------------------------- what needs somebody
def test_needs__a_call_comes_before_a_place_to_confirm__whatever_their_moments(cast: Cast) -> None:
    held, called = a_truck(cast), a_truck(cast)
    make.a_held_reservation(cast, vehicle=held, slot=cast.slots[9])
    make.a_called_entry(cast, vehicle=called)

    needs = board(cast).needs
    assert [(need.code, need.truck.vehicle) for need in needs] == [("called", called), ("held", held)]
    assert needs[0].by_at == QueueEntry.objects.get(vehicle=called).call_expires_at


def test_needs__its_hour_runs_and_then_is_over__due_late_and_gone_with_the_check_in(cast: Cast) -> None:
    vehicle = a_truck(cast)
    make.a_confirmed_reservation(cast, vehicle=vehicle)
    assert codes(cast, vehicle) == ["due"]

    cast.clock.forward(minutes=61)
    assert codes(cast, vehicle) == ["late"]
    parked = a_truck(cast)
    make.a_parked_entry(cast, vehicle=parked, slot=cast.slots[1])
    assert codes(cast, parked) == []


def test_needs__the_port_took_the_place_back__told_until_another_is_had(cast: Cast) -> None:
    vehicle = a_truck(cast)
    taken = make.a_confirmed_reservation(cast, vehicle=vehicle, slot=cast.slots[9])
    revoke_reservation(ref=taken.ref, reason="flood", **cast.by(cast.supervisor))
    assert codes(cast, vehicle) == ["revoked"]

    make.a_confirmed_reservation(cast, vehicle=vehicle, slot=cast.slots[10])
    assert codes(cast, vehicle) == []


@pytest.mark.parametrize(("hours", "expected"), [(0, []), (4, ["undeclared"])])
def test_needs__a_place_whose_port_asks_for_a_declaration__told_a_day_ahead(
    cast: Cast, hours: int, expected: list[str]
) -> None:
    Policy.objects.filter(pk=cast.policy.pk).update(declaration_hours=hours)
    vehicle = a_truck(cast)
    make.a_confirmed_reservation(cast, vehicle=vehicle, slot=cast.slots[5])

    assert codes(cast, vehicle) == expected


# ---------------------------------------------------------------- the time bar
def test_spans__a_visit__waiting_called_yard_and_bay_follow_each_other(cast: Cast) -> None:
    vehicle = a_truck(cast)
    entry = make.a_waiting_entry(cast, vehicle=vehicle)
    cast.clock.forward(minutes=30)
    call_next(lane_code=entry.lane.code, **cast.by(cast.operator))
    cast.clock.forward(minutes=10)

    window = Window.around(cast.now, HOME)
    spans = {span.kind: span for span in spans_of(fleet(cast)[vehicle.pk], window)}
    assert set(spans) == {"slot", "waiting", "called"}
    assert spans["waiting"].width == 30
    assert spans["waiting"].x + 30 == spans["called"].x
    assert spans["slot"].hours == "10:00–11:00"


def test_spans__outside_the_window__nothing_is_drawn(cast: Cast) -> None:
    vehicle = a_truck(cast)
    make.a_confirmed_reservation(cast, vehicle=vehicle, slot=cast.slots[9])  # tomorrow
    window = Window.around(cast.now - timedelta(hours=12), HOME)

    assert spans_of(fleet(cast)[vehicle.pk], window) == []


def test_window__labels__name_every_third_hour_from_before_now(cast: Cast) -> None:
    window = Window.around(cast.now, HOME)  # 10:00

    assert [label for label, _ in window.labels] == ["03", "06", "09", "12", "15", "18", "21", "00"]
    assert [is_midnight for _, is_midnight in window.labels].index(True) == 7


# ---------------------------------------------------------------- size
def a_large_fleet(cast: Cast, size: int, *, first: int = 0) -> None:
    """Trucks with a place tomorrow, written at once: what counts here is reading them."""
    rows = [
        Vehicle(country="CN", plate=f"云L{at:05d}", plate_key=f"云L{at:05d}", organisation=cast.carrier)
        for at in range(first, first + size)
    ]
    vehicles = Vehicle.objects.bulk_create(rows)
    own = {"lane": cast.lane, "slot": cast.slots[9], "organisation": cast.carrier, "cargo_kind": "general"}
    begin_many(Reservation, "confirmed", (own | {"vehicle": each, "created_at": cast.now} for each in vehicles))


def queries_of_board(cast: Cast) -> int:
    with CaptureQueriesContext(connection) as queries:
        shown = board(cast, all_lines=True)
        assert all(line.spans is not None and line.word for line in shown.lines)
    return len(queries)


def test_board__four_hundred_trucks__as_many_queries_as_for_four(cast: Cast) -> None:
    for _ in range(2):
        make.a_parked_entry(cast, vehicle=a_truck(cast))
    a_large_fleet(cast, 4)
    few = queries_of_board(cast)
    a_large_fleet(cast, 396, first=4)

    assert queries_of_board(cast) == few <= 6
    shown = board(cast)
    assert (len(shown.lines), shown.left_out) == (SHOWN, 402 - SHOWN)
    assert shown.trucks == 403  # the cast's own truck too


def test_board__searched_and_by_state__lines_and_sums(cast: Cast) -> None:
    a_large_fleet(cast, 3)
    called = a_truck(cast)
    make.a_called_entry(cast, vehicle=called)

    assert [line.truck.vehicle.plate for line in board(cast, search="云l-00001").lines] == ["云L00001"]
    assert [line.truck.vehicle for line in board(cast, state="called").lines] == [called]
    assert {each.state: each.count for each in board(cast).sums} == {"called": 1, "placed": 3, "idle": 1}
    assert board(cast).lines[0].truck.state == "called"
