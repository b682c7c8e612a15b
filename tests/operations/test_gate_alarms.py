"""What waits for a person at a gate is an alarm of its yard's desk, until somebody has settled or decided it."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from reservations import inbox
from reservations.operations.attending import note_gate_conflict, settle_gate_conflict
from reservations.queries.gate_conflicts import DECIDED_WITHIN, gate_alarms
from tests.api.forms import reader, text
from tests.cast import Cast


def a_conflict(cast: Cast) -> str:
    conflict = str(uuid.uuid4())
    facts = {"act": "let_in", "why": "already_inside", "reason": "inside by the books", "seen_at": cast.now}
    note_gate_conflict(
        yard_code=cast.yard.code, gate_code=cast.gate.code, conflict=conflict, **facts, **cast.by(cast.operator)
    )
    return conflict


def a_reading_nobody_is_sure_of(cast: Cast) -> None:
    seen = {"number": 1, "kind": "plate", "way": "in", "plate": "B 77", "confidence": 0.2, "occurred_at": cast.now}
    inbox.receive(device=cast.device, events=[seen], **cast.by(cast.device))


def told(cast: Cast, code: str) -> list[str]:
    return gate_alarms(cast.yard, now=cast.now)[code]


def test_conflict__at_a_gate__is_an_alarm_until_it_is_settled(cast: Cast) -> None:
    conflict = a_conflict(cast)
    a_conflict(cast)
    assert told(cast, "gate_conflict") == [cast.gate.code]
    here = {"yard_code": cast.yard.code, "gate_code": cast.gate.code}
    settle_gate_conflict(**here, conflict=conflict, reason="seen", **cast.by(cast.operator))
    assert told(cast, "gate_conflict") == [cast.gate.code]  # the other one


def test_conflict__last_one_settled__is_no_alarm(cast: Cast) -> None:
    conflict = a_conflict(cast)
    here = {"yard_code": cast.yard.code, "gate_code": cast.gate.code}
    settle_gate_conflict(**here, conflict=conflict, reason="seen", **cast.by(cast.operator))
    assert told(cast, "gate_conflict") == []


def test_doubt__nobody_decides_it_for_a_minute__is_an_alarm(cast: Cast) -> None:
    a_reading_nobody_is_sure_of(cast)
    assert told(cast, "gate_doubted") == []
    cast.clock.forward(seconds=(DECIDED_WITHIN + timedelta(seconds=1)).total_seconds())
    assert told(cast, "gate_doubted") == [cast.gate.code]


@pytest.mark.parametrize(("who", "is_led_there"), [("operator", True), ("auditor", False)])
def test_console__conflict_at_a_gate__leads_there_who_may_settle_it(cast: Cast, who: str, is_led_there: bool) -> None:
    a_conflict(cast)
    page = reader(getattr(cast, who)).get(reverse("web:console", args=[cast.yard.code]))
    assert "Gate G1: what was done without a net is not in the books. Settle it." in text(page)
    gate = reverse("web:gate", args=[cast.yard.code, cast.gate.code])
    assert (f'href="{gate}"' in page.content.decode()) is is_led_there
