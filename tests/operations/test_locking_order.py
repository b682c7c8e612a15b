"""docs/locking.md against the statements that operations really send, in the order they send them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from core.once import Once
from reservations import sweeps
from reservations.operations import (
    admit,
    ask_override,
    call_next,
    cancel_reservation,
    change_capacity,
    change_slot,
    check_in,
    confirm_reservation,
    decide_override,
    exit_yard,
    freeze_slot,
    generate_slots_of,
    miss,
    move,
    occupy,
    publish_policy,
    release,
    request_reservation,
    revoke_reservation,
    withdraw,
)
from tests import factories as make
from tests.cast import Cast
from tests.operations.locked_closures import closures
from tests.operations.locked_conduct import conduct
from tests.operations.locked_declarations import declarations
from tests.operations.locked_guidance import guidance
from tests.operations.locked_offers import offers
from tests.operations.locked_rounds import rounds
from tests.operations.steps import admitted, arrived, called, live_stay, parked, reserved, walked_up
from yards.models import Yard
from yards.operations import block_bay, enter_far_side_rate, set_auto_call, switch_lane, unblock_bay

LAW = (Path(__file__).parents[2] / "docs" / "locking.md").read_text(encoding="utf-8")
ORDER, GUARDED = (re.findall(r"^\| (?:\d+ \| )?`(\w+)` \|", part, re.M) for part in LAW.split("## Guarded rows"))
RANK = {table: rank for rank, table in enumerate(ORDER)}
WRITE = re.compile(r'^(?:INSERT (?:OR IGNORE )?INTO|UPDATE|DELETE FROM) "?(\w+)"?', re.I)
OF_SEVERAL = re.compile(r'^\s*(?:INSERT INTO|UPDATE|DELETE FROM) "?(\w+)"?', re.I | re.M)  # WITH …: one on each line
LOCK = re.compile(r'^SELECT .* FROM "(\w+)".* FOR (?:NO KEY )?UPDATE', re.I | re.S)
OUTSIDE = re.compile(r"^(django|accounts(?!_vehicle$)|yards_historical)")


def locks(statements: list[str]) -> list[str]:
    """The tables in the order in which rows of them are locked, each lock named once per statement.

    Writing rows that a SELECT … FOR UPDATE holds already waits for nobody: that is no lock of its own.
    """
    found, held = [], set[str]()
    for sql in statements:
        asked = LOCK.match(sql)
        matches = [asked or WRITE.match(sql)] if not sql.startswith("WITH ") else OF_SEVERAL.finditer(sql)
        tables = [match.group(1) for match in matches if match]
        found += [table for table in tables if not OUTSIDE.match(table) and table not in held]
        if asked:
            held.add(asked.group(1))
    return found


def faults(tables: list[str], *, yard_locked: bool) -> Iterator[str]:
    """Every breach of the law in a transaction's locks. On SQLite the yard's lock is no statement: `yard_locked` says it was asked for."""
    highest = 0
    for table in tables:
        if table in GUARDED and not yard_locked and "yards_yard" not in tables[: tables.index(table)]:
            yield f"{table} is written without the yard's lock"
        if table not in RANK and table not in GUARDED:
            yield f"docs/locking.md does not know {table}"
        rank = RANK.get(table, highest)
        if rank < highest:
            yield f"{table} is locked after {ORDER[highest]}"
        highest = max(highest, rank)


@contextmanager
def lawful(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The block is one operation; its locks must follow the law, and there must be some."""
    asked: list[bool] = []
    original = type(Yard.objects.all()).select_for_update

    def seen(rows: Any, *args: Any, **options: Any) -> Any:
        asked.append(rows.model is Yard)
        return original(rows, *args, **options)

    monkeypatch.setattr(type(Yard.objects.all()), "select_for_update", seen)
    with CaptureQueriesContext(connection) as captured:
        yield
    tables = locks([query["sql"] for query in captured.captured_queries])
    assert tables
    assert list(faults(tables, yard_locked=connection.vendor == "sqlite" and any(asked))) == []
    assert tables[-1] in ("core_ledgerentry", "core_idempotencykey")


Act = Callable[[], Any]


