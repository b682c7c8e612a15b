"""A vehicle that no bay of the yard could ever take: said when it asks, not at the gate. Blocked for a while is not never."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.cast import Cast
from tests.operations.drawn import a_plan, in_force
from tests.operations.steps import a_truck, refuses, reserved, walked_up
from yards.errors import NoBayEverFits
from yards.models import Bay
from yards.operations import block_bay


def test_reserve__longer_than_every_bay__is_told_its_size(cast: Cast) -> None:
    with refuses(NoBayEverFits, length_m="25.5", width_m="2.55"):
        reserved(cast, vehicle=a_truck(cast, length_m="25.5"))


def test_walk_up__longer_than_every_bay__is_told_before_it_waits(cast: Cast) -> None:
    with refuses(NoBayEverFits):
        walked_up(cast, vehicle=a_truck(cast, length_m=25))


def test_walk_up__no_stand_for_its_goods__is_told(cast: Cast) -> None:
    Bay.objects.filter(code="C-01").update(equipment=[])
    with refuses(NoBayEverFits):
        walked_up(cast, lane=cast.cold_lane, cargo_kind="hazardous")


def test_reserve__all_bays_of_its_kind_blocked__is_no_reason(cast: Cast) -> None:
    block_bay(yard_code=cast.yard.code, bay_code="C-01", reason="oil", **cast.by(cast.operator))
    walked_up(cast, lane=cast.cold_lane, cargo_kind="hazardous")


def test_reserve__the_only_bay_of_its_kind_off_the_plan__is_refused(cast: Cast) -> None:
    Bay.objects.filter(code="C-01").update(retired_at=cast.now)
    with refuses(NoBayEverFits):
        walked_up(cast, lane=cast.cold_lane, cargo_kind="hazardous")


def test_reserve__bay_put_back__is_taken_at_once(cast: Cast) -> None:
    """What was refused is not remembered."""
    Bay.objects.filter(code="C-01").update(retired_at=cast.now)
    with refuses(NoBayEverFits):
        walked_up(cast, lane=cast.cold_lane, cargo_kind="hazardous")
    Bay.objects.filter(code="C-01").update(retired_at=None)
    walked_up(cast, lane=cast.cold_lane, cargo_kind="hazardous")


def test_walk_up__yard_with_a_plan__counts_no_bay_out_of_use_for_good_nor_one_without_a_way(cast: Cast) -> None:
    in_force(cast)
    walked_up(cast, lane=cast.cold_lane, cargo_kind="hazardous")
    cast.clock.forward(minutes=10)
    Bay.objects.filter(code="C-01").update(retired_at=cast.now)
    with refuses(NoBayEverFits):
        walked_up(cast, lane=cast.cold_lane, cargo_kind="hazardous")
    Bay.objects.filter(code="C-01").update(retired_at=None)
    east = tuple(replace(one, max_length_m=12.0) if one.code == "M2" else one for one in a_plan().aisles)
    in_force(cast, replace(a_plan(), aisles=east))
    with refuses(NoBayEverFits):
        walked_up(cast, lane=cast.cold_lane, cargo_kind="hazardous")


@pytest.mark.parametrize("length_m", [18, 17.9])
def test_reserve__just_fits__is_given_a_place(cast: Cast, length_m: float) -> None:
    assert reserved(cast, vehicle=a_truck(cast, length_m=length_m)).state == "confirmed"
