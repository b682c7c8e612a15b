"""A guidance sign on its display: it follows the yard, goes blank rather than lie, and is read on every size of screen."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from reservations.operations import block_zone
from tests.browser.looking import DESK, PHONE, a_living_port, faults, faults_on
from tests.cast import Cast
from tests.operations import steps
from tests.operations.test_pages_layouts import a_bay, a_yard, feature, in_force, spot
from tests.parts.wire import Wire
from yards.models import Zone
from yards.operations import block_bay

pytestmark = [pytest.mark.browser, pytest.mark.stack]
DISPLAY = {"width": 1920, "height": 1080}


@pytest.fixture
def cast(page: Any) -> Cast:
    cast = a_living_port()
    in_force(cast, two_zones())
    page.set_viewport_size(DISPLAY)
    return cast


def two_zones() -> dict[str, Any]:
    """A along the road from the gate, B along a second aisle that leaves it to the left after 20 m and comes back to it."""
    beyond = [a_bay(f"A-0{n}", 80 + 6 * n) for n in (1, 2, 3)]
    aside = [a_bay(f"B-0{n}", 80 + 6 * n, zone="B") for n in (1, 2)]
    for bay in aside:
        ring = bay["geometry"]["coordinates"][0]
        bay["geometry"]["coordinates"] = [[[lon, lat + 60 / 111_320] for lon, lat in ring]]
    document = a_yard(*beyond, *aside)
    line = [spot(20, 10), spot(20, 70), spot(140, 70), spot(140, 10)]
    document["features"].append(
        feature("LineString", line, {"kind": "aisle", "code": "R2", "width_m": 24, "one_way": True})
    )
    return document


def sign_of(cast: Cast, code: str = "J1") -> str:
    return reverse("web:sign", args=[cast.yard.code, code])


def row(page: Any, zone: str) -> Any:
    return page.locator(".zone-row", has=page.get_by_role("heading", name=zone))


def test_sign__bays_are_held_and_zones_blocked__follows_by_push(page: Any, cast: Cast) -> None:
    page.goto(sign_of(cast))
    expect(page.locator("[data-live-status]")).to_have_attribute("data-state", "live")
    expect(row(page, "A").locator(".free")).to_have_text("3")
    steps.called(cast)
    expect(row(page, "A").locator(".free")).to_have_text("2")
    block_bay(yard_code=cast.yard.code, bay_code="B-01", reason="oil", **cast.by(cast.operator))
    expect(row(page, "B").locator(".free")).to_have_text("1")

    block_zone(yard_code=cast.yard.code, zone_code="B", reason="ice", **cast.by(cast.operator))
    expect(row(page, "B").locator(".word")).to_have_text("CLOSED")
    assert page.evaluate("performance.getEntriesByType('navigation').length") == 1


def test_sign__the_net_is_gone_for_long__shows_dashes_and_comes_back(page: Any, cast: Cast, wire: Wire) -> None:
    page.clock.install()
    page.goto(sign_of(cast))
    expect(row(page, "A").locator(".free")).to_be_visible()
    wire.cut(page)
    page.clock.run_for(45_000)
    expect(page.locator("body")).to_have_class("display blank")
    expect(row(page, "A").locator(".free")).not_to_be_visible()
    wire.mend(page)
    page.clock.run_for(45_000)
    expect(page.locator("body")).to_have_class("display")
    expect(row(page, "A").locator(".free")).to_have_text("3")


#: A row as it is in a large park: a code of two letters, several ways to it, a hundred bays free on each.
CROWDED = """(ways) => {
  const row = document.querySelector(".zone-row");
  const list = row.querySelector(".ways");
  const first = list.firstElementChild;
  list.replaceChildren(...Array.from({ length: ways }, () => first.cloneNode(true)));
  for (const free of list.querySelectorAll(".free")) free.textContent = "137";
  const range = document.createRange();
  const lines = (words) => (range.selectNodeContents(words), new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size);
  const broken = [row.querySelector("h2 span"), ...row.querySelectorAll(".free")].filter((words) => lines(words) > 1).length;
  const wider = [...row.children].filter((part) => part.scrollWidth > part.clientWidth + 1).length;
  return [broken, wider];
}"""


@pytest.mark.parametrize("ways", [1, 2, 3, 4])
def test_sign__several_ways_to_a_zone__no_number_is_broken_or_cut_off(page: Any, cast: Cast, ways: int) -> None:
    Zone.objects.filter(yard=cast.yard, code="A").update(code="R1")
    page.goto(sign_of(cast))
    expect(page.get_by_role("heading", name="R1")).to_be_visible()
    for width, height in (PHONE, DESK, (DISPLAY["width"], DISPLAY["height"])):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate(CROWDED, ways) == [0, 0], (width, ways)


def test_signs__on_every_screen__show_no_grave_fault_and_nothing_is_cut_off(page: Any, cast: Cast) -> None:
    index = reverse("web:signs", args=[cast.yard.code])
    assert faults_on(page, [index, sign_of(cast)]) == []
    page.set_viewport_size(DISPLAY)
    page.goto(sign_of(cast))
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    wider = "[...document.querySelectorAll('.zone-row > *')].filter((each) => each.scrollWidth > each.clientWidth + 1).length"
    assert page.evaluate(wider) == 0
