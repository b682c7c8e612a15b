"""The demonstration yard's file: a real park that guidance must be able to work with."""

from __future__ import annotations

import json
from collections import Counter

import numpy as np
import pytest

from yards.guidance.ways import Network, Size
from yards.layouts.checks import check
from yards.layouts.geojson import Reading, read
from yards.layouts.plan import Plan
from yards.seeding.park import FILE


@pytest.fixture(scope="module")
def reading() -> Reading:
    return read(FILE.read_bytes())


@pytest.fixture(scope="module")
def plan(reading: Reading) -> Plan:
    assert reading.plan
    return reading.plan


def test_read__the_park__has_its_693_bays_and_nothing_to_mend(reading: Reading, plan: Plan) -> None:
    assert len(plan.bays) == len({bay.code for bay in plan.bays}) == 693
    assert (list(reading.findings), check(plan)) == ([], [])
    assert reading.document == json.loads(FILE.read_bytes())


def test_ways__the_park__lead_a_truck_of_each_bays_length_in_and_out(plan: Plan) -> None:
    network = Network(plan)
    lengths = np.array([np.floor(bay.length_m) for bay in plan.bays])
    for length_m in np.unique(lengths):
        reachable = network.ways(Size(float(length_m), 2.55)).reachable
        assert [
            bay.code for bay, ok in zip(plan.bays, reachable, strict=True) if bay.length_m >= length_m + 1 and not ok
        ] == []
        assert reachable[lengths == length_m].all()


def test_file__the_park__says_whose_it_is(plan: Plan) -> None:
    assert "OpenStreetMap" in plan.attribution
    assert "ODbL" in plan.attribution


def test_file__the_park__has_bays_of_every_kind_of_equipment_but_few(plan: Plan) -> None:
    kinds = Counter(item for bay in plan.bays for item in bay.equipment)
    assert set(kinds) == {"reefer", "hazmat", "dock"}
    assert sum(kinds.values()) < len(plan.bays) / 4


def test_ways__the_park__lead_from_every_bay_over_inspection_and_weighbridge_to_both_exits(plan: Plan) -> None:
    ways = Network(plan).ways(Size(17, 2.55))
    for step in ("inspection", "weighbridge"):
        assert np.isfinite(ways.onward_m(step)).all(), step
    for gate in ("G3", "G4"):
        assert np.isfinite(ways.onward_m("exit", gate=gate)).all(), gate
