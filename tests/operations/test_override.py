"""Calls out of order: a reason, two people, used once, on the record for ever."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from core.errors import NotFound, WrongState
from reservations.errors import OverrideWaiting, SamePerson
from reservations.models import Override, QueueEntry
from reservations.operations import ask_override, decide_override, miss, withdraw
from reservations.queries import published_order_of
from tests.cast import Cast
from tests.operations.steps import arrived, call, recording, refuses, reserved, walked_up
from yards.errors import ReasonNeeded


def asked(cast: Cast, entry: QueueEntry, reason: str = "live animals") -> Override:
    return ask_override(entry_ref=entry.ref, reason=reason, user=cast.operator, **cast.by(cast.operator))


def decided(cast: Cast, override: Override, *, approve: bool = True) -> Override:
    return decide_override(ref=override.ref, approve=approve, user=cast.second, **cast.by(cast.second))


def line(cast: Cast) -> list[QueueEntry]:
    return [arrived(cast, reserved(cast, slot=slot)) for slot in cast.slots[:3]]


def test_ask__waiting_vehicle__waits_for_a_second_person_and_changes_no_order(cast: Cast) -> None:
    entries = line(cast)
    with recording(cast) as added:
        override = asked(cast, entries[2], "  live animals ")
    assert (override.state, override.reason, override.asked_by) == ("pending", "live animals", cast.operator)
    (event,) = added
    assert (event.kind, event.reason, event.actor, event.data["override"]) == (
        "override.asked",
        "live animals",
        cast.operator.ref,
        override.ref,
    )
    assert call(cast).ref == entries[0].ref


def test_decide__approved_by_another__is_called_next_once_and_named_in_the_call(cast: Cast) -> None:
    entries = line(cast)
    override = asked(cast, entries[2])
    with recording(cast) as added:
        decided(cast, override)
    (event,) = added
    assert (event.kind, event.actor, event.data["asked_by"]) == (
        "override.approved",
        cast.second.ref,
        cast.operator.ref,
    )
    assert published_order_of(cast.lane, now=cast.now)[0].rule == "override"
    with recording(cast) as added:
        assert call(cast).ref == entries[2].ref
    assert (added[0].data["rule"], added[0].data["override"]) == ("override", override.ref)
    override.refresh_from_db()
    assert (override.state, override.decided_by, override.decided_at) == ("used", cast.second, cast.now)
    assert call(cast).ref == entries[0].ref


def test_decide__used_and_call_missed__does_not_count_again(cast: Cast) -> None:
    entries = line(cast)
    decided(cast, asked(cast, entries[2]))
    call(cast)
    miss(entry_ref=entries[2].ref, **cast.by(cast.operator))
    assert published_order_of(cast.lane, now=cast.now)[0].entry == entries[0]


def test_decide__class_pattern__stands_where_it_stood_after_an_override(cast: Cast) -> None:
    entries = line(cast)
    decided(cast, asked(cast, entries[2]))
    call(cast)
    assert cast.lane.queue.pattern_at == 0
    assert cast.lane.queue.calls == 1


def test_decide__rejected__changes_no_order_and_is_recorded(cast: Cast) -> None:
    entries = line(cast)
    override = asked(cast, entries[2])
    with recording(cast) as added:
        decided(cast, override, approve=False)
    assert [event.kind for event in added] == ["override.rejected"]
    assert call(cast).ref == entries[0].ref


def test_decide__by_who_asked__needs_a_second_person(cast: Cast) -> None:
    override = ask_override(
        entry_ref=walked_up(cast).ref, reason="animals", user=cast.supervisor, **cast.by(cast.supervisor)
    )
    for approve in (True, False):
        with refuses(SamePerson):
            decide_override(ref=override.ref, approve=approve, user=cast.supervisor, **cast.by(cast.supervisor))


def test_decide__past_the_operation__the_database_itself_wants_two_people(cast: Cast) -> None:
    override = asked(cast, walked_up(cast))
    with pytest.raises(IntegrityError), transaction.atomic():
        Override.objects.filter(pk=override.pk).update(decided_by=cast.operator)


def test_decide__twice__is_refused(cast: Cast) -> None:
    override = asked(cast, walked_up(cast))
    decided(cast, override, approve=False)
    with refuses(WrongState):
        decided(cast, override)


def test_decide__vehicle_was_called_meanwhile__request_has_lapsed(cast: Cast) -> None:
    override = asked(cast, walked_up(cast))
    with recording(cast) as added:
        call(cast)
    assert "override.lapsed" in [event.kind for event in added]
    for approve in (True, False):
        with refuses(WrongState):
            decided(cast, override, approve=approve)


def test_ask__one_is_approved_already__is_refused(cast: Cast) -> None:
    entry = walked_up(cast)
    decided(cast, asked(cast, entry))
    with refuses(OverrideWaiting):
        asked(cast, entry)


def test_withdraw__approved_override__lapses_with_the_wait(cast: Cast) -> None:
    entry = walked_up(cast)
    override = decided(cast, asked(cast, entry))
    withdraw(entry_ref=entry.ref, reason="", **cast.by(cast.driver))
    override.refresh_from_db()
    assert override.state == "lapsed"


def test_ask__without_a_reason__is_refused(cast: Cast) -> None:
    entry = walked_up(cast)
    for reason in ("", " \t"):
        with refuses(ReasonNeeded):
            asked(cast, entry, reason)


def test_ask__one_waits_for_a_decision__is_refused(cast: Cast) -> None:
    entry = walked_up(cast)
    asked(cast, entry)
    with refuses(OverrideWaiting):
        asked(cast, entry)


def test_ask__called_or_withdrawn__is_refused(cast: Cast) -> None:
    there, gone = walked_up(cast), walked_up(cast)
    withdraw(entry_ref=gone.ref, reason="x", **cast.by(cast.operator))
    call(cast)
    for entry in (there, gone):
        with refuses(WrongState):
            asked(cast, entry)


def test_override__unknown_refs__are_not_found(cast: Cast) -> None:
    with refuses(NotFound):
        ask_override(entry_ref="Q-000000000", reason="x", user=cast.operator, **cast.by(cast.operator))
    with refuses(NotFound):
        decide_override(ref="X-000000000", approve=True, user=cast.second, **cast.by(cast.second))


def test_override__two_approved__go_in_the_order_of_their_approval(cast: Cast) -> None:
    entries = line(cast)
    late, early = asked(cast, entries[1]), asked(cast, entries[2])
    decided(cast, early)
    cast.clock.forward(minutes=1)
    decided(cast, late)
    assert [call(cast).ref for _ in range(3)] == [entries[2].ref, entries[1].ref, entries[0].ref]
