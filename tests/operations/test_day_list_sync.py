"""What a gate did without a net, told after: each act once, conflicts to a person, nobody penalised, and the audit stays clean."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest

from audit.auditor import Auditor
from core.models import LedgerEntry
from reservations.gate_sync import Act, AtGate, Outcome
from reservations.models import QueueEntry, Reservation
from reservations.operations import admit, cancel_reservation
from reservations.operations.attending import settle_gate_conflict
from reservations.queries.gate_conflicts import open_conflicts
from reservations.sweeps import sweep_missed_calls, sweep_no_shows
from tests.cast import Cast
from tests.operations import audited_day, steps
from yards.models import Lane


@pytest.fixture
def outage(cast: Cast) -> datetime:
    """The gate lost its net half an hour ago; the test's present is when it is back."""
    return cast.now


def back(cast: Cast, since: datetime, **span: float) -> AtGate:
    """The net is back after that long, and the time without it is told."""
    cast.clock.forward(**(span or {"minutes": 30}))
    desk = AtGate(cast.gate, **cast.by(cast.operator))
    desk.was_offline(span=f"span-{since.isoformat()}", since=since, until=cast.now)
    return desk


def act(
    kind: str, *, at: datetime, promise: Reservation | None = None, entry: QueueEntry | None = None, **fields: Any
) -> Act:
    refs = {"reservation_ref": promise.ref if promise else "", "entry_ref": entry.ref if entry else ""}
    return Act(str(uuid.uuid4()), kind, at, **refs, **({"is_offline": True} | fields))


def outcomes(*found: Outcome) -> list[tuple[str, str]]:
    return [(one.outcome, one.code) for one in found]


def audited() -> list[str]:
    return [str(finding) for finding in Auditor().findings()]


def test_let_in__expected_and_never_called__is_inside_with_a_bay_before_the_others(
    cast: Cast, outage: datetime
) -> None:
    first, second = steps.reserved(cast), steps.arrived(cast)
    desk = back(cast, outage)

    told = desk.carry_out(act("let_in", promise=first, at=outage + timedelta(minutes=10)))

    entry = QueueEntry.objects.get(reservation=first)
    call = LedgerEntry.objects.get(kind="queue.called", visit_ref=entry.visit_ref)
    assert (told.outcome, entry.state, call.data["rule"]) == ("done", "admitted", "offline")
    assert steps.live_stay(entry).bay.code == call.data["bay"]
    assert QueueEntry.objects.get(pk=second.pk).state == "waiting"


@pytest.mark.parametrize("is_told", [True, False])
def test_let_in__out_of_turn__is_clean_for_the_audit_where_the_outage_was_told(db: None, is_told: bool) -> None:
    day = audited_day.open_port()
    others = [day.arrive() for _ in range(2)]
    promise = day.reserve()
    day.later(minutes=20)
    desk = AtGate(others[0].lane.gate, **day.by())
    if is_told:
        desk.was_offline(span="s1", since=audited_day.NOW, until=day.now)

    told = desk.carry_out(act("let_in", promise=promise, at=audited_day.NOW + timedelta(minutes=5)))
    day.call()

    assert told.outcome == "done"
    assert [finding.split(":")[0] for finding in audited()] == ([] if is_told else ["order"])


def test_let_in__told_twice_by_two_people__is_once(cast: Cast, outage: datetime) -> None:
    desk = back(cast, outage)
    done = act("let_in", entry=steps.called(cast), at=outage)
    other = AtGate(cast.gate, **cast.by(cast.supervisor))

    assert outcomes(desk.carry_out(done), other.carry_out(done)) == [("done", ""), ("done", "")]
    assert len(steps.events("queue.admitted")) == 1


def test_let_in__same_id_another_act__is_refused(cast: Cast, outage: datetime) -> None:
    desk, entry = back(cast, outage), steps.called(cast)
    done = act("let_in", entry=entry, at=outage)
    desk.carry_out(done)

    changed = Act(done.id, "exit", done.at, entry_ref=entry.ref)

    assert desk.carry_out(changed).code == "idempotency_key_reused"


def test_let_in__one_pass_at_two_gates_without_a_net__second_goes_to_a_person(cast: Cast, outage: datetime) -> None:
    entry = steps.called(cast)
    desk = back(cast, outage)
    first = act("let_in", entry=entry, at=outage + timedelta(minutes=5))
    second = act("let_in", entry=entry, at=outage + timedelta(minutes=15))

    assert outcomes(desk.carry_out(first), desk.carry_out(second)) == [("done", ""), ("conflict", "already_inside")]
    assert [row.id for row in open_conflicts(cast.gate, now=cast.now)] == [second.id]
    assert len(steps.events("queue.admitted")) == 1


