"""What needs a person in a yard that differs from its plan: codes for programs, words for the desk, and only when it is so."""

from __future__ import annotations

from datetime import timedelta

from django.utils import translation

from reservations.operations import block_aisle, block_zone, note_reading, order_evacuation
from reservations.queries.yard_alarms import NONE, yard_alarms
from tests.cast import Cast
from tests.operations.drawn import a_draft, in_force
from tests.operations.steps import called, live_stay, parked
from web.staff.alarms import alarms
from web.staff.console import Console
from yards.models import Bay, Gate, Lane, Stay
from yards.operations import schedule_layout


def told(cast: Cast) -> dict[str, list[str]]:
    stays = Stay.objects.filter(bay__yard=cast.yard, state__in=["held", "occupied"]).select_related("bay")
    return {code: about for code, about in yard_alarms(cast.yard, stays, now=cast.now).items() if about}


def said(cast: Cast) -> list[tuple[str, str]]:
    with translation.override("en"):
        return [(line.level, line.text) for line in alarms(Console(cast.yard, now=cast.now), held={"console": True})]


def test_alarms__yard_as_planned__none(cast: Cast) -> None:
    in_force(cast)
    called(cast)
    assert told(cast) == {}
    assert set(yard_alarms(cast.yard, [], now=cast.now)) == set(NONE)


def test_alarms__aisle_blocked__who_stands_without_a_way_out_and_who_comes_are_named(cast: Cast) -> None:
    in_force(cast)
    Bay.objects.filter(yard=cast.yard, code="B-01").update(blocked_at=cast.now)
    stands, comes = parked(cast), called(cast)
    block_aisle(yard_code=cast.yard.code, aisle_code="M1", reason="ice", **cast.by(cast.operator))
    assert told(cast) == {"no_way_out": [live_stay(stands).bay.code], "bay_lost": [live_stay(comes).bay.code]}
    words = [text for level, text in said(cast) if level == "bad"]
    assert f"No way out while aisles are blocked: {live_stay(stands).bay.code}" in words


def test_alarms__held_bay_of_a_blocked_zone__is_lost(cast: Cast) -> None:
    comes = called(cast)
    for bay in Bay.objects.filter(yard=cast.yard).exclude(zone__code="A"):
        Bay.objects.filter(pk=bay.pk).update(blocked_at=cast.now)
    block_zone(yard_code=cast.yard.code, zone_code="A", reason="leak", **cast.by(cast.operator))
    assert told(cast) == {"bay_lost": [live_stay(comes).bay.code]}


def test_alarms__zone_is_emptied__says_how_many_still_stand_there(cast: Cast) -> None:
    parked(cast)
    order_evacuation(yard_code=cast.yard.code, zone_code="A", reason="fire", **cast.by(cast.supervisor))
    assert told(cast) == {"evacuation": ["A"]}
    assert ("bad", "Zone A is being emptied: 1 vehicle still stands there") in said(cast)


def test_alarms__sensor_differs__is_named(cast: Cast) -> None:
    reading = {"kind": "bay", "code": "A-02", "taken": 1, "seen_at": cast.now}
    note_reading(yard_code=cast.yard.code, **reading, **cast.by(cast.device))
    assert told(cast) == {"place_doubted": ["A-02"]}
    assert ("heed", "Sensor and books differ: A-02. Look, then act or dismiss it.") in said(cast)


def test_alarms__plan_cannot_take_effect__is_named_after_a_minute(cast: Cast) -> None:
    layout = a_draft(cast)
    schedule_layout(ref=layout.ref, takes_effect_at=cast.now, **cast.by(cast.port_admin))
    Lane.objects.filter(pk=cast.lane.pk).update(gate=Gate.objects.create(yard=cast.yard, code="G7", kind="entry"))
    assert told(cast) == {}
    cast.clock.moment += timedelta(seconds=61)
    assert told(cast) == {"layout_overdue": [layout.ref]}
    assert ("bad", "Plan version 1 cannot take effect: a lane uses a gate that it does not have.") in said(cast)
