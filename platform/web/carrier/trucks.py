"""A truck of the organisation, made known by its plate."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Vehicle
from accounts.operations import register_vehicle
from web import words
from web.carrier.acts import ask
from web.carrier.office import VERB, organisation_of
from web.driver.forms import Plain
from web.pages import form_page
from web.staff.acts import Ask
from web.staff.pages import sent


class TruckForm(Plain):
    country = forms.ChoiceField(label=gettext_lazy("Country of the plate"))
    plate = forms.CharField(
        label=gettext_lazy("Plate"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    length_m = forms.DecimalField(
        label=gettext_lazy("Length in metres"), initial=17, min_value=3, max_value=40, max_digits=4, decimal_places=1
    )
    reefer = forms.BooleanField(label=gettext_lazy("Refrigerated: needs power in the bay"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["country"].choices = [(code, words.country(code)) for code in words.COUNTRIES]  # type: ignore[attr-defined]


@form_page(VERB)
def new(request: HttpRequest) -> HttpResponse:
    """Adds a truck to the fleet."""
    organisation = organisation_of(request)
    lead = _("A truck whose plate is known already keeps its size; one of another organisation stays with it.")
    ask_words = Ask(title=_("Add a truck"), lead=lead, button=_("Add it"))

    def run(**inputs: Any) -> Any:
        return register_vehicle(user=request.user, organisation=organisation, **inputs)

    return ask(request, ask_words, form=TruckForm(sent(request)), run=run, done=_added, back=reverse("web:carrier"))


def _added(vehicle: Vehicle) -> str:
    return _("%(plate)s is in your fleet.") % {"plate": vehicle.plate}
