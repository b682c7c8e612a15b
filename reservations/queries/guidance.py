"""Where a vehicle is to go now and how it gets there: read once for its driver, the desk and the interface."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from reservations.choosing import Chooser, trouble_of
from reservations.models import QueueEntry
from yards import plans
from yards.errors import UnknownBay
from yards.guidance.choice import Option
from yards.guidance.steps import Step, steps
from yards.guidance.ways import Size, Way, Ways
from yards.layouts.plan import Plan, PlanBay, PlanGate, PlanPoint, Point
from yards.models import Bay, Evacuation, Gate, Layout, Sighting, Stay, Zone

#: Troubles with which nobody is led to the bay that is held for him.
NO_WAY_TO = frozenset({"zone_blocked", "bay_blocked", "retired", "no_way", "behind_taken"})


@dataclass(frozen=True)
class Place:
    """Where a vehicle is taken to be: `kind` is gate, bay, zone or post; `seen_at` None: not seen, by its state only."""

    kind: str
    code: str
    at_m: Point
    seen_at: datetime | None = None


@dataclass(frozen=True)
class Evacuee:
    """A vehicle's part in an evacuation: `number` 1 leaves first, by `gate` ("" where no way out was found)."""

    ref: str
    zone: str
    number: int
    gate: str
    reason: str


@dataclass(frozen=True)
class Guide:
    """All that a page or the interface needs to show a vehicle where to go.

    `ahead` says where it leads: gate (not called yet), bay, inspection, dock, weighbridge, exit, or "" when the visit is over.
    `stay` is the live one; `layout` and `plan` are those it began under, None for a yard without a plan: then `way` is None and
    `steps` are empty, and a page says "follow the signs to zone X". `way` is None, too, where every way is closed just now.
    `gate` is where it enters. `blocked` are the aisles nobody drives now. `trouble` names by a code why the bay that is held cannot be
    used just now ("" it can): another one is held as soon as one is free; where its zone is being emptied it leads to an exit meanwhile.
    """

    entry: QueueEntry
    ahead: str
    gate: Gate
    stay: Stay | None = None
    zone: Zone | None = None
    layout: Layout | None = None
    plan: Plan | None = None
    from_place: Place | None = None
    way: Way | None = None
    steps: tuple[Step, ...] = ()
    evacuation: Evacuee | None = None
    trouble: str = ""
    blocked: frozenset[str] = frozenset()
    as_of: datetime | None = None

    @property
    def is_stopped(self) -> bool:
        """It must not drive on to its bay: it waits until another one is held for it. `way` is None then."""
        return self.ahead == "bay" and self.trouble in NO_WAY_TO


def guide(entry: QueueEntry, now: datetime, *, start: tuple[str, str] | None = None) -> Guide:
    """This will tell where a vehicle is to go now: to its bay, on from it, or out. `entry.lane` with gate and port must be loaded.

    `start`: (kind, code) of the gate, bay, zone or post where it says it is, else where it was seen last (`Place`).
    """
    last = _last_stay(entry)
    stay = last if last and last.state != "released" else None
    told = Guide(
        entry=entry,
        ahead=_ahead(entry, stay),
        gate=entry.gate or entry.lane.gate,
        stay=stay,
        zone=stay.bay.zone if stay else None,
        evacuation=_evacuee(entry, last),
        as_of=now,
    )
    if told.evacuation:
        told = replace(told, ahead="exit")
    elif stay and stay.state == "held":
        told = _troubled(told, trouble_of(entry, stay, now=now))
    layout = last.layout if last else None
    if last is None or layout is None or not told.ahead:
        return told
    return _with_way(told, layout, last, start)


def _ahead(entry: QueueEntry, stay: Stay | None) -> str:
    if entry.state in ("exited", "withdrawn"):
        return ""
    if entry.state == "waiting":
        return "gate"
    if stay is None:
        return "exit"
    return "bay" if stay.state == "held" else entry.next_step


def _last_stay(entry: QueueEntry) -> Stay | None:
    if entry.state == "waiting":  # a stay of a missed call leads nowhere
        return None
    rows = Stay.objects.select_related("bay__zone", "layout").filter(visit_ref=entry.visit_ref)
    return rows.order_by("-held_at", "-pk").first()


def _evacuee(entry: QueueEntry, last: Stay | None) -> Evacuee | None:
    """His part as long as his bay, or the one he stood in last, is in the zone that is emptied: who was sent elsewhere has none."""
    if entry.state != "admitted" or last is None:
        return None
    for row in Evacuation.objects.filter(yard=entry.lane.yard_id, zone_code=last.bay.zone.code, state="ordered"):
        for number, (visit_ref, _, gate) in enumerate(row.order, start=1):
            if visit_ref == entry.visit_ref:
                return Evacuee(row.ref, row.zone_code, number, gate, row.reason)
    return None


