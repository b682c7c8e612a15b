"""Slots and policy as staff change them, with a reason. How slots are made ahead is in generating.py."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from accounts.models import User
from core.actors import Actor
from core.db import operation
from core.errors import Invalid
from core.ledger import record
from reservations.errors import CapacityNotValid, NoPolicy, PolicyInThePast, PolicyOutOfOrder
from reservations.models import Policy, Slot
from reservations.models.policy import BOUNDS, CHOICES, Allocation
from reservations.operations.slots import freeze, locked_slot, set_plan
from yards.errors import ReasonNeeded, UnknownPort
from yards.models import Port

MOST_PLACES = 10_000
HOURS_PER_DAY = 24
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
    "wrong_bay",
    "overstay_minutes",
    "declaration_hours",
    "classes",
    "class_pattern",
)


@operation
def change_capacity(*, slot_ref: str, planned: int, reason: str, now: datetime, actor: Actor) -> Slot:
    """This will set a slot's plan. Below what is taken nobody loses a place: the capacity shrinks as places come back.

    Raises UnknownSlot, CapacityNotValid, ReasonNeeded.
    """
    if not 0 <= planned <= MOST_PLACES:
        raise CapacityNotValid(most=MOST_PLACES)
    if not reason.strip():
        raise ReasonNeeded
    slot = locked_slot(slot_ref)
    slot.set_by_hand = True
    set_plan(slot, planned, reason=reason.strip())
    return slot


@operation
def freeze_slot(*, slot_ref: str, frozen: bool, reason: str = "", now: datetime, actor: Actor) -> Slot:
    """This will stop or resume giving places of a slot; who has one keeps it. Raises UnknownSlot, ReasonNeeded."""
    if frozen and not reason.strip():
        raise ReasonNeeded
    slot = locked_slot(slot_ref)
    if slot.is_frozen != frozen:
        freeze(slot, frozen, reason=reason.strip())
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
    """A round closes after it has opened; where days may have one, nothing is bookable before its requests open."""
    names = ("round_open_hours", "round_close_hours", "horizon_days", "allocation")
    opens, closes, days, allocation = (changes.get(name, getattr(latest, name)) for name in names)
    if opens <= closes:
        raise Invalid(field="round_close_hours" if "round_close_hours" in changes else "round_open_hours")
    if allocation != Allocation.OPEN and days * HOURS_PER_DAY > opens:
        raise Invalid(
            field=next((name for name in ("horizon_days", "round_open_hours") if name in changes), "allocation")
        )


def _is_valid(name: str, value: Any) -> bool:
    if name == "classes":
        return _is_classes(value)
    if name == "class_pattern":
        return _is_pattern(value)
    return value in CHOICES[name].values if name in CHOICES else _is_count(name, value)


def _is_count(name: str, value: Any) -> bool:
    least, most = BOUNDS[name]
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _is_classes(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(one, str) and one for pair in value.items() for one in pair)


def _is_pattern(value: Any) -> bool:
    """General cargo always has a guaranteed share."""
    return isinstance(value, list) and "general" in value and all(isinstance(one, str) for one in value)


def service_date(port: Port, starts_at: datetime) -> date:
    """This will return the port's local date on which a slot starts: the one date it belongs to, also across midnight."""
    return starts_at.astimezone(port.tz).date()
