"""Steps with blocked aisles and zones, for use inside another operation's transaction. The caller holds the yard's lock."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from core.errors import DomainError
from core.ledger import record
from yards import plans
from yards.errors import UnknownAisle, UnknownZone
from yards.models import Block, BlockKind, Yard, Zone

UNKNOWN: dict[str, type[DomainError]] = {"aisle": UnknownAisle, "zone": UnknownZone}


def block(*, yard: Yard, kind: str, code: str, reason: str, now: datetime) -> Block | None:
    """This will block an aisle or a zone (`kind`); None when it is blocked already: the first reason stays.

    Raises UnknownAisle, UnknownZone.
    """
    if live(yard, kind, code):
        return None
    _check_known(yard, kind, code)
    row = Block.objects.create(yard=yard, kind=kind, code=code, reason=reason.strip()[:200], blocked_at=now)
    told: dict[str, Any] = {kind: code}
    record(yard.stream, f"{kind}.blocked", reason=row.reason, **told)
    return row


def lift(*, yard: Yard, kind: str, code: str, now: datetime) -> bool:
    """This will lift a block; False when there was none. What a new plan has no more can still be lifted.

    Raises UnknownAisle, UnknownZone.
    """
    row = live(yard, kind, code)
    if row is None:
        _check_known(yard, kind, code)
        return False
    row.unblocked_at = now
    row.save(update_fields=["unblocked_at"])
    told: dict[str, Any] = {kind: code}
    record(yard.stream, f"{kind}.unblocked", **told)
    return True


def live(yard: Yard, kind: str, code: str) -> Block | None:
    """This will return the block of an aisle or a zone that stands now."""
    return Block.objects.filter(yard=yard, kind=kind, code=code, unblocked_at=None).first()


def _check_known(yard: Yard, kind: str, code: str) -> None:
    known = _aisles(yard) if kind == BlockKind.AISLE else _zones(yard)
    if code not in known:
        raise UNKNOWN[kind]


def _aisles(yard: Yard) -> set[str]:
    layout = plans.layout_in_force(yard.pk)
    return {aisle.code for aisle in plans.plan_of(layout).aisles} if layout else set()


def _zones(yard: Yard) -> set[str]:
    return set(Zone.objects.filter(yard=yard).values_list("code", flat=True))