def _troubled(told: Guide, trouble: str) -> Guide:
    """Nobody inside drives on to a zone that is being emptied: while no other bay is free, he is led to an exit."""
    told = replace(told, trouble=trouble)
    if trouble != "zone_blocked" or told.entry.state != "admitted" or not told.zone:
        return told
    emptied = Evacuation.objects.filter(yard=told.entry.lane.yard_id, zone_code=told.zone.code, state="ordered")
    return replace(told, ahead="exit") if emptied.exists() else told


def _with_way(told: Guide, layout: Layout, last: Stay, start: tuple[str, str] | None) -> Guide:
    """The way by the plan the stay began under, closed aisles of this moment left out."""
    plan, blocked = plans.plan_of(layout), plans.blocked_aisles(layout.yard_id)
    ways = plans.ways_of(layout, Size(float(told.entry.length_m), float(told.entry.width_m)), blocked)
    place = _place(told, plan, last, start)
    if _is_past(told, place, plans.ways_of(layout, ways.size)):
        told = replace(told, ahead="exit")
    way = None if told.is_stopped else _way(ways, told, place, last.bay.code)
    found = steps(plan, way) if way else ()
    if told.entry.state == "admitted" and found and found[0].kind == "gate":
        found = found[1:]  # it has driven in
    return replace(told, layout=layout, plan=plan, blocked=blocked, from_place=place, way=way, steps=found)


def _is_past(told: Guide, place: Place, unblocked: Ways) -> bool:
    """It was seen where, were no aisle blocked, no way led over its next step any more: it has been there."""
    if told.ahead in ("bay", "exit") or (told.stay and (place.kind, place.code) == ("bay", told.stay.bay.code)):
        return False
    return unblocked.way_on(place.at_m, told.ahead) is None and unblocked.way_out(place.at_m) is not None


def _way(ways: Ways, told: Guide, place: Place, bay_code: str) -> Way | None:
    if told.ahead == "bay":
        return ways.way_in(place.code if place.kind == "gate" else place.at_m, bay_code)
    from_bay = place.kind == "bay" and place.code == bay_code
    # At a border who comes from one side leaves on the other; where no way leads there, or the zone is emptied, by the nearest exit.
    gate = told.evacuation.gate if told.evacuation else plans.exit_of(ways.plan, told.gate.code)
    start = bay_code if from_bay else place.at_m
    return ways.way_on(start, told.ahead, gate) or ways.way_on(start, told.ahead)


# ---------------------------------------------------------------- where it is
def _place(told: Guide, plan: Plan, last: Stay, start: tuple[str, str] | None) -> Place:
    """Where it says it is; else where it was seen last, unless its own acts are newer: at its bay once it stood there, else its gate."""
    if start and (at_m := where(plan, *start)):
        return Place(*start, at_m)
    seen = Sighting.objects.filter(visit_ref=told.entry.visit_ref).first()
    newest = last.released_at or last.occupied_at or told.entry.admitted_at
    if seen and newest and seen.seen_at >= newest and (at_m := where(plan, seen.kind, seen.code)):
        return Place(seen.kind, seen.code, at_m, seen.seen_at)
    if last.occupied_at:
        return Place("bay", last.bay.code, (last.bay.x_m, last.bay.y_m))
    return Place("gate", told.gate.code, (told.gate.x_m, told.gate.y_m))


def where(plan: Plan, kind: str, code: str) -> Point | None:
    """This will return the point of a bay, gate or post on a plan, of a zone the middle of its bays; None where it is not drawn."""
    named: dict[str, Sequence[PlanBay | PlanGate | PlanPoint]] = {
        "bay": plan.bays,
        "gate": plan.gates,
        "post": plan.points,
    }
    if kind == "zone":
        return _middle([(bay.x_m, bay.y_m) for bay in plan.bays if bay.zone == code])
    return next(((one.x_m, one.y_m) for one in named.get(kind, ()) if one.code == code), None)


def _middle(points: list[Point]) -> Point | None:
    if not points:
        return None
    return sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)


# ---------------------------------------------------------------- moving it by hand
def costs_of_moves(entry: QueueEntry, now: datetime) -> dict[str, Option]:
    """This will say what each bay would cost an entry, in metres by parts, and what speaks against it; by the code of the bay.

    The bay it has is among them, as if it were free: the difference is what a move costs.
    """
    return dict(Chooser(entry.lane.yard_id, entry.lane.port, now=now, without=(entry.visit_ref,)).options(entry))


def cost_of_move(entry: QueueEntry, bay_code: str, now: datetime) -> Option:
    """This will say what one bay would cost an entry and what speaks against it. Raises UnknownBay."""
    if not Bay.objects.in_use().filter(yard=entry.lane.yard_id, code=bay_code).exists():
        raise UnknownBay
    return Chooser(entry.lane.yard_id, entry.lane.port, now=now, without=(entry.visit_ref,)).option(entry, bay_code)
