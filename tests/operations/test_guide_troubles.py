"""A held bay that cannot be used: nobody is led there; he waits for another one, or is led out of what is being emptied."""

from __future__ import annotations

import pytest

from reservations.models import QueueEntry
from reservations.operations import block_aisle, move, order_evacuation
from reservations.queries.guidance import Guide, guide
from reservations.yard_sweeps import send_on_the_homeless
from tests.cast import Cast
from tests.operations.drawn import in_force
from tests.operations.steps import admitted, called, live_stay, parked
from yards.models import Bay
from yards.operations import block_bay, unblock_bay


@pytest.fixture
def drawn(cast: Cast) -> Cast:
    in_force(cast)
    return cast


def told(cast: Cast, entry: QueueEntry) -> Guide:
    entry = QueueEntry.objects.select_related("lane__gate", "lane__port", "gate").get(pk=entry.pk)
    return guide(entry, cast.now)


def empty_the_zone(cast: Cast, entry: QueueEntry) -> None:
    zone = live_stay(entry).bay.zone.code
    order_evacuation(yard_code=cast.yard.code, zone_code=zone, reason="fire", **cast.by(cast.supervisor))


def nothing_else_free(cast: Cast) -> None:
    Bay.objects.filter(yard=cast.yard).exclude(zone__code="A").update(blocked_at=cast.now, blocked_reason="oil")


def test_guide__moved_out_of_a_zone_that_is_emptied__leads_to_the_new_bay(drawn: Cast) -> None:
    entry = parked(drawn)
    empty_the_zone(drawn, entry)
    move(entry_ref=entry.ref, bay_code="B-01", reason="out of there", **drawn.by(drawn.supervisor))
    now = told(drawn, entry)
    assert (now.ahead, now.evacuation, now.trouble) == ("bay", None, "")
    assert now.way
    assert now.way.to == "B-01"


def test_guide__his_zone_is_emptied_and_nothing_else_is_free__leads_out_until_something_is(drawn: Cast) -> None:
    entry = admitted(drawn)
    nothing_else_free(drawn)
    empty_the_zone(drawn, entry)
    now = told(drawn, entry)
    assert (now.ahead, now.trouble, now.is_stopped) == ("exit", "zone_blocked", False)
    assert now.way
    assert now.way.to == "G2"
    unblock_bay(yard_code=drawn.yard.code, bay_code="B-01", **drawn.by(drawn.operator))
    assert send_on_the_homeless(drawn.now) == 1
    assert (told(drawn, entry).ahead, told(drawn, entry).trouble) == ("bay", "")


def test_guide__called_to_a_zone_that_is_emptied__is_stopped_and_not_led_out(drawn: Cast) -> None:
    entry = called(drawn)
    nothing_else_free(drawn)
    empty_the_zone(drawn, entry)
    now = told(drawn, entry)
    assert (now.ahead, now.is_stopped, now.way, now.steps) == ("bay", True, None, ())


def test_guide__his_bay_is_blocked_and_nothing_else_is_free__shows_no_way_there(drawn: Cast) -> None:
    entry = admitted(drawn)
    nothing_else_free(drawn)
    own = live_stay(entry).bay.code
    for code in ("A-01", "A-02", "A-03"):
        block_bay(yard_code=drawn.yard.code, bay_code=code, reason="oil", **drawn.by(drawn.operator))
    now = told(drawn, entry)
    assert (now.stay and now.stay.bay.code, now.trouble, now.is_stopped, now.way) == (own, "bay_blocked", True, None)


def test_guide__every_aisle_to_his_bay_is_closed__is_stopped(drawn: Cast) -> None:
    entry = admitted(drawn)
    for aisle in ("M1", "M2", "S"):
        block_aisle(yard_code=drawn.yard.code, aisle_code=aisle, reason="ice", **drawn.by(drawn.operator))
    now = told(drawn, entry)
    assert (now.trouble, now.is_stopped, now.way) == ("no_way", True, None)
