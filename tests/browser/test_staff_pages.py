"""The staff pages in a real browser: the desk worked by keys and sheets without a page load, live, and no grave fault."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from reservations.models import EntryState, Override, QueueEntry, Reservation
from reservations.operations import admit, ask_override, call_next
from tests.browser.looking import DESK, a_living_port, add_cookie, faults_on, sign_in
from tests.cast import Cast
from tests.operations import steps
from yards.models import Bay

#: What the console's buttons and bay codes say, where it does not stand on one line.
BROKEN_WORDS = """
    [...document.querySelectorAll("main :is(.button, tbody th)")]
      .map((part) => [...part.childNodes].find((node) => node.data?.trim()))
      .filter((words) => words?.parentElement.offsetParent)
      .filter((words) => {
        const range = document.createRange();
        range.selectNode(words);
        return new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size > 1;
      })
      .map((words) => words.data.trim())
"""

pytestmark = [pytest.mark.browser, pytest.mark.stack]


@pytest.fixture
def cast(page: Any) -> Cast:
    return a_living_port()


@pytest.fixture
def desk(page: Any, cast: Cast) -> Iterator[Any]:
    """The console at a desk's screen; whatever it complains of in the console of the browser fails the test."""
    troubles: list[str] = []
    page.on("console", lambda said: said.type == "error" and troubles.append(said.text))
    page.on("pageerror", lambda problem: troubles.append(str(problem)))
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    sign_in(page, cast.operator)
    yield page
    assert [text for text in troubles if "409" not in text and "422" not in text] == []


def open_console(page: Any, cast: Cast, query: str = "") -> None:
    page.goto(reverse("web:console", args=[cast.yard.code]) + query)
    page.evaluate("window.sameDocument = true")


def state_of(entry: QueueEntry) -> str:
    return str(steps.entry_now(entry).state)


def test_desk__a_truck_from_walk_up_to_exit__by_keys_and_sheets_in_one_document(desk: Any, cast: Cast) -> None:
    open_console(desk, cast)
    desk.keyboard.press("w")
    plate = desk.get_by_label("Plate", exact=True)
    expect(plate).to_be_focused()
    plate.fill("云 A·12345")
    desk.get_by_role("button", name="Check it in").click()
    line = desk.locator("#order [data-row]")
    expect(line).to_contain_text("云 A·12345")
    # The push may be here before the answer to the sheet, and while one is open keys are typed into it.
    expect(desk.locator("dialog[open]")).to_have_count(0)
    desk.keyboard.press("j")
    expect(line).to_have_class(re.compile("marked"))
    desk.keyboard.press("c")
    expect(desk.locator("#called [data-row]")).to_contain_text("云 A·12345")
    desk.keyboard.press("a")
    desk.get_by_role("button", name="In its bay").click()
    desk.locator("#inside").get_by_role("link", name="Out").click()
    expect(desk.get_by_role("button", name="It has left")).to_be_focused()
    desk.keyboard.press("Enter")
    expect(desk.locator("#inside")).to_contain_text("Nobody is in the yard.")
    assert QueueEntry.objects.get().state == EntryState.EXITED
    assert desk.evaluate("window.sameDocument") is True


def test_desk__withdraw_without_a_reason__stays_in_the_sheet_until_it_has_one(desk: Any, cast: Cast) -> None:
    entry = steps.walked_up(cast)
    open_console(desk, cast)
    desk.keyboard.press("j")
    desk.keyboard.press("Enter")
    desk.get_by_role("link", name="Take out of the order").click()
    reason = desk.get_by_role("textbox", name="Reason")
    reason.fill("   ")
    desk.get_by_role("button", name="Take it out").click()
    expect(desk.locator("dialog .errorlist")).to_be_visible()
    assert state_of(entry) == EntryState.WAITING
    reason.fill("turned round")
    desk.get_by_role("button", name="Take it out").click()
    expect(desk.locator("dialog[open]")).to_have_count(0)
    expect(desk.get_by_text(f"{entry.vehicle.plate} is out of the order.")).to_be_visible()
    assert desk.evaluate("window.sameDocument") is True


