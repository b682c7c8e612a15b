"""Webhook endpoints of the organisation: where it is told what happens, how well that goes, and what was never taken."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import clock
from notifications.webhooks import operations
from notifications.webhooks.models import DeliveryState, Endpoint
from notifications.webhooks.queries import deliveries_of, endpoint_of, endpoints_of, live_secrets
from web import once
from web.carrier.acts import Shown, ask, ask_for_secret
from web.carrier.endpoint_forms import DEAD, EndpointForm, RangeForm, RotateForm, StateForm
from web.carrier.office import office, organisation_of
from web.pages import action, form_page, page
from web.staff.acts import Ask
from web.staff.forms import Confirm
from web.staff.pages import press, sent

VERB = "webhook.own"
PER_PAGE = 25


@page(VERB)
def endpoints(request: HttpRequest) -> HttpResponse:
    """All endpoints with what waits and what was given up."""
    return render(request, "web/carrier/endpoints.html", {"rows": endpoints_of(organisation_of(request, VERB))})


@page(VERB)
def endpoint(request: HttpRequest, ref: str) -> HttpResponse:
    """One endpoint and its deliveries, newest first. Raises UnknownEndpoint."""
    row = _endpoint(request, ref)
    form = StateForm(request.GET)
    state = form.cleaned_data["state"] if form.is_valid() else ""
    pager = Paginator(deliveries_of(row, state=state), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "endpoint": row,
        "secrets": live_secrets(row, now=clock.now()),
        "states": [("", _("all")), (DEAD, _("dead letters")), *DeliveryState.choices],
        "state": state,
        "pager": pager,
        "once": once.fresh(),
    }
    return render(request, "web/carrier/endpoint.html", context)


@form_page(VERB)
def new(request: HttpRequest) -> HttpResponse:
    organisation = organisation_of(request, VERB)
    words = Ask(
        title=_("A new webhook endpoint"),
        lead=_("What happens to your trucks is sent there as it happens, signed by the Standard Webhooks rules."),
        button=_("Make it"),
    )

    def run(**inputs: Any) -> Any:
        return operations.create_endpoint(organisation=organisation, **inputs)

    return ask_for_secret(request, words, form=EndpointForm(sent(request)), run=run, shown=_secret, back=_list())


@form_page(VERB)
def change(request: HttpRequest, ref: str) -> HttpResponse:
    """Another address, other events. Raises UnknownEndpoint."""
    row = _endpoint(request, ref)
    known = {"url": row.url, "description": row.description, "kinds": row.kinds}
    words = Ask(title=_("Change the endpoint"), button=_("Keep it so"))

    def run(**inputs: Any) -> Any:
        return operations.change_endpoint(organisation=row.organisation, ref=row.ref, **inputs)

    form = EndpointForm(sent(request), initial=known)
    return ask(request, words, form=form, run=run, done=_changed, back=_one(row))


@form_page(VERB)
def rotate(request: HttpRequest, ref: str) -> HttpResponse:
    """A new secret; the old one signs beside it for a time. Raises UnknownEndpoint."""
    row = _endpoint(request, ref)
    lead = _("Every message carries a signature by each live secret, so that you change over without losing one.")
    words = Ask(title=_("A new secret"), button=_("Make a new secret"), lead=lead, facts=_facts(row))

    def run(**inputs: Any) -> Any:
        return operations.rotate_secret(organisation=row.organisation, ref=row.ref, **inputs)

    return ask_for_secret(request, words, form=RotateForm(sent(request)), run=run, shown=_secret, back=_one(row))


@form_page(VERB)
def switch(request: HttpRequest, ref: str) -> HttpResponse:
    """Off, or on again. Raises UnknownEndpoint."""
    row = _endpoint(request, ref)
    on = row.state == "enabled"
    if on:
        lead = _("What waits is not sent, nor what happens until it is on again. All of it can be replayed.")
        words = Ask(_("Switch off"), _("Switch it off"), lead=lead, danger=True, facts=_facts(row))
    else:
        lead = _("Its record begins anew. What was missed is not sent by itself: replay it.")
        words = Ask(_("Switch on"), _("Switch it on"), lead=lead, facts=_facts(row))
    act = operations.disable_endpoint if on else operations.enable_endpoint

    def run(**inputs: Any) -> Any:
        return act(organisation=row.organisation, ref=row.ref, **inputs)

    return ask(request, words, form=Confirm(sent(request)), run=run, done=_switched, back=_one(row))


@form_page(VERB)
def remove(request: HttpRequest, ref: str) -> HttpResponse:
    """Deletes an endpoint with its deliveries. Raises UnknownEndpoint."""
    row = _endpoint(request, ref)
    lead = _("Its deliveries go with it, the dead letters too.")
    words = Ask(_("Remove the endpoint"), _("Remove it"), lead=lead, danger=True, facts=_facts(row))

    def run(**inputs: Any) -> Any:
        return operations.remove_endpoint(organisation=row.organisation, ref=row.ref, **inputs)

    return ask(request, words, form=Confirm(sent(request)), run=run, done=_removed, back=_list())


@action(VERB)
def test(request: HttpRequest, ref: str) -> HttpResponse:
    """Sends an event made for trying. Raises UnknownEndpoint."""
    row = _endpoint(request, ref)

    def run(**inputs: Any) -> Any:
        return operations.send_test(organisation=row.organisation, ref=row.ref, **inputs)

    return press(request, run=run, done=_sent, back=_one(row))


@form_page(VERB)
def replay_range(request: HttpRequest, ref: str) -> HttpResponse:
    """Sends again what fell into a range of time. Raises UnknownEndpoint."""
    row, zone = _endpoint(request, ref), office(request).zone
    day = clock.now().astimezone(zone).replace(tzinfo=None, second=0, microsecond=0)
    words = Ask(
        title=_("Replay a range"),
        lead=_("Each message keeps its id, so that a receiver can tell what it has seen. At most 10,000 at once."),
        button=_("Send again"),
        facts=_facts(row),
    )

    def run(since: datetime, until: datetime, everything: bool, **inputs: Any) -> Any:
        states = ["delivered", "exhausted", "disabled"] if everything else ["exhausted", "disabled"]
        span = {"since": since.replace(tzinfo=zone), "until": until.replace(tzinfo=zone)}
        return operations.replay_range(organisation=row.organisation, ref=row.ref, states=states, **span, **inputs)

    form = RangeForm(sent(request), initial={"since": day - timedelta(days=3), "until": day})
    return ask(request, words, form=form, run=run, done=_replayed, back=_one(row))


def _endpoint(request: HttpRequest, ref: str) -> Endpoint:
    return endpoint_of(ref, organisation_of(request, VERB))


def _secret(result: tuple[Endpoint, str]) -> Shown:
    return [(_("Signing secret"), result[1])]


def _facts(row: Endpoint) -> list[tuple[str, str]]:
    return [(_("Address"), row.url), (_("Reference"), row.ref)]


def _list() -> str:
    return reverse("web:carrier_endpoints")


def _one(row: Endpoint) -> str:
    return reverse("web:carrier_endpoint", args=[row.ref])


def _changed(_result: Any) -> str:
    return _("The endpoint is changed.")


def _switched(row: Endpoint) -> str:
    return _("The endpoint is on.") if row.state == "enabled" else _("The endpoint is off.")


def _removed(_result: Any) -> str:
    return _("The endpoint is removed.")


def _sent(_result: Any) -> str:
    return _("A test event is on its way: its answer stands in the list in a moment.")


def _replayed(count: int) -> str:
    return ngettext("%(count)s message is sent again.", "%(count)s messages are sent again.", count) % {"count": count}
