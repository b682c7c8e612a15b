"""Publishing rules: from a future moment on, as a new version, general cargo's share always kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from core.errors import Invalid
from reservations.errors import PolicyInThePast, PolicyOutOfOrder
from reservations.models import Policy
from reservations.operations import publish_policy
from tests.cast import Cast
from tests.operations.steps import arrived, events, last_event, refuses, reserved
from yards.errors import ReasonNeeded, UnknownPort


def publish(cast: Cast, changes: dict[str, Any] | None = None, **inputs: Any) -> Policy:
    given = {
        "port_code": cast.port.code,
        "effective_from": cast.now + timedelta(hours=1),
        "changes": {"grace_minutes": 45} if changes is None else changes,
        "note": "more time in the rain",
        "user": cast.supervisor,
    }
    return publish_policy(**(given | inputs), **cast.by(cast.supervisor))


def test_publish__one_change__is_the_next_version_and_keeps_the_rest(cast: Cast) -> None:
    policy = publish(cast)
    assert (policy.version, policy.grace_minutes, policy.call_minutes) == (2, 45, cast.policy.call_minutes)
    assert policy.published_by == cast.supervisor
    event = last_event()
    assert (event.kind, event.reason, event.policy_version) == ("policy.published", "more time in the rain", 2)
    assert event.data["changed"] == ["grace_minutes"]
    assert event.data["rules"]["grace_minutes"] == 45
    assert event.data["effective_from"] == policy.effective_from.isoformat()


def test_publish__before_its_moment__the_old_rules_hold(cast: Cast) -> None:
    new = publish(cast)
    assert Policy.objects.in_force(port_id=cast.port.pk, at=cast.now) == cast.policy
    assert (
        Policy.objects.in_force(port_id=cast.port.pk, at=new.effective_from - timedelta(microseconds=1)) == cast.policy
    )
    assert Policy.objects.in_force(port_id=cast.port.pk, at=new.effective_from) == new


def test_publish__reservation_made_before__keeps_the_grace_it_was_promised(cast: Cast) -> None:
    reservation = reserved(cast)
    publish(cast, {"grace_minutes": 0})
    cast.clock.forward(minutes=75)
    assert arrived(cast, reservation).promised_at == cast.slot.starts_at


@pytest.mark.parametrize("minutes", [0, -1])
def test_publish__from_now_or_earlier__is_refused(cast: Cast, minutes: int) -> None:
    with refuses(PolicyInThePast):
        publish(cast, effective_from=cast.now + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("no_such_rule", 1),
        ("version", 9),
        ("grace_minutes", -1),
        ("grace_minutes", "30"),
        ("grace_minutes", 1.5),
        ("grace_minutes", True),
        ("grace_minutes", 10**9),
        ("slot_minutes", 0),
        ("missed_limit", 0),
        ("hold_minutes", 6),
        ("class_pattern", []),
        ("class_pattern", ["priority", "empty"]),
        ("class_pattern", "general"),
        ("class_pattern", ["general", 1]),
        ("classes", []),
        ("classes", {"general": 1}),
        ("classes", {"general": ""}),
    ],
)
def test_publish__rule_unknown_or_out_of_bounds__names_the_field(cast: Cast, name: str, value: Any) -> None:
    with refuses(Invalid):
        publish(cast, {name: value})
    with pytest.raises(Invalid) as refused:
        publish(cast, {name: value})
    assert refused.value.field == name


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"horizon_days": 4}, "horizon_days"),
        ({"round_open_hours": 71}, "round_open_hours"),
        ({"allocation": "rounds", "horizon_days": 4}, "horizon_days"),
    ],
)
def test_publish__bookable_before_requests_open__names_the_field(
    cast: Cast, changes: dict[str, Any], field: str
) -> None:
    """A click could take the places of a day before its round is announced."""
    with pytest.raises(Invalid) as refused:
        publish(cast, changes)
    assert refused.value.field == field


def test_publish__days_without_rounds__may_be_bookable_as_early_as_one_likes(cast: Cast) -> None:
    policy = publish(cast, {"horizon_days": 30, "allocation": "open"})
    with pytest.raises(Invalid) as refused:
        publish(cast, {"allocation": "auto"}, effective_from=policy.effective_from + timedelta(days=1))
    assert refused.value.field == "allocation"


def test_publish__without_a_note_or_port__is_refused(cast: Cast) -> None:
    with refuses(ReasonNeeded):
        publish(cast, note="  ")
    with refuses(UnknownPort):
        publish(cast, port_code="ATLANTIS")


def test_publish__port_without_rules__records_the_defaults_first(cast: Cast) -> None:
    cast.port.lanes.all()[0].slots.all().delete()
    Policy.objects.filter(port=cast.port).delete()
    assert publish(cast).version == 2
    assert [event.policy_version for event in events("policy.published")] == [1, 2]


def test_publish__before_a_version_that_is_announced__is_refused(cast: Cast) -> None:
    publish(cast, effective_from=cast.now + timedelta(days=2))
    with refuses(PolicyOutOfOrder):
        publish(cast, effective_from=cast.now + timedelta(days=1))
