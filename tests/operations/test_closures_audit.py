"""Closures, their lifting and their taking back, and the far side's rate, as the auditor reads them: by the ledger alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from reservations import batches, sweeps
from reservations import operations as do
from reservations.models import Request, Reservation, Slot
from tests.operations.audited_day import LANE, Day, open_port
from tests.operations.audited_round_day import ask, cut
from tests.operations.tampering import findings
from yards.models import Closure
from yards.operations import enter_far_side_rate


@pytest.fixture
def day(db: None) -> Day:
    return open_port()


def shut(day: Day, *, hours: float | None, since: float = 0, stages: Any = ()) -> Closure:
    begin = day.now + timedelta(hours=since)
    ends_at = None if hours is None else begin + timedelta(hours=hours)
    wish: dict[str, Any] = {"port_code": "MOHAN", "scope": "lane", "lane_codes": [LANE], "stages": stages}
    wish |= {"starts_at": begin, "ends_at": ends_at, "reason": "landslide", "user": day.people["supervisor"]}
    return do.declare_closure(**wish, **day.by("supervisor"))


def fill(day: Day) -> None:
    """Few places are left in the coming days: whoever is closed out finds some, not all."""
    for number, slot in enumerate(day.slots()):
        do.change_capacity(slot_ref=slot.ref, planned=2, reason="short of officers", **day.by("supervisor"))
        for _ in range(2 if number else 1):
            do.request_reservation(
                slot_ref=slot.ref,
                vehicle_ref=day.truck().ref,
                cargo_kind="general",
                driver=None,  # each truck its own owner: one account may hold one of two places only
                **day.by("driver"),
            )
            day.later(seconds=1)
        if number > 12:
            return


def test_audit__closure_without_an_end__is_clean(day: Day) -> None:
    here = day.arrive(day.reserve())
    fill(day)
    closure = shut(day, hours=None)
    assert {row.kind for row in closure.dispositions.all()} >= {"here", "standby"}
    assert here.reservation_id in closure.dispositions.filter(kind="here").values_list("reservation_id", flat=True)
    assert findings() == []


def test_audit__lifted_in_stages__is_clean(day: Day) -> None:
    fill(day)
    closure = shut(day, hours=None)
    day.later(minutes=30)
    ends_at = day.now + timedelta(hours=1)
    stages = [[ends_at.isoformat(), (ends_at + timedelta(hours=2)).isoformat(), 3]]
    do.lift_closure(ref=closure.ref, ends_at=ends_at, stages=stages, reason="road is clear", **day.by("supervisor"))
    do.generate_slots_of(lane_code=LANE, **day.by("generator"))
    assert Slot.objects.filter(lane__code=LANE, returned__gt=0).exists()
    assert findings() == []


def test_audit__taken_back__is_clean(day: Day) -> None:
    fill(day)
    moved = shut(day, hours=2)
    do.undo_closure(ref=moved.ref, reason="false alarm", **day.by("supervisor"))
    lost = shut(day, hours=None)
    assert Request.objects.filter(state="standby").exists()
    do.undo_closure(ref=lost.ref, reason="false alarm", **day.by("supervisor"))
    assert Reservation.objects.filter(state="revoked").exists()
    assert findings() == []


def test_audit__taken_back_into_a_slot_frozen_by_hand__is_clean(day: Day) -> None:
    slot = day.slots()[3]
    do.request_reservation(
        slot_ref=slot.ref,
        vehicle_ref=day.truck().ref,
        cargo_kind="general",
        driver=day.people["driver"],
        **day.by("driver"),
    )
    do.freeze_slot(slot_ref=slot.ref, frozen=True, reason="scanner", **day.by("supervisor"))
    closure = shut(day, hours=12)
    assert closure.dispositions.filter(kind="moved").exists()
    do.undo_closure(ref=closure.ref, reason="false alarm", **day.by("supervisor"))
    assert Reservation.objects.live().get(slot=slot)
    assert findings() == []


def test_audit__taken_back__places_it_frees_are_offered_first(day: Day) -> None:
    nxt = day.slots()[3]
    day.reserve(slot=2)
    cut(day, nxt, 1)
    closure = shut(day, hours=1, since=2)
    assert closure.dispositions.get().to_slot == nxt
    [request] = ask(day, nxt)
    batches.place_late_requests("MOHAN", now=day.now)
    day.later(minutes=1)
    do.undo_closure(ref=closure.ref, reason="false alarm", **day.by("supervisor"))
    assert Slot.objects.get(pk=nxt.pk).returned == 1
    assert sweeps.offer_places(day.now) == 1
    assert Request.objects.get(state="offered").pk == request.pk
    assert findings() == []


def test_audit__far_side_slower__is_clean(day: Day) -> None:
    fill(day)
    for rate in (1, 0, None):
        enter_far_side_rate(lane_code=LANE, units_per_hour=rate, valid_from=day.now, **day.by("operator"))
        do.generate_slots_of(lane_code=LANE, **day.by("generator"))
    assert findings() == []


def test_audit__new_slots_inside_a_closure__are_clean(day: Day) -> None:
    shut(day, hours=None)
    day.later(days=1)
    assert do.generate_slots_of(lane_code=LANE, **day.by("generator")).added > 0
    assert findings() == []
