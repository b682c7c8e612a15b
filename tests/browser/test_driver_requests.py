"""Asking for a time in a real browser, on a phone: the window by keys and by drag, the result without a reload, an offer taken."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from reservations.models import Request, Reservation, Slot
from reservations.operations import close_round
from reservations.rounds import publish, run_round
from tests import factories as make
from tests.api import asking
from tests.browser.looking import a_living_port, faults_on, sign_in
from tests.cast import SYSTEM, Cast
from tests.operations import steps

pytestmark = [pytest.mark.browser, pytest.mark.stack]

FIRST_VIEW_BYTES, FIRST_VIEW_REQUESTS = 60_000, 8


def times_path(cast: Cast) -> str:
    day = asking.tomorrow(cast).isoformat()
    return f"/ask/{cast.port.code}/time/?day={day}&vehicle={cast.vehicle.ref}&cargo=general&direction=inbound"


def clock_of(cast: Cast, slot: Slot) -> str:
    return f"{slot.starts_at.astimezone(cast.port.tz):%H:%M}"


def chosen(page: Any) -> list[int]:
    """Where the three selects stand: earliest, best, latest."""
    names = ("earliest", "best", "latest")
    return [page.locator(f"select[name={name}]").evaluate("select => select.selectedIndex") for name in names]


def test_ask__window_by_keys__is_asked_for_and_its_result_comes_without_a_reload(page: Any) -> None:
    cast = a_living_port()
    row = make.a_round(cast)
    sign_in(page, cast.driver)
    page.goto(f"/reserve/{cast.port.code}/")
    page.get_by_role("link", name="Ask for a time").click()
    page.get_by_role("link", name="tomorrow").click()
    page.get_by_label(cast.vehicle.plate).check()
    page.get_by_label("general cargo").check()
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("slider", name="Best time").press("Home")
    page.get_by_role("slider", name="Latest").press("Home")
    for _ in range(3):
        page.get_by_role("slider", name="Latest").press("ArrowRight")
    page.get_by_role("slider", name="Best time").press("ArrowRight")
    assert chosen(page) == [0, 1, 3]
    page.get_by_role("button", name="Ask for this time").dblclick()
    page.wait_for_url("**/requests/W-*/")
    mine = Request.objects.get()
    assert [mine.earliest_at, mine.preferred_at, mine.latest_at] == [cast.slots[8 + at].starts_at for at in (0, 1, 3)]
    expect(page.locator("[data-live-status]")).to_have_attribute("data-state", "live")
    page.evaluate("window.sameDocument = true")
    _drawn_and_published(cast, row.ref)
    expect(page.get_by_text("You have a place")).to_be_visible()
    assert page.evaluate("window.sameDocument") is True
    page.get_by_role("link", name="Show the reservation and its pass").click()
    expect(page.get_by_text(Reservation.objects.get().ref, exact=True)).to_be_visible()


def _drawn_and_published(cast: Cast, ref: str) -> None:
    """The round's own operations, at the moments it has announced."""
    row = make.the_round(cast)
    close_round(ref=ref, now=row.closes_at, actor=SYSTEM)
    run_round(ref, now=row.closes_at)
    publish(ref, now=row.publishes_at)


def test_day_bar__dragged__moves_the_selects_and_stays_in_order(page: Any) -> None:
    cast = a_living_port()
    make.a_round(cast)
    sign_in(page, cast.driver)
    page.goto(times_path(cast))
    page.locator("select[name=earliest]").select_option(index=0)
    page.locator("select[name=latest]").select_option(index=2)
    _drag(page, "latest", by=3)
    assert chosen(page)[2] == 5
    _drag(page, "best", by=20)
    assert chosen(page)[1:] == [7, 7]
    page.get_by_role("slider", name="Latest").press("Home")
    assert chosen(page) == [0, 0, 0]
    expect(page.locator("[data-daybar-shown]")).to_contain_text(clock_of(cast, cast.slots[8]))


def _drag(page: Any, name: str, *, by: int) -> None:
    """Takes a handle from its line to `by` columns further on."""
    field = page.locator("[data-daybar-field]").bounding_box()
    column = field["width"] / 8
    handle = page.locator(f"[data-daybar-handle={name}]").bounding_box()
    index = chosen(page)[("earliest", "best", "latest").index(name)]
    edge = {"earliest": 0.1, "best": 0.5, "latest": 1}[name]
    page.mouse.move(handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2)
    page.mouse.down()
    page.mouse.move(field["x"] + (index + by + edge) * column, handle["y"] + 5, steps=5)
    page.mouse.up()


