"""The page of a trip that a closure met, and of one that was handed over: no grave fault on a phone and on a desk."""

from __future__ import annotations

from typing import Any

import pytest

from core import clock
from notifications.relay import relay_all
from reservations.models import Reservation
from reservations.operations import declare_closure
from tests import factories as make
from tests.browser.looking import a_living_port, faults_on, sign_in
from tests.cast import Cast
from tests.operations import steps

pytestmark = [pytest.mark.browser, pytest.mark.stack]


def shut(cast: Cast, first: int, last: int) -> None:
    """Closes the cast's lane over some of its slots."""
    declare_closure(
        port_code=cast.port.code,
        scope="lane",
        lane_codes=[cast.lane.code],
        starts_at=cast.slots[first].starts_at,
        ends_at=cast.slots[last].ends_at,
        reason="A landslide after the rain has buried the road to the far side",
        user=cast.supervisor,
        **cast.by(cast.supervisor),
    )


def test_reservation__moved_lost_or_handed_over__shows_no_grave_fault(page: Any) -> None:
    cast = a_living_port()
    moved = steps.reserved(cast, slot=cast.slots[2])
    shut(cast, 2, 3)
    lost, handed = steps.reserved(cast, slot=cast.slots[5]), steps.reserved(cast, slot=cast.slots[1])
    cast.lane.slots.exclude(pk=cast.slots[5].pk).update(taken=2)
    shut(cast, 5, 6)
    relay_all(now=clock.now())
    Reservation.objects.filter(pk=handed.pk).update(driver=make.a_driver())
    sign_in(page, cast.driver)
    paths = [f"/reservations/{each.ref}/" for each in (moved, lost, handed)]
    assert faults_on(page, [*paths, "/messages/"], everywhere=False) == []
    assert page.locator("a.row").count() > 0
