"""Rows become declarations: those of one reference are one, each further row adds its goods, container and vehicle to it.

What stops the file is a fault of a cell; what the pre-check says of a cargo only tells what will have to be mended.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from reservations.declarations.content import (
    GROUPS,
    LISTS,
    MOST,
    MOST_TRIPS,
    PLAIN,
    REFERENCE_LENGTH,
    TO_BE_NAMED,
    blank,
)
from reservations.declarations.models import Mode
from reservations.declarations.sheets import ERROR_VALUE, FORMULA, NO_TEXT, TOO_LONG, Row, Table
from reservations.declarations.sheets_columns import DECLARATIONS, placed, said
from reservations.declarations.sheets_words import Choices, yes
from yards.models import Direction, Port

HEAD = ("port", "direction", "mode", "trips")
Fault = tuple[int, str, str]  # row number, column's code, what is wrong


@dataclass
class Draft:
    """One declaration to be. `places`: which cell (row number, column) each field's address came from."""

    own_reference: str
    first_row: int
    fields: dict[str, Any] = field(default_factory=dict)
    content: dict[str, Any] = field(default_factory=blank)
    places: dict[str, tuple[int, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Read:
    """What a file of declarations says: the drafts in its order, and every fault."""

    drafts: list[Draft]
    faults: list[Fault]


def read_drafts(table: Table, *, ports: Iterable[Port], used: Iterable[str]) -> Read:
    """This will read a table of declarations. `used`: references the organisation has given already. Raises SheetHeading."""
    at = placed(DECLARATIONS, table.heading)
    reader = _Reader(Choices.of_ports(ports), set(used))
    for row in table.rows:
        reader.faults += faults_of(row, at)
        reader.take(row.number, said(row, at))
    reader.close()
    return Read(list(reader.drafts.values()), sorted(reader.faults))


def faults_of(row: Row, at: Mapping[str, int]) -> list[Fault]:
    """This will tell the cells of a row that cannot be taken as they are."""
    words = {
        FORMULA: _("A formula or the like. Put the value itself here."),
        TOO_LONG: _("Longer than 2000 characters."),
        NO_TEXT: _("Characters that cannot be shown."),
        ERROR_VALUE: _("The spreadsheet shows an error here."),
    }
    cells = ((code, row.cells[place]) for code, place in at.items() if place < len(row.cells))
    return [(row.number, code, words[cell.fault]) for code, cell in cells if cell.fault]


class _Reader:
    """Goes down the rows once."""

    def __init__(self, ports: Choices, used: set[str]) -> None:
        self.choices = {
            "port": ports,
            "direction": Choices.of_labels(Direction.choices),
            "mode": Choices.of_labels(Mode.choices, digits=4),
        }
        self.used = used
        self.drafts: dict[str, Draft] = {}
        self.faults: list[Fault] = []

    def take(self, number: int, cells: dict[str, str]) -> None:
        reference = cells.get("own_reference", "")
        if not reference:
            self.faults.append(
                (number, "own_reference", _("Each row needs your reference: rows that share it are one."))
            )
            return
        if len(reference) > REFERENCE_LENGTH:
            self.faults.append((number, "own_reference", _("A reference has at most 60 characters.")))
            return
        if reference not in self.drafts:
            self.drafts[reference] = Draft(reference, number)
            if reference in self.used:
                self.faults.append((number, "own_reference", _("Another declaration of yours has this reference.")))
        self._add(self.drafts[reference], number, cells)

    def close(self) -> None:
        """This will tell what a declaration cannot be without, at its first row."""
        for draft in self.drafts.values():
            blamed = {(number, code) for number, code, _words in self.faults}
            for code in ("port", "direction", "mode"):
                if code not in draft.fields and (draft.first_row, code) not in blamed:
                    self.faults.append((draft.first_row, code, _("This is missing.")))
            draft.fields.setdefault("trips", 1)

    def _add(self, draft: Draft, number: int, cells: dict[str, str]) -> None:
        for code in HEAD:
            if code in cells:
                self._set(draft.fields, code, self._head(number, code, cells[code]), number, draft)
        for code in (*PLAIN, *(f"{group}.{name}" for group, names in GROUPS.items() for name in names)):
            if code in cells:
                group, _dot, name = code.rpartition(".")
                draft.places.setdefault(code, (number, code))
                self._set(draft.content[group] if group else draft.content, name, cells[code], number, draft, code)
        if TO_BE_NAMED in cells:
            draft.content[TO_BE_NAMED] = yes(cells[TO_BE_NAMED])
        for code in LISTS:
            self._line(draft, code, number, cells)

    def _set(self, into: dict[str, Any], name: str, value: Any, number: int, draft: Draft, code: str = "") -> None:
        """A value may be left out or said again below, but not differ: nobody could tell which one is meant."""
        if value is None:
            return
        if into.get(name) not in (None, "", value):
            words = _("Differs from row %(row)s of the same reference.") % {"row": draft.first_row}
            self.faults.append((number, code or name, words))
        else:
            into[name] = value

    def _line(self, draft: Draft, code: str, number: int, cells: dict[str, str]) -> None:
        values = {name: cells.get(f"{code}.{name}", "") for name in LISTS[code]}
        if not any(values.values()):
            return
        rows = draft.content[code]
        if code != "goods" and values in rows:
            return  # the same truck or container, said again beside the next goods
        if len(rows) >= MOST[code]:
            words = _("A declaration has at most %(most)s of these.") % {"most": MOST[code]}
            self.faults.append((number, f"{code}.{LISTS[code][0]}", words))
            return
        for name in LISTS[code]:
            draft.places[f"{code}.{len(rows)}.{name}"] = (number, f"{code}.{name}")
        draft.places[code] = (number, f"{code}.{LISTS[code][0]}")
        rows.append(values)

    def _head(self, number: int, code: str, text: str) -> Any:
        if code == "trips":
            if text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MOST_TRIPS:
                return int(text)
            words = _("A whole number from 1 to %(most)s.") % {"most": MOST_TRIPS}
        else:
            found = self.choices[code].code_of(text)
            if found:
                return found
            words = _("Not known here. Write one of: %(choices)s.") % {"choices": self.choices[code].shown}
        self.faults.append((number, code, words))
        return None