def test_desk__why_opened_and_line_marked__survive_what_others_do(desk: Any, cast: Cast) -> None:
    steps.walked_up(cast)
    second = steps.walked_up(cast)
    open_console(desk, cast)
    desk.keyboard.press("j")
    desk.keyboard.press("j")
    row = desk.locator(f'#order [data-row="{second.ref}"]')
    row.get_by_role("link", name="Why here").click()
    expect(desk.locator(".reason")).to_contain_text("1 vehicle before it")
    steps.walked_up(cast)  # by somebody else
    expect(desk.locator("#order [data-row]")).to_have_count(3)
    expect(desk.locator(".reason")).to_contain_text("1 vehicle before it")
    expect(row).to_have_class(re.compile("marked"))
    call_next(lane_code=cast.lane.code, **cast.by(cast.supervisor))
    expect(desk.locator("#called [data-row]")).to_have_count(1)
    expect(desk.locator("#plan .bay.held[data-key]")).to_have_count(1)
    assert desk.evaluate("window.sameDocument") is True


def test_desk__bay_on_the_plan__is_reached_by_arrows_and_blocked_in_the_sheet(desk: Any, cast: Cast) -> None:
    for number, bay in enumerate(Bay.objects.filter(yard=cast.yard).order_by("code")):
        Bay.objects.filter(pk=bay.pk).update(x_m=10 + 5 * number)
    open_console(desk, cast)
    assert desk.locator('[data-plan] a.bay[tabindex="0"]').count() == 1
    desk.locator('[data-plan] a.bay[tabindex="0"]').focus()
    desk.keyboard.press("ArrowRight")
    desk.keyboard.press("Enter")
    desk.get_by_role("link", name="Take out of use").click()
    desk.get_by_role("textbox", name="Reason").fill("pothole")
    desk.get_by_role("button", name="Take it out of use").click()
    expect(desk.locator('#plan .bay.blocked[data-key="A-02"]')).to_have_count(1)


def test_override__second_supervisor__approves_from_the_console(desk: Any, cast: Cast) -> None:
    steps.walked_up(cast)
    entry = steps.walked_up(cast)
    sign_in(desk, cast.second)
    open_console(desk, cast)
    ask_override(entry_ref=entry.ref, reason="live animals", user=cast.supervisor, **cast.by(cast.supervisor))
    desk.get_by_role("button", name="Approve").click()
    expect(desk.get_by_text("Approved: it is called next.")).to_be_visible()
    assert Override.objects.get().state == "approved"


@pytest.mark.parametrize("act", ["admit", "unblock"])
def test_button_with_its_own_address__fetch_fails__is_sent_to_that_address_by_the_browser(
    page: Any, cast: Cast, act: str
) -> None:
    entry, bay = steps.called(cast), Bay.objects.filter(yard=cast.yard).order_by("code").last()
    assert bay
    Bay.objects.filter(pk=bay.pk).update(blocked_at=cast.now, blocked_reason="pothole")
    sign_in(page, cast.operator)
    fetched = lambda route: route.abort() if route.request.resource_type == "fetch" else route.continue_()  # noqa: E731
    page.route(f"**/{act}/", fetched)
    if act == "admit":
        open_console(page, cast)
        page.get_by_role("button", name="Let in").click()
        expect(page.get_by_text(f"{entry.vehicle.plate} is in the yard.")).to_be_visible()
        assert state_of(entry) == EntryState.ADMITTED
    else:
        page.goto(reverse("web:console_bay", args=[cast.yard.code, bay.code]))
        page.get_by_role("button", name="Back into use").click()
        expect(page.locator(f'#plan .bay.free[data-key="{bay.code}"]')).to_have_count(1)


def test_place__taken_back_from_the_slots_sheet__shows_the_slot_at_its_own_address(desk: Any, cast: Cast) -> None:
    mine = steps.reserved(cast, slot=cast.slots[2])
    sign_in(desk, cast.supervisor)
    desk.goto(reverse("web:staff_slots", args=[cast.port.code]) + f"?day={cast.slots[2].service_date}")
    desk.locator(f'a.slot[href*="{cast.slots[2].ref}"]').click()
    desk.get_by_role("link", name="Take back").click()
    expect(desk.get_by_role("heading", name="Take the place back")).to_be_visible()
    desk.get_by_role("textbox", name="Reason").fill("scanner down")
    desk.get_by_role("button", name="Take it back").click()
    expect(desk.get_by_text(f"The place of {mine.vehicle.plate} is taken back.")).to_be_visible()
    expect(desk).to_have_url(re.compile(f"/slots/{cast.slots[2].ref}/$"))
    assert steps.reservation_now(mine).state == "revoked"


