"""Disruption: what is shut, what a closure would mean, the one button that does it, and the ways back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import clock
from core.errors import Busy, DomainError, NotFound
from reservations import operations, queries
from reservations.operations.preview import preview_closure
from reservations.streams import port_stream
from web import once
from web.pages import form_page, live, live_page, page
from web.staff.acts import Ask, ask
from web.staff.forms import Reason
from web.staff.forms_disruption import STAGES, Closing, Lifting, stages_after
from web.staff.pages import sent
from web.staff.previews import previewed, result_of
from web.staff.views_console import rights
from yards.models import Closure, ClosureScope, Lane, Port, Yard

READ, DECLARE = "closure.read", "closure.declare"
KINDS = "closure.declared closure.lifted closure.undone disposition.made"
SHOWN = 100


@page(READ)
def closures(request: HttpRequest, port_code: str) -> HttpResponse:
    """What is shut and what was."""
    port = queries.port_for(user=request.user, code=port_code, verb=READ)
    context = {
        "live": live(port_stream(port), "staff"),
        "kinds": KINDS,
        "port": port,
        "rights": rights(request, port.code),
        "rows": queries.closures_of(port)[:SHOWN],
    }
    return live_page(request, "staff/closures.html", context, closures="staff/_closures.html")


@page(READ)
def closure(request: HttpRequest, port_code: str, ref: str) -> HttpResponse:
    """One closure: who went where, and what can still be done."""
    row = _closure(request, port_code, ref, READ)
    context = {
        "live": live(port_stream(row.port), "staff"),
        "kinds": KINDS,
        "port": row.port,
        "rights": rights(request, port_code),
        "row": row,
        "stages": _stages(row),
        "is_over": row.is_over(clock.now()),
        "result": result_of(row),
    }
    return live_page(request, "staff/closure.html", context, closure="staff/_closure.html")


@form_page(DECLARE)
def declare(request: HttpRequest, port_code: str) -> HttpResponse:
    """First what it means, without any effect; then, by the button below it, the closure itself."""
    port = queries.port_for(user=request.user, code=port_code, verb=DECLARE)
    with timezone.override(port.tz):  # what is typed and shown is the port's time
        return _declare(request, port)


def _declare(request: HttpRequest, port: Port) -> HttpResponse:
    lanes = list(Lane.objects.filter(port=port).select_related("yard").order_by("yard__code", "code"))
    first = {"scope": "lane", "lanes": request.GET.getlist("lane")}
    form = Closing(
        sent(request), lanes=lanes, yards=list(Yard.objects.filter(port=port).order_by("code")), initial=first
    )
    context = {"port": port, "rights": rights(request, port.code)}
    if request.method == "POST" and "confirm" not in request.POST and form.is_valid():
        return _preview(request, port, form, context)

    def run(*, now: datetime, starts_at: datetime | None, stages: Any, **inputs: Any) -> Closure:
        declared: Closure = operations.declare_closure(
            port_code=port.code,
            starts_at=starts_at or now,
            stages=stages_after(inputs["ends_at"], stages),
            user=request.user,
            now=now,
            **inputs,
        )
        return declared

    words = Ask(_("Close something"), _("Close it"), template="staff/closure_new.html", context=context)
    return ask(request, words, form=form, run=run, done=_declared, back=_list(port))


def _preview(request: HttpRequest, port: Port, form: Closing, context: dict[str, Any]) -> HttpResponse:
    """Works out what the closure would do, with no effect; what the rules do not allow stands beside its field."""
    said, now, preview = form.cleaned_data, clock.now(), None
    try:
        found = preview_closure(
            port_code=port.code,
            scope=said["scope"],
            lane_codes=said["lane_codes"],
            starts_at=said["starts_at"] or now,
            ends_at=said["ends_at"],
            stages=stages_after(said["ends_at"], said["stages"]),
            now=now,
        )
        preview = previewed(found, port)
    except Busy:
        raise
    except DomainError as error:
        form.add_error(error.field if error.field in form.fields else None, error.detail)
    key = request.POST.get(once.FIELD) or once.fresh()
    scope = dict(ClosureScope.choices)[said["scope"]]
    outline = said | {"scope": scope, "lanes": ", ".join(said["lane_codes"])}
    more = {"form": form, "preview": preview, "outline": outline, "once": key}
    return render(request, "staff/closure_new.html", context | more, status=200 if preview else 422)


@form_page(DECLARE)
def lift(request: HttpRequest, port_code: str, ref: str) -> HttpResponse:
    """Say from when on the lanes work again, in stages or at once."""
    row = _closure(request, port_code, ref, DECLARE)
    with timezone.override(row.port.tz):
        form = Lifting(sent(request), initial=_announced(row))
        context = {"port": row.port, "row": row, "rights": rights(request, port_code)}
        words = Ask(_("Open again"), _("Open again"), template="staff/closure_lift.html", context=context)

        def run(*, now: datetime, ends_at: datetime | None, stages: Any, **inputs: Any) -> Closure:
            opens_at = ends_at or now
            lifted: Closure = operations.lift_closure(
                ref=row.ref, ends_at=opens_at, stages=stages_after(opens_at, stages), now=now, **inputs
            )
            return lifted

        return ask(request, words, form=form, run=run, done=_lifted, back=_page_of(row))


@form_page(DECLARE)
def undo(request: HttpRequest, port_code: str, ref: str) -> HttpResponse:
    """Take a closure back while nobody was called on a new slot."""
    row = _closure(request, port_code, ref, DECLARE)
    lead = _(
        "Everybody gets the old slot back, and one message: all or nobody, and only until the first old slot ends."
    )
    words = Ask(
        _("Undo the closure"),
        _("Undo it"),
        lead=lead,
        danger=True,
        facts=[(_("Closure"), row.ref), (_("Reason"), row.reason)],
        context={"port": row.port, "rights": rights(request, port_code)},
    )

    def run(**inputs: Any) -> Closure:
        return operations.undo_closure(ref=row.ref, **inputs)

    return ask(request, words, form=Reason(sent(request)), run=run, done=_undone, back=_page_of(row))


def _stages(row: Closure) -> list[tuple[datetime, datetime, int]]:
    return [(datetime.fromisoformat(begins), datetime.fromisoformat(until), rate) for begins, until, rate in row.stages]


def _announced(row: Closure) -> dict[str, int]:
    """The stages as announced, for the form: what is not touched stays."""
    found: dict[str, int] = {}
    for number, (begins, until, rate) in enumerate(_stages(row)[:STAGES], start=1):
        hours = max(1, round((until - begins).total_seconds() / 3600))
        found |= {f"stage_{number}_hours": hours, f"stage_{number}_rate": rate}
    return found


def _closure(request: HttpRequest, port_code: str, ref: str, verb: str) -> Closure:
    row: Closure = queries.closure_for(user=request.user, ref=ref, verb=verb)
    if row.port.code != port_code:
        raise NotFound(field="closure")
    return row


def _list(port: Port) -> str:
    return reverse("web:staff_closures", args=[port.code])


def _page_of(row: Closure) -> str:
    return reverse("web:staff_closure", args=[row.port.code, row.ref])


def _declared(row: Closure) -> str:
    count = row.dispositions.count()
    text = ngettext(
        "%(ref)s is in force. %(count)s reservation has its answer and its message.",
        "%(ref)s is in force. %(count)s reservations have their answer and their message.",
        count,
    )
    return text % {"ref": row.ref, "count": count}


def _lifted(_row: Closure) -> str:
    return _("It is said when the lanes open again.")


def _undone(_row: Closure) -> str:
    return _("The closure is taken back.")
