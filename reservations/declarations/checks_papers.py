"""The papers: procedure, contract and invoice, the two parties, the files that must be there, the customs' release. PURE."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from stdnum.cn import uscc

from reservations.declarations import codes
from reservations.declarations.checks_case import Case, Found, code_of, shown, typed
from reservations.declarations.content import NEXT_STEPS, PARTIES, leaves

_LENGTHS = {"name": "name", "address": "text", "description": "text"}  # every other field is a code
#: Files that are asked for whatever the cargo is; those for dangerous goods and for animals and plants depend on it
ALWAYS = ("invoice", "packing_list", "contract", "origin")


def look(case: Case) -> Iterator[Found]:
    yield from _texts(case)
    yield from _procedure(case)
    for party in PARTIES:
        yield from _party(case, party)
    yield from _documents(case)
    yield "customs_release", "", {}


def heads_of(case: Case, code: str) -> tuple[str, ...]:
    """This will return the HS chapters and headings a check goes by."""
    return tuple(str(head) for head in case.figure(code, "headings"))


def has_goods_of(case: Case, heads: tuple[str, ...]) -> bool:
    """This will tell whether a line's HS code lies in one of the chapters or headings."""
    return any(code_of(line["hs_code"]).startswith(heads) for line in case.content["goods"])


def is_dangerous(case: Case) -> bool:
    return any(typed(line["un_number"]) or typed(line["hazard_class"]) for line in case.content["goods"])


def _texts(case: Case) -> Iterator[Found]:
    for where, value in leaves(case.content):
        most = int(case.figure("text_too_long", _LENGTHS.get(where.rpartition(".")[2], "code")))
        if len(str(value)) > most:
            yield "text_too_long", where, {"characters": len(str(value)), "most": most}


def _procedure(case: Case) -> Iterator[Found]:
    if case.direction == "inbound" and case.mode in case.figure("mode_direction", "outbound_only"):
        yield "mode_direction", "mode", {"mode": case.mode}
    for name in ("contract_no", "invoice_no"):
        if not typed(case.content[name]):
            yield f"{name.removesuffix('_no')}_missing", name, {}
    if typed(case.content["next_step"]) not in NEXT_STEPS:
        yield "next_step_unknown", "next_step", {"value": shown(case.content["next_step"])}


def _party(case: Case, party: str) -> Iterator[Found]:
    said: dict[str, Any] = case.content[party]
    country, credit_code = code_of(said["country"]), code_of(said["credit_code"])
    if not typed(said["name"]):
        yield "party_name_missing", f"{party}.name", {}
    if not country:
        yield "country_missing", f"{party}.country", {}
    elif country not in codes.countries():
        yield "country_unknown", f"{party}.country", {"value": shown(said["country"])}
    if not typed(said["address"]):
        yield "party_address_missing", f"{party}.address", {}
    if credit_code and not uscc.is_valid(credit_code):
        yield "credit_code_wrong", f"{party}.credit_code", {"value": shown(said["credit_code"])}
    elif country == "CN" and not credit_code:
        yield "credit_code_missing", f"{party}.credit_code", {}


def _documents(case: Case) -> Iterator[Found]:
    asked = [*ALWAYS, *(["dangerous_goods"] if is_dangerous(case) else [])]
    asked += ["phytosanitary"] if _asks_phytosanitary(case) else []
    for kind in asked:
        code = f"document_{kind}"
        if kind not in case.documents:
            ruling = case.rules.get(code)
            yield code, "documents", {"may_follow": bool(ruling and ruling.figures.get("may_follow"))}


def _asks_phytosanitary(case: Case) -> bool:
    code = "document_phytosanitary"
    return case.direction in case.figure(code, "directions") and has_goods_of(case, heads_of(case, code))
