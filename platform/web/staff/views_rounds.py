"""The calendar of rounds, and one round: what is asked, how far it is, what came of it, and what to do when it failed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.errors import NotFound
from reservations import operations, queries, round_figures
from reservations.models import Round
from reservations.round_figures import Watched
from reservations.streams import port_stream
from web.pages import form_page, live, live_page, page
from web.staff import rounds as lines
from web.staff.acts import Ask, ask
from web.staff.forms import Reason
from web.staff.pages import sent
from web.staff.pictures import Picture, bars
from web.staff.views_console import rights
from yards.models import Port

VERB, MANAGE = "round.read", "round.manage"
KINDS = (
    "round.announced round.opened round.closed round.drawn round.redrawn round.failed round.published round.void"
    " request.made request.changed request.withdrawn request.placed"
)
SAID = {
    "announced": gettext_lazy("Requests open at %(opens_at)s. Nobody can be too late before that."),
    "open": gettext_lazy("Requests are taken until %(closes_at)s. It does not matter who asks first."),
    "closed": gettext_lazy("Requests are closed. The round is drawn; the result is due at %(publishes_at)s."),
    "drawn": gettext_lazy("The round is drawn and checked. The result is out at %(publishes_at)s, for everybody at once."),
    "published": gettext_lazy("The result is out since %(published_at)s. Anybody can run the round again and compare."),
    "failed": gettext_lazy("The round is run again by a supervisor, or called off."),
    "void": gettext_lazy("The round was called off. Places of this day are given as they are asked for."),
}  # fmt: skip


@page(VERB)
def rounds(request: HttpRequest, port_code: str) -> HttpResponse:
    """The days ahead on one time line, and the rounds of the last weeks."""
    port = queries.port_for(user=request.user, code=port_code, verb=VERB)
    now, from_here = clock.now(), live(port_stream(port), "staff")
    context = {
        "live": from_here,
        "kinds": KINDS,
        "port": port,
        "rights": rights(request, port.code),
        "calendar": lines.laid_out(port, round_figures.calendar(port, now=now), now=now),
        "past": round_figures.past(port, now=now),
    }
    return live_page(request, "staff/rounds.html", context, calendar="staff/_calendar.html")


@page(VERB)
def round_page(request: HttpRequest, port_code: str, ref: str) -> HttpResponse:
    """One round while it is collected, drawn and published."""
    row = _round(request, port_code, ref, VERB)
    now, from_here = clock.now(), live(port_stream(row.port), "staff")
    [watched] = round_figures.watched(row.port, {row.service_date: row})
    context = {
        "live": from_here,
        "kinds": KINDS,
        "port": row.port,
        "rights": rights(request, port_code),
        "row": row,
        "watched": watched,
        "said": said(row),
        "is_drawing": row.state == "closed" and bool(row.lease_until and row.lease_until > now),
        "classes": round_figures.by_class(row),
        "demand": _demand(watched) if watched.hours else None,
    }
    return live_page(request, "staff/round.html", context, round="staff/_round.html")


@form_page(MANAGE)
def retry(request: HttpRequest, port_code: str, ref: str) -> HttpResponse:
    """Run a failed round again over the same requests."""
    row = _round(request, port_code, ref, MANAGE)
    lead = _(
        "The same requests are drawn again, with the seed that was committed to. Nobody loses or gains a place by it."
    )
    words = Ask(_("Run the round again"), _("Run it again"), lead=lead, facts=_facts(row))

    def run(**inputs: Any) -> Round:
        return operations.retry_round(ref=row.ref, **inputs)

    return ask(request, words, form=Reason(sent(request)), run=run, done=_retried, back=_page_of(row))


@form_page(MANAGE)
def void(request: HttpRequest, port_code: str, ref: str) -> HttpResponse:
    """Call a round off: from then on places are given as they are asked for."""
    row = _round(request, port_code, ref, MANAGE)
    lead = _(
        "No round is held for this day. All its requests are told, and its places are free for whoever asks first."
    )
    words = Ask(_("Call the round off"), _("Call it off"), lead=lead, danger=True, facts=_facts(row))

    def run(**inputs: Any) -> Round:
        return operations.void_round(ref=row.ref, **inputs)

    return ask(request, words, form=Reason(sent(request)), run=run, done=_voided, back=_page_of(row))


def said(row: Round) -> str:
    """This will say in one sentence how far a round is, in the port's time."""
    names = ("opens_at", "closes_at", "publishes_at", "published_at")
    return str(SAID[row.state]) % {name: _local(getattr(row, name), row.port) for name in names}


def _local(moment: datetime | None, port: Port) -> str:
    return f"{moment.astimezone(port.tz):%m-%d %H:%M}" if moment else "–"


def _round(request: HttpRequest, port_code: str, ref: str, verb: str) -> Round:
    row: Round = queries.round_for(user=request.user, ref=ref, verb=verb)
    if row.port.code != port_code:
        raise NotFound(field="round")
    return row


def _demand(watched: Watched) -> Picture:
    hours = watched.hours
    series = [
        (_("Places"), [hour.places for hour in hours]),
        (_("Asked"), [hour.asked for hour in hours]),
        (_("Taken"), [hour.taken for hour in hours]),
    ]
    labels = [f"{hour.hour:02d}" for hour in hours]
    return bars(
        labels,
        series,
        title=_("hour"),
        alt=_("Places, requests and taken places in each hour; the table below has the figures."),
    )


def _facts(row: Round) -> list[tuple[str, Any]]:
    return [(_("Day"), row.service_date), (_("Round"), row.ref), (_("State"), row.get_state_display())]


def _page_of(row: Round) -> str:
    return reverse("web:staff_round", args=[row.port.code, row.ref])


def _retried(_row: Round) -> str:
    return _("The round is being drawn again.")


def _voided(_row: Round) -> str:
    return _("The round is called off.")
