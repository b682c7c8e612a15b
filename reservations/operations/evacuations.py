"""A zone is emptied: nobody is sent there, everybody who stands there gets a number in the order and the exit that is nearest."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.actors import Actor
from core.db import operation
from core.errors import NotFound
from core.ledger import record
from core.machine import advance, begin
from reservations.operations.obstructions import ZONE, locked_yard, send_away
from reservations.queries.obstructions import Visit, visits_of
from yards import plans
from yards.errors import EvacuationUnderWay, ReasonNeeded
from yards.models import Evacuation, Gate, Stay, Yard
from yards.operations import bays, blocks


@dataclass(frozen=True)
class Leaving:
    """Somebody who must leave: `gate` "" where no way leads out, `behind` the bay that must be empty before him."""

    visit: Visit
    gate: str
    way_m: float
    behind: str

    @property
    def bay(self) -> str:
        return str(self.visit.stay.bay.code)


@operation
def order_evacuation(*, yard_code: str, zone_code: str, reason: str, now: datetime, actor: Actor) -> Evacuation:
    """This will empty a zone (new → ordered): it is blocked, who stands there is told to leave, who is on the way there is sent elsewhere.

    Raises NotFound, ReasonNeeded, UnknownZone, EvacuationUnderWay.
    """
    if not reason.strip():
        raise ReasonNeeded
    yard = locked_yard(yard_code)
    if Evacuation.objects.filter(yard=yard, zone_code=zone_code, state="ordered").exists():
        raise EvacuationUnderWay
    blocks.block(yard=yard, kind=ZONE, code=zone_code, reason=reason, now=now)
    visits = visits_of(yard)
    order = in_order(leaving(yard, [v for v in visits if _stands_in(v, zone_code)]))
    evacuation = begin(
        Evacuation,
        "ordered",
        yard=yard,
        zone_code=zone_code,
        reason=reason.strip()[:200],
        order=[[one.visit.stay.visit_ref, one.bay, one.gate] for one in order],
        ordered_at=now,
    )
    told: dict[str, Any] = {"evacuation": evacuation.ref, "zone": zone_code}
    record(yard.stream, "evacuation.ordered", reason=evacuation.reason, **told, leave=len(order))
    for number, one in enumerate(order, start=1):
        _tell(yard, evacuation, one.visit.stay, number, one.gate)
    send_away(yard, visits, reason="evacuation", now=now)
    return evacuation


@operation
def end_evacuation(*, ref: str, now: datetime, actor: Actor) -> Evacuation:
    """This will end an evacuation (ordered → ended); the zone is used again, unless it was blocked before. Raises NotFound, WrongState."""
    yard_id = Evacuation.objects.filter(ref=ref).values_list("yard_id", flat=True).first()
    if yard_id is None:
        raise NotFound(field="evacuation")
    yard = bays.lock_yard(yard_id)
    evacuation = Evacuation.objects.get(ref=ref)
    advance(evacuation, "ended", ended_at=now)
    record(yard.stream, "evacuation.ended", evacuation=evacuation.ref, zone=evacuation.zone_code)
    block = blocks.live(yard, ZONE, evacuation.zone_code)
    if block and block.blocked_at == evacuation.ordered_at:
        blocks.lift(yard=yard, kind=ZONE, code=evacuation.zone_code, now=now)
    return evacuation


def join(yard: Yard, stay: Stay) -> None:
    """This will put a vehicle that came to stand in a zone while it is emptied at the end of the order. The yard is locked."""
    evacuation = Evacuation.objects.filter(yard=yard, zone_code=stay.bay.zone.code, state="ordered").first()
    if evacuation is None or any(row[0] == stay.visit_ref for row in evacuation.order):
        return
    [one] = leaving(yard, [visit for visit in visits_of(yard) if visit.stay.pk == stay.pk])
    evacuation.order = [*evacuation.order, [stay.visit_ref, one.bay, one.gate]]
    evacuation.save(update_fields=["order"])
    _tell(yard, evacuation, stay, len(evacuation.order), one.gate)


def leaving(yard: Yard, visits: Iterable[Visit]) -> list[Leaving]:
    """This will find each one's nearest exit: by the ways of the plan he drives by, else by the straight line."""
    blocked = plans.blocked_aisles(yard.pk)
    exits = list(Gate.objects.filter(yard=yard, kind="exit").order_by("code"))
    return [_by_way(v, blocked) if v.has_ways else _by_line(v, exits) for v in visits]


def in_order(those: Sequence[Leaving]) -> list[Leaving]:
    """This will put them in the order in which they leave: nearer its exit first, but the front of a tandem pair before its rear."""
    waiting = sorted(those, key=lambda one: (one.way_m, one.bay))
    ordered: list[Leaving] = []
    while waiting:
        shut_in = {one.bay for one in waiting}
        free = next((one for one in waiting if one.behind not in shut_in), waiting[0])
        waiting.remove(free)
        ordered.append(free)
    return ordered


def _stands_in(visit: Visit, zone_code: str) -> bool:
    return bool(visit.stay.state == "occupied" and visit.stay.bay.zone.code == zone_code)


def _by_way(visit: Visit, blocked: frozenset[str]) -> Leaving:
    assert visit.layout
    way, network = visit.way_out(blocked), plans.network_of(visit.layout)
    behind = network.plan.bays[network.bay_index[visit.stay.bay.code]].behind
    return Leaving(visit, way.to if way else "", way.length_m if way else math.inf, behind)


def _by_line(visit: Visit, exits: list[Gate]) -> Leaving:
    bay = visit.stay.bay
    far = [(math.dist((bay.x_m, bay.y_m), (gate.x_m, gate.y_m)), gate.code) for gate in exits]
    way_m, gate = min(far, default=(math.inf, ""))
    return Leaving(visit, gate, way_m, "")


def _tell(yard: Yard, evacuation: Evacuation, stay: Stay, number: int, gate: str) -> None:
    told: dict[str, Any] = {
        "stay": stay.ref,
        "bay": stay.bay.code,
        "evacuation": evacuation.ref,
        "number": number,
        "gate": gate,
    }
    record(yard.stream, "stay.evacuate", visit_ref=stay.visit_ref, **told)
