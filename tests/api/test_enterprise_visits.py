"""Where the vehicles are, what became of their trips, and the pass as token, picture and page."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient

from accounts.models import Vehicle
from reservations import passes
from reservations.models import Reservation
from reservations.pass_pdf import pass_pdf, printable
from reservations.queries.history import COLUMNS
from tests import factories as make
from tests.api.conftest import API, Caller
from tests.cast import Cast
from tests.operations.declaring import given_in, naming
from tests.operations.steps import reserved


def body_of(answer: Any) -> str:
    assert answer.status_code == 200
    return b"".join(answer.streaming_content).decode()


@pytest.fixture
def trip(cast: Cast) -> Any:
    """The cast's truck, through to the exit."""
    return make.an_exited_entry(cast, vehicle=cast.vehicle)


# ---------------------------------------------------------------- now
def test_visits__each_stage__is_named(cast: Cast, enterprise: Caller) -> None:
    booked, idle = (make.a_vehicle(driver=cast.driver, organisation=cast.carrier) for _ in range(2))
    make.a_confirmed_reservation(cast, vehicle=booked, slot=cast.slots[8])
    make.a_waiting_entry(cast, vehicle=cast.vehicle)
    lines = {line["vehicle"]["ref"]: line for line in enterprise.get("/enterprise/visits/").json()["vehicles"]}
    assert {ref: line["where"] for ref, line in lines.items()} == {
        booked.ref: "placed",
        idle.ref: "idle",
        cast.vehicle.ref: "waiting",
    }
    assert (lines[cast.vehicle.ref]["position"], lines[cast.vehicle.ref]["port"]["code"]) == (1, "MOHAN")
    assert lines[booked.ref]["slot"]["ref"] == cast.slots[8].ref


def test_visits__in_the_bay__names_it(cast: Cast, enterprise: Caller) -> None:
    make.a_parked_entry(cast, vehicle=cast.vehicle)
    line = enterprise.get("/enterprise/visits/", {"where": "bay"}).json()["vehicles"][0]
    assert (line["stay_state"], line["bay"][:2], line["gate"]) == ("occupied", "A-", "G1")


def test_visits__another_organisation__sees_none_of_mine(cast: Cast, other_enterprise: Caller) -> None:
    make.a_waiting_entry(cast, vehicle=cast.vehicle)
    lines = other_enterprise.get("/enterprise/visits/").json()["vehicles"]
    assert [line["vehicle"]["ref"] for line in lines] == [cast.other_vehicle.ref]


# ---------------------------------------------------------------- history
def test_history__csv__has_a_line_for_each_trip(cast: Cast, enterprise: Caller, trip: Any) -> None:
    text = body_of(enterprise.get("/enterprise/history.csv", {"until": cast.slots[9].starts_at.isoformat()}))
    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert list(rows[0]) == list(COLUMNS)
    assert (rows[0]["visit"], rows[0]["state"], rows[0]["bays"][:2]) == (trip.visit_ref, "completed", "A-")
    assert rows[0]["minutes_waited"] == "0"


def test_history__lines__are_json_and_hold_walk_ups(cast: Cast, enterprise: Caller, trip: Any) -> None:
    walked = make.a_waiting_walk_up(cast, vehicle=make.a_vehicle(organisation=cast.carrier))
    text = body_of(enterprise.get("/enterprise/history.jsonl", {"until": cast.slots[9].starts_at.isoformat()}))
    rows = [json.loads(line) for line in text.splitlines()]
    assert [(row["kind"], row["visit"]) for row in rows] == [
        ("reservation", trip.visit_ref),
        ("walk_up", walked.visit_ref),
    ]


