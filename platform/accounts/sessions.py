"""The session of a driver who redeemed a code; staff sessions are allauth's."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponseBase

from accounts.models import User

BACKEND = "accounts.backends.PeopleBackend"


def begin(request: HttpRequest, user: User) -> None:
    """This will sign the person in with a fresh session id and a fresh CSRF token."""
    login(request, user, backend=BACKEND)


def keep_language(response: HttpResponseBase, user: User) -> None:
    """This will make the person's language that of their next requests."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        user.language,
        max_age=settings.SESSION_COOKIE_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
