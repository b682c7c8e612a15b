"""Steps of the operations on declarations: found, checked, moved, told."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from core.errors import Conflict
from core.ledger import record
from core.machine import advance
from reservations.declarations.checks import Finding, check, state_for
from reservations.declarations.content import Content, ShapeWrong, merged, shaped
from reservations.declarations.errors import ContentNotValid, DeclarationClosed, UnknownDeclaration
from reservations.declarations.models import Declaration
from reservations.declarations.rules import rules_for
from reservations.streams import port_stream

#: What a customs officer has let go stays let go while only these change
_NOT_CARGO = ("vehicles", "vehicles_to_be_named", "next_step")


def found(ref: str) -> Declaration:
    """This will return a declaration, its row kept until the operation ends (before any slot: docs/locking.md).

    Raises UnknownDeclaration.
    """
    rows = Declaration.objects.select_for_update(of=("self",)).select_related("port", "organisation")
    declaration = rows.filter(ref=ref).first()
    if declaration is None:
        raise UnknownDeclaration
    return declaration


def live(ref: str, expected_edition: int | None = None) -> Declaration:
    """This will return a declaration that may still be changed. Raises UnknownDeclaration, DeclarationClosed, Conflict (changed since)."""
    declaration = found(ref)
    if declaration.state in Declaration.machine.ends:
        raise DeclarationClosed
    if expected_edition not in (None, declaration.edition):
        raise Conflict
    return declaration


def findings_of(declaration: Declaration, *, now: datetime) -> list[dict[str, Any]]:
    """This will check a declaration as it is now, by the port's rules and the port's date."""
    rules = rules_for(declaration.port, declaration.mode)
    found = check(
        declaration.content,
        mode=declaration.mode,
        direction=declaration.direction,
        documents=set(declaration.documents.values_list("kind", flat=True)) if declaration.pk else set(),
        rules=rules,
        today=now.astimezone(ZoneInfo(declaration.port.time_zone)).date(),
        trips=declaration.trips,
    )
    is_released = declaration.released_at is not None
    return [each.as_json() for each in found if not (is_released and each.code == "customs_release")]


def settle(declaration: Declaration, *, now: datetime, to: str | None = None, **fields: Any) -> str:
    """This will set fields, check again, raise the edition and move to what the findings say (drafts and what is on hold stay).

    A ready one whose trips are all made is used up. `to` names another state. Returns the state it left, "" where it stays. Raises
    Conflict when somebody else changed it first.
    """
    before = declaration.state
    _set(declaration, fields)
    findings = findings_of(declaration, now=now)
    state = to or (before if before in ("draft", "on_hold") else state_of(findings))
    if state == before == "ready" and declaration.trips_made >= declaration.trips:
        state, fields = "consumed", fields | {"ended_at": now}
    if not fields and state == before and findings == declaration.findings:
        Declaration.objects.filter(pk=declaration.pk).update(checked_at=now)
        return ""
    values = {
        **fields,
        "findings": findings,
        "checked_at": now,
        "edition": declaration.edition + 1,
        **({"ready_at": now} if state == "ready" and before != "ready" else {}),
    }
    if state == before:
        rows = Declaration.objects.filter(pk=declaration.pk, state=before, edition=declaration.edition)
        if not rows.update(**values):
            raise Conflict
        _set(declaration, values)
    else:
        advance(declaration, state, still={"edition": declaration.edition}, **values)
    return before if state != before else ""


def tell(declaration: Declaration, kind: str = "", /, *, reason: str = "", **facts: Any) -> None:
    """This will record a declaration in its port's stream; without a kind, as what its state says."""
    kind = kind or f"declaration.{declaration.state}"
    if kind == "declaration.consumed":
        facts["trips"] = declaration.trips_made
    if kind in ("declaration.needs_fix", "declaration.submitted"):
        facts["codes"] = sorted({row["code"] for row in declaration.findings if row["level"] != "warning"})
    record(
        port_stream(declaration.port),
        kind,
        reason=reason,
        declaration=declaration.ref,
        edition=declaration.edition,
        state=declaration.state,
        **facts,
    )


def tell_move(declaration: Declaration, was: str) -> None:
    """This will record the state that a declaration has come to from `was`; nothing where that is ""."""
    if was:
        tell(declaration, was=was)


def tell_change(declaration: Declaration, was: str) -> None:
    """This will record a change: the state it led to, or that it was changed and stays what it was."""
    if was:
        tell_move(declaration, was)
    else:
        tell(declaration, "declaration.changed")


def read(raw: Any) -> Content:
    """This will shape a content. Raises ContentNotValid, which names the field."""
    try:
        return shaped(raw)
    except ShapeWrong as problem:
        raise ContentNotValid(field=f"content.{problem.where}".rstrip("."), why=problem.why) from problem


def laid_over(content: Content, change: Any) -> Content:
    """This will lay a change over a content. Raises ContentNotValid."""
    try:
        return merged(content, change)
    except ShapeWrong as problem:
        raise ContentNotValid(field=f"content.{problem.where}".rstrip("."), why=problem.why) from problem


def cargo(content: Content) -> Content:
    """This will return what a release is about: all but which vehicle drives and where it goes next."""
    return {name: value for name, value in content.items() if name not in _NOT_CARGO}


def state_of(findings: list[dict[str, Any]]) -> str:
    """This will return the state that stored findings leave a submitted declaration in."""
    return state_for(Finding.of_json(row) for row in findings)


def _set(declaration: Declaration, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(declaration, name, value)
