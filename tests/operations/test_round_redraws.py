"""What a round is drawn over: changes after its close and after its draw, what everybody sees of them, and the seed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import Vehicle
from core.errors import Conflict
from reservations import proofs, round_inputs
from reservations.checking import faults
from reservations.errors import SeedNotCommitted
from reservations.models import Request, Reservation, Round, RoundProof, Slot
from reservations.operations import change_capacity, close_round, publish_round
from reservations.operations.publishing import _Publication
from reservations.queries.proofs import ledger_faults, proof_of
from reservations.rounds import run_round, sweep_rounds
from tests import factories as make
from tests.cast import Cast
from tests.operations.steps import assert_counted, changes_nothing, events, refuses


# ---------------------------------------------------------------- changed after the draw
def _cut(cast: Cast) -> None:
    change_capacity(slot_ref=cast.slots[10].ref, planned=1, reason="rain", **cast.by(cast.supervisor))


def _freeze(cast: Cast) -> None:
    Slot.objects.filter(pk=cast.slots[10].pk).update(is_frozen=True)


def _tampered(cast: Cast) -> None:
    proof = RoundProof.objects.get()
    proof.outcome["placed"] = {}
    proof.save()


@pytest.mark.parametrize("change", [_cut, _freeze, _tampered], ids=lambda change: change.__name__[1:])
def test_publish_round__what_was_drawn_over_has_changed__it_is_drawn_again(
    cast: Cast, drawn: Round, change: Callable[[Cast], None]
) -> None:
    change(cast)
    round_ = publish_round(ref=drawn.ref, **cast.by())
    assert round_.state == "closed"
    assert not Reservation.objects.exists()
    (told,) = events("round.redrawn")
    assert "changed" in told.reason
    sweep_rounds(cast.now)
    assert make.the_round(cast).state == "published"
    assert_counted()
    for slot in Slot.objects.filter(lane=cast.lane):
        assert slot.taken <= slot.capacity


def test_publish_round__drawn_again__places_only_and_by_the_key_of_the_close(cast: Cast, drawn: Round) -> None:
    """Cutting places by hand rolls no new dice: who came first in the first draw does so in every other."""
    first = RoundProof.objects.get()
    was = [drawn.inputs_hash, drawn.outcome_hash]
    Request.objects.update(travel_minutes=1, preferred_at=cast.slots[11].starts_at, latest_at=cast.slots[11].starts_at)
    _cut(cast)
    assert publish_round(ref=drawn.ref, **cast.by()).redraws == 1
    sweep_rounds(cast.now)
    proof = RoundProof.objects.get()
    kept = {name: value for name, value in first.inputs.items() if name != "places"}
    assert kept | {"places": proof.inputs["places"], "superseded": [was]} == proof.inputs
    assert proof.outcome["draw"] == first.outcome["draw"]
    (told,) = events("round.redrawn")
    assert (told.data["superseded"], told.data["inputs_hash"]) == (was, proofs.hash_of(proof.inputs))
    assert list(faults(proof_of(drawn.ref))) == []
    assert [line for line in ledger_faults(drawn.ref) if "commitment" not in line] == []  # never announced


@pytest.mark.parametrize("cut", ["places that nobody was given", "facts of the vehicles"])
def test_publish_round__what_no_placement_hangs_on_has_changed__is_published_as_drawn(
    cast: Cast, drawn: Round, cut: str
) -> None:
    if cut == "facts of the vehicles":
        Vehicle.objects.update(reefer=True, length_m=1)
    else:
        change_capacity(slot_ref=cast.slots[9].ref, planned=1, reason="rain", **cast.by(cast.supervisor))
    assert publish_round(ref=drawn.ref, **cast.by()).state == "published"
    assert events("round.redrawn") == []


def test_publish_round__request_told_after_the_close__is_a_late_one(cast: Cast, drawn: Round) -> None:
    """Asked before the close in a transaction that ended after it."""
    late = make.a_request(cast, window=(2, 2, 2))
    assert publish_round(ref=drawn.ref, **cast.by()).state == "published"
    assert list(Request.objects.late()) == [late]


def test_publish_round__inputs_lost__cannot_be_drawn_again_over_others(cast: Cast, drawn: Round) -> None:
    RoundProof.objects.update(inputs={})
    assert publish_round(ref=drawn.ref, **cast.by()).state == "closed"
    sweep_rounds(cast.now)
    round_ = make.the_round(cast)
    assert (round_.state, round_.inputs_hash) == ("failed", drawn.inputs_hash)
    assert "ProofLost" in round_.failure


# ---------------------------------------------------------------- what it is drawn over
def test_close_round__its_ledger__tells_the_hash_of_all_that_was_asked(closed: Round) -> None:
    (told,) = events("round.closed")
    inputs = RoundProof.objects.get().inputs
    assert told.data["inputs_hash"] == closed.inputs_hash == proofs.hash_of(inputs)
    assert (told.data["asked"], len(inputs["requests"])) == (3, 3)


def test_close_round__request_comes_while_they_are_read__is_closed_by_the_next_sweep(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_ = make.a_round(cast)
    cast.clock.moment = round_.closes_at
    read = round_inputs.read

    def overtaken(*args: Any, **kwargs: Any) -> dict[str, Any]:
        inputs = read(*args, **kwargs)
        make.a_request(cast)
        return inputs

    with monkeypatch.context() as patched, changes_nothing(), refuses(Conflict):
        patched.setattr(round_inputs, "read", overtaken)
        close_round(ref=round_.ref, **cast.by())
    make.a_request(cast)
    assert close_round(ref=round_.ref, **cast.by()).asked == 1


def test_run_round__places_and_vehicles_changed_since_the_close__draws_over_what_was_closed(
    cast: Cast, closed: Round
) -> None:
    Vehicle.objects.update(reefer=True)
    Slot.objects.update(capacity=1, planned=1, protected=1)
    drawn = run_round(closed.ref, now=cast.now)
    assert (drawn.state, drawn.inputs_hash, drawn.placed) == ("drawn", closed.inputs_hash, 2)


def test_sweep_rounds__drawn_again_and_again__is_not_taken_for_dead_workers(cast: Cast, drawn: Round) -> None:
    Round.objects.update(state="closed", attempts=5, redraws=5, lease_until=cast.now)
    sweep_rounds(cast.now)
    assert make.the_round(cast).state == "published"


def test_publish_round__request_leaves_in_the_same_moment__nothing_happens_and_the_next_sweep_draws_again(
    cast: Cast, drawn: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other transaction ends between our reading and our writing: here, just before the requests move."""
    original = _Publication._take

    def overtaken(self: _Publication, **named: Any) -> None:
        original(self, **named)
        Request.objects.filter(pk=self.requests[0].pk).update(state="withdrawn")

    with monkeypatch.context() as patched, refuses(Conflict):
        patched.setattr(_Publication, "_take", overtaken)
        publish_round(ref=drawn.ref, **cast.by())


