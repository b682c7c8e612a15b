"""What is not the caller's fault: a locked or absent database, an absent Redis, a broken view."""

from __future__ import annotations

import sqlite3
import threading
from typing import Any

import pytest
from django.db import OperationalError, connection, connections, transaction
from django.test import Client

from core.models import LedgerEntry
from reservations.models import QueueEntry, Reservation, Slot
from tests.api.conftest import Caller
from tests.cast import assemble


# ---------------------------------------------------------------- database
def broken(*_: Any, **__: Any) -> Any:
    raise OperationalError("server closed the connection unexpectedly")


def test_read__database_gone__is_503_with_retry_after(anybody: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reservations.api.public.port_summaries", broken)

    answer = anybody.get("/public/ports/")

    assert (answer.status_code, answer["Retry-After"], answer.json()["code"]) == (503, "2", "busy")
    assert answer["Content-Type"] == "application/problem+json"


def test_act__database_gone_at_the_last_statement__leaves_nothing_half_done(
    driver: Any, wish: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from core import ledger

    write = ledger.write
    monkeypatch.setattr("core.ledger.write", broken)
    answer = driver.post("/driver/reservations/", wish, key="k-1")

    assert (answer.status_code, answer["Retry-After"]) == (503, "2")
    assert not Reservation.objects.exists()
    assert Slot.objects.get(ref=wish["slot"]).taken == 0

    monkeypatch.setattr("core.ledger.write", write)
    assert driver.post("/driver/reservations/", wish, key="k-1").status_code == 201


def test_sign_in_check__database_gone__is_503(driver: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.session_store.SessionStore._get_session_from_db", broken)

    answer = driver.get("/driver/reservations/")

    assert (answer.status_code, answer["Retry-After"]) == (503, "2")
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.django_db(transaction=True)
def test_act__database_locked_by_another__is_503_and_works_afterwards(stopped_clock: Any, settings: Any) -> None:
    cast = assemble(stopped_clock)
    wish = {"slot": cast.slots[8].ref, "vehicle": cast.vehicle.ref, "cargo_kind": "general"}
    driver = Caller(cast.driver)
    locked, done = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                Slot.objects.select_for_update().get(pk=cast.slots[8].pk)
                locked.set()
                done.wait(15)
        finally:
            connections.close_all()

    holder = threading.Thread(target=hold)
    holder.start()
    locked.wait(5)
    with connection.cursor() as cursor:  # waiting twenty seconds is for real life
        cursor.execute("PRAGMA busy_timeout = 300" if connection.vendor == "sqlite" else "SET lock_timeout = '300ms'")
    try:
        refused = driver.post("/driver/reservations/", wish)
    finally:
        done.set()
        holder.join()
    connection.close()

    assert (refused.status_code, refused["Retry-After"]) == (503, "2")
    assert not Reservation.objects.exists()
    assert driver.post("/driver/reservations/", wish).status_code == 201


def test_message__of_the_database__never_reaches_the_caller(anybody: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def leak(*_: Any, **__: Any) -> Any:
        raise sqlite3.OperationalError("no such table: secret")

    monkeypatch.setattr("reservations.api.public.port_summaries", leak)
    anybody.client.raise_request_exception = False

    answer = anybody.get("/public/ports/")

    assert (answer.status_code, answer.json()["code"]) == (500, "server_error")
    assert b"secret" not in answer.content


# ---------------------------------------------------------------- Redis
@pytest.fixture
def _no_redis(settings: Any) -> None:
    settings.REDIS_URL = settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [{"address": "redis://127.0.0.1:1/0"}]},
        }
    }


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_no_redis")
def test_redis_gone__reserve_call_and_admit_go_on(stopped_clock: Any) -> None:
    cast = assemble(stopped_clock)
    driver, operator = Caller(cast.driver), Caller(cast.operator)
    wish = {"slot": cast.slots[1].ref, "vehicle": cast.vehicle.ref, "cargo_kind": "general"}

    made = driver.post("/driver/reservations/", wish).json()
    entry = driver.post("/driver/check-in/", {"reservation": made["ref"], "port": "MOHAN"}).json()
    called = operator.post(f"/staff/lanes/{cast.lane.code}/call/").json()
    admitted = operator.post(f"/staff/entries/{entry['ref']}/admit/").json()

    assert (called["ref"], admitted["state"]) == (entry["ref"], "admitted")
    assert QueueEntry.objects.get().state == "admitted"
    assert LedgerEntry.objects.filter(kind="queue.admitted").exists()


@pytest.mark.usefixtures("_no_redis")
def test_health__redis_gone__is_fit_and_says_so(anybody: Any) -> None:
    answer = anybody.client.get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "database": "ok", "redis": "gone"})


def test_health__all_well__is_fit(anybody: Any, valkey_url: str, settings: Any) -> None:
    settings.REDIS_URL = valkey_url

    assert anybody.client.get("/healthz").json() == {"status": "ok", "database": "ok", "redis": "ok"}


def test_health__database_gone__is_unfit(anybody: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.api.health._database", lambda: False)

    answer = anybody.client.get("/healthz")

    assert (answer.status_code, answer["Retry-After"], answer.json()["database"]) == (503, "2", "gone")


# ---------------------------------------------------------------- methods and forms
@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_method__that_a_path_does_not_know__is_405_problem(driver: Any, method: str) -> None:
    checked = Client(enforce_csrf_checks=True)
    checked.cookies["sessionid"] = driver.client.cookies["sessionid"].value
    checked.cookies["csrftoken"] = token = "t" * 32
    send = getattr(checked, method)
    answer = send("/api/v1/driver/reservations/", {}, content_type="application/json", headers={"X-CSRFToken": token})

    assert (answer.status_code, answer["Content-Type"]) == (405, "application/problem+json")
    assert answer["Allow"] == "GET, POST, HEAD, OPTIONS"


def test_body__form_instead_of_json__is_415_problem(driver: Any) -> None:
    answer = driver.client.post("/api/v1/driver/reservations/", {"slot": "x"}, headers={"Idempotency-Key": "a"})

    assert (answer.status_code, answer["Content-Type"]) == (415, "application/problem+json")
