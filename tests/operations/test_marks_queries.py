"""What a holder is told: the counters, the pause, and what an act would cost before it is done."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import Vehicle
from reservations.models import Mark
from reservations.operations import (
    cancel_reservation,
    change_driver,
    change_slot,
    change_vehicle,
    extend_reservation,
    withdraw,
)
from reservations.queries import cost_of, counters_of, counters_of_all, organisation_counters, pause_of
from reservations.queries.conduct import last_strike, paused_until
from reservations.queries.costs import ACTS, Cost
from reservations.sweeps import sweep_no_shows
from tests import factories as make
from tests.cast import Cast
from tests.operations.steps import (
    a_closure,
    a_truck,
    arrived,
    marked,
    marks_now,
    reservation_now,
    reserved,
    rules,
)


def told(cast: Cast, vehicle: Vehicle) -> dict[str, tuple[int, int, int]]:
    """Used, limit and left by counter."""
    rows = counters_of(vehicle, cast.policy, cast.now)
    return {row.kind: (row.used, row.limit, row.left) for row in rows}


# ---------------------------------------------------------------- counters
def test_counters__nothing_done__all_is_left(cast: Cast) -> None:
    assert told(cast, cast.vehicle) == {
        "changes": (0, 3, 3),
        "extensions": (0, 1, 1),
        "substitutions": (0, 2, 2),
        "strikes": (0, 2, 2),
    }


def test_counters__each_over_its_own_days__count_what_is_not_excused(cast: Cast) -> None:
    for kind, days_ago in (("change", 29), ("change", 31), ("extension", 59), ("vehicle_change", 2)):
        marked(cast, kind, vehicle=cast.vehicle, days_ago=days_ago)
    for kind, days_ago in (("driver_change", 3), ("late_cancel", 4), ("no_show", 31), ("change", 5)):
        marked(cast, kind, vehicle=cast.vehicle, days_ago=days_ago)
    marked(cast, "change", vehicle=a_truck(cast))
    Mark.objects.filter(kind="change", at=cast.now - timedelta(days=5)).update(excused_at=cast.now)
    assert told(cast, cast.vehicle) == {
        "changes": (1, 3, 2),
        "extensions": (1, 1, 0),
        "substitutions": (2, 2, 0),
        "strikes": (1, 2, 1),
    }
    changes = counters_of(cast.vehicle, cast.policy, cast.now)[0]
    assert (changes.days, changes.frees_at) == (30, cast.now + timedelta(days=1))


def test_counters__of_many_vehicles__take_one_query(cast: Cast, django_assert_num_queries: Any) -> None:
    trucks = [a_truck(cast) for _ in range(5)]
    for truck in trucks[:3]:
        marked(cast, "change", vehicle=truck)
    with django_assert_num_queries(1):
        found = counters_of_all(trucks, policy=cast.policy, now=cast.now)
    assert [found[truck.pk][0].used for truck in trucks] == [1, 1, 1, 0, 0]


def test_counters__of_an_organisation__are_sums_and_rates(cast: Cast) -> None:
    came, missing, free = reserved(cast), reserved(cast), reserved(cast, slot=cast.slots[3])
    arrived(cast, came)
    cancel_reservation(ref=free.ref, **cast.by(cast.driver))
    cast.clock.forward(hours=4)
    sweep_no_shows(cast.now)
    marked(cast, "change", vehicle=cast.vehicle, days_ago=31)
    tallies = {row.kind: (row.count, row.percent) for row in organisation_counters(cast.carrier, cast.now)}
    assert tallies["no_show"] == (1, 33.3)  # of three that fell due
    assert (tallies["change"], tallies["late_cancel"]) == ((0, 0.0), (0, 0.0))
    assert marks_now(reservation=missing) == [("no_show", "")]
    others = {row.kind: (row.count, row.percent) for row in organisation_counters(cast.other_carrier, cast.now)}
    assert others["no_show"] == (0, None)


# ---------------------------------------------------------------- pauses
def test_pause__hot_path__asks_for_the_strikes_only_when_the_latest_is_fresh(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    def last() -> datetime | None:
        return Vehicle.objects.annotate(last=last_strike()).values_list("last", flat=True).get(pk=cast.vehicle.pk)

    def until() -> datetime | None:
        return paused_until(cast.vehicle.pk, last_strike_at=struck_at, policy=cast.policy, now=cast.now)

    struck_at = last()
    with django_assert_num_queries(0):
        assert (struck_at, until()) == (None, None)
    for days_ago in (20, 14):
        marked(cast, "no_show", vehicle=cast.vehicle, days_ago=days_ago)
    struck_at = last()
    with django_assert_num_queries(0):
        assert (struck_at, until()) == (cast.now - timedelta(days=14), None)
    marked(cast, "late_cancel", vehicle=cast.vehicle, days_ago=13)
    struck_at = last()
    with django_assert_num_queries(1):
        assert until() == cast.now + timedelta(days=1)


def test_pause__strikes_that_count_no_more_or_are_none__do_not_pause(cast: Cast) -> None:
    marked(cast, "no_show", vehicle=cast.vehicle, days_ago=2)
    marked(cast, "change", vehicle=cast.vehicle, days_ago=1)
    excused = marked(cast, "late_cancel", vehicle=cast.vehicle, days_ago=1)
    assert pause_of(cast.vehicle, cast.policy, cast.now) == excused.at + timedelta(days=14)
    Mark.objects.filter(pk=excused.pk).update(excused_at=cast.now)
    assert pause_of(cast.vehicle, cast.policy, cast.now) is None


def test_pause__first_strike_long_before_the_second__still_follows_from_both(cast: Cast) -> None:
    marked(cast, "no_show", vehicle=cast.vehicle, days_ago=42)
    marked(cast, "no_show", vehicle=cast.vehicle, days_ago=13)
    assert pause_of(cast.vehicle, cast.policy, cast.now) == cast.now + timedelta(days=1)


# ---------------------------------------------------------------- costs
def act_on(cast: Cast, ref: str, act: str) -> None:
    """Does what `cost_of` was asked about."""
    mine, mate = cast.by(cast.driver), make.a_driver()
    make.a_vehicle(driver=mate, organisation=cast.carrier)
    acts: dict[str, Any] = {
        "change": lambda: change_slot(ref=ref, slot_ref=cast.slots[5].ref, **mine),
        "extend": lambda: extend_reservation(ref=ref, hours=4, **mine),
        "vehicle": lambda: change_vehicle(ref=ref, vehicle_ref=a_truck(cast).ref, **mine),
        "driver": lambda: change_driver(ref=ref, driver_ref=mate.ref, **mine),
        "cancel": lambda: cancel_reservation(ref=ref, **mine),
    }
    acts[act]()


@pytest.mark.parametrize("excused", [False, True])
@pytest.mark.parametrize("minutes", [0, 119, 125])
@pytest.mark.parametrize("act", sorted(ACTS))
def test_cost__said_before__is_what_the_act_then_costs(cast: Cast, act: str, minutes: int, excused: bool) -> None:
    reservation = reserved(cast, vehicle=cast.vehicle, slot=cast.slots[3])
    if excused:
        a_closure(cast, cast.slots[3].starts_at, None)
    cast.clock.forward(minutes=minutes)
    if minutes == 125 and act in ("vehicle", "driver"):
        return  # after the cut-off there is no such act
    said = cost_of(reservation, act, cast.now)
    act_on(cast, reservation.ref, act)
    done = marks_now(vehicle=cast.vehicle)
    assert done == ([(said.counts_as, "")] if said.counts_as else [])
    assert pause_of(cast.vehicle, cast.policy, cast.now) == said.pauses_until


def test_cost__of_a_change__says_what_is_left_and_when_it_is_refused(cast: Cast) -> None:
    reservation = reserved(cast, vehicle=cast.vehicle, slot=cast.slots[3])
    assert cost_of(reservation, "change", cast.now) == Cost("change", 2, 3, 30)
    for days_ago in (10, 9, 8):
        marked(cast, "change", vehicle=cast.vehicle, days_ago=days_ago)
    assert cost_of(reservation, "change", cast.now) == Cost("change", 0, 3, 30, again_at=cast.now + timedelta(days=20))


def test_cost__of_a_late_cancellation__says_whether_it_pauses_and_until_when(cast: Cast) -> None:
    reservation = reserved(cast, vehicle=cast.vehicle)
    assert cost_of(reservation, "cancel", cast.now) == Cost("late_cancel", 0, 2, 30)
    marked(cast, "no_show", vehicle=cast.vehicle)
    assert cost_of(reservation, "cancel", cast.now) == Cost(
        "late_cancel", 0, 2, 30, pauses_until=cast.now + timedelta(days=14)
    )
    cancel_reservation(ref=reservation.ref, **cast.by(cast.driver))
    assert pause_of(cast.vehicle, cast.policy, cast.now) == cast.now + timedelta(days=14)


def test_cost__of_a_cancellation_in_time_or_of_a_hold__is_nothing(cast: Cast) -> None:
    rules(cast, strike_limit=3)
    in_time, held = reserved(cast, slot=cast.slots[3]), reserved(cast, confirm=False)
    for reservation in (in_time, held):
        assert cost_of(reservation, "cancel", cast.now) == Cost(None, 2, 3, 30)


@pytest.mark.parametrize(("minutes", "counts_as", "excuse"), [(0, "late_cancel", ""), (91, None, "port_was_late")])
def test_cost__of_withdrawing_from_the_order__is_free_once_the_port_is_late(
    cast: Cast, minutes: int, counts_as: str | None, excuse: str
) -> None:
    reservation = reserved(cast)
    entry = arrived(cast, reservation)
    cast.clock.forward(minutes=minutes)
    said = cost_of(reservation_now(reservation), "cancel", cast.now)
    assert (said.counts_as, said.excuse) == (counts_as, excuse)
    withdraw(entry_ref=entry.ref, reason="", **cast.by(cast.driver))
    assert bool(marks_now()) is bool(counts_as)
