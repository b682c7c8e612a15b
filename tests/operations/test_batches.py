"""Batches: late requests find a place beside those still to come, nobody is moved, and nothing is half-done."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from reservations import batch_inputs, batches
from reservations.errors import SlotFull
from reservations.models import Policy, Request, Reservation, Slot
from reservations.operations.batches import Plan, settle_batch
from tests import factories as make
from tests.cast import Cast
from tests.operations.standing import a_round, a_wish, counts, full, gives_up, offered, slot_now, wish_now
from tests.operations.steps import (
    a_truck,
    changes_nothing,
    events,
    marked,
    refuses,
    reservation_now,
    reserved,
    walked_up,
)
from yards.errors import UnknownPort

KEY = b"k" * 32


def late(cast: Cast, slot: Slot, **fields: Any) -> Request:
    """A request that could not be answered at once."""
    return a_wish(cast, slot, state="requested", **fields)


def batch(cast: Cast) -> int:
    return batches.place_late_requests(cast.port.code, now=cast.now)


def history(
    cast: Cast, slot: Slot, *, each_day: int, lead: timedelta, weeks: int = 4, cargo_kind: str = "general"
) -> None:
    """On the same weekday of past weeks so many places of the same hour were reserved so long before."""
    for week in range(1, weeks + 1):
        start = slot.starts_at - timedelta(weeks=week)
        past = make.a_slot(cast.lane, starts_at=start, capacity=20, taken=each_day)
        for _ in range(each_day):
            Reservation.objects.create(
                lane=cast.lane,
                slot=past,
                vehicle=make.a_vehicle(),
                cargo_kind=cargo_kind,
                state="completed",
                created_at=start - lead,
            )


# ---------------------------------------------------------------- placed
def test_batch__room_at_the_time_liked_best__is_a_promise(cast: Cast) -> None:
    slot = cast.slots[9]
    a_round(cast)
    request = late(cast, slot, earliest_at=cast.slots[8].starts_at)
    assert batch(cast) == 1
    row = wish_now(request)
    assert (row.state, row.reason["code"], row.ended_at) == ("placed", "preferred", cast.now)
    assert row.reservation
    assert (row.reservation.slot, row.reservation.state, row.reservation.vehicle) == (
        slot,
        "confirmed",
        request.vehicle,
    )
    assert counts(slot) == (1, 0, 1)
    placed, confirmed = events("request.placed")[-1].data, events("reservation.confirmed")[-1].data
    assert (placed["request"], placed["slot"], placed["why"]) == (request.ref, slot.ref, "preferred")
    assert confirmed["request"] == request.ref


def test_batch__day_without_a_round__places_too_and_keeps_nothing_for_anybody(cast: Cast) -> None:
    slot = cast.slots[9]
    history(cast, slot, each_day=2, lead=timedelta(hours=2))
    request = late(cast, slot)
    assert batch(cast) == 1
    assert wish_now(request).state == "placed"
    assert slot_now(slot).protected == 0


def test_batch__more_than_fit__first_class_first_and_the_others_stand_by_in_the_order_drawn(cast: Cast) -> None:
    slot = cast.slots[9]
    a_round(cast)
    empties = [late(cast, slot, cargo_kind="empty", queue_class="empty") for _ in range(3)]
    generals = [late(cast, slot) for _ in range(2)]
    assert batch(cast) == 2
    assert {wish_now(each).state for each in generals} == {"placed"}
    rows = [wish_now(each) for each in empties]
    assert {(row.state, row.stands_at) for row in rows} == {("standby", cast.now)}
    assert len({row.drawn for row in rows}) == 3
    assert {row.reason["code"] for row in rows} == {"full_for_class"}
    told = [entry.data["request"] for entry in events("request.stands_by")]
    assert told == [row.ref for row in sorted(rows, key=lambda row: row.drawn)]


def test_batch__somebody_has_a_place_already__is_never_moved(cast: Cast) -> None:
    slot = cast.slots[9]
    a_round(cast)
    holders = [reserved(cast, slot=slot, cargo_kind="empty") for _ in range(2)]
    request = late(cast, slot)
    assert batch(cast) == 0
    assert [reservation_now(each).slot for each in holders] == [slot, slot]
    assert wish_now(request).state == "standby"


def test_batch__place_kept_for_the_standby_order__is_not_for_late_requests(cast: Cast) -> None:
    slot = cast.slots[9]
    holders = full(cast, slot)
    a_round(cast)
    waiting = a_wish(cast, slot)
    gives_up(cast, holders[0])
    request = late(cast, slot)
    batch(cast)
    assert (wish_now(request).state, counts(slot)) == ("standby", (1, 1, 0))
    offered(cast)
    assert wish_now(waiting).state == "offered"


def test_batch__bundle__comes_together_or_not_at_all_and_is_tried_again_from_standby(cast: Cast) -> None:
    slot = cast.slots[9]
    a_round(cast)
    hers = reserved(cast, slot=slot)
    both = [late(cast, slot, vehicle=a_truck(cast), bundle="B-1") for _ in range(2)]
    assert batch(cast) == 0
    assert {wish_now(each).state for each in both} == {"standby"}
    gives_up(cast, hers)  # nobody but a bundle stands by: the place is free for all
    assert counts(slot) == (0, 0, 2)
    cast.clock.forward(minutes=30)
    assert batch(cast) == 2
    assert {wish_now(each).state for each in both} == {"placed"}


def test_batch__organisation_has_its_share__the_rest_stands_by(cast: Cast) -> None:
    cast.policy.organisation_share_percent = 50
    cast.policy.save()
    slot = cast.slots[9]
    a_round(cast)
    wishes = [late(cast, slot, vehicle=a_truck(cast)) for _ in range(2)]
    assert batch(cast) == 1
    assert sorted(wish_now(each).state for each in wishes) == ["placed", "standby"]


def test_batch__has_reserved_for_itself_meanwhile__stands_by_for_better(cast: Cast) -> None:
    slot = cast.slots[9]
    a_round(cast)
    request = late(cast, slot)
    reserved(cast, slot=cast.slots[11], vehicle=request.vehicle)
    assert batch(cast) == 0
    assert (wish_now(request).state, wish_now(request).reason["code"]) == ("standby", "has_a_reservation")


def test_batch__paused_since_it_asked__stands_by(cast: Cast) -> None:
    request = late(cast, cast.slots[9])
    for days_ago in (2, 1):
        marked(cast, "no_show", vehicle=request.vehicle, days_ago=days_ago)
    assert batch(cast) == 0
    assert (wish_now(request).state, wish_now(request).reason["code"]) == ("standby", "paused")


def test_batch__one_of_a_bundle_has_a_place_meanwhile__none_of_it_is_placed(cast: Cast) -> None:
    pair = [late(cast, cast.slots[9], vehicle=a_truck(cast), bundle="B-1") for _ in range(2)]
    reserved(cast, slot=cast.slots[11], vehicle=pair[0].vehicle)
    assert batch(cast) == 0
    assert [wish_now(row).reason["code"] for row in pair] == ["has_a_reservation", "bundle_broken"]


@pytest.mark.parametrize("state", ["announced", "open", "closed", "drawn", "failed"])
def test_batch__round_still_to_come__leaves_its_day_alone(cast: Cast, state: str) -> None:
    row = a_round(cast, state=state)
    late(cast, cast.slots[9], round=row)
    late(cast, cast.slots[9])
    Slot.objects.filter(service_date=row.service_date).update(protected=2)
    with changes_nothing():
        assert batch(cast) == 0


def test_batch__nothing_to_do__writes_nothing(cast: Cast) -> None:
    a_round(cast)
    with changes_nothing():
        assert batch(cast) == 0


# ---------------------------------------------------------------- room for those still to come
def test_batch__requests_still_to_come__room_is_kept_from_the_fastest_click(cast: Cast) -> None:
    slot = cast.slots[9]  # in 25 hours
    a_round(cast)
    history(cast, slot, each_day=2, lead=timedelta(hours=10))
    batch(cast)
    assert (slot_now(slot).protected, counts(slot)) == (2, (0, 0, 0))
    assert [slot.ref, 2] in events("slots.protected")[-1].data["slots"]
    with refuses(SlotFull):
        reserved(cast, slot=slot)


def test_batch__first_class_still_to_come__goes_before_a_late_request_of_the_last(cast: Cast) -> None:
    slot = cast.slots[9]
    a_round(cast)
    history(cast, slot, each_day=2, lead=timedelta(hours=10))
    empty = late(cast, slot, cargo_kind="empty", queue_class="empty")
    assert batch(cast) == 0
    general = late(cast, slot)
    assert batch(cast) == 1
    assert (wish_now(empty).state, wish_now(general).state) == ("standby", "placed")
    assert (slot_now(slot).protected, slot_now(slot).taken) == (1, 1)


def test_batch__the_nearer_the_slot__the_less_is_kept_and_none_in_the_end(cast: Cast) -> None:
    slot = cast.slots[9]
    a_round(cast)
    history(cast, slot, each_day=1, lead=timedelta(hours=10))
    Slot.objects.filter(pk=slot.pk).update(planned=3, capacity=3)
    history(cast, cast.slots[10], each_day=1, lead=timedelta(hours=2))
    batch(cast)
    assert [slot_now(each).protected for each in cast.slots[9:11]] == [1, 1]
    cast.clock.moment = slot.starts_at - timedelta(hours=9)
    batch(cast)
    assert [slot_now(each).protected for each in cast.slots[9:11]] == [0, 1]
    cast.clock.moment = slot.starts_at
    batch(cast)
    assert [slot_now(each).protected for each in cast.slots[9:11]] == [0, 0]


def test_batch__room_kept_no_more__is_offered_to_the_standby_order_before_anybody_can_click(cast: Cast) -> None:
    slot = cast.slots[9]
    a_round(cast)
    history(cast, slot, each_day=2, lead=timedelta(hours=10))
    batch(cast)
    waiting = a_wish(cast, slot)
    cast.clock.moment = slot.starts_at - timedelta(hours=9)
    batch(cast)
    assert counts(slot) == (0, 2, 0)
    offered(cast)
    assert (wish_now(waiting).state, counts(slot)) == ("offered", (1, 0, 1))


def test_batch__places_given_by_a_round__are_no_late_demand(cast: Cast) -> None:
    slot = cast.slots[9]
    history(cast, slot, each_day=2, lead=timedelta(hours=10))
    old = a_round(cast, day=slot.service_date - timedelta(weeks=1))
    for reservation in Reservation.objects.all():
        a_wish(cast, slot, state="placed", vehicle=reservation.vehicle, reservation=reservation, round=old)
    a_round(cast)
    batch(cast)
    assert slot_now(slot).protected == 0


def test_batch__late_requests_that_found_nothing__are_demand_once_each(cast: Cast) -> None:
    slot = cast.slots[9]
    make.a_slot(cast.lane, starts_at=slot.starts_at - timedelta(weeks=1))
    past: dict[str, Any] = {"service_date": slot.service_date - timedelta(weeks=1)}
    for name in ("earliest_at", "latest_at", "preferred_at"):
        past[name] = slot.starts_at - timedelta(weeks=1)
    a_wish(
        cast,
        slot,
        state="unplaced",
        lanes=[cast.lane, cast.cold_lane],
        created_at=past["latest_at"] - timedelta(hours=3),
        **past,
    )
    a_round(cast)
    batch(cast)
    assert slot_now(slot).protected == 1


def test_walk_up__places_kept_for_others__takes_what_is_left_and_flows_straight_through(cast: Cast) -> None:
    now_slot, following = cast.slots[0], cast.slots[1]
    Slot.objects.filter(pk=now_slot.pk).update(protected=2)
    Slot.objects.filter(pk=following.pk).update(protected=1)
    assert walked_up(cast).slot == following
    Slot.objects.filter(pk=cast.slots[2].pk).update(opens_at=cast.now + timedelta(minutes=1))
    assert walked_up(cast).slot == cast.slots[3]


# ---------------------------------------------------------------- faults
def the_plan(cast: Cast, slot: Slot, policy: Policy | None = None) -> Plan:
    read = batch_inputs.read(cast.port, slot.service_date, policy or cast.policy, round_=None, now=cast.now)
    return batches.plan_of(read, key=KEY)


def settled(cast: Cast, slot: Slot, plan: Plan) -> int:
    return settle_batch(port_code=cast.port.code, service_date=slot.service_date, plan=plan, **cast.by())


def test_settle__place_gone_since_it_was_drawn__waits_for_the_next_batch(cast: Cast) -> None:
    slot = cast.slots[9]
    requests = [late(cast, slot) for _ in range(2)]
    plan = the_plan(cast, slot)
    reserved(cast, slot=slot)
    assert settled(cast, slot, plan) == 1
    states = {each.ref: wish_now(each).state for each in requests}
    first = min(plan.draw, key=lambda ref: plan.draw[ref])
    assert states == {ref: "placed" if ref == first else "requested" for ref in states}
    batch(cast)
    assert {wish_now(each).state for each in requests} == {"placed", "standby"}


def test_settle__half_of_a_bundles_places_gone__none_of_it_takes_one(cast: Cast) -> None:
    slot = cast.slots[9]
    both = [late(cast, slot, vehicle=a_truck(cast), bundle="B-1") for _ in range(2)]
    plan = the_plan(cast, slot)
    assert len(plan.placed) == 2
    reserved(cast, slot=slot)
    assert settled(cast, slot, plan) == 0
    assert [wish_now(each).state for each in both] == ["requested", "requested"]
    assert counts(slot) == (1, 0, 1)


def test_settle__withdrawn_or_frozen_since_it_was_drawn__is_left_alone(cast: Cast) -> None:
    slot = cast.slots[9]
    gone, stays = late(cast, slot), late(cast, cast.slots[10])
    plan = the_plan(cast, slot)
    Request.objects.filter(pk=gone.pk).update(state="withdrawn")
    Slot.objects.filter(pk=cast.slots[10].pk).update(is_frozen=True)
    assert settled(cast, slot, plan) == 0
    assert (wish_now(gone).state, wish_now(stays).state) == ("withdrawn", "requested")


def test_settle__organisation_took_its_share_since__waits(cast: Cast) -> None:
    cast.policy.organisation_share_percent = 50
    cast.policy.save()
    slot = cast.slots[9]
    request = late(cast, slot, vehicle=a_truck(cast))
    plan = the_plan(cast, slot)
    reserved(cast, slot=slot)
    assert settled(cast, slot, plan) == 0
    assert wish_now(request).state == "requested"


def test_settle__unknown_port__is_refused(cast: Cast) -> None:
    with refuses(UnknownPort):
        settle_batch(port_code="NOWHERE", service_date=cast.slot.service_date, plan=Plan({}, {}, {}, {}), **cast.by())


def test_batch__verifier_finds_fault__writes_nothing_and_the_next_one_makes_up(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = late(cast, cast.slots[9], latest_at=cast.slots[9].starts_at)
    wrong = cast.slots[11].ref
    with monkeypatch.context() as patched:
        honest = batches.allocate
        patched.setattr(batches, "allocate", lambda *a, **k: replace(honest(*a, **k), placed={request.ref: wrong}))
        with changes_nothing():
            assert batch(cast) == 0
    assert batch(cast) == 1


def test_batch__one_day_fails__the_other_is_placed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    today, tomorrow = late(cast, cast.slots[3]), late(cast, cast.slots[9])
    honest = batch_inputs.read

    def breaks(port: Any, day: Any, *rest: Any, **named: Any) -> Any:
        if day == cast.slots[3].service_date:
            raise ZeroDivisionError
        return honest(port, day, *rest, **named)

    monkeypatch.setattr(batch_inputs, "read", breaks)
    assert batch(cast) == 1
    assert (wish_now(today).state, wish_now(tomorrow).state) == ("requested", "placed")


def test_batch__equal_requests__fall_by_a_draw_that_changes_with_the_key(cast: Cast) -> None:
    slot = cast.slots[9]
    for _ in range(12):
        late(cast, slot)
    read = batch_inputs.read(cast.port, slot.service_date, cast.policy, round_=None, now=cast.now)
    winners = {frozenset(batches.plan_of(read, key=bytes([n]) * 32).placed) for n in range(8)}
    assert len(winners) > 1
    assert all(len(each) == 2 for each in winners)
