"""Who cannot be placed any more though a draw gave a place: it holds one, is paused, has not declared, or so with one of its bundle."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from reservations.models import Policy, Request, Reservation
from reservations.queries.conduct import paused_among

HAS_A_RESERVATION: dict[str, Any] = {"code": "has_a_reservation", "facts": {}}
IS_PAUSED: dict[str, Any] = {"code": "paused", "facts": {}}
IS_UNDECLARED: dict[str, Any] = {"code": "undeclared", "facts": {}}
OF_ITS_BUNDLE: dict[str, Any] = {"code": "bundle_broken", "facts": {}}


def hindered(
    requests: Sequence[Request], *, policy: Policy | None, undeclared: Collection[int] = (), now: datetime
) -> dict[int, dict[str, Any]]:
    """This will return the reasons of those who stand by whatever was drawn, by request id. A bundle comes as a whole or not at all.

    `undeclared`: ids of those who drew a place for which they should have a ready declaration by now.
    """
    vehicles = [row.vehicle_id for row in requests]
    holders = set(Reservation.objects.live().filter(vehicle__in=vehicles).values_list("vehicle_id", flat=True))
    paused = paused_among(vehicles, policy=policy, now=now) if policy else set()
    found = {row.pk: IS_PAUSED for row in requests if row.vehicle_id in paused}
    found |= dict.fromkeys(undeclared, IS_UNDECLARED)
    found |= {row.pk: HAS_A_RESERVATION for row in requests if row.vehicle_id in holders}
    broken = {row.bundle for row in requests if row.bundle and row.pk in found}
    return {row.pk: OF_ITS_BUNDLE for row in requests if row.bundle in broken} | found
