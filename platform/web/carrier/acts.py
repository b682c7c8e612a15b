"""Acts of a carrier's office: one page to ask, and one that shows what is shown once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from core import clock
from core.errors import Busy, DomainError, NotFound, Text
from core.once import Replayed
from web import once
from web.staff import acts
from web.staff.acts import Ask
from web.staff.pages import actor_of, once_of

TEMPLATE = "web/carrier/act.html"
Shown = Sequence[tuple[Text, str]]


def ask(request: HttpRequest, words: Ask, **what: Any) -> HttpResponse:
    """This will ask for an act and carry it out as the desk's pages do (web.staff.acts), in the frame of the office."""
    return acts.ask(request, replace(words, template=TEMPLATE), **what)


def ask_for_secret(
    request: HttpRequest,
    words: Ask,
    *,
    form: Any,
    run: Callable[..., Any],
    shown: Callable[[Any], Shown],
    back: str,
    warning: str = "",
) -> HttpResponse:
    """This will ask, and answer the POST itself with what is shown once: a redirect would have to keep it somewhere.

    `shown(result)`: the lines to copy, each with its name.
    """
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            now = clock.now()
            try:
                result = run(now=now, actor=actor_of(request), once=once_of(request, now=now), **form.cleaned_data)
            except Replayed:
                messages.warning(
                    request, _("This was done already. What it made was shown once and cannot be shown again.")
                )
                return redirect(back)
            except (NotFound, Busy):
                raise
            except DomainError as error:
                status = error.status
                form.add_error(error.field if error.field in form.fields else None, error.detail)
            else:
                return _secret(request, words, shown(result), back, warning)
    key = request.POST.get(once.FIELD) or once.fresh()
    context = {"ask": words, "form": form, "back": back, "once": key}
    return render(request, TEMPLATE, context, status=status)


def _secret(request: HttpRequest, words: Ask, shown: Shown, back: str, warning: str) -> HttpResponse:
    warning = warning or _(
        "This is shown now and never again. Put it where your program reads it before you leave this page."
    )
    context = {"ask": words, "shown": shown, "back": back, "warning": warning}
    response = render(request, "web/carrier/secret.html", context)
    response["Cache-Control"] = "no-store"
    return response
