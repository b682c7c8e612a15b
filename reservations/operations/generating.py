"""Slots made ahead from windows, and kept in line with what opens and closes: hours, calendars, closures, the far side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.actors import Actor
from core.db import operation
from core.ledger import record
from reservations.models import Policy, Slot
from reservations.operations.slots import freeze, set_plan
from reservations.operations.supply import ensure_policy, service_date
from yards import capacity, opening
from yards.models import Lane
from yards.operations.bays import lock_yard
from yards.queries import Openings, openings_around

WINDOW_GONE = "window_gone"
CLOSURE = "closure"
HOURS_PER_DAY = 24
#: Frozen for these, a slot is thawed when its hours are back; what staff froze stays frozen.
AUTOMATIC = {WINDOW_GONE: "window_back", CLOSURE: "reopened"}


@dataclass(frozen=True)
class Generated:
    """What one run did to a lane's slots."""

    added: int
    replanned: int
    switched: int  # frozen because their window is gone or closed, or thawed because it is back


@operation
def generate_slots_of(*, lane_code: str, now: datetime, actor: Actor) -> Generated:
    """This will bring a lane's slots in line with its windows, calendar, closures, far side and policy, up to the horizon and one day.

    New slots are added under the rules that will be in force when they start; inside a closure they are frozen. A slot whose window
    is gone is frozen, never deleted, and gives places again when the window is back; plans set by hand are left alone. Running twice
    changes nothing the second time. The yard is locked: no slot opens inside a closure that is being declared.
    """
    lane = Lane.objects.select_related("port", "yard").get(code=lane_code)
    lock_yard(lane.yard_id)
    policy = ensure_policy(lane.port, now=now)
    plan = Plan(lane, policy, now)
    existing = list(lane.slots.filter(ends_at__gt=now))
    added = _add(plan, existing, policy)
    replanned, switched = _follow(existing, plan, reason="window_changed")
    return Generated(len(added), replanned, switched)


# ------------------------------------------------------------- steps, used by other operations of this app


def follow_supply(lanes: Iterable[Lane], *, now: datetime, reason: str) -> None:
    """This will bring the present slots of lanes in line at once, for `reason` where no limit gives one. The yard's lock is held."""
    for lane in lanes:
        slots = list(lane.slots.filter(ends_at__gt=now))
        _follow(slots, Plan(lane, ensure_policy(lane.port, now=now), now), reason=reason)


def follow_far_side(lane: Lane, now: datetime) -> None:
    """This will plan a lane's slots by the far side's new rate, in the transaction that notes it."""
    follow_supply([lane], now=now, reason="far_side")


class Plan:
    """What a lane's slots should be: the grid of its windows, the places that the rates allow, what is shut."""

    def __init__(self, lane: Lane, policy: Policy, now: datetime, openings: Openings | None = None) -> None:
        self.lane = lane
        self.openings = openings or openings_around([lane], now, days=days_ahead(policy))
        self.rules = _Announced(lane.port.policies.order_by("effective_from"), policy)
        self.rated = self.openings.rated(lane)
        self.grid = {piece.starts_at: piece for piece in self._pieces() if piece.ends_at > now}

    def _pieces(self) -> Iterable[opening.Interval]:
        for whole in self.openings.windows_of(self.lane):
            yield from opening.split(whole, minutes=self.rules.at(whole.starts_at).slot_minutes)

    def places(self, starts_at: datetime, ends_at: datetime) -> int:
        """This will return how many vehicles the rates allow in an interval, closures not counted."""
        pieces = opening.within(self.rated, starts_at, ends_at)
        return capacity.places_over((piece.units_per_hour, piece.minutes) for piece in pieces)

    def limit(self, slot: Slot) -> str:
        """This will name what keeps a slot's places below its window's: far_side, reopening, bays or ""."""
        pieces = opening.within(self.rated, slot.starts_at, slot.ends_at)
        return next((piece.limit for piece in pieces if piece.limit), "")

    def planned(self, slot: Slot) -> int:
        """This will return the plan a slot should have: its own where staff set it, or where its window is another one now."""
        piece = self.grid.get(slot.starts_at)
        if piece is None or slot.set_by_hand or piece.ends_at != slot.ends_at:
            return slot.planned
        return self.places(slot.starts_at, slot.ends_at)

    def shut_by(self, slot: Slot) -> str:
        """This will name what a slot should be frozen for: closure, window_gone or ""."""
        if self.openings.is_shut_in(self.lane, slot.starts_at, slot.ends_at):
            return CLOSURE
        covered = any(p.starts_at <= slot.starts_at and slot.ends_at <= p.ends_at for p in self.grid.values())
        return "" if covered or slot.starts_at in self.grid else WINDOW_GONE

    def switches(self, slot: Slot) -> bool:
        """This will tell whether a slot must be frozen or thawed."""
        if slot.is_frozen:
            return slot.frozen_reason in AUTOMATIC and not self.shut_by(slot)
        return bool(self.shut_by(slot))


