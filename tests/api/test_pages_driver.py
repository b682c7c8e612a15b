"""The drivers' forms as a browser without JavaScript sends them: signing in and reserving, bad input, the same button twice."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from accounts.models import Vehicle
from reservations.models import Reservation, Slot
from tests.api.forms import confirm_address, hidden, new_load, reader, slots_of, text
from tests.cast import Cast, Outbox
from tests.operations import steps

PHONE = "+8613900000009"
NASTY = ("\u202eabc", "😀" * 5, "<script>alert(1)</script>", "'; DROP TABLE x; --", "云" * 10_000)


@pytest.fixture
def driver(cast: Cast) -> Client:
    return reader(cast.driver)


# ---------------------------------------------------------------- sign-in
@pytest.mark.django_db
def test_sign_in__phone_then_code__comes_back_to_where_it_was_asked(outbox: Outbox) -> None:
    client = reader()
    asked = client.get(reverse("web:reservations"))
    sign_in = urlsplit(asked["Location"])
    assert sign_in.path == reverse("web:sign_in")
    back = parse_qs(sign_in.query)["next"][0]
    assert client.post(sign_in.path, {"phone": PHONE, "next": back})["Location"] == reverse("web:sign_in_code")
    entered = client.post(reverse("web:sign_in_code"), {"code": outbox.code})
    assert entered["Location"] == reverse("web:reservations")
    assert client.get(entered["Location"]).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_sign_in__foreign_address_as_next__is_not_followed(outbox: Outbox, back: str) -> None:
    client = reader()
    client.post(reverse("web:sign_in"), {"phone": PHONE, "next": back})
    assert client.post(reverse("web:sign_in_code"), {"code": outbox.code})["Location"] == reverse("web:home_for_me")


@pytest.mark.django_db
def test_sign_in__not_a_phone__says_so_beside_the_field(outbox: Outbox) -> None:
    answer = reader().post(reverse("web:sign_in"), {"phone": "12"})
    assert answer.status_code == 422
    assert "This is not a complete phone number." in text(answer)
    assert 'aria-invalid="true"' in answer.content.decode()


@pytest.mark.django_db
def test_sign_in__wrong_code__says_so_and_lets_nobody_in(outbox: Outbox) -> None:
    client = reader()
    client.post(reverse("web:sign_in"), {"phone": PHONE})
    answer = client.post(reverse("web:sign_in_code"), {"code": f"{(int(outbox.code) + 1) % 10**6:06d}"})
    assert answer.status_code == 422
    assert "This is not the code that was sent to this phone." in text(answer)
    assert client.get(reverse("web:reservations")).status_code == 302


@pytest.mark.django_db
def test_sign_in_code__without_a_phone_first__goes_back_to_the_phone() -> None:
    assert reader().get(reverse("web:sign_in_code"))["Location"] == reverse("web:sign_in")


def test_sign_out__by_button__ends_the_session(driver: Client) -> None:
    driver.post(reverse("web:sign_out"))
    assert driver.get(reverse("web:reservations")).status_code == 302


# ---------------------------------------------------------------- reserve
def test_reserve__five_screens_with_a_new_vehicle__ends_at_the_reservation(cast: Cast, driver: Client) -> None:
    later = cast.slots[2]
    assert cast.port.name_en in text(driver.get(reverse("web:reserve")))
    assert cast.lane.code in driver.get(reverse("web:reserve_lane", args=[cast.port.code])).content.decode()
    assert reverse("web:reserve_vehicle", args=[later.ref]) in driver.get(slots_of(cast)).content.decode()
    load = new_load(plate="云A·77777")
    screen = driver.post(reverse("web:reserve_vehicle", args=[later.ref]), load)
    confirm = driver.get(screen["Location"])
    assert "云A·77777" in text(confirm)
    fields = {name: hidden(confirm, name) for name in ("once", "vehicle", "cargo")}
    done = driver.post(reverse("web:reserve_confirm", args=[later.ref]), fields)
    made = Reservation.objects.get()
    assert done["Location"] == reverse("web:reservation", args=[made.ref])
    assert (made.state, made.slot_id, made.driver_id) == ("confirmed", later.pk, cast.driver.pk)
    page = text(driver.get(done["Location"]))
    assert made.ref in page
    assert "confirmed" in page


def test_reserve__same_form_twice__is_one_reservation(cast: Cast, driver: Client) -> None:
    address = confirm_address(cast)
    form = driver.get(address)
    fields = {name: hidden(form, name) for name in ("once", "vehicle", "cargo")}
    first, second = (driver.post(address, fields) for _ in range(2))
    assert first["Location"] == second["Location"] == reverse("web:reservation", args=[Reservation.objects.get().ref])
    assert steps.taken(cast.slots[2]) == 1


def test_reserve__slot_filled_meanwhile__names_the_nearest_free_ones(cast: Cast, driver: Client) -> None:
    form = driver.get(confirm_address(cast))
    Slot.objects.filter(pk=cast.slots[2].pk).update(taken=2)
    answer = driver.post(confirm_address(cast), {name: hidden(form, name) for name in ("once", "vehicle", "cargo")})
    assert answer.status_code == 409
    assert "All places of this slot are taken." in text(answer)
    for near in (cast.slots[1], cast.slots[3]):
        assert reverse("web:reserve_vehicle", args=[near.ref]) in answer.content.decode()
    assert not Reservation.objects.exists()


def test_reserve__vehicle_has_a_reservation__says_what_to_do(cast: Cast, driver: Client) -> None:
    steps.reserved(cast, vehicle=cast.vehicle)
    form = driver.get(confirm_address(cast))
    answer = driver.post(confirm_address(cast), {name: hidden(form, name) for name in ("once", "vehicle", "cargo")})
    assert answer.status_code == 409
    assert "This vehicle already has a live reservation." in text(answer)


def test_reserve__nothing_filled_in__names_every_field(cast: Cast, driver: Client) -> None:
    answer = driver.post(reverse("web:reserve_vehicle", args=[cast.slot.ref]), {"vehicle": "new"})
    assert answer.status_code == 422
    assert answer.content.decode().count('class="errorlist"') == 3  # plate, length, cargo


@pytest.mark.parametrize("plate", NASTY)
def test_reserve__nasty_plate__is_refused_or_shown_as_text(cast: Cast, driver: Client, plate: str) -> None:
    answer = driver.post(reverse("web:reserve_vehicle", args=[cast.slot.ref]), new_load(plate=plate))
    assert answer.status_code in (302, 422)
    shown = driver.get(answer["Location"]).content.decode() if answer.status_code == 302 else answer.content.decode()
    assert "<script>alert" not in shown
    assert "\u202e" not in escape(Vehicle.objects.latest("pk").plate)


def test_reserve__vehicle_of_a_stranger_or_of_nobody__is_not_found(cast: Cast, driver: Client) -> None:
    address = reverse("web:reserve_confirm", args=[cast.slot.ref])
    for ref in (cast.other_vehicle.ref, "", "V-0", "\x00", "云" * 5000):
        assert driver.get(address, {"vehicle": ref, "cargo": "general"}).status_code == 404


def test_reserve__cargo_the_lane_does_not_take__is_refused(cast: Cast, driver: Client) -> None:
    answer = driver.get(confirm_address(cast).replace("cargo=general", "cargo=hazardous"))
    assert answer.status_code == 422
    assert "does not take that kind of cargo" in text(answer)


@pytest.mark.parametrize("name", ["reserve_lane", "reserve_slot", "reserve_vehicle"])
def test_reserve__unknown_port_lane_or_slot__is_not_found(cast: Cast, driver: Client, name: str) -> None:
    assert driver.get(reverse(f"web:{name}", args=["NO-SUCH"])).status_code == 404


@pytest.mark.parametrize("day", ["", "yesterday", "2026-13-45", "1999-01-01"])
def test_slots__day_that_does_not_exist__shows_the_first_bookable(cast: Cast, driver: Client, day: str) -> None:
    answer = driver.get(slots_of(cast), {"day": day})
    assert answer.status_code == 200
    assert "2 of 2 free" in text(answer)


def test_slots__full_one__is_no_link_and_offers_the_nearest(cast: Cast, driver: Client) -> None:
    Slot.objects.filter(pk=cast.slots[2].pk).update(taken=2)
    page = driver.get(slots_of(cast)).content.decode()
    assert reverse("web:reserve_vehicle", args=[cast.slots[2].ref]) not in page
    full = page.split('class="slot full"')[1].split("</div>")[0]
    assert reverse("web:reserve_vehicle", args=[cast.slots[1].ref]) in full
    assert reverse("web:reserve_vehicle", args=[cast.slots[3].ref]) in full
