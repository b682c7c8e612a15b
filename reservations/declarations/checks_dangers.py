"""Dangerous goods: UN numbers and the classes they have. PURE.

Source: 49 CFR 172.101, for the numbers of data/un_numbers.csv only. Of the others it is known that 0001-0999 are explosives and that
numbers are given from 0004 to 0999 and from 1001 to 3999 (the top of that range is still being filled).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reservations.declarations import codes
from reservations.declarations.checks_case import Case, Found, code_of, shown
from yards.guidance.segregation import CLASSES

FIRST, EXPLOSIVES_UP_TO, LAST = 4, 999, 3999


def look(case: Case) -> Iterator[Found]:
    for index, line in enumerate(case.content["goods"]):
        yield from _line(f"goods.{index}", line)


def un_of(value: Any) -> str:
    """This will return the four digits of a UN number as typed ("UN 1203", "1203"), "" for what is none."""
    digits = code_of(value).removeprefix("UN").removeprefix("NO")
    return digits if len(digits) == 4 and digits.isascii() and digits.isdigit() else ""


def class_of(line: dict[str, Any]) -> str:
    """This will return the class of a line's dangerous goods: as declared, else by its UN number where that has only one; "" if none.

    A compatibility letter (1.4S) is taken off: the yard keeps classes apart, not letters.
    """
    said = declared_class(line["hazard_class"])
    if said in CLASSES:
        return said
    known = codes.un_classes().get(un_of(line["un_number"]), frozenset())
    return next(iter(known)) if len(known) == 1 else ""


def declared_class(value: Any) -> str:
    text = code_of(value, drop=" ").removeprefix("CLASS")
    return text[:3] if text.startswith("1.") else text


def _line(where: str, line: dict[str, Any]) -> Iterator[Found]:
    raw_un, raw_class = code_of(line["un_number"]), code_of(line["hazard_class"])
    un, said = un_of(line["un_number"]), declared_class(line["hazard_class"])
    if raw_un and not un:
        yield "un_malformed", f"{where}.un_number", {"value": shown(line["un_number"])}
    elif un and not (FIRST <= int(un) <= LAST):
        yield "un_unknown", f"{where}.un_number", {"value": un}
    elif raw_class and not raw_un:
        yield "un_missing", f"{where}.un_number", {"class": shown(line["hazard_class"])}
    if raw_class and said not in CLASSES:
        yield "hazard_class_unknown", f"{where}.hazard_class", {"value": shown(line["hazard_class"])}
    elif un:
        yield from _agreement(f"{where}.hazard_class", un, said)


def _agreement(where: str, un: str, said: str) -> Iterator[Found]:
    known = codes.un_classes().get(un, frozenset())
    if said and known and said not in known:
        yield "hazard_class_differs", where, {"un": un, "said": said, "class": ", ".join(sorted(known))}
    elif said and not known and (int(un) <= EXPLOSIVES_UP_TO) != said.startswith("1."):
        yield (
            "hazard_class_differs",
            where,
            {"un": un, "said": said, "class": "1" if int(un) <= EXPLOSIVES_UP_TO else "2–9"},
        )
    elif not said and len(known) != 1:
        yield "hazard_class_missing", where, {"un": un}
