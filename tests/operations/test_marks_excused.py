"""Nobody is judged for what the port caused: a lane shut, a gate silent, a call too late, a move by the port."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Device
from reservations import sightings
from reservations.errors import CameAlready
from reservations.models import Disposition, Reservation
from reservations.operations import (
    cancel_reservation,
    change_slot,
    check_in,
    extend_reservation,
    miss,
    revoke_reservation,
    withdraw,
)
from reservations.sweeps import sweep_no_shows
from tests.cast import Cast
from tests.operations.steps import (
    a_closure,
    arrived,
    assert_counted,
    call,
    entry_now,
    events,
    last_event,
    marked,
    marks_now,
    recording,
    refuses,
    reservation_now,
    reserved,
    rules,
    walked_up,
)
from yards.models import Closure
from yards.operations import switch_lane

HOUR = timedelta(hours=1)


def cancel(cast: Cast, reservation: Reservation) -> Reservation:
    return cancel_reservation(ref=reservation.ref, **cast.by(cast.driver))


def late_cancel_at(cast: Cast, at: int) -> list[tuple[str, str]]:
    """Cancels a reservation of that slot half an hour before it begins."""
    reservation = reserved(cast, slot=cast.slots[at])
    cast.clock.moment = cast.slots[at].starts_at - timedelta(minutes=30)
    cancel(cast, reservation)
    return marks_now()


# ---------------------------------------------------------------- a lane that is shut
def test_cancel__late_while_the_lane_is_shut__counts_nothing_and_says_why(cast: Cast) -> None:
    reservation = reserved(cast)
    switch_lane(lane_code=cast.lane.code, is_open=False, reason="fog", **cast.by(cast.operator))
    cancel(cast, reservation)
    assert (marks_now(), last_event().data["excuse"]) == ([], "lane_was_closed")


@pytest.mark.parametrize(
    ("from_min", "until_min", "counts"),
    [(-60, 0, True), (-60, 1, False), (0, None, False), (89, 200, False), (90, 200, True), (20, 30, False)],
)
def test_cancel__late_with_a_closure_around__is_free_when_it_meets_slot_or_grace(
    cast: Cast, from_min: int, until_min: int | None, counts: bool
) -> None:
    begins = cast.slots[3].starts_at
    a_closure(
        cast,
        begins + timedelta(minutes=from_min),
        None if until_min is None else begins + timedelta(minutes=until_min),
    )
    assert bool(late_cancel_at(cast, 3)) is counts


def test_cancel__closure_undone_or_of_another_lane__counts(cast: Cast) -> None:
    a_closure(cast, cast.now, None, lane=cast.cold_lane)
    undone = a_closure(cast, cast.now, None)
    Closure.objects.filter(pk=undone.pk).update(**{"state": "undone"})
    assert late_cancel_at(cast, 3) == [("late_cancel", "")]


def test_cancel__late_for_a_closure__excuses_what_was_counted_on_the_way(cast: Cast) -> None:
    reservation = reserved(cast, slot=cast.slots[3])
    change_slot(ref=reservation.ref, slot_ref=cast.slots[1].ref, **cast.by(cast.driver))
    cast.clock.forward(minutes=50)
    a_closure(cast, cast.slots[1].starts_at, None)
    cancel(cast, reservation)
    assert marks_now() == [("change", "lane_was_closed")]
    assert (last_event().kind, last_event().reason) == ("mark.excused", "lane_was_closed")


@pytest.mark.parametrize("act", ["change", "extend"])
def test_change__slot_in_a_closure__is_free_even_with_nothing_left(cast: Cast, act: str) -> None:
    rules(cast, changes_limit=0, extensions_limit=0)
    reservation = reserved(cast, slot=cast.slots[1])
    a_closure(cast, cast.slots[1].starts_at, cast.slots[1].ends_at)
    if act == "change":
        change_slot(ref=reservation.ref, slot_ref=cast.slots[4].ref, **cast.by(cast.driver))
    else:
        extend_reservation(ref=reservation.ref, hours=4, **cast.by(cast.driver))
    assert (marks_now(), reservation_now(reservation).changes) == ([], 1)
    assert last_event().data["excuse"] == "lane_was_closed"


def test_no_show__closure_in_its_time__is_revoked_without_a_mark(cast: Cast) -> None:
    reservation = reserved(cast)
    a_closure(cast, cast.now + HOUR, cast.now + 2 * HOUR)  # begins with the slot's end: in its grace
    cast.clock.forward(minutes=90)
    sweep_no_shows(cast.now)
    assert (reservation_now(reservation).state, marks_now()) == ("revoked", [])
    assert events("reservation.revoked")[0].reason == "lane_was_closed"


# ---------------------------------------------------------------- moved by the port
def test_change__where_a_closure_moved_it__is_free_until_its_holder_has_moved_it(cast: Cast) -> None:
    reservation = reserved(cast, slot=cast.slots[4])
    closure = a_closure(cast, cast.now - HOUR, cast.now)
    Disposition.objects.create(
        closure=closure,
        reservation=reservation,
        kind="moved",
        from_slot=cast.slots[1],
        to_slot=cast.slots[4],
        at=cast.now,
    )
    change_slot(ref=reservation.ref, slot_ref=cast.slots[5].ref, **cast.by(cast.driver))
    assert marks_now() == []
    change_slot(ref=reservation.ref, slot_ref=cast.slots[6].ref, **cast.by(cast.driver))
    assert marks_now() == [("change", "")]


def test_revoke__by_the_port__excuses_its_marks(cast: Cast) -> None:
    reservation = reserved(cast, slot=cast.slots[3])
    change_slot(ref=reservation.ref, slot_ref=cast.slots[4].ref, **cast.by(cast.driver))
    revoke_reservation(ref=reservation.ref, reason="works on the road", **cast.by(cast.supervisor))
    assert marks_now() == [("change", "works on the road")]


# ---------------------------------------------------------------- a port that is late
@pytest.mark.parametrize(("minutes", "counts"), [(90, True), (91, False)])
def test_withdraw__while_waiting__is_free_once_the_call_is_overdue(cast: Cast, minutes: int, counts: bool) -> None:
    entry = arrived(cast)
    cast.clock.forward(minutes=minutes)
    withdraw(entry_ref=entry.ref, reason="", **cast.by(cast.driver))
    assert bool(marks_now()) is counts


def test_withdraw__overdue__excuses_what_was_counted_on_the_way(cast: Cast) -> None:
    reservation = reserved(cast)
    marked(cast, "change", vehicle=reservation.vehicle, reservation=reservation)
    entry = arrived(cast, reservation)
    cast.clock.forward(minutes=91)
    withdraw(entry_ref=entry.ref, reason="", **cast.by(cast.driver))
    assert marks_now() == [("change", "port_was_late")]


@pytest.mark.parametrize(("minutes", "counts"), [(90, True), (91, False)])
def test_miss__first_call_in_time_or_late__three_misses_count_only_when_it_was_in_time(
    cast: Cast, minutes: int, counts: bool
) -> None:
    entry = arrived(cast)
    cast.clock.forward(minutes=minutes)
    call(cast)
    first = entry_now(entry).first_called_at
    for _ in range(3):
        cast.clock.forward(minutes=20)
        miss(entry_ref=entry.ref, **cast.by(cast.operator))
        if entry_now(entry).state == "waiting":
            call(cast)
    assert (entry_now(entry).state, entry_now(entry).first_called_at) == ("withdrawn", first)
    assert bool(marks_now()) is counts


# ---------------------------------------------------------------- a gate that was silent
def seen(cast: Cast, minutes: int) -> None:
    Device.objects.filter(pk=cast.device.pk).update(last_seen_at=cast.slot.starts_at + timedelta(minutes=minutes))


@pytest.mark.parametrize(("seen_min", "state"), [(-1, "revoked"), (0, "no_show"), (70, "no_show")])
def test_no_show__gate_works_by_devices__needs_a_sign_of_life_since_the_slot_began(
    cast: Cast, seen_min: int, state: str
) -> None:
    reservation = reserved(cast)
    seen(cast, seen_min)
    cast.clock.forward(minutes=90)
    sweep_no_shows(cast.now)
    assert reservation_now(reservation).state == state
    assert marks_now() == ([("no_show", "")] if state == "no_show" else [])
    assert events(f"reservation.{state}")[0].reason == ("gate_was_silent" if state == "revoked" else "")


def test_no_show__devices_silent_but_somebody_came_in__is_a_no_show(cast: Cast) -> None:
    reservation = reserved(cast)
    seen(cast, -1)
    cast.clock.forward(minutes=30)
    walked_up(cast)
    cast.clock.forward(minutes=60)
    sweep_no_shows(cast.now)
    assert reservation_now(reservation).state == "no_show"


def test_no_show__another_gates_device_is_silent__is_a_no_show(cast: Cast) -> None:
    reservation = reserved(cast)
    Device.objects.create(name="exit", port_code=cast.port.code, gate_code="G2", last_seen_at=cast.now - HOUR)
    cast.clock.forward(minutes=90)
    sweep_no_shows(cast.now)
    assert reservation_now(reservation).state == "no_show"


# ---------------------------------------------------------------- a read that arrives late
def reported(cast: Cast, reservation: Reservation, minutes: float) -> object:
    seen_at = cast.slot.starts_at + timedelta(minutes=minutes)
    return check_in(reservation_ref=reservation.ref, port_code=cast.port.code, seen_at=seen_at, **cast.by(cast.device))


def test_check_in__seen_in_time_but_told_late__reverses_the_no_show_and_keeps_the_promise(cast: Cast) -> None:
    reservation = reserved(cast)
    cast.clock.forward(minutes=100)
    sweep_no_shows(cast.now)
    with recording(cast) as added:
        entry = reported(cast, reservation, 89)
    assert marks_now() == [("no_show", "seen_in_time")]
    assert [event.kind for event in added] == ["mark.excused", "queue.checked_in"]
    assert (entry.promised_at, entry.slot_id) == (cast.slot.starts_at, None)  # type: ignore[attr-defined]
    assert_counted()
    with refuses(CameAlready):
        reported(cast, reservation, 89)


@pytest.mark.parametrize(("seen_min", "mark"), [(89, []), (90, [("no_show", "")])])
def test_check_in__told_late_before_the_sweep__is_judged_by_when_it_was_seen(
    cast: Cast, seen_min: float, mark: list[tuple[str, str]]
) -> None:
    reservation = reserved(cast)
    cast.clock.forward(minutes=100)
    reported(cast, reservation, seen_min)
    assert marks_now() == mark
    assert reservation_now(reservation).state == ("no_show" if mark else "checked_in")


def test_check_in__seen_before_check_in_opened__is_no_evidence(cast: Cast) -> None:
    reservation = reserved(cast)
    cast.clock.forward(minutes=100)
    reported(cast, reservation, -181)
    assert marks_now() == [("no_show", "")]


def test_check_in__seen_in_the_future__is_judged_by_now(cast: Cast) -> None:
    reservation = reserved(cast)
    cast.clock.forward(minutes=80)
    reported(cast, reservation, 500)
    assert (reservation_now(reservation).state, marks_now()) == ("checked_in", [])


@pytest.mark.parametrize(("seen_min", "found"), [(89, True), (90, False), (-180, True), (-181, False), (None, False)])
def test_sighting__plate_told_late__finds_the_promise_taken_for_missed(
    cast: Cast, seen_min: float | None, found: bool
) -> None:
    reservation = reserved(cast, vehicle=cast.vehicle)
    cast.clock.forward(minutes=100)
    sweep_no_shows(cast.now)
    said: dict[str, Any] = {"plate": cast.vehicle.plate, "country": "CN"}
    if seen_min is not None:
        said["occurred_at"] = cast.slot.starts_at + timedelta(minutes=seen_min)
    if found:
        assert sightings.read(said, cast.device).reservation == reservation
        return
    for device in (cast.device, cast.other_device):
        with pytest.raises(sightings.NobodyExpected):
            sightings.read(said, device)
