"""Which bay, asked of the database: a yard's bays and ways (kept in the process) and what is true of them now (read for each choice).

What is kept is named by the plan's ref and the newest edit of a bay, so a new plan or an edit in the back office is seen at once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from django.db.models import OuterRef, QuerySet, Subquery

from core.prepared import Prepared
from yards import plans
from yards.guidance.bays import BayRow, Bays, Bools, Ints
from yards.guidance.choice import Ask, Weighed, weigh
from yards.guidance.needs import Need
from yards.guidance.prices import Prices
from yards.guidance.roads import Roads, leaving_m
from yards.guidance.state import State, left_of
from yards.guidance.ways import Size
from yards.layouts.plan import PlanBay, Point
from yards.models import Bay, Gate, Layout, LayoutState
from yards.standing import Closed, closed, standings

_SIZES = ("code", "length_m", "width_m", "equipment")
_PLACED = (*_SIZES, "zone__code", "x_m", "y_m", "heading_deg")


@dataclass(frozen=True)
class Ground:
    """What changes only with a new plan or an edit: the bays, their row ids, and the plan in force (None: no plan).

    `key` names what it is made of; None: it is not kept.
    """

    layout: Layout | None
    bays: Bays
    ids: Mapping[str, int]
    key: tuple[str, datetime, int] | None = None

    def places_of(self, bay_ids: Ints) -> tuple[Ints, Bools]:
        """This will return the places of those bays among `bays` that are on the plan, and which of `bay_ids` these are."""
        ids, places = self._by_id
        if not len(ids):
            return places, np.zeros(len(bay_ids), dtype=bool)
        nearest = np.minimum(np.searchsorted(ids, bay_ids), len(ids) - 1)
        on_plan: Bools = ids[nearest] == bay_ids
        return places[nearest[on_plan]], on_plan

    @cached_property
    def _by_id(self) -> tuple[Ints, Ints]:
        """The row ids in order, and the place of each."""
        pairs = sorted((self.ids[code], at) for at, code in enumerate(self.bays.codes) if code in self.ids)
        ids, places = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
        return ids, places


def ground_of(yard_id: int) -> Ground:
    """This will return a yard's bays: those of the plan in force in the sizes of their rows, or the rows in use where there is no plan."""
    layout = _WITH_EDIT.get(yard_id=yard_id)
    if layout is None:
        return _without_plan(yard_id)
    return _with_plan(layout.ref, layout.changed_at, layout.newest_edit or 0, layout.pk)  # type: ignore[attr-defined]  # annotated


def _in_force(yard_id: int) -> QuerySet[Layout]:
    edits = Bay.history.model.objects.filter(yard_id=OuterRef("yard_id")).order_by("-history_id")
    rows = Layout.objects.filter(yard_id=yard_id, state=LayoutState.IN_FORCE).only("ref", "changed_at")
    return rows.annotate(newest_edit=Subquery(edits.values("history_id")[:1]))


#: The plan in force, with the newest edit of a bay of its yard.
_WITH_EDIT: Prepared[Layout] = Prepared(_in_force, yard_id=-1)


def _without_plan(yard_id: int) -> Ground:
    rows = list(Bay.objects.filter(yard=yard_id).in_use().order_by("code").values_list("pk", *_PLACED))
    bays = [BayRow(code, zone, length, width, kit, x, y, deg) for _, code, length, width, kit, zone, x, y, deg in rows]
    return Ground(None, Bays.of_rows(bays), {row[1]: row[0] for row in rows})


@lru_cache(maxsize=64)
def _with_plan(layout_ref: str, changed_at: datetime, newest_edit: int, layout_id: int) -> Ground:
    """The arguments name what it is made of: as long as they are the same, so is it."""
    layout = Layout.objects.get(pk=layout_id)
    plan = plans.plan_of(layout)
    rows = {row[1]: row for row in Bay.objects.filter(yard=layout.yard_id).values_list("pk", *_SIZES)}
    drawn = [_as_edited(bay, rows.get(bay.code)) for bay in plan.bays]
    return Ground(
        layout,
        Bays.of_plan(replace(plan, bays=tuple(drawn))),
        {code: row[0] for code, row in rows.items()},
        (layout_ref, changed_at, newest_edit),
    )


