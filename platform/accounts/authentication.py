"""Gate devices show `Authorization: Device <ref>.<secret>`; the gate API knows no other way in."""

from __future__ import annotations

import hmac
from datetime import timedelta

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.models import Device
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
