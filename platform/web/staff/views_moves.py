"""A vehicle to another bay: what each bay costs it, in words, and the way back right after."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from core import clock
from reservations import operations
from web.pages import form_page
from web.staff.acts import Ask, ask
from web.staff.forms import Move
from web.staff.moving import Offer, by_reason_only, cheapest_first, offers_of
from web.staff.pages import sent, way_back
from web.staff.views_entries import entry_at, facts_of, live_stay
from yards.models import Stay

VERB = "stay.move"
OFFERED = 20  # the others by their code: nobody reads a list of hundreds


@form_page(VERB)
def move(request: HttpRequest, yard_code: str, ref: str) -> HttpResponse:
    """Asks to which bay: with `bay` in the address that one is chosen and its cost said; what was left is offered back afterwards."""
    row = entry_at(request, yard_code, ref, VERB)
    stay = live_stay(row)
    left = stay.bay.code if stay else ""
    offers = offers_of(row, clock.now(), present=left) if stay else {}
    wanted = request.GET.get("bay", "")
    words = Ask(
        title=_("To another bay"),
        button=_("Move it"),
        lead=_("The driver is told at once."),
        facts=[*facts_of(row), *_cost(offers.get(wanted))],
    )
    initial = {"bay_code": wanted, "reason": request.GET.get("reason", "")[:200]}
    form = Move(sent(request), bays=_choices(offers, wanted), known=offers, initial=initial)
    back = way_back(request, reverse("web:console", args=[yard_code]))

    def run(**inputs: Any) -> Stay:
        moved: Stay = operations.move(entry_ref=row.ref, **inputs)
        return moved

    def done(new: Stay) -> str:
        words = _("%(plate)s goes to bay %(bay)s.") % {"plate": row.vehicle.plate, "bay": new.bay.code}
        return _with_undo(words, reverse("web:console_move", args=[yard_code, row.ref]), left, back)

    return ask(request, words, form=form, run=run, done=done, back=back)


def _choices(offers: dict[str, Offer], wanted: str) -> Sequence[tuple[Any, Any]]:
    """The cheapest of each sort, and in any case the one that was named already."""
    fitting = [(offer.code, f"{offer.code}: {offer.words}") for offer in _first(cheapest_first(offers), wanted)]
    others = [(offer.code, f"{offer.code}: {offer.words}") for offer in _first(by_reason_only(offers), wanted)]
    return [*fitting, (_("Only with a reason"), others)] if others else fitting


def _first(offers: list[Offer], wanted: str) -> list[Offer]:
    return [offer for n, offer in enumerate(offers) if n < OFFERED or offer.code == wanted]


def _cost(offer: Offer | None) -> Sequence[tuple[str, str]]:
    return [(_("To bay"), offer.code), (_("Cost"), offer.words)] if offer else []


def _with_undo(words: str, url: str, bay_code: str, back: str) -> str:
    """A message with the way back: the same question with the old bay chosen, so one more press undoes it."""
    if not bay_code:
        return words
    link = _address(url, bay=bay_code, reason=_("moved back"), next=back)
    return format_html(
        '{} <a class="button" href="{}" data-sheet>{}</a>',
        words,
        link,
        _("Move it back to %(bay)s") % {"bay": bay_code},
    )


def _address(url: str, **query: str) -> str:
    return f"{url}?{urlencode(query)}"
