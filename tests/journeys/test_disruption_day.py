"""A port that shuts on a day of trucks, small: the benchmark's day, which only PostgreSQL plays."""

from __future__ import annotations

import pytest

from benchmarks import disruption
from tests.parts.missing import PartMissing

pytestmark = [pytest.mark.sqlite, pytest.mark.stack]  # on a server of its own, so once is enough


def test_closure__of_the_whole_port__answers_everybody_once_in_the_old_order() -> None:
    try:
        day = disruption.played(percent=100, hours=6, seed=1, trucks=150)
    except PartMissing as problem:
        pytest.skip(str(problem))
    assert day["trucks"] == 150
    assert day["met"] == day["moved"] + day["standby"] + day["here"] > 30
    assert {name: day[name] for name in disruption.TARGETS if name != "seconds"} == dict.fromkeys(
        ("inversions", "inside", "unanswered", "answered_twice", "audit_findings"), 0
    )
