"""The cargo as a whole: sums that must agree, what a vehicle carries, cold and time for what spoils. PURE."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from reservations.declarations.checks_case import Case, Found, number, plain, shown, typed
from reservations.declarations.checks_papers import has_goods_of, heads_of


def look(case: Case) -> Iterator[Found]:
    yield from _totals(case)
    yield from _weight(case)
    yield from _band(case)
    yield from _spoils(case)


def _totals(case: Case) -> Iterator[Found]:
    allowed = {
        "packages": Decimal(0),
        "gross_kg": Decimal(str(case.figure("gross_differs", "tolerance_percent"))) / 100,
    }
    for name, code in (("packages", "packages_differ"), ("gross_kg", "gross_differs")):
        value = case.content["totals"][name]
        total, of_lines = number(value), _sum(case, name)
        if not typed(value):
            yield "totals_missing", f"totals.{name}", {}
        elif total is None or total <= 0:
            yield "figure_wrong", f"totals.{name}", {"value": shown(value)}
        elif of_lines is not None and abs(total - of_lines) > allowed[name] * of_lines:
            yield code, f"totals.{name}", {"total": plain(total), "lines": plain(of_lines)}


def _sum(case: Case, name: str) -> Decimal | None:
    """None while a line's figure cannot be read or is none at all: that is told at the line, and the sum would only confuse."""
    amounts = [number(line[name]) for line in case.content["goods"]]
    told = [each for each in amounts if each is not None and each > 0]
    return sum(told, Decimal(0)) if told and len(told) == len(amounts) else None


def _weight(case: Case) -> Iterator[Found]:
    gross, most = _sum(case, "gross_kg"), Decimal(str(case.figure("too_heavy", "kg")))
    if gross is not None and gross > most * case.trips:
        figures = {"gross": plain(gross), "most": plain(most), "trips": case.trips}
        yield "too_heavy", "totals.gross_kg", figures


def _band(case: Case) -> Iterator[Found]:
    least, most = (Decimal(str(case.figure("temperature_wrong", name))) for name in ("least", "most"))
    read: dict[str, Decimal] = {}
    for name in ("min_c", "max_c"):
        value = case.content["temperature"][name]
        degrees = number(value)
        if degrees is not None and least <= degrees <= most:
            read[name] = degrees
        elif typed(value):
            figures = {"value": shown(value), "least": plain(least), "most": plain(most)}
            yield "temperature_wrong", f"temperature.{name}", figures
        elif has_goods_of(case, heads_of(case, "temperature_missing")):
            yield "temperature_missing", f"temperature.{name}", {}
    if len(read) == 2 and read["min_c"] > read["max_c"]:
        yield "temperature_band", "temperature.min_c", {"min": plain(read["min_c"]), "max": plain(read["max_c"])}


def _spoils(case: Case) -> Iterator[Found]:
    value = case.content["temperature"]["spoils_at"]
    day = day_of(value)
    if typed(value) and day is None:
        yield "spoils_wrong", "temperature.spoils_at", {"value": shown(value)}
    elif day is not None and day < case.today:
        yield "spoils_past", "temperature.spoils_at", {"day": day.isoformat()}


def day_of(value: Any) -> date | None:
    """This will read a day or a moment written as ISO 8601; None for anything else."""
    try:
        return datetime.fromisoformat(typed(value)).date()
    except ValueError:
        return None
