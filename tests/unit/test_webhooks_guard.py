"""Where webhooks may not go: every spelling of every closed address, and not one connection."""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpcore
import pytest

from notifications.webhooks import guard, keys
from notifications.webhooks.addresses import is_loopback, is_public
from notifications.webhooks.guard import Refused
from notifications.webhooks.post import Outcome, line
from tests.parts.receiver import Receiver, receiving
from tests.parts.spellings import CLOSED_V4, CLOSED_V6, NAMES, hosts, urls

SECRET = keys.new_secret()
PUBLIC = "93.184.215.14"
_numeric = socket.getaddrinfo


def _answers(host: str, port: int, *args: Any, **options: Any) -> Any:
    """The resolver: the names of the table, numbers in every spelling that libc knows, and nothing else."""
    if host in NAMES:
        return [(0, 0, 0, "", (address, port)) for address in NAMES[host]]
    if host.rstrip(".").lower().endswith("localhost"):
        return [(0, 0, 0, "", ("127.0.0.1", port))]
    return _numeric(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)


@pytest.fixture(scope="module")
def here() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every address that any socket of this process was asked to connect to; only those on this machine are reached."""
    asked: list[Any] = []
    really = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        asked.append(address)
        if address[0] != "127.0.0.1":
            raise ConnectionRefusedError
        really(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket, "getaddrinfo", _answers)
    return asked


def _post(url: str) -> Outcome:
    with line(url, (SECRET,)) as way:
        return way.post(delivery="J-1", body="{}")


# ---------------------------------------------------------------- the table
def test_table__closed_addresses__are_more_than_two_hundred() -> None:
    assert len(urls(4711)) > 600
    assert len(set(hosts())) > 500


def test_post__every_spelling_of_the_table__makes_no_connection(here: Receiver, connected: list[Any]) -> None:
    """Counted twice: by whoever opens a connection, and by a real listener on this machine."""
    table = urls(here.port)
    answered = {url: outcome.status for url in table if (outcome := _post(url)).status is not None}
    assert (answered, connected, here.connections) == ({}, [], 0)


def test_post__receivers_on_this_machine_allowed__nothing_else_is_reached(
    here: Receiver, connected: list[Any], settings: Any
) -> None:
    settings.PORTLANE_WEBHOOK_PRIVATE = True
    for url in urls(here.port):
        _post(url)
    assert connected
    assert [address for address in connected if not is_loopback(ipaddress.ip_address(address[0]))] == []
    assert _post(here.url).status == 200


def test_post__the_hook_counts__it_sees_a_connection_to_a_public_address(connected: list[Any], settings: Any) -> None:
    """Without this, a hook that sees nothing would prove nothing."""
    assert _post(f"https://{PUBLIC}:4711/hooks").problem == "no_connection"
    assert connected == [(PUBLIC, 4711)]


@pytest.mark.parametrize("url", urls(4711))
def test_checked_or_resolved__each_of_the_table__is_refused(url: str, connected: list[Any]) -> None:
    with pytest.raises(Refused) as refused:
        guard.resolved(guard.checked(url).host, 4711)
    assert refused.value.words


@pytest.mark.parametrize("text", [*CLOSED_V4, *CLOSED_V6])
def test_is_public__closed_address__is_not(text: str) -> None:
    assert not is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize(
    "text", [PUBLIC, "1.1.1.1", "8.8.8.8", "172.15.0.1", "172.32.0.1", "100.128.0.1", "2606:4700:4700::1111"]
)
def test_is_public__public_address__is(text: str) -> None:
    assert is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.example.com/a?b=c&d",
        "https://hooks.example.com:8443",
        "https://xn--fiq228c.cn/x",
        "https://1.1.1.1/hook",
    ],
)
def test_checked__usual_addresses__are_taken(url: str) -> None:
    assert guard.checked(url).url == url


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://hooks.example.com/", "not_https"),
        ("https://hooks.example.com:22/", "port"),
        ("https://hooks.example.com:80/", "port"),
        ("https://hooks.example.com:0/", "port"),
        ("https://hooks.example.com:65536/", "port"),
        ("https://hooks.example.com/" + "a" * 500, "too_long"),
        ("https://hooks.example.com/云", "not_an_address"),
        ("https://ho oks.example.com/", "not_an_address"),
        ("https://-hooks.example.com/", "name"),
        ("https://hooks/", "name"),
        ("https://hooks.example.1/", "number"),
        ("https://hooks.example.0x1/", "number"),
        ("https://hooks..example.com/", "name"),
        (f"https://{'a' * 64}.example.com/", "name"),
    ],
)
def test_checked__unusual_addresses__are_refused_with_the_reason(url: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        guard.checked(url)
    assert refused.value.code == code


# ---------------------------------------------------------------- names that change their mind
def test_connect__name_that_rebinds__goes_where_was_checked_and_nowhere_else(
    connected: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Public when asked first, this machine ever after: asked once, and what was checked is what is connected to."""
    answers = [[(0, 0, 0, "", (PUBLIC, 443))]]
    asked: list[str] = []

    def resolver(host: str, *_: Any, **__: Any) -> Any:
        asked.append(host)
        return answers.pop() if answers else [(0, 0, 0, "", ("127.0.0.1", 443))]

    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, *rest, **more: resolver(host) if "example" in str(host) else _numeric(host, *rest, **more),
    )
    assert _post("https://rebinding.example.com/").problem == "no_connection"
    assert (connected, asked) == ([(PUBLIC, 443)], ["rebinding.example.com"])
    assert _post("https://rebinding.example.com/").problem == "not_public"
    assert connected == [(PUBLIC, 443)]


def test_connect__tls__is_asked_of_the_name_not_of_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """The certificate must be that of the host, though the connection goes to a number."""
    named: list[Any] = []

    class Stream(httpcore.NetworkStream):
        def start_tls(self, ssl_context: Any, server_hostname: Any = None, timeout: Any = None) -> Any:
            named.append((server_hostname, ssl_context.check_hostname))
            raise httpcore.ConnectError("enough")

        def close(self) -> None:
            pass

    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", lambda *_, **__: Stream())
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(0, 0, 0, "", (PUBLIC, 443))])
    _post("https://hooks.example.com/")
    assert named == [("hooks.example.com", True)]


def test_post__secret_that_cannot_be_read__sends_nothing(connected: list[Any]) -> None:
    with line(f"https://{PUBLIC}/", ()) as way:
        assert way.post(delivery="J-1", body="{}").problem == "no_secret"
    assert connected == []


def test_resolved__name_server_that_never_answers__is_left_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: ended.wait(20))
    monkeypatch.setattr(guard, "RESOLVE_WITHIN_S", 0.3)
    begun_s = time.monotonic()
    try:
        assert _post("https://slow.example.com/").problem == "unresolved"
        assert time.monotonic() - begun_s < 10
    finally:
        ended.set()
