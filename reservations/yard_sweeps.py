"""Deadlines and differences of a yard, swept as those of reservations are (sweeps.py): overstays, and bays that were lost on the way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from reservations.models import QueueEntry
from reservations.operations.overstays import note_overstay, send_on
from reservations.queries.alarms import longest_stay
from reservations.sweeps import SWEEPER, each
from yards.models import Bay, Block, Port, Stay
from yards.operations.bays import need_of


def note_overstays(now: datetime) -> int:
    """This will note the stays that have lasted longer than their port's rules allow, each once."""
    refs = [ref for port in Port.objects.filter(yards__isnull=False).distinct() for ref in _overstaying(port, now)]
    return each(refs, lambda ref: note_overstay(stay_ref=ref, now=now, actor=SWEEPER))


def _overstaying(port: Port, now: datetime) -> list[str]:
    most = longest_stay(port.pk, now)
    if most is None:
        return []
    due = Stay.objects.filter(bay__yard__port=port, state="occupied", overstayed_at=None, occupied_at__lt=now - most)
    return list(due.order_by("occupied_at").values_list("ref", flat=True))


def send_on_the_homeless(now: datetime) -> int:
    """This will give vehicles in a yard another bay where the one held for them was lost or does not fit, as soon as one is free."""
    return each(_homeless(), lambda ref: send_on(entry_ref=ref, now=now, actor=SWEEPER))


def _homeless() -> Iterator[str]:
    """Entries on their way to a bay that may be lost: whether it is, is decided under the yard's lock."""
    held = Stay.objects.filter(state="held").select_related("bay")
    stays = {stay.visit_ref: stay for stay in held}
    entries = (
        QueueEntry.objects.filter(state="admitted", visit_ref__in=stays).select_related("lane").order_by("admitted_at")
    )
    bays = {stay.bay_id for stay in stays.values()}
    served = set(Bay.objects.filter(pk__in=bays).servable().values_list("pk", flat=True))
    cut_off = set(Block.objects.filter(kind="aisle", unblocked_at=None).values_list("yard_id", flat=True))
    for entry in entries:
        bay = stays[entry.visit_ref].bay
        if bay.pk not in served or bay.yard_id in cut_off or not _takes(bay, entry):
            yield entry.ref


def _takes(bay: Bay, entry: QueueEntry) -> bool:
    need = need_of(entry)
    return bay.length_m >= need.length_m and bay.width_m >= need.width_m and need.equipment <= set(bay.equipment)
