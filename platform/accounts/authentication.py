"""How programs show who they are: devices by `Authorization: Device <ref>.<secret>`, enterprises' programs by a bearer token."""

from __future__ import annotations

import hmac
from datetime import timedelta

from allauth.idp.oidc.models import Token
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.models import ApiClient, Device, User
from accounts.operations.devices import hash_of
from core import clock

SCHEME = "Device"
SEEN_EVERY = timedelta(minutes=1)  # a device that reports each second must not write its row each second


class DeviceAuthentication(BaseAuthentication):
    """Makes the device itself the request's user: `may(device, "gate.report")`, at its own port."""

    def authenticate(self, request: Request) -> tuple[Device, None] | None:
        scheme, _space, credentials = request.headers.get("Authorization", "").partition(" ")
        if scheme != SCHEME:
            return None
        ref, _dot, secret = credentials.strip().partition(".")
        device = Device.objects.filter(ref=ref, is_active=True).exclude(secret_hash="").first()
        expected = device.secret_hash if device else "0" * 64
        if not hmac.compare_digest(hash_of(secret), expected) or device is None:
            raise AuthenticationFailed(_("This device is not known here, or its secret is not right."))
        _seen(device)
        return device, None

    def authenticate_header(self, request: Request) -> str:
        return SCHEME


def _seen(device: Device) -> None:
    now = clock.now()
    stale = Q(last_seen_at=None) | Q(last_seen_at__lt=now - SEEN_EVERY)
    Device.objects.filter(stale, pk=device.pk).update(last_seen_at=now)


class BearerAuthentication(BaseAuthentication):
    """Makes the account of an API client the request's user, and its token the request's `auth`.

    A token that is unknown, expired or revoked, or whose client or organisation's program was switched off, is 401 `invalid_token`.
    """

    scheme = "Bearer"

    def authenticate(self, request: Request) -> tuple[User, Token] | None:
        scheme, _space, value = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != self.scheme.lower():
            return None
        tokens = Token.objects.select_related("client__owner__api_client__organisation")
        token = tokens.lookup(Token.Type.ACCESS_TOKEN, value.strip())
        user = token.client.owner if token and token.client else None
        if token is None or user is None or not user.is_active or not _is_live(user):
            raise AuthenticationFailed(_("This token is not valid: fetch a fresh one."), code="invalid_token")
        _client_seen(user.api_client)
        return user, token

    def authenticate_header(self, request: Request) -> str:
        is_told = request.headers.get("Authorization", "").lower().startswith("bearer ")
        return f'{self.scheme} realm="portlane"' + (', error="invalid_token"' if is_told else "")


def _is_live(user: User) -> bool:
    client: ApiClient | None = getattr(user, "api_client", None)
    return bool(client and client.is_active)


def _client_seen(client: ApiClient) -> None:
    now = clock.now()
    stale = Q(last_seen_at=None) | Q(last_seen_at__lt=now - SEEN_EVERY)
    ApiClient.objects.filter(stale, pk=client.pk).update(last_seen_at=now)
