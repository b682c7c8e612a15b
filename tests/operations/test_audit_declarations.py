"""The auditor and declarations: clean as lived, found when tampered with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from reservations import declaration_sweeps
from reservations import operations as do
from reservations.declarations import operations as on
from reservations.declarations.models import Declaration
from reservations.models import Policy, Reservation
from tests import factories as make
from tests.operations import audited_day
from tests.operations.audited_day import LANE, Day
from tests.operations.tampering import findings, forge, found, sql
from tests.parts.declaring import PDF, a_content
from yards.models import Lane


@pytest.fixture
def day(db: None, settings: Any, tmp_path: Path) -> Day:
    """A morning in which declarations go every way once, audited clean."""
    settings.MEDIA_ROOT = tmp_path
    day = audited_day.open_port()
    Policy.objects.update(declaration_hours=1)
    _lived(day)
    Policy.objects.update(declaration_hours=0)  # as it was published
    assert findings() == []
    return day


def _declared(day: Day, content: dict[str, Any], **fields: Any) -> Declaration:
    organisation = fields.pop("organisation")
    direction = Lane.objects.get(code=LANE).direction
    mode = "9810" if direction == "outbound" else "9610"
    said = {"port_code": "MOHAN", "direction": direction, "mode": mode, "content": content}
    draft = on.draft_declaration(organisation=organisation, **said, **fields, **day.by("driver"))
    return on.submit_declaration(ref=draft.ref, **day.by("driver"))


def _lived(day: Day) -> None:
    carrier = make.an_organisation()
    to_be_named = a_content(vehicles=[], vehicles_to_be_named=True)
    used = _declared(day, to_be_named, organisation=carrier)
    truck = day.truck(organisation=carrier)
    reservation = day.reserve(vehicle=truck, declaration_ref=used.ref)
    day.leave(_in_the_bay(day, reservation))
    used.refresh_from_db()
    assert used.state == "consumed"
    other = _declared(day, a_content(goods=[]), organisation=carrier, trips=2)
    document = on.add_document(ref=other.ref, kind="invoice", name="a.pdf", data=PDF, **day.by("driver"))
    on.add_document(
        ref=other.ref, kind="other", name="b.pdf", data=PDF.replace(b"<<>>", b"<</N 2>>", 1), **day.by("driver")
    )
    on.remove_document(ref=other.ref, document_ref=document.ref, **day.by("driver"))
    on.change_declaration(ref=other.ref, content=to_be_named, **day.by("driver"))
    on.change_declaration(ref=other.ref, content=a_content(), **day.by("driver"))
    on.hold_declaration(ref=other.ref, reason="look", **day.by("supervisor"))
    on.release_declaration(ref=other.ref, **day.by("supervisor"))
    on.withdraw_declaration(ref=on.copy_declaration(ref=other.ref, **day.by("driver")).ref, **day.by("driver"))
    _lost(day)


def test_audit__port_without_a_yard__its_declarations_are_told_and_found(
    db: None, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    day, port = audited_day.open_port(), make.a_port("LIJIANG-AIR", kind="air")
    said = {"port_code": port.code, "direction": "outbound", "mode": "9810", "content": a_content()}
    draft = on.draft_declaration(organisation=make.an_organisation(), **said, **day.by("driver"))
    document = on.add_document(ref=draft.ref, kind="invoice", name="a.pdf", data=PDF, **day.by("driver"))
    assert findings() == []
    sql("UPDATE declarations_declaration SET state = 'ready' WHERE ref = %s", draft.ref)
    assert found("replay", f"declaration {draft.ref}: state is ready")
    sql("DELETE FROM declarations_document WHERE ref = %s", document.ref)
    assert found("replay", f"document {document.ref} is in the ledger")


def _lost(day: Day) -> None:
    """Reserved while nothing was asked, due now: warned, and an hour later its place goes to standby."""
    Policy.objects.update(declaration_hours=0)
    lost = day.reserve(slot=4)
    Policy.objects.update(declaration_hours=1)
    day.now = lost.slot.starts_at - timedelta(hours=2)
    assert declaration_sweeps.warn_the_undeclared(day.now) == 1
    day.later(hours=1)
    assert declaration_sweeps.take_places_of_the_undeclared(day.now) == 1
    assert Reservation.objects.get(pk=lost.pk).state == "revoked"


def _in_the_bay(day: Day, reservation: Reservation) -> Any:
    day.now = max(day.now, reservation.slot.starts_at)
    do.check_in(reservation_ref=reservation.ref, port_code="MOHAN", **day.by())
    return day.call()


TAMPERING: dict[str, tuple[Callable[[], Any], str, str]] = {
    "a declaration made green behind the ledger's back": (
        lambda: sql("UPDATE declarations_declaration SET state = 'ready' WHERE state = 'withdrawn'"),
        "replay",
        "state is ready",
    ),
    "a file taken out": (lambda: sql("DELETE FROM declarations_document"), "replay", "document"),
    "a declaration deleted": (lambda: _delete(), "replay", "the table has no such row"),
}


def _delete() -> None:
    sql("DELETE FROM declarations_document")
    sql("DELETE FROM declarations_declaration WHERE state = 'ready'")


@pytest.mark.parametrize(("tamper", "check", "words"), TAMPERING.values(), ids=TAMPERING)
def test_audit__rows_tampered_with__are_found(day: Day, tamper: Callable[[], Any], check: str, words: str) -> None:
    tamper()
    assert found(check, words)


@pytest.mark.parametrize(
    ("kind", "reason", "check", "words"),
    [
        ("declaration.held", "", "authority", "without a reason"),
        ("declaration.released", "", "authority", "was released while it was ready"),
        ("declaration.drafted", "", "states", "from ready to draft"),
        ("document.removed", "", "unknown", "document.removed"),
    ],
)
def test_audit__entry_that_nothing_stands_behind__is_found(
    day: Day, kind: str, reason: str, check: str, words: str
) -> None:
    row = Declaration.objects.get(state="ready")
    facts = {"declaration": row.ref, "edition": row.edition + 1, "state": row.state, "document": "Z-1", "sha256": ""}
    forge(kind=kind, reason=reason, **facts, **day.by("supervisor"))
    assert found(check, words)
