"""Spreadsheets: upload, preview by row with the faults in their cells, taken in whole or not at all; and the template to fill in."""

from __future__ import annotations

import io
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.errors import Busy, DomainError, NotFound
from reservations.declarations.models import Sheet, SheetKind
from reservations.declarations.sheets import MOST_BYTES
from reservations.declarations.sheets_errors import SheetRefused, SheetTooBig
from reservations.declarations.sheets_reading import MOST_MB
from reservations.declarations.sheets_taking import keep_sheet, take_declarations
from reservations.declarations.sheets_template import workbook
from reservations.operations.sheet_wishes import WishesRefused, take_wishes
from web import once, pages
from web.carrier.office import organisation_of
from web.carrier.sheets_made import made_of
from web.carrier.sheets_preview import preview
from web.driver.forms import Plain
from web.staff.pages import actor_of

VERB = "declaration.own"
SHOWN = 30
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Upload(Plain):
    """A file and what it lists; its size is looked at before it is read."""

    kind = forms.ChoiceField(label=gettext_lazy("What is listed"), choices=SheetKind.choices, widget=forms.RadioSelect)
    file = forms.FileField(label=gettext_lazy("XLSX or CSV file"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["file"]
        field.help_text = _("At most %(most)s MB and 500 rows.") % {"most": MOST_MB}
        field.widget = forms.FileInput(
            attrs={"accept": ".xlsx,.csv,text/csv", "data-most-bytes": MOST_BYTES, "data-too-big": _too_big()}
        )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(_too_big())
        return file


@pages.form_page(VERB)
def sheets(request: HttpRequest) -> HttpResponse:
    """The form, the templates, and the files that came before."""
    form = Upload(request.POST, request.FILES) if request.method == "POST" else Upload(initial=_wanted(request))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return redirect("web:sheet", _kept(request, form.cleaned_data).ref)
            except Busy:
                raise
            except DomainError as error:
                form.refuse(error)
                status = error.status
    rows = Sheet.objects.filter(organisation=organisation_of(request)).defer("rows", "heading")[:SHOWN]
    context = {"form": form, "rows": rows, "kinds": SheetKind.choices}
    return render(request, "web/carrier/sheets.html", context, status=status)


@pages.page(VERB)
def sheet(request: HttpRequest, ref: str) -> HttpResponse:
    """What was understood, row by row; or what came of it."""
    return _shown(request, _sheet(request, ref))


@pages.action(VERB)
def take(request: HttpRequest, ref: str) -> HttpResponse:
    """All of it or nothing; what speaks against it stands in its rows."""
    row = _sheet(request, ref)
    by: dict[str, Any] = {"now": clock.now(), "actor": actor_of(request), "again": bool(request.POST.get("again"))}
    try:
        if row.kind == SheetKind.DECLARATIONS:
            done = take_declarations(ref=row.ref, give_in=bool(request.POST.get("give_in")), **by)
        else:
            done = take_wishes(ref=row.ref, driver=request.user, **by)
    except (Busy, NotFound):
        raise
    except WishesRefused as error:
        return _shown(request, row, status=error.status, refusals=error.refusals, error=error)
    except DomainError as error:
        row.refresh_from_db()
        return (
            redirect("web:sheet", row.ref) if row.taken_at else _shown(request, row, status=error.status, error=error)
        )
    messages.success(request, _("Taken in: %(count)s.") % {"count": len(done.made)})
    return redirect("web:sheet", row.ref)


@pages.page(VERB)
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """An empty workbook with the right heading, choices to pick from and a page that explains them."""
    if kind not in SheetKind.values:
        raise NotFound(field="kind")
    file = io.BytesIO()
    workbook(kind).save(file)
    headers = {"Content-Disposition": f'attachment; filename="portlane-{kind}.xlsx"'}
    return HttpResponse(file.getvalue(), content_type=XLSX, headers=headers)


def _kept(request: HttpRequest, said: dict[str, Any]) -> Sheet:
    file: UploadedFile = said["file"]
    return keep_sheet(
        organisation=organisation_of(request),
        kind=said["kind"],
        name=file.name or "",
        data=file.read(),
        now=clock.now(),
        actor=actor_of(request),
    )


def _shown(request: HttpRequest, row: Sheet, *, status: int = 200, refusals: Any = (), **more: Any) -> HttpResponse:
    context: dict[str, Any] = {"row": row, "once": once.fresh()}
    if row.taken_at:
        context["made"] = made_of(row)
    else:
        try:
            context["preview"] = preview(row, refusals)
        except SheetRefused as error:
            status, context["error"] = error.status, error
    return render(request, "web/carrier/sheet.html", context | more, status=status)


def _sheet(request: HttpRequest, ref: str) -> Sheet:
    row = Sheet.objects.filter(organisation=organisation_of(request), ref=ref).first()
    if row is None:
        raise NotFound(field="sheet")
    return row


def _wanted(request: HttpRequest) -> dict[str, str]:
    kind = request.GET.get("kind", "")
    return {"kind": kind if kind in SheetKind.values else SheetKind.DECLARATIONS.value}


def _too_big() -> str:
    return SheetTooBig(most_mb=MOST_MB).detail
