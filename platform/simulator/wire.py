"""HTTP as a careful client speaks it: kept-alive connections, an id made before sending, the same id on every repetition."""

from __future__ import annotations

import asyncio
import random
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import httpx

API = "/api/v1/"
PATIENCE_S = 90.0  # a server that is killed and started again is back within this
CONNECTIONS = 32
ANSWER_WITHIN_S = 30.0
PAUSE_FIRST_S, PAUSE_MOST_S = 0.2, 3.0
TRY_AGAIN = {502, 503, 504}
IN_FLIGHT = "idempotency_key_in_flight"


class NoAnswer(Exception):
    """The server gave no answer for as long as a person would wait."""


@dataclass(frozen=True)
class Session:
    """Who is signed in, as cookies."""

    cookies: dict[str, str]

    @property
    def headers(self) -> dict[str, str]:
        jar = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"Cookie": jar, "X-CSRFToken": self.cookies.get("csrftoken", "")}


@dataclass(frozen=True)
class Answer:
    """`body` is decoded JSON; `code` is the problem's, empty for a good answer."""

    status: int
    body: Any
    cookies: dict[str, str]

    @property
    def ok(self) -> bool:
        return self.status < 400

    @property
    def code(self) -> str:
        return "" if self.ok or not isinstance(self.body, dict) else str(self.body.get("code", self.status))


@dataclass
class Meter:
    """What went over the wire. `took_s` holds every good answer's time."""

    requests: int = 0
    retries: int = 0
    server_errors: int = 0
    took_s: list[float] = field(default_factory=list)
    problems: Counter[str] = field(default_factory=Counter)

    def percentile_ms(self, share: float) -> float:
        ordered = sorted(self.took_s)
        return round(1000 * ordered[int(share * (len(ordered) - 1))], 1) if ordered else 0.0


class Wire:
    """One client of one server, shared by everybody who is simulated."""

    def __init__(self, base_url: str) -> None:
        limits = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)
        self.base_url = base_url.rstrip("/")
        self.meter = Meter()
        self._client = httpx.AsyncClient(base_url=self.base_url, limits=limits, timeout=ANSWER_WITHIN_S)
        # Everybody brings his own cookies: the client itself must never keep one.
        self._client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    async def __aenter__(self) -> Wire:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def get(self, path: str, session: Session | None = None) -> Answer:
        """This will read an API path; repeats while there is no answer. Raises NoAnswer."""
        return await self._ask("GET", API + path, session, None, "")

    async def post(self, path: str, body: Any, session: Session | None = None, *, key: str = "") -> Answer:
        """This will post to an API path; every repetition carries the same Idempotency-Key. Raises NoAnswer."""
        return await self._ask("POST", API + path, session, body, key or uuid.uuid4().hex)

    async def page(
        self, method: str, path: str, session: Session | None = None, form: dict[str, str] | None = None
    ) -> httpx.Response:
        """This will fetch a page or send its form; redirects are not followed."""
        headers = {"Accept-Language": "en", **(session.headers if session else {})}
        return await self._client.request(method, path, data=form, headers=headers)

    async def _ask(self, method: str, path: str, session: Session | None, body: Any, key: str) -> Answer:
        headers = {"Accept-Language": "en", **(session.headers if session else {})}
        if key:
            headers["Idempotency-Key"] = key
        pause_s, deadline_s = PAUSE_FIRST_S, time.monotonic() + PATIENCE_S
        while True:
            answer = await self._once(method, path, headers, body)
            if answer and answer.status not in TRY_AGAIN and answer.code != IN_FLIGHT:
                return answer
            if time.monotonic() > deadline_s:
                raise NoAnswer(f"{method} {path}")
            self.meter.retries += 1
            await asyncio.sleep(pause_s * random.uniform(0.5, 1.5))  # noqa: S311  (jitter)
            pause_s = min(PAUSE_MOST_S, pause_s * 2)

    async def _once(self, method: str, path: str, headers: dict[str, str], body: Any) -> Answer | None:
        self.meter.requests += 1
        began_s = time.monotonic()
        try:
            response = await self._client.request(method, path, json=body, headers=headers)
        except httpx.TransportError:
            return None
        self.meter.took_s.append(time.monotonic() - began_s)
        self.meter.server_errors += response.status_code >= 500
        is_json = "json" in response.headers.get("content-type", "")
        answer = Answer(
            response.status_code, response.json() if is_json and response.content else None, dict(response.cookies)
        )
        if not answer.ok:
            self.meter.problems[answer.code or str(answer.status)] += 1
        return answer
