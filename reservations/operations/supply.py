"""Slots and policy: made ahead from windows, changed by staff with a reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from accounts.models import User
from core.actors import Actor
from core.db import operation
from core.errors import Invalid
from core.ledger import record
from reservations.errors import CapacityNotValid, NoPolicy, PolicyInThePast, PolicyOutOfOrder, UnknownSlot
from reservations.models import Policy, Slot
from reservations.models.policy import BOUNDS, Allocation
from yards import capacity, opening
from yards.errors import ReasonNeeded, UnknownPort
from yards.models import Lane, Port
from yards.queries import openings_around

MOST_PLACES = 10_000
WINDOW_GONE = "window_gone"
EDITABLE = (
    "slot_minutes",
    "horizon_days",
    "hold_minutes",
    "early_minutes",
    "grace_minutes",
    "cancel_cutoff_minutes",
    "call_minutes",
    "missed_behind",
    "missed_limit",
    "allocation",
    "round_open_hours",
    "round_close_hours",
    "round_publish_minutes",
    "instant_after_minutes",
    "instant_spread_minutes",
    "auto_threshold_percent",
    "general_share_percent",
    "organisation_share_percent",
    "bundle_span_minutes",
    "cooldown_minutes",
    "offer_minutes",
    "changes_limit",
    "changes_days",
    "extensions_limit",
    "extensions_days",
    "substitutions_limit",
    "substitutions_days",
    "substitution_cutoff_minutes",
    "strike_limit",
    "strike_days",
    "block_days",
    "promise_minutes",
    "credit_days",
    "far_side_stale_hours",
    "classes",
    "class_pattern",
)


@dataclass(frozen=True)
class Generated:
    """What one run did to a lane's slots."""

    added: int
    replanned: int
    switched: int  # frozen because their window is gone, or thawed because it is back


@operation
def generate_slots_of(*, lane_code: str, now: datetime, actor: Actor) -> Generated:
    """This will bring a lane's future slots in line with its windows, calendar and policy, up to the horizon and one day.

    New slots are added under the rules that will be in force when they start. A slot whose window is gone is frozen, never
    deleted, and gives places again when the window is back; plans set by hand are left alone. Running twice changes nothing the
    second time.
    """
    lane = Lane.objects.select_related("port", "yard").get(code=lane_code)
    policy = ensure_policy(lane.port, now=now)
    rules = _Announced(lane.port.policies.order_by("effective_from"), policy)
    planned = _planned(lane, rules, now)
    existing = {slot.starts_at: slot for slot in lane.slots.filter(ends_at__gt=now)}
    fresh = [piece for start, piece in planned.items() if not _overlaps(piece, existing)]
    added = [_new_slot(lane, rules.at(piece.starts_at), piece) for piece in fresh]
    if added:
        Slot.objects.bulk_create(added)
        rows = [[s.ref, s.starts_at.isoformat(), s.ends_at.isoformat(), s.planned] for s in added]
        record(lane.yard.stream, "slots.generated", policy_version=policy.version, lane=lane.code, slots=rows)
    replanned = sum(_replan(slot, planned, lane) for slot in existing.values())
    switched = sum(_follow_window(slot, planned) for slot in existing.values())
    return Generated(len(added), replanned, switched)


@operation
def change_capacity(*, slot_ref: str, planned: int, reason: str, now: datetime, actor: Actor) -> Slot:
    """This will set a slot's plan. Below what is taken nobody loses a place: the capacity shrinks as places come back.

    Raises UnknownSlot, CapacityNotValid, ReasonNeeded.
    """
    if not 0 <= planned <= MOST_PLACES:
        raise CapacityNotValid(most=MOST_PLACES)
    if not reason.strip():
        raise ReasonNeeded
    slot = _locked_slot(slot_ref)
    slot.set_by_hand = True
    _set_plan(slot, planned, reason=reason.strip())
    return slot


