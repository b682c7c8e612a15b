"""One wish, one effect, one answer: however often it is sent, and in whatever disorder."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from core.models import IdempotencyKey, LedgerEntry
from core.tasks import tidy
from reservations.models import Reservation, Slot
from tests.api.conftest import Caller
from tests.cast import assemble

PATH = "/driver/reservations/"


def test_post__same_key_and_body__gets_the_same_bytes(driver: Any, wish: dict[str, Any]) -> None:
    first, second = driver.post(PATH, wish, key="k-1"), driver.post(PATH, wish, key="k-1")

    assert (first.status_code, second.status_code) == (201, 201)
    assert second.content == first.content
    assert second["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first
    assert Reservation.objects.count() == 1


def test_post__same_key_and_body_in_other_order__is_the_same_wish(driver: Any, wish: dict[str, Any]) -> None:
    first = driver.post(PATH, wish, key="k-1")

    assert driver.post(PATH, dict(reversed(wish.items())), key="k-1").content == first.content


def test_post__same_key_in_another_language__gets_the_same_bytes(cast: Any, driver: Any, wish: dict[str, Any]) -> None:
    first = driver.post(PATH, wish, key="k-1")

    assert driver.post(PATH, wish, key="k-1", Accept_Language="zh-hans").content == first.content


def test_post__same_key_other_body__is_422_and_changes_nothing(cast: Any, driver: Any, wish: dict[str, Any]) -> None:
    driver.post(PATH, wish, key="k-1")

    answer = driver.post(PATH, wish | {"slot": cast.slots[9].ref}, key="k-1")

    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert Reservation.objects.get().slot_id == cast.slots[8].pk


def test_post__same_key_other_path__is_422(cast: Any, driver: Any, wish: dict[str, Any]) -> None:
    driver.post(PATH, wish, key="k-1")

    answer = driver.post("/driver/walk-up/", {"lane": cast.lane.code} | wish, key="k-1")

    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")


def test_post__same_key_of_another_person__is_another_wish(
    cast: Any, driver: Any, stranger: Any, wish: dict[str, Any]
) -> None:
    driver.post(PATH, wish, key="k-1")

    answer = stranger.post(PATH, wish | {"vehicle": cast.other_vehicle.ref}, key="k-1")

    assert answer.status_code == 201
    assert "Idempotent-Replayed" not in answer


def test_post__refused_before__may_succeed_with_the_same_key(cast: Any, driver: Any, wish: dict[str, Any]) -> None:
    Slot.objects.filter(ref=wish["slot"]).update(taken=2)
    assert driver.post(PATH, wish, key="k-1").status_code == 409
    Slot.objects.filter(ref=wish["slot"]).update(taken=0)

    assert driver.post(PATH, wish, key="k-1").status_code == 201


@pytest.mark.parametrize("path", [PATH, "/driver/check-in/", "/driver/walk-up/"])
def test_post__no_key_where_something_is_made__is_400(cast: Any, driver: Any, wish: dict[str, Any], path: str) -> None:
    body = wish | {"reservation": "R-000000000", "port": "MOHAN", "lane": cast.lane.code}
    if path == "/driver/check-in/":
        body["reservation"] = driver.post(PATH, wish).json()["ref"]

    answer = driver.post(path, body, key=None)

    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_missing")


@pytest.mark.parametrize("key", ["x" * 101, "clé", "a\x01b"])
def test_post__key_not_of_the_form__is_422(driver: Any, wish: dict[str, Any], key: str) -> None:
    answer = driver.post(PATH, wish, key=key)

    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_not_valid")
    assert not Reservation.objects.exists()


def test_answer__kept__until_a_week_after_the_slot(cast: Any, driver: Any, wish: dict[str, Any]) -> None:
    driver.post(PATH, wish, key="k-1")
    kept = IdempotencyKey.objects.get()

    assert kept.expires_at >= cast.slots[8].ends_at + timedelta(days=7)

    cast.clock.forward(days=8)
    tidy()
    assert IdempotencyKey.objects.exists()
    cast.clock.forward(days=1, hours=2)
    tidy()
    assert not IdempotencyKey.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_post__64_at_once_with_one_key__one_effect_and_one_answer(stopped_clock: Any) -> None:
    cast = assemble(stopped_clock)
    wish = {"slot": cast.slots[8].ref, "vehicle": cast.vehicle.ref, "cargo_kind": "general"}
    cookies = Caller(cast.driver).client.cookies
    gate = threading.Barrier(64)

    def send(_: int) -> tuple[int, bytes]:
        caller = Caller()
        caller.client.cookies = cookies
        gate.wait()
        try:
            for _try in range(20):
                answer = caller.post(PATH, wish, key="one-key")
                if answer.status_code not in (409, 503):  # told to ask again with the same key
                    break
            return answer.status_code, answer.content
        finally:
            connection.close()

    with ThreadPoolExecutor(64) as pool:
        answers = list(pool.map(send, range(64)))

    assert Counter(status for status, _ in answers) == {201: 64}
    assert len({content for _, content in answers}) == 1
    assert Reservation.objects.count() == 1
    assert Slot.objects.get(pk=cast.slots[8].pk).taken == 1
    assert LedgerEntry.objects.filter(kind="reservation.confirmed").count() == 1


@pytest.mark.django_db(transaction=True)
def test_post__20_drivers_at_once_for_two_places__two_get_one(stopped_clock: Any) -> None:
    from tests import factories as make

    cast = assemble(stopped_clock)
    drivers = [make.a_driver() for _ in range(20)]
    wishes = [
        {"slot": cast.slots[8].ref, "vehicle": make.a_vehicle(driver=each).ref, "cargo_kind": "general"}
        for each in drivers
    ]
    callers = [Caller(each) for each in drivers]

    def send(number: int) -> tuple[int, str]:
        try:
            answer = callers[number].post(PATH, wishes[number])
            return answer.status_code, answer.json().get("code", "")
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        answers = Counter(pool.map(send, range(20)))

    assert answers == {(201, ""): 2, (409, "slot_full"): 18}
    assert Slot.objects.get(pk=cast.slots[8].pk).taken == 2


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_post__twin_still_at_work__is_409_and_may_ask_again(stopped_clock: Any) -> None:
    cast = assemble(stopped_clock)
    wish = {"slot": cast.slots[8].ref, "vehicle": cast.vehicle.ref, "cargo_kind": "general"}
    driver = Caller(cast.driver)
    claimed, done = threading.Event(), threading.Event()

    def claim() -> None:
        try:
            with transaction.atomic():
                IdempotencyKey.objects.create(
                    client=cast.driver.ref, key="k-1", fingerprint="", expires_at=cast.now + timedelta(days=8)
                )
                claimed.set()
                done.wait(15)
                transaction.set_rollback(True)
        finally:
            connection.close()

    twin = threading.Thread(target=claim)
    twin.start()
    claimed.wait(5)
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '300ms'")
    try:
        answer = driver.post(PATH, wish, key="k-1")
    finally:
        done.set()
        twin.join()
    connection.close()

    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_in_flight")
    assert driver.post(PATH, wish, key="k-1").status_code == 201
