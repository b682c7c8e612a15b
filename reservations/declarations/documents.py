"""Files with a declaration: what may be kept is found in their content. PURE but for the words: no file is opened by its name.

Accepted: PDF, JPEG, PNG, TIFF, WebP, Word and Excel (OOXML, without macros), OFD (GB/T 33190, the format of Chinese e-invoices).
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import PurePosixPath

import filetype
from django.utils.translation import gettext_lazy as _

from accounts.texts import one_line
from reservations.declarations.errors import DocumentRefused

MOST_BYTES = 10_000_000
MOST_DOCUMENTS = 30
NAME_LENGTH = 120
UNPACKED_MOST_BYTES = 200_000_000
PARTS_MOST = 5_000
_HEAD_BYTES = 4

_BY_CONTENT = {
    "application/pdf": "pdf",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/tiff": "tif",
    "image/webp": "webp",
}
_WORD = ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx")
_EXCEL = ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx")
_OFD = ("application/ofd", "ofd")
_ENDINGS = (
    ".exe",
    ".dll",
    ".com",
    ".scr",
    ".bat",
    ".cmd",
    ".ps1",
    ".vbs",
    ".js",
    ".jar",
    ".msi",
    ".lnk",
    ".hta",
    ".sh",
)
_BLANK = b"\x00\t\n\x0c\r "
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # [MS-CFB] 2.2: .doc, .xls, .ppt, .msi alike
_PDF_HEAD_WITHIN = _PDF_END_WITHIN = 1024  # bytes; ISO 32000-1, annex H.3, notes 13 and 18: what readers accept
_PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa", b"\xcf\xfa\xed\xfe")


@dataclass(frozen=True)
class Recognised:
    """What a file is by its content; `extension` without a dot."""

    media_type: str
    extension: str


def recognise(data: bytes) -> Recognised:
    """This will return what a file is. Raises DocumentRefused: empty, over 10 MB, a program, or of a kind that is not kept."""
    if not data:
        raise DocumentRefused(why=_("The file is empty."))
    if len(data) > MOST_BYTES:
        raise DocumentRefused(why=_("The file is larger than %(most)s MB.") % {"most": MOST_BYTES // 1_000_000})
    if data.startswith(_PROGRAMS):
        raise DocumentRefused(
            why=_("This is a program, whatever its name says. Send the document itself, as PDF or picture.")
        )
    if _holds_an_archive(data) and data.startswith(b"PK"):
        return _packed(data)
    if data.startswith(_OLD_OFFICE):
        raise DocumentRefused(why=_("This is an old Office file (.xls or .doc). Save it as .xlsx or .docx, or as PDF."))
    if data[:_PDF_HEAD_WITHIN].lstrip(_BLANK).startswith(b"%PDF-"):
        return _pdf(data)
    kind = filetype.guess(data)
    if kind is None or kind.mime not in _BY_CONTENT:
        raise _unknown()
    if _holds_an_archive(data):
        raise _program()
    return Recognised(kind.mime, _BY_CONTENT[kind.mime])


def kept_name(name: str, recognised: Recognised) -> str:
    """This will return a file's name as it is shown: one line, no folders, its ending that of its content."""
    bare = one_line(name.replace("\\", "/").rpartition("/")[2]).strip(". ")
    path = PurePosixPath(bare or "document")
    is_right = path.suffix.lower().lstrip(".") in {recognised.extension, *_ALSO.get(recognised.extension, ())}
    stem, ending = (path.stem, path.suffix) if is_right else (path.name, f".{recognised.extension}")
    return stem[: NAME_LENGTH - len(ending)] + ending


def _pdf(data: bytes) -> Recognised:
    """A PDF has objects and says where it ends: an archive or a program put behind its head or its end would be kept with it."""
    _head, mark, after = data[-_PDF_END_WITHIN:].rpartition(b"%%EOF")
    is_whole = b"obj" in data and mark and not after.strip(_BLANK)
    second = data.lstrip(_BLANK)[len(b"%PDF-1.x") :].lstrip(_BLANK)
    if not is_whole or second.startswith(_PROGRAMS) or _holds_an_archive(data):
        raise DocumentRefused(why=_("This PDF is not whole, or something else is in it. Save or scan it anew."))
    return Recognised("application/pdf", "pdf")


_ALSO = {"jpg": ("jpeg",), "tif": ("tiff",)}


def _packed(data: bytes) -> Recognised:
    """A packed file is looked at by the list of its parts, then by the first bytes of each; no more of it is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            _check_size(packed.infolist())
            heads = {part.filename: _head(packed, part) for part in packed.infolist()}
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        ValueError,
        RuntimeError,
    ):  # RuntimeError: a password, a way to pack
        raise _unknown() from None
    if any(name.lower().endswith("vbaproject.bin") for name in heads):
        raise DocumentRefused(why=_("This file holds macros. Save it without them, or as PDF."))
    if any(name.lower().endswith(_ENDINGS) or head.startswith(_PROGRAMS) for name, head in heads.items()):
        raise _program()
    found = _by_parts(heads)
    if found is None:
        raise _unknown()
    return Recognised(*found)


def _holds_an_archive(data: bytes) -> bool:
    """At its end, whatever stands before: that is how self-unpacking programs are made."""
    return zipfile.is_zipfile(io.BytesIO(data))


def _check_size(parts: list[zipfile.ZipInfo]) -> None:
    if len(parts) > PARTS_MOST or sum(part.file_size for part in parts) > UNPACKED_MOST_BYTES:
        raise DocumentRefused(why=_("This file unpacks to more than any document holds. It was not opened."))


def _head(packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    with packed.open(part) as opened:
        return opened.read(_HEAD_BYTES)


def _by_parts(names: Collection[str]) -> tuple[str, str] | None:
    if "[Content_Types].xml" in names:  # ECMA-376 part 2, 7.2.3: no package without it
        if "word/document.xml" in names:
            return _WORD
        if "xl/workbook.xml" in names:
            return _EXCEL
    return _OFD if "OFD.xml" in names else None


def _program() -> DocumentRefused:
    return DocumentRefused(why=_("There is a program inside this file. Send the document alone, as PDF or picture."))


def _unknown() -> DocumentRefused:
    return DocumentRefused(
        why=_("What is in this file is none of these: PDF, JPEG, PNG, TIFF, WebP, Word, Excel, OFD.")
    )
