"""What counts by a published rule: each act makes its mark, in the same transaction, and an allowance that is used up refuses."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from reservations.errors import AllowanceUsedUp, VehiclePaused
from reservations.models import Mark, Reservation, Slot
from reservations.operations import cancel_reservation, change_slot, check_in, extend_reservation, miss, withdraw
from reservations.queries import pause_of
from reservations.sweeps import sweep_no_shows
from tests import factories as make
from tests.cast import Cast, StoppedClock, assemble
from tests.operations.steps import (
    a_truck,
    arrived,
    at_once,
    call,
    changes_nothing,
    events,
    marked,
    marks_now,
    recording,
    refuses,
    reservation_now,
    reserved,
    rules,
)


def change(cast: Cast, reservation: Reservation, slot: Slot) -> Reservation:
    return change_slot(ref=reservation.ref, slot_ref=slot.ref, **cast.by(cast.driver))


def cancel(cast: Cast, reservation: Reservation) -> Reservation:
    return cancel_reservation(ref=reservation.ref, **cast.by(cast.driver))


# ---------------------------------------------------------------- changes of slot
@pytest.mark.parametrize("confirm", [True, False])
def test_change__of_slot__counts_once_for_the_vehicle_and_its_organisation(cast: Cast, confirm: bool) -> None:
    reservation = reserved(cast, vehicle=cast.vehicle, slot=cast.slots[3], confirm=confirm)
    with recording(cast) as added:
        change(cast, reservation, cast.slots[5])
    mark = Mark.objects.get()
    assert (mark.kind, mark.vehicle, mark.organisation) == ("change", cast.vehicle, cast.carrier)
    assert (mark.reservation, mark.at, mark.excused_at) == (reservation, cast.now, None)
    assert [event.kind for event in added] == ["reservation.changed", "mark.made"]
    assert added[1].visit_ref == reservation.visit_ref
    assert added[1].data | {"mark": mark.ref, "kind": "change", "vehicle": cast.vehicle.ref} == added[1].data
    assert cast.vehicle.plate not in json.dumps(added[1].data, ensure_ascii=False)


def test_change__to_its_own_slot__counts_nothing(cast: Cast) -> None:
    reservation = reserved(cast, slot=cast.slots[3])
    with changes_nothing():
        change(cast, reservation, cast.slots[3])


def test_change__last_one_left__passes_and_the_next_is_refused_until_one_comes_free(cast: Cast) -> None:
    reservation = reserved(cast, vehicle=cast.vehicle, slot=cast.slots[8])
    for days_ago in (29.5, 3):
        marked(cast, "change", vehicle=cast.vehicle, days_ago=days_ago, reservation=reservation)
    change(cast, reservation, cast.slots[9])
    with refuses(AllowanceUsedUp, kind="change", limit=3, days=30, again_at="2026-03-02 22:00 CST"):
        change(cast, reservation, cast.slots[10])
    cast.clock.forward(hours=12)
    change(cast, reservation, cast.slots[10])
    assert Mark.objects.count() == 4


def test_change__others_used_theirs_up__does_not_matter(cast: Cast) -> None:
    for _ in range(3):
        marked(cast, "change", vehicle=a_truck(cast))
    other = a_truck(cast)
    for _ in range(2):
        marked(cast, "change", vehicle=other)
    marked(cast, "extension", vehicle=other)
    assert change(cast, reserved(cast, vehicle=other, slot=cast.slots[3]), cast.slots[5]).changes == 1


@pytest.mark.parametrize("act", ["change", "extend"])
def test_change__to_a_slot_with_other_rules__is_judged_by_the_rules_of_the_one_it_leaves(cast: Cast, act: str) -> None:
    strict = make.a_policy(
        cast.port,
        version=2,
        effective_from=cast.now + timedelta(hours=1),
        changes_limit=0,
        extensions_limit=0,
        organisation_share_percent=100,
    )
    cast.lane.slots.filter(pk=cast.slots[7].pk).update(policy=strict)
    reservation = reserved(cast, slot=cast.slots[3])
    if act == "change":
        change(cast, reservation, cast.slots[7])
    else:
        extend_reservation(ref=reservation.ref, hours=4, **cast.by(cast.driver))
    assert [event.policy_version for event in events("mark.made")] == [1]
    with refuses(AllowanceUsedUp, limit=0):
        change(cast, reservation, cast.slots[3])


def test_change__rule_of_none__is_refused(cast: Cast) -> None:
    rules(cast, changes_limit=0)
    reservation = reserved(cast, slot=cast.slots[3])
    with refuses(AllowanceUsedUp, limit=0):
        change(cast, reservation, cast.slots[5])


# ---------------------------------------------------------------- cancelling
@pytest.mark.parametrize(("minutes", "counts"), [(0, False), (120, False), (121, True), (200, True)])
def test_cancel__around_the_cut_off__counts_only_after_it(cast: Cast, minutes: int, counts: bool) -> None:
    reservation = reserved(cast, vehicle=cast.vehicle, slot=cast.slots[3])
    cast.clock.forward(minutes=minutes)
    cancel(cast, reservation)
    assert marks_now(vehicle=cast.vehicle) == ([("late_cancel", "")] if counts else [])
    assert [event.data["late"] for event in events("reservation.cancelled")] == [counts]


def test_cancel__late_but_only_held__counts_nothing(cast: Cast) -> None:
    cancel(cast, reserved(cast, confirm=False))
    assert marks_now() == []


def test_cancel__late_a_second_time__pauses_reserving(cast: Cast) -> None:
    cancel(cast, reserved(cast, vehicle=cast.vehicle))
    assert pause_of(cast.vehicle, cast.policy, cast.now) is None
    cast.clock.forward(hours=1)
    cancel(cast, reserved(cast, vehicle=cast.vehicle, slot=cast.slots[1]))
    assert pause_of(cast.vehicle, cast.policy, cast.now) == cast.now + timedelta(days=14)
    with refuses(VehiclePaused, limit=2, days=30):
        reserved(cast, vehicle=cast.vehicle, slot=cast.slots[8])
    assert reserved(cast, slot=cast.slots[8]).state == "confirmed"


# ---------------------------------------------------------------- leaving the order
@pytest.mark.parametrize(("who", "counts"), [("driver", True), ("dispatcher", True), ("operator", False)])
def test_withdraw__after_the_cut_off__counts_when_the_holder_does_it(cast: Cast, who: str, counts: bool) -> None:
    entry = arrived(cast)
    withdraw(entry_ref=entry.ref, reason="no cargo", **cast.by(getattr(cast, who)))
    assert marks_now() == ([("late_cancel", "")] if counts else [])


def test_withdraw__before_the_cut_off__counts_nothing(cast: Cast) -> None:
    entry = arrived(cast, reserved(cast, slot=cast.slots[2]))
    withdraw(entry_ref=entry.ref, reason="", **cast.by(cast.driver))
    assert marks_now() == []


def test_miss__the_last_one__counts_as_a_late_end(cast: Cast) -> None:
    entry = arrived(cast)
    for counted in ([], [], [("late_cancel", "")]):
        call(cast)
        miss(entry_ref=entry.ref, **cast.by(cast.operator))
        assert marks_now() == counted


# ---------------------------------------------------------------- not coming
def test_no_show__after_grace__counts(cast: Cast) -> None:
    reservation = reserved(cast, vehicle=cast.vehicle)
    cast.clock.forward(minutes=90)
    with recording(cast) as added:
        sweep_no_shows(cast.now)
    assert marks_now(vehicle=cast.vehicle, reservation=reservation) == [("no_show", "")]
    assert [event.kind for event in added] == ["reservation.no_show", "mark.made"]


def test_no_show__came_after_grace__counts_once(cast: Cast) -> None:
    reservation = reserved(cast)
    cast.clock.forward(minutes=90)
    arrived(cast, reservation)
    sweep_no_shows(cast.now)
    assert marks_now() == [("no_show", "")]


def test_check_in__in_grace__counts_nothing(cast: Cast) -> None:
    reservation = reserved(cast)
    cast.clock.forward(minutes=89)
    check_in(reservation_ref=reservation.ref, port_code=cast.port.code, **cast.by(cast.driver))
    assert (reservation_now(reservation).state, marks_now()) == ("checked_in", [])


# ---------------------------------------------------------------- many at once
@pytest.fixture
def crowd(transactional_db: None, stopped_clock: StoppedClock) -> Cast:
    return assemble(stopped_clock)


def test_change__two_last_ones_at_once__only_one_passes(crowd: Cast) -> None:
    rules(crowd, changes_limit=1)
    reservation = reserved(crowd, slot=crowd.slots[8])
    answers = at_once(lambda n: change(crowd, reservation_now(reservation), crowd.slots[9 + n]), 6)
    assert sum(isinstance(answer, Reservation) for answer in answers) == 1
    assert marks_now() == [("change", "")]
