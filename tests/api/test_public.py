"""What everybody sees: open or closed, free places, rules, the board."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reservations.models import Slot
from tests import factories as make
from yards.models import Port


def test_ports__nobody_signed_in__lists_all_with_queue_and_wait(
    cast: Any, anybody: Any, waiting: dict[str, Any]
) -> None:
    found = {row["code"]: row for row in anybody.get("/public/ports/").json()["results"]}

    assert found.keys() == set(Port.objects.values_list("code", flat=True))
    assert (found["MOHAN"]["is_open"], found["MOHAN"]["waiting"], found["MOHAN"]["lanes"]) == (True, 1, 2)
    assert found["MOHAN"]["wait"]["high_min"] > 0
    assert found["HEKOU"]["waiting"] == 0


def test_ports__after_hours__are_closed_and_say_until_when(cast: Any, anybody: Any) -> None:
    cast.clock.forward(hours=9)

    port = anybody.get("/public/ports/MOHAN/").json()

    assert port["is_open"] is False
    assert {lane["state"] for lane in port["lanes"]} == {"out_of_hours"}
    assert port["lanes"][0]["changes_at"] == "2026-03-03T00:00:00Z"


def test_ports__the_answer__is_the_same_bytes_until_something_changes(anybody: Any) -> None:
    first = anybody.get("/public/ports/")

    assert first["Cache-Control"].startswith("public")
    assert anybody.get("/public/ports/", If_None_Match=first["ETag"]).status_code == 304


@pytest.mark.parametrize("path", ["/public/ports/", "/public/ports/MOHAN/", "/public/ports/MOHAN/board/"])
def test_shared_answer__asked_again__is_made_once_until_the_record_grows(
    cast: Any, anybody: Any, driver: Any, path: str
) -> None:
    first = anybody.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert anybody.get(path).content == first.content
    assert len(captured) == 1

    driver.post("/driver/walk-up/", {"lane": cast.lane.code, "vehicle": cast.vehicle.ref, "cargo_kind": "general"})
    changed = anybody.get(path, If_None_Match=first["ETag"])
    assert changed.status_code == 200
    assert b'"waiting":1' in changed.content


def test_shared_answer__other_language__is_another(anybody: Any) -> None:
    assert anybody.get("/public/ports/").content != anybody.get("/public/ports/", Accept_Language="zh-hans").content


def test_shared_answer__unknown_port__is_not_kept(cast: Any, anybody: Any) -> None:
    assert anybody.get("/public/ports/LATER/").status_code == 404
    make.a_port("LATER")

    assert anybody.get("/public/ports/LATER/").status_code == 200


def test_ports__chinese_reader__reads_chinese(anybody: Any) -> None:
    found = anybody.get("/public/ports/MOHAN/", Accept_Language="zh-hans").json()

    assert found["name"] == "MOHAN口岸"


@pytest.mark.parametrize("path", ["ATLANTIS/", "ATLANTIS/board/", "ATLANTIS/policy/", "ATLANTIS/lanes/X/slots/"])
def test_port__unknown__is_404_problem(anybody: Any, path: str) -> None:
    answer = anybody.get(f"/public/ports/{path}")

    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_port")
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "path", ["/public/ports/..%2f/", "/public/ports/%00/", "/public/ports/x'--/", "/nothing/", "/"]
)
def test_path__that_leads_nowhere__is_404_problem(anybody: Any, path: str) -> None:
    answer = anybody.get(path)

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_slots__first_bookable_day__counts_free_places(cast: Any, anybody: Any) -> None:
    Slot.objects.filter(pk=cast.slots[1].pk).update(taken=2)
    Slot.objects.filter(pk=cast.slots[2].pk).update(is_frozen=True)

    found = anybody.get(f"/public/ports/MOHAN/lanes/{cast.lane.code}/slots/").json()

    assert (found["date"], found["dates"]) == ("2026-03-02", ["2026-03-02", "2026-03-03"])
    assert [slot["free"] for slot in found["slots"][:4]] == [2, 0, 0, 2]
    assert found["slots"][0]["starts_at"] == "2026-03-02T02:00:00Z"


def test_slots__lane_of_another_port__is_unknown(cast: Any, anybody: Any) -> None:
    answer = anybody.get(f"/public/ports/MOHAN/lanes/{cast.other_lane.code}/slots/")

    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_lane")


@pytest.mark.parametrize("date", ["2026-13-01", "yesterday", "2026-02-30", "0000-00-00", "\x00"])
def test_slots__date_that_is_none__is_422(cast: Any, anybody: Any, date: str) -> None:
    answer = anybody.get(f"/public/ports/MOHAN/lanes/{cast.lane.code}/slots/", {"date": date})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "date")


@pytest.mark.parametrize("date", ["2019-01-01", "9999-12-31"])
def test_slots__day_without_any__is_empty(cast: Any, anybody: Any, date: str) -> None:
    found = anybody.get(f"/public/ports/MOHAN/lanes/{cast.lane.code}/slots/", {"date": date})

    assert (found.status_code, found.json()["slots"]) == (200, [])


def test_slots__over_midnight__are_listed_under_the_day_they_start(cast: Any, anybody: Any) -> None:
    make.a_slot(cast.lane, starts_at=cast.now.replace(hour=15, minute=30))

    def starts(date: str) -> list[str]:
        found = anybody.get(f"/public/ports/MOHAN/lanes/{cast.lane.code}/slots/", {"date": date}).json()
        return [slot["starts_at"] for slot in found["slots"]]

    assert "2026-03-02T15:30:00Z" in starts("2026-03-02")
    assert "2026-03-02T15:30:00Z" not in starts("2026-03-03")


def test_policy__in_force__is_in_plain_values(cast: Any, anybody: Any) -> None:
    rules = anybody.get("/public/ports/MOHAN/").json()["policy"]

    assert rules["grace_minutes"] == cast.policy.grace_minutes
    assert rules["class_pattern"] == cast.policy.class_pattern


def test_policy__port_without_one__says_none(anybody: Any) -> None:
    make.a_port("BARE")

    assert anybody.get("/public/ports/BARE/").json()["policy"] is None
    assert anybody.get("/public/ports/BARE/policy/").json() == {"in_force": None, "announced": []}


def test_board__called_and_next__with_masked_plates_and_no_people(cast: Any, anybody: Any, operator: Any) -> None:
    for plate in ("云A12345", "云B67890"):
        operator.post(
            "/staff/walk-ups/", {"lane": cast.lane.code, "country": "CN", "plate": plate, "cargo_kind": "general"}
        )
    bay = operator.post(f"/staff/lanes/{cast.lane.code}/call/").json()["bay"]

    answer = anybody.get("/public/ports/MOHAN/board/")

    lane = next(row for row in answer.json()["lanes"] if row["lane"]["code"] == cast.lane.code)
    assert [(row["plate"], row["gate"], row["bay"]) for row in lane["called"]] == [("云A***45", "G1", bay)]
    assert [(row["position"], row["plate"]) for row in lane["next"]] == [(1, "云B***90")]
    assert answer.json()["streams"] == {"yard:MOHAN-YARD": 4}
    text = json.dumps(answer.json(), ensure_ascii=False)
    assert not re.findall("12345|67890|[QVUN]-[0-9A-Z]{9}", text)


def test_clock__in_another_zone__changes_nothing(cast: Any, anybody: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    before = anybody.get("/public/ports/MOHAN/").content
    monkeypatch.setenv("TZ", "America/St_Johns")
    time.tzset()
    cache.clear()
    try:
        assert anybody.get("/public/ports/MOHAN/").content == before
    finally:
        monkeypatch.undo()
        time.tzset()


def test_ports__holiday_of_the_far_side__closes_and_names_it(cast: Any, anybody: Any) -> None:
    from yards.models import CalendarDay, Lane

    Lane.objects.filter(pk=cast.lane.pk).update(closes_on_holidays_of=["LA"])
    CalendarDay.objects.create(country="LA", date=cast.now.date(), name_en="Women's Day")

    lanes = {row["lane"]["code"]: row for row in anybody.get("/public/ports/MOHAN/").json()["lanes"]}

    assert lanes[cast.lane.code]["state"] == "holiday"
    assert "Women's Day" in lanes[cast.lane.code]["reason"]
    assert lanes[cast.cold_lane.code]["state"] == "open"


def test_year_end_slot__belongs_to_the_old_year(cast: Any, anybody: Any) -> None:
    cast.clock.moment = cast.now.replace(month=12, day=31, hour=10)
    make.a_slot(cast.lane, starts_at=cast.now + timedelta(hours=5, minutes=30))

    found = anybody.get(f"/public/ports/MOHAN/lanes/{cast.lane.code}/slots/").json()

    assert [(slot["service_date"], slot["ends_at"]) for slot in found["slots"]] == [
        ("2026-12-31", "2026-12-31T16:30:00Z")
    ]
