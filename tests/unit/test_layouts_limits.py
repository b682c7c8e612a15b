"""Plan files that are too much: told by one finding, within seconds."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from tests.parts.plan_files import area, bay, collection, line, small_yard
from yards.findings import words
from yards.layouts.checks import check
from yards.layouts.geojson import read
from yards.layouts.limits import MOST_LISTED
from yards.layouts.plan import Finding

SOON_S = 20.0  # some seconds, on a machine that does much else


def found_soon(*features: dict[str, Any]) -> list[Finding]:
    data = json.dumps(collection(*features)).encode()
    began = time.thread_time()
    reading = read(data)
    found = [*reading.findings, *(check(reading.plan) if reading.plan else ())]
    assert time.thread_time() - began < SOON_S
    assert all(words(each.level, each.code, each.where, each.figures) for each in found)
    return found


def codes_of(found: list[Finding]) -> set[str]:
    return {each.code for each in found if each.level == "error"}


def ring(count: int, x_m: float = 0.0) -> list[tuple[float, float]]:
    """An outline of many corners that crosses itself nowhere."""
    return [(x_m + n / 10, 50.0) for n in range(count - 1)] + [(x_m, 0.0)]


def test_check__one_corner_far_away__is_told_and_nothing_else_is_looked_at() -> None:
    wrong = area((0, 20), (4, 20), (4, 40), (1_000_000, 1_000_000), kind="bay", code="A-2", length_m=20, width_m=4)
    found = [each for each in found_soon(*small_yard(bay("A-1", 50)), wrong) if each.level == "error"]
    assert [(each.code, each.where) for each in found] == [("too_large", "bay A-2")]


def test_check__a_thousand_bays_on_one_spot__is_told_of_some() -> None:
    found = found_soon(*small_yard(*[bay(f"A-{n}", 50) for n in range(1_000)]))
    assert codes_of(found) == {"overlap", "too_crowded", "and_more"}
    assert len([each for each in found if each.code == "overlap"]) == MOST_LISTED
    [more] = [each for each in found if each.code == "and_more" and each.level == "error"]
    assert more.figures["code"] == "overlap"


def test_check__aisles_that_all_meet__are_too_many_meetings() -> None:
    crossing = [line("aisle", (n, -200), (n, 200), code=f"N{n}") for n in range(1, 130)]
    crossing += [line("aisle", (-10, n), (200, n), code=f"E{n}") for n in range(-130, -1)]
    found = found_soon(*small_yard(bay("A-1", 50)), *crossing)
    assert codes_of(found) == {"too_many_meetings"}


@pytest.mark.parametrize(
    ("features", "where", "code"),
    [
        ([area(*ring(51), kind="bay", code="A-2", length_m=20, width_m=4)], "bay A-2", "too_many_corners"),
        ([area(*ring(1_900), kind="zone", code="B")], "zone B", "too_many_corners"),
        ([area(*ring(450, 60.0 * n), kind="zone", code=f"B{n}") for n in range(5)], "", "too_detailed"),
        (
            [line("aisle", *((x, 10 * n) for x in range(10)), code=f"N{n}") for n in range(1_000)],
            "",
            "too_detailed",
        ),
    ],
)
def test_read__more_drawn_than_can_be_worked_with__is_told_once(features: list[Any], where: str, code: str) -> None:
    found = [each for each in found_soon(*small_yard(bay("A-1", 50)), *features) if each.level == "error"]
    assert [each.where for each in found if each.code == code] == [where]


def test_read__five_hundred_bays_without_a_size__are_listed_to_a_limit() -> None:
    found = found_soon(*[bay(f"A-{n}", 5.0 * n, heading_deg=None) for n in range(500)])
    told = [each for each in found if each.code == "missing_heading"]
    [more] = [each for each in found if each.code == "and_more"]
    assert (len(told), more.figures) == (MOST_LISTED, {"count": 500 - MOST_LISTED, "code": "missing_heading"})
