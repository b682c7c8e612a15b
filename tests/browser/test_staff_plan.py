"""The live plan in a real browser: dragging, blocking, keys, fingers, and the driver whose way changes by it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from reservations.models import QueueEntry
from reservations.operations import note_reading, order_evacuation
from tests.browser.looking import AT_ONCE_S, DESK, PHONE, a_living_port, base_url, faults_on, sign_in, took_s
from tests.cast import Cast
from tests.operations import drawn, steps
from yards.models import Block, Evacuation, Stay
from yards.operations import block_bay

TABLET = {"width": 1024, "height": 768}

pytestmark = [pytest.mark.browser, pytest.mark.stack]


@pytest.fixture
def cast(page: Any) -> Cast:
    cast = a_living_port()
    drawn.in_force(cast)
    return cast


@pytest.fixture
def desk(page: Any, cast: Cast) -> Iterator[Any]:
    """The plan at a desk's screen; whatever it complains of in the console of the browser fails the test."""
    troubles: list[str] = []
    page.on("console", lambda said: troubles.extend([said.text] if said.type == "error" else []))
    page.on("pageerror", lambda problem: troubles.append(str(problem)))
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    sign_in(page, cast.operator)
    yield page
    assert [text for text in troubles if "409" not in text and "422" not in text] == []


def plan_of(cast: Cast) -> str:
    return reverse("web:console_plan", args=[cast.yard.code])


def open_plan(page: Any, cast: Cast) -> None:
    page.goto(plan_of(cast))
    page.evaluate("window.sameDocument = true")
    expect(page.locator("[data-live-status]")).to_have_attribute("data-state", "live")


def bay(page: Any, code: str) -> Any:
    return page.locator(f'a.bay[data-key="{code}"]')


def bay_of(entry: QueueEntry) -> str:
    return Stay.objects.get(visit_ref=entry.visit_ref, state__in=["held", "occupied"]).bay.code


def drag(page: Any, code: str, to: str) -> None:
    """Holds the mouse over the other bay, so that what is said there can be read, without letting go."""
    (x, y), (x2, y2) = (middle(page, each) for each in (code, to))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 20, y + 20)
    expect(page.locator("a.bay.fits, a.bay.unfit").first).to_be_attached()
    page.mouse.move(x2, y2, steps=4)


def middle(page: Any, code: str) -> tuple[float, float]:
    box = bay(page, code).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def click_aisle(page: Any, code: str) -> None:
    """A straight aisle is a line without any height to Playwright, though it is drawn as wide as it is."""
    road = page.locator(f'.aisle[data-key="aisle {code}"] .road')
    box = road.evaluate("(road) => road.getBoundingClientRect().toJSON()")
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def test_drag__truck_to_another_bay__says_the_cost_asks_and_moves_it(desk: Any, cast: Cast) -> None:
    entry = steps.parked(cast)
    left = bay_of(entry)
    open_plan(desk, cast)
    drag(desk, left, "B-01")
    expect(bay(desk, "B-01")).to_have_class(re.compile("fits.*target"))
    expect(bay(desk, "C-01")).to_have_class(re.compile("unfit"))
    expect(desk.locator(".plan-hint")).to_contain_text(re.compile(r"→ B-01: costs \d+ m more \("))
    desk.mouse.up()
    sheet = desk.locator("dialog[open]")
    expect(sheet).to_contain_text("To bay")
    expect(sheet.get_by_label("To bay")).to_have_value("B-01")
    sheet.get_by_role("textbox", name="Reason").fill("nearer to the power")
    sheet.get_by_role("button", name="Move it").click()
    expect(bay(desk, "B-01")).to_have_class(re.compile(r"\bheading\b"))
    expect(bay(desk, left)).to_have_class(re.compile(r"\bfree\b"))
    assert bay_of(entry) == "B-01"
    desk.get_by_role("link", name=f"Move it back to {left}").click()
    desk.locator("dialog[open]").get_by_role("button", name="Move it").click()
    expect(bay(desk, left)).to_have_class(re.compile(r"\bheading\b"))
    assert desk.evaluate("window.sameDocument") is True


