"""The second factor of staff: a TOTP app or a passkey. Without one, a staff member's roles sleep (STAFF_MFA_REQUIRED)."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings

KINDS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def is_missing(user: Any) -> bool:
    """This will tell whether the person must enrol a second factor before any of their roles counts."""
    if user.is_program:
        return False  # nobody signs in by it: its key is all there is
    return settings.STAFF_MFA_REQUIRED and not Authenticator.objects.filter(user=user, type__in=KINDS).exists()
