"""Ground floor: gives SQLite the one function the ledger's chain needs."""

from __future__ import annotations

import hashlib
from typing import Any

from django.apps import AppConfig
from django.db.backends.signals import connection_created


def _sha256_hex(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _prepare_connection(*, connection: Any, **_: Any) -> None:
    if connection.vendor == "sqlite":
        connection.connection.create_function("sha256_hex", 1, _sha256_hex, deterministic=True)


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        from core import checks  # noqa: F401

        connection_created.connect(_prepare_connection, dispatch_uid="core.sha256_hex")
