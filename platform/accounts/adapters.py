"""How staff sign in through allauth: accounts are made by their port, never by signing up; tries are counted atomically."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from accounts.addresses import client_ip
from accounts.limits import Limit
from core import clock
from core.errors import TooMany

#: Failed sign-ins (a right password gives its own count back). An account's own limit is wide: a narrow one would let
#: anybody who knows an address lock its owner out.
PER_PAIR = Limit("sign_in.pair", most=10, window_s=900)
PER_ACCOUNT = Limit("sign_in.account", most=100, window_s=3600)
PER_ADDRESS = Limit("sign_in.ip", most=100, window_s=3600)


class StaffAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_ip(request)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """This will count the try before the password is looked at, so that tries at once cannot exceed the limit."""
        now, ip, email = clock.now(), client_ip(request), str(credentials.get("email", ""))
        subjects = [(PER_PAIR, f"{email} {ip}"), (PER_ACCOUNT, email), (PER_ADDRESS, ip)]
        for limit, subject in subjects:
            _take(limit, subject, now)
        user: AbstractBaseUser | None = super().authenticate(request, **credentials)
        if user:
            for limit, subject in subjects:
                limit.give_back(subject, now=now)
        return user

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """allauth would count here, in a cache of this process; `authenticate` above has counted already."""

    def reauthenticate(self, user: AbstractBaseUser, password: str) -> bool:
        """This will ask for the password again; the address is the person's own, with or without allauth's own table of it."""
        again = self.authenticate(context.request, email=user.email, password=password)  # type: ignore[attr-defined]
        return again is not None and again.pk == user.pk


def _take(limit: Limit, subject: str, now: datetime) -> None:
    try:
        limit.take(subject, now=now)
    except TooMany as error:
        raise ValidationError(error.detail, code=error.code) from error
