"""Declarations of the demo carrier: one begun, one to be mended and one ready, so that every page of them has something to show."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

from reportlab.pdfgen import canvas

from accounts.models import Organisation
from core.actors import Actor
from reservations.declarations.models import Declaration
from reservations.declarations.operations.drafting import draft_declaration, submit_declaration
from reservations.declarations.operations.filing import add_document
from yards.models import Port
from yards.seeding.demo import CARRIER, PORT, TRUCKS

RUBBER: dict[str, Any] = {
    "contract_no": "YD-2026-118",
    "invoice_no": "INV-5521",
    "consignor": {"name": "Boten Rubber", "country": "LA", "address": "Boten, Luang Namtha"},
    "consignee": {"name": "云南示范运输", "country": "CN", "address": "磨憨", "credit_code": "91350100M000100Y43"},
    "goods": [
        {
            "hs_code": "400122",
            "description": "natural rubber TSNR 20 in bales",
            "packages": 720,
            "net_kg": 25200,
            "gross_kg": 25400,
            "value": 41000,
            "currency": "USD",
            "origin": "LA",
        }
    ],
    "totals": {"packages": 720, "gross_kg": 25400},
    "vehicles": [{"country": country, "plate": plate} for country, plate in TRUCKS[:2]],
}
WRONG = RUBBER | {
    "invoice_no": "INV-5522",
    "totals": {"packages": 700, "gross_kg": 25400},
}  # the goods are 720 packages


def load_declarations(*, now: datetime, actor: Actor) -> int:
    """This will begin three declarations of the demo carrier (draft, needs_fix, ready) while it has none, and tell how many."""
    carrier = Organisation.objects.get(name=CARRIER)
    if Declaration.objects.filter(organisation=carrier).exists() or not Port.objects.filter(code=PORT).exists():
        return 0
    by: dict[str, Any] = {"now": now, "actor": actor}
    case = {"organisation": carrier, "port_code": PORT, "direction": "inbound", "mode": "0110", "trips": 2}
    draft_declaration(**case, own_reference="DEMO-1", content={"contract_no": "YD-2026-120"}, **by)
    wrong = draft_declaration(**case, own_reference="DEMO-2", content=WRONG, **by)
    right = draft_declaration(**case, own_reference="DEMO-3", content=RUBBER, **by)
    for declaration in (wrong, right):
        paper = _invoice(declaration.content["invoice_no"])
        add_document(ref=declaration.ref, kind="invoice", name="invoice.pdf", data=paper, **by)
        submit_declaration(ref=declaration.ref, **by)
    return 3


def _invoice(number: str) -> bytes:
    """A page that looks like what it is: the demonstration's invoice."""
    file = io.BytesIO()
    page = canvas.Canvas(file)
    page.drawString(72, 760, f"Invoice {number} (demonstration): 720 bales of natural rubber, USD 41,000")
    page.save()
    return file.getvalue()
