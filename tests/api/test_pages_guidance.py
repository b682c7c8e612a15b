"""The turn page leads the way: map, steps, what comes next, and the buttons of a driver whose bay is not as it should be."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from reservations.models import QueueEntry
from reservations.operations import block_aisle, move, order_evacuation, release
from tests.api.forms import hidden, reader, text
from tests.cast import Cast
from tests.operations import drawn, steps
from yards.models import Bay, Block, Stay


@pytest.fixture
def driver(cast: Cast) -> Client:
    drawn.in_force(cast)
    return reader(cast.driver)


def turn_of(entry: QueueEntry) -> str:
    return reverse("web:turn", args=[entry.ref])


def shown_to(driver: Client, entry: QueueEntry) -> str:
    return text(driver.get(turn_of(entry)))


def tap(driver: Client, entry: QueueEntry, name: str, **fields: str) -> Any:
    """This will press a button of the entry's page as a browser without JavaScript does."""
    once = hidden(driver.get(turn_of(entry)), "once")
    return driver.post(reverse(name, args=[entry.ref]), {"once": once} | fields)


def another_than(stay: Stay) -> str:
    return next(code for code in ("A-02", "A-03") if code != stay.bay.code)


# ---------------------------------------------------------------- the way
def test_turn__called__shows_gate_bay_and_the_way_below(cast: Cast, driver: Client) -> None:
    entry = steps.called(cast)
    page, bay = driver.get(turn_of(entry)), steps.live_stay(entry).bay.code
    shown = text(page)
    assert "It is your turn: drive to the gate now Gate G1" in shown
    assert f"bay {bay} is on your left" in shown
    assert 'class="way under"' in page.content.decode()
    assert "I am in the bay" not in shown


def test_turn__through_the_gate__names_the_bay_in_the_button_and_the_zone_by_its_shape(
    cast: Cast, driver: Client
) -> None:
    entry = steps.admitted(cast)
    page = driver.get(turn_of(entry))
    assert hidden(page, "bay") == steps.live_stay(entry).bay.code
    assert "Zone A: Zone A, circle" in text(page)


def test_turn__in_the_bay__shows_the_way_on(cast: Cast, driver: Client) -> None:
    entry = steps.admitted(cast)
    assert tap(driver, entry, "web:turn_occupy", bay=steps.live_stay(entry).bay.code)["Location"] == turn_of(entry)
    assert steps.live_stay(entry).state == "occupied"
    assert "The way to the exit" in shown_to(driver, entry)


def test_turn__bay_left__shows_the_way_out(cast: Cast, driver: Client) -> None:
    entry = steps.parked(cast)
    release(entry_ref=entry.ref, **cast.by(cast.operator))
    shown = shown_to(driver, entry)
    assert "Go to the exit Gate G2" in shown
    assert "leave by gate G2" in shown


def test_turn__yard_without_a_plan__follows_the_signs_of_the_zone(cast: Cast) -> None:
    entry = steps.called(cast)
    page = reader(cast.driver).get(turn_of(entry))
    assert "Follow the signs to zone A (circle)." in text(page)
    assert "<ol class=turns" not in page.content.decode()


def test_turn__every_way_closed__says_so(cast: Cast, driver: Client) -> None:
    entry = steps.called(cast)
    for code in ("M1", "M2"):
        Block.objects.create(yard=cast.yard, kind="aisle", code=code, reason="fire", blocked_at=cast.now)
    page = driver.get(turn_of(entry))
    assert "Every way there is closed just now." in text(page)
    assert 'class="way under"' not in page.content.decode()


def test_turn__aisle_closed__has_another_way_under_another_key(cast: Cast, driver: Client) -> None:
    entry = steps.admitted(cast)
    before = driver.get(turn_of(entry)).context["way"]
    block_aisle(yard_code=cast.yard.code, aisle_code="M1", reason="oil", **cast.by(cast.operator))
    after = driver.get(turn_of(entry)).context["way"]
    assert before.key != after.key
    assert after.told.ahead == "bay"


def test_turn__zone_is_emptied__says_number_and_exit_first(cast: Cast, driver: Client) -> None:
    entry = steps.parked(cast)
    order_evacuation(yard_code=cast.yard.code, zone_code="A", reason="leak", **cast.by(cast.supervisor))
    shown = shown_to(driver, entry)
    assert "Leave now: zone A is being emptied Your number 1 Exit G2" in shown
    assert shown.index("Leave now") < shown.index("You are in your bay")


