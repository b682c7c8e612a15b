"""A driver's phone from the call to the bay and out, the net cut behind the gate; another way by itself; voice and GPS."""

from __future__ import annotations

import gzip
import re
from typing import Any

import pytest
from playwright.sync_api import expect

from reservations.models import QueueEntry
from reservations.operations import admit, block_aisle, exit_yard, move, order_evacuation, release
from tests.browser.looking import a_living_port, base_url, faults, faults_on, sign_in
from tests.cast import Cast
from tests.operations import drawn, steps
from tests.parts.wire import Wire
from yards.models import Bay, Stay

pytestmark = [pytest.mark.browser, pytest.mark.stack]

FIRST_VIEW_BYTES, FIRST_VIEW_REQUESTS = 60_000, 8
COPY = "caches.open('portlane-visit').then((kept) => kept.match(location.pathname)).then((copy) => copy?.text())"
IN_THE_BAY = "I am in the bay"


@pytest.fixture
def cast(live_stack: Any) -> Cast:
    cast = a_living_port()
    drawn.in_force(cast)
    return cast


def phone_of(page: Any, cast: Cast, entry: QueueEntry) -> None:
    """This will open the turn on the driver's phone and wait until its copy is kept."""
    sign_in(page, cast.driver)
    page.goto(f"/turns/{entry.ref}/")
    wait_for_the_copy(page, "I am in the bay" if entry.state == "admitted" else "drive to the gate")


def wait_for_the_copy(page: Any, words: str) -> None:
    _wait(page, f"{COPY}.then((text) => Boolean(text?.includes('{words}')))")


def wait_until_nothing_is_kept(page: Any) -> None:
    _wait(page, "caches.has('portlane-visit').then((found) => !found)")


def _wait(page: Any, true_one_day: str) -> None:
    for _try in range(100):
        if page.evaluate(true_one_day):
            return
        page.wait_for_timeout(100)
    raise AssertionError(true_one_day)


def test_visit__net_cut_behind_the_gate__way_is_there_and_the_tap_counts_once(
    page: Any, cast: Cast, wire: Wire
) -> None:
    entry = steps.called(cast)
    bay = steps.live_stay(entry).bay.code
    phone_of(page, cast, entry)
    expect(page.get_by_text("It is your turn: drive to the gate now")).to_be_visible()
    expect(page.locator(".way-map .way")).to_have_count(2)
    admit(entry_ref=entry.ref, **cast.by(cast.operator))
    expect(page.get_by_role("button", name=IN_THE_BAY)).to_be_visible()
    wait_for_the_copy(page, IN_THE_BAY)
    wire.cut(page)
    expect(page.get_by_role("link", name="Slip to print")).to_have_count(0)  # nothing that leads nowhere
    page.reload()
    _all_of_it_is_there(page, bay)
    expect(page.get_by_role("link", name="My trips")).to_have_count(0)
    page.get_by_role("button", name=IN_THE_BAY).click()
    expect(page.locator("#kept-taps")).to_contain_text("is kept on this phone")
    page.reload()
    expect(page.locator("#kept-taps")).to_contain_text(IN_THE_BAY)
    expect(page.get_by_role("button", name=IN_THE_BAY)).to_be_disabled()
    assert Stay.objects.get().state == "held"
    wire.mend(page)
    expect(page.get_by_text("You are in your bay")).to_be_visible(timeout=20_000)
    expect(page.get_by_role("link", name="Slip to print")).to_be_visible()
    expect(page.locator("#kept-taps li")).to_have_count(0)
    assert [event.kind for event in steps.events("stay.occupied")] == ["stay.occupied"]
    _and_out(page, cast, entry)


def _all_of_it_is_there(page: Any, bay: str) -> None:
    expect(page.locator(".own-bay")).to_contain_text(bay)
    expect(page.locator(".way-map .way")).to_have_count(2)
    expect(page.locator(".turns li").last).to_contain_text(f"bay {bay}")
    expect(page.locator("[data-live-status]")).to_have_text(re.compile("ago$"))
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.arrow')).strokeLinecap") == "round"
    )  # with its style


