"""PURE. Values of a feature's properties as they should be, and findings where they are not."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from yards.layouts.plan import Finding

MOST_TEXT = 80


@dataclass
class Notes:
    """What was found so far, in the order of the file."""

    found: list[Finding] = field(default_factory=list)

    def add(self, level: str, code: str, where: str = "", **figures: Any) -> None:
        self.found.append(Finding(level, code, where, figures))

    @property
    def has_errors(self) -> bool:
        return any(finding.level == "error" for finding in self.found)


@dataclass(frozen=True)
class Values:
    """The properties of one feature, named `where` in findings."""

    said: Mapping[str, Any]
    where: str
    notes: Notes

    def number(self, name: str, default: float, *, least: float, most: float) -> float:
        """This will return a number between `least` and `most`; anything else is an error and gives the default."""
        value = self.said.get(name)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value <= most:
            self._wrong("bad_number", name, value, least=least, most=most)
            return default
        return float(value)

    def text(self, name: str, *, most: int = MOST_TEXT) -> str:
        """This will return a text without spaces round it; numbers are taken as texts, anything else is an error and gives ""."""
        value = self.said.get(name)
        if value is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, (str, int)):
            self._wrong("bad_text", name, value, most=most)
            return ""
        text = str(value).strip() if isinstance(value, str) or abs(value) < 10**most else ""
        if len(text) > most or (value and not text and not isinstance(value, str)):
            self._wrong("bad_text", name, value, most=most)
            return ""
        return text

    def choice(self, name: str, choices: Collection[str], default: str) -> str:
        """This will return one of `choices`; anything else is a warning and gives the default."""
        value = self.said.get(name)
        if value is None:
            return default
        if not isinstance(value, str) or value not in choices:
            self.notes.add("warning", "bad_choice", self.where, name=name, value=shown(value), taken=default)
            return default
        return value

    def choices(self, name: str, choices: Collection[str]) -> tuple[str, ...]:
        """This will return those of a list that are among `choices`; each other one is a warning."""
        value = self.said.get(name)
        items = value if isinstance(value, list) else [] if value in (None, "") else [value]
        for item in items:
            if not isinstance(item, str) or item not in choices:
                self.notes.add("warning", "bad_choice", self.where, name=name, value=shown(item), taken="–")
        return tuple(choice for choice in choices if choice in items)

    def flag(self, name: str) -> bool:
        value = self.said.get(name)
        if value is None or isinstance(value, bool):
            return bool(value)
        self.notes.add("warning", "bad_choice", self.where, name=name, value=shown(value), taken="false")
        return False

    def _wrong(self, code: str, name: str, value: Any, **bounds: Any) -> None:
        self.notes.add("error", code, self.where, name=name, value=shown(value), **bounds)


def shown(value: Any) -> str:
    """This will return a value as a finding quotes it: short, whatever it is."""
    text = value if isinstance(value, str) else f"{value:g}" if _is_number(value) else type(value).__name__
    return text[:40]


def _is_number(value: Any) -> bool:
    return (isinstance(value, float) and math.isfinite(value)) or (isinstance(value, int) and abs(value) < 10**15)
