"""What a change costs before it is confirmed, and a driver's record: counters, marks, appeals, credits, a pause."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from reservations.models import Appeal, Reservation
from reservations.operations import decide_appeal
from tests import factories as make
from tests.api import asking
from tests.api.forms import hidden, reader, text
from tests.cast import Cast
from tests.operations import steps


@pytest.fixture
def driver(cast: Cast) -> Client:
    return reader(cast.driver)


@pytest.fixture
def mine(cast: Cast) -> Reservation:
    return steps.reserved(cast, slot=cast.slots[9])


def page_of(mine: Reservation, name: str) -> str:
    return reverse(f"web:reservation_{name}", args=[mine.ref])


# ---------------------------------------------------------------- before it is confirmed
def test_change__before_it_is_confirmed__says_what_is_left_after_it(
    cast: Cast, driver: Client, mine: Reservation
) -> None:
    words = "counts as “change of slot”: after it 2 of 3 in 30 days are left."
    assert words in text(driver.get(page_of(mine, "change")))
    target = reverse("web:reservation_change_to", args=[mine.ref, cast.slots[12].ref])
    assert words in text(driver.get(target))


def test_change__none_left__says_from_when_and_has_no_button(cast: Cast, driver: Client, mine: Reservation) -> None:
    for days in (1, 2, 3):
        asking.a_mark(mine, kind="change", at=cast.now - timedelta(days=days))
    page = driver.get(reverse("web:reservation_change_to", args=[mine.ref, cast.slots[12].ref]))
    assert "3 of 3 are used in 30 days. The next is free from 29 Mar 10:00." in text(page)
    assert "Move it" not in text(page)


def test_cancel__in_time__counts_as_nothing(driver: Client, mine: Reservation) -> None:
    assert "It costs nothing. It counts as nothing." in text(driver.get(page_of(mine, "cancel")))


def test_cancel__late_and_one_too_many__says_until_when_it_pauses(
    cast: Cast, driver: Client, mine: Reservation
) -> None:
    asking.a_mark(mine, at=cast.now)
    cast.clock.forward(hours=24, minutes=30)
    page = text(driver.get(page_of(mine, "cancel")))
    assert "one too many: this vehicle can then not reserve until 17 Mar 10:30." in page


def test_extend__menu__says_where_each_leads_and_moves_there(cast: Cast, driver: Client, mine: Reservation) -> None:
    page = driver.get(page_of(mine, "extend"))
    assert "3 Mar 15:00–16:00, at least 4 h later" in text(page)
    answer = driver.post(page_of(mine, "extend"), {"hours": "4", "once": hidden(page, "once")})
    assert answer["Location"] == reverse("web:reservation", args=[mine.ref])
    assert steps.reservation_now(mine).slot_id == cast.slots[13].pk


def test_extend__no_room_later__says_so(cast: Cast, driver: Client) -> None:
    mine = steps.reserved(cast, slot=cast.slots[15])
    assert "There is no room later in the bookable days." in text(driver.get(page_of(mine, "extend")))


def test_extend__not_on_the_menu__is_said_by_the_field(driver: Client, mine: Reservation) -> None:
    answer = driver.post(page_of(mine, "extend"), {"hours": "5"})
    assert answer.status_code == 422
    assert 'id="id_hours_error"' in answer.content.decode()


def test_vehicle__of_the_organisation__comes_instead(cast: Cast, driver: Client, mine: Reservation) -> None:
    page = driver.get(page_of(mine, "vehicle"))
    assert cast.vehicle.plate in text(page)
    assert cast.other_vehicle.plate not in text(page)
    driver.post(page_of(mine, "vehicle"), {"vehicle": cast.vehicle.ref, "once": hidden(page, "once")})
    assert steps.reservation_now(mine).vehicle_id == cast.vehicle.pk


def test_vehicle__too_late__says_until_when_it_could(cast: Cast, driver: Client, mine: Reservation) -> None:
    cast.clock.forward(hours=24, minutes=30)
    answer = driver.post(page_of(mine, "vehicle"), {"vehicle": cast.vehicle.ref})
    assert answer.status_code == 409
    assert "until 60 minutes before the slot" in text(answer)


def test_driver__handed_over__lands_on_the_list(cast: Cast, driver: Client, mine: Reservation) -> None:
    colleague = make.a_driver(name="Colleague")
    make.a_vehicle(driver=colleague, organisation=cast.carrier)
    assert "Colleague" in text(driver.get(page_of(mine, "driver")))
    answer = driver.post(page_of(mine, "driver"), {"driver": colleague.ref})
    assert answer["Location"] == reverse("web:reservations")
    assert steps.reservation_now(mine).driver_id == colleague.pk


@pytest.mark.parametrize("name", ["extend", "vehicle", "driver"])
def test_acts__of_another__are_not_found(cast: Cast, mine: Reservation, name: str) -> None:
    assert reader(cast.stranger).get(page_of(mine, name)).status_code == 404


# ---------------------------------------------------------------- the record
def test_record__nothing_yet__says_so(driver: Client) -> None:
    page = text(driver.get(reverse("web:record")))
    assert "Nothing is counted yet" in page
    assert "Thank you for coming as promised." in page


def test_record__a_change__two_of_three_are_left_until_a_day(cast: Cast, driver: Client, mine: Reservation) -> None:
    asking.a_mark(mine, kind="change", at=cast.now)
    page = text(driver.get(reverse("web:record")))
    assert "2 of 3 left until 1 Apr · changes of slot" in page


def test_record__paused__says_until_when_and_how_to_appeal(cast: Cast, driver: Client, mine: Reservation) -> None:
    marks = [asking.a_mark(mine, at=cast.now - timedelta(days=days)) for days in (2, 1)]
    page = driver.get(reverse("web:record"))
    assert "This vehicle can reserve again from Sun 15 Mar" in text(page)
    assert reverse("web:mark", args=[marks[0].ref]) in page.content.decode()


def test_record__a_credit__says_until_when_it_is_good(cast: Cast, driver: Client, mine: Reservation) -> None:
    asking.a_credit(mine, at=cast.now)
    assert "one more ticket today good until Sun 31 May" in text(driver.get(reverse("web:record")))


def test_mark__page__names_its_rule_and_takes_an_appeal_once(cast: Cast, driver: Client, mine: Reservation) -> None:
    address = reverse("web:mark", args=[asking.a_mark(mine, at=cast.now).ref])
    page = driver.get(address)
    assert "2 late cancellations or no-shows within 30 days pause a vehicle for 14 days." in text(page)
    fields = {"text": "The road was flooded.", "once": hidden(page, "once")}
    answers = [driver.post(address, fields) for _ in range(2)]
    assert {answer["Location"] for answer in answers} == {address}
    assert Appeal.objects.get().text == "The road was flooded."
    assert "waiting for an answer" in text(driver.get(address))


@pytest.mark.parametrize("words", ["", "   ", "x" * 1001])
def test_mark__appeal_without_readable_words__is_said_by_the_field(
    cast: Cast, driver: Client, mine: Reservation, words: str
) -> None:
    address = reverse("web:mark", args=[asking.a_mark(mine, at=cast.now).ref])
    answer = driver.post(address, {"text": words})
    assert answer.status_code == 422
    assert 'id="id_text_error"' in answer.content.decode()


def test_mark__appeal_answered__shows_the_answer(cast: Cast, driver: Client, mine: Reservation) -> None:
    address = reverse("web:mark", args=[asking.a_mark(mine, at=cast.now).ref])
    driver.post(address, {"text": "The road was flooded."})
    said = {"grant": True, "answer": "The police confirm it.", "user": cast.supervisor}
    decide_appeal(ref=Appeal.objects.get().ref, **said, **cast.by(cast.supervisor))
    page = text(driver.get(address))
    assert "It counts no more" in page
    assert "Answer : The police confirm it." in page


def test_mark__of_another__is_not_found(cast: Cast, mine: Reservation) -> None:
    address = reverse("web:mark", args=[asking.a_mark(mine, at=cast.now).ref])
    assert reader(cast.stranger).get(address).status_code == 404
    assert reader(cast.stranger).post(address, {"text": "Mine?"}).status_code == 404
