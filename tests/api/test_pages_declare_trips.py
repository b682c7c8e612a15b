"""The declaration's page once trips rely on it: what was typed stands in its fields, several are attached at once, the rest left out."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from reservations.declarations.operations import hold_declaration
from reservations.models import Reservation
from tests import factories as make
from tests.api.forms import reader, text
from tests.api.test_pages_declare import a_draft, given_in, now, page_of, pdf, typed
from tests.cast import Cast

NO_VEHICLE = {"vehicles.0.plate": "", "vehicles.0.country": ""}


@pytest.fixture
def office(cast: Cast) -> Client:
    return reader(cast.dispatcher)


def a_trip(cast: Cast) -> Reservation:
    truck = make.a_vehicle(organisation=cast.carrier, driver=cast.driver)
    return make.a_confirmed_reservation(cast, vehicle=truck)


def open_to(cast: Cast, office: Client, trip: Reservation, *, trips: str = "3") -> Any:
    """Its vehicles are named later."""
    row = a_draft(cast, direction=trip.lane.direction)
    office.post(page_of(row), typed(row, vehicles_to_be_named="on", trips=trips, **NO_VEHICLE))
    return now(row)


def test_declaration__with_a_trip__keeps_the_number_of_trips_in_its_field(cast: Cast, office: Client) -> None:
    trip = a_trip(cast)
    row = open_to(cast, office, trip)
    office.post(page_of(row, "declaration_attach"), {"reservation": trip.ref})
    html = office.get(page_of(row)).content.decode()
    assert 'id="trips" name="trips" value="3"' in html
    assert trip.ref in html


def test_declaration__overtaken_with_a_trip__is_refused_in_words_with_what_was_typed(
    cast: Cast, office: Client
) -> None:
    trip = a_trip(cast)
    row = open_to(cast, office, trip)
    office.post(page_of(row, "declaration_attach"), {"reservation": trip.ref})
    late = office.post(page_of(row), typed(row, trips="7", edition="1"))
    assert late.status_code == 409
    assert 'id="trips" name="trips" value="7"' in late.content.decode()
    assert trip.ref in late.content.decode()


def test_attach__several_ticked__rely_on_it_all__and_one_too_many_says_why(cast: Cast, office: Client) -> None:
    trips = [a_trip(cast) for _ in range(2)]
    row = open_to(cast, office, trips[0], trips="1")
    page = office.post(page_of(row, "declaration_attach"), {"reservation": [trip.ref for trip in trips]}, follow=True)
    assert Reservation.objects.filter(declaration=row).count() == 1
    assert f"{trips[1].ref}: All trips of this declaration" in text(page)
    assert f"{trips[0].ref} relies on this declaration" in text(page)


def test_attach__none_ticked__says_to_tick_one(cast: Cast, office: Client) -> None:
    row = a_draft(cast)
    assert "Tick a trip first." in text(office.post(page_of(row, "declaration_attach"), follow=True))


def test_attach__one_of_another_organisation_among_them__touches_none(cast: Cast, office: Client) -> None:
    trip = a_trip(cast)
    row = open_to(cast, office, trip)
    foreign = make.a_confirmed_reservation(cast, vehicle=cast.other_vehicle, driver=cast.stranger)
    answer = office.post(page_of(row, "declaration_attach"), {"reservation": [trip.ref, foreign.ref]})
    assert answer.status_code == 404
    assert not Reservation.objects.filter(declaration=row).exists()


def test_trips__that_it_cannot_serve__are_not_offered(cast: Cast, office: Client) -> None:
    trip = a_trip(cast)
    row = a_draft(cast, direction=trip.lane.direction)
    assert trip.ref not in office.get(page_of(row)).content.decode()
    plate = {"vehicles.0.country": trip.vehicle.country, "vehicles.0.plate": trip.vehicle.plate}
    office.post(page_of(row), typed(row, **plate))
    html = office.get(page_of(row)).content.decode()
    assert f'value="{trip.ref}"' in html
    assert " UTC " not in html  # the port's own time


def test_declaration__on_hold__offers_no_check_and_says_who_has_it_checked(cast: Cast, office: Client) -> None:
    row = given_in(office, a_draft(cast))
    hold_declaration(ref=row.ref, reason="seal", **cast.by(make.a_staff_member("customs", port=cast.port)))
    page = text(office.get(page_of(row)))
    assert "Have it checked again" not in page
    assert "checked again when the port or customs releases it" in page


def test_document__refused__is_told_in_its_card_once__with_the_kind_it_was_sent_as(cast: Cast, office: Client) -> None:
    row = a_draft(cast)
    said = {"kind": "packing_list", "file": pdf(data=b"MZ\x90\x00")}
    html = office.post(page_of(row, "declaration_documents"), said, follow=True).content.decode()
    card = html[html.index('id="documents"') :]
    assert 'role="alert"' in card
    assert "This is a program" in card
    assert "This is a program" not in html[: html.index('id="documents"')]
    assert '<option value="packing_list" selected>' in card
    assert "This is a program" not in text(office.get(page_of(row)))
