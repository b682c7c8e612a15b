"""How a gate's device is let in: a code once, a key of its own, each request signed, near the present, once."""

from __future__ import annotations

import base64
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts.models import Device
from accounts.operations import enrol_device, renew_device_secret, switch_device
from reservations.models import GateEvent
from simulator.gate import Signer
from tests.api.conftest import Caller
from tests.cast import Cast, assemble
from tests.parts.forger import PATH, TRICKS, Forger
from tests.parts.gate_device import SignedClient, key_for


def enrolled(cast: Cast) -> tuple[Device, str]:
    return enrol_device(name="Camera 7", port_code="MOHAN", gate_code="G1", **cast.by(cast.supervisor))


def hand_in(signer: Signer, code: str, **changed: str) -> Any:
    return Caller().post("/gate/enrol/", signer.enrolment(code) | changed, key=None)


def event_of(cast: Cast, number: int = 1) -> dict[str, Any]:
    seen = {"kind": "barrier", "plate": "云X99999", "occurred_at": cast.now.isoformat()}
    return {"events": [{"number": number} | seen]}


def report(signer: Signer, body: Any, **changed: Any) -> Any:
    raw = json.dumps(body).encode()
    header = signer.header(**{"method": "POST", "path": PATH, "body": raw} | changed)
    return Client().post(PATH, raw, "application/json", headers={"Authorization": header, "Accept-Language": "en"})


# ---------------------------------------------------------------- the code
def test_enrol__one_time_code__takes_the_key_once(cast: Cast) -> None:
    device, code = enrolled(cast)
    signer = Signer(device.ref)
    typed = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")  # as somebody read it off a screen

    told = hand_in(signer, typed)
    again = hand_in(Signer(device.ref), code)

    assert (told.status_code, told.json()["gate"], told.json()["port"]) == (200, "G1", "MOHAN")
    assert (again.status_code, again.json()["code"]) == (422, "enrolment_code_not_valid")
    assert Device.objects.get(pk=device.pk).public_key == signer.public_key
    assert report(signer, event_of(cast), at=cast.now).status_code == 200


def test_enrol__code__is_kept_hashed_and_lives_a_day(cast: Cast) -> None:
    device, code = enrolled(cast)
    kept = Device.objects.get(pk=device.pk)
    assert code not in (kept.code_hash, kept.secret_hash)
    assert code.replace("-", "") not in str(vars(kept))
    cast.clock.forward(hours=24)

    assert hand_in(Signer(device.ref), code).json()["code"] == "enrolment_code_not_valid"


def test_enrol__key_that_is_not_held__is_refused(cast: Cast) -> None:
    device, code = enrolled(cast)
    signer, other = Signer(device.ref), Signer(device.ref)

    for changed in (
        {"public_key": other.public_key},
        {"signature": base64.b64encode(bytes(64)).decode()},
        {"public_key": "A" * 44},
    ):
        assert hand_in(signer, code, **changed).json()["code"] == "public_key_not_valid"
    assert hand_in(signer, code).status_code == 200  # the code is not used up by it


def test_enrol__fresh_code__old_key_works_until_the_new_one_is_handed_in(cast: Cast) -> None:
    device, code = enrolled(cast)
    old, new = Signer(device.ref), Signer(device.ref, seq=100)
    hand_in(old, code)
    _, fresh = renew_device_secret(ref=device.ref, port_code="MOHAN", **cast.by(cast.supervisor))
    assert report(old, event_of(cast), at=cast.now).status_code == 200

    hand_in(new, fresh)

    assert report(old, event_of(cast, 2), at=cast.now).json()["code"] == "signature_not_valid"
    assert report(new, event_of(cast, 2), at=cast.now).status_code == 200


def test_enrol__shut_out_or_the_far_sides__is_refused(cast: Cast) -> None:
    device, code = enrolled(cast)
    switch_device(ref=device.ref, port_code="MOHAN", is_active=False, **cast.by(cast.supervisor))
    far, secret = enrol_device(name="Boten", port_code="MOHAN", kind="counterpart", **cast.by(cast.supervisor))

    assert hand_in(Signer(device.ref), code).json()["code"] == "enrolment_code_not_valid"
    assert hand_in(Signer(far.ref), secret[:40]).json()["code"] == "enrolment_code_not_valid"


def test_enrol__guessed_and_guessed__is_stopped(cast: Cast) -> None:
    device, _ = enrolled(cast)
    signer = Signer(device.ref)

    answers = [hand_in(signer, f"{n:012d}").status_code for n in range(21)]

    assert answers == [422] * 20 + [429]


