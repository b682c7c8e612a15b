"""Who is cut off by blocked aisles and zones, or would be: read before a block to say what it costs, and inside it to help them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from reservations.models import QueueEntry
from yards import plans
from yards.errors import UnknownAisle
from yards.guidance.ways import Size, Way, Ways
from yards.models import Bay, Block, Layout, Stay, Yard


@dataclass(frozen=True)
class Visit:
    """Somebody with a bay: his entry, called or admitted, his live stay with its bay and zone, and the plan he drives by, if any."""

    entry: QueueEntry
    stay: Stay
    layout: Layout | None

    @property
    def size(self) -> Size:
        """The vehicle's size as recorded, or as measured at the gate."""
        return Size(float(self.entry.length_m), float(self.entry.width_m))

    def way_out(self, blocked: frozenset[str]) -> Way | None:
        """This will lead from his bay to the nearest exit past the blocked aisles."""
        return self._ways(blocked).way_out(self.stay.bay.code) if self.layout else None

    def is_reached(self, blocked: frozenset[str]) -> bool:
        """This will tell whether his bay can be driven to and left again."""
        return bool(self._ways(blocked).reachable[self._at]) if self.has_ways else True

    @property
    def has_ways(self) -> bool:
        """Without a plan, or with a bay that is not on it, nobody knows his way."""
        return self.layout is not None and self.stay.bay.code in plans.network_of(self.layout).bay_index

    @property
    def _at(self) -> int:
        assert self.layout
        return int(plans.network_of(self.layout).bay_index[self.stay.bay.code])

    def _ways(self, blocked: frozenset[str]) -> Ways:
        assert self.layout
        return plans.ways_of(self.layout, self.size, blocked)


@dataclass(frozen=True)
class CutOff:
    """What an aisle costs: `bays` that no vehicle of the usual size gets into any more, visits whose held bay is lost (`held`),
    and visits that stand where no way leads out (`shut_in`)."""

    bays: tuple[str, ...]
    held: tuple[Visit, ...]
    shut_in: tuple[Visit, ...]


USUAL = Size(17.0, 2.55)  # a vehicle whose size nobody has given (accounts.Vehicle's defaults)


def visits_of(yard: Yard) -> list[Visit]:
    """This will return everybody who holds or occupies a bay of a yard, who is nearest to his bay first."""
    stays = Stay.objects.filter(bay__yard=yard, state__in=["held", "occupied"]).select_related("bay__zone")
    by_visit = {stay.visit_ref: stay for stay in stays}
    layouts = {stay.layout_id: stay for stay in stays}
    plan_by = {
        pk: plans.layout_of_stay(stay) for pk, stay in layouts.items()
    }  # one read for each plan, not for each stay
    entries = QueueEntry.objects.filter(visit_ref__in=by_visit, state__in=["called", "admitted"])
    rows = entries.select_related("lane__yard", "lane__gate", "gate").order_by("admitted_at", "called_at", "pk")
    inside_first = sorted(rows, key=lambda entry: entry.state != "admitted")
    found = [(entry, by_visit[entry.visit_ref]) for entry in inside_first]
    return [Visit(entry, stay, plan_by[stay.layout_id]) for entry, stay in found]


def cut_off_by(yard: Yard, aisle_code: str) -> CutOff:
    """This will tell what blocking an aisle would cost now, beside what is blocked already. Raises UnknownAisle."""
    before = plans.blocked_aisles(yard.pk)
    after = before | {aisle_code}
    layout = plans.layout_in_force(yard.pk)
    if layout is None or all(aisle.code != aisle_code for aisle in plans.plan_of(layout).aisles):
        raise UnknownAisle
    lost = _reached(layout, before) - _reached(layout, after)
    visits = visits_of(yard)
    return CutOff(tuple(sorted(lost)), tuple(without_way_in(visits, after)), tuple(without_way_out(visits, after)))


def without_way_in(visits: Iterable[Visit], blocked: frozenset[str]) -> list[Visit]:
    """This will keep those whose held bay cannot be driven to, and left again, past the blocked aisles."""
    return [v for v in visits if v.stay.state == "held" and not v.is_reached(blocked)]


def without_way_out(visits: Iterable[Visit], blocked: frozenset[str]) -> list[Visit]:
    """This will keep those who stand where no way leads to an exit. Where there is no plan nobody knows."""
    standing = [v for v in visits if v.stay.state == "occupied" and v.has_ways]
    return [v for v in standing if v.way_out(blocked) is None]


def homeless(yard: Yard, visits: Iterable[Visit]) -> list[Visit]:
    """This will keep those whose held bay is lost: it, its zone or the way to it is blocked, or it is off the plan."""
    held = [v for v in visits if v.stay.state == "held"]
    served = set(Bay.objects.filter(pk__in=[v.stay.bay_id for v in held]).servable().values_list("pk", flat=True))
    cut_off = {v.entry.pk for v in without_way_in(held, plans.blocked_aisles(yard.pk))} if blocked_ways(yard) else set()
    return [v for v in held if v.stay.bay_id not in served or v.entry.pk in cut_off]


def blocked_ways(yard: Yard) -> bool:
    """This will tell whether any aisle is blocked: without one nobody need be asked for his way."""
    return Block.objects.filter(yard=yard, kind="aisle", unblocked_at=None).exists()


def _reached(layout: Layout, blocked: frozenset[str]) -> set[str]:
    """The codes of the bays that a vehicle of the usual size gets into and out of."""
    bays = plans.plan_of(layout).bays
    return {bays[at].code for at in np.flatnonzero(plans.ways_of(layout, USUAL, blocked).reachable)}
