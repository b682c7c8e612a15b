"""PURE. Codes that name one thing each, and that can stand in an address."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from yards.layouts.plan import Finding, Plan

#: What addresses take (`core.api.paths`); signs, QR codes and the programs of a port name bays by their codes.
IN_ADDRESSES = re.compile("[0-9A-Za-z][0-9A-Za-z_.-]{0,39}")


def codes(plan: Plan) -> Iterator[Finding]:
    """This will tell codes that are used twice, and codes that no address takes.

    Bays, gates and places to drive on to share their codes: a driver who is sent to G1 must not find two.
    """
    places = [("bay", bay.code) for bay in plan.bays] + [("gate", gate.code) for gate in plan.gates]
    places += [(point.kind, point.code) for point in plan.points]
    for named in (places, _named("zone", plan.zones), _named("aisle", plan.aisles)):
        counts = Counter(code for _, code in named)
        for kind, code in {code: (kind, code) for kind, code in reversed(named)}.values():
            if counts[code] > 1:
                yield Finding("error", "duplicate_code", f"{kind} {code}", {"count": counts[code]})
            if not IN_ADDRESSES.fullmatch(code):
                yield Finding("error", "bad_code", f"{kind} {code}")


def _named(kind: str, rows: Iterable[Any]) -> list[tuple[str, str]]:
    return [(kind, row.code) for row in rows]
