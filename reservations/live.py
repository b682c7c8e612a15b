"""Tells realtime which visits are a driver's or a carrier's own."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from realtime.streams import register_visits
from reservations.models import QueueEntry, Reservation


def _visits_of(user: Any, stream: str) -> frozenset[str]:
    yard_code = stream.partition(":")[2]
    here = Q(lane__yard__code=yard_code)
    mine = here & (Q(driver=user) | Q(vehicle__organisation__memberships__user=user))
    entries = QueueEntry.objects.open().filter(mine).values_list("visit_ref", flat=True)
    promises = Reservation.objects.live().filter(mine).values_list("visit_ref", flat=True)
    return frozenset(entries) | frozenset(promises)


register_visits(_visits_of)