# ---------------------------------------------------------------- something is different
def test_elsewhere__free_bay_that_fits__stays_there(cast: Cast, driver: Client) -> None:
    entry = steps.admitted(cast)
    other = another_than(steps.live_stay(entry))
    tap(driver, entry, "web:turn_occupy", bay=f" {other.lower()} ")
    stay = steps.live_stay(entry)
    assert (stay.bay.code, stay.state) == (other, "occupied")


def test_elsewhere__port_guides_on__shows_both_bays_and_the_way_from_there(cast: Cast, driver: Client) -> None:
    steps.rules(cast, wrong_bay="guide_on")  # type: ignore[arg-type]
    entry = steps.admitted(cast)
    own = steps.live_stay(entry).bay.code
    cast.clock.forward(minutes=2)
    answer = tap(driver, entry, "web:turn_occupy", bay="B-01")
    assert answer.status_code == 409
    assert f"This is bay B-01. Yours is bay {own}" in text(answer)
    assert answer.context["way"].told.from_place.code == "B-01"
    assert driver.get(turn_of(entry)).context["way"].told.from_place.code == "B-01", "it stays so"
    assert steps.live_stay(entry).state == "held"


@pytest.mark.parametrize("typed", ["Z-99", "\x00", "云" * 300])
def test_elsewhere__no_such_bay__is_said_on_the_page(cast: Cast, driver: Client, typed: str) -> None:
    answer = tap(driver, steps.admitted(cast), "web:turn_occupy", bay=typed)
    assert answer.status_code == 404
    assert "There is no bay with that code in this yard." in text(answer)


def test_bay_taken__another_one_is_held_and_the_first_blocked(cast: Cast, driver: Client) -> None:
    entry = steps.admitted(cast)
    first = steps.live_stay(entry).bay
    page = driver.get(turn_of(entry))
    fields = {"once": hidden(page, "once"), "bay": first.code}
    for _press in range(2):  # the second press of one button changes nothing more
        assert driver.post(reverse("web:turn_bay_taken", args=[entry.ref]), fields)["Location"] == turn_of(entry)
    assert steps.live_stay(entry).bay != first
    assert list(Bay.objects.exclude(blocked_at=None)) == [first]
    assert steps.live_stay(entry).bay.code in shown_to(driver, entry)


def test_tap__kept_on_the_phone_while_another_bay_was_held__is_about_the_bay_it_named(
    cast: Cast, driver: Client
) -> None:
    entry = steps.admitted(cast)
    stood_in = steps.live_stay(entry).bay.code
    page = driver.get(turn_of(entry))
    kept = {"once": hidden(page, "once"), "bay": hidden(page, "bay")}
    move(entry_ref=entry.ref, bay_code=another_than(steps.live_stay(entry)), **cast.by(cast.operator))
    driver.post(reverse("web:turn_occupy", args=[entry.ref]), kept)
    assert (steps.live_stay(entry).bay.code, steps.live_stay(entry).state) == (stood_in, "occupied")


# ---------------------------------------------------------------- a bay that cannot be used
def nothing_else_free(cast: Cast) -> None:
    Bay.objects.filter(yard=cast.yard).exclude(zone__code="A").update(blocked_at=cast.now, blocked_reason="oil")


def test_turn__bay_blocked_and_no_other_free__says_stop_and_shows_no_way(cast: Cast, driver: Client) -> None:
    entry = steps.admitted(cast)
    Bay.objects.filter(yard=cast.yard).update(blocked_at=cast.now, blocked_reason="oil")
    shown = shown_to(driver, entry)
    assert "Stop. Wait for another bay" in shown
    assert "go to your bay" not in shown
    assert "The way to your bay" not in shown


def test_turn__called_and_its_bay_is_blocked__says_that_another_is_chosen_at_the_gate(
    cast: Cast, driver: Client
) -> None:
    entry = steps.called(cast)
    Bay.objects.filter(yard=cast.yard).update(blocked_at=cast.now, blocked_reason="oil")
    shown = shown_to(driver, entry)
    assert "Another one is chosen at the gate" in shown
    assert "Stop." not in shown


def test_turn__zone_emptied_while_driving_there__leads_to_the_exit(cast: Cast, driver: Client) -> None:
    entry = steps.admitted(cast)
    nothing_else_free(cast)
    order_evacuation(yard_code=cast.yard.code, zone_code="A", reason="fire", **cast.by(cast.supervisor))
    shown = shown_to(driver, entry)
    assert "Do not go to your bay: go to the exit" in shown
    assert "The way to the exit" in shown
