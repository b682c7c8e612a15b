"""The shared input fields of every form and API: text that is only text, references, codes."""

from __future__ import annotations

import unicodedata
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core.ids import normalise_ref

#: Marks that turn the direction of what follows: `ABC` + U+202E could be shown as another plate than the one stored.
_TURNS_DIRECTION = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_INVISIBLE = str.maketrans(dict.fromkeys("\u00ad\u2060\ufeff"))  # soft hyphen, word joiner, byte order mark
#: Controls, lone surrogates, private use. Format characters stay: emoji and Burmese need the joiners.
_FORBIDDEN_CATEGORIES = frozenset({"Cc", "Cs", "Co"})


def is_plain(text: str) -> bool:
    """This will tell whether text holds no control character, no direction override and no broken code point."""
    return not any(char in _TURNS_DIRECTION or unicodedata.category(char) in _FORBIDDEN_CATEGORIES for char in text)


def plain(text: str) -> str:
    """This will return text in its one spelling: NFC, line breaks and runs of blanks as one blank, nothing invisible at the ends."""
    return " ".join(unicodedata.normalize("NFC", text.translate(_INVISIBLE)).split())


class PlainText(serializers.CharField):
    """One line of text by a person: normalised, length limited (`max_length`, 500 unless told), control and bidi marks refused."""

    default_error_messages = {
        "not_plain": _("Control characters and marks that turn the writing direction are not allowed.")
    }

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", 500)
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        if len(data) > 4 * (self.max_length or 500):
            self.fail("max_length", max_length=self.max_length)  # before any work is done on it
        text: str = super().to_internal_value(" ".join(data.split()))
        if not is_plain(text):
            self.fail("not_plain")
        return plain(text)


class Ref(serializers.RegexField):
    """A public reference of one kind, such as `Ref("R")`; lower case and look-alikes (O, I, L) are read as meant."""

    def __init__(self, prefix: str, **options: Any) -> None:
        self.prefix = prefix
        super().__init__(rf"^{prefix}-[0-9A-Z]{{6,16}}$", **options)

    def to_internal_value(self, data: Any) -> str:
        return str(super().to_internal_value(normalise_ref(data) if isinstance(data, str) else data))

    def run_validation(self, data: Any = serializers.empty) -> Any:
        return super().run_validation(normalise_ref(data) if isinstance(data, str) else data)


class Code(serializers.RegexField):
    """The code of a port, yard, lane, gate or bay."""

    def __init__(self, **options: Any) -> None:
        super().__init__(r"^[0-9A-Za-z][0-9A-Za-z_.-]{0,39}$", **options)
