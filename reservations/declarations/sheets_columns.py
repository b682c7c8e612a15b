"""The columns of both kinds of spreadsheet, under the names people read in any language the pages have."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from reservations.declarations.content import GOODS, PARTIES, PARTY, TEMPERATURE, VEHICLE
from reservations.declarations.labels import FIELDS, GROUPS
from reservations.declarations.sheets import Row
from reservations.declarations.sheets_errors import SheetHeading

LANGUAGES = ("en", "zh-hans", "vi", "lo", "my")


@dataclass(frozen=True)
class Column:
    """`code` is its address in a declaration's content, or the name of an input of the wish; `is_text`: never a number to Excel."""

    code: str
    label: str | Promise
    group: str = ""
    is_needed: bool = False
    is_text: bool = True

    @property
    def title(self) -> str:
        """The heading in the language of the reader."""
        if not self.group:
            return str(self.label)
        return _("%(group)s: %(field)s") % {"group": GROUPS[self.group], "field": self.label}


NUMBERS = {"packages", "net_kg", "gross_kg", "value", "min_c", "max_c", "trips"}


def _of(group: str, names: Iterable[str], *, needed: Iterable[str] = ()) -> list[Column]:
    return [
        Column(f"{group}.{name}", FIELDS[group][name], group, name in needed, name not in NUMBERS) for name in names
    ]


def _head(name: str, *, is_needed: bool = False) -> Column:
    return Column(name, FIELDS[""][name], is_needed=is_needed, is_text=name not in NUMBERS)


DECLARATIONS: tuple[Column, ...] = (
    *(_head(name, is_needed=True) for name in ("own_reference", "port", "direction", "mode")),
    _head("trips"),
    *(column for party in PARTIES for column in _of(party, PARTY)),
    *(_head(name) for name in ("contract_no", "invoice_no")),
    *_of("goods", GOODS, needed=["hs_code", "description"]),
    *_of("containers", ("number", "seal")),
    *_of("vehicles", VEHICLE),
    _head("vehicles_to_be_named"),
    *_of("temperature", TEMPERATURE),
    _head("next_step"),
)
WISHES: tuple[Column, ...] = (
    Column("port", gettext_lazy("port"), is_needed=True),
    Column("service_date", gettext_lazy("day"), is_needed=True),
    Column("country", gettext_lazy("country of the plate"), is_needed=True),
    Column("plate", gettext_lazy("plate"), is_needed=True),
    Column("cargo_kind", gettext_lazy("cargo"), is_needed=True),
    Column("preferred_at", gettext_lazy("preferred time"), is_needed=True),
    Column("earliest_at", gettext_lazy("not before")),
    Column("latest_at", gettext_lazy("not after")),
    Column("travel_minutes", gettext_lazy("minutes to the port"), is_text=False),
    Column("lanes", gettext_lazy("lanes")),
    Column("evidence", gettext_lazy("evidence")),
    Column("declaration", gettext_lazy("declaration")),
)


def placed(columns: tuple[Column, ...], heading: tuple[str, ...]) -> dict[str, int]:
    """This will find which column of the file each of ours is, whatever language it is headed in; foreign columns are left aside.

    Raises SheetHeading when one that is needed is not there.
    """
    known = _names(columns)
    found: dict[str, int] = {}
    for place, title in enumerate(heading):
        code = known.get(_key(title))
        if code:
            found.setdefault(code, place)
    missing = [column.title for column in columns if column.is_needed and column.code not in found]
    if missing:
        raise SheetHeading(missing=", ".join(missing))
    return found


def said(row: Row, at: Mapping[str, int]) -> dict[str, str]:
    """This will return what a row says by the codes of its columns; cells with a fault say nothing."""
    cells = row.cells
    texts = {code: cells[place] for code, place in at.items() if place < len(cells)}
    return {code: cell.text for code, cell in texts.items() if cell.text and not cell.fault}


def _names(columns: tuple[Column, ...]) -> dict[str, str]:
    names = {_key(column.code): column.code for column in columns}
    for language in LANGUAGES:
        with override(language):
            for column in columns:
                names.setdefault(_key(column.title), column.code)
    return names


def _key(title: str) -> str:
    """Spaces, marks and the star of a needed column do not matter."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", title).casefold())
