"""Steps with bays, for use inside another operation's transaction: hold, occupy, release. The caller holds the yard's lock."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from core.ledger import record
from core.machine import advance, begin
from yards.choosing import Chosen
from yards.errors import BayBlocked, UnknownBay
from yards.guidance.needs import Need
from yards.models import Bay, Equipment, Stay, Yard


def lock_yard(yard_id: int) -> Yard:
    """This will lock the yard row until the transaction ends: choices in a yard are made one after another."""
    return Yard.objects.select_for_update().get(pk=yard_id)


class Load(Protocol):
    """A vehicle with its cargo as recorded at check-in (a row of the order)."""

    @property
    def length_m(self) -> Decimal: ...
    @property
    def width_m(self) -> Decimal: ...
    @property
    def reefer(self) -> bool: ...
    @property
    def cargo_kind(self) -> str: ...
    @property
    def hazard_class(self) -> str: ...


def need_of(load: Load) -> Need:
    """This will say what a vehicle with its cargo needs: a stand for hazardous goods, power for a reefer with perishables."""
    equipment = set()
    if load.cargo_kind == "hazardous" or load.hazard_class:
        equipment.add(Equipment.HAZMAT.value)
    if load.cargo_kind == "perishable" and load.reefer:
        equipment.add(Equipment.REEFER.value)
    return Need(float(load.length_m), float(load.width_m), frozenset(equipment), load.hazard_class)


def hold(*, yard: Yard, chosen: Chosen, visit_ref: str, vehicle_id: int, now: datetime) -> Stay:
    """This will hold a bay for a visit (new stay → held). Raises BayTaken when another transaction was first."""
    stay = begin(
        Stay,
        "held",
        bay_id=chosen.bay_id,
        vehicle_id=vehicle_id,
        visit_ref=visit_ref,
        held_at=now,
        why=chosen.why,
        layout_id=chosen.layout_id,
        hazard=chosen.hazard,
        expected_minutes=chosen.expected_minutes,
    )
    facts: dict[str, Any] = {"stay": stay.ref, "bay": chosen.bay_code, "hazard": chosen.hazard, "why": chosen.why}
    record(yard.stream, "stay.held", visit_ref=visit_ref, **facts)
    return stay


def bay_to_hold(yard: Yard, code: str) -> Bay:
    """This will return a bay that somebody may be sent to by name, taken or not. Raises UnknownBay, BayBlocked (or its zone is)."""
    bay = Bay.objects.in_use().filter(yard=yard, code=code).first()
    if bay is None:
        raise UnknownBay
    if not Bay.objects.servable().filter(pk=bay.pk).exists():
        raise BayBlocked
    return bay


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
