"""Races around freed places: one offer, one promise; a freed place is offered once, in the standby order, whatever happens beside it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from audit.auditor import Auditor
from reservations import sweeps
from reservations.models import Request, Reservation, Slot
from reservations.operations import accept_offer, cancel_reservation, decline_offer
from reservations.operations.offering import lapse_offer
from tests.operations.steps import assert_counted
from tests.races import world
from tests.races.standing import at_once, by, hot_slots, reserves, stand_by_for

Act = Callable[[], Any]
CLEAN: list[str] = []
FINE = {"done", "offer_gone", "conflict", "vehicle_has_a_reservation", "wrong_state"}


def findings() -> list[str]:
    return [str(finding) for finding in Auditor().findings()]


@pytest.fixture
def offered(transactional_db: None) -> Request:
    """One place, one who stands by for it, and the offer."""
    built = world.build(slots=40, places=1, trucks=3)
    [slot] = hot_slots(1)
    first = reserves(built.trucks[0], slot)
    [request] = stand_by_for([slot], built.trucks[1:2])
    cancel_reservation(ref=first.ref, **by(1))
    assert sweeps.offer_places(by(1)["now"]) == 1
    request.refresh_from_db()
    return request


def test_accept__20_at_once__one_promise_and_19_are_told_that_it_is_over(offered: Request) -> None:
    said = at_once([lambda: accept_offer(ref=offered.ref, **by(2))] * 20)
    assert said["done"] == 1
    assert set(said) <= {"done", "offer_gone"}, said
    assert Reservation.objects.live().filter(vehicle=offered.vehicle).count() == 1
    assert_counted()
    assert findings() == CLEAN


def test_accept__while_it_is_declined_and_runs_out__one_of_them_happens(offered: Request) -> None:
    late = by(60)
    acts: list[Act] = [lambda: accept_offer(ref=offered.ref, **by(2))] * 6
    acts += [lambda: decline_offer(ref=offered.ref, **by(2))] * 6
    acts += [lambda: lapse_offer(ref=offered.ref, **late)] * 6
    said = at_once(acts)
    assert said["done"] == 1, said
    assert set(said) <= FINE
    offered.refresh_from_db()
    accepted = offered.state == "placed"
    slot = Slot.objects.filter(reservations__isnull=False, lane__code="MOHAN-IN1").distinct().get()
    assert (slot.taken, slot.returned) == ((1, 0) if accepted else (0, 1))
    assert_counted()


def test_cancel__while_others_sweep_and_click__every_freed_place_goes_to_the_standby_order(
    transactional_db: None,
) -> None:
    places, slots_wanted = 5, 4
    built = world.build(slots=40, places=places, trucks=100)
    trucks = built.trucks
    slots = hot_slots(slots_wanted)
    held = [reserves(trucks[n], slots[n % slots_wanted]) for n in range(places * slots_wanted)]
    order = stand_by_for(slots, trucks[20:60])
    assert len(order) == 40
    acts: list[Act] = [partial(cancel_reservation, ref=r.ref, **by(1)) for r in held]
    acts += [lambda: sweeps.offer_places(by(1)["now"])] * 4
    acts += [partial(reserves, trucks[60 + n], slots[n % 4], 1) for n in range(24)]
    said = at_once(acts)
    assert set(said) <= {"done", "slot_full"}, said
    assert said["slot_full"] == 24  # no click was fast enough
    sweeps.offer_places(by(2)["now"])
    offers = list(Request.objects.filter(state="offered"))
    assert len(offers) == len(held)
    for slot in slots:
        mine = [row for row in order if row.preferred_at == slot.starts_at]
        assert {row.pk for row in offers if row.slot_id == slot.pk} == {row.pk for row in mine[:places]}
    assert_counted()
    assert findings() == CLEAN


def test_offers__taken_while_the_others_cancel__nothing_is_lost_or_doubled(transactional_db: None) -> None:
    built = world.build(slots=40, places=10, trucks=40)
    slots = hot_slots(2)
    held = [reserves(built.trucks[n], slots[n % 2]) for n in range(20)]
    stand_by_for(slots, built.trucks[20:])
    for reservation in held[:10]:
        cancel_reservation(ref=reservation.ref, **by(1))
    assert sweeps.offer_places(by(1)["now"]) == 10
    refs = list(Request.objects.filter(state="offered").values_list("ref", flat=True))
    acts: list[Act] = [partial(accept_offer, ref=ref, **by(2)) for ref in refs for _ in range(2)]
    acts += [partial(cancel_reservation, ref=r.ref, **by(2)) for r in held[10:]]
    acts += [lambda: sweeps.offer_places(by(2)["now"])] * 4
    said = at_once(acts)
    assert set(said) <= FINE, said
    assert Reservation.objects.filter(state="confirmed").count() == 10
    sweeps.offer_places(by(3)["now"])
    assert Request.objects.filter(state="offered").count() == 10
    assert_counted()
    assert findings() == CLEAN
