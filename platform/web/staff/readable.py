"""Ledger entries as people read them: a sentence, who did it, which vehicle. Names are looked up, never stored there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import Device, User
from core.models import LedgerEntry
from notifications.words import reason_words
from reservations.models import QueueEntry, Reservation
from web.staff.ledger_words import sentence


@dataclass(frozen=True)
class Line:
    """One entry of the record; `plate` is empty where it concerns no vehicle."""

    entry: LedgerEntry
    words: str
    who: str
    plate: str
    reason: str


def readable(entries: Iterable[LedgerEntry]) -> list[Line]:
    """This will put entries into words. Four queries, whatever their number."""
    rows = list(entries)
    names = _names({row.actor for row in rows})
    plates = _plates({row.visit_ref for row in rows if row.visit_ref})
    return [
        Line(
            row, sentence(row), names.get(row.actor, row.actor), plates.get(row.visit_ref, ""), reason_words(row.reason)
        )
        for row in rows
    ]


def _names(actors: set[str]) -> dict[str, str]:
    people = {user.ref: str(user) for user in User.objects.filter(ref__in=actors)}
    devices = {device.ref: str(device) for device in Device.objects.filter(ref__in=actors)}
    automatic = {actor: _("automatic") for actor in actors if actor.startswith("system")}
    return people | devices | automatic


def _plates(visits: set[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for model in (Reservation, QueueEntry):
        rows = model.objects.filter(visit_ref__in=visits).order_by()
        found |= dict(rows.values_list("visit_ref", "vehicle__plate"))
    return found