def _supply(cast: Cast) -> dict[str, Callable[[], Act]]:
    desk, head = cast.by(cast.operator), cast.by(cast.supervisor)
    lane, slot, yard = cast.lane.code, cast.slot.ref, cast.yard.code
    later = cast.now + timedelta(hours=1)
    note: dict[str, Any] = {"note": "rain", "user": cast.supervisor}
    return {
        "generate_slots_of": lambda: lambda: generate_slots_of(lane_code=cast.cold_lane.code, **head),
        "change_capacity": lambda: lambda: change_capacity(slot_ref=slot, planned=1, reason="ill", **head),
        "freeze_slot": lambda: lambda: freeze_slot(slot_ref=slot, frozen=True, reason="fog", **head),
        "publish_policy": lambda: (
            lambda: publish_policy(
                port_code=cast.port.code, effective_from=later, changes={"grace_minutes": 9}, **note, **head
            )
        ),
        "switch_lane": lambda: lambda: switch_lane(lane_code=lane, is_open=False, reason="fog", **desk),
        "set_auto_call": lambda: lambda: set_auto_call(lane_code=lane, on=True, **desk),
        "block_bay": lambda: lambda: block_bay(yard_code=yard, bay_code="A-01", reason="oil", **desk),
        "unblock_bay": lambda: _unblocking(cast),
        "enter_far_side_rate": lambda: (
            lambda: enter_far_side_rate(lane_code=lane, units_per_hour=1, valid_from=cast.now, **desk)
        ),
    }


def _unblocking(cast: Cast) -> Act:
    block_bay(yard_code=cast.yard.code, bay_code="A-01", reason="oil", **cast.by(cast.operator))
    return lambda: unblock_bay(yard_code=cast.yard.code, bay_code="A-01", **cast.by(cast.operator))


def _promises(cast: Cast) -> dict[str, Callable[[], Act]]:
    mine, head = cast.by(cast.driver), cast.by(cast.supervisor)
    ahead, new = cast.slots[3], cast.slots[1].ref
    return {
        "request_reservation": lambda: lambda: reserved(cast, vehicle=cast.vehicle),
        "confirm_reservation": lambda: _with(
            reserved(cast, confirm=False).ref, lambda r: confirm_reservation(ref=r, **mine)
        ),
        "change_slot": lambda: _with(
            reserved(cast, slot=ahead).ref, lambda r: change_slot(ref=r, slot_ref=new, **mine)
        ),
        "cancel_reservation": lambda: _with(reserved(cast).ref, lambda r: cancel_reservation(ref=r, **mine)),
        "revoke_reservation": lambda: _with(
            reserved(cast).ref, lambda r: revoke_reservation(ref=r, reason="x", **head)
        ),
        "expire_hold": lambda: _with(
            reserved(cast, confirm=False).ref, lambda r: sweeps.expire_hold(ref=r, **cast.by())
        ),
        "end_unarrived": lambda: _with(reserved(cast).ref, lambda r: sweeps.end_unarrived(ref=r, **cast.by())),
        "end_unarrived_shut": lambda: _shut(cast, reserved(cast).ref),
    }


def _with(ref: str, act: Callable[[str], Any]) -> Act:
    return lambda: act(ref)


def _shut(cast: Cast, ref: str) -> Act:
    switch_lane(lane_code=cast.lane.code, is_open=False, reason="fog", **cast.by(cast.operator))
    return lambda: sweeps.end_unarrived(ref=ref, **cast.by())


def _visits(cast: Cast) -> dict[str, Callable[[], Act]]:
    desk = cast.by(cast.operator)
    return {
        "check_in": lambda: _with(reserved(cast).ref, lambda r: check_in(reservation_ref=r, port_code="MOHAN", **desk)),
        "check_in_late": lambda: _late(cast),
        "check_in_walk_up": lambda: lambda: walked_up(cast, vehicle=cast.vehicle),
        "call_next": lambda: _with(arrived(cast).ref, lambda _: call_next(lane_code=cast.lane.code, **desk)),
        "miss": lambda: _with(called(cast).ref, lambda r: miss(entry_ref=r, **desk)),
        "withdraw": lambda: _with(called(cast).ref, lambda r: withdraw(entry_ref=r, reason="x", **desk)),
        "withdraw_walk_up": lambda: _with(walked_up(cast).ref, lambda r: withdraw(entry_ref=r, reason="x", **desk)),
        "admit": lambda: _with(called(cast).ref, lambda r: admit(entry_ref=r, **desk)),
        "admit_blocked": lambda: _blocked(cast),
        "occupy": lambda: _with(admitted(cast).ref, lambda r: occupy(entry_ref=r, bay_code="B-01", **desk)),
        "move": lambda: _with(parked(cast).ref, lambda r: move(entry_ref=r, bay_code="B-01", **desk)),
        "release": lambda: _with(parked(cast).ref, lambda r: release(entry_ref=r, **desk)),
        "exit_yard": lambda: _with(parked(cast).ref, lambda r: exit_yard(entry_ref=r, **desk)),
        "ask_override": lambda: _with(
            walked_up(cast).ref, lambda r: ask_override(entry_ref=r, reason="x", user=cast.operator, **desk)
        ),
        "decide_override": lambda: _decision(cast),
    }


