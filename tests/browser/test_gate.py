"""The gate's page in a real browser: net cut, let in by pass, second use refused, net back, taken into the books."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from core.models import LedgerEntry
from reservations import inbox, passes
from reservations.models import QueueEntry, Reservation
from reservations.operations import cancel_reservation
from tests.browser.looking import LOOKS, a_living_port, add_cookie, faults, sign_in
from tests.cast import Cast
from tests.operations import steps
from tests.parts.stack import PASS_KEY
from tests.parts.wire import Wire

pytestmark = [pytest.mark.browser, pytest.mark.stack]

READY = "caches.open('portlane-gate').then((kept) => kept.match(location.pathname)).then((copy) => Boolean(copy))"


@pytest.fixture(autouse=True)
def _passes_of_the_server(settings: Any) -> Iterator[None]:
    settings.PORTLANE_PASS_KEY = PASS_KEY
    passes.signing_key.cache_clear()
    yield
    passes.signing_key.cache_clear()


@pytest.fixture
def cast(live_stack: Any) -> Cast:
    return a_living_port()


@pytest.fixture
def gate(page: Any, cast: Cast) -> Iterator[Any]:
    """The gate's page, kept for when the net is gone; whatever the browser complains of fails the test."""
    troubles: list[str] = []
    page.on("console", lambda said: said.type == "error" and troubles.append(said.text))
    page.on("pageerror", lambda problem: troubles.append(str(problem)))
    sign_in(page, cast.operator)
    open_gate(page, cast)
    yield page
    assert [text for text in troubles if "ERR_INTERNET_DISCONNECTED" not in text] == []


def open_gate(page: Any, cast: Cast, gate: str = "G1") -> None:
    page.goto(f"/gate/{cast.yard.code}/{gate}/")
    expect(page.locator("[data-list-says]")).to_contain_text("good until")
    for _try in range(100):
        if page.evaluate(READY):
            return
        page.wait_for_timeout(100)
    raise AssertionError("no copy is kept")


def have_list(page: Any) -> None:
    """Fetches the day list as it is now: as the page does by itself each twenty seconds."""
    page.reload()
    expect(page.locator("[data-list-says]")).to_contain_text("good until")
    page.wait_for_load_state("networkidle")


def token_of(promise: Reservation) -> str:
    return passes.issue(Reservation.objects.select_related("slot", "vehicle", "lane").get(pk=promise.pk))


def scan(page: Any, text: str) -> Any:
    """As a hand scanner does: it types and presses Enter, wherever the focus was left."""
    expect(page.locator("#scan")).to_be_focused()
    page.keyboard.insert_text(text)
    page.keyboard.press("Enter")
    expect(page.locator("#verdict")).to_be_visible()
    return page.locator("#verdict")


def test_gate__net_cut__lets_in_once_by_pass_and_is_reconciled_after(gate: Any, cast: Cast, wire: Wire) -> None:
    promise, cancelled = steps.reserved(cast), steps.reserved(cast)
    tokens = [token_of(promise), token_of(cancelled)]
    cancel_reservation(ref=cancelled.ref, **cast.by(cast.driver))
    have_list(gate)
    wire.cut(gate)
    gate.reload()

    expect(scan(gate, tokens[0])).to_contain_text(promise.vehicle.plate)
    expect(gate.locator(".verdict.go")).to_contain_text("its pass, checked")
    gate.keyboard.press("F2")
    expect(gate.locator("#done li").first).to_contain_text("kept here")
    gate.reload()
    expect(gate.locator("[data-kept-says]")).to_have_text("1 act to send")
    expect(scan(gate, tokens[0])).to_have_class("verdict stop")
    expect(gate.locator("#verdict")).to_contain_text("It lets in once")
    expect(scan(gate, tokens[0][:-4] + "AAAA")).to_contain_text("not issued by the port")
    expect(scan(gate, tokens[1])).to_contain_text("was cancelled")
    assert not QueueEntry.objects.exists()

    wire.mend(gate)
    expect(gate.locator("#done li").first).to_contain_text("in the books", timeout=20_000)
    assert QueueEntry.objects.get().state == "admitted"
    assert LedgerEntry.objects.filter(kind="gate.offline").count() == 1
    expect(gate.locator("[data-kept-says]")).to_be_hidden()


def test_gate__with_a_net__arrives_waits_and_is_let_in_when_called(gate: Any, cast: Cast) -> None:
    promise = steps.reserved(cast)

    expect(scan(gate, promise.vehicle.plate)).to_have_class("verdict arrive")
    gate.keyboard.press("F2")
    expect(gate.locator(".verdict.wait")).to_contain_text("Not called yet")
    entry = steps.call(cast)
    expect(gate.locator(".verdict.go")).to_contain_text(steps.live_stay(entry).bay.code, timeout=15_000)
    gate.keyboard.press("F2")

    expect(gate.locator("#done li").first).to_contain_text(re.compile("let in.*in the books"))
    assert QueueEntry.objects.get().state == "admitted"


