"""The appeal desk: what counts and by which rule, the holder's words, what the record says, and an answer with a reason."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from core.errors import NotFound
from core.models import LedgerEntry
from reservations import queries
from reservations.models import Appeal
from reservations.operations import decide_appeal
from reservations.streams import port_stream
from web.pages import form_page, live, live_page, page
from web.staff.acts import Ask, ask
from web.staff.forms_disruption import Answer
from web.staff.mark_words import rule_of_mark
from web.staff.pages import sent
from web.staff.readable import readable
from web.staff.views_console import rights

VERB = "appeal.decide"
KINDS = "appeal.asked appeal.granted appeal.rejected"
DECIDED_SHOWN, RECORD_SHOWN = 30, 60
RELATED = (
    *("asked_by", "decided_by", "mark__vehicle", "mark__organisation"),
    *("mark__reservation__lane__port", "mark__reservation__lane__yard", "mark__reservation__slot__policy"),
)


@page(VERB)
def appeals(request: HttpRequest, port_code: str) -> HttpResponse:
    """Those that wait for an answer, the oldest first, and the latest answers."""
    port = queries.port_for(user=request.user, code=port_code, verb=VERB)
    rows = Appeal.objects.filter(mark__reservation__lane__port=port).select_related(*RELATED)
    context = {
        "live": live(port_stream(port), "staff"),
        "kinds": KINDS,
        "port": port,
        "rights": rights(request, port.code),
        "pending": rows.filter(state="pending").order_by("asked_at", "pk"),
        "decided": rows.exclude(state="pending").order_by("-decided_at", "-pk")[:DECIDED_SHOWN],
    }
    return live_page(request, "staff/appeals.html", context, appeals="staff/_appeals.html")


@page(VERB)
def appeal(request: HttpRequest, port_code: str, ref: str) -> HttpResponse:
    """One appeal beside the rule and the record of the visit it is about."""
    row = _appeal(request, port_code, ref)
    return render(request, "staff/appeal.html", _about(request, row))


@form_page(VERB)
def decide(request: HttpRequest, port_code: str, ref: str, answer: str) -> HttpResponse:
    """Grant or reject, with words that the holder reads."""
    if answer not in ("approve", "reject"):
        raise NotFound(field="answer")
    row = _appeal(request, port_code, ref)
    grant = answer == "approve"
    facts = [
        (_("Appeal"), row.ref),
        (_("It counts as"), row.mark.get_kind_display()),
        (_("Plate"), str(row.mark.vehicle)),
    ]
    lead = _("It counts no more, and a pause that came of it ends.") if grant else _("It goes on counting.")
    words = Ask(
        _("Grant the appeal") if grant else _("Reject the appeal"),
        _("Grant it") if grant else _("Reject it"),
        lead=lead,
        danger=not grant,
        facts=facts,
        context={"port": row.mark.reservation.lane.port, "rights": rights(request, port_code)},
    )

    def run(**inputs: Any) -> Appeal:
        return decide_appeal(ref=row.ref, grant=grant, user=request.user, **inputs)

    back = reverse("web:staff_appeals", args=[port_code])
    return ask(request, words, form=Answer(sent(request)), run=run, done=_decided, back=back)


def _about(request: HttpRequest, row: Appeal) -> dict[str, Any]:
    reservation = row.mark.reservation
    entries = LedgerEntry.objects.filter(visit_ref=reservation.visit_ref, stream__key=reservation.lane.yard.stream)
    return {
        "port": reservation.lane.port,
        "rights": rights(request, reservation.lane.port.code),
        "row": row,
        "rule": rule_of_mark(row.mark),
        "lines": readable(entries.select_related("stream").order_by("-seq")[:RECORD_SHOWN]),
        "is_own": row.asked_by_id == request.user.pk,
    }


def _appeal(request: HttpRequest, port_code: str, ref: str) -> Appeal:
    row: Appeal = queries.appeal_for(user=request.user, ref=ref, verb=VERB)
    if row.mark.reservation.lane.port.code != port_code:
        raise NotFound(field="appeal")
    return row


def _decided(row: Appeal) -> str:
    if row.state == "granted":
        return _("Granted: it counts no more. The holder reads the reason.")
    return _("Rejected: it goes on counting. The holder reads the reason.")
