"""Staff without a second factor are sent to enrol one before anything else (their roles sleep until then, see policy)."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import second_factor
from accounts.policy import holds_a_role

#: What somebody on the way to a second factor needs; the API and sockets need no redirect, sleeping roles are refused there.
OPEN = ("/accounts/", "/api/", "/static/", "/healthz", "/language/", "/theme/", "/sign-out/")


class SecondFactorFirst:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.STAFF_MFA_REQUIRED and not request.path.startswith(OPEN) and _must_enrol(request):
            messages.info(request, _("Set up a second factor first: an authenticator app or a passkey."))
            return redirect(reverse("mfa_index"))
        return self.get_response(request)


def _must_enrol(request: HttpRequest) -> bool:
    return holds_a_role(request.user) and second_factor.is_missing(request.user)
