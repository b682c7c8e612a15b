"""People of the organisation and their roles."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.errors import UnknownRole
from accounts.models import CARRIER_PEOPLE, Membership, Role
from accounts.operations.carrier_people import change_carrier_role, invite_carrier_person, remove_carrier_person
from web.carrier.acts import ask
from web.carrier.office import organisation_of
from web.driver.forms import Plain
from web.pages import form_page, page
from web.staff.acts import Ask
from web.staff.forms import Confirm
from web.staff.pages import sent

VERB = "organisation.manage"
ROLES = [(role, Role(role).label) for role in CARRIER_PEOPLE]
WHAT_ROLES_DO = gettext_lazy(
    "Carrier staff reserve and declare. An admin also manages people, API clients and webhooks."
)


class RoleForm(Plain):
    role = forms.ChoiceField(
        label=gettext_lazy("Role"), choices=ROLES, help_text=WHAT_ROLES_DO, widget=forms.RadioSelect
    )


class InviteForm(RoleForm):
    email = forms.EmailField(label=gettext_lazy("E-mail address"))
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    field_order = ("email", "name", "role")


@page(VERB)
def people(request: HttpRequest) -> HttpResponse:
    """Everybody of the office, admins first."""
    rows = _rows(request).order_by("role", "user__name", "pk")
    return render(request, "web/carrier/people.html", {"rows": rows})


@form_page(VERB)
def invite(request: HttpRequest) -> HttpResponse:
    organisation = organisation_of(request, VERB)
    words = Ask(
        title=_("Name a person"),
        lead=_("Who is new gets an account without a password: they open the staff sign-in and ask for one by e-mail."),
        button=_("Give the role"),
    )

    def run(**inputs: Any) -> Any:
        return invite_carrier_person(organisation=organisation, by=request.user, **inputs)

    form = InviteForm(sent(request), initial={"role": "carrier_staff"})
    return ask(request, words, form=form, run=run, done=_named, back=_list())


@form_page(VERB)
def role(request: HttpRequest, ref: str) -> HttpResponse:
    """Another role for a person. Raises UnknownRole."""
    held = _held(request, ref)
    words = Ask(title=_("Another role"), button=_("Give the role"), facts=_facts(held))

    def run(**inputs: Any) -> Any:
        return change_carrier_role(organisation=held.organisation, user_ref=ref, by=request.user, **inputs)

    form = RoleForm(sent(request), initial={"role": held.role})
    return ask(request, words, form=form, run=run, done=_named, back=_list())


@form_page(VERB)
def remove(request: HttpRequest, ref: str) -> HttpResponse:
    """Ends a person's work here. Raises UnknownRole."""
    held = _held(request, ref)
    lead = _("The account stays, but sees nothing of your organisation any more.")
    words = Ask(title=_("Take a person out"), button=_("Take out"), lead=lead, danger=True, facts=_facts(held))

    def run(**inputs: Any) -> Any:
        return remove_carrier_person(organisation=held.organisation, user_ref=ref, by=request.user, **inputs)

    back = _list() if held.user_id != request.user.pk else reverse("web:home")
    return ask(request, words, form=Confirm(sent(request)), run=run, done=_gone, back=back)


def _rows(request: HttpRequest) -> Any:
    rows = Membership.objects.filter(organisation=organisation_of(request, VERB), role__in=CARRIER_PEOPLE)
    return rows.select_related("user", "organisation")


def _held(request: HttpRequest, ref: str) -> Any:
    held = _rows(request).filter(user__ref=ref).first()
    if held is None:
        raise UnknownRole
    return held


def _facts(held: Membership) -> list[tuple[str, str]]:
    return [
        (_("Person"), str(held.user)),
        (_("E-mail address"), held.user.email or ""),
        (_("Role"), held.get_role_display()),
    ]


def _list() -> str:
    return reverse("web:carrier_people")


def _named(_result: Any) -> str:
    return _("The role is given.")


def _gone(_result: Any) -> str:
    return _("The person is out.")
