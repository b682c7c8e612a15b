"""The ground under the live plan: the layout in force as a drawing; without one, what the rows of the yard say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from statistics import median

from django.utils.translation import get_language

from web.drawing import BayPart, Drawing, bay_part, draw
from yards.layouts.plan import Plan, PlanBay, PlanGate, PlanZone
from yards.models import Bay, Gate, Layout, Yard, Zone

KEPT = 16  # drawings: a layout in each language


@dataclass(frozen=True)
class Ground:
    """`layout` is None for a yard without a plan: its bays lie where their rows say, and nothing is known of aisles."""

    layout: Layout | None
    plan: Plan
    drawing: Drawing

    @cached_property
    def letters_m(self) -> float:
        """How high the bays' names are written: most of them fit into their bay."""
        if not self.plan.bays:
            return 2.0
        return round(median(_letters_m(bay) for bay in self.plan.bays), 2)

    def small(self, bay: PlanBay) -> str:
        """This will say how high a bay's name is written where the usual letters are too large for it, "" where they are not."""
        letters_m = _letters_m(bay)
        return f"{letters_m:.2f}" if letters_m < 0.85 * self.letters_m else ""


def _letters_m(bay: PlanBay) -> float:
    return min(0.62 * bay.width_m, bay.length_m / (0.6 * len(bay.code)))


def ground_of(yard: Yard) -> Ground:
    """This will return the ground of a yard as it is now."""
    layout = Layout.objects.filter(yard=yard, state="in_force").defer("document", "plan", "findings").first()
    if layout is None:
        plan = _plan_of_rows(yard)
        return Ground(None, plan, draw(plan))
    plan, drawing = _drawn(layout.pk, get_language() or "")
    return Ground(layout, plan, drawing)


@lru_cache(maxsize=KEPT)
def _drawn(layout_pk: int, language: str) -> tuple[Plan, Drawing]:
    """A layout in force does not change any more: a change is another layout."""
    plan = Plan.from_json(Layout.objects.values_list("plan", flat=True).get(pk=layout_pk))
    return plan, draw(plan)


def _plan_of_rows(yard: Yard) -> Plan:
    zones = Zone.objects.filter(yard=yard)
    return Plan(
        origin=(0.0, 0.0),
        width_m=yard.width_m,
        depth_m=yard.depth_m,
        bays=tuple(
            plan_bay(bay)
            for bay in Bay.objects.filter(yard=yard).in_use().select_related("zone").order_by("zone__code", "code")
        ),
        zones=tuple(PlanZone(zone.code, zone.name_en, zone.name_zh, zone.colour, zone.shape) for zone in zones),
        gates=tuple(PlanGate(gate.code, gate.kind, gate.x_m, gate.y_m) for gate in Gate.objects.filter(yard=yard)),
    )


def plan_bay(bay: Bay) -> PlanBay:
    return PlanBay(
        code=bay.code,
        zone=bay.zone.code,
        x_m=bay.x_m,
        y_m=bay.y_m,
        length_m=bay.length_m,
        width_m=bay.width_m,
        heading_deg=bay.heading_deg,
        entry=bay.entry,
        equipment=tuple(bay.equipment),
    )


def off_the_plan(ground: Ground, yard: Yard, codes: Iterable[str]) -> list[BayPart]:
    """This will draw bays that the plan in force has no more, but that somebody still has."""
    rows = Bay.objects.filter(yard=yard, code__in=list(codes)).select_related("zone")
    return [bay_part(ground.drawing.frame, plan_bay(bay)) for bay in rows]
