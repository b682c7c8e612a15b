"""The files of a declaration: added, looked at, taken away."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from core import clock
from core.errors import Busy, DomainError, NotFound
from reservations.declarations.documents import MOST_BYTES
from reservations.declarations.models import Declaration, Document
from reservations.declarations.operations import add_document, remove_document
from reservations.declarations.queries import declaration_for, document_for
from web import pages
from web.staff.pages import actor_of, press

VERB = "declaration.own"
MB = 1_000_000
FAULT = "document_fault"  # in the session from the refusal until its page is shown once


def file_words() -> dict[str, Any]:
    """This will say what a file may be, for the form and for its script, before anything is sent."""
    most = MOST_BYTES // MB
    return {
        "document_most_bytes": MOST_BYTES,
        "document_too_big": _("This file is bigger than %(most)s MB.") % {"most": most},
        "document_hint": _("PDF, JPEG, PNG, TIFF, WebP, Word, Excel or OFD, at most %(most)s MB.") % {"most": most},
    }


def fault_words(request: HttpRequest, row: Declaration) -> dict[str, str]:
    """This will say once why the last file was refused, and the kind it was sent as: they stand where files are added."""
    fault: dict[str, str] = request.session.get(FAULT) or {}
    if fault.get("declaration") != row.ref:
        return {}
    del request.session[FAULT]
    return {name: fault[name] for name in ("document_error", "document_kind")}


@pages.action(VERB)
def add(request: HttpRequest, ref: str) -> HttpResponse:
    """One more file. What is refused is said on the declaration's page, beside the field."""
    row = declaration_for(user=request.user, ref=ref, verb=VERB)
    file, kind = request.FILES.get("file"), request.POST.get("kind", "")
    fault = _fault(file)
    if not fault and isinstance(file, UploadedFile):
        by = {"now": clock.now(), "actor": actor_of(request)}
        try:
            done = add_document(ref=row.ref, kind=kind, name=file.name or "", data=file.read(), **by)
        except (Busy, NotFound):
            raise
        except DomainError as error:
            fault = str(error.detail)
        else:
            messages.success(request, _("“%(name)s” is with the declaration.") % {"name": done.name})
    if fault:
        request.session[FAULT] = {"declaration": row.ref, "document_error": fault, "document_kind": kind[:40]}
    return redirect(_back(row.ref))


@pages.page(VERB)
def document(request: HttpRequest, ref: str, document_ref: str) -> HttpResponse:
    """The file as it came; a browser never runs anything in it."""
    return download(document_for(user=request.user, ref=document_ref, verb=VERB))


@pages.action(VERB)
def remove(request: HttpRequest, ref: str, document_ref: str) -> HttpResponse:
    row = declaration_for(user=request.user, ref=ref, verb=VERB)

    def run(**by: Any) -> Any:
        return remove_document(ref=row.ref, document_ref=document_ref, **by)

    return press(request, run=run, done=lambda _row: _("The file is taken away."), back=_back(row.ref))


def download(row: Document) -> HttpResponse:
    """This will send a file to be saved: its type is the one found in its content, and no page may show it in itself."""
    answer = FileResponse(row.file.open("rb"), as_attachment=True, filename=row.name, content_type=row.media_type)
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "private, no-store"
    return answer  # type: ignore[return-value]


def _fault(file: UploadedFile | list[object] | None) -> str:
    """The size is looked at before anything is read."""
    if not isinstance(file, UploadedFile):
        return _("Choose a file first.")
    return str(file_words()["document_too_big"]) if (file.size or 0) > MOST_BYTES else ""


def _back(ref: str) -> str:
    return reverse("web:declaration", args=[ref]) + "#documents"
