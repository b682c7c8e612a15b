"""A day of offers on rows that only operations have made: the auditor, who shares no code with them, finds nothing."""

from __future__ import annotations

from datetime import timedelta

from audit.auditor import Auditor
from reservations import batches, sweeps
from reservations.models import Request, Slot
from reservations.operations import (
    accept_offer,
    cancel_reservation,
    change_capacity,
    decline_offer,
    stand_by,
    state_readiness,
)
from tests.operations.steps import assert_counted
from tests.races import world
from tests.races.standing import asks, by, reserves
from tests.races.world import NOW, PORT


def test_a_day_of_offers__made_by_operations_only__the_auditor_finds_nothing(db: None) -> None:
    places = 4
    built = world.build(slots=40, places=places, trucks=20)
    slot, later = (
        Slot.objects.select_related("lane")
        .filter(lane__code="MOHAN-IN1", starts_at__gte=NOW + timedelta(hours=2))
        .order_by("starts_at")[:2]
    )
    trucks = iter(built.trucks)
    held = [reserves(next(trucks), slot) for _ in range(places)]
    waiting = [asks(next(trucks), slot) for _ in range(5)]
    assert batches.place_late_requests(PORT, now=NOW) == 0
    better = reserves(next(trucks), later)
    window = {"earliest_at": slot.starts_at, "latest_at": later.starts_at, "preferred_at": slot.starts_at}
    stand_by(reservation_ref=better.ref, **window, **by(1))
    order = list(Request.objects.standing_by())
    assert [row.vehicle_id for row in order][-1] == better.vehicle_id
    assert {row.pk for row in order[:-1]} == {row.pk for row in waiting}

    state_readiness(ref=order[0].ref, is_ready=False, travel_minutes=30, **by(2))
    for reservation in held[:3]:
        cancel_reservation(ref=reservation.ref, **by(3))
    assert sweeps.offer_places(by(4)["now"]) == 3  # the second, third and fourth
    assert_counted()
    accept_offer(ref=order[1].ref, **by(5))
    decline_offer(ref=order[2].ref, **by(5))
    assert sweeps.offer_places(by(6)["now"]) == 1  # the fifth
    assert sweeps.lapse_offers(by(14)["now"]) == 1  # the fourth did not answer
    assert sweeps.offer_places(by(14)["now"]) == 1  # who wants better
    assert accept_offer(ref=order[5].ref, **by(15)).pk == better.pk
    assert sweeps.lapse_offers(by(16)["now"]) == 1
    assert sweeps.offer_places(by(16)["now"]) == 0  # nobody is left who could use it
    assert reserves(next(trucks), slot, minutes=17).state == "confirmed"
    change_capacity(slot_ref=slot.ref, planned=places + 1, reason="one more gate", **by(18))
    state_readiness(ref=order[0].ref, is_ready=True, travel_minutes=30, **by(19))
    assert sweeps.offer_places(by(20)["now"]) == 1  # a place that was added goes to the first in the order, too
    assert Request.objects.get(state="offered").pk == order[0].pk
    assert sweeps.lapse_offers(by(31)["now"]) == 1
    sweeps.expire_requests(slot.ends_at)
    assert_counted()
    assert [str(finding) for finding in Auditor().findings()] == []
