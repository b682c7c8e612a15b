"""Idempotency: one (client, key) has one effect and one answer, kept in the transaction of the effect itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import OperationalError, connection
from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, Invalid
from core.models import IdempotencyKey

LOCK_NOT_AVAILABLE = "55P03"  # PostgreSQL: lock_timeout ran out while a twin held the key


class KeyReused(Invalid):
    code = "idempotency_key_reused"
    title = _("Key used before")
    message = _("This Idempotency-Key was used with another request. Use a fresh key for a new request.")


class KeyInFlight(Conflict):
    code = "idempotency_key_in_flight"
    title = _("Still at work")
    message = _(
        "The first request with this Idempotency-Key is still running. Ask again in a moment with the same key."
    )


class Replayed(Exception):
    """The key was answered before: `status` and `body` are that answer, to be sent again as they are."""

    def __init__(self, status: int, body: Any) -> None:
        super().__init__(status)
        self.status, self.body = status, body


@dataclass
class Once:
    """A claim on one effect. `fingerprint` identifies the request's content; `render(result)` makes (status, JSON body)."""

    client: str
    key: str
    fingerprint: str
    keep_until: datetime
    render: Callable[[Any], tuple[int, Any]]

    def claim(self) -> None:
        """This will insert the key's row; raises Replayed, KeyReused, or KeyInFlight while a twin holds it for over three seconds."""
        sql = (
            "INSERT INTO core_idempotencykey (client, key, fingerprint, status, body, expires_at) "
            "VALUES (%s, %s, %s, 0, NULL, %s) ON CONFLICT (client, key) DO NOTHING"
        )
        moment = connection.ops.adapt_datetimefield_value(self.keep_until)
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql, [self.client, self.key, self.fingerprint, moment])
                if cursor.rowcount == 1:
                    return
        except OperationalError as problem:
            if getattr(problem.__cause__, "sqlstate", None) == LOCK_NOT_AVAILABLE:
                raise KeyInFlight from problem
            raise
        self._replay()

    def answer(self, result: Any) -> None:
        """This will store the answer beside the effect."""
        self.store(*self.render(result), keep_until=self.keep_until)

    def store(self, status: int, body: Any, *, keep_until: datetime) -> None:
        """This will write an answer into the key's row, to be kept until then."""
        sql = "UPDATE core_idempotencykey SET status = %s, body = %s, expires_at = %s WHERE client = %s AND key = %s"
        adapt = connection.ops
        moment = adapt.adapt_datetimefield_value(keep_until)
        with connection.cursor() as cursor:
            cursor.execute(sql, [status, adapt.adapt_json_value(body, None), moment, self.client, self.key])

    def _replay(self) -> None:
        row = IdempotencyKey.objects.get(client=self.client, key=self.key)
        if row.fingerprint != self.fingerprint:
            raise KeyReused
        raise Replayed(row.status, row.body)
