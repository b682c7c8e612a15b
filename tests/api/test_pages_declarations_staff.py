"""Declarations as the port and customs see them: what concerns them, held with a reason, let go; the rules; whose port."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from reservations.declarations.models import Declaration, Rule
from reservations.declarations.operations import add_document, draft_declaration, put_rule, submit_declaration
from reservations.models import Policy, Reservation
from tests import factories as make
from tests.api.forms import reader, text
from tests.api.test_pages_declare import PDF
from tests.cast import Cast

CONTENT: dict[str, Any] = {
    "consignor": {"name": "Vientiane Chips", "country": "LA", "address": "2 Street"},
    "consignee": {"name": "Bangkok Boards", "country": "TH", "address": "3 Soi"},
    "contract_no": "C-1",
    "invoice_no": "I-1",
    "goods": [
        {
            "hs_code": "854231",
            "description": "electronic integrated circuits",
            "packages": 10,
            "net_kg": 900,
            "gross_kg": 1000,
            "value": 50000,
            "currency": "USD",
            "origin": "LA",
        }
    ],
    "vehicles": [{"country": "LA", "plate": "ກຂ 1234"}],
}


@pytest.fixture
def officer(cast: Cast) -> User:
    return make.a_staff_member("customs", port=cast.port)


def given_in(cast: Cast, **fields: Any) -> Declaration:
    said = {"port_code": cast.port.code, "direction": "inbound", "mode": "0110", "content": CONTENT}
    by = cast.by(cast.dispatcher)
    row = draft_declaration(organisation=cast.carrier, own_reference=f"S-{make.nth()}", **(said | fields), **by)
    add_document(ref=row.ref, kind="invoice", name="invoice.pdf", data=PDF, **by)
    return submit_declaration(ref=row.ref, **by)


def at(row: Declaration, name: str = "staff_declaration", *more: str) -> str:
    return reverse(f"web:{name}", args=[row.port.code, row.ref, *more])


def listed(cast: Cast, client: Client, **query: str) -> str:
    return text(client.get(reverse("web:staff_declarations", args=[cast.port.code]), query))


def now(row: Declaration) -> Declaration:
    return Declaration.objects.get(pk=row.pk)


def test_officer__with_that_role_alone__has_a_home_and_a_way_through_it(cast: Cast, officer: User) -> None:
    row, client = given_in(cast), reader(officer)
    home = client.get(reverse("web:home_for_me"), follow=True)
    assert home.status_code == 200
    assert cast.port.name in text(home)
    page = client.get(reverse("web:staff_declarations", args=[cast.port.code]))
    assert row.ref in text(page)
    shown = page.content.decode()
    for foreign in ("console", "staff_rounds", "staff_policy"):
        args = [cast.yard.code if foreign == "console" else cast.port.code]
        assert reverse(f"web:{foreign}", args=args) not in shown  # no link that would be refused
    assert 'data-live-audience="customs"' in shown  # and no event of the desk's


def test_officer__at_the_desk_of_yards__is_sent_home(cast: Cast, officer: User) -> None:
    answer = reader(officer).get(reverse("web:staff"))
    assert answer.status_code == 302
    assert answer["Location"] == reverse("web:home_for_me")
    assert reader(cast.operator).get(reverse("web:staff")).status_code == 200
    assert reader(cast.driver).get(reverse("web:staff")).status_code == 403


def test_officer__holds_with_a_reason_then_releases(cast: Cast, officer: User) -> None:
    row, client = given_in(cast), reader(officer)
    assert row.state == "ready", row.findings
    assert client.post(at(row, "staff_declaration_hold"), {"reason": " "}).status_code == 422
    client.post(at(row, "staff_declaration_hold"), {"reason": "seal to be looked at"})
    assert now(row).state == "on_hold"
    page = text(client.get(at(row)))
    assert "seal to be looked at" in page
    assert "1 waits for a decision" in listed(cast, client)
    client.post(at(row, "staff_declaration_release"), {"reason": ""})
    assert now(row).state == "ready"
    assert "Put on hold" in text(client.get(at(row)))


def test_release__asked_for_by_the_rules__is_what_a_declaration_waits_for(cast: Cast, officer: User) -> None:
    put_rule(port_code=cast.port.code, mode="", check_code="customs_release", level="error", **cast.by(cast.supervisor))
    row, client = given_in(cast), reader(officer)
    assert row.state == "submitted"
    assert "Waits for the release by customs" in listed(cast, client)
    client.post(at(row, "staff_declaration_release"))
    assert now(row).state == "ready"


def test_operator__reads_but_cannot_judge(cast: Cast) -> None:
    row, client = given_in(cast), reader(cast.operator)
    page = text(client.get(at(row)))
    assert "electronic integrated circuits" in page
    assert "Put on hold" not in page
    assert client.post(at(row, "staff_declaration_hold"), {"reason": "x"}).status_code == 403


def test_draft__is_the_declarants_alone(cast: Cast, officer: User) -> None:
    by = cast.by(cast.dispatcher)
    said = {"port_code": cast.port.code, "direction": "inbound", "mode": "0110"}
    row = draft_declaration(organisation=cast.carrier, **said, **by)
    client = reader(officer)
    assert client.get(at(row)).status_code == 404
    assert row.ref not in listed(cast, client)


@pytest.mark.parametrize("name", ["staff_declaration", "staff_declaration_hold", "staff_declaration_release"])
def test_declaration__of_another_port__is_not_found(cast: Cast, name: str) -> None:
    row = given_in(cast)
    stranger = make.a_staff_member("customs", port=cast.other_port)
    assert reader(stranger).get(at(row, name)).status_code == 404
    swapped = reverse(f"web:{name}", args=[cast.other_port.code, row.ref])
    assert reader(stranger).get(swapped).status_code == 404


def test_document__is_loaded_by_the_port_it_is_for_alone(cast: Cast, officer: User) -> None:
    row = given_in(cast)
    address = at(row, "staff_declaration_document", row.documents.get().ref)
    answer = reader(officer).get(address)
    assert b"".join(answer.streaming_content) == PDF  # type: ignore[attr-defined]
    stranger = make.a_staff_member("customs", port=cast.other_port)
    assert reader(stranger).get(address).status_code == 404


def test_list__is_narrowed_and_searched(cast: Cast, officer: User) -> None:
    row, client = given_in(cast), reader(officer)
    assert row.ref in listed(cast, client, show="ready")
    assert row.ref not in listed(cast, client, show="held")
    assert row.ref in listed(cast, client, q=row.own_reference.lower())
    assert row.ref not in listed(cast, client, q="nobody\x00")


def test_rules__are_read_by_all__and_changed_by_a_head(cast: Cast, officer: User) -> None:
    page = reverse("web:staff_declaration_rules", args=[cast.port.code])
    assert "No goods are named." in text(reader(officer).get(page))
    change = reverse("web:staff_declaration_rule", args=[cast.port.code, "seal_missing"]) + "?mode=0110"
    assert reader(officer).get(change).status_code == 403
    head = reader(cast.supervisor)
    assert head.post(change, {"level": "nonsense"}).status_code == 422
    assert head.post(change, {"level": "error"}).status_code == 302
    assert Rule.objects.get().level == "error"
    assert "this port's own" in text(head.get(page, {"mode": "0110"}))
    drop = reverse("web:staff_declaration_rule_drop", args=[cast.port.code, "seal_missing"]) + "?mode=0110"
    head.post(drop)
    assert not Rule.objects.exists()
    nothing = reverse("web:staff_declaration_rule", args=[cast.port.code, "no-such-check"])
    assert head.get(nothing).status_code == 404


def test_rules__each_check__names_the_field_it_looks_at(cast: Cast, officer: User) -> None:
    page = text(reader(officer).get(reverse("web:staff_declaration_rules", args=[cast.port.code])))
    for name in ("contract number", "Goods: HS code", "Containers: seal", "Consignor / Consignee: country"):
        assert f"{name} It is blank." in page


# ---------------------------------------------------------------- the driver's trip
def a_trip(cast: Cast, row: Declaration | None, *, hours: int = 0) -> str:
    """The page of a trip that relies on a declaration, at a port that asks for one so many hours before."""
    trip = make.a_confirmed_reservation(cast)
    Policy.objects.filter(port=cast.port).update(declaration_hours=hours)
    Reservation.objects.filter(pk=trip.pk).update(declaration=row)
    return text(reader(cast.driver).get(reverse("web:reservation", args=[trip.ref])))


def test_trip__with_a_declaration__shows_how_it_stands_and_nothing_it_says(cast: Cast) -> None:
    page = a_trip(cast, given_in(cast))
    assert "Declaration Ready" in page
    assert "integrated circuits" not in page


def test_trip__without_one_where_the_port_asks__says_by_when(cast: Cast) -> None:
    assert "Declaration none yet must be ready by" in a_trip(cast, None, hours=4)


def test_trip__where_nobody_asks__speaks_of_none(cast: Cast) -> None:
    assert "Declaration" not in a_trip(cast, None)
