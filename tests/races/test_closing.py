"""Closures race reservations, in short form; `make races` runs two hundred on each database."""

from __future__ import annotations

import pytest

from audit.auditor import Auditor
from tests.operations.steps import assert_counted
from tests.races import closing, world


@pytest.fixture
def port(transactional_db: None) -> world.World:
    return closing.lay_out(trucks=400)


def test_closure__clients_reserve_hold_and_move_at_the_same_time__nothing_lands_inside(port: world.World) -> None:
    journal = closing.run(port, races=12, clients=closing.CLIENTS, seed=1)
    assert journal.said["inside"] == 0, journal.said
    assert journal.said["done"] > 12 * 2, journal.said
    assert journal.said["gave up"] == 0, journal.said
    assert closing.answered_twice() == 0
    assert_counted()
    assert [str(finding) for finding in Auditor().findings()] == []


def test_closure__slots_are_not_frozen__the_same_races_leave_promises_inside(port: world.World) -> None:
    with closing.without_freeze():
        journal = closing.run(port, races=6, clients=closing.CLIENTS, seed=1)
    assert journal.said["inside"] > 0, journal.said
