"""A batch's result, in one transaction: places, promises, the standby order, and the room kept for requests still to come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from core.actors import Actor
from core.bulk import update_each
from core.db import operation
from core.ledger import record
from core.machine import advance_many, begin_many
from reservations.models import Request, Reservation, Slot
from reservations.operations.declared_trips import is_open_to
from reservations.operations.hindered import hindered
from reservations.operations.placing import promise_of, record_placed
from reservations.operations.rounds import locked_slots
from reservations.owners import Owner, key_of, most_of, places_held
from reservations.streams import port_stream
from yards.errors import UnknownPort
from yards.models import Port


@dataclass(frozen=True)
class Plan:
    """What a batch decided: `placed` request → slot, `draw` and `reasons` of all requests it was drawn over, `protected` places by slot."""

    placed: Mapping[str, str]
    draw: Mapping[str, int]
    reasons: Mapping[str, Mapping[str, Any]]
    protected: Mapping[str, int]


@operation
def settle_batch(*, port_code: str, service_date: date, plan: Plan, now: datetime, actor: Actor) -> int:
    """This will make a batch true (requested → placed or standby); returns how many were placed. Nobody who has a place is moved.

    What changed since it was drawn is respected: who left is left alone, and whose place is gone meanwhile waits for the next batch,
    with its whole bundle. Raises UnknownPort, Conflict.
    """
    port = Port.objects.filter(code=port_code).first()
    if port is None:
        raise UnknownPort
    slots = {slot.ref: slot for slot in locked_slots(port, service_date)}
    settlement = _Settlement(port, slots, plan, now)
    settlement.run()
    return len(settlement.placed)


class _Settlement:
    """One batch's result on its way into the rows: slots, reservations, requests, ledger."""

    def __init__(self, port: Port, slots: Mapping[str, Slot], plan: Plan, now: datetime) -> None:
        self.port, self.slots, self.plan, self.now = port, slots, plan, now
        rows = Request.objects.filter(ref__in=list(plan.draw), state__in=["requested", "standby"])
        self.requests = list(rows.select_related("port", "vehicle", "driver", "declaration").order_by("pk"))
        rules = next((slot.policy for slot in slots.values()), None)
        self.hindered = hindered(self.requests, policy=rules, undeclared=self._undeclared(), now=now)
        self.units: Counter[int] = Counter()  # places taken here, by slot id
        self.placed = self._possible()

    def run(self) -> None:
        changed = self._take()
        rows = (
            promise_of(r.vehicle, self._slot(r), r.driver, r.cargo_kind, self.now, r.declaration) for r in self.placed
        )
        reservations = begin_many(Reservation, "confirmed", rows)
        standing = self._move(reservations)
        self._tell(reservations, standing, changed)

    def _undeclared(self) -> list[int]:
        drawn = ((row, self._slot(row)) for row in self.requests if row.ref in self.plan.placed)
        return [
            row.pk
            for row, slot in drawn
            if not is_open_to(slot, [row.vehicle], row.cargo_kind, row.declaration, now=self.now)
        ]

    def _slot(self, request: Request) -> Slot:
        return self.slots[self.plan.placed[request.ref]]

    # ------------------------------------------------------------ what still holds
    def _possible(self) -> list[Request]:
        """In the order drawn, bundle by bundle: all of its members find their places still there, or none takes one."""
        free = (r for r in self.requests if r.ref in self.plan.placed and r.pk not in self.hindered)
        wanted = sorted(free, key=lambda r: (r.bundle, self.plan.draw[r.ref]))
        shares = places_held(list(self.slots.values()), by=[key_of(row) for row in wanted])
        groups = (list(rows) for _, rows in groupby(wanted, key=lambda r: r.bundle or r.ref))
        return [row for rows in groups if self._fit(rows, shares) for row in rows]

    def _fit(self, rows: Sequence[Request], shares: Counter[tuple[int, Owner]]) -> bool:
        units = Counter(self._slot(row).pk for row in rows)
        slots = {self._slot(row).pk: self._slot(row) for row in rows}
        owner = key_of(rows[0])
        for pk, slot in slots.items():
            if self.units[pk] + units[pk] > slot.room - slot.returned:
                return False
            if shares[pk, owner] + units[pk] > most_of(slot):
                return False
        self.units.update(units)
        shares.update({(pk, owner): count for pk, count in units.items()})
        return True

    # ------------------------------------------------------------ rows
    def _take(self) -> list[Slot]:
        """Returns the slots of which another number is kept now. What is kept no longer goes to the standby order first."""
        open_ones = [slot for slot in self.slots.values() if not slot.is_frozen and slot.ends_at > self.now]
        freed, changed = {}, []
        for slot in open_ones:
            slot.taken += self.units[slot.pk]
            kept = max(0, min(self.plan.protected.get(slot.ref, 0), slot.room - slot.returned))
            freed[slot.pk] = slot.protected - kept - self.units[slot.pk]
            if kept != slot.protected:
                slot.protected = kept
                changed.append(slot)
        moved = [slot for slot in open_ones if self.units[slot.pk] or slot in changed]
        if moved:
            update_each(moved, ["taken", "protected"])
        for pk in (pk for pk, places in freed.items() if places > 0):
            Slot.objects.keep_for_standby(pk, units=freed[pk])
        return changed

    def _move(self, reservations: Sequence[Reservation]) -> list[Request]:
        """Returns those that stand by from now on, in the order drawn. Whose place was taken meanwhile stays for the next batch."""
        for row, reservation in zip(self.placed, reservations, strict=True):
            row.reservation, row.reason = reservation, dict(self.plan.reasons[row.ref])
        placed = {row.pk for row in self.placed}
        standing = [r for r in self.requests if r.pk not in placed and r.state == "requested" and self._is_refused(r)]
        for row in standing:
            row.drawn = self.plan.draw[row.ref]
            row.reason = self.hindered.get(row.pk) or dict(self.plan.reasons[row.ref])
        moved = {"ended_at": self.now, "changed_at": self.now}
        for state in ("requested", "standby"):
            advance_many(
                [r for r in self.placed if r.state == state], "placed", each=["reason", "reservation"], **moved
            )
        advance_many(standing, "standby", each=["drawn", "reason"], stands_at=self.now, changed_at=self.now)
        return sorted(standing, key=lambda row: row.drawn)

    def _is_refused(self, row: Request) -> bool:
        return row.ref not in self.plan.placed or row.pk in self.hindered

    # ------------------------------------------------------------ ledger
    def _tell(self, reservations: Sequence[Reservation], standing: Sequence[Request], changed: Sequence[Slot]) -> None:
        stream = port_stream(self.port)
        for request, reservation in zip(self.placed, reservations, strict=True):
            record_placed(stream, request, reservation, why=request.reason["code"])
        for row in standing:
            at, why = self.now.isoformat(), row.reason["code"]
            record(stream, "request.stands_by", request=row.ref, stands_at=at, drawn=row.drawn, why=why)
        in_order = sorted(changed, key=lambda slot: (slot.lane_id, slot.starts_at))
        for _, slots in groupby(in_order, key=lambda slot: slot.lane_id):
            of_lane = list(slots)
            lane, rows = of_lane[0].lane, [[slot.ref, slot.protected] for slot in of_lane]
            version = of_lane[0].policy.version
            record(lane.yard.stream, "slots.protected", policy_version=version, lane=lane.code, slots=rows)
