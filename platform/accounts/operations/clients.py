"""API clients of an organisation: made, given keys, switched off. A key is shown once and kept hashed (allauth's OAuth2 client)."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime

from allauth.idp.oidc.models import Client, Token

from accounts.errors import NameNotValid, ScopesNotValid, TooManyKeys, UnknownClient
from accounts.models import ApiClient, Membership, Organisation, Role, User
from accounts.scopes import SCOPES, known
from accounts.texts import one_line
from core.actors import Actor
from core.db import operation

KEYS_AT_ONCE = 2  # the one in use and its successor
SECRET_BYTES = 32


@operation
def create_client(
    *, organisation: Organisation, name: str, scopes: Iterable[str], now: datetime, actor: Actor
) -> tuple[ApiClient, Client, str]:
    """This will make a program of an organisation and its first key; returns (program, key, secret). The secret is kept nowhere.

    The caller has checked that the person may `client.manage` there. Raises NameNotValid, ScopesNotValid.
    """
    name, chosen = one_line(name), _checked(scopes)
    if not 0 < len(name) <= 100:
        raise NameNotValid(most=100)
    user = User.objects.create_user(name=name, is_program=True)
    Membership.objects.create(user=user, role=Role.PROGRAM, organisation=organisation)
    client = ApiClient.objects.create(
        organisation=organisation, user=user, name=name, scopes=" ".join(chosen), created_at=now
    )
    return client, *_new_key(client)


@operation
def add_key(*, ref: str, organisation: Organisation, now: datetime, actor: Actor) -> tuple[ApiClient, Client, str]:
    """This will give a program one more key, so that the one in use can be replaced without a pause. Raises UnknownClient, TooManyKeys."""
    client = _locked(ref, organisation)
    if Client.objects.filter(owner=client.user_id).count() >= KEYS_AT_ONCE:
        raise TooManyKeys(most=KEYS_AT_ONCE)
    return client, *_new_key(client)


@operation
def revoke_key(*, ref: str, key_id: str, organisation: Organisation, now: datetime, actor: Actor) -> ApiClient:
    """This will end a key and all its tokens at once. Raises UnknownClient."""
    client = client_of(ref, organisation)
    if not Client.objects.filter(pk=key_id, owner=client.user_id).delete()[0]:
        raise UnknownClient
    return client


@operation
def change_client(
    *, ref: str, organisation: Organisation, scopes: Iterable[str], is_active: bool, now: datetime, actor: Actor
) -> ApiClient:
    """This will set what a program may do, or switch it off or on. Tokens that hold a scope it lost end.

    Raises UnknownClient, ScopesNotValid.
    """
    client, chosen = _locked(ref, organisation), _checked(scopes)
    lost = set(client.scopes.split()) - set(chosen)
    client.scopes, client.is_active = " ".join(chosen), is_active
    client.save(update_fields=["scopes", "is_active"])
    for key in Client.objects.filter(owner=client.user_id):
        key.set_scopes(chosen)
        key.default_scopes = key.scopes
        key.save(update_fields=["scopes", "default_scopes"])
    if lost or not is_active:
        Token.objects.filter(client__owner=client.user_id).delete()
    return client


def client_of(ref: str, organisation: Organisation) -> ApiClient:
    """This will return a program of the organisation; raises UnknownClient."""
    client = ApiClient.objects.filter(ref=ref, organisation=organisation).first()
    if client is None:
        raise UnknownClient
    return client


def _locked(ref: str, organisation: Organisation) -> ApiClient:
    """The program as it is once nobody else changes it: a key that is made meanwhile must not keep a scope that is taken away."""
    User.objects.select_for_update().get(pk=client_of(ref, organisation).user_id)
    return client_of(ref, organisation)


def _checked(scopes: Iterable[str]) -> list[str]:
    wanted = list(scopes)
    chosen = known(wanted)
    if not chosen or set(wanted) - set(SCOPES):
        raise ScopesNotValid(choices=", ".join(SCOPES))
    return chosen


def _new_key(client: ApiClient) -> tuple[Client, str]:
    secret = secrets.token_urlsafe(SECRET_BYTES)
    key = Client(name=client.name[:100], owner_id=client.user_id, type=Client.Type.CONFIDENTIAL)
    key.set_grant_types([Client.GrantType.CLIENT_CREDENTIALS])
    key.set_scopes(client.scopes.split())
    key.default_scopes = key.scopes
    key.set_response_types([])
    key.set_secret(secret)
    key.save()
    return key, secret
