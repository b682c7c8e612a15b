"""A driver's request, standby and offers on the pages, without JavaScript."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from reservations.models import Request, Reservation, Round
from reservations.operations import decline_offer, withdraw_request
from tests import factories as make
from tests.api import asking
from tests.api.forms import hidden, reader, text
from tests.cast import Cast
from tests.operations import steps


@pytest.fixture
def driver(cast: Cast) -> Client:
    return reader(cast.driver)


def address(row: Request, name: str = "request") -> str:
    return reverse(f"web:{name}", args=[row.ref])


def now(row: Request) -> Request:
    return Request.objects.get(pk=row.pk)


# ---------------------------------------------------------------- what stands there
def test_request__in_an_open_round__shows_the_way_to_the_result(cast: Cast, driver: Client) -> None:
    mine = asking.a_request(cast, round=make.a_round(cast))
    page = text(driver.get(address(mine)))
    assert "Asked for" in page
    assert "from 10:00 (09:00 in Laos) to 12:00 (11:00 in Laos)" in page
    assert "Result: today 13:00" in page
    assert "requests close" in page


def test_request__requests_are_closed__is_being_drawn_and_cannot_be_changed(cast: Cast, driver: Client) -> None:
    mine = asking.a_request(cast, round=make.a_round(cast, state="closed", opens_at=cast.now - timedelta(hours=3.5)))
    page = driver.get(address(mine))
    assert "Being drawn" in text(page)
    assert address(mine, "request_withdraw") not in page.content.decode()


def test_request__draw_failed__says_that_nothing_is_lost(cast: Cast, driver: Client) -> None:
    mine = asking.a_request(cast, round=make.a_round(cast, state="failed"))
    assert "The draw has to be run again." in text(driver.get(address(mine)))


def test_request__late__waits_for_no_round(cast: Cast, driver: Client) -> None:
    mine = asking.a_request(cast)
    assert "Places are given every few minutes." in text(driver.get(address(mine)))


def test_request__placed__leads_to_the_reservation_and_says_why(cast: Cast, driver: Client) -> None:
    promise = steps.reserved(cast, slot=cast.slots[9])
    row = make.a_round(cast, state="published")
    mine = asking.a_request(cast, state="placed", round=row, reservation=promise, reason={"code": "preferred"})
    page = driver.get(address(mine))
    assert "You have a place" in text(page)
    assert "Why?" in text(page)
    assert reverse("web:reservation", args=[promise.ref]) in page.content.decode()


@pytest.mark.parametrize(("state", "words"), [("unplaced", "not placed"), ("withdrawn", "withdrawn")])
def test_request__ended__offers_to_ask_again(cast: Cast, driver: Client, state: str, words: str) -> None:
    mine = asking.a_request(cast, state=state, ended_at=cast.now)
    page = driver.get(address(mine))
    assert words in text(page)
    assert reverse("web:ask", args=[cast.port.code]) in page.content.decode()


def test_request__region_asked_for__answers_the_fragment_alone(cast: Cast, driver: Client) -> None:
    mine = asking.a_request(cast, round=make.a_round(cast))
    part = driver.get(address(mine), headers={"X-Live-Region": "wish"}).content.decode()
    assert 'data-live-region="wish"' in driver.get(address(mine)).content.decode()
    assert "<html" not in part
    assert "Asked for" in part


@pytest.mark.parametrize(
    "name", ["request_change", "request_withdraw", "request_accept", "request_decline", "request_readiness"]
)
def test_request_of_another__every_page__is_not_found(cast: Cast, name: str) -> None:
    mine, stranger = asking.an_offer(cast), reader(cast.stranger)
    assert stranger.get(address(mine)).status_code == 404
    assert stranger.post(address(mine, name)).status_code == 404
    assert now(mine).state == "offered"


# ---------------------------------------------------------------- changed, withdrawn
def test_change__other_times__are_kept(cast: Cast, driver: Client) -> None:
    mine = asking.a_request(cast, round=make.a_round(cast))
    page = driver.get(address(mine, "request_change"))
    hours = {"earliest": 13, "best": 14, "latest": 15}
    fields: dict[str, Any] = {name: asking.at_utc(cast, hour).isoformat() for name, hour in hours.items()}
    cast.clock.forward(minutes=1)
    answer = driver.post(
        address(mine, "request_change"), fields | {"lanes": cast.lane.code, "once": hidden(page, "once")}
    )
    assert answer["Location"] == address(mine)
    assert now(mine).preferred_at == asking.at(cast, 14)


def test_change__what_was_asked_for__stands_on_the_bar(cast: Cast, driver: Client) -> None:
    mine = asking.a_request(cast, round=make.a_round(cast))
    page = driver.get(address(mine, "request_change")).content.decode()
    assert f'<option value="{asking.at_utc(cast, 11).isoformat()}" selected>11:00' in page


def test_change__round_closed_meanwhile__says_so(cast: Cast, driver: Client) -> None:
    mine = asking.a_request(cast, round=make.a_round(cast))
    cast.clock.forward(hours=3)
    hours = {"earliest": 13, "best": 14, "latest": 15}
    fields: dict[str, Any] = {name: asking.at_utc(cast, hour).isoformat() for name, hour in hours.items()}
    answer = driver.post(address(mine, "request_change"), fields | {"lanes": cast.lane.code})
    assert "The round is closed" in text(answer)


def test_withdraw__asks_first_and_says_that_it_costs_nothing(cast: Cast, driver: Client) -> None:
    mine = asking.a_request(cast, round=make.a_round(cast))
    page = driver.get(address(mine, "request_withdraw"))
    assert "It costs nothing." in text(page)
    assert now(mine).state == "requested"
    fields = {"once": hidden(page, "once")}
    answers = [driver.post(address(mine, "request_withdraw"), fields) for _ in range(2)]
    assert {answer["Location"] for answer in answers} == {address(mine)}
    assert now(mine).state == "withdrawn"


def test_withdraw__done_elsewhere__lands_on_the_request(cast: Cast, driver: Client) -> None:
    mine = asking.a_request(cast, round=make.a_round(cast))
    withdraw_request(ref=mine.ref, **cast.by(cast.driver))
    assert driver.post(address(mine, "request_withdraw"))["Location"] == address(mine)


# ---------------------------------------------------------------- standby
def test_standby__page__shows_the_place_in_the_order(cast: Cast, driver: Client) -> None:
    for minutes in (20, 10):
        stands_at = cast.now - timedelta(minutes=minutes)
        asking.standing_by(cast, vehicle=make.a_vehicle(), driver=None, stands_at=stands_at)
    mine = asking.standing_by(cast)
    assert "Your place in the standby order 3 of 3 who stand by" in text(driver.get(address(mine)))


def test_readiness__said__is_kept_and_shown(cast: Cast, driver: Client) -> None:
    mine = asking.standing_by(cast)
    answer = driver.post(address(mine, "request_readiness"), {"ready": "no", "travel": "240"})
    assert answer["Location"] == address(mine)
    assert (now(mine).is_ready, now(mine).travel_minutes) == (False, 240)
    assert re.search(r'value="no"[^>]* checked', driver.get(address(mine)).content.decode())


def test_readiness__not_on_the_menu__is_said_by_the_field(cast: Cast, driver: Client) -> None:
    mine = asking.standing_by(cast)
    answer = driver.post(address(mine, "request_readiness"), {"ready": "no", "travel": "17"})
    assert answer.status_code == 422
    assert "errorlist" in answer.content.decode()


def test_better__with_a_reservation__stands_by_and_keeps_it(cast: Cast, driver: Client) -> None:
    promise = steps.reserved(cast, slot=cast.slots[12])
    page = driver.get(reverse("web:reservation_better", args=[promise.ref]))
    hours = {"earliest": 10, "best": 10, "latest": 12}
    fields: dict[str, Any] = {name: asking.at_utc(cast, hour).isoformat() for name, hour in hours.items()}
    answer = driver.post(reverse("web:reservation_better", args=[promise.ref]), fields | {"once": hidden(page, "once")})
    mine = Request.objects.get()
    assert answer["Location"] == address(mine)
    assert "Your reservation stays as it is until a better place comes." in text(driver.get(address(mine)))
    assert "You stand by for a better time" in text(driver.get(reverse("web:reservation", args=[promise.ref])))


def test_better__reservation_of_another__is_not_found(cast: Cast) -> None:
    promise = steps.reserved(cast, slot=cast.slots[12])
    assert reader(cast.stranger).get(reverse("web:reservation_better", args=[promise.ref])).status_code == 404


# ---------------------------------------------------------------- offers
def test_offer__page__counts_down_and_says_what_silence_means(cast: Cast, driver: Client) -> None:
    mine = asking.an_offer(cast)
    page = driver.get(address(mine))
    assert "A place is offered to you" in text(page)
    assert "If you do nothing, the place goes to the next in the order." in text(page)
    assert f'data-countdown="{mine.offer_until.isoformat()}"' in page.content.decode()


def test_offer__taken__is_a_reservation_also_for_the_second_press(cast: Cast, driver: Client) -> None:
    mine = asking.an_offer(cast)
    fields = {"once": hidden(driver.get(address(mine)), "once")}
    answers = [driver.post(address(mine, "request_accept"), fields) for _ in range(2)]
    promise = Reservation.objects.get()
    assert {answer["Location"] for answer in answers} == {reverse("web:reservation", args=[promise.ref])}
    assert promise.slot_id == cast.slots[8].pk


def test_offer__too_late__says_so_and_keeps_the_place_in_the_order(cast: Cast, driver: Client) -> None:
    mine = asking.an_offer(cast)
    cast.clock.forward(minutes=11)
    page = driver.get(address(mine))
    assert address(mine, "request_accept") not in page.content.decode()
    answer = driver.post(address(mine, "request_accept"))
    assert answer.status_code == 409
    assert "You keep your place in the standby order." in text(answer)


def test_offer__declined__stands_by_again_also_when_done_elsewhere(cast: Cast, driver: Client) -> None:
    mine = asking.an_offer(cast)
    decline_offer(ref=mine.ref, **cast.by(cast.driver))
    assert driver.post(address(mine, "request_decline"))["Location"] == address(mine)
    assert now(mine).state == "standby"


def test_trips__offer_and_wishes__stand_above_what_is_coming(cast: Cast, driver: Client) -> None:
    offered = asking.an_offer(cast)
    asked = asking.a_request(cast, vehicle=steps.a_truck(cast), round=make.a_round(cast))
    page = driver.get(reverse("web:reservations"))
    assert "Mohan: A place is offered to you" in text(page)
    assert "Asked for" in text(page)
    assert address(offered) in page.content.decode()
    assert address(asked) in page.content.decode()


def test_request__round_called_off__says_so(cast: Cast, driver: Client) -> None:
    row = make.a_round(cast)
    mine = asking.a_request(cast, round=row)
    Round.objects.filter(pk=row.pk).update(state="void")
    assert "the round was called off" in text(driver.get(address(mine)))
