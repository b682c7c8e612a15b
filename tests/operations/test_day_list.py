"""The day list and the pass beside it: who is on it, what it refuses, how long it is good, and that a key may be replaced."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from reservations import day_list, passes
from reservations.models import Reservation
from reservations.operations import admit, call_next, cancel_reservation, change_slot
from reservations.queries.faults import opens_at
from tests.cast import Cast
from tests.operations import steps
from yards.models import Gate

SEEDS = [base64.b64encode(bytes([n] * 32)).decode() for n in (1, 2)]


@pytest.fixture(autouse=True)
def keys(settings: Any) -> Iterator[Any]:
    settings.PORTLANE_PASS_KEY, settings.PORTLANE_PASS_KEYS_ALSO = SEEDS[0], []
    passes.signing_key.cache_clear()
    yield settings
    passes.signing_key.cache_clear()


def listed(cast: Cast) -> dict[str, Any]:
    return day_list.read(day_list.signed(cast.gate, now=cast.now), now=cast.now)


def token_of(promise: Reservation) -> str:
    return passes.issue(Reservation.objects.select_related("slot", "vehicle", "lane").get(pk=promise.pk))


def verify(token: str, capsys: Any, *options: str) -> tuple[int, str]:
    """Runs the command; returns its exit code and what it said last."""
    try:
        call_command("verify_pass", token, *options)
        code = 0
    except SystemExit as end:
        code = int(str(end.code))
    return code, capsys.readouterr().out.strip().splitlines()[-1]


def test_day_list__expected_called_and_inside__stand_on_it_with_plate_and_bay(cast: Cast) -> None:
    inside, called = steps.admitted(cast), steps.called(cast)
    expected = steps.reserved(cast, slot=cast.slots[1])

    rows = {row["plate"]: row for row in listed(cast)["rows"]}

    assert [rows[one.vehicle.plate]["state"] for one in (inside, called, expected)] == [
        "admitted",
        "called",
        "confirmed",
    ]
    assert rows[called.vehicle.plate]["bay"] == steps.live_stay(called).bay.code
    assert rows[expected.vehicle.plate]["serial"] == 1


def test_day_list__opens_after_its_end__stands_on_it_as_too_early(cast: Cast) -> None:
    soon, tomorrow = steps.reserved(cast, slot=cast.slots[7]), steps.reserved(cast, slot=cast.slots[9])
    assert opens_at(soon) >= cast.now + day_list.GOOD_FOR

    said = listed(cast)

    assert [row["reservation"] for row in said["rows"]] == [soon.ref]
    assert day_list.decide(passes.read(token_of(soon)), said, at=cast.now) == ("stop", "too_early")
    assert tomorrow.ref not in said["revoked"]


def test_day_list__another_yards__is_not_on_it(cast: Cast) -> None:
    steps.reserved(cast, slot=cast.slots[1])

    cast.other_lane.gate.yard = cast.other_yard
    said = day_list.day_list(cast.other_lane.gate, now=cast.now)

    assert (said["rows"], said["lanes"]) == ([], [cast.other_lane.code])


def test_day_list__after_four_hours__is_refused(cast: Cast) -> None:
    text = day_list.signed(cast.gate, now=cast.now)

    assert day_list.read(text, now=cast.now + timedelta(hours=4, seconds=-1))["gate"] == "G1"
    with pytest.raises(day_list.DayListExpired):
        day_list.read(text, now=cast.now + timedelta(hours=4))


def test_day_list__any_byte_changed__is_not_valid(cast: Cast) -> None:
    text = day_list.signed(cast.gate, now=cast.now)

    for place in range(0, len(text) - 1, 37):
        changed = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
        with pytest.raises(passes.PassNotValid):
            day_list.read(changed, now=cast.now)


def test_day_list__a_pass_in_its_place__is_not_valid(cast: Cast) -> None:
    with pytest.raises(passes.PassNotValid):
        day_list.read(token_of(steps.reserved(cast)), now=cast.now)


@pytest.mark.parametrize(
    ("what", "says"),
    [
        ("in time", ("go", "in_time")),
        ("early", ("stop", "too_early")),
        ("late", ("arrive", "too_late")),
        ("cancelled", ("stop", "cancelled")),
        ("moved", ("stop", "outdated")),
        ("waiting", ("ask", "waits_offline")),
        ("inside", ("stop", "inside")),
    ],
)
def test_pass__beside_the_list__is_decided_by_what_the_list_says_of_it(
    cast: Cast, what: str, says: tuple[str, str]
) -> None:
    promise = steps.reserved(cast, slot=cast.slots[1])
    token = token_of(promise)
    moment = {"early": cast.now - timedelta(hours=3), "late": cast.slots[1].ends_at + timedelta(hours=1)}.get(
        what, cast.slots[1].starts_at
    )
    if what == "cancelled":
        cancel_reservation(ref=promise.ref, **cast.by(cast.driver))
    if what == "moved":
        change_slot(ref=promise.ref, slot_ref=cast.slots[2].ref, **cast.by(cast.driver))
    if what in ("waiting", "inside"):
        cast.clock.moment = cast.slots[1].starts_at
        steps.arrived(cast, promise)
    if what == "inside":
        admit(entry_ref=call_next(lane_code=cast.lane.code, **cast.by(cast.operator)).ref, **cast.by(cast.operator))

    assert day_list.decide(passes.read(token), listed(cast), at=moment) == says


def test_pass__moved_to_another_day__the_older_one_admits_nobody_today(cast: Cast) -> None:
    promise = steps.reserved(cast, slot=cast.slots[1])
    token = token_of(promise)
    change_slot(ref=promise.ref, slot_ref=cast.slots[9].ref, **cast.by(cast.driver))

    assert day_list.decide(passes.read(token), listed(cast), at=cast.slots[1].starts_at) == ("stop", "moved")


def test_pass__given_after_the_list_was_made__a_person_compares_in_its_time(cast: Cast) -> None:
    known = listed(cast)
    said = passes.read(token_of(steps.reserved(cast, slot=cast.slots[1])))

    assert day_list.decide(said, known, at=cast.slots[1].starts_at) == ("ask", "new_pass")
    assert day_list.decide(said, known, at=cast.slots[1].ends_at + timedelta(hours=1)) == ("stop", "too_late")


def test_key__replaced__older_passes_stay_genuine_while_it_is_named(cast: Cast, keys: Any) -> None:
    token = token_of(steps.reserved(cast))
    old = passes.public_text(passes.signing_key().public_key())
    keys.PORTLANE_PASS_KEY = SEEDS[1]
    passes.signing_key.cache_clear()

    with pytest.raises(passes.PassNotValid):
        passes.read(token)
    keys.PORTLANE_PASS_KEYS_ALSO = [old]
    assert passes.read(token).serial == 1
    assert len(listed(cast)["keys"]) == 2


def test_key__that_is_none__is_said_so(cast: Cast, keys: Any) -> None:
    keys.PORTLANE_PASS_KEYS_ALSO = ["c2hvcnQ="]

    with pytest.raises(ImproperlyConfigured, match="PORTLANE_PASS_KEYS_ALSO"):
        passes.verifying_keys()


@pytest.mark.parametrize(
    "payload",
    [["a", "b", "c", 1, 2, "d"], ["a", "b", "c", 1.5, 2, "d", 1], ["a", "b", "c", True, 2, "d", 1], {"a": 1}, 7],
)
def test_pass__signed_but_of_another_shape__is_not_valid(payload: Any) -> None:
    with pytest.raises(passes.PassNotValid):
        passes.read(passes.sealed(passes.VERSION, payload))


def test_verify_pass__with_a_day_list__admits_once_and_refuses_the_second(
    cast: Cast, capsys: Any, tmp_path: Path
) -> None:
    entry = steps.called(cast)
    token, path = token_of(entry.reservation), tmp_path / "list"
    path.write_text(day_list.signed(cast.gate, now=cast.now))

    assert verify(token, capsys, f"--day-list={path}") == (0, "admit: called")
    admit(entry_ref=entry.ref, **cast.by(cast.operator))
    path.write_text(day_list.signed(cast.gate, now=cast.now))
    assert verify(token, capsys, f"--day-list={path}") == (1, "refuse: inside")
    path.write_text(day_list.signed(Gate.objects.select_related("yard__port").get(code="G2"), now=cast.now))
    assert verify(token, capsys, f"--day-list={path}") == (0, "leave: leaves")


def test_verify_pass__one_that_was_not_called__asks_a_person(cast: Cast, capsys: Any, tmp_path: Path) -> None:
    promise = steps.reserved(cast)
    steps.arrived(cast, promise)
    token, path = token_of(promise), tmp_path / "list"
    path.write_text(day_list.signed(cast.gate, now=cast.now))

    assert verify(token, capsys, f"--day-list={path}") == (2, "ask: waits_offline")


def test_verify_pass__list_expired__refuses(cast: Cast, capsys: Any, tmp_path: Path) -> None:
    token, path = token_of(steps.reserved(cast)), tmp_path / "list"
    path.write_text(day_list.signed(cast.gate, now=cast.now))

    code, said = verify(token, capsys, f"--day-list={path}", f"--at={(cast.now + timedelta(hours=5)).isoformat()}")

    assert (code, said.split(":")[1].strip()) == (1, "day_list_expired")


def test_verify_pass__by_a_public_key_alone__knows_its_own_and_no_other(cast: Cast, capsys: Any) -> None:
    token = token_of(steps.reserved(cast))
    own = passes.public_text(passes.signing_key().public_key())
    other = passes.public_text(Ed25519PrivateKey.generate().public_key())

    assert verify(token, capsys, f"--key={own}")[0] == 0
    assert verify(token, capsys, f"--key={other}")[0] == 1
