"""Dangerous goods: on their own stands, and as far from each other as their classes ask."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from tests.unit.guidance_world import TRUCK, World, bay, dangerous
from yards.guidance.needs import Need
from yards.guidance.places import Box, gaps_m
from yards.guidance.segregation import CLASSES, FARTHEST_M, known, least_m
from yards.guidance.state import Standing


def stands(*xs_m: float, segregation_m: float = 0.0) -> list:
    return [bay(f"C{n}", x_m, "hazmat", segregation_m=segregation_m) for n, x_m in enumerate(xs_m)]


def test_least_m__any_two_classes__is_the_same_both_ways_and_known() -> None:
    for one, other in itertools.product(CLASSES, repeat=2):
        assert least_m(one, other) == least_m(other, one)
    assert all(least_m(one, "9") == 0.0 for one in CLASSES)


@pytest.mark.parametrize(
    ("one", "other", "metres"),
    [
        ("3", "3", 0.0),
        ("3", "8", 0.0),
        ("3", "5.1", 6.0),
        ("4.1", "5.1", 3.0),
        ("6.2", "4.2", 12.0),
        ("1.1", "3", 24.0),
        ("1.5", "3", 24.0),
        ("1.1", "1.1", 24.0),
        ("2.1", "4.3", 6.0),
        ("3", "", 0.0),
    ],
)
def test_least_m__pairs_of_the_table__keep_their_distance(one: str, other: str, metres: float) -> None:
    assert least_m(one, other) == metres


def test_least_m__class_not_named__is_kept_apart_from_every_other_and_from_its_like() -> None:
    assert {least_m("?", other) for other in (*CLASSES, "?", "no class")} == {FARTHEST_M}
    assert not known("?")
    assert not known("4")


def test_choose__neighbour_may_not_stand_so_near__takes_the_nearest_stand_far_enough() -> None:
    world = World(stands(10, 14, 18, 22), [Standing("C0", "3")])
    assert world.code(dangerous("8")) == "C1"
    assert world.code(dangerous("5.1")) == "C3"  # free between: 0.5, 4.5 and 8.5 m; 6 m are asked for
    assert world.weigh(dangerous("5.1")).explain("C2").refused == ("segregation",)


def test_choose__nobody_named_the_class__is_kept_apart_as_the_worst() -> None:
    world = World(stands(10, 14, 30, 40), [Standing("C0", "9")])
    assert world.code(Need(17.0, 2.55, frozenset({"hazmat"}))) == "C3"


def test_choose__a_bay_asks_for_more__both_ways() -> None:
    near = stands(10, 14)
    assert World(near, [Standing("C0", "3")]).code(dangerous("3")) == "C1"
    wide = stands(10, 14, segregation_m=10.0)
    assert World([wide[0], near[1]], [Standing("C0", "3")]).code(dangerous("3")) == ""
    assert World([near[0], wide[1]], [Standing("C0", "3")]).code(dangerous("3")) == ""
    assert World([near[0], stands(10, 26, segregation_m=10.0)[1]], [Standing("C0", "3")]).code(dangerous("3")) == "C1"


def test_choose__dangerous_goods_that_stand_where_they_should_not__are_kept_away_from_as_well() -> None:
    world = World([bay("A1", 10), *stands(14, 30)], [Standing("A1", "1.1")])
    assert world.code(dangerous("2.2")) == "C1"


def test_choose__plain_truck__never_takes_a_stand_and_dangerous_goods_take_nothing_else() -> None:
    bays = [bay("A1", 50), *stands(10)]
    assert World(bays).code(TRUCK) == "A1"
    assert World(bays).code(dangerous("3")) == "C0"
    assert World(bays, [Standing("C0", "3")]).code(dangerous("3")) == ""
    assert World(bays, [Standing("A1")]).code(TRUCK) == ""


def test_gaps_m__rectangles_at_an_angle__are_as_far_as_their_nearest_points() -> None:
    upright, lying = Box(0, 0, 10, 4, 0), Box(20, 0, 10, 4, 90)
    turned, far_up = Box(10, 0, 4, 4, 45), Box(5, 10, 10, 4, 0)
    gaps = gaps_m(upright, [lying, turned, far_up, upright])
    assert gaps == pytest.approx([13.0, 8 - 2 * np.sqrt(2), 1.0, 0.0])
