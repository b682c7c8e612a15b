"""State machines: their tables, and `advance` as compare-and-set."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import translation

from core.errors import Conflict, WrongState
from core.machine import Machine, advance, advance_all, begin
from reservations.models import QueueEntry, Reservation
from reservations.states import HOLDS_A_PLACE, OVERRIDE, QUEUE_ENTRY, RESERVATION
from tests.cast import Cast
from yards.states import STAY

ALL = [RESERVATION, QUEUE_ENTRY, OVERRIDE, STAY]
by_name = pytest.mark.parametrize("machine", ALL, ids=lambda machine: machine.name)


@by_name
def test_machine__its_table__names_only_states_of_its_own_and_reaches_them_all(machine: Machine) -> None:
    reached, edge = set(machine.initial), set(machine.initial)
    while edge:
        edge = {to for state in edge for to in machine.moves[state]} - reached
        reached |= edge
    assert reached == set(machine.moves)


@by_name
def test_machine__every_live_state__leads_to_an_end(machine: Machine) -> None:
    for state in machine.live:
        seen, edge = {state}, {state}
        while edge and not seen & machine.ends:
            edge = {to for at in edge for to in machine.moves[at]} - seen
            seen |= edge
        assert seen & machine.ends


def test_machine__states_that_use_a_place__are_states_of_a_reservation() -> None:
    assert set(RESERVATION.moves) >= HOLDS_A_PLACE
    assert set(RESERVATION.live) <= HOLDS_A_PLACE


def a_reservation(cast: Cast, state: str = "confirmed") -> Reservation:
    return begin(
        Reservation,
        state,
        lane=cast.lane,
        slot=cast.slot,
        vehicle=cast.vehicle,
        driver=cast.driver,
        cargo_kind="general",
        created_at=cast.now,
    )


def test_begin__state_that_is_no_beginning__is_refused(cast: Cast) -> None:
    with pytest.raises(ValueError, match="cannot begin as completed"):
        a_reservation(cast, "completed")


def test_advance__allowed_move__sets_state_and_fields_in_the_row_and_the_object(cast: Cast) -> None:
    row = a_reservation(cast)
    advance(row, "no_show", ended_at=cast.now)
    stored = Reservation.objects.get(pk=row.pk)
    assert (row.state, row.ended_at) == (stored.state, stored.ended_at) == ("no_show", cast.now)


def test_advance__move_not_in_the_table__says_from_what_to_what_and_changes_nothing(cast: Cast) -> None:
    row = a_reservation(cast)
    with pytest.raises(WrongState) as refused, translation.override("en"):
        advance(row, "completed", ended_at=cast.now)
    assert refused.value.facts == {"state": "confirmed", "to": "completed"}
    stored = Reservation.objects.get(pk=row.pk)
    assert (stored.state, stored.ended_at, row.state) == ("confirmed", None, "confirmed")


def test_advance__somebody_was_first__is_a_conflict_and_his_move_stays(cast: Cast) -> None:
    mine, theirs = a_reservation(cast), Reservation.objects.get()
    advance(theirs, "cancelled", ended_at=cast.now)
    with pytest.raises(Conflict) as refused:
        advance(mine, "checked_in", ended_at=cast.now + timedelta(days=1))
    assert refused.value.code == "conflict"
    stored = Reservation.objects.get()
    assert (stored.state, stored.ended_at) == ("cancelled", cast.now)


def test_advance_all__whatever_is_in_the_state__moves_and_the_others_stay(cast: Cast) -> None:
    advance(a_reservation(cast), "cancelled")
    a_reservation(cast)
    assert advance_all(Reservation.objects.all(), "confirmed", "no_show", ended_at=cast.now) == 1
    assert sorted(Reservation.objects.values_list("state", "ended_at")) == [("cancelled", None), ("no_show", cast.now)]
    with pytest.raises(WrongState):
        advance_all(Reservation.objects.all(), "no_show", "confirmed")


def test_advance__every_pair_of_states__follows_the_table(cast: Cast) -> None:
    row = a_reservation(cast)
    for old in RESERVATION.moves:
        for to in RESERVATION.moves:
            put(row, old)
            if RESERVATION.allows(old, to):
                advance(row, to)
            else:
                with pytest.raises(WrongState):
                    advance(row, to)
                assert Reservation.objects.get().state == old


def put(row: Reservation, state: str) -> None:
    """Puts a row into any state, past the machine, as a test must to try every pair."""
    Reservation.objects.filter(pk=row.pk).update(**{"state": state})
    row.refresh_from_db()


def test_begin__queue_entry__can_only_wait() -> None:
    with pytest.raises(ValueError, match="queue_entry cannot begin as called"):
        begin(QueueEntry, "called")