def _as_edited(bay: PlanBay, row: tuple[object, ...] | None) -> PlanBay:
    """The row says what a bay is; the plan says where."""
    if row is None:
        return bay
    _, _, length_m, width_m, kit = row
    return replace(bay, length_m=length_m, width_m=width_m, equipment=tuple(kit))  # type: ignore[arg-type]


class YardNow:
    """What a choice must know of a yard at one moment, read in five queries. Under the yard's lock it stays true."""

    def __init__(self, yard_id: int, *, now: datetime, without: Collection[str] = ()) -> None:
        """`without`: visits whose own stays do not count: a vehicle that is being sent elsewhere does not stand in its own way."""
        self.yard_id, self.now = yard_id, now
        self.ground = ground_of(yard_id)
        self._without = frozenset(without)

    @cached_property
    def state(self) -> State:
        found = standings(self.yard_id, now=self.now, without=self._without)
        at, on_plan = self.ground.places_of(found.bay_ids)
        left_min = left_of(found.since_min, found.expected_min)[on_plan]
        places = dict(zip(found.bay_ids[on_plan].tolist(), at.tolist(), strict=True)) if found.hazards else {}
        hazards = {places[bay_id]: hazard for bay_id, hazard in found.hazards.items() if bay_id in places}
        return State.of_columns(self.ground.bays, at, left_min, hazards, self.closed, at[found.moved[on_plan]])

    @property
    def blocked_aisles(self) -> frozenset[str]:
        return self._closed.aisles

    @cached_property
    def closed(self) -> dict[str, str]:
        """Why nobody new is sent to a bay, by its code: retired, blocked or zone_blocked."""
        bays, zones = self.ground.bays, self._closed.zones
        shut = (
            {c: "zone_blocked" for c, zone in zip(bays.codes, bays.zones, strict=True) if zone in zones}
            if zones
            else {}
        )
        return shut | dict(self._closed.bays)

    @cached_property
    def _closed(self) -> Closed:
        return closed(self.yard_id)

    def close(self, code: str, reason: str) -> None:
        """This will leave one bay out of the choice, for a reason of the caller's."""
        self.state.close(code, reason)

    def roads(self, need: Need, *, gate: Gate, next_step: str, near: Point | None = None) -> Roads:
        """This will return the ways of such a vehicle from a gate, or from where it stands, to every bay and on from there."""
        layout, start = self.ground.layout, near or (gate.x_m, gate.y_m)
        if layout is None:
            return Roads.straight(self.ground.bays, start)
        ways = plans.ways_of(layout, _size(need), self.blocked_aisles)
        exit_gate = plans.exit_of(ways.plan, gate.code)
        if near is None:
            return Roads.by_ways(ways, gate=gate.code, next_step=next_step, exit_gate=exit_gate)
        in_m = Roads.straight(self.ground.bays, near).in_m
        return Roads(in_m, leaving_m(ways, next_step, exit_gate), ways.reachable)

    def weigh(self, ask: Ask, prices: Prices, *, gate: Gate, near: Point | None = None) -> Weighed:
        """This will weigh every bay for one vehicle."""
        roads = self.roads(ask.need, gate=gate, next_step=ask.next_step, near=near)
        return weigh(ask, self.ground.bays, self.state, roads, prices)


@dataclass(frozen=True)
class Chosen:
    """A bay to hold: its row, and what the stay keeps of the choice."""

    bay_id: int
    bay_code: str
    layout_id: int | None
    hazard: str
    expected_minutes: int
    why: Mapping[str, Any]

    def instead_of(self, bay_code: str) -> Chosen:
        return replace(self, why={**self.why, "instead_of": bay_code})


# ---------------------------------------------------------------- ever
def ever_fits(yard_id: int, need: Need) -> bool:
    """This will tell whether some bay in use fits a vehicle and can be reached by it, were the yard empty and nothing closed."""
    ground = ground_of(yard_id)
    could = ground.bays.fit(need)
    if ground.layout is None or not could.any():
        return bool(could.any())
    gone = Bay.objects.filter(yard=yard_id, retired_at__isnull=False).values_list("code", flat=True)
    could[[ground.bays.index[code] for code in gone if code in ground.bays.index]] = False
    return bool((could & plans.ways_of(ground.layout, _size(need)).reachable).any())


def _size(need: Need) -> Size:
    return Size(need.length_m, need.width_m)
