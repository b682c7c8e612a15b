"""Bays behind bays: the rear one is not reached past a taken front one, is filled first, and its driver is not shut in lightly."""

from __future__ import annotations

import numpy as np
import pytest

from tests.unit.guidance_world import World, bay
from yards.guidance.choice import BLOCKING_M
from yards.guidance.dwell import leaves_first
from yards.guidance.state import Standing

PAIR = [bay("A1", 10), bay("A2", 15, behind="A1")]
DEMAND = {"plain": [1.0] * 24}


def test_choose__front_bay_taken__rear_bay_is_not_reached() -> None:
    world = World(PAIR, [Standing("A1")])
    assert world.code() == ""
    assert world.weigh().explain("A2").refused == ("behind_taken",)
    assert World(PAIR, [Standing("A2")]).code() == "A1"


def test_choose__pair_empty_and_bays_are_scarce__fills_the_rear_one_first() -> None:
    assert World(PAIR, demand=DEMAND).code() == "A2"


def test_choose__rear_bay_closed__front_one_locks_nothing() -> None:
    weighed = World(PAIR, closed={"A2": "blocked"}, demand=DEMAND).weigh()
    assert weighed.parts["lock"].tolist() == [0.0, 0.0]
    assert World(PAIR, demand=DEMAND).weigh().parts["lock"][0] > 100.0


def test_choose__the_one_behind_leaves_soon__stands_elsewhere() -> None:
    bays = [*PAIR, bay("B1", 100)]
    soon, late = Standing("A2", since_min=170, expected_min=180), Standing("A2", since_min=10, expected_min=900)
    assert World(bays, [soon]).code(stay_min=150) == "B1"
    assert World(bays, [late]).code(stay_min=150) == "A1"


def test_choose__the_one_behind_leaves_soon_and_nothing_else_is_free__stands_before_him() -> None:
    assert World(PAIR, [Standing("A2", since_min=170, expected_min=180)]).code() == "A1"


def test_choose__nobody_knows_how_long_the_one_behind_stays__takes_the_usual_time() -> None:
    parts = World(PAIR, [Standing("A2")]).weigh(stay_min=135.0).parts
    assert parts["blocking"][0] == pytest.approx(BLOCKING_M / 2)


def test_leaves_first__longer_expected__less_likely() -> None:
    chances = leaves_first(np.array([10.0, 60.0, 120.0, 600.0]), 120.0, 0.45)
    assert list(chances) == sorted(chances, reverse=True)
    assert chances[2] == pytest.approx(0.5)
    assert chances[0] > 0.99
