"""allauth's forms, with tries and mails counted in the database instead of in each process's memory."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.core import context
from allauth.mfa.base import forms as mfa
from django.core.exceptions import ValidationError

from accounts.addresses import client_ip
from accounts.limits import Limit
from core import clock
from core.errors import TooMany

SECOND_FACTOR = Limit("second_factor.user", most=5, window_s=300)
OLD_PASSWORD = Limit("password_change.user", most=10, window_s=900)
#: Mails that a stranger can have sent: to one address, and from one network address.
RESET_MAILS = Limit("password_reset.email", most=5, window_s=3600)
RESET_ASKED = Limit("password_reset.ip", most=30, window_s=3600)


class _Counted:
    """A right code gives its own count back: only wrong ones add up."""

    user: Any

    def clean_code(self) -> str:
        _take(SECOND_FACTOR, str(self.user.pk))
        code: str = super().clean_code()  # type: ignore[misc]
        SECOND_FACTOR.give_back(str(self.user.pk), now=clock.now())
        return code


class AuthenticateForm(_Counted, mfa.AuthenticateForm):
    pass


class ReauthenticateForm(_Counted, mfa.ReauthenticateForm):
    pass


class ChangePasswordForm(account.ChangePasswordForm):
    """Whoever found an open session does not guess the password that goes with it."""

    def clean_oldpassword(self) -> str:
        _take(OLD_PASSWORD, str(self.user.pk))
        password: str = super().clean_oldpassword()
        OLD_PASSWORD.give_back(str(self.user.pk), now=clock.now())
        return password


class ResetPasswordForm(account.ResetPasswordForm):
    """Each request counts, whether or not the address has an account: both are sent a mail."""

    def clean_email(self) -> str:
        _take(RESET_ASKED, client_ip(context.request))
        _take(RESET_MAILS, self.cleaned_data["email"])
        email: str = super().clean_email()
        return email


def _take(limit: Limit, subject: str) -> None:
    try:
        limit.take(subject, now=clock.now())
    except TooMany as error:
        raise ValidationError(error.detail, code=error.code) from error