def test_gate__refused__needs_a_reason_and_is_in_the_record(gate: Any, cast: Cast) -> None:
    promise = steps.reserved(cast)
    scan(gate, promise.vehicle.plate)
    gate.keyboard.press("F4")
    assert not LedgerEntry.objects.filter(kind="gate.refused").exists()

    gate.locator("#verdict select").select_option("papers")
    gate.keyboard.press("F4")

    expect(gate.locator("#done li").first).to_contain_text("refused")
    expect(gate.locator("#done li").first).to_contain_text("in the books")
    assert LedgerEntry.objects.get(kind="gate.refused").reason == "Papers are missing or do not match"


def test_gate__list_expired_without_a_net__lets_nobody_in(gate: Any, cast: Cast, wire: Wire) -> None:
    promise = steps.reserved(cast)
    have_list(gate)
    wire.cut(gate)
    gate.reload()
    gate.clock.install()
    gate.reload()
    gate.clock.fast_forward("04:00:01")

    expect(scan(gate, promise.vehicle.plate)).to_contain_text("nobody is let in")
    expect(gate.locator("[data-list-says]")).to_contain_text("was good until")
    expect(gate.get_by_role("button", name="Let in")).to_have_count(0)


def test_gate__plate_that_looks_alike__a_person_chooses(gate: Any, cast: Cast, wire: Wire) -> None:
    promise = steps.reserved(cast, vehicle=steps.a_truck(cast, plate="云A0B8I1"))
    for offline in (False, True):
        if offline:
            have_list(gate)
            wire.cut(gate)
        expect(scan(gate, "云AOB811")).to_contain_text("looks alike")
        gate.locator("#verdict .many button").click()
        expect(gate.locator(".gate-plate")).to_contain_text(promise.vehicle.plate)
        gate.keyboard.press("Escape")


def test_gate__signed_out__keeps_what_was_done_and_says_so(gate: Any, cast: Cast, wire: Wire) -> None:
    promise = steps.reserved(cast)
    have_list(gate)
    wire.cut(gate)
    scan(gate, promise.vehicle.plate)
    gate.keyboard.press("F2")
    expect(gate.locator("[data-kept-says]")).to_have_text("1 act to send")
    gate.context.clear_cookies(name="sessionid")
    wire.mend(gate)
    expect(gate.locator("[data-net]")).to_contain_text("Sign in again", timeout=20_000)

    sign_in(gate, cast.supervisor)
    open_gate(gate, cast)

    expect(gate.locator("#done li").first).to_contain_text("in the books", timeout=20_000)
    assert QueueEntry.objects.get().state == "admitted"


def test_exit__with_a_net__leaves(gate: Any, cast: Cast) -> None:
    entry = steps.parked(cast)
    open_gate(gate, cast, "G2")

    expect(scan(gate, entry.vehicle.plate)).to_have_class("verdict leave")
    gate.keyboard.press("F2")

    expect(gate.locator("#done li").first).to_contain_text(re.compile("left.*in the books"))
    assert QueueEntry.objects.get().state == "exited"


def test_gate__doubt_of_a_camera__is_decided_by_one_button(gate: Any, cast: Cast) -> None:
    promise = steps.reserved(cast)
    seen = {"number": 1, "kind": "plate", "way": "in", "plate": promise.vehicle.plate, "confidence": 0.4}
    seen |= {"image_ref": "cam1/0001.jpg", "occurred_at": cast.now}
    inbox.receive(device=cast.device, events=[seen], **cast.by(cast.device))

    expect(gate.locator("#doubts")).to_contain_text("cam1/0001.jpg", timeout=10_000)
    found = faults(gate)
    gate.locator("#doubts").get_by_role("button", name=promise.vehicle.plate).click()

    expect(gate.locator("#doubts .verdict")).to_have_count(0)
    expect(gate.locator("#doubts")).to_contain_text("checked in")
    assert (found, QueueEntry.objects.get().reservation) == ([], promise)


def test_gate__all_ways_to_look_at_it__no_grave_fault(gate: Any, cast: Cast) -> None:
    promise = steps.reserved(cast)
    found: list[str] = []
    for language in ("zh-hans", "en"):
        add_cookie(gate, "portlane_language", language)
        gate.goto(f"/gate/{cast.yard.code}/G1/")
        for text in (promise.vehicle.plate, "PL1.forged.code"):
            scan(gate, text)
            for size, _, scheme in (way for way in LOOKS if way[1] == language):
                gate.set_viewport_size({"width": size[0], "height": size[1]})
                gate.emulate_media(color_scheme=scheme)
                found += [f"{language} {scheme} {fault}" for fault in faults(gate)]
            gate.keyboard.press("Escape")
    assert found == []