@pytest.mark.parametrize("width", [360, 1024, 1200, 1440])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_console__any_width__its_buttons_keep_one_line(desk: Any, cast: Cast, width: int, language: str) -> None:
    steps.parked(cast)
    desk.set_viewport_size({"width": width, "height": 900})
    add_cookie(desk, "portlane_language", language)
    open_console(desk, cast)
    assert desk.evaluate(BROKEN_WORDS) == []


def test_keys__question_mark__lists_them(desk: Any, cast: Cast) -> None:
    open_console(desk, cast)
    desk.keyboard.press("?")
    expect(desk.get_by_text("let the marked vehicle in")).to_be_visible()
    desk.keyboard.press("Escape")
    desk.keyboard.press("/")
    expect(desk.get_by_role("searchbox")).to_be_focused()


def test_enrol__device__its_code_is_seen(desk: Any, cast: Cast) -> None:
    sign_in(desk, cast.supervisor)
    desk.goto(reverse("web:staff_enrol", args=[cast.port.code]))
    desk.get_by_label("Name of the device").fill("Gate 1 camera")
    desk.get_by_label("Gate (optional)").select_option("G1")
    desk.get_by_role("button", name="Enrol it").click()
    expect(desk.get_by_label("Code", exact=True)).to_have_value(re.compile(r"\S{8,}"))


def test_slot__fewer_places__meaning_is_shown_in_the_sheet_before_it_is_set(desk: Any, cast: Cast) -> None:
    steps.reserved(cast, slot=cast.slots[2])
    sign_in(desk, cast.supervisor)
    desk.goto(reverse("web:staff_slots", args=[cast.port.code]) + f"?day={cast.slots[2].service_date}")
    desk.locator(f'a.slot[href*="{cast.slots[2].ref}"]').click()
    desk.get_by_label("Places", exact=True).fill("0")
    desk.get_by_role("textbox", name="Reason").fill("scanner down")
    desk.get_by_role("button", name="Show what it means").click()
    expect(desk.locator("dialog")).to_contain_text("1 place is taken. Nobody loses it")
    desk.get_by_role("button", name="Set it").click()
    expect(desk.locator(f'a.slot[href*="{cast.slots[2].ref}"]')).to_contain_text("plan 0")


@pytest.fixture
def busy_yard(page: Any, cast: Cast) -> Cast:
    """Somebody in every state, a blocked bay, an override that waits, a place to take back; the supervisor looks."""
    steps.parked(cast)
    steps.called(cast)
    steps.walked_up(cast)
    admit(entry_ref=steps.call(cast).ref, **cast.by(cast.operator))
    waiting = steps.walked_up(cast)
    steps.reserved(cast, slot=cast.slots[2])
    Bay.objects.filter(code="A-03", yard=cast.yard).update(blocked_at=cast.now, blocked_reason="坑")
    ask_override(entry_ref=waiting.ref, reason="live animals", user=cast.second, **cast.by(cast.second))
    sign_in(page, cast.supervisor)
    return cast


def test_staff_main_pages__every_size_language_and_screen__show_no_grave_fault(page: Any, busy_yard: Cast) -> None:
    yard, port = f"/staff/yards/{busy_yard.yard.code}/", f"/staff/ports/{busy_yard.port.code}/"
    waiting = QueueEntry.objects.get(state=EntryState.WAITING)
    paths = [yard, f"{yard}entries/{waiting.ref}/", f"{yard}walk-up/"]
    paths += [f"{port}slots/", f"{port}slots/{busy_yard.slots[2].ref}/", f"{port}ledger/", f"{port}day/"]
    assert faults_on(page, paths) == []


def test_staff_other_pages__two_opposite_looks__show_no_grave_fault(page: Any, busy_yard: Cast) -> None:
    yard, port = f"/staff/yards/{busy_yard.yard.code}/", f"/staff/ports/{busy_yard.port.code}/"
    waiting, promised = QueueEntry.objects.get(state=EntryState.WAITING), Reservation.objects.get(state="confirmed")
    paths = ["/staff/", f"{yard}entries/{waiting.ref}/withdraw/", f"{yard}bays/A-01/", f"{yard}bays/A-03/block/"]
    heads = ["policy/", "policy/new/", "people/", "people/grant/", "devices/", "devices/enrol/"]
    paths += [port + each for each in [*heads, f"reservations/{promised.ref}/revoke/"]]
    assert faults_on(page, paths, everywhere=False) == []
