"""Every check by its code: how seriously it is taken where no rule says otherwise, and the figures it goes by. PURE.

docs/declarations.md explains each; finding_words.py says each in words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Kind:
    """`level`: error, warning or off. `is_awaited`: others have to do something, so a strict rule makes it "waiting", not "error"."""

    level: str
    figures: dict[str, Any] = field(default_factory=dict)
    is_awaited: bool = False


@dataclass(frozen=True)
class Ruling:
    """What applies to one check at a port and in a mode. `level`: error, warning or off."""

    level: str
    figures: Mapping[str, Any] = field(default_factory=dict)


#: HS chapters of living animals, and of plants and food that spoil
ANIMALS_AND_PLANTS = ["01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12"]
PERISHABLE = [
    "02",
    "03",
    "0401",
    "0403",
    "0406",
    "06",
    "07",
    "0801",
    "0803",
    "0804",
    "0805",
    "0806",
    "0807",
    "0808",
    "0809",
    "0810",
]

KINDS: dict[str, Kind] = {
    # the whole
    "text_too_long": Kind("error", {"name": 120, "code": 60, "text": 300}),
    "mode_direction": Kind("error", {"outbound_only": ["9710", "9810", "1039"]}),
    "contract_missing": Kind("warning"),
    "invoice_missing": Kind("warning"),
    "next_step_unknown": Kind("error"),
    "customs_release": Kind("off", is_awaited=True),
    # the two parties
    "party_name_missing": Kind("error"),
    "country_missing": Kind("error"),
    "party_address_missing": Kind("warning"),
    "country_unknown": Kind("error"),
    "credit_code_missing": Kind("error"),
    "credit_code_wrong": Kind("error"),
    # goods
    "goods_missing": Kind("error"),
    "hs_missing": Kind("error"),
    "hs_malformed": Kind("error"),
    "hs_unknown": Kind("error"),
    "hs_retired": Kind("error"),
    "description_missing": Kind("error"),
    "description_vague": Kind("warning", {"least": 3}),
    "figure_missing": Kind("error"),
    "figure_wrong": Kind("error"),
    "net_over_gross": Kind("error"),
    "value_missing": Kind("error"),
    "currency_missing": Kind("error"),
    "currency_unknown": Kind("error"),
    "currencies_mixed": Kind("warning"),
    "origin_missing": Kind("error"),
    "value_over_limit": Kind("off", {"most": 150_000, "currency": "USD"}),
    # sums
    "totals_missing": Kind("off"),
    "packages_differ": Kind("error"),
    "gross_differs": Kind("error", {"tolerance_percent": 0.5}),
    "too_heavy": Kind("warning", {"kg": 49_000}),
    # dangerous and perishable
    "un_malformed": Kind("error"),
    "un_unknown": Kind("error"),
    "un_missing": Kind("error"),
    "hazard_class_missing": Kind("error"),
    "hazard_class_unknown": Kind("error"),
    "hazard_class_differs": Kind("error"),
    "temperature_missing": Kind("warning", {"headings": PERISHABLE}),
    "temperature_wrong": Kind("error", {"least": -60, "most": 60}),
    "temperature_band": Kind("error"),
    "spoils_wrong": Kind("error"),
    "spoils_past": Kind("error"),
    # carriage
    "container_malformed": Kind("error"),
    "container_check_digit": Kind("error"),
    "container_twice": Kind("error"),
    "seal_missing": Kind("warning"),
    "vehicles_missing": Kind("error"),
    "vehicles_to_be_named": Kind("error", is_awaited=True),
    "plate_missing": Kind("error"),
    "plate_wrong": Kind("error"),
    "vehicle_twice": Kind("error"),
    # files
    "document_invoice": Kind("off"),
    "document_packing_list": Kind("off"),
    "document_contract": Kind("off"),
    "document_origin": Kind("off"),
    "document_phytosanitary": Kind("warning", {"headings": ANIMALS_AND_PLANTS, "directions": ["inbound"]}),
    "document_dangerous_goods": Kind("error"),
}
