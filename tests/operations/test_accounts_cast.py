"""The cast itself holds together: everybody stands at their own port, and the stopped clock is everybody's clock."""

from __future__ import annotations

from accounts.policy import may, ports_where
from core import clock
from reservations.models import Slot
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
