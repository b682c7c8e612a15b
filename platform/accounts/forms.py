"""allauth's second-factor forms, with tries counted in the database instead of in each process's memory."""

from __future__ import annotations

from typing import Any

from allauth.mfa.base import forms
from django.core.exceptions import ValidationError

from accounts.limits import Limit
from core import clock
from core.errors import TooMany

SECOND_FACTOR = Limit("second_factor.user", most=5, window_s=300)


class _Counted:
    """A right code gives its own count back: only wrong ones add up."""

    user: Any

    def clean_code(self) -> str:
        subject, now = str(self.user.pk), clock.now()
        try:
            SECOND_FACTOR.take(subject, now=now)
        except TooMany as error:
            raise ValidationError(error.detail, code=error.code) from error
        code: str = super().clean_code()  # type: ignore[misc]
        SECOND_FACTOR.give_back(subject, now=now)
        return code


class AuthenticateForm(_Counted, forms.AuthenticateForm):
    pass


class ReauthenticateForm(_Counted, forms.ReauthenticateForm):
    pass
