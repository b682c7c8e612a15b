"""Rounds from calendar to result: what is due is done, and a tick that was lost is made up by the next.

Each step is an operation of its own; only the computation of a draw runs outside a transaction, under a lease.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded

from core import worlds
from core.actors import system
from core.db import busy, is_busy
from core.errors import DomainError
from reservations import calendars, proofs, round_inputs
from reservations.allocation import verify
from reservations.allocation.solving import Progress
from reservations.errors import NoPolicy, RoundBusy, SeedNotCommitted
from reservations.models import Allocation, Round, RoundProof, Slot
from reservations.operations import announce_round, close_round, open_round, publish_round, void_round
from reservations.operations.drawing import claim_round, fail_round, is_given_up, store_draw
from reservations.operations.rounds import hold_places
from yards.models import Port

log = logging.getLogger(__name__)
HERALD = system("rounds")
ANNOUNCED_AHEAD = timedelta(days=1)
DECIDED_AHEAD = timedelta(minutes=10)
SOLVER = "scipy"


@dataclass(frozen=True)
class Swept:
    """How many rounds one sweep announced and moved."""

    announced: int
    moved: int


def sweep_rounds(now: datetime) -> Swept:
    """This will do whatever is due: announce, open, close, draw, publish. Running it twice or late does no harm."""
    return Swept(announce_due(now), advance_due(now))


def announce_due(now: datetime) -> int:
    """This will announce the rounds of days whose places could be asked for, or soon; returns how many."""
    return sum(_announce_safely(port, day, now) for port, day in _days_to_decide(now))


def advance_due(now: datetime) -> int:
    """This will bring every round as far as its moments allow; returns how many steps were made."""
    return sum(advance(ref, now) for ref in refs_to_advance(now))


def refs_to_advance(now: datetime) -> list[str]:
    """This will return the rounds without a result, the soonest first, but for those that a worker is drawing."""
    live = worlds.narrowed(Round.objects.exclude(state__in=Round.machine.ends), "port__sandbox_of")
    live = live.exclude(state="closed", lease_until__gt=now)
    return list(live.order_by("closes_at", "pk").values_list("ref", flat=True))


def advance(ref: str, now: datetime) -> int:
    """This will bring one round as far as its moments allow; returns how many steps were made. One that fails is told in the log."""
    return _safely(ref, partial(_advance_one, ref, now))


def run_round(ref: str, *, now: datetime, progress: Progress | None = None) -> Round:
    """This will draw a closed round (closed → drawn, or failed when it cannot be drawn): claim, read, allocate, check, store.

    Raises UnknownRound, RoundBusy while another worker draws it, SoftTimeLimitExceeded. A worker that dies, runs out of time or loses
    the database (Busy) leaves the round as it was: it is tried again when its lease has run out.
    """
    round_ = claim_round(ref=ref, now=now, actor=HERALD)
    token = round_.attempts
    try:
        inputs = _closed_with(round_, now)
        outcome = _draw(round_, inputs, progress or _logged(ref))
    except SoftTimeLimitExceeded:
        raise
    except Exception as problem:
        if is_busy(problem):
            raise busy(problem) from problem
        log.exception("round %s could not be drawn", ref)
        return fail_round(ref=ref, token=token, failure=f"{type(problem).__name__}: {problem}", now=now, actor=HERALD)
    return store_draw(ref=ref, token=token, inputs=inputs, outcome=outcome, now=now, actor=HERALD)


def publish(ref: str, *, now: datetime) -> Round:
    """This will publish a drawn round; one whose seed is not the committed one fails for all to see. Raises what publish_round raises."""
    try:
        return publish_round(ref=ref, now=now, actor=HERALD)
    except SeedNotCommitted as problem:
        round_ = Round.objects.get(ref=ref)
        fail_round(ref=ref, token=round_.attempts, failure=str(problem), now=now, actor=HERALD)
        raise


class ProofLost(Exception):
    """What the round was closed with is not there any more: nothing can be drawn that anybody could check."""


def _closed_with(round_: Round, now: datetime) -> dict[str, Any]:
    """The inputs as they were kept at the close; of a round that was closed before they were, as they are now."""
    if not round_.inputs_hash:
        return round_inputs.read(round_, at=now)
    proof = RoundProof.objects.filter(round=round_).first()
    if proof is None or proofs.hash_of(proof.inputs) != round_.inputs_hash:
        raise ProofLost
    inputs: dict[str, Any] = proof.inputs
    return inputs


class NotLawful(Exception):
    """The independent verifier found fault with an outcome: nobody is placed by it."""


def _draw(round_: Round, inputs: dict[str, Any], progress: Progress) -> dict[str, Any]:
    outcome = proofs.run(inputs, round_.seed, solver=SOLVER, progress=progress)
    requests, places, rule, yard = proofs.problem_of(inputs)
    key = proofs.key_of(inputs, round_.seed)
    verdict = verify(requests, places, rule, outcome.placed, key=key, yard=yard, raised=outcome.raised)
    if not verdict.is_lawful:
        raise NotLawful("; ".join(verdict.problems[:3]))
    return proofs.outcome_as_json(outcome, inputs)


def _logged(ref: str) -> Progress:
    def told(stage: str, share: float) -> None:
        log.info("round %s: %s, %d %% done", ref, stage, round(share * 100))

    return told


def _days_to_decide(now: datetime) -> list[tuple[str, date]]:
    """Days with slots ahead and no round yet that are, by the port's rules, as near as to be announced."""
    slots = worlds.narrowed(Slot.objects.filter(starts_at__gt=now), "lane__port__sandbox_of")
    ahead = slots.order_by().values_list("lane__port", "service_date").distinct()
    known = set(Round.objects.filter(service_date__gte=now.date()).values_list("port", "service_date"))
    ports = Port.objects.in_bulk({port for port, _ in ahead})
    pairs = sorted((port, day) for port, day in ahead if (port, day) not in known)
    return [(ports[port].code, day) for port, day in pairs if _is_near(ports[port], day, now)]


