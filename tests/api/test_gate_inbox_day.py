"""A day told in disorder ends as the same day told in order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from core import clock
from tests.parts.gate_day import BAD, IN_ORDER, GateDay, Line


@pytest.fixture(autouse=True)
def _clock_again() -> Iterator[None]:
    before = clock._demo
    yield
    clock._demo = before


def played(line: Line, *, seed: int) -> tuple[GateDay, dict[str, Any]]:
    """On a savepoint that is taken back: the other way to tell the day finds the database as this one did."""
    day = GateDay(trucks=24, seed=seed, hours=3, lanes=2)
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]
    with block:
        day.lay_out()
        end = day.play(line)
        transaction.set_rollback(True)
    return day, end


@pytest.mark.django_db
def test_day__shuffled_doubled_misread_and_hours_late__ends_as_in_order() -> None:
    day, in_order = played(IN_ORDER, seed=1)
    bad, spoilt = played(BAD, seed=1)
    print(day.counts, bad.counts, spoilt["nobody"])
    for n, each in spoilt["ends"].items():
        if each != in_order["ends"][n]:
            print(n, each, in_order["ends"][n])
    assert spoilt["ends"] == in_order["ends"]
    assert set(spoilt["nobody"].values()) == set(in_order["nobody"].values()) == {0}
    assert all(each["promise"] == "kept" and each["states"] == ["exited"] for each in spoilt["ends"].values())
    assert bad.counts["duplicates"] > 10 < bad.counts["decided"]  # the line was bad indeed
