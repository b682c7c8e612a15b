"""JSON bodies: bounded in size and depth before anything is made of them."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from django.utils.translation import gettext_lazy as _
from rest_framework.parsers import BaseParser

from core.errors import DomainError

MAX_BYTES = 256 * 1024


class BodyTooLarge(DomainError):
    code, status = "body_too_large", 413
    title = _("Too large")
    message = _("A request body has at most %(max_bytes)s bytes.")


class NotJson(DomainError):
    code, status = "parse_error", 400
    title = _("Not JSON")
    message = _("The body is not JSON.")


class JsonParser(BaseParser):
    """Reads JSON in UTF-8. Raises BodyTooLarge; NotJson for what is none, NaN and endless nesting included."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        raw = stream.read(MAX_BYTES + 1)
        if len(raw) > MAX_BYTES:
            raise BodyTooLarge(max_bytes=MAX_BYTES)
        try:
            return json.loads(raw, parse_constant=_no_constant) if raw else {}
        except (ValueError, RecursionError) as problem:
            raise NotJson from problem


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