def test_drag__dropped_where_it_does_not_fit_or_escaped__says_why_and_changes_nothing(desk: Any, cast: Cast) -> None:
    entry = steps.parked(cast)
    left = bay_of(entry)
    here = {"yard_code": cast.yard.code, **cast.by(cast.operator)}
    shut = next(code for code in ("A-02", "A-03") if code != left)
    block_bay(bay_code=shut, reason="pothole", **here)
    open_plan(desk, cast)
    drag(desk, left, shut)
    desk.mouse.up()
    expect(desk.get_by_role("status").filter(has_text=f"→ {shut}:")).to_contain_text("blocked")
    drag(desk, left, "C-01")
    expect(desk.locator(".plan-hint")).to_contain_text("dangerous goods")
    desk.mouse.up()
    expect(desk.locator("dialog[open]").get_by_label("To bay")).to_have_value("C-01")
    desk.keyboard.press("Escape")
    expect(desk.locator("dialog[open]")).to_have_count(0)
    drag(desk, left, "B-01")
    desk.keyboard.press("Escape")
    desk.mouse.up()
    expect(desk.locator(".plan-hint")).to_have_count(0)
    expect(desk.locator("dialog[open]")).to_have_count(0)
    assert bay_of(entry) == left


def test_drag__let_go_before_the_costs_are_known__asks_as_soon_as_they_are(desk: Any, cast: Cast) -> None:
    left = bay_of(steps.parked(cast))
    open_plan(desk, cast)
    desk.route("**/costs/", lambda route: (desk.wait_for_timeout(400), route.continue_()))
    (x, y), (x2, y2) = middle(desk, left), middle(desk, "B-01")
    desk.mouse.move(x, y)
    desk.mouse.down()
    desk.mouse.move(x2, y2, steps=3)
    desk.mouse.up()
    expect(desk.locator("dialog[open]").get_by_label("To bay")).to_have_value("B-01")


def test_plan__page_keys__reach_every_bay_and_an_unknown_plate_is_told(desk: Any, cast: Cast) -> None:
    open_plan(desk, cast)
    bay(desk, "B-01").focus()
    desk.keyboard.press("Home")
    codes = sorted(desk.locator("[data-plan] a.bay").evaluate_all("(bays) => bays.map((bay) => bay.dataset.key)"))
    reached = []
    for _code in codes:
        reached.append(desk.evaluate("document.activeElement.dataset.key"))
        desk.keyboard.press("PageDown")
    assert reached == codes
    desk.locator("[data-plan-search]").fill("ZZ99")
    expect(desk.locator("[data-plan-said]")).to_have_text("Nobody.")


def test_aisle__blocked_while_a_driver_looks__his_way_changes_within_two_seconds(
    desk: Any, cast: Cast, browser: Any
) -> None:
    entry = steps.admitted(cast)
    open_plan(desk, cast)
    phone = browser.new_context(base_url=base_url(desk), viewport={"width": PHONE[0], "height": PHONE[1]}, locale="en")
    driver = phone.new_page()
    sign_in(driver, cast.driver)
    driver.goto(reverse("web:turn", args=[entry.ref]))
    expect(driver.locator("[data-live-status]").first).to_have_attribute("data-state", "live")

    drag(desk, bay_of(entry), "B-01")
    desk.mouse.up()
    desk.locator("dialog[open]").get_by_role("button", name="Move it").click()
    expect(desk.locator("dialog[open]")).to_have_count(0)
    told_s = [took_s(lambda: expect(driver.locator("main")).to_contain_text("B-01"))]
    way = driver.locator("#guide path.way").last
    before = way.get_attribute("d")

    click_aisle(desk, "M1")
    desk.get_by_role("link", name="Block it").click()
    sheet = desk.locator("dialog[open]")
    expect(sheet).to_contain_text("Bays without a way then")
    sheet.get_by_role("textbox", name="Reason").fill("oil on the ground")
    sheet.get_by_role("button", name="Block aisle M1").click()
    expect(desk.locator("dialog[open]")).to_have_count(0)
    told_s.append(took_s(lambda: expect(way).not_to_have_attribute("d", before)))
    assert min(told_s) < AT_ONCE_S, "a busy machine delays one, not both"
    expect(desk.locator(".aisle.closed")).to_have_count(1)
    expect(bay(desk, "A-02")).to_have_class(re.compile("cut_off"))
    assert Block.objects.get().reason == "oil on the ground"
    phone.close()


