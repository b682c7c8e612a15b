"""Steps with one slot, for use inside another operation's transaction: lock it, plan it anew, freeze and thaw it."""

from __future__ import annotations

from core.ledger import record
from reservations.errors import UnknownSlot
from reservations.models import Slot
from yards import capacity


def locked_slot(ref: str) -> Slot:
    """This will lock a slot and return it with its lane, yard and policy. Raises UnknownSlot."""
    slot = Slot.objects.select_for_update(of=("self",)).select_related("lane__yard", "policy").filter(ref=ref).first()
    if slot is None:
        raise UnknownSlot
    return slot


def set_plan(slot: Slot, planned: int, *, reason: str) -> None:
    """This will plan a locked slot anew; places that this adds are kept for the standby order while somebody stands by."""
    before = slot.capacity
    slot.planned, slot.capacity = planned, capacity.in_force(planned=planned, taken=slot.taken)
    slot.save(update_fields=["planned", "capacity", "set_by_hand"])
    if slot.capacity > before:
        Slot.objects.keep_for_standby(slot.pk, units=slot.capacity - before)
    record(
        slot.lane.yard.stream,
        "slot.capacity_changed",
        reason=reason,
        lane=slot.lane.code,
        slot=slot.ref,
        planned=planned,
        capacity=slot.capacity,
    )


def freeze(slot: Slot, frozen: bool, *, reason: str) -> None:
    """This will freeze or thaw a locked slot; the places of a thawed one are kept for the standby order while somebody stands by."""
    slot.is_frozen, slot.frozen_reason = frozen, reason[:200] if frozen else ""
    slot.save(update_fields=["is_frozen", "frozen_reason"])
    if not frozen:
        Slot.objects.keep_for_standby(slot.pk, units=slot.capacity - slot.taken)
    kind = "slot.frozen" if frozen else "slot.unfrozen"
    record(slot.lane.yard.stream, kind, reason=reason, lane=slot.lane.code, slot=slot.ref)
