"""Asking for a time on the pages, without JavaScript: days, vehicles, the window as selects, the answer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from reservations.models import Request, Reservation, Slot
from tests import factories as make
from tests.api import asking
from tests.api.forms import hidden, reader, text
from tests.cast import Cast


@pytest.fixture
def driver(cast: Cast) -> Client:
    return reader(cast.driver)


def times_address(cast: Cast, **named: Any) -> str:
    asked = {"day": "2026-03-03", "vehicle": cast.vehicle.ref, "cargo": "general", "direction": "inbound"} | named
    return f"{reverse('web:ask_times', args=[cast.port.code])}?{urlencode(asked, doseq=True)}"


def window(cast: Cast, page: Any, *hours: int, **more: Any) -> dict[str, Any]:
    """The last form as a reader fills it in: earliest, best, latest hour of tomorrow."""
    names = ("earliest", "best", "latest")
    chosen = {name: asking.at_utc(cast, hour).isoformat() for name, hour in zip(names, hours, strict=True)}
    load = {"day": "2026-03-03", "vehicle": cast.vehicle.ref, "cargo": "general", "direction": "inbound"}
    return load | chosen | {"lanes": cast.lane.code, "travel": 60, "once": hidden(page, "once")} | more


# ---------------------------------------------------------------- the day
def test_days__a_round_and_an_open_day__each_says_how_it_is_given(cast: Cast, driver: Client) -> None:
    make.a_round(cast)
    page = driver.get(reverse("web:ask", args=[cast.port.code]))
    assert "answer at once" in text(page)
    assert "Ask until today 12:00 · result today 13:00" in text(page)
    assert f"{reverse('web:ask_load', args=[cast.port.code])}?day=2026-03-03" in page.content.decode()


def test_days__being_drawn__says_when_the_result_is_out_and_leads_nowhere(cast: Cast, driver: Client) -> None:
    make.a_round(cast, state="closed", opens_at=cast.now - timedelta(hours=3, minutes=30))
    page = driver.get(reverse("web:ask", args=[cast.port.code]))
    assert "being drawn" in text(page)
    assert "?day=2026-03-03" not in page.content.decode()


def test_days__nothing_published__says_so(cast: Cast, driver: Client) -> None:
    Slot.objects.all().delete()
    assert "No day of this port can be asked for yet." in text(driver.get(reverse("web:ask", args=[cast.port.code])))


def test_days__unknown_port__is_not_found(driver: Client) -> None:
    assert driver.get(reverse("web:ask", args=["NOWHERE"])).status_code == 404


# ---------------------------------------------------------------- vehicle and cargo
def test_load__own_vehicle__goes_on_to_the_times(cast: Cast, driver: Client) -> None:
    address = f"{reverse('web:ask_load', args=[cast.port.code])}?day=2026-03-03"
    assert cast.vehicle.plate in text(driver.get(address))
    chosen = {"day": "2026-03-03", "vehicle": cast.vehicle.ref, "cargo_kind": "general", "direction": "inbound"}
    assert driver.post(address, chosen)["Location"] == times_address(cast)


def test_load__several_vehicles__all_are_named_in_the_address(cast: Cast, driver: Client) -> None:
    mate = make.a_vehicle(driver=cast.driver, organisation=cast.carrier)
    address = f"{reverse('web:ask_load', args=[cast.port.code])}?day=2026-03-03"
    assert "Several vehicles of one consignment" in text(driver.get(address))
    chosen = {"day": "2026-03-03", "vehicle": cast.vehicle.ref, "cargo_kind": "general", "direction": "inbound"}
    answer = driver.post(address, chosen | {"also": [mate.ref]})
    assert answer["Location"] == times_address(cast, vehicle=[cast.vehicle.ref, mate.ref])


def test_load__nothing_chosen__names_the_fields(cast: Cast, driver: Client) -> None:
    address = reverse("web:ask_load", args=[cast.port.code])
    answer = driver.post(address, {"day": "2026-03-03", "direction": "inbound"})
    assert answer.status_code == 422
    assert "This field is required." in text(answer)


@pytest.mark.parametrize("day", ["", "2020-01-01", "nonsense", "2026-13-45"])
def test_load__day_that_cannot_be_asked__goes_back_to_the_days(cast: Cast, driver: Client, day: str) -> None:
    answer = driver.get(reverse("web:ask_load", args=[cast.port.code]), {"day": day})
    assert answer["Location"] == reverse("web:ask", args=[cast.port.code])


# ---------------------------------------------------------------- the window
def test_times__in_a_round__shows_how_many_want_each_hour(cast: Cast, driver: Client) -> None:
    row = make.a_round(cast)
    for _ in range(3):
        asking.a_request(cast, vehicle=make.a_vehicle(), driver=None, round=row)
    page = driver.get(times_address(cast))
    assert "11:00 : 3 want 2 places" in text(page)
    assert "10:00 : 2 of 2 free" in text(page)
    assert "Ask until today 12:00" in text(page)


def test_times__asked_twice__is_one_request_and_shows_it(cast: Cast, driver: Client) -> None:
    make.a_round(cast)
    page = driver.get(times_address(cast))
    fields = window(cast, page, 10, 11, 12)

    first, second = (driver.post(times_address(cast), fields) for _ in range(2))

    mine = Request.objects.get()
    assert first["Location"] == second["Location"] == reverse("web:request", args=[mine.ref])
    assert (mine.earliest_at, mine.preferred_at, mine.latest_at) == tuple(
        asking.at(cast, hour) for hour in (10, 11, 12)
    )
    assert "Asked for" in text(driver.get(first["Location"]))


def test_times__on_an_open_day__leads_to_the_reservation(cast: Cast, driver: Client) -> None:
    page = driver.get(times_address(cast))
    assert "You get the answer at once." in text(page)
    answer = driver.post(times_address(cast), window(cast, page, 10, 11, 12))
    assert answer["Location"] == reverse("web:reservation", args=[Reservation.objects.get().ref])


def test_times__a_consignment__shows_the_others_of_it(cast: Cast, driver: Client) -> None:
    make.a_round(cast)
    mate = make.a_vehicle(driver=cast.driver, organisation=cast.carrier)
    both = [cast.vehicle.ref, mate.ref]
    page = driver.get(times_address(cast, vehicle=both))
    answer = driver.post(times_address(cast, vehicle=both), window(cast, page, 10, 11, 12, vehicle=both))
    shown = text(driver.get(answer["Location"]))
    assert "Together with" in shown
    assert mate.plate in shown


def test_times__best_outside_the_window__is_said_by_the_field(cast: Cast, driver: Client) -> None:
    make.a_round(cast)
    page = driver.get(times_address(cast))
    answer = driver.post(times_address(cast), window(cast, page, 10, 14, 12))
    assert answer.status_code == 422
    assert 'id="id_best_error"' in answer.content.decode()
    assert Request.objects.count() == 0


def test_times__vehicle_that_asks_already__is_said_in_the_words_of_the_api(cast: Cast, driver: Client) -> None:
    asking.a_request(cast, round=make.a_round(cast))
    page = driver.get(times_address(cast))
    answer = driver.post(times_address(cast), window(cast, page, 10, 11, 12))
    assert answer.status_code == 409
    assert "This vehicle already asks for a place. Change or withdraw that request first." in text(answer)


def test_times__cargo_that_goes_first__asks_for_its_paper(cast: Cast, driver: Client) -> None:
    for hour in range(8):
        make.a_slot(cast.cold_lane, starts_at=cast.slots[8 + hour].starts_at)
    make.a_round(cast)
    address = times_address(cast, cargo="perishable")
    page = driver.get(address)
    fields = window(cast, page, 10, 11, 12, cargo="perishable", lanes=cast.cold_lane.code)

    refused = driver.post(address, fields | {"evidence": ""})
    taken = driver.post(address, fields | {"evidence": "PHYTO-17"})

    assert refused.status_code == 422
    assert 'id="id_evidence_error"' in refused.content.decode()
    assert taken["Location"] == reverse("web:request", args=[Request.objects.get().ref])


@pytest.mark.parametrize(
    ("named", "status"),
    [
        ({"vehicle": "V-000000000"}, 404),
        ({"vehicle": ""}, 404),
        ({"vehicle": "\x00"}, 404),
        ({"cargo": "bulk"}, 422),
        ({"cargo": "gold"}, 422),
        ({"direction": "up"}, 422),
    ],
)
def test_times__address_that_names_nothing_known__is_an_error_page(
    cast: Cast, driver: Client, named: dict[str, str], status: int
) -> None:
    make.a_round(cast)
    assert driver.get(times_address(cast, **named)).status_code == status


def test_times__vehicle_of_another__is_not_found(cast: Cast) -> None:
    assert reader(cast.stranger).get(times_address(cast)).status_code == 404


def test_times__day_without_slots_to_come__says_so(cast: Cast, driver: Client) -> None:
    make.a_round(cast)
    Slot.objects.filter(service_date="2026-03-03").delete()
    assert "No slot of this day takes that cargo any more." in text(driver.get(times_address(cast)))


# ---------------------------------------------------------------- from the slots
def test_slots__of_a_day_in_a_round__lead_to_the_round(cast: Cast, driver: Client) -> None:
    make.a_round(cast)
    page = driver.get(reverse("web:reserve_slot", args=[cast.lane.code]), {"day": "2026-03-03"})
    assert "The places of this day are given by a round." in text(page)
    assert reverse("web:reserve_vehicle", args=[cast.slots[8].ref]) not in page.content.decode()
    assert reverse("web:ask_load", args=[cast.port.code]) in page.content.decode()


def test_lanes__with_a_round_to_come__offer_to_ask(cast: Cast, driver: Client) -> None:
    address = reverse("web:reserve_lane", args=[cast.port.code])
    assert reverse("web:ask", args=[cast.port.code]) not in driver.get(address).content.decode()
    make.a_round(cast)
    assert reverse("web:ask", args=[cast.port.code]) in driver.get(address).content.decode()


def test_confirm__slot_in_a_round__says_so_and_leads_there(cast: Cast, driver: Client) -> None:
    make.a_round(cast)
    address = reverse("web:reserve_confirm", args=[cast.slots[8].ref])
    answer = driver.post(address, {"vehicle": cast.vehicle.ref, "cargo": "general"})
    assert answer.status_code == 409
    assert "The places of this day are given by a round." in text(answer)
    assert reverse("web:ask", args=[cast.port.code]) in answer.content.decode()


def test_confirm__before_the_drawn_start__counts_down_to_it(cast: Cast, driver: Client) -> None:
    row = make.a_round(cast, state="published")
    type(row).objects.filter(pk=row.pk).update(instant_at=cast.now + timedelta(minutes=30))
    address = reverse("web:reserve_confirm", args=[cast.slots[8].ref])
    page = driver.get(f"{address}?vehicle={cast.vehicle.ref}&cargo=general")
    assert "The moment was drawn" in text(page)
    assert "data-countdown" in page.content.decode()
