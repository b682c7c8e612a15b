"""The inbox of gate devices: events may come twice, late and out of order, and come to the same end as told in order (docs/devices.md)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from accounts.models import Device
from core import clock
from core.actors import Actor, system
from reservations.inbox.applying import apply_all, rows
from reservations.inbox.deciding import decide_doubt
from reservations.inbox.forgetting import forget_reads
from reservations.inbox.matching import Roster
from reservations.inbox.receiving import AHEAD, DeviceRevoked, NumberTaken, Taken, take_in
from yards.models import Port

__all__ = ["decide_doubt", "forget_reads", "receive", "sweep"]

AT_ONCE = 50  # events of a batch that are taken in and applied together: between two of these a device may be shut out
BATCH = 1000
SWEEPER = system("gate_inbox")


def receive(*, device: Device, events: Sequence[dict[str, Any]], now: datetime, actor: Actor) -> list[Taken]:
    """This will take in what a device has seen and make of it what can be made of it now, in the order it happened.

    Returns what became of each, in the order told. A device that is shut out meanwhile has the rest refused.
    """
    roster = Roster.of(device.port_code, now=now)
    told: list[Taken] = []
    for start in range(0, len(events), AT_ONCE):
        part = events[start : start + AT_ONCE]
        try:
            taken = _taken_in(device, part, now=now, actor=actor)
        except DeviceRevoked as refused:
            return told + [Taken(said["number"], refused=refused) for said in events[start:]]
        fresh = [each.event.pk for each in taken if each.event and each.is_new]
        apply_all(rows().filter(pk__in=fresh), roster=roster, now=now, actor=actor)
        told += _as_they_are(taken)
    return told


def sweep(now: datetime) -> int:
    """This will look again at what waits: called, checked in by its driver, or given up. Returns how many were looked at."""
    found = 0
    for port in Port.objects.filter(yards__gate_events__state="waiting").distinct():
        waiting = list(rows().filter(state="waiting", yard__port=port).order_by("wait_until", "pk")[:BATCH])
        apply_all(waiting, roster=Roster.of(port.code, now=now), now=now, actor=SWEEPER)
        found += len(waiting)
    return found


def _taken_in(device: Device, part: Sequence[dict[str, Any]], *, now: datetime, actor: Actor) -> list[Taken]:
    ahead = AHEAD * clock.speed()
    try:
        return take_in(device=device, events=part, ahead=ahead, now=now, actor=actor)
    except NumberTaken:  # the same upload twice at once: now its rows are there
        return take_in(device=device, events=part, ahead=ahead, now=now, actor=actor)


def _as_they_are(taken: Sequence[Taken]) -> list[Taken]:
    now_is = {row.pk: row for row in rows().filter(pk__in=[each.event.pk for each in taken if each.event])}
    return [Taken(each.number, now_is[each.event.pk], each.is_new) if each.event else each for each in taken]
