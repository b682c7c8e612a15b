"""What the crawl of rights names of an enterprise: a declaration with a file, a program, a webhook with a delivery, a driver, a sheet."""

from __future__ import annotations

from django.core.files.base import ContentFile
from django.db.models import Model

from accounts.models import ApiClient, Organisation, User
from accounts.operations import create_client
from notifications.webhooks.models import Delivery, Endpoint
from notifications.webhooks.operations import create_endpoint, send_test
from reservations.declarations.models import Declaration, Document, Rule
from reservations.declarations.operations import draft_declaration, submit_declaration
from reservations.declarations.sheets_models import Sheet
from tests import factories as make
from tests.cast import Cast
from yards.models import Crossing, Port


def rows_of(cast: Cast, *, organisation: Organisation, port: Port, driver: User, word: str) -> dict[str, str]:
    """This will return the refs by their names in paths. `word` stands in everything that only its organisation may read."""
    declaration = draft_declaration(
        organisation=organisation,
        port_code=port.code,
        direction="inbound",
        mode="0110",
        own_reference=f"{word} {make.nth()}",
        content={"consignor": {"name": f"{word} consignor"}, "contract_no": f"{word} contract"},
        **cast.by(driver),
    )
    submit_declaration(ref=declaration.ref, **cast.by(driver))  # a draft is its declarant's alone
    file = Document.objects.create(
        declaration=declaration,
        kind="invoice",
        name=f"{word}.pdf",
        media_type="application/pdf",
        size_bytes=4,
        sha256=f"{declaration.pk:064d}",
        file=ContentFile(f"%PDF {word}".encode(), name=f"{word}.pdf"),
        uploaded_by=driver.ref,
        uploaded_at=cast.now,
    )
    client, key, _ = create_client(
        organisation=organisation, name=f"{word} program", scopes=["fleet:read"], **cast.by(driver)
    )
    endpoint, _ = create_endpoint(
        organisation=organisation,
        url=f"https://{word}.example/",
        kinds=[],
        description=f"{word} hook",
        **cast.by(driver),
    )
    delivery = send_test(ref=endpoint.ref, organisation=organisation, **cast.by(driver))
    assert isinstance(client, ApiClient)
    assert isinstance(endpoint, Endpoint)
    assert isinstance(delivery, Delivery)
    return {
        "declaration": declaration.ref,
        "document": file.ref,
        "client": client.ref,
        "client_key": key.pk,
        "endpoint": endpoint.ref,
        "delivery": delivery.ref,
        "sheet": _a_sheet(cast, organisation, word),
        "fellow": make.a_dispatcher(organisation).ref,
    }


def _a_sheet(cast: Cast, organisation: Organisation, word: str) -> str:
    said = {"sha256": f"{make.nth():064d}", "uploaded_by": "U-SOMEBODY", "uploaded_at": cast.now}
    sheet = Sheet.objects.create(organisation=organisation, kind="declarations", name=f"{word}.csv", rows=[], **said)
    return str(sheet.ref)


def pks_of(cast: Cast, port: Port, declaration_ref: str) -> dict[type[Model], int]:
    """This will return the row ids of what the back office shows of declarations and of the far side, made once for each port."""
    rule, _ = Rule.objects.get_or_create(
        port=port, mode="0110", check_code="contract_missing", defaults={"level": "warning"}
    )
    told = {"crossed_at": cast.now, "told_at": cast.now, "told_by": "D-FARSIDE"}
    crossing, _ = Crossing.objects.get_or_create(port=port, kind="arrived", defaults=told)
    return {Declaration: Declaration.objects.get(ref=declaration_ref).pk, Rule: rule.pk, Crossing: crossing.pk}
