"""A closure while a round runs, whatever its state: nothing lands inside, and who can be placed elsewhere is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from reservations.models import Request, Reservation, Slot
from reservations.operations import close_round
from reservations.rounds import run_round, sweep_rounds
from tests import factories as make
from tests.cast import Cast
from tests.operations.closing_steps import hour, lift, live_inside, shut
from tests.operations.steps import assert_counted, events, reserved


@pytest.mark.parametrize("declared_while", ["open", "closed", "drawn"])
@pytest.mark.parametrize("until", [28, None])
def test_declare__during_a_round__nothing_lands_inside_and_it_is_published_all_the_same(
    cast: Cast, declared_while: str, until: float | None
) -> None:
    round_ = make.a_round(cast)
    for _ in range(3):
        make.a_request(cast, window=(2, 5, 2))
    if declared_while != "open":
        cast.clock.moment = round_.closes_at
        close_round(ref=round_.ref, **cast.by())
    if declared_while == "drawn":
        assert run_round(round_.ref, now=cast.now).state == "drawn"
    closure = shut(cast, 26, until)
    cast.clock.moment = round_.publishes_at
    for _ in range(3):
        sweep_rounds(cast.now)
    assert make.the_round(cast).state == "published"
    assert live_inside(closure) == []
    placed = {r.slot.starts_at for r in Reservation.objects.select_related("slot")}
    assert placed == (set() if until is None else {hour(cast, 28), hour(cast, 29)})
    assert Request.objects.filter(state="requested").count() == 0
    assert bool(events("round.redrawn")) is (declared_while != "open")
    assert_counted()


def test_declare__promises_closed_out__go_before_wishes_of_a_round_that_runs(cast: Cast) -> None:
    make.a_round(cast)
    reservation = reserved(cast, slot=cast.slots[7])
    wish = make.a_request(cast, window=(0, 0, 0))
    shut(cast, 7, 8)
    assert Reservation.objects.get(pk=reservation.pk).slot == cast.slots[8]
    slot = Slot.objects.get(pk=cast.slots[8].pk)
    assert (slot.taken, slot.protected) == (1, 2)
    wish.refresh_from_db()
    assert wish.state == "requested"


def test_lift__day_of_a_round_to_come__its_places_still_wait_for_it(cast: Cast) -> None:
    make.a_round(cast)
    closure = shut(cast, 24, 28)
    lift(cast, closure, 25)
    slot = Slot.objects.get(pk=cast.slots[10].pk)
    assert (slot.is_frozen, slot.protected, slot.returned, slot.free) == (False, 2, 0, 0)
    assert cast.now + timedelta(hours=24) == slot.starts_at - timedelta(hours=2)
