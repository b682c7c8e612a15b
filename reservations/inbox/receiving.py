"""Taking events in: a row each, once per (device, number), before anything is made of them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from accounts.models import Device
from accounts.plates import normalise
from core.actors import Actor
from core.api.answers import dumps
from core.db import constraint, operation, unique_on
from core.errors import Conflict, DomainError, Forbidden, Invalid
from core.machine import begin_many
from reservations.inbox.matching import AROUND
from reservations.inbox.words import NUMBER_REUSED, REVOKED, TOO_FAR
from reservations.models import GateEvent
from yards.models import Gate, Yard

PATIENCE = timedelta(minutes=30)  # then a person is asked about what still waits
AHEAD = timedelta(minutes=2)  # what a device's clock may be ahead of ours, in real time


class NumberTaken(Conflict):
    """Two uploads of the same event at once: the second looks again."""


class NumberReused(Conflict):
    code, title, message = "number_reused", *NUMBER_REUSED
    field = "number"


class DeviceRevoked(Forbidden):
    code, title, message = "device_revoked", *REVOKED


class MomentNotValid(Invalid):
    code, title, message = "occurred_at_not_valid", *TOO_FAR
    field = "occurred_at"


constraint("gate_event_once", NumberTaken)
unique_on("gate_event_once", "reservations_gateevent.device_id", "reservations_gateevent.number")


@dataclass(frozen=True)
class Taken:
    """A row, or why there is none. `is_new`: it was not told before."""

    number: int
    event: GateEvent | None = None
    is_new: bool = False
    refused: DomainError | None = None


@operation
def take_in(
    *, device: Device, events: Sequence[dict[str, Any]], ahead: timedelta = AHEAD, now: datetime, actor: Actor
) -> list[Taken]:
    """This will keep events that a device saw (new → waiting), in the order they were told; one told before is found again.

    Refused, each by itself: another event under a number that was used, a moment to come or of more than two days ago, a yard or a gate
    that is not the device's port's. Raises DeviceRevoked (the device was shut out meanwhile), NumberTaken (told twice at once).
    """
    if not Device.objects.filter(pk=device.pk, is_active=True).exists():
        raise DeviceRevoked
    places = _Places(device)
    known = {row.number: row for row in _rows(device, [said["number"] for said in events])}
    fresh: dict[int, dict[str, Any]] = {}
    taken: list[Taken | int] = []
    for said in events:
        number, print_ = said["number"], _fingerprint(said)
        before = known[number].fingerprint if number in known else fresh.get(number, {}).get("fingerprint")
        try:
            if before and before != print_:  # an old one's is forgotten
                raise NumberReused
            if before is None:
                fresh[number] = _row(said, device, places, print_, ahead=ahead, now=now)
            taken.append(number)
        except DomainError as refused:
            taken.append(Taken(number, refused=refused))
    made = {row.number: row for row in begin_many(GateEvent, "waiting", fresh.values())}
    return list(_told(taken, known, made))


def _told(taken: list[Taken | int], known: dict[int, GateEvent], made: dict[int, GateEvent]) -> Any:
    seen: set[int] = set()
    for each in taken:
        if isinstance(each, Taken):
            yield each
        else:
            yield Taken(each, known.get(each) or made[each], is_new=each in made and each not in seen)
            seen.add(each)


def _rows(device: Device, numbers: Sequence[int]) -> list[GateEvent]:
    return list(GateEvent.objects.select_related("entry").filter(device=device, number__in=set(numbers)))


def _fingerprint(said: dict[str, Any]) -> str:
    return hashlib.sha256(dumps(dict(sorted(said.items()))).encode()).hexdigest()


def _row(
    said: dict[str, Any], device: Device, places: _Places, print_: str, *, ahead: timedelta, now: datetime
) -> dict[str, Any]:
    at = said["occurred_at"]
    if not now - AROUND < at <= now + ahead:
        raise MomentNotValid
    gate = places.gate(said.get("gate", ""), said.get("yard", ""))
    row = {name: value for name, value in said.items() if name not in ("gate", "yard")}
    way = "" if said["kind"] in ("zone", "weighbridge") else said.get("way") or _WAYS[gate.kind]
    key = normalise(said.get("plate", ""))
    return row | {
        "device": device,
        "fingerprint": print_,
        "yard": gate.yard,
        "gate_code": gate.code,
        "way": way,
        "plate_key": key,
        "country": said.get("country", "").upper(),
        "received_at": now,
        "occurred_at": min(at, now),
        "wait_until": now + PATIENCE,
    }


_WAYS = {"entry": "in", "exit": "out"}


class _Places:
    """The gates of a device's port, read once."""

    def __init__(self, device: Device) -> None:
        self.own = device.gate_code
        self.gates = list(Gate.objects.select_related("yard").filter(yard__port__code=device.port_code))
        self.yards = {yard.code for yard in Yard.objects.filter(port__code=device.port_code)}

    def gate(self, code: str, yard: str) -> Gate:
        """Raises Invalid for a gate that is not there, or stands in several yards of which none is named."""
        found = [gate for gate in self.gates if gate.code == (code or self.own) and yard in ("", gate.yard.code)]
        if len(found) != 1:
            raise Invalid(field="yard" if found or yard not in ("", *self.yards) else "gate")
        return found[0]
