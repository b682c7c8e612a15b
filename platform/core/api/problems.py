"""RFC 9457: every error of the API is a problem document with a stable `code`."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, InterfaceError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions
from rest_framework.views import set_rollback

from core.api.answers import dumps
from core.db import as_domain_error
from core.errors import DomainError, Forbidden, NotFound

MEDIA_TYPE = "application/problem+json"


class TokenMissing(Forbidden):
    code = "csrf_failed"
    title = gettext_lazy("Token missing")
    message = gettext_lazy(
        "Send the value of the cookie csrftoken as the header X-CSRFToken, from a page or app of this system."
    )


#: Titles of what the framework refuses; its own are patterns ('Method "{method}" not allowed.').
_TITLES = {
    exceptions.NotAuthenticated: gettext_lazy("Not signed in"),
    exceptions.MethodNotAllowed: gettext_lazy("Not with this method"),
    exceptions.UnsupportedMediaType: gettext_lazy("Not a media type of this operation"),
}


def problem(
    *, status: int, code: str, title: str, detail: str, headers: dict[str, str] | None = None, **members: Any
) -> HttpResponse:
    """This will make a problem document; `members` are its extension members (facts, field, errors)."""
    body = {
        "type": f"urn:portlane:problem:{code}",
        "status": status,
        "code": code,
        "title": title,
        "detail": detail,
        **members,
    }
    headers = {"Cache-Control": "no-store"} | (headers or {})
    text = dumps(body).encode(errors="replace")  # a message may quote what was sent, lone surrogates included
    return HttpResponse(text, status=status, content_type=MEDIA_TYPE, headers=headers)


def of_domain_error(error: DomainError) -> HttpResponse:
    """This will put a domain error on the wire: its facts as members, Retry-After where it knows one."""
    wait_s = error.facts.get("retry_after_s")
    members = dict(error.facts) | ({"field": error.field} if error.field else {})
    return problem(
        status=error.status,
        code=error.code,
        title=str(error.title),
        detail=error.detail,
        headers={"Retry-After": str(wait_s)} if wait_s else None,
        **members,
    )


def exception_handler(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """This will turn what a view raised into a problem document; None (a 500 with a log entry) for what is not foreseen."""
    set_rollback()
    error = _ours(error)
    if isinstance(error, DomainError):
        return of_domain_error(error)
    if isinstance(error, exceptions.ValidationError):
        return _invalid(error)
    if isinstance(error, exceptions.APIException):
        return _api_error(error)
    return None


def _ours(error: Exception) -> Exception:
    """Errors of the database and the framework that have a name of our own."""
    if isinstance(error, DatabaseError | InterfaceError):
        return as_domain_error(error)
    if isinstance(error, Http404):
        return NotFound()
    if isinstance(error, PermissionDenied):
        return Forbidden()
    if isinstance(error, exceptions.PermissionDenied):
        return TokenMissing() if str(error.detail).startswith("CSRF") else Forbidden()
    return error


def _invalid(error: exceptions.ValidationError) -> HttpResponse:
    errors = [{"field": field, "code": str(item.code), "detail": str(item)} for field, item in _flat(error.detail)]
    return problem(
        status=422,
        code="invalid",
        title=_("Not valid"),
        detail=_("The input is not valid; `errors` names each field."),
        errors=errors,
    )


def _flat(detail: Any, path: str = "") -> list[tuple[str, Any]]:
    if isinstance(detail, dict):
        return [row for key, value in detail.items() for row in _flat(value, f"{path}.{key}" if path else str(key))]
    if isinstance(detail, list) and not all(isinstance(item, exceptions.ErrorDetail) for item in detail):
        return [row for index, value in enumerate(detail) for row in _flat(value, f"{path}.{index}")]
    return [(path, item) for item in (detail if isinstance(detail, list) else [detail])]


def not_found(request: HttpRequest) -> HttpResponse:
    """This will answer for a path of the API that leads nowhere."""
    return of_domain_error(NotFound())


def server_error(request: HttpRequest) -> HttpResponse:
    """This will own up to a fault of ours without telling its inside."""
    title, detail = _("Our fault"), _("Something broke on our side and was written down. Try again in a moment.")
    return problem(status=500, code="server_error", title=title, detail=detail)


def _api_error(error: exceptions.APIException) -> HttpResponse:
    headers = {}
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = str(error.auth_header)  # type: ignore[attr-defined]
    if getattr(error, "wait", None):
        headers["Retry-After"] = str(int(error.wait))  # type: ignore[attr-defined]
    code = getattr(error.detail, "code", None) or error.default_code
    return problem(
        status=error.status_code,
        code=str(code),
        title=str(_TITLES.get(type(error), error.default_detail)),
        detail=str(error.detail),
        headers=headers,
    )
