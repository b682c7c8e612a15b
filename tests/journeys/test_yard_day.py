"""A day of trucks through a yard by the real operations: nobody without a bay that fits, no two on one, and a clean audit."""

from __future__ import annotations

import pytest

from audit.auditor import Auditor
from reservations import stays
from reservations.operations import suitability
from tests.parts.random_yards import random_plan
from tests.parts.yard_day import YardDay
from yards.turnover import mean_stay_min

TRUCKS = 120


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [11, 12])
def test_day__yard_drawn_at_random__everybody_parks_alone_where_he_fits_and_audit_is_clean(seed: int) -> None:
    for kept in (stays.remembered, suitability.fitting, mean_stay_min):
        kept.cache_clear()
    day = YardDay(random_plan(seed, strips=4, columns=14), trucks=TRUCKS, seed=seed).play()
    assert day.broken == []
    counts = day.counts
    assert counts["checked_in"] + counts["told_before"] == TRUCKS
    assert counts["parked"] == counts["left"] == counts["checked_in"]
    assert counts["aisles_shut"]
    assert counts["wrong_but_accepted"] if seed % 2 == 0 else counts["guided_on"]
    assert [str(finding) for finding in Auditor().findings()] == []
