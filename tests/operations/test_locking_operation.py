"""`@operation`: one command, one transaction. Idempotency keys, constraints told as domain errors, a database that is locked or gone."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.core.exceptions import FieldError
from django.db import IntegrityError, InterfaceError, OperationalError, ProgrammingError, connection

from accounts.models import Vehicle
from core import ledger
from core.db import as_domain_error, operation
from core.errors import Busy, Conflict, DomainError
from core.machine import begin
from core.models import IdempotencyKey, LedgerEntry
from core.once import KeyInFlight, KeyReused, Once, Replayed
from reservations.errors import OverrideWaiting, SamePerson, SlotFull, VehicleHasAReservation, VehicleInQueue
from reservations.models import Override, QueueEntry, Reservation, Slot
from reservations.operations import cancel_reservation, change_slot, request_reservation
from tests.cast import Cast, StoppedClock, assemble
from tests.operations.steps import (
    a_truck,
    assert_counted,
    at_once,
    call,
    called,
    changes_nothing,
    live_stay,
    refuses,
    reserved,
    taken,
    walked_up,
)
from yards.errors import BayTaken, VisitHasABay
from yards.models import Stay


def once(cast: Cast, *, key: str = "key-1", client: str = "", fingerprint: str = "a" * 64) -> Once:
    return Once(
        client or cast.driver.ref, key, fingerprint, cast.now + timedelta(days=7), lambda r: (201, {"ref": r.ref})
    )


def ask(cast: Cast, claim: Once, **inputs: Any) -> Reservation:
    given = {"slot_ref": cast.slot.ref, "vehicle_ref": cast.vehicle.ref, "cargo_kind": "general", "driver": cast.driver}
    return request_reservation(**(given | inputs), once=claim, **cast.by(cast.driver))


# ---------------------------------------------------------------- once
def test_once__first_time__keeps_the_answer_beside_the_effect(cast: Cast) -> None:
    reservation = ask(cast, once(cast))
    row = IdempotencyKey.objects.get()
    assert (row.status, row.body, row.client, row.key) == (201, {"ref": reservation.ref}, cast.driver.ref, "key-1")
    assert row.expires_at == cast.now + timedelta(days=7)


def test_once__same_key_again__gives_the_same_answer_and_no_second_effect(cast: Cast) -> None:
    reservation = ask(cast, once(cast))
    with changes_nothing(), pytest.raises(Replayed) as replayed:
        ask(cast, once(cast))
    assert (replayed.value.status, replayed.value.body) == (201, {"ref": reservation.ref})


def test_once__same_key_with_another_body__is_refused(cast: Cast) -> None:
    ask(cast, once(cast))
    with refuses(KeyReused):
        ask(cast, once(cast, fingerprint="b" * 64), slot_ref=cast.slots[3].ref)


def test_once__same_key_of_another_client__is_another_key(cast: Cast) -> None:
    ask(cast, once(cast))
    with pytest.raises(VehicleHasAReservation):
        ask(cast, once(cast, client=cast.stranger.ref))
    ask(cast, once(cast, client=cast.stranger.ref), vehicle_ref=a_truck(cast).ref)
    assert IdempotencyKey.objects.count() == 2


def test_once__refused_by_a_rule__uses_the_key_up_for_nothing(cast: Cast) -> None:
    reserved(cast), reserved(cast)
    with refuses(SlotFull):
        ask(cast, once(cast))
    assert ask(cast, once(cast), slot_ref=cast.slots[1].ref).slot == cast.slots[1]


def test_once__answer_cannot_be_made__nothing_happened(cast: Cast) -> None:
    broken = once(cast)
    broken.render = lambda result: (201, {"ref": result.no_such_field})
    with changes_nothing(), pytest.raises(AttributeError):
        ask(cast, broken)


# ---------------------------------------------------------------- nothing half-done
def test_operation__ledger_cannot_be_written__nothing_happened(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(page: object) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(ledger, "write", gone)
    with refuses(Busy):
        ask(cast, once(cast))


@pytest.mark.parametrize(
    "failure", [OperationalError("database is locked"), InterfaceError("connection already closed")]
)
def test_operation__database_locked_or_gone__is_busy_with_a_time_to_come_back(cast: Cast, failure: Exception) -> None:
    @operation
    def fails(*, now: Any, actor: Any) -> None:
        raise failure

    with refuses(Busy, retry_after_s=2):
        fails(**cast.by())
    assert Busy.status == 503


def test_operation__database_gone_while_the_key_is_claimed__is_busy_not_in_flight(cast: Cast) -> None:
    with _claim_raises(OperationalError("server closed the connection unexpectedly")), pytest.raises(Busy):
        ask(cast, once(cast))


def test_operation__twin_holds_the_key_too_long__is_in_flight(cast: Cast) -> None:
    timeout = OperationalError("canceling statement due to lock timeout")
    timeout.__cause__ = _LockNotAvailableError()
    with _claim_raises(timeout), pytest.raises(KeyInFlight):
        ask(cast, once(cast))


class _LockNotAvailableError(Exception):
    sqlstate = "55P03"


def _claim_raises(error: Exception) -> Any:
    """The database fails on the key's INSERT and on nothing else."""

    def fail(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "INSERT INTO core_idempotencykey" in sql:
            raise error
        return execute(sql, params, many, context)

    return connection.execute_wrapper(fail)


def test_operation__programming_mistake__is_not_called_busy(cast: Cast) -> None:
    @operation
    def misspelt(*, now: Any, actor: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT no_such_column FROM core_stream")

    with pytest.raises((OperationalError, ProgrammingError)):
        misspelt(**cast.by())


def test_operation__inside_another__is_refused_so_that_each_is_one_transaction(cast: Cast) -> None:
    @operation
    def outer(*, now: Any, actor: Any) -> None:
        reserved(cast)

    with changes_nothing(), pytest.raises(RuntimeError, match="durable"):
        outer(**cast.by())


# ---------------------------------------------------------------- constraints, told on both databases as the same errors
Act = Callable[[], object]


@operation
def attempt(*, act: Act, now: Any, actor: Any) -> None:
    act()


def _oversell(cast: Cast) -> Act:
    return lambda: Slot.objects.filter(pk=cast.slot.pk).update(taken=99)


def _second_reservation(cast: Cast) -> Act:
    reserved(cast, vehicle=cast.vehicle)
    same = {"lane": cast.lane, "slot": cast.slot, "vehicle": cast.vehicle, "cargo_kind": "general"}
    return lambda: begin(Reservation, "confirmed", created_at=cast.now, **same)


def _second_entry(cast: Cast) -> Act:
    walked_up(cast, vehicle=cast.vehicle)
    return lambda: _an_entry(cast, vehicle=cast.vehicle, ticket=99)


def _ticket_given_twice(cast: Cast) -> Act:
    first = walked_up(cast, vehicle=cast.vehicle)
    return lambda: _an_entry(cast, vehicle=cast.other_vehicle, ticket=first.ticket)


def _an_entry(cast: Cast, *, vehicle: Vehicle, ticket: int) -> QueueEntry:
    same = {"lane": cast.lane, "vehicle": vehicle, "cargo_kind": "general", "queue_class": "general"}
    return begin(QueueEntry, "waiting", ticket=ticket, arrived_at=cast.now, promised_at=cast.now, **same)


def _second_truck_in_a_bay(cast: Cast) -> Act:
    bay = live_stay(called(cast)).bay
    return lambda: begin(Stay, "held", bay=bay, vehicle=cast.other_vehicle, visit_ref="N-OTHER", held_at=cast.now)


def _second_bay_of_a_visit(cast: Cast) -> Act:
    entry = called(cast)
    same = {"vehicle": entry.vehicle, "visit_ref": entry.visit_ref}
    return lambda: begin(Stay, "held", bay=cast.bays[-1], held_at=cast.now, **same)


def _one_person_twice(cast: Cast) -> Act:
    entry = walked_up(cast)
    both = {"asked_by": cast.operator, "decided_by": cast.operator, "asked_at": cast.now}
    return lambda: begin(Override, "pending", entry=entry, reason="x", **both)


def _second_pending_override(cast: Cast) -> Act:
    same = {"entry": walked_up(cast), "reason": "x", "asked_by": cast.operator, "asked_at": cast.now}
    begin(Override, "pending", **same)
    return lambda: begin(Override, "pending", **same)


@pytest.mark.parametrize(
    ("break_it", "error"),
    [
        (_oversell, SlotFull),
        (_second_reservation, VehicleHasAReservation),
        (_second_entry, VehicleInQueue),
        (_second_truck_in_a_bay, BayTaken),
        (_second_bay_of_a_visit, VisitHasABay),
        (_one_person_twice, SamePerson),
        (_second_pending_override, OverrideWaiting),
        (_ticket_given_twice, Conflict),
    ],
)
def test_constraint__violated_past_the_checks__is_told_as_its_domain_error(
    cast: Cast, break_it: Callable[[Cast], Act], error: type[DomainError]
) -> None:
    act = break_it(cast)
    with refuses(error):
        attempt(act=act, **cast.by())


def test_as_domain_error__something_else__stays_what_it_is() -> None:
    mistake = FieldError("no such field")
    assert as_domain_error(mistake) is mistake


@pytest.mark.sqlite
@pytest.mark.parametrize("mistake", ["SELEC 1", "SELECT no_such_column", "SELECT no_such_function()"])
def test_as_domain_error__our_own_mistake_in_sql__is_not_called_busy(db: None, mistake: str) -> None:
    with pytest.raises(OperationalError) as caught, connection.cursor() as cursor:
        cursor.execute(mistake)
    assert as_domain_error(caught.value) is caught.value


def _sqlite_error(code: int, text: str) -> OperationalError:
    error = OperationalError(text)
    error.__cause__ = sqlite3.OperationalError(text)
    error.__cause__.sqlite_errorcode = code
    return error


def _postgres_error(state: str) -> OperationalError:
    error = OperationalError("trouble")
    error.__cause__ = psycopg.OperationalError("trouble")
    error.__cause__.sqlstate = state
    return error


@pytest.mark.parametrize(
    ("failure", "foreseen"),
    [
        (_sqlite_error(sqlite3.SQLITE_BUSY_SNAPSHOT, "database is locked"), True),
        (_sqlite_error(sqlite3.SQLITE_FULL, "database or disk is full"), False),
        (_sqlite_error(sqlite3.SQLITE_IOERR_WRITE, "disk I/O error"), False),
        (_postgres_error("55P03"), True),
        (_postgres_error("40P01"), True),
        (_postgres_error("57P01"), True),
        (_postgres_error("53100"), False),
        (InterfaceError("connection already closed"), True),
    ],
)
def test_as_domain_error__locked_gone_or_worse__is_busy_and_the_worse_leaves_a_traceback(
    failure: Exception, foreseen: bool, caplog: pytest.LogCaptureFixture
) -> None:
    assert isinstance(as_domain_error(failure), Busy)
    assert [bool(record.exc_info) for record in caplog.records] == [not foreseen]


def test_as_domain_error__constraint_without_an_error_of_its_own__leaves_a_traceback(
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert isinstance(as_domain_error(IntegrityError("UNIQUE constraint failed: nowhere.nothing")), Conflict)
    assert [record.exc_info is not None for record in caplog.records] == [True]


# ---------------------------------------------------------------- many at once
@pytest.fixture
def crowd(transactional_db: None, stopped_clock: StoppedClock) -> Cast:
    return assemble(stopped_clock)


def test_once__sixty_four_copies_at_once__have_one_effect_and_one_answer(crowd: Cast) -> None:
    answers = at_once(lambda _: ask(crowd, once(crowd)), 64)
    made = [answer for answer in answers if isinstance(answer, Reservation)]
    assert len(made) == Reservation.objects.count() == 1
    others = [answer for answer in answers if answer is not made[0]]
    assert {type(answer) for answer in others} <= {Replayed, KeyInFlight, Busy}
    assert {answer.body["ref"] for answer in others if isinstance(answer, Replayed)} == {made[0].ref}
    assert any(isinstance(answer, Replayed) for answer in others)
    assert LedgerEntry.objects.filter(kind="reservation.confirmed").count() == 1


def test_call_next__four_operators_at_once__call_four_trucks_to_four_bays(crowd: Cast) -> None:
    for _ in range(4):
        walked_up(crowd)
    answers = at_once(lambda _: call(crowd), 4)
    assert {type(answer) for answer in answers} == {QueueEntry}
    assert len({answer.ref for answer in answers}) == 4
    assert Stay.objects.filter(state="held").values("bay").distinct().count() == 4


def test_request__same_slot_from_all_sides__never_holds_more_than_it_has(crowd: Cast) -> None:
    trucks = [a_truck(crowd) for _ in range(12)]
    answers = at_once(lambda n: reserved(crowd, vehicle=trucks[n]), 12)
    assert sum(isinstance(answer, Reservation) for answer in answers) == crowd.slot.capacity
    assert {type(answer) for answer in answers} <= {Reservation, SlotFull, Busy}
    assert taken(crowd.slot) == Reservation.objects.count() == crowd.slot.capacity


def test_cancel_and_change__one_reservation_from_all_sides__counters_stay_counted(crowd: Cast) -> None:
    rows = [reserved(crowd, slot=crowd.slots[2 + n // 2]) for n in range(6)]

    def act(n: int) -> Reservation:
        if n % 3 == 2:
            return cancel_reservation(ref=rows[n % 6].ref, **crowd.by(crowd.driver))
        return change_slot(ref=rows[n % 6].ref, slot_ref=crowd.slots[2 + n % 5].ref, **crowd.by(crowd.driver))

    answers = at_once(act, 24)
    assert not [answer for answer in answers if not isinstance(answer, Reservation | DomainError)]
    assert_counted()
