"""Sign-in by phone and one-time code: two forms that work without JavaScript; and who goes where afterwards."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language

from accounts import sessions
from accounts.addresses import client_ip
from accounts.operations import redeem_sign_in_code, request_sign_in_code
from accounts.policy import ports_of, ports_where
from core import clock
from core.errors import Busy, DomainError
from reservations.models import QueueEntry
from web import pages
from web.carrier.office import office_of
from web.driver.forms import CodeForm, PhoneForm
from yards.models import Yard

PHONE, NEXT = "sign_in_phone", "sign_in_next"


@pages.form_page("account.sign_in")
def sign_in(request: HttpRequest) -> HttpResponse:
    """First form: the phone number a code is sent to."""
    if request.user.is_authenticated and request.method != "POST":
        return redirect(_safe(request, request.GET.get("next", "")))
    form = PhoneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            request_sign_in_code(
                phone=form.cleaned_data["phone"], ip=client_ip(request), language=_language(), now=clock.now()
            )
        except DomainError as error:
            _refuse(form, error)
        else:
            request.session[PHONE] = form.cleaned_data["phone"]
            request.session[NEXT] = request.POST.get("next", "")
            return redirect("web:sign_in_code")
    context = {"form": form, "next": request.POST.get("next", request.GET.get("next", ""))}
    return render(request, "web/driver/sign_in.html", context, status=422 if form.errors else 200)


@pages.form_page("account.sign_in")
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """Second form: the code from the message."""
    phone = request.session.get(PHONE)
    if not phone:
        return redirect("web:sign_in")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = redeem_sign_in_code(
                phone=phone, code=form.cleaned_data["code"], language=_language(), now=clock.now()
            )
        except DomainError as error:
            _refuse(form, error)
        else:
            back = request.session.get(NEXT, "")
            sessions.begin(request, user)
            response = redirect(_safe(request, back))
            sessions.keep_language(response, user)
            return response
    context = {
        "form": form,
        "phone": phone,
        "next": request.session.get(NEXT, ""),
        "outbox": settings.PORTLANE_OUTBOX_PAGE,
    }
    return render(request, "web/driver/sign_in_code.html", context, status=422 if form.errors else 200)


@pages.action("public.read")
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session, and has the browser drop what it kept for when the net is gone: the page of a visit, taps not sent. `kept`: but for
    what was done at a gate and is not sent yet, which the page has looked after itself (sign-out.js)."""
    logout(request)
    response = redirect("web:home")
    if not request.POST.get("kept"):
        response["Clear-Site-Data"] = '"storage"'
    return response


@pages.page("account.own")
def home_for_me(request: HttpRequest) -> HttpResponse:
    """Sends a carrier's office to its board, a driver to the turn they stand in or to their trips, port staff to their yard's console."""
    user = request.user
    if office_of(request):
        return redirect("web:carrier")
    turn = QueueEntry.objects.own_to(user).open().order_by("-arrived_at").first()
    if turn:
        return redirect("web:turn", turn.ref)
    yard = Yard.objects.filter(port__code__in=ports_of(user)).first()
    if yard is None and ports_where(user, "declaration.read"):
        return redirect("web:staff_declaration_ports")  # a customs officer, who has no desk of the yard
    return redirect("web:console", yard.code) if yard else redirect("web:reservations")


def _refuse(form: PhoneForm | CodeForm, error: DomainError) -> None:
    if isinstance(error, Busy):
        raise error
    form.refuse(error)


def _language() -> str:
    return get_language() or settings.LANGUAGE_CODE


def _safe(request: HttpRequest, back: str) -> str:
    hosts = {request.get_host()}
    if back and url_has_allowed_host_and_scheme(back, allowed_hosts=hosts, require_https=request.is_secure()):
        return back
    return reverse("web:home_for_me")