class _Announced:
    """The versions of a port's rules in the order in which they take effect: a slot follows the one in force when it starts."""

    def __init__(self, versions: Iterable[Policy], present: Policy) -> None:
        self.versions, self.present = list(versions), present

    def at(self, moment: datetime) -> Policy:
        return next((each for each in reversed(self.versions) if each.effective_from <= moment), self.present)


def _add(plan: Plan, existing: Sequence[Slot], policy: Policy) -> list[Slot]:
    lane = plan.lane
    added = [_new_slot(plan, piece) for piece in plan.grid.values() if not _overlaps(piece, existing)]
    if added:
        Slot.objects.bulk_create(added)
        rows = [[s.ref, s.starts_at.isoformat(), s.ends_at.isoformat(), s.planned] for s in added]
        record(lane.yard.stream, "slots.generated", policy_version=policy.version, lane=lane.code, slots=rows)
    for slot in added:
        if slot.is_frozen:
            record(lane.yard.stream, "slot.frozen", reason=CLOSURE, lane=lane.code, slot=slot.ref)
    return added


def _overlaps(piece: opening.Interval, existing: Sequence[Slot]) -> bool:
    return any(slot.starts_at < piece.ends_at and piece.starts_at < slot.ends_at for slot in existing)


def _new_slot(plan: Plan, piece: opening.Interval) -> Slot:
    lane, planned = plan.lane, plan.places(piece.starts_at, piece.ends_at)
    is_shut = plan.openings.is_shut_in(lane, piece.starts_at, piece.ends_at)
    return Slot(
        lane=lane,
        policy=plan.rules.at(piece.starts_at),
        starts_at=piece.starts_at,
        ends_at=piece.ends_at,
        service_date=service_date(lane.port, piece.starts_at),
        planned=planned,
        capacity=planned,
        is_frozen=is_shut,
        frozen_reason=CLOSURE if is_shut else "",
    )


def _follow(slots: Sequence[Slot], plan: Plan, *, reason: str) -> tuple[int, int]:
    """Only slots that must change are locked, in the order of their ids; returns how many were planned anew and how many switched."""
    due = [slot.pk for slot in slots if plan.planned(slot) != slot.planned or plan.switches(slot)]
    rows = Slot.objects.select_for_update(of=("self",)).select_related("lane__yard").filter(pk__in=due)
    replanned = switched = 0
    for slot in rows.order_by("pk"):
        planned = plan.planned(slot)
        if planned != slot.planned:
            set_plan(slot, planned, reason=plan.limit(slot) or reason)
            replanned += 1
        if plan.switches(slot):
            shut = plan.shut_by(slot)
            freeze(slot, bool(shut), reason=shut or AUTOMATIC[slot.frozen_reason])
            switched += 1
    return replanned, switched


def days_ahead(policy: Policy) -> int:
    """This will return for how many days slots are made: until they may be reserved or asked for in a round, and one day."""
    asked_for = 0 if policy.allocation == "open" else -(-policy.round_open_hours // HOURS_PER_DAY)
    return max(policy.horizon_days, asked_for) + 1
