"""One form, one effect: the page makes the id before the button is pressed, so a double click or a retry changes nothing twice."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest

from core.once import Once, Replayed

FIELD = "once"
KEEP = timedelta(days=14)


def fresh() -> str:
    """This will make the id for the hidden field of a form."""
    return str(uuid.uuid4())


def of_form(request: HttpRequest, *, now: datetime) -> Once | None:
    """This will claim the form's id for one effect; None when a client sent no proper id (it then has no protection)."""
    key = request.POST.get(FIELD, "")
    if not _is_uuid(key):
        return None
    content = sorted((name, value) for name, value in request.POST.items() if name != "csrfmiddlewaretoken")
    fingerprint = hashlib.sha256(repr((request.path, content)).encode()).hexdigest()
    client = f"page:{request.user.actor.ref}"  # type: ignore[union-attr]
    return Once(client=client, key=key, fingerprint=fingerprint, keep_until=now + KEEP, render=_render)


def ref_of(act: Callable[[], Any]) -> str:
    """This will carry out an operation and return its result's ref, the first result's when it was carried out before."""
    try:
        return str(_first(act()).ref)
    except Replayed as again:
        return str(again.body["ref"])


def _render(result: Any) -> tuple[int, dict[str, str]]:
    return 303, {"ref": _first(result).ref}


def _first(result: Any) -> Any:
    """What an operation made: of several things, the first stands for all."""
    return result[0] if isinstance(result, list) else result


def _is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False
