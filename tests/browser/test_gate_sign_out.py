"""Signing out does not take with it what was done at a gate and is not sent yet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from reservations import passes
from reservations.models import QueueEntry
from tests.browser.looking import a_living_port, sign_in
from tests.browser.test_gate import open_gate, scan
from tests.cast import Cast
from tests.operations import steps
from tests.parts.stack import PASS_KEY

pytestmark = [pytest.mark.browser, pytest.mark.stack]

KEPT = """async (path) => {
    const result = (asked) => new Promise((done) => (asked.onsuccess = () => done(asked.result)));
    const base = await result(indexedDB.open(`portlane-gate:${path}`, 1));
    const keys = (name) => result(base.transaction(name).objectStore(name).getAllKeys());
    const kept = { acts: (await keys("acts")).length, state: await keys("state"), pages: await caches.keys() };
    base.close();
    return kept;
}"""


@pytest.fixture
def unsent(page: Any, live_stack: Any, settings: Any) -> Iterator[tuple[Any, Cast]]:
    """The list of gates, with a vehicle let in at one of them that the server has not been told of."""
    settings.PORTLANE_PASS_KEY = PASS_KEY
    passes.signing_key.cache_clear()
    cast = a_living_port()
    entry = steps.called(cast)
    sign_in(page, cast.operator)
    open_gate(page, cast)
    page.route("**/acts/", lambda route: route.abort())
    scan(page, entry.vehicle.plate)
    page.keyboard.press("F2")
    expect(page.locator("[data-kept-says]")).to_have_text("1 act to send")
    page.goto("/gate/")
    yield page, cast
    passes.signing_key.cache_clear()


def sign_out(page: Any) -> Any:
    page.get_by_role("button", name="Sign out", exact=True).click()
    return page.locator("[data-unsent]")


def test_sign_out__act_not_sent__says_so_and_the_gates_page_sends_it_first(unsent: tuple[Any, Cast]) -> None:
    page, _ = unsent

    expect(sign_out(page)).to_contain_text("is not sent yet")
    page.unroute("**/acts/")
    page.locator("[data-unsent] a").click()
    expect(page.locator("#done li").first).to_contain_text("in the books", timeout=20_000)
    assert QueueEntry.objects.get().state == "admitted"

    page.goto("/gate/")
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("link", name="Staff sign-in")).to_be_visible()
    assert page.evaluate("async () => (await indexedDB.databases()).length") == 0


def test_sign_out__all_the_same__leaves_the_act_and_nothing_else_for_the_next_one(unsent: tuple[Any, Cast]) -> None:
    page, cast = unsent
    sign_out(page)
    page.get_by_role("button", name="Sign out and keep it on this device").click()

    expect(page.get_by_role("link", name="Staff sign-in")).to_be_visible()
    kept = page.evaluate(KEPT, f"/gate/{cast.yard.code}/G1/")
    assert kept["acts"] == 1
    assert not {"list", "keys"} & set(kept["state"])
    assert kept["pages"] == []

    page.unroute("**/acts/")
    sign_in(page, cast.supervisor)
    open_gate(page, cast)
    expect(page.locator("#done li").first).to_contain_text("in the books", timeout=20_000)
    assert QueueEntry.objects.get().state == "admitted"
