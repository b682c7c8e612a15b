"""Tokens of programs: fetched with a key, good for their scopes and their organisation, and for nothing else."""

from __future__ import annotations

from typing import Any
from unittest import mock
from urllib.parse import urlencode

import pytest
from allauth.idp.oidc.models import Token
from django.test import Client

from accounts.models import ApiClient
from accounts.operations import add_key, change_client, clients, create_client, revoke_key
from tests import factories as make
from tests.api.conftest import Caller
from tests.cast import Cast

LIST = "/enterprise/reservations/"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def program(cast: Cast) -> tuple[Any, str, str]:
    """(program, key id, secret)"""
    made, key, secret = create_client(
        organisation=cast.carrier, name="TMS", scopes=["reservations:read", "fleet:read"], **cast.by(cast.dispatcher)
    )
    return made, key.pk, secret


def test_add_key__scope_taken_away_meanwhile__the_new_key_has_it_no_more(cast: Cast, program: Any) -> None:
    client, real = program[0], clients.client_of

    def overtaken(ref: str, organisation: Any) -> Any:
        """Read, and changed by somebody else before its row is locked."""
        found = real(ref, organisation)
        ApiClient.objects.filter(ref=ref).update(scopes="fleet:read")
        return found

    with mock.patch.object(clients, "client_of", overtaken):
        _, key, _ = add_key(ref=client.ref, organisation=cast.carrier, **cast.by(cast.dispatcher))
    assert key.get_scopes() == ["fleet:read"]


def token_for(key_id: str, secret: str, **asked: str) -> Any:
    said = {"grant_type": "client_credentials", "client_id": key_id, "client_secret": secret, **asked}
    return Client().post("/api/v1/oauth/token", urlencode(said), content_type=FORM)


def test_token__right_key__lists_own_reservations(program: Any) -> None:
    told = token_for(*program[1:]).json()
    assert told["token_type"].lower() == "bearer"
    assert set(told["scope"].split()) == {"reservations:read", "fleet:read"}
    assert Caller.program(told["access_token"]).get(LIST).status_code == 200


def test_token__wrong_secret__is_refused(program: Any) -> None:
    answer = token_for(program[1], "wrong")
    assert answer.status_code == 401
    assert answer.json()["error"] == "invalid_client"


def test_token__scope_beyond_the_clients__is_refused(program: Any) -> None:
    answer = token_for(*program[1:], scope="webhooks:write")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")


@pytest.mark.parametrize("value", ["", "nonsense", "ключ", "x" * 5000])
def test_call__unknown_token__is_401_with_a_challenge(cast: Cast, value: str) -> None:
    if not value.isascii():
        value = value.encode().decode("latin-1")
    answer = Caller.program(value).get(LIST)
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_call__no_token__is_401(cast: Cast, anybody: Caller) -> None:
    answer = anybody.get(LIST)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_call__scope_missing__is_403_that_names_it(cast: Cast) -> None:
    answer = Caller.program(make.a_token(cast.carrier, "fleet:read")).get(LIST)
    assert (answer.status_code, answer.json()["code"]) == (403, "insufficient_scope")
    assert 'scope="reservations:read"' in answer.headers["WWW-Authenticate"]


def test_call__expired_token__is_401(cast: Cast) -> None:
    value = make.a_token(cast.carrier)
    Token.objects.update(expires_at="2020-01-01T00:00Z")
    assert Caller.program(value).get(LIST).status_code == 401


def test_call__session_of_a_dispatcher__is_not_a_token(cast: Cast) -> None:
    assert Caller(cast.dispatcher).get(LIST).status_code == 401


def test_rotate__second_key__both_work_until_the_first_is_revoked(cast: Cast, program: Any) -> None:
    client, first, secret = program
    _, second, new_secret = add_key(ref=client.ref, organisation=cast.carrier, **cast.by(cast.dispatcher))
    old, new = token_for(first, secret).json(), token_for(second.pk, new_secret).json()
    assert Caller.program(old["access_token"]).get(LIST).status_code == 200
    revoke_key(ref=client.ref, key_id=first, organisation=cast.carrier, **cast.by(cast.dispatcher))
    assert Caller.program(old["access_token"]).get(LIST).status_code == 401
    assert Caller.program(new["access_token"]).get(LIST).status_code == 200
    assert token_for(first, secret).status_code == 401


