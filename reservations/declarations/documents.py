"""Files with a declaration: what may be kept is found in their content. PURE but for the words: no file is opened by its name.

Accepted: PDF, JPEG, PNG, TIFF, WebP, Word and Excel (OOXML, without macros), OFD (GB/T 33190, the format of Chinese e-invoices).
"""

from __future__ import annotations

import io
import zipfile
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
    if zipfile.is_zipfile(io.BytesIO(data)) and data.startswith(b"PK"):
        return _packed(data)
    kind = filetype.guess(data)
    if kind is None or kind.mime not in _BY_CONTENT:
        raise _unknown()
    return Recognised(kind.mime, _BY_CONTENT[kind.mime])


def kept_name(name: str, recognised: Recognised) -> str:
    """This will return a file's name as it is shown: one line, no folders, its ending that of its content."""
    bare = one_line(name.replace("\\", "/").rpartition("/")[2]).strip(". ")
    path = PurePosixPath(bare or "document")
    is_right = path.suffix.lower().lstrip(".") in {recognised.extension, *_ALSO.get(recognised.extension, ())}
    stem, ending = (path.stem, path.suffix) if is_right else (path.name, f".{recognised.extension}")
    return stem[: NAME_LENGTH - len(ending)] + ending


_ALSO = {"jpg": ("jpeg",), "tif": ("tiff",)}


def _packed(data: bytes) -> Recognised:
    """A packed file is looked at by the list of its parts; nothing is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise _unknown() from None
    if len(parts) > PARTS_MOST or sum(part.file_size for part in parts) > UNPACKED_MOST_BYTES:
        raise DocumentRefused(why=_("This file unpacks to more than any document holds. It was not opened."))
    names = {part.filename for part in parts}
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise DocumentRefused(why=_("This file holds macros. Save it without them, or as PDF."))
    found = _by_parts(names)
    if found is None:
        raise _unknown()
    return Recognised(*found)


def _by_parts(names: Collection[str]) -> tuple[str, str] | None:
    if "word/document.xml" in names:
        return _WORD
    if "xl/workbook.xml" in names:
        return _EXCEL
    return _OFD if "OFD.xml" in names else None


def _unknown() -> DocumentRefused:
    return DocumentRefused(
        why=_("What is in this file is none of these: PDF, JPEG, PNG, TIFF, WebP, Word, Excel, OFD.")
    )
