"""Aisles and zones out of use and back. Who is on the way to a bay that is lost by it is sent elsewhere in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from core.actors import Actor
from core.db import operation
from core.errors import NotFound
from reservations.operations.guiding import send_elsewhere
from reservations.queries.obstructions import Visit, homeless, visits_of
from yards.errors import EvacuationUnderWay, NoBayThatFits, ReasonNeeded
from yards.models import Block, BlockKind, Evacuation, Yard
from yards.operations import bays, blocks

AISLE, ZONE = BlockKind.AISLE.value, BlockKind.ZONE.value


@operation
def block_aisle(*, yard_code: str, aisle_code: str, reason: str, now: datetime, actor: Actor) -> Block:
    """This will let nobody drive an aisle of the plan in force. Who holds a bay that is cut off by it is given another one.

    Whoever can be sent nowhere keeps his bay, and an alarm tells staff. Nothing happens when it is blocked already.
    Raises NotFound, ReasonNeeded, UnknownAisle.
    """
    return _block(yard_code, AISLE, aisle_code, reason, now)


@operation
def unblock_aisle(*, yard_code: str, aisle_code: str, now: datetime, actor: Actor) -> None:
    """This will let an aisle be driven again. Raises NotFound, UnknownAisle."""
    blocks.lift(yard=locked_yard(yard_code), kind=AISLE, code=aisle_code, now=now)


@operation
def block_zone(*, yard_code: str, zone_code: str, reason: str, now: datetime, actor: Actor) -> Block:
    """This will send nobody to a zone. Who stands there stays; who is on the way there is given a bay elsewhere, as `block_aisle` does.

    Raises NotFound, ReasonNeeded, UnknownZone.
    """
    return _block(yard_code, ZONE, zone_code, reason, now)


@operation
def unblock_zone(*, yard_code: str, zone_code: str, now: datetime, actor: Actor) -> None:
    """This will use a zone again. Raises NotFound, UnknownZone, EvacuationUnderWay (end that first)."""
    yard = locked_yard(yard_code)
    if Evacuation.objects.filter(yard=yard, zone_code=zone_code, state="ordered").exists():
        raise EvacuationUnderWay
    blocks.lift(yard=yard, kind=ZONE, code=zone_code, now=now)


def send_away(yard: Yard, visits: Iterable[Visit], *, reason: str, now: datetime) -> int:
    """This will give everybody whose held bay is lost another one and tell how many that were. Who fits nowhere keeps what he has."""
    moved = 0
    for visit in homeless(yard, visits):
        try:
            send_elsewhere(visit.entry, visit.stay, reason=reason, now=now)
        except NoBayThatFits:  # chosen before anything was let go: nothing is half-done
            continue
        moved += 1
    return moved


def locked_yard(code: str) -> Yard:
    """This will lock a yard by its code. Raises NotFound."""
    pk = Yard.objects.filter(code=code).values_list("pk", flat=True).first()
    if pk is None:
        raise NotFound(field="yard")
    return bays.lock_yard(pk)


def _block(yard_code: str, kind: str, code: str, reason: str, now: datetime) -> Block:
    if not reason.strip():
        raise ReasonNeeded
    yard = locked_yard(yard_code)
    row = blocks.block(yard=yard, kind=kind, code=code, reason=reason, now=now)
    if row is None:
        return Block.objects.get(yard=yard, kind=kind, code=code, unblocked_at=None)
    send_away(yard, visits_of(yard), reason=f"{kind}_blocked", now=now)
    return row