def test_switch_off__live_token__ends_at_once(cast: Cast, program: Any) -> None:
    client, key, secret = program
    value = token_for(key, secret).json()["access_token"]
    change_client(
        ref=client.ref,
        organisation=cast.carrier,
        scopes=["reservations:read"],
        is_active=False,
        **cast.by(cast.dispatcher),
    )
    assert Caller.program(value).get(LIST).status_code == 401


# ---------------------------------------------------------------- the endpoint under attack
def test_token__answers__are_kept_by_no_cache(program: Any) -> None:
    for answer in (token_for(*program[1:]), token_for(program[1], "wrong")):
        assert answer["Cache-Control"] == "no-store"


def test_token__wrong_secret__is_told_how_to_show_itself(program: Any) -> None:
    assert token_for(program[1], "wrong")["WWW-Authenticate"].startswith("Basic ")


def test_token__many_wrong_secrets__shut_that_address_out_of_that_key_alone(cast: Cast, program: Any) -> None:
    client, key, secret = program
    _, second, other_secret = add_key(ref=client.ref, organisation=cast.carrier, **cast.by(cast.dispatcher))
    assert {token_for(key, "wrong").status_code for _ in range(20)} == {401}
    refused = token_for(key, secret)
    assert (refused.status_code, refused.json()["error"]) == (429, "slow_down")
    assert int(refused["Retry-After"]) > 0
    assert token_for(second.pk, other_secret).status_code == 200
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    said = {"grant_type": "client_credentials", "client_id": key, "client_secret": secret}
    assert elsewhere.post("/api/v1/oauth/token", urlencode(said), content_type=FORM).status_code == 200


def test_token__right_secrets__are_not_counted(program: Any) -> None:
    assert {token_for(*program[1:]).status_code for _ in range(25)} == {200}


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"data": "{}", "content_type": "application/json"}, 400),
        ({"data": "client_id=a%00b&grant_type=client_credentials", "content_type": FORM}, 400),
        ({"data": "a=" + "x" * 20_000, "content_type": FORM}, 413),
        ({"data": "client_id=nobody&client_secret=x&grant_type=client_credentials", "content_type": FORM}, 401),
        ({"data": "grant_type=urn:ietf:params:oauth:grant-type:device_code", "content_type": FORM}, 400),
        ({"data": "", "content_type": FORM}, 400),
    ],
)
def test_token__nonsense__is_refused_as_the_standard_says(cast: Cast, sent: Any, status: int) -> None:
    answer = Client().post("/api/v1/oauth/token", **sent)
    assert (answer.status_code, "error" in answer.json()) == (status, True)


def test_token__other_method__is_not_allowed(cast: Cast) -> None:
    assert Client().get("/api/v1/oauth/token").status_code == 405


@pytest.mark.parametrize(
    ("form", "error", "word"),
    [
        ({"grant_type": ""}, "invalid_request", "grant_type is missing"),
        ({"grant_type": "password"}, "unsupported_grant_type", "client_credentials"),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, "unsupported_grant_type", "client_credentials"),
        ({"scope": "fleet:read webhooks:write"}, "invalid_scope", "not ask for: webhooks:write."),
    ],
)
def test_token__refused__says_why(program: Any, form: dict[str, str], error: str, word: str) -> None:
    answer = token_for(*program[1:], **form)
    assert (answer.status_code, answer.json()["error"]) == (400, error)
    assert word in answer.json()["error_description"]


def test_token__limit_met_by_a_chinese_reader__is_told_in_ascii(program: Any) -> None:
    for _ in range(20):
        token_for(program[1], "wrong")
    said = {"grant_type": "client_credentials", "client_id": program[1], "client_secret": "wrong"}
    answer = Client().post("/api/v1/oauth/token", urlencode(said), content_type=FORM, HTTP_ACCEPT_LANGUAGE="zh-hans")
    assert (answer.status_code, "seconds" in answer.json()["error_description"]) == (429, True)


def test_revoke__token_of_another_client__stays(cast: Cast, program: Any) -> None:
    value = token_for(*program[1:]).json()["access_token"]
    _, key, secret = create_client(
        organisation=cast.other_carrier, name="Other", scopes=["fleet:read"], **cast.by(cast.dispatcher)
    )
    for client_id, shown, status in ((key.pk, secret, 200), (program[1], program[2], 401)):
        said = {"token": value, "client_id": client_id, "client_secret": shown}
        assert Client().post("/api/v1/oauth/revoke", urlencode(said), content_type=FORM).status_code == 200
        assert Caller.program(value).get(LIST).status_code == (200 if status == 200 else 401)
