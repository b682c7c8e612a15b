"""One page for everything the desk does with a reason or a choice: ask, check, do, go back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from core import clock
from core.errors import Busy, DomainError, NotFound, Text
from core.once import Replayed
from web import once
from web.staff.pages import actor_of, once_of, way_back


@dataclass(frozen=True)
class Ask:
    """The page's words: what is about to happen, to whom, and what the button says. `danger` draws it as one not to undo."""

    title: Text
    button: Text
    lead: Text = ""
    danger: bool = False
    facts: Sequence[tuple[Text, Any]] = ()
    context: Mapping[str, Any] = field(default_factory=dict)
    template: str = "staff/act.html"


def ask(
    request: HttpRequest,
    words: Ask,
    *,
    form: forms.BaseForm,
    run: Callable[..., Any],
    done: Callable[[Any], str],
    back: str,
) -> HttpResponse:
    """This will show a form and, once it is sent and valid, carry out `run(now, actor, once, **cleaned)` and go back.

    A rule's refusal stands beside the field it concerns, with all that was typed kept; the status is the error's own.
    """
    back = way_back(request, back)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            error = _carried_out(request, form, run, done)
            if error is None:
                return redirect(back)
            status = error.status
            form.add_error(error.field if error.field in form.fields else None, error.detail)
    key = request.POST.get(once.FIELD) or once.fresh()
    context = {"ask": words, "form": form, "back": back, "once": key} | dict(words.context)
    return render(request, words.template, context, status=status)


def _carried_out(
    request: HttpRequest, form: forms.BaseForm, run: Callable[..., Any], done: Callable[[Any], str]
) -> DomainError | None:
    now = clock.now()
    try:
        result = run(now=now, actor=actor_of(request), once=once_of(request, now=now), **form.cleaned_data)
    except Replayed:
        return None
    except (NotFound, Busy):
        raise
    except DomainError as error:
        return error
    messages.success(request, done(result))
    return None
