"""PURE. Codes for features that have none: bays by zone and row, everything else by a letter and a number."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import replace
from itertools import count
from typing import Any

from yards.layouts.features import Feature
from yards.layouts.plan import Ring
from yards.layouts.plane import Plane
from yards.layouts.shapes import centre, contains
from yards.layouts.values import Notes

LETTERS = {"gate": "G", "aisle": "R", "inspection": "I", "dock": "D", "weighbridge": "W", "post": "P", "sign": "S"}
ROW_M = 12.0  # bays whose centres lie less apart along the way down the page are read as one row


def named(
    document: dict[str, Any], features: list[tuple[int, Feature]], notes: Notes
) -> tuple[dict[str, Any], list[Feature]]:
    """This will give every feature a code, and write kinds, codes and the zones they come from into the document where it had none."""
    zones = _with_codes([row for row in features if row[1].kind == "zone"], lambda n: _letters(n))
    bays = _bays([row for row in features if row[1].kind == "bay"], zones, notes)
    rest: list[tuple[int, Feature]] = [row for row in features if row[1].kind == "wall"]
    for kind, letter in LETTERS.items():
        rest += _with_codes([row for row in features if row[1].kind == kind], lambda n, letter=letter: f"{letter}{n}")
    every = sorted([*zones, *bays, *rest], key=lambda row: row[0])
    return _written(document, every, notes), [feature for _, feature in every]


def _with_codes(rows: list[tuple[int, Feature]], code: Any) -> list[tuple[int, Feature]]:
    used = {feature.code for _, feature in rows}
    free = (text for n in count(1) if (text := code(n)) not in used)
    return [(index, feature if feature.code else replace(feature, code=next(free))) for index, feature in rows]


def _letters(number: int) -> str:
    """1 → A, 26 → Z, 27 → AA."""
    text = ""
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text


def _bays(rows: list[tuple[int, Feature]], zones: list[tuple[int, Feature]], notes: Notes) -> list[tuple[int, Feature]]:
    """Bays with codes; those without are counted through each zone row by row, from the north, each row from the west."""
    nameless = [row for row in rows if not row[1].code]
    if not nameless:
        return rows
    plane = Plane(nameless[0][1].positions[0])
    outlines = {zone.code: tuple(plane.metres(*spot) for spot in zone.positions) for _, zone in zones if zone.positions}
    by_zone: dict[str, list[tuple[int, Feature, tuple[float, float]]]] = defaultdict(list)
    for index, feature in nameless:
        spot = centre(tuple(plane.metres(*position) for position in feature.positions))
        by_zone[_zone_of(feature, spot, outlines)].append((index, feature, spot))
    used = {feature.code for _, feature in rows}
    given: dict[int, Feature] = {}
    for zone, members in by_zone.items():
        free = (text for n in count(1) if (text := f"{zone}-{n:03d}") not in used)
        members.sort(key=lambda row: (-math.floor(row[2][1] / ROW_M), row[2][0]))
        for index, feature, _ in members:
            said = feature.said if feature.said.get("zone") else {**feature.said, "zone": zone}
            given[index] = replace(feature, code=next(free), said=said)
    notes.add("note", "codes_given", count=len(given))
    return [(index, given.get(index, feature)) for index, feature in rows]


def _zone_of(feature: Feature, spot: tuple[float, float], outlines: dict[str, Ring]) -> str:
    """The zone it names, else the one it lies in, else the nearest one, else A."""
    said = feature.said.get("zone")
    if isinstance(said, str) and said.strip():
        return said.strip()[:10]
    inside = [code for code, ring in outlines.items() if contains(ring, spot)]
    if inside:
        return inside[0]
    return min(outlines, key=lambda code: min(math.dist(spot, corner) for corner in outlines[code]), default="A")


def _written(document: dict[str, Any], rows: list[tuple[int, Feature]], notes: Notes) -> dict[str, Any]:
    """The document with what was given; the very same object when nothing was."""
    changed: dict[int, dict[str, Any]] = {}
    for index, feature in rows:
        properties = document["features"][index].get("properties") or {}
        own = {"kind": feature.kind, "code": feature.code} if feature.kind != "wall" else {"kind": feature.kind}
        if feature.kind == "bay" and feature.said.get("zone"):
            own["zone"] = feature.said["zone"]
        missing = {name: value for name, value in own.items() if properties.get(name) in (None, "")}
        if missing:
            changed[index] = properties | missing
    if not changed:
        return document
    notes.add("note", "names_written", count=len(changed))
    features = [
        {**row, "properties": changed[index]} if index in changed else row
        for index, row in enumerate(document["features"])
    ]
    return {**document, "features": features}
