"""A trip that another driver drives now: the one before is told so in words, and reads nothing else of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from notifications import relay
from reservations.models import Mark, QueueEntry, Reservation
from reservations.operations import cancel_reservation, change_driver
from tests import factories as make
from tests.api.forms import reader, text
from tests.api.test_pages_messages import links
from tests.cast import Cast
from tests.operations import steps

SAID = "This trip is now driven by someone else."


@pytest.fixture
def trip(cast: Cast) -> Reservation:
    """Reserved, the driver told of it, then handed over."""
    trip = steps.reserved(cast, slot=cast.slots[4])
    relay.relay_all(now=cast.now)
    mate = make.a_driver(name="Mate")
    make.a_vehicle(driver=mate, organisation=cast.carrier)
    return change_driver(ref=trip.ref, driver_ref=mate.ref, **cast.by(cast.dispatcher))


def opened(client: Client, name: str, ref: str) -> Any:
    return client.get(reverse(f"web:{name}", args=[ref]))


def test_messages__trip_handed_over__lead_there_no_more_but_for_who_drives_it(cast: Cast, trip: Reservation) -> None:
    relay.relay_all(now=cast.now)
    assert links(reader(cast.driver)) == []
    assert trip.driver is not None
    address = reverse("web:reservation", args=[trip.ref])
    assert set(links(reader(User.objects.get(pk=trip.driver_id)))) == {address}
    assert address in links(reader(cast.dispatcher))


@pytest.mark.parametrize("name", ["reservation", "reservation_pass", "reservation_cancel", "reservation_change"])
def test_reservation__handed_over__says_so_with_a_way_back_and_nothing_of_the_trip(
    cast: Cast, trip: Reservation, name: str
) -> None:
    answer = opened(reader(cast.driver), name, trip.ref)
    page, said = answer.content.decode(), text(answer)
    assert (answer.status_code, SAID in said) == (404, True)
    assert f'href="{reverse("web:reservations")}"' in page
    assert not [word for word in (trip.ref, trip.vehicle.plate, "Mate", trip.lane.name) if word in said]


def test_reservation__handed_over__is_still_not_there_for_who_was_never_told(cast: Cast, trip: Reservation) -> None:
    for person in (cast.stranger, make.a_driver()):
        assert SAID not in text(opened(reader(person), "reservation", trip.ref))
    assert SAID not in text(opened(reader(cast.driver), "reservation", "R-000000000"))


def test_reservation__handed_over_and_back__opens_again(cast: Cast, trip: Reservation) -> None:
    steps.rules(cast, substitutions_limit=9)
    change_driver(ref=trip.ref, driver_ref=cast.driver.ref, **cast.by(cast.dispatcher))
    assert opened(reader(cast.driver), "reservation", trip.ref).status_code == 200
    assert links(reader(cast.driver)) == [reverse("web:reservation", args=[trip.ref])]


def test_turn__another_driver_by_now__says_so(cast: Cast) -> None:
    entry = steps.arrived(cast)
    relay.relay_all(now=cast.now)
    QueueEntry.objects.filter(pk=entry.pk).update(driver=make.a_driver())
    driver = reader(cast.driver)
    assert SAID in text(opened(driver, "turn", entry.ref))
    assert reverse("web:turn", args=[entry.ref]) not in links(driver)


def test_mark__of_a_trip_handed_over__says_so(cast: Cast) -> None:
    trip = steps.reserved(cast)
    cancel_reservation(ref=trip.ref, **cast.by(cast.driver))
    relay.relay_all(now=cast.now)
    mark, driver = Mark.objects.get(), reader(cast.driver)
    assert reverse("web:mark", args=[mark.ref]) in links(driver)
    Reservation.objects.filter(pk=trip.pk).update(driver=make.a_driver())
    assert SAID in text(opened(driver, "mark", mark.ref))
    assert links(driver) == []


def test_office__trip_it_was_told_of_is_another_ones__reads_the_plain_page(cast: Cast, trip: Reservation) -> None:
    Reservation.objects.filter(pk=trip.pk).update(organisation=cast.other_carrier)
    answer = opened(reader(cast.dispatcher), "reservation", trip.ref)
    assert (answer.status_code, SAID in text(answer)) == (404, False)
