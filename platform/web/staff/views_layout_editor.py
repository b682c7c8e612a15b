"""The editor's side of the server: the page, the document as it is saved."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from core import clock
from core.errors import Busy, DomainError
from web.drawing import draw
from web.pages import form_page
from web.staff.editor_words import WORDS
from web.staff.forms_layouts import MOST_BYTES, NOT_JSON, is_json, too_big
from web.staff.layouts import findings_of, plan_of
from web.staff.pages import actor_of
from web.staff.views_console import rights
from web.staff.views_layouts import CHANGE, layout_for
from yards.models import Layout
from yards.operations.layouts import edit_layout


@form_page(CHANGE)
def editor(request: HttpRequest, yard_code: str, ref: str) -> HttpResponse:
    """The plan to draw on; what is sent back is the whole document, and the answer what is found in it."""
    row = layout_for(request, yard_code, ref, CHANGE)
    if request.method == "POST":
        return _saved(request, row)
    if row.state != "draft":
        return redirect("web:layout", yard_code, row.ref)
    context = {
        "yard": row.yard,
        "port": row.yard.port,
        "rights": rights(request, row.yard.port.code),
        "layout": row,
        "changed_at": row.changed_at.isoformat(),
        "words": {name: str(text) for name, text in WORDS.items()},
    }
    return render(request, "staff/layout_editor.html", context)


def _saved(request: HttpRequest, row: Layout) -> HttpResponse:
    data, problem = document_of(request)
    seen = request.POST.get("changed_at", "")
    if problem or not seen:
        return problem or refused(str(NOT_JSON), "invalid")
    try:
        now, expected = clock.now(), datetime.fromisoformat(seen)
        edited = edit_layout(
            ref=row.ref,
            document=json.loads(data.decode("utf-8-sig")),
            expected_changed_at=expected,
            now=now,
            actor=actor_of(request),
        )
    except Busy:
        raise
    except ValueError:
        return refused(str(NOT_JSON), "invalid")
    except DomainError as error:
        return refused(error.detail, error.code, status=error.status)
    edited.yard = row.yard
    levels = findings_of(edited, draw(plan_of(edited)))
    told = [
        {"title": str(level.title), "count": level.count, "items": [_told(said) for said in _all(level)]}
        for level in levels
    ]
    return JsonResponse({"changed_at": edited.changed_at.isoformat(), "findings": told})


def _all(level: Any) -> list[Any]:
    return [said for group in level.groups for said in (group.first, *group.items)]


def _told(said: Any) -> dict[str, str]:
    text = f"{said.about}: {said.text}" if said.about else said.text
    return {"text": text, "feature": said.anchor}


def document_of(request: HttpRequest) -> tuple[bytes, HttpResponse | None]:
    """This will return the document that was sent as a file, or why it is none."""
    file = request.FILES.get("document")
    if file is None:
        return b"", refused(str(NOT_JSON), "invalid")
    if (file.size or 0) > MOST_BYTES:
        return b"", refused(too_big(), "layout_too_big")
    data = file.read()
    return (data, None) if is_json(data) else (b"", refused(str(NOT_JSON), "invalid"))


def refused(detail: str, code: str, *, status: int = 422) -> HttpResponse:
    """This will answer the editor's script with why not."""
    return JsonResponse({"code": code, "detail": detail}, status=status)
