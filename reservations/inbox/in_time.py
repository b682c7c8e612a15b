"""A vehicle that a gate saw in the time of a promise did not miss it, however it was checked in since: told late, it ends the strike."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from core.actors import Actor
from core.db import operation
from reservations.inbox.matching import AROUND
from reservations.models import GateEvent, Mark, Reservation
from reservations.operations import marks
from reservations.queries.faults import SEEN_IN_TIME, grace_ends_at, opens_at


def end_strike(event: GateEvent, *, now: datetime, actor: Actor) -> None:
    """This will excuse a no-show in whose time an event saw its vehicle at the gate. Raises Busy."""
    at, judged = event.occurred_at, Mark.objects.counting().filter(vehicle=event.vehicle)
    rows = Reservation.objects.filter(
        state="no_show", lane__port=event.yard.port_id, pk__in=judged.values("reservation")
    )
    rows = rows.filter(slot__starts_at__range=(at - AROUND, at + AROUND))
    meant = [row.pk for row in rows.select_related("slot__policy") if opens_at(row) <= at < grace_ends_at(row)]
    if meant:
        excuse(reservation_ids=meant, now=now, actor=actor)


@operation
def excuse(*, reservation_ids: Sequence[int], now: datetime, actor: Actor) -> None:
    """This will make the no-shows of these reservations count no more."""
    marks.excuse_all(reservation_ids, reason=SEEN_IN_TIME, now=now)
