"""The shape of what is declared. PURE: no Django. Values stay as they were typed; what is wrong with them is for checks.py to say.

A field's address is its path with dots, lists counted from 0: `goods.0.hs_code`. Findings carry it, forms name their inputs by it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

PARTY = ("name", "country", "address", "credit_code")
PARTIES = ("consignor", "consignee")
PLAIN = ("contract_no", "invoice_no", "next_step")
GOODS = (
    "hs_code",
    "description",
    "packages",
    "net_kg",
    "gross_kg",
    "value",
    "currency",
    "origin",
    "un_number",
    "hazard_class",
)
CONTAINER = ("number", "seal")
TOTALS = ("packages", "gross_kg")
TEMPERATURE = ("min_c", "max_c", "spoils_at")
VEHICLE = ("country", "plate", "trailer_plate")
GROUPS = dict.fromkeys(PARTIES, PARTY) | {"totals": TOTALS, "temperature": TEMPERATURE}
LISTS = {"goods": GOODS, "containers": CONTAINER, "vehicles": VEHICLE}
NEXT_STEPS = ("", "exit", "inspection", "dock", "weighbridge")
TO_BE_NAMED = "vehicles_to_be_named"

MOST_TRIPS = 500
REFERENCE_LENGTH = 60
MOST = {"goods": 200, "containers": 50, "vehicles": 500}
MOST_CHARACTERS = 2000  # of any one value: what is longer is no typing error, and is not kept
MOST_DIGITS = 30

Content = dict[str, Any]


class ShapeWrong(ValueError):
    """Not a content at all: `where` is the address, `why` a code (not_an_object, not_a_list, too_many, not_a_value, too_long, unknown)."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(f"{where or 'content'}: {why}")
        self.where, self.why = where, why


def blank() -> Content:
    """This will return a content with every key and nothing in it."""
    groups: Content = {name: dict.fromkeys(fields, "") for name, fields in GROUPS.items()}
    return dict.fromkeys(PLAIN, "") | groups | {name: [] for name in LISTS} | {TO_BE_NAMED: False}


def shaped(raw: Any) -> Content:
    """This will return a content with exactly the known keys, what is missing blank, the rest as typed (texts stripped at their ends).

    Raises ShapeWrong for what cannot be kept: an unknown key, a list where a value belongs, a text of more than 2000 characters.
    """
    _refuse_unknown("", _object("", raw), {*PLAIN, *GROUPS, *LISTS, TO_BE_NAMED})
    content = blank()
    for name in PLAIN:
        content[name] = _value(name, raw.get(name))
    for name, fields in GROUPS.items():
        content[name] = _fields(name, raw.get(name), fields)
    for name, fields in LISTS.items():
        content[name] = _rows(name, raw.get(name), fields)
    content[TO_BE_NAMED] = _flag(TO_BE_NAMED, raw.get(TO_BE_NAMED))
    return content


def merged(content: Mapping[str, Any], change: Any) -> Content:
    """This will lay a change over a content: groups by their fields, lists and plain values whole. Raises ShapeWrong."""
    change = _object("", change)
    groups = {name: {**content.get(name, {}), **_object(name, change[name])} for name in GROUPS if name in change}
    return shaped({**content, **change, **groups})


def leaves(content: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """This will give every field's address and value."""
    yield from ((name, content[name]) for name in PLAIN)
    for name, fields in GROUPS.items():
        yield from ((f"{name}.{field}", content[name][field]) for field in fields)
    for name, fields in LISTS.items():
        for number, row in enumerate(content[name]):
            yield from ((f"{name}.{number}.{field}", row[field]) for field in fields)


def _rows(where: str, raw: Any, fields: tuple[str, ...]) -> list[Content]:
    if raw in (None, ""):
        return []
    if not isinstance(raw, list | tuple):
        raise ShapeWrong(where, "not_a_list")
    if len(raw) > MOST[where]:
        raise ShapeWrong(where, "too_many")
    return [_fields(f"{where}.{number}", row, fields) for number, row in enumerate(raw)]


def _fields(where: str, raw: Any, fields: tuple[str, ...]) -> Content:
    raw = {} if raw is None else _object(where, raw)
    _refuse_unknown(where, raw, set(fields))
    return {field: _value(f"{where}.{field}", raw.get(field)) for field in fields}


def _object(where: str, raw: Any) -> Mapping[str, Any]:
    if not isinstance(raw, Mapping):
        raise ShapeWrong(where, "not_an_object")
    return raw


def _refuse_unknown(where: str, raw: Mapping[str, Any], known: set[str]) -> None:
    for name in raw:
        if name not in known:
            raise ShapeWrong(f"{where}.{str(name)[:60]}".lstrip("."), "unknown")


def _flag(where: str, raw: Any) -> bool:
    if raw in (None, "", True, False):
        return bool(raw)
    raise ShapeWrong(where, "not_a_value")


def _value(where: str, raw: Any) -> str | int | float:
    if raw is None:
        return ""
    if isinstance(raw, str):
        return _text(where, raw)
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not math.isfinite(raw):
        raise ShapeWrong(where, "not_a_value")
    if abs(raw) >= 10**MOST_DIGITS:
        raise ShapeWrong(where, "too_long")
    return raw


def _text(where: str, raw: str) -> str:
    """No database keeps a NUL or half a surrogate pair."""
    if "\x00" in raw or any("\ud800" <= character <= "\udfff" for character in raw):
        raise ShapeWrong(where, "not_a_value")
    if len(raw) > MOST_CHARACTERS:
        raise ShapeWrong(where, "too_long")
    return raw.strip()
