"""Slips, codes on posts and bays, what a phone may keep, and the class of dangerous goods at check-in."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from reservations.models import QueueEntry
from reservations.operations import admit, release
from tests.api.forms import hidden, reader, text
from tests.cast import Cast
from tests.operations import drawn, steps
from yards.models import Sighting, Stay


@pytest.fixture
def driver(cast: Cast) -> Client:
    drawn.in_force(cast)
    return reader(cast.driver)


def here(cast: Cast, code: str) -> str:
    return reverse("web:here", args=[cast.yard.code, code])


# ---------------------------------------------------------------- the slip
def test_slip__called__has_gate_bay_zone_steps_map_and_a_code(cast: Cast, driver: Client) -> None:
    entry = steps.called(cast)
    page = driver.get(reverse("web:turn_slip", args=[entry.ref]))
    shown, bay = text(page), steps.live_stay(entry).bay.code
    assert "Gate G1" in shown
    assert "Zone A: circle" in shown
    assert f"bay {bay} is on your left" in shown
    assert page.content.decode().count("<svg") >= 4  # the zone's sign, the code, the map, arrows
    assert f"/turns/{entry.ref}/" in page.content.decode()


def test_slip__bay_left__names_the_gate_to_leave_by(cast: Cast, driver: Client) -> None:
    entry = steps.parked(cast)
    release(entry_ref=entry.ref, **cast.by(cast.operator))
    assert "Exit G2" in text(driver.get(reverse("web:turn_slip", args=[entry.ref])))


def test_slip__by_the_desk__is_that_of_its_own_yard(cast: Cast, driver: Client) -> None:
    entry = steps.admitted(cast)
    mine = reverse("web:console_slip", args=[cast.yard.code, entry.ref])
    assert steps.live_stay(entry).bay.code in text(reader(cast.operator).get(mine))
    foreign = reverse("web:console_slip", args=[cast.other_yard.code, entry.ref])
    assert reader(cast.operator).get(foreign).status_code == 404
    assert reader(cast.other_operator).get(mine).status_code == 404


def test_slip__still_waiting__says_that_there_is_no_way(cast: Cast, driver: Client) -> None:
    entry = steps.arrived(cast)
    assert "There is no way to show" in text(driver.get(reverse("web:turn_slip", args=[entry.ref])))


# ---------------------------------------------------------------- codes on posts and bays
def test_here__stranger__sees_where_he_is_and_may_sign_in(cast: Cast, driver: Client) -> None:
    page = reader().get(here(cast, "P1"))
    assert "You are at post P1" in text(page)
    assert 'class="start"' in page.content.decode()
    assert "Sign in for your own way" in text(page)


@pytest.mark.parametrize("code", ["Z-99", "%00", "云" * 200])
def test_here__no_such_place__is_not_found(cast: Cast, driver: Client, code: str) -> None:
    assert reader().get(f"/here/{cast.yard.code}/{code}/").status_code == 404


def test_here__yard_without_a_plan__still_says_which_bay(cast: Cast) -> None:
    assert "You are at bay A-01" in text(reader().get(here(cast, "A-01")))


def test_here__driver_at_a_post__is_led_from_there(cast: Cast, driver: Client) -> None:
    entry = steps.admitted(cast)
    page = driver.get(here(cast, "P1"))
    assert page.context["way"].told.from_place.code == "P1"
    assert steps.live_stay(entry).bay.code in text(page)
    assert not Sighting.objects.exists(), "reading a page writes nothing"


def test_here__seen_at_a_post__his_page_leads_from_there(cast: Cast, driver: Client) -> None:
    entry = steps.admitted(cast)
    cast.clock.forward(minutes=1)
    answer = driver.post(reverse("web:here_seen", args=[cast.yard.code, "P1"]))
    assert answer["Location"] == reverse("web:turn", args=[entry.ref])
    assert Sighting.objects.values_list("kind", "code", "source").get() == ("post", "P1", "qr")
    assert driver.get(answer["Location"]).context["way"].told.from_place.code == "P1"


def test_here__seen_by_somebody_who_is_not_inside__notes_nothing(cast: Cast, driver: Client) -> None:
    steps.arrived(cast)
    driver.post(reverse("web:here_seen", args=[cast.yard.code, "P1"]))
    assert not Sighting.objects.exists()


def test_here__own_bay__one_tap_parks(cast: Cast, driver: Client) -> None:
    entry = steps.admitted(cast)
    own = steps.live_stay(entry).bay.code
    page = driver.get(here(cast, own))
    assert "This is your bay" in text(page)
    fields = {name: hidden(page, name) for name in ("once", "bay", "source")}
    driver.post(reverse("web:turn_occupy", args=[entry.ref]), fields)
    assert Stay.objects.get().state == "occupied"


def test_here__another_bay__names_both_and_leads_on(cast: Cast, driver: Client) -> None:
    own = steps.live_stay(steps.admitted(cast)).bay.code
    page = driver.get(here(cast, "B-01"))
    shown = text(page)
    assert re.search(f"This is bay B-01 ?. Yours is {own} ?. {own} I am in bay B-01", shown), (
        "his own, large, before the button"
    )
    assert '<button class="button wide">I am in bay B-01' in page.content.decode()  # not the first thing to press
    assert "The way to your bay" in shown


# ---------------------------------------------------------------- what a phone keeps
def test_worker__served_from_the_root__for_pages_of_turns_alone() -> None:
    answer = reader().get("/guide-worker.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Service-Worker-Allowed"] == "/turns/"
    assert answer["Cache-Control"] == "no-cache"


def test_sign_out__has_the_phone_drop_what_it_kept(driver: Client) -> None:
    assert driver.post(reverse("web:sign_out"))["Clear-Site-Data"] == '"storage"'


# ---------------------------------------------------------------- dangerous goods
def test_check_in__dangerous_goods__keeps_the_class_that_is_named(cast: Cast, driver: Client) -> None:
    slot = steps.make.a_slot(cast.cold_lane, starts_at=cast.now)
    mine = steps.reserved(cast, slot=slot, cargo_kind="hazardous")
    page = driver.get(reverse("web:reservation", args=[mine.ref]))
    assert "3 · flammable liquid" in text(page)
    driver.post(
        reverse("web:reservation_check_in", args=[mine.ref]), {"once": hidden(page, "once"), "hazard_class": "3"}
    )
    assert QueueEntry.objects.get().hazard_class == "3"


def test_check_in__other_cargo__asks_for_no_class_and_keeps_none(cast: Cast, driver: Client) -> None:
    mine = steps.reserved(cast)
    page = driver.get(reverse("web:reservation", args=[mine.ref]))
    assert "hazard_class" not in page.content.decode()
    driver.post(
        reverse("web:reservation_check_in", args=[mine.ref]), {"once": hidden(page, "once"), "hazard_class": "3"}
    )
    assert QueueEntry.objects.get().hazard_class == ""


@pytest.mark.parametrize(("cargo", "kept"), [("hazardous", "5.1"), ("perishable", "")])
def test_walk_up__class_belongs_to_dangerous_goods_alone(cast: Cast, driver: Client, cargo: str, kept: str) -> None:
    address = reverse("web:walk_up", args=[cast.cold_lane.code])
    page = driver.get(address)
    load = {"vehicle": cast.vehicle.ref, "cargo_kind": cargo, "hazard_class": "5.1", "once": hidden(page, "once")}
    assert driver.post(address, load).status_code == 302
    assert QueueEntry.objects.get().hazard_class == kept


def test_here__two_vehicles_of_one_driver__the_one_inside_that_the_bay_is_held_for(cast: Cast, driver: Client) -> None:
    first = steps.admitted(cast)
    second = admitted_too(cast)
    third = steps.walked_up(cast, vehicle=steps.a_truck(cast, plate="云A90003"))
    steps.call(cast)
    assert QueueEntry.objects.get(pk=third.pk).state == "called"
    for entry in (first, second):
        bay = steps.live_stay(entry).bay.code
        page = driver.get(here(cast, bay))
        assert page.context["entry"] == entry
        assert page.context["is_own_bay"]
    assert driver.get(here(cast, "P1")).context["entry"] in (first, second)


def admitted_too(cast: Cast) -> QueueEntry:
    entry = steps.walked_up(cast, vehicle=steps.a_truck(cast, plate="云A90002"))
    steps.call(cast)
    return admit(entry_ref=entry.ref, **cast.by(cast.operator))