def test_let_in__a_device_told_of_it_too__is_no_conflict(cast: Cast, outage: datetime) -> None:
    entry = steps.called(cast)
    seen_at = cast.now
    admit(entry_ref=entry.ref, **cast.by(cast.device))

    assert outcomes(back(cast, outage).carry_out(act("let_in", entry=entry, at=seen_at))) == [("double", "")]


@pytest.mark.parametrize("trouble", ["cancelled", "lane closed", "no bay"])
def test_let_in__the_books_cannot_take_it_in__stays_with_a_person_until_settled(
    cast: Cast, outage: datetime, trouble: str
) -> None:
    promise = steps.reserved(cast)
    if trouble == "cancelled":
        cancel_reservation(ref=promise.ref, **cast.by(cast.driver))
    if trouble == "lane closed":
        Lane.objects.filter(pk=cast.lane.pk).update(is_open=False)
    if trouble == "no bay":
        for bay in cast.bays:
            bay.blocked_at = cast.now
            bay.save(update_fields=["blocked_at"])
    desk = back(cast, outage)

    told = desk.carry_out(act("let_in", promise=promise, at=outage + timedelta(minutes=1)))

    assert told.outcome == "conflict"
    (row,) = open_conflicts(cast.gate, now=cast.now)
    assert row.reservation == promise
    settle_gate_conflict(
        yard_code=cast.yard.code, gate_code="G1", conflict=row.id, reason="seen", **cast.by(cast.operator)
    )
    assert open_conflicts(cast.gate, now=cast.now) == []


def test_let_in__its_call_ran_out_meanwhile__is_inside_all_the_same(cast: Cast, outage: datetime) -> None:
    entry = steps.called(cast)
    cast.clock.forward(minutes=30)
    sweep_missed_calls(cast.now)
    assert QueueEntry.objects.get(pk=entry.pk).state == "waiting"

    told = back(cast, outage, minutes=1).carry_out(act("let_in", entry=entry, at=outage + timedelta(minutes=2)))

    assert (told.outcome, QueueEntry.objects.get(pk=entry.pk).state) == ("done", "admitted")


def test_arrive__taken_for_a_no_show_meanwhile__came_in_time(cast: Cast, outage: datetime) -> None:
    promise = steps.reserved(cast)
    cast.clock.moment = cast.slot.ends_at + timedelta(minutes=40)
    sweep_no_shows(cast.now)

    told = back(cast, outage, minutes=1).carry_out(act("arrive", promise=promise, at=outage + timedelta(minutes=3)))

    assert told.outcome == "done"
    assert not promise.marks.counting().exists()


def test_offline__no_show_of_that_time__is_excused_before_and_after_it_is_told(cast: Cast, outage: datetime) -> None:
    early, late = steps.reserved(cast), steps.reserved(cast, slot=cast.slots[1])
    cast.clock.moment = cast.slot.ends_at + timedelta(minutes=40)
    sweep_no_shows(cast.now)
    assert early.marks.counting().count() == 1
    back(cast, outage, minutes=1)
    assert not early.marks.counting().exists()

    cast.clock.moment = cast.slots[1].ends_at + timedelta(minutes=40)
    sweep_no_shows(cast.now)

    assert Reservation.objects.get(pk=late.pk).state == "revoked"


def test_offline__for_three_minutes__excuses_nobody(cast: Cast, outage: datetime) -> None:
    promise = steps.reserved(cast)
    back(cast, outage, minutes=3)
    cast.clock.moment = cast.slot.ends_at + timedelta(minutes=40)

    sweep_no_shows(cast.now)

    assert Reservation.objects.get(pk=promise.pk).state == "no_show"


def test_refuse__is_in_the_record_with_its_reason_and_changes_nothing(cast: Cast, outage: datetime) -> None:
    promise = steps.reserved(cast)

    told = back(cast, outage).carry_out(act("refuse", promise=promise, at=outage, reason="papers missing"))

    assert (told.outcome, [row.reason for row in steps.events("gate.refused")]) == ("done", ["papers missing"])
    assert Reservation.objects.get(pk=promise.pk).state == "confirmed"


def test_act__of_another_yard__is_not_found(cast: Cast, outage: datetime) -> None:
    desk = AtGate(cast.other_lane.gate, **cast.by(cast.other_operator))

    told = desk.carry_out(act("let_in", entry=steps.called(cast), at=outage, is_offline=False))

    assert outcomes(told) == [("refused", "not_found")]


def test_let_in__with_a_net_and_not_called__is_refused_and_nothing_is_kept(cast: Cast, outage: datetime) -> None:
    told = AtGate(cast.gate, **cast.by(cast.operator)).carry_out(
        act("let_in", entry=steps.arrived(cast), at=outage, is_offline=False)
    )

    assert outcomes(told) == [("refused", "wrong_state")]
    assert open_conflicts(cast.gate, now=cast.now) == []
