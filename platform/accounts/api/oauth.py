"""The token endpoint (RFC 6749, client credentials) and revocation (RFC 7009) of allauth's provider; nothing else of it is served.

Wrong secrets are counted in the database, per key and address: an address that guesses is shut out of that key, its owner never.
"""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import Any
from urllib.parse import unquote_plus

from allauth.idp.oidc import views
from allauth.idp.oidc.models import Client, Token
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils import translation
from django.utils.datastructures import MultiValueDictKeyError
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from accounts.addresses import client_ip
from accounts.limits import Limit
from core import clock
from core.db import is_busy
from core.errors import TooMany

PER_PAIR = Limit("oauth.pair", most=20, window_s=900)
PER_ADDRESS = Limit("oauth.ip", most=300, window_s=3600)
MAX_BYTES = 16 * 1024
GRANT = "client_credentials"
NOBODYS = "-"
#: of RFC 6749 5.1: no cache keeps what is told here
HEADERS = {"Cache-Control": "no-store", "Pragma": "no-cache"}


@method_decorator(csrf_exempt, name="dispatch")
class Guarded(View):
    """Limits before one of allauth's views: what is sent is bounded, a secret is counted before it is looked at."""

    verb = "account.sign_in"
    http_method_names = ("post",)
    behind: Any = None

    def post(self, request: HttpRequest) -> HttpResponse:
        with translation.override("en"):  # error_description is ASCII (RFC 6749 5.2)
            response = _unfit(request) or _counted(request, self.behind)
        for name, value in HEADERS.items():
            response[name] = value
        return response


def _counted(request: HttpRequest, view: Any) -> HttpResponse:
    now, ip = clock.now(), client_ip(request)
    subjects = [(PER_PAIR, f"{_key_of(request)} {ip}"), (PER_ADDRESS, ip)]
    try:
        for limit, subject in subjects:
            limit.take(subject, now=now)
        response: HttpResponse = view(request)
    except TooMany as error:
        return _error(429, "slow_down", error.detail, {"Retry-After": str(error.facts["retry_after_s"])})
    except (DatabaseError, InterfaceError) as problem:
        if not is_busy(problem):
            raise
        return _error(503, "temporarily_unavailable", "Try again in a moment.", {"Retry-After": "2"})
    _settle(response, subjects, now)
    return response


def token(request: HttpRequest) -> HttpResponse:
    """This will give a token by client credentials, and by no other grant."""
    grant = request.POST.get("grant_type", "")
    if not grant:
        return _error(400, "invalid_request", "grant_type is missing: send grant_type=client_credentials.")
    if grant != GRANT:
        return _error(400, "unsupported_grant_type", f"The only grant_type is {GRANT}.")
    response: HttpResponse = views.token(request)
    if response.status_code == 400 and b'"invalid_scope"' in response.content:
        return _error(400, "invalid_scope", f"This client may not ask for: {' '.join(_refused_scopes(request))}.")
    return response


def revoke(request: HttpRequest) -> HttpResponse:
    """This will end a token of the client that asks; another's stays, and the answer does not tell (RFC 7009 2.1, 2.2)."""
    found = Token.objects.by_value(request.POST.get("token", "")).first()
    if found is not None and found.client_id != _key_of(request):
        form = request.POST.copy()
        form["token"] = NOBODYS
        request.POST = form  # type: ignore[assignment]
    response: HttpResponse = views.revoke(request)
    return response


def _refused_scopes(request: HttpRequest) -> list[str]:
    client = Client.objects.filter(pk=_key_of(request)).first()
    allowed = client.get_scopes() if client else []
    return [scope for scope in request.POST.get("scope", "").split() if scope not in allowed]


def _settle(response: HttpResponse, subjects: list[tuple[Limit, str]], now: datetime) -> None:
    """What was not a wrong secret does not count; a wrong one is told how to show itself (RFC 6749 5.2)."""
    if response.status_code == 401:
        response["WWW-Authenticate"] = 'Basic realm="portlane"'
        return
    for limit, subject in subjects:
        limit.give_back(subject, now=now)


def _unfit(request: HttpRequest) -> HttpResponse | None:
    """Bodies that no client sends: too large, not a form, not text."""
    try:
        is_large = int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BYTES
        form = {} if is_large else request.POST
    except (ValueError, RequestDataTooBig, TooManyFieldsSent, MultiValueDictKeyError):
        is_large, form = True, {}
    if is_large:
        return _error(413, "invalid_request", "The body is too large.")
    if request.content_type != "application/x-www-form-urlencoded":
        return _error(400, "invalid_request", "Send a form: application/x-www-form-urlencoded.")
    said = [*form.values(), request.get_full_path(), _key_of(request)]
    if any(not text.isprintable() for text in said):
        return _error(400, "invalid_request", "Control characters are not allowed.")
    return None


def _key_of(request: HttpRequest) -> str:
    """The client id that is shown, by HTTP Basic or in the form; "" for none."""
    scheme, _space, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return str(request.POST.get("client_id", ""))[:100]
    try:
        shown = base64.b64decode(value.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return ""
    return unquote_plus(shown.partition(":")[0])[:100]


def _error(status: int, code: str, words: str, headers: dict[str, str] | None = None) -> HttpResponse:
    plain = words.translate({ord('"'): "'", ord("\\"): "/"}).encode("ascii", "replace").decode()
    return JsonResponse({"error": code, "error_description": plain}, status=status, headers=headers)


urlpatterns = [
    path("token", Guarded.as_view(behind=token), name="oauth_token"),
    path("revoke", Guarded.as_view(behind=revoke), name="oauth_revoke"),
]
