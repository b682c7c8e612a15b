"""Signatures as Standard Webhooks has them: the published vector, the official library as the verifier, secrets sealed."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from notifications.webhooks import keys
from tests.parts.source import ROOT

VECTORS = json.loads((ROOT / "tests/data/webhooks/standard_webhooks_vectors.json").read_text())["cases"]


def now() -> datetime:
    """The verifier looks at the real clock: asked for when the test runs."""
    return datetime.now(UTC)


class _Then(datetime):
    """The library compares with the clock; the vectors are of 2021."""

    @classmethod
    def now(cls, tz: Any = None) -> Any:
        return datetime.fromtimestamp(VECTORS[0]["webhook_timestamp"] + 30, tz)


@pytest.mark.parametrize("case", VECTORS, ids=[case["expect"] for case in VECTORS])
def test_vectors__official_library__says_what_is_expected(
    case: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("standardwebhooks.webhooks.datetime", _Then)
    said = {"webhook-id": case["webhook_id"], "webhook-timestamp": str(case["webhook_timestamp"])}
    said["webhook-signature"] = case["signature"]
    if case["expect"].startswith("valid"):
        assert Webhook(case["secret"]).verify(case["payload"], said) == json.loads(case["payload"])
    else:
        with pytest.raises((WebhookVerificationError, ValueError)):
            Webhook(case["secret"]).verify(case["payload"], said)


def test_headers__of_the_published_vector__are_its_own() -> None:
    case = VECTORS[0]
    at = datetime.fromtimestamp(case["webhook_timestamp"], UTC)
    made = keys.headers(delivery=case["webhook_id"], body=case["payload"], at=at, secrets=[case["secret"]])
    assert made == {
        "webhook-id": case["webhook_id"],
        "webhook-timestamp": str(case["webhook_timestamp"]),
        "webhook-signature": case["signature"],
    }


def test_headers__two_secrets__each_verifies_and_a_third_does_not() -> None:
    old, new, foreign = keys.new_secret(), keys.new_secret(), keys.new_secret()
    made = keys.headers(delivery="J-1", body='{"a":"云"}', at=now(), secrets=[new, old])
    for secret in (old, new):
        assert Webhook(secret).verify('{"a":"云"}', made) == {"a": "云"}
    with pytest.raises(WebhookVerificationError):
        Webhook(foreign).verify('{"a":"云"}', made)


@pytest.mark.parametrize("part", ["webhook-id", "webhook-timestamp", "body"])
def test_headers__one_part_altered__is_refused(part: str) -> None:
    secret = keys.new_secret()
    made, body = keys.headers(delivery="J-1", body="{}", at=now(), secrets=[secret]), "{}"
    if part == "body":
        body = "{ }"
    else:
        made[part] = {"webhook-id": "J-2", "webhook-timestamp": str(int(now().timestamp()) + 2)}[part]
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body, made)


def test_headers__replayed_after_ten_minutes__is_refused() -> None:
    secret = keys.new_secret()
    made = keys.headers(delivery="J-1", body="{}", at=now() - timedelta(minutes=10), secrets=[secret])
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify("{}", made)


def test_new_secret__many__are_distinct_and_of_the_asked_length() -> None:
    made = {keys.new_secret() for _ in range(100)}
    assert len(made) == 100
    assert all(24 <= len(base64.b64decode(secret.removeprefix("whsec_"))) <= 64 for secret in made)


def test_seal__and_back__is_the_secret_and_hides_it(settings: Any) -> None:
    secret = keys.new_secret()
    sealed = keys.seal(secret)
    assert keys.unseal(sealed) == secret
    assert secret.removeprefix("whsec_") not in sealed
    assert len(sealed) <= 300


def test_unseal__another_secret_key__is_nothing(settings: Any) -> None:
    sealed = keys.seal(keys.new_secret())
    settings.SECRET_KEY = "another key of this installation, long enough to be one"
    assert keys.unseal(sealed) == ""
