"""What a driver carries away: the pass and the calendar entry."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from icalendar import Calendar

from reservations import passes
from reservations.models import Reservation


@pytest.fixture(autouse=True)
def _fresh_key(tmp_path: Path, settings: Any) -> Any:
    settings.PORTLANE_DATA_DIR, settings.PORTLANE_PASS_KEY = tmp_path, ""
    passes.signing_key.cache_clear()
    yield
    passes.signing_key.cache_clear()


def test_pass__confirmed__is_a_picture_with_nothing_inline(driver: Any, reserved: dict[str, Any]) -> None:
    answer = driver.get(f"/driver/reservations/{reserved['ref']}/pass/")

    picture = ET.fromstring(answer.content)
    assert answer["Content-Type"] == "image/svg+xml"
    assert picture.tag == "{http://www.w3.org/2000/svg}svg"
    assert b"style" not in answer.content
    assert b"<script" not in answer.content


def test_pass__any_accept_header__is_served(driver: Any, reserved: dict[str, Any]) -> None:
    assert driver.get(f"/driver/reservations/{reserved['ref']}/pass/", Accept="image/*").status_code == 200


def test_pass__cancelled__is_none(driver: Any, reserved: dict[str, Any]) -> None:
    driver.post(f"/driver/reservations/{reserved['ref']}/cancel/")

    answer = driver.get(f"/driver/reservations/{reserved['ref']}/pass/")

    assert (answer.status_code, answer.json()["code"]) == (409, "no_pass")


def test_pass__read_again__says_what_was_signed(cast: Any, reserved: dict[str, Any]) -> None:
    said = passes.read(passes.issue(Reservation.objects.select_related("slot", "vehicle", "lane").get()))

    assert (said.reservation_ref, said.vehicle_ref, said.lane_code) == (
        reserved["ref"],
        cast.vehicle.ref,
        cast.lane.code,
    )
    assert (said.starts_at_s, said.serial) == (int(cast.slots[8].starts_at.timestamp()), 1)
    assert cast.vehicle.plate not in passes.issue(Reservation.objects.get())


def test_pass__any_byte_changed__is_not_valid(reserved: dict[str, Any]) -> None:
    token = passes.issue(Reservation.objects.get())

    for place in range(0, len(token) - 1, 3):
        changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        with pytest.raises(passes.PassNotValid):
            passes.read(changed)


def test_key__made_on_first_use__is_its_owners_alone_and_stays(tmp_path: Path) -> None:
    first = passes.key_id(passes.signing_key().public_key())
    passes.signing_key.cache_clear()

    assert passes.key_id(passes.signing_key().public_key()) == first
    assert (tmp_path / "pass.key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["pass.key"]


def test_key__of_the_settings__signs_alike_in_all_processes(settings: Any, tmp_path: Path) -> None:
    settings.PORTLANE_PASS_KEY = base64.b64encode(bytes(range(32))).decode()

    assert passes.key_id(passes.signing_key().public_key()) == "56475aa7"
    assert not list(tmp_path.iterdir())


def test_calendar__confirmed__has_the_slot_in_utc(cast: Any, driver: Any, reserved: dict[str, Any]) -> None:
    answer = driver.get(f"/driver/reservations/{reserved['ref']}/calendar.ics")

    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert answer["Content-Type"].startswith("text/calendar")
    assert event.decoded("dtstart") == cast.slots[8].starts_at
    assert event.decoded("dtend") == cast.slots[8].ends_at
    assert (event["uid"], event["status"]) == (f"{reserved['ref']}@portlane", "CONFIRMED")


def test_calendar__cancelled__takes_it_out_of_the_calendar(driver: Any, reserved: dict[str, Any]) -> None:
    driver.post(f"/driver/reservations/{reserved['ref']}/cancel/")

    answer = driver.get(f"/driver/reservations/{reserved['ref']}/calendar.ics")

    assert b"STATUS:CANCELLED" in answer.content
