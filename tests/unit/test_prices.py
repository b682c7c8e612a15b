"""What a scarce bay costs those who come later, and what past days say of them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.guidance_world import LONG_TRUCK, REEFER, TRUCK, World, bay
from yards.guidance.bays import Bays
from yards.guidance.prices import NO_BAY_M, Prices, demand, log_erlang_b, shadow
from yards.guidance.state import Standing

BUSY = {"reefer": [2.0] * 24, "plain": [2.0] * 24}


def erlang_b(load: float, bays: int) -> float:
    """By its definition, with factorials: for small yards only."""
    terms = [load**n / math.factorial(n) for n in range(bays + 1)]
    return terms[-1] / sum(terms)


@given(st.floats(0.1, 30), st.integers(0, 25))
def test_log_erlang_b__small_yards__is_the_loss_formula(load: float, bays: int) -> None:
    assert math.exp(log_erlang_b(np.array([load]), bays)[0, -1]) == pytest.approx(erlang_b(load, bays), rel=1e-9)


def test_log_erlang_b__three_thousand_bays_and_little_load__does_not_underflow() -> None:
    log_b = log_erlang_b(np.array([5.0]), 3000)
    assert np.isfinite(log_b).all()
    assert log_b[0, -1] < -15000


@given(st.floats(0.5, 200), st.integers(1, 200))
def test_shadow__more_in_use__dearer_up_to_the_truck_that_finds_none(load: float, bays: int) -> None:
    prices = shadow(np.array([load]), bays)[0]
    assert (np.diff(prices) >= 0).all()
    assert prices[0] < prices[-1]
    assert prices[-1] == NO_BAY_M


@given(st.floats(1, 100), st.integers(1, 100))
def test_shadow__more_expected__dearer(load: float, bays: int) -> None:
    less, more = shadow(np.array([load, load * 1.5]), bays)
    assert (more[:-1] >= less[:-1]).all()


def test_choose__plain_truck_with_plain_bays_free__leaves_the_last_reefer_bay() -> None:
    world = World([bay("B1", 5, "reefer"), bay("A1", 300), bay("A2", 600)], demand=BUSY)
    assert world.code(TRUCK) == "A1"
    assert world.code(REEFER) == "B1"


def test_choose__plain_truck_and_no_plain_bay_free__takes_the_reefer_bay() -> None:
    world = World([bay("B1", 5, "reefer"), bay("A1", 300)], [Standing("A1")], demand=BUSY)
    assert world.code(TRUCK) == "B1"


def test_choose__nobody_needs_power_these_hours__takes_the_near_reefer_bay() -> None:
    bays = [bay("B1", 5, "reefer"), bay("B2", 6, "reefer"), bay("B3", 7, "reefer"), bay("A1", 900)]
    assert World(bays, demand={"plain": [2.0] * 24}).code(TRUCK) == "B1"
    assert World(bays, demand={"reefer": [3.0] * 24}).code(TRUCK) == "A1"


def test_choose__no_history__a_class_not_needed_costs_a_fixed_price() -> None:
    assert World([bay("B1", 5, "reefer"), bay("A1", 404)]).code(TRUCK) == "A1"
    assert World([bay("B1", 5, "reefer"), bay("A1", 406)]).code(TRUCK) == "B1"


def test_choose__short_truck__leaves_the_long_bay_to_the_long_one() -> None:
    world = World([bay("L1", 5, length_m=22.0), bay("A1", 50), bay("A2", 60)])
    assert world.code(TRUCK) == "A1"
    assert world.code(LONG_TRUCK) == "L1"


def test_classes__any_equipment__each_is_a_class_with_its_number_of_bays() -> None:
    kits = [("dock",), ("dock", "reefer"), (), ("hazmat", "reefer"), ()]
    columns = Bays([bay(f"A{n}", n, *kit) for n, kit in enumerate(kits)] + [bay("L", 9, length_m=25.0)], [""] * 6)
    assert columns.classes == {"dock": 2, "hazmat": 1, "oversize": 1, "plain": 2, "reefer": 1}
    assert columns.classes_of(TRUCK) == ("plain",)
    assert columns.classes_of(REEFER) == ("reefer",)
    assert columns.classes_of(LONG_TRUCK) == ("oversize",)


def test_demand__two_past_days__is_the_mean_peak_of_the_coming_four_hours() -> None:
    eight, ten = 8 * 60.0, 10 * 60.0
    day = 1440.0
    rows = [
        (eight, 60.0, ("reefer",)),
        (eight + 20, 60.0, ("reefer",)),
        (day + ten, 45.0, ("reefer", "oversize")),
    ]
    counted = demand(rows, days=2)
    assert counted["reefer"][5] == pytest.approx((2 + 0) / 2)  # 5:00 to 9:00: two on the first day, none on the second
    assert counted["reefer"][8] == pytest.approx((2 + 1) / 2)
    assert counted["reefer"][11] == 0.0
    assert counted["oversize"][10] == pytest.approx(0.5)
    assert demand([], days=0) == {}


def test_at__an_hour_nobody_came_in__still_has_a_price_for_the_last_bay() -> None:
    columns = Bays([bay("B1", 5, "reefer"), bay("A1", 9)], ["", ""])
    prices = Prices.of(columns, {"plain": [1.0] * 24})
    assert prices.at(3, np.array([0.0, 1.0]))[columns.class_names.index("reefer")] == NO_BAY_M
    assert prices.at(3, np.array([9.0, 9.0])).tolist() == [NO_BAY_M, NO_BAY_M]
