"""A closure in one act: calls stop, slots freeze, everybody inside has one answer, nobody is blamed, the old order stays."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any
from unittest import mock

from django.db.models import QuerySet
from django.utils.translation import override

from core.machine import advance
from core.models import LedgerEntry
from reservations.errors import (
    SlotFrozen,
)
from reservations.models import Mark, Request, Reservation, Slot
from reservations.operations import (
    check_in,
    confirm_reservation,
    generate_slots_of,
    stand_by,
)
from reservations.queries import reason_words
from tests import factories as make
from tests.cast import Cast
from tests.operations.closing_steps import (
    another_lane,
    answers,
    hour,
    inversions,
    live_inside,
    offered,
    shut,
    slot_of,
    undo,
)
from tests.operations.steps import (
    arrived,
    assert_counted,
    called,
    changes_nothing,
    entry_now,
    events,
    recording,
    refuses,
    reservation_now,
    reserved,
    walked_up,
)
from yards.models import Lane


# ---------------------------------------------------------------- who is inside
def test_declare__reservations_inside__move_to_the_nearest_places_after_it(cast: Cast) -> None:
    first, second = reserved(cast, slot=cast.slots[2]), reserved(cast, slot=cast.slots[3])
    outside = reserved(cast, slot=cast.slots[1])
    with recording(cast) as added:
        closure = shut(cast, 2, 4)
    assert answers(closure) == {first.ref: "moved", second.ref: "moved"}
    assert [slot_of(r) for r in (first, second, outside)] == [cast.slots[4], cast.slots[4], cast.slots[1]]
    assert live_inside(closure) == []
    assert [s.is_frozen for s in Slot.objects.filter(lane=cast.lane)[:6]] == [False, False, True, True, False, False]
    assert_counted()
    kinds = [event.kind for event in added]
    assert kinds[0] == "closure.declared"
    assert kinds.count("slot.frozen") == 2
    assert kinds.count("disposition.made") == kinds.count("reservation.changed") == 2
    told = next(event for event in added if event.kind == "disposition.made")
    assert told.visit_ref == first.visit_ref
    assert (told.data["kind"], told.data["from_slot"], told.data["slot"]) == (
        "moved",
        cast.slots[2].ref,
        cast.slots[4].ref,
    )


def test_declare__another_lane_is_open__same_hour_there_is_nearest(cast: Cast) -> None:
    lane, slots = another_lane(cast)
    reservation = reserved(cast, slot=cast.slots[2])
    shut(cast, 2, 4)
    assert slot_of(reservation) == slots[2]
    assert reservation_now(reservation).lane == lane


def test_declare__another_lane_of_the_other_direction_or_cargo__is_no_place(cast: Cast) -> None:
    another_lane(cast, "MOHAN-OUT9", direction="outbound")
    another_lane(cast, "MOHAN-IN8", cargo_kinds=["perishable"])
    reservation = reserved(cast, slot=cast.slots[2])
    shut(cast, 2, 4)
    assert slot_of(reservation) == cast.slots[4]


def test_declare__part_of_a_slot__shuts_the_whole_slot(cast: Cast) -> None:
    reservation = reserved(cast, slot=cast.slots[2])
    closure = shut(cast, 2.5, 2.75)
    assert slot_of(reservation) == cast.slots[3]
    assert live_inside(closure) == []


def test_declare__many_of_all_lanes__keeps_the_old_order_and_moves_nobody_else(cast: Cast) -> None:
    dice = Random(3)
    _, others = another_lane(cast, capacity=3)
    slots = [s for s in (*cast.slots, *others) for _ in range(s.capacity)]
    dice.shuffle(slots)
    for slot in slots[:44]:
        cast.clock.forward(seconds=1)
        reserved(cast, slot=slot, cargo_kind=dice.choice(["general", "empty"]))
    before = {r.pk: r.slot_id for r in _all_live()}
    closure = shut(cast, 1, 7)
    assert {row.reservation_id for row in closure.dispositions.all()} == {
        pk for pk, slot in before.items() if slot in [s.pk for s in cast.slots[1:7]]
    }
    assert inversions(closure) == 0
    assert live_inside(closure) == []
    still = {r.pk: r.slot_id for r in _all_live()}
    met = set(closure.dispositions.values_list("reservation_id", flat=True))
    assert all(slot == still[pk] for pk, slot in before.items() if pk not in met)
    assert_counted()


def _all_live() -> list[Reservation]:
    return list(Reservation.objects.live())


def test_declare__no_place_anywhere__oldest_first_in_the_standby_order_without_a_mark(cast: Cast) -> None:
    rows = []
    for slot in cast.slots:
        for _ in range(2):
            cast.clock.forward(seconds=1)
            rows.append(reserved(cast, slot=slot))
    closure = shut(cast, 0, None)
    assert set(answers(closure).values()) == {"standby"}
    assert {reservation_now(r).state for r in rows} == {"revoked"}
    order = list(Request.objects.standing_by())
    assert [r.vehicle_id for r in order] == [r.vehicle_id for r in sorted(rows, key=lambda r: r.created_at)]
    assert [r.stands_at for r in order] == [r.created_at for r in sorted(rows, key=lambda r: r.created_at)]
    assert {lane.code for lane in order[0].lanes.all()} == {cast.lane.code}
    assert Mark.objects.count() == 0
    assert len(events("request.stands_by")) == len(events("reservation.revoked")) == len(rows)
    assert {event.data["closure"] for event in events("reservation.revoked")} == {closure.ref}
    assert_counted()


def test_declare__fewer_places_than_trucks__those_promised_last_stand_by(cast: Cast) -> None:
    for slot in cast.slots[3:]:
        reserved(cast, slot=slot), reserved(cast, slot=slot)
    early, late = reserved(cast, slot=cast.slots[1]), reserved(cast, slot=cast.slots[2])
    shut(cast, 1, 3)
    assert {reservation_now(r).state for r in (early, late)} == {"revoked"}
    freed = make.a_slot(cast.lane, starts_at=hour(cast, 48), capacity=1, set_by_hand=True)
    again, later = reserved(cast, slot=cast.slots[0]), reserved(cast, slot=cast.slots[0])
    closure = shut(cast, 0, 1)
    assert answers(closure) == {again.ref: "moved", later.ref: "standby"}
    assert slot_of(again) == freed


def test_declare__vehicle_wants_better_already__its_request_becomes_as_old_as_the_lost_promise(cast: Cast) -> None:
    reservation = reserved(cast, slot=cast.slots[2])
    cast.clock.forward(minutes=5)
    times = {"earliest_at": hour(cast, 1), "latest_at": hour(cast, 1), "preferred_at": hour(cast, 1)}
    request = stand_by(reservation_ref=reservation.ref, **times, **cast.by(cast.driver))
    closure = shut(cast, 0, None)
    request.refresh_from_db()
    assert answers(closure) == {reservation.ref: "standby"}
    assert (request.state, request.stands_at, request.reservation) == ("standby", reservation.created_at, None)
    assert request.latest_at > hour(cast, 24)
    assert Request.objects.count() == 1


def _wish(cast: Cast, reservation: Reservation, lane: Lane) -> Request:
    """Asked for by the vehicle of a reservation, and for nothing that the reservation promises unless the lane says so."""
    cast.clock.forward(minutes=5)
    times = {"earliest_at": hour(cast, 1), "latest_at": hour(cast, 1), "preferred_at": hour(cast, 1)}
    request = stand_by(reservation_ref=reservation.ref, **times, **cast.by(cast.driver))
    request.lanes.set([lane])
    return request


def test_declare__vehicle_asks_for_something_else__that_ends_told_and_the_lost_promise_stands_by(cast: Cast) -> None:
    reservation = reserved(cast, slot=cast.slots[2])
    outbound, _ = another_lane(cast, "MOHAN-OUT9", direction="outbound")
    wish = _wish(cast, reservation, outbound)
    closure = shut(cast, 0, None)
    wish.refresh_from_db()
    assert (wish.state, wish.reason) == ("unplaced", {"code": "gave_way", "facts": {"closure": closure.ref}})
    assert (wish.earliest_at, wish.latest_at) == (hour(cast, 1), hour(cast, 1))
    (told,) = events("request.unplaced")
    assert (told.data["request"], told.reason) == (wish.ref, "landslide")
    made = Request.objects.standing_by().get()
    assert (made.stands_at, {lane.code for lane in made.lanes.all()}) == (reservation.created_at, {cast.lane.code})
    with override("en"):
        assert "closure" in reason_words(wish.reason)
    undo(cast, closure)
    assert Reservation.objects.live().get().slot == cast.slots[2]


def test_declare__request_offered_another_lane__its_place_is_handed_back(cast: Cast) -> None:
    reservation = reserved(cast, slot=cast.slots[2])
    outbound, slots = another_lane(cast, "MOHAN-OUT9", direction="outbound")
    wish = _wish(cast, reservation, outbound)
    Slot.objects.filter(pk=slots[4].pk).update(taken=1)
    advance(wish, "offered", slot=slots[4], offer_until=cast.now + timedelta(minutes=10))
    shut(cast, 0, None)
    wish.refresh_from_db()
    assert (wish.state, wish.slot) == ("unplaced", None)
    slot = Slot.objects.get(pk=slots[4].pk)
    assert (slot.taken, slot.returned) == (0, 1)


def test_declare__request_for_one_of_the_lanes__stands_by_for_all_that_fit(cast: Cast) -> None:
    reservation = reserved(cast, slot=cast.slots[2])
    lane, _ = another_lane(cast)
    Slot.objects.filter(lane=lane).update(is_frozen=True, frozen_reason="works")
    wish = _wish(cast, reservation, cast.lane)
    shut(cast, 0, None)
    assert {each.code for each in Request.objects.standing_by().get().lanes.all()} == {cast.lane.code, lane.code}
    assert Request.objects.get().pk == wish.pk
    assert events("request.stands_by")[-1].data["lanes"] == sorted([cast.lane.code, lane.code])


def test_undo__vehicle_asks_for_something_else_by_now__keeps_that_and_gets_no_promise(cast: Cast) -> None:
    reservation = reserved(cast, slot=cast.slots[2])
    outbound, _ = another_lane(cast, "MOHAN-OUT9", direction="outbound")
    closure = shut(cast, 0, None)
    Request.objects.get().lanes.set([outbound])
    undo(cast, closure)
    assert (Request.objects.get().state, reservation_now(reservation).state) == ("standby", "revoked")
    assert Reservation.objects.live().count() == 0


def test_declare__requests_of_who_loses_a_place__are_locked_after_their_reservations(cast: Cast) -> None:
    reservation = reserved(cast, slot=cast.slots[2])
    _wish(cast, reservation, cast.lane)
    locks: list[str] = []
    real = QuerySet.select_for_update

    def noted(self: Any, *args: Any, **kwargs: Any) -> Any:
        locks.append(self.model.__name__)
        return real(self, *args, **kwargs)

    with mock.patch.object(QuerySet, "select_for_update", noted):
        closure = shut(cast, 0, None)
        assert locks.index("Slot") < locks.index("Reservation") < locks.index("Request")
        locks.clear()
        undo(cast, closure)
    assert locks.index("Slot") < locks.index("Request")


def test_declare__vehicles_that_are_here__keep_their_place_in_the_order(cast: Cast) -> None:
    going = called(cast)
    waiting, walk_up = arrived(cast), walked_up(cast)
    closure = shut(cast, 0, 3)
    assert answers(closure) == {each.reservation.ref: "here" for each in (waiting, going) if each.reservation}
    states = {"waiting": [waiting, walk_up], "called": [going]}
    for state, entries in states.items():
        assert {(entry_now(e).state, entry_now(e).promised_at) for e in entries} <= {
            (state, e.promised_at) for e in entries
        }
    assert {event.data["kind"] for event in events("disposition.made")} == {"here"}
    assert_counted()


def test_declare__place_held_but_not_confirmed__moves_and_can_be_confirmed(cast: Cast) -> None:
    held = reserved(cast, slot=cast.slots[2], confirm=False)
    shut(cast, 2, 4)
    confirm_reservation(ref=held.ref, **cast.by(cast.driver))
    assert (reservation_now(held).state, slot_of(held)) == ("confirmed", cast.slots[4])


def test_declare__moved_by_the_port__may_come_at_the_new_time(cast: Cast) -> None:
    reservation = reserved(cast, slot=cast.slots[1])
    shut(cast, 1, 3)
    cast.clock.forward(hours=3)
    entry = check_in(reservation_ref=reservation.ref, port_code="MOHAN", **cast.by(cast.driver))
    assert entry.promised_at == cast.slots[3].starts_at


# ---------------------------------------------------------------- nothing lands inside
def test_declare__slots_inside__give_no_places(cast: Cast) -> None:
    shut(cast, 2, 4)
    with refuses(SlotFrozen):
        reserved(cast, slot=cast.slots[3])


def test_declare__walk_up_during_it__stands_at_the_first_place_after_it(cast: Cast) -> None:
    shut(cast, 0, 3)
    assert walked_up(cast).slot == cast.slots[3]


def test_generate__in_a_closure__new_slots_are_frozen_from_the_start(cast: Cast) -> None:
    shut(cast, 0, None)
    cast.clock.forward(days=2)
    with recording(cast) as added:
        generate_slots_of(lane_code=cast.lane.code, **cast.by())
    fresh = Slot.objects.filter(lane=cast.lane, ends_at__gt=cast.now)
    assert fresh.exists()
    assert not fresh.filter(is_frozen=False).exists()
    assert set(fresh.values_list("frozen_reason", flat=True)) == {"closure"}
    assert [event.kind for event in added].count("slot.frozen") == fresh.filter(ref__in=_refs(added)).count()
    with changes_nothing():
        generate_slots_of(lane_code=cast.lane.code, **cast.by())


def _refs(added: list[LedgerEntry]) -> list[str]:
    return [row[0] for event in added if event.kind == "slots.generated" for row in event.data["slots"]]


def test_declare__offer_inside__is_withdrawn_and_its_vehicle_keeps_its_place_in_the_order(cast: Cast) -> None:
    request = offered(cast, cast.slots[3])
    shut(cast, 2, 4)
    request.refresh_from_db()
    assert (request.state, request.slot, request.offer_until, request.stands_at) == ("standby", None, None, cast.now)
    (lapsed,) = events("offer.lapsed")
    assert lapsed.data["request"] == request.ref
    assert Slot.objects.get(pk=cast.slots[3].pk).taken == 0
