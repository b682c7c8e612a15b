"""Deny by default: a view without a verb of accounts/policy.py lets nobody in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.policy import POLICY, may

if TYPE_CHECKING:  # the framework's views import this module through the settings
    from rest_framework.views import APIView


class HasVerb(BasePermission):
    """Allows what `view.verb` (or `view.verbs[method]`) says of the signed-in person."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        verb = verb_of(view, request.method or "GET")
        return verb in POLICY and may(request.user, verb)


def verb_of(view: Any, method: str) -> str:
    """This will return the verb a view asks for a method; OPTIONS and HEAD ask what GET asks."""
    verbs: dict[str, str] = getattr(view, "verbs", {})
    method = "GET" if method in ("HEAD", "OPTIONS") else method
    return verbs.get(method) or getattr(view, "verb", "")
