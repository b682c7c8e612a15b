"""The drivers' forms as a browser without JavaScript sends them: a trip from its reservation to the exit."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from reservations.models import QueueEntry, Slot
from reservations.operations import cancel_reservation, withdraw
from tests import factories as make
from tests.api.forms import hidden, reader, text
from tests.cast import Cast
from tests.operations import steps


@pytest.fixture
def driver(cast: Cast) -> Client:
    return reader(cast.driver)


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


def test_bar__carrier_staff__may_reserve_for_their_vehicles(cast: Cast) -> None:
    page = reader(cast.dispatcher).get(reverse("web:messages")).content.decode()
    assert f'href="{reverse("web:carrier_reserve")}"' in page.split("<main")[0]
    choice = reader(cast.dispatcher).get(reverse("web:reserve_vehicle", args=[cast.slot.ref]))
    assert cast.vehicle.plate in text(choice)
    assert cast.other_vehicle.plate not in text(choice)


def test_list_and_record__of_an_office__are_its_own_pages(cast: Cast) -> None:
    office = reader(cast.dispatcher)
    assert office.get(reverse("web:reservations"))["Location"] == reverse("web:carrier_trips")
    assert office.get(reverse("web:record"))["Location"] == reverse("web:carrier_score")


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