def _and_out(page: Any, cast: Cast, entry: QueueEntry) -> None:
    expect(page.get_by_text("The way to the exit")).to_be_visible()
    release(entry_ref=entry.ref, **cast.by(cast.operator))
    expect(page.get_by_text("Go to the exit")).to_be_visible()
    exit_yard(entry_ref=entry.ref, **cast.by(cast.operator))
    expect(page.get_by_text("Done. Drive safely.")).to_be_visible()
    wait_until_nothing_is_kept(page)


SLOW_TO_REGISTER = """
  const workers = navigator.serviceWorker, register = workers.register.bind(workers);
  const allowed = new Promise((resolve) => (window.letRegister = resolve));
  workers.register = async (...given) => { window.registers = true; await allowed; return register(...given); };
"""


def test_visit__over_before_the_worker_is_there__is_not_kept_afterwards(page: Any, cast: Cast) -> None:
    page.add_init_script(SLOW_TO_REGISTER)
    entry = steps.parked(cast)
    sign_in(page, cast.driver)
    page.goto(f"/turns/{entry.ref}/")
    _wait(page, "Boolean(window.registers)")
    _and_out(page, cast, entry)
    page.evaluate("letRegister()")
    page.wait_for_timeout(1500)
    wait_until_nothing_is_kept(page)


def test_copy__forgotten_while_it_is_made__is_not_kept_and_the_other_is(page: Any, cast: Cast) -> None:
    entry = steps.admitted(cast)
    phone_of(page, cast, entry)
    slip = f"/turns/{entry.ref}/slip/"
    page.evaluate(
        "(slip) => navigator.serviceWorker.ready.then(({ active }) => [{ keep: slip, files: [] }, { forget: slip },"
        " { keep: `${slip}?last`, files: [] }].forEach((asked) => active.postMessage(asked)))",
        slip,
    )
    is_kept = "caches.match('{path}', {{ cacheName: 'portlane-visit' }}).then(Boolean)".format
    _wait(page, is_kept(path=f"{slip}?last?current"))
    page.wait_for_timeout(1000)  # the copy that is not to be there would come later
    assert not page.evaluate(is_kept(path=slip))
    assert page.evaluate(is_kept(path=f"/turns/{entry.ref}/"))


def test_sign_out__empties_the_phone(page: Any, cast: Cast) -> None:
    phone_of(page, cast, steps.admitted(cast))
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{base_url(page)}/")
    wait_until_nothing_is_kept(page)


def test_tap__while_another_bay_was_held_meanwhile__is_about_the_bay_on_the_page(
    page: Any, cast: Cast, wire: Wire
) -> None:
    entry = steps.admitted(cast)
    stood_in = steps.live_stay(entry).bay.code
    phone_of(page, cast, entry)
    wire.cut(page)
    page.get_by_role("button", name=IN_THE_BAY).click()
    other = next(code for code in ("A-02", "A-03") if code != stood_in)
    move(entry_ref=entry.ref, bay_code=other, **cast.by(cast.operator))
    wire.mend(page)
    expect(page.get_by_text("You are in your bay")).to_be_visible(timeout=20_000)
    assert steps.live_stay(entry).bay.code == stood_in


def test_aisle_blocked__the_way_changes_by_push_and_says_so(page: Any, cast: Cast) -> None:
    entry = steps.admitted(cast)
    phone_of(page, cast, entry)
    expect(page.locator("[data-live-status]")).to_have_attribute("data-state", "live")
    before = page.locator("#guide").get_attribute("data-key")
    block_aisle(yard_code=cast.yard.code, aisle_code="M1", reason="oil", **cast.by(cast.operator))
    expect(page.locator("#guide")).not_to_have_attribute("data-key", before)
    expect(page.get_by_text("Your way has changed.")).to_be_visible()


