"""What a gate's page did, carried out: at once when it has its net, later when it had none. Each act has one effect, told as often as
it may be, and nothing that was done without a net is lost: what the books cannot take in becomes a conflict for a person."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.errors import Busy, Conflict, DomainError, NotFound
from core.models import IdempotencyKey, LedgerEntry
from core.once import KeyReused, Once, Replayed
from reservations import gate_spans
from reservations.models import QueueEntry, Reservation
from reservations.operations import admit, check_in, exit_yard
from reservations.operations.attending import let_in_offline, note_gate_conflict, note_gate_offline, refuse_at_gate
from reservations.sightings import SAME_ARRIVAL
from yards.models import Gate

KEEP = timedelta(days=30)
KINDS = ("arrive", "let_in", "exit", "refuse")


class AlreadyInside(Conflict):
    code = "already_inside"
    title = _("Inside already")
    message = _("By the books this vehicle came in before. Look who is inside: one of the two is another vehicle.")


@dataclass(frozen=True)
class Act:
    """What a person did. `id` was made by the page; `at`: when; `is_offline`: without asking the server, by the day list."""

    id: str
    kind: str
    at: datetime
    entry_ref: str = ""
    reservation_ref: str = ""
    reason: str = ""
    is_offline: bool = False


@dataclass(frozen=True)
class Outcome:
    """What became of an act: done; double = it had been done before; refused = a rule spoke against it, nothing changed;
    conflict = it happened without a net, and a person has to look. `code` and `words` say why."""

    id: str
    outcome: str
    code: str = ""
    words: str = ""


class AtGate:
    """One gate, one moment, one person."""

    def __init__(self, gate: Gate, *, now: datetime, actor: Actor, page: str = "") -> None:
        """`page`: the session that tells, as `gate_spans.note_heard` knows it."""
        self.page = page
        self.gate, self.now, self.actor = gate, now, actor
        self.by = {"now": now, "actor": actor}
        self.here = {"yard_code": gate.yard.code, "gate_code": gate.code}

    def was_offline(self, *, span: str, since: datetime, until: datetime) -> None:
        """This will note one time without a net, told as often as it may be. Raises IntervalNotValid, StillHeard."""
        gate_spans.check_length(since, min(until, self.now), now=self.now)
        gate_spans.check_silence(self.gate, self.page, since, until)
        once = self._once(span, f"offline {since.isoformat()}", lambda _: {})
        with suppress(Replayed, KeyReused):
            note_gate_offline(**self.here, since=since, until=min(until, self.now), once=once, **self.by)

    def carry_out(self, act: Act, *, doubt: DomainError | None = None) -> Outcome:
        """This will do what an act says, or tell why not. Raises Busy: nothing was done, tell it again.

        `doubt`: why it is not believed that there was no net. Then nobody's turn is taken by it: a person settles that.
        """
        try:
            self._if_new(act)
            if doubt and self._takes_a_turn(act):
                raise doubt
            outcome: Outcome = getattr(self, f"_{act.kind}")(act)
            return outcome
        except Replayed as again:
            return Outcome(**again.body)
        except Busy:
            raise
        except KeyReused as problem:
            return _told(act, "refused", problem)
        except DomainError as problem:
            return self._conflict(act, problem) if act.is_offline else _told(act, "refused", problem)

    # ---------------------------------------------------------------- the four acts
    def _arrive(self, act: Act) -> Outcome:
        if self._entry(act):
            return Outcome(act.id, "double")
        seen_at = min(act.at, self.now)
        check_in(
            reservation_ref=self._promise(act).ref,
            port_code=self._port,
            seen_at=seen_at,
            once=self._claim(act),
            **self.by,
        )
        return Outcome(act.id, "done")

    def _let_in(self, act: Act) -> Outcome:
        entry = self._entry(act) or self._checked_in(act)
        if entry.state in ("admitted", "exited"):
            if not self._is_same_admission(entry, act):
                raise AlreadyInside
            return Outcome(act.id, "double")
        if act.is_offline:
            seen_at = min(act.at, self.now)
            let_in_offline(
                entry_ref=entry.ref, gate_code=self.gate.code, seen_at=seen_at, once=self._claim(act), **self.by
            )
        else:
            admit(entry_ref=entry.ref, gate_code=self.gate.code, once=self._claim(act), **self.by)
        return Outcome(act.id, "done")

    def _exit(self, act: Act) -> Outcome:
        entry = self._entry(act)
        if entry is None:
            raise NotFound(field="entry")
        if entry.state == "exited":
            return Outcome(act.id, "double")
        exit_yard(entry_ref=entry.ref, once=self._claim(act), **self.by)
        return Outcome(act.id, "done")

    def _refuse(self, act: Act) -> Outcome:
        entry = self._entry(act)
        refs = {
            "entry_ref": entry.ref if entry else "",
            "reservation_ref": act.reservation_ref and self._promise(act).ref,
        }
        once = self._claim(act)
        refuse_at_gate(**self.here, **refs, reason=act.reason, seen_at=min(act.at, self.now), once=once, **self.by)
        return Outcome(act.id, "done")

    def _takes_a_turn(self, act: Act) -> bool:
        """Whether it would give a place in the order, or let in one that was not called."""
        if act.kind not in ("let_in", "arrive"):
            return False
        entry = self._entry(act)
        return entry is None or (act.kind == "let_in" and entry.state == "waiting")

    # ---------------------------------------------------------------- whom it concerns
    @property
    def _port(self) -> str:
        return self.gate.yard.port.code

    def _promise(self, act: Act) -> Reservation:
        """Raises NotFound for one of another yard."""
        row = Reservation.objects.filter(ref=act.reservation_ref, lane__yard=self.gate.yard_id).first()
        if row is None:
            raise NotFound(field="reservation")
        return row

    def _entry(self, act: Act) -> QueueEntry | None:
        """By its own ref, else the one that its reservation, or its vehicle by that, has here. Raises NotFound."""
        rows = QueueEntry.objects.filter(lane__yard=self.gate.yard_id)
        if act.entry_ref:
            entry = rows.filter(ref=act.entry_ref).first()
            if entry is None:
                raise NotFound(field="entry")
            return entry
        if not act.reservation_ref:
            return None
        promise = self._promise(act)
        own = rows.filter(reservation=promise).first()
        return own or rows.open().filter(vehicle=promise.vehicle_id).first()

    def _checked_in(self, act: Act) -> QueueEntry:
        if not act.is_offline:
            raise NotFound(field="entry")
        return check_in(
            reservation_ref=self._promise(act).ref, port_code=self._port, seen_at=min(act.at, self.now), **self.by
        )

    def _is_same_admission(self, entry: QueueEntry, act: Act) -> bool:
        """A device may have told of it, too; another moment is another vehicle, or a pass that was shown twice."""
        rows = LedgerEntry.objects.filter(
            stream__key=self.gate.yard.stream, visit_ref=entry.visit_ref, kind="queue.admitted"
        )
        last = rows.order_by("-seq").first()
        if last is None:
            return False
        at = datetime.fromisoformat(last.data["seen_at"]) if last.data.get("seen_at") else last.recorded_at
        return abs(at - act.at) <= SAME_ARRIVAL

    # ---------------------------------------------------------------- once, and what could not be
    def _if_new(self, act: Act) -> None:
        """A repeated word must not meet what it has done itself. Raises Replayed, KeyReused; the claim in the act's transaction decides."""
        claim = self._claim(act)
        before = IdempotencyKey.objects.filter(client=claim.client, key=claim.key).first()
        if before and before.fingerprint != claim.fingerprint:
            raise KeyReused
        if before:
            raise Replayed(before.status, before.body)

    def _claim(self, act: Act) -> Once:
        return self._once(act.id, repr(asdict(act)), lambda _: asdict(Outcome(act.id, "done")))

    def _once(self, key: str, content: str, body: Callable[[Any], Any]) -> Once:
        """Whoever sends it: the next shift may send what this one kept."""
        return Once(
            client=f"gate:{self.gate.pk}",
            key=key,
            fingerprint=hashlib.sha256(content.encode()).hexdigest(),
            keep_until=self.now + KEEP,
            render=lambda result: (200, body(result)),
        )

    def _conflict(self, act: Act, problem: DomainError) -> Outcome:
        told = _told(act, "conflict", problem)
        once = self._once(act.id, repr(asdict(act)), lambda _: asdict(told))
        facts = {
            "why": problem.code,
            "reason": told.words,
            "entry_ref": act.entry_ref,
            "reservation_ref": act.reservation_ref,
            "seen_at": min(act.at, self.now),
        }
        try:
            note_gate_conflict(**self.here, conflict=act.id, act=act.kind, **facts, once=once, **self.by)
        except Replayed as again:
            return Outcome(**again.body)
        return told


def _told(act: Act, outcome: str, problem: DomainError) -> Outcome:
    return Outcome(act.id, outcome, problem.code, problem.detail)
