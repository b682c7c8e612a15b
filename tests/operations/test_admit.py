"""Through the gate: only who was called, and into a bay that can still be used."""

from __future__ import annotations

from core.errors import NotFound, WrongState
from reservations.operations import admit
from tests.cast import Cast
from tests.operations.steps import admitted, called, entry_now, live_stay, recording, refuses, walked_up
from yards.errors import NoBayThatFits
from yards.models import Gate, Stay
from yards.operations import block_bay


def block(cast: Cast, *codes: str) -> None:
    for code in codes:
        block_bay(yard_code=cast.yard.code, bay_code=code, reason="oil", **cast.by(cast.operator))


def test_admit__called__is_in_the_yard_and_its_call_no_longer_expires(cast: Cast) -> None:
    entry = called(cast)
    cast.clock.forward(minutes=5)
    with recording(cast) as added:
        admit(entry_ref=entry.ref, **cast.by(cast.device))
    now = entry_now(entry)
    assert (now.state, now.admitted_at, now.call_expires_at, now.gate) == ("admitted", cast.now, None, cast.gate)
    assert live_stay(entry).state == "held"
    (event,) = added
    assert (event.kind, event.actor, event.data["gate"]) == ("queue.admitted", cast.device.ref, "G1")


def test_admit__at_another_gate__records_that_gate(cast: Cast) -> None:
    entry = called(cast)
    admit(entry_ref=entry.ref, gate_code="G2", **cast.by(cast.operator))
    assert entry_now(entry).gate == Gate.objects.get(yard=cast.yard, code="G2")


def test_admit__gate_of_another_yard_or_unknown__is_refused_not_guessed(cast: Cast) -> None:
    Gate.objects.create(yard=cast.other_yard, code="G7", kind="entry")
    entry = called(cast)
    for code in ("G7", "G99"):
        with refuses(NotFound):
            admit(entry_ref=entry.ref, gate_code=code, **cast.by(cast.operator))


def test_admit__held_bay_was_blocked_meanwhile__gets_another_one_first(cast: Cast) -> None:
    entry = called(cast)
    held = live_stay(entry)
    block(cast, held.bay.code)
    with recording(cast) as added:
        admit(entry_ref=entry.ref, **cast.by(cast.operator))
    stay = live_stay(entry)
    assert stay.bay_id != held.bay_id
    assert stay.why["instead_of"] == held.bay.code
    assert Stay.objects.get(pk=held.pk).state == "released"
    assert [event.kind for event in added] == ["stay.released", "stay.held", "queue.admitted"]
    assert added[0].reason == "bay_blocked"


def test_admit__held_bay_blocked_and_no_other_free__stays_called_outside(cast: Cast) -> None:
    entry = called(cast)
    block(cast, "A-01", "A-02", "A-03", "B-01", "C-01")
    with refuses(NoBayThatFits):
        admit(entry_ref=entry.ref, **cast.by(cast.operator))
    assert entry_now(entry).state == "called"


def test_admit__waiting__is_refused(cast: Cast) -> None:
    entry = walked_up(cast)
    with refuses(WrongState):
        admit(entry_ref=entry.ref, **cast.by(cast.operator))


def test_admit__read_twice_at_the_gate__is_one_arrival(cast: Cast) -> None:
    entry = admitted(cast)
    with refuses(WrongState):
        admit(entry_ref=entry.ref, **cast.by(cast.device))


def test_admit__unknown__is_not_found(cast: Cast) -> None:
    with refuses(NotFound):
        admit(entry_ref="Q-000000000", **cast.by(cast.operator))
