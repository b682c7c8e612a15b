"""Trucks of the organisation: made known by their plate, with the size that decides which bay fits."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.errors import UnknownVehicle
from accounts.models import Organisation, Vehicle
from accounts.operations import register_vehicle, update_vehicle
from accounts.plates import normalise
from web import words
from web.carrier.acts import ask
from web.carrier.office import VERB, organisation_of
from web.driver.forms import Plain
from web.pages import form_page, page
from web.staff.acts import Ask
from web.staff.pages import sent

PER_PAGE = 50


class SizeForm(Plain):
    """Sizes in metres, as wide a range as the operations take."""

    length_m = forms.DecimalField(
        label=gettext_lazy("Length in metres"), initial=17, min_value=2, max_value=40, max_digits=4, decimal_places=1
    )
    width_m = forms.DecimalField(
        label=gettext_lazy("Width in metres"), min_value=1, max_value=6, max_digits=3, decimal_places=2
    )
    reefer = forms.BooleanField(label=gettext_lazy("Refrigerated: needs power in the bay"), required=False)


class TruckForm(SizeForm):
    """A plate and the little that must be known of a truck; its width is the usual one until somebody says otherwise."""

    width_m = None  # type: ignore[assignment]  # takes the field out
    country = forms.ChoiceField(label=gettext_lazy("Country of the plate"))
    plate = forms.CharField(
        label=gettext_lazy("Plate"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    field_order = ("country", "plate", "length_m", "reefer")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["country"].choices = [(code, words.country(code)) for code in words.COUNTRIES]  # type: ignore[attr-defined]


@page(VERB)
def trucks(request: HttpRequest) -> HttpResponse:
    """The whole fleet by plate, with the sizes and how many may drive each."""
    search = request.GET.get("q", "").replace("\x00", "")[:40]
    rows = _trucks(organisation_of(request)).filter(plate_key__contains=normalise(search))
    rows = rows.annotate(named=Count("drivers")).order_by("plate_key", "pk")
    pager = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "web/carrier/trucks.html", {"pager": pager, "search": search})


@form_page(VERB)
def new(request: HttpRequest) -> HttpResponse:
    """Adds a truck to the fleet."""
    organisation = organisation_of(request)
    lead = _("A truck whose plate is known already keeps its size; one of another organisation stays with it.")
    ask_words = Ask(title=_("Add a truck"), lead=lead, button=_("Add it"))

    def run(**inputs: Any) -> Any:
        return register_vehicle(user=request.user, organisation=organisation, **inputs)

    return ask(request, ask_words, form=TruckForm(sent(request)), run=run, done=_added, back=reverse("web:carrier"))


@form_page(VERB)
def change(request: HttpRequest, ref: str) -> HttpResponse:
    """Another size or equipment of a truck; another plate is another truck. Raises UnknownVehicle."""
    vehicle = _trucks(organisation_of(request)).filter(ref=ref).first()
    if vehicle is None:
        raise UnknownVehicle
    lead = _("The size decides which bay the truck is given.")
    ask_words = Ask(title=_("Change the size"), lead=lead, button=_("Save"), facts=[(_("Plate"), vehicle.plate)])

    def run(**inputs: Any) -> Any:
        return update_vehicle(user=request.user, ref=ref, **inputs)

    initial = {"length_m": vehicle.length_m, "width_m": vehicle.width_m, "reefer": vehicle.reefer}
    form = SizeForm(sent(request), initial=initial)
    return ask(request, ask_words, form=form, run=run, done=_changed, back=reverse("web:carrier_trucks"))


def _trucks(organisation: Organisation) -> Any:
    return Vehicle.objects.filter(organisation=organisation)


def _added(vehicle: Vehicle) -> str:
    return _("%(plate)s is in your fleet.") % {"plate": vehicle.plate}


def _changed(vehicle: Vehicle) -> str:
    return _("%(plate)s is changed.") % {"plate": vehicle.plate}
