"""One vehicle at the desk: why it stands where it stands, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.errors import NotFound, Text
from core.models import LedgerEntry
from reservations import operations, queries
from reservations.models import QueueEntry
from reservations.queries.evidence import evidence_of
from web.pages import action, form_page, page
from web.staff.acts import Ask, ask
from web.staff.forms import Confirm, Measure, Reason, StandsIn
from web.staff.pages import press, sent, way_back
from web.staff.readable import readable
from web.staff.views_console import rights
from web.staff.words import PASSED, why_lines
from web.words import queue_class
from yards.choice_words import words_of
from yards.models import Stay

HISTORY = 100


@page("console.read")
def entry(request: HttpRequest, yard_code: str, ref: str) -> HttpResponse:
    """A vehicle's page: its place and the reasons, who was called before it, and all that the record says of its visit."""
    row = entry_at(request, yard_code, ref, "console.read")
    found = queries.explain(row, now=clock.now())
    passed = [(passing, PASSED.get(passing.rule, passing.rule)) for passing in found.passed_by]
    record = LedgerEntry.objects.filter(visit_ref=row.visit_ref, stream__key=row.lane.yard.stream).order_by("-seq")
    stay = live_stay(row)
    context = {
        "entry": row,
        "yard": row.lane.yard,
        "port": row.lane.port,
        "stay": stay,
        "choice": words_of(stay.why) if stay else [],
        "found": found,
        "evidence": evidence_of(row),
        "why": why_lines(found),
        "passed": passed,
        "record": readable(record[:HISTORY]),
        "override": row.overrides.filter(state__in=["pending", "approved"]).first(),
        "rights": rights(request, row.lane.port.code),
        "back": way_back(request, _desk(row)),
    }
    return render(request, "staff/entry.html", context)


@dataclass(frozen=True)
class Act:
    """Something the desk does with one vehicle. `done` and `lead` are filled with plate, ticket and lane."""

    verb: str
    run: Callable[..., Any]
    title: Text
    button: Text
    done: Text
    lead: Text = ""
    form: type[forms.Form] = Confirm
    danger: bool = False


def pressed(act: Act) -> Callable[..., HttpResponse]:
    """This will make the receiver of a button that does `act` at once."""

    @action(act.verb)
    def view(request: HttpRequest, yard_code: str, ref: str) -> HttpResponse:
        row = entry_at(request, yard_code, ref, act.verb)
        return press(request, run=act.run, done=lambda _: filled(act.done, row), back=_desk(row), entry_ref=row.ref)

    return view


def asked(act: Act) -> Callable[..., HttpResponse]:
    """This will make the page that asks before it does `act`."""

    @form_page(act.verb)
    def view(request: HttpRequest, yard_code: str, ref: str) -> HttpResponse:
        row = entry_at(request, yard_code, ref, act.verb)
        return ask_about(request, row, act, form=act.form(sent(request)))

    return view


def ask_about(request: HttpRequest, row: QueueEntry, act: Act, *, form: forms.Form, **fixed: Any) -> HttpResponse:
    """This will ask about one vehicle; `fixed` goes to the operation beside what the form says."""

    def run(**inputs: Any) -> Any:
        return act.run(entry_ref=row.ref, **fixed, **inputs)

    words = Ask(act.title, act.button, lead=filled(act.lead, row), danger=act.danger, facts=facts_of(row))
    return ask(request, words, form=form, run=run, done=lambda _: filled(act.done, row), back=_desk(row))


