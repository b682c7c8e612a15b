"""One file in a form: bounded before it is read, and known to the rest of the call by its hash."""

from __future__ import annotations

import hashlib
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.parsers import BaseParser, MultiPartParser

from core.api.parsing import BodyTooLarge
from reservations.declarations.documents import MOST_BYTES

FORM_BYTES = 100_000  # of all that stands round the file


class UploadParser(BaseParser):
    """Reads a form with one `file`. The view finds the file as `uploaded`; `request.data` holds plain values, so that a repetition is known
    by them. Raises BodyTooLarge, ParseError."""

    media_type = "multipart/form-data"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> dict[str, Any]:
        most = MOST_BYTES + FORM_BYTES
        if int(parser_context["request"].META.get("CONTENT_LENGTH") or 0) > most:
            raise BodyTooLarge(max_bytes=most)
        form = MultiPartParser().parse(stream, media_type, parser_context)
        values: dict[str, Any] = {name: form.data.get(name) for name in form.data}
        file = form.files.get("file")
        if file is None:
            return values
        if len(form.files) > 1 or len(form.files.getlist("file")) > 1:
            raise ParseError(_("Send one file at a time, as `file`."))
        data = file.read()
        parser_context["view"].uploaded = (file.name or "", data)
        return values | {"file": hashlib.sha256(data).hexdigest()}


def uploaded(view: Any) -> tuple[str, bytes]:
    """This will return name and content of the file that came; raises ValidationError when none did."""
    found: tuple[str, bytes] | None = getattr(view, "uploaded", None)
    if found is None:
        raise ValidationError({"file": [_("Send the file as `file` in a form (multipart/form-data).")]})
    return found


def said(request: Any, name: str) -> str:
    """This will return a plain value of the form, "" when it is not there."""
    return str(request.data.get(name) or "")
