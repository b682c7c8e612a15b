"""A person's messages lead to the page of what they are about: one that this reader may open."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from notifications import relay
from notifications.models import Channel, Message
from notifications.webhooks import operations as hooks
from notifications.webhooks.news import tell_admins
from reservations.operations import publish_policy
from reservations.yard_sweeps import note_overstays
from tests import factories as make
from tests.api.forms import reader
from tests.cast import Cast
from tests.operations import audited_round_day, steps
from tests.operations.closing_steps import shut
from tests.operations.declaring import given_in
from tests.operations.test_overstay import rules
from web.subjects import page_of, pages_of
from yards.operations import enter_far_side_rate, switch_lane


def links(client: Client) -> list[str]:
    page = client.get(reverse("web:messages")).content.decode()
    return re.findall(r'<a class="row" href="([^"]+)"', page)


def led_to(kind: str, person: User) -> str:
    """Where the message of that kind leads a person who is told of it, checked to open for them."""
    message = Message.objects.get(words=kind, channel=Channel.INAPP, person=person)
    page = page_of(message, message.person)
    assert not page or reader(person).get(page).status_code == 200
    return page


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


def test_messages__lane_closed__lead_the_desk_to_the_yard_and_who_waits_to_the_port(cast: Cast) -> None:
    steps.walked_up(cast)
    switch_lane(lane_code=cast.lane.code, is_open=False, reason="fog", **cast.by(cast.operator))
    relay.relay_all(now=cast.now)
    assert led_to("lane.closed", cast.supervisor) == reverse("web:console", args=[cast.yard.code])
    assert led_to("lane.closed", cast.driver) == reverse("web:port", args=[cast.port.code]) + "#lanes-title"


def test_messages__closure__leads_who_waits_to_the_port(cast: Cast) -> None:
    steps.walked_up(cast)
    closure = shut(cast, 0, 4)
    relay.relay_all(now=cast.now)
    wanted = reverse("web:staff_closure", args=[cast.port.code, closure.ref])
    assert led_to("closure.declared", cast.operator) == wanted
    assert led_to("closure.declared", cast.driver) == reverse("web:port", args=[cast.port.code]) + "#lanes-title"


def test_messages__far_side_and_rules__lead_the_desk_to_their_pages(cast: Cast) -> None:
    rate = {"lane_code": cast.lane.code, "units_per_hour": 3, "valid_from": cast.now}
    enter_far_side_rate(**rate, **cast.by(cast.operator))
    soon = {"effective_from": cast.slots[-1].ends_at, "changes": {"grace_minutes": 45}, "note": "rain"}
    publish_policy(port_code=cast.port.code, user=cast.supervisor, **soon, **cast.by(cast.supervisor))
    relay.relay_all(now=cast.now)
    assert led_to("far_side.rate", cast.supervisor) == reverse("web:staff_far_side", args=[cast.port.code])
    assert led_to("policy.published", cast.operator) == reverse("web:staff_policy", args=[cast.port.code])


def test_messages__role_at_that_port_is_gone__lead_to_what_everybody_may_read(cast: Cast) -> None:
    switch_lane(lane_code=cast.lane.code, is_open=False, reason="fog", **cast.by(cast.operator))
    round_ = make.a_round(cast)
    relay.relay_all(now=cast.now)
    told = Message.objects.filter(kind="lane.closed", person=cast.supervisor, channel=Channel.INAPP).get()
    failed = Message(person=cast.supervisor, words="round.failed")
    failed.facts = {"port_code": cast.port.code, "round": round_.ref}
    cast.supervisor.memberships.update(port_code=cast.other_port.code)
    moved = User.objects.get(pk=cast.supervisor.pk)
    assert page_of(told, moved) == reverse("web:port", args=[cast.port.code]) + "#lanes-title"
    assert page_of(failed, moved) == ""


def test_messages__call_out_of_order__leads_to_where_it_is_decided(cast: Cast) -> None:
    make.a_pending_override(cast, by=cast.operator)
    relay.relay_all(now=cast.now)
    assert led_to("override.asked", cast.supervisor) == reverse("web:console", args=[cast.yard.code]) + "#overrides"


def test_messages__webhook_switched_off__leads_the_admin_of_that_office_to_it(cast: Cast) -> None:
    admin = make.a_carrier_admin(cast.carrier)
    endpoint, _ = hooks.create_endpoint(organisation=cast.carrier, url="https://example.org/in", **cast.by())
    tell_admins(endpoint, "webhook.gone", now=cast.now)
    wanted = reverse("web:carrier_endpoint", args=[endpoint.ref])
    assert links(reader(admin)) == [wanted]
    assert reader(admin).get(wanted).status_code == 200


def test_messages__webhook_of_another_office_than_the_one_chosen__leads_nowhere(cast: Cast) -> None:
    admin = make.a_carrier_admin(cast.other_carrier)
    admin.memberships.create(role="carrier_admin", organisation=cast.carrier)
    endpoint, _ = hooks.create_endpoint(organisation=cast.carrier, url="https://example.org/in", **cast.by())
    tell_admins(endpoint, "webhook.gone", now=cast.now)
    client = reader(admin)
    assert links(client) == []
    client.post(reverse("web:carrier_switch"), {"organisation": cast.carrier.ref})
    assert links(client) == [reverse("web:carrier_endpoint", args=[endpoint.ref])]


def test_messages__full_inbox__asks_the_database_as_often_as_one_with_little(
    cast: Cast, django_assert_max_num_queries: Callable[..., AbstractContextManager[object]]
) -> None:
    for slot in cast.slots[1:7]:
        steps.reserved(cast, slot=slot)
    relay.relay_all(now=cast.now)
    told = list(Message.objects.filter(channel=Channel.INAPP, person=cast.driver))
    with django_assert_max_num_queries(1):
        pages = pages_of(told, cast.driver)
    assert len(pages) == 6
    assert all(pages)
