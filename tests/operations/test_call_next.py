"""Calling: the first of the published order for whom a bay fits, that bay held, everybody passed over named."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import Vehicle
from core.machine import begin
from reservations.errors import LaneClosed, NobodyWaiting, NoPolicy
from reservations.models import LaneQueue, Policy, QueueEntry
from reservations.operations import call_next, measure
from reservations.queries import blocked_entries, published_order_of
from tests import factories as make
from tests.cast import Cast
from tests.operations.steps import (
    a_truck,
    arrived,
    call,
    called,
    entry_now,
    live_stay,
    recording,
    refuses,
    reserved,
    walked_up,
)
from yards.errors import NoBayThatFits, UnknownLane
from yards.models import Stay
from yards.operations import block_bay, switch_lane


def block(cast: Cast, *codes: str) -> None:
    for code in codes:
        block_bay(yard_code=cast.yard.code, bay_code=code, reason="oil", **cast.by(cast.operator))


def grown(cast: Cast, entry: QueueEntry, *, length_m: float) -> QueueEntry:
    """It was declared smaller than it is."""
    return measure(entry_ref=entry.ref, length_m=length_m, **cast.by(cast.operator))


def hazardous(cast: Cast) -> QueueEntry:
    """A waiting truck that only bay C-01 suits, in the same lane as the general ones and with the earliest promise of all."""
    cast.lane.cargo_kinds = [*cast.lane.cargo_kinds, "hazardous"]
    cast.lane.save()
    return walked_up(cast, cargo_kind="hazardous")


def test_call__one_waits__holds_a_bay_that_fits_and_gives_minutes_to_come(cast: Cast) -> None:
    entry = called(cast)
    now = entry_now(entry)
    assert (now.state, now.called_at, now.gate) == ("called", cast.now, cast.gate)
    assert now.call_expires_at == cast.now + timedelta(minutes=15)
    stay = live_stay(entry)
    assert (stay.state, stay.vehicle, stay.held_at) == ("held", entry.vehicle, cast.now)
    assert stay.bay.code in {"A-02", "A-03"}  # A-01 has a dock that others may need
    assert LaneQueue.objects.get(lane=cast.lane).calls == 1


def test_call__its_ledger_entries__say_rule_pattern_call_bay_and_why(cast: Cast) -> None:
    arrived(cast)
    with recording(cast) as added:
        entry = call(cast)
    queue_called, held = added
    stay = live_stay(entry)
    assert queue_called.kind == "queue.called"
    assert queue_called.data == {
        "entry": entry.ref,
        "lane": cast.lane.code,
        "ticket": 1,
        "class": "general",
        "call": 1,
        "rule": "pattern",
        "override": None,
        "pattern": cast.policy.class_pattern,
        "pattern_at": 0,
        "passed": [],
        "bay": stay.bay.code,
        "gate": "G1",
        "call_expires_at": (cast.now + timedelta(minutes=15)).isoformat(),
    }
    assert (held.kind, held.data["stay"], held.data["bay"]) == ("stay.held", stay.ref, stay.bay.code)
    assert held.data["why"]["rule"] == "least_total_cost"
    assert {queue_called.visit_ref, held.visit_ref} == {entry.visit_ref}


def test_call__several_wait__follows_the_published_order_call_by_call(cast: Cast) -> None:
    for slot in (cast.slots[2], cast.slots[0], cast.slots[1]):
        arrived(cast, reserved(cast, slot=slot))
        walked_up(cast, cargo_kind="empty")
    make.a_bay(cast.bays[0].zone, "A-09"), make.a_bay(cast.bays[0].zone, "A-10"), make.a_bay(cast.bays[0].zone, "A-11")
    published = [place.entry.ref for place in published_order_of(cast.lane, now=cast.now)]
    assert [call(cast).ref for _ in range(6)] == published


def test_call__pattern__moves_on_with_the_class_that_was_called(cast: Cast) -> None:
    arrived(cast)
    call(cast)
    assert LaneQueue.objects.get(lane=cast.lane).pattern_at == 2  # priority, GENERAL, priority, …


def test_call__first_has_no_bay__passes_over_and_names_him_and_he_stays_first(cast: Cast) -> None:
    special = hazardous(cast)
    block(cast, "C-01")
    general = arrived(cast, reserved(cast, slot=cast.slots[1]))
    assert published_order_of(cast.lane, now=cast.now)[0].entry == special
    with recording(cast) as added:
        assert call(cast).ref == general.ref
    assert added[0].data["passed"] == [[special.ref, "no_bay_that_fits"]]
    assert blocked_entries(cast.lane, [special], now=cast.now) == {special.ref: "no_bay_that_fits"}
    assert entry_now(special).state == "waiting"
    assert published_order_of(cast.lane, now=cast.now)[0].entry == special


def test_call__no_bay_for_anybody__keeps_everybody_waiting(cast: Cast) -> None:
    entry = arrived(cast)
    block(cast, "A-01", "A-02", "A-03", "B-01", "C-01")
    with refuses(NoBayThatFits):
        call(cast)
    assert entry_now(entry).state == "waiting"


def test_call__truck_longer_than_every_bay__waits_and_says_why(cast: Cast) -> None:
    long = grown(cast, walked_up(cast), length_m=25)
    with refuses(NoBayThatFits):
        call(cast)
    assert blocked_entries(cast.lane, [long], now=cast.now) == {long.ref: "no_bay_that_fits"}


def test_call__reefer_with_perishables__gets_the_bay_with_power(cast: Cast) -> None:
    walked_up(cast, lane=cast.cold_lane, cargo_kind="perishable", vehicle=a_truck(cast, reefer=True))
    assert live_stay(call(cast, cast.cold_lane)).bay.code == "B-01"


def test_call__all_bays_filled__never_gives_one_bay_twice_nor_a_stand_for_dangerous_goods(cast: Cast) -> None:
    for _ in range(6):
        walked_up(cast)
    for _ in range(4):
        call(cast)
    with refuses(NoBayThatFits):
        call(cast)
    held = Stay.objects.filter(state="held").values_list("bay__code", flat=True)
    assert sorted(held) == ["A-01", "A-02", "A-03", "B-01"]


def test_call__bay_of_a_full_yard_comes_free__the_next_one_gets_it(cast: Cast) -> None:
    entry = arrived(cast)
    block(cast, "A-01", "A-03", "B-01", "C-01")
    stranger = make.a_vehicle()
    stay = begin(Stay, "held", bay=cast.bays[1], vehicle=stranger, visit_ref="N-ELSEWHERE", held_at=cast.now)
    with refuses(NoBayThatFits):
        call(cast)
    stay.delete()
    assert live_stay(call(cast)).bay.code == "A-02"
    assert entry_now(entry).state == "called"


def test_call__nobody_waits__says_so(cast: Cast) -> None:
    LaneQueue.objects.create(lane=cast.lane)
    with refuses(NobodyWaiting):
        call(cast)
    arrived(cast)
    call(cast)
    with refuses(NobodyWaiting):
        call(cast)


def test_call__lane_closed_by_staff__calls_nobody_and_says_why(cast: Cast) -> None:
    entry = arrived(cast)
    switch_lane(lane_code=cast.lane.code, is_open=False, reason="fog", **cast.by(cast.operator))
    with refuses(LaneClosed, reason="fog"):
        call(cast)
    cast.lane.refresh_from_db()
    assert blocked_entries(cast.lane, [entry], now=cast.now) == {entry.ref: "lane_closed"}


def test_call__unknown_lane__is_not_found(cast: Cast) -> None:
    with refuses(UnknownLane):
        call_next(lane_code="NO-LANE", **cast.by(cast.operator))


@pytest.mark.parametrize("cargo_kind", ["hazardous", "perishable"])
def test_call__priority_without_end__gives_general_cargo_its_guaranteed_share(cast: Cast, cargo_kind: str) -> None:
    cast.lane.cargo_kinds = ["general", cargo_kind]
    cast.lane.save()
    zone = cast.bays[-1].zone
    for n in range(12):
        kit = ["hazmat"] if cargo_kind == "hazardous" else ["reefer"]
        make.a_bay(zone, f"D-{n:02d}", equipment=kit, x_m=1000.0 + 100 * n)  # far enough apart for any dangerous goods
    for _ in range(6):
        walked_up(cast, cargo_kind=cargo_kind)
    for _ in range(5):
        walked_up(cast)
    classes = [call(cast).queue_class for _ in range(8)]
    assert classes == ["priority", "general"] * 4


def test_call__vehicle_edited_while_it_waits__bay_is_for_the_size_recorded_at_check_in(cast: Cast) -> None:
    """One size for the call, the list, the ledger and the audit: who has another vehicle leaves the order and joins again."""
    long = grown(cast, walked_up(cast), length_m=25)
    Vehicle.objects.filter(pk=long.vehicle_id).update(length_m=6)
    with refuses(NoBayThatFits):
        call(cast)
    assert blocked_entries(cast.lane, [entry_now(long)], now=cast.now) == {long.ref: "no_bay_that_fits"}


def test_call__no_rules_are_in_force_yet__says_so(cast: Cast) -> None:
    arrived(cast)
    Policy.objects.update(effective_from=cast.now + timedelta(days=1))
    with refuses(NoPolicy):
        call(cast)
    assert published_order_of(cast.lane, now=cast.now) == []