# ---------------------------------------------------------------- what everybody sees of it
@pytest.mark.parametrize(
    ("failure", "word"),
    [
        ("OperationalError: connection to 10.0.0.7 refused", "could_not_be_drawn"),
        ("NotLawful: W-1 stands twice", "not_lawful"),
        ("ProofLost: ", "proof_lost"),
        ("", ""),
    ],
)
def test_public_round__failed__tells_a_word_and_never_the_text(cast: Cast, failure: str, word: str) -> None:
    round_ = make.a_round(cast, state="failed", failure=failure)
    told = Client().get(f"/api/v1/public/rounds/{round_.ref}/").json()
    assert told["failure"] == word
    page = Client().get(f"/rounds/{round_.ref}/")
    assert page.status_code == 200
    assert (failure or "OperationalError") not in page.content.decode()


def test_public_round__seed_not_committed__says_so(cast: Cast, drawn: Round) -> None:
    Round.objects.filter(pk=drawn.pk).update(seed="00" * 32)
    sweep_rounds(cast.now)
    assert Client().get(f"/api/v1/public/rounds/{drawn.ref}/").json()["failure"] == "seed_not_committed"


def test_public_round__drawn_again__shows_how_often(cast: Cast, drawn: Round) -> None:
    _cut(cast)
    publish_round(ref=drawn.ref, **cast.by())
    told = Client().get(f"/api/v1/public/rounds/{drawn.ref}/").json()
    assert (told["redraws"], told["inputs_hash"]) == (1, make.the_round(cast).inputs_hash)
    assert (
        "drawn 1 time more" in Client().get(f"/rounds/{drawn.ref}/", headers={"accept-language": "en"}).content.decode()
    )


# ---------------------------------------------------------------- the seed
def test_publish_round__seed_is_not_the_committed_one__refuses_and_all_supervisors_see_it(
    cast: Cast, drawn: Round
) -> None:
    Round.objects.filter(pk=drawn.pk).update(seed="00" * 32)
    with refuses(SeedNotCommitted):
        publish_round(ref=drawn.ref, **cast.by())
    sweep_rounds(cast.now)
    round_ = make.the_round(cast)
    assert (round_.state, bool(round_.failure)) == ("failed", True)
    assert not Reservation.objects.exists()
    assert len(events("round.failed")) == 1
