"""What carries the cargo: containers by ISO 6346, vehicles by their plates. PURE."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from stdnum import iso6346
from stdnum.exceptions import InvalidChecksum, ValidationError

from accounts import plates
from reservations.declarations import codes
from reservations.declarations.checks_case import Case, Found, code_of, shown, typed
from reservations.declarations.content import TO_BE_NAMED


def look(case: Case) -> Iterator[Found]:
    yield from _containers(case)
    yield from _vehicles(case)


def _containers(case: Case) -> Iterator[Found]:
    first: dict[str, int] = {}
    for index, row in enumerate(case.content["containers"]):
        where, code = f"containers.{index}.number", code_of(row["number"])
        problem = _wrong(code)
        if problem:
            yield problem, where, {"value": shown(row["number"])}
        elif code in first:
            yield "container_twice", where, {"value": code, "line": first[code] + 1}
        first.setdefault(code, index)
        if not typed(row["seal"]):
            yield "seal_missing", f"containers.{index}.seal", {}


def _wrong(code: str) -> str:
    try:
        iso6346.validate(code)
    except InvalidChecksum:
        return "container_check_digit"
    except ValidationError:
        return "container_malformed"
    return ""


def _vehicles(case: Case) -> Iterator[Found]:
    rows, first = case.content["vehicles"], dict[tuple[str, str], int]()
    if not rows and case.content[TO_BE_NAMED]:
        yield "vehicles_to_be_named", "vehicles", {}
    elif not rows:
        yield "vehicles_missing", "vehicles", {}
    for index, row in enumerate(rows):
        identity = identity_of(row)
        yield from _vehicle(f"vehicles.{index}", row, identity)
        if identity in first and identity[1]:
            yield (
                "vehicle_twice",
                f"vehicles.{index}.plate",
                {"value": shown(row["plate"]), "line": first[identity] + 1},
            )
        first.setdefault(identity, index)


def _vehicle(where: str, row: dict[str, Any], identity: tuple[str, str]) -> Iterator[Found]:
    country, key = identity
    if not country:
        yield "country_missing", f"{where}.country", {}
    elif country not in codes.countries():
        yield "country_unknown", f"{where}.country", {"value": shown(row["country"])}
    if not typed(row["plate"]):
        yield "plate_missing", f"{where}.plate", {}
    elif not key:
        yield "plate_wrong", f"{where}.plate", {"value": shown(row["plate"])}
    if typed(row["trailer_plate"]) and not plates.normalise(str(row["trailer_plate"])):
        yield "plate_wrong", f"{where}.trailer_plate", {"value": shown(row["trailer_plate"])}


def identity_of(row: dict[str, Any]) -> tuple[str, str]:
    """This will return a vehicle as it is compared: its country and the key of its plate (accounts/plates.py)."""
    return code_of(row["country"]), plates.normalise(str(row["plate"]))
