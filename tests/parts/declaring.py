"""A declaration that nothing is missing in, and what tests change of it."""

from __future__ import annotations

from typing import Any

from reservations.declarations.content import Content, shaped

CREDIT_CODE = "91340600MA2PBNE723"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def a_party(**fields: Any) -> dict[str, Any]:
    return {"name": "云南茶厂", "country": "CN", "address": "昆明市人民路 1", "credit_code": CREDIT_CODE} | fields


def a_line(**fields: Any) -> dict[str, Any]:
    line = {"hs_code": "0902.10", "description": "green tea", "packages": 10, "net_kg": 950, "gross_kg": 1000}
    return line | {"value": 20000, "currency": "CNY", "origin": "CN", "un_number": "", "hazard_class": ""} | fields


def a_content(*, goods: list[dict[str, Any]] | None = None, **parts: Any) -> Content:
    """This will return an export that the pre-check finds nothing in, but for what is given."""
    whole: dict[str, Any] = {
        "consignor": a_party(),
        "consignee": a_party(name="Laos Tea", country="LA", credit_code="", address="Boten 2"),
        "contract_no": "C-1",
        "invoice_no": "I-1",
        "goods": [a_line()] if goods is None else goods,
        "containers": [{"number": "CSQU3054383", "seal": "S1"}],
        "vehicles": [{"country": "CN", "plate": "云A12345"}],
    }
    return shaped(whole | parts)
