"""What came of a spreadsheet, each under the name its sender knows it by and as it stands now."""

from __future__ import annotations

from dataclasses import dataclass

from reservations.declarations.models import Declaration, Sheet, SheetKind
from reservations.models import Request
from web.declared import standing


@dataclass(frozen=True)
class Made:
    """`name`: the own reference of a declaration, the plate of a wish. `shape` and `tone`: as templatetags/web.py draws states."""

    ref: str
    name: str
    tone: str
    shape: str
    state: str


def made_of(sheet: Sheet) -> list[Made]:
    """This will return what a taken sheet made, in the order of the file."""
    if sheet.kind == SheetKind.DECLARATIONS:
        found = {row.ref: _declared(row) for row in Declaration.objects.filter(ref__in=sheet.made)}
    else:
        wishes = Request.objects.filter(ref__in=sheet.made).select_related("vehicle")
        found = {row.ref: _wished(row) for row in wishes}
    return [found[ref] for ref in sheet.made if ref in found]


def _declared(row: Declaration) -> Made:
    now_is = standing(row)
    return Made(row.ref, row.own_reference, now_is.tone, now_is.shape, now_is.title)


def _wished(row: Request) -> Made:
    tone, shape = ("good", "done") if row.state == "placed" else ("none", "todo")
    return Made(row.ref, row.vehicle.plate, tone, shape, row.get_state_display())