@operation
def freeze_slot(*, slot_ref: str, frozen: bool, reason: str = "", now: datetime, actor: Actor) -> Slot:
    """This will stop or resume giving places of a slot; who has one keeps it. Raises UnknownSlot, ReasonNeeded."""
    if frozen and not reason.strip():
        raise ReasonNeeded
    slot = _locked_slot(slot_ref)
    if slot.is_frozen != frozen:
        _freeze(slot, frozen, reason=reason.strip())
    return slot


@operation
def publish_policy(
    *,
    port_code: str,
    effective_from: datetime,
    changes: dict[str, Any],
    note: str,
    user: User | None,
    now: datetime,
    actor: Actor,
) -> Policy:
    """This will publish a new version of a port's rules from a future moment on; what is not in `changes` stays as it is.

    Raises UnknownPort, PolicyInThePast, PolicyOutOfOrder, ReasonNeeded (note), Invalid (a field that does not exist or breaks a bound).
    """
    port = Port.objects.select_for_update().filter(code=port_code).first()
    if port is None:
        raise UnknownPort
    if effective_from <= now:
        raise PolicyInThePast
    if not note.strip():
        raise ReasonNeeded(field="note")
    _check_changes(changes)
    ensure_policy(port, now=now)
    latest = port.policies.latest("version")
    _check_calendar(latest, changes)
    if effective_from <= latest.effective_from:
        raise PolicyOutOfOrder(announced=f"{latest.effective_from.astimezone(port.tz):%Y-%m-%d %H:%M %Z}")
    fields = {name: getattr(latest, name) for name in EDITABLE} | changes
    policy = Policy(
        port=port,
        version=latest.version + 1,
        effective_from=effective_from,
        note=note.strip(),
        published_by=user,
        **fields,
    )
    policy.save(force_insert=True)
    _record_policy(policy, changes)
    return policy


def ensure_policy(port: Port, *, now: datetime) -> Policy:
    """This will return the port's policy in force, publishing the defaults as version 1 where there is none yet."""
    try:
        return Policy.objects.in_force(port_id=port.pk, at=now)
    except NoPolicy:
        policy, made = Policy.objects.get_or_create(
            port=port, version=1, defaults={"effective_from": now - timedelta(days=1)}
        )
        if made:
            _record_policy(policy, {})
        return policy


def _record_policy(policy: Policy, changes: dict[str, Any]) -> None:
    rules = {name: getattr(policy, name) for name in EDITABLE}
    for yard in policy.port.yards.all():
        record(
            yard.stream,
            "policy.published",
            reason=policy.note,
            policy_version=policy.version,
            version=policy.version,
            effective_from=policy.effective_from.isoformat(),
            rules=rules,
            changed=sorted(changes),
        )


def _check_changes(changes: dict[str, Any]) -> None:
    for name, value in changes.items():
        if name not in EDITABLE or not _is_valid(name, value):
            raise Invalid(field=name)


def _check_calendar(latest: Policy, changes: dict[str, Any]) -> None:
    """A round closes after it has opened."""
    opens, closes = (changes.get(name, getattr(latest, name)) for name in ("round_open_hours", "round_close_hours"))
    if opens <= closes:
        raise Invalid(field="round_close_hours" if "round_close_hours" in changes else "round_open_hours")


def _is_valid(name: str, value: Any) -> bool:
    if name == "classes":
        return _is_classes(value)
    if name == "class_pattern":
        return _is_pattern(value)
    return value in Allocation.values if name == "allocation" else _is_count(name, value)


def _is_count(name: str, value: Any) -> bool:
    least, most = BOUNDS[name]
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _is_classes(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(one, str) and one for pair in value.items() for one in pair)


def _is_pattern(value: Any) -> bool:
    """General cargo always has a guaranteed share."""
    return isinstance(value, list) and "general" in value and all(isinstance(one, str) for one in value)


