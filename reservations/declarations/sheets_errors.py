"""Why a spreadsheet is not taken at all. What is wrong in its cells is told beside them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, Invalid


class SheetRefused(Invalid):
    code = "sheet_refused"
    title = _("File not accepted")
    field = "file"


class SheetTooBig(SheetRefused):
    code, status = "sheet_too_big", 413
    title = _("File too big")
    message = _("A spreadsheet has at most %(most_mb)s MB. Leave out pictures and split it into several files.")


class SheetBomb(SheetRefused):
    code = "sheet_unpacks_too_big"
    message = _(
        "Unpacked, this file would be far bigger than any list of %(most_rows)s rows. Copy the rows into a new file and upload that."
    )


class SheetNoneSuch(SheetRefused):
    code = "sheet_type_unknown"
    message = _(
        "This is neither an XLSX workbook nor a CSV text, whatever its name says. Save it as “Excel workbook (.xlsx)” or “CSV”."
    )


class SheetOld(SheetRefused):
    code = "sheet_old_or_locked"
    message = _(
        "This is an old .xls file or one with a password. Save it as “Excel workbook (.xlsx)” without a password."
    )


class SheetMacros(SheetRefused):
    code = "sheet_macros"
    message = _("This workbook carries a program (macros). Save it as “Excel workbook (.xlsx)”, which has none.")


class SheetBroken(SheetRefused):
    code = "sheet_broken"
    message = _("This file is damaged and cannot be read. Open it in your spreadsheet program and save it anew.")


class SheetEncoding(SheetRefused):
    code = "sheet_encoding"
    message = _("The characters of this CSV are in no known code. Save it as “CSV UTF-8”, or as an Excel workbook.")


class SheetEmpty(SheetRefused):
    code = "sheet_empty"
    message = _("There is no row below the heading in this file.")


class SheetTooLong(SheetRefused):
    code = "sheet_too_long"
    message = _("A file has at most %(most_rows)s rows and %(most_columns)s columns. Split it into several files.")


class SheetHeading(SheetRefused):
    code = "sheet_heading"
    message = _(
        "The first row must name the columns as the template does. Not found: %(missing)s. Download the template and fill that in."
    )


class SheetFaulty(Conflict):
    code = "sheet_faulty"
    title = _("Not taken in")
    message = _("There are faults in the rows, so nothing was taken in. Mend them in the file and upload it again.")


class SheetTaken(Conflict):
    code = "sheet_taken"
    title = _("Taken in before")
    message = _("This very file was taken in before. Tick that you want it once more if that is meant.")
    field = "again"
