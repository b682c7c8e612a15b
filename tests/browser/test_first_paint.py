"""From the first paint on nothing on a page jumps: a finger that is on its way finds what it saw, however late the scripts come.

The one thing that does move a line is a third clock: the reader's own time beside the port's, where his phone shows neither
side's (`ownTimes` in page.js). So the phone here stands in the port's zone.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.looking import PHONE, a_living_port, sign_in
from tests.cast import Cast
from tests.operations import drawn, steps
from tests.parts.wire import Wire

pytestmark = [pytest.mark.browser, pytest.mark.stack]

SCRIPTS_LATE_S, SETTLED_MS = 0.3, 400
WATCH = """
  window.jumps = [];
  const shown = ({ node }) => node?.cloneNode?.()?.outerHTML ?? node?.textContent;
  new PerformanceObserver((list) => list.getEntries().forEach((jump) => window.jumps.push(
    `${jump.value.toFixed(4)} ${jump.sources.map(shown).join(" ")}`
  ))).observe({ type: "layout-shift", buffered: true });
"""


@pytest.fixture
def cast(live_stack: Any) -> Cast:
    cast = a_living_port()
    drawn.in_force(cast)
    return cast


@pytest.fixture
def slow_phone(browser: Any, wire: Wire, cast: Cast) -> Iterator[Any]:
    """A phone at the port whose scripts come after what is drawn without them, and which notes what jumps."""
    size = {"width": PHONE[0], "height": PHONE[1]}
    context = browser.new_context(base_url=wire.url, viewport=size, locale="en", timezone_id=cast.port.time_zone)
    context.add_init_script(WATCH)
    context.route("**/*.js", _late)
    yield context.new_page()
    context.close()


def _late(route: Any) -> None:
    time.sleep(SCRIPTS_LATE_S)
    route.continue_()


def jumps(page: Any, paths: list[str]) -> list[str]:
    """This will open each page and return what jumped on it until all its scripts had their say."""
    return [f"{path}: {jump}" for path in paths for jump in _jumps_on(page, path)]


def _jumps_on(page: Any, path: str) -> list[str]:
    page.goto(path, wait_until="load")
    for status in page.locator("[data-live-status]").all():
        expect(status).not_to_be_empty()
    page.wait_for_timeout(SETTLED_MS)
    return page.evaluate("window.jumps")


def test_public_pages__scripts_come_late__nothing_jumps(slow_phone: Any, cast: Cast) -> None:
    steps.called(cast)
    paths = ["/", f"/ports/{cast.port.code}/", f"/boards/{cast.yard.code}/", f"/lanes/{cast.lane.code}/order/"]
    assert jumps(slow_phone, [*paths, "/sign-in/"]) == []


def test_driver_pages__scripts_come_late__nothing_jumps(slow_phone: Any, cast: Cast) -> None:
    slot, mine = cast.slots[3], steps.reserved(cast, slot=cast.slots[2])
    sign_in(slow_phone, cast.driver)
    paths = [f"/reserve/lane/{cast.lane.code}/", f"/reserve/slot/{slot.ref}/", f"/arrive/{cast.lane.code}/"]
    assert jumps(slow_phone, [*paths, "/reservations/", f"/reservations/{mine.ref}/"]) == []


def test_guidance_pages__scripts_come_late__nothing_jumps(slow_phone: Any, cast: Cast) -> None:
    entry = steps.admitted(cast)
    sign_in(slow_phone, cast.driver)
    paths = [f"/turns/{entry.ref}/", f"/turns/{entry.ref}/slip/", f"/here/{cast.yard.code}/B-01/"]
    assert jumps(slow_phone, [*paths, f"/here/{cast.yard.code}/P1/"]) == []
