"""The plans of yards as guidance reads them: the layout in force, its aisles as a graph, and the ways of a size of vehicle.

Reading a plan and joining its bays takes a tenth of a second for a thousand bays, so both are kept, for a few layouts and
sizes, in this process. A plan that took effect never changes again, so what is kept is never wrong; drafts are not kept.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

from django.db.models import QuerySet

from yards.guidance.ways import Network, Size, Ways
from yards.layouts.plan import Plan
from yards.models import Block, BlockKind, Layout, LayoutState, Stay

NETWORKS_KEPT = 32
WAYS_KEPT = 256
FINAL = (LayoutState.IN_FORCE, LayoutState.REPLACED)
T = TypeVar("T")


class Kept(Generic[T]):
    """The last `most` things made, by key. Threads may ask at once; two that miss together both make it."""

    def __init__(self, most: int) -> None:
        self._most, self._lock = most, Lock()
        self._things: OrderedDict[Hashable, T] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        with self._lock:
            if key in self._things:
                self._things.move_to_end(key)
                return self._things[key]
        thing = make()
        with self._lock:
            self._things[key] = thing
            while len(self._things) > self._most:
                self._things.popitem(last=False)
        return thing

    def __len__(self) -> int:
        return len(self._things)


networks: Kept[Network] = Kept(NETWORKS_KEPT)
found: Kept[Ways] = Kept(WAYS_KEPT)


def layout_in_force(yard_id: int) -> Layout | None:
    """This will read the layout a yard works by now (without its document and plan, which come when asked for); None for a
    yard that was never given one: its drivers follow the signs."""
    return _light().filter(yard_id=yard_id, state=LayoutState.IN_FORCE).first()


def layout_of_stay(stay: Stay) -> Layout | None:
    """This will read the layout a stay began under, which stays in force for it; else the yard's own."""
    if stay.layout_id is None:
        return layout_in_force(stay.bay.yard_id)
    return _light().get(pk=stay.layout_id)


def plan_of(layout: Layout) -> Plan:
    """This will return a layout's plan, read once per process while it is among the last NETWORKS_KEPT."""
    return network_of(layout).plan


def network_of(layout: Layout) -> Network:
    """This will return the aisles of a layout's plan as a graph."""
    if layout.state not in FINAL:
        return Network(Plan.from_json(layout.plan))
    return networks.get(_key(layout), lambda: Network(Plan.from_json(layout.plan)))


def ways_of(layout: Layout, size: Size, blocked: frozenset[str] = frozenset()) -> Ways:
    """This will return the ways of vehicles of a size, to the next decimetre above, while the aisles `blocked` are closed."""
    counted = size_class(size)
    if layout.state not in FINAL:
        return network_of(layout).ways(counted, blocked)
    return found.get((_key(layout), counted, blocked), lambda: network_of(layout).ways(counted, blocked))


def blocked_aisles(yard_id: int) -> frozenset[str]:
    """This will return the codes of the aisles of a yard that nobody drives now."""
    blocks = Block.objects.filter(yard_id=yard_id, kind=BlockKind.AISLE, unblocked_at=None)
    return frozenset(blocks.values_list("code", flat=True))


def exit_of(plan: Plan, entry_gate: str) -> str:
    """This will return the exit for those who came in by a gate: the one farthest from it, for at a border who comes from one
    side leaves on the other. Empty (any exit) where there is no choice or the gate is not on the plan."""
    exits = [gate for gate in plan.gates if gate.kind == "exit"]
    entry = next((gate for gate in plan.gates if gate.code == entry_gate), None)
    if entry is None or len(exits) < 2:
        return ""
    return max(exits, key=lambda gate: (math.dist((gate.x_m, gate.y_m), (entry.x_m, entry.y_m)), gate.code)).code


def size_class(size: Size) -> Size:
    """This will round a size up to decimetres: as exact as a vehicle is declared, and few enough to be kept."""
    return Size(_up(size.length_m), _up(size.width_m), _up(size.height_m))


def _up(metres: float) -> float:
    return math.ceil(round(metres * 10, 6)) / 10


def _key(layout: Layout) -> Hashable:
    """A plan that was put in force, taken back with its transaction and then edited has its ref, but was changed since."""
    return layout.ref, layout.changed_at


def _light() -> QuerySet[Layout]:
    return Layout.objects.defer("document", "plan", "findings")
