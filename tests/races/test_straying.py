"""Trucks that stop in the wrong bay, bays blocked at the gate, taken bays reported while the desk moves: one bay each, one truck a bay."""

from __future__ import annotations

import pytest

from audit.auditor import Auditor
from tests.races import straying, world


@pytest.fixture
def port(transactional_db: None) -> None:
    world.lay_out()


def test_straying__all_at_once__one_stands_there_and_everybody_has_a_bay_of_his_own(port: None) -> None:
    found = straying.run()
    assert found == {
        "strays": straying.STRAYS,
        "accepted": 1,
        "standing_in_it": 1,
        "without_a_bay": 0,
        "doubled": 0,
        "held_while_blocked": 0,
    }
    assert [str(finding) for finding in Auditor().findings()] == []
