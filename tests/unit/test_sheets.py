"""Spreadsheets from outside: what is read, what is refused, and how little it costs to refuse."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest

from reservations.declarations import sheets_errors as errors
from reservations.declarations.sheets import FORMULA, MOST_BYTES, MOST_ROWS, NO_TEXT, TOO_LONG, cell_of
from reservations.declarations.sheets_reading import read_table

HEADING = ["货物名称", "HS code"]


def a_book(*rows: list[Any], heading: list[str] = HEADING) -> bytes:
    book = openpyxl.Workbook()
    for row in (heading, *rows):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def a_zip(parts: dict[str, bytes] | None = None) -> bytes:
    """A workbook's outer shape with these parts besides it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in ("[Content_Types].xml", "xl/workbook.xml"):
            packed.writestr(name, "<x/>")
        for name, data in (parts or {}).items():
            packed.writestr(name, data)
    return file.getvalue()


def with_part(book: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The workbook with one of its parts changed."""
    with zipfile.ZipFile(io.BytesIO(book)) as packed:
        parts = {each: packed.read(each) for each in packed.namelist()}
    parts[name] = change(parts[name].split(b"?>", 1)[-1])
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for each, data in parts.items():
            packed.writestr(each, data)
    return file.getvalue()


def texts(data: bytes) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in read_table(data).rows]


# ---------------------------------------------------------------- what is read
def test_read__workbook__gives_what_a_person_typed() -> None:
    assert texts(a_book(["普洱茶", 9023010], ["榴莲", "08106000"], [0.1, 1e3])) == [
        ["普洱茶", "9023010"],
        ["榴莲", "08106000"],
        ["0.1", "1000"],
    ]


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_read__csv_of_chinese_excel__is_read_in_every_code_it_saves(code: str) -> None:
    data = "货物名称,HS code\r\n鲜榴莲（金枕）,08106000\r\n".encode(code)
    assert texts(data) == [["鲜榴莲（金枕）", "08106000"]]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_read__csv__finds_its_delimiter(delimiter: str) -> None:
    assert texts(f"a{delimiter}b\n1{delimiter}2\n".encode()) == [["1", "2"]]


def test_read__line_break_in_quotes__counts_rows_as_a_spreadsheet_does() -> None:
    rows = read_table(b'a,b\n"one\nmore",2\n\n3,4\n').rows
    assert [row.number for row in rows] == [2, 4]
    assert rows[0].cells[0].text == "one\nmore"


def test_read__formula_in_a_workbook__is_a_fault_of_its_cell_and_never_worked_out() -> None:
    row = read_table(a_book(['=HYPERLINK("http://x")', "1"])).rows[0]
    assert row.cells[0].fault == FORMULA
    assert not row.cells[1].fault


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3+cmd", "＝1", " =1"])
def test_cell__that_another_program_would_work_out__is_a_fault(text: str) -> None:
    assert cell_of(text).fault == FORMULA


@pytest.mark.parametrize("text", ["-18", "+86 138 0000 0001", "-", "−18", "a=b", "-0.5", "+7"])
def test_cell__number_or_phone__is_none(text: str) -> None:
    assert not cell_of(text).fault


def test_cell__endless_or_unprintable__is_a_fault() -> None:
    assert cell_of("x" * 2001).fault == TOO_LONG
    assert cell_of("a\x07b").fault == NO_TEXT
    assert "\x07" not in cell_of("a\x07b").text


# ---------------------------------------------------------------- what is refused
@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"\x00" * 10, errors.SheetNoneSuch),
        (b"MZ\x90\x00\x03", errors.SheetNoneSuch),
        (b"\x89PNG\r\n\x1a\n\x00", errors.SheetNoneSuch),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", errors.SheetOld),
        (b"PK\x03\x04 and then nothing", errors.SheetBroken),
        (b"a,b\n\xff\xff\x80,1\n", errors.SheetEncoding),
        (b'a,b\n"never closed,1\n', errors.SheetBroken),
        (b"", errors.SheetEmpty),
        (b"a,b\n", errors.SheetEmpty),
        (b"a,b\n,\n , \n", errors.SheetEmpty),
        (a_zip(), errors.SheetBroken),
        (a_zip({"xl/vbaProject.bin": b"x"}), errors.SheetMacros),
    ],
)
def test_read__what_is_no_sheet__is_refused_by_its_content(data: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        read_table(data)


def test_read__document_of_another_program_in_a_zip__is_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("word/document.xml", "<x/>")
    with pytest.raises(errors.SheetNoneSuch):
        read_table(file.getvalue())


def test_read__too_many_bytes__is_refused_before_it_is_looked_at() -> None:
    with pytest.raises(errors.SheetTooBig):
        read_table(b"PK\x03\x04" + bytes(MOST_BYTES))


def test_read__zip_bomb__is_refused_without_unpacking() -> None:
    bomb = a_zip({"xl/worksheets/sheet1.xml": bytes(200_000_000)})
    assert len(bomb) < MOST_BYTES
    began = time.thread_time()
    with pytest.raises(errors.SheetBomb):
        read_table(bomb)
    assert time.thread_time() - began < 0.5


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml"])
def test_read__billion_laughs__is_refused_before_it_swells(part: str) -> None:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    doctype = f'<!DOCTYPE x [<!ENTITY l0 "haha">{levels}]>'.encode()
    began = time.thread_time()
    with pytest.raises(errors.SheetRefused):
        read_table(with_part(a_book(["茶", "1"]), part, lambda text: doctype + text.replace(b"HS code", b"&l8;")))
    assert time.thread_time() - began < 1


def test_read__cell_in_the_last_row_a_sheet_has__costs_no_million_rows() -> None:
    book = openpyxl.Workbook()
    book.active.append(HEADING)
    book.active.cell(row=1_048_576, column=1, value="far")
    file = io.BytesIO()
    book.save(file)
    began = time.thread_time()
    with pytest.raises(errors.SheetTooLong):
        read_table(file.getvalue())
    assert time.thread_time() - began < 2


def test_read__more_rows_or_columns_than_may_be__is_refused() -> None:
    most = "a\n" + "1\n" * MOST_ROWS
    assert len(read_table(most.encode()).rows) == MOST_ROWS
    with pytest.raises(errors.SheetTooLong):
        read_table((most + "1\n").encode())
    with pytest.raises(errors.SheetTooLong):
        read_table(("a," * 81 + "a\n" + "1," * 81 + "1\n").encode())


def test_read__further_sheets__are_named_not_read() -> None:
    book = openpyxl.load_workbook(io.BytesIO(a_book(["茶", "1"])))
    book.create_sheet("价格")
    file = io.BytesIO()
    book.save(file)
    assert read_table(file.getvalue()).left_out == ("价格",)


def test_read__workbook_whose_types_speak_of_a_program__is_refused_whatever_its_parts_are_called() -> None:
    plain = b"spreadsheetml.sheet.main+xml"
    book = with_part(
        a_book(["茶", "1"]),
        "[Content_Types].xml",
        lambda text: text.replace(
            b"vnd.openxmlformats-officedocument." + plain, b"vnd.ms-excel.sheet.macroEnabled.main+xml"
        ),
    )
    with pytest.raises(errors.SheetMacros):
        read_table(book)
