"""Every field of a declaration by the name a reader knows it by; forms, spreadsheets and findings say the same."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

PARTY: dict[str, Promise] = {
    "name": pgettext_lazy("of a firm", "name"),
    "country": gettext_lazy("country"),
    "address": gettext_lazy("address"),
    "credit_code": gettext_lazy("unified social credit code"),
}
FIELDS: dict[str, dict[str, Promise]] = {
    "": {
        "port": gettext_lazy("port"),
        "direction": gettext_lazy("direction"),
        "mode": gettext_lazy("customs supervision mode"),
        "own_reference": gettext_lazy("your reference"),
        "trips": gettext_lazy("trips"),
        "contract_no": gettext_lazy("contract number"),
        "invoice_no": gettext_lazy("invoice number"),
        "next_step": gettext_lazy("where it goes after the gate"),
        "vehicles_to_be_named": gettext_lazy("vehicles are named later"),
    },
    "consignor": PARTY,
    "consignee": PARTY,
    "goods": {
        "hs_code": gettext_lazy("HS code"),
        "description": gettext_lazy("description"),
        "packages": gettext_lazy("packages"),
        "net_kg": gettext_lazy("net weight (kg)"),
        "gross_kg": gettext_lazy("gross weight (kg)"),
        "value": gettext_lazy("value"),
        "currency": gettext_lazy("currency"),
        "origin": gettext_lazy("country of origin"),
        "un_number": gettext_lazy("UN number"),
        "hazard_class": gettext_lazy("hazard class"),
    },
    "totals": {"packages": gettext_lazy("packages"), "gross_kg": gettext_lazy("gross weight (kg)")},
    "containers": {"number": gettext_lazy("container number"), "seal": gettext_lazy("seal")},
    "temperature": {
        "min_c": gettext_lazy("lowest temperature (°C)"),
        "max_c": gettext_lazy("highest temperature (°C)"),
        "spoils_at": gettext_lazy("spoils after"),
    },
    "vehicles": {
        "country": gettext_lazy("country of the plate"),
        "plate": gettext_lazy("plate"),
        "trailer_plate": gettext_lazy("plate of the trailer"),
    },
}
GROUPS: dict[str, Promise] = {
    "consignor": gettext_lazy("Consignor"),
    "consignee": gettext_lazy("Consignee"),
    "goods": gettext_lazy("Goods"),
    "totals": gettext_lazy("Totals"),
    "containers": gettext_lazy("Containers"),
    "temperature": gettext_lazy("Temperature"),
    "vehicles": gettext_lazy("Vehicles"),
    "documents": gettext_lazy("Documents"),
}


def label_of(address: str) -> str:
    """This will name a field's address in the reader's language: `goods.1.hs_code` → “Goods 2: HS code”; "" → ""."""
    group, *rest = address.split(".")
    if group not in GROUPS:
        return str(FIELDS[""].get(group, group))
    numbers = [int(part) + 1 for part in rest if part.isascii() and part.isdigit()]
    head = _("%(group)s %(number)s") % {"group": GROUPS[group], "number": numbers[0]} if numbers else str(GROUPS[group])
    name = rest[-1] if rest and not rest[-1].isdigit() else ""
    if not name:
        return head
    return _("%(group)s: %(field)s") % {"group": head, "field": FIELDS.get(group, {}).get(name, name)}