def test_bay_taken__another_bay_on_the_same_page(page: Any, cast: Cast) -> None:
    entry = steps.admitted(cast)
    first = steps.live_stay(entry).bay
    phone_of(page, cast, entry)
    page.get_by_text("Something is different").click()
    page.get_by_role("button", name="My bay is taken").click()
    expect(page.locator(".own-bay")).not_to_contain_text(first.code)
    assert Bay.objects.get(pk=first.pk).blocked_at
    expect(page.get_by_text("Your way has changed.")).to_be_visible()


def test_position__on_the_way_beside_it_and_far_off__is_told_and_never_sent(page: Any, cast: Cast) -> None:
    phone_of(page, cast, steps.admitted(cast))
    page.context.grant_permissions(["geolocation"])
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url + (request.post_data or "")))
    says = page.locator("[data-guide-says]")
    for east_m, north_m, accuracy, words in (
        (20, 45, 8, "You are on your way."),
        (20, 45, 120, "GPS is not good enough here"),
        (700, 45, 8, "GPS is not good enough here"),
        (20, -20, 8, "Your position is shown on the map."),
        (21, -20, 8, "You seem to be off your way."),
    ):
        where = {"longitude": 101.69 + east_m / 103_790, "latitude": 21.18 + north_m / 111_320, "accuracy": accuracy}
        page.context.set_geolocation(where)
        if not sent or "aria-pressed" not in (page.locator("[data-locate]").evaluate("b => b.outerHTML")):
            page.get_by_role("button", name="Where am I?").click()
        expect(says).to_contain_text(words)
    assert not [line for line in sent if "101.69" in line or "21.18" in line]


def test_voice__none_for_the_language__says_so(page: Any, cast: Cast) -> None:
    page.add_init_script("speechSynthesis.getVoices = () => []")
    phone_of(page, cast, steps.admitted(cast))
    page.get_by_role("button", name="Read aloud").click()
    expect(page.locator("[data-guide-says]")).to_have_text(re.compile("no voice"))


def test_voice__a_code_within_a_step__each_step_is_said_once(page: Any, cast: Cast) -> None:
    page.add_init_script(
        "window.said = []; window.SpeechSynthesisUtterance = function (text) { this.text = text; };"
        "speechSynthesis.getVoices = () => [{ lang: 'en-US' }]; speechSynthesis.speak = (one) => said.push(one.text);"
    )
    phone_of(page, cast, steps.admitted(cast))
    expect(page.locator(".turns .nowrap").first).to_be_visible()
    page.get_by_role("button", name="Read aloud").click()
    _wait(page, "said.length > 1")
    assert len(page.evaluate("said")) == 1 + page.locator(".turns li").count()


def test_guidance_pages__every_size_language_and_screen__show_no_grave_fault(page: Any, cast: Cast) -> None:
    entry = steps.admitted(cast)
    sign_in(page, cast.driver)
    paths = [
        f"/turns/{entry.ref}/",
        f"/turns/{entry.ref}/slip/",
        f"/here/{cast.yard.code}/P1/",
        f"/here/{cast.yard.code}/B-01/",
    ]
    assert faults_on(page, paths) == []
    steps.occupy(entry_ref=entry.ref, **cast.by(cast.driver))
    order_evacuation(yard_code=cast.yard.code, zone_code="A", reason="leak", **cast.by(cast.supervisor))
    page.goto(f"/turns/{entry.ref}/")
    assert faults(page) == []


def test_guidance__first_view__is_light(page: Any, cast: Cast) -> None:
    sign_in(page, cast.driver)
    answers: list[Any] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(f"/turns/{steps.called(cast).ref}/", wait_until="networkidle")
    answers = [
        answer for answer in answers if "guide-kept" not in answer.url
    ]  # comes a second after the view, by design
    assert len(answers) <= FIRST_VIEW_REQUESTS, "\n".join(answer.url for answer in answers)
    assert sum(len(gzip.compress(answer.body())) for answer in answers) <= FIRST_VIEW_BYTES  # as the proxy sends them
