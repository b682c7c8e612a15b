"""The displays of a yard: which there are, what they say, and that they say nothing of anybody."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from tests import factories as make
from tests.cast import Cast
from tests.operations import steps
from tests.unit.test_signs import a_fork, ways_of
from yards.guidance import signs as pure
from yards.layouts.plan import Plan
from yards.models import Bay, Block, Evacuation, Gate, Layout, Zone
from yards.operations import block_bay
from yards.signs import sign_lines, sign_places

SIGNS = "/yards/MOHAN-YARD/signs/"


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def fork(cast: Cast) -> Plan:
    """The cast's yard laid out as the fork of the pure tests."""
    plan = a_fork()
    for zone in plan.zones:
        row, _ = Zone.objects.get_or_create(yard=cast.yard, code=zone.code, defaults={"shape": zone.shape})
        for bay in (bay for bay in plan.bays if bay.zone == zone.code):
            make.a_bay(row, bay.code)
    Bay.objects.filter(yard=cast.yard).exclude(code__in=[bay.code for bay in plan.bays]).update(retired_at=cast.now)
    times = {"made_at": cast.now, "changed_at": cast.now, "in_force_at": cast.now}
    Layout.objects.create(
        yard=cast.yard, version=1, state="in_force", document={}, plan=plan.as_json(), made_by=cast.port_admin, **times
    )
    return plan


@pytest.fixture
def client() -> Client:
    return Client(headers={"Accept-Language": "en"})


def rows(client: Client, code: str) -> dict[str, Any]:
    return {row.zone.code: row for row in client.get(f"{SIGNS}{code}/").context["rows"]}


def test_signs__no_plan_in_force__are_the_entry_gates_with_counts_alone(cast: Cast, client: Client) -> None:
    assert [place.code for place in sign_places(cast.yard)] == ["G1"]
    make.a_parked_entry(cast)
    found = rows(client, "G1")
    assert {code: (row.free, row.arrows) for code, row in found.items()} == {"A": (2, []), "B": (1, []), "C": (1, [])}


def test_sign__a_plan_in_force__has_the_arrows_of_the_plan(fork: Plan, cast: Cast, client: Client) -> None:
    assert [place.code for place in sign_places(cast.yard)] == ["G1", "J1"]
    found = rows(client, "J1")
    assert [(arrow.angle_deg, arrow.free) for arrow in found["A"].arrows] == [(-90, 3)]
    assert [(arrow.angle_deg, arrow.free) for arrow in found["C"].arrows] == [(-90, 1), (90, 1)]
    text = client.get(f"{SIGNS}J1/").content.decode()
    assert "rotate(-90)" in text
    assert ">left<" in text


def test_sign__bays_held_blocked_and_zones_shut__are_not_offered(fork: Plan, cast: Cast, client: Client) -> None:
    steps.called(cast)
    held = Bay.objects.get(stays__state="held").zone.code
    block_bay(yard_code=cast.yard.code, bay_code="C-0", reason="oil", **cast.by(cast.operator))
    Block.objects.create(yard=cast.yard, kind="zone", code="B", reason="ice", blocked_at=cast.now)
    found = rows(client, "J1")
    assert held == "A"
    assert found["A"].free == 2
    assert (found["B"].state, found["B"].word) == ("closed", "CLOSED")
    assert [(arrow.angle_deg, arrow.free) for arrow in found["C"].arrows] == [(90, 1)]

    Evacuation.objects.create(yard=cast.yard, zone_code="C", state="ordered", reason="fire", ordered_at=cast.now)
    assert rows(client, "J1")["C"].word == "EVACUATE"


def test_sign__an_aisle_is_blocked__shows_nobody_that_way(fork: Plan, cast: Cast, client: Client) -> None:
    Block.objects.create(yard=cast.yard, kind="aisle", code="west", reason="spill", blocked_at=cast.now)
    found = rows(client, "J1")
    assert found["A"].word == "CLOSED"
    assert [(arrow.angle_deg, arrow.free) for arrow in found["C"].arrows] == [(90, 1)]


def test_sign__every_free_bay__is_shown_as_its_driver_is_led(fork: Plan, cast: Cast) -> None:
    place = next(each for each in sign_places(cast.yard) if each.code == "J1")
    turns = pure.turns(fork, [ways_of(fork)], [place])["J1"]
    for said in sign_lines(cast.yard, place):
        mine = {turns[bay.code] for bay in fork.bays if bay.zone == said.zone.code}
        assert {turn for turn, _ in said.line.arrows} == mine


def test_sign__somebody_is_parked__names_nobody_and_no_bay(fork: Plan, cast: Cast, client: Client) -> None:
    entry = make.a_parked_entry(cast)
    text = client.get(f"{SIGNS}J1/").content.decode()
    assert entry.vehicle.plate not in text
    assert steps.live_stay(entry).bay.code not in text


def test_signs__unknown_yard_or_sign__are_not_found(cast: Cast, client: Client) -> None:
    for path in ("/yards/NOWHERE/signs/", f"{SIGNS}J9/"):
        assert client.get(path).status_code == 404
    Gate.objects.filter(yard=cast.other_yard).update(kind="exit")
    assert "no entry gate" in client.get("/yards/HEKOU-YARD/signs/").content.decode()


def test_sign__in_chinese__speaks_chinese_names(fork: Plan, cast: Cast, client: Client) -> None:
    client.cookies["portlane_language"] = "zh-hans"
    assert client.get(f"{SIGNS}J1/").status_code == 200