def _is_near(port: Port, day: date, now: datetime) -> bool:
    try:
        policy = calendars.policy_for(port, day, now=now)
    except NoPolicy:
        return False
    moments = calendars.moments_of(policy, port, day)
    # The forecast decides once, just before requests open; a round that is held anyway is announced a day ahead.
    ahead = ANNOUNCED_AHEAD if policy.allocation == Allocation.ROUNDS else DECIDED_AHEAD
    return policy.allocation != Allocation.OPEN and moments.opens_at - ahead <= now < moments.closes_at


def _announce_safely(port_code: str, day: date, now: datetime) -> int:
    return _safely(f"{port_code} {day}", partial(_announce, port_code, day, now))


def _announce(port_code: str, day: date, now: datetime) -> int:
    return int(announce_round(port_code=port_code, service_date=day, now=now, actor=HERALD) is not None)


def _advance_one(ref: str, now: datetime) -> int:
    """Several steps at once where ticks were lost. A round that goes back waits for the next sweep."""
    steps = 0
    round_ = Round.objects.select_related("port").get(ref=ref)
    steps += _keep_all_places(round_, now)
    if round_.state == "announced" and round_.opens_at <= now:
        round_, steps = open_round(ref=ref, now=now, actor=HERALD), steps + 1
    if round_.state == "open" and round_.closes_at <= now:
        round_, steps = close_round(ref=ref, now=now, actor=HERALD), steps + 1
    if round_.state != "published" and _day_is_over(round_, now):
        void_round(ref=ref, reason="its day is over", now=now, actor=HERALD)
        return steps + 1
    if round_.state == "failed" and _day_has_begun(round_, now):
        void_round(ref=ref, reason="it could not be drawn and its day has begun", now=now, actor=HERALD)
        return steps + 1
    if round_.state == "closed":
        round_, steps = _run(round_, now), steps + 1
    if round_.state == "drawn" and round_.publishes_at <= now:
        round_, steps = publish(ref, now=now), steps + 1
    return steps


def _run(round_: Round, now: datetime) -> Round:
    is_free = round_.lease_until is None or round_.lease_until <= now
    if is_free and is_given_up(round_):
        failure = f"{round_.attempts} workers ended while drawing it"
        return fail_round(ref=round_.ref, token=round_.attempts, failure=failure, now=now, actor=HERALD)
    return run_round(round_.ref, now=now)


def _keep_all_places(round_: Round, now: datetime) -> int:
    """Slots made, or places added, after the announcement."""
    free = Slot.objects.filter(lane__port=round_.port, service_date=round_.service_date).with_room()
    return int(bool(free.exists() and hold_places(ref=round_.ref, now=now, actor=HERALD)))


def _day_has_begun(round_: Round, now: datetime) -> bool:
    """Nobody can wait for somebody to look at it any more: trucks stand at the gate while its places are kept."""
    return now.astimezone(round_.port.tz).date() >= round_.service_date


def _day_is_over(round_: Round, now: datetime) -> bool:
    return now.astimezone(round_.port.tz).date() > round_.service_date


def _safely(name: str, act: Callable[[], int]) -> int:
    """One that fails, however it fails, leaves the others alone."""
    try:
        return act()
    except RoundBusy:
        return 0
    except DomainError as reason:
        log.warning("round %s left alone: %s", name, reason.code)
    except Exception:
        log.exception("round %s failed", name)
    return 0
