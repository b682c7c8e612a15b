"""What each check looks at, by name: where checks are listed and no one declaration is meant, “It is blank.” says nothing alone."""

from __future__ import annotations

from django.utils.translation import gettext as _

from reservations.declarations.labels import FIELDS, GROUPS

#: Check → groups and fields of a content (`/` between several); "" for the whole. A plate's country is checked as a party's is.
ABOUT = {
    "text_too_long": "",
    "mode_direction": ".mode",
    "contract_missing": ".contract_no",
    "invoice_missing": ".invoice_no",
    "next_step_unknown": ".next_step",
    "customs_release": "",
    "party_name_missing": "consignor/consignee.name",
    "party_address_missing": "consignor/consignee.address",
    "country_missing": "consignor/consignee.country",
    "country_unknown": "consignor/consignee.country",
    "credit_code_missing": "consignor/consignee.credit_code",
    "credit_code_wrong": "consignor/consignee.credit_code",
    "goods_missing": "goods",
    "hs_missing": "goods.hs_code",
    "hs_malformed": "goods.hs_code",
    "hs_unknown": "goods.hs_code",
    "hs_retired": "goods.hs_code",
    "description_missing": "goods.description",
    "description_vague": "goods.description",
    "figure_missing": "goods.packages/net_kg/gross_kg",
    "figure_wrong": "goods.packages/net_kg/gross_kg",
    "net_over_gross": "goods.net_kg",
    "value_missing": "goods.value",
    "currency_missing": "goods.currency",
    "currency_unknown": "goods.currency",
    "currencies_mixed": "goods.currency",
    "origin_missing": "goods.origin",
    "value_over_limit": "goods.value",
    "totals_missing": "totals",
    "packages_differ": "totals.packages",
    "gross_differs": "totals.gross_kg",
    "too_heavy": "totals.gross_kg",
    "un_malformed": "goods.un_number",
    "un_unknown": "goods.un_number",
    "un_missing": "goods.un_number",
    "hazard_class_missing": "goods.hazard_class",
    "hazard_class_unknown": "goods.hazard_class",
    "hazard_class_differs": "goods.hazard_class",
    "temperature_missing": "temperature.min_c/max_c",
    "temperature_wrong": "temperature.min_c/max_c",
    "temperature_band": "temperature.min_c/max_c",
    "spoils_wrong": "temperature.spoils_at",
    "spoils_past": "temperature.spoils_at",
    "container_malformed": "containers.number",
    "container_check_digit": "containers.number",
    "container_twice": "containers.number",
    "seal_missing": "containers.seal",
    "vehicles_missing": "vehicles",
    "vehicles_to_be_named": "vehicles",
    "plate_missing": "vehicles.plate",
    "plate_wrong": "vehicles.plate",
    "vehicle_twice": "vehicles.plate",
}


def label_of_check(code: str) -> str:
    """This will name what a check looks at, in the reader's language: `hs_missing` → “Goods: HS code”. Raises KeyError."""
    if code.startswith("document_"):
        return str(GROUPS["documents"])
    groups, _dot, fields = ABOUT[code].partition(".")
    listed = groups.split("/")
    heads = " / ".join(str(GROUPS[each]) for each in listed if each)
    names = " / ".join(str(FIELDS[listed[0]][each]) for each in fields.split("/") if each)
    if heads and names:
        return _("%(group)s: %(field)s") % {"group": heads, "field": names}
    return heads or names or _("the whole declaration")
