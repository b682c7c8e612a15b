"""The starting yards of all road ports: every bay is reached, and left, by a vehicle as long as the bay."""

from __future__ import annotations

import numpy as np
import pytest

from yards.guidance.ways import Network, Size
from yards.layouts.plan import Plan
from yards.seeding import data, lanes, layout
from yards.seeding.drawn import plan_of

PORTS = {port["code"]: port for port in data.ports() if port["kind"] == "road"}


def plan_at(code: str) -> Plan:
    port = PORTS[code]
    profile = lanes.profile_of(code=code, positioning=port["positioning"])
    drawing = layout.draw(bays=profile.bays, entries=profile.entries)
    return plan_of(drawing, origin=(float(port["lon_deg"]), float(port["lat_deg"])))


@pytest.mark.parametrize("code", PORTS)
def test_ways__every_starting_yard__every_bay_is_reached_and_left_for_its_length(code: str) -> None:
    plan = plan_at(code)
    network = Network(plan)
    lengths = np.array([bay.length_m for bay in plan.bays])
    for length_m in np.unique(lengths):
        ways = network.ways(Size(float(length_m), 2.6, 4.2))
        of_it = lengths == length_m
        assert ways.reachable[of_it].all()
        entries = [gate.code for gate in plan.gates if gate.kind == "entry"]
        assert all(np.isfinite(ways.drive_in_m(gate)[of_it]).all() for gate in entries)
        exits = [gate.code for gate in plan.gates if gate.kind == "exit"]
        assert all(np.isfinite(ways.onward_m("exit", gate)[of_it]).all() for gate in exits)


@pytest.mark.parametrize("code", PORTS)
def test_ways__every_starting_yard__leads_over_its_inspection_and_weighbridge_to_either_exit(code: str) -> None:
    plan = plan_at(code)
    ways = Network(plan).ways(Size(18, 2.6))
    for kind in {point.kind for point in plan.points} & {"inspection", "weighbridge"}:
        for gate in (gate.code for gate in plan.gates if gate.kind == "exit"):
            assert np.isfinite(ways.onward_m(kind, gate)).all()
            assert (ways.onward_m(kind, gate) >= ways.onward_m("exit", gate) - 1e-6).all()


@pytest.mark.parametrize("code", PORTS)
def test_network__every_starting_yard__each_bay_opens_to_the_aisle_of_its_own_row(code: str) -> None:
    plan = plan_at(code)
    assert Network(plan).bay_aisles == tuple(f"ROW-{bay.zone}" for bay in plan.bays)
