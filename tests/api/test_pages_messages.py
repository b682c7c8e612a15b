"""A person's messages lead to the page of what they are about: one that this reader may open."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from notifications import relay
from notifications.models import Channel, Message
from reservations.yard_sweeps import note_overstays
from tests import factories as make
from tests.api.forms import reader
from tests.cast import Cast
from tests.operations import audited_round_day, steps
from tests.operations.declaring import given_in
from tests.operations.test_overstay import rules
from web.subjects import page_of


def links(client: Client) -> list[str]:
    page = client.get(reverse("web:messages")).content.decode()
    return re.findall(r'<a class="row" href="([^"]+)"', page)


@pytest.mark.django_db
def test_messages__a_day_of_every_kind__each_link_opens_for_its_reader() -> None:
    day = audited_round_day.live()
    relay.relay_all(now=day.now)
    told = Message.objects.filter(channel=Channel.INAPP).select_related("person")
    pages = [(message.words, page_of(message, message.person), message.person) for message in told]
    linked = {words for words, page, _ in pages if page}
    asked = {"reservation.confirmed", "reservation.cancelled", "request.placed", "request.stands_by", "offer.made"}
    judged = {"mark.made", "mark.excused", "appeal.asked", "appeal.granted", "disposition.moved", "credit.given"}
    assert asked | judged | {"queue.checked_in", "queue.called", "round.published", "closure.declared"} <= linked
    wanted = {(page, person) for _, page, person in pages if page}
    assert {page for page, person in wanted if reader(person).get(page).status_code != 200} == set()


def test_messages__declaration__leads_its_declarant_there(cast: Cast) -> None:
    declaration = given_in(cast, content={})
    relay.relay_all(now=cast.now)
    assert links(reader(cast.dispatcher)) == [reverse("web:declaration", args=[declaration.ref])]


def test_messages__longer_in_the_bay_than_allowed__leads_the_driver_to_his_turn_and_the_desk_nowhere(
    cast: Cast,
) -> None:
    entry = make.a_parked_entry(cast)
    rules(cast, overstay_minutes=90)
    cast.clock.forward(minutes=91)
    assert note_overstays(cast.now) == 1
    Message.objects.all().delete()
    relay.relay_all(now=cast.now)
    told = Message.objects.filter(kind="stay.overstayed", channel=Channel.INAPP)
    pages = {page_of(message, message.person) for message in told}
    assert pages == {reverse("web:turn", args=[entry.ref]), ""}


def test_messages__kept_without_the_ref__stays_plain_text(cast: Cast) -> None:
    steps.reserved(cast)
    relay.relay_all(now=cast.now)
    Message.objects.update(facts={"zone": cast.port.time_zone})
    driver = reader(cast.driver)
    assert (links(driver), 'class="row"' in driver.get(reverse("web:messages")).content.decode()) == ([], True)
