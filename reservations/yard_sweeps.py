"""Deadlines and differences of a yard, swept as those of reservations are (sweeps.py): overstays, and bays that were lost on the way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from reservations.choosing import Chooser
from reservations.models import Policy, QueueEntry
from reservations.operations.overstays import note_overstay, send_on
from reservations.sweeps import SWEEPER, each, seen
from yards.models import Stay


def note_overstays(now: datetime) -> int:
    """This will note the stays that have lasted longer than their port's rules allow, each once. Two queries when nothing is due."""
    return each(_overstaying(now), lambda ref: note_overstay(stay_ref=ref, now=now, actor=SWEEPER))


def _overstaying(now: datetime) -> list[str]:
    most = {port_id: timedelta(minutes=minutes) for port_id, minutes in _limits(now).items() if minutes}
    if not most:
        return []
    due = Stay.objects.filter(
        bay__yard__port__in=most, state="occupied", overstayed_at=None, occupied_at__lt=now - min(most.values())
    )
    rows = due.order_by("occupied_at").values_list("ref", "bay__yard__port", "occupied_at")
    return [ref for ref, port_id, occupied_at in rows if occupied_at and occupied_at < now - most[port_id]]


def _limits(now: datetime) -> dict[int, int]:
    """The longest stay in minutes that each port's rules in force allow (0: no limit), by port id: the newest rules come last."""
    rules = seen(Policy.objects.filter(effective_from__lte=now), "port").order_by("effective_from", "version")
    return dict(rules.values_list("port_id", "overstay_minutes"))


def send_on_the_homeless(now: datetime) -> int:
    """This will give vehicles in a yard another bay where the one held for them was lost or does not fit, as soon as one is free."""
    return each(_homeless(now), lambda ref: send_on(entry_ref=ref, now=now, actor=SWEEPER))


def _homeless(now: datetime) -> Iterator[str]:
    """Entries inside whose held bay is in trouble; judged again, under the yard's lock, when they are sent on."""
    stays = seen(Stay.objects.filter(state="held"), "bay__yard__port").select_related("bay")
    held = {stay.visit_ref: stay for stay in stays}
    entries = QueueEntry.objects.filter(state="admitted", visit_ref__in=held).order_by("admitted_at")
    choosers: dict[int, Chooser] = {}  # a yard is read once, however many drive in it
    for entry in entries.select_related("lane__port", "lane__gate", "gate"):
        yard_id = entry.lane.yard_id
        if yard_id not in choosers:
            choosers[yard_id] = Chooser(yard_id, entry.lane.port, now=now)
        if choosers[yard_id].trouble_among_all(entry, held[entry.visit_ref]):
            yield entry.ref
