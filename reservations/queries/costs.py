"""What an act of the holder's would cost, said before it is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from reservations.models import QueueEntry, Reservation
from reservations.queries.conduct import COUNTER_OF, counter_of, pause_after
from reservations.queries.faults import excuse_for_act, is_past_cutoff

#: The acts, and the kind of mark that each of them makes.
ACTS = {
    "change": "change",
    "extend": "extension",
    "vehicle": "vehicle_change",
    "driver": "driver_change",
    "cancel": "late_cancel",
}
#: An act may be named by its mark, too.
KIND_OF = {**ACTS, **{kind: kind for kind in ACTS.values()}}


@dataclass(frozen=True)
class Cost:
    """`counts_as`: the kind of mark, None when it is free; `left`: of `limit` in `days` days afterwards; for a cancellation, how
    many more stay without a pause.

    `excuse`: why it would be free though it is not otherwise. `again_at`: nothing is left, so it is refused until then.
    """

    counts_as: str | None
    left: int
    limit: int
    days: int
    excuse: str = ""
    again_at: datetime | None = None
    pauses_until: datetime | None = None


def cost_of(reservation: Reservation, act: str, now: datetime) -> Cost:
    """This will return what one of ACTS would count as now. Withdrawing a vehicle that has checked in is a cancellation."""
    kind = KIND_OF[act]
    excuse = excuse_for_act(reservation, now=now, entry=_entry(reservation))
    return (_of_a_cancellation if act == "cancel" else _of_an_allowance)(reservation, kind, excuse, now)


def _of_an_allowance(reservation: Reservation, kind: str, excuse: str, now: datetime) -> Cost:
    counter = counter_of(reservation.vehicle_id, COUNTER_OF[kind], policy=reservation.slot.policy, now=now)
    if excuse:
        return Cost(None, counter.left, counter.limit, counter.days, excuse=excuse)
    again_at = None if counter.left else counter.frees_at
    return Cost(kind, max(0, counter.left - 1), counter.limit, counter.days, again_at=again_at)


def _of_a_cancellation(reservation: Reservation, kind: str, excuse: str, now: datetime) -> Cost:
    policy = reservation.slot.policy
    counter = counter_of(reservation.vehicle_id, "strikes", policy=policy, now=now)
    spare = max(0, counter.limit - 1 - counter.used)
    if reservation.state == "requested" or not is_past_cutoff(reservation, now=now):
        return Cost(None, spare, counter.limit, counter.days)
    if excuse:
        return Cost(None, spare, counter.limit, counter.days, excuse=excuse)
    until = pause_after(reservation.vehicle_id, policy=policy, now=now)
    return Cost(kind, max(0, spare - 1), counter.limit, counter.days, pauses_until=until)


def _entry(reservation: Reservation) -> QueueEntry | None:
    return QueueEntry.objects.filter(reservation=reservation).first() if reservation.state == "checked_in" else None
