"""What staff pages share besides `web.pages`: buttons that have one effect, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from core import clock
from core.actors import Actor
from core.errors import Busy, DomainError, NotFound
from core.once import Once, Replayed
from web import once


def actor_of(request: HttpRequest) -> Actor:
    return request.user.actor  # type: ignore[union-attr]


def sent(request: HttpRequest) -> Any:
    """This will return what a form sent, None when the page is only looked at: a button alone sends an empty form."""
    return request.POST if request.method == "POST" else None


def way_back(request: HttpRequest, fallback: str) -> str:
    """This will return the page that a form named in `next`, or `fallback`; never another site's address."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if ours else fallback


def once_of(request: HttpRequest, *, now: datetime) -> Once | None:
    """This will claim the form's id for one effect, whatever the operation returns."""
    claim = once.of_form(request, now=now)
    if claim:
        claim.render = lambda result: (303, {"ref": getattr(result, "ref", "")})
    return claim


def press(
    request: HttpRequest, *, run: Callable[..., Any], done: Callable[[Any], str], back: str, **inputs: Any
) -> HttpResponseRedirect:
    """This will do what a single button asks for and go back with a word about it: done, or why not."""
    now = clock.now()
    try:
        result = run(now=now, actor=actor_of(request), once=once_of(request, now=now), **inputs)
    except Replayed:
        messages.info(request, _("This was done already: the second press changed nothing."))
    except (NotFound, Busy):
        raise
    except DomainError as error:
        messages.error(request, error.detail)
    else:
        messages.success(request, done(result))
    return redirect(way_back(request, back))
