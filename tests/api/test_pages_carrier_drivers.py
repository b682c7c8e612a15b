"""Drivers and trucks on the pages of a carrier's office: named, changed, taken off; never anybody else's."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, User, Vehicle
from tests import factories as make
from tests.cast import Cast, Outbox

PHONE = "+8613900000099"


@pytest.fixture
def office(cast: Cast) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(cast.dispatcher, backend="accounts.backends.PeopleBackend")
    return client


@pytest.fixture
def truck(cast: Cast) -> Vehicle:
    return make.a_vehicle(organisation=cast.carrier)


def at(name: str, *args: str) -> str:
    return reverse(f"web:{name}", args=args)


def send(client: Client, where: str, **said: Any) -> Any:
    return client.post(where, {"once": str(uuid.uuid4()), **said})


def named(office: Client, *trucks: Vehicle, phone: str = PHONE) -> Any:
    return send(office, at("carrier_driver_name"), phone=phone, vehicles=[truck.ref for truck in trucks])


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def ends_shown(office: Client, search: str) -> list[str]:
    return [end for _driver, end, _fleet in office.get(at("carrier_drivers"), {"q": search}).context["lines"]]


# ---------------------------------------------------------------- drivers
def test_name__a_phone_and_a_truck__may_drive_it_and_is_told(
    cast: Cast, office: Client, truck: Vehicle, outbox: Outbox
) -> None:
    assert named(office, truck).status_code == 302
    assert [driver.phone for driver in truck.drivers.all()] == [PHONE]
    assert [(told["phone"], cast.carrier.name in told["text"]) for told in outbox] == [(PHONE, True)]
    page = text_of(office.get(at("carrier_drivers")))
    assert "ends in 0099" in page
    assert truck.plate in page
    assert PHONE[-5:] not in page


def test_name__no_truck_or_no_phone__is_told_beside_the_field(office: Client, truck: Vehicle) -> None:
    assert "at least one" in text_of(named(office))
    answer = named(office, truck, phone="12")
    assert answer.status_code == 422
    assert f'value="{truck.ref}" id' in answer.content.decode()
    assert "complete phone number" in text_of(answer)


def test_name__a_truck_of_another_organisation__not_found(cast: Cast, office: Client) -> None:
    assert named(office, cast.other_vehicle).status_code == 404
    assert not User.objects.filter(phone=PHONE).exists()


def test_trucks_of_a_driver__ticked_anew__replace_those_before(cast: Cast, office: Client, truck: Vehicle) -> None:
    where = at("carrier_driver_trucks", cast.driver.ref)
    assert re.findall(r'value="(V-\w+)"[^>]*checked', office.get(where).content.decode()) == [cast.vehicle.ref]
    send(office, where, vehicles=[truck.ref])
    assert list(cast.driver.vehicles.filter(organisation=cast.carrier)) == [truck]


def test_remove__a_driver__drives_for_the_organisation_no_more(cast: Cast, office: Client) -> None:
    assert send(office, at("carrier_driver_remove", cast.driver.ref)).status_code == 302
    assert not cast.driver.vehicles.filter(organisation=cast.carrier).exists()
    assert office.get(at("carrier_driver_remove", cast.driver.ref)).status_code == 404


def test_driver__of_another_organisation__not_found(cast: Cast, office: Client) -> None:
    for name in ("carrier_driver_trucks", "carrier_driver_remove"):
        assert office.get(at(name, cast.stranger.ref)).status_code == 404
        assert send(office, at(name, cast.stranger.ref)).status_code == 404
    assert cast.other_vehicle.drivers.filter(pk=cast.stranger.pk).exists()


@pytest.mark.parametrize(
    ("search", "found"),
    [("", True), ("0099", True), ("099", True), ("900099", False), ("139000", False), ("ZZ", False)],
)
def test_drivers__searched_by_digits__never_by_more_than_is_shown(
    office: Client, truck: Vehicle, search: str, found: bool
) -> None:
    named(office, truck)
    assert ("0099" in ends_shown(office, search)) is found


def test_drivers__searched_by_plate__those_who_may_drive_it(office: Client, truck: Vehicle) -> None:
    named(office, truck)
    assert ends_shown(office, truck.plate.lower()) == ["0099"]


# ---------------------------------------------------------------- trucks
def test_trucks__listed__are_the_organisations_alone(cast: Cast, office: Client, truck: Vehicle) -> None:
    page = text_of(office.get(at("carrier_trucks")))
    assert truck.plate in page
    assert cast.vehicle.plate in page
    assert cast.other_vehicle.plate not in page


def test_change__another_size__is_kept(office: Client, truck: Vehicle) -> None:
    answer = send(office, at("carrier_truck", truck.ref), length_m="18.5", width_m="3.10", reefer="on")
    assert answer.status_code == 302
    truck.refresh_from_db()
    assert (str(truck.length_m), str(truck.width_m), truck.reefer) == ("18.5", "3.10", True)


def test_change__a_truck_of_another_organisation_of_mine__not_from_this_office(cast: Cast, office: Client) -> None:
    Membership.objects.create(user=cast.dispatcher, role="carrier_staff", organisation=cast.other_carrier)
    assert send(office, at("carrier_truck", cast.other_vehicle.ref), length_m="9", width_m="2.5").status_code == 404


# ---------------------------------------------------------------- an office that has nothing yet
def test_pages__no_truck_yet__lead_to_adding_the_first(cast: Cast) -> None:
    office = Client(headers={"Accept-Language": "en"})
    office.force_login(make.a_dispatcher(make.an_organisation()), backend="accounts.backends.PeopleBackend")
    for name in ("carrier", "carrier_trucks", "carrier_driver_name"):
        assert at("carrier_truck_new") in office.get(at(name)).content.decode(), name
    board = text_of(office.get(at("carrier")))
    assert "Reserve for several trucks" not in board
    assert "every truck is where it should be" not in board
