"""The drivers' pages in a real browser: a whole visit on a phone, its weight, and no grave fault on any page."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from core import clock
from notifications.relay import relay_all
from reservations.models import QueueEntry, Reservation
from reservations.operations import admit, call_next, exit_yard, release
from tests.browser.looking import a_living_port, faults_for_neighbours, faults_on, sign_in
from tests.operations import steps

pytestmark = [pytest.mark.browser, pytest.mark.stack]

FIRST_VIEW_BYTES, FIRST_VIEW_REQUESTS = 60_000, 8


def test_visit__from_the_port_list_to_the_exit__one_phone_and_no_reload_while_waiting(page: Any) -> None:
    cast = a_living_port()
    sign_in(page, cast.driver)
    page.goto("/reserve/")
    page.get_by_role("link", name="Mohan").click()
    page.get_by_role("link", name=cast.lane.name_en).first.click()
    page.locator("a.slot").first.click()
    page.get_by_label(cast.vehicle.plate).check()
    page.get_by_label("general cargo").check()
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Reserve this place").dblclick()
    page.wait_for_url("**/reservations/R-*/")
    expect(page.get_by_text(Reservation.objects.get().ref, exact=True)).to_be_visible()
    expect(page.get_by_alt_text("Gate pass as a QR code")).to_have_js_property("complete", True)
    assert page.get_by_alt_text("Gate pass as a QR code").evaluate("image => image.naturalWidth") > 0
    page.get_by_role("button", name="I am at the port: check in").click()
    expect(page.get_by_text("Nobody is before you: you are next.")).to_be_visible()
    expect(page.locator("[data-live-status]")).to_have_attribute("data-state", "live")
    _the_desk_works_while_the_page_stays_open(page, cast)


def _the_desk_works_while_the_page_stays_open(page: Any, cast: Any) -> None:
    entry = QueueEntry.objects.get()
    page.evaluate("window.sameDocument = true")
    call_next(lane_code=cast.lane.code, **cast.by(cast.operator))
    expect(page.get_by_text("It is your turn: drive to the gate now")).to_be_visible()
    expect(page.locator(".way")).to_contain_text(steps.live_stay(entry).bay.code)
    admit(entry_ref=entry.ref, **cast.by(cast.operator))
    expect(page.get_by_role("button", name="I am in the bay")).to_be_visible()
    assert page.evaluate("window.sameDocument") is True
    page.get_by_role("button", name="I am in the bay").click()
    expect(page.get_by_text("You are in your bay")).to_be_visible()
    release(entry_ref=entry.ref, **cast.by(cast.operator))
    expect(page.get_by_text("Go to the exit")).to_be_visible()
    exit_yard(entry_ref=entry.ref, **cast.by(cast.operator))
    expect(page.get_by_text("Done. Drive safely.")).to_be_visible()


def test_driver_main_pages__every_size_language_and_screen__show_no_grave_fault(page: Any) -> None:
    cast = a_living_port()
    called, turn = steps.called(cast), steps.walked_up(cast)
    mine = steps.reserved(cast, slot=cast.slots[2])
    held = steps.reserved(cast, slot=cast.slots[3], confirm=False)
    sign_in(page, cast.driver)
    paths = [f"/reserve/lane/{cast.lane.code}/", f"/reserve/slot/{cast.slots[3].ref}/", "/reservations/"]
    paths += [
        f"/reservations/{mine.ref}/",
        f"/reservations/{held.ref}/",
        f"/turns/{turn.ref}/",
        f"/turns/{called.ref}/",
    ]
    assert faults_on(page, paths) == []


def test_driver_other_pages__two_opposite_looks__show_no_grave_fault(page: Any) -> None:
    cast = a_living_port()
    mine, turn = steps.reserved(cast, slot=cast.slots[2]), steps.walked_up(cast)
    sign_in(page, cast.driver)
    paths = ["/reserve/", f"/reserve/{cast.port.code}/", "/messages/", f"/arrive/{cast.lane.code}/"]
    paths.append(f"/reserve/slot/{cast.slots[3].ref}/confirm/?vehicle={cast.vehicle.ref}&cargo=general")
    change = f"/reservations/{mine.ref}/change/"
    paths += [change, f"{change}{cast.slots[4].ref}/", f"/reservations/{mine.ref}/cancel/", f"/turns/{turn.ref}/leave/"]
    assert faults_on(page, paths, everywhere=False) == []


def test_driver_pages__in_the_languages_across_the_border__are_whole(page: Any) -> None:
    cast = a_living_port()
    mine = steps.reserved(cast, slot=cast.slots[2])
    called = steps.called(cast)
    inside = steps.admitted(cast)
    relay_all(now=clock.now())
    sign_in(page, cast.driver)
    paths = [
        "/",
        f"/ports/{cast.port.code}/",
        f"/reserve/lane/{cast.lane.code}/",
        f"/reserve/slot/{cast.slots[3].ref}/",
    ]
    paths += ["/reservations/", f"/reservations/{mine.ref}/", f"/turns/{called.ref}/", f"/turns/{inside.ref}/"]
    paths += [f"/turns/{inside.ref}/slip/", "/messages/"]
    found = faults_for_neighbours(page, paths)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("path", ["/reserve/", "/turns/{turn}/", "/reserve/lane/MOHAN-IN1/"])
def test_driver_pages__first_view__is_light(page: Any, path: str) -> None:
    cast = a_living_port()
    sign_in(page, cast.driver)
    answers: list[Any] = []
    page.on("requestfinished", lambda request: answers.append(request))
    page.goto(path.format(turn=steps.walked_up(cast).ref), wait_until="networkidle")
    sizes = [request.sizes() for request in answers]
    assert len(answers) <= FIRST_VIEW_REQUESTS, [request.url for request in answers]
    assert sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes) <= FIRST_VIEW_BYTES


def test_call__time_to_reach_the_gate__counts_down(page: Any) -> None:
    cast = a_living_port()
    entry = steps.called(cast)
    sign_in(page, cast.driver)
    page.goto(f"/turns/{entry.ref}/")
    timer = page.locator("[data-countdown]")
    before = timer.inner_text()
    expect(timer).not_to_have_text(before)
    assert timer.inner_text().startswith("14:")
