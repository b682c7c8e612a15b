"""The draw of a round around its computation: one worker claims it, computes outside any transaction, and stores the result whole."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q

from core.actors import Actor
from core.db import operation
from core.errors import Conflict
from core.machine import advance
from reservations.errors import RoundBusy
from reservations.models import Round, RoundProof
from reservations.operations.rounds import found_round, record_round
from reservations.proofs import hash_of

LEASE = timedelta(minutes=6)  # longer than the time limit of the task that draws
GIVEN_UP_AFTER = 5  # workers that died over it
FAILURE_LENGTH = 300


@operation
def claim_round(*, ref: str, now: datetime, actor: Actor) -> Round:
    """This will claim a closed round for one worker until its lease ends; `attempts` of the returned row is the claim's token.

    Whoever claims after it has another token, so that a worker thought dead can store nothing any more. Raises UnknownRound, RoundBusy.
    """
    free = Round.objects.filter(Q(lease_until=None) | Q(lease_until__lte=now), ref=ref)
    machine_allows = free.filter(state="closed")
    if not machine_allows.update(attempts=F("attempts") + 1, lease_until=now + LEASE):
        found_round(ref)
        raise RoundBusy
    return found_round(ref)


@operation
def store_draw(
    *, ref: str, token: int, inputs: dict[str, Any], outcome: dict[str, Any], now: datetime, actor: Actor
) -> Round:
    """This will keep what was drawn, to itself until its moment (closed → drawn).

    Raises UnknownRound, RoundBusy when the claim is lost, Conflict for other inputs than it was closed with.
    """
    round_ = found_round(ref)
    if (round_.state, round_.attempts) != ("closed", token):
        raise RoundBusy
    hashes = {"inputs_hash": hash_of(inputs), "outcome_hash": hash_of(outcome)}
    if round_.inputs_hash not in ("", hashes["inputs_hash"]):
        raise Conflict
    counted = {"asked": len(outcome["draw"]), "placed": len(outcome["placed"])}
    advance(round_, "drawn", still={"attempts": token}, drawn_at=now, lease_until=None, failure="", **hashes, **counted)
    RoundProof.objects.update_or_create(round=round_, defaults={"inputs": inputs, "outcome": outcome})
    record_round(round_, "round.drawn", **hashes)
    return round_


@operation
def fail_round(*, ref: str, token: int, failure: str, now: datetime, actor: Actor) -> Round:
    """This will give a round up until somebody looks at it (closed or drawn → failed). Raises UnknownRound, RoundBusy, WrongState."""
    round_ = found_round(ref)
    if round_.attempts != token:
        raise RoundBusy
    advance(round_, "failed", still={"attempts": token}, failure=failure[:FAILURE_LENGTH], lease_until=None)
    record_round(round_, "round.failed", reason=failure[:FAILURE_LENGTH])
    return round_


def is_given_up(round_: Round) -> bool:
    """This will tell whether so many claims ended without a word (their lease ran out) that the next one would end so too."""
    died = round_.attempts - round_.redraws
    return round_.lease_until is not None and died > 0 and died % GIVEN_UP_AFTER == 0
