"""PURE. Codes that name one thing each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from yards.layouts.plan import Finding, Plan


def codes(plan: Plan) -> Iterator[Finding]:
    """This will tell codes that are used twice."""
    for name, rows in (("bay", plan.bays), ("zone", plan.zones), ("gate", plan.gates), ("aisle", plan.aisles)):
        for code, count in Counter(row.code for row in rows).items():
            if count > 1:
                yield Finding("error", "duplicate_code", f"{name} {code}", {"count": count})
    for code, count in Counter(point.code for point in plan.points).items():
        if count > 1:
            kind = next(point.kind for point in plan.points if point.code == code)
            yield Finding("error", "duplicate_code", f"{kind} {code}", {"count": count})
