"""A spreadsheet as a table for the eye: each fault in the cell it is about, and what the pre-check will ask to be mended."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from core import clock
from reservations.declarations.checks import Finding, check
from reservations.declarations.models import Sheet, SheetKind
from reservations.declarations.rules import rules_for
from reservations.declarations.sheets_columns import DECLARATIONS, WISHES, Column, placed
from reservations.declarations.sheets_drafts import Draft, Fault
from reservations.declarations.sheets_taking import drafts_of, earlier
from reservations.operations.sheet_wishes import wishes_of
from web.declared import said
from yards.models import Port

FILES = "documents"  # a spreadsheet brings none: they are added to each declaration afterwards


@dataclass(frozen=True)
class Cell:
    """`faults` stop the file; `notes` are what will have to be mended, level and words."""

    text: str
    faults: list[str] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Line:
    """A row by its number in the file; `about` is said of it as a whole."""

    number: int
    cells: list[Cell]
    about: list[tuple[str, str]]

    @property
    def is_bad(self) -> bool:
        return any(cell.faults for cell in self.cells)


@dataclass(frozen=True)
class Preview:
    """What the page shows. `things`: how many declarations or wishes it makes, `to_mend`: of them not executable yet."""

    titles: list[str]
    lines: list[Line]
    things: int
    to_mend: int
    faults: int
    foreign: list[str]
    left_out: Sequence[str]
    earlier: Sheet | None

    @property
    def bad_rows(self) -> int:
        return sum(line.is_bad for line in self.lines)


def preview(sheet: Sheet, refusals: Iterable[Fault] = ()) -> Preview:
    """This will lay a sheet out with everything that is to be said of it. Raises SheetHeading."""
    is_declared = sheet.kind == SheetKind.DECLARATIONS
    notes: list[tuple[int, str, str, str]] = []
    if is_declared:
        read = drafts_of(sheet)
        faults, things = read.faults, len(read.drafts)
        now, ports = clock.now(), {port.code: port for port in Port.objects.all()}
        rules = cache(rules_for)  # five hundred drafts of one port ask once
        found = [(draft, _found(draft, ports, rules, now=now)) for draft in read.drafts]
        to_mend = sum(any(finding.level == "error" for finding in each) for _draft, each in found)
        notes = [_note(draft, finding) for draft, each in found for finding in each if finding.where != FILES]
    else:
        wishes = wishes_of(sheet)
        faults, things, to_mend = [*wishes.faults, *refusals], len(wishes.wishes), 0
    columns = DECLARATIONS if is_declared else WISHES
    return _laid_out(sheet, columns, faults, notes, things=things, to_mend=to_mend)


def _laid_out(
    sheet: Sheet,
    columns: tuple[Column, ...],
    faults: Sequence[Fault],
    notes: Sequence[tuple[int, str, str, str]],
    *,
    things: int,
    to_mend: int,
) -> Preview:
    """Only columns the file has, and those that something is said of though it lacks them."""
    table = sheet.table
    at = placed(columns, table.heading)
    blamed = {code for _number, code, *_words in (*faults, *notes)}
    shown = [column for column in columns if column.code in at or column.code in blamed]
    by_cell: dict[tuple[int, str], Cell] = defaultdict(lambda: Cell(""))
    texts = {
        row.number: {code: row.cells[place].text for code, place in at.items() if place < len(row.cells)}
        for row in table.rows
    }
    for number, row in texts.items():
        for column in shown:
            by_cell[number, column.code] = Cell(row.get(column.code, ""))
    about: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for number, code, words in faults:
        by_cell[number, code].faults.append(words)
    for number, code, level, words in notes:
        (by_cell[number, code].notes if code else about[number]).append((level, words))
    known = set(at.values())
    return Preview(
        titles=[column.title for column in shown],
        lines=[Line(number, [by_cell[number, column.code] for column in shown], about[number]) for number in texts],
        things=things,
        to_mend=to_mend,
        faults=len(faults),
        foreign=[title for place, title in enumerate(table.heading) if title and place not in known],
        left_out=table.left_out,
        earlier=earlier(sheet),
    )


def _found(draft: Draft, ports: dict[str, Port], rules: Any, *, now: datetime) -> tuple[Finding, ...]:
    """What the pre-check would say of a draft now; nothing while it is not known where and how it goes."""
    port = ports.get(draft.fields.get("port", ""))
    if port is None or not {"mode", "direction"} <= draft.fields.keys():
        return ()
    return check(
        draft.content,
        mode=draft.fields["mode"],
        direction=draft.fields["direction"],
        documents=set(),
        rules=rules(port, draft.fields["mode"]),
        today=now.astimezone(port.tz).date(),
        trips=draft.fields["trips"],
    )


def _note(draft: Draft, finding: Finding) -> tuple[int, str, str, str]:
    told = said(finding)
    place = draft.places.get(finding.where)
    if place:
        return (*place, finding.level, told.what)
    columns = {column.code for column in DECLARATIONS}
    if finding.where in columns:
        return draft.first_row, finding.where, finding.level, told.what
    return draft.first_row, "", finding.level, f"{told.label}: {told.what}" if told.label else told.what
