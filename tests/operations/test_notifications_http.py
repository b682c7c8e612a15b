"""Text messages through a gateway spoken to over HTTP: a real server on this machine takes, refuses, dawdles and vanishes."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.core.checks import run_checks

from notifications import transports
from notifications.transports import ANSWER_WITHIN_S, Outgoing, TransportError, gateway

OUTGOING = Outgoing(ref="M-7K3M9QXD", to="+8613800000001", title="", body="123456 是您的验证码", language="zh-hans")


class Gateway(ThreadingHTTPServer):
    """Answers with `status` after `dawdle_s` and keeps what it was told."""

    status, dawdle_s = 202, 0.0
    location = ""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.told: list[tuple[str, dict[str, str], Any]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1/messages"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Gateway

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        body = json.loads(self.rfile.read(length)) if length else None
        self.server.told.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
        time.sleep(self.server.dawdle_s)
        self.send_response(self.server.status)
        if self.server.location:
            self.send_header("Location", self.server.location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def carrier(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gateway]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    gateway.client.cache_clear()
    with Gateway() as server:
        serving = threading.Thread(target=server.serve_forever, args=(0.01,))
        serving.start()
        settings.PORTLANE_SMS_TRANSPORT, settings.PORTLANE_SMS_URL = "http", server.url
        settings.PORTLANE_SMS_TOKEN = "a-token"
        yield server
        gateway.client().close()
        gateway.client.cache_clear()
        server.shutdown()
        serving.join()


def test_send__gateway_takes_it__was_told_all_once(carrier: Gateway) -> None:
    transports.send("sms", OUTGOING)
    [(path, headers, body)] = carrier.told
    assert (path, body) == (
        "/v1/messages",
        {"to": "+8613800000001", "text": "123456 是您的验证码", "ref": "M-7K3M9QXD"},
    )
    assert headers["authorization"] == "Bearer a-token"
    assert headers["idempotency-key"] == "M-7K3M9QXD"
    assert headers["content-type"] == "application/json"


def test_send__gateway_knows_us_by_address__gets_no_empty_token(carrier: Gateway, settings: Any) -> None:
    settings.PORTLANE_SMS_TOKEN = ""
    transports.send("sms", OUTGOING)
    assert "authorization" not in carrier.told[0][1]


@pytest.mark.parametrize(
    ("status", "permanent"),
    [(400, True), (401, True), (404, True), (422, True), (408, False), (429, False), (500, False), (503, False)],
)
def test_send__gateway_says_no__is_permanent_only_where_trying_again_is_in_vain(
    carrier: Gateway, status: int, permanent: bool
) -> None:
    carrier.status = status
    with pytest.raises(TransportError, match=str(status)) as refused:
        transports.send("sms", OUTGOING)
    assert refused.value.permanent is permanent
    assert OUTGOING.to not in str(refused.value)


def test_send__gateway_sends_us_elsewhere__code_and_token_stay_here(carrier: Gateway) -> None:
    carrier.status, carrier.location = 307, f"{carrier.url}/elsewhere"
    with pytest.raises(TransportError, match="307") as refused:
        transports.send("sms", OUTGOING)
    assert not refused.value.permanent
    assert len(carrier.told) == 1


def test_send__gateway_dawdles__is_temporary(carrier: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "READ_WITHIN_S", 0.1)
    carrier.dawdle_s = 0.5
    with pytest.raises(TransportError, match="ReadTimeout") as refused:
        transports.send("sms", OUTGOING)
    assert not refused.value.permanent


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "", "sms.example.org", "http://[broken"])
def test_send__nobody_at_that_address__is_temporary(carrier: Gateway, settings: Any, url: str) -> None:
    settings.PORTLANE_SMS_URL = url
    with pytest.raises(TransportError) as refused:
        transports.send("sms", OUTGOING)
    assert not refused.value.permanent


def test_timeouts__all_of_them__fit_into_what_a_transport_may_take() -> None:
    assert gateway.CONNECT_WITHIN_S + gateway.WRITE_WITHIN_S + gateway.READ_WITHIN_S <= ANSWER_WITHIN_S


# ---------------------------------------------------------------- system checks
def _found(*, deploy: bool) -> set[str]:
    return {str(message.id) for message in run_checks(include_deployment_checks=deploy)}


def test_check__transport_nobody_knows__is_an_error_always(settings: Any) -> None:
    settings.PORTLANE_SMS_TRANSPORT = "pigeon"
    assert "portlane.E010" in _found(deploy=False)
    settings.PORTLANE_SMS_TRANSPORT = "http"
    assert "portlane.E010" not in _found(deploy=False)


@pytest.mark.parametrize("url", ["", "sms.example.org", "ftp://sms.example.org/"])
def test_check__http_without_an_address__is_an_error_of_production(settings: Any, url: str) -> None:
    settings.DEBUG, settings.PORTLANE_EMBEDDED = False, False
    settings.PORTLANE_SMS_TRANSPORT, settings.PORTLANE_SMS_URL = "http", url
    assert "portlane.E011" in _found(deploy=True)
    assert "portlane.E011" not in _found(deploy=False)
    settings.PORTLANE_SMS_URL = "https://sms.example.org/messages"
    assert "portlane.E011" not in _found(deploy=True)


@pytest.mark.parametrize("name", ["console", "dummy", "locmem", "filebased"])
def test_check__mail_that_goes_nowhere__is_an_error_of_production(settings: Any, name: str) -> None:
    settings.DEBUG, settings.PORTLANE_EMBEDDED = False, False
    settings.EMAIL_BACKEND = f"django.core.mail.backends.{name}.EmailBackend"
    assert "portlane.E012" in _found(deploy=True)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert "portlane.E012" not in _found(deploy=True)
