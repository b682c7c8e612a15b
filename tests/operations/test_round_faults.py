"""A round meets faults: killed at every step, two workers, a solver that gives up, a database that is gone."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.db import OperationalError

from core import ledger
from core.errors import Busy, Conflict
from reservations import proofs, rounds, tasks
from reservations.batches import place_late_requests
from reservations.errors import RoundBusy
from reservations.models import Request, Reservation, Round, RoundProof, Slot
from reservations.operations import publish_round, publishing
from reservations.operations.drawing import LEASE, claim_round, fail_round, store_draw
from reservations.operations.publishing import _Publication
from reservations.rounds import run_round, sweep_rounds
from tests import factories as make
from tests.cast import Cast
from tests.operations import standing
from tests.operations.steps import assert_counted, changes_nothing, events, refuses


class KilledError(BaseException):
    """As a worker that is shot: nothing catches it."""


def killed(*_: Any, **__: Any) -> None:
    raise KilledError


# ---------------------------------------------------------------- killed
@pytest.mark.parametrize(
    ("where", "name"),
    [
        (proofs, "run"),
        (proofs, "outcome_as_json"),
        (rounds, "verify"),
        (rounds, "store_draw"),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_run_round__worker_killed__leaves_the_round_as_it_was_and_the_next_takes_over(
    cast: Cast, closed: Round, monkeypatch: pytest.MonkeyPatch, where: Any, name: str
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(where, name, killed)
        with pytest.raises(KilledError):
            run_round(closed.ref, now=cast.now)
    assert make.the_round(cast).state == "closed"
    assert RoundProof.objects.get().outcome == {}
    sweep_rounds(cast.now)
    assert make.the_round(cast).state == "closed", "its lease has not run out"
    cast.clock.moment += LEASE
    sweep_rounds(cast.now)
    assert (make.the_round(cast).state, make.the_round(cast).attempts) == ("drawn", 2)


STEPS = ["_take", "_move_requests", "_use_credits", "_tell"]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
def test_publish_round__worker_killed__nothing_is_half_published(
    cast: Cast, drawn: Round, monkeypatch: pytest.MonkeyPatch, step: str, before: bool
) -> None:
    original = getattr(_Publication, step)

    def shot(self: _Publication, *args: Any, **named: Any) -> None:
        if not before:
            original(self, *args, **named)
        raise KilledError

    with monkeypatch.context() as patched, changes_nothing():
        patched.setattr(_Publication, step, shot)
        with pytest.raises(KilledError):
            publish_round(ref=drawn.ref, **cast.by())
    sweep_rounds(cast.now)
    assert_whole(cast)


def assert_whole(cast: Cast) -> None:
    """Published, each placed request with its reservation, the counters equal to the rows."""
    assert make.the_round(cast).state == "published"
    assert Reservation.objects.filter(state="confirmed").count() == 2
    assert Request.objects.filter(state="placed", reservation__isnull=False).count() == 2
    assert Request.objects.filter(state="standby").count() == 1
    assert len(events("round.published")) == 1
    assert_counted()


def test_publish_round__ledger_cannot_be_written__nothing_happened(
    cast: Cast, drawn: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(page: object) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as patched, refuses(Busy):
        patched.setattr(ledger, "write", gone)
        publish_round(ref=drawn.ref, **cast.by())
    sweep_rounds(cast.now)
    assert_whole(cast)


def test_sweep_rounds__publishing_fails_somehow__other_rounds_go_on(
    cast: Cast, drawn: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Round.objects.create(
        port=cast.other_port,
        service_date=drawn.service_date,
        policy=cast.other_port.policies.get(),
        state="open",
        seed=drawn.seed,
        commitment=drawn.commitment,
        opens_at=drawn.opens_at,
        closes_at=drawn.closes_at,
        publishes_at=drawn.publishes_at,
        instant_at=drawn.instant_at,
    )
    original = publishing._changed

    def ill(round_: Round, *rows: Any) -> str:
        if round_.pk == drawn.pk:
            raise MemoryError
        return original(round_, *rows)

    monkeypatch.setattr(publishing, "_changed", ill)
    sweep_rounds(cast.now)
    other.refresh_from_db()
    assert other.state == "published"
    assert make.the_round(cast).state == "drawn"


# ---------------------------------------------------------------- two workers
def test_run_round__two_workers__one_draws(cast: Cast, closed: Round) -> None:
    claim_round(ref=closed.ref, **cast.by())
    with refuses(RoundBusy):
        run_round(closed.ref, now=cast.now)


def test_store_draw__worker_thought_dead__can_store_nothing_any_more(cast: Cast, closed: Round) -> None:
    slow = claim_round(ref=closed.ref, **cast.by()).attempts
    cast.clock.moment += LEASE
    quick = claim_round(ref=closed.ref, **cast.by()).attempts
    empty: dict[str, Any] = {"draw": {}, "placed": {}}
    inputs = RoundProof.objects.get().inputs
    with refuses(RoundBusy):
        store_draw(ref=closed.ref, token=slow, inputs=inputs, outcome=empty, **cast.by())
    with refuses(RoundBusy):
        fail_round(ref=closed.ref, token=slow, failure="late", **cast.by())
    with refuses(Conflict):
        store_draw(ref=closed.ref, token=quick, inputs={}, outcome=empty, **cast.by())
    assert store_draw(ref=closed.ref, token=quick, inputs=inputs, outcome=empty, **cast.by()).state == "drawn"


def test_sweep_rounds__workers_keep_dying_over_it__it_is_given_up_and_said(
    cast: Cast, closed: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proofs, "run", killed)
    for _ in range(5):
        with pytest.raises(KilledError):
            sweep_rounds(cast.now)
        cast.clock.moment += LEASE
    sweep_rounds(cast.now)
    assert make.the_round(cast).state == "failed"
    assert "5 workers" in make.the_round(cast).failure
    assert len(events("round.failed")) == 1


# ---------------------------------------------------------------- it cannot be drawn
@pytest.mark.parametrize("problem", [ValueError("unbounded"), MemoryError(), RecursionError()])
def test_run_round__solver_gives_up__round_fails_and_nobody_is_placed(
    cast: Cast, closed: Round, monkeypatch: pytest.MonkeyPatch, problem: Exception
) -> None:
    def ill(*_: Any, **__: Any) -> None:
        raise problem

    monkeypatch.setattr(proofs, "run", ill)
    round_ = run_round(closed.ref, now=cast.now)
    assert (round_.state, round_.failure.split(":")[0]) == ("failed", type(problem).__name__)
    assert [entry.kind for entry in events("round.failed", "request.placed")] == ["round.failed"]
    assert {row.state for row in Request.objects.all()} == {"requested"}


@pytest.mark.parametrize("problem", [OperationalError("server closed the connection"), SoftTimeLimitExceeded()])
def test_sweep_rounds__database_or_time_runs_out_while_drawing__is_tried_again_after_the_lease(
    cast: Cast, closed: Round, monkeypatch: pytest.MonkeyPatch, problem: Exception
) -> None:
    def ill(*_: Any, **__: Any) -> None:
        raise problem

    with monkeypatch.context() as patched:
        patched.setattr(proofs, "run", ill)
        sweep_rounds(cast.now)
    sweep_rounds(cast.now)
    assert (make.the_round(cast).state, make.the_round(cast).attempts) == ("closed", 1)
    cast.clock.moment += LEASE
    sweep_rounds(cast.now)
    assert make.the_round(cast).state == "drawn"
    assert not events("round.failed")


def test_sweep_rounds__failed_and_its_day_has_begun__is_called_off_and_its_requests_placed(
    cast: Cast, closed: Round
) -> None:
    """Until somebody looks at it, but not while trucks stand before kept places."""
    Round.objects.filter(pk=closed.pk).update(state="failed", failure="x")
    midnight = datetime.combine(closed.service_date, time(), cast.port.tz)
    cast.clock.moment = midnight - timedelta(seconds=1)
    sweep_rounds(cast.now)
    assert make.the_round(cast).state == "failed"
    cast.clock.moment = midnight
    sweep_rounds(cast.now)
    assert make.the_round(cast).state == "void"
    assert place_late_requests(cast.port.code, now=cast.now) == 2
    assert {slot.protected for slot in Slot.objects.filter(lane=cast.lane, service_date=closed.service_date)} == {0}


def test_advance_rounds__several_rounds__is_a_task_each_but_for_those_being_drawn(
    cast: Cast, closed: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    monkeypatch.setattr(tasks.advance_round, "apply_async", lambda args, expires: sent.extend(args))
    other = standing.a_round(cast, state="open", day=closed.service_date + timedelta(days=1))
    tasks.advance_rounds()
    assert sorted(sent) == sorted([closed.ref, other.ref])
    claim_round(ref=closed.ref, **cast.by())
    sent.clear()
    tasks.advance_rounds()
    assert sent == [other.ref]
    cast.clock.moment += LEASE
    tasks.advance_round(closed.ref)
    closed.refresh_from_db()
    assert closed.state == "drawn"


def test_run_round__verifier_finds_fault__nobody_is_placed_by_it(
    cast: Cast, closed: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = proofs.run

    def overfull(*args: Any, **kwargs: Any) -> Any:
        outcome = honest(*args, **kwargs)
        return type(outcome)(**{**vars(outcome), "placed": dict.fromkeys(outcome.draw, cast.slots[10].ref)})

    monkeypatch.setattr(proofs, "run", overfull)
    round_ = run_round(closed.ref, now=cast.now)
    assert round_.state == "failed"
    assert "NotLawful" in round_.failure
