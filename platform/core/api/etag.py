"""`ETag`, `If-None-Match` and `If-Match`: what did I see, is it still so?"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from core.api.answers import dumps, sent
from core.errors import DomainError


class PreconditionNeeded(DomainError):
    code, status = "if_match_missing", 428
    title = _("If-Match missing")
    message = _("Send the ETag of what you saw as If-Match, so that a change by somebody else is not overwritten.")


class PreconditionFailed(DomainError):
    code, status = "if_match_failed", 412
    title = _("Changed in the meantime")
    message = _("This was changed since you read it. Read it again and repeat.")


def tag(*facts: Any) -> str:
    """This will return the strong ETag of the facts that make up a thing's present version."""
    return '"' + hashlib.sha256(repr(facts).encode()).hexdigest()[:24] + '"'


def check(request: Request, current: str, *, required: bool) -> None:
    """This will compare If-Match with the present ETag; `*` matches anything that exists.

    Raises PreconditionNeeded when it is required and absent, PreconditionFailed when it names other versions only.
    """
    wanted = request.headers.get("If-Match", "").strip()
    if not wanted:
        if required:
            raise PreconditionNeeded
        return
    if wanted != "*" and current not in _listed(wanted):
        raise PreconditionFailed


def answer(request: Request, body: Any, *, current: str = "", headers: Mapping[str, str] | None = None) -> HttpResponse:
    """This will send a body with its ETag (of its own text unless `current` is given), or 304 to a reader who has that one."""
    text = dumps(body)
    return spelt(request, text, current=current or tag(text), headers=headers)


def spelt(request: Request, text: str, *, current: str, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """This will do the same with JSON text that is already spelt."""
    more = {"Cache-Control": "private, no-cache"} | dict(headers or {}) | {"ETag": current}
    if current in _listed(request.headers.get("If-None-Match", "")):
        return HttpResponse(status=304, headers=more)
    return sent(text, headers=more)


def _listed(header: str) -> list[str]:
    return [part.strip().removeprefix("W/") for part in header.split(",")]
