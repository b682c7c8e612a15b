"""live.js in a real browser, on a page of our own making; its socket is the server's in one test, scripted in the others."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.parts.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.valkey, pytest.mark.stack]

PAGE = """<!DOCTYPE html><html lang="en"><head><title>t</title>
<script type="module" src="/static/web/js/live.js"></script></head>
<body data-live-stream="yard:MOHAN-YARD" data-live-seq="0" data-live-audience="staff">
<p data-live-age role="status"></p>
<section data-live-region="order" data-live-url="/_page" data-live-kinds="queue. stay.">{order}</section>
<section data-live-region="lanes" data-live-url="/_page" data-live-kinds="lane.opened">{lanes}</section>
<script type="application/json" id="live-words">{words}</script></body></html>"""
WORDS = {
    "live": "live",
    "updated": "updated {age} ago",
    "stale": "not current: {age}",
    "offline": "no connection: {age}",
    "refused": "no longer allowed",
    "s": "{n} s",
    "min": "{n} min",
}


class Site:
    """The pages behind the browser, and the script of the socket."""

    def __init__(self, page: Any, url: str) -> None:
        self.page, self.url = page, url
        self.order, self.lanes = "<p>nobody</p>", "<p>lane 0</p>"
        self.status = 200
        self.fetched: list[str] = []
        self.sockets: list[Any] = []
        self.queries: list[str] = []
        self.troubles: list[str] = []
        page.route("**/_page", self._answer)
        page.on("console", self._note)
        page.on("pageerror", lambda problem: self.troubles.append(str(problem)))

    def _note(self, said: Any) -> None:
        if said.type == "error":
            self.troubles.append(said.text)

    def _answer(self, route: Any) -> None:
        region = route.request.headers.get("x-live-region")
        if region:
            self.fetched.append(region)
            route.fulfill(status=self.status, content_type="text/html", body=getattr(self, region))
            return
        body = PAGE.replace("{order}", self.order).replace("{lanes}", self.lanes).replace("{words}", json.dumps(WORDS))
        headers = {"Content-Security-Policy": "default-src 'self'"}
        route.fulfill(content_type="text/html", body=body, headers=headers)

    def script_the_socket(self) -> None:
        """From here on the test says what the server says."""

        def opened(socket: Any) -> None:
            self.sockets.append(socket)
            self.queries.append(socket.url.partition("?")[2])
            self.say(t="hello", stream="yard:MOHAN-YARD", seq=0, ping_s=15)

        self.page.route_web_socket("**/ws/live/**", opened)

    def say(self, **frame: Any) -> None:
        self.wait_for(lambda: bool(self.sockets))
        self.sockets[-1].send(json.dumps(frame))

    def happen(self, kind: str, *, seq: int, after: int | None = None) -> None:
        start = seq - 1 if after is None else after
        self.say(t="events", **{"from": start}, seq=seq, events=[{"seq": seq, "kind": kind, "at": "", "data": {}}])

    def open(self) -> None:
        self.page.goto(f"{self.url}/_page")

    def open_from_the_server(self) -> None:
        """A page made up by the browser's tools may not reach a local socket, one from the server may."""
        self.page.goto(f"{self.url}/static/web/js/live.js")
        attributes, _, rest = PAGE.replace("staff", "public").partition("<body")[2].partition(">")
        body = rest.replace("{order}", self.order).replace("{lanes}", self.lanes).replace("{words}", json.dumps(WORDS))
        self.page.evaluate(
            """async ([attributes, html]) => {
                for (const [, name, value] of attributes.matchAll(/(\\S+)="(.*?)"/g)) document.body.setAttribute(name, value);
                document.body.innerHTML = html;
                await import("/static/web/js/live.js");
            }""",
            [attributes, body],
        )

    def state(self) -> tuple[str, str]:
        place = self.page.locator("[data-live-age]")
        return place.get_attribute("data-state") or "", place.inner_text()

    def wait_for(self, met: Callable[[], bool], *, within_ms: int = 10_000) -> None:
        for _ in range(within_ms // 50):
            if met():
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"{self.fetched} {self.state()} {self.troubles}")