class _Announced:
    """The versions of a port's rules in the order in which they take effect: a slot follows the one in force when it starts."""

    def __init__(self, versions: Iterable[Policy], present: Policy) -> None:
        self.versions, self.present = list(versions), present

    def at(self, moment: datetime) -> Policy:
        return next((each for each in reversed(self.versions) if each.effective_from <= moment), self.present)


def _planned(lane: Lane, rules: _Announced, now: datetime) -> dict[datetime, opening.Interval]:
    openings = openings_around([lane], now, days=rules.present.horizon_days + 1)
    wholes = openings.of(lane)
    pieces = [p for whole in wholes for p in opening.split(whole, minutes=rules.at(whole.starts_at).slot_minutes)]
    return {piece.starts_at: piece for piece in pieces if piece.ends_at > now}


def _overlaps(piece: opening.Interval, existing: dict[datetime, Slot]) -> bool:
    return any(slot.starts_at < piece.ends_at and piece.starts_at < slot.ends_at for slot in existing.values())


def _new_slot(lane: Lane, policy: Policy, piece: opening.Interval) -> Slot:
    planned = _places(piece)
    return Slot(
        lane=lane,
        policy=policy,
        starts_at=piece.starts_at,
        ends_at=piece.ends_at,
        service_date=service_date(lane.port, piece.starts_at),
        planned=planned,
        capacity=planned,
    )


def service_date(port: Port, starts_at: datetime) -> date:
    """This will return the port's local date on which a slot starts: the one date it belongs to, also across midnight."""
    return starts_at.astimezone(port.tz).date()


def _places(piece: opening.Interval) -> int:
    return capacity.places(units_per_hour=piece.units_per_hour, minutes=piece.minutes)


def _replan(slot: Slot, planned: dict[datetime, opening.Interval], lane: Lane) -> bool:
    piece = planned.get(slot.starts_at)
    if piece is None or slot.set_by_hand or piece.ends_at != slot.ends_at or _places(piece) == slot.planned:
        return False
    slot = _locked_slot(slot.ref)
    _set_plan(slot, _places(piece), reason="window_changed")
    return True


def _follow_window(slot: Slot, planned: dict[datetime, opening.Interval]) -> bool:
    """Freezes a slot whose window is gone and thaws it when the window is back; what staff froze stays frozen."""
    covered = any(piece.starts_at <= slot.starts_at and slot.ends_at <= piece.ends_at for piece in planned.values())
    covered = covered or slot.starts_at in planned
    if covered and slot.frozen_reason == WINDOW_GONE:
        _freeze(_locked_slot(slot.ref), False, reason="window_back")
    elif not covered and not slot.is_frozen:
        _freeze(_locked_slot(slot.ref), True, reason=WINDOW_GONE)
    else:
        return False
    return True


def _locked_slot(ref: str) -> Slot:
    slot = Slot.objects.select_for_update(of=("self",)).select_related("lane__yard", "policy").filter(ref=ref).first()
    if slot is None:
        raise UnknownSlot
    return slot


def _set_plan(slot: Slot, planned: int, *, reason: str) -> None:
    slot.planned, slot.capacity = planned, capacity.in_force(planned=planned, taken=slot.taken)
    slot.save(update_fields=["planned", "capacity", "set_by_hand"])
    record(
        slot.lane.yard.stream,
        "slot.capacity_changed",
        reason=reason,
        lane=slot.lane.code,
        slot=slot.ref,
        planned=planned,
        capacity=slot.capacity,
    )


def _freeze(slot: Slot, frozen: bool, *, reason: str) -> None:
    slot.is_frozen, slot.frozen_reason = frozen, reason[:200] if frozen else ""
    slot.save(update_fields=["is_frozen", "frozen_reason"])
    kind = "slot.frozen" if frozen else "slot.unfrozen"
    record(slot.lane.yard.stream, kind, reason=reason, lane=slot.lane.code, slot=slot.ref)
