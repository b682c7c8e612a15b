"""Callers of the API: a real session each, JSON both ways, a fresh Idempotency-Key unless a test brings its own."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from tests import factories as make

API = "/api/v1"


class Caller:
    """One person (or nobody) at the API. `key=None` sends no Idempotency-Key."""

    def __init__(self, user: User | None = None, **headers: str) -> None:
        self.client = Client(headers={"Accept-Language": "en", **headers})
        if user is not None:
            self.client.force_login(user, backend="accounts.backends.PeopleBackend")

    @classmethod
    def program(cls, token: str) -> Caller:
        """A program of an enterprise with a bearer token (tests/factories.py: a_token)."""
        return cls(Authorization=f"Bearer {token}")

    def get(self, path: str, query: dict[str, Any] | None = None, **headers: str) -> Any:
        return self.client.get(API + path, query or {}, headers=_named(headers))

    def post(self, path: str, body: Any = None, *, key: str | None = "fresh", **headers: str) -> Any:
        named = _named(headers) | ({"Idempotency-Key": str(uuid.uuid4()) if key == "fresh" else key} if key else {})
        return self.client.post(
            API + path, {} if body is None else body, content_type="application/json", headers=named
        )


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    """Answers kept for a moment would outlive a test: the clock of the next one shows the same moment."""
    cache.clear()


@pytest.fixture
def enterprise(cast: Any) -> Caller:
    """A program of the cast's carrier that may do everything."""
    return Caller.program(make.a_token(cast.carrier))


@pytest.fixture
def other_enterprise(cast: Any) -> Caller:
    return Caller.program(make.a_token(cast.other_carrier))


@pytest.fixture
def driver(cast: Any) -> Caller:
    return Caller(cast.driver)


@pytest.fixture
def stranger(cast: Any) -> Caller:
    return Caller(cast.stranger)


@pytest.fixture
def operator(cast: Any) -> Caller:
    return Caller(cast.operator)


@pytest.fixture
def supervisor(cast: Any) -> Caller:
    return Caller(cast.supervisor)


@pytest.fixture
def anybody(cast: Any) -> Caller:
    return Caller()


@pytest.fixture
def wish(cast: Any) -> dict[str, Any]:
    """A reservation that can be had: tomorrow's first slot."""
    return {"slot": cast.slots[8].ref, "vehicle": cast.vehicle.ref, "cargo_kind": "general"}


@pytest.fixture
def reserved(driver: Caller, wish: dict[str, Any]) -> dict[str, Any]:
    """A confirmed reservation for tomorrow."""
    made: dict[str, Any] = driver.post("/driver/reservations/", wish).json()
    return made


@pytest.fixture
def waiting(cast: Any, driver: Caller) -> dict[str, Any]:
    """The driver's truck in the order of the lane that is open now."""
    body = {"lane": cast.lane.code, "vehicle": cast.vehicle.ref, "cargo_kind": "general"}
    entry: dict[str, Any] = driver.post("/driver/walk-up/", body).json()
    return entry
