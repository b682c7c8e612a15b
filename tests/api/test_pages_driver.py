"""The drivers' forms as a browser without JavaScript sends them: the whole way, bad input, the same button twice."""

from __future__ import annotations

import html
import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from accounts.models import User, Vehicle
from reservations.models import QueueEntry, Reservation, Slot
from reservations.operations import cancel_reservation, withdraw
from tests import factories as make
from tests.cast import Cast, Outbox
from tests.operations import steps

PHONE = "+8613900000009"
NASTY = ("\u202eabc", "😀" * 5, "<script>alert(1)</script>", "'; DROP TABLE x; --", "云" * 10_000)


def reader(user: User | None = None) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    if user:
        client.force_login(user, backend="accounts.backends.PeopleBackend")
    return client


@pytest.fixture
def driver(cast: Cast) -> Client:
    return reader(cast.driver)


def text(response: Any) -> str:
    """What a reader reads: no tags, entities resolved, blanks run together."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def hidden(response: Any, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())
    assert found, f"no hidden field {name}"
    return found[1]


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


# ---------------------------------------------------------------- my reservation
def test_reservation__of_a_stranger__is_not_found_on_every_page(cast: Cast) -> None:
    mine, stranger = steps.reserved(cast), reader(cast.stranger)
    names = ["reservation", "reservation_pass", "reservation_calendar", "reservation_change", "reservation_cancel"]
    assert {stranger.get(reverse(f"web:{name}", args=[mine.ref])).status_code for name in names} == {404}
    assert stranger.post(reverse("web:reservation_check_in", args=[mine.ref])).status_code == 404


def test_pass__confirmed_reservation__is_a_picture_that_says_who_made_it(cast: Cast, driver: Client) -> None:
    answer = driver.get(reverse("web:reservation_pass", args=[steps.reserved(cast).ref]))
    assert answer["Content-Type"] == "image/svg+xml"
    assert answer.content.startswith(b"<svg")
    assert b"http://www.w3.org/2000/svg" in answer.content


def test_calendar__slot__stands_in_the_file_in_utc(cast: Cast, driver: Client) -> None:
    mine = steps.reserved(cast)
    answer = driver.get(reverse("web:reservation_calendar", args=[mine.ref]))
    assert answer["Content-Type"].startswith("text/calendar")
    file = answer.content.decode()
    assert f"DTSTART:{mine.slot.starts_at:%Y%m%dT%H%M%SZ}" in file
    assert f"{settings.PORTLANE_PUBLIC_URL}/reservations/{mine.ref}/" in file.replace("\r\n ", "")


def test_change__to_a_free_slot__moves_the_reservation(cast: Cast, driver: Client) -> None:
    mine = steps.reserved(cast, slot=cast.slots[2])
    address = reverse("web:reservation_change_to", args=[mine.ref, cast.slots[4].ref])
    assert address in driver.get(reverse("web:reservation_change", args=[mine.ref])).content.decode()
    assert driver.get(address).status_code == 200
    driver.post(address)
    assert steps.reservation_now(mine).slot_id == cast.slots[4].pk


def test_change__to_a_full_slot__stays_and_says_why(cast: Cast, driver: Client) -> None:
    mine = steps.reserved(cast, slot=cast.slots[2])
    Slot.objects.filter(pk=cast.slots[4].pk).update(taken=2)
    answer = driver.post(reverse("web:reservation_change_to", args=[mine.ref, cast.slots[4].ref]))
    assert answer.status_code == 409
    assert reverse("web:reservation_change_to", args=[mine.ref, cast.slots[5].ref]) in answer.content.decode()
    assert steps.reservation_now(mine).slot_id == cast.slots[2].pk


def test_change__to_a_slot_of_another_port__is_not_found(cast: Cast, driver: Client) -> None:
    mine = steps.reserved(cast, slot=cast.slots[2])
    address = reverse("web:reservation_change_to", args=[mine.ref, cast.other_slots[4].ref])
    assert driver.post(address).status_code == 404


def test_cancel__asks_first_and_says_what_it_costs(cast: Cast, driver: Client) -> None:
    mine = steps.reserved(cast, slot=cast.slots[2])
    address = reverse("web:reservation_cancel", args=[mine.ref])
    assert "It costs nothing." in text(driver.get(address))
    assert steps.reservation_now(mine).state == "confirmed"
    driver.post(address)
    assert steps.reservation_now(mine).state == "cancelled"


def test_cancel__pressed_twice__lands_on_the_cancelled_reservation_both_times(cast: Cast, driver: Client) -> None:
    address = reverse("web:reservation_cancel", args=[steps.reserved(cast, slot=cast.slots[2]).ref])
    fields = {"once": hidden(driver.get(address), "once")}
    first, second = (driver.post(address, fields, follow=True) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 200)
    assert "cancelled" in text(second)
    assert len(steps.events("reservation.cancelled")) == 1


def test_cancel__already_cancelled_elsewhere__lands_on_the_reservation(cast: Cast, driver: Client) -> None:
    mine = steps.reserved(cast, slot=cast.slots[2])
    address = reverse("web:reservation_cancel", args=[mine.ref])
    fields = {"once": hidden(driver.get(address), "once")}
    cancel_reservation(ref=mine.ref, **cast.by(cast.driver))
    assert driver.post(address, fields)["Location"] == reverse("web:reservation", args=[mine.ref])


def test_cancel__after_the_slot__says_that_it_is_too_late(cast: Cast, driver: Client) -> None:
    address = reverse("web:reservation_cancel", args=[steps.reserved(cast).ref])
    cast.clock.forward(hours=1)
    assert driver.post(address).status_code == 409


def test_change__pressed_twice__moves_once_and_lands_on_the_reservation(cast: Cast, driver: Client) -> None:
    mine = steps.reserved(cast, slot=cast.slots[2])
    address = reverse("web:reservation_change_to", args=[mine.ref, cast.slots[4].ref])
    fields = {"once": hidden(driver.get(address), "once")}
    cast.clock.forward(hours=2, minutes=-1)
    driver.post(address, fields)
    cast.clock.forward(hours=3)  # the second press arrives when a change would be too late
    assert driver.post(address, fields)["Location"] == reverse("web:reservation", args=[mine.ref])
    assert len(steps.events("reservation.changed")) == 1


# ---------------------------------------------------------------- another lane
def test_change__other_lanes_that_take_the_cargo__are_offered_with_their_slots(cast: Cast, driver: Client) -> None:
    other = make.a_lane(cast.yard, "MOHAN-IN3", gate=cast.gate)
    slot = make.a_slot(other, starts_at=cast.slots[3].starts_at)
    mine = steps.reserved(cast, slot=cast.slots[2])
    address = reverse("web:reservation_change", args=[mine.ref])
    page = driver.get(address).content.decode()
    assert f"?lane={other.code}" in page
    assert f"?lane={cast.cold_lane.code}" not in page  # takes no general cargo
    target = reverse("web:reservation_change_to", args=[mine.ref, slot.ref])
    assert target in driver.get(address, {"lane": other.code}).content.decode()
    assert other.name in text(driver.get(target))
    driver.post(target)
    assert steps.reservation_now(mine).lane_id == other.pk


def test_change__another_day_of_another_lane__keeps_the_lane(cast: Cast, driver: Client) -> None:
    other = make.a_lane(cast.yard, "MOHAN-IN3", gate=cast.gate)
    for day in (0, 1):
        make.a_slot(other, starts_at=cast.slots[3].starts_at + timedelta(days=day))
    address = reverse("web:reservation_change", args=[steps.reserved(cast, slot=cast.slots[2]).ref])
    page = driver.get(address, {"lane": other.code}).content.decode()
    assert f"?lane={other.code}&amp;day=2026-03-03" in page


@pytest.mark.parametrize("lane", ["NO-SUCH", "HEKOU-IN1", "MOHAN-IN2", "\x00"])
def test_change__lane_that_is_none_of_those__shows_the_own_one(cast: Cast, driver: Client, lane: str) -> None:
    mine = steps.reserved(cast, slot=cast.slots[2])
    page = driver.get(reverse("web:reservation_change", args=[mine.ref]), {"lane": lane}).content.decode()
    assert reverse("web:reservation_change_to", args=[mine.ref, cast.slots[4].ref]) in page


# ---------------------------------------------------------------- a held place
def test_held__page__counts_down_and_confirms_and_has_no_pass_yet(cast: Cast, driver: Client) -> None:
    mine = steps.reserved(cast, slot=cast.slots[2], confirm=False)
    page = driver.get(reverse("web:reservation", args=[mine.ref]))
    assert reverse("web:reservation_pass", args=[mine.ref]) not in page.content.decode()
    counted = re.search(r'data-countdown="([^"]+)"', page.content.decode())
    assert counted
    assert datetime.fromisoformat(counted[1]) == mine.hold_until
    confirm = reverse("web:reservation_confirm", args=[mine.ref])
    assert f'action="{confirm}"' in page.content.decode()
    first, second = (driver.post(confirm, {"once": hidden(page, "once")}, follow=True) for _ in range(2))
    assert steps.reservation_now(mine).state == "confirmed"
    assert first.status_code == second.status_code == 200
    assert reverse("web:reservation_pass", args=[mine.ref]) in second.content.decode()
    assert len(steps.events("reservation.confirmed")) == 1


def test_held__time_is_up__page_and_button_say_so(cast: Cast, driver: Client) -> None:
    mine = steps.reserved(cast, slot=cast.slots[2], confirm=False)
    cast.clock.forward(minutes=6)
    confirm = reverse("web:reservation_confirm", args=[mine.ref])
    page = driver.get(reverse("web:reservation", args=[mine.ref])).content.decode()
    assert f'action="{confirm}"' not in page
    assert reverse("web:reserve_slot", args=[cast.lane.code]) in page
    answer = driver.post(confirm)
    assert answer.status_code == 409
    assert "Choose a slot anew." in text(answer)


def test_held__of_a_stranger__is_not_confirmed(cast: Cast) -> None:
    mine = steps.reserved(cast, slot=cast.slots[2], confirm=False)
    assert reader(cast.stranger).post(reverse("web:reservation_confirm", args=[mine.ref])).status_code == 404
    assert steps.reservation_now(mine).state == "requested"


def test_held__in_the_list__is_not_shown_as_confirmed(cast: Cast, driver: Client) -> None:
    steps.reserved(cast, slot=cast.slots[2], confirm=False)
    page = driver.get(reverse("web:reservations"))
    assert "state good" not in page.content.decode()
    assert "held for you" in text(page)


# ---------------------------------------------------------------- arrive, wait, leave
def test_check_in__when_it_is_time__joins_the_order_once(cast: Cast, driver: Client) -> None:
    mine = steps.reserved(cast)
    page = driver.get(reverse("web:reservation", args=[mine.ref]))
    address, fields = reverse("web:reservation_check_in", args=[mine.ref]), {"once": hidden(page, "once")}
    first, second = (driver.post(address, fields) for _ in range(2))
    entry = QueueEntry.objects.get()
    assert first["Location"] == second["Location"] == reverse("web:turn", args=[entry.ref])
    assert "Nobody is before you: you are next." in text(driver.get(first["Location"]))


def test_check_in__too_early__says_when_it_opens(cast: Cast, driver: Client) -> None:
    mine = steps.reserved(cast, slot=cast.slots[7])
    assert "Check-in opens" in text(driver.get(reverse("web:reservation", args=[mine.ref])))
    answer = driver.post(reverse("web:reservation_check_in", args=[mine.ref]))
    assert answer.status_code == 409
    assert "Check-in for this slot opens at" in text(answer)


def test_walk_up__own_vehicle__stands_in_the_order(cast: Cast, driver: Client) -> None:
    address = reverse("web:walk_up", args=[cast.lane.code])
    form = driver.get(address)
    answer = driver.post(address, {"once": hidden(form, "once"), "vehicle": cast.vehicle.ref, "cargo_kind": "general"})
    assert answer["Location"] == reverse("web:turn", args=[QueueEntry.objects.get().ref])


def test_walk_up__vehicle_with_a_reservation__is_told_to_use_it(cast: Cast, driver: Client) -> None:
    steps.reserved(cast, vehicle=cast.vehicle)
    load = {"vehicle": cast.vehicle.ref, "cargo_kind": "general"}
    answer = driver.post(reverse("web:walk_up", args=[cast.lane.code]), load)
    assert answer.status_code == 422
    assert "This vehicle already has a live reservation." in text(answer)


def test_turn__of_a_stranger__is_not_found(cast: Cast) -> None:
    entry, stranger = steps.walked_up(cast), reader(cast.stranger)
    assert stranger.get(reverse("web:turn", args=[entry.ref])).status_code == 404
    assert stranger.post(reverse("web:turn_leave", args=[entry.ref])).status_code == 404
    assert stranger.post(reverse("web:turn_occupy", args=[entry.ref])).status_code == 404


def test_turn__others_before_me__counts_them_by_class(cast: Cast, driver: Client) -> None:
    for kind in ("empty", "general"):
        steps.walked_up(cast, vehicle=make.a_vehicle(), cargo_kind=kind)
    entry = steps.walked_up(cast, vehicle=cast.vehicle)
    page = text(driver.get(reverse("web:turn", args=[entry.ref])))
    assert "Your place in the order" in page
    assert re.search(r"Before you: .*1 general cargo", page)


def test_turn__later_truck_of_another_class_called_first__says_which_and_why(cast: Cast, driver: Client) -> None:
    for _ in range(2):
        steps.walked_up(cast, vehicle=make.a_vehicle())
    entry = steps.walked_up(cast, vehicle=cast.vehicle)
    later = steps.walked_up(cast, vehicle=make.a_vehicle(), cargo_kind="empty")
    called = [steps.call(cast).pk for _ in range(3)]
    assert called[-1] == later.pk  # the pattern is priority, general, priority, general, empty
    page = text(driver.get(reverse("web:turn", args=[entry.ref])))
    assert f"Ticket {later.ticket}, 10:00 : it was the turn of another class" in page


def test_turn__region_asked_for__answers_the_fragment_alone(cast: Cast, driver: Client) -> None:
    entry = steps.walked_up(cast)
    whole = driver.get(reverse("web:turn", args=[entry.ref])).content.decode()
    part = driver.get(reverse("web:turn", args=[entry.ref]), headers={"X-Live-Region": "turn"}).content.decode()
    assert 'data-live-region="turn"' in whole
    assert "<html" not in part
    assert "Your place in the order" in part


def test_turn__called__shows_gate_and_bay(cast: Cast, driver: Client) -> None:
    entry = steps.called(cast)
    page = text(driver.get(reverse("web:turn", args=[entry.ref])))
    assert "It is your turn: drive to the gate now" in page
    assert f"Gate G1 Bay {steps.live_stay(entry).bay.code}" in page


def test_in_the_bay__admitted__stands_in_it(cast: Cast, driver: Client) -> None:
    entry = steps.admitted(cast)
    assert "I am in the bay" in text(driver.get(reverse("web:turn", args=[entry.ref])))
    driver.post(reverse("web:turn_occupy", args=[entry.ref]))
    assert steps.live_stay(entry).state == "occupied"
    assert "You are in your bay" in text(driver.get(reverse("web:turn", args=[entry.ref])))


def test_in_the_bay__still_waiting__is_refused_on_the_page(cast: Cast, driver: Client) -> None:
    answer = driver.post(reverse("web:turn_occupy", args=[steps.walked_up(cast).ref]))
    assert answer.status_code == 409
    assert 'class="notice bad" role="alert"' in answer.content.decode()
    assert "Your place in the order" in text(answer)


def test_leave__asks_first_then_withdraws(cast: Cast, driver: Client) -> None:
    entry = steps.walked_up(cast)
    address = reverse("web:turn_leave", args=[entry.ref])
    assert "Leave the queue?" in text(driver.get(address))
    assert steps.entry_now(entry).state == "waiting"
    assert "You are no longer in the queue" in text(driver.get(driver.post(address)["Location"]))
    assert steps.entry_now(entry).state == "withdrawn"


def test_home_for_me__standing_in_a_queue__is_the_turn(cast: Cast, driver: Client) -> None:
    assert driver.get(reverse("web:home_for_me"))["Location"] == reverse("web:reservations")
    entry = steps.walked_up(cast)
    assert driver.get(reverse("web:home_for_me"))["Location"] == reverse("web:turn", args=[entry.ref])
    assert reader(cast.operator).get(reverse("web:home_for_me"))["Location"] == reverse(
        "web:console", args=[cast.yard.code]
    )


def test_top__carrier_staff__may_reserve_for_their_vehicles(cast: Cast) -> None:
    page = reader(cast.dispatcher).get(reverse("web:reservations")).content.decode()
    assert f'href="{reverse("web:reserve")}"' in page.split("</header>")[0]
    choice = reader(cast.dispatcher).get(reverse("web:reserve_vehicle", args=[cast.slot.ref]))
    assert cast.vehicle.plate in text(choice)
    assert cast.other_vehicle.plate not in text(choice)


def test_messages__none__says_what_will_stand_here(driver: Client) -> None:
    assert "No messages yet." in text(driver.get(reverse("web:messages")))
    assert driver.post(reverse("web:messages")).status_code == 302


def test_leave__pressed_twice__lands_on_the_turn_both_times(cast: Cast, driver: Client) -> None:
    entry = steps.walked_up(cast)
    address = reverse("web:turn_leave", args=[entry.ref])
    fields = {"once": hidden(driver.get(address), "once")}
    first, second = (driver.post(address, fields) for _ in range(2))
    assert first["Location"] == second["Location"] == reverse("web:turn", args=[entry.ref])
    assert len(steps.events("queue.withdrawn")) == 1


def test_leave__already_left__lands_on_the_turn_without_an_error(cast: Cast, driver: Client) -> None:
    entry = steps.walked_up(cast)
    address = reverse("web:turn_leave", args=[entry.ref])
    withdraw(entry_ref=entry.ref, reason="", **cast.by(cast.driver))
    assert driver.post(address)["Location"] == reverse("web:turn", args=[entry.ref])


def test_in_the_bay__pressed_twice__lands_on_the_turn_both_times(cast: Cast, driver: Client) -> None:
    entry = steps.admitted(cast)
    fields = {"once": hidden(driver.get(reverse("web:turn", args=[entry.ref])), "once")}
    answers = [driver.post(reverse("web:turn_occupy", args=[entry.ref]), fields) for _ in range(2)]
    assert {answer["Location"] for answer in answers} == {reverse("web:turn", args=[entry.ref])}


# ---------------------------------------------------------------- what the tests above fill in
def slots_of(cast: Cast) -> str:
    return reverse("web:reserve_slot", args=[cast.lane.code])


def confirm_address(cast: Cast) -> str:
    return f"{reverse('web:reserve_confirm', args=[cast.slots[2].ref])}?vehicle={cast.vehicle.ref}&cargo=general"


def new_load(*, plate: str) -> dict[str, str]:
    described = {"country": "CN", "plate": plate, "plate_class": "truck", "length_m": "17"}
    return {"vehicle": "new", "cargo_kind": "general"} | described