def test_day_bar__one_hour_of_the_edge_chosen__no_handle_leaves_the_screen(page: Any) -> None:
    cast = a_living_port()
    make.a_round(cast)
    sign_in(page, cast.driver)
    page.goto(times_path(cast))
    for key in ("Home", "End"):
        for name in ("Earliest", "Latest") if key == "Home" else ("Latest", "Earliest"):
            page.get_by_role("slider", name=name).press(key)
        boxes = [page.locator(f"[data-daybar-handle={name}]").bounding_box() for name in ("earliest", "latest")]
        assert boxes[0]["x"] >= 0
        assert boxes[1]["x"] + boxes[1]["width"] <= 360
        assert boxes[0]["x"] + boxes[0]["width"] <= boxes[1]["x"] + 1, "one hides the other"


def test_offer__comes_while_the_page_is_open__counts_down_and_is_taken(page: Any) -> None:
    cast = a_living_port()
    mine = asking.an_offer(cast, minutes=9)
    sign_in(page, cast.driver)
    page.goto(f"/requests/{mine.ref}/")
    timer = page.locator("[data-countdown]")
    before = timer.inner_text()
    expect(timer).not_to_have_text(before)
    page.get_by_role("button", name="Take this place").dblclick()
    page.wait_for_url("**/reservations/R-*/")
    assert Reservation.objects.get().slot_id == cast.slots[8].pk


def test_offer__its_time_is_up_on_the_open_page__leaves_nothing_to_press(page: Any) -> None:
    cast = a_living_port()
    mine = asking.an_offer(cast, minutes=9)
    sign_in(page, cast.driver)
    page.goto(f"/requests/{mine.ref}/")
    expect(page.get_by_role("button", name="Take this place")).to_be_visible()
    page.locator("[data-countdown]").evaluate("timer => (timer.dataset.countdown = new Date(0).toISOString())")
    expect(page.locator("[data-countdown]")).to_contain_text("Time is up")
    expect(page.get_by_role("button", name="Take this place")).to_be_hidden()


def test_driver_round_pages__every_size_language_and_screen__show_no_grave_fault(page: Any) -> None:
    cast = a_living_port()
    mine = steps.reserved(cast, slot=cast.slots[4])
    asked = asking.a_request(cast, round=make.a_round(cast))
    offered = asking.an_offer(cast, vehicle=steps.a_truck(cast))
    asking.a_mark(mine, at=cast.now - timedelta(days=1))
    sign_in(page, cast.driver)
    times = times_path(cast)
    paths = [times, f"/requests/{asked.ref}/", f"/requests/{offered.ref}/", "/record/", f"/reservations/{mine.ref}/"]
    assert faults_on(page, paths) == []


def test_driver_round_pages__the_others__show_no_grave_fault(page: Any) -> None:
    cast = a_living_port()
    mine = steps.reserved(cast, slot=cast.slots[4])
    stands = asking.standing_by(cast, round=make.a_round(cast))
    mark = asking.a_mark(mine, at=cast.now - timedelta(days=1))
    sign_in(page, cast.driver)
    day = asking.tomorrow(cast).isoformat()
    paths = [f"/ask/{cast.port.code}/", f"/ask/{cast.port.code}/vehicle/?day={day}", f"/record/marks/{mark.ref}/"]
    paths += [f"/requests/{stands.ref}/{name}" for name in ("", "change/", "withdraw/")]
    paths += [f"/reservations/{mine.ref}/{name}/" for name in ("better", "later", "vehicle", "driver", "cancel")]
    assert faults_on(page, paths, everywhere=False) == []


def test_ask__first_view__is_light_and_does_not_jump(page: Any) -> None:
    cast = a_living_port()
    make.a_round(cast)
    sign_in(page, cast.driver)
    answers: list[Any] = []
    page.on("requestfinished", lambda request: answers.append(request))
    page.add_init_script(
        "window.shift = 0; new PerformanceObserver((list) => list.getEntries().forEach((each) => window.shift += each.value))"
        ".observe({type: 'layout-shift', buffered: true})"
    )
    page.goto(times_path(cast), wait_until="networkidle")
    sizes = [request.sizes() for request in answers]
    assert len(answers) <= FIRST_VIEW_REQUESTS, [request.url for request in answers]
    assert sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes) <= FIRST_VIEW_BYTES
    assert page.evaluate("window.shift") < 0.02
