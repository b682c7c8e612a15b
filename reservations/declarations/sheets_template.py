"""The empty workbook: our heading in the reader's language, choices to pick from, text columns that keep their zeros, a page of help."""

from __future__ import annotations

from typing import Any

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from reservations.declarations.models import Mode, SheetKind
from reservations.declarations.sheets import MOST_ROWS
from reservations.declarations.sheets_columns import DECLARATIONS, WISHES, Column
from yards.models import CargoKind, Direction, Port

NEEDED = PatternFill("solid", fgColor="DCEFE5")
LIST_LENGTH = 255  # of a list of choices in a cell, Excel's own limit


def workbook(kind: str) -> Any:
    """This will make the template of a kind of sheet, in the active language."""
    columns = DECLARATIONS if kind == SheetKind.DECLARATIONS else WISHES
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title, sheet.freeze_panes = str(SheetKind(kind).label)[:31], "A2"
    for place, column in enumerate(columns, start=1):
        _column(sheet, place, column)
    _help(book.create_sheet(_("Help")), columns)
    return book


def _column(sheet: Any, place: int, column: Column) -> None:
    cell, letter = sheet.cell(row=1, column=place, value=column.title), get_column_letter(place)
    cell.font = Font(bold=True)
    if column.is_needed:
        cell.fill = NEEDED
    sheet.column_dimensions[letter].width = max(12, 2 + 1.6 * len(column.title))
    for row in range(2, MOST_ROWS + 2):
        sheet.cell(row=row, column=place).number_format = "@" if column.is_text else "General"
    listed = '"' + ",".join(name.replace(",", " ") for name in _choices(column.code)) + '"'
    if 2 < len(listed) <= LIST_LENGTH:
        rule = DataValidation(type="list", formula1=listed, allow_blank=True)
        rule.add(f"{letter}2:{letter}{MOST_ROWS + 1}")
        sheet.add_data_validation(rule)


def _help(sheet: Any, columns: tuple[Column, ...]) -> None:
    sheet.append([_("column"), _("needed"), _("what may stand there")])
    for column in columns:
        sheet.append([column.title, _("yes") if column.is_needed else "", ", ".join(_choices(column.code))])
    for letter, width in (("A", 36), ("B", 10), ("C", 90)):
        sheet.column_dimensions[letter].width = width
    sheet.append([])
    sheet.append(
        [_("Rows with the same reference are one declaration; each adds its goods, container and vehicle to it.")]
    )
    sheet.append([_("Formulas are refused: put the values themselves.")])


def _choices(code: str) -> list[str]:
    match code:
        case "port":
            return [port.name for port in Port.objects.filter(yards__isnull=False).distinct().order_by("code")]
        case "direction":
            return [str(label) for label in Direction.labels]
        case "mode":
            return [str(label) for label in Mode.labels]
        case "cargo_kind":
            return [str(label) for label in CargoKind.labels]
        case "vehicles_to_be_named":
            return [_("yes"), _("no")]
        case "next_step":
            return ["exit", "inspection", "dock", "weighbridge"]
    return []
