"""Declarations as the port and its customs officers see them: the list, one with everything in it, put on hold, let go."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.policy import may_at, ports_where
from core.errors import NotFound
from core.models import LedgerEntry
from reservations.declarations.models import Declaration
from reservations.declarations.operations import hold_declaration, release_declaration
from reservations.declarations.operations.judging import REASON_LENGTH, awaits_release
from reservations.declarations.queries import declaration_for, declarations_within, document_for
from reservations.models import Reservation
from reservations.queries import port_for
from reservations.streams import port_stream
from web.carrier.declare_documents import download
from web.carrier.declare_fields import sections
from web.declared import SHOWN, said_of, standing
from web.pages import form_page, live, live_page, page
from web.staff.acts import Ask, ask
from web.staff.pages import sent
from web.staff.readable import readable
from web.staff.views_console import rights
from yards.models import Port

READ, JUDGE = "declaration.read", "declaration.judge"
KINDS = "declaration. document."
#: Several ports have several streams, a socket hears of one: this page is asked for again by the clock (live.js).
POLLED = {"stream": "", "seq": 0, "audience": "customs"}
PER_PAGE, RECORD_SHOWN, TRIPS_SHOWN = 50, 60, 20


class Hold(forms.Form):
    """Why it is stopped: the declarant reads it."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=REASON_LENGTH,
        help_text=gettext_lazy("The declarant reads it, and it stands in the record."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class Release(forms.Form):
    """A word may go with it."""

    reason = forms.CharField(label=gettext_lazy("Remark"), max_length=REASON_LENGTH, required=False)


@page(READ)
def ports(request: HttpRequest) -> HttpResponse:
    """Where I may look at declarations: the home of who has no other desk."""
    rows = Port.objects.filter(code__in=ports_where(request.user, READ)).order_by("code")
    counted = [(port, _to_judge(declarations_within(user=request.user, verb=READ).filter(port=port))) for port in rows]
    context = {"rows": counted, "live": POLLED}
    return live_page(request, "staff/declaration_ports.html", context, ports="staff/_declaration_ports.html")


@page(READ)
def declarations(request: HttpRequest, port_code: str) -> HttpResponse:
    """What was given in at this port: those that wait for a decision here first."""
    port = port_for(user=request.user, code=port_code, verb=READ)
    base = _base(request, port)
    every = declarations_within(user=request.user, verb=READ).filter(port=port)
    wanted, search = request.GET.get("show", ""), request.GET.get("q", "").strip().replace("\x00", "")[:60]
    rows = every.filter(state__in=SHOWN[wanted]) if wanted in SHOWN else every
    if search:
        named = Q(ref__icontains=search) | Q(organisation__name__icontains=search)
        rows = rows.filter(named | Q(own_reference__icontains=search))
    part = Paginator(rows.order_by("-changed_at", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    context = base | {
        "part": part,
        "rows": [(row, standing(row), awaits_release(row)) for row in part],
        "show": wanted,
        "q": search,
        "to_judge": _to_judge(every),
        "tabs": [(code, label, code == wanted) for code, label in _tabs()],
        "kinds": KINDS,
    }
    return live_page(request, "staff/declarations.html", context, declarations="staff/_declarations.html")


@page(READ)
def declaration(request: HttpRequest, port_code: str, ref: str) -> HttpResponse:
    """One declaration: what is said, what the check found, its files, the trips that rely on it, what was done."""
    base = _base(request, port_for(user=request.user, code=port_code, verb=READ))
    row = _declaration(request, port_code, ref, READ)
    told = said_of(row)
    trips = Reservation.objects.filter(declaration=row).select_related("slot", "lane", "vehicle").order_by("-pk")
    entries = LedgerEntry.objects.filter(stream__key=port_stream(row.port), data__declaration=row.ref)
    judges = may_at(request.user, JUDGE, port_code)
    context = base | {
        "row": row,
        "told": told,
        "standing": standing(row),
        "is_read": True,
        "sections": [section for section in sections(row.content, told) if _says_something(section)],
        "documents": row.documents.all(),
        "trips": trips[:TRIPS_SHOWN],
        "lines": readable(entries.select_related("stream").order_by("-seq")[:RECORD_SHOWN]),
        "may_hold": judges and row.state == "ready",
        "may_release": judges and (row.state == "on_hold" or awaits_release(row)),
        "kinds": KINDS,
    }
    return live_page(request, "staff/declaration.html", context, declaration="staff/_declaration.html")


@page(READ)
def document(request: HttpRequest, port_code: str, ref: str, document_ref: str) -> HttpResponse:
    """A file, to be saved."""
    row = document_for(user=request.user, ref=document_ref, verb=READ)
    if row.declaration.ref != ref or row.declaration.port.code != port_code:
        raise NotFound(field="document")
    return download(row)


@form_page(JUDGE)
def hold(request: HttpRequest, port_code: str, ref: str) -> HttpResponse:
    """Stop it, with a reason."""
    row = _declaration(request, port_code, ref, JUDGE)
    words = Ask(
        _("Put on hold"),
        _("Put it on hold"),
        lead=_("No trip can be made with it until it is released. Its declarant is told at once, with the reason."),
        danger=True,
        facts=_facts(row),
        context=_base(request, row.port, follows=False),
    )

    def run(**inputs: Any) -> Declaration:
        return hold_declaration(ref=row.ref, **inputs)

    return ask(request, words, form=Hold(sent(request)), run=run, done=_held, back=_page(row))


@form_page(JUDGE)
def release(request: HttpRequest, port_code: str, ref: str) -> HttpResponse:
    """Let it go: from hold, or because customs' word is what it waits for."""
    row = _declaration(request, port_code, ref, JUDGE)
    words = Ask(
        _("Release"),
        _("Release it"),
        lead=_("It is checked once more; with nothing to mend it is ready. Its declarant is told at once."),
        facts=_facts(row),
        context=_base(request, row.port, follows=False),
    )

    def run(**inputs: Any) -> Declaration:
        return release_declaration(ref=row.ref, **inputs)

    return ask(request, words, form=Release(sent(request)), run=run, done=_released, back=_page(row))


def _base(request: HttpRequest, port: Port, *, follows: bool = True) -> dict[str, Any]:
    """What every page of a port has; one that follows what happens takes it before it reads what it shows."""
    found: dict[str, Any] = {"port": port, "rights": rights(request, port.code)}
    return found | ({"live": live(port_stream(port), "customs")} if follows else {})


def _declaration(request: HttpRequest, port_code: str, ref: str, verb: str) -> Declaration:
    row = declaration_for(user=request.user, ref=ref, verb=verb)
    if row.port.code != port_code:
        raise NotFound(field="declaration")
    return row


def _to_judge(rows: QuerySet[Declaration]) -> int:
    """How many wait for customs' word alone or are on hold: somebody here has to decide."""
    waiting = rows.filter(state__in=("submitted", "on_hold")).select_related(None).only("state", "findings")
    return sum(row.state == "on_hold" or awaits_release(row) for row in waiting)


def _says_something(section: Any) -> bool:
    return any(field.value not in ("", None) for row in section.rows for field in row)


def _tabs() -> list[tuple[str, str]]:
    return [
        ("", _("all")),
        ("waiting", _("waiting")),
        ("held", _("on hold")),
        ("ready", _("ready")),
        ("fix", _("not executable")),
        ("ended", _("ended")),
    ]


def _facts(row: Declaration) -> list[tuple[Any, Any]]:
    return [(_("Declaration"), row.ref), (_("Declarant"), row.organisation), (_("State"), standing(row).title)]


def _page(row: Declaration) -> str:
    return reverse("web:staff_declaration", args=[row.port.code, row.ref])


def _held(row: Declaration) -> str:
    return _("%(ref)s is on hold.") % {"ref": row.ref}


def _released(row: Declaration) -> str:
    return _("%(ref)s is released: %(state)s.") % {"ref": row.ref, "state": standing(row).title}
