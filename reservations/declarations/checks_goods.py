"""The goods, line by line: what they are, how many, how heavy, of what value, from where. PURE."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from reservations.declarations import codes
from reservations.declarations.checks_case import Case, Found, code_of, number, plain, shown, typed

HS_DIGITS = (6, 8, 10, 13)  # the HS, China's tariff, its declaration code, the same with the inspection's suffix
_VAGUE = "goods cargo freight parts stuff products misc various items samples 货物 商品 配件 杂货 产品"
VAGUE = frozenset(_VAGUE.split(" "))
FIGURES = {"packages": "pieces", "net_kg": "kg", "gross_kg": "kg"}


def look(case: Case) -> Iterator[Found]:
    if not case.content["goods"]:
        yield "goods_missing", "goods", {}
    for index, line in enumerate(case.content["goods"]):
        where = f"goods.{index}"
        yield from _hs(f"{where}.hs_code", line["hs_code"])
        yield from _description(case, f"{where}.description", line["description"])
        yield from _amounts(where, line)
        yield from _worth(where, line)
    yield from _worth_of_all(case)


def _hs(where: str, value: Any) -> Iterator[Found]:
    code = code_of(value)
    if not code:
        yield "hs_missing", where, {}
    elif not (code.isascii() and code.isdigit() and len(code) in HS_DIGITS):
        yield "hs_malformed", where, {"value": shown(value)}
    elif code[:6] in codes.hs_retired():
        yield "hs_retired", where, {"code": code[:6], "was": codes.hs_retired()[code[:6]]} | _near(code)
    elif code[:6] not in codes.hs():
        yield "hs_unknown", where, {"code": code[:6]} | _near(code)


def _near(code: str) -> dict[str, str]:
    return {"heading": codes.hs().get(code[:4], ""), "instead": ", ".join(codes.hs_siblings(code))}


def _description(case: Case, where: str, value: Any) -> Iterator[Found]:
    text = typed(value)
    if not text:
        yield "description_missing", where, {}
    elif text.lower() in VAGUE or _is_short(text, int(case.figure("description_vague", "least"))):
        yield "description_vague", where, {"value": shown(value)}


def _is_short(text: str, least: int) -> bool:
    """One Chinese character says as much as a syllable: two of them name a thing."""
    return len(text) < (least if text.isascii() else least - 1)


def _amounts(where: str, line: dict[str, Any]) -> Iterator[Found]:
    read: dict[str, Decimal] = {}
    for name in FIGURES:
        amount = number(line[name])
        if not typed(line[name]):
            yield "figure_missing", f"{where}.{name}", {}
        elif amount is None or amount <= 0 or (name == "packages" and amount != int(amount)):
            yield "figure_wrong", f"{where}.{name}", {"value": shown(line[name])}
        else:
            read[name] = amount
    if "net_kg" in read and "gross_kg" in read and read["net_kg"] > read["gross_kg"]:
        figures = {"net": plain(read["net_kg"]), "gross": plain(read["gross_kg"])}
        yield "net_over_gross", f"{where}.net_kg", figures


def _worth(where: str, line: dict[str, Any]) -> Iterator[Found]:
    value, currency, origin = number(line["value"]), code_of(line["currency"]), code_of(line["origin"])
    if not typed(line["value"]):
        yield "value_missing", f"{where}.value", {}
    elif value is None or value < 0:
        yield "figure_wrong", f"{where}.value", {"value": shown(line["value"])}
    if not currency:
        yield "currency_missing", f"{where}.currency", {}
    elif currency not in codes.currencies():
        yield "currency_unknown", f"{where}.currency", {"value": shown(line["currency"])}
    if not origin:
        yield "origin_missing", f"{where}.origin", {}
    elif origin not in codes.countries():
        yield "country_unknown", f"{where}.origin", {"value": shown(line["origin"])}


def _worth_of_all(case: Case) -> Iterator[Found]:
    """No rates of exchange are known here: a limit is held against goods in its own currency only."""
    lines = case.content["goods"]
    currencies = sorted({code_of(line["currency"]) for line in lines} & codes.currencies())
    if len(currencies) > 1:
        yield "currencies_mixed", "goods", {"currencies": ", ".join(currencies)}
    most, currency = case.figure("value_over_limit", "most"), case.figure("value_over_limit", "currency")
    worth = sum(
        (number(row["value"]) or Decimal(0) for row in lines if code_of(row["currency"]) == currency), Decimal(0)
    )
    if worth > Decimal(str(most)):
        yield "value_over_limit", "goods", {"value": plain(worth), "most": most, "currency": currency}
