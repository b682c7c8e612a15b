"""Declaring: the list in three states, a new one, and the form that saves what is typed with the list of what to mend beside it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.errors import Busy, Conflict, DomainError, NotFound
from reservations.declarations.models import Declaration, DocumentKind, Mode
from reservations.declarations.operations import (
    change_declaration,
    copy_declaration,
    draft_declaration,
    submit_declaration,
    withdraw_declaration,
)
from reservations.declarations.queries import declaration_for
from web import once, pages
from web.carrier.declare_documents import fault_words, file_words
from web.carrier.declare_fields import CURRENCIES, content_of, countries, sections, without
from web.carrier.declare_trips import trips_of
from web.carrier.office import organisation_of
from web.declared import SHOWN, said_of, standing
from web.driver.forms import Plain
from web.staff.acts import Ask, ask
from web.staff.forms import Confirm
from web.staff.pages import actor_of, press, sent
from yards.models import Direction, Port

VERB = "declaration.own"
PER_PAGE = 50
AUTOSAVE = "X-Autosave"


class New(Plain):
    """What a declaration cannot be without; everything else is typed in the form itself."""

    port_code = forms.ChoiceField(label=gettext_lazy("Port"))
    direction = forms.ChoiceField(label=gettext_lazy("Direction"), choices=Direction.choices, widget=forms.RadioSelect)
    mode = forms.ChoiceField(label=gettext_lazy("Customs supervision mode"), choices=Mode.choices)
    own_reference = forms.CharField(
        label=gettext_lazy("Your reference"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("Your own number for it, by which you find it again."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        ports = Port.objects.filter(yards__isnull=False).distinct().order_by("code")
        self.fields["port_code"].choices = [(port.code, port.name) for port in ports]  # type: ignore[attr-defined]


@pages.page(VERB)
def declarations(request: HttpRequest) -> HttpResponse:
    """The organisation's declarations, the newest first, narrowed to a state or by what is searched."""
    mine = Declaration.objects.filter(organisation=organisation_of(request)).select_related("port")
    wanted, search = request.GET.get("show", ""), request.GET.get("q", "").strip().replace("\x00", "")[:60]
    rows = mine.filter(state__in=SHOWN[wanted]) if wanted in SHOWN else mine
    if search:
        rows = rows.filter(Q(ref__icontains=search) | Q(own_reference__icontains=search))
    part = Paginator(rows.order_by("-changed_at", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "part": part,
        "rows": [(row, standing(row)) for row in part],
        "show": wanted,
        "q": search,
        "tabs": _tabs(mine, wanted),
    }
    return render(request, "web/carrier/declarations.html", context)


@pages.form_page(VERB)
def new(request: HttpRequest) -> HttpResponse:
    """Port, direction and mode; then it is a draft."""
    form = New(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return redirect("web:declaration", once.ref_of(lambda: _drafted(request, form.cleaned_data)))
            except Busy:
                raise
            except DomainError as error:
                form.refuse(error)
                status = error.status
    context = {"form": form, "once": request.POST.get(once.FIELD) or once.fresh()}
    return render(request, "web/carrier/declare_new.html", context, status=status)


@pages.form_page(VERB)
def declaration(request: HttpRequest, ref: str) -> HttpResponse:
    """The form. Sent by a button or, behind the page, as it is typed (header X-Autosave: only the fix list comes back)."""
    row = declaration_for(user=request.user, ref=ref, verb=VERB)
    if request.method != "POST":
        return _shown(request, row)
    try:
        row = _saved(request, row)
        if request.POST.get("do") == "submit":
            row = submit_declaration(ref=row.ref, expected_edition=row.edition, **_by(request))
    except (Busy, NotFound):
        raise
    except DomainError as error:
        return _refused(request, ref, error)
    if request.headers.get(AUTOSAVE):
        return _fixes(request, row)
    return redirect(_next(request, row))


@pages.action(VERB)
def copy(request: HttpRequest, ref: str) -> HttpResponse:
    """A new draft with the same content."""
    row = declaration_for(user=request.user, ref=ref, verb=VERB)
    claim = once.of_form(request, now=clock.now())
    made = once.ref_of(lambda: copy_declaration(ref=row.ref, once=claim, **_by(request)))
    messages.success(request, _("This is a copy of %(ref)s, without its files.") % {"ref": row.ref})
    return redirect("web:declaration", made)


@pages.form_page(VERB)
def withdraw(request: HttpRequest, ref: str) -> HttpResponse:
    """What taking it back means, then the button."""
    row = declaration_for(user=request.user, ref=ref, verb=VERB)
    words = Ask(
        _("Withdraw the declaration"),
        _("Withdraw it"),
        lead=_("Reservations that rely on it need another one. This cannot be undone; a copy can be made."),
        danger=True,
        facts=[(_("Declaration"), row.ref), (_("Your reference"), row.own_reference or "–")],
        template="web/carrier/declare_act.html",
        context={"row": row},
    )

    def run(**by: Any) -> Declaration:
        return withdraw_declaration(ref=row.ref, **by)

    back = reverse("web:declaration", args=[row.ref])
    return ask(request, words, form=Confirm(sent(request)), run=run, done=lambda _row: _("Withdrawn."), back=back)


@pages.action(VERB)
def submit(request: HttpRequest, ref: str) -> HttpResponse:
    """The button of a page that shows no form, such as the list: give in what was saved."""
    row = declaration_for(user=request.user, ref=ref, verb=VERB)

    def run(**by: Any) -> Declaration:
        return submit_declaration(ref=row.ref, expected_edition=row.edition, **by)

    return press(request, run=run, done=lambda done: standing(done).title, back=_page(row))


# ---------------------------------------------------------------- steps
def _by(request: HttpRequest) -> dict[str, Any]:
    return {"now": clock.now(), "actor": actor_of(request)}


def _drafted(request: HttpRequest, said: dict[str, Any]) -> Declaration:
    now = clock.now()
    return draft_declaration(
        organisation=organisation_of(request),
        **said,
        now=now,
        actor=actor_of(request),
        once=once.of_form(request, now=now),
    )


def _saved(request: HttpRequest, row: Declaration) -> Declaration:
    """Everything the form holds; a row is gone when its button was pressed."""
    do = request.POST.get("do", "")
    content = (
        without(request.POST, do.removeprefix("remove:")) if do.startswith("remove:") else content_of(request.POST)
    )
    return change_declaration(
        ref=row.ref,
        expected_edition=_number(request.POST.get("edition", ""), row.edition),
        content=content,
        own_reference=request.POST.get("own_reference", "")[:60],
        trips=_number(request.POST.get("trips", ""), row.trips),
        mode=request.POST.get("mode", row.mode),
        direction=request.POST.get("direction", row.direction),
        **_by(request),
    )


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else otherwise


def _next(request: HttpRequest, row: Declaration) -> str:
    """After a button: the row that was added, the list it was taken from, or the top with the state."""
    do, _colon, part = request.POST.get("do", "").partition(":")
    if do == "add":
        return f"{_page(row)}?further={part}#{part}"
    return f"{_page(row)}#{part.partition('.')[0]}" if do == "remove" else _page(row)


def _page(row: Declaration) -> str:
    return reverse("web:declaration", args=[row.ref])


# ---------------------------------------------------------------- showing
def _shown(request: HttpRequest, row: Declaration, *, status: int = 200, **more: Any) -> HttpResponse:
    told, shown = said_of(row), more.pop("content", row.content)
    context = _about(row, told) | {
        "sections": sections(shown, told, further=request.GET.get("further", "")),
        "countries": countries(),
        "currencies": CURRENCIES,
        "modes": Mode.choices,
        "directions": Direction.choices,
        "documents": row.documents.all(),
        "document_kinds": DocumentKind.choices,
        "own_reference": row.own_reference,
        "trips": row.trips,
        "mode": row.mode,
        "direction": row.direction,
        "to_be_named": bool(shown["vehicles_to_be_named"]),
        "once": once.fresh(),
    }
    context |= file_words() | fault_words(request, row) | trips_of(row) | more
    return render(request, "web/carrier/declare.html", context, status=status)


def _about(row: Declaration, told: list[Any]) -> dict[str, Any]:
    return {
        "row": row,
        "port": row.port,
        "told": told,
        "standing": standing(row),
        "is_closed": row.state in SHOWN["ended"],
        "edition": row.edition,
    }


def _fixes(request: HttpRequest, row: Declaration) -> HttpResponse:
    answer = render(request, "web/carrier/_declare_fixes.html", _about(row, said_of(row)))
    answer["X-Edition"] = str(row.edition)
    return answer


def _refused(request: HttpRequest, ref: str, error: DomainError) -> HttpResponse:
    """What was typed stays; its next saving goes over what somebody else saved meanwhile, which the words say."""
    row = declaration_for(user=request.user, ref=ref, verb=VERB)
    if request.headers.get(AUTOSAVE):
        return HttpResponse(error.detail, status=error.status, content_type="text/plain; charset=utf-8")
    typed = {name: request.POST.get(name, "") for name in ("own_reference", "trips", "mode", "direction")}
    return _shown(
        request,
        row,
        status=error.status,
        content=content_of(request.POST),
        error=error,
        is_overtaken=type(error) is Conflict,
        **typed,
    )


def _tabs(mine: Any, wanted: str) -> list[tuple[str, str, int, bool]]:
    words = {
        "": _("all"),
        "fix": _("not executable"),
        "waiting": _("waiting"),
        "ready": _("ready"),
        "held": _("on hold"),
        "ended": _("ended"),
    }
    counts = {code: mine.filter(state__in=states).count() for code, states in SHOWN.items()}
    counts[""] = sum(counts.values())
    return [(code, label, counts[code], code == wanted) for code, label in words.items()]
