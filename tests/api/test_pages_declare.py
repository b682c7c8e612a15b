"""Declaring without JavaScript: begun, filled in with the fix list beside, given in; its files; whose it is."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from reservations.declarations.models import Declaration
from reservations.declarations.operations import draft_declaration, hold_declaration
from tests import factories as make
from tests.api.forms import hidden, reader, text
from tests.cast import Cast

FILLED = {
    "consignor.name": "Vientiane Fruit",
    "consignor.country": "LA",
    "consignor.address": "2 Street, Vientiane",
    "consignee.name": "Thai Fruit Trading",
    "consignee.country": "TH",
    "consignee.address": "3 Soi, Bangkok",
    "contract_no": "C-1",
    "invoice_no": "I-1",
    "goods.0.hs_code": "854231",
    "goods.0.description": "electronic integrated circuits",
    "goods.0.packages": "10",
    "goods.0.net_kg": "900",
    "goods.0.gross_kg": "1000",
    "goods.0.value": "50000",
    "goods.0.currency": "USD",
    "goods.0.origin": "LA",
    "vehicles.0.country": "LA",
    "vehicles.0.plate": "ກຂ 1234",
}
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def office(cast: Cast) -> Client:
    return reader(cast.dispatcher)


def a_draft(cast: Cast, **fields: Any) -> Declaration:
    said = {"port_code": cast.port.code, "direction": "inbound", "mode": "0110", "own_reference": f"N-{make.nth()}"}
    return draft_declaration(organisation=cast.carrier, **(said | fields), **cast.by(cast.dispatcher))


def page_of(row: Declaration, name: str = "declaration", *more: str) -> str:
    return reverse(f"web:{name}", args=[row.ref, *more])


def typed(row: Declaration, **more: str) -> dict[str, str]:
    head = {"edition": str(row.edition), "mode": row.mode, "direction": row.direction, "trips": "1"}
    return head | {"own_reference": row.own_reference, "do": "save"} | FILLED | more


def now(row: Declaration) -> Declaration:
    return Declaration.objects.get(pk=row.pk)


def pdf(name: str = "invoice.pdf", data: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, "application/pdf")


def given_in(office: Client, row: Declaration) -> Declaration:
    """With the invoice that the mode asks for, so that nothing is left to be mended."""
    office.post(page_of(row, "declaration_documents"), {"kind": "invoice", "file": pdf()})
    office.post(page_of(row), typed(now(row), do="submit"))
    return now(row)


# ---------------------------------------------------------------- the form
def test_declare__port_direction_mode__is_a_draft_with_its_form(cast: Cast, office: Client) -> None:
    form = office.get(reverse("web:declare"))
    said = {"port_code": cast.port.code, "direction": "inbound", "mode": "0110", "once": hidden(form, "once")}
    first, second = (office.post(reverse("web:declare"), said) for _ in range(2))
    assert first.url == second.url  # a double click makes one
    assert Declaration.objects.get().organisation == cast.carrier
    page = text(office.get(first.url))
    assert "Draft, not executable yet" in page
    assert "No goods are named." in page


def test_declaration__typed_wrongly__says_what_in_the_list_and_at_the_field(cast: Cast, office: Client) -> None:
    row = a_draft(cast)
    answer = office.post(page_of(row), typed(row, **{"goods.0.hs_code": "99", "goods.0.net_kg": "1200"}))
    html = office.get(answer.url).content.decode()
    assert 'href="#goods.0.hs_code"' in html
    assert re.search(r'id="goods\.0\.hs_code"[^>]*aria-invalid="true"', html)
    assert 'value="1200"' in html  # kept as typed


def test_declaration__nothing_to_mend__is_given_in_by_the_button(cast: Cast, office: Client) -> None:
    row = a_draft(cast)
    assert given_in(office, row).state == "ready", now(row).findings
    assert "Have it checked again" in text(office.get(page_of(row)))


def test_declaration__saved_as_it_is_typed__gives_only_the_fix_list_and_its_edition(cast: Cast, office: Client) -> None:
    row = a_draft(cast)
    answer = office.post(page_of(row), typed(row), headers={"X-Autosave": "1"})
    assert answer["X-Edition"] == str(now(row).edition) != str(row.edition)
    assert "<html" not in answer.content.decode()
    assert "Draft" in text(answer)


def test_declaration__saved_by_somebody_else_meanwhile__keeps_what_was_typed_and_says_so(
    cast: Cast, office: Client
) -> None:
    row = a_draft(cast)
    office.post(page_of(row), typed(row))
    late = office.post(page_of(row), typed(row, contract_no="MINE"))
    assert late.status_code == 409
    assert "Somebody else saved it meanwhile" in text(late)
    assert 'value="MINE"' in late.content.decode()
    assert now(row).content["contract_no"] == "C-1"


def test_declaration__lines_added_and_removed_by_buttons__move_nothing_else(cast: Cast, office: Client) -> None:
    row = a_draft(cast)
    added = office.post(page_of(row), typed(row, do="add:goods"))
    assert 'id="goods.1.hs_code"' in office.get(added.url).content.decode()
    second = {"goods.1.hs_code": "080450", "goods.1.description": "mangoes"}
    office.post(page_of(row), typed(now(row), **second))
    office.post(page_of(row), typed(now(row), do="remove:goods.0", **second))
    assert [line["hs_code"] for line in now(row).content["goods"]] == ["080450"]


@pytest.mark.parametrize("do", ["remove:goods.99", "remove:nothing.0", "remove:goods.x", "add:nothing", "", "remove:"])
def test_declaration__button_of_no_row__saves_only(cast: Cast, office: Client, do: str) -> None:
    row = a_draft(cast)
    assert office.post(page_of(row), typed(row, do=do)).status_code == 302
    assert len(now(row).content["goods"]) == 1


@pytest.mark.parametrize(
    "more",
    [
        {"mode": "9999"},
        {"direction": "up"},
        {"goods.0.description": "x" * 2001},
        {"contract_no": "a\x00b"},
        {"trips": "0"},
    ],
)
def test_declaration__what_cannot_be_kept__is_refused_with_all_that_was_typed(
    cast: Cast, office: Client, more: dict[str, str]
) -> None:
    row = a_draft(cast)
    answer = office.post(page_of(row), typed(row, **more))
    assert answer.status_code in (409, 422)
    assert (FILLED | more)["goods.0.description"] in answer.content.decode()
    assert not now(row).content["goods"]


def test_declaration__many_lines__are_kept_up_to_the_most(cast: Cast, office: Client) -> None:
    row = a_draft(cast)
    lines = {f"goods.{n}.hs_code": "854231" for n in range(260)}
    assert office.post(page_of(row), typed(row, **lines)).status_code == 302
    assert len(now(row).content["goods"]) == 200
    assert office.get(page_of(row)).status_code == 200


# ---------------------------------------------------------------- the list, a copy, taken back
def test_declarations__in_their_states__are_narrowed_and_found(cast: Cast, office: Client) -> None:
    draft, ready = a_draft(cast, own_reference="TEA-7"), a_draft(cast)
    given_in(office, ready)
    everything = text(office.get(reverse("web:declarations")))
    assert draft.ref in everything
    assert ready.ref in everything
    only = text(office.get(reverse("web:declarations"), {"show": "fix"}))
    assert draft.ref in only
    assert ready.ref not in only
    assert draft.ref in text(office.get(reverse("web:declarations"), {"q": "tea"}))
    assert "No declaration is like that." in text(office.get(reverse("web:declarations"), {"q": "none\x00"}))


def test_copy__is_a_draft_with_the_same_content(cast: Cast, office: Client) -> None:
    row = a_draft(cast)
    office.post(page_of(row), typed(row))
    made = office.post(page_of(row, "declaration_copy"))
    copy = Declaration.objects.exclude(pk=row.pk).get()
    assert made.url == page_of(copy)
    assert copy.content == now(row).content
    assert copy.own_reference == ""


def test_withdraw__asks_first__then_nothing_can_be_typed_any_more(cast: Cast, office: Client) -> None:
    row = a_draft(cast)
    assert "cannot be undone" in text(office.get(page_of(row, "declaration_withdraw")))
    office.post(page_of(row, "declaration_withdraw"))
    assert now(row).state == "withdrawn"
    assert "<fieldset disabled>" in office.get(page_of(row)).content.decode()
    assert office.post(page_of(row), typed(row)).status_code == 409


def test_declaration__on_hold__shows_the_reason(cast: Cast, office: Client) -> None:
    row = a_draft(cast)
    given_in(office, row)
    officer = make.a_staff_member("customs", port=cast.port)
    hold_declaration(ref=row.ref, reason="seal to be looked at", **cast.by(officer))
    assert "seal to be looked at" in text(office.get(page_of(row)))


# ---------------------------------------------------------------- files
def test_document__added_then_loaded__comes_back_to_be_saved_never_shown(cast: Cast, office: Client) -> None:
    row = a_draft(cast)
    office.post(page_of(row, "declaration_documents"), {"kind": "invoice", "file": pdf("发票.pdf")})
    document = row.documents.get()
    answer = office.get(page_of(row, "declaration_document", document.ref))
    assert b"".join(answer.streaming_content) == PDF  # type: ignore[attr-defined]
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]
    office.post(page_of(row, "declaration_document_remove", document.ref))
    assert not row.documents.exists()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"MZ\x90\x00" + b"\x00" * 50, "This is a program"),
        (b"", "empty"),
        (b"<html><script>alert(1)</script>", ""),
        (PDF + b"\x00" * 10_000_000, "MB"),
    ],
    ids=["program", "empty", "page", "big"],
)
def test_document__that_is_none__is_refused_in_words(cast: Cast, office: Client, data: bytes, words: str) -> None:
    row = a_draft(cast)
    said = {"kind": "invoice", "file": pdf(data=data)}
    page = office.post(page_of(row, "declaration_documents"), said, follow=True)
    assert 'class="notice bad"' in page.content.decode()
    assert words in text(page)
    assert not row.documents.exists()


# ---------------------------------------------------------------- whose
@pytest.mark.parametrize("name", ["declaration", "declaration_withdraw"])
def test_declaration__of_another_organisation__is_not_found(cast: Cast, name: str) -> None:
    row = a_draft(cast)
    assert reader(cast.other_dispatcher).get(page_of(row, name)).status_code == 404
    assert reader(cast.other_dispatcher).post(page_of(row, name), typed(row)).status_code == 404
    assert reader(cast.operator).get(page_of(row, name)).status_code in (403, 404)


def test_document__of_another_organisation__is_not_found(cast: Cast, office: Client) -> None:
    row = a_draft(cast)
    office.post(page_of(row, "declaration_documents"), {"kind": "invoice", "file": pdf()})
    address = page_of(row, "declaration_document", row.documents.get().ref)
    assert reader(cast.other_dispatcher).get(address).status_code == 404


# ---------------------------------------------------------------- the trips that rely on it
def test_trip__attached_then_taken_off__is_told_on_both_pages(cast: Cast, office: Client) -> None:
    truck = make.a_vehicle(organisation=cast.carrier, driver=cast.driver)
    trip = make.a_confirmed_reservation(cast, vehicle=truck)
    row = given_in(office, a_draft(cast, direction=trip.lane.direction))
    office.post(
        page_of(row), typed(row, vehicles_to_be_named="on", **{"vehicles.0.plate": "", "vehicles.0.country": ""})
    )
    assert trip.ref in office.get(page_of(row)).content.decode()
    page = office.post(page_of(row, "declaration_attach"), {"reservation": trip.ref}, follow=True)
    assert "relies on this declaration" in text(page)
    trip.refresh_from_db()
    assert trip.declaration == row
    stranger = reader(cast.other_dispatcher)
    assert stranger.post(page_of(row, "declaration_detach"), {"reservation": trip.ref}).status_code == 404
    office.post(page_of(row, "declaration_detach"), {"reservation": trip.ref})
    trip.refresh_from_db()
    assert trip.declaration is None


def test_trip__of_another_organisation__cannot_be_attached(cast: Cast, office: Client) -> None:
    row = a_draft(cast)
    foreign = make.a_confirmed_reservation(cast, vehicle=cast.other_vehicle, driver=cast.stranger)
    answer = office.post(page_of(row, "declaration_attach"), {"reservation": foreign.ref})
    assert answer.status_code == 404
