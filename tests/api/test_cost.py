"""What one reservation costs the database: every statement is one that a rush multiplies."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework import serializers

TRANSACTION = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


def statements(captured: CaptureQueriesContext) -> list[str]:
    return [query["sql"] for query in captured.captured_queries if not query["sql"].startswith(TRANSACTION)]


@pytest.mark.parametrize("of_an_organisation", [False, True])
def test_reserve__with_session_and_person__takes_ten_statements_and_four_after_the_slot_or_one_less_on_postgresql(
    cast: Any, driver: Any, stranger: Any, wish: dict[str, Any], of_an_organisation: bool
) -> None:
    """A vehicle of an organisation takes one more: the organisation's places are counted while the slot is held.

    On PostgreSQL the ledger's counter and its entry are one statement.
    """
    stranger.post(
        "/driver/reservations/", wish | {"vehicle": cast.other_vehicle.ref}
    )  # the yard's stream exists from here on
    if not of_an_organisation:
        cast.vehicle.organisation = None
        cast.vehicle.save()

    with CaptureQueriesContext(connection) as captured:
        assert driver.post("/driver/reservations/", wish).status_code == 201

    sent = statements(captured)
    hot = next(place for place, sql in enumerate(sent) if "reservations_slot" in sql and sql.startswith("UPDATE"))
    more = of_an_organisation - (connection.vendor == "postgresql")
    assert len(sent) == 10 + more, "\n".join(sent)  # with BEGIN and COMMIT: two more
    assert len(sent) - hot - 1 == 4 + more, "\n".join(sent[hot:])


def test_reserve__once_more__sets_no_fields_up_anew(
    cast: Any, driver: Any, stranger: Any, wish: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger.post("/driver/reservations/", wish | {"vehicle": cast.other_vehicle.ref})
    made: list[Any] = []
    original = serializers.Serializer.get_fields

    def seen(shape: Any) -> Any:
        made.append(shape)
        return original(shape)

    monkeypatch.setattr(serializers.Serializer, "get_fields", seen)

    assert driver.post("/driver/reservations/", wish | {"slot": "none"}).status_code == 422
    assert driver.post("/driver/reservations/", wish).status_code == 201
    assert made == []


def test_repeat__same_key__writes_nothing(driver: Any, wish: dict[str, Any]) -> None:
    driver.post("/driver/reservations/", wish, key="one")

    with CaptureQueriesContext(connection) as captured:
        driver.post("/driver/reservations/", wish, key="one")

    assert len(statements(captured)) <= 4


def test_ports__any_number_of_lanes__cost_grows_by_the_lane_not_by_the_truck(
    cast: Any, anybody: Any, operator: Any
) -> None:
    with CaptureQueriesContext(connection) as before:
        anybody.get("/public/ports/")
    for number in range(5):
        operator.post(
            "/staff/walk-ups/",
            {"lane": cast.lane.code, "country": "CN", "plate": f"A{number}", "cargo_kind": "general"},
        )
    with CaptureQueriesContext(connection) as after:
        anybody.get("/public/ports/")

    assert len(after) == len(before)
    assert not [query for query in after.captured_queries if "django_session" in query["sql"]]
