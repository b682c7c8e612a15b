"""The cast itself holds together: everybody stands at their own port, and the stopped clock is everybody's clock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from accounts.policy import may, ports_where
from core import clock
from reservations.models import Slot
from tests import factories as make
from tests.cast import NOW, Cast


def test_assemble__fixture__clock_slots_and_rights_agree(cast: Cast) -> None:
    assert clock.now() == cast.now == NOW
    cast.clock.forward(minutes=5)
    assert clock.now() == cast.now
    assert cast.slot.starts_at == NOW
    assert Slot.objects.filter(lane=cast.lane).with_room().count() == 16
    assert ports_where(cast.operator, "queue.call") == {"MOHAN"}
    assert ports_where(cast.other_operator, "queue.call") == {"HEKOU"}
    assert may(cast.driver, "reservation.create")
    assert not may(cast.driver, "queue.call")


@pytest.mark.parametrize(
    ("situation", "state"),
    [
        (make.a_confirmed_reservation, "confirmed"),
        (make.a_held_reservation, "requested"),
        (make.a_waiting_entry, "waiting"),
        (make.a_waiting_walk_up, "waiting"),
        (make.a_called_entry, "called"),
        (make.a_missed_entry, "waiting"),
        (make.an_admitted_entry, "admitted"),
        (make.a_parked_entry, "admitted"),
        (make.an_exited_entry, "exited"),
        (make.a_pending_override, "pending"),
    ],
)
def test_situation__made_by_the_real_operations__is_what_its_name_says(
    cast: Cast, situation: Callable[[Cast], Any], state: str
) -> None:
    row = situation(cast)
    row.refresh_from_db()
    assert row.state == state


def test_situation__third_of_its_kind__has_its_own_truck(cast: Cast) -> None:
    first, second = make.a_called_entry(cast), make.a_called_entry(cast)
    assert first.vehicle_id != second.vehicle_id
