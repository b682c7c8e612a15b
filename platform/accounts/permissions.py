"""Deny by default: a view without a verb of accounts/policy.py lets nobody in."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.policy import POLICY, SIGNED_IN, may

if TYPE_CHECKING:  # the framework's views import this module through the settings
    from rest_framework.views import APIView

View = Callable[..., HttpResponse]
STAFF_SIGN_IN = "account_login"


class HasVerb(BasePermission):
    """Allows what `view.verb` (or `view.verbs[method]`) says of the signed-in person or device."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        verb = verb_of(view, request.method or "GET")
        return verb in POLICY and may(request.user, verb)


def verb_of(view: Any, method: str) -> str:
    """This will return the verb a view asks for a method. OPTIONS and HEAD ask what GET asks, and so does a method the view
    does not have: whoever may read is told 405, not that somebody else could do it."""
    verbs: dict[str, str] = getattr(view, "verbs", {})
    method = "GET" if method in ("HEAD", "OPTIONS") or not hasattr(view, method.lower()) else method
    return str(verbs.get(method) or getattr(view, "verb", ""))


def page_verb(verb: str) -> Callable[[View], View]:
    """This will make a page ask for `verb`: strangers go to the sign-in of that verb's people, others without it get 403.

    Raises KeyError at import for a verb that is not in the table. Whose rows are shown is asked by the view itself: it
    fetches through a scoped query, and a foreign port's or person's row is not found there.
    """
    _ = POLICY[verb]

    def wrap(view: View) -> View:
        @functools.wraps(view)
        def run(request: HttpRequest, *args: Any, **names: Any) -> HttpResponse:
            if may(request.user, verb):
                return view(request, *args, **names)
            return refused(request, verb)

        run.verb = verb  # type: ignore[attr-defined]
        return run

    return wrap


def refused(request: HttpRequest, verb: str) -> HttpResponse:
    """This will send a stranger to the sign-in that fits the verb (and back after it); raises PermissionDenied for others."""
    if request.user.is_authenticated:
        raise PermissionDenied
    back = request.get_full_path() if request.method in ("GET", "HEAD") else "/"
    return redirect_to_login(back, None if POLICY[verb] & {SIGNED_IN, "driver"} else STAFF_SIGN_IN)
