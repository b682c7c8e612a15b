"""Driver audience: signing in by one-time code, signing out, and oneself."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.contrib.auth import logout
from django.http import HttpResponse
from django.utils.translation import get_language
from rest_framework.request import Request

from accounts import errors, sessions
from accounts.addresses import client_ip
from accounts.api import shapes
from accounts.models import User
from accounts.operations import redeem_sign_in_code, request_sign_in_code, update_me
from core import clock
from core.api import etag
from core.api.answers import answer, shaped
from core.api.schema import operation
from core.api.views import View
from core.errors import TooMany

PHONE = (errors.PhoneNotValid, errors.PhoneCountryNotServed, errors.PhoneNotMobile, TooMany)


class SignInCode(View):
    verb = "account.sign_in"

    @operation(
        name="driver_sign_in_code",
        summary="Send a one-time code to a phone",
        description="Five codes an hour to a phone, thirty from one address. A new code voids the one before it.",
        audience="public",
        request=shapes.PhoneIn,
        answer=shapes.SentShape,
        status=202,
        problems=PHONE,
    )
    def post(self, request: Request) -> HttpResponse:
        wish = self.parsed(shapes.PhoneIn, request)
        until = request_sign_in_code(
            phone=wish["phone"], ip=client_ip(request), language=_language(wish), now=clock.now()
        )
        return answer(shaped(shapes.SentShape, SimpleNamespace(expires_at=until)), status=202)


class SignIn(View):
    verb = "account.sign_in"

    @operation(
        name="driver_sign_in",
        summary="Sign in with the code",
        description="Sets the session cookie and the CSRF cookie; send the latter's value as X-CSRFToken with every change.",
        audience="public",
        request=shapes.CodeIn,
        answer=shapes.MeShape,
        problems=(
            *PHONE,
            errors.CodeWrong,
            errors.CodeExpired,
            errors.CodeUsed,
            errors.AccountClosed,
            errors.DriverAccount,
        ),
    )
    def post(self, request: Request) -> HttpResponse:
        wish = self.parsed(shapes.CodeIn, request)
        user = redeem_sign_in_code(phone=wish["phone"], code=wish["code"], language=_language(wish), now=clock.now())
        sessions.begin(request._request, user)
        response = answer(shaped(shapes.MeShape, user))
        sessions.keep_language(response, user)
        return response


class SignOut(View):
    verb = "account.own"

    @operation(name="driver_sign_out", summary="End this session", audience="driver", answer=None, status=204)
    def post(self, request: Request) -> HttpResponse:
        logout(request._request)
        return HttpResponse(status=204)


class Me(View):
    verb = "account.own"

    @operation(name="driver_me", summary="Who I am, with an ETag", audience="driver", answer=shapes.MeShape)
    def get(self, request: Request) -> HttpResponse:
        return etag.answer(request, shaped(shapes.MeShape, request.user), current=_tag(request.user))

    @operation(
        name="driver_me_change",
        summary="Change my name or language",
        audience="driver",
        request=shapes.MeIn,
        answer=shapes.MeShape,
        if_match=False,
        key=False,
        problems=(errors.NameNotValid, errors.LanguageNotValid),
    )
    def patch(self, request: Request) -> HttpResponse:
        wish, me = self.parsed(shapes.MeIn, request), request.user

        def unchanged() -> None:
            locked = User.objects.select_for_update().get(pk=me.pk)  # type: ignore[misc]
            etag.check(request, _tag(locked), required=False)

        return self.do(request, update_me, shape=shapes.MeShape, before=unchanged, user=me, **wish)


def _tag(user: Any) -> str:
    return etag.tag(*shaped(shapes.MeShape, user).items())


def _language(wish: dict[str, str]) -> str:
    return wish.get("language") or get_language() or "en"
