"""The gate's wires: the signed list, what the books say of one vehicle, what was done; doubts and conflicts; nobody of another port."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from reservations import day_list, inbox, passes
from reservations.models import GateEvent, QueueEntry, Reservation
from reservations.operations import change_slot
from tests.api.forms import reader, text
from tests.cast import Cast
from tests.operations import steps


@pytest.fixture(autouse=True)
def _own_key() -> Iterator[None]:
    passes.signing_key.cache_clear()
    yield
    passes.signing_key.cache_clear()


@pytest.fixture
def clerk(cast: Cast) -> Client:
    return reader(cast.operator)


def at(cast: Cast, name: str, *more: str) -> str:
    return reverse(f"web:{name}", args=[cast.yard.code, cast.gate.code, *more])


def tell(clerk: Client, cast: Cast, *acts: dict[str, Any], spans: list[dict[str, str]] | None = None) -> Any:
    body = {"spans": spans or [], "acts": list(acts)}
    return clerk.post(at(cast, "gate_acts"), body, content_type="application/json")


def act(cast: Cast, kind: str, **fields: Any) -> dict[str, Any]:
    return {"id": str(uuid.uuid4()), "kind": kind, "at": cast.now.isoformat()} | fields


def a_doubt(cast: Cast, plate: str) -> GateEvent:
    """A camera that is not sure."""
    seen = {
        "number": 1,
        "kind": "plate",
        "way": "in",
        "plate": plate,
        "confidence": 0.4,
        "image_ref": "cam1/0001.jpg",
        "occurred_at": cast.now,
    }
    inbox.receive(device=cast.device, events=[seen], **cast.by(cast.device))
    return GateEvent.objects.get(state="doubt")


# ---------------------------------------------------------------- the list
def test_list__is_signed_and_the_gates_own__304_while_nothing_happens(cast: Cast, clerk: Client) -> None:
    promise = steps.reserved(cast)
    answer = clerk.get(at(cast, "gate_day_list"))

    said = day_list.read(answer.json()["list"], now=cast.now)
    assert [row["reservation"] for row in said["rows"]] == [promise.ref]
    again = clerk.get(at(cast, "gate_day_list"), headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304
    steps.arrived(cast, promise)
    assert clerk.get(at(cast, "gate_day_list"), headers={"If-None-Match": answer["ETag"]}).status_code == 304
    cast.clock.forward(minutes=1)
    assert clerk.get(at(cast, "gate_day_list"), headers={"If-None-Match": answer["ETag"]}).status_code == 200
    cast.clock.forward(minutes=20)
    assert clerk.get(at(cast, "gate_day_list"), headers={"If-None-Match": again["ETag"]}).status_code == 200


@pytest.mark.parametrize("tag", ['""', '"a.b.c"', '"1.2.99999999999999999999"', "x", '"..."'])
def test_list__a_tag_of_nobodys__is_a_list(cast: Cast, clerk: Client, tag: str) -> None:
    assert clerk.get(at(cast, "gate_day_list"), headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("name", ["gate", "gate_day_list", "gate_look", "gate_doubts"])
def test_gate__of_another_port__is_not_found(cast: Cast, name: str) -> None:
    assert reader(cast.other_operator).get(at(cast, name)).status_code == 404
    assert reader(cast.driver).get(at(cast, name)).status_code == 403
    assert reader(cast.auditor).get(at(cast, name)).status_code == 403


def test_gates__lists_mine_alone(cast: Cast, clerk: Client) -> None:
    shown = clerk.get(reverse("web:gates")).content.decode()
    assert at(cast, "gate") in shown
    assert cast.other_yard.code not in shown


# ---------------------------------------------------------------- one vehicle
def look(clerk: Client, cast: Cast, **asked: str) -> dict[str, Any]:
    answer: dict[str, Any] = clerk.get(at(cast, "gate_look"), asked).json()
    return answer


def test_look__by_pass_plate_and_entry__is_the_same_vehicle(cast: Cast, clerk: Client) -> None:
    entry = steps.called(cast)
    token = passes.issue(Reservation.objects.select_related("slot", "vehicle", "lane").get())

    found = [
        look(clerk, cast, **asked)["rows"]
        for asked in ({"pass": token}, {"plate": entry.vehicle.plate}, {"entry": entry.ref})
    ]

    assert [rows[0]["entry"] for rows in found] == [entry.ref] * 3
    assert found[0][0]["bay"] == steps.live_stay(entry).bay.code


def test_look__pass_of_a_changed_reservation_or_a_forged_one__says_which(cast: Cast, clerk: Client) -> None:
    promise = steps.reserved(cast, slot=cast.slots[1])
    token = passes.issue(Reservation.objects.select_related("slot", "vehicle", "lane").get())
    change_slot(ref=promise.ref, slot_ref=cast.slots[2].ref, **cast.by(cast.driver))

    assert look(clerk, cast, **{"pass": token})["fault"] == "pass_outdated"
    assert look(clerk, cast, **{"pass": "PL1.a.b"})["fault"] == "pass_not_valid"


def test_look__plate_that_looks_like_one__is_told_as_alike(cast: Cast, clerk: Client) -> None:
    promise = steps.reserved(cast, vehicle=steps.a_truck(cast, plate="云A0B8I1"))

    told = look(clerk, cast, plate="云AOB811")

    assert (told["alike"], told["rows"][0]["reservation"]) == (True, promise.ref)
    assert look(clerk, cast, plate="  ") == look(clerk, cast, plate="  ") | {"rows": [], "alike": False}


# ---------------------------------------------------------------- what was done
def test_acts__let_in_told_twice__is_once(cast: Cast, clerk: Client) -> None:
    done = act(cast, "let_in", entry=steps.called(cast).ref)

    told = [tell(clerk, cast, done).json()["outcomes"][0]["outcome"] for _ in range(2)]

    assert told == ["done", "done"]
    assert len(steps.events("queue.admitted")) == 1


def test_acts__one_bad_among_good__the_good_are_done(cast: Cast, clerk: Client) -> None:
    good, bad = act(cast, "let_in", entry=steps.called(cast).ref), act(cast, "let_in", entry="Q-NOBODY")

    told = {row["id"]: row for row in tell(clerk, cast, bad, good).json()["outcomes"]}

    assert (told[good["id"]]["outcome"], told[bad["id"]]["outcome"]) == ("done", "refused")
    assert told[bad["id"]]["words"]


ID = "00000000-0000-4000-8000-000000000000"
MOMENT = "2026-03-02T02:00:00+00:00"


@pytest.mark.parametrize(
    "changed",
    [None, {"id": "x"}, {"kind": "delete"}, {"at": "2026-03-02T02:00:00"}, {"span": "none"}, {"at": 7}, {"id": None}],
)
def test_acts__not_what_the_page_sends__is_refused(cast: Cast, clerk: Client, changed: dict[str, Any] | None) -> None:
    answer = tell(clerk, cast, {"id": ID, "kind": "exit", "at": MOMENT} | changed if changed else {})

    assert (answer.status_code, answer.json()["code"]) == (422, "acts_not_understood")


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"\xff", b"[" * 5000])
def test_acts__no_json_of_ours__is_refused(cast: Cast, clerk: Client, body: bytes) -> None:
    assert clerk.post(at(cast, "gate_acts"), body, content_type="application/json").status_code == 422


def test_conflict__is_shown_with_its_plate_until_settled(cast: Cast, clerk: Client) -> None:
    entry = steps.admitted(cast)
    cast.clock.forward(minutes=30)
    span = {
        "id": str(uuid.uuid4()),
        "since": (cast.now - timedelta(minutes=25)).isoformat(),
        "until": cast.now.isoformat(),
    }
    done = act(cast, "let_in", entry=entry.ref, span=span["id"])
    assert tell(clerk, cast, done, spans=[span]).json()["outcomes"][0]["outcome"] == "conflict"

    shown = text(clerk.get(at(cast, "gate_doubts")))
    assert entry.vehicle.plate in shown
    assert "this vehicle came in before" in shown
    settled = clerk.post(at(cast, "gate_conflict", done["id"]), {"reason": "one truck, read twice"})
    assert (settled.status_code, entry.vehicle.plate in text(settled)) == (200, False)
    assert clerk.post(at(cast, "gate_conflict", done["id"]), {"reason": "again"}).status_code == 409


# ---------------------------------------------------------------- doubts
def test_doubt__is_shown_with_its_photo_and_decided_by_one_button(cast: Cast, clerk: Client) -> None:
    promise = steps.reserved(cast)
    event = a_doubt(cast, promise.vehicle.plate)
    shown = text(clerk.get(at(cast, "gate_doubts")))
    assert "cam1/0001.jpg" in shown
    assert "40 %" in shown

    answer = clerk.post(at(cast, "gate_event", event.ref), {"reservation_ref": promise.ref})

    assert answer.status_code == 200
    assert QueueEntry.objects.get().reservation == promise


def test_doubt__none_of_these__changes_nobody(cast: Cast, clerk: Client) -> None:
    promise = steps.reserved(cast)
    event = a_doubt(cast, promise.vehicle.plate)

    clerk.post(at(cast, "gate_event", event.ref))

    assert GateEvent.objects.get().state == "void"
    assert not QueueEntry.objects.exists()


def test_doubt__by_another_ports_person__is_not_found(cast: Cast) -> None:
    event = a_doubt(cast, steps.reserved(cast).vehicle.plate)

    assert reader(cast.other_operator).post(at(cast, "gate_event", event.ref)).status_code == 404
    assert GateEvent.objects.get().state == "doubt"
