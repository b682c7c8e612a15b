"""What a file with a declaration is, by its content: what looks like a document and is none is not kept."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.utils import translation

from reservations.declarations.documents import recognise
from reservations.declarations.errors import DocumentRefused
from tests.parts.declaring import PDF

TYPES = {"[Content_Types].xml": b"<Types/>"}
WORD = TYPES | {"word/document.xml": b"<document/>"}
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\x00" * 60 + b"\xff\xd9"
EXE = b"MZ\x90\x00" + b"\x00" * 60


def packed(parts: dict[str, bytes], *, comment: bytes = b"") -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
        archive.comment = comment
    return into.getvalue()


@pytest.mark.parametrize(
    ("data", "extension"),
    [
        (PDF, "pdf"),
        (b"\r\n \n" + PDF, "pdf"),
        (PDF + b"\r\n\x00\x00", "pdf"),
        (PDF.replace(b"\n", b"\r"), "pdf"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + PDF[9:], "pdf"),
        (packed(WORD), "docx"),
        (packed(TYPES | {"xl/workbook.xml": b"<workbook/>"}), "xlsx"),
        (packed({"OFD.xml": b"<OFD/>"}), "ofd"),
        (JPEG, "jpg"),
    ],
)
def test_recognise__what_is_a_document__is_kept(data: bytes, extension: str) -> None:
    assert recognise(data).extension == extension


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (packed({"word/document.xml": b"<document/>", "run.txt": b""}), "none of these"),
        (packed({"xl/workbook.xml": b"<workbook/>"}), "none of these"),
        (packed(WORD | {"run.EXE": b""}), "a program inside"),
        (packed(WORD | {"word/media/image1.png": EXE}), "a program inside"),
        (packed({"OFD.xml": b"<OFD/>", "run.exe": EXE}), "a program inside"),
        (packed(WORD | {"word/vbaProject.bin": b""}), "macros"),
        (JPEG + packed({"run.exe": EXE}), "a program inside"),
        (PDF + packed({"run.exe": EXE}), "not whole"),
        (PDF + packed({"run.exe": EXE}, comment=b"obj\n%%EOF\n"), "not whole"),
        (PDF + b" " * 1100, "not whole"),
        (b"%PDF-1.4\n", "not whole"),
        (b"%PDF-1.4\n%%EOF\n", "not whole"),
        (b"%PDF-1.4\n" + EXE, "not whole"),
        (b"%PDF-1.4\n" + EXE + PDF[9:], "not whole"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, ".xls"),
        (b"\n" * 1024 + PDF, "none of these"),
    ],
)
def test_recognise__what_only_looks_like_one__is_refused_in_words(data: bytes, words: str) -> None:
    with translation.override("en"), pytest.raises(DocumentRefused) as refused:
        recognise(data)
    assert words in str(refused.value.detail)


def test_recognise__packed_with_a_password_or_broken__is_refused() -> None:
    whole = bytearray(packed(WORD))
    for at in (6, whole.index(b"PK\x01\x02") + 8):  # the flag "encrypted", in the part's own head and in the list
        whole[at] |= 1
    broken = packed(WORD).replace(b"PK\x03\x04", b"PK\x03\x09", 2)
    for data in (bytes(whole), b"PK\x03\x04" + broken[4:]):
        with pytest.raises(DocumentRefused):
            recognise(data)
