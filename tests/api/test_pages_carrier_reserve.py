"""Reserving for several trucks from the board: an answer for each, once, and only for one's own."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Vehicle
from reservations.models import Request, Reservation
from tests import factories as make
from tests.cast import Cast


@pytest.fixture
def office(cast: Cast) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(cast.dispatcher, backend="accounts.backends.PeopleBackend")
    return client


@pytest.fixture
def trucks(cast: Cast) -> list[Vehicle]:
    return [make.a_vehicle(organisation=cast.carrier) for _ in range(3)]


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def wanted(cast: Cast, trucks: list[Vehicle], **more: Any) -> dict[str, Any]:
    day = cast.slots[8].service_date.isoformat()
    refs = [truck.ref for truck in trucks]
    return {"day": day, "direction": "inbound", "cargo": "general", "vehicle": refs} | more


def times(cast: Cast) -> str:
    return reverse("web:carrier_reserve_times", args=[cast.port.code])


def press(cast: Cast, office: Client, trucks: list[Vehicle], **more: Any) -> Any:
    """Fills the last screen in as it proposes itself (two hours either side of the first slot: room for two an hour)."""
    form = office.get(times(cast), wanted(cast, trucks, **more)).context["form"]
    said = {"travel": 60, "lanes": [cast.lane.code], "once": str(uuid.uuid4())} | form.initial
    return office.post(times(cast), wanted(cast, trucks) | said | more)


def test_trucks__chosen_on_the_board__come_first_and_ticked(cast: Cast, office: Client, trucks: list[Vehicle]) -> None:
    url = reverse("web:carrier_reserve_trucks", args=[cast.port.code])
    page = office.get(url, {"vehicle": trucks[2].ref}).content.decode()
    ticked = re.findall(r'value="(V-\w+)"[^>]*checked', page)

    assert ticked == [trucks[2].ref]
    assert page.index(trucks[2].plate) < page.index(trucks[0].plate)


def test_trucks__all_asked_for__are_ticked_and_counted(cast: Cast, office: Client, trucks: list[Vehicle]) -> None:
    url = reverse("web:carrier_reserve_trucks", args=[cast.port.code])
    page, ticked = office.get(url).content.decode(), office.get(url, {"all": "1"}).content.decode()
    offered = set(re.findall(r'value="(V-\w+)"', page))

    assert offered >= {truck.ref for truck in trucks}
    assert f"Trucks ({len(offered)})" in page
    assert 'href="?all=1"' in page
    assert set(re.findall(r'value="(V-\w+)"[^>]*checked', ticked)) == offered
    assert 'href="?all=1"' not in ticked


def test_times__no_truck_named__back_to_the_trucks(cast: Cast, office: Client) -> None:
    answer = office.get(times(cast), wanted(cast, []))

    assert (answer.status_code, answer["Location"]) == (
        302,
        reverse("web:carrier_reserve_trucks", args=[cast.port.code]),
    )


def test_trucks__with_a_trip_or_of_a_rival__are_not_offered(cast: Cast, office: Client, trucks: list[Vehicle]) -> None:
    make.a_confirmed_reservation(cast, vehicle=trucks[0], slot=cast.slots[9], driver=cast.dispatcher)
    page = office.get(reverse("web:carrier_reserve_trucks", args=[cast.port.code])).content.decode()

    assert trucks[0].plate not in page
    assert trucks[1].plate in page
    assert cast.other_vehicle.plate not in page


def test_press__three_trucks__each_has_a_place_and_its_own_driver(
    cast: Cast, office: Client, trucks: list[Vehicle]
) -> None:
    trucks[0].drivers.add(cast.driver)
    answer = press(cast, office, trucks)

    assert answer.status_code == 200
    assert "3 placed, 0 asked for, 0 refused" in text_of(answer)
    rows = Reservation.objects.filter(vehicle__in=trucks)
    assert rows.count() == 3
    assert {row.organisation for row in rows} == {cast.carrier}
    assert rows.get(vehicle=trucks[0]).driver == cast.driver


def test_press__one_of_them_cannot__the_others_can_and_it_says_why(
    cast: Cast, office: Client, trucks: list[Vehicle]
) -> None:
    make.a_confirmed_reservation(cast, vehicle=trucks[1], slot=cast.slots[12], driver=cast.dispatcher)
    answer = press(cast, office, trucks)

    assert text_of(answer).count("not asked for") == 1
    assert "2 placed, 0 asked for, 1 refused" in text_of(answer)
    told = answer.content.decode()
    assert told.index(trucks[1].plate) < told.index(trucks[0].plate), "what needs somebody stands first"
    assert Request.objects.filter(vehicle__in=trucks).count() == 2


def test_press__twice__no_second_wish(cast: Cast, office: Client, trucks: list[Vehicle]) -> None:
    form = office.get(times(cast), wanted(cast, trucks)).context["form"]
    said = wanted(cast, trucks) | {"travel": 60, "lanes": [cast.lane.code], "once": str(uuid.uuid4())} | form.initial
    first, second = office.post(times(cast), said), office.post(times(cast), said)

    assert Request.objects.filter(vehicle__in=trucks).count() == 3
    for answer in (first, second):
        assert "3 placed, 0 asked for, 0 refused" in text_of(answer)


def test_press__together__one_bundle(cast: Cast, office: Client, trucks: list[Vehicle]) -> None:
    press(cast, office, trucks[:2], together="1")

    assert len(set(Request.objects.filter(vehicle__in=trucks).values_list("bundle", flat=True))) == 1
    assert Request.objects.exclude(bundle="").count() == 2


def test_press__a_rivals_truck_named__not_found_and_nothing_asked(
    cast: Cast, office: Client, trucks: list[Vehicle]
) -> None:
    form = office.get(times(cast), wanted(cast, trucks)).context["form"]
    said = {"travel": 60, "lanes": [cast.lane.code]} | form.initial
    answer = office.post(times(cast), wanted(cast, [*trucks, cast.other_vehicle]) | said)

    assert answer.status_code == 404
    assert not Request.objects.filter(vehicle__in=trucks).exists()


def test_new_truck__added__is_in_the_fleet_of_the_office(cast: Cast, office: Client) -> None:
    said = {"country": "CN", "plate": "云K 12345", "length_m": "17", "once": str(uuid.uuid4())}
    assert office.post(reverse("web:carrier_truck_new"), said).status_code == 302

    assert Vehicle.objects.get(plate_key="云K12345").organisation == cast.carrier
    rival = {"country": cast.other_vehicle.country, "plate": cast.other_vehicle.plate, "once": ""}
    taken = office.post(reverse("web:carrier_truck_new"), said | rival)
    assert taken.status_code == 409


def test_trips__searched__shows_the_organisations_own(cast: Cast, office: Client, trucks: list[Vehicle]) -> None:
    make.a_confirmed_reservation(cast, vehicle=trucks[0], slot=cast.slots[9], driver=cast.dispatcher)
    theirs = make.a_confirmed_reservation(cast, vehicle=cast.other_vehicle, slot=cast.slots[9], driver=cast.stranger)
    page = office.get(reverse("web:carrier_trips"))

    assert trucks[0].plate in text_of(page)
    assert theirs.ref not in text_of(page)
    assert trucks[0].plate not in text_of(office.get(reverse("web:carrier_trips"), {"q": "nothing"}))
    assert trucks[0].plate not in text_of(office.get(reverse("web:carrier_trips"), {"part": "past"}))


def test_board__a_region_that_has_not_changed__is_not_sent_again(cast: Cast, office: Client) -> None:
    headers = {"X-Live-Region": "fleet"}
    first = office.get(reverse("web:carrier"), headers=headers)
    known = headers | {"If-None-Match": first.headers["ETag"]}
    assert office.get(reverse("web:carrier"), headers=known).status_code == 304

    make.a_called_entry(cast, vehicle=make.a_vehicle(organisation=cast.carrier, driver=cast.driver))
    changed = office.get(reverse("web:carrier"), headers=known)
    assert changed.status_code == 200
    assert "drive to the gate now" in text_of(changed)
