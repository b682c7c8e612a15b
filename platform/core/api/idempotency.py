"""The header `Idempotency-Key`: the client makes the id of what it wants before it sends, so a retry has no second effect."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from core.actors import Actor
from core.api.answers import dumps, sent
from core.errors import DomainError, Invalid
from core.models import IdempotencyKey
from core.once import Once, Replayed

HEADER = "Idempotency-Key"
MAX_LENGTH = 100
KEEP = timedelta(days=8)


class KeyMissing(DomainError):
    code, status = "idempotency_key_missing", 400
    title = _("Idempotency-Key missing")
    message = _("Send a fresh random Idempotency-Key with this request, and the same one when you repeat it.")


class KeyNotValid(Invalid):
    code = "idempotency_key_not_valid"
    title = _("Idempotency-Key not valid")
    message = _("An Idempotency-Key is 1 to %(max_length)s visible ASCII characters.")

    def __init__(self) -> None:
        super().__init__(max_length=MAX_LENGTH)


@dataclass
class WireOnce(Once):
    """A claim made from a request; with an empty `key` nothing is claimed and only `before` runs.

    `keep(result)` says until when the answer must be kept (a slot's end and seven days, say). `before()` is run inside the
    transaction once the key is known to be new, so a repetition is answered alike though its precondition no longer holds.
    """

    keep: Callable[[Any], datetime] | None = None
    before: Callable[[], None] | None = None

    def claim(self) -> None:
        if self.key:
            super().claim()
        if self.before:
            self.before()

    def answer(self, result: Any) -> None:
        """This will store the answer's very text, so that it goes out again byte by byte."""
        if not self.key:
            return
        status, body = self.render(result)
        until = max(self.keep_until, self.keep(result)) if self.keep else self.keep_until
        self.store(status, body, keep_until=until)


def key_of(request: Request, *, required: bool) -> str:
    """This will return the request's key, "" when it has none and needs none. Raises KeyMissing, KeyNotValid."""
    sent = request.headers.get(HEADER)
    if sent is None:
        if required:
            raise KeyMissing
        return ""
    key = sent.strip()
    if not key:
        raise KeyMissing if required else KeyNotValid
    if len(key) > MAX_LENGTH or not (key.isascii() and key.isprintable()):
        raise KeyNotValid
    return key


def fingerprint(request: Request) -> str:
    """This will return the hex SHA-256 of method, path and body; the order of the body's keys does not matter."""
    body = json.dumps(request.data, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{request.method} {request.path}\n{body}".encode()).hexdigest()


def once(
    request: Request,
    *,
    required: bool,
    now: datetime,
    render: Callable[[Any], tuple[int, str]],
    keep: Callable[[Any], datetime] | None = None,
    before: Callable[[], None] | None = None,
) -> WireOnce | None:
    """This will make the claim for a request, None when there is neither a key nor anything to run before."""
    key = key_of(request, required=required)
    if not key and before is None:
        return None
    return WireOnce(
        client=request.user.actor.ref,  # type: ignore[union-attr]
        key=key,
        fingerprint=fingerprint(request) if key else "",
        keep_until=now + KEEP,
        render=render,
        keep=keep,
        before=before,
    )


def answered(request: Request) -> Replayed | None:
    """This will return what this very request was answered before, None when it was not."""
    key = request.headers.get(HEADER, "").strip()
    actor: Actor | None = getattr(request.user, "actor", None)
    row = IdempotencyKey.objects.filter(client=actor.ref, key=key).exclude(status=0).first() if key and actor else None
    try:
        return Replayed(row.status, row.body) if row and row.fingerprint == fingerprint(request) else None
    except (DomainError, APIException):  # a body that cannot be read is no repetition
        return None


def replayed(again: Replayed) -> HttpResponse:
    """This will send a stored answer again: the same status and the same bytes."""
    text = again.body if isinstance(again.body, str) else dumps(again.body)
    return sent(text, status=again.status, headers={"Idempotent-Replayed": "true"})
