"""Steps with bays, for use inside another operation's transaction: hold, occupy, release. The caller holds the yard's lock."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Protocol

from core.ledger import record
from core.machine import advance, begin
from yards.errors import BayBlocked, NoBayThatFits, UnknownBay
from yards.guidance import BayView, Choice, Need, choose
from yards.models import Bay, Equipment, Gate, Stay, Yard


def lock_yard(yard_id: int) -> Yard:
    """This will lock the yard row until the transaction ends: choices in a yard are made one after another."""
    return Yard.objects.select_for_update().get(pk=yard_id)


class Load(Protocol):
    """A vehicle with its cargo as recorded at check-in (a row of the order)."""

    length_m: Decimal
    width_m: Decimal
    reefer: bool
    cargo_kind: str


def need_of(load: Load) -> Need:
    """This will say what a vehicle with its cargo needs: a stand for hazardous goods, power for a reefer with perishables."""
    equipment = set()
    if load.cargo_kind == "hazardous":
        equipment.add(Equipment.HAZMAT.value)
    if load.cargo_kind == "perishable" and load.reefer:
        equipment.add(Equipment.REEFER.value)
    return Need(float(load.length_m), float(load.width_m), frozenset(equipment))


def free_bays(yard_id: int) -> list[BayView]:
    """This will read the yard's free bays as the pure choice sees them."""
    rows = Bay.objects.filter(yard_id=yard_id).free()
    fields = ("pk", "code", "length_m", "width_m", "equipment", "x_m", "y_m")
    return [
        BayView(pk, code, lm, wm, frozenset(kit), x, y) for pk, code, lm, wm, kit, x, y in rows.values_list(*fields)
    ]


def choose_bay(bays: list[BayView], need: Need, gate: Gate) -> Choice | None:
    return choose(bays, need, gate_m=(gate.x_m, gate.y_m))


def hold(
    *, yard: Yard, bay_id: int, bay_code: str, visit_ref: str, vehicle_id: int, why: dict[str, object], now: datetime
) -> Stay:
    """This will hold a bay for a visit (new stay → held). Raises BayTaken when another transaction was first."""
    stay = begin(Stay, "held", bay_id=bay_id, vehicle_id=vehicle_id, visit_ref=visit_ref, held_at=now, why=why)
    record(yard.stream, "stay.held", visit_ref=visit_ref, stay=stay.ref, bay=bay_code, why=why)
    return stay


def hold_named(
    *, yard: Yard, bay_code: str, visit_ref: str, vehicle_id: int, why: dict[str, object], now: datetime
) -> Stay:
    """This will hold the bay a person named. Raises UnknownBay, BayBlocked, BayTaken."""
    bay = Bay.objects.filter(yard=yard, code=bay_code).first()
    if bay is None:
        raise UnknownBay
    if bay.blocked_at:
        raise BayBlocked
    return hold(
        yard=yard, bay_id=bay.pk, bay_code=bay.code, visit_ref=visit_ref, vehicle_id=vehicle_id, why=why, now=now
    )


def occupy(*, yard: Yard, stay: Stay, now: datetime) -> None:
    """This will note that the vehicle stands in its bay (held → occupied)."""
    advance(stay, "occupied", occupied_at=now)
    record(yard.stream, "stay.occupied", visit_ref=stay.visit_ref, stay=stay.ref, bay=stay.bay.code)


def release(*, yard: Yard, stay: Stay, now: datetime, reason: str = "") -> None:
    """This will free the bay (held or occupied → released)."""
    advance(stay, "released", released_at=now)
    record(yard.stream, "stay.released", visit_ref=stay.visit_ref, reason=reason, stay=stay.ref, bay=stay.bay.code)


def live_stay(visit_ref: str) -> Stay | None:
    """This will return the visit's held or occupied stay."""
    return Stay.objects.select_related("bay").filter(visit_ref=visit_ref, state__in=["held", "occupied"]).first()


def rehold_if_blocked(*, yard: Yard, stay: Stay, need: Need, gate: Gate, now: datetime) -> Stay:
    """This will give a visit another bay when its held one was blocked meanwhile. Raises NoBayThatFits."""
    if not Bay.objects.filter(pk=stay.bay_id, blocked_at__isnull=False).exists():
        return stay
    return rehold(yard=yard, stay=stay, need=need, gate=gate, reason="bay_blocked", now=now)


def rehold(
    *,
    yard: Yard,
    stay: Stay,
    need: Need,
    gate: Gate,
    reason: str,
    now: datetime,
    near: tuple[float, float] | None = None,
) -> Stay:
    """This will hold the best other free bay instead of a visit's present one (held or occupied → released, new → held).

    `near`: where the vehicle drives from, else its gate. Raises NoBayThatFits.
    """
    others = [bay for bay in free_bays(yard.pk) if bay.id != stay.bay_id]
    choice = choose(others, need, gate_m=near or (gate.x_m, gate.y_m))
    if choice is None:
        raise NoBayThatFits
    release(yard=yard, stay=stay, now=now, reason=reason)
    return hold(
        yard=yard,
        bay_id=choice.bay.id,
        bay_code=choice.bay.code,
        visit_ref=stay.visit_ref,
        vehicle_id=stay.vehicle_id,
        why=choice.as_json() | {"instead_of": stay.bay.code},
        now=now,
    )
