"""Devices of a port's gates and of its far side. A gate's device gets a code that works once, the far side's client a secret: either
is shown once, in the answer to the request that made it, and kept nowhere."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.errors import UnknownDevice
from accounts.models import Device, DeviceKind
from accounts.operations import enrol_device, renew_device_secret, switch_device
from core import clock
from core.errors import DomainError
from core.once import Replayed
from reservations import queries
from web import once
from web.pages import form_page, page
from web.staff.acts import Ask, ask
from web.staff.forms import Confirm, Enrol
from web.staff.pages import actor_of, once_of, sent
from web.staff.views_console import rights
from yards.models import Gate, Port

VERB = "device.enrol"


@page(VERB)
def devices(request: HttpRequest, port_code: str) -> HttpResponse:
    port = _port(request, port_code)
    rows = Device.objects.filter(port_code=port.code).order_by("gate_code", "name", "pk")
    context = {"port": port, "rows": rows, "now": clock.now(), "rights": rights(request, port.code)}
    return render(request, "staff/devices.html", context)


@form_page(VERB)
def enrol(request: HttpRequest, port_code: str) -> HttpResponse:
    port = _port(request, port_code)
    gates = Gate.objects.filter(yard__port=port).select_related("yard").order_by("yard__code", "code")
    form = Enrol(sent(request), gates=[(gate.code, f"{gate.code} · {gate.get_kind_display()}") for gate in gates])
    lead = _(
        "A gate device gets a code that works once, within a day; the far side's client a secret. "
        "Either is shown once: have the device at hand."
    )
    words = Ask(_("Enrol a device"), _("Enrol it"), lead=lead)
    return _with_secret(request, port, words, form, enrol_device)


@form_page(VERB)
def renew(request: HttpRequest, port_code: str, ref: str) -> HttpResponse:
    port = _port(request, port_code)
    device = _device(port, ref)
    if device.kind == DeviceKind.GATE:
        lead = _("Its key works until the device has used the new code. The code is shown once and works for a day.")
        words = Ask(_("New code"), _("Make a new code"), lead=lead, facts=_facts(device))
    else:
        lead = _("The old secret stops working at once. The new one is shown once.")
        words = Ask(_("New secret"), _("Make a new secret"), lead=lead, danger=True, facts=_facts(device))
    return _with_secret(request, port, words, Confirm(sent(request)), renew_device_secret, ref=device.ref)


@form_page(VERB)
def switch(request: HttpRequest, port_code: str, ref: str) -> HttpResponse:
    """Shut a device out, or let it in again."""
    port = _port(request, port_code)
    device = _device(port, ref)
    if device.is_active:
        words = Ask(_("Revoke a device"), _("Revoke it"), _("It is shut out at once."), True, _facts(device))
    else:
        words = Ask(
            _("Let a device in again"), _("Let it in"), _("Its key or secret works again."), False, _facts(device)
        )

    def run(once: Any, **who: Any) -> Device:
        switched: Device = switch_device(
            ref=device.ref, port_code=port.code, is_active=not device.is_active, once=once, **who
        )
        return switched

    return ask(request, words, form=Confirm(sent(request)), run=run, done=_switched, back=_list(port))


def _with_secret(request: HttpRequest, port: Port, words: Ask, form: Any, act: Any, **fixed: Any) -> HttpResponse:
    """Asks, and answers the POST itself with the secret: a redirect would have to keep it somewhere."""
    back, status = _list(port), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            now = clock.now()
            inputs = form.cleaned_data | fixed
            try:
                device, secret = act(
                    port_code=port.code, now=now, actor=actor_of(request), once=once_of(request, now=now), **inputs
                )
            except Replayed:
                messages.warning(
                    request, _("This was done already. What it showed was shown once and cannot be shown again.")
                )
                return redirect(back)
            except DomainError as error:
                status = error.status
                form.add_error(error.field if error.field in form.fields else None, error.detail)
            else:
                return _secret(request, port, device, secret)
    key = request.POST.get(once.FIELD) or once.fresh()
    context = {"ask": words, "form": form, "back": back, "once": key, "plain": True}
    return render(request, "staff/act.html", context, status=status)


def _secret(request: HttpRequest, port: Port, device: Device, secret: str) -> HttpResponse:
    context = {"port": port, "device": device, "secret": secret, "back": _list(port)}
    context["address"] = f"{settings.PORTLANE_PUBLIC_URL}/api/v1/gate/enrol/"
    response = render(request, "staff/device_secret.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _port(request: HttpRequest, port_code: str) -> Port:
    return queries.port_for(user=request.user, code=port_code, verb=VERB)


def _device(port: Port, ref: str) -> Device:
    device = Device.objects.filter(port_code=port.code, ref=ref).first()
    if device is None:
        raise UnknownDevice
    return device


def _facts(device: Device) -> list[tuple[str, str]]:
    return [
        (_("Device"), device.name),
        (_("Gate"), device.gate_code or device.get_kind_display()),
        (_("Reference"), device.ref),
    ]


def _list(port: Port) -> str:
    return reverse("web:staff_devices", args=[port.code])


def _switched(device: Device) -> str:
    text = _("%(device)s is let in.") if device.is_active else _("%(device)s is shut out.")
    return text % {"device": device.name}