@pytest.fixture
def site(page: Any, live_stack: Stack) -> Iterator[Site]:
    made = Site(page, live_stack.url)
    yield made
    assert made.troubles == [], "no error on the console, no breach of the content security policy"


@pytest.fixture
def scripted(site: Site) -> Site:
    site.script_the_socket()
    site.open()
    site.say(t="ping", seq=0, at="")
    return site


def test_event__real_server__region_of_that_kind_is_drawn_anew(site: Site, grow: Callable[..., None]) -> None:
    site.open_from_the_server()
    site.wait_for(lambda: site.state() == ("live", "live"))
    site.order, site.lanes = "<p>truck 1</p>", "<p>lane 1</p>"
    grow("queue.checked_in")
    site.wait_for(lambda: "truck 1" in site.page.inner_text("[data-live-region=order]"))
    assert site.page.inner_text("[data-live-region=lanes]") == "lane 0"
    grow("lane.opened")
    site.wait_for(lambda: "lane 1" in site.page.inner_text("[data-live-region=lanes]"))
    assert site.fetched == ["order", "lanes"]


def test_event__hundred_in_a_second__few_fetches_and_the_last_state_shown(scripted: Site) -> None:
    for seq in range(1, 101):
        scripted.order = f"<p>state {seq}</p>"
        scripted.happen("queue.called", seq=seq)
        scripted.page.wait_for_timeout(5)
    scripted.wait_for(lambda: "state 100" in scripted.page.inner_text("[data-live-region=order]"))
    assert len(scripted.fetched) <= 10


def test_event__page_listens_on_document__hears_of_it_once(scripted: Site) -> None:
    scripted.page.evaluate(
        "window.heard = []; document.addEventListener('portlane:events', (e) => heard.push(...e.detail.events))"
    )
    scripted.happen("lane.closed", seq=1)
    scripted.happen("lane.closed", seq=1)
    scripted.wait_for(lambda: scripted.page.evaluate("heard.length") > 0)
    assert [event["seq"] for event in scripted.page.evaluate("heard")] == [1]


def test_region__row_moves_while_in_use__keeps_focus_and_what_was_typed(scripted: Site) -> None:
    def row(name: str) -> str:
        return f'<li id="{name}">{name} <input aria-label="{name}"><button>call {name}</button></li>'

    def show(*names: str, seq: int) -> None:
        scripted.order = "<ul>" + "".join(map(row, names)) + "</ul>"
        scripted.happen("queue.called", seq=seq)
        shown = "[...document.querySelectorAll('li')].map((row) => row.id)"
        scripted.wait_for(lambda: scripted.page.evaluate(shown) == list(names))

    show("a", "b", "c", seq=1)
    scripted.page.fill("#c input", "typed")
    scripted.page.focus("#c button")
    show("x", "c", "b", seq=2)
    assert scripted.page.evaluate("document.activeElement.textContent") == "call c"
    assert scripted.page.input_value("#c input") == "typed"
    show("x", "b", seq=3)
    assert scripted.page.evaluate("document.activeElement.dataset.liveRegion") == "order"


def test_region__opened_details__stay_open(scripted: Site) -> None:
    scripted.order = "<details><summary>why</summary>1</details>"
    scripted.happen("queue.called", seq=1)
    scripted.page.click("summary")
    scripted.order = "<details><summary>why</summary>2</details>"
    scripted.happen("queue.called", seq=2)
    scripted.wait_for(lambda: "2" in scripted.page.inner_text("details"))
    assert scripted.page.evaluate("document.querySelector('details').open")


