"""The office of a carrier: people, API clients, webhooks; who may open what, and what is shown once."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from allauth.idp.oidc.models import Client as Key
from django.test import Client
from django.urls import reverse

from accounts.models import ApiClient, Membership, User
from notifications.webhooks.models import Delivery, Endpoint
from notifications.webhooks.operations import create_endpoint, disable_endpoint
from tests import factories as make
from tests.cast import Cast
from web.templatetags.carrier import problem_words

ADMIN_PAGES = ("carrier_people", "carrier_people_invite", "carrier_clients", "carrier_client_new", "carrier_endpoints")
ALL_PAGES = ("carrier", "carrier_reserve", "carrier_score")


def browser(user: User) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user, backend="accounts.backends.PeopleBackend")
    return client


@pytest.fixture
def boss(cast: Cast) -> User:
    return make.a_carrier_admin(cast.carrier)


@pytest.fixture
def admin(boss: User) -> Client:
    return browser(boss)


@pytest.fixture
def endpoint(cast: Cast, boss: User) -> Endpoint:
    made, _ = create_endpoint(organisation=cast.carrier, url="https://hooks.example.test/portlane", **cast.by(boss))
    return made


def at(name: str, *args: str) -> str:
    return reverse(f"web:{name}", args=args)


def send(client: Client, where: str, **said: Any) -> Any:
    return client.post(where, {"once": str(uuid.uuid4()), **said})


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


# ---------------------------------------------------------------- who may
def test_pages__an_admin__opens_all_of_them(admin: Client) -> None:
    assert {name: admin.get(at(name)).status_code for name in (*ADMIN_PAGES, *ALL_PAGES)} == dict.fromkeys(
        (*ADMIN_PAGES, *ALL_PAGES), 200
    )


def test_pages__a_dispatcher__sees_the_fleet_and_manages_nothing(cast: Cast) -> None:
    client = browser(cast.dispatcher)

    assert {client.get(at(name)).status_code for name in ALL_PAGES} == {200}
    assert {client.get(at(name)).status_code for name in ADMIN_PAGES} == {403}
    bar = client.get(at("carrier")).content.decode()
    assert at("carrier_score") in bar
    assert at("carrier_people") not in bar


def test_pages__a_driver_and_port_staff__are_no_office(cast: Cast) -> None:
    for person in (cast.driver, cast.supervisor):
        client = browser(person)
        assert {client.get(at(name)).status_code for name in (*ADMIN_PAGES, *ALL_PAGES)} == {403}
        assert "office-nav" not in client.get("/").content.decode()


def test_me__somebody_of_an_office__goes_to_the_board(admin: Client) -> None:
    assert admin.get(at("home_for_me")).headers["Location"] == at("carrier")


def test_switch__a_person_of_two_organisations__works_for_the_other_then(cast: Cast, boss: User, admin: Client) -> None:
    Membership.objects.create(user=boss, role="carrier_staff", organisation=cast.other_carrier)
    assert admin.post(at("carrier_switch"), {"organisation": cast.other_carrier.ref}).status_code == 302

    page = admin.get(at("carrier")).content.decode()
    assert cast.other_vehicle.plate in page
    assert cast.vehicle.plate not in page
    # An admin here is no admin there.
    assert "carrier/people" not in page
    assert {admin.get(at(name)).status_code for name in ADMIN_PAGES} == {404}
    answer = send(admin, at("carrier_client_new"), name="TMS", scopes=["places:read"])
    assert (answer.status_code, ApiClient.objects.count()) == (404, 0)


def test_switch__to_somebody_elses_organisation__not_found(cast: Cast, admin: Client) -> None:
    assert admin.post(at("carrier_switch"), {"organisation": cast.other_carrier.ref}).status_code == 404


# ---------------------------------------------------------------- the board's socket
def test_board__a_fleet_in_two_yards__listens_to_the_one_with_most_of_it(cast: Cast, admin: Client) -> None:
    def listens_to() -> str:
        found = re.search(r'data-live-stream="([^"]*)"', admin.get(at("carrier")).content.decode())
        return found[1] if found else "nothing"

    assert listens_to() == ""
    make.a_confirmed_reservation(cast, vehicle=cast.vehicle, slot=cast.slots[9])
    assert listens_to() == cast.yard.stream
    for lane in (cast.lane, cast.other_lane, cast.other_lane):
        make.a_waiting_walk_up(cast, lane=lane, vehicle=make.a_vehicle(organisation=cast.carrier))
    assert listens_to() == cast.other_yard.stream


# ---------------------------------------------------------------- people
def test_people__named_changed_and_taken_out(cast: Cast, admin: Client) -> None:
    answer = send(admin, at("carrier_people_invite"), email="li@example.test", name="Li", role="carrier_staff")
    assert answer.status_code == 302
    person = User.objects.get(email="li@example.test")

    send(admin, at("carrier_people_role", person.ref), role="carrier_admin")
    assert person.memberships.get().role == "carrier_admin"
    send(admin, at("carrier_people_remove", person.ref))
    assert not person.memberships.exists()


def test_people__the_last_admin_leaves__is_told_why_not(boss: User, admin: Client) -> None:
    answer = send(admin, at("carrier_people_remove", boss.ref))

    assert answer.status_code == 409
    assert "at least one admin" in text_of(answer)


def test_people__somebody_of_another_organisation__not_found(cast: Cast, admin: Client) -> None:
    for name in ("carrier_people_role", "carrier_people_remove"):
        assert admin.get(at(name, cast.other_dispatcher.ref)).status_code == 404


# ---------------------------------------------------------------- API clients
def made(admin: Client) -> tuple[ApiClient, Any]:
    said = {"name": "TMS", "scopes": ["reservations:read", "places:read"]}
    answer = send(admin, at("carrier_client_new"), **said)
    return ApiClient.objects.get(name="TMS"), answer


def test_client__made__its_secret_is_shown_in_that_answer_alone(cast: Cast, admin: Client) -> None:
    row, answer = made(admin)
    secret = re.search(r'id="shown2" value="([^"]+)"', answer.content.decode())
    key = Key.objects.get(owner=row.user_id)

    assert secret
    assert key.check_secret(secret[1])
    assert "no-store" in answer.headers["Cache-Control"]
    assert row.organisation == cast.carrier
    assert secret[1] not in admin.get(at("carrier_client", row.ref)).content.decode()


def test_client__the_button_pressed_twice__one_client(admin: Client) -> None:
    said = {"name": "TMS", "scopes": ["places:read"], "once": str(uuid.uuid4())}
    admin.post(at("carrier_client_new"), said)
    again = admin.post(at("carrier_client_new"), said)

    assert again.status_code == 302
    assert ApiClient.objects.count() == 1


def test_client__keys__two_live_at_once_and_the_old_one_revoked(admin: Client) -> None:
    row, _ = made(admin)
    old = Key.objects.get(owner=row.user_id)
    assert send(admin, at("carrier_client_key", row.ref)).status_code == 200
    assert send(admin, at("carrier_client_key", row.ref)).status_code == 409  # two are enough

    answer = send(admin, f"{at('carrier_client_revoke', row.ref)}?key={old.pk}")
    assert answer.status_code == 302
    assert not Key.objects.filter(pk=old.pk).exists()
    assert Key.objects.filter(owner=row.user_id).count() == 1


def test_client__changed__scopes_and_door(admin: Client) -> None:
    row, _ = made(admin)
    send(admin, at("carrier_client_change", row.ref), scopes=["places:read"])
    row.refresh_from_db()

    assert (row.scopes, row.is_active) == ("places:read", False)


def test_client__of_another_organisation__not_found(cast: Cast, admin: Client) -> None:
    make.a_token(cast.other_carrier)
    theirs = ApiClient.objects.get(organisation=cast.other_carrier)
    names = ("carrier_client", "carrier_client_change", "carrier_client_key", "carrier_client_revoke")
    assert {admin.get(at(name, theirs.ref)).status_code for name in names} == {404}
    key = Key.objects.get(owner=theirs.user_id)
    mine, _ = made(admin)
    assert admin.get(f"{at('carrier_client_revoke', mine.ref)}?key={key.pk}").status_code == 404


# ---------------------------------------------------------------- webhooks
def test_endpoint__made__its_secret_is_shown(cast: Cast, admin: Client) -> None:
    answer = send(admin, at("carrier_endpoint_new"), url="https://hooks.example.test/", kinds=["queue.*"])

    assert "whsec_" in answer.content.decode()
    assert Endpoint.objects.get().kinds == ["queue.*"]


def test_endpoint__a_private_address__refused_beside_the_field(admin: Client) -> None:
    answer = send(admin, at("carrier_endpoint_new"), url="https://127.0.0.1/")

    assert answer.status_code == 422
    assert 'id="id_url_error"' in answer.content.decode()
    assert not Endpoint.objects.exists()


def test_endpoint__tried_out_listed_and_replayed(cast: Cast, admin: Client, endpoint: Endpoint) -> None:
    send(admin, at("carrier_endpoint_test", endpoint.ref))
    row = Delivery.objects.get(endpoint=endpoint)
    page = admin.get(at("carrier_endpoint", endpoint.ref))
    assert row.ref in page.content.decode()
    assert "webhook.test" in text_of(admin.get(at("carrier_delivery", row.ref)))

    Delivery.objects.filter(pk=row.pk).update(state="exhausted")
    dead = admin.get(at("carrier_endpoint", endpoint.ref), {"state": "dead"})
    assert row.ref in dead.content.decode()
    assert row.ref not in admin.get(at("carrier_endpoint", endpoint.ref), {"state": "delivered"}).content.decode()
    send(admin, at("carrier_delivery_replay", row.ref))
    row.refresh_from_db()
    assert (row.state, row.replays) == ("pending", 1)


def test_endpoint__a_range_replayed__by_the_clock_of_the_office(cast: Cast, admin: Client, endpoint: Endpoint) -> None:
    send(admin, at("carrier_endpoint_test", endpoint.ref))
    Delivery.objects.update(state="exhausted")
    here = cast.now.astimezone(cast.port.tz)
    said = {"since": f"{here:%Y-%m-%dT%H:00}", "until": f"{here:%Y-%m-%dT%H:59}"}
    send(admin, at("carrier_endpoint_replay", endpoint.ref), **said)

    assert Delivery.objects.get().state == "pending"


def test_endpoint__switched_off_and_on_changed_rotated_and_removed(admin: Client, endpoint: Endpoint) -> None:
    send(admin, at("carrier_endpoint_switch", endpoint.ref))
    endpoint.refresh_from_db()
    assert endpoint.state == "disabled"
    assert endpoint.get_disabled_by_display() in text_of(admin.get(at("carrier_endpoint", endpoint.ref)))
    send(admin, at("carrier_endpoint_switch", endpoint.ref))
    send(admin, at("carrier_endpoint_change", endpoint.ref), url="https://new.example.test/", description="TMS")
    endpoint.refresh_from_db()
    assert (endpoint.state, endpoint.url) == ("enabled", "https://new.example.test/")
    assert "whsec_" in send(admin, at("carrier_endpoint_secret", endpoint.ref), overlap_h="24").content.decode()
    assert endpoint.secrets.count() == 2
    send(admin, at("carrier_endpoint_remove", endpoint.ref))
    assert not Endpoint.objects.exists()


def test_endpoint__of_another_organisation__not_found(cast: Cast, admin: Client) -> None:
    theirs, _ = create_endpoint(organisation=cast.other_carrier, url="https://rival.example.test/", **cast.by())
    send(browser(make.a_carrier_admin(cast.other_carrier)), at("carrier_endpoint_test", theirs.ref))
    disable_endpoint(organisation=cast.other_carrier, ref=theirs.ref, **cast.by())
    delivery = Delivery.objects.get()
    for name in (
        "carrier_endpoint",
        *(f"carrier_endpoint_{act}" for act in ("change", "secret", "switch", "remove", "replay")),
    ):
        assert admin.get(at(name, theirs.ref)).status_code == 404, name
    assert send(admin, at("carrier_endpoint_test", theirs.ref)).status_code == 404
    assert admin.get(at("carrier_delivery", delivery.ref)).status_code == 404
    assert send(admin, at("carrier_delivery_replay", delivery.ref)).status_code == 404


def test_endpoint__never_reached__says_why_in_words_and_no_time(admin: Client, endpoint: Endpoint) -> None:
    began = endpoint.created_at
    Endpoint.objects.filter(pk=endpoint.pk).update(last_problem="unresolved", failing_since=began, last_took_ms=1)
    page = text_of(admin.get(at("carrier_endpoint", endpoint.ref)))
    assert "never 1 ms" not in page
    assert "the host&#x27;s name leads nowhere" in page
    assert "unresolved" not in page


@pytest.mark.parametrize(
    ("code", "words"), [("timeout", "no answer in time"), ("http_503", "it answered 503"), ("", ""), ("new", "new")]
)
def test_problem_words__a_code_of_a_try__is_said(code: str, words: str) -> None:
    assert problem_words(code) == words
