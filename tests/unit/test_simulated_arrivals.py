"""The rule that turns observed queue lengths into arrivals."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from simulator import arrivals
from simulator.arrivals import Observation, Stretch

MIDNIGHT = datetime(2026, 7, 7, 21, tzinfo=UTC)  # of 8 July in Kyiv
DAY = date(2026, 7, 8)


def observed(*trucks: int, every_h: int = 3) -> list[Observation]:
    return [Observation(MIDNIGHT + timedelta(hours=every_h * n), count) for n, count in enumerate(trucks)]


def test_read__shipped_file__has_nine_crossings_in_order() -> None:
    crossings = arrivals.read(arrivals.SHIPPED)
    assert len(crossings) == 9
    assert all(rows == sorted(rows, key=lambda row: row.at) for rows in crossings.values())


def test_usual__shipped_file__is_a_day_observed_around_the_clock() -> None:
    crossings = arrivals.read(arrivals.SHIPPED)
    name, day = arrivals.usual(crossings)
    parts = arrivals.stretches(crossings[name], day)
    assert (name, day) == ("dorohusk", date(2026, 7, 7))
    assert sum(part.ends_h - part.begins_h for part in parts) == pytest.approx(24)


def test_stretches__queue_falls_by_the_assumed_service__nobody_arrived() -> None:
    parts = arrivals.stretches(observed(90, 60, 60), DAY)
    assert [part.weight for part in parts] == [
        0,
        30,
    ]  # 10 an hour served, and the queue kept its length for three hours


def test_stretches__interval_over_midnight__only_the_part_of_the_day_counts() -> None:
    rows = [Observation(MIDNIGHT - timedelta(hours=1), 0), Observation(MIDNIGHT + timedelta(hours=3), 40)]
    [part] = arrivals.stretches(rows, DAY)
    assert (part.begins_h, part.ends_h, part.weight) == (0, 3, 30)


def test_stretches__hole_in_the_observations__nothing_is_invented() -> None:
    assert arrivals.stretches(observed(0, 500, every_h=13), DAY) == []


def test_draw__same_seed__same_day() -> None:
    parts = [Stretch(0, 6, 1), Stretch(6, 24, 3)]
    assert arrivals.draw(parts, trucks=200, seed=7) == arrivals.draw(parts, trucks=200, seed=7)
    assert arrivals.draw(parts, trucks=200, seed=7) != arrivals.draw(parts, trucks=200, seed=8)


def test_draw__uneven_day__follows_the_weights_and_stays_inside() -> None:
    moments = arrivals.draw([Stretch(0, 6, 1), Stretch(6, 24, 3)], trucks=4000, seed=1)
    early = sum(moment < timedelta(hours=6) for moment in moments)
    assert len(moments) == 4000
    assert 880 < early < 1120  # a quarter, within four standard deviations
    assert moments[0] >= timedelta(0)
    assert moments[-1] <= timedelta(hours=24)


def test_draw__nobody_arrived__says_so() -> None:
    with pytest.raises(arrivals.NoSuchDay):
        arrivals.draw([Stretch(0, 24, 0)], trucks=10, seed=1)