def test_resync__too_much_missed__everything_is_fetched(scripted: Site) -> None:
    scripted.order, scripted.lanes = "<p>new order</p>", "<p>new lanes</p>"
    scripted.say(t="resync", seq=900)
    scripted.wait_for(lambda: set(scripted.fetched) == {"order", "lanes"})
    scripted.happen("queue.called", seq=901)
    scripted.wait_for(lambda: scripted.fetched.count("order") == 2)


def test_ping__region_that_changes_by_the_clock__is_fetched_and_no_other(scripted: Site) -> None:
    scripted.page.evaluate("document.querySelector('[data-live-region=lanes]').dataset.liveClock = ''")
    scripted.lanes = "<p>nearly over</p>"
    scripted.say(t="ping", seq=0, at="")
    scripted.wait_for(lambda: scripted.page.get_by_text("nearly over").is_visible())
    assert scripted.fetched == ["lanes"]


@pytest.mark.parametrize(
    "frame", [{"t": "ping", "seq": 7, "at": ""}, {"t": "events", "from": 5, "seq": 7, "events": []}]
)
def test_gap__frame_tells_of_more_than_was_heard__asks_again_from_its_own_seq(
    scripted: Site, frame: dict[str, Any]
) -> None:
    scripted.happen("lane.closed", seq=1)
    scripted.say(**frame)
    scripted.wait_for(lambda: len(scripted.sockets) == 2)
    assert "since=1&" in scripted.queries[1]


def test_close__server_restarts__comes_back_and_is_current_again(scripted: Site) -> None:
    scripted.sockets[-1].close(code=1012)
    scripted.wait_for(lambda: len(scripted.sockets) == 2)
    scripted.say(t="ping", seq=0, at="")
    scripted.wait_for(lambda: scripted.state()[0] == "live")


@pytest.mark.parametrize("code", [4001, 4003, 4004])
def test_close__no_right_any_more__asks_the_page_and_says_so(scripted: Site, code: int) -> None:
    scripted.status = 403
    scripted.sockets[-1].close(code=code)
    scripted.wait_for(lambda: scripted.state() == ("refused", "no longer allowed"))
    scripted.page.wait_for_timeout(1500)
    assert len(scripted.sockets) == 1
    scripted.troubles.clear()  # the browser itself reports the 403


def test_age__nothing_heard__grows_amber_then_reconnects(site: Site) -> None:
    site.page.clock.install()
    site.script_the_socket()
    site.open()
    site.say(t="ping", seq=0, at="")
    site.page.clock.run_for(2000)
    assert site.state() == ("live", "live")
    site.page.clock.run_for(25000)
    assert site.state()[0] == "aging"
    assert site.state()[1].startswith("updated 2")
    site.page.clock.run_for(4500)
    assert site.state()[0] in ("stale", "offline", "aging")
    site.page.clock.run_for(3000)
    site.wait_for(lambda: len(site.sockets) == 2)


def test_poll__no_socket_at_all__regions_are_fetched_every_15_s(site: Site) -> None:
    site.page.clock.install()
    site.page.route_web_socket("**/ws/live/**", lambda socket: socket.close(code=1011))
    site.open()
    site.page.clock.run_for(16000)
    site.wait_for(lambda: set(site.fetched) == {"order", "lanes"})
    site.page.clock.run_for(2000)
    assert site.state()[0] == "aging"
    site.status = 503
    site.page.clock.run_for(45000)
    assert site.state()[0] == "offline"
    assert site.state()[1].startswith("no connection")
    site.troubles.clear()  # the browser itself reports the 503s


def test_region__server_busy__page_grows_old_until_it_answers(scripted: Site) -> None:
    scripted.status = 503
    scripted.order = "<p>late</p>"
    scripted.happen("queue.called", seq=1)
    scripted.wait_for(lambda: len(scripted.fetched) > 1)
    scripted.status = 200
    scripted.wait_for(lambda: "late" in scripted.page.inner_text("[data-live-region=order]"), within_ms=16000)
    scripted.troubles.clear()
