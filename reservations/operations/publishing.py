"""The result of a round, in one transaction: every promise, every place in the standby order, every slot, and the seed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from core.actors import Actor
from core.bulk import update_each
from core.db import operation
from core.errors import Conflict, WrongState
from core.ledger import record
from core.machine import advance, advance_many, begin_many
from reservations import round_inputs
from reservations.commitment import commitment_of
from reservations.errors import SeedNotCommitted
from reservations.models import Credit, Request, Reservation, Round, RoundProof, RoundState, Slot
from reservations.operations.hindered import hindered
from reservations.operations.placing import promise_of, record_placed
from reservations.operations.rounds import found_round, locked_slots, record_round
from reservations.proofs import hash_of, read_again
from reservations.streams import port_stream


@operation
def publish_round(*, ref: str, now: datetime, actor: Actor) -> Round:
    """This will make a draw's outcome true (drawn → published), all of it or nothing.

    Placed requests become reservations, the others stand by in the order drawn; places forecast for late requests stay protected,
    and what is left opens at `instant_at`, moved on when the result is late. A vehicle that holds a place
    or is paused by now stands by too, with its whole bundle.
    When a place given is there no more, the round goes back (drawn → closed) and is drawn again: over the places as they are now
    and the requests as they were at the close. Raises UnknownRound, WrongState, Conflict before its time, SeedNotCommitted.
    """
    round_ = found_round(ref)
    slots = locked_slots(round_.port, round_.service_date)
    round_ = Round.objects.select_for_update(of=("self",)).select_related("port", "policy").get(pk=round_.pk)
    if round_.state != "drawn":
        raise WrongState(state=round_.get_state_display(), to=RoundState.PUBLISHED.label)
    if now < round_.publishes_at:
        raise Conflict
    if commitment_of(round_.seed) != round_.commitment:
        raise SeedNotCommitted
    changed = _changed(round_, slots, now)
    if changed:
        _redraw(round_, changed, now)
        return round_
    _Publication(round_, {slot.ref: slot for slot in slots}, now).run()
    return round_


def _changed(round_: Round, slots: Sequence[Slot], now: datetime) -> str:
    """Why the outcome cannot be published, "" when it can."""
    proof = RoundProof.objects.filter(round=round_).first()
    if proof is None or hash_of(proof.inputs) != round_.inputs_hash or hash_of(proof.outcome) != round_.outcome_hash:
        return "proof_changed"
    given = Counter(proof.outcome["placed"].values())
    left = {slot.ref: _room(slot, now) for slot in slots}
    gone = sorted(ref for ref, units in given.items() if left.get(ref, 0) < units)
    return f"places_changed: {', '.join(gone)}" if gone else ""


def _room(slot: Slot, now: datetime) -> int:
    return 0 if slot.is_frozen or slot.ends_at <= now else slot.capacity - slot.taken - slot.returned


def _redraw(round_: Round, reason: str, now: datetime) -> None:
    """Only the places are read again, and only when what the round was closed with is still there: the draw fails without it."""
    was = [round_.inputs_hash, round_.outcome_hash]
    proof = RoundProof.objects.filter(round=round_).first()
    values: dict[str, Any] = {"drawn_at": None, "outcome_hash": "", "lease_until": None}
    if proof and hash_of(proof.inputs) == round_.inputs_hash:
        proof.inputs = read_again(proof.inputs, round_inputs.places(round_, at=now), superseded=was)
        values |= {"inputs_hash": hash_of(proof.inputs), "redraws": round_.redraws + 1}
    advance(round_, "closed", **values)
    if proof:
        proof.outcome = {}
        proof.save()
    record_round(round_, "round.redrawn", reason=reason, superseded=was, inputs_hash=round_.inputs_hash)


class _Publication:
    """One round's result on its way into the rows. Slots, then the round, the reservations, its requests, the credits, the ledger."""

    def __init__(self, round_: Round, slots: Mapping[str, Slot], now: datetime) -> None:
        self.round, self.slots, self.now = round_, slots, now
        self.outcome: dict[str, Any] = round_.proof.outcome
        rows = (
            Request.objects.filter(round=round_, state="requested")
            .select_related("vehicle", "driver", "declaration")
            .order_by("pk")
        )
        # Whose request came into the ledger after the close was not drawn: the next batch has it.
        self.requests = [row for row in rows if row.ref in self.outcome["draw"]]
        self.hindered = hindered(self.requests, policy=round_.policy, now=now)
        placed: Mapping[str, str] = self.outcome["placed"]
        self.placed = [row for row in self.requests if row.ref in placed and row.pk not in self.hindered]
        self.slot_of = {row.pk: slots[placed[row.ref]] for row in self.placed}

    def run(self) -> None:
        after = timedelta(minutes=self.round.policy.instant_after_minutes)
        instant_at = max(self.round.instant_at, self.now + after)  # a late result is read before the rest is open
        self._take(opens_at=instant_at)
        result: dict[str, Any] = {"published_at": self.now, "instant_at": instant_at}
        advance(self.round, "published", **result, placed=len(self.placed), asked=len(self.requests))
        slots = self.slot_of
        rows = (
            promise_of(r.vehicle, slots[r.pk], r.driver, r.cargo_kind, self.now, r.declaration) for r in self.placed
        )
        reservations = begin_many(Reservation, "confirmed", rows)
        standing = self._move_requests(reservations)
        used = self._use_credits()
        self._tell(reservations, standing, used)

    def _take(self, *, opens_at: datetime) -> None:
        units = Counter(slot.ref for slot in self.slot_of.values())
        for slot in self.slots.values():
            slot.taken += units[slot.ref]
            slot.protected = max(0, min(self.outcome["protected"].get(slot.ref, 0), slot.capacity - slot.taken))
            slot.opens_at = opens_at
        if update_each(list(self.slots.values()), ["taken", "protected", "opens_at"]) != len(self.slots):
            raise Conflict

    def _move_requests(self, reservations: Sequence[Reservation]) -> list[Request]:
        """Returns those that stand by now, in the order drawn."""
        placed = {row.pk for row in self.placed}
        standing = [row for row in self.requests if row.pk not in placed]
        for row in self.requests:
            row.drawn = self.outcome["draw"][row.ref]
            row.reason = self.hindered.get(row.pk) or self.outcome["reasons"][row.ref]
        for row, reservation in zip(self.placed, reservations, strict=True):
            row.reservation = reservation
        advance_many(self.placed, "placed", each=["drawn", "reason", "reservation"], ended_at=self.now)
        advance_many(standing, "standby", each=["drawn", "reason"], stands_at=self.now)
        return sorted(standing, key=lambda row: row.drawn)

    def _use_credits(self) -> list[Credit]:
        """A credit is used up by a place that somebody of the same class had wanted too and did not get."""
        wanted = self._wanted_in_vain()
        helped = (row for row in self.placed if (row.queue_class, self.slot_of[row.pk].starts_at) in wanted)
        known = round_inputs.credits_of(self.round, (row.vehicle_id for row in helped))
        used = [credit for of_one in known.values() for credit in of_one]
        if Credit.objects.filter(pk__in=[row.pk for row in used], used_in=None).update(used_in=self.round) != len(used):
            raise Conflict
        return used

    def _wanted_in_vain(self) -> set[tuple[str, datetime]]:
        """Classes and starts of slots at which somebody was refused, or was placed at another time."""
        found = set()
        for row in self.requests:
            given, wanted = self.slot_of.get(row.pk), self.slots.get(row.reason.get("facts", {}).get("wanted") or "")
            if wanted and (given is None or given.starts_at != wanted.starts_at):
                found.add((row.queue_class, wanted.starts_at))
        return found

    def _tell(self, reservations: Sequence[Reservation], standing: Sequence[Request], used: Sequence[Credit]) -> None:
        round_, stream, version = self.round, port_stream(self.round.port), self.round.policy.version
        told = {name: getattr(round_, name) for name in ("seed", "inputs_hash", "outcome_hash", "asked", "placed")}
        record_round(round_, "round.published", **told)
        for request, reservation in zip(self.placed, reservations, strict=True):
            record_placed(stream, request, reservation, why=request.reason["code"])
        for row in standing:
            stands_at, why = self.now.isoformat(), row.reason["code"]
            record(
                stream,
                "request.stands_by",
                policy_version=version,
                request=row.ref,
                stands_at=stands_at,
                drawn=row.drawn,
                why=why,
            )
        for credit in used:
            record(stream, "credit.used", policy_version=version, credit=credit.ref, round=round_.ref)
        self._tell_protected()

    def _tell_protected(self) -> None:
        by_lane: dict[int, list[Slot]] = {}
        for slot in sorted(self.slots.values(), key=lambda each: each.starts_at):
            by_lane.setdefault(slot.lane_id, []).append(slot)
        for slots in by_lane.values():
            lane, rows = slots[0].lane, [[slot.ref, slot.protected] for slot in slots]
            record(
                lane.yard.stream,
                "slots.protected",
                policy_version=self.round.policy.version,
                lane=lane.code,
                slots=rows,
                opens_at=self.round.instant_at.isoformat(),
            )
