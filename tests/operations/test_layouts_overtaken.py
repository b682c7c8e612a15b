"""Scheduled plans that cannot take effect: overtaken ones do not come back, the others are tried again, not all the time."""

from __future__ import annotations

from datetime import timedelta
from unittest import mock

import pytest

from tests.cast import Cast
from tests.operations.drawn import a_draft, a_plan, in_force
from yards.layouts.plan import Plan
from yards.models import Layout
from yards.operations import put_in_force, schedule_layout, taking_effect
from yards.operations.taking_effect import put_due_in_force


@pytest.fixture(autouse=True)
def forgetful() -> None:
    taking_effect._retry_at.clear()


def without_its_gate() -> Plan:
    return a_plan(gates=tuple(gate for gate in a_plan().gates if gate.kind == "exit"))


def scheduled(cast: Cast, plan: Plan, minutes: int) -> Layout:
    """A plan scheduled while it could be used."""
    row = a_draft(cast)
    schedule_layout(ref=row.ref, takes_effect_at=cast.now + timedelta(minutes=minutes), **cast.by(cast.port_admin))
    Layout.objects.filter(pk=row.pk).update(plan=plan.as_json())
    return row


def test_put_due_in_force__overtaken_by_a_later_plan__is_a_draft_again(cast: Cast) -> None:
    in_force(cast)
    late = scheduled(cast, without_its_gate(), 5)
    cast.clock.forward(minutes=10)
    assert put_due_in_force(cast.now) == 0
    newer = in_force(cast)
    cast.clock.forward(minutes=10)
    Layout.objects.filter(pk=late.pk).update(plan=a_plan().as_json())  # now it could be used
    assert put_due_in_force(cast.now) == 0
    late.refresh_from_db()
    newer.refresh_from_db()
    assert (late.state, late.takes_effect_at, newer.state) == ("draft", None, "in_force")


def test_put_due_in_force__lost_ticks__each_takes_effect_in_its_order(cast: Cast) -> None:
    first, second = scheduled(cast, a_plan(), 5), scheduled(cast, a_plan(), 10)
    cast.clock.forward(hours=1)
    assert put_due_in_force(cast.now) == 2
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("replaced", "in_force")


def test_put_due_in_force__cannot_be_used__is_tried_once_a_minute(cast: Cast) -> None:
    in_force(cast)
    scheduled(cast, without_its_gate(), 5)
    cast.clock.forward(minutes=10)
    with mock.patch.object(taking_effect, "put_in_force", wraps=put_in_force) as tried:
        for _ in range(5):
            put_due_in_force(cast.now)
            cast.clock.forward(seconds=2)
        assert tried.call_count == 1
        cast.clock.forward(minutes=1)
        put_due_in_force(cast.now)
    assert tried.call_count == 2