def test_plan__by_keys__goes_to_the_neighbour_shows_its_card_and_opens_it(desk: Any, cast: Cast) -> None:
    open_plan(desk, cast)
    assert desk.locator('[data-plan] a.bay[tabindex="0"]').count() == 1
    bay(desk, "A-01").focus()
    desk.keyboard.press("ArrowRight")
    expect(bay(desk, "A-02")).to_be_focused()
    expect(desk.locator("[data-plan-card]")).to_contain_text("18.0 × 3.5 m")
    desk.keyboard.press("+")
    expect(desk.locator("[data-plan]")).to_have_class(re.compile("zoomed"))
    desk.keyboard.press("0")
    desk.keyboard.press("Enter")
    desk.get_by_role("link", name="Take out of use").click()
    desk.get_by_role("textbox", name="Reason").fill("pothole")
    desk.get_by_role("button", name="Take it out of use").click()
    expect(bay(desk, "A-02")).to_have_class(re.compile("blocked"))


def test_plan__what_others_do__is_drawn_without_a_new_page(desk: Any, cast: Cast) -> None:
    open_plan(desk, cast)
    entry = steps.parked(cast)
    expect(bay(desk, bay_of(entry))).to_have_class(re.compile("occupied"))
    expect(desk.locator(".bay-legend")).to_contain_text("occupied 1")
    bay(desk, bay_of(entry)).hover()
    expect(desk.locator("[data-plan-card]")).to_contain_text(entry.vehicle.plate)
    expect(desk.locator("[data-plan-card]")).to_contain_text("Why this bay")
    desk.locator("[data-plan-search]").fill(entry.vehicle.plate)
    expect(desk.locator("a.bay.found")).to_have_count(1)
    assert desk.evaluate("window.sameDocument") is True


def test_plan__on_a_tablet__a_tap_shows_the_card_with_its_buttons(desk: Any, cast: Cast, browser: Any) -> None:
    entry = steps.parked(cast)
    context = browser.new_context(base_url=base_url(desk), viewport=TABLET, locale="en", has_touch=True)
    tablet = context.new_page()
    sign_in(tablet, cast.operator)
    open_plan(tablet, cast)
    bay(tablet, bay_of(entry)).tap()
    card = tablet.locator("[data-plan-card]")
    expect(card).to_contain_text(entry.vehicle.plate)
    expect(tablet.locator("dialog[open]")).to_have_count(0)
    card.get_by_role("link", name="To another bay").tap()
    expect(tablet.locator("dialog[open]")).to_contain_text("The driver is told at once.")
    context.close()


def test_zone__emptied_from_the_plan__asks_for_its_letter_and_lists_who_is_there(desk: Any, cast: Cast) -> None:
    entry = steps.parked(cast)
    zone = bay_of(entry)[0]
    open_plan(desk, cast)
    desk.locator(".zones").get_by_role("link", name=f"{zone} Zone {zone}").click()
    desk.get_by_role("link", name="Empty the zone").click()
    sheet = desk.locator("dialog[open]")
    sheet.get_by_role("textbox", name="Reason").fill("leak")
    sheet.get_by_label("Letter of the zone, typed").fill("X")
    sheet.get_by_role("button", name="Empty the zone now").click()
    expect(sheet).to_contain_text("This is another zone's letter.")
    sheet.get_by_label("Letter of the zone, typed").fill(zone)
    sheet.get_by_role("button", name="Empty the zone now").click()
    expect(bay(desk, bay_of(entry))).to_have_class(re.compile("leaving"))
    desk.get_by_role("link", name="Who is still there").click()
    expect(desk.locator("main")).to_contain_text("still there")
    desk.get_by_role("button", name="It has left").click()
    expect(desk.get_by_role("button", name="End the evacuation")).to_be_visible()


def test_plan_pages__sizes_languages_and_screens__show_no_grave_fault(page: Any, cast: Cast) -> None:
    entry = steps.parked(cast)
    here = {"yard_code": cast.yard.code, "now": cast.now, "actor": cast.by(cast.operator)["actor"]}
    note_reading(kind="bay", code="A-03", taken=1, seen_at=cast.now, **here)
    order_evacuation(zone_code="C", reason="leak", **here)
    sign_in(page, cast.supervisor)
    yard = f"/staff/yards/{cast.yard.code}/"
    assert faults_on(page, [f"{yard}plan/", yard]) == []
    others = ["occupancy/", "doubts/", f"evacuations/{Evacuation.objects.get().ref}/", "zones/A/", "aisles/M1/"]
    others += ["aisles/M1/block/", "zones/B/evacuate/", f"entries/{entry.ref}/", f"entries/{entry.ref}/move/"]
    others += [f"entries/{entry.ref}/measure/", f"bays/{bay_of(entry)}/", "doubts/bay/A-03/"]
    assert faults_on(page, [yard + each for each in others], everywhere=False) == []
