"""A spreadsheet of declarations: kept for its preview, then taken in whole or not at all."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from accounts.models import Organisation
from accounts.texts import one_line
from core.actors import Actor
from core.db import operation, steps_of
from core.errors import NotFound
from reservations.declarations.models import Declaration, Sheet
from reservations.declarations.operations import draft_declaration, submit_declaration
from reservations.declarations.sheets_drafts import Draft, Read, read_drafts
from reservations.declarations.sheets_errors import SheetFaulty, SheetTaken
from reservations.declarations.sheets_reading import read_table
from yards.models import Port

KEEP = timedelta(days=7)  # an upload that nobody takes in
NAME_LENGTH = 120
_draft, _submit = steps_of(draft_declaration), steps_of(submit_declaration)


@operation
def keep_sheet(*, organisation: Organisation, kind: str, name: str, data: bytes, now: datetime, actor: Actor) -> Sheet:
    """This will read a file and keep what it says for its preview; the same bytes waiting already are that same sheet.

    Raises SheetRefused in one of its kinds.
    """
    table, digest = read_table(data), hashlib.sha256(data).hexdigest()
    Sheet.objects.filter(taken_at=None, uploaded_at__lt=now - KEEP).delete()
    waiting = Sheet.objects.filter(organisation=organisation, kind=kind, sha256=digest, taken_at=None).first()
    if waiting:
        return waiting
    sheet = Sheet(organisation=organisation, kind=kind, name=one_line(name)[:NAME_LENGTH], sha256=digest)
    sheet.table, sheet.uploaded_by, sheet.uploaded_at = table, actor.ref, now
    sheet.save(force_insert=True)
    return sheet


@operation
def take_declarations(*, ref: str, give_in: bool, again: bool = False, now: datetime, actor: Actor) -> Sheet:
    """This will make a declaration of each reference of a sheet (new → draft), all of them or none.

    `give_in`: what has nothing to be mended is given in at once. `again`: though this very file was taken in before.
    Raises NotFound, SheetTaken, SheetFaulty.
    """
    sheet = sheet_to_take(ref, again=again)
    read = drafts_of(sheet)
    if read.faults:
        raise SheetFaulty
    made = [_make(sheet.organisation, draft, give_in=give_in, now=now, actor=actor) for draft in read.drafts]
    taken(sheet, [each.ref for each in made], now=now)
    return sheet


# ------------------------------------------------------------- steps, used by the operation that takes wishes


def sheet_to_take(ref: str, *, again: bool) -> Sheet:
    """This will return a sheet that was not taken in yet, its row kept. Raises NotFound; SheetTaken: it was, or the very file was."""
    sheet = Sheet.objects.select_for_update(of=("self",)).select_related("organisation").filter(ref=ref).first()
    if sheet is None:
        raise NotFound(field="sheet")
    if sheet.taken_at or (earlier(sheet) and not again):
        raise SheetTaken
    return sheet


def taken(sheet: Sheet, made: list[str], *, now: datetime) -> None:
    """This will keep what came of a sheet in place of what it said. Raises SheetTaken when somebody else took it first."""
    values = {"taken_at": now, "made": made, "rows": []}
    if not Sheet.objects.filter(pk=sheet.pk, taken_at=None).update(**values):
        raise SheetTaken
    sheet.taken_at, sheet.made = now, made


def earlier(sheet: Sheet) -> Sheet | None:
    """This will return the sheet by which this very file was taken in before, None when it never was."""
    same = Sheet.objects.filter(organisation=sheet.organisation_id, kind=sheet.kind, sha256=sheet.sha256)
    return same.exclude(pk=sheet.pk).exclude(taken_at=None).order_by("-taken_at").first()


def drafts_of(sheet: Sheet) -> Read:
    """This will read a sheet of declarations against the ports and references there are now. Raises SheetHeading."""
    own = Declaration.objects.filter(organisation=sheet.organisation_id).exclude(state="withdrawn")
    used = own.exclude(own_reference="").values_list("own_reference", flat=True)
    return read_drafts(sheet.table, ports=Port.objects.order_by("code"), used=used)


def _make(organisation: Organisation, draft: Draft, *, give_in: bool, now: datetime, actor: Actor) -> Declaration:
    fields = {name: value for name, value in draft.fields.items() if name != "port"}
    made = _draft(
        organisation=organisation,
        port_code=draft.fields["port"],
        own_reference=draft.own_reference,
        content=draft.content,
        **fields,
        now=now,
        actor=actor,
    )
    if give_in and not any(row["level"] == "error" for row in made.findings):
        made = _submit(ref=made.ref, now=now, actor=actor)
    return made
