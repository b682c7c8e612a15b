"""The text message of a call leads the way inside one segment: gate, time, bay, zone, then as many turns as still fit."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from notifications.models import Message
from notifications.relay import relay_all
from notifications.way_words import GSM_CHARS, OTHER_CHARS, room_for, turn_words, with_way
from notifications.words import render
from reservations.operations import block_aisle, end_evacuation, exit_yard, move, order_evacuation
from tests.cast import Cast
from tests.operations import drawn, steps

FACTS = {
    "zone": "Asia/Shanghai",
    "port_en": "Mohan",
    "port_zh": "磨憨口岸",
    "gate": "G1",
    "bay": "B-14",
    "zone_code": "B",
    "zone_colour": "blue",
    "zone_shape": "triangle",
    "call_expires_at": "2026-03-02T02:15:00+00:00",
}
WAY = [["left", 120], ["right", 40], ["arrive_left", 25]]


def test_call__english__is_one_segment_with_all_turns() -> None:
    body = render("queue.called.sms", FACTS | {"way": WAY}, "en").body
    assert body == (
        "Mohan: gate G1 by 10:15. Bay B-14, zone B (blue triangle). 120 m left, 40 m right, 25 m on your left"
    )
    assert len(body) <= room_for(body) == GSM_CHARS


def test_call__chinese__is_one_segment_of_the_other_alphabet() -> None:
    body = render("queue.called.sms", FACTS | {"way": WAY * 3}, "zh-hans").body
    assert "B-14" in body
    assert len(body) <= room_for(body) == OTHER_CHARS


@pytest.mark.parametrize("turns", range(1, 20))
def test_with_way__more_turns_than_fit__ends_with_dots_inside_the_segment(turns: int) -> None:
    way = [["left", 120]] * turns
    with override("en"):
        told = with_way("Mohan: gate G1 by 10:15. Bay B-14.", way)
    assert len(told) <= GSM_CHARS
    assert told.endswith("...") == (told.count("120 m left") < turns)


def test_with_way__body_too_long_by_itself__stays_as_it_is() -> None:
    assert with_way("x" * 200, WAY) == "x" * 200


def test_turn_words__at_once__names_no_metres() -> None:
    with override("en"):
        assert turn_words("left", 0) == "left"


# ---------------------------------------------------------------- from the ledger
def the_text_of(cast: Cast, kind: str) -> str:
    relay_all(now=cast.now)
    return Message.objects.get(kind=kind, channel="sms").text_as_sent.body


def test_relay__called_in_a_yard_with_a_plan__leads_the_way(cast: Cast) -> None:
    drawn.in_force(cast)
    bay = steps.live_stay(steps.called(cast)).bay.code
    body = the_text_of(cast, "queue.called")
    assert body.startswith(f"Mohan: gate G1 by 10:15. Bay {bay}, zone A (blue circle). ")
    assert body.endswith("m on your left")


def test_relay__called_in_a_yard_without_a_plan__names_the_zone(cast: Cast) -> None:
    bay = steps.live_stay(steps.called(cast)).bay.code
    assert the_text_of(cast, "queue.called").endswith(f"Bay {bay}, zone A (blue circle).")


def test_relay__moved_twice_before_anybody_is_told__each_message_has_the_zone_of_its_own_bay(cast: Cast) -> None:
    drawn.in_force(cast)
    entry = steps.called(cast)
    for bay in ("B-01", "A-03"):
        move(entry_ref=entry.ref, bay_code=bay, reason="x", **cast.by(cast.operator))
    relay_all(now=cast.now)
    first, second = (
        row.text_as_sent.body for row in Message.objects.filter(kind="stay.held", channel="sms").order_by("seq")
    )
    assert "bay is now B-01" in first
    assert first.endswith("Zone B (blue triangle).")  # it leads nobody to a bay that is not his any more
    assert "bay is now A-03" in second
    assert "Zone A (blue circle). " in second


# ---------------------------------------------------------------- an evacuation
def the_bodies_of(kind: str) -> list[tuple[str, str]]:
    return [(row.channel, row.text_as_sent.body) for row in Message.objects.filter(kind=kind).order_by("channel")]


def test_relay__evacuated_and_no_way_out__leaves_on_foot(cast: Cast) -> None:
    drawn.in_force(cast)
    steps.parked(cast)
    for aisle in ("M2", "S", "R"):
        block_aisle(yard_code=cast.yard.code, aisle_code=aisle, reason="oil", **cast.by(cast.operator))
    order_evacuation(yard_code=cast.yard.code, zone_code="A", reason="fire", **cast.by(cast.supervisor))
    body = the_text_of(cast, "stay.evacuate")
    assert "Leave the vehicle and follow the staff." in body
    assert "—" not in body


def test_relay__evacuation_ends__tells_who_is_still_inside(cast: Cast) -> None:
    drawn.in_force(cast)
    entry = steps.parked(cast)
    ordered = order_evacuation(yard_code=cast.yard.code, zone_code="A", reason="fire", **cast.by(cast.supervisor))
    end_evacuation(ref=ordered.ref, **cast.by(cast.supervisor))
    relay_all(now=cast.now)
    assert "Lower numbers go first" in the_bodies_of("stay.evacuate")[0][1]
    said = "Mohan: zone A is no longer being emptied. Your page shows where to go now."
    assert the_bodies_of("evacuation.ended") == [("inapp", said), ("sms", said)]
    assert (
        Message.objects.filter(kind="evacuation.ended").values_list("person", flat=True).distinct().get()
        == entry.driver_id
    )


def test_relay__evacuation_ends__who_left_hears_nothing(cast: Cast) -> None:
    entry = steps.parked(cast)
    ordered = order_evacuation(yard_code=cast.yard.code, zone_code="A", reason="fire", **cast.by(cast.supervisor))
    exit_yard(entry_ref=entry.ref, **cast.by(cast.operator))
    end_evacuation(ref=ordered.ref, **cast.by(cast.supervisor))
    relay_all(now=cast.now)
    assert the_bodies_of("evacuation.ended") == []
