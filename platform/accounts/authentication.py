"""How programs show who they are: gates' devices by a signature, the far side's client by a secret, enterprises' programs by a token."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NoReturn

from allauth.idp.oidc.models import Token
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts import signatures
from accounts.models import ApiClient, Device, DeviceKind, User
from accounts.operations.devices import hash_of
from core import clock, writers
from core.api.parsing import MAX_BYTES, BodyTooLarge
from core.once import KeyReused, Once, Replayed

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SCHEME = "Device"
SEEN_EVERY = timedelta(minutes=1)  # a device that reports each second must not write its row each second
SKEW = timedelta(minutes=2)  # a device's clock may be off by so much, in real time, either way


class SignedAuthentication(BaseAuthentication):
    """Makes a gate's device the request's user: its Ed25519 signature holds for this request, near this moment, once.

    401 tells a device what to do: `signature_not_valid` (unknown, shut out, altered), `clock_skew` (set the clock by the `now` of the
    challenge), `replayed` (this `seq` was used: send again under a fresh one). Only a genuine signature is told of clock and seq.
    """

    def authenticate(self, request: Request) -> tuple[Device, None] | None:
        scheme, _space, credentials = request.headers.get("Authorization", "").partition(" ")
        if scheme != signatures.SCHEME:
            return None
        said = signatures.parse(credentials)
        device = said and Device.objects.filter(ref=said.device, kind=DeviceKind.GATE, is_active=True).first()
        if not said or not device or not _is_signed(device, said, request):
            _refuse(
                "signature_not_valid", _("This device is not known here, or its signature does not fit the request.")
            )
        now = clock.now()
        if abs(said.at - now) > SKEW * clock.speed():
            _refuse("clock_skew", _("This device's clock is off. Set it by the time in the challenge."), now=now)
        _claim(said, until=now + 4 * SKEW * clock.speed())
        _seen(device)
        return device, None

    def authenticate_header(self, request: Request) -> str:
        return f'{signatures.SCHEME} realm="portlane"'


class _Refused(AuthenticationFailed):
    """401 with a challenge that names the error, as RFC 6750 does for tokens."""

    def __init__(self, code: str, words: StrOrPromise, **facts: datetime) -> None:
        super().__init__(str(words), code=code)
        told = "".join(f', {name}="{moment:%Y-%m-%dT%H:%M:%SZ}"' for name, moment in facts.items())
        self.challenge = f'{signatures.SCHEME} realm="portlane", error="{code}"{told}'

    # The framework sets the plain challenge of the first way to sign in after this one was made: what is told here stays.
    @property
    def auth_header(self) -> str:
        return self.challenge

    @auth_header.setter
    def auth_header(self, plain: str) -> None:
        """Kept out."""


def _refuse(code: str, words: StrOrPromise, **facts: datetime) -> NoReturn:
    raise _Refused(code, words, **facts)


def _is_signed(device: Device, said: signatures.Signed, request: Request) -> bool:
    text = signatures.signed_text(
        method=request.method or "",
        path=request._request.get_full_path(),
        device=said.device,
        seq=said.seq,
        at_text=said.at_text,
        body=_body(request),
    )
    return signatures.is_genuine(device.public_key, said.signature, text)


def _body(request: Request) -> bytes:
    """The very bytes that were sent, as many as a parser would take. Raises BodyTooLarge."""
    told = request.META.get("CONTENT_LENGTH") or "0"
    body = b"" if not told.isdigit() or int(told) > MAX_BYTES else request._request.body
    if len(body) > MAX_BYTES or (not body and told != "0"):
        raise BodyTooLarge(max_bytes=MAX_BYTES)
    return body


def _claim(said: signatures.Signed, *, until: datetime) -> None:
    """Takes (device, seq) once. It is kept for longer than the clock alone would let the same request in."""
    once = Once(f"signed:{said.device}", str(said.seq), "", until, render=lambda _: (0, None))
    try:
        with writers.in_line():
            once.claim()
    except (Replayed, KeyReused):
        _refuse("replayed", _("A request with this seq was received before. Send yours again under a fresh one."))


class DeviceAuthentication(BaseAuthentication):
    """Makes the far side's own client the request's user, by the secret it was given: `Device <ref>.<secret>`."""

    def authenticate(self, request: Request) -> tuple[Device, None] | None:
        scheme, _space, credentials = request.headers.get("Authorization", "").partition(" ")
        if scheme != SCHEME:
            return None
        ref, _dot, secret = credentials.strip().partition(".")
        device = (
            Device.objects.filter(ref=ref, kind=DeviceKind.COUNTERPART, is_active=True).exclude(secret_hash="").first()
        )
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
