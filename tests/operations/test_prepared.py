"""Statements that are run again and again: the same answers as from any other cursor, planned once where the database can."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from core import prepared

pytestmark = pytest.mark.django_db
OFTEN = 8  # more than DATABASE_PREPARE_AFTER
SQL = "SELECT COUNT(*) FROM core_stream WHERE seq > %s AND key <> %s"


def ask(number: int) -> int:
    with prepared.cursor() as cursor:
        cursor.execute(SQL, [number, "yard:NOWHERE"])
        return int(cursor.fetchone()[0])


def plans() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COUNT(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT COUNT(*) FROM core_stream%'"
        )
        return int(cursor.fetchone()[0])


def test_cursor__many_times_with_small_and_great_numbers__answers_alike() -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO core_stream (key, seq, head, prev_head) VALUES ('yard:SOMEWHERE', 70000, '', '')")

    assert [ask(number) for number in (*range(OFTEN), 69_999, 70_000, 2**40)] == [1] * (OFTEN + 1) + [0, 0]


def test_cursor__many_times__planned_once() -> None:
    for number in range(OFTEN):
        ask(number)

    assert connection.vendor == "sqlite" or plans() == 1


def test_cursor__statements_logged__shows_their_values() -> None:
    for number in range(OFTEN):
        ask(number)
    with CaptureQueriesContext(connection) as captured:
        ask(70_000)

    assert "70000" in captured.captured_queries[0]["sql"]


@pytest.mark.django_db(transaction=True)
def test_cursor__after_a_rollback__answers_again() -> None:
    for number in range(OFTEN):
        ask(number)
    with transaction.atomic():
        ask(OFTEN)
        transaction.set_rollback(True)

    assert [ask(number) for number in range(OFTEN)] == [0] * OFTEN