@pytest.mark.parametrize("name", ["history.csv", "history.jsonl"])
def test_history__asked_of_an_event_loop__is_handed_over_as_it_is_made(
    cast: Cast, enterprise: Caller, trip: Any, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.a_waiting_walk_up(cast, vehicle=make.a_vehicle(organisation=cast.carrier))
    path, until = f"/enterprise/{name}", {"until": cast.slots[9].starts_at.isoformat()}
    whole = body_of(enterprise.get(path, until))
    monkeypatch.setattr("reservations.api.enterprise_visits.ROWS_AT_ONCE", 1)
    token = {"Authorization": f"Bearer {make.a_token(cast.carrier)}"}

    async def read() -> list[str]:
        answer: Any = await AsyncClient().get(API + path, until, headers=token)
        assert answer.is_async, "gathered whole before any of it is sent"
        return [page.decode() async for page in answer.streaming_content]

    pages = async_to_sync(read)()
    assert len(pages) >= 2
    assert "".join(pages) == whole


@pytest.mark.parametrize("plate", ["=1+1", "+cmd", "-2", "@SUM(A1)", "\t=1", "＝1"])
def test_history__plate_like_a_formula__is_no_formula(cast: Cast, enterprise: Caller, trip: Any, plate: str) -> None:
    Vehicle.objects.filter(pk=cast.vehicle.pk).update(plate=plate)
    text = body_of(enterprise.get("/enterprise/history.csv", {"until": cast.slots[9].starts_at.isoformat()}))
    row = next(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert row["plate"] == f"'{plate}"


def test_history__declared_by_a_forwarder__names_his_declaration_without_his_words(
    cast: Cast, enterprise: Caller
) -> None:
    for organisation, told in ((cast.carrier, "OURS-1"), (cast.other_carrier, None)):
        truck = make.a_vehicle(driver=cast.driver, organisation=cast.carrier)
        said: dict[str, Any] = {"own_reference": "OURS-1" if told else "THEIRS-1", "organisation": organisation}
        declaration = given_in(cast, content=naming(truck), **said)
        reserved(cast, slot=cast.slots[2], vehicle=truck, declaration_ref=declaration.ref)
        text = body_of(enterprise.get("/enterprise/history.jsonl", {"until": cast.slots[9].starts_at.isoformat()}))
        row = json.loads(text.splitlines()[-1])
        assert (row["declaration"], row["own_reference"]) == (declaration.ref, told)
    assert "THEIRS" not in text


def test_history__another_organisation__gets_the_head_alone(cast: Cast, other_enterprise: Caller, trip: Any) -> None:
    text = body_of(other_enterprise.get("/enterprise/history.csv", {"until": cast.slots[9].starts_at.isoformat()}))
    assert len(text.splitlines()) == 1
    assert cast.vehicle.plate not in text


def test_history__more_than_a_year_or_backwards__is_refused(cast: Cast, enterprise: Caller) -> None:
    for since, until in (("2020-01-01T00:00Z", "2026-01-01T00:00Z"), ("2026-02-01T00:00Z", "2026-01-01T00:00Z")):
        answer = enterprise.get("/enterprise/history.jsonl", {"since": since, "until": until})
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


# ---------------------------------------------------------------- passes
@pytest.fixture
def booked(cast: Cast) -> Reservation:
    return make.a_confirmed_reservation(cast, vehicle=cast.vehicle, slot=cast.slots[8])


def test_pass__token__reads_as_the_drivers(cast: Cast, enterprise: Caller, booked: Reservation) -> None:
    found = enterprise.get(f"/enterprise/reservations/{booked.ref}/pass/").json()
    said = passes.read(found["token"])
    assert (said.reservation_ref, said.serial, said.key_id) == (booked.ref, found["serial"], found["key_id"])


def test_pass__picture_and_page__are_what_they_say(enterprise: Caller, booked: Reservation) -> None:
    at = f"/enterprise/reservations/{booked.ref}/pass"
    picture, page = enterprise.get(f"{at}.svg"), enterprise.get(f"{at}.pdf")
    assert (picture["Content-Type"], picture.content[:4]) == ("image/svg+xml", b"<svg")
    assert (page["Content-Type"], page.content[:5]) == ("application/pdf", b"%PDF-")


def test_pass__cancelled__is_none(cast: Cast, enterprise: Caller, booked: Reservation) -> None:
    enterprise.post(f"/enterprise/reservations/{booked.ref}/cancel/", key=None)
    for form in ("/", ".svg", ".pdf"):
        answer = enterprise.get(f"/enterprise/reservations/{booked.ref}/pass{form}")
        assert (answer.status_code, answer.json()["code"]) == (409, "no_pass")


def test_pdf__plate_and_port__are_written_in_chinese(
    cast: Cast, booked: Reservation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reportlab.rl_config.pageCompression", 0)
    drawn = shown_in(pass_pdf(booked, now=cast.now))
    assert f"CN  {cast.vehicle.plate}" in drawn
    assert any(booked.ref in line for line in drawn)
    assert any("2026-03-03  10:00" in line for line in drawn)


def test_printable__letters_the_font_lacks__become_boxes() -> None:
    assert printable("ກຂ 1234 云A·é") == "□□ 1234 云A·é"


def shown_in(page: bytes) -> list[str]:
    """The text of each line drawn in a page that is not compressed: UTF-16 in a PDF string."""
    found = []
    for raw in re.findall(rb"\(((?:\\.|[^\\()])*)\) Tj", page, re.DOTALL):
        plain = re.sub(rb"\\([0-7]{3})", lambda m: bytes([int(m[1], 8)]), raw)
        plain = re.sub(
            rb"\\(.)", lambda m: {b"n": b"\n", b"r": b"\r", b"t": b"\t"}.get(m[1], m[1]), plain, flags=re.DOTALL
        )
        found.append(plain.decode("utf-16-be", errors="replace"))
    return found
