"""Webhooks at the enterprise API: own endpoints only, the scope asked for, secrets in no stored answer."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from core.models import IdempotencyKey
from notifications.webhooks import delivery, relay
from notifications.webhooks.catalogue import TYPES
from notifications.webhooks.models import Endpoint
from tests import factories as make
from tests.api.conftest import Caller
from tests.cast import Cast
from tests.parts.receiver import receiving
from yards.operations import switch_lane

ENDPOINTS = "/enterprise/webhooks/endpoints/"
CANARY = "canary-of-one-carrier"
SAID = {"url": f"https://{CANARY}.example.com/in", "kinds": ["queue.*"], "description": CANARY}


@pytest.fixture
def endpoint(enterprise: Caller) -> dict[str, Any]:
    made: dict[str, Any] = enterprise.post(ENDPOINTS, SAID).json()
    return made


def test_create__and_all_that_follows__is_answered_as_described(enterprise: Caller, endpoint: dict[str, Any]) -> None:
    one = f"{ENDPOINTS}{endpoint['ref']}/"
    assert (endpoint["state"], endpoint["kinds"]) == ("enabled", ["queue.*"])
    assert enterprise.get(one).json() == enterprise.get(ENDPOINTS).json()["results"][0] == endpoint
    sent = enterprise.post(f"{one}test/")
    assert (sent.status_code, sent.json()["type"], sent.json()["state"]) == (201, "webhook.test", "pending")
    listed = enterprise.get(f"{one}deliveries/", {"state": "pending"}).json()["results"]
    assert [row["ref"] for row in listed] == [sent.json()["ref"]]
    whole = enterprise.get(f"/enterprise/webhooks/deliveries/{sent.json()['ref']}/").json()
    assert (json.loads(whole["body"])["type"], whole["attempts"]) == ("webhook.test", [])
    assert enterprise.post(f"{one}change/", SAID | {"kinds": []}).json()["kinds"] == []
    assert enterprise.post(f"{one}disable/").json()["disabled_by"] == "owner"
    assert enterprise.post(f"{one}test/").json()["code"] == "endpoint_disabled"
    assert enterprise.post(f"{one}enable/").json()["state"] == "enabled"
    span = {"since": "2026-03-02T00:00:00Z", "until": "2026-03-03T00:00:00Z"}
    assert enterprise.post(f"{one}replay/", span).json() == {"replayed": 1}
    assert enterprise.post(f"{one}remove/").json() == {"removed": True}
    assert enterprise.get(one).status_code == 404


def test_create__same_key__is_one_endpoint_and_no_secret_is_kept_in_clear(enterprise: Caller) -> None:
    first, again = (enterprise.post(ENDPOINTS, SAID, key="k-1") for _ in range(2))
    assert first.content == again.content
    ref = Endpoint.objects.get().ref
    enterprise.post(f"{ENDPOINTS}{ref}/rotate/", {"overlap_h": 1})
    secrets = enterprise.get(f"{ENDPOINTS}{ref}/secrets/").json()["secrets"]
    assert [secret["expires_at"] is None for secret in secrets] == [True, False]
    kept = json.dumps(list(IdempotencyKey.objects.values_list("body", flat=True)))
    assert "whsec_" not in kept
    assert all(secret["secret"].startswith("whsec_") for secret in secrets)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"url": "https://169.254.169.254/latest"}, "url_not_allowed"),
        ({"url": "https://[::ffff:7f00:1]/"}, "url_not_allowed"),
        ({"kinds": ["no.such"]}, "kinds_not_valid"),
        ({"kinds": "queue.*"}, "invalid"),
        ({"kinds": [["queue.*"]]}, "invalid"),
        ({"description": "x" * 201}, "invalid"),
        ({"url": None}, "invalid"),
    ],
)
def test_create__wrong_input__is_422_with_its_code(enterprise: Caller, said: dict[str, Any], code: str) -> None:
    answer = enterprise.post(ENDPOINTS, SAID | said)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_every_route__of_another_organisation__is_404_and_tells_nothing(
    enterprise: Caller, other_enterprise: Caller, endpoint: dict[str, Any]
) -> None:
    one = f"{ENDPOINTS}{endpoint['ref']}/"
    delivery_ref = enterprise.post(f"{one}test/").json()["ref"]
    span = {"since": "2026-03-02T00:00:00Z", "until": "2026-03-03T00:00:00Z"}
    answers = [other_enterprise.get(path) for path in (one, f"{one}secrets/", f"{one}deliveries/")]
    answers += [other_enterprise.get(f"/enterprise/webhooks/deliveries/{delivery_ref}/")]
    answers += [other_enterprise.post(f"/enterprise/webhooks/deliveries/{delivery_ref}/replay/")]
    bodies = {"change": SAID, "replay": span}
    acts = ("change", "enable", "disable", "remove", "rotate", "test", "replay")
    answers += [other_enterprise.post(f"{one}{act}/", bodies.get(act)) for act in acts]
    assert {answer.status_code for answer in answers} == {404}
    assert other_enterprise.get(ENDPOINTS).json()["results"] == []
    assert CANARY not in "".join(answer.content.decode() for answer in answers).replace(json.dumps(SAID), "")
    assert Endpoint.objects.get().state == "enabled"


def test_every_route__without_the_scope__is_403_and_without_a_token_401(cast: Cast, anybody: Caller) -> None:
    narrow = Caller.program(make.a_token(cast.carrier, "fleet:read"))
    refused = narrow.get(ENDPOINTS)
    assert (refused.status_code, 'scope="webhooks:write"' in refused["WWW-Authenticate"]) == (403, True)
    assert anybody.get(ENDPOINTS).status_code == 401


def test_events__public__each_with_a_schema_its_example_fits(anybody: Caller) -> None:
    listed = anybody.get("/public/webhook-events/").json()["results"]
    assert {row["type"] for row in listed} == set(TYPES)
    for row in listed:
        jsonschema.validate(row["example"], row["schema"])


def test_webhook__end_to_end__nothing_of_another_carrier_arrives(
    cast: Cast, enterprise: Caller, other_enterprise: Caller, settings: Any
) -> None:
    """Two carriers, a receiver each; what one does reaches its own alone, what the port does reaches both."""
    settings.PORTLANE_WEBHOOK_PRIVATE = True
    with receiving() as mine, receiving() as rival:
        for caller, receiver in ((enterprise, mine), (other_enterprise, rival)):
            assert caller.post(ENDPOINTS, {"url": receiver.url}).status_code == 201
        own = make.a_confirmed_reservation(cast, slot=cast.slots[9], driver=cast.driver, vehicle=cast.vehicle)
        switch_lane(lane_code=cast.lane.code, is_open=False, reason="fog", **cast.by(cast.operator))
        relay.relay_all(now=cast.now)
        delivery.deliver_all(now=cast.now)
        told = [[json.loads(got.body)["type"] for got in receiver.got] for receiver in (mine, rival)]
        assert told == [["reservation.confirmed", "lane.closed"], ["lane.closed"]]
        assert own.ref in mine.got[0].body
        assert not any(ref in got.body for got in rival.got for ref in (own.ref, own.visit_ref, cast.vehicle.ref))
