"""API clients of the organisation: what each may do, and its keys. A key's secret is shown once, in the answer that made it."""

from __future__ import annotations

from typing import Any

from allauth.idp.oidc.models import Client
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.errors import UnknownClient
from accounts.models import ApiClient
from accounts.operations import add_key, change_client, create_client, revoke_key
from accounts.operations.clients import KEYS_AT_ONCE, client_of
from accounts.scopes import SCOPES
from web.carrier.acts import Shown, ask, ask_for_secret
from web.carrier.office import organisation_of
from web.driver.forms import Plain
from web.pages import form_page, page
from web.staff.acts import Ask
from web.staff.forms import Confirm
from web.staff.pages import sent

VERB = "client.manage"


class ScopesForm(Plain):
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What it may do"),
        choices=[(name, words) for name, words in SCOPES.items()],
        widget=forms.CheckboxSelectMultiple,
    )


class ClientForm(ScopesForm):
    name = forms.CharField(
        label=gettext_lazy("Name of the program"),
        max_length=100,
        help_text=gettext_lazy("Such as the system you plan with."),
    )
    field_order = ("name", "scopes")


class ChangeForm(ScopesForm):
    is_active = forms.BooleanField(label=gettext_lazy("It is let in"), required=False)


@page(VERB)
def clients(request: HttpRequest) -> HttpResponse:
    """The organisation's programs, each with its keys."""
    rows = list(ApiClient.objects.filter(organisation=organisation_of(request, VERB)))
    keys: dict[int, list[Client]] = {}
    for key in Client.objects.filter(owner__in=[row.user_id for row in rows]).order_by("created_at"):
        keys.setdefault(key.owner_id, []).append(key)
    lines = [(row, keys.get(row.user_id, []), len(row.scopes.split())) for row in rows]
    return render(request, "web/carrier/clients.html", {"lines": lines})


@page(VERB)
def client(request: HttpRequest, ref: str) -> HttpResponse:
    """One program: its scopes in words, its keys. Raises UnknownClient."""
    row = client_of(ref, organisation_of(request, VERB))
    keys = list(Client.objects.filter(owner=row.user_id).order_by("created_at"))
    scopes = [(name, SCOPES[name]) for name in row.scopes.split()]
    context = {"client": row, "keys": keys, "scopes": scopes, "may_add": len(keys) < KEYS_AT_ONCE}
    return render(request, "web/carrier/client.html", context)


@form_page(VERB)
def new(request: HttpRequest) -> HttpResponse:
    organisation = organisation_of(request, VERB)
    words = Ask(
        title=_("A new API client"),
        lead=_("A program of yours signs in with a key. Let it do what it needs and no more."),
        button=_("Make it"),
    )

    def run(**inputs: Any) -> Any:
        return create_client(organisation=organisation, **inputs)

    return ask_for_secret(request, words, form=ClientForm(sent(request)), run=run, shown=_key, back=_list())


@form_page(VERB)
def new_key(request: HttpRequest, ref: str) -> HttpResponse:
    """One more key, so that the one in use can be replaced without a pause. Raises UnknownClient."""
    row = client_of(ref, organisation_of(request, VERB))
    lead = _("The old key goes on working until you revoke it: change over first, then revoke.")
    words = Ask(title=_("A new key"), button=_("Make a key"), lead=lead, facts=_facts(row))

    def run(**inputs: Any) -> Any:
        return add_key(ref=row.ref, organisation=row.organisation, **inputs)

    return ask_for_secret(request, words, form=Confirm(sent(request)), run=run, shown=_key, back=_one(row))


@form_page(VERB)
def revoke(request: HttpRequest, ref: str) -> HttpResponse:
    """Ends a key, named in the query, and all its tokens. Raises UnknownClient."""
    row = client_of(ref, organisation_of(request, VERB))
    key = Client.objects.filter(pk=request.GET.get("key", "")[:100], owner=row.user_id).first()
    if key is None:
        raise UnknownClient
    facts = [*_facts(row), (_("Access key"), key.pk)]
    lead = _("It stops working at once, and so do its tokens.")
    words = Ask(title=_("Revoke a key"), button=_("Revoke it"), lead=lead, danger=True, facts=facts)

    def run(**inputs: Any) -> Any:
        return revoke_key(ref=row.ref, key_id=key.pk, organisation=row.organisation, **inputs)

    return ask(request, words, form=Confirm(sent(request)), run=run, done=_revoked, back=_one(row))


@form_page(VERB)
def change(request: HttpRequest, ref: str) -> HttpResponse:
    """What a program may do, and whether it is let in at all. Raises UnknownClient."""
    row = client_of(ref, organisation_of(request, VERB))
    form = ChangeForm(sent(request), initial={"scopes": row.scopes.split(), "is_active": row.is_active})
    lead = _("Tokens that may do something it loses end at once.")
    words = Ask(title=_("What it may do"), button=_("Keep it so"), lead=lead, facts=_facts(row))

    def run(**inputs: Any) -> Any:
        return change_client(ref=row.ref, organisation=row.organisation, **inputs)

    return ask(request, words, form=form, run=run, done=_changed, back=_one(row))


def _key(result: tuple[ApiClient, Client, str]) -> Shown:
    _client, key, secret = result
    return [(_("client_id"), key.pk), (_("client_secret"), secret)]


def _facts(row: ApiClient) -> list[tuple[str, str]]:
    return [(_("API client"), row.name), (_("Reference"), row.ref)]


def _list() -> str:
    return reverse("web:carrier_clients")


def _one(row: ApiClient) -> str:
    return reverse("web:carrier_client", args=[row.ref])


def _revoked(_result: Any) -> str:
    return _("The key is revoked.")


def _changed(row: ApiClient) -> str:
    return _("%(client)s is changed.") % {"client": row.name}
