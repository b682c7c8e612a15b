"""The base of every view of the enterprise API: a bearer token, its scopes, its organisation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.exceptions import APIException
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.authentication import BearerAuthentication
from accounts.models import ApiClient, Organisation
from accounts.permissions import HasVerb
from accounts.scopes import SCOPES
from core import worlds
from core.api.views import View
from core.errors import Forbidden

ANY_SCOPE = "any"  # what every token may do, whatever its scopes
TOKEN_PATH = "/api/v1/oauth/token"  # noqa: S105  an address


class InsufficientScope(Forbidden):
    code = "insufficient_scope"
    title = _("Scope missing")
    message = _(
        "This token lacks a scope that the call needs: %(scope)s. Ask for it with the token, or let your admin allow it."
    )


class _ScopeRefused(APIException):
    """RFC 6750: 403 with the challenge that names the scope."""

    status_code = 403
    default_code = InsufficientScope.code
    default_detail = InsufficientScope.title

    def __init__(self, scope: str) -> None:
        super().__init__(InsufficientScope(scope=scope).detail)
        self.auth_header = f'Bearer realm="portlane", error="insufficient_scope", scope="{scope}"'


class HasScope(BasePermission):
    """Allows a token that holds `view.scope` (or `view.scopes[method]`)."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if request.auth is None:
            return False
        scope = scope_of(view, request.method or "GET")
        if scope != ANY_SCOPE and scope not in request.auth.get_scopes():  # type: ignore[union-attr]
            raise _ScopeRefused(scope)
        return True


Door = Callable[[Organisation], None]
_doors: list[Door] = []


def door(let_in: Door) -> None:
    """This will call `let_in(organisation)` before each call of a program: upper floors say which world it sees (core/worlds.py)."""
    _doors.append(let_in)


def scope_of(view: Any, method: str) -> str:
    """This will return the scope a view asks for a method; OPTIONS, HEAD and methods that it does not have ask what GET asks."""
    method = "GET" if method in ("HEAD", "OPTIONS") or not hasattr(view, method.lower()) else method
    scope = str(getattr(view, "scopes", {}).get(method) or getattr(view, "scope", ""))
    assert scope in (*SCOPES, ANY_SCOPE), f"{view} names no scope of accounts/scopes.py for {method}"
    return scope


class EnterpriseView(View):
    """Names its `scope` (or `scopes` per method) besides its verb. Rows are fetched through scoped queries: a foreign one is 404."""

    scope: ClassVar[str] = ""
    scopes: ClassVar[dict[str, str]] = {}
    authentication_classes = (BearerAuthentication,)
    permission_classes = (HasVerb, HasScope)

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """A sandbox organisation's program is let into its own world, and out again when it is answered."""
        with worlds.entered(worlds.current()):
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        for let_in in _doors:
            let_in(self.organisation(request))

    def client(self, request: Request) -> ApiClient:
        return request.user.api_client  # type: ignore[union-attr]

    def organisation(self, request: Request) -> Organisation:
        return self.client(request).organisation


class Bearer(OpenApiAuthenticationExtension):
    target_class = "accounts.authentication.BearerAuthentication"
    name = "oauth2"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        flow = {"tokenUrl": TOKEN_PATH, "scopes": {name: str(words) for name, words in SCOPES.items()}}
        return {"type": "oauth2", "flows": {"clientCredentials": flow}}

    def get_security_requirement(self, auto_schema: Any) -> dict[str, list[str]]:
        scope = scope_of(auto_schema.view, auto_schema.method)
        return {self.name: [] if scope == ANY_SCOPE else [scope]}
