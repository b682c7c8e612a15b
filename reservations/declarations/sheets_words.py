"""Choices as people write them in a cell: a code, or its name in any language the pages have."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Any

from django.utils.translation import override

from reservations.declarations.sheets_columns import LANGUAGES
from yards.models import Port

YES = {"yes", "y", "1", "true", "x", "是", "有", "√", "có"}
MOST_SHOWN = 8


class Choices:
    """What may stand in a cell. `shown` lists the choices for a reader."""

    def __init__(self, names: dict[str, str], shown: list[str], *, digits: int = 0) -> None:
        self._names = {_key(name): code for name, code in names.items()}
        self._digits = digits
        self.shown = ", ".join(shown[:MOST_SHOWN]) + (" …" if len(shown) > MOST_SHOWN else "")

    @classmethod
    def of_ports(cls, ports: Iterable[Port]) -> Choices:
        rows = list(ports)
        names = {name: port.code for port in rows for name in (port.code, port.name_en, port.name_zh) if name}
        return cls(names, [port.name for port in rows])

    @classmethod
    def of_labels(cls, choices: Iterable[tuple[Any, Any]], *, digits: int = 0) -> Choices:
        """This will take a model's choices. `digits`: codes are numbers of that many digits, whose zeros in front Excel drops."""
        rows = [(str(code), label) for code, label in choices]
        names = {code: code for code, _label in rows}
        for language in LANGUAGES:
            with override(language):
                names |= {str(label): code for code, label in rows}
        return cls(names, [str(label) for _code, label in rows], digits=digits)

    def code_of(self, text: str) -> str:
        """This will return the code that is meant, "" for none."""
        plain = _key(text)
        if self._digits and plain.isascii() and plain.isdigit():
            plain = plain.zfill(self._digits)
        return self._names.get(plain, "")


def yes(text: str) -> bool:
    """This will tell whether a cell says yes."""
    return _key(text) in YES


def _key(text: str) -> str:
    return unicodedata.normalize("NFKC", str(text)).strip().casefold()
