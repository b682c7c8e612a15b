"""What the gate's page keeps and tells when something is wrong: its keys, an act that nobody can read, a busy server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.sync_api import expect

from reservations import day_list, passes
from reservations.models import QueueEntry
from tests.browser.looking import a_living_port, sign_in
from tests.browser.test_gate import have_list, open_gate, scan, token_of
from tests.cast import Cast
from tests.operations import steps
from tests.parts.stack import PASS_KEY
from tests.parts.wire import Wire

pytestmark = [pytest.mark.browser, pytest.mark.stack]

SPOILT = """async () => {
    const kept = await import("/static/web/js/gate-kept.js");
    await kept.put("acts", "spoilt", { id: "spoilt", kind: "exit", at_ms: 1, kept_ms: Date.now(), span: "", plate: "SPOILT", outcome: "" });
}"""


@pytest.fixture
def gate(page: Any, live_stack: Any, settings: Any) -> Iterator[tuple[Any, Cast]]:
    settings.PORTLANE_PASS_KEY = PASS_KEY
    passes.signing_key.cache_clear()
    cast = a_living_port()
    sign_in(page, cast.operator)
    open_gate(page, cast)
    yield page, cast
    passes.signing_key.cache_clear()


def test_sync__key_taken_out__its_passes_are_refused_from_the_next_list_on(gate: tuple[Any, Cast], wire: Wire) -> None:
    page, cast = gate
    promise = steps.reserved(cast)
    token = token_of(promise)
    other = passes.public_text(Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key())
    listed = day_list.day_list(cast.gate, now=cast.now + timedelta(seconds=1)) | {"keys": {"other": other}}
    body = {
        "list": passes.sealed(day_list.VERSION, listed),
        "csrf": "x",
        "now_ms": cast.now.timestamp() * 1000,
        "speed": 1,
    }
    page.route(
        "**/day-list/", lambda route: route.fulfill(status=200, content_type="application/json", body=json.dumps(body))
    )
    have_list(page)
    wire.cut(page)

    expect(scan(page, token)).to_contain_text("not issued by the port")


def test_sync__one_act_that_nobody_can_read__is_shown_and_the_rest_is_told(gate: tuple[Any, Cast]) -> None:
    page, cast = gate
    entry = steps.called(cast)
    page.evaluate(SPOILT)
    scan(page, entry.vehicle.plate)
    page.keyboard.press("F2")

    expect(page.locator("#done li", has_text="SPOILT")).to_contain_text("not done")
    expect(page.locator("#done li", has_text=entry.vehicle.plate)).to_contain_text("in the books")
    assert QueueEntry.objects.get().state == "admitted"


def test_sync__server_busy__is_no_outage_and_the_act_is_told_again(gate: tuple[Any, Cast]) -> None:
    page, cast = gate
    entry = steps.called(cast)
    page.route("**/acts/", lambda route: route.fulfill(status=503, headers={"Retry-After": "2"}, body="{}"), times=1)
    scan(page, entry.vehicle.plate)
    page.keyboard.press("F2")

    expect(page.locator("#done li").first).to_contain_text("kept here")
    expect(page.locator("[data-net]")).to_contain_text("Net: there")
    expect(page.locator("#done li").first).to_contain_text("in the books", timeout=20_000)
    assert not steps.events("gate.offline")
