"""Versions of a yard's plan: saved as drafts, edited, given a moment, taken back, thrown away. `taking_effect` puts them in force."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max

from core.actors import Actor
from core.db import operation
from core.errors import Conflict, NotFound, WrongState
from core.ledger import record
from core.machine import advance, begin
from core.once import Once
from yards.errors import LayoutInThePast, LayoutNotValid, LayoutTooBig, NotAPlan
from yards.findings import words
from yards.layouts.checks import check
from yards.layouts.geojson import read
from yards.layouts.plan import Plan
from yards.models import Layout, Yard
from yards.operations.bays import lock_yard
from yards.operations.suiting import GATE_IN_USE, beside_rows, gates_in_use

MOST_MB = 10  # 3,000 bays with outlines take two


@dataclass(frozen=True)
class Understood:
    """A file as it was read and checked, before anything is locked: both take a while for thousands of bays."""

    document: dict[str, Any]
    plan: Plan
    findings: list[list[Any]]


def save_layout(
    *, yard_code: str, data: bytes, note: str = "", now: datetime, actor: Actor, once: Once | None = None
) -> Layout:
    """This will keep a GeoJSON file as the yard's next version (new → draft) with everything that was found in it.

    A plan with errors is kept too: it is mended in the editor, and cannot be scheduled before. Raises NotFound, LayoutTooBig, NotAPlan.
    """
    return _save(yard_code=yard_code, understood=understand(data), note=note, now=now, actor=actor, once=once)


def edit_layout(
    *,
    ref: str,
    document: dict[str, Any],
    expected_changed_at: datetime,
    note: str | None = None,
    now: datetime,
    actor: Actor,
    once: Once | None = None,
) -> Layout:
    """This will write a draft anew (draft → draft), its note only when one is given.

    Raises NotFound, LayoutTooBig, NotAPlan, WrongState (it is no draft), Conflict (somebody else changed it since `expected_changed_at`).
    """
    understood = understand(json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode())
    return _edit(
        ref=ref, understood=understood, expected=expected_changed_at, note=note, now=now, actor=actor, once=once
    )


def understand(data: bytes) -> Understood:
    """This will read and check a file. Raises LayoutTooBig, NotAPlan (there is nothing in it to draw or to mend)."""
    if len(data) > MOST_MB * 1_000_000:
        raise LayoutTooBig(most_mb=MOST_MB)
    reading = read(data)
    if reading.document is None or reading.plan is None:
        raise NotAPlan(
            why=" ".join(words(each.level, each.code, each.where, each.figures) for each in reading.findings)
        )
    findings = [finding.as_json() for finding in (*reading.findings, *check(reading.plan))]
    return Understood(reading.document, reading.plan, findings)


@operation
def _save(*, yard_code: str, understood: Understood, note: str, now: datetime, actor: Actor) -> Layout:
    yard = _locked_yard(yard_code)
    newest = yard.layouts.aggregate(n=Max("version"))["n"] or 0
    layout = begin(
        Layout,
        "draft",
        yard=yard,
        version=newest + 1,
        note=note.strip()[:500],
        made_by_id=actor.user_id,
        made_at=now,
        changed_at=now,
        **_content(yard, understood),
    )
    _tell(layout, "layout.saved")
    return layout


@operation
def _edit(
    *, ref: str, understood: Understood, expected: datetime, note: str | None, now: datetime, actor: Actor
) -> Layout:
    layout = locked(ref)
    if layout.state != "draft":
        raise WrongState(state=str(layout.get_state_display()), to=str(Layout(state="draft").get_state_display()))
    if layout.changed_at != expected:
        raise Conflict
    later = max(now, layout.changed_at + timedelta(microseconds=1))  # two edits of one moment are told apart
    fields = _content(layout.yard, understood) | {"changed_at": later}
    if note is not None:
        fields["note"] = note.strip()[:500]
    for name, value in fields.items():
        setattr(layout, name, value)
    layout.save(update_fields=list(fields))
    _tell(layout, "layout.saved")
    return layout


@operation
def schedule_layout(*, ref: str, takes_effect_at: datetime, now: datetime, actor: Actor) -> Layout:
    """This will let a draft take effect at a moment, now or later (draft → scheduled).

    Raises NotFound, WrongState, LayoutNotValid (it has errors), LayoutInThePast.
    """
    layout = locked(ref)
    if takes_effect_at < now:
        raise LayoutInThePast
    check_usable(layout)
    advance(layout, "scheduled", takes_effect_at=takes_effect_at, changed_at=now)
    _tell(layout, "layout.scheduled", takes_effect_at=takes_effect_at.isoformat())
    return layout


@operation
def unschedule_layout(*, ref: str, now: datetime, actor: Actor) -> Layout:
    """This will make a scheduled plan a draft again (scheduled → draft). Raises NotFound, WrongState."""
    layout = locked(ref)
    advance(layout, "draft", takes_effect_at=None, changed_at=now)
    _tell(layout, "layout.unscheduled")
    return layout


@operation
def discard_layout(*, ref: str, now: datetime, actor: Actor) -> Layout:
    """This will throw a draft or a scheduled plan away (→ discarded); its version is not given again. Raises NotFound, WrongState."""
    layout = locked(ref)
    advance(layout, "discarded", takes_effect_at=None, changed_at=now)
    _tell(layout, "layout.discarded")
    return layout


def locked(ref: str) -> Layout:
    """This will lock the layout's yard, then read the layout. Raises NotFound."""
    yard_id = Layout.objects.filter(ref=ref).values_list("yard_id", flat=True).first()
    if yard_id is None:
        raise NotFound(field="layout")
    yard = lock_yard(yard_id)
    layout = Layout.objects.get(ref=ref)
    layout.yard = yard
    return layout


def check_usable(layout: Layout) -> None:
    """This will raise LayoutNotValid when a plan has errors, in itself or beside the lanes as they are now."""
    own = [row for row in layout.findings if row[0] == "error" and row[1] != GATE_IN_USE]
    errors = len(own) + len(gates_in_use(layout.yard, Plan.from_json(layout.plan)))
    if errors:
        raise LayoutNotValid(errors=errors)


def _content(yard: Yard, understood: Understood) -> dict[str, Any]:
    beside = [finding.as_json() for finding in beside_rows(yard, understood.plan)]
    findings = [*understood.findings, *beside]
    return {"document": understood.document, "plan": understood.plan.as_json(), "findings": findings}


def _locked_yard(code: str) -> Yard:
    pk = Yard.objects.filter(code=code).values_list("pk", flat=True).first()
    if pk is None:
        raise NotFound(field="yard")
    return lock_yard(pk)


def _tell(layout: Layout, kind: str, **data: Any) -> None:
    record(layout.yard.stream, kind, reason=layout.note, layout=layout.ref, version=layout.version, **data)
