"""A spreadsheet from outside becomes rows of text, or is refused in words. What it is is found in its bytes, not believed from its name.

Nothing in it is ever worked out: a cell with a formula stays a fault of that cell, for the file's own program to turn into a value.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

MOST_BYTES = 5_000_000
MOST_ROWS = 500  # filled rows below the heading
MOST_COLUMNS = 80
MOST_CHARACTERS = 2_000  # of one cell, as in content.py
SEEN_ROWS = 5_000  # a sheet's empty tail is skipped up to here

FORMULA, TOO_LONG, NO_TEXT, ERROR_VALUE = "formula", "too_long", "no_text", "error_value"

# What other programs would work out: = and @ always (full-width too); + and - unless a number, a phone number or nothing follows.
_FORMULA = re.compile(r"[=@＝＠]|[+-](?![\d\s().,/-]*$)")


@dataclass(frozen=True)
class Cell:
    """What a cell says; `fault`: "" or why it cannot be taken (FORMULA, TOO_LONG, NO_TEXT, ERROR_VALUE)."""

    text: str = ""
    fault: str = ""


@dataclass(frozen=True)
class Row:
    """`number`: as the spreadsheet's own program shows it, the first row being 1."""

    number: int
    cells: tuple[Cell, ...]

    @property
    def is_empty(self) -> bool:
        return not any(cell.text or cell.fault for cell in self.cells)


@dataclass(frozen=True)
class Table:
    """The heading and the filled rows below it; `left_out` names further sheets of the file, which are not read."""

    heading: tuple[str, ...]
    rows: tuple[Row, ...]
    left_out: tuple[str, ...] = ()


def cell_of(text: str, *, is_formula: bool = False) -> Cell:
    """This will judge one cell's text, stripped at its ends; what is typed wrongly in it is for the checks to say."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip()
    if is_formula or _FORMULA.match(text):
        return Cell(text[:80], FORMULA)
    if len(text) > MOST_CHARACTERS:
        return Cell(text[:80] + "…", TOO_LONG)
    if any(unicodedata.category(character) in ("Cc", "Cs") and character != "\n" for character in text):
        return Cell(printable(text)[:80], NO_TEXT)
    return Cell(text)


def printable(text: str) -> str:
    """This will replace what no database and no page can show."""
    return "".join("�" if unicodedata.category(each) in ("Cc", "Cs") else each for each in text)
