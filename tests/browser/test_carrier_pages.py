"""A carrier's office in a real browser: the board brings a call by itself, trucks are ticked and reserved for, a key is shown once."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts.models import ApiClient, User
from notifications.webhooks.operations import create_endpoint, send_test
from reservations.models import Request
from reservations.operations import call_next
from tests import factories as make
from tests.api import asking
from tests.browser.looking import DESK, a_living_port, faults_on, sign_in
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.stack]


@pytest.fixture
def cast(page: Any) -> Cast:
    """A yard with a name of its own: the server, which outlives the tests' tables, remembers how far each stream has come."""
    cast = a_living_port()
    cast.yard.code = f"YARD-{make.nth()}"
    cast.yard.save(update_fields=["code"])
    return cast


@pytest.fixture
def boss(cast: Cast) -> User:
    return make.a_carrier_admin(cast.carrier)


@pytest.fixture
def office(page: Any, boss: User) -> Any:
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    sign_in(page, boss)
    return page


def a_truck(cast: Cast) -> Any:
    return make.a_vehicle(driver=cast.driver, organisation=cast.carrier)


def test_board__a_truck_is_called__the_open_page_says_so_by_itself(office: Any, cast: Cast) -> None:
    entry = make.a_waiting_entry(cast, vehicle=a_truck(cast))
    office.goto(reverse("web:carrier"))
    expect(office.locator("[data-live-status]")).to_have_attribute("data-state", "live")
    expect(office.locator("#needs")).not_to_contain_text("drive to the gate")
    # Only the push can tell now:
    office.evaluate("document.getElementById('fleet').removeAttribute('data-live-clock')")

    call_next(lane_code=entry.lane.code, **cast.by(cast.operator))
    expect(office.locator("#needs")).to_contain_text("drive to the gate now")
    expect(office.locator("#needs")).to_contain_text(entry.vehicle.plate)


def test_board__a_tick_set_while_the_page_renews_itself__stays(office: Any, cast: Cast) -> None:
    idle = a_truck(cast)
    entry = make.a_waiting_entry(cast, vehicle=a_truck(cast))
    office.goto(reverse("web:carrier"))
    office.get_by_label(idle.plate).check()

    call_next(lane_code=entry.lane.code, **cast.by(cast.operator))
    expect(office.locator("#needs")).to_contain_text("drive to the gate now", timeout=25_000)
    expect(office.get_by_label(idle.plate)).to_be_checked()


def test_reserve__two_trucks_from_the_board__an_answer_for_each(office: Any, cast: Cast) -> None:
    trucks = [a_truck(cast) for _ in range(2)]
    office.goto(reverse("web:carrier"))
    for truck in trucks:
        office.get_by_label(truck.plate).check()
    office.get_by_role("button", name="Reserve for the chosen ones").click()
    office.get_by_role("link", name=cast.port.name_en).click()
    office.get_by_label("Day").select_option(cast.slots[8].service_date.isoformat())
    office.get_by_role("button", name="Go on").click()
    office.get_by_role("button", name="Get places").click()

    expect(office.get_by_role("list", name="The answers")).to_contain_text("placed")
    assert {row.vehicle for row in Request.objects.filter(state="placed")} == set(trucks)


def test_client__made_in_the_browser__its_key_stands_on_that_page_alone(office: Any) -> None:
    office.goto(reverse("web:carrier_client_new"))
    office.get_by_label("Name of the program").fill("TMS")
    office.get_by_label("See free places").check()
    office.get_by_role("button", name="Make it").click()
    secret = office.get_by_label("client_secret").input_value()
    assert len(secret) > 30

    office.get_by_role("link", name="It is kept").click()
    office.get_by_role("link", name="TMS").click()
    assert secret not in office.content()


def test_pages__every_one_in_every_look__no_grave_fault(office: Any, cast: Cast, boss: User) -> None:
    parked, called, booked = a_truck(cast), a_truck(cast), a_truck(cast)
    make.a_parked_entry(cast, vehicle=parked)
    make.a_called_entry(cast, vehicle=called)
    row = make.a_confirmed_reservation(cast, vehicle=booked, slot=cast.slots[9])
    asking.a_mark(row, at=cast.now)
    make.a_token(cast.carrier, "places:read")
    client = ApiClient.objects.get()
    endpoint, _ = create_endpoint(organisation=cast.carrier, url="https://hooks.example.test/", **cast.by(boss))
    delivery = send_test(organisation=cast.carrier, ref=endpoint.ref, **cast.by(boss))
    plain = ("carrier", "carrier_reserve", "carrier_trips", "carrier_score", "carrier_people", "carrier_people_invite")
    lists = ("carrier_clients", "carrier_client_new", "carrier_endpoints", "carrier_endpoint_new")
    fleet = ("carrier_trucks", "carrier_truck_new", "carrier_drivers", "carrier_driver_name")
    day = cast.slots[8].service_date.isoformat()
    chosen = f"?day={day}&direction=inbound&cargo=general&vehicle={a_truck(cast).ref}"
    paths = [reverse(f"web:{name}") for name in (*plain, *lists, *fleet)] + [
        reverse("web:carrier_reserve_trucks", args=[cast.port.code]),
        reverse("web:carrier_reserve_times", args=[cast.port.code]) + chosen,
        reverse("web:carrier_truck", args=[parked.ref]),
        reverse("web:carrier_driver_trucks", args=[cast.driver.ref]),
        reverse("web:carrier_driver_remove", args=[cast.driver.ref]),
        reverse("web:carrier_client", args=[client.ref]),
        reverse("web:carrier_endpoint", args=[endpoint.ref]),
        reverse("web:carrier_endpoint_replay", args=[endpoint.ref]),
        reverse("web:carrier_delivery", args=[delivery.ref]),
    ]
    assert faults_on(office, paths, everywhere=False) == []
