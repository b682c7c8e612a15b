"""The calendar of a round: announced, opened, closed, not held after all, or to be drawn again."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F

from core import ledger
from core.actors import Actor
from core.db import operation
from core.errors import Conflict
from core.machine import advance, begin
from reservations import calendars, round_inputs
from reservations.commitment import commitment_of, new_seed
from reservations.errors import RoundNotOpen, UnknownRound
from reservations.models import Policy, Round, RoundProof, Slot
from reservations.proofs import hash_of
from reservations.streams import port_stream
from yards.errors import ReasonNeeded, UnknownPort
from yards.models import Port


@operation
def announce_round(*, port_code: str, service_date: date, now: datetime, actor: Actor) -> Round | None:
    """This will announce a day's round (new → announced): its moments, the hash of its seed, and the day's places kept for it.

    None where the rules in force when it would open want none, or its close has passed. A round that is there is returned as it is.
    Raises UnknownPort, NoPolicy.
    """
    port = Port.objects.filter(code=port_code).first()
    if port is None:
        raise UnknownPort
    known = Round.objects.select_related("policy", "port").filter(port=port, service_date=service_date).first()
    if known:
        return known
    policy = calendars.policy_for(port, service_date, now=now)
    moments = calendars.moments_of(policy, port, service_date)
    percent = calendars.expected_percent(port, service_date, before=moments.opens_at.astimezone(port.tz).date())
    if now >= moments.closes_at or not moments.are_in_order or not calendars.is_wanted(policy, percent):
        return None
    slots = _hold(port, service_date)
    return _announce(port, service_date, policy, moments, percent, slots) if slots else None


@operation
def open_round(*, ref: str, now: datetime, actor: Actor) -> Round:
    """This will take requests from now on (announced → open). Raises UnknownRound, WrongState, RoundNotOpen before its time."""
    round_ = found_round(ref)
    if now < round_.opens_at:
        opens_at = f"{round_.opens_at.astimezone(round_.port.tz):%Y-%m-%d %H:%M %Z}"
        raise RoundNotOpen(service_date=round_.service_date.isoformat(), opens_at=opens_at)
    advance(round_, "open")
    record_round(round_, "round.opened")
    return round_


@operation
def close_round(*, ref: str, now: datetime, actor: Actor) -> Round:
    """This will end the asking and fix for all to see what the draw is over (open → closed): requests, places, rule, and their hash.

    Whose request stands in the ledger before this entry is drawn, whose comes after it is a late one. Raises UnknownRound, WrongState,
    Conflict before its time, or when a request came, changed or went while they were read: then it is closed by the next sweep.
    """
    round_ = found_round(ref)
    if now < round_.closes_at:
        raise Conflict
    wishes = _wishes(round_)
    inputs = round_inputs.read(round_, at=now)
    advance(round_, "closed", asked=len(wishes), inputs_hash=hash_of(inputs))
    RoundProof.objects.update_or_create(round=round_, defaults={"inputs": inputs, "outcome": {}})
    ledger.hold(port_stream(round_.port))
    if _wishes(round_) != wishes:
        raise Conflict
    record_round(round_, "round.closed", asked=round_.asked, inputs_hash=round_.inputs_hash)
    return round_


@operation
def hold_places(*, ref: str, now: datetime, actor: Actor) -> int:
    """This will keep for a round that is to come the day's places that were added since; returns in how many slots."""
    round_ = found_round(ref)
    slots = _hold(round_.port, round_.service_date)
    if slots:
        record_round(round_, "slots.held_for_round", slots=[slot.ref for slot in slots])
    return len(slots)


@operation
def void_round(*, ref: str, reason: str, now: datetime, actor: Actor) -> Round:
    """This will call a round off before its result (→ void): its requests are the next batch's, and what that leaves opens to all later.

    Until the batch the places stay protected; clicks wait as long as after a result, so nobody wins by seeing it first. Raises
    UnknownRound, ReasonNeeded, WrongState.
    """
    if not reason.strip():
        raise ReasonNeeded
    round_ = found_round(ref)
    slots = list(locked_slots(round_.port, round_.service_date))
    opens_at = now + timedelta(minutes=round_.policy.instant_after_minutes)
    Slot.objects.filter(pk__in=[slot.pk for slot in slots]).update(opens_at=opens_at)
    advance(round_, "void", lease_until=None)
    record_round(round_, "round.void", reason=reason.strip(), opens_at=opens_at.isoformat())
    return round_


@operation
def retry_round(*, ref: str, reason: str, now: datetime, actor: Actor) -> Round:
    """This will let a failed round be drawn again (failed → closed). Raises UnknownRound, ReasonNeeded, WrongState."""
    if not reason.strip():
        raise ReasonNeeded
    round_ = found_round(ref)
    advance(round_, "closed", failure="", lease_until=None, attempts=round_.attempts + 1)
    record_round(round_, "round.redrawn", reason=reason.strip())
    return round_


# ------------------------------------------------------------- steps, used by other operations of this app


def found_round(ref: str) -> Round:
    """This will return a round with its port and policy. No lock: whoever moves it compares and sets."""
    round_ = Round.objects.select_related("port", "policy").filter(ref=ref).first()
    if round_ is None:
        raise UnknownRound
    return round_


def locked_slots(port: Port, day: date) -> list[Slot]:
    """This will lock the day's slots in the order of their ids and return them with lane, yard and policy."""
    rows = Slot.objects.select_for_update(of=("self",)).filter(lane__port=port, service_date=day)
    return list(rows.select_related("lane__yard", "policy").order_by("pk"))


def record_round(round_: Round, kind: str, *, reason: str = "", **facts: Any) -> None:
    """This will tell of a round in its port's stream."""
    ledger.record(
        port_stream(round_.port),
        kind,
        reason=reason,
        policy_version=round_.policy.version,
        round=round_.ref,
        service_date=round_.service_date.isoformat(),
        **facts,
    )


def _wishes(round_: Round) -> list[tuple[int, datetime]]:
    return list(round_.requests.filter(state="requested").order_by("pk").values_list("pk", "changed_at"))


def _hold(port: Port, day: date) -> list[Slot]:
    """Keeps all places of the day that are not kept yet; returns the slots it kept them in."""
    open_ones = [slot for slot in locked_slots(port, day) if slot.protected < slot.capacity]
    Slot.objects.filter(pk__in=[slot.pk for slot in open_ones]).update(protected=F("capacity"))
    return open_ones


def _announce(
    port: Port, day: date, policy: Policy, moments: calendars.Moments, percent: int, slots: list[Slot]
) -> Round:
    seed = new_seed()
    commitment = commitment_of(seed)
    values = {"port": port, "service_date": day, "policy": policy, "seed": seed, "commitment": commitment}
    round_ = begin(Round, "announced", **values, **asdict(moments))
    told = {name: moment.isoformat() for name, moment in asdict(moments).items()}
    record_round(round_, "round.announced", commitment=commitment, expected_percent=percent, **told)
    record_round(round_, "slots.held_for_round", slots=[slot.ref for slot in slots])
    return round_
