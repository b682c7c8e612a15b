"""How seriously a port takes each check in each mode: the narrowest rule wins.

the port's for the mode ▸ the port's ▸ all ports' for the mode ▸ all ports' ▸ shipped for the mode (data/rules.csv) ▸ the check's own
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from django.db.models import Q

from reservations.declarations.checks_kinds import KINDS, Ruling
from reservations.declarations.codes import DATA
from reservations.declarations.models import Rule
from yards.models import Port


def rules_for(port: Port, mode: str) -> dict[str, Ruling]:
    """This will return what applies to each check that a rule speaks of, at the port and in the mode."""
    rows = Rule.objects.filter(Q(port=port) | Q(port=None), mode__in=["", mode])
    return narrowest(mode, rows)


def narrowest(mode: str, rows: Iterable[Rule]) -> dict[str, Ruling]:
    """This will lay rules over each other, wide ones first; figures that a narrower one does not name stay."""
    ruled = {code: ruling for (of_mode, code), ruling in shipped().items() if of_mode == mode}
    for row in sorted(rows, key=lambda each: (each.port_id is not None, each.mode != "")):
        if row.check_code in KINDS:
            before: Mapping[str, Any] = ruled[row.check_code].figures if row.check_code in ruled else {}
            ruled[row.check_code] = Ruling(row.level, {**before, **row.figures})
    return ruled


@cache
def shipped() -> dict[tuple[str, str], Ruling]:
    """This will return the rules that come with Portlane, by (mode, check)."""
    with (DATA / "rules.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        return {
            (row["mode"], row["check_code"]): Ruling(row["level"], json.loads(row["figures"] or "{}")) for row in rows
        }
