"""The two kinds of file: which one it is, and the rows in it. Limits come before reading, so that a bomb is never unpacked."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import islice
from typing import Any

import openpyxl
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext as _

from reservations.declarations.sheets import (
    ERROR_VALUE,
    MOST_BYTES,
    MOST_COLUMNS,
    MOST_ROWS,
    SEEN_ROWS,
    Cell,
    Row,
    Table,
    cell_of,
    printable,
)
from reservations.declarations.sheets_errors import (
    SheetBomb,
    SheetBroken,
    SheetEmpty,
    SheetEncoding,
    SheetMacros,
    SheetNoneSuch,
    SheetOld,
    SheetTooBig,
    SheetTooLong,
)

MOST_MB = MOST_BYTES // 1_000_000
ZIP, COMPOUND = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
MOST_UNPACKED_BYTES, MOST_PARTS = 30_000_000, 500
MOST_RATIO, RATIO_FROM_BYTES = 150, 1_000_000  # honest sheets pack 5 to 30 times; a small part may pack better
PROLOGUE_BYTES = 4_096
DELIMITERS = ",;\t"
MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
CODES = ("utf-8", "gb18030")  # Excel in Chinese saves "CSV" as GBK, of which GB18030 is the whole


def read_table(data: bytes) -> Table:
    """This will return the heading and rows of an XLSX workbook's first visible sheet, or of a CSV.

    Raises SheetTooBig, SheetOld, SheetMacros, SheetBomb, SheetBroken, SheetNoneSuch, SheetEncoding, SheetTooLong, SheetEmpty.
    """
    if len(data) > MOST_BYTES:
        raise SheetTooBig(most_mb=MOST_MB)
    if data.startswith(COMPOUND):
        raise SheetOld
    return _of_workbook(data) if data.startswith(ZIP) else _table(_of_csv(data))


def _table(rows: Iterator[Row], left_out: tuple[str, ...] = ()) -> Table:
    filled = list(islice((row for row in islice(rows, SEEN_ROWS) if not row.is_empty), MOST_ROWS + 2))
    if len(filled) > MOST_ROWS + 1 or any(len(row.cells) > MOST_COLUMNS for row in filled) or next(rows, None):
        raise SheetTooLong(most_rows=MOST_ROWS, most_columns=MOST_COLUMNS)
    if len(filled) < 2:
        raise SheetEmpty
    heading = tuple(cell.text for cell in filled[0].cells)
    return Table(heading, tuple(filled[1:]), left_out)


# ---------------------------------------------------------------- CSV
def _of_csv(data: bytes) -> Iterator[Row]:
    text = _decoded(data)
    first = text.split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    return _csv_rows(lines)


def _csv_rows(lines: Any) -> Iterator[Row]:
    """A row is numbered as a spreadsheet numbers it: a line break inside quotes starts no new one."""
    number = 0
    while True:
        number += 1
        try:
            cells = next(lines)
        except StopIteration:
            return
        except csv.Error as problem:
            raise SheetBroken from problem
        yield Row(number, _trimmed([cell_of(text) for text in cells]))


def _decoded(data: bytes) -> str:
    marked = next((code for mark, code in MARKS.items() if data.startswith(mark)), "")
    if not marked and b"\x00" in data:
        raise SheetNoneSuch
    for code in (marked,) if marked else CODES:
        try:
            return data.decode(code)
        except UnicodeError:
            continue
    raise SheetEncoding


# ---------------------------------------------------------------- XLSX
def _of_workbook(data: bytes) -> Table:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            _check_packed(packed.infolist())
            _check_no_entities(packed)
            _check_no_macros(packed)
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        if not sheets:
            raise SheetEmpty
        sheets[0].reset_dimensions()  # what the file says of its own size is not believed
        return _table(_rows(sheets[0]), tuple(printable(sheet.title)[:60] for sheet in sheets[1:]))
    except (SheetBomb, SheetMacros, SheetNoneSuch, SheetOld, SheetTooLong, SheetEmpty):
        raise
    except Exception as problem:  # openpyxl and zipfile raise a dozen kinds on files that lie
        raise SheetBroken from problem


def _check_packed(parts: list[zipfile.ZipInfo]) -> None:
    """The directory's sizes bind: zipfile stops a part at the size it states."""
    names = {part.filename for part in parts}
    if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
        raise SheetNoneSuch
    if any(part.flag_bits & 1 for part in parts):
        raise SheetOld
    if any(name.endswith("vbaProject.bin") for name in names):
        raise SheetMacros
    sizes = [(part.file_size, part.compress_size) for part in parts]
    dense = any(size > RATIO_FROM_BYTES and size > MOST_RATIO * max(packed, 1) for size, packed in sizes)
    if dense or len(parts) > MOST_PARTS or sum(size for size, _packed in sizes) > MOST_UNPACKED_BYTES:
        raise SheetBomb(most_rows=MOST_ROWS)


def _check_no_entities(packed: zipfile.ZipFile) -> None:
    """The format allows no document type declaration (ECMA-376 part 2, 8.1.4): what stands in one is an attack or no workbook."""
    for part in packed.infolist():
        with packed.open(part) as file:
            start = file.read(PROLOGUE_BYTES).replace(b"\x00", b"")  # UTF-16 too
        if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
            raise SheetBroken


def _check_no_macros(packed: zipfile.ZipFile) -> None:
    """A workbook with a program says so by the type of a part, whatever the part is called."""
    types = fromstring(packed.read("[Content_Types].xml"), forbid_dtd=True)
    if any("macro" in part.get("ContentType", "") or "vbaProject" in part.get("ContentType", "") for part in types):
        raise SheetMacros


def _rows(sheet: Any) -> Iterator[Row]:
    for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS + 1), start=1):
        filled = any(cell.value is not None for cell in row)  # most rows of a tail are not, and cost nothing then
        yield Row(number, _trimmed([_cell(cell) for cell in row]) if filled else ())


def _cell(cell: Any) -> Cell:
    value, kind = cell.value, getattr(cell, "data_type", "n")
    if kind == "e":
        return Cell(str(value)[:20], ERROR_VALUE)
    return cell_of(_text(value), is_formula=kind == "f")


def _text(value: Any) -> str:
    """Numbers as a person would type them, moments in ISO 8601."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d" if value.time() == time(0) else "%Y-%m-%d %H:%M")
    if isinstance(value, date | time):
        return value.isoformat()[:10]
    return str(value)


def _trimmed(cells: list[Cell]) -> tuple[Cell, ...]:
    while cells and not (cells[-1].text or cells[-1].fault):
        cells.pop()
    return tuple(cells)
