"""One try: signed, sent to the address that was checked, answered or not. No redirect is followed, no proxy asked, no cookie kept."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

import httpcore

from core import clock
from notifications.webhooks import guard, keys, schedule

ANSWER_WITHIN_S = 10.0  # name, connection, TLS, request and answer together
CONNECT_WITHIN_S = 5.0
ANSWER_MOST_BYTES = 64 * 1024  # of a body nobody reads; beyond, the connection is closed
AGENT = "Portlane-Webhooks/1"
GONE = 410
NO_SECRET = "no_secret"  # noqa: S105  a code


@dataclass(frozen=True)
class Outcome:
    """What came of a try: `status` as answered, or the code of what went wrong before an answer."""

    status: int | None
    problem: str
    took_ms: int
    retry_after_s: float = 0.0

    @property
    def is_taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_gone(self) -> bool:
        return self.status == GONE

    @property
    def is_ours(self) -> bool:
        """Nothing was asked of the receiver: its secrets cannot be read here (SECRET_KEY was changed)."""
        return self.problem == NO_SECRET

    @property
    def words(self) -> str:
        """A code for the endpoint's page: `http_500`, `timeout`, `not_public` …"""
        return self.problem or f"http_{self.status}"


@dataclass(frozen=True)
class Line:
    """A way to one endpoint, kept open for the deliveries of one turn."""

    url: str
    secrets: tuple[str, ...]
    pool: httpcore.ConnectionPool
    backend: guard.Backend

    def post(self, *, delivery: str, body: str) -> Outcome:
        """This will make one try, at most `ANSWER_WITHIN_S` long, and never raise for what the other side does."""
        begun_s = clock.monotonic_s()
        self.backend.until_s = begun_s + ANSWER_WITHIN_S
        status, problem, retry_after = None, "", ""
        try:
            if not self.secrets:
                raise guard.Refused(NO_SECRET)
            guard.checked(self.url)  # the rules may have become stricter since it was given
            status, retry_after = self._ask(delivery, body)
        except guard.Refused as why:
            problem = why.code
        except httpcore.TimeoutException:
            problem = "timeout"
        except (httpcore.ConnectError, ssl.SSLError) as why:
            problem = "tls" if "SSL" in str(why) or isinstance(why, ssl.SSLError) else "no_connection"
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol, OSError, ValueError):
            problem = "no_answer"
        took_ms = int((clock.monotonic_s() - begun_s) * 1000)
        if status is not None and 300 <= status < 400:
            problem = "redirect"
        return Outcome(status, problem, took_ms, schedule.retry_after_s(retry_after, now=clock.real_now()))

    def _ask(self, delivery: str, body: str) -> tuple[int, str]:
        """Returns the status and the Retry-After header. Once the status is there, how the body ends matters no more."""
        sent = body.encode()
        signed = keys.headers(delivery=delivery, body=body, at=clock.real_now(), secrets=self.secrets)
        named = {"content-type": "application/json", "user-agent": AGENT, "accept": "*/*"} | signed
        waits = {"connect": CONNECT_WITHIN_S, "read": ANSWER_WITHIN_S, "write": ANSWER_WITHIN_S, "pool": 1.0}
        lines: list[tuple[bytes | str, bytes | str]] = list(named.items())
        with self.pool.stream("POST", self.url, headers=lines, content=sent, extensions={"timeout": waits}) as answer:
            headers = {name.lower(): value for name, value in answer.headers}
            self._drain(answer)
            return answer.status, headers.get(b"retry-after", b"").decode("latin-1")

    def _drain(self, answer: httpcore.Response) -> None:
        read = 0
        try:
            for chunk in answer.iter_stream():
                read += len(chunk)
                if read > ANSWER_MOST_BYTES:
                    return
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError):
            return


@contextmanager
def line(
    url: str, secrets: tuple[str, ...], *, backend: Callable[[float], guard.Backend] = guard.Backend
) -> Iterator[Line]:
    """This will open a way to an endpoint for the deliveries of one turn; it is resolved and checked when it first connects."""
    way = backend(clock.monotonic_s() + ANSWER_WITHIN_S)
    with httpcore.ConnectionPool(ssl_context=_tls(), max_connections=1, network_backend=way) as pool:
        yield Line(url, secrets, pool, way)


@cache
def _tls() -> ssl.SSLContext:
    context = httpcore.default_ssl_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
