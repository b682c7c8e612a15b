"""Coming later, with another vehicle or another driver: what it costs first, then the choice and the button."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.errors import DomainError
from reservations.models import Reservation, Slot
from reservations.operations import change_driver, change_vehicle, extend_reservation
from reservations.operations.extension import MENU_HOURS, first_slot_after
from reservations.queries import reservation_for
from reservations.queries.substitutes import substitute_drivers, substitute_vehicles
from web import once, pages
from web.driver.costs import cost_line, date_words
from web.driver.forms import Plain, vehicle_label
from web.driver.landing import landed

VERB = "reservation.change"


class ChoiceForm(Plain):
    """One choice among rows to press. `name`: the input of the operation that it is."""

    def __init__(self, *args: Any, name: str, label: Any, choices: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.name = name
        field = forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect)
        self.fields[name] = field
        if len(choices) == 1:
            self.initial.setdefault(name, choices[0][0])

    @property
    def has_choices(self) -> bool:
        return bool(self.fields[self.name].choices)  # type: ignore[attr-defined]

    @property
    def chosen(self) -> str:
        return str(self.cleaned_data[self.name])


@pages.form_page(VERB)
def extend(request: HttpRequest, ref: str) -> HttpResponse:
    """Some hours later: each choice says where it leads."""
    mine, now = reservation_for(user=request.user, ref=ref, verb=VERB), clock.now()
    form = ChoiceForm(request.POST or None, name="hours", label=_("How much later?"), choices=_menu(mine, now))

    def act(**claim: Any) -> Any:
        return extend_reservation(ref=mine.ref, hours=int(form.chosen), **claim)

    texts = {"title": gettext_lazy("Come later"), "button": gettext_lazy("Move it"), "effect": EXTENDED}
    return _page(request, mine, form, act, kind="extend", texts=texts)


@pages.form_page(VERB)
def vehicle(request: HttpRequest, ref: str) -> HttpResponse:
    """Another vehicle of the same organisation, no larger."""
    mine = reservation_for(user=request.user, ref=ref, verb=VERB)
    choices = [(row.ref, vehicle_label(row)) for row in substitute_vehicles(mine)[:50]]
    form = ChoiceForm(request.POST or None, name="vehicle", label=_("Which vehicle comes?"), choices=choices)

    def act(**claim: Any) -> Any:
        return change_vehicle(ref=mine.ref, vehicle_ref=form.chosen, **claim)

    texts = {"title": gettext_lazy("Another vehicle"), "button": gettext_lazy("Change the vehicle"), "effect": CHANGED}
    return _page(request, mine, form, act, kind="vehicle", texts=texts)


@pages.form_page(VERB)
def driver(request: HttpRequest, ref: str) -> HttpResponse:
    """Another driver of the same organisation."""
    mine = reservation_for(user=request.user, ref=ref, verb=VERB)
    choices = [(row.ref, row.name or row.ref) for row in substitute_drivers(mine)[:50]]
    form = ChoiceForm(request.POST or None, name="driver", label=_("Who comes?"), choices=choices)

    def act(**claim: Any) -> Any:
        return change_driver(ref=mine.ref, driver_ref=form.chosen, **claim)

    texts = {"title": gettext_lazy("Another driver"), "button": gettext_lazy("Change the driver"), "effect": HANDED}
    return _page(request, mine, form, act, kind="driver", texts=texts)


EXTENDED = gettext_lazy("Your old place goes to others at once. The pass changes: show the new one at the gate.")
CHANGED = gettext_lazy(
    "The time stays. The pass changes: show the new one at the gate. You can change back; that counts again."
)
HANDED = gettext_lazy(
    "The time and the vehicle stay. The new driver sees the reservation; you may not see it any more."
)
NONE_LEFT: dict[str, str | Promise] = {
    "extend": gettext_lazy("There is no room later in the bookable days. Keep your place, or come within its grace."),
    "vehicle": gettext_lazy("No other vehicle of your organisation is of the same kind and no larger."),
    "driver": gettext_lazy("No other driver of this vehicle or of your organisation is known here."),
}


def _page(
    request: HttpRequest,
    mine: Reservation,
    form: ChoiceForm,
    act: Callable[..., Any],
    *,
    kind: str,
    texts: dict[str, Any],
) -> HttpResponse:
    error: DomainError | None = None
    if request.method == "POST" and form.is_valid():
        error = landed(mine, act, request)
        if error is None:
            return _to(request, mine)
        form.refuse(error)
    context = {
        "reservation": mine,
        "slot": mine.slot,
        "lane": mine.lane,
        "port": mine.lane.port,
        "form": form,
        "cost": cost_line(mine, kind, now=clock.now()),
        "none_left": NONE_LEFT[kind],
        "once": once.fresh(),
    }
    status = error.status if error else 422 if form.errors else 200
    return render(request, "web/driver/act.html", context | texts, status=status)


def _to(request: HttpRequest, mine: Reservation) -> HttpResponse:
    """To the reservation, or to the list for who has handed it to another driver."""
    is_mine = Reservation.objects.own_to(request.user).filter(pk=mine.pk).exists()
    return redirect("web:reservation", mine.ref) if is_mine else redirect("web:reservations")


def _menu(mine: Reservation, now: datetime) -> list[tuple[str, str]]:
    """Each slot that the menu leads to, once: the shortest delay that reaches it."""
    led: dict[int, tuple[str, str]] = {}
    for hours in MENU_HOURS:
        slot = first_slot_after(mine, hours=hours, now=now)
        if slot:
            led.setdefault(slot.pk, (str(hours), _later(hours, slot)))
    return list(led.values())


def _later(hours: int, slot: Slot) -> str:
    starts_at, ends_at = (moment.astimezone(slot.lane.port.tz) for moment in (slot.starts_at, slot.ends_at))
    when = f"{date_words(starts_at, slot.lane.port)} {starts_at:%H:%M}–{ends_at:%H:%M}"
    return _("%(when)s, at least %(hours)s h later") % {"hours": hours, "when": when}
