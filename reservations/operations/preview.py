"""A closure thought through before it is declared: who is met, where each would go, and how the next days fill. Writes nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from reservations.models import DispositionKind, Policy, Request, Slot
from reservations.operations import closing
from reservations.operations.closing import Move, Outline, Stages
from reservations.operations.generating import Plan, days_ahead
from yards import capacity
from yards.models import Lane
from yards.queries import openings_around, stage_caps


@dataclass(frozen=True)
class Wish:
    """A live request that the closure meets: `outcome` is offer_withdrawn, waits (other hours or lanes remain) or no_place."""

    request: Request
    outcome: str


@dataclass(frozen=True)
class Hour:
    """An hour of the yards concerned: its places, and how many of them are taken, before the closure and after it."""

    starts_at: datetime
    places_before: int = 0
    taken_before: int = 0
    places_after: int = 0
    taken_after: int = 0


@dataclass(frozen=True)
class Preview:
    """`moves`: each reservation met and its answer, in the old order; `hours`: how the next days fill, in order."""

    lanes: list[Lane]
    starts_at: datetime
    ends_at: datetime | None
    moves: list[Move]
    wishes: list[Wish]
    hours: list[Hour]

    def of(self, kind: DispositionKind) -> list[Move]:
        return [move for move in self.moves if move.kind == kind]

    @property
    def moved(self) -> list[Move]:
        return self.of(DispositionKind.MOVED)

    @property
    def unplaced(self) -> list[Move]:
        """Who would have no place anywhere in the bookable days."""
        return self.of(DispositionKind.STANDBY)

    @property
    def here(self) -> list[Move]:
        return self.of(DispositionKind.HERE)


def preview_closure(
    *,
    port_code: str,
    scope: str,
    lane_codes: Sequence[str],
    starts_at: datetime,
    ends_at: datetime | None,
    stages: Stages = (),
    now: datetime,
) -> Preview:
    """This will work a closure out as `declare_closure` would, and change nothing. Raises what that raises of its inputs."""
    outline = closing.outline_of(
        port_code=port_code,
        scope=scope,
        lane_codes=lane_codes,
        starts_at=starts_at,
        ends_at=ends_at,
        stages=stages,
        now=now,
    )
    before = closing.slots_ahead(outline.lanes, now)
    after = _once_shut(outline, closing.slots_ahead(outline.lanes, now), now)
    moves = closing.decide(outline, after, now=now)
    wishes = _wishes(outline, after)
    withdrawn = [wish.request.slot_id for wish in wishes if wish.outcome == "offer_withdrawn"]
    return Preview(
        outline.lanes,
        outline.starts_at,
        outline.ends_at,
        moves,
        wishes,
        _hours(before, after, moves, [pk for pk in withdrawn if pk]),
    )


def _once_shut(outline: Outline, slots: Sequence[Slot], now: datetime) -> list[Slot]:
    """The slots as they would be: frozen inside, with the places that the stages leave."""
    openings = openings_around(outline.lanes, now, days=max([days_ahead(s.policy) for s in slots], default=1))
    caps = stage_caps(outline.stages)  # type: ignore[arg-type]
    plans = {}
    for lane in outline.lanes:
        openings.suppose(lane, outline.shut, caps)
    for lane in outline.lanes:
        policy = (
            Policy.objects.filter(port_id=lane.port_id, effective_from__lte=now).order_by("-effective_from").first()
        )
        if policy:
            plans[lane.pk] = Plan(lane, policy, now, openings)
    for slot in slots:
        if slot.lane_id in plans:
            _shape(slot, plans[slot.lane_id])
    return list(slots)


def _shape(slot: Slot, plan: Plan) -> None:
    slot.planned = plan.planned(slot)
    slot.capacity = capacity.in_force(planned=slot.planned, taken=slot.taken)
    if plan.switches(slot):
        slot.is_frozen = bool(plan.shut_by(slot))


def _wishes(outline: Outline, slots: Sequence[Slot]) -> list[Wish]:
    shut = closing.inside(outline, slots)
    rows = Request.objects.live().filter(port=outline.port, lanes__in=outline.lanes).distinct()
    met = [row for row in rows.select_related("vehicle").prefetch_related("lanes") if _is_met(row, shut)]
    return [Wish(row, _outcome(row, shut, slots)) for row in met]


def _is_met(row: Request, shut: dict[int, Slot]) -> bool:
    return row.slot_id in shut if row.state == "offered" else any(_suits(row, slot) for slot in shut.values())


def _outcome(row: Request, shut: dict[int, Slot], slots: Iterable[Slot]) -> str:
    if row.state == "offered":
        return "offer_withdrawn"
    remain = (slot for slot in slots if slot.pk not in shut and not slot.is_frozen)
    return "waits" if any(_suits(row, slot) for slot in remain) else "no_place"


def _suits(row: Request, slot: Slot) -> bool:
    lanes = {lane.pk for lane in row.lanes.all()}
    return slot.lane_id in lanes and row.earliest_at <= slot.starts_at <= row.latest_at


def _hours(
    before: Sequence[Slot], after: Sequence[Slot], moves: Sequence[Move], withdrawn: Collection[int]
) -> list[Hour]:
    """Frozen slots offer no places; who keeps his place in one is counted where he stands."""
    taken = {slot.pk: slot.taken for slot in after}
    for move in moves:
        taken[move.from_slot.pk] -= move.kind != DispositionKind.HERE
        if move.to_slot:
            taken[move.to_slot.pk] += 1
    for slot_id in withdrawn:
        taken[slot_id] -= 1
    hours: dict[datetime, Hour] = {}
    for old, new in zip(before, after, strict=True):
        at = old.starts_at.replace(minute=0, second=0, microsecond=0)
        hour = hours.get(at, Hour(at))
        hours[at] = replace(
            hour,
            places_before=hour.places_before + (0 if old.is_frozen else old.capacity),
            taken_before=hour.taken_before + old.taken,
            places_after=hour.places_after + (0 if new.is_frozen else new.capacity),
            taken_after=hour.taken_after + taken[new.pk],
        )
    return [hours[at] for at in sorted(hours)]
