"""Drivers of the organisation: named by their phone, each with the trucks they may drive, taken off again."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Organisation, User, Vehicle
from accounts.operations import name_driver, set_vehicles_of_driver
from accounts.operations.drivers import driver_of, with_fleet
from accounts.plates import normalise
from web import words
from web.carrier.acts import ask
from web.carrier.driver_forms import NameForm, TrucksForm
from web.carrier.office import VERB, organisation_of
from web.pages import form_page, page
from web.staff.acts import Ask
from web.staff.forms import Confirm
from web.staff.pages import sent

PER_PAGE = 50
END = 4  # digits of a number that its organisation is shown: the number itself is the driver's own
TEMPLATE = "web/carrier/drivers.html"


@page(VERB)
def drivers(request: HttpRequest) -> HttpResponse:
    """Who may drive the organisation's trucks; searched by a plate or by the last digits of a phone."""
    search = request.GET.get("q", "").replace("\x00", "")[:40]
    pager = Paginator(_drivers(organisation_of(request), search), PER_PAGE).get_page(request.GET.get("page"))
    lines = [(driver, end_of(driver), driver.fleet) for driver in pager]
    return render(request, TEMPLATE, {"pager": pager, "lines": lines, "search": search})


@form_page(VERB)
def name(request: HttpRequest) -> HttpResponse:
    """Lets the person of a phone number drive some trucks."""
    organisation = organisation_of(request)
    ask_words = Ask(
        title=_("Name a driver"),
        lead=_("The driver is told by message, signs in with this phone and may leave again."),
        button=_("Name the driver"),
    )

    def run(**inputs: Any) -> Any:
        return name_driver(organisation=organisation, **inputs)

    form = NameForm(sent(request), trucks=_trucks(organisation), initial={"vehicles": request.GET.getlist("vehicle")})
    return ask(request, ask_words, form=form, run=run, done=_may_drive, back=_list())


@form_page(VERB)
def trucks(request: HttpRequest, ref: str) -> HttpResponse:
    """Which trucks a driver may drive. Raises UnknownDriver."""
    organisation = organisation_of(request)
    driver = with_fleet(driver_of(ref, organisation), organisation)
    ask_words = Ask(title=_("Which trucks?"), button=_("Save"), facts=_facts(driver))

    def run(**inputs: Any) -> Any:
        return set_vehicles_of_driver(organisation=organisation, ref=ref, **inputs)

    initial = {"vehicles": [vehicle.ref for vehicle in driver.fleet]}  # type: ignore[attr-defined]
    form = TrucksForm(sent(request), trucks=_trucks(organisation), initial=initial)
    return ask(request, ask_words, form=form, run=run, done=_may_drive, back=_list())


@form_page(VERB)
def remove(request: HttpRequest, ref: str) -> HttpResponse:
    """Takes a driver off all trucks of the organisation. Raises UnknownDriver."""
    organisation = organisation_of(request)
    facts = _facts(with_fleet(driver_of(ref, organisation), organisation))
    lead = _("The driver sees your trucks no more. What is reserved in their name stays theirs.")
    ask_words = Ask(title=_("Take a driver off"), button=_("Take off"), lead=lead, danger=True, facts=facts)

    def run(**inputs: Any) -> Any:
        return set_vehicles_of_driver(organisation=organisation, ref=ref, vehicles=(), **inputs)

    return ask(request, ask_words, form=Confirm(sent(request)), run=run, done=_is_off, back=_list())


def end_of(driver: User) -> str:
    """This will return what the organisation is shown of a driver's number; a sandbox's driver has a name alone."""
    return (driver.phone or driver.name)[-END:]


def _drivers(organisation: Organisation, search: str) -> Any:
    own, wanted = _trucks(organisation), normalise(search)
    found = Q(vehicles__in=own.filter(plate_key__contains=wanted))
    if (
        wanted.isdecimal() and len(wanted) <= END
    ):  # never more than is shown: else a number could be guessed digit by digit
        found |= Q(vehicles__in=own, phone__endswith=wanted)
    rows = User.objects.filter(found).distinct().order_by("-pk")
    return rows.prefetch_related(Prefetch("vehicles", queryset=own, to_attr="fleet"))


def _trucks(organisation: Organisation) -> Any:
    return Vehicle.objects.filter(organisation=organisation).order_by("plate_key", "pk")


def _facts(driver: Any) -> list[tuple[str, str]]:
    return [(_("Phone number ends in"), end_of(driver)), (_("May drive"), words.vehicles(len(driver.fleet)))]


def _list() -> str:
    return reverse("web:carrier_drivers")


def _may_drive(driver: Any) -> str:
    if not driver.fleet:
        return _is_off(driver)
    said = {"end": end_of(driver), "vehicles": words.vehicles(len(driver.fleet))}
    return _("The driver whose number ends in %(end)s may drive %(vehicles)s now.") % said


def _is_off(_driver: Any) -> str:
    return _("The driver is taken off.")