admit = pressed(
    Act(
        "queue.admit",
        operations.admit,
        title=gettext_lazy("Let in"),
        button=gettext_lazy("Let in"),
        done=gettext_lazy("%(plate)s is in the yard."),
    )
)
in_bay = pressed(
    Act(
        "stay.occupy",
        operations.occupy,
        title=gettext_lazy("In its bay"),
        button=gettext_lazy("In its bay"),
        done=gettext_lazy("%(plate)s stands in its bay."),
    )
)
missed = asked(
    Act(
        "queue.miss",
        operations.miss,
        title=gettext_lazy("Missed its call"),
        button=gettext_lazy("It missed its call"),
        lead=gettext_lazy("Its bay comes free, and it goes back behind the next vehicles."),
        done=gettext_lazy("%(plate)s missed its call."),
        danger=True,
    )
)
withdraw = asked(
    Act(
        "queue.withdraw",
        operations.withdraw,
        title=gettext_lazy("Take out of the order"),
        button=gettext_lazy("Take it out"),
        lead=gettext_lazy("It loses its place, and its reservation ends. This cannot be undone."),
        done=gettext_lazy("%(plate)s is out of the order."),
        form=Reason,
        danger=True,
    )
)
release = asked(
    Act(
        "stay.release",
        operations.release,
        title=gettext_lazy("Leaves its bay"),
        button=gettext_lazy("The bay is free"),
        lead=gettext_lazy("It drives to the exit, and its bay comes free for the next one."),
        done=gettext_lazy("%(plate)s left its bay."),
    )
)
leave = asked(
    Act(
        "queue.exit",
        operations.exit_yard,
        title=gettext_lazy("Leaves the yard"),
        button=gettext_lazy("It has left"),
        lead=gettext_lazy("The visit ends, and its bay comes free. This cannot be undone."),
        done=gettext_lazy("%(plate)s has left the yard."),
    )
)
stands = asked(
    Act(
        "stay.occupy",
        partial(operations.occupy, source="staff"),
        title=gettext_lazy("It stands in another bay"),
        button=gettext_lazy("It stands there"),
        lead=gettext_lazy(
            "Where the port's rule and the bay allow it, it may stay: whoever that bay was held for gets another one. "
            "Else it is guided on."
        ),
        done=gettext_lazy("%(plate)s stands in its bay."),
        form=StandsIn,
    )
)
MEASURE = Act(
    "entry.measure",
    operations.measure,
    title=gettext_lazy("Measured at the gate"),
    button=gettext_lazy("Write it down"),
    lead=gettext_lazy("A bay that is held for it and too small now is replaced at once."),
    done=gettext_lazy("%(plate)s is written down as measured."),
)


@form_page(MEASURE.verb)
def measure(request: HttpRequest, yard_code: str, ref: str) -> HttpResponse:
    row = entry_at(request, yard_code, ref, MEASURE.verb)
    names = ("length_m", "width_m", "hazard_class")
    form = Measure(sent(request), initial={name: getattr(row, name) for name in names})
    return ask_about(request, row, MEASURE, form=form)


# ---------------------------------------------------------------- shared with overrides
def entry_at(request: HttpRequest, yard_code: str, ref: str, verb: str) -> QueueEntry:
    """This will return an entry of this yard that the person may do the verb with; raises NotFound."""
    row = queries.entry_for(user=request.user, ref=ref, verb=verb)
    if row.lane.yard.code != yard_code:
        raise NotFound(field="entry")
    return row


def facts_of(row: QueueEntry) -> Sequence[tuple[Text, Any]]:
    stay = live_stay(row)
    return [
        (_("Plate"), str(row.vehicle)),
        (_("Ticket"), row.ticket),
        (_("Lane"), str(row.lane)),
        (_("Class"), queue_class(row.queue_class)),
        (_("State"), row.get_state_display()),
        (_("Bay"), stay.bay.code if stay else "–"),
    ]


def filled(text: Text, row: QueueEntry) -> str:
    return str(text) % {"plate": row.vehicle.plate, "ticket": row.ticket, "lane": row.lane.code}


def live_stay(row: QueueEntry) -> Stay | None:
    live = Stay.objects.filter(visit_ref=row.visit_ref, state__in=["held", "occupied"])
    return live.select_related("bay__zone").first()


def _desk(row: QueueEntry) -> str:
    return reverse("web:console", args=[row.lane.yard.code])
