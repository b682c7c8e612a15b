"""What the checks look at, and how they read what people typed. PURE."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from reservations.declarations.checks_kinds import KINDS, Ruling
from reservations.declarations.content import Content

#: (code, the field's address, figures for the words)
Found = tuple[str, str, Mapping[str, Any]]
MOST_SHOWN = 40  # characters of a wrong value that are told back


@dataclass(frozen=True)
class Case:
    """One declaration under check; `today` is the port's date."""

    content: Content
    mode: str
    direction: str
    documents: frozenset[str]
    today: date
    trips: int
    rules: Mapping[str, Ruling]

    def figure(self, code: str, name: str) -> Any:
        """This will return a figure of a check: the rule's, else the check's own."""
        ruling = self.rules.get(code)
        return (KINDS[code].figures | (dict(ruling.figures) if ruling else {}))[name]


def typed(value: Any) -> str:
    """This will return a value as text, full-width characters as plain ones; 400122.0, as spreadsheets give it, as 400122."""
    value = int(value) if isinstance(value, float) and value.is_integer() else value
    return unicodedata.normalize("NFKC", str(value)).strip()


def code_of(value: Any, *, drop: str = " .-/") -> str:
    """This will return a code as it is compared: capital letters, without the spaces, dots and hyphens people write in it."""
    return typed(value).upper().translate(dict.fromkeys(map(ord, drop)))


_THOUSANDS = re.compile(r"-?(?!0)\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_DECIMAL_COMMA = re.compile(r"-?\d+,\d+")
_PLAIN = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,2})?")
MOST_DIGITS_BEFORE_POINT = 15


def number(value: Any) -> Decimal | None:
    """This will read a number as people write it (`1 250`, `1,250.5`, `12,5`, `１２`); None for anything else, or 10^15 and more.

    A comma before exactly three digits is taken for thousands: 1,250 is 1250. What could be read in two ways is no number: 1.250,5.
    """
    text = typed(value).replace(" ", "")
    if _THOUSANDS.fullmatch(text):
        text = text.replace(",", "")
    elif _DECIMAL_COMMA.fullmatch(text):
        text = text.replace(",", ".")
    elif not _PLAIN.fullmatch(text):
        return None
    read = Decimal(text)
    return read if read.adjusted() < MOST_DIGITS_BEFORE_POINT else None


def shown(value: Any) -> str:
    """This will return a wrong value short enough to be told back."""
    text = str(value)
    return text if len(text) <= MOST_SHOWN else text[: MOST_SHOWN - 1] + "…"


def plain(amount: Decimal) -> str:
    """This will return a number for a sentence: no exponent, no zeros at its end, at most three decimals."""
    return f"{amount.quantize(Decimal('0.001')):f}".rstrip("0").rstrip(".")
