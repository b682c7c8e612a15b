"""Bays that drivers found taken by somebody unknown, and who reported so many that staff must look before he closes more."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import F, Q

from yards.models import Stay

UNKNOWN_VEHICLE = "unknown_vehicle"  # why such a bay is blocked, as a code
MOST = 2  # bays one visit closes before a person has looked at them


def reported_by(yard_id: int) -> dict[str, list[str]]:
    """This will return the codes of the bays that are still closed by a report, by the ref of the visit that reported them.

    Such a bay was held for the visit when it was closed, and the visit never stood in it.
    """
    then = Q(released_at=None) | Q(released_at__gte=F("bay__blocked_at"))
    rows = Stay.objects.filter(then, bay__yard=yard_id, bay__blocked_reason=UNKNOWN_VEHICLE, occupied_at=None)
    found: dict[str, list[str]] = defaultdict(list)
    for visit_ref, code in rows.filter(held_at__lte=F("bay__blocked_at")).values_list("visit_ref", "bay__code"):
        found[visit_ref].append(code)
    return found


def too_many_reported(yard_id: int) -> list[str]:
    """This will return the codes of the bays closed by visits that reported as many as one may."""
    return sorted({code for codes in reported_by(yard_id).values() if len(codes) >= MOST for code in codes})
