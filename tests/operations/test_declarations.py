"""Declarations by their declarant and by the authorities: states, editions, files, rules, reach."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from core.errors import Conflict, WrongState
from core.models import LedgerEntry
from reservations.declarations import errors, operations
from reservations.declarations.models import Declaration, Rule
from reservations.declarations.queries import declaration_for, document_for
from reservations.declarations.rules import rules_for
from tests import factories as make
from tests.cast import Cast
from tests.operations.declaring import drafted, given_in
from tests.parts.declaring import PDF, a_content, a_line


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def kinds_of(declaration: Declaration) -> list[str]:
    rows = LedgerEntry.objects.filter(data__declaration=declaration.ref).order_by("seq")
    return [kind.partition(".")[2] for kind in rows.values_list("kind", flat=True)]


def filed(cast: Cast, declaration: Declaration, data: bytes = PDF, **fields: Any) -> Any:
    said = {"kind": "invoice", "name": "invoice.pdf"} | fields
    return operations.add_document(ref=declaration.ref, data=data, **said, **cast.by(cast.dispatcher))


def test_draft__anything_typed__is_kept_and_checked(cast: Cast) -> None:
    declaration = drafted(cast, content={"goods": [{"hs_code": " 0902 ?"}]})
    assert (declaration.state, declaration.edition) == ("draft", 1)
    assert declaration.content["goods"][0]["hs_code"] == "0902 ?"
    assert "hs_malformed" in {row["code"] for row in declaration.findings}
    assert kinds_of(declaration) == ["drafted"]


def test_change__draft__stays_a_draft_and_is_not_told(cast: Cast) -> None:
    declaration = drafted(cast, content={})
    changed = operations.change_declaration(
        ref=declaration.ref, expected_edition=1, content=a_content(), **cast.by(cast.dispatcher)
    )
    assert (changed.state, changed.edition, kinds_of(changed)) == ("draft", 2, ["drafted"])


@pytest.mark.parametrize(
    ("content", "state"),
    [
        (a_content(), "ready"),
        (a_content(vehicles=[], vehicles_to_be_named=True), "submitted"),
        (a_content(goods=[]), "needs_fix"),
        (a_content(goods=[a_line(description="tea", un_number="")]), "ready"),
    ],
)
def test_submit__by_its_findings__comes_to_one_of_three_states(cast: Cast, content: Any, state: str) -> None:
    declaration = given_in(cast, content=content)
    assert declaration.state == state
    assert kinds_of(declaration) == ["drafted", state]
    assert (declaration.ready_at is not None) == (state == "ready")


def test_change__mended__turns_green_at_once_and_says_so(cast: Cast) -> None:
    declaration = given_in(cast, content=a_content(goods=[]))
    changed = operations.change_declaration(
        ref=declaration.ref, content_change={"goods": [a_line()]}, **cast.by(cast.dispatcher)
    )
    assert (changed.state, changed.ready_at) == ("ready", cast.now)
    entry = LedgerEntry.objects.get(kind="declaration.ready")
    assert entry.data["was"] == "needs_fix"


def test_change__old_edition__is_a_conflict_and_changes_nothing(cast: Cast) -> None:
    declaration = given_in(cast)
    with pytest.raises(Conflict):
        operations.change_declaration(ref=declaration.ref, expected_edition=1, trips=9, **cast.by(cast.dispatcher))
    assert Declaration.objects.get().trips == 1


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"mode": "9999"}, errors.DeclarationFieldNotValid),
        ({"direction": "up"}, errors.DeclarationFieldNotValid),
        ({"trips": 0}, errors.DeclarationFieldNotValid),
        ({"trips": True}, errors.DeclarationFieldNotValid),
        ({"trips": 501}, errors.DeclarationFieldNotValid),
        ({"own_reference": "x" * 61}, errors.DeclarationFieldNotValid),
        ({"content": {"colour": 1}}, errors.ContentNotValid),
        ({"content": []}, errors.ContentNotValid),
    ],
)
def test_draft__field_wrong__is_refused(cast: Cast, fields: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        drafted(cast, **fields)


def test_draft__own_reference_twice__is_refused_until_the_first_is_withdrawn(cast: Cast) -> None:
    first = drafted(cast, own_reference="PO 7")
    with pytest.raises(errors.ReferenceUsed):
        drafted(cast, own_reference="PO 7")
    drafted(cast, own_reference="PO 7", organisation=cast.other_carrier)
    operations.withdraw_declaration(ref=first.ref, **cast.by(cast.dispatcher))
    assert drafted(cast, own_reference="PO 7").state == "draft"


def test_withdraw__then_anything__is_closed(cast: Cast) -> None:
    declaration = given_in(cast)
    by = cast.by(cast.dispatcher)
    assert operations.withdraw_declaration(ref=declaration.ref, **by).state == "withdrawn"
    for act in (operations.change_declaration, operations.submit_declaration):
        with pytest.raises(errors.DeclarationClosed):
            act(ref=declaration.ref, **by)
    with pytest.raises(WrongState):
        operations.withdraw_declaration(ref=declaration.ref, **by)


def test_copy__used_one__is_a_fresh_draft(cast: Cast) -> None:
    old = given_in(cast, own_reference="A", content=a_content(temperature={"spoils_at": "2026-12-01"}))
    filed(cast, old)
    copy = operations.copy_declaration(ref=old.ref, **cast.by(cast.dispatcher))
    assert (copy.state, copy.own_reference, copy.documents.count()) == ("draft", "", 0)
    assert copy.content["goods"] == old.content["goods"]
    assert copy.content["temperature"]["spoils_at"] == ""


def test_hold_and_release__by_customs__with_a_reason(cast: Cast) -> None:
    declaration = given_in(cast)
    with pytest.raises(errors.ReasonMissing):
        operations.hold_declaration(ref=declaration.ref, reason=" ", **cast.by(cast.supervisor))
    held = operations.hold_declaration(ref=declaration.ref, reason="weigh it", **cast.by(cast.supervisor))
    assert (held.state, held.held_by, held.hold_reason) == ("on_hold", cast.supervisor, "weigh it")
    spoilt = operations.change_declaration(ref=held.ref, content=a_content(goods=[]), **cast.by(cast.dispatcher))
    assert spoilt.state == "on_hold"
    released = operations.release_declaration(ref=held.ref, **cast.by(cast.supervisor))
    assert (released.state, released.hold_reason) == ("needs_fix", "")
    assert kinds_of(declaration) == ["drafted", "ready", "held", "changed", "released", "needs_fix"]


def test_hold__one_that_is_not_ready__is_refused(cast: Cast) -> None:
    with pytest.raises(WrongState):
        operations.hold_declaration(ref=drafted(cast).ref, reason="x", **cast.by(cast.supervisor))


def test_release__port_waits_for_customs__counts_until_the_cargo_changes(cast: Cast) -> None:
    rule = {"port_code": cast.port.code, "mode": "", "check_code": "customs_release", "level": "error"}
    operations.put_rule(**rule, **cast.by(cast.supervisor))
    declaration = given_in(cast)
    assert declaration.state == "submitted"
    assert operations.release_declaration(ref=declaration.ref, **cast.by(cast.supervisor)).state == "ready"
    by = cast.by(cast.dispatcher)
    named = {"vehicles": [{"country": "CN", "plate": "云B1"}]}
    assert operations.change_declaration(ref=declaration.ref, content_change=named, **by).state == "ready"
    other = {"goods": [a_line(packages=11)]}
    assert operations.change_declaration(ref=declaration.ref, content_change=other, **by).state == "submitted"


def test_rules__narrowest_wins__port_and_mode_before_all(cast: Cast) -> None:
    assert rules_for(cast.port, "1039")["value_over_limit"].figures["most"] == 150_000
    Rule.objects.create(port=None, mode="", check_code="seal_missing", level="error")
    Rule.objects.create(port=cast.port, mode="1039", check_code="value_over_limit", level="error", figures={"most": 9})
    Rule.objects.create(port=cast.port, mode="", check_code="seal_missing", level="off")
    ruled = rules_for(cast.port, "1039")
    assert ruled["seal_missing"].level == "off"
    assert ruled["value_over_limit"].figures == {"most": 9, "currency": "USD"}
    assert rules_for(cast.other_port, "1039")["seal_missing"].level == "error"


@pytest.mark.parametrize(
    ("check_code", "figures"),
    [
        ("no_such", {}),
        ("too_heavy", {"kg": "x"}),
        ("too_heavy", {"tons": 1}),
        ("too_heavy", {"kg": float("inf")}),
        ("too_heavy", {"kg": float("nan")}),
        ("too_heavy", {"kg": 10**400}),
        ("hs_missing", []),
    ],
)
def test_put_rule__unknown_check_or_figures__is_refused(cast: Cast, check_code: str, figures: Any) -> None:
    rule = {"port_code": cast.port.code, "mode": "", "check_code": check_code, "level": "error", "figures": figures}
    if figures == []:
        rule["figures"] = [1]
    with pytest.raises(errors.RuleNotValid):
        operations.put_rule(**rule, **cast.by(cast.supervisor))


def test_recheck__rule_has_changed__moves_by_it_and_else_leaves_the_edition(cast: Cast) -> None:
    declaration = given_in(cast)
    again = operations.recheck_declaration(ref=declaration.ref, **cast.by())
    assert again.edition == declaration.edition
    Rule.objects.create(port=cast.port, mode="", check_code="document_origin", level="error")
    assert operations.recheck_declaration(ref=declaration.ref, **cast.by()).state == "needs_fix"


def test_document__asked_for__its_coming_and_going_moves_the_declaration(cast: Cast) -> None:
    Rule.objects.create(port=cast.port, mode="", check_code="document_invoice", level="error")
    declaration = given_in(cast)
    assert declaration.state == "needs_fix"
    document = filed(cast, declaration, name="C:\\secret\\..\\in\u202evoice.exe")
    assert (document.media_type, document.name) == ("application/pdf", "invoice.exe.pdf")
    assert "invoice" not in document.file.name
    assert Declaration.objects.get().state == "ready"
    with pytest.raises(errors.DocumentKnown):
        filed(cast, declaration)
    operations.remove_document(ref=declaration.ref, document_ref=document.ref, **cast.by(cast.dispatcher))
    assert Declaration.objects.get().state == "needs_fix"


def packed(*names: str, size: int = 10) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, b"0" * size)
    return data.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"MZ\x90\x00" + b"\x00" * 200,
        b"\x7fELF" + b"\x00" * 200,
        b"#!/bin/sh\nrm -rf /",
        b"<html><script>",
        b"plain text",
        packed("readme.txt"),
        packed("word/document.xml", "word/vbaProject.bin"),
        packed("xl/workbook.xml", "bomb", size=201_000_000),
        b"%PDF-1.7" + b"0" * 10_000_001,
        b"PK\x03\x04 broken",
    ],
    ids=["empty", "exe", "elf", "script", "html", "text", "zip", "macros", "bomb", "large", "broken_zip"],
)
def test_document__not_what_is_kept__is_refused_whatever_its_name(cast: Cast, data: bytes) -> None:
    declaration = drafted(cast)
    with pytest.raises(errors.DocumentRefused):
        filed(cast, declaration, data)
    assert declaration.documents.count() == 0


def test_document__word_excel_ofd_and_pictures__are_known_by_content(cast: Cast) -> None:
    declaration = drafted(cast)
    png = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64
    types = "[Content_Types].xml"
    office = [packed(types, name) for name in ("word/document.xml", "xl/workbook.xml")]
    files = [*office, packed("OFD.xml"), png]
    names = [filed(cast, declaration, data, name="paper").name for data in files]
    assert names == ["paper.docx", "paper.xlsx", "paper.ofd", "paper.png"]


def test_reach__foreign_and_draft__are_not_found(cast: Cast) -> None:
    draft, own = drafted(cast), given_in(cast)
    document = filed(cast, own)
    assert declaration_for(user=cast.dispatcher, ref=draft.ref, verb="declaration.own") == draft
    assert declaration_for(user=cast.supervisor, ref=own.ref, verb="declaration.read") == own
    strangers = [(cast.other_dispatcher, "declaration.own", own), (cast.other_supervisor, "declaration.read", own)]
    for user, verb, row in [*strangers, (cast.supervisor, "declaration.read", draft)]:
        with pytest.raises(errors.UnknownDeclaration):
            declaration_for(user=user, ref=row.ref, verb=verb)
    with pytest.raises(errors.UnknownDocument):
        document_for(user=cast.other_dispatcher, ref=document.ref, verb="declaration.own")
    officer = make.a_dispatcher(cast.other_carrier)
    with pytest.raises(errors.UnknownDocument):
        document_for(user=officer, ref=document.ref, verb="declaration.own")
