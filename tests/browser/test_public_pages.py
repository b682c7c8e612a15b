"""The public pages in a real browser: faults, filter while typing, a board that follows the yard by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from reservations.operations import call_next, close_round
from reservations.rounds import publish, run_round
from tests import factories as make
from tests.browser.looking import PHONE, a_living_port, faults_on
from tests.operations import steps

pytestmark = [pytest.mark.browser, pytest.mark.stack]


def test_public_pages__every_size_language_and_screen__show_no_grave_fault(page: Any) -> None:
    cast = a_living_port()
    steps.called(cast)
    steps.walked_up(cast)
    main = ["/", f"/ports/{cast.port.code}/", f"/boards/{cast.yard.code}/", f"/lanes/{cast.lane.code}/order/"]
    assert faults_on(page, [*main, "/sign-in/", "/accounts/login/", "/no/such/page/"]) == []


def test_home__typing_in_the_search__keeps_the_ports_that_match(page: Any) -> None:
    a_living_port()
    page.goto("/")
    page.get_by_role("searchbox").fill("hek")
    rows = page.locator("#ports li")
    expect(rows.filter(has_text="Hekou")).to_be_visible()
    expect(rows.filter(has_text="Mohan")).to_be_hidden()
    page.get_by_role("searchbox").fill("nowhere")
    expect(page.get_by_text("No port matches what you typed.")).to_be_visible()


def test_board__vehicle_called__appears_without_a_reload(page: Any) -> None:
    cast = a_living_port()
    entry = steps.walked_up(cast)
    page.goto(f"/boards/{cast.yard.code}/")
    expect(page.locator(".called .plate")).to_have_count(0)
    expect(page.locator("[data-live-status]")).to_have_attribute("data-state", "live")
    call_next(lane_code=cast.lane.code, **cast.by(cast.operator))
    expect(page.locator(".called tbody")).to_contain_text(steps.live_stay(entry).bay.code)
    assert page.evaluate("performance.getEntriesByType('navigation').length") == 1


def test_round__published__its_proof_fits_a_phone_and_shows_what_was_given(page: Any) -> None:
    cast = a_living_port()
    row = make.a_round(cast, opens_at=cast.now - timedelta(hours=5))
    for _ in range(5):
        make.a_request(cast)
    close_round(ref=row.ref, **cast.by())
    run_round(row.ref, now=cast.now)
    publish(row.ref, now=cast.now)
    assert faults_on(page, [f"/rounds/{row.ref}/"]) == []
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    page.goto(f"/rounds/{row.ref}/")
    given = page.get_by_role("columnheader", name="given", exact=True).bounding_box()
    assert given["x"] + given["width"] < PHONE[0]
