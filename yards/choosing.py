"""Which bay, asked of the database: a yard's bays and ways (kept in the process) and what is true of them now (read for each choice).

What is kept is named by the plan's ref and the newest edit of a bay, so a new plan or an edit in the back office is seen at once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any

from django.db.models import Max, Q

from yards import plans
from yards.guidance.bays import BayRow, Bays
from yards.guidance.choice import Ask, Weighed, weigh
from yards.guidance.needs import Need
from yards.guidance.prices import Prices
from yards.guidance.roads import Roads
from yards.guidance.state import Standing, State
from yards.guidance.ways import Size
from yards.layouts.plan import PlanBay, Point
from yards.models import Bay, Block, BlockKind, Gate, Layout, Stay

JUST_NOW = timedelta(minutes=2)  # a truck that moved so lately is still in its aisle
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
    key: tuple[str, int] | None = None


def ground_of(yard_id: int) -> Ground:
    """This will return a yard's bays: those of the plan in force in the sizes of their rows, or the rows in use where there is no plan."""
    layout = plans.layout_in_force(yard_id)
    if layout is None:
        return _without_plan(yard_id)
    return _with_plan(layout.ref, _newest_edit(yard_id), layout.pk)


def _newest_edit(yard_id: int) -> int:
    newest: int | None = Bay.history.filter(yard_id=yard_id).aggregate(newest=Max("history_id"))["newest"]
    return newest or 0


def _without_plan(yard_id: int) -> Ground:
    rows = list(Bay.objects.filter(yard=yard_id).in_use().order_by("code").values_list("pk", *_PLACED))
    bays = [BayRow(code, zone, length, width, kit, x, y, deg) for _, code, length, width, kit, zone, x, y, deg in rows]
    return Ground(None, Bays.of_rows(bays), {row[1]: row[0] for row in rows})


@lru_cache(maxsize=64)
def _with_plan(layout_ref: str, newest_edit: int, layout_id: int) -> Ground:
    """The arguments name what it is made of: as long as they are the same, so is it."""
    layout = Layout.objects.get(pk=layout_id)
    plan = plans.plan_of(layout)
    rows = {row[1]: row for row in Bay.objects.filter(yard=layout.yard_id).values_list("pk", *_SIZES)}
    drawn = [_as_edited(bay, rows.get(bay.code)) for bay in plan.bays]
    return Ground(
        layout,
        Bays.of_plan(replace(plan, bays=tuple(drawn))),
        {code: row[0] for code, row in rows.items()},
        (layout_ref, newest_edit),
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
    def blocked_aisles(self) -> frozenset[str]:
        return plans.blocked_aisles(self.yard_id)

    @cached_property
    def state(self) -> State:
        stays = [stay for stay in live_stays(self.yard_id) if stay.visit_ref not in self._without]
        moved = {stay.bay for stay in stays if stay.moved_at > self.now - JUST_NOW}
        return State.of(self.ground.bays, (self._standing(stay) for stay in stays), self.closed, moved)

    def _standing(self, stay: LiveStay) -> Standing:
        since_min = (self.now - stay.moved_at).total_seconds() / 60
        return Standing(stay.bay, stay.hazard, since_min, stay.expected_minutes)

    @cached_property
    def closed(self) -> dict[str, str]:
        """Why nobody new is sent to a bay, by its code: retired, blocked or zone_blocked."""
        zones = Block.objects.filter(yard=self.yard_id, kind=BlockKind.ZONE, unblocked_at=None)
        shut = frozenset(zones.values_list("code", flat=True))
        off = Q(blocked_at__isnull=False) | Q(retired_at__isnull=False)
        rows = Bay.objects.filter(off, yard=self.yard_id).values_list("code", "retired_at")
        found = {
            code: "zone_blocked"
            for code, zone in zip(self.ground.bays.codes, self.ground.bays.zones, strict=True)
            if zone in shut
        }
        return found | {code: "retired" if retired_at else "blocked" for code, retired_at in rows}

    def close(self, code: str, reason: str) -> None:
        """This will leave one bay out of the choice, for a reason of the caller's."""
        self.state.close(code, reason)

    def roads(self, need: Need, *, gate: Gate, next_step: str, near: Point | None = None) -> Roads:
        """This will return the ways of such a vehicle from a gate, or from where it stands, to every bay and on from there."""
        layout, start = self.ground.layout, near or (gate.x_m, gate.y_m)
        if layout is None:
            return Roads.straight(self.ground.bays, start)
        ways = plans.ways_of(layout, _size(need), self.blocked_aisles)
        if near is None:
            return Roads.by_ways(ways, gate=gate.code, next_step=next_step)
        return Roads(Roads.straight(self.ground.bays, near).in_m, ways.onward_m(next_step), ways.reachable)

    def weigh(self, ask: Ask, prices: Prices, *, gate: Gate, near: Point | None = None) -> Weighed:
        """This will weigh every bay for one vehicle."""
        roads = self.roads(ask.need, gate=gate, next_step=ask.next_step, near=near)
        return weigh(ask, self.ground.bays, self.state, roads, prices)


@dataclass(frozen=True)
class LiveStay:
    """A stay that holds a bay; `moved_at`: when its vehicle last began or ended a drive."""

    bay: str
    visit_ref: str
    hazard: str
    expected_minutes: int
    moved_at: datetime


def live_stays(yard_id: int) -> list[LiveStay]:
    """This will read the stays that hold a yard's bays now."""
    rows = Stay.objects.filter(bay__yard=yard_id, state__in=["held", "occupied"]).order_by()
    fields = ("bay__code", "visit_ref", "hazard", "expected_minutes", "held_at", "occupied_at")
    return [
        LiveStay(bay, visit_ref, hazard, minutes, occupied_at or held_at)
        for bay, visit_ref, hazard, minutes, held_at, occupied_at in rows.values_list(*fields)
    ]


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