def _late(cast: Cast) -> Act:
    ref = reserved(cast).ref
    cast.clock.forward(minutes=95)
    return lambda: check_in(reservation_ref=ref, port_code="MOHAN", **cast.by(cast.operator))


def _blocked(cast: Cast) -> Act:
    entry = called(cast)
    block_bay(yard_code=cast.yard.code, bay_code=live_stay(entry).bay.code, reason="oil", **cast.by(cast.operator))
    return lambda: admit(entry_ref=entry.ref, **cast.by(cast.operator))


def _decision(cast: Cast) -> Act:
    asked = ask_override(entry_ref=walked_up(cast).ref, reason="x", user=cast.operator, **cast.by(cast.operator))
    return lambda: decide_override(ref=asked.ref, approve=True, user=cast.second, **cast.by(cast.second))


@pytest.mark.parametrize(
    "acts",
    [_supply, closures, _promises, conduct, _visits, rounds, offers, guidance, declarations],
    ids=["supply", "closures", "promises", "conduct", "visits", "rounds", "offers", "guidance", "declarations"],
)
def test_operations__each_of_them__locks_in_the_order_of_the_law(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, acts: Callable[[Cast], dict[str, Callable[[], Act]]]
) -> None:
    broken: dict[str, str] = {}
    for name, prepare in acts(cast).items():
        before = transaction.savepoint()
        try:
            act = prepare()
            with monkeypatch.context() as patched, lawful(patched):
                act()
        except AssertionError as problem:
            broken[name] = str(problem)
        transaction.savepoint_rollback(before)  # the next one finds the cast as it was
        cast.clock.moment = cast.slot.starts_at
    assert broken == {}


def test_operations__with_an_idempotency_key__claim_it_before_everything_else(cast: Cast) -> None:
    once = Once(cast.driver.ref, "key", "f" * 64, cast.now + timedelta(days=7), lambda row: (201, {"ref": row.ref}))
    truck = make.a_vehicle(driver=cast.driver)
    with CaptureQueriesContext(connection) as captured:
        request_reservation(
            slot_ref=cast.slot.ref,
            vehicle_ref=truck.ref,
            cargo_kind="general",
            driver=cast.driver,
            once=once,
            **cast.by(cast.driver),
        )
    tables = locks([query["sql"] for query in captured.captured_queries])
    assert tables[0] == "core_idempotencykey"
    assert tables[-2:] == ["core_stream", "core_ledgerentry"]


def test_operations__every_exported_one__is_held_to_the_law(cast: Cast) -> None:
    import reservations.operations
    import yards.operations

    tried = {
        **_supply(cast),
        **closures(cast),
        **_promises(cast),
        **conduct(cast),
        **_visits(cast),
        **rounds(cast),
        **offers(cast),
        **guidance(cast),
        **declarations(cast),
    }
    assert {*reservations.operations.__all__, *yards.operations.__all__} <= set(tried)


@pytest.mark.parametrize(
    "tables",
    [
        ["reservations_reservation", "reservations_slot"],
        ["reservations_queueentry"],
        ["core_stream", "yards_yard"],
        ["never_heard_of"],
    ],
)
def test_faults__law_broken__are_seen(tables: list[str]) -> None:
    assert list(faults(tables, yard_locked=False))


def test_locks__statements_of_both_databases__are_recognised() -> None:
    statements = [
        'SELECT "yards_yard"."id" FROM "yards_yard" WHERE "yards_yard"."id" = 1 LIMIT 21 FOR UPDATE',
        'SELECT "yards_yard"."id" FROM "yards_yard"',
        "UPDATE core_stream SET seq = seq + 1",
        'INSERT INTO "reservations_reservation" ("ref") VALUES (1)',
        'UPDATE "accounts_user" SET "name" = 1',
        "WITH stream AS (\n UPDATE core_stream SET seq = 2\n RETURNING seq)\nINSERT INTO core_ledgerentry (seq) SELECT seq FROM stream",
    ]
    assert locks(statements) == [
        "yards_yard",
        "core_stream",
        "reservations_reservation",
        "core_stream",
        "core_ledgerentry",
    ]