def test_enrol__guessed_from_elsewhere__keeps_nobody_out(cast: Cast) -> None:
    device, code = enrolled(cast)
    signer = Signer(device.ref)
    guesser = Client(REMOTE_ADDR="198.51.100.7")
    for n in range(21):
        said = signer.enrolment(f"{n:012d}")
        told = guesser.post("/api/v1/gate/enrol/", said, content_type="application/json").status_code

    assert (told, hand_in(signer, code).status_code) == (429, 200)


def test_enrol__what_went_well__counts_for_no_limit(cast: Cast) -> None:
    device, code = enrolled(cast)
    for _ in range(21):
        assert hand_in(Signer(device.ref), code).status_code == 200
        _, code = renew_device_secret(ref=device.ref, port_code="MOHAN", **cast.by(cast.supervisor))


# ---------------------------------------------------------------- the signature
def test_signed__secret_of_the_old_kind__is_401_with_the_challenge(cast: Cast) -> None:
    answer = Caller(Authorization=f"Device {cast.device.ref}.secret").post("/gate/arrivals/", {"plate": "A1"}, key=None)

    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Portlane-Ed25519 realm="portlane"')


@pytest.mark.parametrize("off_s", [-119, 119])
def test_signed__clock_nearly_right__is_let_in(cast: Cast, off_s: int) -> None:
    at = cast.now + timedelta(seconds=off_s)
    assert report(key_for(cast.device), event_of(cast), at=at).status_code == 200


@pytest.mark.parametrize("off_s", [-121, 121, 10**9])
def test_signed__clock_off__is_told_the_time(cast: Cast, off_s: int) -> None:
    at = cast.now + timedelta(seconds=off_s)

    answer = report(key_for(cast.device), event_of(cast), at=at)

    assert (answer.status_code, answer.json()["code"]) == (401, "clock_skew")
    assert f'error="clock_skew", now="{cast.now:%Y-%m-%dT%H:%M:%SZ}"' in answer["WWW-Authenticate"]
    assert not GateEvent.objects.exists()


def test_signed__seq_used__is_refused_and_a_fresh_one_tells_the_same_event(cast: Cast) -> None:
    signer = key_for(cast.device)
    first = report(signer, event_of(cast), at=cast.now, seq=7)
    replayed = report(signer, event_of(cast), at=cast.now, seq=7)
    again = report(signer, event_of(cast), at=cast.now, seq=6)  # a lower one that was not used is as good

    assert (replayed.status_code, replayed.json()["code"]) == (401, "replayed")
    assert [told.json()["results"][0]["duplicate"] for told in (first, again)] == [False, True]
    assert GateEvent.objects.count() == 1


def test_signed__another_devices_seqs__are_its_own(cast: Cast) -> None:
    signers = [key_for(cast.device), key_for(cast.other_device)]
    assert [report(signer, {"events": []}, at=cast.now, seq=7).status_code for signer in signers] == [422, 422]


def test_signed__shut_out__is_told_nothing_more_than_a_stranger(cast: Cast) -> None:
    signer = key_for(cast.device)
    switch_device(ref=cast.device.ref, port_code="MOHAN", is_active=False, **cast.by(cast.supervisor))

    answers = [
        report(each, event_of(cast), at=cast.now) for each in (signer, Signer(cast.device.ref), Signer("D-000000000"))
    ]

    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(401, "signature_not_valid")}


def test_signed__too_large__is_413(cast: Cast) -> None:
    answer = report(key_for(cast.device), {"events": [{"x": "y" * 300_000}]}, at=cast.now)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


def test_forged__every_trick_many_times__none_is_let_in(cast: Cast) -> None:
    forger = Forger(key_for(cast.device), cast.other_device)
    forger.listen()
    kept = GateEvent.objects.count()

    assert forger.attack(times=330) == 0
    assert {status for _, status, _ in forger.answers} == {401}
    assert {trick for trick, _, _ in forger.answers} == set(TRICKS)
    assert {code for _, _, code in forger.answers} >= {"replayed", "clock_skew", "signature_not_valid"}
    assert GateEvent.objects.count() == kept > 0


@pytest.mark.django_db(transaction=True)
def test_signed__one_request_sent_by_16_at_once__is_let_in_once(stopped_clock: Any) -> None:
    cast = assemble(stopped_clock)
    signer, body = key_for(cast.device), json.dumps(event_of(cast)).encode()
    header = signer.header(method="POST", path=PATH, body=body, at=cast.now)
    barrier = threading.Barrier(16)

    def send(_: int) -> int:
        barrier.wait()
        try:
            return int(Client().post(PATH, body, "application/json", headers={"Authorization": header}).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(send, range(16)))

    assert sorted(answers) == [200, *[401] * 15]


def test_signed__query_and_body__are_part_of_what_is_signed(cast: Cast) -> None:
    """The client of the tests signs both: one that left them out would be refused."""
    client = SignedClient(key_for(cast.device))
    assert client.post(f"{PATH}?a=1&b=2", event_of(cast), content_type="application/json").status_code == 200
