"""The declare form as data: its sections, what stands in them and what the check says of each field; and a sent form as content."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from reservations.declarations.content import GROUPS, LISTS, MOST, NEXT_STEPS, PLAIN, TO_BE_NAMED
from reservations.declarations.labels import FIELDS
from reservations.declarations.labels import GROUPS as TITLES
from web.hazards import hazard_choices
from web.words import COUNTRIES

NUMBERS = {"packages", "net_kg", "gross_kg", "value", "min_c", "max_c"}
WIDE = {"description", "address", "name"}
LISTED = {"country": "countries", "origin": "countries", "currency": "currencies"}
CURRENCIES = ("CNY", "USD", "EUR", "THB", "VND", "LAK", "MMK")
MOST_ADDRESSES = 4_000  # of one form: all lists full
_ROW = re.compile(r"(goods|containers|vehicles)\.(\d{1,3})\.([a-z_]+)")


@dataclass(frozen=True)
class Input:
    """One field: `address` is its name and id, `kind` how it is drawn, `findings` what the check says of it."""

    address: str
    label: str
    value: Any
    kind: str = "text"
    choices: Iterable[tuple[str, Any]] = ()
    listed: str = ""
    is_wide: bool = False
    hint: str = ""
    findings: tuple[Any, ...] = ()

    @property
    def shown(self) -> str:
        """The value as it is read: of a choice, its words."""
        return str(dict(self.choices).get(self.value, self.value))

    @property
    def is_wrong(self) -> bool:
        return any(each.level == "error" for each in self.findings)


@dataclass(frozen=True)
class Section:
    """A group of fields, or a list's rows of them; `blank` is the row a script adds, `is_full` when no further one may be."""

    code: str
    title: str
    rows: list[list[Input]]
    is_list: bool = False
    blank: list[Input] = field(default_factory=list)
    is_full: bool = False


def sections(content: Mapping[str, Any], told: Iterable[Any], *, further: str = "") -> list[Section]:
    """This will lay a content out with what was told of it; every list shows a row at least, the list `further` a new one."""
    by_place: dict[str, list[Any]] = {}
    for each in told:
        by_place.setdefault(each.where, []).append(each)
    made = [_plain("", content, by_place)]
    for name in GROUPS:
        made.append(_group(name, content, by_place))
    for name in LISTS:
        made.append(_list(name, content, by_place, further=further == name))
    order = ["", "consignor", "consignee", "goods", "totals", "containers", "vehicles", "temperature"]
    return sorted(made, key=lambda section: order.index(section.code))


def content_of(form: QueryDict) -> dict[str, Any]:
    """This will read a sent form as content. A list's last rows are left out when nothing stands in them; no other row moves."""
    content: dict[str, Any] = {name: form.get(name, "") for name in PLAIN}
    for name, fields in GROUPS.items():
        content[name] = {each: form.get(f"{name}.{each}", "") for each in fields}
    for name in LISTS:
        content[name] = _rows_of(name, form)
    content[TO_BE_NAMED] = form.get(TO_BE_NAMED) == "on"
    return content


def without(form: QueryDict, row: str) -> dict[str, Any]:
    """This will read a sent form without one row of a list (`goods.2`)."""
    content = content_of(form)
    name, _dot, number = row.partition(".")
    if name in LISTS and number.isascii() and number.isdigit() and int(number) < len(content[name]):
        del content[name][int(number)]
    return content


# ---------------------------------------------------------------- laying out
def _plain(code: str, content: Mapping[str, Any], told: Mapping[str, list[Any]]) -> Section:
    return Section(code, str(_("Papers")), [[_input(name, name, content[name], told) for name in PLAIN]])


def _group(code: str, content: Mapping[str, Any], told: Mapping[str, list[Any]]) -> Section:
    inputs = [_input(f"{code}.{name}", name, content[code][name], told) for name in GROUPS[code]]
    return Section(code, str(TITLES[code]), [inputs])


def _list(code: str, content: Mapping[str, Any], told: Mapping[str, list[Any]], *, further: bool) -> Section:
    rows = [*content[code]]
    if not rows or (further and len(rows) < MOST[code]):
        rows.append(dict.fromkeys(LISTS[code], ""))
    inputs = [
        [_input(f"{code}.{number}.{name}", name, row[name], told) for name in LISTS[code]]
        for number, row in enumerate(rows)
    ]
    blank = [_input(f"{code}.NEW.{name}", name, "", {}) for name in LISTS[code]]
    return Section(code, str(TITLES[code]), inputs, is_list=True, blank=blank, is_full=len(rows) >= MOST[code])


def _input(address: str, name: str, value: Any, told: Mapping[str, list[Any]]) -> Input:
    group = address.partition(".")[0] if "." in address else ""
    kind, choices = _kind(name)
    if choices and value not in {code for code, _label in choices}:
        choices = [*choices, (str(value), str(value))]  # what was typed elsewhere stays to be seen
    return Input(
        address,
        str(FIELDS[group][name]),
        value,
        kind=kind,
        choices=choices,
        listed=LISTED.get(name, ""),
        is_wide=name in WIDE,
        hint=_hint(address, name),
        findings=tuple(told.get(address, ())),
    )


def _kind(name: str) -> tuple[str, list[tuple[str, Any]]]:
    if name == "next_step":
        words = next_steps()
        return "select", [(code, words[code]) for code in NEXT_STEPS]
    if name == "hazard_class":
        return "select", [("", _("none")), *hazard_choices()[1:]]
    if name == "spoils_at":
        return "moment", []
    return ("number" if name in NUMBERS else "text"), []


def next_steps() -> dict[str, str]:
    """This will name what follows the gate."""
    return {
        "": _("as the port decides"),
        "exit": _("to the exit"),
        "inspection": _("to the inspection"),
        "dock": _("to a dock"),
        "weighbridge": _("to the weighbridge"),
    }


def _hint(address: str, name: str) -> str:
    hints = {
        "hs_code": _("such as 0810.60"),
        "un_number": _("such as UN1203"),
        "number": _("such as CSQU3054383"),
        "credit_code": _("18 characters"),
        "spoils_at": _("such as 2026-11-30"),
    }
    return str(hints.get(name, ""))


def countries() -> list[tuple[str, str]]:
    """This will list the countries that are typed most, for a field that takes any."""
    return [(code, str(name)) for code, name in COUNTRIES.items()]


# ---------------------------------------------------------------- reading
def _rows_of(name: str, form: QueryDict) -> list[dict[str, str]]:
    rows: dict[int, dict[str, str]] = {}
    for address, value in list(form.items())[:MOST_ADDRESSES]:
        found = _ROW.fullmatch(address)
        if found and found[1] == name and found[3] in LISTS[name]:
            rows.setdefault(int(found[2]), {})[found[3]] = str(value)
    listed = [{each: row.get(each, "") for each in LISTS[name]} for _number, row in sorted(rows.items())]
    while listed and not any(value.strip() for value in listed[-1].values()):
        listed.pop()
    return listed[: MOST[name]]
